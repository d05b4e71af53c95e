#include "percuta/report/law_plot.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "svg.h"

namespace percuta::report {
namespace {

constexpr std::array<const char*, 6> kColours{"#0072b2", "#d55e00", "#009e73",
                                              "#cc79a7", "#56b4e9", "#7a5c00"};
constexpr double kWidth = 460.0, kHeight = 330.0, kLeft = 66.0, kTop = 34.0;

struct Axis {
  double low, high, begin, length;
  bool logarithmic;
  double operator()(double v) const {
    const double share =
        logarithmic ? std::log(v / low) / std::log(high / low) : (v - low) / (high - low);
    return begin + length * std::clamp(share, -0.02, 1.02);
  }
  std::vector<double> ticks() const {
    std::vector<double> t;
    if (logarithmic) {
      for (double v = std::pow(10.0, std::ceil(std::log10(low) - 1e-9)); v <= high * (1 + 1e-9);
           v *= 10.0)
        t.push_back(v);
    } else {
      const double step = high - low < 0.95 ? 0.1 : 0.2;
      for (int k = 0; low + k * step <= high + 1e-9; ++k) t.push_back(low + k * step);
    }
    return t;
  }
};

std::string panel_svg(const LawPanel& panel, double at) {
  double x_low = 1e300, x_high = -1e300, y_low = 1e300, y_high = -1e300;
  for (const auto& s : panel.series)
    for (std::size_t k = 0; k < s.x.size(); ++k) {
      x_low = std::min(x_low, s.x[k]);
      x_high = std::max(x_high, s.x[k]);
      y_low = std::min(y_low, s.y[k]);
      y_high = std::max(y_high, s.high.empty() ? s.y[k] : s.high[k]);
    }
  if (panel.log_y) {
    y_low = std::pow(10.0, std::floor(std::log10(std::max(y_low, 1e-6 * y_high))));
    y_high = std::pow(10.0, std::ceil(std::log10(y_high)));
  } else {
    y_low = 0.0;
    y_high = std::max(1.0, y_high);
  }
  if (!panel.log_x) x_low = std::floor(x_low);
  const Axis x{x_low, x_high, at + kLeft, kWidth - kLeft - 20.0, panel.log_x},
      y{y_low, y_high, kTop + kHeight, -kHeight, panel.log_y};
  std::string out = fmt::format("<text x=\"{:.0f}\" y=\"20\" font-weight=\"bold\">{}</text>",
                                at + kLeft, escape_html(panel.title));
  for (const double v : x.ticks())
    out += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\" stroke=\"#ddd\"/><text "
        "x=\"{0:.1f}\" y=\"{3:.1f}\" "
        "text-anchor=\"middle\">{4:g}</text>",
        x(v), kTop, kTop + kHeight, kTop + kHeight + 16, v);
  for (const double v : y.ticks())
    out += fmt::format(
        "<line x1=\"{1:.1f}\" x2=\"{2:.1f}\" y1=\"{0:.1f}\" y2=\"{0:.1f}\" stroke=\"#ddd\"/><text "
        "x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:g}</text>",
        y(v), x.begin, x.begin + x.length, x.begin - 6, y(v) + 4, v);
  out += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"middle\">{}</text>",
                     x.begin + 0.5 * x.length, kTop + kHeight + 34, escape_html(panel.x_label));
  out += fmt::format("<text x=\"{:.0f}\" y=\"20\" text-anchor=\"end\">{}</text>",
                     x.begin + x.length, escape_html(panel.y_label));
  double legend = kTop + kHeight + 58;
  std::size_t colour = 0;
  for (const auto& s : panel.series) {
    const char* c = s.measured ? "#000" : kColours[colour++ % kColours.size()];
    if (s.measured) {
      for (std::size_t k = 0; k < s.x.size(); ++k) {
        if (!s.low.empty())
          out += fmt::format(
              "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\" stroke=\"#000\"/>",
              x(s.x[k]), y(std::max(s.low[k], y.low)), y(s.high[k]));
        out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>", x(s.x[k]), y(s.y[k]));
      }
      out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>", x.begin + 10, legend - 4);
    } else {
      std::string points;
      for (std::size_t k = 0; k < s.x.size(); ++k)
        points += fmt::format("{:.1f},{:.1f} ", x(s.x[k]), y(s.y[k]));
      // Layers may share a law: dashes let the one below show.
      const std::string dash =
          colour > 1 ? fmt::format(" stroke-dasharray=\"{} {}\"",
                                   12 - 2 * std::min<std::size_t>(colour, 5), 2 * colour)
                     : "";
      out +=
          fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"{}/>",
                      points, c, dash);
      out += fmt::format(
          "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
          "stroke-width=\"2\"{}/>",
          x.begin, x.begin + 20, legend - 4, legend - 4, c, dash);
    }
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", x.begin + 28, legend,
                       escape_html(s.name));
    legend += 17;
  }
  return out;
}

}  // namespace

std::string law_svg(const std::vector<LawPanel>& panels) {
  std::size_t most = 0;
  for (const auto& p : panels) most = std::max(most, p.series.size());
  const double height = kTop + kHeight + 62 + 17.0 * static_cast<double>(most);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 "
      "0 {0:.0f} {1:.0f}\" font-family=\"sans-serif\" "
      "font-size=\"12\">"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
      kWidth * static_cast<double>(panels.size()), height);
  for (std::size_t k = 0; k < panels.size(); ++k)
    out += panel_svg(panels[k], kWidth * static_cast<double>(k));
  return out + "</svg>\n";
}

}  // namespace percuta::report
