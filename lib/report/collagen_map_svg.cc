// Collagen of a patch seen from above, as pictures.

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

using healing::SurfaceMap;

constexpr const char* kLoss = "#6f8fb0";
constexpr std::array<const char*, kClasses> kGain{"#f6e4d3", "#ecc09c", "#dd9463", "#b8632f",
                                                  "#7a3a12"};
constexpr double kWide = 230.0;  // of a picture [px]
constexpr std::size_t kMoments = 4;

/// A step of 1, 2 or 5 times a power of ten, of which `count` hold the value.
double step_for(double value, int count) {
  const double least = value / count, power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double s : {1.0, 2.0, 5.0})
    if (s * power >= least) return s * power;
  return 10.0 * power;
}

/// The squares whose change lies between two, those side by side as one.
std::string squares(const SurfaceMap& m, const std::vector<double>& collagen, double low,
                    double high, double scale) {
  const auto holds = [&](int at) {
    const double change = collagen[static_cast<std::size_t>(at)] - 1.0;
    return change >= low && change < high;
  };
  std::string out;
  for (int j = 0; j < m.rows; ++j)
    for (int i = 0; i < m.columns;) {
      int end = i;
      while (end < m.columns && holds(j * m.columns + end)) ++end;
      if (end == i) {
        ++i;
        continue;
      }
      const int top = m.rows - 1 - j;  // y points up
      out += fmt::format("M{:.1f} {:.1f}H{:.1f}V{:.1f}H{:.1f}z", i * scale, top * scale,
                         end * scale, (top + 1) * scale, i * scale);
      i = end;
    }
  return out;
}

std::string picture(const study::Result& r, std::size_t moment, double step) {
  constexpr double kAll = std::numeric_limits<double>::infinity();
  const auto& m = r.healing.map;
  const auto& u = m.collagen[moment];
  const double scale = kWide / std::max(m.columns, m.rows), wide = m.columns * scale,
               high = m.rows * scale, day = r.healing.profile_time[moment] / core::kDay;
  std::string out =
      fmt::format("<path d=\"{}\" fill=\"{}\"/>", squares(m, u, -kAll, -0.5 * step, scale), kLoss);
  for (std::size_t c = 0; c < kClasses; ++c)
    out +=
        fmt::format("<path d=\"{}\" fill=\"{}\"/>",
                    squares(m, u, (static_cast<double>(c) + 0.5) * step,
                            c + 1 < kClasses ? (static_cast<double>(c) + 1.5) * step : kAll, scale),
                    kGain[c]);
  for (const auto& at : r.wound.placed.sessions.front())
    if (at.x >= 0.0 && at.x <= m.columns * m.side && at.y >= 0.0 && at.y <= m.rows * m.side)
      out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"0.9\"/>", at.x / m.side * scale,
                         high - at.y / m.side * scale);
  const double bar = std::pow(10.0, std::floor(std::log10(0.6 * m.columns * m.side)));
  return fmt::format(
      "<figure style=\"margin: 0\"><p class=\"small\">day {0:.4g}</p><svg viewBox=\"0 0 {1:.0f} "
      "{2:.0f}\" role=\"img\" aria-label=\"collagen of the papillary dermis seen from above on day "
      "{0:.4g}\"><rect width=\"{1:.1f}\" height=\"{3:.1f}\" fill=\"#fdfaf6\"/>{4}<line x1=\"4\" "
      "x2=\"{5:.1f}\" y1=\"{6:.1f}\" y2=\"{6:.1f}\" stroke=\"#222\" stroke-width=\"2\"/><text "
      "x=\"{7:.1f}\" y=\"{8:.1f}\" class=\"label\">{9:g} mm</text></svg></figure>",
      day, wide, high + 20.0, high, out, 4.0 + bar / m.side * scale, high + 10.0,
      10.0 + bar / m.side * scale, high + 14.0, bar * 1e3);
}

std::string badge(const char* colour, bool dark, const std::string& text) {
  return fmt::format(" <span class=\"badge\" style=\"background: {}; color: {}\">{}</span>", colour,
                     dark ? "#fff" : "#1d2327", text);
}

}  // namespace

std::string collagen_maps(const study::Result& r) {
  const auto& m = r.healing.map;
  double most = 0.0;
  for (const auto& moment : m.collagen)
    for (const double v : moment) most = std::max(most, v - 1.0);
  if (!(most > 0.0) || r.wound.placed.sessions.empty()) return "";
  const double step = step_for(most, static_cast<int>(kClasses));
  std::string out = "<h3>Where collagen changes</h3><div class=\"panels\">";
  const std::size_t n = std::min(kMoments, m.collagen.size());
  for (std::size_t k = 0; k < n; ++k)
    out += picture(r, n > 1 ? k * (m.collagen.size() - 1) / (n - 1) : 0, step);
  out += fmt::format(
      "</div><p class=\"small\">Change of collagen in the papillary dermis, averaged over its "
      "depth "
      "and seen from above, on the {:.3g} mm square that is followed; black the channels of the "
      "first session. In %:",
      std::max(m.columns, m.rows) * m.side * 1e3);
  out += badge(kLoss, true, fmt::format("below {:.2g}", -50.0 * step));
  out += badge("#fdfaf6", false, fmt::format("up to {:.2g}", 50.0 * step));
  for (std::size_t c = 0; c < kClasses; ++c)
    out += badge(kGain[c], c > 2,
                 fmt::format("from {:.2g}", 100.0 * (static_cast<double>(c) + 0.5) * step));
  return out + "</p>";
}

}  // namespace percuta::report
