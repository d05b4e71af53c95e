#include "percuta/evidence/law_curves.h"

#include <cmath>
#include <filesystem>
#include <numbers>

#include <fmt/format.h>

#include "measured.h"

namespace percuta::evidence {

using namespace study;

std::vector<report::LawPanel> law_curves(const Case& c) {
  const Figures test("law-tests.toml");
  report::LawPanel tension{"tension", "stretch", "nominal stress [Pa]", {}, false, true};
  const auto pull = [&](const skin::Layer& layer, double angle, const std::string& how) {
    report::LawSeries s{fmt::format("{}{}", layer.name, how), {}, {}, {}, {}, false};
    for (int k = 1; k <= 70; ++k) {
      const double stretch = 1.0 + 0.01 * k;
      s.x.push_back(stretch);
      s.y.push_back(uniaxial_pk1(layer.law, layer.fibres, stretch, angle));
    }
    tension.series.push_back(s);
  };
  for (const auto& layer : c.skin.layers) {
    pull(layer, 0.0, layer.fibres.empty() ? "" : ", along the Langer lines");
    if (!layer.fibres.empty()) pull(layer, 0.5 * std::numbers::pi, ", across them");
  }
  const double slope = test.value("tension.slope"), spread = test.value("tension.slope_spread");
  const double strength = test.value("tension.strength"),
               strength_spread = test.value("tension.strength_spread");
  tension.series.push_back({"whole skin, human back, initial slope (niannaidh2012)",
                            {1.05},
                            {0.05 * slope},
                            {0.05 * (slope - spread)},
                            {0.05 * (slope + spread)},
                            true});
  tension.series.push_back({"whole skin, human back, failure (niannaidh2012)",
                            {1.0 + test.value("tension.strain")},
                            {strength},
                            {strength - strength_spread},
                            {strength + strength_spread},
                            true});

  report::LawPanel relaxation{"relaxation", "time [s]", "share of the force left", {}, true, false};
  for (const auto& layer : c.skin.layers) {
    if (layer.relaxation.empty()) continue;
    report::LawSeries s{layer.name, {}, {}, {}, {}, false};
    for (int k = 0; k <= 80; ++k) {
      const double time = 0.01 * std::pow(10.0, 4.0 * k / 80);
      double left = 1.0;
      for (const auto& r : layer.relaxation) left -= r.share * (1.0 - std::exp(-time / r.time));
      s.x.push_back(time);
      s.y.push_back(left);
    }
    relaxation.series.push_back(s);
  }
  relaxation.series.push_back(
      {"whole skin under micro probes (crichton2013)",
       {1.0, 10.0},
       {test.value("relaxation.left_after_1_s"), test.value("relaxation.left_after_10_s")},
       {},
       {},
       true});
  return {tension, relaxation};
}

}  // namespace percuta::evidence
