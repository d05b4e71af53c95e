#include "linear/tree_cholesky.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <thread>

#include "linear/blas.h"
#include "linear/side_by_side.h"

extern "C" {
void dpotrf_(const char*, const int*, double*, const int*, int*);
void dtrsm_(const char*, const char*, const char*, const char*, const int*, const int*,
            const double*, const double*, const int*, double*, const int*);
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*,
            const double*, const int*, const double*, const int*, const double*, double*,
            const int*);
void dsyrk_(const char*, const char*, const int*, const int*, const double*, const double*,
            const int*, const double*, double*, const int*);
void dtrsv_(const char*, const char*, const char*, const int*, const double*, const int*, double*,
            const int*);
void dgemv_(const char*, const int*, const int*, const double*, const double*, const int*,
            const double*, const int*, const double*, double*, const int*);
}

namespace percuta::fem {

using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr double kShared = 1e7;  ///< height^2 width of a front that is worth more than one thread
constexpr int kBlock = 192;      ///< columns that threads eliminate in one go, a multiple of 3
constexpr double kOne = 1.0, kMinus = -1.0;

/// Where the strip of a hand begins in `columns` nodes' columns of a lower triangle or trapezoid of
/// `height` nodes: strips of equal area.
int strip(int hand, int hands, int columns, int height) {
  if (hand == hands) return columns;
  const double h = height, area = columns * (h - 0.5 * columns);
  return std::min(columns, static_cast<int>(h - std::sqrt(h * h - 2.0 * area * hand / hands)));
}

/// to = keep * to - rows rows^T in columns [begin, end) of the lower part of a matrix of `height`
/// rows.
void subtract(const double* rows, int rows_stride, int depth, double keep, double* to, int stride,
              int begin, int end, int height) {
  const int wide = end - begin, rest = height - end;
  if (wide == 0) return;
  double* corner = to + static_cast<std::size_t>(begin) * stride + begin;
  dsyrk_("L", "N", &wide, &depth, &kMinus, rows + begin, &rows_stride, &keep, corner, &stride);
  if (rest > 0)
    dgemm_("N", "T", &rest, &wide, &depth, &kMinus, rows + end, &rows_stride, rows + begin,
           &rows_stride, &keep, corner + wide, &stride);
}

}  // namespace

// Upwards (updates and sums) the halves come first, downwards (the solution) the fronts on top.
template <class Each>
void TreeCholesky::walk(const Plan& p, Crossing crossing, const Each& each) {
  if (!ours(p)) return;
  const auto tops = [&] {
    if (!ours(p.begin)) return;
    const bool whole = threads_ > 1 && crossing == Crossing::updates && p.end - p.begin >= threads_;
    const auto top = [&](int front) {
      Front& f = fronts_[front];
      f.hands = whole && static_cast<double>(f.height()) * static_cast<double>(f.height()) *
                                 static_cast<double>(f.width()) >
                             kShared
                    ? threads_
                    : 1;
      each(f);
    };
    if (crossing == Crossing::solution) std::for_each(p.fronts.rbegin(), p.fronts.rend(), top);
    else std::for_each(p.fronts.begin(), p.fronts.end(), top);
  };
  if (crossing == Crossing::solution) {
    tops();
    if (p.left) cross(p, crossing);
  }
  if (p.left) {
    std::jthread other;
    if (ours(*p.left) && ours(*p.right))
      other = std::jthread([&] { walk(*p.right, crossing, each); });
    else walk(*p.right, crossing, each);
    walk(*p.left, crossing, each);
  }
  if (crossing != Crossing::solution) {
    if (p.left) cross(p, crossing);
    tops();
  }
}

// From the workers of the halves to the one of the fronts on top, or back.
void TreeCholesky::cross(const Plan& p, Crossing crossing) {
  const int above = process_of(p.begin);
  for (const int k : p.fronts)
    for (const int child : fronts_[k].children) {
      Front& c = fronts_[child];
      const int below = process_of(c.owner);
      if (c.owner == p.begin || (team_.rank() != above && team_.rank() != below)) continue;
      if (crossing == Crossing::updates) {
        if (above == below) continue;
        if (team_.rank() == below) team_.send(c.update, c.below() * c.below(), above, child);
        else team_.take(c.update = c.kept.data(), c.below() * c.below(), below, child);
        continue;
      }
      if (reached_[child] == 0) continue;
      std::vector<double> values(c.below() * static_cast<std::size_t>(vectors_.front().cols()));
      const auto visit = [&](int worker, const auto& use) {
        MatrixXd& v = vectors_[worker % threads_];
        auto value = values.begin();
        for (Eigen::Index j = 0; j < v.cols(); ++j)
          for (std::size_t i = 0; i < c.below(); ++i)
            use(v(row_[c.rows[c.pivots + i / 3]] + static_cast<int>(i % 3), j), *value++);
      };
      const bool upwards = crossing == Crossing::sums;
      const int from = upwards ? below : above, to = upwards ? above : below;
      if (team_.rank() == from)
        visit(upwards ? c.owner : p.begin, [&](double& in_vector, double& value) {
          value = in_vector;
          if (upwards) in_vector = 0.0;
        });
      if (from != to && team_.rank() == from) team_.send(values.data(), values.size(), to, child);
      if (from != to && team_.rank() == to) team_.take(values.data(), values.size(), from, child);
      if (team_.rank() == to)
        visit(upwards ? p.begin : c.owner, [&](double& in_vector, double& value) {
          in_vector = upwards ? in_vector + value : value;
        });
    }
}

bool TreeCholesky::solve(const VectorXd& right_hand_side, VectorXd& x) {
  if (!factorise()) return false;
  x = solve(right_hand_side);
  return true;
}

bool TreeCholesky::factorise() {
  for (auto& [room, size] : rooms_) room->resize(size);
  const double* numbers = part_.values();
  if (!team_.alone()) {
    std::vector<double> sent(sent_.size());
    for (std::size_t k = 0; k < sent_.size(); ++k) sent[k] = numbers[sent_[k]];
    std::vector<int> takes;
    numbers_ = team_.deal(sent, sent_counts_, takes);
    numbers = numbers_.data();
  }
  for (auto& s : stacks_) s.used = 0;
  failed_ = false;
  blas_threads(1);
  walk(*plan_, Crossing::updates, [&](Front& f) {
    if (f.owner % threads_ == 0) {  // this is the thread that called us
      if (failed_) team_.give_up();
      else if (team_.others_gave_up()) failed_ = true;
    }
    if (failed_) {  // nothing counts any more
      f.update = f.kept.data();
      return;
    }
    double* columns = panel(f);
    side_by_side(f.hands, [&](int hand) {
      const std::size_t from = f.width() * hand / f.hands, to = f.width() * (hand + 1) / f.hands;
      std::fill_n(columns + from * f.height(), (to - from) * f.height(), 0.0);
    });
    const std::size_t end = &f == &fronts_.back() ? entries_.size() : (&f + 1)->entries;
    for (std::size_t k = f.entries; k < end; ++k)
      factor_[entries_[k].first] += numbers[entries_[k].second];
    eliminate(f);
  });
  if (failed_) team_.give_up();
  return !team_.settle();
}

// Hands share a large front: block by block the rows below it and the columns behind it, then the
// update's columns. The BLAS's own threads would go on spinning after their work, on cores that
// others need, and take no part in what children leave.
void TreeCholesky::eliminate(Front& f) {
  const int height = static_cast<int>(f.height()), width = static_cast<int>(f.width()),
            below = static_cast<int>(f.below());
  const int hands = f.hands, nodes = static_cast<int>(f.rows.size()) - f.pivots;
  double* columns = panel(f);
  // Adds what the children leave to the columns of nodes [begin, end) of the front, which `to`
  // holds from node `skip` on.
  const auto take = [&](int begin, int end, double* to, int skip, int rows) {
    for (const int child : f.children) {
      const Front& c = fronts_[child];
      const int n = static_cast<int>(c.in_parent.size());
      const auto place = std::lower_bound(c.in_parent.begin(), c.in_parent.end(), begin);
      for (int k = static_cast<int>(place - c.in_parent.begin()); k < n && c.in_parent[k] < end;
           ++k) {
        for (int d = 0; d < 3; ++d) {
          const double* from = c.update + static_cast<std::size_t>(3 * k + d) * 3 * n;
          double* column = to + static_cast<std::size_t>(3 * (c.in_parent[k] - skip) + d) * rows;
          for (int e = d; e < 3; ++e) column[3 * (c.in_parent[k] - skip) + e] += from[3 * k + e];
          for (int l = k + 1; l < n; ++l) {
            double* three = column + 3 * (c.in_parent[l] - skip);
            three[0] += from[3 * l];
            three[1] += from[3 * l + 1];
            three[2] += from[3 * l + 2];
          }
        }
      }
    }
  };
  side_by_side(hands, [&](int hand) {
    take(f.pivots * hand / hands, f.pivots * (hand + 1) / hands, columns, 0, height);
  });
  const int block = hands > 1 ? kBlock : width;
  for (int at = 0; at < width; at += block) {
    const int wide = std::min(block, width - at), next = at + wide, rows = (height - next) / 3;
    double* corner = columns + static_cast<std::size_t>(at) * height + at;
    int info = 0;
    dpotrf_("L", &wide, corner, &height, &info);
    if (info != 0) {
      failed_ = true;
      f.update = f.kept.data();
      return;
    }
    if (rows == 0) break;
    side_by_side(hands, [&](int hand) {
      const int first = 3 * (rows * hand / hands), some = 3 * (rows * (hand + 1) / hands) - first;
      dtrsm_("R", "L", "T", "N", &some, &wide, &kOne, corner, &height, corner + wide + first,
             &height);
    });
    if (next == width) break;
    double* rest = columns + static_cast<std::size_t>(next) * height + next;
    side_by_side(hands, [&](int hand) {
      const int left = (width - next) / 3;
      subtract(corner + wide, height, wide, 1.0, rest, height, 3 * strip(hand, hands, left, rows),
               3 * strip(hand + 1, hands, left, rows), 3 * rows);
    });
  }
  if (below == 0) return;
  Stack& stack = stacks_[f.owner % threads_];
  const std::size_t size = f.below() * f.below();
  f.update = f.kept.empty() ? stack.room.data() + stack.used : f.kept.data();
  side_by_side(hands, [&](int hand) {
    const int begin = strip(hand, hands, nodes, nodes), end = strip(hand + 1, hands, nodes, nodes);
    subtract(columns + width, height, width, 0.0, f.update, below, 3 * begin, 3 * end, below);
    take(f.pivots + begin, f.pivots + end, f.update, f.pivots, below);
  });
  for (const int child : f.children)  // the children's updates make room
    if (fronts_[child].kept.empty()) stack.used -= fronts_[child].below() * fronts_[child].below();
  if (f.kept.empty()) {
    double* to = stack.room.data() + stack.used;
    if (to != f.update) std::memmove(to, f.update, size * sizeof(double));
    f.update = to;
    stack.used += size;
  }
}

// Every number of the reached fronts of this process: where it stands in its worker's vector, and
// which unknown it is.
template <class Use>
void TreeCholesky::each_of_ours(const Use& use) const {
  std::vector<int> order(place_.size());
  for (std::size_t k = 0; k < place_.size(); ++k) order[place_[k]] = static_cast<int>(k);
  for (const Front& f : fronts_)
    if (ours(f.owner) && row_[f.first] >= 0)
      for (int k = f.first; k < f.first + f.pivots; ++k)
        for (int d = 0; d < 3; ++d) use(f.owner % threads_, row_[k] + d, 3 * order[k] + d);
}

// Marks the fronts on the way from these nodes to the root; returns how many rows they have.
Eigen::Index TreeCholesky::reach(const std::vector<int>& nodes) {
  reached_.assign(fronts_.size(), 0);
  row_.assign(place_.size(), -1);
  std::vector<int> front_of(place_.size());
  for (std::size_t f = 0; f < fronts_.size(); ++f)
    for (int k = 0; k < fronts_[f].pivots; ++k)
      front_of[fronts_[f].first + k] = static_cast<int>(f);
  for (const int node : nodes)
    for (int f = front_of[place_[node]]; f >= 0 && reached_[f] == 0; f = fronts_[f].parent)
      reached_[f] = 1;
  int rows = 0;
  for (std::size_t f = 0; f < fronts_.size(); ++f)
    for (int k = 0; k < fronts_[f].pivots && reached_[f] != 0; ++k, rows += 3)
      row_[fronts_[f].first + k] = rows;
  return rows;
}

Eigen::Index TreeCholesky::reach_all() {
  reached_.assign(fronts_.size(), 1);
  row_.resize(place_.size());
  for (std::size_t k = 0; k < row_.size(); ++k) row_[k] = static_cast<int>(3 * k);
  return static_cast<Eigen::Index>(3 * place_.size());
}

VectorXd TreeCholesky::solve(const VectorXd& right_hand_side) {
  const auto rows = reach_all();
  vectors_.assign(threads_, MatrixXd::Zero(rows, 1));
  each_of_ours([&](int worker, int row, int unknown) {
    vectors_[worker](row, 0) = right_hand_side[unknown];
  });
  walk(*plan_, Crossing::sums, [&](const Front& f) { forward(f); });
  return downwards();
}

VectorXd TreeCholesky::downwards() {
  walk(*plan_, Crossing::solution, [&](const Front& f) { backward(f); });
  VectorXd x = VectorXd::Zero(static_cast<Eigen::Index>(3 * place_.size()));
  each_of_ours([&](int worker, int row, int unknown) { x[unknown] = vectors_[worker](row, 0); });
  return team_.sum(x);
}

// With the factor L the compliance is the product of L^-1 E with itself, and a column of that is
// empty but on its way to the root.
bool TreeCholesky::compliance(const std::vector<int>& unknowns, MatrixXd& c) {
  const auto columns = static_cast<Eigen::Index>(unknowns.size());
  std::vector<int> nodes;
  for (const int u : unknowns) nodes.push_back(u / 3);
  vectors_.assign(threads_, MatrixXd::Zero(reach(nodes), columns));
  std::map<int, Eigen::Index> column_of;
  for (Eigen::Index j = 0; j < columns; ++j) column_of[unknowns[j]] = j;
  each_of_ours([&](int worker, int row, int unknown) {
    if (const auto j = column_of.find(unknown); j != column_of.end())
      vectors_[worker](row, j->second) = 1.0;
  });
  walk(*plan_, Crossing::sums, [&](const Front& f) { forward(f); });
  c = MatrixXd::Zero(columns, columns);
  for (const Front& f : fronts_) {
    if (reached_[&f - fronts_.data()] == 0 || !ours(f.owner)) continue;
    const auto rows = vectors_[f.owner % threads_].middleRows(row_[f.first],
                                                              static_cast<Eigen::Index>(f.width()));
    c.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
  }
  c.triangularView<Eigen::StrictlyUpper>() = c.transpose();
  if (!team_.alone()) c = team_.sum(VectorXd(c.reshaped())).reshaped(columns, columns).eval();
  halfway_ = std::move(vectors_);
  halfway_row_ = row_;
  return true;
}

VectorXd TreeCholesky::answer(const VectorXd& forces) {
  const auto rows = reach_all();
  vectors_.assign(threads_, MatrixXd::Zero(rows, 1));
  for (const Front& f : fronts_) {
    if (halfway_row_[f.first] < 0 || !ours(f.owner)) continue;
    const auto width = static_cast<Eigen::Index>(f.width());
    const int worker = f.owner % threads_;
    vectors_[worker].middleRows(row_[f.first], width) =
        halfway_[worker].middleRows(halfway_row_[f.first], width) * forces;
  }
  return downwards();
}

void TreeCholesky::forward(const Front& f) {
  if (reached_[&f - fronts_.data()] == 0) return;
  MatrixXd& v = vectors_[f.owner % threads_];
  const int height = static_cast<int>(f.height()), width = static_cast<int>(f.width()),
            below = static_cast<int>(f.below()), step = 1;
  const int rows = static_cast<int>(v.rows()), wide = static_cast<int>(v.cols());
  const double one = 1.0, zero = 0.0;
  const double* columns = panel(f);
  double* pivots = v.data() + row_[f.first];
  if (wide == 1) dtrsv_("L", "N", "N", &width, columns, &height, pivots, &step);
  else dtrsm_("L", "L", "N", "N", &width, &wide, &one, columns, &height, pivots, &rows);
  if (below == 0) return;
  std::vector<double> sum(static_cast<std::size_t>(below) * wide);
  if (wide == 1)
    dgemv_("N", &below, &width, &one, columns + width, &height, pivots, &step, &zero, sum.data(),
           &step);
  else
    dgemm_("N", "N", &below, &wide, &width, &one, columns + width, &height, pivots, &rows, &zero,
           sum.data(), &below);
  for (int j = 0; j < wide; ++j)
    for (int i = 0; i < below; ++i)
      v(row_[f.rows[f.pivots + i / 3]] + i % 3, j) -= sum[static_cast<std::size_t>(j) * below + i];
}

void TreeCholesky::backward(const Front& f) {
  MatrixXd& v = vectors_[f.owner % threads_];
  const int height = static_cast<int>(f.height()), width = static_cast<int>(f.width()),
            below = static_cast<int>(f.below()), step = 1;
  const double one = 1.0, minus = -1.0;
  const double* columns = panel(f);
  double* pivots = v.data() + row_[f.first];
  if (below > 0) {
    std::vector<double> known(below);
    for (int i = 0; i < below; ++i) known[i] = v(row_[f.rows[f.pivots + i / 3]] + i % 3, 0);
    dgemv_("T", &below, &width, &minus, columns + width, &height, known.data(), &step, &one, pivots,
           &step);
  }
  dtrsv_("L", "T", "N", &width, columns, &height, pivots, &step);
}

double TreeCholesky::bytes() const {
  std::size_t numbers = 0;
  for (const auto& [room, size] : rooms_) numbers += size;
  return team_.sum(8.0 * static_cast<double>(numbers) + 12.0 * static_cast<double>(part_.count()));
}

}  // namespace percuta::fem
