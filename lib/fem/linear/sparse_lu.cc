#include "linear/sparse_lu.h"

#include <algorithm>
#include <stdexcept>

namespace percuta::fem {
namespace {

/// Pivots of an earlier matrix serve as long as the factors that they give are as good as this.
constexpr double kPoorest = 1e-12;

}  // namespace

SparseLu::SparseLu(const std::vector<std::vector<int>>& columns) {
  starts_.push_back(0);
  for (const auto& column : columns) {
    rows_.insert(rows_.end(), column.begin(), column.end());
    starts_.push_back(static_cast<int>(rows_.size()));
  }
  values_.assign(rows_.size(), 0.0);
  klu_defaults(&common_);
  common_.ordering = 0;  // AMD: the pattern of transport is symmetric
  symbolic_ = klu_analyze(size(), starts_.data(), rows_.data(), &common_);
  if (symbolic_ == nullptr) throw std::logic_error("KLU cannot analyse this pattern");
}

SparseLu::~SparseLu() {
  klu_free_numeric(&numeric_, &common_);
  klu_free_symbolic(&symbolic_, &common_);
}

int SparseLu::position(int row, int column) const {
  const auto first = rows_.begin() + starts_[column], last = rows_.begin() + starts_[column + 1];
  const auto found = std::lower_bound(first, last, row);
  if (found == last || *found != row) throw std::out_of_range("an entry outside the pattern");
  return static_cast<int>(found - rows_.begin());
}

bool SparseLu::factorise() {
  ++factorisations_;
  if (numeric_ != nullptr) {
    const bool done = klu_refactor(starts_.data(), rows_.data(), values_.data(), symbolic_,
                                   numeric_, &common_) == 1;
    if (done && klu_rcond(symbolic_, numeric_, &common_) == 1 && common_.rcond > kPoorest)
      return true;
    klu_free_numeric(&numeric_, &common_);
  }
  numeric_ = klu_factor(starts_.data(), rows_.data(), values_.data(), symbolic_, &common_);
  return numeric_ != nullptr && common_.status == KLU_OK;
}

void SparseLu::solve(std::span<double> x) {
  klu_solve(symbolic_, numeric_, size(), 1, x.data(), &common_);
}

long SparseLu::fill() const {
  return numeric_ == nullptr ? 0 : static_cast<long>(numeric_->lnz) + numeric_->unz;
}

}  // namespace percuta::fem
