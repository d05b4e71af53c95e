#include "percuta/insertion/energy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace percuta::insertion {
namespace {
constexpr int kDistances = 96;  // of the tables behind the tip; the taper carries all of them
}

double force_at(const IndentationCurve& c, double d) {
  const auto& x = c.displacement;
  if (d <= 0.0) return 0.0;
  const std::size_t n = x.size();
  std::size_t i = d >= x.back() ? n - 2 : std::upper_bound(x.begin(), x.end(), d) - x.begin() - 1;
  if (i == 0) {  // power law through the first two points
    const double exponent = n > 2 ? std::log(c.force[2] / c.force[1]) / std::log(x[2] / x[1]) : 1.5;
    return c.force[1] * std::pow(d / x[1], exponent);
  }
  const double exponent = std::log(c.force[i + 1] / c.force[i]) / std::log(x[i + 1] / x[i]);
  return c.force[i] * std::pow(d / x[i], exponent);
}

bool extrapolated(const IndentationCurve& c, double d) {
  return d > c.displacement.back() * (1.0 + 1e-9);
}

std::vector<double> work_along(const IndentationCurve& c) {
  const auto &x = c.displacement, &f = c.force;
  std::vector<double> work(x.size(), 0.0);
  for (std::size_t i = 1; i < x.size(); ++i) {
    const std::size_t from =
        std::max<std::size_t>(i - 1, 1);  // the first two pieces share their exponent
    const double exponent =
        x.size() > 2 ? std::log(f[from + 1] / f[from]) / std::log(x[from + 1] / x[from]) : 1.5;
    work[i] = work[i - 1] + (f[i] * x[i] - f[i - 1] * x[i - 1]) / (exponent + 1.0);
  }
  return work;
}

double displacement_at(const IndentationCurve& c, double force) {
  const auto& f = c.force;
  if (force <= 0.0) return 0.0;
  const std::size_t n = f.size();
  std::size_t i =
      force >= f.back() ? n - 2 : std::upper_bound(f.begin(), f.end(), force) - f.begin() - 1;
  const auto& x = c.displacement;
  if (i == 0) {
    const double exponent = n > 2 ? std::log(f[2] / f[1]) / std::log(x[2] / x[1]) : 1.5;
    return x[1] * std::pow(force / f[1], 1.0 / exponent);
  }
  const double exponent = std::log(f[i + 1] / f[i]) / std::log(x[i + 1] / x[i]);
  return x[i] * std::pow(force / f[i], 1.0 / exponent);
}

EnergyLevel::EnergyLevel(const skin::Skin& skin, const device::Needle& needle,
                         IndentationCurve indentation, const CrackTable& table)
    : skin_(skin),
      indentation_(std::move(indentation)),
      depth_(thickness(skin)),
      length_(needle.length) {
  gate_ = gate_force(skin, needle.tip_radius, table);

  step_ = std::max(taper_length(needle), 1e-9) / (kDistances - 1);
  double top = 0.0;
  for (const auto& layer : skin.layers) {
    LayerTable t{top, top + layer.thickness, {0.0}, {0.0}, {0.0}};
    const double layer_mu = shear_modulus(layer.law);
    const double alpha = hardening_exponent(layer.law);
    double previous_normal = 0.0;
    for (int k = 1; k < kDistances; ++k) {
      const double radius = radius_behind_tip(needle, k * step_);
      const auto a = table.advance(layer.toughness / (layer_mu * radius), alpha);
      const double normal = layer_mu * radius * a.normal_force;
      t.energy.push_back(layer_mu * radius * radius * a.energy);
      t.normal_sum.push_back(t.normal_sum.back() + 0.5 * step_ * (previous_normal + normal));
      t.half_length.push_back(a.b_over_r * radius);
      previous_normal = normal;
    }
    // Beyond the taper the shank is a cylinder: energy stays, the normal force adds linearly.
    t.normal_sum.push_back(previous_normal);
    layers_.push_back(std::move(t));
    top += layer.thickness;
  }
}

double EnergyLevel::lookup(const std::vector<double>& v, double s) const {
  const double position = s / step_;
  if (position <= 0.0) return 0.0;
  if (position >= kDistances - 1) return v[kDistances - 1];
  const auto i = static_cast<std::size_t>(position);
  const double t = position - static_cast<double>(i);
  return (1.0 - t) * v[i] + t * v[i + 1];
}

double EnergyLevel::crack_force(double a) const {
  double force = 0.0;
  for (const auto& l : layers_) {
    if (a <= l.top) break;
    force += lookup(l.energy, a - l.top) - lookup(l.energy, a - l.bottom);
  }
  return force;
}

double EnergyLevel::friction_force(double a) const {
  const auto sum = [&](const LayerTable& l, double s) {
    const double beyond = s - step_ * (kDistances - 1);
    return lookup(l.normal_sum, s) + (beyond > 0.0 ? beyond * l.normal_sum.back() : 0.0);
  };
  double normal = 0.0;
  for (const auto& l : layers_) {
    if (a <= l.top) break;
    normal += sum(l, a - l.top) - sum(l, std::max(0.0, a - l.bottom));
  }
  return skin_.friction * normal;
}

double EnergyLevel::slit_half_length(double a) const {
  return lookup(layers_.front().half_length, a);
}

double EnergyLevel::balanced_depth(double d) const {
  double low = 0.0, high = std::min(d, depth_);
  if (crack_force(high) + friction_force(high) < force_at(indentation_, d - high)) return high;
  for (int k = 0; k < 40; ++k) {
    const double a = 0.5 * (low + high);
    (crack_force(a) + friction_force(a) < force_at(indentation_, d - a) ? low : high) = a;
  }
  return 0.5 * (low + high);
}

double EnergyLevel::puncture_displacement(double limit) const {
  const double d = displacement_at(indentation_, gate_);
  return d <= limit ? d : std::numeric_limits<double>::quiet_NaN();
}

channel::InsertionState EnergyLevel::at(double d) const {
  const double a = d > displacement_at(indentation_, gate_) ? balanced_depth(d) : 0.0;
  return {force_at(indentation_, d - a), a, d - a};
}

double EnergyLevel::buried_displacement() const {
  const double opened = displacement_at(indentation_, gate_);
  const double all =
      length_ + displacement_at(indentation_, crack_force(length_) + friction_force(length_));
  return std::max(opened, all);
}

double EnergyLevel::indentation_force(double d) const { return force_at(indentation_, d); }

bool EnergyLevel::extrapolates(double d) const {
  return extrapolated(indentation_, at(d).deflection);
}

channel::InsertionCurve EnergyLevel::curve(double up_to, int points) const {
  channel::InsertionCurve c;
  c.required_force = gate_;
  const double puncture = puncture_displacement(up_to);
  c.punctured = std::isfinite(puncture);
  c.puncture_displacement = puncture;
  c.puncture_force = c.punctured ? gate_ : std::numeric_limits<double>::quiet_NaN();
  const double before = c.punctured ? puncture : up_to;
  const auto add = [&](double d, double force, double a) {
    c.displacement.push_back(d);
    c.force.push_back(force);
    c.pierced_depth.push_back(a);
    c.deflection.push_back(d - a);
  };
  const int first =
      c.punctured ? std::clamp(static_cast<int>(points * before / up_to), 8, points - 8) : points;
  for (int k = 0; k <= first; ++k)
    add(before * k / first, force_at(indentation_, before * k / first), 0.0);
  if (!c.punctured) return c;
  for (int k = 0; k <= points - first; ++k) {
    const double d = std::nextafter(puncture, up_to) + (up_to - puncture) * k / (points - first);
    const double a = balanced_depth(d);
    add(d, force_at(indentation_, d - a), a);
    if (k == 0) {
      c.depth_after_drop = a;
      c.force_after_drop = c.force.back();
    }
  }
  c.crack_half_length = slit_half_length(c.pierced_depth.back());
  return c;
}

}  // namespace percuta::insertion
