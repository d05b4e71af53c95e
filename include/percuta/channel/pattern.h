#pragma once

#include <array>
#include <limits>
#include <vector>

#include "percuta/channel/patch.h"
#include "percuta/channel/statistics.h"

namespace percuta::channel {

/// How evenly channels lie. NaN where it is not defined.
struct Pattern {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  double nearest_neighbour = kNone;         ///< mean distance; of two channels or more [m]
  double nearest_neighbour_random = kNone;  ///< of a Poisson pattern, 1/(2 sqrt n) [m]
  double dispersion = kNone;  ///< variance over mean of counts in squares that hold four on
                              ///< average; 1 at random, 0 of a lattice [-]
  double largest_untreated_circle = kNone;  ///< radius of the largest circle within the patch
                                            ///< without a channel [m]
  double opened_fraction = 0.0;             ///< share of the surface inside open holes [-]
  std::vector<double> covered;         ///< share of the surface within each coverage distance [-]
  std::vector<double> covered_random;  ///< the same of a Poisson pattern [-]
  std::vector<std::vector<double>> covered_by_pass;  ///< by distance, after each pass [-]
  PairCorrelation pairs;                             ///< up to 3 mm
};

/// Distances from a channel at which coverage is given, 100, 200 and 500 um [m].
const std::array<double, 3>& coverage_distances();

/// Channels with their holes and the pass that made each.
struct Channels {
  Points positions;
  std::vector<Hole> holes;
  std::vector<int> pass;
};

/// The pattern of channels that were made in a number of passes.
Pattern pattern_of(const Channels&, int passes, const Patch&);

}  // namespace percuta::channel
