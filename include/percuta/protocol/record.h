#pragma once

#include <functional>
#include <string>
#include <vector>

#include "percuta/config/record.h"
#include "percuta/protocol/person.h"
#include "percuta/protocol/protocol.h"

namespace percuta::protocol {

/// Where a record has its closed list of names from.
using Names = std::function<std::vector<std::string>()>;

/// `rules`: names of the safety rules that may be overridden.
config::Record<Protocol> protocol_record(Names rules);

/// `conditions`: names that the safety rules ask for.
config::Record<Person> person_record(Names conditions);

}  // namespace percuta::protocol
