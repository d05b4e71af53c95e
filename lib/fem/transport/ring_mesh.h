#pragma once

#include <vector>

namespace percuta::fem {

/// A body of revolution cut into rings and levels: cell (ring i, level k) lies between the faces
/// radius[i], radius[i+1] and depth[k], depth[k+1].
struct RingMesh {
  std::vector<double> radius;  ///< of the faces of the rings, from the axis outwards [m]
  std::vector<double> depth;   ///< of the faces of the levels, downwards [m]

  int rings() const { return static_cast<int>(radius.size()) - 1; }
  int levels() const { return static_cast<int>(depth.size()) - 1; }
  int cells() const { return rings() * levels(); }
  int cell(int ring, int level) const { return level * rings() + ring; }
  int ring_of(int cell) const { return cell % rings(); }
  int level_of(int cell) const { return cell / rings(); }
  double ring_centre(int ring) const { return 0.5 * (radius[ring] + radius[ring + 1]); }
  double level_centre(int level) const { return 0.5 * (depth[level] + depth[level + 1]); }
  double height(int level) const { return depth[level + 1] - depth[level]; }
  double ring_area(int ring) const;  ///< seen from above [m^2]
  double volume(int cell) const { return ring_area(ring_of(cell)) * height(level_of(cell)); }
};

/// A place at which a face lies, and how large cells may be there.
struct Stop {
  double at = 0.0;    ///< [m]
  double size = 0.0;  ///< of the cells next to it [m]
};

/// Faces from the first stop to the last, each stop a face, cells growing away from stops by
/// `growth` (above 1) per cell. Throws std::invalid_argument for stops that do not rise.
std::vector<double> graded(const std::vector<Stop>& stops, double growth);

}  // namespace percuta::fem
