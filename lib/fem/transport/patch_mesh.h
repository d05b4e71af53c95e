#pragma once

#include <array>
#include <functional>
#include <vector>

#include "linear/team.h"

// Plain arrays between deal.II, which makes and divides the mesh (patch_mesh.cc), and the solver.

namespace percuta::fem {

/// A box along the axes, its third coordinate the depth below the surface.
struct PatchBox {
  std::array<double, 3> low{}, high{};  ///< [m]
  double volume() const { return (high[0] - low[0]) * (high[1] - low[1]) * (high[2] - low[2]); }
  double middle(int axis) const { return 0.5 * (low[axis] + high[axis]); }
};

/// Cells of another process that touch those of this one, and which of ours it needs.
struct PatchNeighbour {
  int process = 0;
  std::vector<int> sends;       ///< our cells that touch its own, in order
  int first = 0, receives = 0;  ///< its cells among ours, behind those that we own
};

/// Boxes of a patch of skin, halved where that is asked for, each process with a part of them.
struct PatchMesh {
  std::vector<PatchBox> box;  ///< of the cells that this process owns, near ones next to each other
  std::vector<int> first;     ///< of each owned cell, and the end: where its neighbours begin
  std::vector<int> other;     ///< neighbours, one for each face that is shared with one
  std::vector<double> conductance;  ///< of those faces, area over the distance of the middles [m]
  std::vector<PatchNeighbour> neighbours;
  int ghosts = 0;         ///< cells of others that touch ours
  long all_cells = 0;     ///< of all processes
  long owned_before = 0;  ///< cells of the processes before this one
  int owned() const { return static_cast<int>(box.size()); }
};

/// A block between lines along each axis, whose boxes are halved in all three directions up to
/// `halvings` times while `halve` says so; those that share a face, an edge or a corner differ by
/// one halving at most. Several processes divide it between them.
PatchMesh patch_mesh(const std::array<std::vector<double>, 3>& lines, int halvings,
                     const std::function<bool(const PatchBox&, int halved)>& halve, const Team&);

}  // namespace percuta::fem
