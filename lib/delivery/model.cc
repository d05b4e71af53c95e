#include "percuta/delivery/model.h"

#include "models.h"

namespace percuta::delivery {
namespace {

class NetworkModel : public DeliveryModel {
 public:
  Course deliver(const Problem& problem, const Settings& settings,
                 core::Observer& observer) const override {
    return network(problem, settings, observer);
  }
};

}  // namespace

core::Registry<DeliveryModel>& models() {
  static core::Registry<DeliveryModel> all;
  static const bool filled = [] {
    all.add(
        {"delivery",
         "network",
         "unbroken skin and closing channels of several depths side by side, into layers of "
         "tissue in one dimension",
         "channels apart from one another; hours to days",
         {"Between channels tissue is taken as mixed sideways: until solute has spread to the "
          "neighbours, minutes for small ones and a day for the largest, deep channels give too "
          "little. After 1.5 mm needles this misses the axisymmetric level by more than 10 % for "
          "large solutes: data/evidence/delivery-levels.csv.",
          "Diffusion alone: no fluid flows through the channels, and no current or pressure "
          "drives anything. The fluid of a channel holds nothing itself, and a channel through the "
          "whole of excised skin ends in its lowest layer, not in the receptor.",
          "The horny layer is a plane: its anisotropy, its pores and what swelling does to it "
          "are left out. Binding is linear and at once.",
          "Vessels are spread evenly through the dermis, and what they take up is gone."},
         {"pottsguy1992", "ajpheart1990", "den160029", "chu2021", "gowda2021"}},
        [] { return std::make_unique<NetworkModel>(); });
    add_axisymmetric_model(all);
    return true;
  }();
  (void)filled;
  return all;
}

}  // namespace percuta::delivery
