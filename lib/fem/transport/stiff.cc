#include "transport/stiff.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"

namespace percuta::fem {
namespace {

// RODAS, as transformed by its authors so that no product with the Jacobian is left.
constexpr double kGamma = 0.25;
constexpr std::array<double, 6> kAlpha{0.0, 0.386, 0.21, 0.63, 1.0, 1.0};
constexpr std::array<double, 6> kTimeGamma{0.25, -0.1043, 0.1035, -0.0362, 0.0, 0.0};
constexpr double kA[6][5] = {
    {},
    {1.544},
    {0.9466785280815826, 0.2557011698983284},
    {3.314825187068521, 2.896124015972201, 0.9986419139977817},
    {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950},
    {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0}};
constexpr double kC[6][5] = {
    {},
    {-5.6688},
    {-2.430093356833875, -0.2063599157091915},
    {-0.1073529058151375, -9.594562251023355, -20.47028614809616},
    {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
    {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136,
     -6.058818238834054}};
constexpr std::array<double, 5> kThird{10.12623508344586, -7.487995877610167, -34.80091861555747,
                                       -7.992771707568823, 1.025137723295662};
constexpr std::array<double, 5> kFourth{-0.6762803392801253, 6.087714651680015, 16.43084320892478,
                                        24.76722511418386, -6.594389125716872};

constexpr double kSafety = 0.9, kShrink = 0.2, kGrow = 6.0;
constexpr double kRefused = 1e10;  // error of a step that is no answer

}  // namespace

void StiffStep::at(double time, std::span<double> y) const {
  const double s = (time - from) / (to - from), rest = 1.0 - s;
  for (std::size_t k = 0; k < y.size(); ++k)
    y[k] = begin_[k] * rest + s * (end_[k] + rest * (third_[k] + s * fourth_[k]));
}

StiffIntegrator::StiffIntegrator(const StiffSystem& system, const StiffSettings& settings)
    : system_(system), settings_(settings), matrix_(system.pattern()) {
  const auto n = static_cast<std::size_t>(system.size());
  for (int k = 0; k < system.size(); ++k) diagonal_.push_back(matrix_.position(k, k));
  jacobian_.resize(matrix_.values().size());
  y_.assign(n, 0.0);
  for (auto* v : {&rate_, &next_, &stage_, &scratch_}) v->resize(n);
  time_rate_.assign(n, 0.0);
  k_.assign(6, std::vector<double>(n));
  for (auto* v : {&step_.begin_, &step_.end_, &step_.third_, &step_.fourth_}) v->resize(n);
  h_ = settings.first_step;
}

void StiffIntegrator::restart(double t) {
  time_ = t;
  h_ = settings_.first_step;
}

/// f, df/dy and df/dt at the beginning of a step.
void StiffIntegrator::prepare() {
  system_.rates(time_, y_, rate_);
  system_.jacobian(time_, y_, jacobian_);
  ++cost_.evaluations;
  if (!system_.depends_on_time()) return;
  const double later = time_ + std::max(1e-8 * std::abs(time_), 1e-6 * h_);
  system_.rates(later, y_, time_rate_);
  ++cost_.evaluations;
  for (std::size_t k = 0; k < y_.size(); ++k)
    time_rate_[k] = (time_rate_[k] - rate_[k]) / (later - time_);
}

bool StiffIntegrator::factorise(double h) {
  auto& values = matrix_.values();
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = -jacobian_[k];
  for (const int k : diagonal_) values[k] += 1.0 / (kGamma * h);
  ++cost_.factorisations;
  return matrix_.factorise();
}

/// Root mean square of the error over its tolerance, the largest over the kinds.
double StiffIntegrator::error_of(std::span<const double> error, std::span<const double> to) const {
  std::vector<double> sum(system_.kinds(), 0.0);
  std::vector<long> count(system_.kinds(), 0);
  for (std::size_t k = 0; k < error.size(); ++k) {
    if (!std::isfinite(to[k]) || to[k] < -settings_.most_negative) return kRefused;
    const double allowed =
        settings_.absolute_tolerance +
        settings_.relative_tolerance * std::max(std::abs(y_[k]), std::abs(to[k]));
    const int kind = system_.kind(static_cast<int>(k));
    sum[kind] += error[k] * error[k] / (allowed * allowed);
    ++count[kind];
  }
  double largest = 0.0;
  for (std::size_t k = 0; k < sum.size(); ++k)
    if (count[k] > 0) largest = std::max(largest, std::sqrt(sum[k] / count[k]));
  return largest;
}

/// The step into next_; its error over the tolerance.
double StiffIntegrator::try_step(double h) {
  if (!factorise(h)) return kRefused;
  const std::size_t n = y_.size();
  for (int i = 0; i < 6; ++i) {
    auto& k = k_[i];
    if (i == 0) {
      std::copy(rate_.begin(), rate_.end(), k.begin());
    } else {
      std::copy(y_.begin(), y_.end(), stage_.begin());
      for (int j = 0; j < i; ++j)
        if (const double a = kA[i][j]; a != 0.0)
          for (std::size_t m = 0; m < n; ++m) stage_[m] += a * k_[j][m];
      system_.rates(time_ + kAlpha[i] * h, stage_, k);
      ++cost_.evaluations;
      for (int j = 0; j < i; ++j) {
        const double c = kC[i][j] / h;
        for (std::size_t m = 0; m < n; ++m) k[m] += c * k_[j][m];
      }
    }
    if (system_.depends_on_time() && kTimeGamma[i] != 0.0)
      for (std::size_t m = 0; m < n; ++m) k[m] += kTimeGamma[i] * h * time_rate_[m];
    matrix_.solve(k);
  }
  // The last stage lies at the embedded solution, from which its own increment leads to the step's.
  for (std::size_t m = 0; m < n; ++m) next_[m] = stage_[m] + k_[5][m];
  return error_of(k_[5], next_);
}

/// A hundredth of the time in which the state would change by itself.
void StiffIntegrator::find_first_step(double longest) {
  std::vector<double> zero(y_.size(), 0.0);
  system_.rates(time_, y_, rate_);
  ++cost_.evaluations;
  const double change = error_of(rate_, y_), size = error_of(y_, y_);
  h_ = change > 0.0 && change < kRefused ? std::min(longest, 0.01 * std::max(size, 1.0) / change)
                                         : 1e-3 * longest;
}

void StiffIntegrator::interpolate(double h) {
  step_.from = time_;
  step_.to = time_ + h;
  step_.begin_ = y_;
  step_.end_ = next_;
  for (std::size_t m = 0; m < y_.size(); ++m) {
    double third = 0.0, fourth = 0.0;
    for (int j = 0; j < 5; ++j) {
      third += kThird[j] * k_[j][m];
      fourth += kFourth[j] * k_[j][m];
    }
    step_.third_[m] = third;
    step_.fourth_[m] = fourth;
  }
}

void StiffIntegrator::advance(double until, const std::function<void(const StiffStep&)>& visit) {
  const double nothing = 1e-14 * std::max(std::abs(until), std::abs(time_));
  const bool fixed = settings_.fixed_step > 0.0;
  if (fixed) h_ = settings_.fixed_step;
  if (!(h_ > 0.0)) find_first_step(until - time_);
  while (until - time_ > nothing) {
    prepare();
    double longest = kGrow;
    for (;;) {
      if (cost_.steps + cost_.rejected >= settings_.most_steps || h_ <= 1e-14 * std::abs(time_))
        throw core::SolveError(fmt::format(
            "the time integration gave up at day {:.3g} with steps of {:.3g} s after {} "
            "steps",
            time_ / core::kDay, h_, cost_.steps));
      // The last two steps share what is left, so that none is a sliver.
      const double left = until - time_;
      const double h = h_ >= left ? left : !fixed && 2.0 * h_ > left ? 0.5 * left : h_;
      const double error = try_step(h);
      const double factor =
          std::clamp(kSafety * std::pow(std::max(error, 1e-10), -0.25), kShrink, longest);
      if (fixed || error <= 1.0) {
        if (fixed && error >= kRefused)
          throw core::SolveError("a fixed step is no answer; make it smaller");
        ++cost_.steps;
        if (visit) {
          interpolate(h);
          visit(step_);
        }
        time_ = h == left ? until : time_ + h;
        std::swap(y_, next_);
        // A step cut short by the end says little about how long the next one may be.
        if (!fixed) h_ = h < h_ ? std::max(h * factor, std::min(h_, h * kGrow)) : h * factor;
        break;
      }
      ++cost_.rejected;
      longest = 1.0;
      h_ = h * (error >= kRefused ? kShrink : factor);
    }
  }
}

}  // namespace percuta::fem
