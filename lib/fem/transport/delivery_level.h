#pragma once

#include "percuta/delivery/delivery.h"

namespace percuta::fem {

/// Solves a solute on needled skin on one axisymmetric cell for each class of channels, each amid
/// channels of its own depth, under one stirred vehicle; averaged by share. Events are hit exactly.
/// Throws std::invalid_argument for what is no problem or has a vehicle that stands still, and
/// SolveError when a solve gives up or channels overlap.
delivery::Course deliver_axisymmetric(const delivery::Problem&, const delivery::Settings&,
                                      core::Observer&);

}  // namespace percuta::fem
