#include "transport/patch_transport.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/parallel.h"

namespace percuta::fem {
namespace {

constexpr double kGamma = 1.0 - 0.70710678118654752440;
constexpr int kChunks = 32;           // of the boxes: the same sums on any number of threads
constexpr double kInnerError = 0.02;  // of a diffusion solve, over what a step may have
constexpr int kMostSweeps = 2000;
constexpr std::size_t kLanes = PatchTransport::kLanes;
using Lanes = std::array<double, kLanes>;

/// LU of a small dense matrix in place, without exchanging rows; false when it cannot.
bool factor(double* a, int n) {
  for (int k = 0; k < n; ++k) {
    if (!(std::abs(a[k * n + k]) > 1e-6)) return false;
    const double inverse = 1.0 / a[k * n + k];
    for (int i = k + 1; i < n; ++i) {
      double& l = a[i * n + k];
      if (l == 0.0) continue;
      l *= inverse;
      for (int j = k + 1; j < n; ++j) a[i * n + j] -= l * a[k * n + j];
    }
  }
  return true;
}

void solve(const double* a, int n, double* x) {
  for (int i = 1; i < n; ++i)
    for (int j = 0; j < i; ++j) x[i] -= a[i * n + j] * x[j];
  for (int i = n - 1; i >= 0; --i) {
    for (int j = i + 1; j < n; ++j) x[i] -= a[i * n + j] * x[j];
    x[i] /= a[i * n + i];
  }
}

/// x/(exp(x) - 1).
double bernoulli(double x) { return std::abs(x) < 1e-8 ? 1.0 - 0.5 * x : x / std::expm1(x); }

/// Sums over boxes, chunk by chunk, then over processes.
class Sums {
 public:
  explicit Sums(std::size_t count) : count_(count), parts_(kChunks * count, 0.0) {}
  double* of(std::size_t chunk) { return &parts_[chunk * count_]; }
  Eigen::VectorXd total(const Team& team) const {
    Eigen::VectorXd out = Eigen::VectorXd::Zero(static_cast<int>(count_));
    for (std::size_t c = 0; c < kChunks; ++c)
      for (std::size_t k = 0; k < count_; ++k) out[static_cast<int>(k)] += parts_[c * count_ + k];
    return team.sum(std::move(out));
  }

 private:
  std::size_t count_;
  std::vector<double> parts_;
};

}  // namespace

template <class Do>
void PatchTransport::over_boxes(Do work) const {
  const long n = mesh_.owned();
  core::in_parallel(kChunks, threads_, [&](std::size_t chunk, bool) {
    const auto begin = static_cast<int>(n * static_cast<long>(chunk) / kChunks),
               end = static_cast<int>(n * static_cast<long>(chunk + 1) / kChunks);
    work(begin, end, chunk);
  });
}

PatchTransport::PatchTransport(const PatchMesh& mesh, std::vector<PatchField> fields,
                               std::vector<char> deep, std::shared_ptr<const Reactions> reactions,
                               const StiffSettings& settings, int threads, const Team& team)
    : mesh_(mesh),
      field_(std::move(fields)),
      deep_(std::move(deep)),
      reactions_(std::move(reactions)),
      settings_(settings),
      threads_(threads),
      fields_(static_cast<int>(field_.size())),
      team_(team) {
  for (const bool everywhere : {true, false})
    for (int f = 0; f < fields_; ++f)
      if (field_[f].everywhere == everywhere && field_[f].diffusivity > 0.0) moving_.push_back(f);
  const auto place = [&](int f) {
    return static_cast<int>(std::find(moving_.begin(), moving_.end(), f) - moving_.begin());
  };
  for (const int f : moving_)
    if (field_[f].walks_up >= 0 && field_[f].mobility != 0.0)
      walks_.push_back({f, place(f), place(field_[f].walks_up)});
  if (moving_.size() > kLanes) throw std::invalid_argument("too many fields move in a patch");
  for (std::size_t d = 0; d < moving_.size(); ++d) {
    diffusivity_[d] = field_[moving_[d]].diffusivity;
    diffusivity_everywhere_[d] = field_[moving_[d]].everywhere ? diffusivity_[d] : 0.0;
  }
  const std::size_t n = mesh.owned();
  for (const auto& b : mesh.box) volume_.push_back(b.volume());
  y_.resize(n * fields_);
  for (std::size_t k = 0; k < y_.size(); ++k)
    y_[k] = field_[k % static_cast<std::size_t>(fields_)].rest;
  for (auto* v : {&next_, &rate_, &k1_, &k2_, &middle_}) v->assign(y_.size(), 0.0);
  lu_.resize(n * fields_ * fields_);
  // Whether a neighbour of another process is deep is asked once.
  std::vector<double> deep_all((n + mesh.ghosts) * kLanes, 0.0);
  for (std::size_t k = 0; k < n * kLanes; ++k) deep_all[k] = deep_[k / kLanes];
  exchange(deep_all);
  for (int g = 0; g < mesh.ghosts; ++g) deep_.push_back(deep_all[(n + g) * kLanes] > 0.5);
  for (auto* v : {&about_, &p_}) v->assign((n + mesh.ghosts) * kLanes, 0.0);
  for (auto* v : {&q_, &x_, &t_, &over_diagonal_}) v->assign(n * kLanes, 0.0);
}

void PatchTransport::restart(double t, double step) {
  time_ = t;
  h_ = step;
  fresh_ = false;
}

void PatchTransport::exchange(std::vector<double>& moving) const {
  if (mesh_.neighbours.empty()) return;
  std::vector<std::vector<double>> out;
  std::vector<Team::Post> posts;
  for (const auto& n : mesh_.neighbours) {
    auto& sent = out.emplace_back();
    for (const int k : n.sends)
      sent.insert(sent.end(), &moving[k * kLanes], &moving[k * kLanes] + kLanes);
  }
  for (std::size_t k = 0; k < out.size(); ++k) {
    const auto& n = mesh_.neighbours[k];
    posts.push_back({n.process, out[k], {&moving[n.first * kLanes], n.receives * kLanes}});
  }
  team_.exchange(posts);
}

/// What flows into a box by diffusion, of every field that moves [m^3/s per unit].
Lanes PatchTransport::inflow(const std::vector<double>& all, int box) const {
  Lanes everywhere{}, deep{};
  const double* here = &all[static_cast<std::size_t>(box) * kLanes];
  for (int k = mesh_.first[box]; k < mesh_.first[box + 1]; ++k) {
    const int other = mesh_.other[k];
    const double* there = &all[static_cast<std::size_t>(other) * kLanes];
    auto& sum = deep_[box] && deep_[other] ? deep : everywhere;
    for (std::size_t d = 0; d < kLanes; ++d) sum[d] += mesh_.conductance[k] * (there[d] - here[d]);
  }
  for (std::size_t d = 0; d < kLanes; ++d)
    deep[d] = diffusivity_[d] * deep[d] + diffusivity_everywhere_[d] * everywhere[d];
  return deep;
}

void PatchTransport::add_walks(int box, double* dy) const {
  const auto& all = about_;
  const std::size_t here = static_cast<std::size_t>(box) * kLanes;
  for (const auto& [f, place, up] : walks_) {
    const double d = field_[f].diffusivity, u = all[here + place], c = all[here + up];
    double gain = 0.0;
    for (int k = mesh_.first[box]; k < mesh_.first[box + 1]; ++k) {
      const int other = mesh_.other[k];
      const std::size_t there = static_cast<std::size_t>(other) * kLanes;
      if (!field_[f].everywhere && !(deep_[box] && deep_[other])) continue;
      const double peclet = field_[f].mobility * (all[there + up] - c) / d;
      gain -= mesh_.conductance[k] * d *
              ((bernoulli(-peclet) - 1.0) * u - (bernoulli(peclet) - 1.0) * all[there + place]);
    }
    dy[f] += gain / volume_[box];
  }
}

void PatchTransport::rates(double t, const std::vector<double>& y, std::vector<double>& dy) {
  const std::size_t m = moving_.size(), n = fields_;
  over_boxes([&](int begin, int end, std::size_t) {
    for (std::size_t c = begin; c < static_cast<std::size_t>(end); ++c)
      for (std::size_t d = 0; d < m; ++d) about_[c * kLanes + d] = y[c * n + moving_[d]];
  });
  exchange(about_);
  over_boxes([&](int begin, int end, std::size_t) {
    for (int c = begin; c < end; ++c) {
      double* out = &dy[c * n];
      if (reactions_ != nullptr) reactions_->rates(t, c, &y[c * n], out);
      else std::fill(out, out + n, 0.0);
      const Lanes flow = inflow(about_, c);
      for (std::size_t d = 0; d < m; ++d) out[moving_[d]] += flow[d] / volume_[c];
      add_walks(c, out);
      for (std::size_t f = 0; f < n; ++f)
        if (!deep_[c] && !field_[f].everywhere) out[f] = 0.0;
    }
  });
  ++cost_.evaluations;
}

bool PatchTransport::factorise(double h) {
  const std::size_t n = fields_;
  std::vector<char> failed(kChunks, 0);
  over_boxes([&](int begin, int end, std::size_t chunk) {
    for (std::size_t c = begin; c < static_cast<std::size_t>(end); ++c) {
      double* a = &lu_[c * n * n];
      if (reactions_ != nullptr) reactions_->jacobian(time_, static_cast<int>(c), &y_[c * n], a);
      else std::fill(a, a + n * n, 0.0);
      for (std::size_t f = 0; f < n; ++f)
        for (std::size_t g = 0; g < n; ++g) {
          const bool absent = !deep_[c] && !(field_[f].everywhere && field_[g].everywhere);
          a[f * n + g] = (f == g ? 1.0 : 0.0) - (absent ? 0.0 : kGamma * h * a[f * n + g]);
        }
      if (!factor(a, static_cast<int>(n))) failed[chunk] = 1;
      double* diagonal = &over_diagonal_[c * kLanes];
      std::fill(diagonal, diagonal + kLanes, volume_[c]);
      for (int k = mesh_.first[c]; k < mesh_.first[c + 1]; ++k) {
        const auto& by = deep_[c] && deep_[mesh_.other[k]] ? diffusivity_ : diffusivity_everywhere_;
        for (std::size_t d = 0; d < kLanes; ++d)
          diagonal[d] += kGamma * h * by[d] * mesh_.conductance[k];
      }
      for (std::size_t d = 0; d < kLanes; ++d) diagonal[d] = 1.0 / diagonal[d];
    }
  });
  return !team_.any(std::any_of(failed.begin(), failed.end(), [](char f) { return f != 0; }));
}

/// Solves A k = rhs in place.
void PatchTransport::stage(double h, std::vector<double>& rhs) {
  const std::size_t n = fields_;
  over_boxes([&](int begin, int end, std::size_t) {
    for (std::size_t c = begin; c < static_cast<std::size_t>(end); ++c)
      solve(&lu_[c * n * n], fields_, &rhs[c * n]);
  });
  if (!moving_.empty()) diffuse(h, rhs);
}

/// Squares of what a diffusion solve may leave, r^2/V summed, of each field.
Lanes PatchTransport::inner_limits(double h) const {
  const std::size_t n = fields_, m = moving_.size();
  Sums sums_of(2 * kLanes);
  over_boxes([&](int begin, int end, std::size_t chunk) {
    double* sums = sums_of.of(chunk);
    for (int c = begin; c < end; ++c)
      for (std::size_t d = 0; d < m; ++d) {
        const auto& field = field_[moving_[d]];
        if (!deep_[c] && !field.everywhere) continue;
        const double off = y_[c * n + moving_[d]] - field.rest;
        sums[d] += volume_[c] * off * off;
        sums[kLanes + d] += volume_[c];
      }
  });
  const Eigen::VectorXd all = sums_of.total(team_);
  Lanes out{};
  for (std::size_t d = 0; d < m; ++d) {
    const double whole = all[static_cast<int>(kLanes + d)];
    const double limit =
        kInnerError / h *
        (settings_.absolute_tolerance +
         settings_.relative_tolerance * std::sqrt(all[static_cast<int>(d)] / whole));
    out[d] = limit * limit * whole;
  }
  return out;
}

/// r^2/diagonal and r^2/V of the residuals of a box, added to sums.
void PatchTransport::add_squares(std::size_t box, double* sums) const {
  const double over_volume = 1.0 / volume_[box];
  for (std::size_t d = 0; d < kLanes; ++d) {
    const double r = q_[box * kLanes + d];
    sums[d] += r * r * over_diagonal_[box * kLanes + d];
    sums[kLanes + d] += r * r * over_volume;
  }
}

/// Begins with x = rhs, since what is smooth is nearly solved; gives the squares of its residual.
Eigen::VectorXd PatchTransport::begin_diffusion(double gh, const std::vector<double>& rhs) {
  const std::size_t n = fields_, m = moving_.size();
  over_boxes([&](int begin, int end, std::size_t) {
    for (std::size_t c = begin; c < static_cast<std::size_t>(end); ++c)
      for (std::size_t d = 0; d < m; ++d)
        p_[c * kLanes + d] = x_[c * kLanes + d] = rhs[c * n + moving_[d]];
  });
  exchange(p_);
  Sums squares(2 * kLanes);
  over_boxes([&](int begin, int end, std::size_t chunk) {
    for (int c = begin; c < end; ++c) {
      const Lanes flow = inflow(p_, c);
      for (std::size_t d = 0; d < kLanes; ++d) q_[c * kLanes + d] = gh * flow[d];
      add_squares(c, squares.of(chunk));
    }
  });
  return squares.total(team_);
}

/// p <- r/diagonal + beta p; gives p A p.
Eigen::VectorXd PatchTransport::turn(double gh, const Lanes& beta) {
  over_boxes([&](int begin, int end, std::size_t) {
    for (std::size_t c = begin; c < static_cast<std::size_t>(end); ++c)
      for (std::size_t d = 0; d < kLanes; ++d) {
        const std::size_t at = c * kLanes + d;
        p_[at] = q_[at] * over_diagonal_[at] + beta[d] * p_[at];
      }
  });
  exchange(p_);
  Sums curvature(kLanes);
  over_boxes([&](int begin, int end, std::size_t chunk) {
    double* sums = curvature.of(chunk);
    for (int c = begin; c < end; ++c) {
      const Lanes flow = inflow(p_, c);
      for (std::size_t d = 0; d < kLanes; ++d) {
        const std::size_t at = c * kLanes + d;
        t_[at] = volume_[c] * p_[at] - gh * flow[d];
        sums[d] += p_[at] * t_[at];
      }
    }
  });
  return curvature.total(team_);
}

/// x <- x + alpha p; gives the squares of the residual that is left.
Eigen::VectorXd PatchTransport::go_along(const Lanes& alpha) {
  Sums squares(2 * kLanes);
  over_boxes([&](int begin, int end, std::size_t chunk) {
    for (std::size_t c = begin; c < static_cast<std::size_t>(end); ++c) {
      for (std::size_t d = 0; d < kLanes; ++d) {
        const std::size_t at = c * kLanes + d;
        x_[at] += alpha[d] * p_[at];
        q_[at] -= alpha[d] * t_[at];
      }
      add_squares(c, squares.of(chunk));
    }
  });
  return squares.total(team_);
}

/// (V + gamma h D G) x = V rhs for every field that moves, side by side, by conjugate gradients.
void PatchTransport::diffuse(double h, std::vector<double>& rhs) {
  const double gh = kGamma * h;
  const Lanes limit = inner_limits(h);
  std::array<bool, kLanes> done{};
  const auto all_done = [&](const Eigen::VectorXd& squares) {
    for (int d = 0; d < static_cast<int>(kLanes); ++d)
      done[d] = squares[static_cast<int>(kLanes) + d] <= limit[d];
    return std::all_of(done.begin(), done.end(), [](bool is) { return is; });
  };
  Eigen::VectorXd now = begin_diffusion(gh, rhs);
  std::fill(p_.begin(), p_.end(), 0.0);
  Lanes beta{};
  for (int sweep = 0; !all_done(now); ++sweep) {
    if (sweep == kMostSweeps) throw core::SolveError("diffusion in the patch was not solved");
    const Eigen::VectorXd curvature = turn(gh, beta);
    Lanes alpha{};
    for (int d = 0; d < static_cast<int>(kLanes); ++d)
      if (curvature[d] > 0.0 && !done[d]) alpha[d] = now[d] / curvature[d];
    const Eigen::VectorXd next = go_along(alpha);
    for (int d = 0; d < static_cast<int>(kLanes); ++d)
      beta[d] = now[d] > 0.0 ? next[d] / now[d] : 0.0;
    now = next;
    ++cost_.sweeps;
  }
  const std::size_t n = fields_, m = moving_.size();
  over_boxes([&](int begin, int end, std::size_t) {
    for (std::size_t c = begin; c < static_cast<std::size_t>(end); ++c)
      for (std::size_t d = 0; d < m; ++d) rhs[c * n + moving_[d]] = x_[c * kLanes + d];
  });
}

/// The largest error of a field over what it may have; infinite for what is not allowed.
double PatchTransport::error_of(double h) {
  const std::size_t n = fields_;
  Sums of(3 * n + 1);
  over_boxes([&](int begin, int end, std::size_t chunk) {
    double* sums = of.of(chunk);
    for (std::size_t c = begin; c < static_cast<std::size_t>(end); ++c)
      for (std::size_t f = 0; f < n; ++f) {
        if (!deep_[c] && !field_[f].everywhere) continue;
        const std::size_t at = c * n + f;
        const double e = 0.5 * h * (k1_[at] + k2_[at]), off = next_[at] - field_[f].rest;
        sums[f] += volume_[c] * e * e;
        sums[n + f] += volume_[c] * off * off;
        sums[2 * n + f] += volume_[c];
        if (!(next_[at] >= -settings_.most_negative)) sums[3 * n] += 1.0;
      }
  });
  const Eigen::VectorXd all = of.total(team_);
  if (all[3 * n] > 0.0 || !all.allFinite()) return std::numeric_limits<double>::infinity();
  double out = 0.0;
  for (std::size_t f = 0; f < n; ++f) {
    const double whole = all[2 * n + f];
    if (!(whole > 0.0)) continue;
    out = std::max(out, std::sqrt(all[f] / whole) /
                            (settings_.absolute_tolerance +
                             settings_.relative_tolerance * std::sqrt(all[n + f] / whole)));
  }
  return out;
}

double PatchTransport::attempt(double h) {
  if (!factorise(h)) return std::numeric_limits<double>::infinity();
  k1_ = rate_;
  stage(h, k1_);
  const auto combine = [&](std::vector<double>& to, auto of) {
    over_boxes([&](int begin, int end, std::size_t) {
      for (auto k = static_cast<std::size_t>(begin) * fields_,
                until = static_cast<std::size_t>(end) * fields_;
           k < until; ++k)
        to[k] = of(k);
    });
  };
  combine(middle_, [&](std::size_t k) { return y_[k] + h * k1_[k]; });
  rates(time_ + h, middle_, k2_);
  combine(k2_, [&](std::size_t k) { return k2_[k] - 2.0 * k1_[k]; });
  stage(h, k2_);
  combine(next_, [&](std::size_t k) { return y_[k] + h * (1.5 * k1_[k] + 0.5 * k2_[k]); });
  return error_of(h);
}

/// A step in which the fastest field changes by a hundredth of what it has, or of one.
double PatchTransport::first_step(double longest) {
  const std::size_t n = fields_;
  Sums of(2 * n);
  over_boxes([&](int begin, int end, std::size_t chunk) {
    double* sums = of.of(chunk);
    for (std::size_t at = begin * n; at < end * n; ++at) {
      const std::size_t f = at % n;
      sums[f] += volume_[at / n] * rate_[at] * rate_[at];
      const double off = y_[at] - field_[f].rest;
      sums[n + f] += volume_[at / n] * off * off;
    }
  });
  const Eigen::VectorXd all = of.total(team_);
  double fastest = 1.0 / longest;
  for (std::size_t f = 0; f < n; ++f)
    if (all[f] > 0.0)
      fastest = std::max(fastest, std::sqrt(all[f] / std::max(all[n + f], 1e-6 * all.sum())));
  return std::min(longest, 0.01 / fastest);
}

void PatchTransport::advance(double until, const Visit& visit) {
  if (until <= time_) return;
  if (!fresh_) rates(time_, y_, rate_);
  fresh_ = true;
  if (visit) visit(time_, y_, rate_);
  if (!(h_ > 0.0) && until > time_) h_ = first_step(until - time_);
  while (time_ < until) {
    const double left = until - time_;
    const bool fixed = settings_.fixed_step > 0.0;
    const double wanted = fixed ? settings_.fixed_step : h_;
    // The last two steps share what is left.
    const double h = left <= 1.0001 * wanted ? left : std::min(wanted, 0.5 * left);
    const double error = attempt(h);
    const double factor = std::clamp(0.85 / std::sqrt(std::max(error, 1e-12)), 0.2, 2.5);
    if (error > 1.0 && !fixed) {
      h_ = h * factor;
      ++cost_.rejected;
      if (h_ < 1e-12 * std::max(1.0, time_) || cost_.rejected > settings_.most_steps)
        throw core::SolveError(fmt::format("the patch found no step beyond {:.4g} s", time_));
      continue;
    }
    if (!std::isfinite(error))
      throw core::SolveError(fmt::format("the patch found no step beyond {:.4g} s", time_));
    y_.swap(next_);
    time_ = h == left ? until : time_ + h;
    // A step cut short by the end says nothing against the one that was wanted.
    h_ = h < 0.999 * wanted ? std::max(wanted, h * factor) : h * factor;
    if (++cost_.steps > settings_.most_steps)
      throw core::SolveError("the patch took too many steps");
    rates(time_, y_, rate_);
    if (visit) visit(time_, y_, rate_);
  }
}

}  // namespace percuta::fem
