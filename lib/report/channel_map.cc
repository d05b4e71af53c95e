// Where channels lie: their holes to scale, and lines of equal density.

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "svg.h"

namespace percuta::report {
namespace {

constexpr std::array<const char*, 4> kDirectionColours{"#0072b2", "#d55e00", "#009e73", "#cc79a7"};

constexpr double kSide = 380.0, kMargin = 10.0;  // of the map [pixels]
constexpr double kReach = 1e-3;                  // standard deviation of the smoothing [m]
constexpr int kCells = 48;                       // of the grid that lines are drawn through

/// The square of skin that is shown.
struct Window {
  double left, below, shown, scale;
  double x(double v) const { return kMargin + (v - left) * scale; }
  double y(double v) const { return kMargin + kSide - (v - below) * scale; }
};

/// Channels per area at the corners of the grid, each channel a Gaussian; rows from below [1/m^2].
std::vector<std::vector<double>> density(const channel::Points& points, const Window& w) {
  const double step = w.shown / kCells, norm = 1.0 / (2.0 * std::numbers::pi * kReach * kReach);
  std::vector<std::vector<double>> out(kCells + 1, std::vector<double>(kCells + 1, 0.0));
  const int reach = static_cast<int>(3.0 * kReach / step) + 1;
  for (const auto& [px, py] : points) {
    const int i = static_cast<int>(std::lround((px - w.left) / step)),
              j = static_cast<int>(std::lround((py - w.below) / step));
    for (int row = std::max(0, j - reach); row <= std::min(kCells, j + reach); ++row)
      for (int col = std::max(0, i - reach); col <= std::min(kCells, i + reach); ++col) {
        const double dx = w.left + col * step - px, dy = w.below + row * step - py;
        out[row][col] += norm * std::exp(-0.5 * (dx * dx + dy * dy) / (kReach * kReach));
      }
  }
  return out;
}

/// Where a value is crossed in each cell of the grid, as short lines.
std::string contour(const std::vector<std::vector<double>>& v, double level, const Window& w) {
  const double step = w.shown / kCells;
  std::string path;
  for (int j = 0; j < kCells; ++j)
    for (int i = 0; i < kCells; ++i) {
      const std::array<std::array<int, 2>, 5> corner{
          {{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}, {i, j}}};
      int crossed = 0;
      for (int e = 0; e < 4; ++e) {
        const auto& [ai, aj] = corner[e];
        const auto& [bi, bj] = corner[e + 1];
        const double a = v[aj][ai] - level, b = v[bj][bi] - level;
        if ((a > 0.0) == (b > 0.0)) continue;
        const double t = a / (a - b);
        path += fmt::format("{}{:.1f} {:.1f}", crossed++ % 2 == 0 ? "M" : "L",
                            w.x(w.left + (ai + t * (bi - ai)) * step),
                            w.y(w.below + (aj + t * (bj - aj)) * step));
      }
    }
  return fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"#555\" stroke-width=\"0.8\"/>", path);
}

}  // namespace

std::string channel_map_svg(const study::Result& r) {
  // A centimetre square of the middle reads well.
  const auto box = channel::bounding_box(r.field.patch);
  const double width = box.right - box.left, height = box.top - box.bottom;
  const double shown = std::min({width, height, 10e-3});
  const Window w{box.left + 0.5 * (width - shown), box.bottom + 0.5 * (height - shown), shown,
                 kSide / shown};
  std::string s =
      "<svg viewBox=\"0 0 400 425\" role=\"img\" aria-label=\"channel map\" class=\"map\"><rect "
      "x=\"10\" y=\"10\" width=\"380\" height=\"380\" "
      "fill=\"#fbeee6\" stroke=\"#999\"/>";
  const auto channels = channel::channels_of(r.field, 0).positions;
  if (channels.size() > 50) {  // fewer have no density that a line could show
    const auto smooth = density(channels, w);
    for (const double share : {0.75, 1.0, 1.25})
      s += contour(smooth, share * r.field.channel_density, w);
  }
  for (std::size_t k = 0; k < r.field.positions.size(); ++k) {
    const double x = r.field.positions[k][0] - w.left, yy = r.field.positions[k][1] - w.below;
    if (!r.field.is_channel(k) || r.field.session[k] != 0 || x < 0 || yy < 0 || x > shown ||
        yy > shown)
      continue;
    const auto& hole = r.field.hole[k];
    s += fmt::format(
        "<ellipse rx=\"{:.2f}\" ry=\"{:.2f}\" fill=\"{}\" transform=\"translate({:.1f} {:.1f}) "
        "rotate({:.0f})\"/>",
        std::max(0.9, hole.along * w.scale), std::max(0.9, hole.across * w.scale),
        kDirectionColours[r.field.direction[k] % 4], kMargin + x * w.scale,
        kMargin + kSide - yy * w.scale, -hole.angle * 180.0 / std::numbers::pi);
  }
  double x = 10;
  for (std::size_t k = 0; k < r.protocol.directions.size(); ++k) {
    s += fmt::format(
        "<circle cx=\"{}\" cy=\"410\" r=\"4\" fill=\"{}\"/><text x=\"{}\" y=\"414\" "
        "class=\"label\">{}</text>",
        x + 5, kDirectionColours[k % 4], x + 13, r.protocol.directions[k]);
    x += 26.0 + 6.0 * static_cast<double>(r.protocol.directions[k].size());
  }
  return s + "</svg>";
}

}  // namespace percuta::report
