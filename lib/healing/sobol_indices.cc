#include "percuta/healing/sobol_indices.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>
#include <utility>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include "percuta/healing/bands.h"

namespace percuta::healing {
namespace {

constexpr int kResamplings = 1000;

/// What a base point adds to the sums that indices are ratios of.
struct BasePoint {
  double sum = 0.0, squares = 0.0;   // of A and B, from the mean of all
  std::vector<double> alone, parts;  // of each input: B (AB_i - A), (A - AB_i)^2 / 2
};

BasePoint base_point(std::span<const double> runs, double mean) {
  const double a = runs[0] - mean, b = runs[1] - mean;
  BasePoint out{a + b, a * a + b * b, {}, {}};
  for (const double run : runs.subspan(2)) {
    const double change = run - mean - a;
    out.alone.push_back(b * change);
    out.parts.push_back(0.5 * change * change);
  }
  return out;
}

/// Sums over base points, of which each counts as often as it was drawn.
struct Sums {
  double count = 0.0;
  BasePoint of;

  Sums(const std::vector<BasePoint>& points, const std::vector<double>& times) {
    of.alone.assign(points.front().alone.size(), 0.0);
    of.parts = of.alone;
    for (std::size_t j = 0; j < points.size(); ++j) {
      if (times[j] == 0.0) continue;
      count += times[j];
      of.sum += times[j] * points[j].sum;
      of.squares += times[j] * points[j].squares;
      for (std::size_t i = 0; i < of.alone.size(); ++i) {
        of.alone[i] += times[j] * points[j].alone[i];
        of.parts[i] += times[j] * points[j].parts[i];
      }
    }
  }
  double variance() const {
    const double mean = of.sum / (2.0 * count);
    return of.squares / (2.0 * count) - mean * mean;
  }
  double first(std::size_t i) const { return of.alone[i] / count / variance(); }
  double total(std::size_t i) const { return of.parts[i] / count / variance(); }
};

/// Puts the intervals of the indices beside them.
void resample(Variance& out, const std::vector<BasePoint>& points, std::uint64_t seed) {
  const std::size_t inputs = out.of.size();
  std::vector<std::vector<double>> first(inputs), total(inputs);
  boost::random::mt19937_64 random(seed);
  boost::random::uniform_int_distribution<std::size_t> any(0, points.size() - 1);
  for (int k = 0; k < kResamplings; ++k) {
    std::vector<double> times(points.size(), 0.0);
    for (std::size_t j = 0; j < points.size(); ++j) times[any(random)] += 1.0;
    const Sums sums(points, times);
    if (!(sums.variance() > 0.0)) continue;
    for (std::size_t i = 0; i < inputs; ++i) {
      first[i].push_back(sums.first(i));
      total[i].push_back(sums.total(i));
    }
  }
  for (std::size_t i = 0; i < inputs; ++i) {
    std::tie(out.of[i].first.low, out.of[i].first.high) = quantiles(std::move(first[i]), 0.025);
    std::tie(out.of[i].total.low, out.of[i].total.high) = quantiles(std::move(total[i]), 0.025);
  }
}

/// Mean of the runs A and B of base points.
double mean_of(const std::vector<std::span<const double>>& points) {
  double sum = 0.0;
  for (const auto& runs : points) sum += runs[0] + runs[1];
  return sum / (2.0 * static_cast<double>(points.size()));
}

}  // namespace

std::vector<std::vector<double>> saltelli_design(std::size_t inputs, std::size_t base_points,
                                                 std::uint64_t seed) {
  const auto n = static_cast<std::ptrdiff_t>(inputs);
  std::vector<std::vector<double>> out;
  out.reserve((inputs + 2) * base_points);
  for (const auto& both : shifted_sobol(2 * inputs, base_points, seed)) {
    const std::vector<double> a(both.begin(), both.begin() + n), b(both.begin() + n, both.end());
    out.push_back(a);
    out.push_back(b);
    for (std::size_t i = 0; i < inputs; ++i) {
      out.push_back(a);
      out.back()[i] = b[i];
    }
  }
  return out;
}

Variance sobol_indices(std::span<const double> outcomes, std::size_t inputs, std::uint64_t seed) {
  Variance out;
  std::vector<std::span<const double>> whole;
  for (std::size_t at = 0; at + inputs + 2 <= outcomes.size(); at += inputs + 2) {
    const auto runs = outcomes.subspan(at, inputs + 2);
    if (std::all_of(runs.begin(), runs.end(), [](double v) { return std::isfinite(v); }))
      whole.push_back(runs);
    else ++out.left_out;
  }
  out.used = static_cast<int>(whole.size());
  if (whole.size() < 2) throw std::invalid_argument("indices take two base points");
  out.mean = mean_of(whole);
  std::vector<BasePoint> points;
  for (const auto& runs : whole) points.push_back(base_point(runs, out.mean));
  const Sums sums(points, std::vector<double>(points.size(), 1.0));
  out.deviation = std::sqrt(std::max(0.0, sums.variance()));
  if (!(out.deviation > 1e-12 * std::abs(out.mean)))
    throw std::invalid_argument("outcomes that do not differ have no indices");
  for (std::size_t i = 0; i < inputs; ++i)
    out.of.push_back({{sums.first(i), 0.0, 0.0}, {sums.total(i), 0.0, 0.0}});
  resample(out, points, seed);
  return out;
}

Variance sobol_indices(const std::function<double(std::span<const double>)>& of, std::size_t inputs,
                       std::size_t base_points, std::uint64_t seed) {
  std::vector<double> outcomes;
  for (const auto& run : saltelli_design(inputs, base_points, seed)) outcomes.push_back(of(run));
  return sobol_indices(outcomes, inputs, seed);
}

}  // namespace percuta::healing
