#pragma once

#include "percuta/insertion/model.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// Needles and places drawn from a case's scatter by a Sobol sequence shifted by the seed: the same
/// for the same seed.
std::vector<insertion::Variation> draw(const ScatterOptions&, const device::Needle&,
                                       std::uint64_t seed);

/// How deep they get under a load on the cell [N], on skin stiffer than the level's by a factor.
channel::Depths scatter(const insertion::PreparedNeedle&, const std::vector<insertion::Variation>&,
                        double cell_load, double stiffness);

}  // namespace percuta::study
