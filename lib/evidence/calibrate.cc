#include "percuta/evidence/calibrate.h"

#include <cmath>

#include <fmt/format.h>
#include <boost/math/tools/roots.hpp>

#include "measured.h"
#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/study/run.h"

namespace percuta::evidence {

using namespace study;
namespace {

double gate_force(const skin::Skin& skin, double tip_radius) {
  return insertion::gate_force(skin, tip_radius, crack_table());
}

void set_dermis_toughness(skin::Skin& skin, double toughness) {
  for (auto& layer : skin.layers)
    if (layer.name.ends_with(" dermis")) layer.toughness = toughness;
}

double depth_after_drop(const skin::Skin& skin, const device::Needle& needle,
                        core::Observer& observer, double* displacement = nullptr) {
  const auto curve =
      *indentation(skin, needle, 1.2e-3, 1.2 * gate_force(skin, needle.tip_radius), observer);
  const insertion::EnergyLevel level(skin, needle, curve, crack_table());
  const double d = level.puncture_displacement(10e-3);
  if (displacement != nullptr) *displacement = d;
  return level.balanced_depth(d);
}

template <class F>
double root_of_log(F f, double low, double high) {
  const auto g = [&](double x) { return f(std::exp(x)); };
  boost::math::tools::eps_tolerance<double> tolerance(30);
  std::uintmax_t iterations = 100;
  const auto [a, b] =
      boost::math::tools::toms748_solve(g, std::log(low), std::log(high), tolerance, iterations);
  return std::exp(0.5 * (a + b));
}

std::vector<Comparand> table_of(const skin::Skin& skin, const Measured& m,
                                core::Observer& observer) {
  std::vector<Comparand> t;
  const char* names[] = {"puncture force, tip 5 um across", "puncture force, tip 37 um across"};
  for (int k = 0; k < 2; ++k)
    t.push_back({names[k], m.force[k], gate_force(skin, m.tip_radius[k]), "N",
                 "roemgens2014, band 30 %", true});
  for (int k = 0; k < 2; ++k) {
    double d = 0.0;
    const double a = depth_after_drop(skin, needle_of(m, m.tip_radius[k]), observer, &d);
    t.push_back(
        {fmt::format("pierced depth after the drop, tip {:g} um across", 2e6 * m.tip_radius[k]),
         m.depth_at_drop, a, "m",
         fmt::format("roemgens2014, about 160 um for every tip; tip displacement {}",
                     core::format_quantity(d, "um", 3)),
         true});
  }
  const double blunt[] = {30e-6, 60e-6, 90e-6};
  for (const double r : blunt)
    t.push_back({fmt::format("puncture force, blunt tip {:g} um across", 2e6 * r), std::nan(""),
                 gate_force(skin, r), "N",
                 fmt::format("davis2004, {} to {}", core::format_quantity(m.lowest_force, "N"),
                             core::format_quantity(m.highest_force, "N")),
                 true});
  const double exponent = std::log(gate_force(skin, blunt[2]) / gate_force(skin, blunt[0])) /
                          std::log(std::pow(blunt[2] / blunt[0], 2));
  t.push_back({"exponent of the force in tip area", 1.0, exponent, "1",
               "davis2004, linear; ours follows the tip's radius, a miss", true});
  return t;
}

}  // namespace

Calibration calibrate(core::Observer& observer) {
  const Measured m = measured();
  skin::Skin skin = skin_named("excised-human");
  Calibration out{};
  out.friction = skin.friction;
  // Two forces, one toughness: the sum of their logarithmic misses vanishes.
  out.gate_toughness = root_of_log(
      [&](double g) {
        skin.gate_toughness = g;
        double miss = 0.0;
        for (int k = 0; k < 2; ++k)
          miss += std::log(gate_force(skin, m.tip_radius[k]) / m.force[k]);
        return miss;
      },
      10.0, 1e6);
  skin.gate_toughness = out.gate_toughness;
  out.dermis_toughness = root_of_log(
      [&](double g) {
        set_dermis_toughness(skin, g);
        double miss = 0.0;
        for (int k = 0; k < 2; ++k)
          miss += std::log(depth_after_drop(skin, needle_of(m, m.tip_radius[k]), observer) /
                           m.depth_at_drop);
        return miss;
      },
      1.0, 1e5);
  set_dermis_toughness(skin, out.dermis_toughness);
  out.table = table_of(skin, m, observer);
  return out;
}

std::string calibration_toml(const Calibration& c) {
  std::string text =
      "# Calibrated on the single needles of data/reference/calibration-cases.toml alone, with the "
      "excised-human skin.\n"
      "# Remake with: percuta calibrate --write\n";
  for (const auto& row : c.table)
    text += fmt::format("#   {}: {:.4g} {}{}\n", row.name, row.computed, row.unit,
                        std::isnan(row.measured) ? " (" + row.remark + ")"
                                                 : fmt::format(", measured {:.4g}", row.measured));
  text += fmt::format(
      "gate_toughness = {{ value = \"{:.4g} J/m^2\", source = \"roemgens2014\", evidence = \"F\", "
      "note = \"puncture forces of two tips, least squares in the "
      "logarithm\" "
      "}}\n",
      c.gate_toughness);
  text += fmt::format(
      "friction = {{ value = {:g}, source = \"tribollett2013\", evidence = \"S\", note = \"dynamic "
      "median on steel; the four cases do not identify it\" }}\n",
      c.friction);
  for (const char* layer : {"papillary_dermis", "reticular_dermis"})
    text += fmt::format(
        "\n[layers.{}]\ntoughness = {{ value = \"{:.4g} J/m^2\", source = \"roemgens2014\", "
        "evidence = \"F\", note = \"depths at the drop, given friction and "
        "the "
        "toughness of the "
        "epidermis\" }}\n",
        layer, c.dermis_toughness);
  return text;
}

std::vector<Comparand> validate(core::Observer& observer) {
  const Measured m = measured();
  auto table = table_of(skin_named("excised-human"), m, observer);
  for (const auto* name : {"neonatal-pig", "cheek"}) {
    const skin::Skin skin = skin_named(name);
    const device::Needle steel = needle_of(m, 4e-6);
    const auto curve = *indentation(skin, steel, m.travel, largest_force(skin, steel), observer);
    const insertion::EnergyLevel level(skin, steel, curve, crack_table());
    const double d = level.puncture_displacement(m.travel);
    const double share = std::isnan(d) ? 0.0 : level.balanced_depth(m.travel) / m.travel;
    table.push_back({fmt::format("share of 1 mm travel buried, {}", name), m.buried, share, "1",
                     "lam2008, measured below 0.5 for travel under 1 mm", false});
  }
  return table;
}

}  // namespace percuta::evidence
