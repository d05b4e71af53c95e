#pragma once

#include <array>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
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
  double occlusion;            ///< theta_occ, 0 open to 1 occluded [-]
  double covered_radius;       ///< of the channel that barrier_occluded was seen on [m]
  double covered_depth;        ///< and its depth [m]
  double water_permeance;      ///< of unbroken skin for its own water loss [m/s]
  double vapour_diffusivity;   ///< of water vapour in air [m^2/s]
  double air_layer;            ///< still air over the skin that vapour crosses [m]
  double recoil_time;          ///< half-life of the needle's width in the hole [s]
  double stratification_time;  ///< from a closed epithelium to one with its layers [s]
  double flare_time;           ///< tau_f [s]
  double flare_reach;          ///< of the flare beyond the channel's wall [m]
  double flare_depth;          ///< of channels for a flare of 1 - 1/e [m]
  double redness_by_damage;    ///< beta_E [-]
  double damage_length;        ///< reach of the damage beyond the wall, lambda_S [m]
  double epidermal_damage;     ///< damage where only epidermis was reached, A_E [-]
  double beta3;                ///< scar-preventing effect of TGF-beta3, theta_3 [-]
  double beta3_days;           ///< and its duration [s]
  double ascorbate;            ///< relative collagen synthesis, f_C [-]
  /// After the first session until when f_C holds; it is 1 from then on [s].
  double ascorbate_until = std::numeric_limits<double>::infinity();
  bool vessels = false;  ///< whether oxygen and capillaries are solved, with what follows
  double oxygen_diffusivity, vessel_signal_diffusivity, vessel_diffusivity,
      vessel_chemotaxis;  ///< D_w, D_V, D_v, chi_v [m^2/s]
  double oxygen_at_rest, oxygen_by_fibroblasts,
      oxygen_by_immune_cells;  ///< consumption lambda_0, lambda_f, lambda_m [1/s]
  double oxygen_in_blood, oxygen_half_synthesis, hypoxia;  ///< w_b, K_O, K_w [-]
  double vessel_signal_from_macrophages, vessel_signal_from_damage,
      vessel_signal_decay;                  ///< p_V, p_VS, d_V [1/s]
  double vessel_growth, vessel_regression;  ///< r_v, d_v [1/s]
  double vessel_saturation, vessel_most;    ///< K_V, v_max [-]
};

/// Channels of like depth: one of the classes that stand for all channels of the treated skin.
struct DepthClass {
  double share = 0.0;                  ///< of the channels [-]
  double depth = 0.0;                  ///< of the channel below the surface [m]
  double opening_radius = 0.0;         ///< of the hole at the surface [m]
  std::vector<double> profile_depth;   ///< below the surface, from 0 to `depth` [m]
  std::vector<double> profile_radius;  ///< of the open channel there [m]
};

/// Radius of a channel at a depth below the surface, linear between its points, 0 below it [m].
double radius_at(const DepthClass&, double depth);

/// A channel of its own on a patch of the treated skin.
struct Place {
  double x = 0.0, y = 0.0;  ///< from a corner of the patch; may lie a little beyond it [m]
  std::size_t channel = 0;  ///< which of the wound's classes it is of
};

/// Where every channel is, for a model that follows each of them.
struct PlacedChannels {
  double width = 0.0, height = 0.0;          ///< of the patch; 0 = not asked for [m]
  std::vector<std::vector<Place>> sessions;  ///< of each of the wound's sessions
};

/// What needling did to the skin, as healing needs to know it.
struct Wound {
  std::vector<DepthClass> channels;        ///< from shallow to deep; empty = no wound at all
  double density = 0.0;                    ///< channels per area of one session [1/m^2]
  double needle_width = 1.0;               ///< radius of the needle over that of the open hole [-]
  double stratum_corneum_thickness = 0.0;  ///< [m]
  double epidermis_thickness = 0.0;        ///< stratum corneum and viable epidermis [m]
  double papillary_thickness = 0.0;        ///< of the papillary dermis [m]
  double dermis_thickness = 0.0;           ///< of both [m]
  double loops_reached = 1.0;              ///< share of the channels that hit vessel loops [-]
  std::vector<double> sessions{0.0};       ///< times, the first 0; later ones at new places [s]
  double duration = 180.0 * core::kDay;    ///< followed after the first session [s]
  PlacedChannels placed{};                 ///< for a model that follows each channel
};

/// Mean depth of the channels below the junction of epidermis and dermis; 0 where none reaches it
/// [m].
double needled_depth(const Wound&);
/// Root mean square of the channels' radii at the surface [m].
double opening_radius(const Wound&);
/// When the last session is [s].
double last_session(const Wound&);

class HealingModel;

struct Settings {
  int cells = 120;                         ///< rings of a radial cell [-]
  double relative_tolerance = 1e-6;        ///< of the time integration [-]
  double output_step = 0.25 * core::kDay;  ///< [s]
  /// At which profiles are kept, the end besides [s].
  std::vector<double> profile_times{5.0 * core::kDay, 28.0 * core::kDay, 90.0 * core::kDay,
                                    180.0 * core::kDay};
  int threads = 1;  ///< for cells that do not depend on one another [-]
  /// A level of percuta_fem, which is loaded when it is first asked for; models may rest on it.
  std::function<const HealingModel&(std::string_view level)> finite_elements{};
  /// A long solve hands its state on from time to time, and begins with the last one kept, "" for
  /// none; one of another case or build is refused. Empty = nothing is kept.
  std::function<void(const std::string&)> keep{};
  std::function<std::string()> kept{};
  double keep_every = 1.0;  ///< at least, between states that are handed on [s]
};

/// A time that was not reached.
inline constexpr double kNever = std::numeric_limits<double>::quiet_NaN();

/// Averages over a part of the skin against time; healthy = 1, signals and inflammatory cells 0.
struct Averages {
  std::vector<double> damage, clot, neutrophils, macrophages_1, macrophages_2, alarm, growth_factor,
      fibroblasts, myofibroblasts, collagen_i, collagen_iii, maturity;  ///< [-]
  std::vector<double> oxygen, vessel_signal,
      capillaries;                ///< empty without Parameters::vessels [-]
  std::vector<double> collagen;   ///< I and III [-]
  std::vector<double> stiffness;  ///< of collagen I and III, relative [-]
  std::vector<double> strength;   ///< collagen times maturity [-]
};

/// Every field in the skin that belongs to a channel, for pictures.
struct Section {
  double share = 0.0;          ///< of the channels that it stands for [-]
  std::vector<double> radius;  ///< of the faces of rings, from the axis [m]
  std::vector<double> depth;   ///< of the faces of levels below the surface [m]
  int dermis = 0;              ///< the first level of it; above it fields it alone has are at rest
  /// By moment of `profile_time`, field and cell: ring by ring, level by level [-].
  std::vector<std::vector<std::vector<double>>> fields;
};

/// Collagen seen from above: of the papillary dermis, averaged over its depth, on even squares.
struct SurfaceMap {
  double side = 0.0;                          ///< of a square [m]
  int columns = 0, rows = 0;                  ///< along x and along y
  std::vector<std::vector<double>> collagen;  ///< at each of `profile_time`, row by row, healthy 1
};

/// Everything against time.
struct Course : Averages {   ///< the averages of the course itself are over the needled depth
  std::vector<double> time;  ///< after the first session; a session stands twice, before and after
                             ///< [s]
  Averages papillary, reticular, dermis;  ///< over each, the last over both
  // of the channels, after the latest session
  std::vector<double> epithelial_gap;  ///< of the mean channel over its first radius [-]
  std::vector<double> barrier_open;    ///< open share of the stratum corneum channels [-]
  std::vector<double> tewl;            ///< water loss over that of unbroken skin [-]
  std::vector<double> erythema;        ///< index: flare + damage [-]
  // after the last session; NaN where there was no wound or it lasts beyond the end
  double hole_closed = kNever;        ///< the hole is narrower than the eye resolves [s]
  double barrier_closed = kNever;     ///< water loss is back to 1.1 of unbroken skin [s]
  double impedance_closed = kNever;   ///< the extra admittance is down to 15 % of its first [s]
  double epithelium_closed = kNever;  ///< the gap of the mean channel is gone [s]
  double epidermis_whole = kNever;    ///< and its layers stand again [s]
  double erythema_gone = kNever;      ///< the index is down to 0.1 [s]
  // against depth below the junction of epidermis and dermis, at the times of `profile_time`
  std::vector<double> profile_time;  ///< [s]
  std::vector<double> depth;         ///< middles of the levels [m]
  std::vector<std::vector<double>> collagen_by_depth, strength_by_depth;  ///< healthy 1
  // against radius, in the level of the skin that lies next to the junction
  std::vector<double> radius;  ///< [m]
  std::vector<std::vector<double>> collagen_profile;
  std::vector<Section> sections;  ///< a class of channels each, where a model solves over depth
  SurfaceMap map;                 ///< where a model follows each channel of a patch
  double loop_gain = 0.0;         ///< of inflammation; must stay below 1 [-]
  long steps = 0, evaluations = 0;
  long boxes = 0, sweeps = 0;  ///< of a patch that is solved as a whole: cells, and sweeps of the
                               ///< conjugate gradients for its diffusion
};

/// R_inf = (k_M/K_alpha) p_M / ((k_12 + d_M) d_alpha); at 1 and above inflammation never ends.
double loop_gain(const Parameters&);

/// Heals the skin on radial cells, one for each level between the depths that the classes reach:
/// in each the channels that go through it, as wide as they are there. Levels do not exchange.
/// Throws SolveError when the integrator gives up or the channels overlap, and
/// std::invalid_argument when the loop gain is 1 or more.
Course heal(const Parameters&, const Wound&, const Settings& = {},
            core::Observer& = core::silent());

/// Value of a series at a time [s], linear between outputs; at a session, before it.
double at_time(const Course&, const std::vector<double>& series, double time);

/// When a series is farthest from 1.
struct Peak {
  double time = 0.0;    ///< [s]
  double change = 0.0;  ///< from 1 [-]
};
Peak peak(const Course&, const std::vector<double>& series);

}  // namespace percuta::healing
