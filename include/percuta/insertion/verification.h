#pragma once

#include <functional>
#include <string>
#include <vector>

#include "percuta/core/progress.h"

namespace percuta::insertion {

/// One problem with a known answer, solved on several meshes.
struct VerificationRow {
  std::string name;
  std::string source;  ///< of the expected value
  std::string unit;
  double expected = 0.0;
  std::vector<double> values;  ///< coarse to fine [unit]
  bool values_are_orders =
      false;               ///< each between two meshes, where the exact answer is known everywhere
  double order = 0.0;      ///< observed, from the last three values; NaN where there are fewer [-]
  double tolerance = 0.0;  ///< of the finest value, relative [-]
  bool passed = false;
  long unknowns = 0;     ///< of the finest mesh
  long iterations = 0;   ///< all meshes together
  double seconds = 0.0;  ///< on this machine [s]
};

/// Runs the verification suite; implemented by percuta_fem.
class VerificationModel {
 public:
  virtual ~VerificationModel() = default;
  /// Rows in the order in which they were run; `observe` hears each as it is done.
  virtual std::vector<VerificationRow> run(
      core::Observer&, const std::function<void(const VerificationRow&)>& observe) const = 0;
};

}  // namespace percuta::insertion
