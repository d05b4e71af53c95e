#include "linear/cholesky.h"

#include <algorithm>
#include <new>

#include <omp.h>

namespace percuta::fem {
namespace {

// The packaged CHOLMOD opens four OpenMP threads for every small copy; on matrices of this size
// waking them costs more than the factorisation.
class OneThread {
 public:
  OneThread() : levels_(omp_get_max_active_levels()) { omp_set_max_active_levels(0); }
  ~OneThread() { omp_set_max_active_levels(levels_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int levels_;
};

}  // namespace

SparseCholesky::SparseCholesky(const std::vector<std::vector<int>>& columns) {
  cholmod_start(&common_);
  common_.supernodal = CHOLMOD_SUPERNODAL;
  common_.quick_return_if_not_posdef = 1;
  common_.print = 0;
  std::size_t entries = 0;
  for (const auto& rows : columns) entries += rows.size();
  const auto n = columns.size();
  matrix_ = cholmod_allocate_sparse(n, n, entries, 1, 1, -1, CHOLMOD_REAL, &common_);
  if (matrix_ == nullptr) throw std::bad_alloc();
  auto* starts = static_cast<int*>(matrix_->p);
  auto* rows_out = static_cast<int*>(matrix_->i);
  int next = 0;
  for (std::size_t j = 0; j < n; ++j) {
    starts[j] = next;
    for (const int row : columns[j]) rows_out[next++] = row;
  }
  starts[n] = next;
  clear();
}

SparseCholesky::~SparseCholesky() {
  cholmod_free_factor(&factor_, &common_);
  cholmod_free_sparse(&matrix_, &common_);
  cholmod_finish(&common_);
}

void SparseCholesky::clear() {
  std::fill_n(values(), static_cast<const int*>(matrix_->p)[matrix_->ncol], 0.0);
}

int SparseCholesky::position(int row, int column) const {
  const auto* starts = static_cast<const int*>(matrix_->p);
  const auto* rows = static_cast<const int*>(matrix_->i);
  return static_cast<int>(std::lower_bound(rows + starts[column], rows + starts[column + 1], row) -
                          rows);
}

void SparseCholesky::hold(const std::vector<char>& held) {
  const auto* starts = static_cast<const int*>(matrix_->p);
  const auto* rows = static_cast<const int*>(matrix_->i);
  for (int j = 0; j < size(); ++j)
    for (int k = starts[j]; k < starts[j + 1]; ++k)
      if (held[j] != 0 || held[rows[k]] != 0) values()[k] = rows[k] == j ? 1.0 : 0.0;
}

Eigen::VectorXd SparseCholesky::times(const Eigen::VectorXd& x) const {
  const auto* starts = static_cast<const int*>(matrix_->p);
  const auto* rows = static_cast<const int*>(matrix_->i);
  const auto* entries = static_cast<const double*>(matrix_->x);
  Eigen::VectorXd y = Eigen::VectorXd::Zero(x.size());
  for (Eigen::Index j = 0; j < x.size(); ++j)
    for (int k = starts[j]; k < starts[j + 1]; ++k) {
      y[rows[k]] += entries[k] * x[j];
      if (rows[k] != j) y[j] += entries[k] * x[rows[k]];
    }
  return y;
}

double SparseCholesky::bytes() {
  const OneThread one;
  if (factor_ == nullptr) factor_ = cholmod_analyze(matrix_, &common_);
  return 12.0 * static_cast<double>(matrix_->nzmax) + 8.0 * common_.lnz;
}

bool SparseCholesky::factorise() {
  const OneThread one;
  if (factor_ == nullptr) factor_ = cholmod_analyze(matrix_, &common_);
  ++factorisations_;
  cholmod_factorize(matrix_, factor_, &common_);
  return common_.status == CHOLMOD_OK && factor_->minor == factor_->n;
}

Eigen::VectorXd SparseCholesky::solve(const Eigen::VectorXd& right_hand_side) {
  const OneThread one;
  cholmod_dense rhs{};
  rhs.nrow = rhs.d = rhs.nzmax = static_cast<std::size_t>(right_hand_side.size());
  rhs.ncol = 1;
  rhs.x = const_cast<double*>(right_hand_side.data());
  rhs.xtype = CHOLMOD_REAL;
  rhs.dtype = CHOLMOD_DOUBLE;
  cholmod_dense* solution = cholmod_solve(CHOLMOD_A, factor_, &rhs, &common_);
  Eigen::VectorXd result =
      Eigen::Map<const Eigen::VectorXd>(static_cast<double*>(solution->x), right_hand_side.size());
  cholmod_free_dense(&solution, &common_);
  return result;
}

Supernodes supernodes(const std::vector<std::vector<int>>& neighbours) {
  const OneThread one;
  cholmod_common common{};
  cholmod_start(&common);
  common.print = 0;
  common.supernodal = CHOLMOD_SUPERNODAL;
  common.nmethods = 1;
  common.method[0].ordering = CHOLMOD_METIS;
  std::size_t entries = 0;
  for (const auto& list : neighbours) entries += list.size();
  const auto n = neighbours.size();
  cholmod_sparse* graph =
      cholmod_allocate_sparse(n, n, entries, 1, 1, -1, CHOLMOD_PATTERN, &common);
  if (graph == nullptr) throw std::bad_alloc();
  auto *starts = static_cast<int*>(graph->p), *rows = static_cast<int*>(graph->i);
  int next = 0;
  for (std::size_t j = 0; j < n; ++j) {
    starts[j] = next;
    next =
        static_cast<int>(std::copy(neighbours[j].begin(), neighbours[j].end(), rows + next) - rows);
  }
  starts[n] = next;
  cholmod_factor* factor = cholmod_analyze(graph, &common);
  if (factor == nullptr) throw std::bad_alloc();
  Supernodes s;
  const auto *perm = static_cast<const int*>(factor->Perm),
             *first = static_cast<const int*>(factor->super),
             *at = static_cast<const int*>(factor->pi), *row = static_cast<const int*>(factor->s);
  s.order.assign(perm, perm + n);
  s.first.assign(first, first + factor->nsuper + 1);
  for (std::size_t k = 0; k < factor->nsuper; ++k)
    s.rows.emplace_back(row + at[k], row + at[k + 1]);
  cholmod_free_factor(&factor, &common);
  cholmod_free_sparse(&graph, &common);
  cholmod_finish(&common);
  return s;
}

}  // namespace percuta::fem
