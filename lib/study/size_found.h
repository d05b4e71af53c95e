#pragma once

// What is said of a device that was found.

#include <string>
#include <vector>

#include "percuta/study/size.h"

namespace percuta::study {

/// Which keys stand at an end of what [vary] lets them, a sentence each.
std::vector<std::string> ends_of(const SizeTask&, const Design&);

/// A case as a file that `read_case` takes: what the user wrote and overrode, with its sources;
/// files that it names by where they are.
std::string case_text(const Case&);

}  // namespace percuta::study
