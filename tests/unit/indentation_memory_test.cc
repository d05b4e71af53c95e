// What the energy level holds of an indentation curve, and the curves that a process remembers.

#include <cmath>
#include <cstdlib>
#include <stdexcept>

#include <gtest/gtest.h>

#include "percuta/insertion/energy.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/run.h"

using namespace percuta;

namespace {

study::Case cheek() {
  setenv("PERCUTA_DATA", PERCUTA_SOURCE "/data", 1);
  return study::parse_case("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n", "test");
}

// F = factor d^1.5.
insertion::IndentationCurve power_law(double factor, double up_to) {
  insertion::IndentationCurve c;
  for (int k = 0; k <= 20; ++k) {
    c.displacement.push_back(up_to * k / 20.0);
    c.force.push_back(factor * std::pow(c.displacement.back(), 1.5));
  }
  return c;
}

TEST(IndentationCurve, WorkIsTheIntegralOfItsForce) {
  for (const double exponent : {1.5, 2.0}) {
    insertion::IndentationCurve c;
    for (const double d : {0.0, 1e-5, 3e-5, 2e-4, 1e-3}) {
      c.displacement.push_back(d);
      c.force.push_back(3e4 * std::pow(d, exponent));
    }
    const auto work = insertion::work_along(c);
    ASSERT_EQ(work.size(), c.force.size());
    EXPECT_EQ(work[0], 0.0);
    for (std::size_t k = 1; k < work.size(); ++k)
      EXPECT_NEAR(work[k], c.force[k] * c.displacement[k] / (exponent + 1.0), 1e-12 * work[k]);
  }
}

TEST(EnergyLevel, OutlivesTheCurveItWasMadeFrom) {
  const auto c = cheek();
  auto given = power_law(3e4, 2e-3);
  const insertion::EnergyLevel level(c.skin, c.device.needle, given, study::crack_table());
  const double before = level.puncture_displacement(1.0);
  given = power_law(3e2, 2e-3);
  EXPECT_EQ(level.puncture_displacement(1.0), before);
  EXPECT_NEAR(before, std::pow(level.puncture_force() / 3e4, 2.0 / 3.0), 1e-9 * before);
}

TEST(EnergyLevel, StatesShareTheDisplacementAndEndWhereTheNeedleIsBuried) {
  const auto c = cheek();
  const auto skin = power_law(3e4, 2e-3);
  const insertion::EnergyLevel level(c.skin, c.device.needle, skin, study::crack_table());
  const double opens = level.puncture_displacement(1.0), most = level.buried_displacement();
  ASSERT_LT(opens, most);
  EXPECT_EQ(level.at(opens).pierced_depth, 0.0);
  EXPECT_EQ(level.at(opens).force, level.indentation_force(opens));
  for (const double d : {opens * 1.001, 0.5 * (opens + most), most}) {
    const auto s = level.at(d);
    EXPECT_NEAR(s.pierced_depth + s.deflection, d, 1e-15);
    EXPECT_NEAR(s.force, force_at(skin, s.deflection), 1e-12);
    EXPECT_NEAR(s.force, level.crack_force(s.pierced_depth) + level.friction_force(s.pierced_depth),
                1e-6 * s.force);
  }
  EXPECT_NEAR(level.at(most).pierced_depth, c.device.needle.length, 1e-9);
  EXPECT_FALSE(level.extrapolates(opens));
}

TEST(IndentationMemory, ACurveOnceHandedOutNeverChanges) {
  const auto c = cheek();
  study::remember(c.skin, c.device.needle, power_law(1e4, 2e-3));
  const auto first = study::indentation(c.skin, c.device.needle, 1e-3, 1e9, core::silent());
  const double last = first->force.back();
  study::remember(c.skin, c.device.needle, power_law(2e4, 2e-3));
  const auto second = study::indentation(c.skin, c.device.needle, 1e-3, 1e9, core::silent());
  EXPECT_EQ(first->force.back(), last);
  EXPECT_NEAR(second->force.back(), 2.0 * last, 1e-12 * last);
  EXPECT_THROW(study::remember(c.skin, c.device.needle, {}), std::invalid_argument);
}

TEST(IndentationMemory, IsKeptByWhatACurveDependsOn) {
  auto a = cheek(), b = cheek();
  b.device.needle.length *= 0.5;  // how far it goes is asked for with the curve
  b.skin.gate_toughness *= 2.0;   // unpierced skin does not tear
  EXPECT_EQ(study::indentation_key(a.skin, a.device.needle),
            study::indentation_key(b.skin, b.device.needle));
  b.device.needle.tip_radius *= 1.0 + 1e-15;
  EXPECT_NE(study::indentation_key(a.skin, a.device.needle),
            study::indentation_key(b.skin, b.device.needle));
  b = cheek();
  b.skin.layers[2].thickness *= 1.0 + 1e-15;
  EXPECT_NE(study::indentation_key(a.skin, a.device.needle),
            study::indentation_key(b.skin, b.device.needle));
}

}  // namespace
