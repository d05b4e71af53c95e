#pragma once

#include "percuta/delivery/model.h"

namespace percuta::delivery {

void add_axisymmetric_model(core::Registry<DeliveryModel>&);

}  // namespace percuta::delivery
