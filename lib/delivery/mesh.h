#pragma once

#include <vector>

#include "percuta/delivery/delivery.h"

namespace percuta::delivery {

/// What scales the conductance of an edge as time goes on.
enum class Kind { tissue, channel, vehicle, surface, mouth };

/// Two nodes that exchange solute: a current of conductance times difference of u.
struct Edge {
  int a, b;
  double conductance;  ///< per area of skin; of a mouth without its way through the barrier [m/s]
  Kind kind;
  std::size_t channels = 0;  ///< class of channels that it is of
  double barrier = 0.0;      ///< resistance of that way, wholly open [s/m]
};

/// A cell of a layer.
struct Cell {
  int node;
  std::size_t layer;
  double top, bottom;  ///< [m]
};

/// Nodes, from the vehicle down; the fluid in channels, by depth class, beside the tissue that it
/// lies in.
struct Mesh {
  int vehicle_nodes = 1;
  std::vector<double> storage;  ///< amount over u; 0 of channels, of the vehicle by its volume [m]
  std::vector<double> sink;     ///< cleared over u [m/s]
  double to_below = 0.0;        ///< conductance from the last cell to what lies below [m/s]
  std::vector<Cell> cells;
  std::vector<Edge> edges;
  std::vector<int> first;  ///< lowest neighbour of each node, or itself
  int nodes() const { return static_cast<int>(storage.size()); }
};

Mesh mesh_of(const Problem&, const Settings&);

}  // namespace percuta::delivery
