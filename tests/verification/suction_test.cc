// Suction against closed forms: a pressure on a disc of a half-space (Johnson, Contact Mechanics,
// section 3.4), the same with the surface around it held, which is the penny-shaped crack of
// Sneddon 1946 cut in half; a pressure that follows the surface; relaxation.

#include <cmath>
#include <iostream>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mixed/suction.h"

using namespace percuta;
using namespace percuta::fem;

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kShear = 20e3, kOpening = 1e-3;  // radius

/// One layer, a hundred radii of the opening deep.
skin::Skin half_space(double bulk_over_shear) {
  skin::Skin s;
  s.layers.push_back({"block",
                      skin::Role::dermis,
                      100.0 * kOpening,
                      skin::NeoHookean{kShear},
                      bulk_over_shear,
                      0.0,
                      0.0,
                      {},
                      {}});
  return s;
}

/// Raised by a pressure small against the shear modulus: elevation of the middle, and the mean over
/// the opening [m].
struct Raised {
  double middle, mean;
  long unknowns, iterations;
};

Raised raise(const skin::Skin& skin, const skin::SuctionTest& test, double cells, double reach) {
  SuctionSettings s;
  s.cells_per_opening = cells;
  s.reach = reach;
  s.largest_cell = 2.0 / cells;
  s.growth = std::pow(1.5, 4.0 / cells);  // every cell is halved with the finest
  s.first_step = 1.0;
  const auto mesh = discretise(suction_block(skin, test, s), Kinematics::axisymmetric, 2);
  SolidState state;
  skin::TestCost cost;
  const double middle = lift(skin, test, mesh, state, cost, s);
  MixedSolid solid = under_probe(skin, test, mesh);
  solid.state() = state;
  const double area = kPi * kOpening * kOpening;
  return {middle, risen_volume(solid, opening_nodes(mesh, test)) / area, cost.unknowns,
          cost.iterations};
}

/// A row of what a mesh or a step gave and took, for the log and the test report.
void store(double size, double value, double error, long unknowns, long iterations) {
  std::ostringstream row;
  row << size << ": value " << value << ", error " << error << ", " << unknowns << " unknowns, "
      << iterations << " iterations";
  std::cout << row.str() << '\n';
  testing::Test::RecordProperty("size " + std::to_string(size), row.str());
}

/// Slope of log error over log size from meshes of which each is twice as fine as the last.
double order(const std::vector<double>& errors) {
  return std::log2(errors.front() / errors.back()) / static_cast<double>(errors.size() - 1);
}

}  // namespace

// Middle 2 (1 - nu^2) p a/E = (1 - nu) p a/G, mean over the disc 8/(3 pi) of it.
// The block's far sides take nearly the same from both: their difference shows the order.
TEST(Suction, DiscOfAFreeHalfSpaceRisesAsBoussinesqSays) {
  const auto skin = half_space(1000.0);
  const double nu = (3.0 * 1000.0 - 2.0) / (2.0 * (3.0 * 1000.0 + 1.0));
  const double p = 1e-4 * kShear, exact = (1.0 - nu) * p * kOpening / kShear;
  std::vector<double> errors;
  for (const double cells : {3.0, 6.0, 12.0}) {
    const auto r = raise(skin, {p, 2.0 * kOpening, 0.0}, cells, 100.0);
    EXPECT_NEAR(r.middle, exact, 0.02 * exact) << cells;
    errors.push_back(std::abs((r.middle - r.mean) / (exact * (1.0 - 8.0 / (3.0 * kPi))) - 1.0));
    store(cells, r.middle / exact, errors.back(), r.unknowns, r.iterations);
  }
  EXPECT_LT(errors.back(), 2e-3);
  EXPECT_GT(order(errors), 0.9);
}

// Shear-free and level outside the opening: middle 4 (1 - nu^2) p a/(pi E),
// mean 2/3 of it. Incompressible, its surface
// does not move sideways either, so that a rim to which the skin sticks asks for the same: p a/(pi
// G). At the edge the stress is that of a crack: order one, once what is smooth is gone.
TEST(Suction, HeldHalfSpaceRisesAsAPennyCrackOpens) {
  const auto skin = half_space(1e4);
  const double p = 2e-4 * kShear, exact = p * kOpening / (kPi * kShear);
  std::vector<double> errors, means;
  for (const double cells : {4.0, 8.0, 16.0}) {
    const auto r = raise(skin, {p, 2.0 * kOpening, 30.0 * kOpening}, cells, 3.0);
    means.push_back(std::abs(r.mean / (2.0 / 3.0 * exact) - 1.0));
    errors.push_back(std::abs(r.middle / exact - 1.0));
    store(cells, r.middle / exact, errors.back(), r.unknowns, r.iterations);
  }
  EXPECT_LT(errors.back(), 0.002);
  EXPECT_LT(means.back(), 0.005);
  EXPECT_GT(order(means), 0.9);
  EXPECT_GT(order(errors), 0.9);
}

namespace {

/// Skin as on the body, simplified: a stiff thin layer, dermis, fat, under tension.
skin::Skin three_layers() {
  skin::Skin s;
  s.tension = 7e3;
  const std::vector<skin::Relaxation> relaxation{{0.4, 0.3}, {0.11, 4.0}};
  s.layers.push_back({"epidermis",
                      skin::Role::epidermis,
                      0.08e-3,
                      skin::Ogden{{{200e3, 9.0}}},
                      1000.0,
                      0.0,
                      0.0,
                      {},
                      relaxation});
  s.layers.push_back({"dermis",
                      skin::Role::dermis,
                      1e-3,
                      skin::Ogden{{{40e3, 9.0}}},
                      1000.0,
                      0.0,
                      0.0,
                      {},
                      relaxation});
  s.layers.push_back({"hypodermis",
                      skin::Role::hypodermis,
                      4e-3,
                      skin::NeoHookean{1e3},
                      1000.0,
                      0.0,
                      0.0,
                      {},
                      relaxation});
  return s;
}

}  // namespace

// The pressure is that of a gas: its work is the pressure times the volume risen, and what is
// stored is that work at any strain. Midpoint sums over ever finer steps come to it with order two.
TEST(Suction, StoredEnergyIsPressureTimesRisenVolume) {
  const auto skin = three_layers();
  const skin::SuctionTest test;
  std::vector<double> errors;
  for (const double step : {0.2, 0.1, 0.05}) {
    SuctionSettings s;
    s.cells_per_opening = 10.0;
    s.first_step = step;
    s.step_growth = 1.0;
    const auto mesh = discretise(suction_block(skin, test, s), Kinematics::axisymmetric, 2);
    const auto nodes = opening_nodes(mesh, test);
    double work = 0.0, volume = 0.0, pressure = 0.0, stored = 0.0;
    const double at_rest = under_probe(skin, test, mesh).stored_energy();
    SolidState state;
    skin::TestCost cost;
    const double height = lift(skin, test, mesh, state, cost, s, [&](MixedSolid& solid, double p) {
      const double now = risen_volume(solid, nodes);
      work += 0.5 * (p + pressure) * (now - volume);
      volume = now;
      pressure = p;
      stored = solid.stored_energy() - at_rest;
      // Projected on the plane, the pressure acts on the opening whatever the surface does.
      double up = 0.0;
      const Eigen::VectorXd load = following_load(solid, nodes);
      for (const int n : nodes) up += load[2 * n + 1];
      EXPECT_NEAR(up, kPi * kOpening * kOpening, 1e-12 * up);
    });
    EXPECT_GT(height, 0.1 * kOpening);  // far beyond small strain
    errors.push_back(std::abs(work / stored - 1.0));
    store(step, height, errors.back(), cost.unknowns, cost.iterations);
  }
  EXPECT_LT(errors.back(), 1e-3);
  EXPECT_GT(order(errors), 1.7);
}

// Where a solve begins leaves no trace: from rest, and from a softer skin that is raised already. A
// mesh of half the cells says the same to a thousandth.
TEST(Suction, ElevationKnowsNoHistoryAndLittleOfTheMesh) {
  auto soft = three_layers();
  for (auto& l : soft.layers)
    if (auto* o = std::get_if<skin::Ogden>(&l.law)) o->terms.front().mu *= 0.8;
  skin::TestCost cost, fine_cost;
  const auto in_turn = lift_all({soft, three_layers()}, {}, cost, core::silent());
  const auto alone = lift_all({three_layers()}, {}, cost, core::silent());
  EXPECT_GT(in_turn[0], 1.05 * in_turn[1]);
  EXPECT_NEAR(in_turn[1], alone[0], 1e-6 * alone[0]);
  SuctionSettings half;
  half.cells_per_opening *= 2.0;
  half.growth = std::sqrt(half.growth);
  half.largest_cell *= 0.5;
  const auto fine = lift_all({three_layers()}, {}, fine_cost, core::silent(), half);
  store(half.cells_per_opening, fine[0], alone[0] / fine[0] - 1.0, fine_cost.unknowns,
        fine_cost.iterations);
  EXPECT_NEAR(alone[0], fine[0], 2e-3 * fine[0]);
}

// A skin that is nothing but n times as stiff, its tension too, rises under n times the pressure as
// high as before.
TEST(Suction, ElevationDependsOnPressureOverStiffness) {
  auto stiff = three_layers();
  stiff.tension *= 3.0;
  for (auto& l : stiff.layers) {
    if (auto* o = std::get_if<skin::Ogden>(&l.law)) o->terms.front().mu *= 3.0;
    if (auto* n = std::get_if<skin::NeoHookean>(&l.law)) n->mu *= 3.0;
  }
  skin::TestCost cost;
  skin::SuctionTest harder;
  harder.pressure *= 3.0;
  const double usual = lift_all({three_layers()}, {}, cost, core::silent()).front();
  EXPECT_NEAR(lift_all({stiff}, harder, cost, core::silent()).front(), usual, 1e-6 * usual);
}

// The force of the pressure is the change of volume with the surface.
TEST(Suction, FollowingLoadIsTheSlopeOfTheVolume) {
  const auto skin = three_layers();
  const skin::SuctionTest test;
  SuctionSettings s;
  s.cells_per_opening = 8.0;
  const auto mesh = discretise(suction_block(skin, test, s), Kinematics::axisymmetric, 2);
  MixedSolid solid = under_probe(skin, test, mesh);
  const auto nodes = opening_nodes(mesh, test);
  // Any smooth bump whose edge stays.
  const auto bump = [&](double r) { return 0.2e-3 * (1.0 - std::pow(r / kOpening, 2)); };
  Eigen::VectorXd direction = Eigen::VectorXd::Zero(mesh.dofs());
  for (const int n : nodes) {
    const double r = mesh.nodes[n][0];
    solid.state().displacement[2 * n] = 0.5 * bump(r) * r / kOpening;
    solid.state().displacement[2 * n + 1] = bump(r);
    direction[2 * n] = std::sin(3.0 * r / kOpening) * bump(r);
    direction[2 * n + 1] = std::cos(2.0 * r / kOpening) * bump(r);
  }
  const Eigen::VectorXd middle = solid.state().displacement;
  const double h = 1e-4;
  solid.state().displacement = middle + h * direction;
  const double more = risen_volume(solid, nodes);
  solid.state().displacement = middle - h * direction;
  const double less = risen_volume(solid, nodes);
  solid.state().displacement = middle;
  const double slope = (more - less) / (2.0 * h);
  EXPECT_NEAR(following_load(solid, nodes).dot(direction), slope, 1e-6 * std::abs(slope));
}
