// delivery.level = "axisymmetric": solved by percuta_fem.

#include <cmath>
#include <stdexcept>

#include "models.h"

namespace percuta::delivery {
namespace {

class AxisymmetricModel : public DeliveryModel {
 public:
  // Measured on the cheek; the library takes longer to load than a default solve does.
  double seconds(int classes, const Settings& s) const override {
    return 0.4 + 0.08 * classes * std::pow(s.cells / 40.0, 3.2);
  }
  bool takes_still_vehicle() const override { return false; }
  Course deliver(const Problem& problem, const Settings& settings,
                 core::Observer& observer) const override {
    if (!settings.finite_elements)
      throw std::invalid_argument("axisymmetric delivery needs Settings::finite_elements");
    return settings.finite_elements().deliver(problem, settings, observer);
  }
};

}  // namespace

void add_axisymmetric_model(core::Registry<DeliveryModel>& models) {
  models.add(
      {"delivery",
       "axisymmetric",
       "one channel of each depth in the skin that belongs to it, over radius and depth: fluid of "
       "the channel, horny layer and tissue round it, all under one stirred vehicle",
       "channels apart from one another, each amid its own; minutes to days",
       {"A channel of each depth lies amid others of that depth: what deep channels bring in does "
        "not meet what shallow ones beside them do.",
        "The vehicle is stirred: one that stands still is solved by the network level alone.",
        "Diffusion alone: no fluid flows through the channels, and no current or pressure drives "
        "anything. Through the horny layer a channel is a cylinder that conducts and holds what "
        "its cone does; what is in it when it closes stays there, as in the horny layer. A channel "
        "through the "
        "whole of excised skin opens into the receptor.",
        "The horny layer is a plane: its anisotropy, its pores and what swelling does to it are "
        "left out. Binding is linear and at once.",
        "Vessels are spread evenly through the dermis, and what they take up is gone."},
       {"pottsguy1992", "ajpheart1990", "den160029", "chu2021", "gowda2021"}},
      [] { return std::make_unique<AxisymmetricModel>(); });
}

}  // namespace percuta::delivery
