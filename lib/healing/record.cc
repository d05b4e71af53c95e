#include "percuta/healing/record.h"
#include "percuta/core/quantity.h"
#include "percuta/core/text.h"
#include "percuta/healing/fields.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include <fmt/format.h>

namespace percuta::healing {
namespace {

using core::kDay;
constexpr double kPerDay = 1.0 / core::kDay, kAreaPerDay = 1e-6 / core::kDay,
                 kWayPerDay = 1e-3 / core::kDay;

}  // namespace

namespace {

/// Oxygen and capillaries, which healing.vessels asks for.
void add_vessels(config::Record<Parameters>& r) {
  using P = Parameters;
  const char* assumed = "assumed";
  r.quantity("oxygen_diffusivity", &P::oxygen_diffusivity, "mm^2/day", 0, 1e4 * kAreaPerDay,
             "173 mm^2/day", "D_w, of oxygen [m^2/s]", "schugart2008 (recollection), 2e-5 cm^2/s")
      .quantity("oxygen_at_rest", &P::oxygen_at_rest, "1/day", 1 * kPerDay, 1e6 * kPerDay,
                "10000 1/day",
                "lambda_0, oxygen taken by resting tissue; with D_w it reaches some 130 um [1/s]",
                "assumed from a reach of 100 to 150 um")
      .quantity("oxygen_by_fibroblasts", &P::oxygen_by_fibroblasts, "1/day", 0, 1e6 * kPerDay,
                "1000 1/day", "lambda_f, by fibroblasts of healthy density [1/s]", assumed)
      .quantity("oxygen_by_immune_cells", &P::oxygen_by_immune_cells, "1/day", 0, 1e6 * kPerDay,
                "10000 1/day", "lambda_m, by neutrophils and macrophages of unit density [1/s]",
                assumed)
      .number("oxygen_in_blood", &P::oxygen_in_blood, 1.01, 100, "2",
              "w_b, oxygen of capillary blood over that of healthy dermis [-]", assumed)
      .number("oxygen_half_synthesis", &P::oxygen_half_synthesis, 1e-3, 100, "0.5",
              "K_O, oxygen at which half of the collagen is made [-]", assumed)
      .number("hypoxia", &P::hypoxia, 1e-3, 100, "0.2",
              "K_w, oxygen at which macrophages send half of their signal to vessels [-]", assumed)
      .quantity("vessel_signal_diffusivity", &P::vessel_signal_diffusivity, "mm^2/day", 0,
                100 * kAreaPerDay, "0.3 mm^2/day", "D_V [m^2/s]", assumed)
      .quantity("vessel_signal_from_macrophages", &P::vessel_signal_from_macrophages, "1/day", 0,
                100 * kPerDay, "1 1/day", "p_V [1/s]", assumed)
      .quantity("vessel_signal_from_damage", &P::vessel_signal_from_damage, "1/day", 0,
                100 * kPerDay, "0.5 1/day", "p_VS [1/s]", assumed)
      .quantity("vessel_signal_decay", &P::vessel_signal_decay, "1/day", 1e-3 * kPerDay,
                1000 * kPerDay, "1 1/day", "d_V [1/s]", assumed)
      .quantity("vessel_diffusivity", &P::vessel_diffusivity, "mm^2/day", 1e-9 * kAreaPerDay,
                10 * kAreaPerDay, "0.0035 mm^2/day", "D_v, of sprouts [m^2/s]", assumed)
      .quantity("vessel_chemotaxis", &P::vessel_chemotaxis, "mm^2/day", 0, 1 * kAreaPerDay,
                "0.001 mm^2/day", "chi_v, of sprouts per unit of the signal [m^2/s]", assumed)
      .quantity("vessel_growth", &P::vessel_growth, "1/day", 0, 10 * kPerDay, "0.3 1/day",
                "r_v [1/s]", assumed)
      .number("vessel_saturation", &P::vessel_saturation, 1e-3, 1e3, "0.5",
              "K_V, signal of half the growth [-]", assumed)
      .number("vessel_most", &P::vessel_most, 1.01, 100, "2",
              "v_max, capillaries over those of healthy skin at most [-]", assumed)
      .quantity("vessel_regression", &P::vessel_regression, "1/day", 0, 10 * kPerDay, "0.1 1/day",
                "d_v, of capillaries beyond the healthy number [1/s]", assumed);
}

}  // namespace

const config::Record<Parameters>& parameters_record() {
  using P = Parameters;
  static const auto fit = "fit to normalised curves of excisional wounds; not validated";
  static const auto assumed = "assumed";
  static const config::Record<Parameters> record = [] {
    config::Record<Parameters> r;
    r.quantity("damage_decay", &P::damage_decay, "1/day", 0, 100 * kPerDay, "0.8 1/day",
               "decay of the damage signal k_S [1/s]", fit)
        .quantity("neutrophil_influx", &P::neutrophil_influx, "1/day", 0, 100 * kPerDay,
                  "2.1 1/day", "neutrophils called by damage k_n [1/s]", fit)
        .quantity("neutrophil_decay", &P::neutrophil_decay, "1/day", 1e-6 * kPerDay, 100 * kPerDay,
                  "0.77 1/day", "d_n [1/s]", fit)
        .quantity("macrophage_influx", &P::macrophage_influx, "1/day", 0, 100 * kPerDay,
                  "2.2 1/day", "k_M [1/s]", fit)
        .number("macrophage_saturation", &P::macrophage_saturation, 1e-6, 1e3, "2.0",
                "half-saturation of the influx K_alpha [-]", fit)
        .quantity("switching", &P::switching, "1/day", 0, 100 * kPerDay, "1.0 1/day",
                  "M1 to M2 k_12; at its search bound, weakly identified [1/s]", fit)
        .quantity("m1_decay", &P::m1_decay, "1/day", 1e-6 * kPerDay, 100 * kPerDay, "0.30 1/day",
                  "d_M [1/s]", fit)
        .quantity("m2_decay", &P::m2_decay, "1/day", 1e-6 * kPerDay, 100 * kPerDay, "0.60 1/day",
                  "d_2; at its search bound, weakly identified [1/s]", fit)
        .quantity("alarm_from_damage", &P::alarm_from_damage, "1/day", 0, 100 * kPerDay,
                  "1.5 1/day", "pro-inflammatory signal from damage p_S [1/s]", fit)
        .quantity("alarm_from_neutrophils", &P::alarm_from_neutrophils, "1/day", 0, 100 * kPerDay,
                  "0.05 1/day", "p_n [1/s]", fit)
        .quantity("alarm_from_macrophages", &P::alarm_from_macrophages, "1/day", 0, 100 * kPerDay,
                  "0.03 1/day", "p_M [1/s]", fit)
        .quantity("alarm_decay", &P::alarm_decay, "1/day", 1e-6 * kPerDay, 100 * kPerDay,
                  "0.47 1/day", "d_alpha, half-life 1.5 d [1/s]", fit)
        .quantity("growth_from_platelets", &P::growth_from_platelets, "1/day", 0, 100 * kPerDay,
                  "3.0 1/day", "growth signal from damage where loops bleed p_P [1/s]", fit)
        .quantity("growth_from_m2", &P::growth_from_m2, "1/day", 0, 100 * kPerDay, "6.0 1/day",
                  "p_M2 [1/s]", fit)
        .quantity("growth_from_myofibroblasts", &P::growth_from_myofibroblasts, "1/day", 0,
                  100 * kPerDay, "0.04 1/day", "p_m [1/s]", fit)
        .number("growth_saturation", &P::growth_saturation, 1e-6, 1e3, "10", "K_cc [-]", fit)
        .quantity("growth_decay", &P::growth_decay, "1/day", 1e-6 * kPerDay, 100 * kPerDay,
                  "0.95 1/day", "d_c; prior 0.02 to 1.0 1/day [1/s]", fit)
        .quantity("growth_diffusivity", &P::growth_diffusivity, "mm^2/day", 0, 10 * kAreaPerDay,
                  "0.29 mm^2/day", "D_c [m^2/s]", "murphy2012 (recollection)")
        .quantity("alarm_diffusivity", &P::alarm_diffusivity, "mm^2/day", 0, 10 * kAreaPerDay,
                  "0.3 mm^2/day", "D_alpha [m^2/s]", assumed)
        .quantity("neutrophil_diffusivity", &P::neutrophil_diffusivity, "mm^2/day", 0,
                  10 * kAreaPerDay, "0.5 mm^2/day", "D_n [m^2/s]", assumed)
        .quantity("macrophage_diffusivity", &P::macrophage_diffusivity, "mm^2/day", 0,
                  10 * kAreaPerDay, "0.1 mm^2/day", "D_M [m^2/s]", assumed)
        .quantity("fibroblast_turnover", &P::fibroblast_turnover, "1/day", 1e-6 * kPerDay,
                  10 * kPerDay, "0.02 1/day", "d_rho [1/s]", "koppenol2016 (recollection)")
        .number("crowding", &P::crowding, 1.01, 100, "6", "K, cells at which division stops [-]",
                fit)
        .quantity("proliferation", &P::proliferation, "1/day", 0, 100 * kPerDay, "1.2 1/day",
                  "r_c; at its search bound [1/s]", fit)
        .number("proliferation_saturation", &P::proliferation_saturation, 1e-6, 1e3, "1.5",
                "K_rho_c [-]; decides the low-dose response", fit)
        .quantity("activation", &P::activation, "1/day", 0, 100 * kPerDay, "0.6 1/day",
                  "fibroblast to myofibroblast k_m [1/s]", fit)
        .number("activation_saturation", &P::activation_saturation, 1e-6, 1e3, "2.2", "K_m [-]",
                fit)
        .quantity("myofibroblast_decay", &P::myofibroblast_decay, "1/day", 1e-6 * kPerDay,
                  10 * kPerDay, "0.13 1/day", "d_m [1/s]", fit)
        .quantity("fibroblast_diffusivity", &P::fibroblast_diffusivity, "mm^2/day", 0,
                  10 * kAreaPerDay, "0.02 mm^2/day",
                  "D_rho; in vitro 0.024 to 0.22 mm^2/day [m^2/s]", fit)
        .quantity("myofibroblast_diffusivity", &P::myofibroblast_diffusivity, "mm^2/day", 0,
                  10 * kAreaPerDay, "0.005 mm^2/day", "D_m [m^2/s]", assumed)
        .quantity("chemotaxis", &P::chemotaxis, "mm^2/day", 0, 1 * kAreaPerDay, "0.004 mm^2/day",
                  "chi per unit signal [m^2/s]", assumed)
        .quantity("synthesis_stimulated", &P::synthesis_stimulated, "1/day", 0, 10 * kPerDay,
                  "0.004 1/day", "s_c [1/s]", fit)
        .number("synthesis_saturation", &P::synthesis_saturation, 1e-6, 1e3, "8", "K_phi_c [-]",
                fit)
        .number("myofibroblast_synthesis", &P::myofibroblast_synthesis, 0, 100, "2",
                "eta, collagen per myofibroblast over that per fibroblast [-]",
                "koppenol2016, eta_I (recollection)")
        .number("feedback_saturation", &P::feedback_saturation, 1e-6, 1e3, "0.5", "K_phi [-]", fit)
        .quantity("collagen_i_turnover", &P::collagen_i_turnover, "1/day", 1e-7 * kPerDay,
                  1 * kPerDay, "0.004 1/day",
                  "d_1, half-life 173 d; bounds 1.3e-4 to 0.05 1/day [1/s]", assumed)
        .quantity("collagen_iii_turnover", &P::collagen_iii_turnover, "1/day", 1e-7 * kPerDay,
                  1 * kPerDay, "0.016 1/day", "d_3, half-life 43 d [1/s]", assumed)
        .quantity("degradation", &P::degradation, "1/day", 0, 10 * kPerDay, "0.01 1/day",
                  "k_Q, by MMP [1/s]", assumed)
        .quantity("crosslink_time", &P::crosslink_time, "days", 0.1 * kDay, 1000 * kDay, "28 days",
                  "tau_x; 25 to 60 days acceptable [s]", fit)
        .number("collagen_iii_stiffness", &P::collagen_iii_stiffness, 0, 2, "0.5",
                "beta_3, stiffness of type III over type I [-]", assumed)
        .quantity("clot_decay", &P::clot_decay, "1/day", 0, 10 * kPerDay, "0.1 1/day", "k_F0 [1/s]",
                  assumed)
        .quantity("clot_by_macrophages", &P::clot_by_macrophages, "1/day", 0, 10 * kPerDay,
                  "0.2 1/day", "k_Fm [1/s]", assumed)
        .quantity("clot_by_fibroblasts", &P::clot_by_fibroblasts, "1/day", 0, 10 * kPerDay,
                  "0.2 1/day", "k_F_rho [1/s]", assumed)
        .quantity("migration_speed", &P::migration_speed, "mm/day", 1e-3 * kWayPerDay,
                  10 * kWayPerDay, "0.24 mm/day", "keratinocytes v_k; 0.12 to 0.48 mm/day [m/s]",
                  "10 um/h (unverified)")
        .quantity("migration_lag", &P::migration_lag, "days", 0, 10 * kDay, "0.75 days",
                  "t_lag; 0.25 to 0.75 days [s]", "ccid409310, chosen to it")
        .quantity("barrier_open", &P::barrier_open, "h", 1e-4 * kDay, 10 * kDay, "0.5 h",
                  "half-life of the open barrier t_open [s]", "gupta2011")
        .quantity("barrier_occluded", &P::barrier_occluded, "h", 1e-3 * kDay, 100 * kDay, "24 h",
                  "half-life under occlusion t_occ [s]", "pmc8259462")
        .number("occlusion", &P::occlusion, 0, 1, "0", "theta_occ, 0 open to 1 occluded [-]")
        .quantity("covered_radius", &P::covered_radius, "um", 1e-6, 1e-3, "35 um",
                  "radius of a channel that closes under cover with barrier_occluded; wider and "
                  "deeper ones take longer, by the root of radius times depth [m]",
                  "assumed; gupta2011 saw it grow with width and length")
        .quantity("covered_depth", &P::covered_depth, "mm", 10e-6, 3e-3, "0.4 mm",
                  "depth of that channel [m]", assumed)
        .quantity("water_permeance", &P::water_permeance, "mm/s", 1e-6, 1e-1, "0.14 mm/s",
                  "of unbroken skin: 10 g/m2/h under a difference of 20 g/m3 of vapour [m/s]",
                  assumed)
        .quantity("vapour_diffusivity", &P::vapour_diffusivity, "m^2/s", 1e-7, 1e-3, "2.5e-5 m^2/s",
                  "of water vapour in air, through an open channel [m^2/s]", assumed)
        .quantity("air_layer", &P::air_layer, "mm", 0.0, 1.0, "10 mm",
                  "still air over the skin, as of an open chamber, that vapour crosses; keeps the "
                  "loss of wet skin to what evaporates [m]",
                  assumed)
        .quantity("recoil_time", &P::recoil_time, "min", 1.0, 1e5, "5 min",
                  "half-life of the needle's width in the hole [s]",
                  "assumed; schwarz2011 saw channels close within minutes")
        .quantity("stratification_time", &P::stratification_time, "days", 0.0, 60 * kDay, "4 days",
                  "from a closed epithelium to one that has its layers again [s]",
                  "pone0204318, almost recovered on day 5, chosen to it")
        .quantity("flare_time", &P::flare_time, "h", 1e-3 * kDay, 10 * kDay, "1 h", "tau_f [s]",
                  "bal2008")
        .quantity("flare_reach", &P::flare_reach, "mm", 0.0, 20e-3, "0.5 mm",
                  "of the flare beyond the wall of a channel [m]", assumed)
        .quantity("flare_depth", &P::flare_depth, "mm", 10e-6, 5e-3, "0.2 mm",
                  "depth of channels below the stratum corneum for a flare of 0.63 [m]",
                  "assumed; bal2008 saw more redness at 400 than at 200 um")
        .number("redness_by_damage", &P::redness_by_damage, 0, 1000, "10",
                "beta_E, share of the damage signal in the papillary dermis in the erythema index "
                "[-]",
                "assumed: labels of pens say pink for one to two days at clinic depth")
        .quantity("damage_length", &P::damage_length, "um", 1e-7, 1e-3, "20 um",
                  "lambda_S; decides the answer with the low-dose response [m]", assumed)
        .number("epidermal_damage", &P::epidermal_damage, 0, 1, "0.2",
                "A_E, damage signal when only epidermis is reached [-]", assumed)
        .number("beta3", &P::beta3, 0, 0.5, "0", "theta_3, effect of TGF-beta3 on activation [-]",
                "ced2010; size assumed")
        .quantity("beta3_days", &P::beta3_days, "days", 0, 60 * kDay, "14 days",
                  "how long it lasts [s]", "ced2010")
        .number("ascorbate", &P::ascorbate, 0.125, 1.5, "1",
                "f_C, collagen synthesis by ascorbate over that of replete tissue [-]",
                "cap assumed");
    add_vessels(r);
    return r;
  }();
  return record;
}

Parameters default_parameters() {
  Parameters p{};
  const config::Tree empty;
  core::Diagnostics errors;
  config::Reader reader(empty, errors);
  parameters_record().read(p, reader, "");
  return p;
}

std::optional<Prior> read_prior(const std::string& name, const std::string& low,
                                const std::string& high, Refusal& refusal) {
  const auto refuse = [&](std::string message, std::string hint) {
    refusal = {std::move(message), std::move(hint)};
    return std::nullopt;
  };
  std::vector<std::string> names;
  for (const auto& b : parameters_record().bindings()) {
    names.push_back(b.key.path);
    if (b.key.path != name || b.number == nullptr) continue;
    Prior out{name, b.number, 0.0, 0.0, "", b.key.unit};
    const auto unit = core::find_unit(b.key.unit);
    const auto read = [&](const std::string& text) {
      const auto written = core::parse_quantity(text);
      const auto own =
          written ? core::find_unit(written->unit.empty() ? "1" : written->unit) : std::nullopt;
      return own && own->dimension == unit->dimension ? written->number * own->si : std::nan("");
    };
    out.low = read(low);
    out.high = read(high);
    for (const auto& [text, value] : {std::pair{&low, out.low}, std::pair{&high, out.high}})
      if (!(value >= b.key.low && value <= b.key.high))
        return refuse(fmt::format("takes no \"{}\" for {}", core::printable(*text, 60), name),
                      fmt::format("allowed {}", config::allowed(b.key)));
    if (out.low > out.high)
      return refuse(fmt::format("has a low end of {}, {}, above its high end, {}", name, low, high),
                    "exchange them");
    return out;
  }
  const auto near = config::nearest(name, names);
  return refuse(fmt::format("knows no constant \"{}\"", core::printable(name, 60)),
                near.empty() ? "`percuta explain healing.parameters` lists them"
                             : fmt::format("did you mean {}?", near));
}

Prior moved(Prior p, double factor) {
  for (const auto& b : parameters_record().bindings()) {
    if (b.key.path != p.name) continue;
    p.low = std::clamp(factor * p.low, b.key.low, b.key.high);
    p.high = std::clamp(factor * p.high, b.key.low, b.key.high);
  }
  return p;
}

}  // namespace percuta::healing
