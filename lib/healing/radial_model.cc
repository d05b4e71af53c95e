#include <cmath>

#include "models.h"

namespace percuta::healing {
namespace {

class RadialModel : public HealingModel {
 public:
  double seconds(int, int sessions, double duration, const Settings& s) const override {
    return 0.02 + 0.15 * sessions * s.cells / 120.0 * std::sqrt(duration / (180 * core::kDay));
  }
  Course heal(const Parameters& p, const Wound& wound, const Settings& settings,
              core::Observer& observer) const override {
    return healing::heal(p, wound, settings, observer);
  }
};

}  // namespace

void add_radial_model(core::Registry<HealingModel>& models) {
  models.add(
      {"healing",
       "radial",
       "inflammation, growth signal, fibroblasts, collagen I and III on radial cells around a "
       "channel, one for each level of depth",
       "channels apart from one another; days to months",
       {"Healing constants were fitted to larger excisional wounds, partly in animals, and "
        "are not validated for microneedling. How strongly cells answer "
        "small signals decides the size of every collagen figure.",
        "Depths do not exchange; a later session meets skin as it is on average; oxygen, "
        "vessels and tension are left out.",
        "Nothing here supports firmer skin within days: in this model strength first falls."},
       {}},
      [] { return std::make_unique<RadialModel>(); });
}

}  // namespace percuta::healing
