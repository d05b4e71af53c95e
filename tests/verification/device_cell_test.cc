// The needle in its device cell: limits with known answers, meshes, balances; and the drum on
// layers against Hertz and a thin layer.

#include "mixed/device_cell.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "mixed/drum.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"

using namespace percuta;

namespace {

constexpr double pi = std::numbers::pi;

study::Case cheek() {
  return study::parse_case("skin = \"cheek\"\ndevice = \"mf8-0.5mm\"\n", "case.toml");
}

device::Needle needle(double length, double tip) {
  auto n = cheek().device.needle;
  n.length = length;
  n.tip_radius = tip;
  return n;
}

/// Two layers of the same solid.
skin::Skin slab(double thickness, const skin::Law& law, double bulk_over_shear) {
  skin::Skin s;
  for (const char* name : {"upper", "lower"}) {
    skin::Layer layer;
    layer.name = name;
    layer.thickness = 0.5 * thickness;
    layer.law = law;
    layer.bulk_over_shear = bulk_over_shear;
    s.layers.push_back(layer);
  }
  return s;
}

/// Stress that shortens a slab held at its sides, d psi/dJ of psi(J^(2/3), J^(-1/3), J^(-1/3)) and
/// U(J), for one Ogden term.
double confined_pressure(double mu, double alpha, double bulk, double strain) {
  const double j = 1.0 - strain;
  return -(4.0 * mu / (3.0 * alpha) *
               (std::pow(j, 2.0 * alpha / 3.0 - 1.0) - std::pow(j, -alpha / 3.0 - 1.0)) +
           skin::Volumetric{bulk}.pressure(j));
}

double needle_force_at(const skin::Skin& skin, const device::Needle& n, double radius,
                       double displacement, const fem::CellSettings& settings = {}) {
  fem::DeviceCell cell(skin, n, radius, settings);
  cell.set_exposed(std::numeric_limits<double>::infinity());
  EXPECT_TRUE(cell.press(displacement, 1e9, core::silent()));
  return cell.state().needle_force;
}

}  // namespace

TEST(DeviceCell, AWideCellIsALoneNeedle) {
  const auto skin = cheek().skin;
  const auto n = needle(0.5e-3, 8e-6);
  fem::AxisymmetricSettings lone;
  lone.radius = 16e-3;
  lone.bulk = insertion::true_bulk;
  const auto curve = fem::indent_to(skin, n, 0.2e-3, 1e9, core::silent(), lone);
  EXPECT_NEAR(needle_force_at(skin, n, 10e-3, 0.2e-3), curve.force.back(),
              0.01 * curve.force.back());
}

// Needles so dense that they touch press like a flat punch of the cell's size; a hemisphere of
// radius R stands on average R/3 above its tip.
TEST(DeviceCell, DenseNeedlesAreAFlatPunch) {
  const double mu = 1e5, bulk = 5e5, thickness = 1e-3, tip = 20e-6;
  const device::Needle n{0.6e-3, 1.01 * tip, tip, 0.05};
  fem::CellSettings settings;
  settings.bulk = bulk;
  settings.cells_per_tip_radius = 8;
  const double radius = 1.02 * tip, travel = 0.15e-3;
  const double force =
      needle_force_at(slab(thickness, skin::NeoHookean{mu}, 1.0), n, radius, travel, settings);
  const double expected =
      pi * radius * radius * confined_pressure(mu, 2.0, bulk, (travel - tip / 3.0) / thickness);
  EXPECT_NEAR(force, expected, 0.02 * expected);
}

TEST(DeviceCell, TheBaseAloneCompressesTheCell) {
  const double mu = 1e5, bulk = 2e6, thickness = 1e-3, radius = 0.8e-3;
  const device::Needle n{12e-6, 14e-6, 12e-6, 0.2};  // a pimple
  fem::CellSettings settings;
  settings.bulk = bulk;
  fem::DeviceCell cell(slab(thickness, skin::Ogden{{{mu, 9.0}}}, 1.0), n, radius, settings);
  ASSERT_TRUE(cell.press(n.length + 0.1 * thickness, 1e9, core::silent()));
  const auto s = cell.state();
  const double expected = pi * radius * radius * confined_pressure(mu, 9.0, bulk, 0.1);
  EXPECT_NEAR(s.needle_force + s.base_force, expected, 0.01 * expected);
  EXPECT_GT(s.base_force, 0.99 * expected);
}

TEST(DeviceCell, NeedleAndBaseBearWhatTheBottomDoesAndTheWorkIsStored) {
  const auto skin = cheek().skin;
  const auto n = needle(0.2e-3, 6e-6);
  std::vector<double> misses;
  for (const double finer : {1.0, 0.25}) {
    fem::CellSettings settings;
    settings.largest_step *= finer;
    settings.step_growth = 1.0 + (settings.step_growth - 1.0) * finer;
    settings.load_factor = 1.0 + (settings.load_factor - 1.0) * finer;
    settings.first_step *= finer;
    settings.overlap *= finer;
    fem::DeviceCell cell(skin, n, 1.44e-3, settings);
    const double load = 0.1;
    ASSERT_TRUE(cell.press(n.length, load, core::silent()));
    const auto s = cell.state();
    EXPECT_NEAR(s.needle_force + s.base_force, load,
                2e-6 * load);  // what was asked for, by mean pressure
    auto& solid = const_cast<fem::MixedSolid&>(cell.solid());
    const Eigen::VectorXd forces = solid.internal_force();
    double bottom = 0.0;
    for (std::size_t k = 0; k < solid.mesh().nodes.size(); ++k)
      if (solid.mesh().nodes[k][1] < -thickness(skin) * (1.0 - 1e-9)) bottom += forces[2 * k + 1];
    EXPECT_NEAR(s.needle_force + s.base_force, bottom, 1e-6 * bottom);
    EXPECT_GT(s.base_force, s.needle_force);
    EXPECT_LT(s.contact_radius, 0.6e-3);
    misses.push_back(std::abs(cell.work() / cell.stored() - 1.0));
  }
  EXPECT_LT(misses[1], 0.01);
  EXPECT_LT(misses[1], misses[0]);
}

TEST(DeviceCell, ThreeMeshesConverge) {
  const auto skin = cheek().skin;
  const auto n = needle(0.5e-3, 10e-6);
  std::vector<double> force;
  for (const double finer : {0.75, 1.5, 3.0}) {
    fem::CellSettings settings;
    settings.cells_per_tip_radius = 2.0 * finer;
    settings.cells_per_radius = 6 * finer;
    settings.growth = std::pow(1.9, 1.0 / finer);
    force.push_back(needle_force_at(skin, n, 1.44e-3, 0.1e-3, settings));
  }
  const double first = std::abs(force[1] - force[0]), second = std::abs(force[2] - force[1]);
  EXPECT_LT(second, 0.5 * first + 1e-5 * force[2]);
  EXPECT_LT(second, 3e-3 * force[2]);
}

// Skin that is held in on all sides has nowhere to go: what its bulk modulus still changes at 2
// GPa, and that nothing locks.
TEST(DeviceCell, TheTrueBulkModulusIsTheIncompressibleLimit) {
  const auto skin = cheek().skin;
  const auto n = needle(0.5e-3, 10e-6);
  fem::CellSettings softer;
  softer.bulk = 0.25 * insertion::true_bulk;
  const double force = needle_force_at(skin, n, 1.44e-3, 0.3e-3);
  EXPECT_NEAR(needle_force_at(skin, n, 1.44e-3, 0.3e-3, softer), force, 2e-3 * force);
  // With a thousand shear moduli of each layer fat gives way in volume, and the needle feels it.
  fem::AxisymmetricSettings loose;
  loose.radius = 1.44e-3;
  const auto curve = fem::indent_to(skin, n, 0.3e-3, 1e9, core::silent(), loose);
  EXPECT_LT(curve.force.back(), 0.95 * force);
}

TEST(DeviceCell, ABlunterTipIsOneThatIsBehind) {
  const auto skin = cheek().skin;
  const double sharp = 6e-6, blunt = 14e-6, d = 0.25e-3;
  const double force = needle_force_at(skin, needle(0.5e-3, sharp), 1.44e-3, d);
  EXPECT_NEAR(needle_force_at(skin, needle(0.5e-3, blunt), 1.44e-3,
                              d - insertion::tip_shift * (blunt - sharp)),
              force, 0.01 * force);
}

// A table that comes with Percuta is what its command makes: another skin than that of the other
// tests here, the smallest to solve.
TEST(DeviceCell, ATableIsRemade) {
  const auto c = study::parse_case("skin = \"forehead\"\ndevice = \"mf8-0.5mm\"\n", "case.toml");
  const double radius = device::cell_radius(c.device);
  ASSERT_EQ(study::origin_of_cell(c.skin, c.device.needle, radius), "table");
  const auto kept = study::cell_response(c.skin, c.device.needle, radius);
  const auto made = study::solve_cell(c.skin, c.device.needle, radius);
  ASSERT_EQ(made.rows.size(), kept->rows.size());
  for (std::size_t k = 0; k < made.rows.size(); ++k) {
    EXPECT_NEAR(made.rows[k].exposed, kept->rows[k].exposed, 1e-9);
    const auto &a = made.rows[k].states, &b = kept->rows[k].states;
    EXPECT_NEAR(a.front().needle_force, b.front().needle_force, 2e-3 * b.front().needle_force) << k;
    EXPECT_NEAR(a.back().needle_force, b.back().needle_force, 1e-2 * b.back().needle_force) << k;
  }
  EXPECT_LT(made.iterations, 1.3 * kept->iterations + 50);  // its cost beside its value
}

TEST(Drum, OnAHalfSpaceIsHertz) {
  const double mu = 1e5, radius = 10e-3, modulus = 4.0 * mu;
  fem::DrumSettings settings;
  settings.half_length = 0.5;
  settings.finest = 0.02e-3;
  settings.fine_length = 0.8e-3;
  settings.growth = 1.25;
  settings.surface_cell = 0.02e-3;
  settings.deepest_cell = 0.1;
  settings.first_step = 0.2e-6;
  settings.bulk = 1e4 * mu;
  const double b = 0.5e-3, load = pi * modulus * b * b / (4.0 * radius);
  const auto r =
      fem::press_drum(slab(0.5, skin::NeoHookean{mu}, 1e4), radius, load, core::silent(), settings);
  const auto& s = r.states.back();
  EXPECT_NEAR(s.pressure, std::sqrt(s.load * modulus / (pi * radius)), 0.01 * s.pressure);
  EXPECT_NEAR(s.half_width, 2.0 * std::sqrt(s.load * radius / (pi * modulus)),
              0.03 * s.half_width);  // known to half a cell's edge
}

// Bonded below, frictionless above, b much wider than h: flux -h^3 p'/(3 mu) and no pressure beyond
// b give p = mu (b^2 - x^2)^2/(8 R h^3), b^2 = 6 R delta, P' = 2 mu b^5/(15 R h^3).
TEST(Drum, OnAThinBondedLayerIsItsAsymptote) {
  const double mu = 1e5, h = 0.1e-3, radius = 1.0, b = 1.6e-3;
  fem::DrumSettings settings;
  settings.half_length = 10e-3;
  settings.finest = 0.05e-3;
  settings.fine_length = 3e-3;
  settings.deepest_cell = h / 4.0;
  settings.first_step = 1e-7;
  settings.penalty = 100.0;
  settings.bulk = 1e4 * mu;
  const double load = 2.0 * mu * std::pow(b, 5) / (15.0 * radius * std::pow(h, 3));
  const auto r =
      fem::press_drum(slab(h, skin::NeoHookean{mu}, 1e4), radius, load, core::silent(), settings);
  const auto& s = r.states.back();
  const double width = std::pow(7.5 * s.load * radius * std::pow(h, 3) / mu, 0.2);
  EXPECT_NEAR(s.pressure, mu * std::pow(width, 4) / (8.0 * radius * std::pow(h, 3)),
              0.03 * s.pressure);
  EXPECT_NEAR(s.approach, width * width / (6.0 * radius), 0.03 * s.approach);
}
