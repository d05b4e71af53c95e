// Results side by side over what was varied.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "curves.h"
#include "percuta/core/quantity.h"

namespace percuta::report {
namespace {

using study::Result;
using Json = nlohmann::json;
using Numbers = std::vector<double>;

/// Labels as numbers in one unit, or nothing.
struct Quantities {
  Numbers values;
  std::string unit;  ///< "" for plain numbers
};

std::optional<double> plain_number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<Quantities> quantities(const std::vector<std::string>& labels) {
  Quantities out;
  std::string dimension;
  double one = 1.0;
  for (const auto& label : labels) {
    const bool first = out.values.empty();
    if (const auto number = plain_number(label)) {
      if (!dimension.empty()) return std::nullopt;
      out.values.push_back(*number);
      continue;
    }
    const auto written = core::parse_quantity(label);
    const auto unit = written ? core::find_unit(written->unit) : std::nullopt;
    if (!unit || (!first && unit->dimension != dimension)) return std::nullopt;
    if (first) {
      dimension = unit->dimension;
      one = unit->si;
      out.unit = written->unit;
    }
    out.values.push_back(written->number * unit->si / one);
  }
  if (out.values.size() < 2) return std::nullopt;
  return out;
}

/// What stands on the abscissa, and the results in its order.
struct Abscissa {
  Json x = Json::array();
  Json options{{"small", true}, {"points", true}, {"zero", true}};
  std::string label;
  std::vector<std::size_t> order;
};

Abscissa abscissa(const std::vector<std::string>& labels, const std::string& varied) {
  Abscissa a;
  a.label = varied.empty() ? "varied value" : varied;
  a.order.resize(labels.size());
  std::iota(a.order.begin(), a.order.end(), std::size_t{0});
  const auto numeric = quantities(labels);
  if (!numeric) {
    for (std::size_t k = 0; k < labels.size(); ++k) a.x.push_back(k);
    a.options["categories"] = labels;
    return a;
  }
  const auto& v = numeric->values;
  std::sort(a.order.begin(), a.order.end(), [&](auto i, auto j) { return v[i] < v[j]; });
  for (const auto k : a.order) a.x.push_back(v[k]);
  const auto [low, high] = std::minmax_element(v.begin(), v.end());
  if (*low > 0.0 && *high / *low > 50.0) a.options["log"] = true;
  if (!numeric->unit.empty())
    a.label += ", " + (numeric->unit == "um" ? std::string("µm") : numeric->unit);
  return a;
}

/// One figure of each result, with a band where there is a spread.
struct Compared {
  std::string title, unit;
  double (*value)(const Result&);
  double (*low)(const Result&);
  double (*high)(const Result&);
};

std::string panel(const Compared& c, const Abscissa& a, const std::vector<const Result*>& results,
                  Page& page) {
  Json series{{"label", c.title}, {"y", Json::array()}};
  if (c.low != nullptr) series["low"] = series["high"] = Json::array();
  const auto put = [&](const char* name, double value) {
    series[name].push_back(std::isfinite(value) ? Json(value) : Json());
  };
  for (const auto k : a.order) {
    const Result& r = *results[k];
    put("y", c.value(r));
    if (c.low == nullptr) continue;
    put("low", c.low(r));
    put("high", c.high(r));
  }
  return page.chart(c.title, a.label, c.unit, a.x, Json::array({series}), a.options);
}

double density(const Result& r, double deviations) {
  return (r.field.channel_density + deviations * r.field.channel_density_sd) / 1e4;
}

double in_mm(const Result& r, double depth) { return pierced(r) ? depth * 1e3 : std::nan(""); }

double last_change(const Numbers& course) {
  return course.empty() ? std::nan("") : 100.0 * (course.back() - 1.0);
}

std::vector<Compared> compared() {
  return {
      {"Pierced depth, range of nine in ten", "mm",
       [](const Result& r) { return in_mm(r, r.channel.depth); },
       [](const Result& r) { return in_mm(r, r.depths.low); },
       [](const Result& r) { return in_mm(r, r.depths.high); }},
      {"Share pierced", "% of the landings", [](const Result& r) { return 100.0 * r.depths.share; },
       nullptr, nullptr},
      {"Channel density ± sampling error", "1/cm²", [](const Result& r) { return density(r, 0.0); },
       [](const Result& r) { return density(r, -1.0); },
       [](const Result& r) { return density(r, 1.0); }},
      {"Collagen on the last day, whole dermis", "% of change",
       [](const Result& r) { return last_change(r.healing.dermis.collagen); },
       [](const Result& r) { return last_change(r.healing_bands.low.dermis.collagen); },
       [](const Result& r) { return last_change(r.healing_bands.high.dermis.collagen); }}};
}

}  // namespace

std::string compared_chapter(const std::vector<const Result*>& results,
                             const std::vector<std::string>& labels, const std::string& varied,
                             Page& page) {
  const auto a = abscissa(labels, varied);
  std::string out = "<h2>Side by side</h2><div class=\"panels\">";
  for (const auto& c : compared()) out += panel(c, a, results, page);
  return out + "</div>";
}

}  // namespace percuta::report
