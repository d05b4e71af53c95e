#pragma once

#include <memory>
#include <vector>

#include <Eigen/Core>

#include "linear/cholesky.h"
#include "linear/tangent_solver.h"
#include "linear/team.h"

namespace percuta::fem {

/// Conjugate gradients with algebraic multigrid (PETSc's, smoothed aggregation that knows the rigid
/// motions of a solid), for meshes whose factor would not fit the machine. One thread a process. A
/// direction of negative curvature that the gradients meet tells that the matrix is not positive
/// definite; one they do not meet goes unseen.
class MultigridGradients : public TangentSolver {
 public:
  /// `part`: what this process holds of the matrix, the whole is the sum, three unknowns a node;
  /// `at`: where the nodes are [m].
  MultigridGradients(const SparseCholesky& part, const std::vector<Eigen::Vector3d>& at,
                     const Team&);
  ~MultigridGradients() override;
  MultigridGradients(const MultigridGradients&) = delete;
  MultigridGradients& operator=(const MultigridGradients&) = delete;

  bool solve(const Eigen::VectorXd& right_hand_side, Eigen::VectorXd& x) override;
  void forget() override;
  double bytes() const override;  ///< an estimate: 6 times the matrix
  bool iterative() const override { return true; }
  long iterations() const override { return iterations_; }

 private:
  const SparseCholesky& part_;
  Team team_;
  long iterations_ = 0;
  long after_set_up_ =
      0;  ///< iterations of the first solve with the present multigrid; 0 = make a new one
  struct Petsc;
  std::unique_ptr<Petsc> petsc_;
};

}  // namespace percuta::fem
