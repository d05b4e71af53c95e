#pragma once

#include <span>
#include <vector>

#include <klu.h>

namespace percuta::fem {

/// Sparse unsymmetric matrix (compressed columns) with its LU factors by KLU, which takes apart
/// what is block triangular. The pattern is analysed once, numbers are refactored at will.
class SparseLu {
 public:
  /// columns[j] holds the sorted row indices of column j.
  explicit SparseLu(const std::vector<std::vector<int>>& columns);
  ~SparseLu();
  SparseLu(const SparseLu&) = delete;
  SparseLu& operator=(const SparseLu&) = delete;

  int size() const { return static_cast<int>(starts_.size()) - 1; }
  /// Position of an entry in values(). Throws std::out_of_range for one that is not in the pattern.
  int position(int row, int column) const;
  std::vector<double>& values() { return values_; }
  const std::vector<int>& starts() const { return starts_; }
  const std::vector<int>& rows() const { return rows_; }

  /// False when the matrix is singular.
  bool factorise();
  void solve(std::span<double> right_hand_side_then_solution);
  long factorisations() const { return factorisations_; }
  long fill() const;  ///< entries of the factors

 private:
  std::vector<int> starts_, rows_;
  std::vector<double> values_;
  klu_common common_{};
  klu_symbolic* symbolic_ = nullptr;
  klu_numeric* numeric_ = nullptr;
  long factorisations_ = 0;
};

}  // namespace percuta::fem
