#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace percuta::delivery {

/// A symmetric positive definite matrix whose rows are kept from their first entry to the diagonal,
/// and its Cholesky factors L D L^T in the same place.
class Skyline {
 public:
  /// `first`: column of the first entry of each row, at most the row itself.
  explicit Skyline(std::vector<int> first) : first_(std::move(first)) {
    offset_.reserve(first_.size() + 1);
    long size = 0;
    for (std::size_t i = 0; i < first_.size(); ++i) {
      offset_.push_back(size - first_[i]);
      size += static_cast<long>(i) - first_[i] + 1;
    }
    values_.resize(static_cast<std::size_t>(size));
  }
  void clear() { std::fill(values_.begin(), values_.end(), 0.0); }
  /// An entry of the lower half, column at most row.
  double& at(int row, int column) {
    return values_[static_cast<std::size_t>(offset_[static_cast<std::size_t>(row)] + column)];
  }

  /// Factors in place and solves in place.
  void solve(std::vector<double>& x) {
    const int n = static_cast<int>(first_.size());
    for (int i = 0; i < n; ++i) {
      double* row = line(i);
      const int begin = first(i);
      for (int j = begin; j < i; ++j) {
        const double* other = line(j);
        double sum = row[j];
        for (int k = std::max(begin, first(j)); k < j; ++k) sum -= row[k] * other[k];
        row[j] = sum;
      }
      for (int j = begin; j < i; ++j) {
        const double scaled = row[j] / at(j, j);
        row[i] -= scaled * row[j];
        row[j] = scaled;
      }
      for (int j = begin; j < i; ++j)
        x[static_cast<std::size_t>(i)] -= row[j] * x[static_cast<std::size_t>(j)];
    }
    for (int i = 0; i < n; ++i) x[static_cast<std::size_t>(i)] /= at(i, i);
    for (int i = n - 1; i >= 0; --i) {
      const double* row = line(i);
      for (int j = first(i); j < i; ++j)
        x[static_cast<std::size_t>(j)] -= row[j] * x[static_cast<std::size_t>(i)];
    }
  }

 private:
  int first(int row) const { return first_[static_cast<std::size_t>(row)]; }
  double* line(int row) { return values_.data() + offset_[static_cast<std::size_t>(row)]; }
  std::vector<int> first_;
  std::vector<long> offset_;
  std::vector<double> values_;
};

}  // namespace percuta::delivery
