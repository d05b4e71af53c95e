#pragma once

// A solute in the skin that belongs to one channel: layers with their own diffusivity, partition,
// binding, clearance and membranes; a channel of fluid through them, whose way through the horny
// layer closes; a donor above, blood and lymph, and what lies below.

#include <functional>
#include <vector>

#include "percuta/delivery/delivery.h"
#include "transport/transport.h"

namespace percuta::fem {

/// The skin that belongs to one channel.
struct SoluteCell {
  std::vector<delivery::Layer> layers;  ///< top to bottom
  double radius = 0.0;                  ///< of the skin that belongs to the channel [m]
  std::vector<double> channel_depth;    ///< of points of its wall, from 0; empty = no channel [m]
  std::vector<double> channel_radius;   ///< there [m]
  double channel_diffusivity = 0.0;     ///< in its fluid [m^2/s]
  /// Share of the channel through the barrier that is open at a time; empty = 1.
  std::function<double(double)> open;
  /// Whether a donor is there at a time, 1 or 0; empty = 1.
  std::function<double(double)> there;
  bool sealed_below = false;  ///< nothing passes there
};

/// Rings and levels, finest about the channel's wall and tip and at interfaces; a `fineness` of 2
/// halves levels.
RingMesh solute_mesh(const SoluteCell&, int rings, double fineness = 1.0);

/// Wells of a cell's problem: each counts what passes, per area of the skin over kCounted [m].
inline constexpr double kCounted = 1e-5;
enum SoluteWell : int { kDonor = 0, kBelow = 1, kCleared = 2 };

/// The cell as a transport problem of one field. Through the barrier the channel is a cylinder as
/// wide as where it leaves it, with the wall in faces of the mesh, that conducts and holds what the
/// channel does.
TransportProblem solute_problem(const SoluteCell&, const RingMesh&);

/// Share of a cell of the mesh that lies in the channel [-].
double fluid_share(const SoluteCell&, const RingMesh&, int cell);
/// Number of the layer that a level of the mesh lies in.
std::size_t layer_of(const SoluteCell&, const RingMesh&, int level);

}  // namespace percuta::fem
