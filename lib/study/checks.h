#pragma once

#include "percuta/config/record.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// Complains of values that do not go together: needles that overlap or are longer than the skin is
/// thick, patches below a needle's share, sessions after the end, vessels out of order.
void check_physics(const Case&, config::Reader&);

// The same of a part by itself.
void check_skin(const skin::Skin&, config::Reader&);
void check_layer(const skin::Layer&, config::Reader&);
void check_needle(const device::Needle&, config::Reader&);
void check_head(const device::Device&, config::Reader&);

}  // namespace percuta::study
