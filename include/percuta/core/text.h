#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace percuta::core {

/// Whether the bytes are well-formed UTF-8.
bool valid_utf8(std::string_view);

/// The text as a terminal may show it: control characters other than line feed and tab as \xNN,
/// malformed UTF-8 as "?", and after `most` characters an ellipsis.
std::string printable(std::string_view text, std::size_t most = std::string_view::npos);

/// Number of characters of a text in UTF-8.
std::size_t length(std::string_view);

/// Characters `first` to `first + count` of a text in UTF-8.
std::string characters(std::string_view, std::size_t first, std::size_t count);

/// A text in lines of at most `width` characters, broken at spaces, each after `indent` spaces.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent = 0);

/// The numbers of a line of comma-separated values, "nan" among them; none when it is not exactly
/// so many.
std::vector<double> numbers_of(const std::string& line, std::size_t count);

/// What seven digits keep of a number, as tables are written.
double as_tabled(double value);

}  // namespace percuta::core
