#pragma once

#include "percuta/config/output.h"
#include "percuta/rolling/drum_contact.h"

namespace percuta::rolling {

/// The drum on the skin; below "channels".
const config::Outputs<DrumContact>& contact_outputs();

}  // namespace percuta::rolling
