// Where needles come down, by kinds of devices, and what holes they leave.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include <gtest/gtest.h>

#include "percuta/rolling/rolling.h"

using namespace percuta;

namespace {

constexpr double pi = std::numbers::pi;

const device::Needle kNeedle{1e-3, 125e-6, 4e-6, 0.2};
const device::Device kRoller{"roller", kNeedle, device::Roller{10e-3, 20e-3, 8, 24, true}};
const device::Device kStamp{"stamp", kNeedle, device::Stamp{1.5e-3, 6, 4, false}};
const device::Device kPen{"pen", kNeedle, device::Pen{6, 10e-3, 1e-3, 0.15e-3, 120.0}};

protocol::Protocol passes(std::vector<std::string> directions, int each, double error = 0.05e-3) {
  protocol::Protocol p;
  p.directions = std::move(directions);
  p.passes_per_direction = each;
  p.speed = 20e-3;
  p.spacing_error = error;
  p.angle_error = error > 0.0 ? 0.05 : 0.0;
  p.track_error = error > 0.0 ? 5e-3 : 0.0;
  p.sessions = 1;
  return p;
}

rolling::Laying on(const channel::Patch& patch, std::uint64_t seed = 1) {
  rolling::Laying out;
  out.patch = patch;
  out.rolling_radius = 10e-3;
  out.seed = seed;
  return out;
}

channel::ChannelField laid(const device::Device& device, const protocol::Protocol& protocol,
                           const rolling::Laying& laying) {
  return rolling::channels(device, protocol, laying, channel::depths_of({0.5e-3}),
                           {{50e-6, 50e-6, 0.0}});
}

/// Places across the vertical direction, to a tenth of a micrometre.
std::set<long> tracks(const channel::ChannelField& f, int pass) {
  std::set<long> out;
  for (std::size_t k = 0; k < f.positions.size(); ++k)
    if (f.pass[k] == pass) out.insert(std::lround(f.positions[k][0] * 1e7));
  return out;
}

}  // namespace

TEST(Landings, CountMeetsTheClosedFormulaForEveryKindOfDevice) {
  for (const auto& device : {kRoller, kStamp, kPen}) {
    const auto f = laid(device, passes({"vertical", "diagonal_up"}, 3), on(channel::square(40e-3)));
    EXPECT_NEAR(f.landing_density, f.density_formula, 4.0 * f.landing_density_sd) << device.name;
    EXPECT_LT(f.landing_density_sd, 0.1 * f.landing_density) << device.name;
  }
}

// Arithmetic: 600 to 900 punctures a second by a head of 10 mm that moves at 20 mm/s cover 2 cm^2 a
// second.
TEST(Landings, APenLeaves300To450PerSquareCentimetreAPass) {
  for (const auto& [rate, expected] : {std::pair{100.0, 300.0}, {150.0, 450.0}}) {
    auto pen = kPen;
    std::get<device::Pen>(pen.head).stroke_rate = rate;
    const auto protocol = passes({"vertical"}, 1);
    EXPECT_NEAR(rolling::density_formula(pen, protocol, 1, 0.0) * 1e-4, expected, 1e-9);
    const auto f = laid(pen, protocol, on(channel::square(40e-3)));
    EXPECT_NEAR(f.landing_density * 1e-4, expected,
                std::max(4e-4 * f.landing_density_sd, 0.02 * expected));
  }
}

TEST(Landings, WithoutHandErrorUpAndDownKeepToTheSameTracks) {
  const auto f = laid(kRoller, passes({"vertical"}, 4, 0.0), on(channel::square(40e-3)));
  const auto first = tracks(f, 0);
  EXPECT_EQ(first.size(), 16U);  // 2.5 mm between rows on 40 mm
  for (int pass = 1; pass < 4; ++pass) EXPECT_EQ(tracks(f, pass), first) << pass;
  // With one they do not.
  const auto g = laid(kRoller, passes({"vertical"}, 2), on(channel::square(40e-3)));
  EXPECT_NE(tracks(g, 0), tracks(g, 1));
}

TEST(Landings, OfARollerWithoutErrorAreItsLattice) {
  const auto f = laid(kRoller, passes({"horizontal"}, 1, 0.0), on(channel::square(19e-3)));
  const double pitch = 2.0 * pi * 10e-3 / 24.0;
  for (std::size_t k = 1; k < f.positions.size(); ++k)
    if (f.row[k] == f.row[k - 1] && std::abs(f.positions[k][1] - f.positions[k - 1][1]) < 1e-12) {
      EXPECT_NEAR(f.positions[k][0] - f.positions[k - 1][0], pitch, 1e-12);
    }
}

TEST(Landings, FallOnThePatchAlone) {
  const channel::Patch corner{
      {{0, 0}, {30e-3, 0}, {30e-3, 10e-3}, {10e-3, 10e-3}, {10e-3, 30e-3}, {0, 30e-3}}};
  const auto f = laid(kRoller, passes({"vertical", "horizontal"}, 5), on(corner));
  for (const auto& [x, y] : f.positions) EXPECT_TRUE(y < 10e-3 || x < 10e-3);
  EXPECT_NEAR(f.landing_density, f.density_formula, 4.0 * f.landing_density_sd);
}

TEST(Landings, SessionsLieAtPlacesOfTheirOwn) {
  auto protocol = passes({"vertical"}, 3);
  protocol.sessions = 3;
  const auto f = laid(kRoller, protocol, on(channel::square(30e-3)));
  std::vector<std::size_t> count(3, 0);
  std::set<std::pair<double, double>> places;
  for (std::size_t k = 0; k < f.positions.size(); ++k) {
    ++count[f.session[k]];
    places.insert({f.positions[k][0], f.positions[k][1]});
  }
  EXPECT_EQ(places.size(), f.positions.size());
  for (const auto n : count) EXPECT_NEAR(n / 9e-4, f.density_formula, 5.0 * f.landing_density_sd);
  EXPECT_NEAR(f.landing_density, count[0] / 9e-4, 1e-6);
}

TEST(Reentry, HitsAreChannelsAndThoseThatSlidIn) {
  auto laying = on(channel::square(20e-3));
  const auto protocol = passes({"vertical", "horizontal"}, 8);
  const auto none = laid(kRoller, protocol, laying);
  EXPECT_EQ(none.hit_density, none.channel_density);
  laying.reentry = 1.0;
  laying.reentry_distance = 0.3e-3;
  const auto all = laid(kRoller, protocol, laying);
  EXPECT_EQ(all.hit_density, none.hit_density);
  EXPECT_LT(all.channel_density, none.channel_density);
  // Whoever comes near slides in: no two channels are nearer than that.
  const auto channels = channel::channels_of(all, 0);
  for (std::size_t i = 0; i < channels.positions.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_GT(std::hypot(channels.positions[i][0] - channels.positions[j][0],
                           channels.positions[i][1] - channels.positions[j][1]),
                laying.reentry_distance);
  for (std::size_t k = 0; k < all.positions.size(); ++k)
    if (all.entered[k] >= 0) {
      EXPECT_TRUE(all.is_channel(all.entered[k]));
      EXPECT_EQ(all.positions[k], all.positions[all.entered[k]]);
    }
  laying.reentry = 0.5;
  const auto half = laid(kRoller, protocol, laying);
  EXPECT_LT(all.channel_density, half.channel_density);
  EXPECT_LT(half.channel_density, none.channel_density);
}

// The needle's axis goes through the drum's, at height rho over the skin; rolled by theta it meets
// the surface at rho theta - rho tan theta.
TEST(Hole, OfARollerIsSweptAsItsShaftGoes) {
  const double rho = 10e-3, depth = 0.3e-3, phi = std::acos(rho / (rho + depth));
  double low = 0.0, high = 0.0;
  for (int k = 0; k <= 1000; ++k) {
    const double theta = phi * (2.0 * k / 1000 - 1.0), x = rho * (theta - std::tan(theta));
    low = std::min(low, x);
    high = std::max(high, x);
  }
  const auto h = rolling::hole(kRoller, {}, rho, 0.5, depth);
  const double across = 0.5 * radius_behind_tip(kNeedle, depth);
  EXPECT_NEAR(h.across, across, 1e-15);
  EXPECT_NEAR(2.0 * h.along, 2.0 * across + (high - low), 1e-9);
}

TEST(Hole, OfAPressedNeedleIsRoundAndOfAFlatOneASlit) {
  const auto round = rolling::hole(kStamp, {}, 0.0, 0.5, 0.3e-3);
  EXPECT_EQ(round.along, round.across);
  auto flat = kStamp;
  flat.needle.breadth_ratio = 2.5;
  const auto slit = rolling::hole(flat, {}, 0.0, 0.5, 0.3e-3);
  EXPECT_NEAR(slit.along, 2.5 * slit.across, 1e-15);
  EXPECT_EQ(rolling::hole(kStamp, {}, 0.0, 0.5, 0.0).along, 0.0);
}

// The stroke sampled in time: as long as the tip is below where the skin was pushed to.
TEST(Hole, OfAPenIsDrawnByItsHead) {
  auto protocol = passes({"vertical"}, 1);
  const double stroke = 1e-3, rate = 120.0;
  for (const double depth : {0.1e-3, 0.4e-3, 0.9e-3}) {
    int inside = 0;
    constexpr int kTimes = 200000;
    for (int k = 0; k < kTimes; ++k) {
      const double tip = 0.5 * stroke * (1.0 + std::cos(2.0 * pi * (k + 0.5) / kTimes));
      inside += tip > stroke - depth ? 1 : 0;
    }
    const double way = protocol.speed * inside / kTimes / rate;
    const auto h = rolling::hole(kPen, protocol, 0.0, 0.5, depth);
    EXPECT_NEAR(2.0 * (h.along - h.across), way, 1e-4 * way + 1e-10) << depth;
  }
}
