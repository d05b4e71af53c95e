#pragma once

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/core/quantity.h"

namespace percuta::healing {

/// Constants of the healing equations; symbols as in the theory card (lib/healing/README.md).
/// Healthy values of the fields are 1 (collagen I 0.8, collagen III 0.2).
struct Parameters {
  double damage_decay, neutrophil_influx, neutrophil_decay;  ///< k_S, k_n, d_n [1/s]
  double macrophage_influx;                                  ///< k_M [1/s]
  double macrophage_saturation;                              ///< K_alpha [-]
  double switching, m1_decay, m2_decay;                      ///< k_12, d_M, d_2 [1/s]
  double alarm_from_damage, alarm_from_neutrophils, alarm_from_macrophages,
      alarm_decay;  ///< p_S, p_n, p_M, d_alpha [1/s]
  double growth_from_platelets, growth_from_m2,
      growth_from_myofibroblasts;  ///< p_P, p_M2, p_m [1/s]
  double growth_saturation;        ///< K_cc [-]
  double growth_decay;             ///< d_c [1/s]
  double growth_diffusivity, alarm_diffusivity, neutrophil_diffusivity,
      macrophage_diffusivity;       ///< D_c, D_alpha, D_n, D_M [m^2/s]
  double fibroblast_turnover;       ///< d_rho [1/s]
  double crowding;                  ///< K [-]
  double proliferation;             ///< r_c [1/s]
  double proliferation_saturation;  ///< K_rho_c [-]
  double activation;                ///< k_m [1/s]
  double activation_saturation;     ///< K_m [-]
  double myofibroblast_decay;       ///< d_m [1/s]
  double fibroblast_diffusivity, myofibroblast_diffusivity,
      chemotaxis;               ///< D_rho, D_m, chi [m^2/s]
  double synthesis_stimulated;  ///< s_c [1/s]
  double synthesis_saturation, myofibroblast_synthesis,
      feedback_saturation;                                         ///< K_phi_c, eta, K_phi [-]
  double collagen_i_turnover, collagen_iii_turnover, degradation;  ///< d_1, d_3, k_Q [1/s]
  double crosslink_time;                                           ///< tau_x [s]
  double collagen_iii_stiffness;                                   ///< beta_3 [-]
  double clot_decay, clot_by_macrophages, clot_by_fibroblasts;     ///< k_F0, k_Fm, k_F_rho [1/s]
  double migration_speed;                                          ///< of keratinocytes, v_k [m/s]
  double migration_lag;                                            ///< t_lag [s]
  double barrier_open, barrier_occluded;                           ///< half-lives t_open, t_occ [s]
  double occlusion;         ///< theta_occ, 0 open to 1 occluded [-]
  double flare_time;        ///< tau_f [s]
  double flare_by_alarm;    ///< beta_E [-]
  double damage_length;     ///< reach of the damage beyond the wall, lambda_S [m]
  double epidermal_damage;  ///< damage where only epidermis was reached, A_E [-]
  double beta3;             ///< scar-preventing effect of TGF-beta3, theta_3 [-]
  double beta3_days;        ///< and its duration [s]
  double ascorbate;         ///< relative collagen synthesis, f_C [-]
};

/// One unit cell: a channel in the middle of the skin that belongs to it.
struct Wound {
  double channel_radius = 0.0;  ///< [m]
  double density = 0.0;  ///< channels per area, gives the cell its radius 1/sqrt(pi n) [1/m^2]
  double needled_depth = 0.0;     ///< of dermis, from the junction down [m]
  double dermis_thickness = 0.0;  ///< [m]
  double loops_reached = 1.0;     ///< share of channels that hit vessel loops [-]
  bool dermis_reached = true;
  int sessions = 1;                      ///< 0 = no wound at all
  double interval = 0.0;                 ///< between sessions [s]
  double duration = 180.0 * core::kDay;  ///< followed after the first session [s]
};

struct Settings {
  int cells = 120;
  double relative_tolerance = 1e-6;
  double output_step = 0.25 * core::kDay;  ///< [s]
  bool seed_wound = true;  ///< the channel starts without cells and collagen; false keeps them
  /// At which profiles are kept, the end besides [s].
  std::vector<double> profile_times{5.0 * core::kDay, 28.0 * core::kDay, 90.0 * core::kDay,
                                    180.0 * core::kDay};
};

/// A time that was not reached.
inline constexpr double kNever = std::numeric_limits<double>::quiet_NaN();

/// Everything against time. Averages are over the unit cell at the needled depth; `whole_dermis_*`
/// spread them over the full dermis.
struct Course {
  std::vector<double> time;  ///< after the first session [s]
  // averages, healthy = 1 (signals and inflammatory cells: healthy = 0)
  std::vector<double> damage, clot, neutrophils, macrophages_1, macrophages_2, alarm, growth_factor,
      fibroblasts, myofibroblasts, collagen_i, collagen_iii, collagen, maturity, stiffness,
      strength;
  std::vector<double> whole_dermis_collagen, whole_dermis_stiffness, whole_dermis_strength;
  // per channel
  std::vector<double> epithelial_gap;  ///< remaining radius over the first one [-]
  std::vector<double> barrier_open;    ///< open share of the stratum corneum channel [-]
  std::vector<double> erythema;        ///< index: flare + alarm [-]
  // after the last session; NaN where there was no wound or it lasts beyond the end
  double epithelium_closed = kNever;  ///< the gap is gone [s]
  double barrier_closed = kNever;     ///< 95 % of the barrier is back [s]
  double erythema_gone = kNever;      ///< the index is down to 0.1 [s]
  // collagen against radius at the times of `profile_time`
  std::vector<double> radius;        ///< [m]
  std::vector<double> profile_time;  ///< [s]
  std::vector<std::vector<double>> collagen_profile;
  double loop_gain = 0.0;  ///< of inflammation; must stay below 1 [-]
  long steps = 0, evaluations = 0;
  double largest_drift = 0.0;  ///< of a healthy field from its rest value, only without wounds [-]
};

/// R_inf = (k_M/K_alpha) p_M / ((k_12 + d_M) d_alpha); at 1 and above inflammation never ends.
double loop_gain(const Parameters&);

/// Solves the unit cell. Throws SolveError when the integrator gives up or the channels overlap,
/// and std::invalid_argument when the loop gain is 1 or more.
Course heal(const Parameters&, const Wound&, const Settings& = {},
            core::Observer& = core::silent());

/// The same reactions in one well-mixed wound without surroundings.
Course heal_well_mixed(const Parameters&, double duration, const Settings& = {});

/// Value of a series at a time [s], linear between outputs; at a session, before it.
double at_time(const Course&, const std::vector<double>& series, double time);

/// When a series is farthest from 1.
struct Peak {
  double time = 0.0;    ///< [s]
  double change = 0.0;  ///< from 1 [-]
};
Peak peak(const Course&, const std::vector<double>& series);

/// Speed of the front of u_t = D u_xx + r u (1 - u) by the same discretisation and integrator
/// [length/time], exact 2 sqrt(r D); a check of the healing solver.
double fisher_front_speed(double diffusivity, double rate, int cells);

}  // namespace percuta::healing
