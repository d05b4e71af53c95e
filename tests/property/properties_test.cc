// Statements that hold for any input of the range, tried on random ones.

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <Eigen/Dense>

#include "percuta/core/quantity.h"
#include "percuta/device/device.h"
#include "percuta/insertion/crack_table.h"
#include "percuta/rolling/rolling.h"
#include "percuta/skin/law.h"

using namespace percuta;

namespace {

double between(double low, double high) {
  return low + (high - low) * *rc::gen::inRange(0, 1000001) / 1e6;
}

Eigen::Matrix3d deformation() {
  Eigen::Matrix3d f = Eigen::Matrix3d::Identity();
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) f(i, j) += between(-0.25, 0.25);
  return f;
}

const insertion::CrackTable& table() {
  static const auto t =
      insertion::CrackTable::read(PERCUTA_SOURCE "/data/tables/crack-opening.csv");
  return t;
}

void expect(const char* what, const std::function<void()>& property) {
  EXPECT_TRUE(rc::check(what, property));
}

}  // namespace

TEST(Property, StoredEnergyIsNeverNegativeAndBlindToVolume) {
  expect("energy", [] {
    const Eigen::Matrix3d f = deformation();
    const std::vector<skin::OgdenTerm> terms{{1.0, between(2.0, 14.0)}};
    const double energy = skin::isochoric_energy(terms, f);
    RC_ASSERT(energy >= -1e-12);
    RC_ASSERT(std::abs(skin::isochoric_energy(terms, between(0.8, 1.2) * f) - energy) <
              1e-9 * (1.0 + energy));
  });
}

TEST(Property, KirchhoffStressOfTheIsochoricPartHasNoTrace) {
  expect("trace", [] {
    const auto response = skin::isochoric_response({{1.0, between(2.0, 14.0)}}, deformation());
    RC_ASSERT(std::abs(response.kirchhoff.head<3>().sum()) <
              1e-9 * (1.0 + response.kirchhoff.norm()));
    RC_ASSERT((response.tangent - response.tangent.transpose()).norm() <
              1e-9 * response.tangent.norm());
  });
}

TEST(Property, TheLeastCostlyCrackCostsNoMoreThanAnyOther) {
  expect("least", [] {
    const double toughness = std::exp(between(-1.0, 9.0)), alpha = between(2.0, 14.0),
                 x = std::exp(between(-1.5, 1.0));
    const double other = 2.0 * x * toughness + table().opening_energy(x, alpha);
    // Between rows both sides are interpolated, each in its own variable.
    RC_ASSERT(table().advance(toughness, alpha).energy <= 1.02 * other);
  });
}

TEST(Property, DensityIsProportionalToPassesAndNeedles) {
  expect("density", [] {
    device::Roller r{between(5e-3, 20e-3), between(5e-3, 40e-3), *rc::gen::inRange(1, 20),
                     *rc::gen::inRange(4, 80), true};
    const int passes = *rc::gen::inRange(1, 50);
    const auto density = [](const device::Roller& roller, int m) {
      return rolling::density_formula({"x", {}, roller}, {}, m, roller.drum_radius);
    };
    const double one = density(r, 1);
    RC_ASSERT(std::abs(density(r, passes) - passes * one) < 1e-9 * passes * one);
    r.rows *= 2;
    RC_ASSERT(std::abs(density(r, 1) - 2.0 * one) < 1e-9 * one);
  });
}

TEST(Property, WrittenQuantitiesAreReadBack) {
  expect("round trip", [] {
    const auto& all = core::units();
    const auto& unit =
        all[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(all.size())))];
    const double value = between(-1e3, 1e3) * unit.si;
    const auto q = core::parse_quantity(core::format_quantity(value, unit.symbol, 15));
    RC_ASSERT(q.has_value());
    RC_ASSERT(std::abs(q->number * unit.si - value) <= 1e-12 * std::abs(value));
  });
}
