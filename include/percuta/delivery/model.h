#pragma once

#include "percuta/core/registry.h"
#include "percuta/delivery/delivery.h"

namespace percuta::delivery {

/// A way to say what gets in through the channels, when and how far. Implement it, add it to
/// `models()`, and a case's delivery.level may name it.
class DeliveryModel {
 public:
  virtual ~DeliveryModel() = default;
  /// About how long it takes, for so many classes of channels [s].
  virtual double seconds(int /*classes*/, const Settings&) const { return 0.0; }
  /// Whether the vehicle may have a diffusivity of its own.
  virtual bool takes_still_vehicle() const { return true; }
  /// Throws core::SolveError when a solve gives up.
  virtual Course deliver(const Problem&, const Settings&, core::Observer&) const = 0;
};

/// Every delivery model: "network", "axisymmetric", and what others add.
core::Registry<DeliveryModel>& models();

}  // namespace percuta::delivery
