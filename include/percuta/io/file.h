#pragma once

#include <string>
#include <string_view>

namespace percuta::io {

/// Writes a file whole and down to the disk: every write, the sync and the close are checked.
/// Throws FileError, and then leaves no part of it.
void write_file(const std::string& path, std::string_view bytes);

/// Puts a file in the place of another at one stroke: readers see the old or the new one, never a
/// part. Throws FileError.
void replace_file(const std::string& path, std::string_view bytes);

}  // namespace percuta::io
