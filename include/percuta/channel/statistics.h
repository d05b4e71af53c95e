#pragma once

#include <array>
#include <vector>

namespace percuta::channel {

/// Points on a square patch of skin with one corner at the origin [m].
using Points = std::vector<std::array<double, 2>>;

/// Mean distance from a point to its nearest neighbour, of the points that are not within a
/// millimetre (or a tenth of the side) of the edge, beyond which neighbours are unknown; NaN for
/// fewer than two points. 1/(2 sqrt n) at random [m].
double mean_nearest_neighbour(const Points&, double side);

/// Share of the square within a radius of any point, by a grid of an eighth of it; 1 - exp(-n pi
/// rho^2) at random [-].
double covered_fraction(const Points&, double side, double radius);

/// Radius of the largest circle within the square that holds no point: about a Voronoi vertex, as
/// the circumcircle of three neighbours. Circles that leave the square are not counted, since what
/// lies beyond is unknown. Pitch/sqrt(2) for a square lattice; NaN where there is none, as for
/// fewer than three points [m].
double largest_empty_circle(const Points&, double side);

}  // namespace percuta::channel
