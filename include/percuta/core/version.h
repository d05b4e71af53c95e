#pragma once

#include <string>
#include <vector>

namespace percuta::core {

/// Version of the library, "0.1.0".
std::string version();

}  // namespace percuta::core
