// What gets in through channels: the network level beside exact solutions.

#include "percuta/delivery/delivery.h"

#include <array>
#include <cmath>
#include <complex>
#include <functional>
#include <numbers>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/delivery/model.h"
#include "support/needled_skin.h"

using namespace percuta;
using namespace percuta::delivery;
using std::numbers::pi;

namespace {

constexpr double kOne = 1.0;  // donor concentration [kg/m^3]

Problem slab(double thickness, double diffusivity, double duration) {
  Problem p;
  p.layers = {{.name = "slab", .thickness = thickness, .diffusivity = diffusivity}};
  p.vehicle.donor = Donor::reservoir;
  p.vehicle.concentration = kOne;
  p.duration = duration;
  return p;
}

/// A horny layer that lets nothing pass, over tissue that takes everything away at once.
Problem sieve(double thickness, double tissue_diffusivity, double duration) {
  Problem p = slab(thickness, 1e-12, duration);
  p.layers[0].partition = 1e-40;
  p.layers[0].barrier = true;
  p.layers.push_back(
      {.name = "tissue", .thickness = 1e-3, .diffusivity = tissue_diffusivity, .clearance = 1e8});
  return p;
}

Settings fine(int cells, int steps) { return {.cells = cells, .steps = steps}; }

/// Orders of three errors of halved meshes.
void expect_order(const std::array<double, 3>& error, double order, double largest) {
  for (int k = 0; k < 2; ++k)
    EXPECT_NEAR(std::log2(std::abs(error[k] / error[k + 1])), order, 0.25)
        << error[0] << " " << error[1] << " " << error[2];
  EXPECT_LT(std::abs(error[2]), largest);
}

std::array<double, 3> on_three(const std::function<double(int)>& error) {
  return {error(1), error(2), error(4)};
}

/// f(t) of its Laplace transform, by the fixed Talbot contour of 32 points.
double inverse_laplace(const std::function<std::complex<double>(std::complex<double>)>& transform,
                       double t) {
  constexpr int kPoints = 32;
  const double r = 0.4 * kPoints / t;
  double sum = 0.5 * std::exp(r * t) * transform(r).real();
  for (int k = 1; k < kPoints; ++k) {
    const double theta = k * pi / kPoints, cot = 1.0 / std::tan(theta);
    const std::complex<double> s = r * theta * std::complex<double>(cot, 1.0);
    const double sigma = theta + (theta * cot - 1.0) * cot;
    sum += (std::exp(t * s) * transform(s) * std::complex<double>(1.0, sigma)).real();
  }
  return r / kPoints * sum;
}

}  // namespace

// Crank, The Mathematics of Diffusion: Q/(K L C0) = Dt/L^2 - 1/6 - 2/pi^2 sum (-1)^n/n^2 exp(-...).
TEST(Delivery, MembraneOfCrank) {
  const double length = 100e-6, d = 1.5e-10, k = 0.4, t = 0.25 * length * length / d;
  double exact = d * t / (length * length) - 1.0 / 6.0;
  for (int n = 1; n < 60; ++n)
    exact -= 2.0 / (pi * pi) * (n % 2 ? -1.0 : 1.0) / (n * n) *
             std::exp(-n * n * pi * pi * d * t / (length * length));
  exact *= k * length * kOne;
  auto p = slab(length, d, t);
  p.layers[0].partition = k;
  expect_order(on_three([&](int m) {
                 return network(p, fine(10 * m, 40 * m)).through.back() / exact - 1.0;
               }),
               2.0, 2e-3);
}

TEST(Delivery, LagIsThatOfCrank) {
  const double length = 100e-6, d = 1.5e-10, exact = length * length / (6.0 * d);
  const auto p = slab(length, d, 20.0 * exact);
  expect_order(on_three([&](int m) { return lag(network(p, fine(8 * m, 100 * m))) / exact - 1.0; }),
               2.0, 1e-3);
  EXPECT_NEAR(lag(network(p)), exact, 0.01 * exact);  // steps controlled
  // What is bound retards: D becomes D/(1 + b).
  auto bound = p;
  bound.layers[0].bound = 3.0;
  bound.duration *= 4.0;
  EXPECT_NEAR(lag(network(bound)), 4.0 * exact, 0.04 * exact);
}

// C = C0 sinh((L - x) sqrt(k/D))/sinh(L sqrt(k/D)).
TEST(Delivery, SteadyDecayWithClearance) {
  const double length = 1e-3, d = 1e-10, k = 5e-4, m = std::sqrt(k / d);
  auto p = slab(length, d, 40.0 / k);
  p.layers[0].clearance = k;
  p.report_times = {p.duration};
  expect_order(on_three([&](int f) {
                 const auto c = network(p, fine(20 * f, 400));
                 double worst = 0.0;
                 for (std::size_t j = 0; j < c.depth.size(); ++j)
                   worst = std::max(
                       worst, std::abs(c.profile[0][j] - std::sinh((length - c.depth[j]) * m) /
                                                             std::sinh(length * m)));
                 return worst;
               }),
               2.0, 1e-3);
}

// A disc in a half-space: 4 D a C0 a channel.
TEST(Delivery, EntranceOfADisc) {
  const double d = 2e-10, a = 30e-6, n = 2.5e6;
  auto p = sieve(15e-6, d, 1.0);
  p.channels = {{n, 15e-6, a, a}};
  p.channel_diffusivity = 1.0;  // no resistance of its own
  const auto c = network(p);
  EXPECT_NEAR(c.flux.back(), n * 4.0 * d * a * kOne, 1e-6 * n * 4.0 * d * a);
  p.channel_diffusivity = 1e-9;
  EXPECT_NEAR(network(p).flux.back(), n * kOne * channel_conductance(p.channels[0], 1e-9, d),
              1e-6 * c.flux.back());
  EXPECT_NEAR(1.0 / channel_conductance(p.channels[0], 1e-9, d),
              15e-6 / (1e-9 * pi * a * a) + 1.0 / (4.0 * d * a), 1e3);
}

// A fin whose tip is a disc, in tissue that holds nothing; its fluid counts sideways as a plug of
// sum_n (1/j_0n - 1/j_1n) = 0.2557 radii would at the end of a tube.
TEST(Delivery, ChannelThatFeedsItsWall) {
  const double d = 1e-10, dch = 1e-9, a = 25e-6, n = 2e6, length = 150e-6;
  auto p = sieve(1e-9, d, 1.0);
  p.layers[1].clearance = 1e9;
  p.channels = {{n, length, a, a}};
  p.channel_diffusivity = dch;
  const double outer = 1.0 / std::sqrt(pi * n), k = dch * pi * a * a, end = 0.2557,
               sideways = ring_factor(a, outer) / (2.0 * pi * d) + end * end / (pi * dch),
               m = std::sqrt(1.0 / (sideways * k)), h = 4.0 * d * a / (k * m);
  const double exact = n * k * m * (std::sinh(m * length) + h * std::cosh(m * length)) /
                       (std::cosh(m * length) + h * std::sinh(m * length));
  const auto error =
      on_three([&](int f) { return network(p, fine(60 * f, 4)).flux.back() / exact - 1.0; });
  EXPECT_LT(std::abs(error[2]), 3e-3) << error[0];
  EXPECT_LT(std::abs(error[1]), std::abs(error[0]));
  EXPECT_LT(std::abs(error[2]), std::abs(error[1]));
  // Far apart the ring is that of a line source in an evenly taking disc: ln(R/r) - 3/4.
  EXPECT_NEAR(ring_factor(1e-6, 1e-2), std::log(1e4) - 0.75, 1e-6);
}

// The way through the horny layer closes, what lies below does not: with conductances g_b and g_t
// of the two in series Q = c t_half/ln 2 g_t ln(1 + g_b/g_t), which is J0 t_half/ln 2 where the
// horny layer is the bottleneck.
TEST(Delivery, ClosingPore) {
  const double d = 2e-10, a = 30e-6, n = 2.5e6, half = 1800.0;
  auto p = sieve(15e-6, d, 40.0 * half);
  p.channels = {{n, 15e-6, a, a}};
  p.channel_diffusivity = 1e-9;
  p.channels[0].half_life = half;
  const double tissue = 4.0 * d * a, barrier = 1e-9 * pi * a * a / 15e-6;
  const double exact = n * kOne * tissue * std::log1p(barrier / tissue) * half / std::numbers::ln2;
  expect_order(
      on_three([&](int f) { return network(p, fine(20, 100 * f)).entered.back() / exact - 1.0; }),
      2.0, 2e-3);
  // Under a cover for all the time it takes the other half-life.
  p.channels[0].half_life_covered = 48.0 * half;
  p.cover.from = 0.0;
  p.duration *= 48.0;
  EXPECT_NEAR(network(p).entered.back(), 48.0 * exact, 0.02 * 48.0 * exact);
  p.cover = {};
  p.channel_diffusivity = 1e-14;
  p.duration /= 48.0;
  const double slow = n * kOne * 1e-14 * pi * a * a / 15e-6 * half / std::numbers::ln2;
  EXPECT_NEAR(network(p, fine(20, 400)).entered.back(), slow, 3e-3 * slow);
}

// Two layers: Q(s) = C0 / (s^2 (sinh q1 cosh q2/(K1 D1 q1) + cosh q1 sinh q2/(K2 D2 q2))), inverted
// numerically.
TEST(Delivery, TwoLayers) {
  const double l1 = 15e-6, l2 = 80e-6, d1 = 1e-14, d2 = 1e-10, k1 = 2.0, k2 = 0.7;
  const double t = 0.5 * l1 * l1 / d1;
  auto p = slab(l1, d1, t);
  p.layers[0].partition = k1;
  p.layers.push_back({.name = "second", .thickness = l2, .diffusivity = d2, .partition = k2});
  const double exact = inverse_laplace(
      [&](std::complex<double> s) {
        const auto q1 = std::sqrt(s / d1), q2 = std::sqrt(s / d2);
        return kOne / (s * s *
                       (std::sinh(q1 * l1) * std::cosh(q2 * l2) / (k1 * d1 * q1) +
                        std::cosh(q1 * l1) * std::sinh(q2 * l2) / (k2 * d2 * q2)));
      },
      t);
  expect_order(on_three([&](int f) {
                 return network(p, fine(24 * f, 60 * f)).through.back() / exact - 1.0;
               }),
               2.0, 2e-3);
}

// Steady flux (u - u')/(L1/D1 + 1/d + L2/D2).
TEST(Delivery, MembraneInTheMiddle) {
  const std::array<std::array<double, 2>, 3> rows{
      {{0.1, 0.088235}, {1.0, 0.428571}, {10.0, 0.697674}}};
  for (const auto& [permeability, flux] : rows) {
    auto p = slab(1.0, 1.0, 1000.0);
    p.vehicle.concentration = 2.0;
    p.below = 1.0;
    p.layers.push_back(
        {.name = "second", .thickness = 1.0, .diffusivity = 3.0, .membrane = permeability});
    const auto c = network(p);
    EXPECT_NEAR(c.flux_through.back(), flux, 6e-7);
    EXPECT_NEAR(c.flux.back(), flux, 6e-7);
  }
}

// A vehicle that stands still, filled above its solubility, on a perfect sink: the front up to
// which it has dissolved is at 2 beta sqrt(D t), (A - s) 2 beta exp(beta^2) erf(beta) sqrt(pi)/2 =
// s, and 2 s sqrt(D t/pi)/erf(beta) is released.
TEST(Delivery, MovingFrontOfADissolvingDepot) {
  const double d = 1e-10, total = 5.0, solubility = 1.0, t = 1e4;
  Problem p = slab(1e-9, 1e-3, t);
  p.vehicle = {Donor::finite, 4e-3, total, solubility, d};
  double low = 0.0, high = 5.0;
  while (high - low > 1e-15) {
    const double beta = 0.5 * (low + high);
    (std::sqrt(pi) * beta * std::exp(beta * beta) * std::erf(beta) <
             solubility / (total - solubility)
         ? low
         : high) = beta;
  }
  const double exact = 2.0 * solubility * std::sqrt(d * t / pi) / std::erf(low);
  std::array<double, 3> error{};
  for (int k = 0; k < 3; ++k) {
    Settings s = fine(1, 0);
    s.vehicle_cells = 50 << k;
    error[k] = network(p, s).through.back() / exact - 1.0;
  }
  for (int k = 0; k < 2; ++k) EXPECT_GT(std::log2(error[k] / error[k + 1]), 1.5) << error[k];
  EXPECT_LT(std::abs(error[2]), 1e-3);
}

// Stirred, the same depot keeps the vehicle saturated until it is gone, and then it empties:
// J = P s until t' = (A - s) V/(P s), then P s exp(-P (t - t')/V).
TEST(Delivery, StirredDepotLastsAndEmpties) {
  const double permeability = 1e-7, volume = 1e-4, total = 3.0, solubility = 1.0;
  const double gone = (total - solubility) * volume / (permeability * solubility);
  Problem p = slab(1e-9, permeability * 1e-9, 2.0 * gone);
  p.vehicle = {Donor::finite, volume, total, solubility};
  p.report_times = {0.5 * gone, gone, 2.0 * gone};
  const auto c = network(p);
  EXPECT_NEAR(at_time(c, c.through, 0.5 * gone), permeability * solubility * 0.5 * gone,
              1e-4 * c.applied);
  EXPECT_NEAR(c.vehicle.back(), solubility * volume * std::exp(-permeability * gone / volume),
              1e-3 * c.applied);
  EXPECT_LT(c.balance_error, 1e-8);
}

// A drying film: amounts stay, the concentration rises until it is saturated.
TEST(Delivery, FilmThatDriesConcentrates) {
  const double permeability = 1e-9, volume = 1e-4;
  Problem p = slab(1e-9, permeability * 1e-9, 3600.0);
  p.vehicle = {Donor::film, volume, 1.0, kUnlimited, 0.0, 0.8 * volume / 1800.0, 0.2};
  const auto c = network(p, fine(1, 400));
  // dM/dt = -P M/H(t), H falling evenly to a fifth in half an hour and staying there.
  const double h = volume, e = 0.8 * volume / 1800.0;
  const double left = std::exp(-permeability * (std::log(5.0) / e + 1800.0 / (0.2 * h)));
  EXPECT_NEAR(c.vehicle.back() / c.applied, left, 2e-4 * (1.0 - left));
  p.vehicle.solubility = 2.0;  // what is above it falls out and dissolves no faster
  EXPECT_LT(network(p).entered.back(), c.entered.back());
}

TEST(Delivery, NothingIsLost) {
  Problem p = test::needled_skin(
      {{5e5, 90e-6, 30e-6, 2e-6}, {5e5, 200e-6, 35e-6, 2e-6}, {5e5, 420e-6, 40e-6, 2e-6}});
  p.vehicle.wash_off = 4 * 3600.0;
  p.report_times = {1800.0, 7200.0, 21600.0, core::kDay};
  const auto check = [&](const char* what) {
    const auto c = network(p);
    EXPECT_LT(c.balance_error, 1e-8) << what;
    EXPECT_GT(c.entered.back(), 0.0) << what;
    EXPECT_EQ(c.profile.size(), 4U);
    for (const auto& profile : c.profile)
      for (const double u : profile) EXPECT_GE(u, -1e-9) << what;
    const auto finer = network(p, {.cells = 40, .relative_tolerance = 1e-4});
    EXPECT_NEAR(c.entered.back(), finer.entered.back(), 5e-3 * finer.entered.back()) << what;
    const auto mesh = network(p, {.cells = 160});
    EXPECT_NEAR(c.entered.back(), mesh.entered.back(), 0.03 * mesh.entered.back()) << what;
  };
  check("finite dose");
  p.vehicle.diffusivity = 5e-10;
  check("standing still");
  p.vehicle.diffusivity = 0.0;
  p.vehicle.donor = Donor::film;
  p.vehicle.evaporation = 2e-8;
  p.vehicle.residue = 0.2;
  check("film");
  p.vehicle.donor = Donor::reservoir;
  check("reservoir");
}

// Deeper channels, more of them and channels that stay open bring more in.
TEST(Delivery, MoreChannelsBringMore) {
  auto p = sieve(15e-6, 1e-10, 3600.0);
  p.layers[1].clearance = 1e-3;
  p.channel_diffusivity = 1e-9;
  const auto with = [&](double n, double depth, double half) {
    p.channels = {{n, depth, 30e-6, 2e-6}};
    p.channels[0].half_life = half;
    return network(p).entered.back();
  };
  const double base = with(1e6, 100e-6, 1800.0);
  EXPECT_GT(with(2e6, 100e-6, 1800.0), 1.5 * base);
  EXPECT_GT(with(1e6, 200e-6, 1800.0), base);
  EXPECT_GT(with(1e6, 100e-6, 18000.0), base);
  p.channels.clear();
  EXPECT_LT(network(p).entered.back(), 1e-20);
}

// The same channels in one class or in three are the same channels.
TEST(Delivery, ClassesOfTheSameDepthAreOneClass) {
  auto p = sieve(15e-6, 1e-10, 3600.0);
  p.layers[1].clearance = 1e-3;
  p.channel_diffusivity = 1e-9;
  p.channels = {{3e6, 150e-6, 30e-6, 2e-6}};
  const double one = network(p).entered.back();
  p.channels.assign(3, {1e6, 150e-6, 30e-6, 2e-6});
  EXPECT_NEAR(network(p).entered.back(), one, 1e-3 * one);
  p.channels = {{4e8, 150e-6, 30e-6, 2e-6}};
  EXPECT_THROW(network(p), core::SolveError);  // no skin is left between them
}

TEST(Delivery, WhatIsNoProblemIsRefused) {
  EXPECT_THROW(network(Problem{}), std::invalid_argument);
  auto p = slab(1e-4, 1e-10, 10.0);
  p.layers[0].partition = -1.0;
  EXPECT_THROW(network(p), std::invalid_argument);
  p.layers[0].partition = 1.0;
  p.vehicle.donor = Donor::finite;
  EXPECT_THROW(network(p), std::invalid_argument);  // a dose without volume
  EXPECT_EQ(models().names().front(), "network");
}
