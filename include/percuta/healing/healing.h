#pragma once

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "percuta/core/progress.h"

namespace percuta::healing {

/// Constants of the healing equations. Healthy values are 1
/// (collagen I 0.8, collagen III 0.2). Rates in 1/day, lengths in mm.
struct Parameters {
  double damage_decay, neutrophil_influx, neutrophil_decay;
  double macrophage_influx, macrophage_saturation, switching, m1_decay, m2_decay;
  double alarm_from_damage, alarm_from_neutrophils, alarm_from_macrophages, alarm_decay;
  double growth_from_platelets, growth_from_m2, growth_from_myofibroblasts, growth_saturation, growth_decay;
  double growth_diffusivity, alarm_diffusivity, neutrophil_diffusivity, macrophage_diffusivity;
  double fibroblast_turnover, crowding, proliferation, proliferation_saturation;
  double activation, activation_saturation, myofibroblast_decay;
  double fibroblast_diffusivity, myofibroblast_diffusivity, chemotaxis;
  double synthesis_stimulated, synthesis_saturation, myofibroblast_synthesis, feedback_saturation;
  double collagen_i_turnover, collagen_iii_turnover, degradation;
  double crosslink_time, collagen_iii_stiffness;
  double clot_decay, clot_by_macrophages, clot_by_fibroblasts;
  double migration_speed, migration_lag;             ///< of keratinocytes [mm/d], [d]
  double barrier_open, barrier_occluded, occlusion;  ///< half-lives [d]; 0 open to 1 occluded
  double flare_time, flare_by_alarm;                 ///< [d], [-]
  double damage_length;                              ///< reach of the damage beyond the channel wall [mm]
  double epidermal_damage;                           ///< damage signal when only epidermis was reached [-]
  double beta3, beta3_days;                          ///< scar-preventing TGF-beta3 effect and its duration [-], [d]
  double ascorbate;                                  ///< relative collagen synthesis by topical ascorbate [-]
};

/// One unit cell: a channel in the middle of the skin that belongs to it.
struct Wound {
  double channel_radius = 0.0;    ///< [m]
  double density = 0.0;           ///< channels per area, gives the cell its radius 1/sqrt(pi n) [1/m^2]
  double needled_depth = 0.0;     ///< of dermis, from the junction down [m]
  double dermis_thickness = 0.0;  ///< [m]
  double loops_reached = 1.0;     ///< share of channels that hit vessel loops [-]
  bool dermis_reached = true;
  int sessions = 1;       ///< 0 = no wound at all
  double interval = 0.0;  ///< [s]
  double days = 180.0;
};

struct Settings {
  int cells = 120;
  double relative_tolerance = 1e-6;
  double output_step = 0.25;                                 ///< [d]
  bool seed_wound = true;                                    ///< the channel starts without cells and collagen; false keeps them
  std::vector<double> profile_days{5.0, 28.0, 90.0, 180.0};  ///< at which profiles are kept, the last day besides [d]
};

/// A time that was not reached.
inline constexpr double kNever = std::numeric_limits<double>::quiet_NaN();

/// Everything against time. Averages are over the unit cell at the needled depth; `whole_dermis_*`
/// spread them over the full dermis.
struct Course {
  std::vector<double> days;
  // averages, healthy = 1 (signals and inflammatory cells: healthy = 0)
  std::vector<double> damage, clot, neutrophils, macrophages_1, macrophages_2, alarm, growth_factor, fibroblasts, myofibroblasts, collagen_i, collagen_iii,
      collagen, maturity, stiffness, strength;
  std::vector<double> whole_dermis_collagen, whole_dermis_stiffness, whole_dermis_strength;
  // per channel
  std::vector<double> epithelial_gap;  ///< remaining radius over the first one [-]
  std::vector<double> barrier_open;    ///< open share of the stratum corneum channel [-]
  std::vector<double> erythema;        ///< index: flare + alarm [-]
  // after the last session; NaN where there was no wound or it lasts beyond the end
  double epithelium_closed = kNever;  ///< the gap is gone [d]
  double barrier_closed = kNever;     ///< 95 % of the barrier is back [d]
  double erythema_gone = kNever;      ///< the index is down to 0.1 [d]
  // collagen against radius at the days of `profile_days`
  std::vector<double> radius;  ///< [m]
  std::vector<double> profile_days;
  std::vector<std::vector<double>> collagen_profile;
  double loop_gain = 0.0;  ///< of inflammation; must stay below 1
  long steps = 0, evaluations = 0;
  double largest_drift = 0.0;  ///< of a healthy field from its rest value, only without wounds
};

/// R_inf = (k_M/K_alpha) p_M / ((k_12 + d_M) d_alpha); at 1 and above inflammation never ends.
double loop_gain(const Parameters&);

/// Solves the unit cell. Throws SolveError when the integrator gives up or the channels overlap, and
/// std::invalid_argument when the loop gain is 1 or more.
Course heal(const Parameters&, const Wound&, const Settings& = {}, core::Observer& = core::silent());

/// The same reactions in one well-mixed wound without surroundings.
Course heal_well_mixed(const Parameters&, double days, const Settings& = {});

/// Value of a series at a day, linear between outputs; on the day of a session, before it.
double at_day(const Course&, const std::vector<double>& series, double day);

/// Where a series is farthest from 1 and on which day.
struct Peak {
  double day = 0.0;     ///< [d]
  double change = 0.0;  ///< from 1 [-]
};
Peak peak(const Course&, const std::vector<double>& series);

/// Speed of the front of u_t = D u_xx + r u (1 - u) by the same discretisation and integrator
/// [length/time], exact 2 sqrt(r D); a check of the healing solver.
double fisher_front_speed(double diffusivity, double rate, int cells);

}  // namespace percuta::healing
