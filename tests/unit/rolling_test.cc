#include "percuta/rolling/rolling.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

using namespace percuta;

namespace {

constexpr double kDegree = std::numbers::pi / 180.0;

device::Device roller(double length) {
  return {"test", {length, 125e-6, 4e-6, 12 * kDegree}, device::Roller{10e-3, 20e-3, 8, 24, true}};
}

protocol::Protocol passes(std::vector<std::string> directions, int each) {
  protocol::Protocol p;
  p.directions = std::move(directions);
  p.passes_per_direction = each;
  p.load = 5;
  p.angle_error = 3 * kDegree;
  p.spacing_error = 0.05e-3;
  p.sessions = 1;
  return p;
}

channel::Depths all_pierce() { return channel::depths_of({0.5e-3}); }

rolling::Laying on_square(double side, std::uint64_t seed) {
  rolling::Laying out;
  out.patch = channel::square(side);
  out.rolling_radius = 10e-3;
  out.seed = seed;
  return out;
}

/// Round holes of one radius, one for each of the depths.
std::vector<channel::Hole> holes(double radius, std::size_t depths = 1) {
  return std::vector<channel::Hole>(depths, {radius, radius, 0.0});
}

}  // namespace

// Derived from the geometry of rolling without slip.
TEST(RollingKinematics, MeetsTheTableOfRigidDrums) {
  struct Row {
    double length, angle, sweep;
    int rows;
    double side;
  };
  for (const Row& row : {Row{0.2e-3, 11.4, 0.026, 1, 0},
                         {0.5e-3, 17.8, 0.103, 3, 0.142},
                         {1.0e-3, 24.6, 0.286, 3, 0.625},
                         {1.5e-3, 29.6, 0.514, 3, 1.108},
                         {2.5e-3, 36.9, 1.065, 5, 2.074}}) {
    const auto k =
        rolling::kinematics(std::get<device::Roller>(roller(row.length).head), row.length);
    EXPECT_NEAR(k.entry_angle / kDegree, row.angle, 0.05);
    EXPECT_NEAR(k.half_sweep * 1e3, row.sweep, 6e-4);
    EXPECT_EQ(k.rows_engaged, row.rows);
    if (row.side > 0) {
      EXPECT_NEAR(k.side_row_displacement * 1e3, row.side, 6e-4);
    }
  }
}

TEST(RollingKinematics, ATipGoesInAtTheEntryAngleAndComesBackByTheSweep) {
  const double r = 10e-3, length = 1.5e-3;
  const auto k = rolling::kinematics(std::get<device::Roller>(roller(length).head), length);
  const auto in = rolling::tip_place(r, length, r, -k.entry_angle),
             out = rolling::tip_place(r, length, r, k.entry_angle);
  EXPECT_NEAR(in.depth, 0.0, 1e-15);
  EXPECT_NEAR(rolling::tip_place(r, length, r, 0.0).depth, length, 1e-15);
  EXPECT_NEAR(in.along - out.along, 2.0 * k.half_sweep, 1e-12);
  // Rolling on its tips, a drum turns about the tip that is deepest: no speed there.
  EXPECT_NEAR(rolling::tip_place(r, length, r + length, 1e-4).along, 0.0, 1e-14);
}

// Case 13: 192 needles on a 20 mm x 20 mm drum.
TEST(ChannelDensity, OnePassLeaves15_3ChannelsPerSquareCentimetre) {
  EXPECT_NEAR(rolling::density_formula(roller(1.5e-3), {}, 1, 10e-3) * 1e-4, 15.3, 0.05);
  EXPECT_NEAR(rolling::density_formula(roller(1.5e-3), {}, 1, 11.5e-3) * 1e-4, 13.3, 0.05);
  EXPECT_NEAR(rolling::density_formula(roller(0.5e-3), {}, 1, 10.5e-3) * 1e-4, 14.6, 0.05);
}

TEST(ChannelDensity, CountAndFormulaAgreeWithinTheSamplingError) {
  for (const auto& [protocol, low, high] :
       {std::tuple{passes({"vertical"}, 1), 13.0, 17.5},
        {passes({"vertical", "horizontal", "diagonal_up"}, 5), 200.0, 255.0}}) {
    const auto field = rolling::channels(roller(1.5e-3), protocol, on_square(20e-3, 7),
                                         all_pierce(), holes(60e-6, 1));
    EXPECT_NEAR(field.landing_density, field.density_formula, 3.0 * field.landing_density_sd);
    EXPECT_GT(field.landing_density_sd, 0.0);
    EXPECT_LT(field.landing_density_sd, 0.1 * field.landing_density);
    EXPECT_GE(field.landing_density * 1e-4, low);
    EXPECT_LE(field.landing_density * 1e-4, high);
  }
}

TEST(ChannelDensity, CountDoesNotDependOnTheDirectionRolled) {
  double sum = 0.0;
  for (const auto* direction : {"vertical", "horizontal", "diagonal_up", "diagonal_down"}) {
    const auto field = rolling::channels(roller(1.5e-3), passes({direction}, 4),
                                         on_square(40e-3, 3), all_pierce(), holes(60e-6, 1));
    EXPECT_NEAR(field.landing_density, field.density_formula, 4.0 * field.landing_density_sd)
        << direction;
    sum += field.landing_density;
  }
  EXPECT_NEAR(sum / 4.0, rolling::density_formula(roller(1.5e-3), {}, 4, 10e-3), 0.02 * sum / 4.0);
}

TEST(ChannelField, SameSeedGivesTheSameChannelsAndAnotherSeedOthers) {
  const auto a = rolling::channels(roller(1e-3), passes({"vertical"}, 2), on_square(20e-3, 5),
                                   all_pierce(), holes(60e-6, 1));
  const auto b = rolling::channels(roller(1e-3), passes({"vertical"}, 2), on_square(20e-3, 5),
                                   all_pierce(), holes(60e-6, 1));
  const auto c = rolling::channels(roller(1e-3), passes({"vertical"}, 2), on_square(20e-3, 6),
                                   all_pierce(), holes(60e-6, 1));
  EXPECT_EQ(a.positions, b.positions);
  EXPECT_NE(a.positions, c.positions);
}

// Section 5.4: a Poisson pattern has a mean nearest-neighbour distance of 1/(2 sqrt n), 0.32 mm at
// 250/cm^2.
TEST(ChannelField, ManyPassesLookRandomToTheNearestNeighbour) {
  const auto f = rolling::channels(
      roller(1.5e-3), passes({"vertical", "horizontal", "diagonal_up", "diagonal_down"}, 4),
      on_square(30e-3, 1), all_pierce(), holes(30e-6, 1));
  EXPECT_NEAR(f.pattern.nearest_neighbour, f.pattern.nearest_neighbour_random,
              0.08 * f.pattern.nearest_neighbour_random);
  EXPECT_NEAR(f.pattern.opened_fraction,
              1.0 - std::exp(-f.landing_density * std::numbers::pi * 30e-6 * 30e-6),
              0.03 * f.pattern.opened_fraction);
}

// Derived: 0.08 loops at 35 um, 0.77 at 125 um.
TEST(Bleeding, LoopHitsMeetTheDerivedFigures) {
  EXPECT_NEAR(rolling::expected_loop_hits(35e-6, 14e6, 15e-6), 0.08, 0.005);
  EXPECT_NEAR(rolling::expected_loop_hits(125e-6, 14e6, 15e-6), 0.77, 0.005);
}

TEST(Bleeding, IsGradedByDepth) {
  using channel::Bleeding;
  EXPECT_EQ(rolling::bleeding(0.05e-3, 0.13e-3, 0.4e-3, 1e-3), Bleeding::none);
  EXPECT_EQ(rolling::bleeding(0.2e-3, 0.13e-3, 0.4e-3, 1e-3), Bleeding::first_loops);
  EXPECT_EQ(rolling::bleeding(0.5e-3, 0.13e-3, 0.4e-3, 1e-3), Bleeding::capillary);
  EXPECT_EQ(rolling::bleeding(1.1e-3, 0.13e-3, 0.4e-3, 1e-3), Bleeding::heavy);
}

// Half of the needles pierce: half of the landings are channels, by the binomial error.
TEST(ChannelField, ChannelsAreTheLandingsThatPierce) {
  const auto half = channel::depths_of({0.0, 0.2e-3, 0.0, 0.4e-3});
  EXPECT_DOUBLE_EQ(half.share, 0.5);
  EXPECT_DOUBLE_EQ(half.mean, 0.3e-3);
  EXPECT_DOUBLE_EQ(half.sd, 0.1e-3);
  const auto f = rolling::channels(roller(1.0e-3), passes({"vertical"}, 6), on_square(20e-3, 3),
                                   half, holes(60e-6, 4));
  const auto all = rolling::channels(roller(1.0e-3), passes({"vertical"}, 6), on_square(20e-3, 3),
                                     all_pierce(), holes(60e-6, 1));
  EXPECT_EQ(f.positions, all.positions);
  EXPECT_EQ(f.landing_density, all.landing_density);
  EXPECT_NEAR(f.channel_density, 0.5 * f.landing_density, 4.0 * f.channel_density_sd);
  EXPECT_LT(f.channel_density_sd, 0.1 * f.channel_density);
  EXPECT_EQ(all.channel_density, all.landing_density);
}

TEST(ChannelField, NothingPiercedLeavesNoChannels) {
  const auto f = rolling::channels(roller(1.0e-3), passes({"vertical"}, 2), on_square(20e-3, 3),
                                   channel::depths_of({0.0, 0.0}), holes(0.0, 2));
  EXPECT_EQ(f.channel_density, 0.0);
  EXPECT_TRUE(std::isnan(f.pattern.nearest_neighbour));
  EXPECT_EQ(f.pattern.opened_fraction, 0.0);
}
