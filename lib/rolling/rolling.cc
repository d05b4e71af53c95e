#include "percuta/rolling/rolling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>

#include "percuta/channel/statistics.h"

namespace percuta::rolling {
namespace {

constexpr double pi = std::numbers::pi;

double pitch_angle(const device::Roller& r) { return 2.0 * pi / r.needles_per_turn; }

/// Displacement below the surface of a row at an angle from the vertical, drum approach h.
double row_displacement(const device::Device& d, double phi, double approach) {
  const double r = d.roller.drum_radius;
  return (r + d.needle.length) * std::cos(phi) - r + approach;
}

// Positions of one pass on the square [0, side]^2. Strips of the roller's width lie side by side,
// each rolled with its own phase, so that the square is covered once.
template <class Random>
void add_pass(const device::Roller& roller, double rolling_radius, double angle,
              double spacing_error, double side, int direction, Random& random,
              channel::ChannelField& field) {
  boost::random::uniform_01<double> uniform;
  boost::random::normal_distribution<double> normal;
  const double across = roller.width / roller.rows;
  const double along = pitch_angle(roller) * rolling_radius;
  const double reach = side * std::numbers::sqrt2 / 2.0 + roller.width + along;
  const double c = std::cos(angle), s = std::sin(angle);
  const double shift = uniform(random) * roller.width;
  for (double strip = -reach - shift; strip < reach; strip += roller.width) {
    const double phase = uniform(random) * along;
    for (int row = 0; row < roller.rows; ++row) {
      const double v = strip + (row + 0.5) * across;
      const double stagger = roller.staggered && row % 2 == 1 ? 0.5 * along : 0.0;
      for (double u = -reach - phase + stagger; u < reach; u += along) {
        const double eu = spacing_error * normal(random), ev = spacing_error * normal(random);
        const double x = 0.5 * side + (u + eu) * c - (v + ev) * s;
        const double y = 0.5 * side + (u + eu) * s + (v + ev) * c;
        if (x < 0.0 || x >= side || y < 0.0 || y >= side) continue;
        field.positions.push_back({x, y});
        field.direction.push_back(direction);
      }
    }
  }
}

void roll_session(const device::Device& device, const protocol::Protocol& protocol,
                  double rolling_radius, std::uint64_t seed, channel::ChannelField& field) {
  boost::random::mt19937_64 random(seed);
  boost::random::normal_distribution<double> normal;
  for (std::size_t d = 0; d < protocol.directions.size(); ++d)
    for (int pass = 0; pass < protocol.passes_per_direction; ++pass) {
      const double angle =
          protocol::angle(protocol.directions[d]) + protocol.angle_error * normal(random);
      add_pass(device.roller, rolling_radius, angle, protocol.spacing_error, field.side,
               static_cast<int>(d), random, field);
    }
}

}  // namespace

core::ModelCard card() {
  return {"device",
          "rolling",
          "needle lattice of a drum that rolls without slip, with phases and hand error; the drum "
          "a cylinder on the layered skin",
          "drums that sink in by little of their radius",
          {"The skin under the drum is a stack of layers on a rigid support, the drum a smooth "
           "cylinder; each needle is pressed straight down in its own share of "
           "it by the load that rolling brings to its row. Real needles enter obliquely and drag.",
           "Channel width after withdrawal is the needle's radius times one ratio. Channels never "
           "meet an older channel again."},
          {}};
}

Kinematics kinematics(const device::Device& d) {
  const double r = d.roller.drum_radius;
  Kinematics k{};
  k.entry_angle = std::acos(r / (r + d.needle.length));
  k.half_sweep = r * (std::tan(k.entry_angle) - k.entry_angle);
  const double pitch = pitch_angle(d.roller);
  k.rows_engaged = 1 + 2 * static_cast<int>(std::floor(k.entry_angle / pitch));
  k.side_row_displacement = std::max(0.0, row_displacement(d, pitch, 0.0));
  return k;
}

double density_formula(const device::Roller& r, int passes, double rolling_radius) {
  return passes * device::needle_count(r) / (2.0 * pi * rolling_radius * r.width);
}

double expected_landings(const device::Roller& roller, const protocol::Protocol& protocol,
                         double side) {
  return density_formula(roller, protocol::passes(protocol), roller.drum_radius) * side * side;
}

channel::ChannelField channels(const device::Device& device, const protocol::Protocol& protocol,
                               double rolling_radius, double side, double opening_radius,
                               const channel::Depths& depths, std::uint64_t seed,
                               core::Observer& observer) {
  channel::ChannelField field;
  field.side = side;
  field.passes = protocol::passes(protocol);
  roll_session(device, protocol, rolling_radius, seed, field);
  const double area = side * side;
  field.landing_density = field.positions.size() / area;

  // The sampling error: how the count on such a square scatters over other phases and hands.
  constexpr int kReplicas = 40;
  double sum = 0.0, squares = 0.0;
  for (int k = 1; k <= kReplicas; ++k) {
    channel::ChannelField other;
    other.side = side;
    roll_session(device, protocol, rolling_radius, seed + 0x9e3779b97f4a7c15ULL * k, other);
    const double n = other.positions.size() / area;
    sum += n;
    squares += n * n;
    core::report(observer, "channels", static_cast<double>(k) / kReplicas);
  }
  const double mean = sum / kReplicas;
  field.landing_density_sd =
      std::sqrt(std::max(0.0, (squares - kReplicas * mean * mean) / (kReplicas - 1)));
  field.density_formula = density_formula(device.roller, field.passes, rolling_radius);

  // Which needle of the scatter lands where is drawn by itself, so that places do not hang on it.
  boost::random::mt19937_64 random(seed ^ 0x5851f42d4c957f2dULL);
  boost::random::uniform_01<double> uniform;
  std::vector<std::array<double, 2>> pierced;
  for (const auto& position : field.positions) {
    const auto k =
        static_cast<std::size_t>(uniform(random) * static_cast<double>(depths.depth.size()));
    field.depth.push_back(depths.depth[std::min(k, depths.depth.size() - 1)]);
    if (field.depth.back() > 0.0) pierced.push_back(position);
  }
  const double n = field.landing_density, share = depths.share;
  field.channel_density = pierced.size() / area;
  field.channel_density_sd =
      std::hypot(share * field.landing_density_sd, std::sqrt(share * (1.0 - share) * n / area));
  field.nearest_neighbour = channel::mean_nearest_neighbour(pierced, side);
  field.nearest_neighbour_random = field.channel_density > 0.0
                                       ? 0.5 / std::sqrt(field.channel_density)
                                       : std::numeric_limits<double>::quiet_NaN();
  field.largest_untreated_circle = channel::largest_empty_circle(pierced, side);
  field.opened_fraction = channel::covered_fraction(pierced, side, opening_radius);
  return field;
}

channel::Bleeding bleeding(double depth, double loops, double dense_plexus, double heavy) {
  using channel::Bleeding;
  if (!(depth > 0.0))
    return Bleeding::none;  // what is not pierced does not bleed, wherever vessels lie
  if (depth >= heavy) return Bleeding::heavy;
  if (depth >= dense_plexus) return Bleeding::capillary;
  return depth >= loops ? Bleeding::first_loops : Bleeding::none;
}

double expected_loop_hits(double radius, double density, double diameter) {
  return density * pi * std::pow(radius + 0.5 * diameter, 2);
}

}  // namespace percuta::rolling
