// Concentration in the skin round a channel, as a picture.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "percuta/core/quantity.h"
#include "svg.h"

namespace percuta::report {
namespace {

using delivery::Section;

constexpr std::array<const char*, kClasses> kColours{"#fbe3c4", "#f6bd7c", "#e88a3c", "#bf5417",
                                                     "#76290a"};
constexpr double kWide = 220.0, kHigh = 260.0;  // of a picture, at most [px]
constexpr std::size_t kMoments = 4;

/// How deep the channel goes [m].
double channel_depth(const Section& s) {
  const std::size_t rings = s.radius.size() - 1;
  double out = 0.0;
  for (std::size_t k = 0; k + 1 < s.depth.size(); ++k)
    if (s.fluid[k * rings] > 0.5) out = s.depth[k + 1];
  return out;
}

struct View {
  double radius, depth;  ///< shown [m]
  double scale;          ///< [px/m]
};

View view_of(const Section& s) {
  const double radius = s.radius.back();
  const double depth =
      std::min(s.depth.back(), std::max(2.0 * channel_depth(s), 1.5 * s.radius.back()));
  return {radius, depth, std::min(kWide / (2.0 * radius), kHigh / depth)};
}

/// Rectangles of cells that satisfy a condition, those side by side as one.
template <class Holds>
std::string runs(const Section& s, const View& v, Holds holds) {
  const std::size_t rings = s.radius.size() - 1;
  std::string out;
  for (std::size_t k = 0; k + 1 < s.depth.size() && s.depth[k] < v.depth; ++k)
    for (std::size_t i = 0; i < rings;) {
      std::size_t end = i;
      while (end < rings && holds(k * rings + end)) ++end;
      if (end == i) {
        ++i;
        continue;
      }
      const double bottom = std::min(s.depth[k + 1], v.depth);
      out += fmt::format("M{:.1f} {:.1f}H{:.1f}V{:.1f}H{:.1f}z", s.radius[i] * v.scale,
                         s.depth[k] * v.scale, s.radius[end] * v.scale, bottom * v.scale,
                         s.radius[i] * v.scale);
      i = end;
    }
  return out;
}

std::string picture(const study::DeliveryResult& r, const Section& s, std::size_t moment,
                    const Classes& classes) {
  const View v = view_of(s);
  const double half = v.radius * v.scale, high = v.depth * v.scale;
  const auto& u = s.concentration[moment];
  std::string side;
  for (std::size_t c = 0; c < kClasses; ++c) {
    const double next = c + 1 < kClasses ? classes[c + 1] : std::numeric_limits<double>::infinity();
    side += fmt::format(
        "<path d=\"{}\" fill=\"{}\"/>",
        runs(s, v, [&](std::size_t cell) { return u[cell] >= classes[c] && u[cell] < next; }),
        kColours[c]);
  }
  side += fmt::format("<path d=\"{}\" fill=\"#5b6770\" fill-opacity=\"0.6\"/>",
                      runs(s, v, [&](std::size_t cell) { return s.fluid[cell] > 0.5; }));
  std::string lines;
  double z = 0.0;
  for (const auto& layer : r.delivered.problem.layers) {
    z += layer.thickness;
    if (z < v.depth)
      lines += fmt::format(
          "<line x1=\"0\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{1:.1f}\" stroke=\"#6b4a40\" "
          "stroke-width=\"0.7\" stroke-dasharray=\"4 3\"/>",
          2.0 * half, z * v.scale);
  }
  const double bar = std::pow(10.0, std::floor(std::log10(v.radius)));
  return fmt::format(
      "<figure style=\"margin: 0\"><p class=\"small\">{0:.3g} h</p><svg viewBox=\"0 0 {1:.0f} "
      "{2:.0f}\" role=\"img\" "
      "aria-label=\"concentration round a channel after {0:.3g} h\"><rect width=\"{1:.1f}\" "
      "height=\"{3:.1f}\" fill=\"#fdf7ee\"/><g transform=\"translate({4:.1f} 0)\">{5}</g><g "
      "transform=\"matrix(-1 0 0 1 {4:.1f} 0)\">{5}</g>{6}<line x1=\"4\" x2=\"{7:.1f}\" "
      "y1=\"{8:.1f}\" y2=\"{8:.1f}\" stroke=\"#222\" stroke-width=\"2\"/><text x=\"{9:.1f}\" "
      "y=\"{10:.1f}\" class=\"label\">{11:g} mm</text></svg></figure>",
      r.delivered.needled.profile_time[moment] / 3600.0, 2.0 * half, high + 20.0, high, half, side,
      lines, 4.0 + bar * v.scale, high + 10.0, 10.0 + bar * v.scale, high + 14.0, bar * 1e3);
}

}  // namespace

std::string concentration_pictures(const study::DeliveryResult& r) {
  const auto& sections = r.delivered.needled.sections;
  if (sections.empty()) return "";
  const Section& s =
      *std::max_element(sections.begin(), sections.end(),
                        [](const auto& a, const auto& b) { return a.share < b.share; });
  const std::size_t rings = s.radius.size() - 1;
  const double horny = delivery::horny_thickness(r.delivered.problem);
  std::vector<double> below;  // what counts is what lies in living layers
  for (const auto& u : s.concentration)
    for (std::size_t cell = 0; cell < u.size(); ++cell)
      if (s.depth[cell / rings] >= horny && s.fluid[cell] < 0.5) below.push_back(u[cell]);
  const auto classes = half_decades(std::move(below));
  std::string out = fmt::format("<h3>Round a channel {:.2g} mm deep</h3><div class=\"panels\">",
                                channel_depth(s) * 1e3);
  const std::size_t n = std::min(kMoments, s.concentration.size());
  for (std::size_t k = 0; k < n; ++k)
    out += picture(r, s, n > 1 ? k * (s.concentration.size() - 1) / (n - 1) : 0, classes);
  out +=
      "</div><p class=\"small\">Free concentration in the skin that belongs to one channel, to "
      "scale; grey the channel, dashed where layers meet. From: ";
  for (std::size_t k = 0; k < kClasses && std::isfinite(classes[k]); ++k)
    out += fmt::format("{}<span class=\"badge\" style=\"background: {}; color: {}\">{}</span>",
                       k > 0 ? " " : "", kColours[k], k < 3 ? "#1d2327" : "#fff",
                       core::format_quantity(classes[k], "mg/mL", 3));
  return out + "</p>";
}

}  // namespace percuta::report
