#include "percuta/healing/healing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include <fmt/format.h>

#include "fields.h"
#include "integrator.h"
#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"

namespace percuta::healing {
namespace {

using core::kDay;
constexpr double kInstant = 1e-9 * kDay;  // times closer than this are one [s]

/// Rest synthesis s_0 from omega_3 s_0 = 0.2 d_3 and (1 - omega_3) s_0 = 0.8 d_1, averaged so that
/// both turnovers are honoured as given; the second relation fixes the share.
struct Rest {
  double synthesis, share;
};
Rest rest(const Parameters& p) {
  const double iii = 0.2 * p.collagen_iii_turnover, i = 0.8 * p.collagen_i_turnover;
  return {iii + i, iii / (iii + i)};
}

/// Reaction terms at a point; pure function.
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

/// Rings around the channel; faces meet the channel wall exactly.
struct Rings {
  std::vector<double> face;    // [m], cells + 1
  std::vector<double> centre;  // [m]
  std::vector<double> area;    // [m^2]
  int inside = 0;              // cells within the channel
};

Rings make_rings(double channel, double outer, int cells) {
  Rings r;
  if (channel > 0.0 && channel < outer) r.inside = std::max(4, cells / 6);
  for (int k = 0; k < r.inside; ++k) r.face.push_back(channel * k / r.inside);
  // Outside the cells grow smoothly from the size inside.
  const int n = cells - r.inside;
  const double start = r.inside > 0 ? channel : 0.0;
  const double first = r.inside > 0 ? channel / r.inside : (outer - start) / n;
  double low = 1.0 - 0.5, high = 2.0;
  for (int k = 0; k < 100; ++k) {
    const double q = 0.5 * (low + high);
    const double sum = std::abs(q - 1.0) < 1e-12 ? n : (std::pow(q, n) - 1.0) / (q - 1.0);
    (first * sum < outer - start ? low : high) = q;
  }
  double x = start, step = first;
  for (int k = 0; k < n; ++k, step *= 0.5 * (low + high)) {
    r.face.push_back(x);
    x += step;
  }
  r.face.push_back(outer);
  for (int k = 0; k < cells; ++k) {
    r.centre.push_back(0.5 * (r.face[k] + r.face[k + 1]));
    r.area.push_back(std::numbers::pi * (r.face[k + 1] * r.face[k + 1] - r.face[k] * r.face[k]));
  }
  return r;
}

void transport(const Parameters& p, const Rings& rings, std::span<const double> y,
               std::span<double> dy) {
  std::array<double, kFields> diffusivity{};
  for (const auto& row : kFieldTable)
    if (row.diffusivity != nullptr) diffusivity[row.field] = p.*row.diffusivity;
  const int n = static_cast<int>(rings.centre.size());
  for (int k = 0; k + 1 < n; ++k) {
    const double* left = &y[k * kFields];
    const double* right = left + kFields;
    const double length = 2.0 * std::numbers::pi * rings.face[k + 1];
    const double gap = rings.centre[k + 1] - rings.centre[k];
    for (int f = 0; f < kFields; ++f) {
      double flux = -diffusivity[f] * (right[f] - left[f]) / gap;
      if (f == Rho)
        flux += p.chemotaxis * 0.5 * (left[Rho] + right[Rho]) * (right[C] - left[C]) / gap;
      if (flux == 0.0) continue;
      dy[k * kFields + f] -= length * flux / rings.area[k];
      dy[(k + 1) * kFields + f] += length * flux / rings.area[k + 1];
    }
  }
}

void injure(const Parameters& p, const Wound& w, const Settings& settings, const Rings& rings,
            std::span<double> y) {
  const double amplitude = w.dermis_reached ? 1.0 : p.epidermal_damage;
  for (int k = 0; k < static_cast<int>(rings.centre.size()); ++k) {
    double* cell = &y[k * kFields];
    const bool inside = k < rings.inside;
    if (inside && w.dermis_reached && settings.seed_wound)
      for (const auto& row : kFieldTable)
        if (row.seeded) cell[row.field] = row.emptied;
    if (inside && w.dermis_reached) cell[F] = std::max(cell[F], w.loops_reached);
    const double reach =
        inside ? 1.0 : std::exp(-(rings.centre[k] - w.channel_radius) / p.damage_length);
    cell[S] = std::max(cell[S], amplitude * reach);
  }
}

double barrier_half_life(const Parameters& p) {
  return p.barrier_open + p.occlusion * (p.barrier_occluded - p.barrier_open);
}

/// Time after a session until the epithelium has met over the channel: a lag, then from the rim
/// inwards at a steady speed.
double epithelium_closes(const Parameters& p, double radius) {
  return p.migration_lag + radius / p.migration_speed;
}

/// Time after the last session until the erythema index is down to 0.1. The flare is exact, the
/// alarm in the tissue linear between outputs.
double erythema_ends(const Course& c, const Parameters& p, double flare, double session) {
  constexpr double kFaint = 0.1;
  const auto index = [&](double t) {
    return flare * std::exp(-(t - session) / p.flare_time) +
           p.flare_by_alarm * at_time(c, c.alarm, t);
  };
  double before = session;
  for (const double t : c.time) {
    if (t <= session) continue;
    if (index(t) > kFaint) {
      before = t;
      continue;
    }
    double low = before, high = t;
    for (int k = 0; k < 60; ++k) {
      const double middle = 0.5 * (low + high);
      (index(middle) > kFaint ? low : high) = middle;
    }
    return high - session;
  }
  return kNever;
}

void find_closures(Course& out, const Parameters& p, const Wound& w, double flare, double session) {
  if (w.sessions < 1 || !(w.channel_radius > 0.0)) return;
  const auto within = [&](double after) { return session + after <= w.duration ? after : kNever; };
  out.epithelium_closed = within(epithelium_closes(p, w.channel_radius));
  out.barrier_closed = within(barrier_half_life(p) * std::log2(1.0 / 0.05));
  out.erythema_gone = erythema_ends(out, p, flare, session);
}

void record(Course& out, const Parameters& p, const Wound& w, double time, double since_session,
            double flare, const std::array<double, kFields>& mean) {
  const auto put = [](std::vector<double>& v, double x) { v.push_back(x); };
  put(out.time, time);
  for (const auto& row : kFieldTable) put(out.*row.mean, mean[row.field]);
  put(out.collagen, mean[X1] + mean[X3]);
  const double radius = w.channel_radius;
  const double gap =
      radius > 0.0 && w.sessions > 0
          ? std::clamp(
                1.0 - p.migration_speed * std::max(0.0, since_session - p.migration_lag) / radius,
                0.0, 1.0)
          : 0.0;
  put(out.epithelial_gap, gap);
  put(out.barrier_open, w.sessions > 0 ? std::exp2(-since_session / barrier_half_life(p)) : 0.0);
  put(out.erythema, flare + p.flare_by_alarm * mean[A]);
}

void whole_dermis(Course& out, const Wound& w) {
  const double share =
      w.dermis_thickness > 0.0 ? std::min(1.0, w.needled_depth / w.dermis_thickness) : 0.0;
  for (std::size_t i = 0; i < out.time.size(); ++i) {
    out.whole_dermis_collagen.push_back(1.0 + share * (out.collagen[i] - 1.0));
    out.whole_dermis_stiffness.push_back(1.0 + share * (out.stiffness[i] - 1.0));
    out.whole_dermis_strength.push_back(1.0 + share * (out.strength[i] - 1.0));
  }
}

/// A negative concentration, beyond what the tolerance leaves of one that is nothing, is the step's
/// fault, or that of cells which walk up a gradient faster than they spread: then no step helps
/// (cell Peclet number chi |dc| / (2 D) above 1).
void check_positive(const Parameters& p, std::span<const double> y, double time, double tolerance) {
  double steepest = 0.0;
  bool negative = false;
  for (std::size_t k = 0; k + kFields <= y.size(); k += kFields) {
    for (int f = 0; f < kFields; ++f)
      negative = negative || !(y[k + f] > -std::max(1e-6, tolerance));
    if (k + 2 * kFields <= y.size())
      steepest = std::max(steepest, std::abs(y[k + kFields + C] - y[k + C]));
  }
  if (!negative) return;
  const bool walks = p.chemotaxis * steepest > 2.0 * p.fibroblast_diffusivity;
  throw core::SolveError(
      fmt::format("healing: a concentration became negative on day {:.3g}; {}", time / kDay,
                  walks ? "healing.parameters.chemotaxis outruns "
                          "healing.parameters.fibroblast_diffusivity: raise the second, lower the "
                          "first, or use more healing.cells"
                        : "use a smaller healing.relative_tolerance"));
}

}  // namespace

double loop_gain(const Parameters& p) {
  return p.macrophage_influx / p.macrophage_saturation * p.alarm_from_macrophages /
         ((p.switching + p.m1_decay) * p.alarm_decay);
}

Course heal(const Parameters& p, const Wound& w, const Settings& settings,
            core::Observer& observer) {
  Course out;
  out.loop_gain = loop_gain(p);
  if (out.loop_gain >= 1.0)
    throw std::invalid_argument("the loop gain of inflammation is 1 or more: it would never end");
  const double outer = w.density > 0.0 ? 1.0 / std::sqrt(std::numbers::pi * w.density) : 0.5e-3;
  const double channel = w.sessions > 0 ? w.channel_radius : 0.0;
  if (channel >= outer)
    throw core::SolveError(
        fmt::format("healing: the channels overlap: their holes of radius {:.3g} mm fill the "
                    "{:.3g} mm that each has; fewer protocol.passes_per_direction, or a "
                    "smaller channels.width_ratio",
                    channel * 1e3, outer * 1e3));
  const Rings rings = make_rings(channel, outer, settings.cells);
  out.radius = rings.centre;
  const double total = std::numbers::pi * outer * outer;

  double session_time = 0.0;
  Integrator integrator(
      static_cast<std::size_t>(settings.cells) * kFields, 2 * kFields - 1,
      [&](double t, std::span<const double> y, std::span<double> dy) {
        for (int k = 0; k < settings.cells; ++k)
          react(p, w.loops_reached, t - session_time, &y[k * kFields], &dy[k * kFields]);
        transport(p, rings, y, dy);
      },
      settings.relative_tolerance, 1e-3 * settings.relative_tolerance);
  const auto y = integrator.state();
  for (int k = 0; k < settings.cells; ++k)
    for (const auto& row : kFieldTable) y[k * kFields + row.field] = row.rest;

  const double rest_stiffness = 0.8 + 0.2 * p.collagen_iii_stiffness;
  double flare = 0.0;
  const auto observe = [&](double time) {
    check_positive(p, y, time, settings.relative_tolerance);
    std::array<double, kFields> mean{};
    double strength = 0.0;
    for (int k = 0; k < settings.cells; ++k) {
      const double* cell = &y[k * kFields];
      for (int f = 0; f < kFields; ++f) {
        mean[f] += cell[f] * rings.area[k] / total;
        out.largest_drift =
            w.sessions == 0 ? std::max(out.largest_drift, std::abs(cell[f] - kFieldTable[f].rest))
                            : 0.0;
      }
      strength += (cell[X1] + cell[X3]) * cell[Psi] * rings.area[k] / total;
    }
    record(out, p, w, time, time - session_time,
           flare * std::exp(-(time - session_time) / p.flare_time), mean);
    out.stiffness.push_back((mean[X1] + p.collagen_iii_stiffness * mean[X3]) / rest_stiffness);
    out.strength.push_back(strength);
  };
  const auto profile = [&](double time) {
    out.profile_time.push_back(time);
    std::vector<double> collagen;
    for (int k = 0; k < settings.cells; ++k)
      collagen.push_back(y[k * kFields + X1] + y[k * kFields + X3]);
    out.collagen_profile.push_back(std::move(collagen));
  };

  double time = 0.0;
  std::vector<double> profiles = settings.profile_times;
  profiles.push_back(w.duration);
  std::sort(profiles.begin(), profiles.end());
  profiles.erase(std::unique(profiles.begin(), profiles.end(),
                             [](double a, double b) { return b - a < kInstant; }),
                 profiles.end());
  for (int session = 0; session < std::max(1, w.sessions); ++session) {
    const double end =
        session + 1 < w.sessions ? std::min(w.duration, (session + 1) * w.interval) : w.duration;
    if (w.sessions > 0) {
      flare = 1.0 + flare * std::exp(-(time - session_time) / p.flare_time);
      session_time = time;
      injure(p, w, settings, rings, y);
    }
    integrator.restart(time);
    observe(time);
    while (time < end - kInstant) {
      // Hours matter right after a session, quarter days later.
      const double since = time - session_time;
      const double step = since < 0.25 * kDay  ? settings.output_step / 12.0
                          : since < 3.0 * kDay ? settings.output_step / 3.0
                                               : settings.output_step;
      double next = std::min(time + step, end);
      for (const double asked : profiles)  // counted from the first session, and from the last one
        for (const double t : {asked, session_time + asked})
          if (t > time + kInstant && t < next) next = t;
      integrator.advance(next, end);
      time = next;
      observe(time);
      for (const double t : profiles)
        if (std::abs(time - t) < kInstant) profile(t);
      core::report(observer, "healing", time / w.duration);
    }
    if (time >= w.duration) break;
  }
  out.steps = integrator.steps();
  out.evaluations = integrator.evaluations();
  whole_dermis(out, w);
  find_closures(out, p, w, flare, session_time);
  return out;
}

Course heal_well_mixed(const Parameters& p, double duration, const Settings& settings) {
  Course out;
  out.loop_gain = loop_gain(p);
  Integrator integrator(
      kFields, kFields - 1,
      [&](double t, std::span<const double> y, std::span<double> dy) {
        react(p, 1.0, t, y.data(), dy.data());
      },
      settings.relative_tolerance, 1e-3 * settings.relative_tolerance);
  const auto y = integrator.state();
  for (const auto& row : kFieldTable) y[row.field] = row.emptied;
  y[S] = 1.0;
  y[F] = 1.0;
  integrator.restart(0.0);
  const double rest_stiffness = 0.8 + 0.2 * p.collagen_iii_stiffness;
  Wound w;
  for (double time = 0.0;; time += settings.output_step) {
    if (time > 0.0) integrator.advance(time, duration);
    std::array<double, kFields> values;
    std::copy(y.begin(), y.end(), values.begin());
    record(out, p, w, time, time, 0.0, values);
    out.stiffness.push_back((y[X1] + p.collagen_iii_stiffness * y[X3]) / rest_stiffness);
    out.strength.push_back((y[X1] + y[X3]) * y[Psi]);
    if (time >= duration - kInstant) break;
  }
  out.steps = integrator.steps();
  whole_dermis(out, w);
  return out;
}

double at_time(const Course& c, const std::vector<double>& series, double time) {
  const auto first = std::lower_bound(c.time.begin(), c.time.end(), time - kInstant);
  if (first == c.time.end()) return series.back();
  const auto i = static_cast<std::size_t>(first - c.time.begin());
  if (i == 0 || c.time[i] <= time + kInstant) return series[i];
  return series[i - 1] +
         (time - c.time[i - 1]) / (c.time[i] - c.time[i - 1]) * (series[i] - series[i - 1]);
}

Peak peak(const Course& c, const std::vector<double>& series) {
  Peak best;
  for (std::size_t i = 0; i < series.size(); ++i)
    if (std::abs(series[i] - 1.0) > std::abs(best.change)) best = {c.time[i], series[i] - 1.0};
  return best;
}

double fisher_front_speed(double diffusivity, double rate, int cells) {
  // Long enough for the slow 3/(2 lambda t) approach of the front speed to fall under two per cent.
  const double length = 200.0 * std::sqrt(diffusivity / rate);
  const double h = length / cells;
  Integrator integrator(
      cells, 1,
      [&](double, std::span<const double> u, std::span<double> du) {
        for (int k = 0; k < cells; ++k) {
          const double left = k > 0 ? u[k - 1] : u[k], right = k + 1 < cells ? u[k + 1] : u[k];
          du[k] = diffusivity * (left - 2.0 * u[k] + right) / (h * h) + rate * u[k] * (1.0 - u[k]);
        }
      },
      1e-8, 1e-14);
  const auto u = integrator.state();
  for (int k = 0; k < cells; ++k) u[k] = k * h < 0.05 * length ? 1.0 : 0.0;
  integrator.restart(0.0);
  const auto front = [&] {
    int k = 0;
    while (k + 1 < cells && u[k + 1] > 0.5) ++k;
    return h * (k + (u[k] - 0.5) / (u[k] - u[k + 1]));
  };
  const double t1 = 50.0 / rate, t2 = 80.0 / rate;
  integrator.advance(t1, t1);
  const double x1 = front();
  integrator.advance(t2, t2);
  return (front() - x1) / (t2 - t1);
}

}  // namespace percuta::healing
