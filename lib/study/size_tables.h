#pragma once

// Between case files and those that say what a device is to reach.

#include "percuta/config/tree.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// Tables of a case file that `size` alone reads.
inline constexpr const char* kSizeTables[] = {"target", "vary", "search"};

/// The case of a tree, as `parse_case` reads it.
Case case_of(config::Tree written, const Overrides&);

}  // namespace percuta::study
