#pragma once

#include "percuta/core/registry.h"
#include "percuta/delivery/delivery.h"

namespace percuta::delivery {

/// A way to say what gets in through the channels, when and how far. Implement it, add it to
/// `models()`, and a case's delivery.level may name it.
class DeliveryModel {
 public:
  virtual ~DeliveryModel() = default;
  /// Throws core::SolveError when a solve gives up.
  virtual Course deliver(const Problem&, const Settings&, core::Observer&) const = 0;
};

/// Every delivery model: "network", and what others add.
core::Registry<DeliveryModel>& models();

}  // namespace percuta::delivery
