// Healing on axisymmetric cells: healthy skin stays, closed forms, manufactured solutions of all
// fields at once, balances, the radial level for a channel through the whole dermis.

#include "transport/healing_cell.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "percuta/healing/cell.h"
#include "percuta/healing/reactions.h"
#include "percuta/healing/record.h"
#include "transport/dual.h"
#include "transport/healing_level.h"

using namespace percuta;
using namespace percuta::fem;
using namespace percuta::healing::field;
using core::kDay;
using healing::at_time;

namespace {

constexpr double kPi = std::numbers::pi;

/// Channels with straight walls down to a depth below the surface.
healing::DepthClass straight(double depth, double radius, double share = 1.0) {
  return {share, depth, radius, {0.0, depth}, {radius, radius}};
}
healing::DepthClass cone(double depth, double radius, double share = 1.0) {
  return {share, depth, radius, {0.0, depth}, {radius, 0.0}};
}

healing::Wound wound(std::vector<healing::DepthClass> channels) {
  healing::Wound w;
  w.channels = std::move(channels);
  w.density = 250e4;
  w.stratum_corneum_thickness = 15e-6;
  w.epidermis_thickness = 80e-6;
  w.papillary_thickness = 0.2e-3;
  w.dermis_thickness = 1.2e-3;
  return w;
}

/// Dermis alone, so that nothing is above and below.
healing::Wound dermis_alone(std::vector<healing::DepthClass> channels) {
  auto w = wound(std::move(channels));
  w.stratum_corneum_thickness = w.epidermis_thickness = 0.0;
  return w;
}

healing::Course healed(const healing::Parameters& p, const healing::Wound& w,
                       const healing::Settings& s = {}) {
  return heal_axisymmetric(p, w, s, core::silent());
}

StiffSettings to_tolerance(double relative) {
  StiffSettings s;
  s.relative_tolerance = relative;
  s.absolute_tolerance = 1e-3 * relative;
  return s;
}

}  // namespace

TEST(HealingCell, HealthySkinWithoutAWoundDoesNotDrift) {
  const auto p = healing::default_parameters();
  const auto w = wound({});
  HealingCell cell(p, w, nullptr, 0.0, healing_mesh(p, w, 20), to_tolerance(1e-4));
  const std::vector<double> end{0.0, 180.0 * kDay};
  cell.advance(end, [](std::size_t, const CellMoment&) {});
  EXPECT_LE(cell.drift(), 1e-9);
  const auto c = healed(p, w);
  EXPECT_EQ(c.time.back(), 180.0 * kDay);
  for (const auto* a : {static_cast<const healing::Averages*>(&c), &c.papillary, &c.dermis})
    for (const auto& row : healing::kCoreTable)
      for (const double v : a->*row.mean) EXPECT_NEAR(v, row.rest, 1e-9) << row.name;
}

// Damage everywhere: n = k_n (exp(-d_n t) - exp(-k_S t))/(k_S - d_n), at the times of output too.
TEST(HealingCell, NeutrophilsMeetTheirClosedForm) {
  auto p = healing::default_parameters();
  p.damage_length = 1e6;
  auto w = wound({cone(0.4e-3, 60e-6)});
  w.duration = 10.0 * kDay;
  healing::Settings s;
  s.relative_tolerance = 1e-9;
  const auto c = healed(p, w, s);
  for (std::size_t k = 0; k < c.time.size(); ++k) {
    const double t = c.time[k];
    const double exact = p.neutrophil_influx *
                         (std::exp(-p.neutrophil_decay * t) - std::exp(-p.damage_decay * t)) /
                         (p.damage_decay - p.neutrophil_decay);
    EXPECT_NEAR(c.dermis.neutrophils[k], exact, 2e-6) << t / kDay;
  }
}

namespace {

/// All twelve fields as rest + amount exp(-t) g(r) cos(pi z), with what it takes to keep them so.
struct Made {
  healing::Parameters p;
  RingMesh mesh;
  static constexpr double kSide = 0.4e-3;  // of the cylinder, radius and height [m]
  static constexpr std::array<double, kCore> kBase{0.5, 0.4, 0.6, 0.5, 0.4, 0.7,
                                                   2.5, 1.2, 0.4, 0.8, 0.3, 0.9};
  static constexpr std::array<double, kCore> kAmount{0.3, 0.2, 0.4, 0.3, 0.2, 0.3,
                                                     0.6, 0.4, 0.2, 0.3, 0.1, 0.3};
  struct Point {
    double shape, laplacian, gradient_squared;
  };
  static Point shape(double r, double z) {
    r /= kSide, z /= kSide;
    const double a = kPi * r * r, cz = std::cos(kPi * z), sz = std::sin(kPi * z);
    const double g = std::cos(a), g_r = -2.0 * kPi * r * std::sin(a);
    const double lap = -4.0 * kPi * std::sin(a) - 4.0 * kPi * kPi * r * r * std::cos(a);
    const double square = kSide * kSide;
    return {g * cz, (lap * cz - kPi * kPi * g * cz) / square,
            (g_r * cz * g_r * cz + g * kPi * sz * g * kPi * sz) / square};
  }
  std::array<double, kCore> exact(double t, double shape) const {
    std::array<double, kCore> y{};
    for (int f = 0; f < kCore; ++f) y[f] = kBase[f] + kAmount[f] * std::exp(-t / kDay) * shape;
    return y;
  }
  /// What drives each field in a cell.
  std::array<double, kCore> force(double t, int cell) const {
    const auto at =
        shape(mesh.ring_centre(mesh.ring_of(cell)), mesh.level_centre(mesh.level_of(cell)));
    const auto y = exact(t, at.shape);
    std::array<double, kCore> out{}, own{};
    healing::react(p, 0.7, 0.0, y.data(), own.data());
    const double e = std::exp(-t / kDay);
    for (const auto& row : healing::kCoreTable) {
      const int f = row.field;
      const double d = row.diffusivity == nullptr ? 0.0 : p.*row.diffusivity;
      out[f] = -kAmount[f] * e * at.shape / kDay - d * kAmount[f] * e * at.laplacian - own[f];
    }
    out[Rho] += p.chemotaxis * (kAmount[Rho] * kAmount[C] * e * e * at.gradient_squared +
                                y[Rho] * kAmount[C] * e * at.laplacian);
    return out;
  }
};

}  // namespace

// Every reaction, diffusion and the walk at once.
TEST(HealingCell, ManufacturedFieldsConvergeAtSecondOrder) {
  std::vector<double> error;
  for (const int n : {6, 12, 24}) {
    Made made{healing::default_parameters(), {}};
    for (int k = 0; k <= n; ++k) {
      const double x = double(k) / n;
      made.mesh.radius.push_back(Made::kSide * (x - 0.25 * std::sin(kPi * x) / kPi));
    }
    made.mesh.depth = made.mesh.radius;
    auto problem = healing_problem(std::make_shared<HealingPhase>(HealingPhase{made.p, 0.0}),
                                   made.mesh, -1.0, 0.7);
    problem.time_dependent = true;
    problem.reactions = point_reactions<kCore>([made](double t, int cell, const auto* y, auto* dy) {
      healing::react(made.p, 0.7, 0.0, y, dy);
      const auto force = made.force(t, cell);
      for (int f = 0; f < kCore; ++f) dy[f] += force[f];
    });
    const TransportSystem system(problem);
    StiffIntegrator integrate(system, to_tolerance(1e-7));
    const auto exact = [&](double t, int cell) {
      return made.exact(t, Made::shape(made.mesh.ring_centre(made.mesh.ring_of(cell)),
                                       made.mesh.level_centre(made.mesh.level_of(cell)))
                               .shape);
    };
    for (int c = 0; c < made.mesh.cells(); ++c)
      for (int f = 0; f < kCore; ++f) integrate.state()[system.unknown(c, f)] = exact(0.0, c)[f];
    integrate.advance(0.5 * kDay);
    double sum = 0.0, volume = 0.0;
    for (int c = 0; c < made.mesh.cells(); ++c) {
      volume += made.mesh.volume(c);
      for (int f = 0; f < kCore; ++f)
        sum += made.mesh.volume(c) *
               std::pow(integrate.state()[system.unknown(c, f)] - exact(0.5 * kDay, c)[f], 2);
    }
    error.push_back(std::sqrt(sum / volume));
  }
  EXPECT_NEAR(std::log2(error[1] / error[2]), 2.0, 0.1)
      << error[0] << " " << error[1] << " " << error[2];
}

// What a channel takes away is its volume: a cone's is a third of its base times its height.
TEST(HealingCell, AChannelEmptiesItsVolume) {
  const auto p = healing::default_parameters();
  auto w = dermis_alone({cone(0.6e-3, 80e-6)});
  w.duration = 1.0 * kDay;
  for (const int rings : {12, 24}) {
    HealingCell cell(p, w, &w.channels[0], 1.0, healing_mesh(p, w, rings), to_tolerance(1e-4));
    cell.cut(cell.moment().levels, 0.0);
    const auto mesh = healing_mesh(p, w, rings);
    const auto moment = cell.moment();
    double collagen = 0.0, fibroblasts = 0.0;
    for (int k = 0; k < mesh.levels(); ++k) {
      const auto& f = moment.levels[k].fields;
      collagen += (f[X1] + f[X3]) * mesh.height(k);
      fibroblasts += f[Rho] * mesh.height(k);
    }
    const double share = 80e-6 * 80e-6 * kPi * 250e4 * 0.6e-3 / 3.0;
    EXPECT_NEAR((1.2e-3 - collagen) / share, 0.99, 0.005);
    EXPECT_NEAR((1.2e-3 - fibroblasts) / share, 0.98, 0.005);
  }
}

// The skin about a new channel is as it was on average at each depth: each field is kept, and
// collagen times maturity.
TEST(HealingCell, TheStateAboutANewPlaceKeepsEveryAmount) {
  const auto p = healing::default_parameters();
  const auto w = wound({cone(0.4e-3, 60e-6)});
  const auto mesh = healing_mesh(p, w, 12);
  HealingCell cell(p, w, &w.channels[0], 0.6, mesh, to_tolerance(1e-4));
  cell.cut(cell.moment().levels, 0.0);
  const std::vector<double> times{0.0, 20.0 * kDay};
  cell.advance(times, [](std::size_t, const CellMoment&) {});
  const auto before = cell.moment();
  HealingCell place(p, w, nullptr, 0.0, mesh, to_tolerance(1e-4));
  place.cut(before.levels, 20.0 * kDay);
  const auto after = place.moment();
  EXPECT_GT(*std::max_element(before.collagen.begin(), before.collagen.end()) -
                *std::min_element(before.collagen.begin(), before.collagen.end()),
            0.1);
  for (int k = 0; k < mesh.levels(); ++k) {
    for (int f = 0; f < kCore; ++f)
      if (f != Psi) {
        EXPECT_NEAR(after.levels[k].fields[f], before.levels[k].fields[f], 1e-13);
      }
    EXPECT_NEAR(after.levels[k].strength, before.levels[k].strength, 1e-13);
  }
}

// Damage stays where it is and decays alone: between sessions exactly, at them anew.
TEST(HealingCell, SessionsAreHitExactly) {
  const auto p = healing::default_parameters();
  auto w = wound({cone(0.3e-3, 50e-6, 0.4), cone(0.5e-3, 60e-6, 0.6)});
  w.sessions = {0.0, 3.37 * kDay};
  w.duration = 6.0 * kDay;
  healing::Settings s;
  s.relative_tolerance = 1e-7;
  const auto c = healed(p, w, s);
  std::size_t second = 1;
  while (c.time[second] != c.time[second - 1]) ++second;
  EXPECT_EQ(c.time[second], w.sessions[1]);
  const auto& damage = c.dermis.damage;
  for (std::size_t k = 0; k < c.time.size(); ++k) {
    const std::size_t from = k < second ? 0 : second;
    EXPECT_NEAR(damage[k], damage[from] * std::exp(-p.damage_decay * (c.time[k] - c.time[from])),
                2e-6 * damage[from]);
  }
  EXPECT_GT(damage[second], damage[0]);  // what was left is in its place still
  EXPECT_LT(c.dermis.collagen[second], c.dermis.collagen[second - 1]);
}

// No value is clamped and no step refused for one, also where cells walk up steep gradients.
TEST(HealingCell, NothingBecomesNegative) {
  for (const double times : {1.0, 10.0}) {
    auto p = healing::default_parameters();
    p.chemotaxis *= times;
    const auto w = wound({cone(0.4e-3, 60e-6)});
    HealingCell cell(p, w, w.channels.data(), 1.0, healing_mesh(p, w, 15), to_tolerance(1e-4));
    cell.cut(cell.moment().levels, 0.0);
    std::vector<double> days;
    for (int k = 0; k <= 180; ++k) days.push_back(k * kDay);
    double lowest = 0.0;
    cell.advance(
        days,
        [&](std::size_t, const CellMoment& m) {
          for (const auto& values : m.cells)
            lowest = std::min(lowest, *std::min_element(values.begin(), values.end()));
        },
        [](std::size_t) { return true; });
    EXPECT_GT(lowest, -1e-9);
    EXPECT_LE(cell.cost().rejected, 2);
  }
}

// A channel through the whole dermis is the radial level's, which solves other equations of volume
// with another integrator.
TEST(HealingCell, AChannelThroughTheWholeDermisIsTheRadialLevels) {
  const auto p = healing::default_parameters();
  for (const auto& sessions : {std::vector<double>{0.0}, {0.0, 28.0 * kDay}}) {
    auto w = dermis_alone({straight(1.2e-3, 35e-6)});
    w.sessions = sessions;
    const auto ours = healed(p, w), radial = healing::heal(p, w);
    for (const double day : {5.0, 28.0, 90.0, 180.0})
      for (const auto member : {&healing::Averages::collagen, &healing::Averages::strength}) {
        const double known = at_time(radial, radial.dermis.*member, day * kDay) - 1.0;
        EXPECT_NEAR(at_time(ours, ours.dermis.*member, day * kDay) - 1.0, known,
                    0.01 * std::abs(known))
            << day << ", " << sessions.size();
      }
    for (const auto member : {&healing::Averages::growth_factor, &healing::Averages::myofibroblasts,
                              &healing::Averages::macrophages_1}) {
      const auto &a = ours.dermis.*member, &b = radial.dermis.*member;
      const double top = *std::max_element(b.begin(), b.end());
      for (const double day : {1.0, 5.0, 14.0, 28.0, 60.0})
        EXPECT_NEAR(at_time(ours, a, day * kDay), at_time(radial, b, day * kDay), 0.01 * top);
    }
  }
}

// Against the largest change of each series: where it crosses healthy, one per cent is nothing.
TEST(HealingCell, ResultsStandToOnePercentWhenMeshAndToleranceAreFiner) {
  const auto p = healing::default_parameters();
  const auto w = wound({cone(0.25e-3, 50e-6, 0.5), cone(0.5e-3, 60e-6, 0.5)});
  healing::Settings fine;
  fine.cells = 192;
  fine.relative_tolerance = 3e-7;
  const auto a = healed(p, w), b = healed(p, w, fine);
  for (const auto part : {&healing::Course::papillary, &healing::Course::dermis})
    for (const auto member : {&healing::Averages::collagen, &healing::Averages::strength}) {
      const double largest = std::abs(healing::peak(b, (b.*part).*member).change);
      for (const double day : {5.0, 28.0, 90.0, 180.0})
        EXPECT_NEAR(at_time(a, (a.*part).*member, day * kDay),
                    at_time(b, (b.*part).*member, day * kDay), 0.01 * largest)
            << day;
    }
}

// Signals leave the needled depth: below the tips there is more of them than radial cells know of.
TEST(HealingCell, SignalsReachBelowTheTips) {
  const auto p = healing::default_parameters();
  const auto w = wound({cone(0.3e-3, 60e-6)});
  const auto ours = healed(p, w), radial = healing::heal(p, w);
  const double day5 = at_time(ours, ours.reticular.growth_factor, 5 * kDay);
  EXPECT_GT(day5 - 1.0, 2.0 * (at_time(radial, radial.reticular.growth_factor, 5 * kDay) - 1.0));
}

// Regression of cost (our own figure), beside the checks above.
TEST(HealingCell, CostStaysWhereItWas) {
  const auto p = healing::default_parameters();
  const auto w = wound({cone(0.4e-3, 60e-6)});
  const auto mesh = healing_mesh(p, w, healing_rings(120));
  HealingCell cell(p, w, w.channels.data(), 1.0, mesh, to_tolerance(1e-4));
  cell.cut(cell.moment().levels, 0.0);
  const std::vector<double> end{0.0, 180.0 * kDay};
  cell.advance(end, [](std::size_t, const CellMoment&) {});
  EXPECT_LT(mesh.cells(), 450);
  EXPECT_LT(cell.cost().steps, 75);
  EXPECT_LE(cell.cost().rejected, 2);
  EXPECT_LT(cell.cost().factorisations, 77);
  EXPECT_LT(cell.cost().evaluations, 460);
}

namespace {

/// Skin that has capillaries outside a cylinder alone, and in which nothing but oxygen changes.
struct BareCylinder {
  static constexpr double kRadius = 60e-6, kOuter = 0.4e-3;
  healing::Parameters p = healing::default_parameters();
  double within, outside, given;  // what oxygen is taken and given at [1/s]
  BareCylinder() {
    p.vessels = true;
    within = p.oxygen_at_rest + p.oxygen_by_fibroblasts;
    given = within / (p.oxygen_in_blood - 1.0);
    outside = within + given;
  }
  /// Oxygen at rest: w'' + w'/r = k^2 (w - w_0) on either side, w and its slope the same between,
  /// no slope at the outer wall.
  double exact(double r) const {
    const double a = kRadius, in = std::sqrt(within / p.oxygen_diffusivity),
                 out = std::sqrt(outside / p.oxygen_diffusivity);
    const double i0 = std::cyl_bessel_i(0.0, in * a), i1 = in * std::cyl_bessel_i(1.0, in * a);
    // Outside: 1 - C (K_0 + e I_0), e so that the slope ends at the wall.
    const double e = std::cyl_bessel_k(1.0, out * kOuter) / std::cyl_bessel_i(1.0, out * kOuter);
    const auto f = [&](double x) {
      return std::cyl_bessel_k(0.0, out * x) + e * std::cyl_bessel_i(0.0, out * x);
    };
    const auto slope = [&](double x) {
      return out * (-std::cyl_bessel_k(1.0, out * x) + e * std::cyl_bessel_i(1.0, out * x));
    };
    // B i0 = 1 - C f,  B i1 = -C f'.
    const double c = i1 / (f(a) * i1 - slope(a) * i0), b = -c * slope(a) / i1;
    return r < a ? b * std::cyl_bessel_i(0.0, in * r) : 1.0 - c * f(r);
  }
  double error(int rings_within) const {
    RingMesh mesh;
    const double step = kRadius / rings_within;
    for (int k = 0; k * step < kOuter * (1.0 + 1e-9); ++k) mesh.radius.push_back(k * step);
    mesh.radius.back() = kOuter;
    mesh.depth = {0.0, 0.1e-3};
    auto still = p;
    still.vessel_diffusivity = still.vessel_chemotaxis = 0.0;
    const TransportSystem system(
        healing_problem(std::make_shared<HealingPhase>(HealingPhase{still, 0.0}), mesh, -1.0, 0.0));
    StiffIntegrator integrate(system, to_tolerance(1e-7));
    for (int c = 0; c < mesh.cells(); ++c)
      for (const auto& row : healing::kFieldTable)
        integrate.state()[system.unknown(c, row.field)] =
            row.field == Cap && mesh.ring_centre(mesh.ring_of(c)) < kRadius ? 0.0 : row.rest;
    integrate.advance(0.02 * kDay);  // hundreds of its own times
    double out = 0.0;
    for (int c = 0; c < mesh.cells(); ++c)
      out = std::max(out, std::abs(integrate.state()[system.unknown(c, W)] -
                                   exact(mesh.ring_centre(mesh.ring_of(c)))));
    return out;
  }
};

}  // namespace

TEST(HealingCell, OxygenAboutABareCylinderIsThatOfBesselFunctions) {
  const BareCylinder bare;
  EXPECT_LT(bare.exact(0.0), 0.95);  // it does miss oxygen
  const double coarse = bare.error(4), middle = bare.error(8), fine = bare.error(16);
  EXPECT_LE(fine, 1e-3);
  EXPECT_NEAR(std::log2(coarse / middle), 2.0, 0.2);
  EXPECT_NEAR(std::log2(middle / fine), 2.0, 0.2);
}

TEST(HealingCell, VesselsRestInHealthySkinAndReturnAfterACut) {
  auto p = healing::default_parameters();
  p.vessels = true;
  const auto still = healed(p, wound({}));
  for (const double v : still.dermis.oxygen) EXPECT_NEAR(v, 1.0, 1e-9);
  for (const double v : still.dermis.capillaries) EXPECT_NEAR(v, 1.0, 1e-9);
  const auto w = wound({cone(0.4e-3, 60e-6)});
  const auto c = healed(p, w);
  EXPECT_LT(at_time(c, c.oxygen, 1.0 * kDay), 1.0);        // needled depth
  EXPECT_LT(at_time(c, c.capillaries, 0.0), 1.0);          // lost in the channel
  EXPECT_GT(at_time(c, c.capillaries, 14.0 * kDay), 1.0);  // called by macrophages
  EXPECT_NEAR(at_time(c, c.capillaries, 180.0 * kDay), 1.0, 0.02);
  // Without them everything else is solved as before.
  auto without = p;
  without.vessels = false;
  EXPECT_TRUE(healed(without, w).dermis.oxygen.empty());
}
