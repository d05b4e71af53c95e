// healing.level = "axisymmetric": solved by percuta_fem.

#include <cmath>
#include <stdexcept>

#include "models.h"

namespace percuta::healing {
namespace {

class AxisymmetricModel : public HealingModel {
 public:
  // Measured: data/evidence/transport-scaling.csv; half a day takes as many steps as the rest.
  double seconds(int classes, int sessions, double duration, const Settings& s) const override {
    const double steps = 40.0 + 25.0 * std::sqrt(duration / (180 * core::kDay) / sessions);
    return 0.05 + 0.5 * classes * sessions * steps * 9e-3 * std::pow(s.cells / 120.0, 2.6);
  }
  Course heal(const Parameters& p, const Wound& wound, const Settings& settings,
              core::Observer& observer) const override {
    if (!settings.finite_elements)
      throw std::invalid_argument("axisymmetric healing needs Settings::finite_elements");
    return settings.finite_elements("axisymmetric").heal(p, wound, settings, observer);
  }
};

}  // namespace

void add_axisymmetric_model(core::Registry<HealingModel>& models) {
  models.add(
      {"healing",
       "axisymmetric",
       "the radial level's equations over radius and depth: channels with their taper and tip, "
       "signals that reach beyond the needled depth and into the epidermis",
       "channels apart from one another; days to months",
       {"Healing constants were fitted to larger excisional wounds, partly in animals, and "
        "are not validated for microneedling. How strongly cells answer "
        "small signals decides the size of every collagen figure.",
        "Nothing passes below the dermis; a later session meets skin as it is on average at each "
        "depth; oxygen, vessels and tension are left out.",
        "Nothing here supports firmer skin within days: in this model strength first falls."},
       {}},
      [] { return std::make_unique<AxisymmetricModel>(); });
}

}  // namespace percuta::healing
