#pragma once

#include "percuta/healing/fields.h"

// The reactions of the fields, written once for any number: doubles give rates, numbers that carry
// derivatives their Jacobian.

namespace percuta::healing {

/// Rest synthesis s_0 from omega_3 s_0 = 0.2 d_3 and (1 - omega_3) s_0 = 0.8 d_1, averaged so that
/// both turnovers are honoured as given; the second relation fixes the share.
struct RestingSynthesis {
  double synthesis;  ///< s_0 [1/s]
  double share;      ///< omega_3 [-]
};
inline RestingSynthesis resting_synthesis(const Parameters& p) {
  const double iii = 0.2 * p.collagen_iii_turnover, i = 0.8 * p.collagen_i_turnover;
  return {iii + i, iii / (iii + i)};
}

/// The larger of a number and a constant. Other numbers bring their own.
inline double at_least(double least, double x) { return x > least ? x : least; }

/// Reaction terms at a point [1/s]: `react` of fields.h for any number. `oxygen` scales collagen
/// synthesis, f_O.
template <class T, class O = double>
void react(const Parameters& p, double loops, double since_session, const T* y, T* dy,
           const O& oxygen = 1.0) {
  using namespace field;
  const T c_hat = at_least(0.0, y[C] - 1.0);
  const T clot_loss =
      p.clot_decay + p.clot_by_macrophages * y[M1] + p.clot_by_fibroblasts * (y[Rho] + y[M]);
  const double beta3 = since_session <= p.beta3_days ? p.beta3 : 0.0;
  const T activation =
      p.activation *
      (c_hat * c_hat / (p.activation_saturation * p.activation_saturation + c_hat * c_hat)) *
      (1.0 - 0.5 * beta3);
  const double base = p.fibroblast_turnover / (1.0 - 1.0 / p.crowding);
  const T division = base + p.proliferation * c_hat / (p.proliferation_saturation + c_hat);
  const T mmp = 0.5 * y[N] + y[M1];
  const RestingSynthesis at_rest = resting_synthesis(p);
  const T phi = y[X1] + y[X3];
  const T synthesis =
      (at_rest.synthesis + p.synthesis_stimulated * c_hat / (p.synthesis_saturation + c_hat)) *
      (y[Rho] + p.myofibroblast_synthesis * y[M]) * p.ascorbate * oxygen *
      (p.feedback_saturation + 1.0) / (p.feedback_saturation + phi);
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
            at_least(0.0, synthesis / at_least(1e-12, phi) - at_rest.synthesis) * y[Psi];
}

/// The same with oxygen, vessel signal and capillaries: all kFields. What blood gives at rest is
/// what tissue takes then, k_w = (lambda_0 + lambda_f)/(w_b - 1).
template <class T>
void react_with_vessels(const Parameters& p, double loops, double since_session, const T* y,
                        T* dy) {
  using namespace field;
  const T oxygen = y[W] * (1.0 + p.oxygen_half_synthesis) / (p.oxygen_half_synthesis + y[W]);
  react(p, loops, since_session, y, dy, oxygen);
  const T immune = y[N] + y[M1] + y[M2], cells = y[Rho] + y[M];
  const double given = (p.oxygen_at_rest + p.oxygen_by_fibroblasts) / (p.oxygen_in_blood - 1.0);
  dy[W] = given * y[Cap] * (p.oxygen_in_blood - y[W]) -
          (p.oxygen_at_rest + p.oxygen_by_fibroblasts * cells + p.oxygen_by_immune_cells * immune) *
              y[W];
  dy[V] = p.vessel_signal_from_macrophages * (y[M1] + y[M2]) * p.hypoxia / (p.hypoxia + y[W]) +
          p.vessel_signal_from_damage * y[S] - p.vessel_signal_decay * y[V];
  dy[Cap] = p.vessel_growth * y[Cap] * y[V] / (p.vessel_saturation + y[V]) *
                (1.0 - y[Cap] / p.vessel_most) -
            p.vessel_regression * at_least(0.0, y[Cap] - 1.0);
}

}  // namespace percuta::healing
