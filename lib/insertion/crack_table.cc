#include "percuta/insertion/crack_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <numbers>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/tools/minima.hpp>

#include "percuta/core/errors.h"

namespace percuta::insertion {
namespace {

constexpr double kFirst = -4.0;  // ln G_hat
constexpr double kLast = 14.0;
constexpr int kPoints = 361;
constexpr double kStep = (kLast - kFirst) / (kPoints - 1);

// Slopes of a cubic Hermite interpolant through the parabolas of three neighbours.
std::vector<double> hermite_slopes(const std::vector<double>& x, const std::vector<double>& y) {
  const std::size_t n = x.size();
  std::vector<double> secant(n - 1), slope(n);
  for (std::size_t i = 0; i + 1 < n; ++i) secant[i] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double a = x[i] - x[i - 1], b = x[i + 1] - x[i];
    slope[i] = (secant[i - 1] * b + secant[i] * a) / (a + b);  // parabola through three points
  }
  slope[0] = 2.0 * secant[0] - slope[1];
  slope[n - 1] = 2.0 * secant[n - 2] - slope[n - 2];
  return slope;
}

}  // namespace

double CrackTable::Row::log_f_at(double lx, double* slope) const {
  const std::size_t n = log_x.size();
  if (lx <= log_x.front() || lx >= log_x.back()) {
    const std::size_t end = lx <= log_x.front() ? 0 : n - 1;
    if (end == 0 && alpha < 2.0 + 1e-9) {  // neo-Hookean: f -> pi ln(2R/b) for short cracks
      const double f = std::exp(log_f[0]) + std::numbers::pi * (log_x[0] - lx);
      if (slope) *slope = -std::numbers::pi / f;
      return std::log(f);
    }
    if (slope) *slope = slopes[end];
    return log_f[end] + slopes[end] * (lx - log_x[end]);
  }
  const std::size_t i = std::upper_bound(log_x.begin(), log_x.end(), lx) - log_x.begin() - 1;
  const double h = log_x[i + 1] - log_x[i], t = (lx - log_x[i]) / h;
  const double h00 = (1 + 2 * t) * (1 - t) * (1 - t), h10 = t * (1 - t) * (1 - t),
               h01 = t * t * (3 - 2 * t), h11 = t * t * (t - 1);
  if (slope)
    *slope = (6 * t * t - 6 * t) / h * log_f[i] + (3 * t * t - 4 * t + 1) * slopes[i] +
             (6 * t - 6 * t * t) / h * log_f[i + 1] + (3 * t * t - 2 * t) * slopes[i + 1];
  return h00 * log_f[i] + h10 * h * slopes[i] + h01 * log_f[i + 1] + h11 * h * slopes[i + 1];
}

CrackTable::Row CrackTable::make_row(double alpha, const std::vector<double>& log_x,
                                     const std::vector<double>& log_f) {
  Row row{alpha, log_x, log_f, hermite_slopes(log_x, log_f), {}, {}, {}};
  // -f'(x)/2 = G_hat falls with x: for each G_hat bisect for x, in logarithms.
  for (int k = 0; k < kPoints; ++k) {
    const double target = std::exp(kFirst + k * kStep);
    double low = -16.0, high = 6.0;
    for (int iteration = 0; iteration < 80; ++iteration) {
      const double middle = 0.5 * (low + high);
      double slope = 0.0;
      const double f = std::exp(row.log_f_at(middle, &slope));
      const double release = -0.5 * f * slope / std::exp(middle);
      (release > target ? low : high) = middle;
    }
    const double lx = 0.5 * (low + high), x = std::exp(lx);
    double slope = 0.0;
    const double f = std::exp(row.log_f_at(lx, &slope));
    row.log_energy.push_back(std::log(2.0 * x * target + f));
    row.log_ratio.push_back(lx);
    row.log_normal.push_back(std::log(f * (2.0 - slope)));
  }
  return row;
}

CrackTable CrackTable::read(const std::string& path) {
  std::ifstream in(path);
  if (!in)
    throw core::FileError(
        fmt::format("{}: cannot read the crack-opening table; is PERCUTA_DATA right?", path));
  std::map<double, std::map<double, double>> samples;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#' || line[0] == 'a') continue;
    std::istringstream cells(line);
    double alpha = 0, x = 0, f = 0;
    char comma = 0;
    cells >> alpha >> comma >> x >> comma >> f;
    if (!cells || !(x > 0.0) || !(f > 0.0))
      throw core::FileError(fmt::format("{}: bad line \"{}\"", path, line));
    samples[alpha][std::log(x)] = std::log(f);
  }
  CrackTable table;
  for (const auto& [alpha, row] : samples) {
    if (row.size() < 4) continue;
    std::vector<double> lx, lf;
    for (const auto& [x, f] : row) {
      lx.push_back(x);
      lf.push_back(f);
    }
    table.rows_.push_back(make_row(alpha, lx, lf));
  }
  if (table.rows_.size() < 2)
    throw core::FileError(fmt::format("{}: holds fewer than two rows of alpha", path));
  return table;
}

std::pair<std::size_t, double> CrackTable::bracket(double alpha) const {
  if (alpha < rows_.front().alpha - 1e-12 || alpha > rows_.back().alpha + 1e-12)
    throw std::out_of_range(
        fmt::format("hardening exponent {:g} lies outside the crack-opening table ({:g} to {:g})",
                    alpha, rows_.front().alpha, rows_.back().alpha));
  std::size_t i = 0;
  while (i + 2 < rows_.size() && rows_[i + 1].alpha <= alpha) ++i;
  return {i,
          std::clamp((alpha - rows_[i].alpha) / (rows_[i + 1].alpha - rows_[i].alpha), 0.0, 1.0)};
}

double CrackTable::opening_energy(double b_over_r, double alpha) const {
  const auto [i, t] = bracket(alpha);
  const double lx = std::log(b_over_r);
  return std::exp((1.0 - t) * rows_[i].log_f_at(lx, nullptr) +
                  t * rows_[i + 1].log_f_at(lx, nullptr));
}

CrackTable::Advance CrackTable::at(const Row& row, double log_toughness) {
  const double position = std::clamp((log_toughness - kFirst) / kStep, 0.0, kPoints - 1.000001);
  const auto i = static_cast<std::size_t>(position);
  const double t = position - static_cast<double>(i);
  const auto mix = [&](const std::vector<double>& v) { return (1.0 - t) * v[i] + t * v[i + 1]; };
  return {mix(row.log_energy), mix(row.log_ratio), mix(row.log_normal)};
}

CrackTable::Advance CrackTable::advance(double toughness_over_mu_r, double alpha) const {
  const auto [i, t] = bracket(alpha);
  const double lg = std::log(std::max(toughness_over_mu_r, 1e-300));
  const Advance a = at(rows_[i], lg);
  if (t == 0.0) return {std::exp(a.energy), std::exp(a.b_over_r), std::exp(a.normal_force)};
  const Advance b = at(rows_[i + 1], lg);
  const auto mix = [&](double u, double v) { return std::exp((1.0 - t) * u + t * v); };
  return {mix(a.energy, b.energy), mix(a.b_over_r, b.b_over_r),
          mix(a.normal_force, b.normal_force)};
}

namespace {

// In x = ln(stretch) and with sinh and expm1 nothing cancels near the unstretched state.
template <class F>
double integrate_to(F f, double end) {
  return boost::math::quadrature::gauss_kronrod<double, 31>::integrate(f, 0.0, end, 10, 1e-11);
}

double ratio(double numerator, double denominator, double at_zero) {
  return denominator == 0.0 ? at_zero : numerator / denominator;
}

}  // namespace

// p = int W'(l)/(l^3 - 1) dl with W' = (4/alpha)(l^(alpha-1) - l^(-2 alpha-1)).
double spherical_cavity_pressure(double stretch, double alpha) {
  return integrate_to(
      [=](double x) {
        return ratio(4.0 / alpha * (std::expm1(alpha * x) - std::expm1(-2.0 * alpha * x)),
                     std::expm1(3.0 * x), 4.0);
      },
      std::log(stretch));
}

// p = int W'(l)/(l^2 - 1) dl with W' = (2/alpha)(l^(alpha-1) - l^(-alpha-1)).
double cylindrical_cavity_pressure(double stretch, double alpha) {
  return integrate_to(
      [=](double x) { return ratio(4.0 / alpha * std::sinh(alpha * x), std::expm1(2.0 * x), 2.0); },
      std::log(stretch));
}

// The strain energy of the tube around the hole, S/(pi mu) = (1 - b^2) int W(l) 2 l/(l^2 - 1)^2 dl.
double hole_energy(double b, double alpha) {
  const auto density = [=](double x) {
    const double s = std::sinh(0.5 * alpha * x), e = std::expm1(2.0 * x);
    return ratio(8.0 / (alpha * alpha) * s * s * 2.0 * std::exp(2.0 * x), e * e, 1.0);
  };
  return (1.0 - b * b) * integrate_to(density, -std::log(b));
}

RingCrack ring_crack(double toughness, double alpha) {
  const auto cost = [&](double log_b) {
    const double b = std::exp(log_b);
    return 2.0 * b * toughness + hole_energy(b, alpha);
  };
  const auto [log_b, value] =
      boost::math::tools::brent_find_minima(cost, std::log(1e-3), -1e-9, 40);
  return {value, std::exp(log_b)};
}

double gate_force(const skin::Skin& skin, double tip_radius, const CrackTable& table) {
  const auto& law = skin.layers.front().law;
  const double mu = shear_modulus(law);
  return mu * tip_radius * tip_radius *
         table.advance(skin.gate_toughness / (mu * tip_radius), hardening_exponent(law)).energy;
}

}  // namespace percuta::insertion
