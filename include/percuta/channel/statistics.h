#pragma once

#include <cstdint>
#include <vector>

#include "percuta/channel/patch.h"
#include "percuta/channel/point_grid.h"

// Statistics of points on a patch of skin. Points may go on beyond the patch: they are neighbours
// there and cover what they reach, but nothing is measured about them. Where they end at its edge,
// what is near the edge is treated as each function says. Functions that take a number of threads
// give the same numbers for any.

namespace percuta::channel {

/// Points on the patch per its area [1/m^2].
double density(const Points&, const Patch&);

/// Mean distance from a point to its nearest neighbour, of the points on the patch that are not
/// within a millimetre (or a tenth of its lesser extent) of the edge, beyond which neighbours may
/// be unknown; NaN for fewer than two points or none so far inside. 1/(2 sqrt n) at random [m].
double mean_nearest_neighbour(const PointGrid&, const Patch&, int threads = 1);

/// The same over what it is at random for this density: 1 at random, 2 for a square lattice, below
/// 1 where points gather [-].
double clark_evans(const PointGrid&, const Patch&, int threads = 1);

/// How often other points lie at a distance of a point, by bins of equal width.
struct PairCorrelation {
  std::vector<double> radius;      ///< of the middle of each bin [m]
  std::vector<double> g;           ///< neighbours over those at random, 1 at random [-]
  std::vector<double> neighbours;  ///< mean number of others whose distance is in the bin [-]
  std::vector<double> random;      ///< that number at random for this density [-]
  std::int64_t centres = 0;        ///< points that were asked
};

/// Pair correlation up to a distance, about the points on the patch that are farther than it from
/// the edge, so that none of their neighbours is missed; all NaN without such points.
PairCorrelation pair_correlation(const PointGrid&, const Patch&, double up_to, int bins,
                                 int threads = 1);

/// Number of probes by which shares of area are measured unless told otherwise.
constexpr int kProbes = 1 << 18;

/// Share of the patch's area within each of the radii of any point, by one probe at a drawn place
/// in each square of a grid; 1 - exp(-n pi rho^2) at random [-].
std::vector<double> covered_fraction(const PointGrid&, const Patch&,
                                     const std::vector<double>& radii, int probes = kProbes,
                                     int threads = 1);

/// The same after the first pass of several, after the first two and so on: a list over radii for
/// each; a point belongs to the pass of its number, from zero [-].
std::vector<std::vector<double>> covered_by_pass(const Points&, const std::vector<int>& pass,
                                                 int passes, const Patch&,
                                                 const std::vector<double>& radii,
                                                 int probes = kProbes, int threads = 1);

/// The hole that a channel opens at the surface: an ellipse about its point.
struct Hole {
  double along = 0.0;   ///< half axis in its direction [m]
  double across = 0.0;  ///< half axis across it [m]
  double angle = 0.0;   ///< of its direction from x [rad]
};

/// Area of all holes together, overlaps counted once, over the patch's area, from samples of each
/// hole on the patch that meets another: without bias, and exact where none do. What reaches over
/// the edge stands for what reaches in from beyond. 1 - exp(-n pi r^2) at random [-].
double union_area_fraction(const PointGrid&, const std::vector<Hole>&, const Patch&,
                           int samples_per_hole = 64, int threads = 1);

/// Radius of the largest circle within the patch that holds no point: the most of the lesser of the
/// distances to the nearest point and to the edge. Pitch/sqrt(2) inside a square lattice; NaN
/// without any point [m].
double largest_empty_circle(const PointGrid&, const Patch&, int threads = 1);

/// Counts of points in squares, whole ones on the patch side by side from its lower left.
struct Quadrats {
  std::int64_t cells = 0;   ///< squares
  double expected = 0.0;    ///< count of a square by the density of the patch [-]
  double mean = 0.0;        ///< count of a square; NaN without one [-]
  double dispersion = 0.0;  ///< variance of the counts over their mean: 1 at random, less where
                            ///< points are even; NaN for fewer than two squares or no points [-]
};
Quadrats quadrat_dispersion(const Points&, const Patch&, double cell);

}  // namespace percuta::channel
