#pragma once

#include "percuta/core/registry.h"
#include "percuta/healing/healing.h"

namespace percuta::healing {

/// A way to say what the skin does after the needle. Implement it, add it to `models()`, and a
/// case's healing.level may name it.
class HealingModel {
 public:
  virtual ~HealingModel() = default;
  /// About how long it takes on two cores, for so many classes of channels [s].
  virtual double seconds(int /*classes*/, int /*sessions*/, double /*duration*/,
                         const Settings&) const {
    return 0.0;
  }
  /// Throws core::SolveError when a solve gives up.
  virtual Course heal(const Parameters&, const Wound&, const Settings&, core::Observer&) const = 0;
};

/// The level that follows every channel of a patch.
inline constexpr const char* kPatchLevel = "patch";

/// Every healing model: "radial", "axisymmetric", "patch", and what others add.
core::Registry<HealingModel>& models();

}  // namespace percuta::healing
