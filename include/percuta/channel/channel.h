#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace percuta::channel {

/// Force and pierced depth as functions of tip displacement for one needle in one skin.
struct InsertionCurve {
  std::vector<double> displacement;   ///< of the tip, d [m]
  std::vector<double> force;          ///< F [N]
  std::vector<double> pierced_depth;  ///< a [m]
  std::vector<double> deflection;     ///< w = d - a [m]
  bool punctured = false;
  double puncture_displacement = 0.0;  ///< NaN when not punctured [m]
  double puncture_force = 0.0;         ///< force just before the drop; NaN when not punctured [N]
  double force_after_drop = 0.0;       ///< [N]
  double depth_after_drop = 0.0;       ///< pierced depth right after puncture [m]
  double required_force = 0.0;         ///< force at which the surface opens, reached or not [N]
  double crack_half_length = 0.0;      ///< of the slit at the surface at the last displacement [m]
};

/// Values of a curve at a displacement, by linear interpolation.
struct InsertionState {
  double force;
  double pierced_depth;
  double deflection;
};
InsertionState at(const InsertionCurve&, double displacement);

/// What one needle leaves when it is out.
struct Channel {
  double depth = 0.0;           ///< pierced depth [m]
  double opening_radius = 0.0;  ///< of the hole that stays open at the surface [m]
  double slit_length = 0.0;     ///< of the cut at the surface [m]
  std::string deepest_layer;
};

/// How deep needles get that differ as their scatter says.
struct Depths {
  std::vector<double> depth;    ///< pierced by each of them, 0 where the surface held [m]
  double share = 0.0;           ///< that pierced [-]
  double extrapolated = 0.0;    ///< share whose load lies beyond what was solved [-]
  double mean = 0.0, sd = 0.0;  ///< of those that pierced; NaN where none did [m]
  double low = 0.0, median = 0.0,
         high = 0.0;  ///< 5, 50 and 95 % of those that pierced lie below; NaN where none did [m]
};
Depths depths_of(std::vector<double> depth);

/// How much bleeding a channel of this depth gives, graded.
enum class Bleeding { none, first_loops, capillary, heavy };
std::string name(Bleeding);

/// Where needles land on a square of treated skin, and how deep each of them gets. A landing is a
/// channel where it pierces.
struct ChannelField {
  double side = 0.0;                             ///< of the square [m]
  std::vector<std::array<double, 2>> positions;  ///< of the landings [m]
  std::vector<int> direction;                    ///< index into the protocol's directions
  std::vector<double> depth;  ///< pierced by each landing, 0 where the surface held [m]
  int passes = 0;
  double landing_density = 0.0;     ///< landings per treated area by count [1/m^2]
  double landing_density_sd = 0.0;  ///< sampling error of the count [1/m^2]
  double density_formula = 0.0;     ///< m N / (2 pi r w) [1/m^2]
  double channel_density = 0.0;     ///< of the landings that pierce, by count [1/m^2]
  double channel_density_sd = 0.0;  ///< sampling error of that count [1/m^2]
  double nearest_neighbour = 0.0;   ///< mean distance of channels; NaN for fewer than two [m]
  double nearest_neighbour_random =
      0.0;  ///< of a Poisson pattern of equal density, 1/(2 sqrt n) [m]
  double largest_untreated_circle = 0.0;  ///< radius of the largest circle on the square without a
                                          ///< channel; NaN where none fits [m]
  double opened_fraction = 0.0;           ///< share of the surface inside open channels [-]
};

}  // namespace percuta::channel
