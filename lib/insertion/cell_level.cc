#include "percuta/insertion/cell_level.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <boost/math/tools/roots.hpp>

namespace percuta::insertion {
namespace {

// Of the laws, in ln(G/(mu R)).
constexpr double kFirst = -4.0, kLast = 14.0;
constexpr int kPoints = 361;
constexpr double kStep = (kLast - kFirst) / (kPoints - 1);

// Of the rows, in ln(F/F_touch).
constexpr int kLoads = 41;
constexpr double kLoadStep = 0.2;

double between(const std::vector<double>& v, double position) {
  const double p = std::clamp(position, 0.0, static_cast<double>(v.size()) - 1.000001);
  const auto i = static_cast<std::size_t>(p);
  const double t = p - static_cast<double>(i);
  return (1.0 - t) * v[i] + t * v[i + 1];
}

// Linear between the points of a curve, its ends beyond them; 1 where there is none.
double factor_at(const std::vector<double>& x, const std::vector<double>& factor, double at) {
  if (x.empty()) return 1.0;
  if (at <= x.front()) return factor.front();
  if (at >= x.back()) return factor.back();
  const auto i = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  const double t = (at - x[i - 1]) / (x[i] - x[i - 1]);
  return (1.0 - t) * factor[i - 1] + t * factor[i];
}

/// Depth at which what drives the needle is what resists, from just below the surface on.
template <class Excess>
double balanced(const Excess& excess, double deepest, double tolerance) {
  if (excess(deepest) >= 0.0) return deepest;
  std::uintmax_t iterations = 40;
  const auto [low, high] = boost::math::tools::toms748_solve(
      excess, 1e-9, deepest, excess(1e-9), excess(deepest),
      [&](double x, double y) { return std::abs(x - y) < tolerance; }, iterations);
  return 0.5 * (low + high);
}

bool beyond(const std::vector<double>& x, double at) { return !x.empty() && at > x.back(); }

// A row's states at even steps of the load, linear in its logarithm; beyond the last state its last
// slope goes on.
void even_out(const CellRow& row, std::vector<double>& log_share, std::vector<double>& way) {
  const auto& touch = row.states.front();
  const double room = row.exposed - touch.displacement;
  std::vector<double> x, share, gone;
  for (const auto& s : row.states) {
    x.push_back(std::log((s.needle_force + s.base_force) / touch.needle_force));
    share.push_back(std::log(s.needle_force / touch.needle_force));
    gone.push_back(std::clamp((s.displacement - touch.displacement) / room, 0.0, 1.0));
  }
  for (int k = 0; k < kLoads; ++k) {
    const double at = k * kLoadStep;
    std::size_t i = std::upper_bound(x.begin(), x.end(), at) - x.begin();
    i = std::clamp<std::size_t>(i, 1, x.size() - 1);
    const double t = (at - x[i - 1]) / (x[i] - x[i - 1]);
    log_share.push_back((1.0 - t) * share[i - 1] + t * share[i]);
    way.push_back(std::min(1.0, (1.0 - t) * gone[i - 1] + t * gone[i]));
  }
}

}  // namespace

double CellLevel::Tip::at(double s) const {
  if (s <= 0.0) return 0.0;
  if (s >= taper) return shank;
  return s < cap ? std::sqrt(s * (2.0 * tip - s)) : cone + (s - cap) * slope;
}

CellLevel::CellLevel(const skin::Skin& skin, const device::Needle& needle,
                     const CellResponse& response, const CrackTable& table, Correction correction)
    : correction_(std::move(correction)),
      skin_(skin),
      needle_(needle),
      free_(response.free),
      response_tip_(response.tip_radius) {
  if (response.rows.size() < 2)
    throw std::invalid_argument("the response of a device cell needs two rows or more");
  for (const auto& r : response.rows) {
    Row row{
        std::log(r.states.front().needle_force), r.states.front().displacement, r.exposed, {}, {}};
    even_out(r, row.log_share, row.way);
    rows_.push_back(std::move(row));
  }
  log_shortest_ = std::log(rows_.front().exposed);
  log_ratio_ =
      (std::log(rows_.back().exposed) - log_shortest_) / static_cast<double>(rows_.size() - 1);
  largest_share_ = 0.0;
  for (const auto& r : response.rows)
    largest_share_ =
        std::max(largest_share_, r.states.back().needle_force + r.states.back().base_force);

  const auto law_of = [&](double top, double bottom, const skin::Law& law, double toughness) {
    LayerLaw l{top, bottom, shear_modulus(law),          toughness, {},
               {},  {},     std::vector<double>(kPoints)};
    const double alpha = hardening_exponent(law);
    for (int k = 0; k < kPoints; ++k) {
      const auto a = table.advance(std::exp(kFirst + k * kStep), alpha);
      l.log_energy.push_back(std::log(a.energy));
      l.log_normal.push_back(std::log(a.normal_force));
      l.log_ratio.push_back(std::log(a.b_over_r));
    }
    // Power laws from point to point integrate in closed form; the last one goes on for ever.
    const auto integrand = [&](int k) {
      return l.log_normal[k] - 2.0 * (kFirst + k * kStep);
    };  // of n/v^2 in ln v
    double tail = 0.0;
    for (int k = kPoints - 1; k >= 0; --k) {
      const int next = std::min(k, kPoints - 2);
      const double slope = (integrand(next + 1) - integrand(next)) / kStep;
      tail += k == kPoints - 1 ? std::exp(integrand(k)) / -slope
                               : (std::exp(integrand(k + 1)) - std::exp(integrand(k))) / slope;
      l.log_tail[k] = std::log(tail);
    }
    return l;
  };
  double top = 0.0;
  for (const auto& layer : skin.layers) {
    layers_.push_back(law_of(top, top + layer.thickness, layer.law, layer.toughness));
    top += layer.thickness;
  }
  gate_ = law_of(0.0, 0.0, skin.layers.front().law, skin.gate_toughness);
}

CellLevel::Tip CellLevel::tip_of(const Variation& v) const {
  const double radius =
      v.tip_radius > 0.0 ? std::min(v.tip_radius, needle_.shank_radius) : needle_.tip_radius;
  Tip t{};
  t.tip = radius;
  t.cone = radius * std::cos(needle_.half_angle);
  t.cap = radius * (1.0 - std::sin(needle_.half_angle));
  t.slope = std::tan(needle_.half_angle);
  t.shank = needle_.shank_radius;
  t.taper = t.cap + (t.shank - t.cone) / t.slope;
  return t;
}

double CellLevel::energy(const LayerLaw& l, double toughness, double radius,
                         double stiffness) const {
  if (radius <= 0.0) return 0.0;
  const double mu = stiffness * l.mu;
  return mu * radius * radius *
         std::exp(between(l.log_energy, (std::log(toughness / (mu * radius)) - kFirst) / kStep));
}

// What a layer adds between its top and its bottom, from how far behind the tip these are. The
// lowest one has no bottom.
template <class F>
double CellLevel::over_layers(double a, const Variation& v, const F& behind) const {
  double sum = 0.0;
  for (std::size_t k = 0; k < layers_.size() && a > v.thickness * layers_[k].top; ++k) {
    const auto& l = layers_[k];
    sum += behind(l, a - v.thickness * l.top);
    if (k + 1 < layers_.size()) sum -= behind(l, a - v.thickness * l.bottom);
  }
  return sum;
}

double CellLevel::crack(const Tip& tip, double a, const Variation& v) const {
  return over_layers(a, v, [&](const LayerLaw& l, double behind) {
    return energy(l, l.toughness, tip.at(behind), v.stiffness);
  });
}

// Over the cone, where R grows evenly, the integral of mu R n(G/(mu R)) has the table's tail for
// its antiderivative.
double CellLevel::normal_sum(const LayerLaw& l, const Tip& tip, double s, double stiffness) const {
  if (s <= 0.0) return 0.0;
  const double mu = stiffness * l.mu;
  const auto position = [&](double radius) {
    return (std::log(l.toughness / (mu * radius)) - kFirst) / kStep;
  };
  const auto normal = [&](double radius) {
    return mu * radius * std::exp(between(l.log_normal, position(radius)));
  };
  const double cap = std::min(s, tip.cap);
  double sum = 0.0;
  for (const double t : {0.5 - 0.5 / std::sqrt(3.0), 0.5 + 0.5 / std::sqrt(3.0)})
    sum += 0.5 * cap * normal(tip.at(t * cap));
  if (s <= tip.cap) return sum;
  const double radius = tip.at(s);
  if (radius > tip.cone) {
    const double scale = l.toughness * l.toughness / mu / tip.slope;
    sum += scale * (std::exp(between(l.log_tail, position(radius))) -
                    std::exp(between(l.log_tail, position(tip.cone))));
  }
  if (s > tip.taper) sum += (s - tip.taper) * normal(tip.shank);
  return sum;
}

double CellLevel::rubbing(const Tip& tip, double a, const Variation& v) const {
  return v.friction * skin_.friction * over_layers(a, v, [&](const LayerLaw& l, double behind) {
           return normal_sum(l, tip, behind, v.stiffness);
         });
}

double CellLevel::excess(double drive, const Tip& tip, double a, const Variation& v) const {
  const double factor = factor_at(correction_.depth, correction_.resistance, a);
  return drive - factor * crack(tip, a, v) - factor * rubbing(tip, a, v);
}

double CellLevel::puncture_force(const Variation& v) const {
  return correction_.opening *
         energy(gate_, v.gate_toughness * gate_.toughness, tip_of(v).tip, v.stiffness);
}

double CellLevel::slit_half_length(double a) const { return slit(a, {}); }

double CellLevel::slit(double a, const Variation& v) const {
  const auto& surface = layers_.front();
  const double radius = tip_of(v).at(a), mu = v.stiffness * surface.mu;
  if (radius <= 0.0) return 0.0;
  const double half =
      radius * std::exp(between(surface.log_ratio,
                                (std::log(surface.toughness / (mu * radius)) - kFirst) / kStep));
  return half * factor_at(correction_.depth, correction_.slit, a);
}

double CellLevel::crack_force(double a, const Variation& v) const { return crack(tip_of(v), a, v); }
double CellLevel::friction_force(double a, const Variation& v) const {
  return rubbing(tip_of(v), a, v);
}

CellLevel::Share CellLevel::share(double force, double exposed) const {
  if (exposed <= 1e-9) return {0.0, 1.0, false, false};
  const double position = (std::log(exposed) - log_shortest_) / log_ratio_;
  const std::size_t n = rows_.size();
  const auto i = static_cast<std::size_t>(std::clamp(position, 0.0, static_cast<double>(n) - 2.0));
  const double t = position - static_cast<double>(i);
  const auto &low = rows_[i], &high = rows_[i + 1];
  const double log_touch = (1.0 - t) * low.log_touch + t * high.log_touch;
  // A needle that sticks out farther than the last row is touched later than that one's: up to
  // there it is known to bear all.
  const bool beyond = (position > static_cast<double>(n) - 1.0 + 1e-9 &&
                       std::log(force) > rows_.back().log_touch) ||
                      force > largest_share_;
  const double log_load = std::log(force) - log_touch;
  if (log_load <= 0.0) return {force, 0.0, true, beyond};
  const double inside = std::clamp(t, 0.0, 1.0), at = log_load / kLoadStep;
  const double log_share =
      (1.0 - inside) * between(low.log_share, at) + inside * between(high.log_share, at);
  const double way = (1.0 - inside) * between(low.way, at) + inside * between(high.way, at);
  return {std::min(force, std::exp(log_touch + log_share)), way, false, beyond};
}

double CellLevel::needle_share(double force, double exposed) const {
  return share(force, exposed).force;
}

double CellLevel::touching(double exposed) const {
  const double position = (std::log(exposed) - log_shortest_) / log_ratio_;
  const auto i =
      static_cast<std::size_t>(std::clamp(position, 0.0, static_cast<double>(rows_.size()) - 2.0));
  const double t = position - static_cast<double>(i);
  return std::exp((1.0 - t) * rows_[i].log_touch + t * rows_[i + 1].log_touch);
}

channel::InsertionCurve CellLevel::curve(double up_to_force, int points, const Variation& v) const {
  channel::InsertionCurve c;
  c.required_force = puncture_force(v);
  c.punctured = at_load(up_to_force, v).pierced_depth > 0.0;
  double opening = up_to_force;
  if (c.punctured) {
    double low = 1e-9, high = up_to_force;
    for (int k = 0; k < 60; ++k) {
      const double middle = std::sqrt(low * high);
      (at_load(middle, v).pierced_depth > 0.0 ? high : low) = middle;
    }
    opening = high;
  }
  const auto add = [&](const CellDepth& at) {
    c.displacement.push_back(at.displacement);
    c.force.push_back(at.needle_force);
    c.pierced_depth.push_back(at.pierced_depth);
    c.deflection.push_back(at.deflection);
  };
  add({});
  const int before = c.punctured ? points / 2 : points;
  for (int k = 1; k <= before; ++k)
    add(at_load(opening * (1.0 - 1e-9) * std::pow(static_cast<double>(k) / before, 2), v));
  c.puncture_displacement = c.puncture_force = std::numeric_limits<double>::quiet_NaN();
  if (!c.punctured) return c;
  c.puncture_displacement = c.displacement.back();
  c.puncture_force = c.required_force;
  for (int k = 0; k <= points - before; ++k)
    add(at_load(
        opening * std::pow(up_to_force / opening, static_cast<double>(k) / (points - before)), v));
  c.force_after_drop = c.force[before + 1];
  c.depth_after_drop = c.pierced_depth[before + 1];
  c.crack_half_length = slit(c.pierced_depth.back(), v);
  return c;
}

CellDepth CellLevel::at_load(double force, const Variation& v) const {
  CellDepth out;
  if (!(force > 0.0)) return out;
  const Tip tip = tip_of(v);
  const double shift = tip_shift * (tip.tip - response_tip_);
  const double load = force / v.stiffness;
  const double given = factor_at(correction_.load, correction_.share, load);
  // Of a needle that sticks out by a length; sharper or blunter than the response's it is one that
  // sticks out farther or less.
  const auto needle = [&](double exposed) {
    return v.stiffness * std::min(load, given * share(load, exposed + shift).force);
  };
  const double opening = puncture_force(v);
  const double length = needle_.length;
  double a = 0.0;
  if (needle(length) >= opening) {
    a = balanced([&](double x) { return excess(needle(length - x), tip, x, v); },
                 std::min(length * (1.0 - 1e-6), thickness(skin_)), 2e-5 * length);
  }
  const double exposed = length - a;
  const Share s = share(load, exposed + shift);
  out.pierced_depth = a;
  out.needle_force = needle(exposed);
  out.base_force = force - out.needle_force;
  const double reached = displacement_at(free_, s.free ? load : touching(exposed + shift));
  out.deflection =
      std::clamp(s.free ? reached - shift : reached - shift + s.way * (exposed + shift - reached),
                 0.0, exposed);
  out.displacement = out.deflection + a;
  out.extrapolated =
      s.extrapolated || beyond(correction_.load, load) || beyond(correction_.depth, a);
  return out;
}

CellDepth CellLevel::at_displacement(double d, const Variation& v) const {
  CellDepth out;
  if (!(d > 0.0)) return out;
  const Tip tip = tip_of(v);
  const double shift = tip_shift * (tip.tip - response_tip_);
  const auto force = [&](double deflection) {
    return v.stiffness * force_at(free_, std::max(0.0, deflection + shift));
  };
  if (force(d) >= puncture_force(v)) {
    const auto net = [&](double a) { return excess(force(d - a), tip, a, v); };
    // A gate below what the crack itself takes opens nothing.
    if (net(1e-9) > 0.0)
      out.pierced_depth = balanced(net, std::min(d * (1.0 - 1e-6), thickness(skin_)), 2e-5 * d);
  }
  out.displacement = d;
  out.deflection = d - out.pierced_depth;
  out.needle_force = force(out.deflection);
  out.extrapolated = insertion::extrapolated(free_, out.deflection + shift) ||
                     beyond(correction_.depth, out.pierced_depth);
  return out;
}

}  // namespace percuta::insertion
