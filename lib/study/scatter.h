#pragma once

#include <functional>

#include "percuta/insertion/model.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// One landing of the scatter.
struct Drawn {
  insertion::Variation needle;
  double stroke = 0.0;  ///< of a pen, off its dial, in standard deviations [-]
};

/// Needles and places drawn from a case's scatter by a Sobol sequence shifted by the seed: the same
/// for the same seed.
std::vector<Drawn> draw(const ScatterOptions&, const device::Needle&, std::uint64_t seed);

/// How deep each of them gets, on skin stiffer than the level's by a factor.
channel::Depths scatter(
    const std::vector<Drawn>&, double stiffness,
    const std::function<insertion::CellDepth(const Drawn&, const insertion::Variation&)>& at);

}  // namespace percuta::study
