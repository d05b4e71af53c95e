#pragma once

#include <vector>

#include <Eigen/Core>

namespace percuta::fem {

/// Solves with the tangent of the solid level, of which every process of a team holds a part; all
/// make all calls together.
class TangentSolver {
 public:
  virtual ~TangentSolver() = default;
  /// Takes the numbers that the matrix has now. False when it turns out not to be positive
  /// definite.
  virtual bool solve(const Eigen::VectorXd& right_hand_side, Eigen::VectorXd& x) = 0;
  /// With the numbers of the last call of `solve`, which went well.
  virtual bool solve_again(const Eigen::VectorXd& right_hand_side, Eigen::VectorXd& x) {
    return solve(right_hand_side, x);
  }
  /// How the unknowns among `unknowns` answer to unit forces on them, with the numbers of the last
  /// `solve`, which went well. False where the solver cannot tell.
  virtual bool compliance(const std::vector<int>& /*unknowns*/, Eigen::MatrixXd& /*c*/) {
    return false;
  }
  /// What forces on the unknowns of the last `compliance`, which went well, do to all.
  virtual Eigen::VectorXd answer(const Eigen::VectorXd& /*forces*/) { return {}; }
  /// A load step begins: nothing of the ones before may matter any more.
  virtual void forget() {}
  virtual double bytes() const = 0;  ///< with the matrix, on all processes
  virtual bool iterative() const { return false; }
  virtual long iterations() const { return 0; }  ///< inside all solves so far
};

}  // namespace percuta::fem
