#pragma once

#include "percuta/insertion/verification.h"

namespace percuta::fem {

std::vector<insertion::VerificationRow> run_verification(
    core::Observer&, const std::function<void(const insertion::VerificationRow&)>& observe);

/// The common axisymmetric problem for side-by-side runs with other programs: three neo-Hookean
/// layers (E 1.0, 0.1, 0.01 MPa) 2 mm high and 3 mm wide, a rigid sphere of 0.5 mm pushed 0.2 mm in
/// from a gap of 0.1 um. `cells` across the sphere's radius.
struct CommonProblem {
  double force;  ///< [N]
  long unknowns, steps, iterations;
  double seconds;
};
CommonProblem common_problem(double cells, int steps = 4);

}  // namespace percuta::fem
