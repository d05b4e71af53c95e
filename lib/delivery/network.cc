// The network level: nodes exchange solute by conductances, in time by the implicit Runge-Kutta
// method of two stages that is stable for any step (SDIRK2, gamma = 1 - 1/sqrt 2). Amounts change
// by what flows along edges, so that nothing is lost whatever the accuracy of a solve.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "mesh.h"
#include "percuta/core/errors.h"
#include "percuta/delivery/delivery.h"
#include "skyline.h"

namespace percuta::delivery {
namespace {

constexpr double kGamma = 1.0 - 0.5 * std::numbers::sqrt2;
constexpr double kFirstStep = 1e-6;    // over the duration, after each event
constexpr double kLongestStep = 0.02;  // over the duration
constexpr double kSmallest = 1e-14;    // steps over the duration, and open shares

/// What has gone where, per area [kg/m^2], or how fast [kg/m^2/s].
struct Sums {
  double entered = 0.0, cleared = 0.0, through = 0.0;
};

class Run {
 public:
  Run(const Problem& p, const Settings& s)
      : p_(p), s_(s), mesh_(mesh_of(p, s)), matrix_(mesh_.first) {
    const auto n = static_cast<std::size_t>(mesh_.nodes());
    for (auto* v : {&content_, &u_, &rhs_, &rate1_, &rate2_, &stage_, &diagonal_})
      v->assign(n, 0.0);
    fixed_.assign(n, false);
    for (const auto& cell : mesh_.cells)
      content_[static_cast<std::size_t>(cell.node)] =
          mesh_.storage[static_cast<std::size_t>(cell.node)] * p.layers[cell.layer].initial;
    for (const auto& cell : mesh_.cells)
      u_[static_cast<std::size_t>(cell.node)] = p.layers[cell.layer].initial;
    initial_ = skin();
  }

  Course all(core::Observer& observer) {
    begin();
    const auto events = event_times(p_);
    double step = kFirstStep * p_.duration;
    record();
    for (auto next = events.begin(); next != events.end(); ++next) {
      while (time_ < *next - kSmallest * p_.duration) {
        if (s_.steps > 0) step = p_.duration / s_.steps;
        const double left = *next - time_;
        const bool last = step >= left * (1.0 - 1e-9);
        const double taken = last ? left : step;
        const double grow = advance(taken);
        if (grow < 1.0 && s_.steps == 0) {  // refused
          step = taken * grow;
          if (step < kSmallest * p_.duration)
            throw core::SolveError("delivery: steps became too small; try fewer cells");
          continue;
        }
        if (!last || grow > 1.0) step = std::max(taken * std::min(grow, 2.0), last ? step : 0.0);
        step = std::min(step, kLongestStep * p_.duration);
        if (last) time_ = *next;
        record();
      }
      time_ = *next;
      if (event()) {
        step = kFirstStep * p_.duration;
        record();
      }
      if (std::find(p_.report_times.begin(), p_.report_times.end(), time_) != p_.report_times.end())
        profile();
      core::report(observer, "delivery", time_ / p_.duration);
    }
    return finished();
  }

 private:
  std::size_t last_vehicle() const { return static_cast<std::size_t>(mesh_.vehicle_nodes) - 1; }
  bool reservoir() const { return p_.vehicle.donor == Donor::reservoir; }

  void begin() {
    time_ = 0.0;
    event();
    if (std::find(p_.report_times.begin(), p_.report_times.end(), 0.0) != p_.report_times.end())
      profile();
  }

  /// Applications and the washing off at the present time.
  bool event() {
    const auto now = happen(film_, p_.vehicle, time_);
    for (int k = 0; k < mesh_.vehicle_nodes; ++k) {
      auto& content = content_[static_cast<std::size_t>(k)];
      if (now.washed) washed_ += std::exchange(content, 0.0);
      content += now.amount / mesh_.vehicle_nodes;
    }
    applied_ += now.amount;
    if (!film_.there) now_.entered = 0.0;
    return now.washed || now.laid;
  }

  double scale(const Edge& e, double slice) const {
    const auto& v = p_.vehicle;
    switch (e.kind) {
      case Kind::tissue:
      case Kind::channel:
        return e.conductance;
      case Kind::vehicle:
        return film_.there ? v.diffusivity / slice : 0.0;
      case Kind::surface:
        if (!film_.there) return 0.0;
        return mesh_.vehicle_nodes == 1 ? e.conductance
                                        : 1.0 / (1.0 / e.conductance + 0.5 * slice / v.diffusivity);
      case Kind::mouth:
        return film_.there ? 1.0 / (1.0 / e.conductance + e.barrier / open_[e.channels]) : 0.0;
    }
    return 0.0;
  }

  /// Conductances at a time.
  void weigh(double time) {
    open_.clear();
    for (const auto& c : p_.channels)
      open_.push_back(std::max(kSmallest, open_share(c, p_.cover, time)));
    slice_ = film_.thickness(p_.vehicle, time) / mesh_.vehicle_nodes;
    weight_.resize(mesh_.edges.size());
    for (std::size_t k = 0; k < weight_.size(); ++k) weight_[k] = scale(mesh_.edges[k], slice_);
  }

  /// Vehicle cells whose u is known: of a reservoir, saturated, or not there.
  double known() const {
    if (!film_.there) return 0.0;
    return reservoir() ? std::min(p_.vehicle.concentration, p_.vehicle.solubility)
                       : p_.vehicle.solubility;
  }

  /// u such that S u = rhs + w dS/dt; the vehicle saturated where its content says so.
  void solve(double w) {
    const std::size_t vehicle = last_vehicle() + 1;
    for (std::size_t k = 0; k < vehicle; ++k)
      fixed_[k] = reservoir() || !film_.there || rhs_[k] > slice_ * p_.vehicle.solubility;
    for (int tries = 0; tries < 40; ++tries) {
      solve_linear(w);
      if (reservoir() || !film_.there) return;
      bool changed = false;
      flows(u_, stage_);
      for (std::size_t k = 0; k < vehicle; ++k) {
        const double full = slice_ * p_.vehicle.solubility;
        if (fixed_[k] ? rhs_[k] + w * stage_[k] < full * (1.0 - 1e-12)
                      : u_[k] > p_.vehicle.solubility * (1.0 + 1e-12)) {
          fixed_[k] = !fixed_[k];
          changed = true;
        }
      }
      if (!changed) return;
    }
    throw core::SolveError("delivery: which part of the vehicle is saturated was not found");
  }

  void solve_linear(double w) {
    matrix_.clear();
    const auto n = static_cast<std::size_t>(mesh_.nodes());
    for (std::size_t k = 0; k < n; ++k) {
      const bool vehicle = k <= last_vehicle();
      const double storage = vehicle ? slice_ : mesh_.storage[k];
      diagonal_[k] = fixed_[k] ? 1.0 : storage + w * mesh_.sink[k];
      u_[k] = fixed_[k] ? known() : rhs_[k];
    }
    const auto bottom = static_cast<std::size_t>(mesh_.cells.back().node);
    diagonal_[bottom] += w * mesh_.to_below;
    u_[bottom] += w * mesh_.to_below * p_.below;
    for (std::size_t k = 0; k < weight_.size(); ++k) {
      const auto a = static_cast<std::size_t>(mesh_.edges[k].a),
                 b = static_cast<std::size_t>(mesh_.edges[k].b);
      const double g = w * weight_[k];
      if (fixed_[a] && fixed_[b]) continue;
      if (!fixed_[a]) diagonal_[a] += g;
      if (!fixed_[b]) diagonal_[b] += g;
      if (fixed_[a]) u_[b] += g * known();
      else if (fixed_[b]) u_[a] += g * known();
      else matrix_.at(mesh_.edges[k].b, mesh_.edges[k].a) -= g;
    }
    for (std::size_t k = 0; k < n; ++k)
      matrix_.at(static_cast<int>(k), static_cast<int>(k)) = diagonal_[k];
    matrix_.solve(u_);
  }

  /// How fast amounts change; what leaves, and what leaves the vehicle.
  Sums flows(const std::vector<double>& u, std::vector<double>& rate) const {
    Sums q;
    std::fill(rate.begin(), rate.end(), 0.0);
    for (std::size_t k = 0; k < weight_.size(); ++k) {
      const auto& e = mesh_.edges[k];
      const auto a = static_cast<std::size_t>(e.a), b = static_cast<std::size_t>(e.b);
      const double flow = weight_[k] * (u[a] - u[b]);
      rate[a] -= flow;
      rate[b] += flow;
      if (e.kind == Kind::surface || e.kind == Kind::mouth) q.entered += flow;
    }
    for (const auto& cell : mesh_.cells) {
      const auto k = static_cast<std::size_t>(cell.node);
      const double gone = mesh_.sink[k] * u[k];
      rate[k] -= gone;
      q.cleared += gone;
    }
    const auto bottom = static_cast<std::size_t>(mesh_.cells.back().node);
    q.through = mesh_.to_below * (u[bottom] - p_.below);
    rate[bottom] -= q.through;
    return q;
  }

  /// One step; gives by what the next should differ, below 1 when this one is refused.
  double advance(double step) {
    const double w = kGamma * step;
    const auto n = content_.size();
    weigh(time_ + w);
    rhs_ = content_;
    solve(w);
    const Sums q1 = flows(u_, rate1_);
    weigh(time_ + step);
    for (std::size_t k = 0; k < n; ++k) rhs_[k] = content_[k] + (1.0 - kGamma) * step * rate1_[k];
    solve(w);
    const Sums q2 = flows(u_, rate2_);
    double error = 0.0;
    for (const auto& cell : mesh_.cells) {
      const auto k = static_cast<std::size_t>(cell.node);
      error += std::abs(w * (rate2_[k] - rate1_[k]));
    }
    const auto mean = [&](double a, double b) { return step * ((1.0 - kGamma) * a + kGamma * b); };
    const double entered = mean(q1.entered, q2.entered);
    double grow = 2.0;
    if (s_.steps == 0) {
      const double amount =
          std::max(std::abs(skin()) + sums_.cleared + sums_.through, std::abs(entered)) + 1e-300;
      const double ratio = error / (s_.relative_tolerance * amount);
      grow = std::clamp(0.9 / std::sqrt(ratio + 1e-300), 0.2, 2.0);
      if (ratio > 1.0) return std::min(grow, 0.9);
      grow = std::max(1.0, grow);
    }
    for (std::size_t k = 0; k < n; ++k)
      if (k > last_vehicle() || !reservoir()) content_[k] += mean(rate1_[k], rate2_[k]);
    sums_.entered += entered;
    sums_.cleared += mean(q1.cleared, q2.cleared);
    sums_.through += mean(q1.through, q2.through);
    now_ = q2;
    time_ += step;
    ++steps_;
    return grow;
  }

  double skin() const {
    double sum = 0.0;
    for (const auto& cell : mesh_.cells) sum += content_[static_cast<std::size_t>(cell.node)];
    return sum;
  }
  double on_skin() const {
    double sum = 0.0;
    for (std::size_t k = 0; k <= last_vehicle(); ++k) sum += content_[k];
    return sum;
  }

  double free_at(const Cell& cell) const {
    return p_.layers[cell.layer].partition * u_[static_cast<std::size_t>(cell.node)];
  }
  /// Between the middles of cells of the layer that a depth lies in.
  double watched() const {
    const double z = p_.watched_depth;
    const Cell* near = &mesh_.cells.back();
    std::size_t at = mesh_.cells.size() - 1;
    for (std::size_t k = 0; k < mesh_.cells.size(); ++k)
      if (z < mesh_.cells[k].bottom) {
        near = &mesh_.cells[k];
        at = k;
        break;
      }
    const auto middle = [](const Cell& c) { return 0.5 * (c.top + c.bottom); };
    const bool deeper = z > middle(*near);
    if (deeper ? at + 1 == mesh_.cells.size() : at == 0) return free_at(*near);
    const Cell& other = mesh_.cells[deeper ? at + 1 : at - 1];
    if (other.layer != near->layer) return free_at(*near);
    const double share = (z - middle(*near)) / (middle(other) - middle(*near));
    return free_at(*near) + share * (free_at(other) - free_at(*near));
  }

  void record() {
    auto& c = course_;
    c.time.push_back(time_);
    c.vehicle.push_back(on_skin());
    c.in_layers.resize(p_.layers.size());
    for (auto& layer : c.in_layers) layer.push_back(0.0);
    for (const auto& cell : mesh_.cells)
      c.in_layers[cell.layer].back() += content_[static_cast<std::size_t>(cell.node)];
    c.entered.push_back(sums_.entered);
    c.cleared.push_back(sums_.cleared);
    c.through.push_back(sums_.through);
    c.washed.push_back(washed_);
    c.flux.push_back(now_.entered);
    c.flux_through.push_back(now_.through);
    c.open.push_back(open_share(p_, time_));
    c.watched.push_back(watched());
    const double skin_now = skin();
    const double in = sums_.entered + initial_;
    const double wrong = std::abs(in - skin_now - sums_.cleared - sums_.through);
    if (in > 0.0) c.balance_error = std::max(c.balance_error, wrong / in);
    if (applied_ > 0.0)
      c.balance_error = std::max(
          c.balance_error, std::abs(applied_ - on_skin() - washed_ - sums_.entered) / applied_);
  }

  void profile() {
    course_.profile_time.push_back(time_);
    course_.profile.emplace_back();
    for (const auto& cell : mesh_.cells) course_.profile.back().push_back(free_at(cell));
  }

  Course finished() {
    for (const auto& cell : mesh_.cells) course_.depth.push_back(0.5 * (cell.top + cell.bottom));
    course_.applied = reservoir() ? kUnlimited : applied_;
    course_.steps = steps_;
    course_.unknowns = mesh_.nodes();
    return std::move(course_);
  }

  const Problem& p_;
  const Settings& s_;
  Mesh mesh_;
  Skyline matrix_;
  std::vector<double> content_, u_, rhs_, rate1_, rate2_, stage_, diagonal_, weight_, open_;
  std::vector<bool> fixed_;
  Film film_;
  Sums sums_, now_;
  Course course_;
  double time_ = 0.0, washed_ = 0.0, applied_ = 0.0, initial_ = 0.0, slice_ = 0.0;
  long steps_ = 0;
};

}  // namespace

Course network(const Problem& p, const Settings& s, core::Observer& observer) {
  check(p);
  Problem open = p;
  std::erase_if(open.channels, [](const Channels& c) { return c.density == 0.0; });
  return Run(open, s).all(observer);
}

}  // namespace percuta::delivery
