#include "percuta/healing/fields.h"

#include <algorithm>
#include <cmath>

#include "integrator.h"
#include "percuta/healing/reactions.h"

namespace percuta::healing {

using namespace field;

void react(const Parameters& p, double loops, double since_session, const double* y, double* dy) {
  react<double>(p, loops, since_session, y, dy);
}

void react_jacobian(const Parameters& p, double loops, double since_session, const double* y,
                    double* derivatives) {
  std::array<double, kCore> at, base, moved;
  std::copy(y, y + kCore, at.begin());
  react(p, loops, since_session, at.data(), base.data());
  for (std::size_t f = 0; f < kCore; ++f) {
    const double kept = at[f], step = 1e-7 * std::max(std::abs(kept), 1e-3);
    at[f] += step;
    react(p, loops, since_session, at.data(), moved.data());
    for (std::size_t g = 0; g < kCore; ++g)
      derivatives[g * kCore + f] = (moved[g] - base[g]) / (at[f] - kept);
    at[f] = kept;
  }
}

void injure(double damage, bool cut, double loops, bool seed, double* y, int fields) {
  if (cut && seed)
    for (const auto& row : kFieldTable)
      if (row.seeded && row.field < fields) y[row.field] = row.emptied;
  if (cut) y[F] = std::max(y[F], loops);
  y[S] = std::max(y[S], damage);
}

void mix(const std::vector<double>& weights, double* y) {
  Mean mean;
  double total = 0.0;
  for (const double w : weights) total += w;
  for (std::size_t k = 0; k < weights.size(); ++k) mean.add(&y[k * kCore], weights[k] / total);
  const double collagen = mean.fields[X1] + mean.fields[X3];
  if (collagen > 0.0) mean.fields[Psi] = mean.strength / collagen;
  for (std::size_t k = 0; k < weights.size(); ++k)
    std::copy_n(mean.fields.begin(), static_cast<int>(kCore), &y[k * kCore]);
}

void Mean::add(const double* y, double weight, int count) {
  for (int f = 0; f < count; ++f) fields[static_cast<std::size_t>(f)] += weight * y[f];
  strength += weight * (y[X1] + y[X3]) * y[Psi];
}

void append(Averages& out, const Parameters& p, const Mean& mean) {
  for (const auto& row : kFieldTable)
    if (p.vessels || !row.of_vessels) (out.*row.mean).push_back(mean.fields[row.field]);
  out.collagen.push_back(mean.fields[X1] + mean.fields[X3]);
  const double rest = 0.8 + 0.2 * p.collagen_iii_stiffness;
  out.stiffness.push_back((mean.fields[X1] + p.collagen_iii_stiffness * mean.fields[X3]) / rest);
  out.strength.push_back(mean.strength);
}

Averages unneedled(const Parameters& p, const std::vector<double>& time, double tolerance) {
  Averages out;
  Parameters now = p;
  Integrator integrator(
      kCore, kCore - 1,
      [&](double, std::span<const double> y, std::span<double> dy) {
        react(now, 0.0, std::numeric_limits<double>::infinity(), y.data(), dy.data());
      },
      tolerance, 1e-3 * tolerance);
  const auto y = integrator.state();
  for (const auto& row : kCoreTable) y[row.field] = row.rest;
  integrator.restart(0.0);
  double at = 0.0;
  for (const double t : time) {
    if (t > at) advance_with_vitamin_c(integrator, now, at, t, time.back());
    at = std::max(at, t);
    Mean mean;
    mean.add(y.data(), 1.0);
    append(out, p, mean);
  }
  return out;
}

bool negative(const double* y, double tolerance) {
  for (int f = 0; f < kCore; ++f)
    if (!(y[f] > -std::max(1e-6, tolerance))) return true;
  return false;
}

}  // namespace percuta::healing
