// Readings of a suction test from elevations whose every value is known: springs and dashpots.

#include <cmath>

#include <gtest/gtest.h>

#include "percuta/healing/firmness.h"
#include "percuta/skin/suction.h"

using namespace percuta;
using namespace percuta::skin;

namespace {

/// A spring: rises by pressure over the modulus of its one layer, a metre at 1.
struct Spring : SuctionModel {
  std::vector<double> lift(const std::vector<Skin>& skins, const SuctionTest& test, TestCost& cost,
                           core::Observer&) const override {
    std::vector<double> out;
    for (const auto& s : skins) out.push_back(test.pressure / shear_modulus(s.layers.front().law));
    cost.steps += static_cast<long>(skins.size());
    return out;
  }
};

Layer layer(std::vector<Relaxation> relaxation, double mu = 10e3) {
  Layer l;
  l.name = "dermis";
  l.role = Role::dermis;
  l.thickness = 1e-3;
  l.law = NeoHookean{mu};
  l.relaxation = std::move(relaxation);
  return l;
}

Skin one(Layer l) {
  Skin s;
  s.layers = {std::move(l)};
  return s;
}

}  // namespace

// Standard linear solid: 1 - g exp(-t (1 - g)/tau).
TEST(Suction, CreepOfOneTermIsTheStandardLinearSolids) {
  for (const double g : {0.05, 0.4, 0.9})
    for (const double t : {0.0, 0.1, 1.0, 30.0})
      EXPECT_NEAR(crept(layer({{g, 2.0}}), t), 1.0 - g * std::exp(-t * (1.0 - g) / 2.0), 1e-13);
  EXPECT_EQ(crept(layer({}), 1.0), 1.0);
}

// Two terms of the same time are one; a term without a share is none.
TEST(Suction, TermsOfOneTimeAreOneTerm) {
  for (const double t : {0.1, 2.0})
    EXPECT_NEAR(crept(layer({{0.15, 0.7}, {0.25, 0.7}, {0.0, 5.0}}), t),
                crept(layer({{0.4, 0.7}}), t), 1e-13);
}

// Stress = integral of mu(t - s) de(s) must be 1 throughout: summed by the trapezoid rule.
TEST(Suction, CreepInvertsRelaxation) {
  const auto l = layer({{0.4, 0.3}, {0.11, 4.0}});
  const double slow = 0.49;
  const auto modulus = [&](double t) {
    return (slow + 0.4 * std::exp(-t / 0.3) + 0.11 * std::exp(-t / 4.0)) / slow;
  };
  for (const double end : {0.1, 1.0, 5.0}) {
    const int n = 20000;
    double stress = modulus(end) * crept(l, 0.0);
    for (int k = 0; k < n; ++k)
      stress += modulus(end - (k + 0.5) * end / n) *
                (crept(l, (k + 1) * end / n) - crept(l, k * end / n));
    EXPECT_NEAR(stress, 1.0, 1e-7) << end;
  }
}

// By hand for one term, with c(t) = 1 - g exp(-t (1 - g)/tau): R0 = c(on) p/mu, R2 = 1 - (c(on +
// off)
// - c(off))/c(on), and "at once" a tenth of a second.
TEST(Suction, ReadingsOfOneTermAreItsClosedForm) {
  const double g = 0.45, tau = 1.5, rate = (1.0 - g) / tau;
  const auto c = [&](double t) { return 1.0 - g * std::exp(-t * rate); };
  SuctionTest test;
  test.on = 2.0;
  test.off = 3.0;
  TestCost cost;
  const auto r = suction({one(layer({{g, tau}}))}, test, Spring(), cost).front();
  const double rise = test.pressure / 10e3;
  EXPECT_NEAR(r.largest, rise * c(2.0), 1e-12 * rise);
  EXPECT_NEAR(r.immediate, rise * c(0.1), 1e-12 * rise);
  EXPECT_NEAR(gross_elasticity(r), 1.0 - (c(5.0) - c(3.0)) / c(2.0), 1e-12);
  EXPECT_NEAR(net_elasticity(r), (c(2.0) - c(2.1) + c(0.1)) / c(0.1), 1e-12);
  EXPECT_NEAR(elastic_share(r), (c(2.0) - c(2.1) + c(0.1)) / c(2.0), 1e-12);
  EXPECT_LT(gross_elasticity(r), 1.0);
  EXPECT_EQ(cost.steps, 5);  // five different times
}

TEST(Suction, ElasticSkinComesBackAtOnce) {
  TestCost cost;
  const auto r = suction({one(layer({})), one(layer({}, 20e3))}, {}, Spring(), cost);
  EXPECT_EQ(cost.steps, 2);
  for (const auto& s : r)
    for (const double ratio : {gross_elasticity(s), net_elasticity(s), elastic_share(s)})
      EXPECT_EQ(ratio, 1.0);
  EXPECT_DOUBLE_EQ(r[0].largest, 2.0 * r[1].largest);
}

TEST(Suction, HealedDermisIsAsManyTimesAsStiff) {
  Skin s;
  s.layers = {layer({}), layer({}), layer({}), layer({})};
  s.layers[0].role = Role::epidermis;
  s.layers[3].role = Role::hypodermis;
  s.layers[2].law = Ogden{{{4e3, 9.0}, {6e3, 2.0}}};
  const auto h = healing::as_healed(s, 1.2, 0.9);
  EXPECT_DOUBLE_EQ(shear_modulus(h.layers[0].law), 10e3);
  EXPECT_DOUBLE_EQ(shear_modulus(h.layers[1].law), 12e3);
  EXPECT_DOUBLE_EQ(shear_modulus(h.layers[2].law), 9e3);
  EXPECT_DOUBLE_EQ(shear_modulus(h.layers[3].law), 10e3);
  EXPECT_DOUBLE_EQ(hardening_exponent(h.layers[2].law), hardening_exponent(s.layers[2].law));
}
