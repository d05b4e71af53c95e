// What gets in through channels, on axisymmetric cells: exact answers on three meshes, doses that
// are laid on and taken off, the network level beside it.

#include "transport/delivery_level.h"

#include <array>
#include <cmath>
#include <functional>
#include <numbers>

#include <gtest/gtest.h>

#include "percuta/core/quantity.h"
#include "support/needled_skin.h"

using namespace percuta;
using namespace percuta::delivery;
using percuta::fem::deliver_axisymmetric;
using std::numbers::pi;

namespace {

constexpr double kHour = 3600.0;

Course solve(const Problem& p, int cells = 40, double tolerance = 4e-3) {
  return deliver_axisymmetric(p, {.cells = cells, .relative_tolerance = tolerance}, core::silent());
}

Problem slab(double thickness, double diffusivity, double duration) {
  Problem p;
  p.layers = {{.name = "slab", .thickness = thickness, .diffusivity = diffusivity}};
  p.vehicle.donor = Donor::reservoir;
  p.vehicle.concentration = 1.0;
  p.duration = duration;
  return p;
}

/// Errors on three meshes, each half of the one before, of second order.
void expect_second_order(const std::function<double(int)>& error, double largest) {
  const std::array<double, 3> e{error(80), error(160), error(320)};
  EXPECT_NEAR(std::log2(std::abs(e[1] / e[2])), 2.0, 0.25) << e[0] << " " << e[1] << " " << e[2];
  EXPECT_GT(std::abs(e[0]), std::abs(e[1]));
  EXPECT_LT(std::abs(e[2]), largest);
}

/// Three kinds of channels under a dose that is laid on twice and washed off.
Problem treated() {
  Problem p = test::needled_skin(
      {{5e5, 90e-6, 20e-6, 2e-6}, {5e5, 200e-6, 25e-6, 2e-6}, {5e5, 320e-6, 30e-6, 2e-6}});
  p.channel_conductance = 0.0104;
  p.vehicle.wash_off = 8 * kHour;
  p.report_times = {kHour, 6 * kHour, core::kDay};
  return p;
}

/// Past the horny layer.
double delivered(const Course& c, double time) {
  auto all = in_skin(c);
  for (std::size_t k = 0; k < all.size(); ++k)
    all[k] += c.cleared[k] + c.through[k] - c.in_layers[0][k];
  return at_time(c, all, time);
}

}  // namespace

// Crank: Q/(K L C0) = Dt/L^2 - 1/6 - 2/pi^2 sum (-1)^n/n^2 exp(-...), with a lag of L^2/(6 D).
TEST(DeliveryLevel, MembraneAndLagOfCrank) {
  const double length = 100e-6, d = 1.5e-10, k = 0.4, t = 0.25 * length * length / d;
  double exact = d * t / (length * length) - 1.0 / 6.0;
  for (int n = 1; n < 60; ++n)
    exact -= 2.0 / (pi * pi) * (n % 2 ? -1.0 : 1.0) / (n * n) *
             std::exp(-n * n * pi * pi * d * t / (length * length));
  exact *= k * length;
  auto p = slab(length, d, t);
  p.layers[0].partition = k;
  expect_second_order([&](int cells) { return solve(p, cells, 1e-6).through.back() / exact - 1.0; },
                      2e-3);
  p.duration = 20.0 * length * length / (6.0 * d);
  expect_second_order(
      [&](int cells) { return lag(solve(p, cells, 1e-6)) / (length * length / (6.0 * d)) - 1.0; },
      2e-3);
}

// C = C0 sinh((L - x) m)/sinh(L m), m = sqrt(k/D).
TEST(DeliveryLevel, SteadyDecayWithClearance) {
  const double length = 1e-3, d = 1e-10, k = 5e-4, m = std::sqrt(k / d);
  auto p = slab(length, d, 40.0 / k);
  p.layers[0].clearance = k;
  p.report_times = {p.duration};
  expect_second_order(
      [&](int cells) {
        const auto c = solve(p, cells, 1e-5);
        double worst = 0.0;
        for (std::size_t j = 0; j < c.depth.size(); ++j)
          worst = std::max(worst, std::abs(c.profile[0][j] - std::sinh((length - c.depth[j]) * m) /
                                                                 std::sinh(length * m)));
        return worst;
      },
      2e-3);
}

// Steady flux (u - u')/(L1/D1 + 1/P + L2/D2) of two slabs with a membrane between, on any mesh.
TEST(DeliveryLevel, MembraneBetweenSlabs) {
  const std::array<std::array<double, 2>, 3> rows{
      {{0.1, 0.088235}, {1.0, 0.428571}, {10.0, 0.697674}}};
  for (const int cells : {20, 40, 80})
    for (const auto& [permeability, flux] : rows) {
      auto p = slab(1.0, 1.0, 1000.0);
      p.vehicle.concentration = 2.0;
      p.below = 1.0;
      p.layers.push_back(
          {.name = "second", .thickness = 1.0, .diffusivity = 3.0, .membrane = permeability});
      const auto c = solve(p, cells, 1e-4);
      EXPECT_NEAR(c.flux_through.back(), flux, 2e-6) << cells;
      EXPECT_NEAR(c.flux.back(), flux, 2e-6) << cells;
    }
}

// What lies in sealed tissue without a vehicle: K (1 + b) u of it, cleared with k/(1 + b).
TEST(DeliveryLevel, SoluteInTissueIsCleared) {
  const double thickness = 1e-3, k = 5e-4, bound = 0.5, partition = 0.4, hour = kHour;
  Problem p = slab(thickness, 1e-10, hour);
  p.layers[0] = {"slab", thickness, 1e-10, partition, bound, k};
  p.layers[0].initial = 2.0;
  p.vehicle.times.clear();
  p.sealed_below = true;
  const double whole = partition * (1.0 + bound) * 2.0 * thickness;
  const auto c = solve(p);
  EXPECT_NEAR(c.in_layers[0].front(), whole, 1e-12 * whole);
  EXPECT_NEAR(c.in_layers[0].back(), whole * std::exp(-k * hour / (1.0 + bound)), 1e-3 * whole);
  EXPECT_EQ(c.entered.back(), 0.0);
  EXPECT_LT(c.balance_error, 1e-8);
}

// Where the horny layer is the bottleneck Q = J0 t_half/ln 2, with J0 of the cone's fluid.
TEST(DeliveryLevel, ClosingPore) {
  const double half = 5 * kHour, h = 15e-6, a = 30e-6, b = 20e-6, n = 2.5e6, dch = 1e-11;
  auto p = slab(h, 1e-12, 40.0 * half);
  p.layers[0].partition = 1e-30;
  p.layers[0].barrier = true;
  p.layers.push_back({.name = "tissue", .thickness = 1e-3, .diffusivity = 1e-6, .clearance = 1e3});
  p.channels = {{n, h, a, b, half}};
  p.channel_diffusivity = 2.0 * dch;
  p.channel_conductance = 0.5;  // the factor is on the fluid
  const double exact = n * dch * pi * a * b / h * half / std::numbers::ln2;
  const auto c = solve(p);
  EXPECT_NEAR(c.entered.back(), exact, 3e-3 * exact);
  EXPECT_NEAR(c.open.back(), std::exp2(-40.0), 1e-15);
}

// A depot keeps the vehicle saturated until it is gone, and then it empties: J = P s until t' =
// (A - s) V/(P s), then P s exp(-P (t - t')/V).
TEST(DeliveryLevel, DepotLastsAndEmpties) {
  const double permeability = 1e-7, volume = 1e-4, total = 3.0, solubility = 1.0;
  const double gone = (total - solubility) * volume / (permeability * solubility);
  Problem p = slab(1e-9, permeability * 1e-9, 2.0 * gone);
  p.vehicle = {Donor::finite, volume, total, solubility};
  p.report_times = {0.5 * gone, gone, 2.0 * gone};
  const auto c = solve(p);
  EXPECT_NEAR(at_time(c, c.through, 0.5 * gone), permeability * solubility * 0.5 * gone,
              1e-4 * c.applied);
  EXPECT_NEAR(c.vehicle.back(), solubility * volume * std::exp(-permeability * gone / volume),
              1e-3 * c.applied);
  EXPECT_LT(c.balance_error, 1e-8);
}

// dM/dt = -P M/H(t), H falling evenly to a fifth in half an hour and staying there.
TEST(DeliveryLevel, FilmThatDriesConcentrates) {
  const double permeability = 1e-9, h = 1e-4, e = 0.8 * h / 1800.0;
  Problem p = slab(1e-9, permeability * 1e-9, 3600.0);
  p.vehicle = {Donor::film, h, 1.0, kUnlimited, 0.0, e, 0.2};
  const auto c = solve(p);
  const double left = std::exp(-permeability * (std::log(5.0) / e + 1800.0 / (0.2 * h)));
  EXPECT_NEAR(c.vehicle.back() / c.applied, left, 1e-3 * (1.0 - left));
  p.vehicle.solubility = 2.0;  // what is above it falls out and dissolves no faster
  EXPECT_LT(solve(p).entered.back(), c.entered.back());
}

TEST(DeliveryLevel, NothingIsLostWhateverIsLaidOnAndTakenOff) {
  auto p = treated();
  const auto check = [&](const char* what) {
    const auto c = solve(p, 20);
    EXPECT_LT(c.balance_error, 1e-8) << what;
    EXPECT_EQ(c.profile.size(), 3U) << what;
    for (const auto& profile : c.profile)
      for (const double u : profile) EXPECT_GE(u, -1e-3) << what;  // of 150 above
    EXPECT_EQ(at_time(c, c.entered, 299.0), 0.0) << what;          // before anything lies there
    const double taken_off = at_time(c, c.entered, 8 * kHour);
    EXPECT_GT(taken_off, 0.0) << what;
    EXPECT_EQ(c.entered.back(), taken_off) << what;  // nothing goes in, nor comes back
    EXPECT_EQ(c.vehicle.back(), 0.0) << what;
    if (p.vehicle.donor != Donor::reservoir) {
      EXPECT_DOUBLE_EQ(c.applied, 2 * 2e-4 * 150.0) << what;
      EXPECT_NEAR(c.entered.back() + c.washed.back(), c.applied, 1e-12 * c.applied) << what;
    }
  };
  check("finite dose");
  p.vehicle.donor = Donor::film;
  p.vehicle.evaporation = 2e-8;
  p.vehicle.residue = 0.2;
  check("film");
  p.vehicle.donor = Donor::reservoir;
  check("reservoir");
}

TEST(DeliveryLevel, DefaultMeshAndStepsAreWithinAHundredth) {
  const auto p = treated();
  const auto c = solve(p), finer = solve(p, 80, 2e-3);
  for (const double t : p.report_times)
    EXPECT_NEAR(delivered(c, t), delivered(finer, t), 0.01 * delivered(finer, t)) << t;
  // What it costs: steps, and unknowns of which each step factors one matrix.
  EXPECT_LT(c.steps, 130);
  EXPECT_LT(c.unknowns, 11000);
}

TEST(DeliveryLevel, TheNetworkIsWithinATenth) {
  auto p = treated();
  for (const bool cover : {true, false}) {
    if (!cover) p.cover = {};
    const auto c = solve(p), light = network(p);
    for (const double t : p.report_times)
      EXPECT_NEAR(delivered(light, t), delivered(c, t), 0.1 * delivered(c, t)) << cover << t;
  }
}

// The same channels in one class or in three, and skin without any.
TEST(DeliveryLevel, ClassesOfTheSameDepthAreOneClass) {
  auto p = treated();
  p.channels = {{1.5e6, 200e-6, 25e-6, 2e-6, kHour}};
  const double one = solve(p, 20).entered.back();
  p.channels.assign(3, {0.5e6, 200e-6, 25e-6, 2e-6, kHour});
  EXPECT_NEAR(solve(p, 20).entered.back(), one, 1e-3 * one);
  p.channels.assign(1, {0.0, 200e-6, 25e-6, 2e-6, kHour});
  const auto none = solve(p, 80), light = network(p, {.cells = 160});
  EXPECT_NEAR(none.entered.back(), light.entered.back(), 0.01 * light.entered.back());
}

TEST(DeliveryLevel, WhatIsNoProblemIsRefused) {
  EXPECT_THROW(solve(Problem{}), std::invalid_argument);
  auto p = treated();
  p.vehicle.diffusivity = 1e-10;
  EXPECT_THROW(solve(p), std::invalid_argument);  // stands still
  p.vehicle.diffusivity = 0.0;
  p.channels[0].density = 1e9;
  EXPECT_ANY_THROW(solve(p));  // overlap
}
