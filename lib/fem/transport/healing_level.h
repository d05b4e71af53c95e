#pragma once

#include "percuta/healing/healing.h"

namespace percuta::fem {

/// Rings of an axisymmetric cell for so many of a radial one, where one mesh costs as one ring
/// times its levels.
int healing_rings(int cells);

/// Heals the skin on axisymmetric cells, one for each class of channels, averaged by share.
/// Sessions are hit exactly; a later one cuts at a new place, about which the skin is at each depth
/// as it is on average over all classes. Throws SolveError when a solve gives up or a channel fills
/// its cell, and std::invalid_argument when the loop gain is 1 or more.
healing::Course heal_axisymmetric(const healing::Parameters&, const healing::Wound&,
                                  const healing::Settings&, core::Observer&);

}  // namespace percuta::fem
