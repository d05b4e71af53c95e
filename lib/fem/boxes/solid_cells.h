#pragma once

#include <array>
#include <vector>

#include <Eigen/Core>

#include "boxes/box_mesh.h"
#include "boxes/solid_material.h"
#include "kernels/cell_kernel.h"
#include "linear/cholesky.h"
#include "linear/team.h"

namespace percuta::fem {

/// The bulk of the solid level: every cell of a box mesh with its material, evaluated in batches as
/// wide as the processor allows on several threads and processes, and added in one fixed order, so
/// that sums are the same on any number of them. Tangents alone stay with the process that computed
/// them.
class SolidCells {
 public:
  SolidCells(const BoxMesh&, const std::vector<SolidMaterial>&, int threads, const Team&);

  /// Rows i >= j of every column of this process's part of the tangent, three a free node. The
  /// first one's has every node's own block, for what others add there.
  std::vector<std::vector<int>> pattern() const;
  /// For each free node those of higher number that share a cell of any process with it or face it
  /// across a plane that can open.
  std::vector<std::vector<int>> neighbours() const { return neighbours(0, count_); }
  /// Looks up where the numbers go in a matrix of that pattern.
  void aim_at(const SparseCholesky&);

  /// Stored energy at displacements of the free nodes; infinite where a volume ratio is not
  /// positive [J].
  double evaluate(const Eigen::VectorXd& u, bool with_tangent);
  /// The next tangent sees the pressures that the last one promises for this change of the
  /// displacements since.
  void foresee(const Eigen::VectorXd& change);
  void add_gradient(Eigen::VectorXd&);      ///< of the last evaluation [N]
  void add_tangent(SparseCholesky&) const;  ///< this process's part of the last evaluation [N/m]

  /// Takes the directions of negative curvature out of each cell's tangent of the last evaluation.
  void make_convex();

  // Relaxation. A step in which `duration` passes [s] begins with pass_time and, once solved, ends
  // with remember.
  void pass_time(double duration);
  void remember(const Eigen::VectorXd& u, double duration);
  std::vector<double> history()
      const;  ///< all that later steps need of earlier ones; empty without relaxation
  void restore_history(const std::vector<double>&);
  /// The history of cells of another mesh, that which lies nearest; the slow stress is that of
  /// these displacements.
  void take_history(const SolidCells& from, const Eigen::VectorXd& u);

  /// What the energy is a small difference of, where strains are small: its round-off is that of
  /// this [J].
  double scale() const { return scale_; }
  double smallest() const { return smallest_; }  ///< volume ratio of a point in the last evaluation
  int lanes() const { return kernel_.lanes; }
  double bytes() const { return 8.0 * static_cast<double>(stiffness_.size() + relaxing_.size()); }

 private:
  struct Target {
    std::vector<int> nodes;   ///< numbers of free nodes
    Eigen::MatrixXd weights;  ///< 8 x nodes; empty when they are the corners
    std::vector<std::array<int, 3>>
        positions;  ///< of pairs (a >= b): where each column of their block begins
  };
  std::vector<Eigen::Vector3d> nodal(const Eigen::VectorXd& u) const;
  void run(const Eigen::VectorXd& u, bool with_tangent, bool with_stress);
  std::vector<std::vector<int>> neighbours(int first, int last) const;
  int last_cell() const { return std::min(count_, end_ * kernel_.lanes); }
  const SolidMaterial& material(std::size_t slot) const {
    return materials_[mesh_.layer[std::min(static_cast<int>(slot), count_ - 1)]];
  }

  const BoxMesh& mesh_;
  const std::vector<SolidMaterial>& materials_;
  int threads_;
  Team team_;
  ChosenKernel kernel_;
  std::vector<int> number_;
  int count_ = 0, batches_ = 0, begin_ = 0, end_ = 0, terms_ = 1, families_ = 0;
  // batches begin_ to end_ are ours
  std::vector<double> size_, pre_stretch_, mu_, alpha_, bulk_, fibres_;  // per batch, lane fastest
  std::vector<double> displacement_, energy_, force_, stiffness_, smallest_of_;
  std::vector<double> volume_,
      pressure_;  ///< of the last tangent; foreseen for the next one, or empty
  bool relaxes_ = false;
  std::vector<double> left_over_, share_;  // history stress and elastic share of the present step
  std::vector<double> stress_, last_stress_,
      relaxing_;  // slow stress now and at the last step, each term's overstress
  std::vector<Target> targets_;
  double smallest_ = 1.0, scale_ = 0.0;
};

}  // namespace percuta::fem
