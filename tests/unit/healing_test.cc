#include "percuta/healing/healing.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

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

Wound channel(double per_square_centimetre, int sessions = 1) {
  Wound w;
  w.channel_radius = 35e-6;
  w.density = per_square_centimetre * 1e4;
  w.sessions = sessions;
  w.interval = 28 * kDay;
  w.needled_depth = 0.1e-3;
  w.dermis_thickness = 1.2e-3;
  return w;
}

double peak_day(const Course& c, const std::vector<double>& v) {
  return c.time[std::max_element(v.begin(), v.end()) - v.begin()] / kDay;
}

}  // namespace

TEST(Healing, HealthySkinWithoutAWoundDoesNotDrift) {
  Wound w = channel(250, 0);
  const auto c = heal(default_parameters(), w);
  EXPECT_LE(c.largest_drift, 1e-9);
  EXPECT_DOUBLE_EQ(c.time.back(), 180.0 * kDay);
}

// The fixed point attracts: a slightly disturbed matrix comes back, so that "no drift" is no
// accident.
TEST(Healing, WoundsComeBackTowardsHealthInTheLongRun) {
  Wound w = channel(250);
  w.duration = 3000.0 * kDay;
  const auto c = heal(notes(), w);
  EXPECT_NEAR(c.collagen.back(), 1.0, 0.01);
  EXPECT_NEAR(c.fibroblasts.back(), 1.0, 0.01);
}

// Section 1.6, well-mixed wound; expected values are those of the independent implementation.
TEST(Healing, WellMixedWoundReproducesTheIndependentNumbers) {
  const auto c = heal_well_mixed(notes(), 180.0 * kDay);
  const double collagen[] = {0.04, 0.26, 0.50, 0.65, 1.07, 1.16}, days[] = {7, 14, 21, 28, 90, 180};
  for (int k = 0; k < 6; ++k)
    EXPECT_NEAR(at_time(c, c.collagen, days[k] * kDay), collagen[k], 0.0052)
        << "day " << days[k];  // two digits given
  EXPECT_NEAR(at_time(c, c.strength, 7 * kDay), 0.004, 0.0005);
  EXPECT_NEAR(at_time(c, c.strength, 21 * kDay), 0.11, 0.005);
  EXPECT_NEAR(at_time(c, c.strength, 28 * kDay), 0.21, 0.005);
  EXPECT_NEAR(at_time(c, c.strength, 90 * kDay), 0.86, 0.005);
  EXPECT_NEAR(peak_day(c, c.neutrophils), 1.3, 0.25);
  EXPECT_NEAR(peak_day(c, c.alarm), 1.7, 0.25);
  EXPECT_NEAR(peak_day(c, c.growth_factor), 5.0, 0.51);
  EXPECT_NEAR(*std::max_element(c.growth_factor.begin(), c.growth_factor.end()), 5.0, 0.51);
  EXPECT_NEAR(peak_day(c, c.myofibroblasts), 13.0, 0.51);
  EXPECT_NEAR(at_time(c, c.collagen_iii, 180 * kDay) / at_time(c, c.collagen, 180 * kDay), 0.27,
              0.0051);
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
    const auto c = heal(p, channel(row.density, row.sessions));
    const double days[] = {5, 28, 90, 180};
    for (int k = 0; k < 4; ++k)
      EXPECT_NEAR(100.0 * (at_time(c, c.collagen, days[k] * kDay) - 1.0), row.collagen[k],
                  k == 0 ? 0.1 : 0.53)
          << row.density << "/cm2, " << row.sessions << " sessions, day " << days[k];
  }
}

TEST(Healing, StrengthFallsBeforeItRises) {
  const auto c = heal(notes(), channel(250));
  EXPECT_NEAR(100.0 * (at_time(c, c.strength, 5 * kDay) - 1.0), -1.1, 0.1);
  EXPECT_NEAR(100.0 * (at_time(c, c.strength, 28 * kDay) - 1.0), 2.0, 0.51);
}

TEST(Healing, ResultsStandToThreeDigitsWhenMeshAndToleranceAreHalved) {
  const auto a = heal(default_parameters(), channel(250));
  const auto b = heal(default_parameters(), channel(250), {240, 5e-7, 0.25 * kDay, true});
  for (const double day : {5.0, 28.0, 90.0, 180.0}) {
    EXPECT_NEAR(at_time(a, a.collagen, day * kDay), at_time(b, b.collagen, day * kDay), 5e-4);
    EXPECT_NEAR(at_time(a, a.strength, day * kDay), at_time(b, b.strength, day * kDay), 5e-4);
    const double change = at_time(b, b.collagen, day * kDay) - 1.0;
    EXPECT_NEAR(at_time(a, a.collagen, day * kDay) - 1.0, change, 5e-3 * std::abs(change));
  }
}

TEST(Healing, WholeDermisAverageSpreadsTheNeedledOne) {
  const auto c = heal(notes(), channel(250));
  EXPECT_NEAR(c.whole_dermis_collagen.back() - 1.0, (c.collagen.back() - 1.0) / 12.0, 1e-12);
}

// n(t) = k_n (exp(-d_n t) - exp(-k_S t))/(k_S - d_n) in a well-mixed wound.
TEST(Healing, NeutrophilsMeetTheirClosedForm) {
  const Parameters p = default_parameters();
  const auto c = heal_well_mixed(p, 10.0 * kDay, {120, 1e-9, 0.25 * kDay, true});
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

TEST(Healing, BarrierHalfLifeAndClosureAreSeparateClocks) {
  const Parameters p = default_parameters();
  const auto c = heal(p, channel(250));
  EXPECT_NEAR(at_time(c, c.barrier_open, p.barrier_open), 0.5, 0.05);
  EXPECT_NEAR(c.epithelium_closed, p.migration_lag + 35e-6 / p.migration_speed, 1e-6);
  EXPECT_NEAR(c.barrier_closed, p.barrier_open * std::log2(20.0), 1e-6);
}

TEST(Healing, RefusesInflammationThatFeedsItself) {
  Parameters p = default_parameters();
  p.alarm_from_macrophages = 5.0 / kDay;
  EXPECT_GT(loop_gain(p), 1.0);
  EXPECT_THROW(heal(p, channel(250)), std::invalid_argument);
  EXPECT_NEAR(loop_gain(default_parameters()), 0.05, 0.005);  // section 1.5
}

// Regression of cost (our own figure), beside the checks above.
TEST(Healing, CostStaysWhereItWas) {
  const auto c = heal(default_parameters(), channel(250));
  EXPECT_LT(c.steps, 420);
  EXPECT_LT(c.evaluations, 480);
}
