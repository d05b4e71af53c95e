#pragma once

#include <array>
#include <functional>
#include <vector>

#include <Eigen/Core>

// Plain arrays between deal.II (which makes them, discretisation.cc) and the solver (which never
// sees a mesh class). Everything is in the reference configuration.

namespace percuta::fem {

enum class Kinematics { plane_strain, axisymmetric, solid };

/// A node on a boundary with the area that nodal (Lobatto) quadrature gives it.
struct SurfaceNode {
  int node;
  double area;  ///< [m^2], per unit thickness in plane strain [m]
  int boundary;
};

/// Q_k displacement nodes with discontinuous P_{k-1} pressure on every cell.
struct Discretisation {
  Kinematics kinematics = Kinematics::plane_strain;
  int dim = 2;
  int degree = 2;
  int nodes_per_cell = 0;
  int points_per_cell = 0;
  int pressures_per_cell = 0;

  std::vector<Eigen::Vector3d> nodes;  ///< [m]
  std::vector<int> cell_nodes;         ///< cells x nodes_per_cell
  std::vector<int> cell_layer;         ///< material index of each cell
  std::vector<double> gradients;       ///< cells x points x nodes x dim [1/m]
  std::vector<double> over_radius;     ///< cells x points x nodes, N/r, axisymmetric only [1/m]
  std::vector<double> weights;         ///< cells x points [m^3]
  std::vector<double> pressure_basis;  ///< cells x points x pressures
  std::vector<SurfaceNode> surface;    ///< every boundary face, node by node

  int cells() const { return static_cast<int>(cell_layer.size()); }
  int dofs() const { return dim * static_cast<int>(nodes.size()); }
};

/// Corner coordinates of a tensor-product block and the map that bends it into place.
struct BlockMesh {
  std::array<std::vector<double>, 3>
      ticks;  ///< parameter lines; the third is empty in two dimensions
  /// Parameter point to position; identity when empty. Midside and interior nodes follow it too.
  std::function<Eigen::Vector3d(const Eigen::Vector3d&)> map;
  std::function<int(const Eigen::Vector3d& parameter_centre)> layer;
};

std::vector<double> even(double begin, double end, int cells);  ///< parameter lines
BlockMesh block(std::vector<double> x, std::vector<double> y, std::vector<double> z = {});

/// Boundary ids are deal.II's coloured ones of the parameter block: 0/1 first axis low/high, 2/3
/// second, 4/5 third.
Discretisation discretise(const BlockMesh&, Kinematics, int degree);

/// Version of the deal.II in use.
const char* dealii_version();

}  // namespace percuta::fem
