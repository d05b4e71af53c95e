// Finite-element verification: exact answers on three meshes with the observed order, patch tests,
// tangents against finite differences, published finite-strain problems.

#include <cmath>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

#include "mixed/indentation.h"
#include "mixed/mixed_solid.h"
#include "percuta/insertion/crack_table.h"
#include "verification/verification.h"

using namespace percuta;
using namespace percuta::fem;

namespace {

constexpr double kPi = std::numbers::pi;

}  // namespace

TEST(Verification, UniformPreStretchIsInEquilibrium) {
  // Three layers of different laws, all stretched by 1.15: nothing may move.
  BlockMesh mesh = block(even(0, 2e-3, 7), even(-1e-3, 0, 9));
  mesh.layer = [](const Eigen::Vector3d& p) { return p[1] > -0.2e-3 ? 0 : p[1] > -0.6e-3 ? 1 : 2; };
  const double stretch = 1.15;
  MixedSolid solid(discretise(mesh, Kinematics::axisymmetric, 2),
                   {layer_material(skin::Ogden{{{0.5e6, 9.0}}}, 1000, stretch),
                    layer_material(skin::Ogden{{{0.11e6, 9.0}}}, 1000, stretch),
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
  for (const Set& set : {Set{Kinematics::plane_strain, 2},
                         {Kinematics::axisymmetric, 2},
                         {Kinematics::axisymmetric, 1},
                         {Kinematics::solid, 1},
                         {Kinematics::solid, 2}}) {
    const bool three = set.kinematics == Kinematics::solid;
    MixedSolid solid(discretise(block(even(0.5, 1.5, 2), even(0, 1, 2),
                                      three ? even(0, 1, 1) : std::vector<double>{}),
                                set.kinematics, set.degree),
                     {layer_material(skin::Ogden{{{1.0, 5.0}}}, 50.0, three ? 1.0 : 1.05)});
    std::mt19937 random(4);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    const int n = solid.mesh().dofs();
    Eigen::VectorXd direction(n);
    for (int i = 0; i < n; ++i) {
      solid.state().displacement[i] = 0.02 * uniform(random);
      direction[i] = uniform(random);
    }
    for (int i = 0; i < solid.state().pressure.size(); ++i)
      solid.state().pressure[i] += 0.1 * uniform(random);
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
    EXPECT_LT((numeric - analytic).lpNorm<Eigen::Infinity>(),
              1e-7 * analytic.lpNorm<Eigen::Infinity>())
        << static_cast<int>(set.kinematics) << " degree " << set.degree;
  }
}

TEST(Verification, RigidRotationStoresNoEnergy) {
  MixedSolid solid(discretise(block(even(0, 1, 3), even(0, 1, 3)), Kinematics::plane_strain, 2),
                   {layer_material(skin::Ogden{{{1.0, 9.0}}}, 1000.0)});
  const double angle = 1.1;
  for (std::size_t n = 0; n < solid.mesh().nodes.size(); ++n) {
    const auto& x = solid.mesh().nodes[n];
    solid.state().displacement[2 * n] = (std::cos(angle) - 1) * x[0] - std::sin(angle) * x[1];
    solid.state().displacement[2 * n + 1] = std::sin(angle) * x[0] + (std::cos(angle) - 1) * x[1];
  }
  EXPECT_LT(std::abs(solid.stored_energy()), 1e-13);
  EXPECT_LT(solid.equilibrium_residual().lpNorm<Eigen::Infinity>(), 1e-12);
}

// The contact tangent is made of the gap's gradient and the normal's derivative along the body.
TEST(Verification, NeedleDistanceHasItsNormalAndCurvature) {
  NeedleBody body({1.5e-3, 125e-6, 20e-6, 0.3});
  body.tip_height = -0.4e-3;
  for (const Eigen::Vector2d& x :
       {Eigen::Vector2d(5e-6, -405e-6), Eigen::Vector2d(18e-6, -395e-6),
        Eigen::Vector2d(40e-6, -300e-6), Eigen::Vector2d(90e-6, -200e-6),
        Eigen::Vector2d(140e-6, -1e-6), Eigen::Vector2d(120e-6, 50e-6)}) {
    const auto d = body.distance(x);
    EXPECT_NEAR(d.normal.norm(), 1.0, 1e-12);
    const double h = 1e-9;
    const Eigen::Vector2d tangent(-d.normal[1], d.normal[0]);
    for (int k = 0; k < 2; ++k) {
      const Eigen::Vector2d step = h * Eigen::Vector2d::Unit(k);
      EXPECT_NEAR((body.distance(x + step).gap - body.distance(x - step).gap) / (2 * h),
                  d.normal[k], 1e-5);
    }
    const Eigen::Vector2d turn =
        (body.distance(x + h * tangent).normal - body.distance(x - h * tangent).normal) / (2 * h);
    EXPECT_NEAR(turn.dot(tangent), d.curvature, 1e-4 * std::max(1.0, std::abs(d.curvature)));
  }
}

// Closed forms and published numbers on three meshes; what `percuta verify` prints.
TEST(Verification, EveryProblemWithAKnownAnswerIsMet) {
  const auto rows = run_verification(core::silent(), {});
  EXPECT_GE(rows.size(), 16u);
  for (const auto& r : rows) {
    EXPECT_TRUE(r.passed) << r.name << ": " << (r.values.empty() ? std::nan("") : r.values.back())
                          << " against " << r.expected;
    std::printf("%-52s", r.name.c_str());
    for (const double v : r.values) std::printf(" %.6g", v);
    std::printf(" against %.6g, order %.2f, %ld unknowns, %ld iterations, %.1f s\n", r.expected,
                r.order, r.unknowns, r.iterations, r.seconds);
    // A coarse mesh that is off by more than a fifth would be locking; an order of one may be. The
    // blade's coarsest cells are wider than its fracture zone: how its crack snaps through them
    // hangs on rounding (3.57 N/m with four lanes, 15.7 with one or eight).
    const std::size_t resolved = r.name.starts_with("blade") ? 1 : 0;
    for (std::size_t k = resolved; k < r.values.size(); ++k)
      EXPECT_TRUE(r.values_are_orders || std::abs(r.values[k] / r.expected - 1.0) < 0.2)
          << r.name << ": " << r.values[k];
  }
}
