#include "percuta/healing/record.h"
#include "percuta/core/quantity.h"

#include <array>

namespace percuta::healing {

// Constants in the units of their source: 1/day and mm. They are plain numbers here, because most of
// them multiply normalised fields; each sentence ends in the unit.
const config::Record<Parameters>& parameters_record() {
  using P = Parameters;
  static const auto fit = "fit to normalised curves of excisional wounds; not validated";
  static const auto assumed = "assumed";
  static const config::Record<Parameters> record = [] {
    config::Record<Parameters> r;
    r.number("damage_decay", &P::damage_decay, 0, 100, "0.8", "decay of the damage signal k_S [1/d]", fit)
        .number("neutrophil_influx", &P::neutrophil_influx, 0, 100, "2.1", "neutrophils called by damage k_n [1/d]", fit)
        .number("neutrophil_decay", &P::neutrophil_decay, 1e-6, 100, "0.77", "d_n [1/d]", fit)
        .number("macrophage_influx", &P::macrophage_influx, 0, 100, "2.2", "k_M [1/d]", fit)
        .number("macrophage_saturation", &P::macrophage_saturation, 1e-6, 1e3, "2.0", "half-saturation of the influx K_alpha [-]", fit)
        .number("switching", &P::switching, 0, 100, "1.0", "M1 to M2 k_12 [1/d]; at its search bound, weakly identified", fit)
        .number("m1_decay", &P::m1_decay, 1e-6, 100, "0.30", "d_M [1/d]", fit)
        .number("m2_decay", &P::m2_decay, 1e-6, 100, "0.60", "d_2 [1/d]; at its search bound, weakly identified", fit)
        .number("alarm_from_damage", &P::alarm_from_damage, 0, 100, "1.5", "pro-inflammatory signal from damage p_S [1/d]", fit)
        .number("alarm_from_neutrophils", &P::alarm_from_neutrophils, 0, 100, "0.05", "p_n [1/d]", fit)
        .number("alarm_from_macrophages", &P::alarm_from_macrophages, 0, 100, "0.03", "p_M [1/d]", fit)
        .number("alarm_decay", &P::alarm_decay, 1e-6, 100, "0.47", "d_alpha [1/d], half-life 1.5 d", fit)
        .number("growth_from_platelets", &P::growth_from_platelets, 0, 100, "3.0", "growth signal from damage where loops bleed p_P [1/d]", fit)
        .number("growth_from_m2", &P::growth_from_m2, 0, 100, "6.0", "p_M2 [1/d]", fit)
        .number("growth_from_myofibroblasts", &P::growth_from_myofibroblasts, 0, 100, "0.04", "p_m [1/d]", fit)
        .number("growth_saturation", &P::growth_saturation, 1e-6, 1e3, "10", "K_cc [-]", fit)
        .number("growth_decay", &P::growth_decay, 1e-6, 100, "0.95", "d_c [1/d]; prior 0.02 to 1.0", fit)
        .number("growth_diffusivity", &P::growth_diffusivity, 0, 10, "0.29", "D_c [mm^2/d], Murphy 2012", "doi 10.1007/s11538-011-9712-y (unverified)")
        .number("alarm_diffusivity", &P::alarm_diffusivity, 0, 10, "0.3", "D_alpha [mm^2/d]", assumed)
        .number("neutrophil_diffusivity", &P::neutrophil_diffusivity, 0, 10, "0.5", "D_n [mm^2/d]", assumed)
        .number("macrophage_diffusivity", &P::macrophage_diffusivity, 0, 10, "0.1", "D_M [mm^2/d]", assumed)
        .number("fibroblast_turnover", &P::fibroblast_turnover, 1e-6, 10, "0.02", "d_rho [1/d], Koppenol delta_N", "doi 10.1007/s00285-016-1075-4 (unverified)")
        .number("crowding", &P::crowding, 1.01, 100, "6", "K, cells at which division stops [-]", fit)
        .number("proliferation", &P::proliferation, 0, 100, "1.2", "r_c [1/d]; at its search bound", fit)
        .number("proliferation_saturation", &P::proliferation_saturation, 1e-6, 1e3, "1.5", "K_rho_c [-]; decides the low-dose response", fit)
        .number("activation", &P::activation, 0, 100, "0.6", "fibroblast to myofibroblast k_m [1/d]", fit)
        .number("activation_saturation", &P::activation_saturation, 1e-6, 1e3, "2.2", "K_m [-]", fit)
        .number("myofibroblast_decay", &P::myofibroblast_decay, 1e-6, 10, "0.13", "d_m [1/d]", fit)
        .number("fibroblast_diffusivity", &P::fibroblast_diffusivity, 0, 10, "0.02", "D_rho [mm^2/d]; in vitro 0.024 to 0.22", fit)
        .number("myofibroblast_diffusivity", &P::myofibroblast_diffusivity, 0, 10, "0.005", "D_m [mm^2/d]", assumed)
        .number("chemotaxis", &P::chemotaxis, 0, 1, "0.004", "chi [mm^2/d per unit signal]", assumed)
        .number("synthesis_stimulated", &P::synthesis_stimulated, 0, 10, "0.004", "s_c [1/d]", fit)
        .number("synthesis_saturation", &P::synthesis_saturation, 1e-6, 1e3, "8", "K_phi_c [-]", fit)
        .number("myofibroblast_synthesis", &P::myofibroblast_synthesis, 0, 100, "2", "eta, collagen per myofibroblast over that per fibroblast [-]",
                "Koppenol eta_I (unverified)")
        .number("feedback_saturation", &P::feedback_saturation, 1e-6, 1e3, "0.5", "K_phi [-]", fit)
        .number("collagen_i_turnover", &P::collagen_i_turnover, 1e-7, 1, "0.004", "d_1 [1/d], half-life 173 d; bounds 1.3e-4 to 0.05", assumed)
        .number("collagen_iii_turnover", &P::collagen_iii_turnover, 1e-7, 1, "0.016", "d_3 [1/d], half-life 43 d", assumed)
        .number("degradation", &P::degradation, 0, 10, "0.01", "k_Q, by MMP [1/d]", assumed)
        .number("crosslink_time", &P::crosslink_time, 0.1, 1000, "28", "tau_x [d]; 25 to 60 acceptable", fit)
        .number("collagen_iii_stiffness", &P::collagen_iii_stiffness, 0, 2, "0.5", "beta_3, stiffness of type III over type I [-]", assumed)
        .number("clot_decay", &P::clot_decay, 0, 10, "0.1", "k_F0 [1/d]", assumed)
        .number("clot_by_macrophages", &P::clot_by_macrophages, 0, 10, "0.2", "k_Fm [1/d]", assumed)
        .number("clot_by_fibroblasts", &P::clot_by_fibroblasts, 0, 10, "0.2", "k_F_rho [1/d]", assumed)
        .number("migration_speed", &P::migration_speed, 1e-3, 10, "0.24", "keratinocytes v_k [mm/d]; 0.12 to 0.48", "10 um/h (unverified)")
        .number("migration_lag", &P::migration_lag, 0, 10, "0.5", "t_lag [d]; 0.25 to 0.75", "doi 10.2147/CCID.S409310, chosen to it")
        .number("barrier_open", &P::barrier_open, 1e-4, 10, "0.0208333", "half-life of the open barrier t_open, 0.5 h [d]", "Gupta 2011")
        .number("barrier_occluded", &P::barrier_occluded, 1e-3, 100, "1", "half-life under occlusion t_occ, 24 h [d]", "PMC8259462")
        .number("occlusion", &P::occlusion, 0, 1, "0", "theta_occ, 0 open to 1 occluded [-]")
        .number("flare_time", &P::flare_time, 1e-3, 10, "0.0416667", "tau_f, 1 h [d]", "doi 10.1016/j.ejps.2008.06.016")
        .number("flare_by_alarm", &P::flare_by_alarm, 0, 10, "0.2", "beta_E [-]; device dependent", assumed)
        .number("damage_length", &P::damage_length, 1e-4, 1, "0.02", "lambda_S [mm]; decides the answer with the low-dose response", assumed)
        .number("epidermal_damage", &P::epidermal_damage, 0, 1, "0.2", "A_E, damage signal when only epidermis is reached [-]", assumed)
        .number("beta3", &P::beta3, 0, 0.5, "0", "theta_3, effect of TGF-beta3 on activation [-]", "doi 10.1111/j.1365-2230.2010.03779.x; size assumed")
        .number("beta3_days", &P::beta3_days, 0, 60, "14", "how long it lasts [d]", "doi 10.1111/j.1365-2230.2010.03779.x")
        .number("ascorbate", &P::ascorbate, 0.125, 1.5, "1", "f_C, collagen synthesis by ascorbate over that of replete tissue [-]", "cap assumed");
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

using core::kDay;

/// One course against time: what it is called, what it is, and what summary.json calls its change from healthy.
struct Series {
  const char* name;
  std::vector<double> Course::*member;
  const char* sentence;
  const char* reported = nullptr;
  double healthy = 0.0;  ///< what is taken off in the report
};

constexpr std::array kSeries{
    Series{"damage", &Course::damage, "damage signal S, mean of the unit cell"},
    Series{"clot", &Course::clot, "clot and provisional matrix F"},
    Series{"neutrophils", &Course::neutrophils, "neutrophils n"},
    Series{"macrophages_1", &Course::macrophages_1, "inflammatory macrophages M1"},
    Series{"macrophages_2", &Course::macrophages_2, "repair macrophages M2"},
    Series{"alarm", &Course::alarm, "pro-inflammatory signal alpha"},
    Series{"growth_factor", &Course::growth_factor, "growth signal c, healthy 1"},
    Series{"fibroblasts", &Course::fibroblasts, "fibroblasts rho, healthy 1"},
    Series{"myofibroblasts", &Course::myofibroblasts, "myofibroblasts m", "myofibroblasts"},
    Series{"collagen_i", &Course::collagen_i, "collagen I, healthy 0.8"},
    Series{"collagen_iii", &Course::collagen_iii, "collagen III, healthy 0.2"},
    Series{"collagen", &Course::collagen, "collagen over the needled depth, healthy 1", "collagen_change", 1.0},
    Series{"maturity", &Course::maturity, "cross-link maturity psi, healthy 1"},
    Series{"stiffness", &Course::stiffness, "stiffness over the needled depth, healthy 1", "stiffness_change", 1.0},
    Series{"strength", &Course::strength, "strength over the needled depth, healthy 1", "strength_change", 1.0},
    Series{"whole_dermis_collagen", &Course::whole_dermis_collagen, "collagen over the whole dermis, healthy 1", "whole_dermis_collagen_change", 1.0},
    Series{"whole_dermis_stiffness", &Course::whole_dermis_stiffness, "stiffness over the whole dermis, healthy 1", "whole_dermis_stiffness_change", 1.0},
    Series{"whole_dermis_strength", &Course::whole_dermis_strength, "strength over the whole dermis, healthy 1", "whole_dermis_strength_change", 1.0},
    Series{"epithelial_gap", &Course::epithelial_gap, "epithelial gap over the channel radius"},
    Series{"barrier_open", &Course::barrier_open, "open share of the stratum corneum channel"},
    Series{"erythema", &Course::erythema, "erythema index"},
};

std::vector<double> in_seconds(std::vector<double> days) {
  for (double& day : days) day *= kDay;
  return days;
}

/// Courses at a few days that are counted from one of the course.
struct Reported {
  const Course& course;
  std::vector<double> days;
  double from = 0.0;
  bool shown = true;
};

const config::Outputs<Reported>& reported_outputs() {
  static const config::Outputs<Reported> all = [] {
    config::Outputs<Reported> o;
    const auto shown = [](const Reported& r) { return r.shown; };
    const char* words = "there is more than one session, for figures after the last of them";
    o.series("days", &Reported::days, "days", "days", "days at which figures are given").brief().only(words, shown);
    for (const auto& s : kSeries) {
      if (s.reported == nullptr) continue;
      const auto at_days = [s](const Reported& r) {
        std::vector<double> out;
        for (const double day : r.days) out.push_back(at_day(r.course, r.course.*s.member, r.from + day) - s.healthy);
        return out;
      };
      o.series(s.reported, at_days, "1", "%", std::string(s.healthy > 0.0 ? "change of " : "") + s.sentence, "days").brief().only(words, shown);
    }
    return o;
  }();
  return all;
}

}  // namespace

double last_session(const Wound& w) { return w.sessions > 0 ? (w.sessions - 1) * w.interval / kDay : 0.0; }

std::vector<double> days_within(const Outcome& o, double from) {
  std::vector<double> days;
  for (const double d : o.report_days)
    if (from + d <= o.course.days.back() + 1e-9) days.push_back(d);
  return days;
}

const config::Outputs<Outcome>& outputs() {
  static const config::Outputs<Outcome> all = [] {
    config::Outputs<Outcome> o;
    const auto wounded = [](const Outcome& h) { return h.wound.sessions > 0; };
    o.scalar(
         "closure_epithelium", [](const Outcome& h) { return h.course.epithelium_closed * kDay; }, "s", "h", "epithelium closed, after the last session")
        .scalar(
            "closure_barrier", [](const Outcome& h) { return h.course.barrier_closed * kDay; }, "s", "h", "barrier back to 95 %, after the last session")
        .scalar(
            "erythema_gone", [](const Outcome& h) { return h.course.erythema_gone * kDay; }, "s", "h", "erythema index down to 0.1, after the last session")
        .scalar(
            "collagen_peak", [](const Outcome& h) { return h.wound.sessions > 0 ? peak(h.course, h.course.collagen).change : 0.0; }, "1", "%",
            "largest change of collagen, needled depth")
        .scalar(
            "collagen_peak_day", [](const Outcome& h) { return peak(h.course, h.course.collagen).day * kDay; }, "s", "days",
            "day of the largest change of collagen, needled depth")
        .where("needles pierce", wounded)
        .series(
            "time", [](const Outcome& h) { return in_seconds(h.course.days); }, "s", "days", "time after the first session");
    for (const auto& s : kSeries)
      o.series(
          s.name, [s](const Outcome& h) { return h.course.*s.member; }, "1", "1", s.sentence, "time");
    const auto profiled = [](const Outcome& h) { return !h.course.collagen_profile.empty(); };
    o.series(
         "profile_time", [](const Outcome& h) { return in_seconds(h.course.profile_days); }, "s", "days", "times of the radial profiles")
        .only("a channel heals", profiled)
        .series(
            "radius", [](const Outcome& h) { return h.course.radius; }, "m", "um", "distance from the channel axis")
        .only("a channel heals", profiled)
        .profile(
            "collagen_profile", [](const Outcome& h) { return h.course.collagen_profile; }, "1", "1", "collagen around the channel, healthy 1", "profile_time",
            "radius")
        .only("a channel heals", profiled);
    o.include("", reported_outputs(), [](const Outcome& h) { return Reported{h.course, days_within(h, 0.0)}; });
    o.include("last_day", reported_outputs(), [](const Outcome& h) { return Reported{h.course, {h.course.days.back()}}; });
    o.include("after_last_session", reported_outputs(), [](const Outcome& h) {
      const double from = last_session(h.wound);
      return Reported{h.course, days_within(h, from), from, h.wound.sessions > 1};
    });
    return o;
  }();
  return all;
}

}  // namespace percuta::healing
