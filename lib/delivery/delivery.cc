#include "percuta/delivery/delivery.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace percuta::delivery {

double open_share(const Channels& c, const Cover& cover, double time) {
  const double t = std::max(0.0, time);
  const double covered = std::max(0.0, std::min(t, cover.to) - std::min(t, cover.from));
  return std::exp2(-(t - covered) / c.half_life - covered / c.half_life_covered);
}

double open_share(const Problem& p, double time) {
  double open = 0.0, all = 0.0;
  for (const auto& c : p.channels) {
    open += c.density * open_share(c, p.cover, time);
    all += c.density;
  }
  return all > 0.0 ? open / all : 0.0;
}

std::vector<double> in_skin(const Course& c) {
  std::vector<double> out(c.time.size(), 0.0);
  for (const auto& layer : c.in_layers)
    for (std::size_t k = 0; k < out.size(); ++k) out[k] += layer[k];
  return out;
}

double at_time(const Course& c, const std::vector<double>& series, double time) {
  const auto next = std::upper_bound(c.time.begin(), c.time.end(), time);
  if (next == c.time.begin()) return series.front();
  if (next == c.time.end()) return series.back();
  const auto k = static_cast<std::size_t>(next - c.time.begin());
  const double share = (time - c.time[k - 1]) / (c.time[k] - c.time[k - 1]);
  return series[k - 1] + share * (series[k] - series[k - 1]);
}

double lag(const Course& c) {
  const auto steepest = std::max_element(c.flux_through.begin(), c.flux_through.end());
  if (steepest == c.flux_through.end() || !(*steepest > 0.0)) return std::nan("");
  const auto k = static_cast<std::size_t>(steepest - c.flux_through.begin());
  return c.time[k] - c.through[k] / *steepest;
}

double time_above(const Course& c, double concentration) {
  double sum = 0.0;
  for (std::size_t k = 1; k < c.time.size(); ++k) {
    const double a = c.watched[k - 1] - concentration, b = c.watched[k] - concentration;
    const double step = c.time[k] - c.time[k - 1];
    if (a > 0.0 && b > 0.0) sum += step;
    else if (a > 0.0 || b > 0.0) sum += step * std::max(a, b) / (std::abs(a) + std::abs(b));
  }
  return sum;
}

double channel_conductance(const Channels& c, double channel_diffusivity,
                           double tissue_diffusivity) {
  return 1.0 / (c.depth / (channel_diffusivity * std::numbers::pi * c.radius * c.tip_radius) +
                1.0 / (4.0 * tissue_diffusivity * c.tip_radius));
}

double ring_factor(double radius, double outer) {
  const double r2 = radius * radius, o2 = outer * outer, ring = o2 - r2;
  return (o2 * o2 * std::log(outer / radius) / ring - 0.25 * (3.0 * o2 - r2)) / ring;
}

}  // namespace percuta::delivery
