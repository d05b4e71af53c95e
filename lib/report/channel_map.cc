// Where channels lie: their holes to scale, and lines of equal density.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "svg.h"

namespace percuta::report {
namespace {

constexpr std::array<const char*, 4> kDirectionColours{"#0072b2", "#b84a00", "#00735a", "#a3407f"};
constexpr int kSteps = 6;  // of what grows
constexpr std::array<const char*, kSteps> kStepColours{"#d98c1f", "#cf6a2b", "#b84a4a",
                                                       "#8f3468", "#5f2a7a", "#2b1a5e"};

constexpr double kSide = 380.0, kMargin = 10.0;  // of the map [pixels]
constexpr double kReach = 1e-3;                  // standard deviation of the smoothing [m]
constexpr int kCells = 48;                       // of the grid that lines are drawn through

/// The square of skin that is shown.
struct Window {
  double left, below, shown, scale;
  double x(double v) const { return kMargin + (v - left) * scale; }
  double y(double v) const { return kMargin + kSide - (v - below) * scale; }
};

/// From the least to the greatest of the channels that are shown [m].
struct Depths {
  double low = std::numeric_limits<double>::infinity(), high = 0.0;
  void take(double depth) {
    low = std::min(low, depth);
    high = std::max(high, depth);
  }
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

/// The channels of the first session that the square shows.
std::vector<std::size_t> shown_channels(const study::Result& r, const Window& w) {
  std::vector<std::size_t> out;
  for (std::size_t k = 0; k < r.field.positions.size(); ++k) {
    const double x = r.field.positions[k][0] - w.left, y = r.field.positions[k][1] - w.below;
    if (r.field.is_channel(k) && r.field.session[k] == 0 && x >= 0 && y >= 0 && x <= w.shown &&
        y <= w.shown)
      out.push_back(k);
  }
  return out;
}

/// Which of the steps between two values holds a value.
int step_of(double value, double low, double high) {
  const double share = high > low ? (value - low) / (high - low) : 0.0;
  return std::clamp(static_cast<int>(share * kSteps), 0, kSteps - 1);
}

std::string holes_svg(const study::Result& r, const std::vector<std::size_t>& shown,
                      const Depths& depths, const Window& w) {
  std::string out;
  for (const auto k : shown) {
    const auto& hole = r.field.hole[k];
    out += fmt::format(
        "<ellipse class=\"d{} z{} p{}\" rx=\"{:.2f}\" ry=\"{:.2f}\" transform=\"translate({:.1f} "
        "{:.1f}) rotate({:.0f})\"/>",
        r.field.direction[k] % 4, step_of(r.field.depth[k], depths.low, depths.high),
        step_of(r.field.pass[k], 0, r.field.passes), std::max(0.9, hole.along * w.scale),
        std::max(0.9, hole.across * w.scale), w.x(r.field.positions[k][0]),
        w.y(r.field.positions[k][1]), -hole.angle * 180.0 / std::numbers::pi);
  }
  return out;
}

/// Colours of the holes by what the picture is asked for.
std::string colours() {
  std::string out = "<style>";
  for (std::size_t k = 0; k < kDirectionColours.size(); ++k)
    out += fmt::format(".map[data-by=direction] .d{}{{fill:{}}}", k, kDirectionColours[k]);
  for (int k = 0; k < kSteps; ++k)
    out += fmt::format(".map[data-by=depth] .z{0},.map[data-by=pass] .p{0}{{fill:{1}}}", k,
                       kStepColours[k]);
  for (const char* by : {"direction", "depth", "pass"})
    out += fmt::format(".map:not([data-by={0}]) .by-{0}{{display:none}}", by);
  return out + "</style>";
}

std::string directions_key(const study::Result& r) {
  std::string out = "<g class=\"by-direction\">";
  double x = 10.0, y = 412.0;
  for (std::size_t k = 0; k < r.protocol.directions.size(); ++k) {
    std::string name = r.protocol.directions[k];
    std::replace(name.begin(), name.end(), '_', ' ');
    const double wide = 30.0 + 7.2 * static_cast<double>(name.size());
    if (x + wide > 400.0) {
      x = 10.0;
      y += 18.0;
    }
    out += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\" class=\"d{}\"/><text x=\"{:.1f}\" "
        "y=\"{:.1f}\" class=\"label\">{}</text>",
        x + 5.0, y - 4.0, k % 4, x + 14.0, y, escape_html(name));
    x += wide;
  }
  return out + "</g>";
}

/// The steps from the least to the greatest.
std::string steps_key(const char* by, char letter, const std::string& least,
                      const std::string& greatest) {
  std::string out =
      fmt::format("<g class=\"by-{}\"><text x=\"10\" y=\"412\" class=\"label\">{}</text>", by,
                  escape_html(least));
  const double left = 18.0 + 7.4 * static_cast<double>(least.size());
  for (int k = 0; k < kSteps; ++k)
    out += fmt::format("<rect x=\"{:.1f}\" y=\"402\" width=\"26\" height=\"12\" class=\"{}{}\"/>",
                       left + 26.0 * k, letter, k);
  return out + fmt::format("<text x=\"{:.1f}\" y=\"412\" class=\"label\">{}</text></g>",
                           left + 26.0 * kSteps + 8.0, escape_html(greatest));
}

std::string scale_bar(const Window& w) {
  const double bar = std::pow(10.0, std::floor(std::log10(0.5 * w.shown)));
  return fmt::format(
      "<line x1=\"10\" x2=\"{0:.1f}\" y1=\"446\" y2=\"446\" stroke=\"#222\" "
      "stroke-width=\"3\"/><text x=\"{1:.1f}\" y=\"450\" class=\"label\">{2:g} mm</text>",
      10.0 + bar * w.scale, 17.0 + bar * w.scale, bar * 1e3);
}

/// What the holes are coloured by; the page's script listens.
std::string choice() {
  std::string out =
      "<div class=\"choice\" data-of=\"channel-map\" role=\"group\" aria-label=\"colour of the "
      "channels\">coloured by";
  for (const char* by : {"direction", "depth", "pass"})
    out += fmt::format(" <button data-by=\"{0}\" aria-pressed=\"{1}\">{0}</button>", by,
                       std::string(by) == "direction");
  return out + "</div>";
}

}  // namespace

std::string channel_map_svg(const study::Result& r) {
  // A centimetre square of the middle reads well.
  const auto box = channel::bounding_box(r.field.patch);
  const double width = box.right - box.left, height = box.top - box.bottom;
  const double shown = std::min({width, height, 10e-3});
  const Window w{box.left + 0.5 * (width - shown), box.bottom + 0.5 * (height - shown), shown,
                 kSide / shown};
  const auto holes = shown_channels(r, w);
  Depths depths;
  for (const auto k : holes) depths.take(r.field.depth[k]);
  std::string s = holes.empty() ? "" : choice();
  s += "<svg viewBox=\"0 0 400 458\" role=\"img\" aria-label=\"channel map\" class=\"map\" "
       "id=\"channel-map\" data-by=\"direction\">" +
       colours() +
       "<rect x=\"10\" y=\"10\" width=\"380\" height=\"380\" fill=\"#fbeee6\" stroke=\"#999\"/>";
  const auto channels = channel::channels_of(r.field, 0).positions;
  if (channels.size() > 50) {  // fewer have no density that a line could show
    const auto smooth = density(channels, w);
    for (const double share : {0.75, 1.0, 1.25})
      s += contour(smooth, share * r.field.channel_density, w);
  }
  s += holes_svg(r, holes, depths, w) + scale_bar(w);
  if (!holes.empty())
    s += directions_key(r) +
         steps_key("depth", 'z', fmt::format("{:.2f} mm", depths.low * 1e3),
                   fmt::format("{:.2f} mm deep", depths.high * 1e3)) +
         steps_key("pass", 'p', "pass 1", fmt::format("pass {}", r.field.passes));
  return s + "</svg>";
}

}  // namespace percuta::report
