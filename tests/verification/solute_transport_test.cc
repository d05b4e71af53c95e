// What solutes do in layers and channels, against exact answers on three meshes: membranes, jumps,
// clearance, binding, donors, pores that close.

#include <cmath>
#include <memory>
#include <numbers>

#include <gtest/gtest.h>

#include "transport/dosed_skin.h"
#include "transport/dual.h"
#include "transport/transport.h"

using namespace percuta;
using namespace percuta::fem;

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kEver = std::numeric_limits<double>::infinity();

std::vector<double> even(double from, double to, int cells) {
  std::vector<double> faces;
  for (int k = 0; k <= cells; ++k) faces.push_back(from + (to - from) * k / cells);
  return faces;
}

/// Each cell cut in two, so many times.
std::vector<double> halved(std::vector<double> faces, int times) {
  for (; times > 0; --times) {
    std::vector<double> finer{faces.front()};
    for (std::size_t k = 1; k < faces.size(); ++k) {
      finer.push_back(0.5 * (faces[k - 1] + faces[k]));
      finer.push_back(faces[k]);
    }
    faces = finer;
  }
  return faces;
}

TransportField spreading(const RingMesh& mesh, double diffusivity) {
  TransportField f;
  f.diffusivity.assign(mesh.cells(), diffusivity);
  return f;
}

/// A slab of unit area between two kept concentrations: the wells are 0 above and 1 below.
TransportProblem slab(int cells, double length, double diffusivity) {
  TransportProblem p;
  p.mesh = {{0.0, 1.0 / std::sqrt(kPi)}, even(0.0, length, cells)};
  p.fields = {spreading(p.mesh, diffusivity)};
  p.wells = {{0, kEver}, {0, kEver}};
  return p;
}
void open_ends(TransportProblem& p) {
  const int last = p.mesh.cells() - 1;
  p.exchanges = {{0, 0, half_conductance(p.mesh, p.fields[0], 0), -1},
                 {last, 1, half_conductance(p.mesh, p.fields[0], last), -1}};
}

StiffSettings to_tolerance(double relative) {
  StiffSettings s;
  s.relative_tolerance = relative;
  s.absolute_tolerance = 1e-3 * relative;
  return s;
}

std::shared_ptr<const Reactions> cleared(double rate) {
  return point_reactions<1>([rate](double, int, const auto* y, auto* dy) { dy[0] = -rate * y[0]; });
}

/// The state long after: steps without bound are Newton's for a linear problem.
std::vector<double> steady(const TransportSystem& system, std::vector<double> start) {
  StiffIntegrator integrate(system, to_tolerance(1e-6));
  integrate.state() = std::move(start);
  integrate.advance(1e9);
  return integrate.state();
}

/// A donor that is kept at 1.
DonorState reservoir(double, double) { return {1.0, 0.0}; }

void expect_second_order(const std::vector<double>& error) {
  const double order = std::log2(error[1] / error[2]);
  EXPECT_GT(order, 1.9) << error[0] << " " << error[1] << " " << error[2];
  EXPECT_LT(order, 2.3) << error[0] << " " << error[1] << " " << error[2];
}

}  // namespace

// Crank: a membrane with C_0 on one side and none on the other lets through
// Q/(L C_0) = D t/L^2 - 1/6 - (2/pi^2) sum (-1)^n/n^2 exp(-n^2 pi^2 D t/L^2); its lag is L^2/(6 D).
TEST(SoluteTransport, AMembraneLetsThroughWhatCrankFound) {
  const auto exact = [](double t) {
    double sum = t - 1.0 / 6.0;
    for (int n = 1; n < 60; ++n)
      sum -= 2.0 / (kPi * kPi) * (n % 2 ? -1.0 : 1.0) / (n * n) * std::exp(-n * n * kPi * kPi * t);
    return sum;
  };
  std::vector<double> error, lags;
  for (const int n : {10, 20, 40}) {
    auto p = slab(n, 1.0, 1.0);
    p.wells[1].volume = 1e9;  // empty, and counts
    open_ends(p);
    const TransportSystem system(p);
    StiffIntegrator integrate(system, to_tolerance(1e-9));
    integrate.state()[system.well(0)] = 1.0;
    double largest = 0.0, before = 0.0;
    for (const double t : {0.05, 0.1, 0.2, 0.4, 2.0, 3.0}) {
      integrate.advance(t);
      const double through = 1e9 * integrate.state()[system.well(1)];
      largest = std::max(largest, std::abs(through - exact(t)));
      if (t == 3.0) lags.push_back(3.0 - through / (through - before));
      before = through;
    }
    error.push_back(largest);
  }
  expect_second_order(error);
  EXPECT_NEAR(lags[2], 1.0 / 6.0, 1e-3);
}

// C = C_0 sinh((L - x) m)/sinh(L m), m = sqrt(k/D).
TEST(SoluteTransport, ClearanceInASlabDecaysAsItShould) {
  const double k = 6.0, m = std::sqrt(k);
  std::vector<double> error;
  for (const int n : {10, 20, 40}) {
    auto p = slab(n, 1.0, 1.0);
    p.reactions = cleared(k);
    open_ends(p);
    const TransportSystem system(p);
    std::vector<double> y(system.size(), 0.0);
    y[system.well(0)] = 1.0;
    y = steady(system, y);
    double largest = 0.0;
    for (int c = 0; c < n; ++c)
      largest = std::max(
          largest, std::abs(y[c] - std::sinh((1.0 - p.mesh.level_centre(c)) * m) / std::sinh(m)));
    error.push_back(largest);
  }
  expect_second_order(error);
}

// Round a cylinder of radius a in a medium that clears: C = C_0 K_0(r m)/K_0(a m).
TEST(SoluteTransport, RoundACylinderConcentrationFallsAsK0) {
  const double k = 4.0, m = std::sqrt(k), a = 0.3, far = 6.0;
  std::vector<double> error;
  for (const int n : {20, 40, 80}) {
    TransportProblem p;
    p.mesh = {even(a, far, n), {0.0, 1.0}};
    for (int i = 0; i <= n; ++i) p.mesh.radius[i] = a * std::pow(far / a, double(i) / n);
    p.fields = {spreading(p.mesh, 1.0)};
    p.wells = {{0, kEver}};
    p.exchanges = {{0, 0, inner_conductance(p.mesh, p.fields[0], 0), -1}};
    p.reactions = cleared(k);
    const TransportSystem system(p);
    std::vector<double> y(system.size(), 0.0);
    y[system.well(0)] = 1.0;
    y = steady(system, y);
    double largest = 0.0;
    for (int c = 0; c < n; ++c)
      largest = std::max(largest, std::abs(y[c] - std::cyl_bessel_k(0, p.mesh.ring_centre(c) * m) /
                                                      std::cyl_bessel_k(0, a * m)));
    error.push_back(largest);
  }
  EXPECT_LT(error[2], 1e-3);
  expect_second_order(error);
}

// Round a sphere: C = C_0 (a/s) exp(-(s - a) m). Cells whose middles lie within are kept at it.
TEST(SoluteTransport, RoundASphereConcentrationFallsAsYukawa) {
  const double k = 4.0, m = std::sqrt(k), a = 0.35, far = 4.0;
  const auto exact = [&](double s) { return a / s * std::exp(-(s - a) * m); };
  std::vector<double> error;
  for (const int n : {0, 1, 2}) {
    TransportProblem p;
    p.mesh.radius = halved(graded({{0.0, 0.1}, {0.5, 0.1}, {far, 0.8}}, 1.3), n);
    p.mesh.depth = p.mesh.radius;
    p.fields = {spreading(p.mesh, 1.0)};
    p.reactions = cleared(k);
    const auto distance = [&](int c) {
      return std::hypot(p.mesh.ring_centre(p.mesh.ring_of(c)),
                        p.mesh.level_centre(p.mesh.level_of(c)));
    };
    for (int c = 0; c < p.mesh.cells(); ++c)
      if (distance(c) < a) {
        p.exchanges.push_back({c, static_cast<int>(p.wells.size()), 1e6, -1});
        p.wells.push_back({0, kEver});
      }
    const TransportSystem system(p);
    std::vector<double> y(system.size(), 0.0);
    for (const auto& e : p.exchanges) y[system.well(e.well)] = exact(distance(e.cell));
    y = steady(system, y);
    double sum = 0.0, volume = 0.0;
    for (int c = 0; c < p.mesh.cells(); ++c) {
      if (distance(c) > 2.0) continue;
      sum += p.mesh.volume(c) * std::pow(y[c] - exact(distance(c)), 2);
      volume += p.mesh.volume(c);
    }
    error.push_back(std::sqrt(sum / volume));
  }
  EXPECT_LT(error[2], 1e-3);
  // Which cells are kept moves with the mesh: over two refinements.
  EXPECT_NEAR(0.5 * std::log2(error[0] / error[2]), 2.0, 0.15)
      << error[0] << " " << error[1] << " " << error[2];
}

// A disc of radius a on a half-space: 4 D a C_0, with C = (2/pi) arcsin(2 a/(p + q)) C_0, p and q
// the distances from the rims. The flux is singular at the rim: first order.
TEST(SoluteTransport, ADiscFeedsAHalfSpaceByItsRadius) {
  std::vector<double> error;
  const double far = 8.0;
  for (const int n : {0, 1, 2}) {
    TransportProblem p;
    p.mesh = {halved(graded({{0.0, 0.1}, {1.0, 0.1}, {far, 0.6}}, 1.15), n),
              halved(graded({{0.0, 0.1}, {far, 0.6}}, 1.15), n)};
    p.fields = {spreading(p.mesh, 1.0)};
    p.wells = {{0, kEver}};
    std::vector<double> kept{1.0};
    const auto exact = [](double r, double z) {
      return 2.0 / kPi * std::asin(2.0 / (std::hypot(r - 1.0, z) + std::hypot(r + 1.0, z)));
    };
    const auto keep = [&](int cell, double conductance, double value) {
      p.exchanges.push_back({cell, static_cast<int>(p.wells.size()), conductance, -1});
      p.wells.push_back({0, kEver});
      kept.push_back(value);
    };
    for (int i = 0; i < p.mesh.rings(); ++i) {
      if (p.mesh.ring_centre(i) < 1.0)
        p.exchanges.push_back({i, 0, half_conductance(p.mesh, p.fields[0], i), -1});
      const int low = p.mesh.cell(i, p.mesh.levels() - 1);
      keep(low, half_conductance(p.mesh, p.fields[0], low), exact(p.mesh.ring_centre(i), far));
    }
    for (int l = 0; l < p.mesh.levels(); ++l) {
      const int out = p.mesh.cell(p.mesh.rings() - 1, l);
      keep(out, outer_conductance(p.mesh, p.fields[0], out), exact(far, p.mesh.level_centre(l)));
    }
    const TransportSystem system(p);
    std::vector<double> y(system.size(), 0.0);
    for (std::size_t w = 0; w < kept.size(); ++w) y[system.well(static_cast<int>(w))] = kept[w];
    y = steady(system, y);
    double current = 0.0;
    for (const auto& e : p.exchanges)
      if (e.well == 0) current += e.conductance * (1.0 - y[e.cell]);
    error.push_back(std::abs(current / 4.0 - 1.0));
  }
  EXPECT_LT(error[2], 0.015);
  EXPECT_LT(std::abs(2.0 * error[2] - error[1]), 0.003);  // extrapolated
  EXPECT_NEAR(std::log2(error[1] / error[2]), 1.0, 0.2)
      << error[0] << " " << error[1] << " " << error[2];
}

// Two unit slabs, D = 1 and 3, u = 2 and 1 at the ends, a membrane between them: flux
// 1/(1 + 1/d + 1/3), on any mesh. A partition of the lower one changes what it holds, not the flux.
TEST(SoluteTransport, AMembraneBetweenSlabsLimitsTheFlux) {
  for (const auto& [permeability, flux] :
       {std::pair{0.1, 0.088235}, {1.0, 0.428571}, {10.0, 0.697674}})
    for (const int n : {2, 6, 18})
      for (const double partition : {1.0, 4.0}) {
        auto p = slab(2 * n, 2.0, 1.0);
        p.fields[0].partition.assign(2 * n, 1.0);
        for (int c = n; c < 2 * n; ++c) {
          p.fields[0].diffusivity[c] = 3.0 / partition;
          p.fields[0].partition[c] = partition;
        }
        p.membranes = {{0, n - 1, permeability}};
        open_ends(p);
        const TransportSystem system(p);
        std::vector<double> y(system.size(), 0.0);
        y[system.well(0)] = 2.0;
        y[system.well(1)] = 1.0;
        y = steady(system, y);
        const double g = p.exchanges[0].conductance;
        EXPECT_NEAR(g * (2.0 - y[0]), flux, 1e-6) << permeability << ", " << n;
        // Linear in the activity, which jumps at the membrane alone.
        EXPECT_NEAR(y[n] / partition, 1.0 + flux / 3.0 * (2.0 - p.mesh.level_centre(n)), 1e-6);
      }
}

// Without a membrane the activity is continuous where the concentration jumps by the partition.
TEST(SoluteTransport, ConcentrationJumpsByThePartition) {
  auto p = slab(20, 2.0, 1.0);
  p.fields[0].partition.assign(20, 1.0);
  for (int c = 10; c < 20; ++c) p.fields[0].partition[c] = 2.5;
  open_ends(p);
  const TransportSystem system(p);
  std::vector<double> y(system.size(), 0.0);
  y[system.well(0)] = 1.0;
  y = steady(system, y);
  // Resistances 1 and 1/2.5: the activity at the interface is (1/2.5)/(1 + 1/2.5).
  const double flux = 1.0 / 1.4;
  EXPECT_NEAR(y[9], 1.0 - flux * 0.95, 1e-7);
  EXPECT_NEAR(y[10], 2.5 * (0.4 * flux - 0.05 * flux / 2.5), 1e-7);
}

// A finite dose V behind a membrane P over a volume W: both relax with P A (1/V + 1/W).
TEST(SoluteTransport, AFiniteDoseRunsOutIntoItsSurroundings) {
  TransportProblem p;
  p.mesh = {{0.0, 1.0 / std::sqrt(kPi)}, {0.0, 0.5}};
  p.fields = {TransportField{}};
  p.wells = {{0, 0.25}};
  p.exchanges = {{0, 0, 0.7, -1}};
  const TransportSystem system(p);
  StiffIntegrator integrate(system, to_tolerance(1e-9));
  integrate.state()[system.well(0)] = 1.0;
  const double mean = 0.25 / 0.75;
  for (const double t : {0.1, 0.3, 1.0, 3.0}) {
    integrate.advance(t);
    EXPECT_NEAR(integrate.state()[system.well(0)],
                mean + (1.0 - mean) * std::exp(-0.7 * (4.0 + 2.0) * t), 1e-8);
    EXPECT_NEAR(system.amount(integrate.state(), 0), 0.25, 1e-14);
  }
}

// A pore of conductance g that closes with a half-life has in the end exchanged g t_half/ln 2: with
// a kept donor, V -ln(1 - c) of it; into much that is empty that is what came through.
TEST(SoluteTransport, APoreThatClosesLetsThroughItsHalfLifeOverLn2) {
  for (const double half_life : {0.5, 24.0}) {
    TransportProblem p;
    p.mesh = {{0.0, 1.0 / std::sqrt(kPi)}, {0.0, 100.0}};
    p.fields = {TransportField{}};
    p.wells = {{0, kEver}};
    p.exchanges = {{0, 0, 2.0, 0}};
    p.openings = {[half_life](double t) { return std::exp2(-t / half_life); }};
    const TransportSystem system(p);
    StiffIntegrator integrate(system, to_tolerance(1e-9));
    integrate.state()[system.well(0)] = 1.0;
    integrate.advance(60.0 * half_life);
    const double exchanged = -100.0 * std::log1p(-integrate.state()[0]);
    EXPECT_NEAR(exchanged, 2.0 * half_life / std::numbers::ln2, 1e-6 * exchanged);
  }
}

// Linear binding: in a closed box free and bound relax with k_on + k_off; bound far faster than it
// diffuses, a solute spreads with D/(1 + k_on/k_off).
TEST(SoluteTransport, BindingHoldsBack) {
  const double on = 3e4, off = 1e4;
  std::vector<double> error;
  for (const int n : {10, 20, 40}) {
    TransportProblem p;
    p.mesh = {{0.0, 1.0 / std::sqrt(kPi)}, even(0.0, 1.0, n)};
    p.fields = {spreading(p.mesh, 1.0), TransportField{}};
    p.reactions = point_reactions<2>([=](double, int, const auto* y, auto* dy) {
      dy[1] = on * y[0] - off * y[1];
      dy[0] = -dy[1];
    });
    const TransportSystem system(p);
    StiffIntegrator integrate(system, to_tolerance(1e-8));
    for (int c = 0; c < n; ++c) {
      const double u = 2.0 + std::cos(kPi * p.mesh.level_centre(c));
      integrate.state()[system.unknown(c, 0)] = u;
      integrate.state()[system.unknown(c, 1)] = u * on / off;
    }
    integrate.advance(0.3);
    double largest = 0.0;
    for (int c = 0; c < n; ++c) {
      const double exact = 2.0 + std::cos(kPi * p.mesh.level_centre(c)) *
                                     std::exp(-kPi * kPi * 0.3 / (1.0 + on / off));
      largest = std::max(largest, std::abs(integrate.state()[system.unknown(c, 0)] - exact));
    }
    error.push_back(largest);
  }
  expect_second_order(error);

  TransportProblem box;
  box.mesh = {{0.0, 1.0}, {0.0, 1.0}};
  box.fields = {TransportField{}, TransportField{}};
  box.reactions = point_reactions<2>([](double, int, const auto* y, auto* dy) {
    dy[1] = 2.0 * y[0] - 0.5 * y[1];
    dy[0] = -dy[1];
  });
  const TransportSystem system(box);
  StiffIntegrator integrate(system, to_tolerance(1e-9));
  integrate.state()[0] = 1.0;
  integrate.advance(0.7);
  EXPECT_NEAR(integrate.state()[0], 0.2 + 0.8 * std::exp(-2.5 * 0.7), 1e-8);
}

// A channel of much faster fluid through the whole cell feeds the tissue round it: with m =
// sqrt(k/D) and nothing through the outer wall R, C = C_0 [K_0(mr) I_1(mR) + I_0(mr) K_1(mR)] over
// the same at the channel's wall a; what is cleared per height is 2 pi a D C_0 times the slope
// there.
TEST(SoluteTransport, AThroughChannelFeedsItsCellAsBesselFunctionsSay) {
  SoluteCell s;
  delivery::Layer tissue;
  tissue.thickness = 0.8e-3;
  tissue.diffusivity = 1e-10;
  tissue.clearance = 0.05;
  s.layers = {tissue};
  s.radius = 0.3e-3;
  s.channel_depth = {0.0, 0.8e-3};
  s.channel_radius = {50e-6, 50e-6};
  s.channel_diffusivity = 1e-3;
  s.sealed_below = true;
  const double m = std::sqrt(0.05 / 1e-10), a = 50e-6, big = 0.3e-3;
  const auto i = [&](double order, double x) { return std::cyl_bessel_i(order, x); };
  const auto k = [&](double order, double x) { return std::cyl_bessel_k(order, x); };
  const double slope = m * (k(1, m * a) * i(1, m * big) - i(1, m * a) * k(1, m * big)) /
                       (k(0, m * a) * i(1, m * big) + i(0, m * a) * k(1, m * big));
  std::vector<double> error;
  auto mesh = solute_mesh(s, 12);
  mesh.depth = even(0.0, 0.8e-3, 40);
  for (const int n : {0, 1, 2}) {
    RingMesh finer = mesh;
    finer.radius = halved(mesh.radius, n);
    const DosedSkin skin({{1.0, s, finer}}, reservoir, 0.0);
    StiffIntegrator integrate(skin, to_tolerance(1e-6));
    integrate.advance(3600.0);
    const double before = integrate.state()[skin.counted(kCleared)];
    integrate.advance(7200.0);
    // The surface is open to the donor as well, which this level is too deep to know of.
    double cleared = 0.0;
    for (int c = finer.cell(0, 30); c < finer.cell(0, 31); ++c)
      if (finer.ring_centre(finer.ring_of(c)) > a)
        cleared +=
            0.05 * integrate.state()[skin.unknown(0, c)] * finer.volume(c) / finer.height(30);
    error.push_back(std::abs(cleared / (2.0 * kPi * a * 1e-10 * slope) - 1.0));
    EXPECT_GT(integrate.state()[skin.counted(kCleared)], before);
  }
  EXPECT_LT(error[2], 0.005);
  expect_second_order(error);
}

// A hole in a tight, thin horny layer above tissue that clears a little: a disc of radius a that
// feeds 4 D a (1 + 2 m a/pi), to the first order in m a.
TEST(SoluteTransport, AHoleInTheHornyLayerFeedsAsADisc) {
  SoluteCell s;
  delivery::Layer horny, tissue;
  horny.thickness = 0.2e-6;
  horny.diffusivity = 1e-20;
  horny.barrier = true;
  tissue.thickness = 3e-3;
  tissue.diffusivity = 1e-10;
  const double a = 10e-6, m = 0.02 / a;
  tissue.clearance = 1e-10 * m * m;
  s.layers = {horny, tissue};
  s.radius = 3e-3;
  s.channel_depth = {0.0, 0.2e-6};
  s.channel_radius = {a, a};
  s.channel_diffusivity = 1e-3;
  s.sealed_below = true;
  const DosedSkin skin({{1.0, s, solute_mesh(s, 60)}}, reservoir, 0.0);
  StiffIntegrator integrate(skin, to_tolerance(1e-5));
  integrate.advance(1e9);
  std::vector<double> rate(skin.size());
  skin.rates(1e9, integrate.state(), rate);
  const double flux = rate[skin.counted(kDonor)] * kCounted * kPi * s.radius * s.radius;
  EXPECT_NEAR(flux / (4.0 * 1e-10 * a), 1.0 + 2.0 * m * a / kPi, 0.02);
}

// A finite dose ends in the layers, in blood, below, or still above, whatever closes.
TEST(SoluteTransport, ADoseIsAccountedForWhereverItIs) {
  SoluteCell s;
  s.layers = {{"horny", 15e-6, 1e-14, 0.1},
              {"epidermis", 65e-6, 5e-11, 0.8, 0.5, 1e-4},
              {"dermis", 1.2e-3, 1e-10, 0.7}};
  s.layers[0].barrier = true;
  s.layers[1].membrane = 1e-6;
  s.layers[2].clearance = 5e-4;
  s.radius = 0.36e-3;
  s.channel_depth = {0.0, 0.3e-3};
  s.channel_radius = {40e-6, 5e-6};
  s.channel_diffusivity = 5e-10;
  s.open = [](double t) { return std::exp2(-t / 7200.0); };
  const double volume = 20e-6;
  const DosedSkin skin(
      {{1.0, s, solute_mesh(s, 20)}},
      [=](double entered, double) {
        return DonorState{1.0 - entered / volume, -1.0 / volume};
      },
      0.0);
  StiffIntegrator integrate(skin, to_tolerance(1e-4));
  const auto& y = integrate.state();
  double before = 0.0;
  for (const double t : {600.0, 3600.0, 86400.0}) {
    integrate.advance(t);
    const double gone = kCounted * (y[skin.counted(kCleared)] + y[skin.counted(kBelow)]);
    double all = gone;
    for (const double layer : skin.in_layers(y)) all += layer;
    EXPECT_NEAR(all, kCounted * y[skin.counted(kDonor)], 1e-9 * volume);
    EXPECT_GT(gone, before);
    EXPECT_LT(all, volume);
    before = gone;
  }
}
