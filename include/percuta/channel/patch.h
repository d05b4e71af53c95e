#pragma once

#include <array>
#include <string>
#include <vector>

namespace percuta::channel {

/// A patch of skin: the corners of a simple polygon in their order, either way round.
struct Patch {
  std::vector<std::array<double, 2>> outline;  ///< corners [m]
};

/// A box along the axes.
struct Box {
  double left = 0.0;    ///< least x [m]
  double bottom = 0.0;  ///< least y [m]
  double right = 0.0;   ///< greatest x [m]
  double top = 0.0;     ///< greatest y [m]
};

/// A square of this side with one corner at the origin.
Patch square(double side);

/// The least box that holds the patch.
Box bounding_box(const Patch&);

/// Area of the patch [m^2].
double area(const Patch&);

/// Whether a place lies on the patch; a rectangle along the axes holds its edge, of other polygons
/// the edge itself may go either way.
bool contains(const Patch&, double x, double y);

/// Distance to the nearest place of the edge, positive on the patch and negative beyond it [m].
double distance_to_edge(const Patch&, double x, double y);

/// What is wrong with the outline in words that follow the patch's name, as "crosses itself between
/// corners 2 and 5" for the edges that begin there; empty for a good one.
std::string why_impossible(const Patch&);

}  // namespace percuta::channel
