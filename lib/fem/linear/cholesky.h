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
  const double* values() const { return static_cast<const double*>(matrix_->x); }
  /// Row and column of every entry, in the order of values().
  template <class Visit>
  void entries(Visit visit) const {
    const auto* starts = static_cast<const int*>(matrix_->p);
    const auto* rows = static_cast<const int*>(matrix_->i);
    for (int j = 0; j < size(); ++j)
      for (int k = starts[j]; k < starts[j + 1]; ++k) visit(rows[k], j);
  }
  /// Empties rows and columns of held unknowns, with their own diagonal entry set to one.
  void hold(const std::vector<char>& held);
  /// Product with the whole symmetric matrix.
  Eigen::VectorXd times(const Eigen::VectorXd&) const;
  std::size_t count() const { return matrix_->nzmax; }  ///< of entries
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

/// Groups of nodes that are eliminated together, found by CHOLMOD in an order by METIS.
struct Supernodes {
  std::vector<int> order;  ///< the node at each place of the elimination
  std::vector<int> first;  ///< place of the first node of each group, and one past the last
  std::vector<std::vector<int>>
      rows;  ///< of each group: the places of its own nodes and of those its elimination touches
};
/// `neighbours`: for each node those of higher number that it is coupled to.
Supernodes supernodes(const std::vector<std::vector<int>>& neighbours);

}  // namespace percuta::fem
