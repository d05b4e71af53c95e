#include "percuta/healing/fields.h"

#include <algorithm>
#include <cmath>

#include "integrator.h"

namespace percuta::healing {

using namespace field;

namespace {

/// Rest synthesis s_0 from omega_3 s_0 = 0.2 d_3 and (1 - omega_3) s_0 = 0.8 d_1, averaged so that
/// both turnovers are honoured as given; the second relation fixes the share.
struct Rest {
  double synthesis, share;
};
Rest rest(const Parameters& p) {
  const double iii = 0.2 * p.collagen_iii_turnover, i = 0.8 * p.collagen_i_turnover;
  return {iii + i, iii / (iii + i)};
}

}  // namespace

void react(const Parameters& p, double loops, double since_session, const double* y, double* dy) {
  const double c_hat = std::max(0.0, y[C] - 1.0);
  const double clot_loss =
      p.clot_decay + p.clot_by_macrophages * y[M1] + p.clot_by_fibroblasts * (y[Rho] + y[M]);
  const double beta3 = since_session <= p.beta3_days ? p.beta3 : 0.0;
  const double activation =
      p.activation *
      (c_hat * c_hat / (p.activation_saturation * p.activation_saturation + c_hat * c_hat)) *
      (1.0 - 0.5 * beta3);
  const double base = p.fibroblast_turnover / (1.0 - 1.0 / p.crowding);
  const double division = base + p.proliferation * c_hat / (p.proliferation_saturation + c_hat);
  const double mmp = 0.5 * y[N] + y[M1];
  const Rest at_rest = rest(p);
  const double phi = y[X1] + y[X3];
  const double synthesis =
      (at_rest.synthesis + p.synthesis_stimulated * c_hat / (p.synthesis_saturation + c_hat)) *
      (y[Rho] + p.myofibroblast_synthesis * y[M]) * p.ascorbate * (p.feedback_saturation + 1.0) /
      (p.feedback_saturation + phi);
  dy[S] = -p.damage_decay * y[S];
  dy[F] = -clot_loss * y[F];
  dy[N] = p.neutrophil_influx * y[S] - p.neutrophil_decay * y[N];
  dy[M1] = p.macrophage_influx * y[A] / (p.macrophage_saturation + y[A]) -
           (p.switching + p.m1_decay) * y[M1];
  dy[M2] = p.switching * y[M1] - p.m2_decay * y[M2];
  dy[A] = p.alarm_from_damage * y[S] + p.alarm_from_neutrophils * y[N] +
          p.alarm_from_macrophages * y[M1] - p.alarm_decay * y[A];
  dy[C] = p.growth_decay * (1.0 - y[C]) + p.growth_from_platelets * loops * y[S] +
          p.growth_from_m2 * y[M2] +
          p.growth_from_myofibroblasts * y[M] * c_hat / (p.growth_saturation + c_hat);
  dy[Rho] = division * y[Rho] * (1.0 - (y[Rho] + y[M]) / p.crowding) -
            p.fibroblast_turnover * y[Rho] - activation * y[Rho];
  dy[M] = activation * y[Rho] - p.myofibroblast_decay * y[M];
  dy[X3] = at_rest.share * synthesis - (p.collagen_iii_turnover + p.degradation * mmp) * y[X3];
  dy[X1] =
      (1.0 - at_rest.share) * synthesis - (p.collagen_i_turnover + p.degradation * mmp) * y[X1];
  dy[Psi] = (1.0 - y[Psi]) / p.crosslink_time -
            std::max(0.0, synthesis / std::max(phi, 1e-12) - at_rest.synthesis) * y[Psi];
}

void react_jacobian(const Parameters& p, double loops, double since_session, const double* y,
                    double* derivatives) {
  std::array<double, kFields> at, base, moved;
  std::copy(y, y + kFields, at.begin());
  react(p, loops, since_session, at.data(), base.data());
  for (std::size_t f = 0; f < kFields; ++f) {
    const double kept = at[f], step = 1e-7 * std::max(std::abs(kept), 1e-3);
    at[f] += step;
    react(p, loops, since_session, at.data(), moved.data());
    for (std::size_t g = 0; g < kFields; ++g)
      derivatives[g * kFields + f] = (moved[g] - base[g]) / (at[f] - kept);
    at[f] = kept;
  }
}

void injure(double damage, bool cut, double loops, bool seed, double* y) {
  if (cut && seed)
    for (const auto& row : kFieldTable)
      if (row.seeded) y[row.field] = row.emptied;
  if (cut) y[F] = std::max(y[F], loops);
  y[S] = std::max(y[S], damage);
}

void mix(const std::vector<double>& weights, double* y) {
  Mean mean;
  double total = 0.0;
  for (const double w : weights) total += w;
  for (std::size_t k = 0; k < weights.size(); ++k) mean.add(&y[k * kFields], weights[k] / total);
  const double collagen = mean.fields[X1] + mean.fields[X3];
  if (collagen > 0.0) mean.fields[Psi] = mean.strength / collagen;
  for (std::size_t k = 0; k < weights.size(); ++k)
    std::copy(mean.fields.begin(), mean.fields.end(), &y[k * kFields]);
}

void Mean::add(const double* y, double weight) {
  for (int f = 0; f < kFields; ++f) fields[static_cast<std::size_t>(f)] += weight * y[f];
  strength += weight * (y[X1] + y[X3]) * y[Psi];
}

void append(Averages& out, const Parameters& p, const Mean& mean) {
  for (const auto& row : kFieldTable) (out.*row.mean).push_back(mean.fields[row.field]);
  out.collagen.push_back(mean.fields[X1] + mean.fields[X3]);
  const double rest = 0.8 + 0.2 * p.collagen_iii_stiffness;
  out.stiffness.push_back((mean.fields[X1] + p.collagen_iii_stiffness * mean.fields[X3]) / rest);
  out.strength.push_back(mean.strength);
}

Averages unneedled(const Parameters& p, const std::vector<double>& time, double tolerance) {
  Averages out;
  Integrator integrator(
      kFields, kFields - 1,
      [&](double, std::span<const double> y, std::span<double> dy) {
        react(p, 0.0, std::numeric_limits<double>::infinity(), y.data(), dy.data());
      },
      tolerance, 1e-3 * tolerance);
  const auto y = integrator.state();
  for (const auto& row : kFieldTable) y[row.field] = row.rest;
  integrator.restart(0.0);
  double at = 0.0;
  for (const double t : time) {
    if (t > at) integrator.advance(t, time.back());
    at = std::max(at, t);
    Mean mean;
    mean.add(y.data(), 1.0);
    append(out, p, mean);
  }
  return out;
}

bool negative(const double* y, double tolerance) {
  for (int f = 0; f < kFields; ++f)
    if (!(y[f] > -std::max(1e-6, tolerance))) return true;
  return false;
}

}  // namespace percuta::healing
