#include "percuta/healing/bands.h"
#include "percuta/healing/cell.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "percuta/healing/closure.h"
#include "percuta/healing/fields.h"
#include "percuta/healing/record.h"

using namespace percuta::healing;
using percuta::core::kDay;

namespace {

// The set-up of an independent implementation of the equations: no chemotaxis, the session re-hits
// its channel.
Parameters notes() {
  Parameters p = default_parameters();
  p.chemotaxis = 0.0;
  return p;
}

Cell channel(double per_square_centimetre, int sessions = 1) {
  Cell c;
  c.channel_radius = 35e-6;
  c.density = per_square_centimetre * 1e4;
  c.sessions.clear();
  for (int k = 0; k < sessions; ++k) c.sessions.push_back(28 * kDay * k);
  c.same_place = true;
  return c;
}

double at(const CellCourse& c, const std::vector<double>& series, double time) {
  Course course;
  course.time = c.time;
  return at_time(course, series, time);
}

/// Straight channels of one depth.
DepthClass straight(double share, double depth, double radius) {
  return {share, depth, radius, {0.0, depth}, {radius, radius}};
}

Wound needled(double per_square_centimetre = 250) {
  Wound w;
  w.channels = {straight(1.0, 0.4e-3, 35e-6)};
  w.density = per_square_centimetre * 1e4;
  w.stratum_corneum_thickness = 15e-6;
  w.epidermis_thickness = 0.1e-3;
  w.papillary_thickness = 0.2e-3;
  w.dermis_thickness = 1.2e-3;
  return w;
}

double peak_day(const CellCourse& c, const std::vector<double>& v) {
  return c.time[std::max_element(v.begin(), v.end()) - v.begin()] / kDay;
}

}  // namespace

TEST(Healing, HealthySkinWithoutAWoundDoesNotDrift) {
  Cell w = channel(250, 0);
  const auto c = heal_cell(default_parameters(), w);
  EXPECT_LE(c.largest_drift, 1e-9);
  EXPECT_DOUBLE_EQ(c.time.back(), 180.0 * kDay);
}

// The fixed point attracts: a slightly disturbed matrix comes back, so that "no drift" is no
// accident.
TEST(Healing, WoundsComeBackTowardsHealthInTheLongRun) {
  Cell w = channel(250);
  w.duration = 3000.0 * kDay;
  const auto c = heal_cell(notes(), w);
  EXPECT_NEAR(c.collagen.back(), 1.0, 0.01);
  EXPECT_NEAR(c.fibroblasts.back(), 1.0, 0.01);
}

// Section 1.6, well-mixed wound; expected values are those of the independent implementation.
TEST(Healing, WellMixedWoundReproducesTheIndependentNumbers) {
  const auto c = heal_well_mixed(notes(), 180.0 * kDay);
  const double collagen[] = {0.04, 0.26, 0.50, 0.65, 1.07, 1.16}, days[] = {7, 14, 21, 28, 90, 180};
  for (int k = 0; k < 6; ++k)
    EXPECT_NEAR(at(c, c.collagen, days[k] * kDay), collagen[k], 0.0052)
        << "day " << days[k];  // two digits given
  EXPECT_NEAR(at(c, c.strength, 7 * kDay), 0.004, 0.0005);
  EXPECT_NEAR(at(c, c.strength, 21 * kDay), 0.11, 0.005);
  EXPECT_NEAR(at(c, c.strength, 28 * kDay), 0.21, 0.005);
  EXPECT_NEAR(at(c, c.strength, 90 * kDay), 0.86, 0.005);
  EXPECT_NEAR(peak_day(c, c.neutrophils), 1.3, 0.25);
  EXPECT_NEAR(peak_day(c, c.alarm), 1.7, 0.25);
  EXPECT_NEAR(peak_day(c, c.growth_factor), 5.0, 0.51);
  EXPECT_NEAR(*std::max_element(c.growth_factor.begin(), c.growth_factor.end()), 5.0, 0.51);
  EXPECT_NEAR(peak_day(c, c.myofibroblasts), 13.0, 0.51);
  EXPECT_NEAR(at(c, c.collagen_iii, 180 * kDay) / at(c, c.collagen, 180 * kDay), 0.27, 0.0051);
}

// Section 1.7, radial unit cell.
TEST(Healing, UnitCellReproducesTheIndependentPredictions) {
  struct Row {
    double density;
    int sessions;
    double reach;
    double collagen[4];
  };
  for (const Row& row : {Row{250, 1, 0.02, {-0.7, 9, 20, 20}},
                         {50, 1, 0.02, {-0.1, 2, 4, 5}},
                         {1000, 1, 0.02, {-2.7, 29, 48, 41}},
                         {250, 4, 0.02, {-0.7, 9, 47, 61}},
                         {250, 4, 0.1, {0.8, 39, 90, 81}}}) {
    Parameters p = notes();
    p.damage_length = row.reach * 1e-3;
    const auto c = heal_cell(p, channel(row.density, row.sessions));
    const double days[] = {5, 28, 90, 180};
    for (int k = 0; k < 4; ++k)
      EXPECT_NEAR(100.0 * (at(c, c.collagen, days[k] * kDay) - 1.0), row.collagen[k],
                  k == 0 ? 0.1 : 0.53)
          << row.density << "/cm2, " << row.sessions << " sessions, day " << days[k];
  }
}

TEST(Healing, StrengthFallsBeforeItRises) {
  const auto c = heal_cell(notes(), channel(250));
  EXPECT_NEAR(100.0 * (at(c, c.strength, 5 * kDay) - 1.0), -1.1, 0.1);
  EXPECT_NEAR(100.0 * (at(c, c.strength, 28 * kDay) - 1.0), 2.0, 0.51);
}

TEST(Healing, ResultsStandToThreeDigitsWhenMeshAndToleranceAreHalved) {
  const auto a = heal_cell(default_parameters(), channel(250));
  const auto b = heal_cell(default_parameters(), channel(250), {240, 5e-7});
  for (const double day : {5.0, 28.0, 90.0, 180.0}) {
    EXPECT_NEAR(at(a, a.collagen, day * kDay), at(b, b.collagen, day * kDay), 5e-4);
    EXPECT_NEAR(at(a, a.strength, day * kDay), at(b, b.strength, day * kDay), 5e-4);
    const double change = at(b, b.collagen, day * kDay) - 1.0;
    EXPECT_NEAR(at(a, a.collagen, day * kDay) - 1.0, change, 5e-3 * std::abs(change));
  }
}

// n(t) = k_n (exp(-d_n t) - exp(-k_S t))/(k_S - d_n) in a well-mixed wound.
TEST(Healing, NeutrophilsMeetTheirClosedForm) {
  const Parameters p = default_parameters();
  const auto c = heal_well_mixed(p, 10.0 * kDay, {120, 1e-9});
  for (std::size_t k = 0; k < c.time.size(); ++k) {
    const double t = c.time[k];
    const double exact = p.neutrophil_influx *
                         (std::exp(-p.neutrophil_decay * t) - std::exp(-p.damage_decay * t)) /
                         (p.damage_decay - p.neutrophil_decay);
    EXPECT_NEAR(c.neutrophils[k], exact, 1e-6);
  }
}

// Fisher 1937: the slowest stable front runs at 2 sqrt(r D).
TEST(Healing, FisherFrontRunsAtItsSpeed) {
  const double exact = 2.0 * std::sqrt(0.96 * 0.015);
  EXPECT_NEAR(fisher_front_speed(0.015, 0.96, 2000), exact, 0.02 * exact);
}

TEST(Healing, RefusesInflammationThatFeedsItself) {
  Parameters p = default_parameters();
  p.alarm_from_macrophages = 5.0 / kDay;
  EXPECT_GT(loop_gain(p), 1.0);
  EXPECT_THROW(heal(p, needled()), std::invalid_argument);
  EXPECT_NEAR(loop_gain(default_parameters()), 0.05, 0.005);  // section 1.5
}

// Regression of cost (our own figure), beside the checks above.
TEST(Healing, CostStaysWhereItWas) {
  const auto c = heal_cell(default_parameters(), channel(250));
  EXPECT_LT(c.steps, 420);
  EXPECT_LT(c.evaluations, 480);
}

// Straight channels of one depth: one level, which is the radial cell, and healthy skin below.
TEST(HealingByDepth, OneClassOfChannelsIsTheRadialCell) {
  const Parameters p = default_parameters();
  const auto c = heal(p, needled());
  const auto cell = heal_cell(p, channel(250));
  ASSERT_EQ(c.time, cell.time);
  for (std::size_t k = 0; k < c.time.size(); ++k) {
    EXPECT_NEAR(c.collagen[k], cell.collagen[k], 1e-12);
    EXPECT_NEAR(c.papillary.strength[k], cell.strength[k], 1e-12);
    EXPECT_NEAR(c.dermis.collagen[k] - 1.0, (cell.collagen[k] - 1.0) * 0.3 / 1.2, 1e-9);
    EXPECT_NEAR(c.reticular.collagen[k] - 1.0, (cell.collagen[k] - 1.0) * 0.1 / 1.0, 1e-9);
  }
}

// Channels of two depths: above the shallow ones' end all of them, below it half as many.
TEST(HealingByDepth, ShallowChannelsEndWhereTheyEnd) {
  Wound w = needled();
  w.channels = {straight(0.5, 0.3e-3, 35e-6), straight(0.5, 0.5e-3, 35e-6)};
  const Parameters p = default_parameters();
  const auto c = heal(p, w);
  const auto above = heal_cell(p, channel(250)), below = heal_cell(p, channel(125));
  EXPECT_NEAR(c.papillary.collagen.back(), above.collagen.back(), 1e-9);
  const double reticular = 1.0 + 0.2 * (below.collagen.back() - 1.0);
  EXPECT_NEAR(c.reticular.collagen.back(), reticular, 1e-9);
  EXPECT_EQ(c.depth.size(), 3u);
  EXPECT_NEAR(needled_depth(w), 0.3e-3, 1e-12);
}

// A later session at a place of its own meets skin as the cell on average, and averages do not jump
// but by the cut.
TEST(HealingByDepth, MixingKeepsEveryAverageAndStrength) {
  std::vector<double> y(3 * field::kCore);
  for (std::size_t k = 0; k < y.size(); ++k) y[k] = 0.1 + 0.37 * static_cast<double>(k % 7);
  const std::vector<double> weights{0.2, 0.5, 0.3};
  Mean before, after;
  for (std::size_t k = 0; k < 3; ++k) before.add(&y[k * field::kCore], weights[k]);
  mix(weights, y.data());
  for (std::size_t k = 0; k < 3; ++k) after.add(&y[k * field::kCore], weights[k]);
  for (int f = 0; f < field::Psi; ++f) EXPECT_NEAR(after.fields[f], before.fields[f], 1e-14);
  EXPECT_NEAR(after.strength, before.strength, 1e-14);
}

TEST(HealingByDepth, AscorbateActsBelowTheChannelsToo) {
  Parameters p = default_parameters();
  p.ascorbate = 1.2;
  Wound w = needled();
  const auto treated = heal(p, w);
  w.channels.clear();
  const auto alone = heal(p, w);
  EXPECT_GT(alone.collagen.back(), 1.01);
  const double below = (treated.dermis.collagen.back() * 1.2 - treated.collagen.back() * 0.3) / 0.9;
  EXPECT_NEAR(below, alone.collagen.back(), 1e-6);
}

// Without a wound two equations are left, here solved once more by many small explicit steps.
TEST(HealingByDepth, VitaminCActsUntilItStops) {
  auto p = default_parameters();
  p.ascorbate = 1.2;
  p.ascorbate_until = 40.0 * kDay;
  Wound none = needled();
  none.channels.clear();
  Settings s;
  s.relative_tolerance = 1e-8;
  const auto course = heal(p, none, s);
  double x1 = 0.8, x3 = 0.2, collagen_40 = 0.0;
  const double d1 = p.collagen_i_turnover, d3 = p.collagen_iii_turnover, step = kDay / 200.0;
  for (int k = 0; k < 180 * 200; ++k) {
    const double f = k < 40 * 200 ? 1.2 : 1.0;
    if (k == 40 * 200) collagen_40 = x1 + x3;
    const double rest = 0.2 * d3 + 0.8 * d1;
    const double synthesis =
        rest * f * (p.feedback_saturation + 1.0) / (p.feedback_saturation + x1 + x3);
    const double new_iii = 0.2 * d3 / rest * synthesis - d3 * x3,
                 new_i = 0.8 * d1 / rest * synthesis - d1 * x1;
    x3 += step * new_iii;
    x1 += step * new_i;
  }
  EXPECT_NEAR(at_time(course, course.dermis.collagen, 40.0 * kDay), collagen_40, 1e-5);
  EXPECT_NEAR(course.dermis.collagen.back(), x1 + x3, 1e-5);
  EXPECT_GT(collagen_40, 1.01);
  p.ascorbate_until = 0.0;  // before the first session alone: nothing is left of it
  for (const double v : heal(p, none, s).dermis.collagen) EXPECT_NEAR(v, 1.0, 1e-9);
}

TEST(HealingByDepth, VitaminCThatStopsLeavesTheCourseBeforeAsItWas) {
  auto p = default_parameters();
  p.ascorbate = 1.2;
  const auto on = heal(p, needled());
  p.ascorbate_until = 33.3 * kDay;
  const auto stopped = heal(p, needled());
  EXPECT_NEAR(at_time(stopped, stopped.collagen, 33.0 * kDay),
              at_time(on, on.collagen, 33.0 * kDay), 1e-5);
  EXPECT_LT(stopped.collagen.back(), on.collagen.back() - 0.01);
}

TEST(Closure, BarrierInTheOpenHasOneHalfLifeUnderCoverItGrowsWithTheChannel) {
  Parameters p = default_parameters();
  EXPECT_EQ(barrier_half_life(p, straight(1, 0.1e-3, 10e-6)), p.barrier_open);
  p.occlusion = 1.0;
  EXPECT_NEAR(barrier_half_life(p, straight(1, p.covered_depth, p.covered_radius)),
              p.barrier_occluded, 1e-6);
  EXPECT_NEAR(barrier_half_life(p, straight(1, 4 * p.covered_depth, p.covered_radius)),
              2 * p.barrier_occluded, 1e-6);
}

// Holes without length have the resistance of their mouths alone, n 4 a D over the permeance of
// whole skin; wet skin all over loses what crosses the air, D/H.
TEST(Closure, WaterLossOfHolesWithoutLengthIsThatOfDiscs) {
  Parameters p = default_parameters();
  Wound w = needled();
  w.stratum_corneum_thickness = 0.0;
  const double air = p.vapour_diffusivity / p.air_layer, whole = p.water_permeance;
  EXPECT_LT(water_loss(p, w, 0.0), (whole + air) / whole);
  w.density = 1e14;
  EXPECT_NEAR(water_loss(p, w, 0.0), (whole + air) / whole, 1e-3);
  w.density = 250e4;
  p.air_layer = 0.0;
  EXPECT_NEAR(water_loss(p, w, 0.0) - 1.0, w.density * 4.0 * 35e-6 * p.vapour_diffusivity / whole,
              1e-9);
  EXPECT_NEAR(water_loss(p, w, p.barrier_open) - 1.0, 0.5 * (water_loss(p, w, 0.0) - 1.0), 1e-9);
}

TEST(Closure, MomentsMeetTheirClosedForms) {
  Parameters p = default_parameters();
  p.redness_by_damage = 0.0;
  const Wound w = needled();
  const auto c = heal(p, w);
  EXPECT_NEAR(water_loss(p, w, c.barrier_closed), 1.1, 1e-6);
  EXPECT_NEAR(c.impedance_closed, p.barrier_open * std::log2(1.0 / 0.15), 0.1);
  EXPECT_NEAR(c.epithelium_closed, p.migration_lag + 35e-6 / p.migration_speed, 1e-6);
  EXPECT_NEAR(c.epidermis_whole, c.epithelium_closed + p.stratification_time, 1e-6);
  EXPECT_NEAR(c.erythema_gone, p.flare_time * std::log(10.0 * flare(p, w)), 0.1);
  EXPECT_EQ(c.hole_closed, 0.0);  // 70 um were never seen
  EXPECT_NEAR(at_time(c, c.barrier_open, p.barrier_open), 0.5, 0.05);
}

// More, deeper and wider channels are seen longer by every measure that a source ties to them.
TEST(Closure, FollowsDepthRadiusAndNumber) {
  Parameters p = default_parameters();
  p.occlusion = 1.0;
  const auto with = [&](double depth, double radius, double density) {
    Wound w = needled(density);
    w.channels = {straight(1.0, depth, radius)};
    return heal(p, w);
  };
  const auto base = with(0.2e-3, 35e-6, 250), deep = with(0.3e-3, 35e-6, 250),
             wide = with(0.2e-3, 70e-6, 250), many = with(0.2e-3, 35e-6, 1000);
  for (const auto* more : {&deep, &wide, &many}) {
    EXPECT_GT(more->barrier_closed, base.barrier_closed);
    EXPECT_GT(more->erythema_gone, base.erythema_gone);
  }
  EXPECT_GT(wide.epithelium_closed, base.epithelium_closed);
  EXPECT_GT(wide.hole_closed, base.hole_closed);
}

TEST(Bands, QuantilesAreThoseOfEvenlySpacedValues) {
  std::vector<double> values;
  for (int k = 0; k <= 100; ++k) values.push_back(k % 2 == 0 ? k : 100.0 - k);
  std::sort(values.begin(), values.end());
  const auto [low, high] = quantiles(values, 0.05);
  EXPECT_NEAR(low, 5.0, 1.0);
  EXPECT_NEAR(high, 95.0, 1.0);
  const auto [first, never] = quantiles({1.0, kNever}, 0.0);
  EXPECT_EQ(first, 1.0);
  EXPECT_TRUE(std::isinf(never));
}

// Sets fill the range of each prior evenly on its scale of logarithms, within 1/members.
TEST(Bands, MembersFillTheirPriorsEvenly) {
  const Parameters p = default_parameters();
  const auto members = draw(p, default_priors(), 256, 3);
  for (const auto& prior : default_priors()) {
    std::vector<double> shares;
    for (const auto& m : members)
      shares.push_back(std::log(m.*prior.member / prior.low) / std::log(prior.high / prior.low));
    std::sort(shares.begin(), shares.end());
    for (std::size_t k = 0; k < shares.size(); ++k)
      EXPECT_NEAR(shares[k], (static_cast<double>(k) + 0.5) / 256.0, 0.02) << prior.name;
  }
  EXPECT_EQ(draw(p, default_priors(), 4, 3)[2].damage_length, members[2].damage_length);
}

// Of one constant that a moment follows in closed form the band has its quantiles.
TEST(Bands, BandOfAClosureIsThatOfItsConstant) {
  const Parameters p = default_parameters();
  Refusal refusal;
  const auto prior = read_prior("migration_lag", "0.25 days", "1 day", refusal);
  ASSERT_TRUE(prior) << refusal.message;
  Settings coarse;
  coarse.cells = 24;
  coarse.relative_tolerance = 1e-3;
  Wound w = needled();
  w.duration = 5 * kDay;
  const auto b = bands(*models().make("radial"), draw(p, {*prior}, 128, 1), w, coarse, 2);
  EXPECT_EQ(b.members, 128);
  const double crossing = 35e-6 / p.migration_speed;
  EXPECT_NEAR(b.low.epithelium_closed - crossing, 0.25 * kDay * std::pow(4.0, 0.05), 0.01 * kDay);
  EXPECT_NEAR(b.high.epithelium_closed - crossing, 0.25 * kDay * std::pow(4.0, 0.95), 0.02 * kDay);
  for (std::size_t k = 0; k < b.low.time.size(); ++k)
    EXPECT_NEAR(b.low.collagen[k], b.high.collagen[k], 1e-12);  // does not depend on it
}

TEST(Bands, PriorsThatAreNoneAreNamed) {
  Refusal r;
  EXPECT_FALSE(read_prior("damage_length", "50 um", "20 um", r));
  EXPECT_NE(r.message.find("above its high end"), std::string::npos);
  EXPECT_FALSE(read_prior("damage_lenght", "20 um", "50 um", r));
  EXPECT_NE(r.hint.find("damage_length"), std::string::npos);
  EXPECT_FALSE(read_prior("damage_length", "20 kPa", "50 um", r));
  EXPECT_FALSE(read_prior("damage_length", "20 um", "5 m", r));
  EXPECT_NE(r.hint.find("allowed"), std::string::npos);
}
