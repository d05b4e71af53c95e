#pragma once

#include <string>
#include <utility>
#include <vector>

namespace percuta::core {

/// What this build is: version, git hash of the source ("" outside of a repository), compiler and
/// build type, a name and a text each.
std::vector<std::pair<std::string, std::string>> build_facts();

/// Now in UTC, "2026-01-31T12:00:00Z"; SOURCE_DATE_EPOCH in its place where that is set, so that
/// files can be made again.
std::string timestamp();

/// The command that this process was started with, words with blanks in quotes; "" where the system
/// does not tell.
std::string command_line();

/// A short fingerprint of a text, 16 hexadecimal digits (FNV-1a). For names and comparisons, not
/// for safety.
std::string fingerprint(const std::string& text);

}  // namespace percuta::core
