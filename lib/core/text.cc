#include "percuta/core/text.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace percuta::core {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Bytes of the character that begins here, 0 when it is malformed (RFC 3629: no overlong forms, no
/// surrogates).
std::size_t bytes_of(std::string_view text) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned lead = byte(0);
  if (lead < 0x80U) return 1;
  const std::size_t size = lead >= 0xF0U && lead <= 0xF4U  ? 4
                           : lead >= 0xE0U && lead < 0xF0U ? 3
                           : lead >= 0xC2U && lead < 0xE0U ? 2
                                                           : 0;
  if (size == 0 || text.size() < size) return 0;
  for (std::size_t k = 1; k < size; ++k)
    if (!continues(text[k])) return 0;
  const unsigned second = byte(1);
  if ((lead == 0xE0U && second < 0xA0U) || (lead == 0xEDU && second > 0x9FU) ||
      (lead == 0xF0U && second < 0x90U) || (lead == 0xF4U && second > 0x8FU))
    return 0;
  return size;
}

// C0, DEL and the C1 controls, which some terminals obey too.
bool control(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead < 0x20U || lead == 0x7FU;
  return lead == 0xC2U && static_cast<unsigned char>(character[1]) < 0xA0U;
}

}  // namespace

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto size = bytes_of(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  for (std::size_t shown = 0; !text.empty(); ++shown) {
    if (shown == most) return out + "…";
    const auto size = bytes_of(text);
    const auto character = text.substr(0, std::max<std::size_t>(1, size));
    if (size == 0) out += '?';
    else if (character != "\n" && character != "\t" && control(character))
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(character.back()));
    else out += character;
    text.remove_prefix(character.size());
  }
  return out;
}

std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::string characters(std::string_view text, std::size_t first, std::size_t count) {
  std::size_t at = 0, begin = text.size(), end = text.size();
  for (std::size_t k = 0; k < text.size(); ++k) {
    if (continues(text[k])) continue;
    if (at == first) begin = k;
    if (at == first + count) {
      end = k;
      break;
    }
    ++at;
  }
  return std::string(text.substr(begin, end - begin));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out(indent, ' ');
  std::size_t used = indent;
  while (!text.empty()) {
    const auto space = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (used > indent && used + 1 + length(word) > width) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
    }
    if (used > indent) out += ' ', ++used;
    out += word;
    used += length(word);
  }
  return out;
}

std::vector<double> numbers_of(const std::string& line, std::size_t count) {
  std::vector<double> out;
  const char* at = line.c_str();
  for (char* end = nullptr;; at = end + 1) {
    out.push_back(std::strtod(at, &end));
    if (end == at || (*end != ',' && *end != '\0')) return {};
    if (*end == '\0') break;
  }
  return out.size() == count ? out : std::vector<double>{};
}

double as_tabled(double value) {
  return std::strtod(fmt::format("{:.7g}", value).c_str(), nullptr);
}

}  // namespace percuta::core
