#include "percuta/healing/model.h"

#include "models.h"

namespace percuta::healing {

core::Registry<HealingModel>& models() {
  static core::Registry<HealingModel> all;
  static const bool filled = [] {
    add_radial_model(all);
    add_axisymmetric_model(all);
    add_patch_model(all);
    return true;
  }();
  (void)filled;
  return all;
}

}  // namespace percuta::healing
