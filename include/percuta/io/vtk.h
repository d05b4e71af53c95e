#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace percuta::io {

/// Values at the points or in the cells of a grid.
struct GridValues {
  std::string name;            ///< with its unit, "displacement_m"
  int components = 1;          ///< 1 or 3 [-]
  std::vector<double> values;  ///< one point or cell after the other [SI]
};

/// An unstructured grid for ParaView.
struct Grid {
  std::vector<std::array<double, 3>> points;  ///< [m]
  std::vector<std::vector<int>> cells;        ///< corners in VTK's order: 1 (vertex), 4 or 8
  std::vector<GridValues> at_points, in_cells;
};

/// The grid as a .vtu file, values to seven digits. Throws std::logic_error for values that are not
/// as many as points or cells, and for cells of another number of corners.
std::string vtu(const Grid&);

/// Files that belong to times, as a .pvd file.
std::string pvd(const std::vector<std::pair<double, std::string>>& files);

}  // namespace percuta::io
