#include "percuta/device/device.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <boost/math/tools/roots.hpp>

namespace percuta::device {
namespace {

constexpr double pi = std::numbers::pi;

}  // namespace

std::string name(Shape shape) {
  constexpr std::array names{"cone", "pyramid", "lancet", "blunt"};
  return names.at(static_cast<std::size_t>(shape));
}

double radius_behind_tip(const Needle& n, double s) {
  if (s <= 0.0) return 0.0;
  const double tangent = n.tip_radius * (1.0 - std::sin(n.half_angle));  // where sphere meets cone
  const double radius =
      s < tangent ? std::sqrt(s * (2.0 * n.tip_radius - s))
                  : n.tip_radius * std::cos(n.half_angle) + (s - tangent) * std::tan(n.half_angle);
  return std::min(radius, n.shank_radius);
}

double taper_length(const Needle& n) {
  const double tangent = n.tip_radius * (1.0 - std::sin(n.half_angle));
  return tangent + std::max(0.0, n.shank_radius - n.tip_radius * std::cos(n.half_angle)) /
                       std::tan(n.half_angle);
}

double buckling_force(const Needle& n, double youngs_modulus) {
  const double inertia = 0.25 * pi * std::pow(n.shank_radius, 4);
  return pi * pi * youngs_modulus * inertia / (4.0 * n.length * n.length);
}

double cone_buckling_force(double length, double base_radius, double tip_radius,
                           double youngs_modulus) {
  const double t = tip_radius / base_radius;
  const double inertia = 0.25 * pi * std::pow(base_radius, 4);
  const double base = youngs_modulus * inertia / (length * length);
  if (1.0 - t < 1e-6) return 0.25 * pi * pi * base;
  // With x = s (1-t)/t the root lies where tan x is negative for the first time.
  const double slope = t / (1.0 - t);
  std::uintmax_t iterations = 100;
  const auto [low, high] = boost::math::tools::toms748_solve(
      [slope](double x) { return std::sin(x) + slope * x * std::cos(x); }, 0.5 * pi, pi,
      boost::math::tools::eps_tolerance<double>(50), iterations);
  return std::pow(0.5 * (low + high) * t, 2) * base;
}

double strength(const Needle& n, double youngs_modulus) {
  const double slope = std::tan(n.half_angle);
  const double base = std::min(n.shank_radius, n.tip_radius + n.length * slope);
  const double shaft = std::max(0.0, n.length - (n.shank_radius - n.tip_radius) / slope);
  // EI y'' + P y = 0 with y from the line of the force: on the cone y = r sin(k (1/r_tip - 1/r)),
  // on the shaft a sine. The column holds while y goes on rising to its base.
  const auto holds = [&](double force) {
    const double lambda = std::sqrt(4.0 * force / (pi * youngs_modulus)), k = lambda / slope;
    const double turn = k * (1.0 / n.tip_radius - 1.0 / base);
    const double rise = slope * (std::sin(turn) + k / base * std::cos(turn));
    if (turn >= pi || rise <= 0.0) return false;
    const double q = lambda / (base * base);
    return q * shaft + std::atan2(q * base * std::sin(turn), rise) < 0.5 * pi;
  };
  double low = 0.0, high = 1.01 * buckling_force(n, youngs_modulus);
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (low + high);
    (holds(middle) ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double strength_ratio(const Needle& n, double opening_force, double force_at_depth) {
  return strength(n) / std::max(opening_force, force_at_depth);
}

const std::vector<std::string>& head_names() {
  static const std::vector<std::string> names{"roller", "stamp", "pen"};
  return names;
}

const std::string& kind(const Device& d) { return head_names().at(d.head.index()); }

namespace {

/// Pitch on the drum face, along and across [m].
std::array<double, 2> pitches(const Roller& r) {
  return {2.0 * pi * r.drum_radius / r.needles_per_turn, r.width / r.rows};
}

double lattice_pitch(double along, double across, int rows, bool staggered) {
  if (!staggered || rows < 2) return rows < 2 ? along : std::min(along, across);
  return std::min({along, std::hypot(across, 0.5 * along), rows > 2 ? 2.0 * across : along});
}

/// Least distance of two needles of rows that lie so far apart, shifted by pitches along.
double between_rows(double along, double across, double shift) {
  const double off = shift - std::round(shift);
  return std::hypot(across, off * along);
}

struct Count {
  int operator()(const Roller& r) const { return r.rows * r.needles_per_turn; }
  int operator()(const Stamp& s) const { return s.rows * s.needles_per_row; }
  int operator()(const Pen& p) const { return p.needles; }
};

struct CellArea {
  double operator()(const Roller& r) const { return pitches(r)[0] * pitches(r)[1]; }
  double operator()(const Stamp& s) const { return s.spacing * s.spacing; }
  double operator()(const Pen& p) const {
    return 0.25 * pi * p.head_width * p.head_width / p.needles;
  }
};

struct Width {
  double operator()(const Roller& r) const { return r.width; }
  double operator()(const Stamp& s) const { return s.rows * s.spacing; }
  double operator()(const Pen& p) const { return p.head_width; }
};

struct Pitch {
  double operator()(const Roller& r) const {
    const auto [along, across] = pitches(r);
    double least = along;
    for (int row = 1; row < r.rows && row * across < least; ++row)
      for (int first = 0; first + row < r.rows && first < 2; ++first)
        least = std::min(least, between_rows(along, row * across,
                                             row_shift(r, first + row) - row_shift(r, first)));
    return least;
  }
  double operator()(const Stamp& s) const {
    return lattice_pitch(s.spacing, s.spacing, s.rows, s.staggered);
  }
  double operator()(const Pen& p) const {
    double least = p.head_width;
    const auto all = places(p);
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        least =
            std::min(least, std::hypot(all[i].along - all[j].along, all[i].across - all[j].across));
    return least;
  }
};

}  // namespace

double row_shift(const Roller& r, int row) {
  return (r.staggered && row % 2 == 1 ? 0.5 : 0.0) + r.helix * row / r.rows;
}

int needle_count(const Head& h) { return std::visit(Count{}, h); }
double cell_area(const Device& d) { return std::visit(CellArea{}, d.head); }
double cell_radius(const Device& d) { return std::sqrt(cell_area(d) / pi); }
double width(const Head& h) { return std::visit(Width{}, h); }
double smallest_pitch(const Head& h) { return std::visit(Pitch{}, h); }

std::vector<Place> places(const Pen& p) {
  const double golden = pi * (3.0 - std::sqrt(5.0));
  std::vector<Place> out;
  for (int k = 0; k < p.needles; ++k) {
    const double r = 0.5 * p.head_width * std::sqrt((k + 0.5) / p.needles);
    out.push_back({r * std::cos(k * golden), r * std::sin(k * golden), k});
  }
  return out;
}

std::vector<Place> places(const Stamp& s) {
  std::vector<Place> out;
  for (int row = 0; row < s.rows; ++row)
    for (int k = 0; k < s.needles_per_row; ++k) {
      const double shift = !s.staggered ? 0.0 : row % 2 == 1 ? 0.25 : -0.25;
      out.push_back({(k - 0.5 * (s.needles_per_row - 1) + shift) * s.spacing,
                     (row - 0.5 * (s.rows - 1)) * s.spacing, row});
    }
  return out;
}

}  // namespace percuta::device
