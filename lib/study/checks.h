#pragma once

#include "percuta/config/record.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// Complains of values that do not go together: needles that overlap or are longer than the skin is
/// thick, patches below a needle's share, sessions after the end, vessels out of order.
void check_physics(const Case&, config::Reader&);

}  // namespace percuta::study
