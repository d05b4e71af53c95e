// A furrow before and after: its surface to scale, at rest and under the muscle, its depth by day.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "curves.h"
#include "percuta/core/quantity.h"
#include "svg.h"

namespace percuta::report {
namespace {

using Json = nlohmann::json;
using skin::FurrowSurface;

constexpr double kWidth = 640.0, kTop = 34.0, kFoot = 40.0;  // [pixels]

struct Curve {
  const FurrowSurface* surface;
  const char *colour, *dash, *label;
};

/// Level of the surface midway between two furrows, from which the drawing hangs [m].
double level(const FurrowSurface& s) { return s.height.back(); }

/// The whole furrow, of which one half was computed.
std::string outline(const FurrowSurface& s, double scale, double top) {
  std::string path;
  const auto point = [&](double along, double height) {
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", 0.5 * kWidth + along * scale,
                        top - (height - level(s)) * scale);
  };
  for (std::size_t k = s.along.size(); k-- > 1;) point(-s.along[k], s.height[k]);
  for (std::size_t k = 0; k < s.along.size(); ++k) point(s.along[k], s.height[k]);
  return path;
}

std::string length_bar(double scale, double y) {
  constexpr double kBar = 0.1e-3;
  return fmt::format(
      "<path d=\"M20 {0:.0f}h{1:.1f}m0 -4v8m-{1:.1f} -8v8\" stroke=\"#444\" "
      "fill=\"none\"/><text class=\"label\" x=\"{2:.0f}\" y=\"{3:.0f}\">0.1 mm</text>",
      y, kBar * scale, 28.0 + kBar * scale, y + 5.0);
}

/// The surface about the furrow, breadth and depth to one scale.
std::string section(const std::vector<Curve>& curves, double width) {
  const double scale = kWidth / (2.4 * width);
  double highest = 0.0, deepest = 0.0;
  for (const auto& c : curves) {
    deepest = std::max(deepest, level(*c.surface) - c.surface->height.front());
    highest = std::max(highest, depth(*c.surface) + c.surface->height.front() - level(*c.surface));
  }
  const double top = kTop + 22.0 * static_cast<double>(curves.size()) + highest * scale;
  const double height = top + deepest * scale + kFoot;
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" class=\"section broad\" role=\"img\" "
      "aria-label=\"Surface of the skin across the furrow\"><g clip-path=\"inset(0)\">"
      "<path d=\"{2}L{0:.0f} {1:.0f}L0 {1:.0f}Z\" fill=\"{3}\"/>",
      kWidth, height, outline(*curves.back().surface, scale, top), kLayerColours[1]);
  double y = kTop - 8.0;
  for (const auto& c : curves) {
    out += fmt::format(
        "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" "
        "stroke-dasharray=\"{}\"/><path d=\"M20 {:.0f}h34\" stroke=\"{}\" stroke-width=\"2\" "
        "stroke-dasharray=\"{}\"/><text class=\"label\" x=\"62\" y=\"{:.0f}\">{}</text>",
        outline(*c.surface, scale, top), c.colour, c.dash, y - 5.0, c.colour, c.dash, y,
        escape_html(c.label));
    y += 22.0;
  }
  return out + length_bar(scale, height - 16.0) + "</g></svg>";
}

std::string cell(const std::string& text) { return "<td class=\"number\">" + text + "</td>"; }

std::string micrometres(double length) { return fmt::format("{:.2f} µm", length * 1e6); }

std::string table(const healing::Wrinkle& w) {
  const double before = depth(w.untreated.compressed);
  const auto percent = [&](double now) {
    return fmt::format("{:+.2f}", 100.0 * (now / before - 1.0));
  };
  const auto row = [&](const std::string& when, const skin::FurrowReading& r,
                       const std::string& change) {
    return "<tr><td>" + when + "</td>" + cell(micrometres(depth(r.at_rest))) +
           cell(micrometres(depth(r.compressed))) +
           "<td class=\"number\" style=\"white-space: normal\">" + change + "</td></tr>";
  };
  std::string rows = row("untreated", w.untreated, "");
  for (std::size_t k = 0; k < w.healed.size(); ++k) {
    std::string change = percent(depth(w.healed[k].compressed)) + " %";
    if (!w.low.empty()) change += fmt::format(" ({} to {})", percent(w.low[k]), percent(w.high[k]));
    rows += row(fmt::format("day {:g}", w.times[k] / core::kDay), w.healed[k], change);
  }
  return "<table class=\"narrow\"><thead><tr><th></th><th class=\"number\">at rest</th><th "
         "class=\"number\">compressed</th><th class=\"number\">change</th></tr></thead><tbody>" +
         rows + "</tbody></table>";
}

/// Change of the depth by day, with its band.
std::string course(const healing::Wrinkle& w, Page& page) {
  if (w.times.size() < 2) return "";
  const double before = depth(w.untreated.compressed);
  const auto change = [&](double now) { return 100.0 * (now / before - 1.0); };
  Json y = Json::array(), low = Json::array(), high = Json::array();
  for (std::size_t k = 0; k < w.times.size(); ++k) {
    y.push_back(change(depth(w.healed[k].compressed)));
    if (w.low.empty()) continue;
    low.push_back(change(w.low[k]));
    high.push_back(change(w.high[k]));
  }
  Json line{{"label", "depth of the compressed furrow"}, {"y", y}};
  if (!w.low.empty()) {
    line["low"] = low;
    line["high"] = high;
  }
  return "<div class=\"row\">" +
         page.chart("Depth of the furrow by day", "days", "change from untreated skin, %",
                    Json(in_days(w.times)), Json::array({line}), {{"points", true}}) +
         "</div>";
}

}  // namespace

std::string furrow_chapter(const study::Result& r, Page& page) {
  const auto& w = r.wrinkle;
  if (w.healed.empty()) return "";
  const std::string last = fmt::format("compressed, day {:g}", w.times.back() / core::kDay);
  const std::vector<Curve> curves{
      {&w.untreated.at_rest, "#777777", "2 4", "at rest, untreated"},
      {&w.untreated.compressed, "#1f5f99", "none", "compressed, untreated"},
      {&w.healed.back().compressed, "#b3261e", "7 5", last.c_str()}};
  return "<h3>A furrow under the muscle</h3><div class=\"row\"><figure class=\"drawing\">" +
         section(curves, w.furrow.width) + "</figure><div class=\"beside\">" + table(w) +
         fmt::format(
             "<p class=\"small\">Depth below the highest point beside it, of a furrow that is {:g} "
             "µm deep and {:g} mm wide in skin without stress: at rest under the skin's tension, "
             "and with the skin shortened by {:g} %. Plane strain at large deformation, by finite "
             "elements; papillary and reticular dermis are as many times as stiff as the courses "
             "say.{}</p></div></div>",
             w.furrow.depth * 1e6, w.furrow.width * 1e3, 100.0 * w.furrow.compression,
             w.low.empty() ? ""
                           : " In brackets: the two parts of the dermis as stiff or as soft as "
                             "their bands go, in any combination.") +
         course(w, page) +
         "<p class=\"small\">Not in it: growth of the skin, a change of the shape that the furrow "
         "has without stress, water in the epidermis (which blurs fine lines within days), weaker "
         "muscle, flanks that touch. It is not what a camera sees.</p>";
}

}  // namespace percuta::report
