#include "percuta/insertion/crack_table.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

using namespace percuta::insertion;

namespace {
const CrackTable& table() {
  static const auto t = CrackTable::read(PERCUTA_SOURCE "/data/tables/crack-opening.csv");
  return t;
}
}  // namespace

// p/mu = 1 + ln(4 J/(pi mu R)) for a neo-Hookean solid at J/(mu R) >= 10, of f = pi ln(2R/b) for
// short cracks.
TEST(CrackTable, NeoHookeanSteadyPressureMeetsItsClosedForm) {
  for (const double toughness : {10.0, 30.0, 100.0, 1000.0}) {
    const double pressure = table().advance(toughness, 2.0).energy / std::numbers::pi;
    EXPECT_NEAR(pressure, 1.0 + std::log(4.0 * toughness / std::numbers::pi), 0.004 * pressure)
        << toughness;
  }
}

// The contact force is d(mu R^2 f)/dR at fixed b: found from the pressures while f came from the
// energy.
TEST(CrackTable, ContactForceAgreesWithTheDerivativeOfTheEnergy) {
  for (const double x : {0.35, 0.5, 0.8, 1.2}) {
    const double h = 1e-3;
    const double slope =
        (table().opening_energy(x * (1 + h), 9.0) - table().opening_energy(x * (1 - h), 9.0)) /
        (2 * h * x);
    const double toughness = -0.5 * slope;
    const auto advance = table().advance(toughness, 9.0);
    EXPECT_NEAR(advance.b_over_r, x, 0.01 * x);
    EXPECT_NEAR(advance.energy, 2 * x * toughness + table().opening_energy(x, 9.0),
                0.005 * advance.energy);
  }
}

TEST(CrackTable, TougherSolidsTakeShorterCracksAndMoreEnergy) {
  double energy = 0.0, ratio = 1e9;
  for (double g = 0.1; g < 1e5; g *= 3.0) {
    const auto a = table().advance(g, 9.0);
    EXPECT_GT(a.energy, energy);
    EXPECT_LT(a.b_over_r, ratio);
    energy = a.energy;
    ratio = a.b_over_r;
  }
}

// Tips of 37 um and 5 um across were measured at 167 and 20 mN, a ratio of 8.35 (roemgens2014); one
// toughness for gate and wedging leaves it below 1.9. The second figure is our own (a regression).
TEST(CrackTable, GateForcesOfTwoTipsStandInTheRatioThatWasMeasured) {
  const double mu = 0.11e6;
  for (const double j : {9e3, 11e3}) {
    const auto force = [&](double r) { return r * r * table().advance(j / (mu * r), 9.0).energy; };
    EXPECT_NEAR(force(18.5e-6) / force(2.5e-6), 8.35, 0.2 * 8.35);
    EXPECT_NEAR(force(18.5e-6) / force(2.5e-6), 9.62, 0.02);
  }
}

TEST(CrackTable, RefusesExponentsItDoesNotKnow) {
  EXPECT_THROW(table().advance(10.0, 20.0), std::out_of_range);
  EXPECT_THROW(table().advance(10.0, 1.5), std::out_of_range);
}
