#pragma once

#include <array>
#include <functional>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace percuta::fem {

/// A block of boxes refined where it matters, with hanging nodes. Horizontal directions are always
/// split together, the vertical one once a box has become taller than wide: thin layers stay
/// affordable far away, and every face between two boxes is nested in the larger one. Split at most
/// once against any neighbour.
struct BoxMesh {
  struct Face {
    int cell;
    int boundary;  ///< 0/1 first axis low/high, 2/3 second, 4/5 third; 6/7 a plane inside that can
                   ///< open, high and low side
    std::array<int, 4> nodes;
    double area;  ///< [m^2]
  };
  struct Weight {
    int node;  ///< a free one
    double weight;
  };

  std::vector<Eigen::Vector3d> nodes;        ///< [m]
  std::vector<std::array<int, 8>> cells;     ///< nodes, first axis fastest
  std::vector<Eigen::Vector3d> size;         ///< of each cell [m]
  std::vector<int> layer;                    ///< of each cell
  std::vector<Face> faces;                   ///< on the boundary
  std::vector<std::vector<Weight>> hanging;  ///< per node: what it follows; empty for a free node
  std::vector<std::pair<int, int>>
      facing;  ///< free nodes across a plane that can open, the higher side first
  /// The cell around a place in the block; of places on faces the one that lies higher on each
  /// axis.
  std::function<int(const Eigen::Vector3d&)> cell_at;

  bool free(int node) const { return hanging[node].empty(); }
  int free_nodes() const;
  std::vector<int> numbers() const;  ///< of the free nodes in their order, -1 for a hanging one
  /// The free nodes that a node is made of, with their weights: itself, or those it follows.
  template <class Visit>
  void follow(int node, Visit visit) const {
    if (free(node)) visit(node, 1.0);
    for (const auto& h : hanging[node]) visit(h.node, h.weight);
  }
};

struct BoxMeshSettings {
  std::array<std::vector<double>, 3>
      ticks;                                ///< of the coarse boxes; the third axis is vertical [m]
  std::function<int(double height)> layer;  ///< of a coarse slab, by its middle
  double nominal = 0.0;                     ///< horizontal size of a coarse box near the needle [m]
  /// Whether a box (low corner, high corner) is to be split.
  std::function<bool(const Eigen::Vector3d&, const Eigen::Vector3d&)> split;
  int deepest = 10;
  std::size_t most = 20'000'000;  ///< boxes, before std::length_error says so
};

/// A mesh that ends at the plane y = 0 and its mirror image, joined but where `opens` says (of the
/// middle of a face) that the two can come apart; nodes on the rim of that stay joined.
BoxMesh both_sides(const BoxMesh&, const std::function<bool(const Eigen::Vector3d&)>& opens);

/// Makes the mesh; at most two to one between boxes that touch. Throws std::length_error beyond
/// `most` boxes.
BoxMesh box_mesh(const BoxMeshSettings&);

}  // namespace percuta::fem
