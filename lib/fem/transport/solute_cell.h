#pragma once

// A solute in the skin that belongs to one channel: layers with their own diffusivity, partition,
// binding, clearance and membranes; a channel of fluid through them, whose way through the horny
// layer closes; a donor above, blood and lymph, and what lies below.

#include <functional>
#include <span>
#include <vector>

#include "transport/transport.h"

namespace percuta::fem {

/// One layer as a solute sees it. Concentrations are of what is free; it is driven by them over the
/// partition.
struct SoluteLayer {
  double thickness = 0.0;    ///< [m]
  double diffusivity = 0.0;  ///< of what is free [m^2/s]
  double partition = 1.0;    ///< free concentration over that of water at equilibrium [-]
  double bound = 0.0;        ///< bound over free, always at equilibrium [-]
  double clearance = 0.0;    ///< of what is free [1/s]
  double membrane = std::numeric_limits<double>::infinity();  ///< of its upper face [m/s]
  double initial = 0.0;  ///< concentration of water at equilibrium with it at the beginning
  bool barrier = false;  ///< horny: the channel through it closes
};

struct SoluteCell {
  std::vector<SoluteLayer> layers;     ///< top to bottom
  double radius = 0.0;                 ///< of the skin that belongs to the channel [m]
  std::vector<double> channel_depth;   ///< of points of its wall, from 0; empty = no channel [m]
  std::vector<double> channel_radius;  ///< there [m]
  double channel_diffusivity = 0.0;    ///< in its fluid [m^2/s]
  /// Share of the channel through the barrier that is open at a time; empty = 1.
  std::function<double(double)> open;
  /// Whether a donor is there at a time, 1 or 0; empty = 1.
  std::function<double(double)> there;
  double donor = 1.0;  ///< concentration above at the beginning
  double donor_volume = std::numeric_limits<double>::infinity();  ///< a reservoir; else [m^3/m^2]
  double below = 0.0;         ///< concentration of water below the lowest layer
  bool sealed_below = false;  ///< nothing passes there
};

/// Rings and levels, finest about the channel's wall and tip and at interfaces; a `fineness` of 2
/// halves levels.
RingMesh solute_mesh(const SoluteCell&, int rings, double fineness = 1.0);

/// Wells of a cell's problem.
enum SoluteWell : int { kDonor = 0, kBelow = 1, kCleared = 2 };

/// The cell as a transport problem of one field. Through the barrier the channel is a cylinder that
/// conducts as it does, with its wall in the faces of the mesh.
TransportProblem solute_problem(const SoluteCell&, const RingMesh&);

/// Share of a cell of the mesh that lies in the channel [-].
double fluid_share(const SoluteCell&, const RingMesh&, int cell);
/// Number of the layer that a level of the mesh lies in.
std::size_t layer_of(const SoluteCell&, const RingMesh&, int level);

/// What lies where, per area of skin.
struct SoluteAmounts {
  std::vector<double> in_layers;  ///< free and bound, fluid of the channel included [m]
  double donor = 0.0;             ///< 0 of a reservoir [m]
  double cleared = 0.0;           ///< so far [m]
  double through = 0.0;           ///< past the lowest layer so far [m]
};

/// The cell as a transport problem of one field, ready to be solved.
class SoluteTransport {
 public:
  SoluteTransport(SoluteCell, const RingMesh&, const StiffSettings&);
  void advance(double time) { integrate_.advance(time); }
  SoluteAmounts amounts() const;
  /// Into the skin per area, all of it and what goes by way of the channel's mouth [m/s].
  double flux() const;
  double channel_flux() const;
  /// Free concentration in a cell of the mesh.
  double at(int cell) const { return integrate_.state()[system_.unknown(cell, 0)]; }
  const TransportSystem& system() const { return system_; }
  const StiffCost& cost() const { return integrate_.cost(); }

 private:
  double flux_of(bool channel_alone) const;

  SoluteCell cell_;
  TransportSystem system_;
  StiffIntegrator integrate_;
};

}  // namespace percuta::fem
