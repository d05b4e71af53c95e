#include "svg.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace percuta::report {

std::string escape_html(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

double needle_pitch(const device::Device& d) {
  if (const auto* roller = std::get_if<device::Roller>(&d.head))
    return 2.0 * std::numbers::pi * roller->drum_radius / roller->needles_per_turn;
  if (const auto* stamp = std::get_if<device::Stamp>(&d.head)) return stamp->spacing;
  const auto& pen = std::get<device::Pen>(d.head);
  return pen.head_width / pen_needles_across(pen);
}

int pen_needles_across(const device::Pen& pen) {
  return std::max(2, static_cast<int>(std::lround(std::sqrt(pen.needles))));
}

}  // namespace percuta::report
