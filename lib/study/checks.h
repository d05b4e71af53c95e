#pragma once

#include "percuta/config/record.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// Complains of values that do not go together: needles that overlap or are longer than the skin is
/// thick, patches below a needle's share, sessions after the end, vessels out of order.
void check_physics(const Case&, config::Reader&);

/// Complains of plans out of order, of care that the healing's constants say otherwise, and of
/// conditions of the person that no rule can read.
void check_safety(const Case&, config::Reader&);

/// Puts what preparation and care do into the healing's constants.
void apply_care(Case&);
// The same of a part by itself.
void check_skin(const skin::Skin&, config::Reader&);
void check_layer(const skin::Layer&, config::Reader&);
void check_needle(const device::Needle&, config::Reader&);
void check_head(const device::Device&, config::Reader&);

}  // namespace percuta::study
