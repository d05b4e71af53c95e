#pragma once

#include <string>
#include <vector>

#include "percuta/config/record.h"
#include "percuta/protocol/rules.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// The safety rules of data/safety/rules.toml. Throws InputError and FileError.
const std::vector<protocol::Rule>& safety_rules();

/// What speaks against the case's protocol for its person, the heaviest first.
std::vector<protocol::Finding> safety(const Case&);

/// A finding as a warning says it.
std::string safety_line(const protocol::Finding&);

/// The findings that are warnings, a line each, and overrides of rules that do not apply.
std::vector<std::string> safety_warnings(const Case&);

/// Throws InputError for every rule that blocks the case and is not overridden.
void refuse_blocked(const Case&);

}  // namespace percuta::study
