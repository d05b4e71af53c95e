#pragma once

#include <vector>

#include <cholmod.h>
#include <Eigen/Core>

namespace percuta::fem {

/// Sparse symmetric matrix (lower triangle, compressed columns) with a supernodal Cholesky
/// factorisation by CHOLMOD. The pattern is analysed once, numbers are refactored at will.
class SparseCholesky {
 public:
  /// columns[j] holds the sorted row indices i >= j of column j.
  explicit SparseCholesky(const std::vector<std::vector<int>>& columns);
  ~SparseCholesky();
  SparseCholesky(const SparseCholesky&) = delete;
  SparseCholesky& operator=(const SparseCholesky&) = delete;

  void clear();
  /// Position of entry (row, column), row >= column, in values().
  int position(int row, int column) const;
  double* values() { return static_cast<double*>(matrix_->x); }
  /// Empties rows and columns of held unknowns, with their own diagonal entry set to one.
  void hold(const std::vector<char>& held);
  /// Product with the whole symmetric matrix.
  Eigen::VectorXd times(const Eigen::VectorXd&) const;
  int size() const { return static_cast<int>(matrix_->nrow); }

  /// False when the matrix is not positive definite.
  bool factorise();
  Eigen::VectorXd solve(const Eigen::VectorXd& right_hand_side);
  double bytes();  ///< of the matrix and its factor, after the analysis it calls for
  long factorisations() const { return factorisations_; }

 private:
  cholmod_common common_{};
  cholmod_sparse* matrix_ = nullptr;
  cholmod_factor* factor_ = nullptr;
  long factorisations_ = 0;
};

}  // namespace percuta::fem
