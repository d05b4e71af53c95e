#include "percuta/healing/closure.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace percuta::healing {
namespace {

constexpr double kBack = 1.1;         // water loss that is not told from that of unbroken skin
constexpr double kAdmittance = 0.15;  // of the first extra admittance, which counts as closed
constexpr double kFaint = 0.1;        // of the erythema index
constexpr double kResolved = 0.1e-3;  // diameter that the eye tells at reading distance [m]

double open_share(const Parameters& p, const DepthClass& c, double since) {
  return std::exp2(-since / barrier_half_life(p, c));
}

/// First time at which a falling quantity is down to a level; kNever beyond the end.
double falls_to(double level, const std::function<double(double)>& at, double end) {
  if (at(0.0) <= level) return 0.0;
  if (at(end) > level) return kNever;
  double low = 0.0, high = end;
  for (int k = 0; k < 200 && high - low > 1e-9 * end; ++k) {
    const double middle = 0.5 * (low + high);
    (at(middle) > level ? low : high) = middle;
  }
  return high;
}

/// Diameter of the widest hole that is seen: the skin springs back from the needle's width, then
/// the hole closes as the barrier does [m].
double visible_diameter(const Parameters& p, const Wound& w, double since) {
  const auto& c = w.channels.back();
  const double recoil = 1.0 + (w.needle_width - 1.0) * std::exp2(-since / p.recoil_time);
  return 2.0 * c.opening_radius * recoil * std::sqrt(open_share(p, c, since));
}

/// Between the moments of a course, linear.
double damage_at(const Course& c, double t) { return at_time(c, c.papillary.damage, t); }

}  // namespace

double barrier_half_life(const Parameters& p, const DepthClass& c) {
  const double size = std::sqrt(c.opening_radius / p.covered_radius * c.depth / p.covered_depth);
  return p.barrier_open + p.occlusion * std::max(0.0, p.barrier_occluded * size - p.barrier_open);
}

double barrier_open(const Parameters& p, const Wound& w, double since) {
  double open = 0.0, all = 0.0;
  for (const auto& c : w.channels) {
    const double area = c.share * c.opening_radius * c.opening_radius;
    all += area;
    open += area * open_share(p, c, since);
  }
  return all > 0.0 ? open / all : 0.0;
}

double water_loss(const Parameters& p, const Wound& w, double since) {
  double permeance = 0.0;
  for (const auto& c : w.channels) {
    const double a = c.opening_radius;
    permeance += c.share * w.density * std::numbers::pi * a * a * open_share(p, c, since) *
                 p.vapour_diffusivity / (w.stratum_corneum_thickness + 0.25 * std::numbers::pi * a);
  }
  const auto through_air = [&](double skin) {
    return skin / (1.0 + skin * p.air_layer / p.vapour_diffusivity);
  };
  return through_air(p.water_permeance + permeance) / through_air(p.water_permeance);
}

double epithelial_gap(const Parameters& p, const Wound& w, double since) {
  const double radius = opening_radius(w);
  if (!(radius > 0.0)) return 0.0;
  return std::clamp(1.0 - p.migration_speed * std::max(0.0, since - p.migration_lag) / radius, 0.0,
                    1.0);
}

double flare(const Parameters& p, const Wound& w) {
  double near = 0.0, depth = 0.0;
  for (const auto& c : w.channels) {
    const double reach = c.opening_radius + p.flare_reach;
    near += c.share * w.density * std::numbers::pi * reach * reach;
    depth += c.share * std::max(0.0, c.depth - w.stratum_corneum_thickness);
  }
  return -std::expm1(-near) * -std::expm1(-depth / p.flare_depth);
}

void close(Course& out, const Parameters& p, const Wound& w) {
  const bool wounded = !w.channels.empty() && !w.sessions.empty();
  const double first = wounded ? flare(p, w) : 0.0;
  std::size_t session = 0;
  double reddened = first;
  for (std::size_t k = 0; k < out.time.size(); ++k) {
    const double t = out.time[k];
    if (k > 0 && t == out.time[k - 1] && session + 1 < w.sessions.size()) {
      reddened = first + reddened * std::exp(-(t - w.sessions[session]) / p.flare_time);
      ++session;
    }
    const double since = wounded ? t - w.sessions[session] : 0.0;
    out.epithelial_gap.push_back(wounded ? epithelial_gap(p, w, since) : 0.0);
    out.barrier_open.push_back(wounded ? barrier_open(p, w, since) : 0.0);
    out.tewl.push_back(wounded ? water_loss(p, w, since) : 1.0);
    out.erythema.push_back((wounded ? reddened * std::exp(-since / p.flare_time) : 0.0) +
                           p.redness_by_damage * out.papillary.damage[k]);
  }
  if (!wounded) return;
  const double last = last_session(w), end = w.duration - last;
  const auto within = [&](double after) { return after <= end ? after : kNever; };
  out.hole_closed = falls_to(
      kResolved, [&](double t) { return visible_diameter(p, w, t); }, end);
  out.barrier_closed = falls_to(
      kBack, [&](double t) { return water_loss(p, w, t); }, end);
  out.impedance_closed = falls_to(
      kAdmittance, [&](double t) { return barrier_open(p, w, t); }, end);
  out.epithelium_closed = within(p.migration_lag + opening_radius(w) / p.migration_speed);
  out.epidermis_whole = within(out.epithelium_closed + p.stratification_time);
  // The index need not fall all the time: the last moment above counts.
  const auto index = [&](double after) {
    return reddened * std::exp(-after / p.flare_time) +
           p.redness_by_damage * damage_at(out, last + after);
  };
  double above = -1.0;
  std::size_t next = out.time.size();
  for (std::size_t k = 0; k < out.time.size(); ++k)
    if (out.time[k] >= last && index(out.time[k] - last) > kFaint) {
      above = out.time[k] - last;
      next = k + 1;
    }
  if (above < 0.0) {
    out.erythema_gone = 0.0;
  } else if (next < out.time.size()) {
    const double span = out.time[next] - last - above;
    out.erythema_gone = above + falls_to(
                                    kFaint, [&](double t) { return index(above + t); }, span);
  }
}

}  // namespace percuta::healing
