#include "percuta/rolling/drum_contact.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace percuta::rolling {
namespace {

constexpr double pi = std::numbers::pi;

double pitch(const device::Roller& r) { return 2.0 * pi * r.drum_radius / r.needles_per_turn; }

// P'/(p0 b) of the pressure p0 (1 - t^2)^k, which falls with k.
double fullness(double k) { return std::sqrt(pi) * boost::math::tgamma_ratio(k + 1.0, k + 1.5); }

double shape_of(const DrumState& s) {
  const double wanted = s.load / (s.pressure * s.half_width);
  double low = -0.8, high = 20.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (fullness(middle) > wanted ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/// Power laws from state to state; below the first and beyond the last they go on.
DrumState state_at(const DrumResponse& r, double load) {
  const auto& s = r.states;
  std::size_t i = 2;
  while (i + 1 < s.size() && s[i].load < load) ++i;
  const double t = std::log(load / s[i - 1].load) / std::log(s[i].load / s[i - 1].load);
  const auto mix = [&](double a, double b) { return a * std::pow(b / a, t); };
  return {load, mix(s[i - 1].half_width, s[i].half_width), mix(s[i - 1].pressure, s[i].pressure),
          mix(s[i - 1].approach, s[i].approach)};
}

}  // namespace

DrumContact drum_contact(const device::Roller& r, const DrumResponse& response, double load,
                         double stiffness) {
  DrumContact c;
  const double per_width = load / r.width;
  c.state = state_at(response, per_width / stiffness);
  c.extrapolated = c.state.load > response.states.back().load * (1.0 + 1e-9);
  c.state.load = per_width;
  c.state.pressure *= stiffness;
  c.shape = shape_of(c.state);
  // Share of the load on one side of a line, by the symmetric beta distribution.
  const auto below = [&](double x) {
    const double t = std::clamp(x / c.state.half_width, -1.0, 1.0);
    return boost::math::ibeta(c.shape + 1.0, c.shape + 1.0, 0.5 * (1.0 + t));
  };
  const double p = pitch(r), across = r.width / r.rows;
  const auto cell_at = [&](double x) {
    return per_width * across * (below(x + 0.5 * p) - below(x - 0.5 * p));
  };
  for (int k = 0; k == 0 || (k - 0.5) * p < c.state.half_width; ++k)
    c.cell_loads.push_back(cell_at(k * p));
  // A stiff skin on deep fat is pressed most at the edges of a light contact.
  constexpr int kPlaces = 64;
  for (int k = 0; k < kPlaces; ++k)
    c.peak = std::max(c.peak, cell_at(c.state.half_width * k / kPlaces));
  return c;
}

double contact_half_width(const device::Roller& r, const DrumResponse& response, double load,
                          double stiffness) {
  return state_at(response, load / r.width / stiffness).half_width;
}

}  // namespace percuta::rolling
