#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/device/device.h"
#include "percuta/skin/skin.h"

namespace percuta::insertion {

/// Force on an unpierced skin against the displacement of a tip, by finite elements.
struct IndentationCurve {
  std::vector<double> displacement;  ///< of the tip below the undisturbed surface [m]
  std::vector<double> force;         ///< [N]
  long unknowns = 0;
  long steps = 0;
  long iterations = 0;
  /// Far beyond its radius a tip's size no longer matters but for a shift of its position; the
  /// curve then goes on with blunter tips, each shifted to meet the last piece. Where that begins,
  /// NaN if nowhere [m], and all shifts together [m].
  double splice_displacement = std::numeric_limits<double>::quiet_NaN();
  double splice_shift = 0.0;
};

/// Force at a displacement by monotone interpolation [N]. Beyond the last computed point the curve
/// goes on with its last exponent, F ~ d^n; `extrapolated` tells.
double force_at(const IndentationCurve&, double displacement);
bool extrapolated(const IndentationCurve&, double displacement);

/// Work of the needle up to each point of the curve, the integral of `force_at` in closed form [J].
std::vector<double> work_along(const IndentationCurve&);

/// Displacement at which the curve reaches a force [m].
double displacement_at(const IndentationCurve&, double force);

/// Makes indentation curves; implemented by finite elements in percuta_fem.
class IndentationModel {
 public:
  virtual ~IndentationModel() = default;
  /// The curve of a sphere-tipped cone pressed into the skin up to a displacement [m] or a force
  /// [N], whichever comes first. Throws SolveError when nothing could be solved.
  virtual IndentationCurve indent(const skin::Skin&, const device::Needle&,
                                  double up_to_displacement, double up_to_force,
                                  core::Observer&) const = 0;
};

/// One point of the crack-opening table.
struct CrackOpening {
  double b_over_r;      ///< crack half-length over radius [-]
  double energy;        ///< f, stored energy per length over mu R^2 [-]
  double normal_force;  ///< contact pressure summed round the circle over mu R [-]
};

/// Makes the crack-opening table; implemented by finite elements in percuta_fem.
class CrackOpeningModel {
 public:
  virtual ~CrackOpeningModel() = default;
  /// f at the ratios b/R for one hardening exponent, in falling b/R; ends early where the solve
  /// does.
  virtual std::vector<CrackOpening> sweep(
      double alpha, std::vector<double> ratios,
      const std::function<void(const CrackOpening&)>& observe) const = 0;
};

}  // namespace percuta::insertion
