#pragma once

#include <string>

#include "percuta/core/progress.h"

namespace percuta::evidence {

/// The same quantities of one needle by two levels, of the solid level and the one that answers
/// beside it, as comma-separated values: the needle of data/cases/single-needle.toml pushed 1 mm in
/// and left there. Minutes.
std::string levels_csv(core::Observer& = core::silent());

}  // namespace percuta::evidence
