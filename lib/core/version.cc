#include "percuta/core/version.h"

namespace percuta::core {

std::string version() { return PERCUTA_VERSION; }

}  // namespace percuta::core
