#pragma once

#include "percuta/config/record.h"
#include "percuta/healing/healing.h"

namespace percuta::healing {

/// Declaration of every healing constant: unit, range, default, sentence, source.
const config::Record<Parameters>& parameters_record();

/// The defaults of the record.
Parameters default_parameters();

}  // namespace percuta::healing
