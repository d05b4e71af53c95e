#pragma once

#include "percuta/healing/model.h"

namespace percuta::healing {

void add_radial_model(core::Registry<HealingModel>&);
void add_axisymmetric_model(core::Registry<HealingModel>&);
void add_patch_model(core::Registry<HealingModel>&);

}  // namespace percuta::healing
