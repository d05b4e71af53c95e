#pragma once

#include "percuta/healing/healing.h"

namespace percuta::fem {

/// Heals a patch of skin in three dimensions, every channel at its place, all processes of a
/// launcher together. Sessions, days of report and the end are hit exactly; what lies between is
/// read from cubics through means and their rates. Throws SolveError when a solve gives up, and
/// std::invalid_argument when the loop gain is 1 or more or the wound has no places.
healing::Course heal_patch(const healing::Parameters&, const healing::Wound&,
                           const healing::Settings&, core::Observer&);

}  // namespace percuta::fem
