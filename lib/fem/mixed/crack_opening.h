#pragma once

#include <functional>
#include <vector>

#include "percuta/insertion/indentation.h"

namespace percuta::fem {

/// A plane crack of half-length b in an incompressible Ogden solid, opened by a frictionless rigid
/// circle of radius R at its centre, in plane strain.
struct CrackOpeningSettings {
  int cells_along_face = 32;  ///< over a quarter of the crack face
  double domain = 300.0;      ///< outer radius over b
  double over_hardening =
      1e4;  ///< modulus that steers Newton's method, over what a cell has hardened to [-]
  double growth = 0.06;  ///< relative step of R
};

struct CrackOpeningRun {
  std::vector<insertion::CrackOpening> samples;
  long steps = 0;
  long iterations = 0;
  bool complete = true;  ///< false when the sweep ended before the last ratio
};

/// Sweeps R at fixed b through the ratios b/R given (any order). Samples come in falling b/R.
CrackOpeningRun crack_opening(
    double alpha, std::vector<double> ratios, const CrackOpeningSettings& = {},
    const std::function<void(const insertion::CrackOpening&)>& observe = {});

}  // namespace percuta::fem
