// The block of the solid level: needle shapes, cohesive law and patch, contact patch, hanging
// nodes, rigid rotation, the whole tangent against finite differences, relaxation against the
// closed form.

#include <cmath>
#include <random>

#include <gtest/gtest.h>
#include <Eigen/Geometry>

#include "mixed/discretisation.h"
#include "piercing/pierced_block.h"
#include "test_needle.h"

using namespace percuta;
using namespace percuta::fem;
using Eigen::Matrix3d;
using Eigen::Vector3d;
using Eigen::VectorXd;
using Part = PiercedBlock::Part;

namespace {

/// A block with a finely divided corner at the origin: two levels of hanging nodes.
BoxMesh cornered(double side, double depth, int coarse, bool both_sides = false) {
  BoxMeshSettings s;
  s.ticks = {both_sides ? even(-side, side, 2 * coarse) : even(0, side, coarse),
             even(0, side, coarse), even(-depth, 0, coarse)};
  s.layer = [](double) { return 0; };
  s.nominal = side / coarse;
  s.deepest = 2;
  s.split = [=](const Vector3d& low, const Vector3d& high) {
    return low[0] < 0.3 * side && high[0] > -0.3 * side && low[1] < 0.3 * side &&
           high[2] > -0.3 * depth && high[0] - low[0] > 0.3 * side / coarse;
  };
  return box_mesh(s);
}

/// The half-space above a plane through the tip; what a flat plate is.
class Plate : public RigidShape {
 public:
  Distance distance(const Vector3d& x) const override {
    return {-x[2], {0.0, 0.0, -1.0}, Matrix3d::Zero()};
  }
};

SolidMaterial ogden(double mu, double alpha, double ratio = 100.0) {
  SolidMaterial m;
  m.ogden = {{mu, alpha}};
  m.bulk = ratio * mu;
  m.cohesive = {1e6, 20.0, 0.0};
  return m;
}

}  // namespace

TEST(Piercing, NeedleDistancesHaveTheirNormalsAndCurvaturesAndSmoothJoints) {
  for (const auto form :
       {device::Shape::cone, device::Shape::pyramid, device::Shape::lancet, device::Shape::blunt}) {
    const std::string name = device::name(form);
    device::Needle needle = cone(20e-6, 80e-6);
    needle.shape = form;
    const auto shape = make_shape(needle);
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    int checked = 0;
    for (int k = 0; k < 600; ++k) {
      const Vector3d x(110e-6 * uniform(random), 110e-6 * uniform(random),
                       300e-6 * (1.0 + uniform(random)) - 30e-6);
      const double h = 1e-9;
      const auto d = shape->distance(x);
      if (d.gap < -15e-6) continue;  // deep inside, where nothing ever is, a polyhedron has ridges
      for (int i = 0; i < 3; ++i) {
        Vector3d e = Vector3d::Zero();
        e[i] = h;
        const auto p = shape->distance(x + e), m = shape->distance(x - e);
        EXPECT_NEAR((p.gap - m.gap) / (2 * h), d.normal[i], 2e-5) << name;
        if (std::hypot(x[0], x[1]) < 5e-6 ||
            ((p.normal - d.normal) - (d.normal - m.normal)).norm() > 1e-7)
          continue;  // across a joint
        ++checked;
        for (int j = 0; j < 3; ++j)
          EXPECT_NEAR((p.normal[j] - m.normal[j]) / (2 * h), d.curvature(j, i),
                      1e-3 * d.curvature.norm() + 30.0)
              << name;
      }
    }
    EXPECT_GT(checked, 500) << name;
    EXPECT_NEAR(shape->distance({0, 0, -7e-6}).gap, 7e-6, 1e-12)
        << name;  // the tip is at the origin
    // Up along the surface in a plane through the axis the normal turns without a jump.
    Vector3d last_normal = Vector3d::Zero();
    for (int k = 0; k <= 4000; ++k) {
      const double z = 600e-6 * k / 4000;
      double low = 0.0, high = 200e-6;
      for (int i = 0; i < 60; ++i)
        (shape->distance({0.5 * (low + high), 3e-6, z}).gap < 0 ? low : high) = 0.5 * (low + high);
      const Vector3d normal = shape->distance({low, 3e-6, z}).normal;
      if (k > 40) {
        EXPECT_LT((normal - last_normal).norm(), 0.04) << name << " " << z;
      }
      last_normal = normal;
    }
  }
}

TEST(Piercing, CohesiveLawIsItsEnergysDerivativeAndUsesUpItsToughness) {
  const CohesiveLaw law{2e6, 50.0, 5e12};
  for (const double largest : {0.0, 5e-6, 20e-6, 60e-6})
    for (double opening = -1e-7; opening < 70e-6; opening += 0.37e-6) {
      const double h = 1e-12;
      const auto r = cohesive_response(law, opening, largest);
      const auto p = cohesive_response(law, opening + h, largest),
                 m = cohesive_response(law, opening - h, largest);
      EXPECT_NEAR((p.energy - m.energy) / (2 * h), r.traction, 1e-3 * law.strength);
    }
  double area = 0.0, last = 0.0;
  const int n = 200000;
  for (int k = 1; k <= n;
       ++k) {  // the exact area under the curve, whatever the quadrature: it is piecewise linear
    const double opening = 1.2 * law.separation() * k / n;
    const double traction = cohesive_response(law, opening, opening).traction;
    area += 0.5 * (last + traction) * 1.2 * law.separation() / n;
    last = traction;
  }
  EXPECT_NEAR(area, law.toughness, 1e-4 * law.toughness);
  EXPECT_EQ(dissipated(law, 2.0 * law.separation()), law.toughness);
  EXPECT_EQ(damage(law, 0.0), 0.0);
  EXPECT_DOUBLE_EQ(cohesive_response(law, 0.0, 30e-6).traction, 0.0);  // goes back to the origin
}

TEST(Piercing, CohesivePatchCarriesItsTraction) {
  // The whole block moved off its plane by half an opening: every node of the plane pulls with the
  // law's traction on its share of the area, hanging nodes' shares included.
  const Plate far_plate;
  PiercingSettings settings;
  PiercedBlock block(
      cornered(1e-3, 1e-3, 3), {ogden(1e5, 9)}, far_plate, Part::quarter,
      [](const Vector3d&) { return true; }, settings);
  Pose away;
  away.tip[2] = 1.0;
  block.set_pose(away);
  const CohesiveLaw law{1e6, 20.0, settings.crack_stiffness};
  for (const double opening : {0.1e-6, 1e-6, 15e-6, 39e-6, 50e-6}) {
    VectorXd u = VectorXd::Zero(block.unknowns());
    for (int i = 1; i < u.size(); i += 3) u[i] = 0.5 * opening;
    VectorXd gradient;
    block.potential(u, &gradient);
    for (const auto& s : block.surface()) {
      if (s.crack_area <= 0.0) continue;
      EXPECT_NEAR(gradient[3 * block.number(s.node) + 1] / s.crack_area,
                  cohesive_response(law, opening, 0.0).traction, 1e-10 * law.strength);
    }
    double area = 0.0;
    for (const auto& s : block.surface()) area += s.crack_area;
    EXPECT_GT(area, 0.6e-6);  // what hangs on held edges does not count
  }
}

TEST(Piercing, CohesivePatchOpensAndShearsByTheLaw) {
  // Both sides of the plane moved rigidly against one another, in modes I, II and III and between:
  // every pair of nodes pulls with the law's traction, and a whole way apart takes the toughness.
  const Plate far_plate;
  PiercedBlock block(cornered(1e-3, 1e-3, 3), {ogden(1e5, 9)}, far_plate, Part::whole,
                     [](const Vector3d&) { return true; }, {});
  Pose away;
  away.tip[2] = 1.0;
  block.set_pose(away);
  const auto moved = [&](const Vector3d& jump) {
    VectorXd u = VectorXd::Zero(block.unknowns());
    std::vector<char> high(block.mesh().nodes.size(), 0);
    for (const auto& [above, below] : block.mesh().facing) high[above] = 1;
    for (std::size_t n = 0; n < high.size(); ++n)
      if (block.mesh().free(static_cast<int>(n)))
        u.segment<3>(3 * block.number(static_cast<int>(n))) =
            (block.mesh().nodes[n][1] > 1e-12 || high[n] != 0 ? 0.5 : -0.5) * jump;
    return u;
  };
  const CohesiveLaw law{1e6, 20.0, PiercingSettings().crack_stiffness};
  for (const Vector3d& mode :
       {Vector3d(0, 1, 0), Vector3d(1, 0, 0), Vector3d(0, 0, 1), Vector3d(1, 2, -2).normalized()}) {
    double area = 0.0;
    for (const auto& s : block.surface()) area += s.crack_area;
    for (const double length : {0.1e-6, 1e-6, 15e-6, 39e-6, 50e-6}) {
      VectorXd gradient;
      const double energy = block.potential(moved(length * mode), &gradient);
      const auto one = cohesive_response(law, length, 0.0);
      EXPECT_NEAR(energy, area * one.energy, 1e-10 * area * law.toughness);
      int checked = 0;
      for (const auto& s : block.surface()) {
        if (s.crack_area <= 0.0) continue;
        ASSERT_GE(s.facing, 0);
        for (int d = 0; d < 3; ++d) {
          const int above = 3 * block.number(s.node) + d, below = 3 * block.number(s.facing) + d;
          if (block.held()[above] != 0) continue;
          ++checked;
          EXPECT_NEAR(gradient[above] / s.crack_area, one.traction * mode[d], 1e-10 * law.strength);
          EXPECT_NEAR(gradient[below] / s.crack_area, -one.traction * mode[d],
                      1e-10 * law.strength);
        }
      }
      EXPECT_GT(checked, 60);
    }
    EXPECT_NEAR(block.potential(moved(2.0 * law.separation() * mode)), area * law.toughness,
                1e-10 * area * law.toughness);
    EXPECT_NEAR(area, 5e-6 / 6.0, 1e-15);  // what hangs on the held bottom does not count
  }
  // Faces pressed together: the penalty, and no pull along them once they are apart.
  const auto pressed = cohesive_response(law, Vector3d(3e-6, -1e-8, 0.0), law.separation());
  EXPECT_EQ(pressed.traction[0], 0.0);
  EXPECT_DOUBLE_EQ(pressed.traction[1], -1e-8 * law.stiffness);
}

TEST(Piercing, ASmallToughnessIsUsedUpAllTheSame) {
  // Strong and brittle: at the usual stiffness this crack would come apart before it reached its
  // strength.
  const Plate far_plate;
  SolidMaterial m = ogden(1e5, 9);
  m.cohesive = {21.6e6, 10.0, 0.0};
  PiercingSettings settings;
  settings.crack_stiffness = 1e13;
  PiercedBlock block(
      cornered(1e-3, 1e-3, 3), {m}, far_plate, Part::quarter, [](const Vector3d&) { return true; },
      settings);
  int checked = 0;
  for (const auto& s : block.surface()) {
    if (s.crack_area <= 0.0) continue;
    ++checked;
    ASSERT_LT(s.law.onset(), 0.1 * s.law.separation());
    double area = 0.0, last = 0.0;
    const int n = 4000;
    for (int k = 1; k <= n; ++k) {
      const double opening = 1.1 * s.law.separation() * k / n;
      const double traction = cohesive_response(s.law, opening, opening).traction;
      area += 0.5 * (last + traction) * 1.1 * s.law.separation() / n;
      last = traction;
    }
    ASSERT_NEAR(area, 10.0, 1e-3);
  }
  EXPECT_GT(checked, 30);
}

TEST(Piercing, HangingNodesPassThePatchTestAndRotationsCostNothing) {
  const Plate far_plate;
  PiercedBlock block(cornered(1e-3, 1e-3, 3), {ogden(1e5, 9)}, far_plate, Part::quarter,
                     [](const Vector3d&) { return false; }, {});
  Pose away;
  away.tip[2] = 1.0;
  block.set_pose(away);
  Matrix3d g;
  g << 0.10, 0.05, -0.02, 0.03, -0.08, 0.04, 0.01, 0.06, 0.05;
  const auto affine = [&](const Matrix3d& gradient) {
    VectorXd u(block.unknowns());
    for (std::size_t n = 0; n < block.mesh().nodes.size(); ++n)
      if (block.mesh().free(static_cast<int>(n)))
        u.segment<3>(3 * block.number(static_cast<int>(n))) = gradient * block.mesh().nodes[n];
    return u;
  };
  VectorXd force;
  const double stored = block.potential(affine(g), &force);
  EXPECT_GT(stored, 0.0);
  int inside = 0, hanging = 0;
  for (std::size_t n = 0; n < block.mesh().nodes.size(); ++n) {
    hanging += block.mesh().free(static_cast<int>(n)) ? 0 : 1;
    const Vector3d& x = block.mesh().nodes[n];
    if (!block.mesh().free(static_cast<int>(n)) || x[0] < 1e-9 || x[0] > 1e-3 - 1e-9 ||
        x[1] < 1e-9 || x[1] > 1e-3 - 1e-9 || x[2] > -1e-9 || x[2] < -1e-3 + 1e-9)
      continue;
    ++inside;
    EXPECT_LT(force.segment<3>(3 * block.number(static_cast<int>(n))).norm(),
              1e-9 * force.lpNorm<Eigen::Infinity>());
  }
  EXPECT_GT(inside, 50);
  EXPECT_GT(hanging, 50);

  const Matrix3d turn = Eigen::AngleAxisd(0.7, Vector3d(1, 2, -1).normalized()).toRotationMatrix();
  VectorXd moment;
  EXPECT_NEAR(block.potential(affine(turn - Matrix3d::Identity()), &moment), 0.0, 1e-12 * stored);
  EXPECT_LT(moment.lpNorm<Eigen::Infinity>(), 1e-9 * force.lpNorm<Eigen::Infinity>());
}

TEST(Piercing, ContactPatchGivesEvenPressure) {
  // A flat plate on confined skin: uniaxial strain, the same pressure at every node, hanging shares
  // included.
  const Plate plate;
  PiercingSettings settings;
  settings.tolerance = 1e-11;
  SolidMaterial m = ogden(1e5, 9, 20.0);
  PiercedBlock block(
      cornered(1e-3, 1e-3, 3), {m}, plate, Part::quarter, [](const Vector3d&) { return false; },
      settings);
  Pose pose;
  pose.tip[2] = -5e-6;
  const auto step = block.move_to(pose);
  ASSERT_TRUE(step.converged);
  double low = 1e300, high = 0.0, area = 0.0;
  for (const auto& s : block.surface()) {
    // Nodes on the rim share their faces with held sides and are free to move up and down all the
    // same.
    low = std::min(low, s.pressure);
    high = std::max(high, s.pressure);
    area += s.skin_area;
  }
  EXPECT_NEAR(area, 1e-6, 1e-15);
  EXPECT_GT(low, 0.0);
  EXPECT_NEAR(high / low, 1.0, 1e-7);
  // The exact uniaxial answer: sum of penalty overlap and strain is the travel.
  const double squeeze = 5e-6 - low / settings.contact_penalty;
  const double stretch = 1.0 - squeeze / 1e-3;
  const auto response =
      skin::isochoric_response({{1e5, 9.0}}, Vector3d(1, 1, stretch).asDiagonal());
  const double pressure =
      -(response.kirchhoff[2] + stretch * skin::Volumetric{m.bulk}.pressure(stretch)) / stretch;
  EXPECT_NEAR(low, pressure, 1e-6 * pressure);
}

TEST(Piercing, TangentOfContactFrictionAndCrackAgreesWithFiniteDifferences) {
  for (const Part part : {Part::half, Part::whole}) {
    const ConeShape shape(cone(60e-6, 150e-6));
    PiercingSettings settings;
    settings.friction = 0.4;
    PiercedBlock block(
        cornered(0.6e-3, 0.6e-3, 3, true), {ogden(1e5, 9)}, shape, part,
        [](const Vector3d& x) { return x[2] > -0.4e-3; }, settings);
    Pose pose;
    pose.tip[2] = -8e-6;
    ASSERT_TRUE(block.move_to(pose).converged);
    pose.tip = {1.5e-6, 0, -9e-6};
    pose.tilt = 0.02;
    block.set_pose(pose);  // sliding friction: the needle has moved on since the last state
    std::mt19937 random(5);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    VectorXd u = block.state(), direction(block.unknowns());
    for (int i = 0; i < u.size(); ++i) {
      direction[i] = block.held()[i] != 0 ? 0.0 : uniform(random);
      if (block.held()[i] == 0) u[i] += 0.2e-6 * uniform(random);
    }
    for (const auto& [above, below] : block.mesh().facing)  // slid as well as opened
      for (int d = 0; d < 3; ++d)
        if (block.held()[3 * block.number(above) + d] == 0)
          u[3 * block.number(above) + d] += Vector3d(3e-6, 1e-6, -2e-6)[d];
    block.potential(u, nullptr, true);
    const VectorXd tangent = block.tangent_times(direction);
    const double h = 1e-10;
    VectorXd plus, minus;
    block.potential(u + h * direction, &plus);
    block.potential(u - h * direction, &minus);
    VectorXd difference = (plus - minus) / (2 * h) - tangent;
    for (int i = 0; i < u.size(); ++i)
      if (block.held()[i] != 0) difference[i] = 0.0;
    EXPECT_LT(difference.lpNorm<Eigen::Infinity>(),
              (part == Part::half ? 1e-9 : 1e-8) * tangent.lpNorm<Eigen::Infinity>());
  }
}

TEST(Piercing, RelaxationOfAPressedSphereFollowsTheLaw) {
  // Lee and Radok: the force of a sphere held still relaxes as the shear modulus does.
  device::Needle ball = cone(400e-6, 450e-6);
  const ConeShape shape(ball);
  PiercingSettings settings;
  settings.tolerance = 1e-6;
  SolidMaterial m = ogden(1e5, 2, 200.0);
  m.relaxation = {{0.8, 0.3}, {0.2, 4.0}};  // over the slow modulus
  PiercedBlock block(
      cornered(1.6e-3, 1.6e-3, 8), {m}, shape, Part::quarter, [](const Vector3d&) { return false; },
      settings);
  Pose pose;
  for (int k = 1; k <= 4; ++k) {
    pose.tip[2] = -1.5e-6 * k;
    ASSERT_TRUE(block.move_to(pose, 1e-6).converged);
  }
  const double at_once = -block.force()[2];
  double time = 0.0;
  for (const double until : {0.1, 0.3, 1.0, 4.0, 10.0}) {
    for (int k = 0; k < 4; ++k) ASSERT_TRUE(block.move_to(pose, 0.25 * (until - time)).converged);
    time = until;
    const double law = (1.0 + 0.8 * std::exp(-time / 0.3) + 0.2 * std::exp(-time / 4.0)) / 2.0;
    EXPECT_NEAR(-block.force()[2] / at_once, law, 0.01) << time;
  }
}
