// healing.level = kPatchLevel: solved by percuta_fem.

#include <cmath>
#include <stdexcept>

#include "models.h"

namespace percuta::healing {
namespace {

class PatchModel : public HealingModel {
 public:
  Course heal(const Parameters& p, const Wound& wound, const Settings& settings,
              core::Observer& observer) const override {
    if (!settings.finite_elements)
      throw std::invalid_argument("healing of a patch needs Settings::finite_elements");
    return settings.finite_elements(kPatchLevel).heal(p, wound, settings, observer);
  }
};

}  // namespace

void add_patch_model(core::Registry<HealingModel>& models) {
  models.add(
      {"healing",
       kPatchLevel,
       "the radial level's equations in three dimensions, every channel where the device put it "
       "and "
       "as deep as its class: spacing, overlap, later sessions at their own places",
       "patches of 0.5 to 20 mm; days to months; with mpirun on several processes",
       {"Healing constants were fitted to larger excisional wounds, partly in animals, and "
        "are not validated for microneedling. How strongly cells answer "
        "small signals decides the size of every collagen figure.",
        "The walls of the patch mirror what is within; bands and sensitivities are those of "
        "axisymmetric cells; oxygen, vessels and tension are left out.",
        "Nothing here supports firmer skin within days: in this model strength first falls."},
       {}},
      [] { return std::make_unique<PatchModel>(); });
}

}  // namespace percuta::healing
