#pragma once

#include "percuta/config/record.h"
#include "percuta/device/device.h"

namespace percuta::device {

const config::Record<Needle>& needle_record();
const config::Record<Roller>& roller_record();

}  // namespace percuta::device
