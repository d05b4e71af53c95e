#include "percuta/delivery/delivery.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <stdexcept>

#include "percuta/core/errors.h"

namespace percuta::delivery {
namespace {

void refuse(bool wrong, const char* what) {
  if (wrong) throw std::invalid_argument(what);
}

void check_overlap(const Problem& p) {
  double density = 0.0, widest = 0.0;
  for (const auto& c : p.channels) {
    density += c.density;
    widest = std::max({widest, c.radius, c.tip_radius});
  }
  if (std::numbers::pi * widest * widest * density >= 1.0)
    throw core::SolveError(
        "delivery: channels are so dense that they overlap, and no skin is left between them; "
        "fewer passes, or shorter needles");
}

}  // namespace

void check(const Problem& p) {
  refuse(p.layers.empty(), "delivery: there are no layers");
  for (const auto& l : p.layers)
    refuse(!(l.thickness > 0.0 && l.diffusivity > 0.0 && l.partition > 0.0 && l.bound >= 0.0 &&
             l.clearance >= 0.0 && l.membrane > 0.0),
           "delivery: a layer needs a thickness, a diffusivity and a partition above 0");
  for (const auto& c : p.channels)
    refuse(!(c.density >= 0.0 && c.depth > 0.0 && c.radius > 0.0 && c.tip_radius > 0.0),
           "delivery: channels need a depth and radii above 0");
  refuse(!p.channels.empty() && !(p.channel_diffusivity > 0.0 && p.channel_conductance > 0.0),
         "delivery: channels need a diffusivity of their fluid");
  refuse(!(p.duration > 0.0), "delivery: the duration must be above 0");
  const auto& v = p.vehicle;
  refuse(v.donor != Donor::reservoir && !v.times.empty() && !(v.volume > 0.0),
         "delivery: a finite dose needs a volume");
  refuse(v.donor == Donor::film && !(v.residue > 0.0), "delivery: a film needs a residue");
  refuse(!(v.concentration >= 0.0 && v.solubility > 0.0),
         "delivery: the concentration must not be negative");
  check_overlap(p);
}

std::vector<double> event_times(const Problem& p) {
  const auto& v = p.vehicle;
  std::set<double> all(p.report_times.begin(), p.report_times.end());
  all.insert(v.times.begin(), v.times.end());
  for (const double t : {v.wash_off, p.cover.from, p.cover.to}) all.insert(t);
  std::vector<double> out;
  for (const double t : all)
    if (t > 0.0 && t < p.duration) out.push_back(t);
  out.push_back(p.duration);
  return out;
}

double Film::thickness(const Vehicle& v, double time) const {
  if (v.donor != Donor::film) return volume;
  return std::max(std::min(volume, v.residue * laid), volume - v.evaporation * (time - since));
}

Happened happen(Film& film, const Vehicle& v, double time) {
  Happened out;
  if (v.wash_off == time) {
    film = {};
    out.washed = true;
  }
  for (const double t : v.times) {
    if (t != time) continue;
    film.there = out.laid = true;
    if (v.donor == Donor::reservoir) continue;
    film = {true, film.thickness(v, time) + v.volume, film.laid + v.volume, time};
    out.amount += v.volume * v.concentration;
  }
  return out;
}

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
