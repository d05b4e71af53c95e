#pragma once

#include "percuta/config/record.h"
#include "percuta/protocol/protocol.h"

namespace percuta::protocol {

const config::Record<Protocol>& protocol_record();

}  // namespace percuta::protocol
