#pragma once

#include <span>
#include <vector>

#include <Eigen/Dense>

namespace percuta::healing {

/// Matrix of a row of cells that each have the same unknowns and know their neighbours alone.
template <int Unknowns>
struct BlockTridiagonal {
  using Block = Eigen::Matrix<double, Unknowns, Unknowns>;
  std::vector<Block> lower, diagonal, upper;  ///< of each row; the first lower and last upper idle
  explicit BlockTridiagonal(std::size_t cells)
      : lower(cells, Block::Zero()), diagonal(cells, Block::Zero()), upper(cells, Block::Zero()) {}
  void zero();
  /// This times a factor, plus the identity.
  void scale_add_identity(double factor);
};

/// Its factors, by elimination from the first cell on, with pivots inside blocks.
template <int Unknowns>
class BlockElimination {
 public:
  using Matrix = BlockTridiagonal<Unknowns>;
  /// False where a block is singular.
  bool factorise(const Matrix&);
  void solve(std::span<double> x) const;

 private:
  std::vector<Eigen::PartialPivLU<typename Matrix::Block>> pivots_;
  std::vector<typename Matrix::Block> lower_, above_;  // above = pivot^-1 upper
};

template <int Unknowns>
void BlockTridiagonal<Unknowns>::zero() {
  for (auto* blocks : {&lower, &diagonal, &upper})
    for (auto& b : *blocks) b.setZero();
}

template <int Unknowns>
void BlockTridiagonal<Unknowns>::scale_add_identity(double factor) {
  for (auto* blocks : {&lower, &diagonal, &upper})
    for (auto& b : *blocks) b *= factor;
  for (auto& b : diagonal) b += Block::Identity();
}

template <int Unknowns>
bool BlockElimination<Unknowns>::factorise(const Matrix& a) {
  const std::size_t n = a.diagonal.size();
  pivots_.resize(n);
  above_.resize(n);
  lower_ = a.lower;
  typename Matrix::Block pivot;
  for (std::size_t k = 0; k < n; ++k) {
    pivot = a.diagonal[k];
    if (k > 0) pivot.noalias() -= a.lower[k] * above_[k - 1];
    pivots_[k].compute(pivot);
    if (!(pivots_[k].matrixLU().diagonal().array().abs().minCoeff() > 0.0)) return false;
    above_[k] = pivots_[k].solve(a.upper[k]);
  }
  return true;
}

template <int Unknowns>
void BlockElimination<Unknowns>::solve(std::span<double> x) const {
  using Vector = Eigen::Matrix<double, Unknowns, 1>;
  const std::size_t n = pivots_.size();
  const auto at = [&](std::size_t k) { return Eigen::Map<Vector>(&x[k * Unknowns]); };
  for (std::size_t k = 0; k < n; ++k) {
    Vector right = at(k);
    if (k > 0) right.noalias() -= lower_[k] * at(k - 1);
    at(k) = pivots_[k].solve(right);
  }
  for (std::size_t k = n - 1; k-- > 0;) at(k).noalias() -= above_[k] * at(k + 1);
}

}  // namespace percuta::healing
