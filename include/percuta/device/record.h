#pragma once

#include "percuta/config/record.h"
#include "percuta/device/device.h"

namespace percuta::device {

const config::Record<Needle>& needle_record();

/// The head: its kind and the keys of each kind.
const config::Record<Device>& device_record();

}  // namespace percuta::device
