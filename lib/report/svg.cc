#include "svg.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

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

Classes half_decades(std::vector<double> values) {
  Classes out{};
  out.fill(std::numeric_limits<double>::infinity());
  std::erase_if(values, [](double v) { return !(v > 0.0); });
  if (values.empty()) return out;
  const auto rank = static_cast<std::ptrdiff_t>(0.999 * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  const auto last = static_cast<int>(std::floor(2.0 * std::log10(values[rank])));
  for (std::size_t k = 0; k < out.size(); ++k) {
    const int half = last - static_cast<int>(kClasses - 1 - k);
    const int decade = half >= 0 ? half / 2 : -((1 - half) / 2);
    // Half a decade is 3 for 3.16.
    out[k] = (half == 2 * decade ? 1.0 : 3.0) * std::pow(10.0, decade);
  }
  return out;
}

std::string swatch(double x, double y, const char* colour, const std::string& text) {
  return fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"11\" height=\"11\" fill=\"{}\" "
      "stroke=\"#6b4a40\" stroke-width=\"0.4\"/><text x=\"{:.1f}\" y=\"{:.1f}\" "
      "class=\"label\">{}</text>",
      x, y + 6.0, colour, x + 15.0, y + 15.0, escape_html(text));
}

}  // namespace percuta::report
