#pragma once

#include <string>
#include <vector>

#include "percuta/config/output.h"
#include "percuta/config/record.h"
#include "percuta/delivery/treatment.h"

namespace percuta::delivery {

/// Declaration of a solute: what is not given is estimated by a rule that the sentence names.
const config::Record<Solute>& solute_record();

/// Declaration of the [delivery] table.
const config::Record<Options>& options_record();

/// Values that are allowed one by one and do not go together.
void check(const Options&, const Solute&, config::Reader&);

/// Every output of the delivery model.
const config::Outputs<Delivered>& outputs();

/// What is to be said whatever the figures: what devices are cleared for, what may be put on
/// needled skin.
const std::vector<std::string>& cautions();

}  // namespace percuta::delivery
