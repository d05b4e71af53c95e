// The needle in its device cell: balance, limits, and the tables of EnergyLevel by another way.

#include "percuta/insertion/cell_level.h"

#include <cmath>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/insertion/energy.h"
#include "percuta/study/case.h"
#include "percuta/study/run.h"
#include "support/synthetic_skin.h"

using namespace percuta;

namespace {

struct Set {
  study::Case c = study::parse_case("skin = \"cheek\"\ndevice = \"mf8-1.0mm\"\n", "case.toml");
  insertion::CellResponse response =
      test::PowerCell().respond(c.skin, c.device.needle, 1.44e-3, {3e-3, 0.1, 0.4}, core::silent());
  insertion::CellLevel level{c.skin, c.device.needle, response, study::crack_table()};
};

}  // namespace

// Crack and friction from the crack table itself, summed along the needle in small steps.
TEST(CellLevel, CrackAndFrictionAreSumsAlongTheNeedle) {
  const Set s;
  const auto& needle = s.c.device.needle;
  const auto at = [&](const skin::Layer& l, double behind) {
    const double mu = shear_modulus(l.law), radius = radius_behind_tip(needle, behind);
    const auto advance =
        study::crack_table().advance(l.toughness / (mu * radius), hardening_exponent(l.law));
    return std::pair(mu * radius * radius * advance.energy, mu * radius * advance.normal_force);
  };
  for (const double a : {20e-6, 60e-6, 0.1e-3, 0.2e-3, 0.4e-3, 0.7e-3, 0.99e-3}) {
    double crack = 0.0, normal = 0.0, top = 0.0;
    for (const auto& l : s.c.skin.layers) {
      const double bottom = top + l.thickness, from = std::max(0.0, a - bottom), to = a - top;
      if (to <= 0.0) break;
      crack += at(l, to).first - (from > 0.0 ? at(l, from).first : 0.0);
      constexpr int kSteps = 4000;
      for (int k = 0; k < kSteps; ++k)
        normal += at(l, from + (to - from) * (k + 0.5) / kSteps).second * (to - from) / kSteps;
      top = bottom;
    }
    EXPECT_NEAR(s.level.crack_force(a), crack, 1e-3 * crack) << a;
    EXPECT_NEAR(s.level.friction_force(a), s.c.skin.friction * normal,
                0.01 * s.c.skin.friction * normal)
        << a;
  }
}

// EnergyLevel keeps the same in tables along the needle.
TEST(CellLevel, AgreesWithTheEnergyLevel) {
  const Set s;
  const insertion::EnergyLevel energy(s.c.skin, s.c.device.needle, s.response.free,
                                      study::crack_table());
  EXPECT_NEAR(s.level.puncture_force(), energy.puncture_force(), 2e-4 * energy.puncture_force());
  for (const double a : {0.1e-3, 0.2e-3, 0.4e-3, 0.7e-3, 0.99e-3}) {
    EXPECT_NEAR(s.level.crack_force(a), energy.crack_force(a), 0.02 * energy.crack_force(a)) << a;
    if (a < 0.2e-3) continue;  // its steps are coarse at first
    EXPECT_NEAR(s.level.friction_force(a), energy.friction_force(a),
                0.03 * energy.friction_force(a))
        << a;
    EXPECT_NEAR(s.level.slit_half_length(a), energy.slit_half_length(a),
                0.02 * energy.slit_half_length(a))
        << a;
  }
}

TEST(CellLevel, APiercedNeedleIsInBalanceAndSharesItsLoad) {
  const Set s;
  for (const double load : {0.04, 0.08, 0.16, 0.4}) {
    const auto at = s.level.at_load(load);
    ASSERT_GT(at.pierced_depth, 0.0) << load;
    EXPECT_NEAR(at.needle_force + at.base_force, load, 1e-12);
    const double needs =
        s.level.crack_force(at.pierced_depth) + s.level.friction_force(at.pierced_depth);
    EXPECT_NEAR(at.needle_force, needs, 2e-3 * needs) << load;
    EXPECT_NEAR(at.displacement, at.pierced_depth + at.deflection, 1e-15);
    EXPECT_LE(at.displacement, s.c.device.needle.length * (1.0 + 1e-9));
  }
}

// Before the base touches the needle bears all: N = c d^2 by construction.
TEST(CellLevel, AnUnpiercedNeedleFollowsTheFreeCurve) {
  const Set s;
  const double load = 0.5 * s.level.puncture_force();
  const auto at = s.level.at_load(load);
  EXPECT_EQ(at.pierced_depth, 0.0);
  EXPECT_EQ(at.base_force, 0.0);
  EXPECT_NEAR(at.deflection, displacement_at(s.response.free, load), 1e-9);
}

TEST(CellLevel, DepthRisesWithLoadAndSharpness) {
  const Set s;
  double before = 0.0;
  for (double load = 0.02; load < 1.0; load *= 1.1) {
    const double depth = s.level.at_load(load).pierced_depth;
    EXPECT_GE(depth, before) << load;
    before = depth;
  }
  insertion::Variation sharp, blunt;
  sharp.tip_radius = 3e-6;
  blunt.tip_radius = 8e-6;
  EXPECT_LT(s.level.puncture_force(sharp), s.level.puncture_force(blunt));
  EXPECT_GT(s.level.at_load(0.2, sharp).pierced_depth, 0.0);
}

// All stiffnesses and toughnesses of skin twice as large take twice the load to the same depth.
TEST(CellLevel, ScalesWithStiffnessAndToughness) {
  Set s;
  auto skin = s.c.skin;
  for (auto& layer : skin.layers) {
    std::get_if<skin::Ogden>(&layer.law) != nullptr
        ? void(std::get<skin::Ogden>(layer.law).terms[0].mu *= 2.0)
        : void(std::get<skin::NeoHookean>(layer.law).mu *= 2.0);
    layer.toughness *= 2.0;
  }
  skin.gate_toughness *= 2.0;
  auto response = s.response;
  for (auto& f : response.free.force) f *= 2.0;
  for (auto& row : response.rows)
    for (auto& state : row.states) {
      state.needle_force *= 2.0;
      state.base_force *= 2.0;
    }
  const insertion::CellLevel twice(skin, s.c.device.needle, response, study::crack_table());
  EXPECT_NEAR(twice.at_load(0.32).pierced_depth, s.level.at_load(0.16).pierced_depth,
              1e-4 * s.c.device.needle.length);
  // And a stiffness factor of a variation is the same as stiffer layers and a stiffer answer.
  insertion::Variation v;
  v.stiffness = 2.0;
  auto stiff = s.c.skin;
  for (auto& layer : stiff.layers)
    std::get_if<skin::Ogden>(&layer.law) != nullptr
        ? void(std::get<skin::Ogden>(layer.law).terms[0].mu *= 2.0)
        : void(std::get<skin::NeoHookean>(layer.law).mu *= 2.0);
  const insertion::CellLevel stiffer(stiff, s.c.device.needle, response, study::crack_table());
  EXPECT_NEAR(s.level.at_load(0.2, v).pierced_depth, stiffer.at_load(0.2).pierced_depth,
              1e-4 * s.c.device.needle.length);
}

TEST(CellLevel, CurveEndsAtItsLoadAndMarksThePuncture) {
  const Set s;
  const auto c = s.level.curve(0.3);
  ASSERT_TRUE(c.punctured);
  EXPECT_NEAR(c.puncture_force, s.level.puncture_force(), 1e-9);
  EXPECT_NEAR(c.pierced_depth.back(), s.level.at_load(0.3).pierced_depth, 1e-7);
  for (std::size_t k = 1; k < c.displacement.size(); ++k)
    EXPECT_GE(c.displacement[k], c.displacement[k - 1] - 1e-9) << k;
  EXPECT_FALSE(s.level.curve(0.5 * s.level.puncture_force()).punctured);
}

TEST(CellTable, IsReadBackAndRefusesAnother) {
  const Set s;
  const auto text = insertion::cell_table(s.response, "key");
  const auto back = insertion::read_cell_table(text, "key", "cell.csv");
  ASSERT_EQ(back.rows.size(), s.response.rows.size());
  const insertion::CellLevel again(s.c.skin, s.c.device.needle, back, study::crack_table());
  EXPECT_NEAR(again.at_load(0.2).pierced_depth, s.level.at_load(0.2).pierced_depth, 1e-8);
  EXPECT_THROW(insertion::read_cell_table(text, "another", "cell.csv"), core::FileError);
  EXPECT_THROW(insertion::read_cell_table(text.substr(0, 200), "key", "cell.csv"), core::FileError);
  EXPECT_THROW(insertion::read_cell_table(text + "nonsense\n", "key", "cell.csv"), core::FileError);
}

// Prony terms at the end of an even rise: g + sum g_i (1 - exp(-x)) / x over g, here by quadrature
// of the hereditary integral.
TEST(Rate, StiffeningIsTheHereditaryIntegralOfAnEvenRise) {
  skin::Layer layer;
  layer.relaxation = {{0.40, 0.3}, {0.11, 4.0}};
  for (const double time : {1e-4, 0.1, 1.0, 30.0}) {
    double sum = 0.0;
    constexpr int kSteps = 20000;
    for (int k = 0; k < kSteps; ++k) {
      const double age = time * (k + 0.5) / kSteps;
      sum += 0.49 + 0.40 * std::exp(-age / 0.3) + 0.11 * std::exp(-age / 4.0);
    }
    EXPECT_NEAR(skin::stiffening(layer, time), sum / kSteps / 0.49, 1e-6);
  }
  EXPECT_NEAR(skin::stiffening(layer, 0.0), 1.0 / 0.49, 1e-12);
  EXPECT_EQ(skin::stiffening(skin::Layer{}, 0.1), 1.0);
}

// A needle that is driven to where a load brought it, the base off the skin, is where that one is:
// another equation for the same balance.
TEST(CellLevel, DrivenIsPressedWhileTheBaseIsOff) {
  const Set s;
  for (const double load : {0.01, 0.02, 0.06, 0.1}) {
    const auto pressed = s.level.at_load(load);
    if (pressed.base_force > 0.0) continue;
    const auto driven = s.level.at_displacement(pressed.displacement);
    EXPECT_NEAR(driven.pierced_depth, pressed.pierced_depth, 1e-4 * s.c.device.needle.length)
        << load;
    EXPECT_NEAR(driven.needle_force, pressed.needle_force, 2e-3 * pressed.needle_force) << load;
  }
}

TEST(CellLevel, ADrivenNeedleOpensTheSkinWhereItsForceReachesTheGate) {
  const Set s;
  const double gate = s.level.puncture_force(),
               opening = displacement_at(s.level.indentation(), gate);
  EXPECT_EQ(s.level.at_displacement(0.999 * opening).pierced_depth, 0.0);
  const auto just = s.level.at_displacement(1.001 * opening);
  EXPECT_GT(just.pierced_depth, 0.0);
  EXPECT_LT(just.needle_force, gate);  // it falls at puncture, since the tip does not go on
  double before = 0.0;
  for (int k = 1; k <= 20; ++k) {
    const auto at = s.level.at_displacement(k * 50e-6);
    EXPECT_GE(at.pierced_depth, before) << k;
    EXPECT_NEAR(at.pierced_depth + at.deflection, at.displacement, 1e-15);
    before = at.pierced_depth;
  }
  EXPECT_GT(before, 0.0);
}
