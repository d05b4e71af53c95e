#pragma once

#include <string>

#include "percuta/core/progress.h"

namespace percuta::evidence {

/// The same quantities of one needle by two levels, of the solid level and the one that answers
/// beside it, as comma-separated values: the needle of data/cases/single-needle.toml pushed 1 mm in
/// and left there. Minutes.
std::string levels_csv(core::Observer& = core::silent());

/// The hole of a 0.5 mm needle that a drum rolls through excised skin, by the solid level and by
/// the closed form that `roll` takes for the same pierced depth, as comma-separated values.
/// Minutes.
std::string rolled_hole_csv(core::Observer& = core::silent());

}  // namespace percuta::evidence
