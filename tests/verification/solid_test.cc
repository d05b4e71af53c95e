// Finite-element verification: exact answers on three meshes with the observed order, patch tests,
// tangents against finite differences, published finite-strain problems.

#include <cmath>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

#include "indentation.h"
#include "mixed_solid.h"
#include "percuta/insertion/crack_table.h"

using namespace percuta;
using namespace percuta::fem;

namespace {

constexpr double kPi = std::numbers::pi;

std::vector<double> even(double begin, double end, int cells) {
  std::vector<double> t;
  for (int k = 0; k <= cells; ++k) t.push_back(begin + (end - begin) * k / cells);
  return t;
}

BlockMesh block(std::vector<double> x, std::vector<double> y, std::vector<double> z = {}) {
  BlockMesh mesh;
  mesh.ticks = {std::move(x), std::move(y), std::move(z)};
  return mesh;
}

double order(double coarse, double middle, double fine) { return std::log2(std::abs((coarse - middle) / (middle - fine))); }

/// Plane-strain small-strain limit of a law with Poisson ratio nu.
LayerMaterial linear(double shear, double poisson) { return layer_material(skin::NeoHookean{shear}, 2.0 * (1.0 + poisson) / (3.0 * (1.0 - 2.0 * poisson))); }

// A block 200 contact radii wide, `cells` across the contact radius, pressed so little that strains stay small.
double small_contact_force(const device::Needle& needle, double depth, double contact_radius, double cells, const LayerMaterial& material, int degree = 2) {
  BlockMesh mesh;
  const double h = contact_radius / cells, end = 200.0 * contact_radius;
  std::vector<double> ticks{0.0};
  double size = h;
  while (ticks.back() < end) {
    ticks.push_back(ticks.back() + size);
    if (ticks.back() > 2.0 * contact_radius) size *= 1.0 + 1.2 / cells;
  }
  mesh.ticks[0] = ticks;
  for (auto it = ticks.rbegin(); it != ticks.rend(); ++it) mesh.ticks[1].push_back(-*it);
  MixedSolid solid(discretise(mesh, Kinematics::axisymmetric, degree), {material});
  solid.fix_boundary(0, 0);
  solid.fix_boundary(2, 0);
  solid.fix_boundary(2, 1);
  Contact contact = contact_on(solid.mesh(), 3, 100.0 * material.terms[0].mu / h);
  NeedleBody body(needle);
  body.tip_height = -depth;
  MixedSolid::NewtonSettings newton;
  newton.contact_tolerance = 1e-4 * depth;
  newton.max_iterations = 60;
  EXPECT_TRUE(solid.solve(Eigen::VectorXd::Zero(solid.mesh().dofs()), &body, &contact, newton));
  return -solid.contact_force(body, contact)[1];
}

}  // namespace

TEST(Verification, UniformPreStretchIsInEquilibrium) {
  // Three layers of different laws, all stretched by 1.15: nothing may move.
  BlockMesh mesh = block(even(0, 2e-3, 7), even(-1e-3, 0, 9));
  mesh.layer = [](const Eigen::Vector3d& p) { return p[1] > -0.2e-3 ? 0 : p[1] > -0.6e-3 ? 1 : 2; };
  const double stretch = 1.15;
  MixedSolid solid(discretise(mesh, Kinematics::axisymmetric, 2),
                   {layer_material(skin::Ogden{{{0.5e6, 9.0}}}, 1000, stretch), layer_material(skin::Ogden{{{0.11e6, 9.0}}}, 1000, stretch),
                    layer_material(skin::NeoHookean{800.0}, 1000, stretch)});
  solid.fix_boundary(0, 0);
  solid.fix_boundary(1, 0);
  solid.fix_boundary(2, 1);
  ASSERT_TRUE(solid.solve(Eigen::VectorXd::Zero(solid.mesh().dofs()), nullptr, nullptr, {}));
  EXPECT_LT(solid.state().displacement.lpNorm<Eigen::Infinity>(), 1e-8 * 1e-3);
}

TEST(Verification, UniformStretchPassesThePatchTest) {
  // A distorted mesh pulled by uniform boundary displacements keeps a uniform gradient.
  BlockMesh mesh = block(even(0, 1, 3), even(0, 1, 3));
  mesh.map = [](const Eigen::Vector3d& p) -> Eigen::Vector3d {
    const double bump = 0.06 * std::sin(kPi * p[0]) * std::sin(kPi * p[1]);
    return {p[0] + bump, p[1] - 0.7 * bump, 0};
  };
  MixedSolid solid(discretise(mesh, Kinematics::plane_strain, 2), {linear(1.0, 0.3)});
  Eigen::Matrix2d gradient;
  gradient << 0.12, 0.05, -0.03, -0.08;
  for (const auto& s : solid.mesh().surface) {
    const Eigen::Vector2d u = gradient * solid.mesh().nodes[s.node].head<2>();
    solid.fix(s.node, 0, u[0]);
    solid.fix(s.node, 1, u[1]);
  }
  ASSERT_TRUE(solid.solve(Eigen::VectorXd::Zero(solid.mesh().dofs()), nullptr, nullptr, {}));
  for (std::size_t n = 0; n < solid.mesh().nodes.size(); ++n) {
    const Eigen::Vector2d u = gradient * solid.mesh().nodes[n].head<2>();
    EXPECT_NEAR(solid.state().displacement[2 * n], u[0], 1e-7);
    EXPECT_NEAR(solid.state().displacement[2 * n + 1], u[1], 1e-7);
  }
}

TEST(Verification, TangentsAgreeWithFiniteDifferences) {
  struct Set {
    Kinematics kinematics;
    int degree;
  };
  for (const Set& set :
       {Set{Kinematics::plane_strain, 2}, {Kinematics::axisymmetric, 2}, {Kinematics::axisymmetric, 1}, {Kinematics::solid, 1}, {Kinematics::solid, 2}}) {
    const bool three = set.kinematics == Kinematics::solid;
    MixedSolid solid(discretise(block(even(0.5, 1.5, 2), even(0, 1, 2), three ? even(0, 1, 1) : std::vector<double>{}), set.kinematics, set.degree),
                     {layer_material(skin::Ogden{{{1.0, 5.0}}}, 50.0, three ? 1.0 : 1.05)});
    std::mt19937 random(4);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    const int n = solid.mesh().dofs();
    Eigen::VectorXd direction(n);
    for (int i = 0; i < n; ++i) {
      solid.state().displacement[i] = 0.02 * uniform(random);
      direction[i] = uniform(random);
    }
    for (int i = 0; i < solid.state().pressure.size(); ++i) solid.state().pressure[i] += 0.1 * uniform(random);
    // The condensed tangent lets the pressures follow, dp = C^-1 K_pu du; so does the difference.
    const Eigen::VectorXd analytic = solid.tangent_times(direction);
    const Eigen::VectorXd following = solid.pressure_increment(direction, 0.0);
    const SolidState state = solid.state();
    const auto force = [&](double h) {
      solid.state() = state;
      solid.state().displacement += h * direction;
      solid.state().pressure += h * following;
      return solid.equilibrium_residual();
    };
    const double h = 1e-6;
    const Eigen::VectorXd numeric = (force(h) - force(-h)) / (2.0 * h);
    EXPECT_LT((numeric - analytic).lpNorm<Eigen::Infinity>(), 1e-7 * analytic.lpNorm<Eigen::Infinity>())
        << static_cast<int>(set.kinematics) << " degree " << set.degree;
  }
}

TEST(Verification, RigidRotationStoresNoEnergy) {
  MixedSolid solid(discretise(block(even(0, 1, 3), even(0, 1, 3)), Kinematics::plane_strain, 2), {layer_material(skin::Ogden{{{1.0, 9.0}}}, 1000.0)});
  const double angle = 1.1;
  for (std::size_t n = 0; n < solid.mesh().nodes.size(); ++n) {
    const auto& x = solid.mesh().nodes[n];
    solid.state().displacement[2 * n] = (std::cos(angle) - 1) * x[0] - std::sin(angle) * x[1];
    solid.state().displacement[2 * n + 1] = std::sin(angle) * x[0] + (std::cos(angle) - 1) * x[1];
  }
  EXPECT_LT(std::abs(solid.stored_energy()), 1e-13);
  EXPECT_LT(solid.equilibrium_residual().lpNorm<Eigen::Infinity>(), 1e-12);
}

// Hertz: P = (16/3) mu sqrt(R) d^1.5 incompressible, penetration notes 6.1.
TEST(Verification, HertzForceConvergesToOnePerCent) {
  const double radius = 1e-3, a = 0.02 * radius, depth = a * a / radius, mu = 1e5;
  device::Needle sphere{2e-3, 0.99 * radius, radius, 0.2};
  for (const double poisson : {0.3, 0.4999}) {
    const auto material = linear(mu, poisson);
    const double exact = 4.0 / 3.0 * (2.0 * mu / (1.0 - poisson)) * std::sqrt(radius) * std::pow(depth, 1.5);
    const double coarse = small_contact_force(sphere, depth, a, 3, material), middle = small_contact_force(sphere, depth, a, 6, material),
                 fine = small_contact_force(sphere, depth, a, 12, material);
    EXPECT_NEAR(fine, exact, 0.01 * exact) << "nu " << poisson;
    EXPECT_LE(std::abs(fine / exact - 1), std::abs(coarse / exact - 1) + 1e-4);
    std::printf("Hertz nu %.4f: %.5f %.5f %.5f of exact, order %.2f\n", poisson, coarse / exact, middle / exact, fine / exact, order(coarse, middle, fine));
  }
}

// Love-Sneddon: P = (2/pi) E* tan(theta) d^2; blunt cone so that strains stay small.
TEST(Verification, SneddonConeForceConvergesToOnePerCent) {
  const double mu = 1e5, theta = 85.0 * kPi / 180.0, a = 50e-6, depth = 0.5 * kPi * a / std::tan(theta);
  device::Needle cone{2e-3, 1e-2, 0.002 * a, theta};
  const double exact = 2.0 / kPi * (4.0 * mu) * std::tan(theta) * depth * depth;
  const auto material = linear(mu, 0.4999);
  const double coarse = small_contact_force(cone, depth, a, 4, material), middle = small_contact_force(cone, depth, a, 8, material),
               fine = small_contact_force(cone, depth, a, 16, material);
  EXPECT_NEAR(fine, exact, 0.01 * exact);
  std::printf("Sneddon cone: %.5f %.5f %.5f of exact, order %.2f\n", coarse / exact, middle / exact, fine / exact, order(coarse, middle, fine));
}

// Case 4: spherical cavity in an incompressible neo-Hookean solid, and the locking test at bulk/shear 1000.
TEST(Verification, SphericalCavityOpensAtItsPressure) {
  double pressure[3];
  for (int level = 0; level < 3; ++level) {
    const int cells = 4 << level;
    BlockMesh mesh;
    mesh.ticks[1] = even(0, 0.5 * kPi, cells);
    for (double t = 0.0; t < std::log(40.0) + 1e-9; t += std::log(40.0) / (3 * cells)) mesh.ticks[0].push_back(t);
    mesh.map = [](const Eigen::Vector3d& p) -> Eigen::Vector3d { return {std::exp(p[0]) * std::cos(p[1]), std::exp(p[0]) * std::sin(p[1]), 0}; };
    MixedSolid solid(discretise(mesh, Kinematics::axisymmetric, 2), {layer_material(skin::NeoHookean{1.0}, 1000.0)});
    solid.fix_boundary(2, 1);
    solid.fix_boundary(3, 0);
    const double stretch = 2.0;
    // The wall goes where a stretch of 2 puts it; its reaction is the pressure.
    const auto grow = [&](const Eigen::Vector3d& x) { return std::cbrt(1.0 + (std::pow(stretch, 3) - 1.0) / std::pow(x.norm(), 3)) - 1.0; };
    for (const auto& s : solid.mesh().surface)
      if (s.boundary == 0)
        for (int d = 0; d < 2; ++d) solid.fix(s.node, d, (stretch - 1.0) * solid.mesh().nodes[s.node][d]);
    for (std::size_t n = 0; n < solid.mesh().nodes.size(); ++n)  // first guess: the incompressible field
      for (int d = 0; d < 2; ++d) solid.state().displacement[2 * n + d] = grow(solid.mesh().nodes[n]) * solid.mesh().nodes[n][d];
    ASSERT_TRUE(solid.solve(Eigen::VectorXd::Zero(solid.mesh().dofs()), nullptr, nullptr, {})) << "level " << level;
    double work = 0.0;
    const Eigen::VectorXd force = solid.internal_force();
    for (int i = 0; i < solid.mesh().dofs(); i += 2) {
      const auto& x = solid.mesh().nodes[i / 2];
      if (std::abs(x.norm() - 1.0) < 1e-6) work += force[i] * x[0] + force[i + 1] * x[1];
    }
    pressure[level] = work / (2.0 * kPi * stretch * stretch);  // half space of the sphere
  }
  const double exact = 1.46875;
  std::printf("cavity: %.5f %.5f %.5f against %.5f, order %.2f\n", pressure[0], pressure[1], pressure[2], exact, order(pressure[0], pressure[1], pressure[2]));
  EXPECT_NEAR(pressure[2], exact, 0.005 * exact);
  EXPECT_NEAR(pressure[0], exact, 0.02 * exact);  // coarse mesh, bulk/shear 1000: no locking
}

// Numerics notes section 7: Cook's membrane, finite strain; finest value 14.74 mm at (48, 52).
TEST(Verification, CookMembraneMeetsItsFinestValue) {
  double tip[3];
  for (int level = 0; level < 3; ++level) {
    const int n = 8 << level;
    BlockMesh mesh = block(even(0, 1, n), even(0, 1, n));
    mesh.map = [](const Eigen::Vector3d& p) -> Eigen::Vector3d { return {48.0 * p[0], 44.0 * p[0] + p[1] * (44.0 - 28.0 * p[0]), 0}; };
    MixedSolid solid(discretise(mesh, Kinematics::plane_strain, 2), {linear(0.4225, 0.3)});
    solid.fix_boundary(0, 0);
    solid.fix_boundary(0, 1);
    const Eigen::VectorXd load = solid.dead_load(1, {0, 1.0 / 16.0, 0});
    for (int step = 1; step <= 10; ++step) ASSERT_TRUE(solid.solve(0.1 * step * load, nullptr, nullptr, {}));
    for (std::size_t k = 0; k < solid.mesh().nodes.size(); ++k)
      if ((solid.mesh().nodes[k] - Eigen::Vector3d(48, 52, 0)).norm() < 1e-9) tip[level] = solid.state().displacement[2 * k + 1];
  }
  std::printf("Cook: %.4f %.4f %.4f mm\n", tip[0], tip[1], tip[2]);
  EXPECT_NEAR(tip[2], 14.74, 0.005 * 14.74);
}

// Numerics notes section 7: quarter-loaded block, 4^3 cells Q1-P0, ten steps.
TEST(Verification, QuarterLoadedBlockMeetsEveryStep) {
  const double expected[] = {0.110, 0.220, 0.325, 0.422, 0.509, 0.585, 0.650, 0.705, 0.752, 0.790};
  MixedSolid solid(discretise(block(even(0, 1, 4), even(0, 1, 4), even(0, 1, 4)), Kinematics::solid, 1), {linear(80.194, 0.4999)});
  solid.fix_boundary(0, 0);
  solid.fix_boundary(2, 1);
  solid.fix_boundary(3, 0);
  solid.fix_boundary(3, 2);
  solid.fix_boundary(4, 2);
  // Consistent load of Q1 faces: whole cells under the quarter.
  Eigen::VectorXd load = Eigen::VectorXd::Zero(solid.mesh().dofs());
  for (const auto& s : solid.mesh().surface) {
    const auto& x = solid.mesh().nodes[s.node];
    if (s.boundary != 3 || x[0] > 0.5 + 1e-9 || x[2] > 0.5 + 1e-9) continue;
    // A node on the rim of the quarter belongs to it with the share of its cells that lie inside.
    const double share = (std::abs(x[0] - 0.5) < 1e-9 ? 0.5 : 1.0) * (std::abs(x[2] - 0.5) < 1e-9 ? 0.5 : 1.0);
    load[s.node * 3 + 1] -= share * s.area * 400.0;
  }
  double last = 0.0;
  for (int step = 1; step <= 10; ++step) {
    ASSERT_TRUE(solid.solve(0.1 * step * load, nullptr, nullptr, {})) << step;
    for (std::size_t k = 0; k < solid.mesh().nodes.size(); ++k)
      if ((solid.mesh().nodes[k] - Eigen::Vector3d(0, 1, 0)).norm() < 1e-9) last = -solid.state().displacement[3 * k + 1];
    EXPECT_NEAR(last, expected[step - 1], 0.005 * expected[9]) << "step " << step;
  }
  std::printf("block: %.4f mm\n", last);
}

// The contact tangent is made of the gap's gradient and the normal's derivative along the body.
TEST(Verification, NeedleDistanceHasItsNormalAndCurvature) {
  NeedleBody body({1.5e-3, 125e-6, 20e-6, 0.3});
  body.tip_height = -0.4e-3;
  for (const Eigen::Vector2d& x : {Eigen::Vector2d(5e-6, -405e-6), Eigen::Vector2d(18e-6, -395e-6), Eigen::Vector2d(40e-6, -300e-6),
                                   Eigen::Vector2d(90e-6, -200e-6), Eigen::Vector2d(140e-6, -1e-6), Eigen::Vector2d(120e-6, 50e-6)}) {
    const auto d = body.distance(x);
    EXPECT_NEAR(d.normal.norm(), 1.0, 1e-12);
    const double h = 1e-9;
    const Eigen::Vector2d tangent(-d.normal[1], d.normal[0]);
    for (int k = 0; k < 2; ++k) {
      const Eigen::Vector2d step = h * Eigen::Vector2d::Unit(k);
      EXPECT_NEAR((body.distance(x + step).gap - body.distance(x - step).gap) / (2 * h), d.normal[k], 1e-5);
    }
    const Eigen::Vector2d turn = (body.distance(x + h * tangent).normal - body.distance(x - h * tangent).normal) / (2 * h);
    EXPECT_NEAR(turn.dot(tangent), d.curvature, 1e-4 * std::max(1.0, std::abs(d.curvature)));
  }
}
