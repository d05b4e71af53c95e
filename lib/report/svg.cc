#include "svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace percuta::report {
namespace {

constexpr std::array<const char*, 5> kLayerColours{"#d9b08c", "#f2c6a8", "#f0a8a0", "#e58f8a",
                                                   "#f7e3a1"};

}  // namespace

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

std::string section_svg(const study::Result& r) {
  const auto& n = r.device.needle;
  const double shown =
      std::min(thickness(r.skin), 1.35 * n.length + 0.2e-3);  // depth in the picture [m]
  const double above = 0.25 * n.length;
  const double scale = 380.0 / (shown + above);  // pixels per metre
  const double width = 640.0, left = 150.0, right = 470.0;
  const auto y = [&](double depth) { return (depth + above) * scale + 10.0; };
  std::string s = fmt::format(
      "<svg viewBox=\"0 0 {:.0f} 410\" role=\"img\" aria-label=\"skin section to scale\" "
      "class=\"section\">",
      width);
  double top = 0.0, last_label = -1e9;
  for (std::size_t i = 0; i < r.skin.layers.size(); ++i) {
    const auto& layer = r.skin.layers[i];
    const double bottom = std::min(shown, top + layer.thickness);
    if (top >= shown) break;
    s += fmt::format("<rect x=\"{}\" y=\"{:.2f}\" width=\"{}\" height=\"{:.2f}\" fill=\"{}\"/>",
                     left, y(top), right - left, std::max(0.5, (bottom - top) * scale),
                     kLayerColours[std::min<std::size_t>(i, 4)]);
    const double middle = std::max(last_label + 14.0, 0.5 * (y(top) + y(bottom)) + 4.0);
    s += fmt::format("<text x=\"{}\" y=\"{:.1f}\" class=\"label\" text-anchor=\"end\">{}</text>",
                     left - 8, middle, escape_html(layer.name));
    s += fmt::format(
        "<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#999\" "
        "stroke-width=\"0.6\"/>",
        left - 6, left, middle - 4, 0.5 * (y(top) + y(bottom)));
    last_label = middle;
    top += layer.thickness;
  }
  // The channel in the undeformed skin.
  const double x_channel = left + 90.0;
  const double half = std::max(1.0, r.channel.opening_radius * scale);
  if (r.channel.depth > 0.0)
    s +=
        fmt::format("<path d=\"M{:.2f} {:.2f} L{:.2f} {:.2f} L{:.2f} {:.2f} Z\" fill=\"#7a1020\"/>",
                    x_channel - half, y(0), x_channel + half, y(0), x_channel, y(r.channel.depth));
  s += fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"label\" text-anchor=\"middle\">{}</text>", x_channel,
      y(0) - 6,
      r.channel.depth > 0.0 ? fmt::format("channel {:.2f} mm", r.channel.depth * 1e3)
                            : "no channel");
  // The needle at full travel, beside it.
  const double x_needle = left + 235.0, d = r.on_skin.needle.displacement;
  std::string outline, mirrored;
  for (int k = 0; k <= 60; ++k) {
    const double behind = n.length * k / 60.0;
    const double radius = radius_behind_tip(n, behind) * scale;
    outline +=
        fmt::format("{}{:.2f} {:.2f} ", k == 0 ? "M" : "L", x_needle + radius, y(d - behind));
    mirrored = fmt::format("L{:.2f} {:.2f} ", x_needle - radius, y(d - behind)) + mirrored;
  }
  s += fmt::format(
      "<path d=\"{}{}Z\" fill=\"#5b6770\" fill-opacity=\"0.85\" stroke=\"#333\" "
      "stroke-width=\"0.7\"/>",
      outline, mirrored);
  s += fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"label\" text-anchor=\"middle\">needle {:.2f} "
      "mm</text>",
      x_needle, y(d - n.length) - 6, n.length * 1e3);
  s += fmt::format(
      "<line x1=\"{}\" x2=\"{}\" y1=\"{:.2f}\" y2=\"{:.2f}\" stroke=\"#222\" stroke-dasharray=\"4 "
      "3\"/>",
      left, right, y(0), y(0));
  // How the travel is shared.
  const double xr = right + 14.0, a = r.on_skin.needle.pierced_depth;
  const auto bar = [&](double from, double to, const char* colour, const std::string& label) {
    if (to <= from) return;
    s += fmt::format(
        "<line x1=\"{0}\" x2=\"{0}\" y1=\"{1:.2f}\" y2=\"{2:.2f}\" stroke=\"{3}\" "
        "stroke-width=\"5\"/><text x=\"{4}\" y=\"{5:.1f}\" class=\"label\">{6}</text>",
        xr, y(from), y(to), colour, xr + 10, 0.5 * (y(from) + y(to)) + 4, label);
  };
  bar(0.0, d - a, "#0072b2", fmt::format("skin yields {:.2f} mm", (d - a) * 1e3));
  bar(d - a, d, "#7a1020", fmt::format("pierced {:.2f} mm", a * 1e3));
  return s + "</svg>";
}

}  // namespace percuta::report
