#include "percuta/delivery/solute.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "percuta/core/quantity.h"

namespace percuta::delivery {
namespace {

using std::numbers::pi;
constexpr double kHour = 3600.0;
constexpr double kThermal = 1.380649e-23 * 310.15;  // k T of the body [J]
constexpr double kViscosity = 0.69e-3;              // of water at 37 degrees C [Pa s]
constexpr double kAvogadro = 6.02214076e23;
constexpr double kCompact = 1350.0;          // density of a compact macromolecule [kg/m^3], assumed
constexpr double kSmall = 0.2;               // 0.1 to 0.3 of free diffusion in tissue (unverified)
constexpr double kFibres = 0.3;              // share of the volume, assumed
constexpr double kFibreRadius = 10e-9;       // [m], assumed
constexpr double kHorny = 1e-14;             // 1e-10 cm^2/s, assumed [m^2/s]
constexpr double kCapillary = 3e-4;          // middle of 1e-4 to 1e-3 (unverified) [1/s]
constexpr double kLymph = 1.0 / core::kDay;  // half-life 0.5 to 1 day, ajpheart1990 [1/s]
constexpr double kCapillaryMass = 10.0;      // what is heavier stays out of capillaries, assumed
constexpr double kLeast = 1e-60;             // a permeability that lets nothing pass [m/s]

}  // namespace

double potts_guy(double log_k_ow, double molar_mass) {
  const double log_p = -2.74 + 0.71 * log_k_ow - 0.0061 * molar_mass * 1e3;
  return std::max(kLeast, std::pow(10.0, log_p) * 1e-2 / kHour);
}

double stokes_einstein(double radius) { return kThermal / (6.0 * pi * kViscosity * radius); }

double compact_radius(double molar_mass) {
  return std::cbrt(3.0 * molar_mass / (4.0 * pi * kCompact * kAvogadro));
}

double tissue_share(double radius) {
  return kSmall * std::exp(-std::sqrt(kFibres) * radius / kFibreRadius);
}

Solute completed(Solute s) {
  const auto estimate = [&](double& value, const char* key, double by_rule, const char* unit,
                            const char* rule) {
    if (value != 0.0) return;
    value = by_rule;
    s.estimated.push_back({key, rule, by_rule, unit});
  };
  if (s.radius == 0.0 && s.free_diffusivity > 0.0)
    estimate(s.radius, "radius", stokes_einstein(1.0) / s.free_diffusivity, "m",
             "Stokes-Einstein of its free diffusivity");
  estimate(s.radius, "radius", compact_radius(s.molar_mass), "m",
           "a compact sphere of its molar mass");
  estimate(s.free_diffusivity, "free_diffusivity", stokes_einstein(s.radius), "m^2/s",
           "Stokes-Einstein of its radius");
  estimate(s.stratum_corneum_permeability, "stratum_corneum_permeability",
           potts_guy(s.log_k_ow, s.molar_mass), "m/s", "Potts-Guy of log K_ow and molar mass");
  estimate(s.stratum_corneum_diffusivity, "stratum_corneum_diffusivity", kHorny, "m^2/s",
           "one value assumed for all solutes");
  for (auto [member, key] : {std::pair{&Solute::epidermis_diffusivity, "epidermis_diffusivity"},
                             std::pair{&Solute::dermis_diffusivity, "dermis_diffusivity"}})
    estimate(s.*member, key, s.free_diffusivity * tissue_share(s.radius), "m^2/s",
             "a fifth of the free one, times Ogston of its radius");
  estimate(s.capillary_clearance, "capillary_clearance",
           s.molar_mass < kCapillaryMass ? kCapillary : 0.0, "1/s",
           s.molar_mass < kCapillaryMass ? "the middle of what is recalled of small solutes"
                                         : "none assumed from 10 kDa up");
  estimate(s.lymph_clearance, "lymph_clearance", kLymph, "1/s", "that of injected hyaluronan");
  return s;
}

}  // namespace percuta::delivery
