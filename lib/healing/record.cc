#include "percuta/healing/record.h"
#include "fields.h"
#include "percuta/core/quantity.h"

#include <array>

namespace percuta::healing {
namespace {

using core::kDay;
constexpr double kPerDay = 1.0 / core::kDay, kAreaPerDay = 1e-6 / core::kDay,
                 kWayPerDay = 1e-3 / core::kDay;

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
        .quantity("migration_lag", &P::migration_lag, "days", 0, 10 * kDay, "0.5 days",
                  "t_lag; 0.25 to 0.75 days [s]", "ccid409310, chosen to it")
        .quantity("barrier_open", &P::barrier_open, "h", 1e-4 * kDay, 10 * kDay, "0.5 h",
                  "half-life of the open barrier t_open [s]", "gupta2011")
        .quantity("barrier_occluded", &P::barrier_occluded, "h", 1e-3 * kDay, 100 * kDay, "24 h",
                  "half-life under occlusion t_occ [s]", "pmc8259462")
        .number("occlusion", &P::occlusion, 0, 1, "0", "theta_occ, 0 open to 1 occluded [-]")
        .quantity("flare_time", &P::flare_time, "h", 1e-3 * kDay, 10 * kDay, "1 h", "tau_f [s]",
                  "bal2008")
        .number("flare_by_alarm", &P::flare_by_alarm, 0, 10, "0.2", "beta_E [-]; device dependent",
                assumed)
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

namespace {

/// One course against time: what it is called, what it is, and what summary.json calls its change
/// from healthy.
struct Series {
  const char* name;
  std::vector<double> Course::*member;
  const char* sentence;
  const char* reported = nullptr;
  double healthy = 0.0;  ///< what is taken off in the report
};

constexpr std::array kDerived{
    Series{"collagen", &Course::collagen, "collagen over the needled depth, healthy 1",
           "collagen_change", 1.0},
    Series{"stiffness", &Course::stiffness, "stiffness over the needled depth, healthy 1",
           "stiffness_change", 1.0},
    Series{"strength", &Course::strength, "strength over the needled depth, healthy 1",
           "strength_change", 1.0},
    Series{"whole_dermis_collagen", &Course::whole_dermis_collagen,
           "collagen over the whole dermis, healthy 1", "whole_dermis_collagen_change", 1.0},
    Series{"whole_dermis_stiffness", &Course::whole_dermis_stiffness,
           "stiffness over the whole dermis, healthy 1", "whole_dermis_stiffness_change", 1.0},
    Series{"whole_dermis_strength", &Course::whole_dermis_strength,
           "strength over the whole dermis, healthy 1", "whole_dermis_strength_change", 1.0},
    Series{"epithelial_gap", &Course::epithelial_gap, "epithelial gap over the channel radius"},
    Series{"barrier_open", &Course::barrier_open, "open share of the stratum corneum channel"},
    Series{"erythema", &Course::erythema, "erythema index"},
};

/// The fields of the table, and what follows from them.
const std::vector<Series>& all_series() {
  static const std::vector<Series> all = [] {
    std::vector<Series> out;
    for (const auto& row : kFieldTable)
      out.push_back({row.name, row.mean, row.sentence, row.reported});
    out.insert(out.end(), kDerived.begin(), kDerived.end());
    return out;
  }();
  return all;
}

/// For the short lines of summary.json, whose days are plain numbers.
std::vector<double> in_days(std::vector<double> times) {
  for (double& t : times) t /= kDay;
  return times;
}

/// Courses at a few days that are counted from one of the course.
struct Reported {
  const Course& course;
  std::vector<double> times;  ///< after `from` [s]
  double from = 0.0;          ///< [s]
  bool shown = true;
};

const config::Outputs<Reported>& reported_outputs() {
  static const config::Outputs<Reported> all = [] {
    config::Outputs<Reported> o;
    const auto shown = [](const Reported& r) { return r.shown; };
    const char* words = "there is more than one session, for figures after the last of them";
    o.series(
         "days", [](const Reported& r) { return in_days(r.times); }, "days", "days",
         "days at which figures are given")
        .brief()
        .only(words, shown);
    for (const auto& s : all_series()) {
      if (s.reported == nullptr) continue;
      const auto at_days = [s](const Reported& r) {
        std::vector<double> out;
        for (const double t : r.times)
          out.push_back(at_time(r.course, r.course.*s.member, r.from + t) - s.healthy);
        return out;
      };
      o.series(s.reported, at_days, "1", "%",
               std::string(s.healthy > 0.0 ? "change of " : "") + s.sentence, "days")
          .brief()
          .only(words, shown);
    }
    return o;
  }();
  return all;
}

}  // namespace

double last_session(const Wound& w) { return w.sessions > 0 ? (w.sessions - 1) * w.interval : 0.0; }

std::vector<double> times_within(const Outcome& o, double from) {
  std::vector<double> times;
  for (const double t : o.report_times)
    if (from + t <= o.course.time.back() + 1e-9 * kDay) times.push_back(t);
  return times;
}

const config::Outputs<Outcome>& outputs() {
  static const config::Outputs<Outcome> all = [] {
    config::Outputs<Outcome> o;
    const auto wounded = [](const Outcome& h) { return h.wound.sessions > 0; };
    o.scalar(
         "closure_epithelium", [](const Outcome& h) { return h.course.epithelium_closed; }, "s",
         "h", "epithelium closed, after the last session")
        .scalar(
            "closure_barrier", [](const Outcome& h) { return h.course.barrier_closed; }, "s", "h",
            "barrier back to 95 %, after the last session")
        .scalar(
            "erythema_gone", [](const Outcome& h) { return h.course.erythema_gone; }, "s", "h",
            "erythema index down to 0.1, after the last session")
        .scalar(
            "collagen_peak",
            [](const Outcome& h) {
              return h.wound.sessions > 0 ? peak(h.course, h.course.collagen).change : 0.0;
            },
            "1", "%", "largest change of collagen, needled depth")
        .scalar(
            "collagen_peak_day",
            [](const Outcome& h) { return peak(h.course, h.course.collagen).time; }, "s", "days",
            "day of the largest change of collagen, needled depth")
        .where("needles pierce", wounded)
        .series(
            "time", [](const Outcome& h) { return h.course.time; }, "s", "days",
            "time after the first session");
    for (const auto& s : all_series())
      o.series(
          s.name, [s](const Outcome& h) { return h.course.*s.member; }, "1", "1", s.sentence,
          "time");
    const auto profiled = [](const Outcome& h) { return !h.course.collagen_profile.empty(); };
    o.series(
         "profile_time", [](const Outcome& h) { return h.course.profile_time; }, "s", "days",
         "times of the radial profiles")
        .only("a channel heals", profiled)
        .series(
            "radius", [](const Outcome& h) { return h.course.radius; }, "m", "um",
            "distance from the channel axis")
        .only("a channel heals", profiled)
        .profile(
            "collagen_profile", [](const Outcome& h) { return h.course.collagen_profile; }, "1",
            "1", "collagen around the channel, healthy 1", "profile_time", "radius")
        .only("a channel heals", profiled);
    o.include("", reported_outputs(), [](const Outcome& h) {
      return Reported{h.course, times_within(h, 0.0)};
    });
    o.include("last_day", reported_outputs(), [](const Outcome& h) {
      return Reported{h.course, {h.course.time.back()}};
    });
    o.include("after_last_session", reported_outputs(), [](const Outcome& h) {
      const double from = last_session(h.wound);
      return Reported{h.course, times_within(h, from), from, h.wound.sessions > 1};
    });
    return o;
  }();
  return all;
}

}  // namespace percuta::healing
