#include "percuta/skin/record.h"

#include <algorithm>
#include <cmath>

#include "percuta/core/quantity.h"

namespace percuta::skin {
namespace {

// Quicker than any push and slower than any life: beyond these a term is a slip of the pen.
constexpr double kQuickestRelaxation = 1e-6,
                 kSlowestRelaxation = 100.0 * 365.25 * core::kDay;  // [s]

const config::Record<Relaxation>& relaxation_record() {
  static const config::Record<Relaxation> record = [] {
    config::Record<Relaxation> r;
    r.number("share", &Relaxation::share, 1e-6, 0.999, "",
             "of the modulus at once that the term loses [-]")
        .quantity("time", &Relaxation::time, "s", kQuickestRelaxation, kSlowestRelaxation, "",
                  "in which it does [s]");
    return r;
  }();
  return record;
}

}  // namespace

const std::vector<std::string>& layer_keys() {
  static const std::vector<std::string> keys{"stratum_corneum", "viable_epidermis",
                                             "papillary_dermis", "reticular_dermis", "hypodermis"};
  return keys;
}

bool layer_name_allowed(const std::string& name) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= 40 && letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

const config::Record<StackInput>& stack_record() {
  static const config::Record<StackInput> record = [] {
    config::Record<StackInput> r;
    r.list("order", &StackInput::order,
           "stratum_corneum, viable_epidermis, papillary_dermis, reticular_dermis, hypodermis",
           "layers from the surface down, two or more, each with its keys under skin.layers; names "
           "are free")
        .most(12);
    return r;
  }();
  return record;
}

const config::Record<LayerInput>& layer_record() {
  using L = LayerInput;
  static const config::Record<LayerInput> record = [] {
    config::Record<LayerInput> r;
    r.text("role", &L::role, "by name",
           "what the layer is to closure and healing; the five usual names have theirs, another "
           "layer must say",
           {"by name", "stratum corneum", "epidermis", "dermis", "hypodermis", "other"})
        .quantity("thickness", &L::thickness, "mm", 1e-6, 50e-3, "",
                  "thickness of the layer, taut on the body [m]")
        .text("law", &L::law, "ogden", "isochoric law of the layer",
              {"ogden", "neo-hookean", "mooney-rivlin", "goh"})
        .quantity("shear_modulus", &L::shear_modulus, "kPa", 10.0, 100e6, "",
                  "small-strain shear modulus [Pa]")
        .number("hardening", &L::hardening, 2, 14, "9",
                "Ogden exponent alpha; a neo-Hookean law has 2 [-]", "shergold2005 (recollection)")
        .number("bulk_over_shear", &L::bulk_over_shear, 1, 1e6, "1000",
                "bulk over shear modulus of a lone needle's skin; the solid level cuts it to its "
                "own option, 1000 [-]",
                "mechmater2012")
        .only(kInsert)
        .quantity("toughness", &L::toughness, "J/m^2", 0.1, 1e5, "",
                  "energy per new crack area while the crack runs [J/m^2]")
        .quantity(
            "strength", &L::strength, "MPa", 0, 1e9, "0 MPa",
            "stress at which the layer begins to separate at the solid level; 0 = it does not [Pa]")
        .only(kSolidLevel)
        .number("second_share", &L::second_share, 0, 1, "0.2",
                "share of the shear modulus in the second term of a Mooney-Rivlin law [-]")
        .quantity("fibre_modulus", &L::fibre_modulus, "kPa", 0, 1e9, "0 kPa",
                  "k1 of the two fibre families of a goh law, solid level only [Pa]")
        .only(kSolidLevel)
        .number("fibre_exponent", &L::fibre_exponent, 1e-3, 1e4, "1",
                "k2 of the fibre families [-]")
        .only(kSolidLevel)
        .number("fibre_dispersion", &L::fibre_dispersion, 0, 1.0 / 3.0, "0.1",
                "kappa of the fibre families, 0 aligned to 1/3 even [-]")
        .only(kSolidLevel)
        .quantity("fibre_angle", &L::fibre_angle, "deg", 0, 1.5707963267948966, "41 deg",
                  "of the two families to either side of the Langer line [rad]",
                  "niannaidh2012 (recollection)")
        .only(kSolidLevel)
        .records("relaxation", &L::relaxation, relaxation_record(),
                 "Prony terms of the modulus at once; the law is the slow response; shares "
                 "together below 1")
        .sample("[{ share = 0.40, time = \"0.3 s\" }, { share = 0.11, time = \"4 s\" }]")
        .most(16);
    return r;
  }();
  return record;
}

const config::Record<Skin>& skin_record() {
  static const config::Record<Skin> record = [] {
    config::Record<Skin> r;
    r.quantity(
         "tension", &Skin::tension, "kPa", 0, 500e3, "0 kPa",
         "in-plane stress of the thickest layer of the dermis as it lies; taut skin has more [Pa]",
         "flynn2011, flynn2013")
        .quantity("gate_toughness", &Skin::gate_toughness, "kJ/m^2", 1, 1e6, "",
                  "energy per crack area that opens the surface at the tip [J/m^2]")
        .quantity("langer_angle", &Skin::langer_angle, "deg", 0, 1.5707963267948966, "0 deg",
                  "of the Langer lines against the direction of rolling; maximum extensibility is "
                  "across them [rad]",
                  "gibsonextensibility")
        .only(kSolidLevel)
        .number("friction", &Skin::friction, 0, 2, "",
                "Coulomb coefficient of the needle on tissue [-]");
    return r;
  }();
  return record;
}

const config::Record<Vessels>& vessels_record() {
  using V = Vessels;
  static const config::Record<Vessels> record = [] {
    config::Record<Vessels> r;
    r.quantity("loops_below_epidermis", &V::loops, "mm", 0, 1e-3, "0.05 mm",
               "first papillary loops, below the junction [m]",
               "derived rule, braverman1997, micronano2017, rollerclinicnote")
        .quantity("dense_plexus", &V::dense_plexus, "mm", 0, 5e-3, "0.4 mm",
                  "capillary blood is reliably reached, from the surface [m]", "micronano2017")
        .quantity("heavy", &V::heavy, "mm", 0, 10e-3, "1.0 mm",
                  "upper horizontal plexus, from the surface [m]", "braverman1997")
        .quantity("loop_density", &V::loop_density, "1/mm^2", 0, 1e9, "14 1/mm^2",
                  "papillary loops per area [1/m^2]", "nbme2018")
        .quantity("loop_diameter", &V::loop_diameter, "um", 0, 1e-4, "15 um",
                  "diameter of a loop [m]", "nbme2018");
    return r;
  }();
  return record;
}

namespace {

Role role_of(const std::string& key, const std::string& written) {
  if (written != "by name") {
    for (const Role role : {Role::stratum_corneum, Role::epidermis, Role::dermis, Role::hypodermis})
      if (name(role) == written) return role;
    return Role::other;
  }
  if (key == "stratum_corneum") return Role::stratum_corneum;
  if (key == "viable_epidermis") return Role::epidermis;
  if (key == "papillary_dermis" || key == "reticular_dermis") return Role::dermis;
  return key == "hypodermis" ? Role::hypodermis : Role::other;
}

}  // namespace

Layer make_layer(const std::string& key, const LayerInput& in) {
  Layer layer;
  layer.name = key;
  std::replace(layer.name.begin(), layer.name.end(), '_', ' ');
  layer.role = role_of(key, in.role);
  layer.thickness = in.thickness;
  if (in.law == "neo-hookean" || in.law == "goh") layer.law = NeoHookean{in.shear_modulus};
  else if (in.law == "mooney-rivlin")
    layer.law = Ogden{{{(1.0 - in.second_share) * in.shear_modulus, 2.0},
                       {in.second_share * in.shear_modulus, -2.0}}};
  else layer.law = Ogden{{{in.shear_modulus, in.hardening}}};
  layer.bulk_over_shear = in.bulk_over_shear;
  layer.toughness = in.toughness;
  layer.strength = in.strength;
  if (in.law == "goh" && in.fibre_modulus > 0.0)
    for (const double side : {1.0, -1.0})
      layer.fibres.push_back(
          {in.fibre_modulus, in.fibre_exponent, in.fibre_dispersion, side * in.fibre_angle});
  layer.relaxation = in.relaxation;
  return layer;
}

}  // namespace percuta::skin
