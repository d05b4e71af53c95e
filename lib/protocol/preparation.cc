#include "percuta/protocol/preparation.h"

#include <cmath>

#include "percuta/core/quantity.h"

namespace percuta::protocol {

double ascorbate_factor(double concentration_over_replete) {
  constexpr double kWithout = 1.0 / 8.0, kHalf = 30.0, kReplete = 50.0;  // f_0 [-], K_a, a_h [uM]
  const auto synthesis = [&](double a) { return kWithout + (1.0 - kWithout) * a / (kHalf + a); };
  return synthesis(kReplete * concentration_over_replete) / synthesis(kReplete);
}

double ascorbate_after(double time) {
  constexpr double kGain = 1.0, kTime = 14.0 * core::kDay;
  return 1.0 - kGain * std::expm1(-time / kTime);
}

}  // namespace percuta::protocol
