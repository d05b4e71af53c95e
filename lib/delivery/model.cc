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
         {"Beside the axisymmetric level what is delivered is within 10 % for rollers of 0.25 and "
          "0.5 mm from an hour on, and up to a quarter too low in the first hours after 1.5 mm; "
          "data/evidence/delivery-levels.csv has both.",
          "Between channels tissue is taken as mixed sideways: the first minutes round a "
          "channel, when its solute has not yet spread to its neighbours, come out too slow.",
          "Diffusion alone: no fluid flows through the channels, and no current or pressure "
          "drives anything. The fluid of a channel holds nothing itself.",
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
