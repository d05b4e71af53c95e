#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "percuta/core/progress.h"

namespace percuta::delivery {

inline constexpr double kUnlimited = std::numeric_limits<double>::infinity();
/// No time, where nothing of the kind happens.
inline constexpr double kNever = std::numeric_limits<double>::infinity();

/// What stands on the skin: a reservoir whose concentration never falls, a finite dose, or a film
/// that dries.
enum class Donor { reservoir, finite, film };

/// One layer that the solute passes. Concentrations in it are K u, with u that of water in
/// equilibrium with it; diffusion is driven by u.
struct Layer {
  std::string name;
  double thickness = 0.0;        ///< [m]
  double diffusivity = 0.0;      ///< of what is free, D [m^2/s]
  double partition = 1.0;        ///< free concentration over that of water, K [-]
  double bound = 0.0;            ///< bound over free at equilibrium, b [-]
  double clearance = 0.0;        ///< of what is free into blood or lymph, k [1/s]
  double membrane = kUnlimited;  ///< permeability of its upper face, a membrane there [m/s]
  double initial = 0.0;          ///< u at the beginning [kg/m^3]
  bool barrier = false;          ///< horny: channels go through it without opening into it
};

/// Channels of one depth, alike.
struct Channels {
  double density = 0.0;                   ///< per area [1/m^2]
  double depth = 0.0;                     ///< from the surface [m]
  double radius = 0.0;                    ///< at the surface, of the circle of the same area [m]
  double tip_radius = 0.0;                ///< at the lower end; in between it is linear [m]
  double half_life = kUnlimited;          ///< of the open ones, in the open [s]
  double half_life_covered = kUnlimited;  ///< the same under a cover [s]
};

/// What is laid on the skin. Times are counted from the needling.
struct Vehicle {
  Donor donor = Donor::finite;
  double volume = 0.0;              ///< of an application, per area [m^3/m^2]
  double concentration = 0.0;       ///< dissolved and undissolved together [kg/m^3]
  double solubility = kUnlimited;   ///< what does not dissolve lies there as a depot [kg/m^3]
  double diffusivity = 0.0;         ///< of a vehicle that stands still; 0 = stirred [m^2/s]
  double evaporation = 0.0;         ///< volume lost per area and time by a film [m/s]
  double residue = 0.0;             ///< share of the volume that never dries [-]
  std::vector<double> times = {0};  ///< of the applications [s]
  double wash_off = kNever;         ///< when all of it is taken off [s]
};

/// When the skin is covered.
struct Cover {
  double from = kNever;  ///< [s]
  double to = kNever;    ///< [s]
};
/// Share of such channels that is open a time after the needling, o = 2^(-t/t_half), with one
/// half-life in the open and one under the cover [-].
double open_share(const Channels&, const Cover&, double time);

/// A solute on needled skin: everything that a model needs.
struct Problem {
  std::vector<Layer> layers;  ///< top to bottom
  std::vector<Channels> channels;
  Vehicle vehicle;
  Cover cover;
  double channel_diffusivity = 0.0;  ///< in the fluid of the channels [m^2/s]
  double channel_conductance = 1.0;  ///< of that fluid along the channel over still water's [-]
  double below = 0.0;         ///< u under the lowest layer: receptor, or what carries away [kg/m^3]
  bool sealed_below = false;  ///< nothing passes there
  double duration = 0.0;      ///< followed after the needling [s]
  std::vector<double> report_times;  ///< that are met exactly, with a profile each [s]
  double watched_depth = 0.0;        ///< whose concentration is followed [m]
};

/// The same of all channels of a problem, by their number; 0 where there are none [-].
double open_share(const Problem&, double time);

/// Throws std::invalid_argument for what no level can solve, and core::SolveError where channels
/// overlap.
void check(const Problem&);

/// Every time that a step must not pass over, rising up to the duration [s].
std::vector<double> event_times(const Problem&);

/// The vehicle on the skin: whether there is one, and how thick it is, from what was laid on and
/// what has dried.
struct Film {
  bool there = false;
  double volume = 0.0;  ///< at `since`, per area [m]
  double laid = 0.0;    ///< of all applications since there was none, per area [m]
  double since = 0.0;   ///< [s]
  double thickness(const Vehicle&, double time) const;  ///< [m]
};

/// What was done to the vehicle at a time.
struct Happened {
  bool washed = false, laid = false;
  double amount = 0.0;  ///< laid on; 0 of a reservoir, which is not counted [kg/m^2]
};
/// Takes off and lays on what a time asks for; what is laid on at the same time stays.
Happened happen(Film&, const Vehicle&, double time);

class DeliveryModel;

/// How finely a level cuts space and time.
struct Settings {
  int cells = 40;                    ///< of all layers together; rings of an axisymmetric cell
  int vehicle_cells = 16;            ///< of a vehicle that stands still
  double relative_tolerance = 4e-3;  ///< of a step, in amounts [-]
  int steps = 0;                     ///< equal ones in place of controlled ones; 0 = controlled
  /// The delivery of percuta_fem, which is loaded when it is first asked for; models may rest on
  /// it.
  std::function<const DeliveryModel&()> finite_elements{};
};

/// Free concentration in the skin that belongs to a channel, for pictures.
struct Section {
  double share = 0.0;          ///< of the channels that it stands for [-]
  std::vector<double> radius;  ///< of the faces of rings, from the axis [m]
  std::vector<double> depth;   ///< of the faces of levels below the surface [m]
  std::vector<double> fluid;   ///< share of each cell that lies in the channel [-]
  /// By moment of `profile_time` and cell: ring by ring, level by level [kg/m^3].
  std::vector<std::vector<double>> concentration;
};

/// Amounts against time, each per area of skin.
struct Course {
  std::vector<double> time;                    ///< after the needling [s]
  std::vector<double> vehicle;                 ///< still on the skin [kg/m^2]
  std::vector<std::vector<double>> in_layers;  ///< free and bound, a series a layer [kg/m^2]
  std::vector<double> entered;       ///< gone into the skin so far, what came back less [kg/m^2]
  std::vector<double> cleared;       ///< into blood and lymph [kg/m^2]
  std::vector<double> through;       ///< past the lowest layer [kg/m^2]
  std::vector<double> washed;        ///< taken off [kg/m^2]
  std::vector<double> flux;          ///< into the skin [kg/m^2/s]
  std::vector<double> flux_through;  ///< past the lowest layer [kg/m^2/s]
  std::vector<double> open;          ///< share of the channels, o [-]
  std::vector<double> watched;       ///< free concentration at the watched depth [kg/m^3]
  std::vector<double> depth;         ///< of the cells of the profiles [m]
  std::vector<double> profile_time;  ///< [s]
  std::vector<std::vector<double>> profile;  ///< free concentration by time and depth [kg/m^3]
  std::vector<Section> sections;  ///< a class of channels each, where a model solves over depth
  double applied = 0.0;           ///< all applications; infinite of a reservoir [kg/m^2]
  double balance_error = 0.0;  ///< what is missing or too much over what entered or was applied [-]
  long steps = 0, unknowns = 0;
};

/// What lies in all layers at each time [kg/m^2].
std::vector<double> in_skin(const Course&);

/// A series at a time, linear between steps.
double at_time(const Course&, const std::vector<double>& series, double time);

/// Where the tangent of the amount through at its steepest meets the time axis; NaN where nothing
/// passes [s].
double lag(const Course&);

/// How long the watched concentration is above a value [s].
double time_above(const Course&, double concentration);

/// Steady current of one channel into tissue without solute, over the concentration of the donor:
/// 1/(h/(D_ch pi r r_tip) + 1/(4 D r_tip)) [m^3/s].
double channel_conductance(const Channels&, double channel_diffusivity, double tissue_diffusivity);

/// Resistance times 2 pi D per length of a cylinder of radius r that feeds the ring of tissue round
/// it out to R, which takes up evenly: (R^4 ln(R/r)/(R^2 - r^2) - (3 R^2 - r^2)/4)/(R^2 - r^2) [-].
double ring_factor(double radius, double outer);

/// Solves a problem by the network level. Throws std::invalid_argument for one that is none, and
/// core::SolveError when steps become too small.
Course network(const Problem&, const Settings& = {}, core::Observer& = core::silent());

}  // namespace percuta::delivery
