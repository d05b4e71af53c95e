#pragma once

#include <vector>

#include "percuta/healing/healing.h"

namespace percuta::healing {

/// A channel in the middle of the skin that belongs to it, at one depth.
struct Cell {
  double channel_radius = 0.0;  ///< [m]
  double density = 0.0;  ///< channels per area, gives the cell its radius 1/sqrt(pi n) [1/m^2]
  double loops_reached = 1.0;  ///< share of channels that hit vessel loops [-]
  bool cut = true;             ///< whether dermis was cut; else damage alone comes, from above
  std::vector<double> sessions{0.0};     ///< times, from 0; none = no wound at all [s]
  double duration = 180.0 * core::kDay;  ///< followed after the first session [s]
  /// Whether a later session cuts the same channel again. Else it cuts at a new place, about which
  /// the skin is as the cell on average.
  bool same_place = false;
  bool seed_wound = true;  ///< the channel starts without cells and collagen; false keeps them
};

/// Averages over a cell, and collagen against radius.
struct CellCourse : Averages {
  std::vector<double> time;                                             ///< [s]
  std::vector<double> profile_time;                                     ///< [s]
  std::vector<double> radius;                                           ///< of the rings [m]
  std::vector<std::vector<double>> collagen_profile, strength_profile;  ///< healthy 1
  std::vector<double> ring_area;                                        ///< [m^2]
  long steps = 0, evaluations = 0;
  double largest_drift = 0.0;  ///< of a healthy field from its rest value, only without wounds [-]
};

/// Radius of the skin that belongs to each of the channels per area, 1/sqrt(pi n) [m].
double cell_radius(double density);

/// Throws SolveError for a channel that fills the skin which belongs to it.
void demand_room(double radius, double density);

/// Solves a radial cell. Throws SolveError when the integrator gives up or the channel fills its
/// cell.
CellCourse heal_cell(const Parameters&, const Cell&, const Settings& = {});

/// The same reactions in one well-mixed wound without surroundings.
CellCourse heal_well_mixed(const Parameters&, double duration, const Settings& = {});

/// Times at which courses are given: hours right after a session, quarter days later; the times of
/// profiles are among them, counted from the first session and from each. A session that is not the
/// first stands twice, before and after the cut [s].
std::vector<double> output_times(const std::vector<double>& sessions, double duration,
                                 const Settings&);

/// Speed of the front of u_t = D u_xx + r u (1 - u) by the same discretisation and integrator
/// [length/time], exact 2 sqrt(r D); a check of the healing solver.
double fisher_front_speed(double diffusivity, double rate, int cells);

}  // namespace percuta::healing
