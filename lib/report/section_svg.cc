// The needle at full load in the skin as it is then, and beside it the channel in the skin at rest.
// How deep needle, surface and head lie is computed; the form of the skin around the needle is
// drawn.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "svg.h"

namespace percuta::report {
namespace {

constexpr double kHeight = 370.0, kTitle = 22.0;  // of the panels, of the line above [pixels]
constexpr double kWidth = 450.0, kGap = 12.0, kChannel = 150.0;  // [pixels]

/// Depths below the mean plane of the skin, downwards; x from the needle's axis [m].
struct Pressed {
  double travel, deflection, pierced;  ///< of the tip, of the surface, cut
  double face;                         ///< of the head's lowest line
  double round;                        ///< radius of the head; 0 = flat
  double start, reach, fade;           ///< of the slope away from the needle, and with depth

  double face_at(double x) const {
    const double away = std::min(std::abs(x), 0.99 * round);
    return face - (round > 0.0 ? round - std::sqrt(round * round - away * away) : 0.0);
  }
  /// What was at a depth in the skin at rest; the skin does not go through the head.
  double moved(double x, double depth) const {
    const double below = std::max(0.0, depth - pierced), soft = std::min(1.0, below / start);
    const double away =
        (1.0 - soft) * std::max(0.0, std::abs(x) - start) + soft * (std::hypot(x, start) - start);
    const double surface = std::max(deflection * std::exp(-away / reach), face_at(x));
    return depth + surface * std::exp(-below / fade);
  }
};

Pressed pressed(const study::Result& r) {
  const auto& at = r.on_skin.needle;
  const auto* roller = std::get_if<device::Roller>(&r.device.head);
  Pressed p{};
  p.travel = at.displacement;
  p.deflection = at.deflection;
  p.pierced = at.pierced_depth;
  p.face = at.displacement - r.device.needle.length;
  p.round = roller != nullptr ? roller->drum_radius : 0.0;
  p.start = std::max(radius_behind_tip(r.device.needle, at.pierced_depth),
                     0.2 * r.device.needle.shank_radius);
  p.reach = 0.22 * needle_pitch(r.device);
  p.fade = std::max(1.6 * std::max(at.deflection, p.face), 0.2 * r.device.needle.length);
  return p;
}

struct Frame {
  double scale, above;  ///< [pixels/m], of the skin at rest [m]
  double middle, width;
  double x(double v) const { return middle + v * scale; }
  double y(double depth) const { return (above + depth) * scale; }
  double back(double pixel) const { return (pixel - middle) / scale; }
};

/// Layers as far as the frame goes, each drawn over the one above it.
template <class Moved>
std::string layers_svg(const skin::Skin& skin, const Frame& f, Moved&& moved) {
  std::string out;
  double top = 0.0;
  for (std::size_t k = 0; k < skin.layers.size(); ++k) {
    std::string path = fmt::format("M0 {:.0f}", kHeight);
    for (int step = 0; step <= 120; ++step) {
      const double px = f.width * step / 120.0;
      path += fmt::format("L{:.1f} {:.1f}", px, f.y(moved(f.back(px), top)));
    }
    out += fmt::format("<path d=\"{}L{:.1f} {:.0f}Z\" fill=\"{}\"/>", path, f.width, kHeight,
                       kLayerColours[std::min<std::size_t>(k, kLayerColours.size() - 1)]);
    top += skin.layers[k].thickness;
    if (f.y(top) > kHeight) break;
  }
  return out;
}

std::string text(double x, double y, const std::string& words, const char* anchor = "start") {
  return fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"label halo\" text-anchor=\"{}\">{}</text>", x, y,
      anchor, escape_html(words));
}

/// The needle from its tip as far back as a length.
std::string outline(const device::Needle& n, double tip, double length, const Frame& f) {
  std::string right, left;
  for (int k = 0; k <= 60; ++k) {
    const double behind = length * k * k / 3600.0, half = radius_behind_tip(n, behind);
    right += fmt::format("{}{:.2f} {:.2f}", k == 0 ? "M" : "L", f.x(half), f.y(tip - behind));
    left = fmt::format("L{:.2f} {:.2f}", f.x(-half), f.y(tip - behind)) + left;
  }
  return right + left;
}

std::string head_svg(const study::Result& r, const Pressed& p, const Frame& f) {
  std::string path = "M0 0";
  for (int k = 0; k <= 60; ++k) {
    const double px = f.width * k / 60.0;
    path += fmt::format("L{:.1f} {:.1f}", px, f.y(p.face_at(f.back(px))));
  }
  const auto kind = device::kind(r.device);
  const std::string part = kind == "roller" ? "drum" : kind == "stamp" ? "plate" : "head";
  return fmt::format("<path d=\"{}L{:.1f} 0Z\" fill=\"#c9d1d6\" stroke=\"#5b6770\"/>", path,
                     f.width) +
         text(f.middle, std::max(14.0, f.y(p.face) - 8.0), part, "middle");
}

/// An upright line beside the needle with what it measures.
std::string measure(const Frame& f, double from, double to, const char* colour,
                    const std::string& words, double& lowest) {
  if (to <= from) return "";
  const double y = std::max(lowest + 15.0, 0.5 * (f.y(from) + f.y(to)) + 4.0);
  lowest = y;
  return fmt::format(
             "<line x1=\"10\" x2=\"10\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
             "stroke-width=\"5\"/>",
             f.y(from), f.y(to), colour) +
         text(18.0, y, words);
}

std::string rest_line(const Frame& f) {
  return fmt::format(
      "<line x1=\"0\" x2=\"{0:.0f}\" y1=\"{1:.1f}\" y2=\"{1:.1f}\" stroke=\"#222\" "
      "stroke-width=\"0.8\" stroke-dasharray=\"4 3\"/>",
      f.width, f.y(0.0));
}

std::string needle_panel(const study::Result& r, const Pressed& p, const Frame& f) {
  const auto& n = r.device.needle;
  std::string out = layers_svg(r.skin, f, [&](double x, double t) { return p.moved(x, t); });
  out += head_svg(r, p, f);
  out += fmt::format("<path d=\"{}Z\" fill=\"#5b6770\" stroke=\"#333\" stroke-width=\"0.7\"/>",
                     outline(n, p.travel, n.length, f));
  if (p.pierced > 0.0)
    out += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"#a3123a\" stroke-width=\"2\"/>",
                       outline(n, p.travel, p.pierced, f));
  double lowest = -100.0;
  out += rest_line(f);
  out += measure(f, 0.0, p.deflection, "#0072b2",
                 fmt::format("skin yields {:.2f} mm", p.deflection * 1e3), lowest);
  out += measure(f, p.deflection, p.travel, "#a3123a",
                 fmt::format("pierced {:.2f} mm", p.pierced * 1e3), lowest);
  return out;
}

std::string channel_panel(const study::Result& r, const Frame& f) {
  const auto& c = r.channel;
  std::string right, left;
  for (std::size_t k = 0; k < c.profile_depth.size(); ++k) {
    const double half =
        std::max(k + 1 == c.profile_depth.size() ? 0.3 : 1.0, c.profile_radius[k] * f.scale);
    right += fmt::format("{}{:.2f} {:.2f}", k == 0 ? "M" : "L", f.middle + half,
                         f.y(c.profile_depth[k]));
    left = fmt::format("L{:.2f} {:.2f}", f.middle - half, f.y(c.profile_depth[k])) + left;
  }
  return layers_svg(r.skin, f, [](double, double t) { return t; }) + rest_line(f) +
         fmt::format("<path d=\"{}{}Z\" fill=\"#7a1020\"/>", right, left) +
         text(f.middle, std::min(kHeight - 8.0, f.y(c.depth) + 18.0),
              fmt::format("{:.2f} mm deep", c.depth * 1e3), "middle");
}

std::string panel(double x, double width, const std::string& title, const std::string& drawn) {
  return fmt::format(
      "<text x=\"{0:.0f}\" y=\"15\" class=\"label\">{1}</text><svg x=\"{0:.0f}\" y=\"{2:.0f}\" "
      "width=\"{3:.0f}\" height=\"{4:.0f}\"><rect width=\"{3:.0f}\" height=\"{4:.0f}\" "
      "fill=\"#eef3f6\"/>{5}</svg>",
      x, escape_html(title), kTitle, width, kHeight, drawn);
}

/// A bar of a round length and the names of the layers; the height that they take.
std::string key(const skin::Skin& skin, const Frame& f, double& height) {
  const double bar = std::pow(10.0, std::floor(std::log10(200.0 / f.scale)));
  double x = 22.0 + bar * f.scale + 56.0, y = kTitle + kHeight + 18.0;
  std::string out = fmt::format(
      "<line x1=\"2\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{1:.1f}\" stroke=\"#222\" "
      "stroke-width=\"3\"/><text x=\"{2:.1f}\" y=\"{3:.1f}\" class=\"label\">{4:g} mm</text>",
      2.0 + bar * f.scale, y - 4.0, 9.0 + bar * f.scale, y, bar * 1e3);
  for (std::size_t k = 0; k < skin.layers.size(); ++k) {
    const auto& name = skin.layers[k].name;
    const double wide = 30.0 + 7.4 * static_cast<double>(name.size());
    if (x + wide > kWidth) {
      x = 2.0;
      y += 19.0;
    }
    out += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"12\" height=\"12\" fill=\"{}\" stroke=\"#6b4a40\" "
        "stroke-width=\"0.5\"/><text x=\"{:.1f}\" y=\"{:.1f}\" class=\"label\">{}</text>",
        x, y - 10.0, kLayerColours[std::min<std::size_t>(k, kLayerColours.size() - 1)], x + 17.0, y,
        escape_html(name));
    x += wide;
  }
  height = y + 8.0;
  return out;
}

}  // namespace

std::string full(const device::Device& d) {
  return std::holds_alternative<device::Pen>(d.head) ? "stroke" : "load";
}

std::string section_svg(const study::Result& r) {
  const auto p = pressed(r);
  const double length = r.device.needle.length;
  const bool open = r.channel.depth > 0.0;
  const double deepest = std::max({p.travel, r.channel.depth, 0.6 * length});
  const double above = std::max(0.2 * length, length - p.travel + 0.18 * length);
  const double shown = std::min(thickness(r.skin), 1.35 * deepest + 0.1e-3);
  const double scale = kHeight / (above + shown);
  const double wide = open ? kWidth - kGap - kChannel : kWidth;
  const Frame needle{scale, above, 0.58 * wide, wide};
  const Frame channel{scale, above, 0.5 * kChannel, kChannel};
  double height = 0.0;
  const auto below = key(r.skin, needle, height);
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"the needle in the skin, to "
      "scale\" class=\"section needle\">",
      kWidth, height);
  out += panel(0.0, wide, "nominal needle, full " + full(r.device), needle_panel(r, p, needle));
  if (open) out += panel(wide + kGap, kChannel, "channel, skin at rest", channel_panel(r, channel));
  return out + below + "</svg>";
}

}  // namespace percuta::report
