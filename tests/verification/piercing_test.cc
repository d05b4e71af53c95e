// The solid level, from the cell kernel to whole insertions: tangents against finite differences, patch tests on hanging
// nodes, contact and cohesive patches, rigid rotation, half against quarter model, energy balance, relaxation against the
// closed form, kill and resume.

#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>

#include <gtest/gtest.h>
#include <Eigen/Geometry>

#include "cell_kernel.h"
#include "indentation.h"
#include "mixed_solid.h"
#include "percuta/core/errors.h"
#include "percuta/insertion/indentation.h"
#include "pierced_block.h"
#include "piercing_plan.h"
#include "solid_level.h"
#include "verification.h"

using namespace percuta;
using namespace percuta::fem;
using Eigen::Matrix3d;
using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

// One batch of random cells: every lane another shape, material and displacement.
struct Batch {
  int lanes;
  std::vector<double> u, size, stretch, mu, alpha, bulk, fibres, history, share;
  int families = 0;
  bool relaxes = false;
  std::vector<double> energy, force, stiffness, smallest, stress;

  Batch(int n, int kind, double amount = 0.1) : lanes(n) {
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    const auto at = [&](int i, int lane) { return static_cast<std::size_t>(i * lanes + lane); };
    u.resize(24 * n);
    size.resize(3 * n);
    stretch.resize(3 * n);
    mu.resize(2 * n);
    alpha.resize(2 * n);
    bulk.resize(n);
    fibres.resize(12 * n);
    history.resize(48 * n);
    share.assign(n, 1.3);
    for (int lane = 0; lane < n; ++lane) {
      for (int i = 0; i < 24; ++i) u[at(i, lane)] = amount * normal(random);
      for (int i = 0; i < 3; ++i) size[at(i, lane)] = 1.0 + 0.2 * i + 0.01 * lane;
      for (int i = 0; i < 3; ++i) stretch[at(i, lane)] = 1.0 + 0.05 * i;
      for (int i = 0; i < 48; ++i) history[at(i, lane)] = 0.2 * normal(random);
      mu[at(0, lane)] = 1.0;
      alpha[at(0, lane)] = kind == 0 ? 2.0 : 9.0;  // neo-Hookean, Ogden
      mu[at(1, lane)] = kind == 2 ? 0.4 : 0.0;     // Mooney-Rivlin's second term
      alpha[at(1, lane)] = -2.0;
      if (kind == 2) alpha[at(0, lane)] = 2.0;
      bulk[lane] = 50.0;
      for (int f = 0; f < 2; ++f) {
        const double values[6] = {2.0, 0.8, 0.1, 0.8, f == 0 ? 0.6 : -0.6, 0.0};
        for (int i = 0; i < 6; ++i) fibres[at(6 * f + i, lane)] = values[i];
      }
    }
    families = kind == 3 ? 2 : 0;  // Gasser-Ogden-Holzapfel
    relaxes = kind == 4;
    energy.resize(n);
    force.resize(24 * n);
    stiffness.resize(300 * n);
    smallest.resize(n);
    stress.resize(48 * n);
  }
  void run(bool matrix) {
    CellBatchInput in{};
    in.displacement = u.data();
    in.size = size.data();
    in.pre_stretch = stretch.data();
    in.mu = mu.data();
    in.alpha = alpha.data();
    in.terms = 2;
    in.bulk = bulk.data();
    in.fibres = fibres.data();
    in.families = families;
    if (relaxes) {
      in.history = history.data();
      in.elastic_share = share.data();
    }
    CellBatchOutput out{};
    out.energy = energy.data();
    out.force = force.data();
    out.smallest = smallest.data();
    if (matrix) out.stiffness = stiffness.data();
    out.stress = stress.data();
    cell_kernel(lanes).run(in, out);
  }
};

constexpr const char* kLaws[] = {"neo-Hookean", "Ogden", "Mooney-Rivlin", "GOH", "viscoelastic"};

/// A block with a finely divided corner at the origin: two levels of hanging nodes.
BoxMesh cornered(double side, double depth, int coarse, bool both_sides = false) {
  BoxMeshSettings s;
  s.ticks = {both_sides ? even(-side, side, 2 * coarse) : even(0, side, coarse), even(0, side, coarse), even(-depth, 0, coarse)};
  s.layer = [](double) { return 0; };
  s.nominal = side / coarse;
  s.deepest = 2;
  s.split = [=](const Vector3d& low, const Vector3d& high) {
    return low[0] < 0.3 * side && high[0] > -0.3 * side && low[1] < 0.3 * side && high[2] > -0.3 * depth && high[0] - low[0] > 0.3 * side / coarse;
  };
  return box_mesh(s);
}

/// The half-space above a plane through the tip; what a flat plate is.
class Plate : public RigidShape {
 public:
  Distance distance(const Vector3d& x) const override { return {-x[2], {0.0, 0.0, -1.0}, Matrix3d::Zero()}; }
};

device::Needle cone(double tip, double shank) {
  device::Needle n;
  n.tip_radius = tip;
  n.shank_radius = shank;
  n.half_angle = 12.0 * std::numbers::pi / 180.0;
  n.length = 1e-3;
  return n;
}

SolidMaterial ogden(double mu, double alpha, double ratio = 100.0) {
  SolidMaterial m;
  m.ogden = {{mu, alpha}};
  m.bulk = ratio * mu;
  m.cohesive = {1e6, 20.0, 0.0};
  return m;
}

/// Two stiff layers on a soft one, as skin is; weak enough to be pierced within a fifth of a millimetre.
skin::Skin weak_skin() {
  skin::Skin s;
  s.name = "test";
  const auto layer = [&](const char* name, double thickness, double mu) {
    skin::Layer l;
    l.name = name;
    l.thickness = thickness;
    l.law = skin::Ogden{{{mu, 9.0}}};
    l.toughness = 20.0;
    l.strength = 1e6;
    s.layers.push_back(l);
  };
  layer("stratum corneum", 15e-6, 500e3);
  layer("viable epidermis", 75e-6, 110e3);
  layer("papillary dermis", 250e-6, 110e3);
  layer("reticular dermis", 1.57e-3, 110e3);
  return s;
}

insertion::SolidOptions quick(double displacement) {
  insertion::SolidOptions o;
  o.displacement = displacement;
  o.cells_per_tip_radius = 2.0;
  o.cells_per_shank = 5.0;
  o.block_radius = 3e-3;
  o.withdraw = false;
  o.frames = 0;
  return o;
}

struct StopAfter : core::Observer {
  explicit StopAfter(int n) : left(n) {}
  int left;
  void progress(std::string_view, double) override { --left; }
  bool stop_requested() override { return left <= 0; }
};

}  // namespace

TEST(Piercing, CellTangentsAgreeWithFiniteDifferencesForEveryLaw) {
  for (int kind = 0; kind < 5; ++kind) {
    Batch b(1, kind);
    b.run(true);
    const auto force = b.force, stiffness = b.stiffness;
    double scale = 0.0, force_scale = 0.0, tangent_error = 0.0, force_error = 0.0;
    for (const double k : stiffness) scale = std::max(scale, std::abs(k));
    for (const double f : force) force_scale = std::max(force_scale, std::abs(f));
    const double h = 1e-5;
    for (int j = 0; j < 24; ++j) {
      const double u = b.u[j];
      b.u[j] = u + h;
      b.run(false);
      const auto plus = b.force;
      const double energy = b.energy[0];
      b.u[j] = u - h;
      b.run(false);
      b.u[j] = u;
      force_error = std::max(force_error, std::abs((energy - b.energy[0]) / (2 * h) - force[j]));
      for (int i = j; i < 24; ++i) tangent_error = std::max(tangent_error, std::abs((plus[i] - b.force[i]) / (2 * h) - stiffness[i * (i + 1) / 2 + j]));
    }
    EXPECT_LT(tangent_error, 1e-7 * scale) << kLaws[kind];
    EXPECT_LT(force_error, 1e-7 * force_scale) << kLaws[kind];
  }
}

TEST(Piercing, WideKernelsAgreeWithTheNarrowOne) {
  int checked = 0;
  for (const int lanes : {4, 8}) {
    if (cell_kernel(lanes).run == nullptr) continue;
    ++checked;
    for (int kind = 0; kind < 5; ++kind) {
      Batch wide(lanes, kind);
      wide.run(true);
      for (int lane = 0; lane < lanes; ++lane) {
        Batch one(1, kind);
        const auto take = [&](std::vector<double>& to, const std::vector<double>& from) {
          for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[i * lanes + lane];
        };
        take(one.u, wide.u);
        take(one.size, wide.size);
        take(one.stretch, wide.stretch);
        take(one.mu, wide.mu);
        take(one.alpha, wide.alpha);
        take(one.bulk, wide.bulk);
        take(one.fibres, wide.fibres);
        take(one.history, wide.history);
        take(one.share, wide.share);
        one.run(true);
        EXPECT_NEAR(wide.energy[lane], one.energy[0], 1e-12 * std::abs(one.energy[0])) << kLaws[kind];
        double scale = 0.0;
        for (const double k : one.stiffness) scale = std::max(scale, std::abs(k));
        for (int i = 0; i < 300; ++i) ASSERT_NEAR(wide.stiffness[i * lanes + lane], one.stiffness[i], 1e-12 * scale) << kLaws[kind] << lanes;
      }
    }
  }
  if (checked == 0) GTEST_SKIP() << "this processor has no wide lanes";
}

TEST(Piercing, KernelHasTheEnergyOfTheLawItself) {
  // A uniform gradient: energy density times volume, by the independent function of skin/law.
  Batch b(1, 1, 0.0);
  Matrix3d g;
  g << 0.1, 0.05, -0.02, 0.03, -0.08, 0.04, 0.0, 0.06, 0.07;
  for (int a = 0; a < 8; ++a)
    for (int i = 0; i < 3; ++i) {
      b.u[3 * a + i] = 0.0;
      for (int k = 0; k < 3; ++k) b.u[3 * a + i] += g(i, k) * (((a >> k) & 1) != 0 ? b.size[k] : 0.0);
    }
  b.run(false);
  const Vector3d stretch(b.stretch[0], b.stretch[1], b.stretch[2]);
  const Matrix3d f = (Matrix3d::Identity() + g) * stretch.asDiagonal();
  const skin::Volumetric volumetric{50.0};
  const double exact = b.size[0] * b.size[1] * b.size[2] / stretch.prod() * (skin::isochoric_energy({{1.0, 9.0}}, f) + volumetric.energy(f.determinant()));
  EXPECT_NEAR(b.energy[0], exact, 1e-12 * exact);
}

TEST(Piercing, NeedleDistancesHaveTheirNormalsAndCurvaturesAndSmoothJoints) {
  for (const char* name : {"cone", "pyramid", "lancet", "blunt"}) {
    device::Needle needle = cone(20e-6, 80e-6);
    needle.shape = name;
    const auto shape = make_shape(needle);
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    int checked = 0;
    for (int k = 0; k < 600; ++k) {
      const Vector3d x(110e-6 * uniform(random), 110e-6 * uniform(random), 300e-6 * (1.0 + uniform(random)) - 30e-6);
      const double h = 1e-9;
      const auto d = shape->distance(x);
      if (d.gap < -15e-6) continue;  // deep inside, where nothing ever is, a polyhedron has ridges
      for (int i = 0; i < 3; ++i) {
        Vector3d e = Vector3d::Zero();
        e[i] = h;
        const auto p = shape->distance(x + e), m = shape->distance(x - e);
        EXPECT_NEAR((p.gap - m.gap) / (2 * h), d.normal[i], 2e-5) << name;
        if (std::hypot(x[0], x[1]) < 5e-6 || ((p.normal - d.normal) - (d.normal - m.normal)).norm() > 1e-7) continue;  // across a joint
        ++checked;
        for (int j = 0; j < 3; ++j) EXPECT_NEAR((p.normal[j] - m.normal[j]) / (2 * h), d.curvature(j, i), 1e-3 * d.curvature.norm() + 30.0) << name;
      }
    }
    EXPECT_GT(checked, 500) << name;
    EXPECT_NEAR(shape->distance({0, 0, -7e-6}).gap, 7e-6, 1e-12) << name;  // the tip is at the origin
    // Up along the surface in a plane through the axis the normal turns without a jump.
    Vector3d last_normal = Vector3d::Zero();
    for (int k = 0; k <= 4000; ++k) {
      const double z = 600e-6 * k / 4000;
      double low = 0.0, high = 200e-6;
      for (int i = 0; i < 60; ++i) (shape->distance({0.5 * (low + high), 3e-6, z}).gap < 0 ? low : high) = 0.5 * (low + high);
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
      const auto p = cohesive_response(law, opening + h, largest), m = cohesive_response(law, opening - h, largest);
      EXPECT_NEAR((p.energy - m.energy) / (2 * h), r.traction, 1e-3 * law.strength);
    }
  double area = 0.0, last = 0.0;
  const int n = 200000;
  for (int k = 1; k <= n; ++k) {  // the exact area under the curve, whatever the quadrature: it is piecewise linear
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
  // The whole block moved off its plane by half an opening: every node of the plane pulls with the law's traction on its
  // share of the area, hanging nodes' shares included.
  const Plate far_plate;
  PiercingSettings settings;
  PiercedBlock block(
      cornered(1e-3, 1e-3, 3), {ogden(1e5, 9)}, far_plate, true, [](const Vector3d&) { return true; }, settings);
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
      EXPECT_NEAR(gradient[3 * block.number(s.node) + 1] / s.crack_area, cohesive_response(law, opening, 0.0).traction, 1e-10 * law.strength);
    }
    double area = 0.0;
    for (const auto& s : block.surface()) area += s.crack_area;
    EXPECT_GT(area, 0.6e-6);  // what hangs on held edges does not count
  }
}

TEST(Piercing, HangingNodesPassThePatchTestAndRotationsCostNothing) {
  const Plate far_plate;
  PiercedBlock block(cornered(1e-3, 1e-3, 3), {ogden(1e5, 9)}, far_plate, true, [](const Vector3d&) { return false; }, {});
  Pose away;
  away.tip[2] = 1.0;
  block.set_pose(away);
  Matrix3d g;
  g << 0.10, 0.05, -0.02, 0.03, -0.08, 0.04, 0.01, 0.06, 0.05;
  const auto affine = [&](const Matrix3d& gradient) {
    VectorXd u(block.unknowns());
    for (std::size_t n = 0; n < block.mesh().nodes.size(); ++n)
      if (block.mesh().free(static_cast<int>(n))) u.segment<3>(3 * block.number(static_cast<int>(n))) = gradient * block.mesh().nodes[n];
    return u;
  };
  VectorXd force;
  const double stored = block.potential(affine(g), &force);
  EXPECT_GT(stored, 0.0);
  int inside = 0, hanging = 0;
  for (std::size_t n = 0; n < block.mesh().nodes.size(); ++n) {
    hanging += block.mesh().free(static_cast<int>(n)) ? 0 : 1;
    const Vector3d& x = block.mesh().nodes[n];
    if (!block.mesh().free(static_cast<int>(n)) || x[0] < 1e-9 || x[0] > 1e-3 - 1e-9 || x[1] < 1e-9 || x[1] > 1e-3 - 1e-9 || x[2] > -1e-9 ||
        x[2] < -1e-3 + 1e-9)
      continue;
    ++inside;
    EXPECT_LT(force.segment<3>(3 * block.number(static_cast<int>(n))).norm(), 1e-9 * force.lpNorm<Eigen::Infinity>());
  }
  EXPECT_GT(inside, 50);
  EXPECT_GT(hanging, 50);

  const Matrix3d turn = Eigen::AngleAxisd(0.7, Vector3d(1, 2, -1).normalized()).toRotationMatrix();
  VectorXd moment;
  EXPECT_NEAR(block.potential(affine(turn - Matrix3d::Identity()), &moment), 0.0, 1e-12 * stored);
  EXPECT_LT(moment.lpNorm<Eigen::Infinity>(), 1e-9 * force.lpNorm<Eigen::Infinity>());
}

TEST(Piercing, ContactPatchGivesEvenPressure) {
  // A flat plate on confined skin: uniaxial strain, the same pressure at every node, hanging shares included.
  const Plate plate;
  PiercingSettings settings;
  settings.tolerance = 1e-11;
  SolidMaterial m = ogden(1e5, 9, 20.0);
  PiercedBlock block(
      cornered(1e-3, 1e-3, 3), {m}, plate, true, [](const Vector3d&) { return false; }, settings);
  Pose pose;
  pose.tip[2] = -5e-6;
  const auto step = block.move_to(pose);
  ASSERT_TRUE(step.converged);
  double low = 1e300, high = 0.0, area = 0.0;
  for (const auto& s : block.surface()) {
    // Nodes on the rim share their faces with held sides and are free to move up and down all the same.
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
  const auto response = skin::isochoric_response({{1e5, 9.0}}, Vector3d(1, 1, stretch).asDiagonal());
  const double pressure = -(response.kirchhoff[2] + stretch * skin::Volumetric{m.bulk}.pressure(stretch)) / stretch;
  EXPECT_NEAR(low, pressure, 1e-6 * pressure);
}

TEST(Piercing, TangentOfContactFrictionAndCrackAgreesWithFiniteDifferences) {
  const ConeShape shape(cone(60e-6, 150e-6));
  PiercingSettings settings;
  settings.friction = 0.4;
  PiercedBlock block(
      cornered(0.6e-3, 0.6e-3, 3, true), {ogden(1e5, 9)}, shape, false, [](const Vector3d& x) { return x[2] > -0.4e-3; }, settings);
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
  block.potential(u, nullptr, true);
  const VectorXd tangent = block.tangent_times(direction);
  const double h = 1e-12;
  VectorXd plus, minus;
  block.potential(u + h * direction, &plus);
  block.potential(u - h * direction, &minus);
  VectorXd difference = (plus - minus) / (2 * h) - tangent;
  for (int i = 0; i < u.size(); ++i)
    if (block.held()[i] != 0) difference[i] = 0.0;
  EXPECT_LT(difference.lpNorm<Eigen::Infinity>(), 1e-6 * tangent.lpNorm<Eigen::Infinity>());
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
      cornered(1.6e-3, 1.6e-3, 8), {m}, shape, true, [](const Vector3d&) { return false; }, settings);
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

TEST(Piercing, NeedleGoesThroughTheSkinAndEnergiesBalance) {
  for (const double friction : {0.0, 0.3}) {
    auto skin = weak_skin();
    skin.friction = friction;
    auto options = quick(0.42e-3);
    options.cells_per_tip_radius = 3.0;
    const auto r = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
    ASSERT_TRUE(r.complete) << r.ended;
    EXPECT_TRUE(std::isfinite(puncture_force(r)));
    EXPECT_GT(r.steps.back().pierced_depth, 0.1e-3);
    EXPECT_LT(r.steps.back().pierced_depth, r.steps.back().displacement);
    EXPECT_LT(r.balance_error, 0.01);
    EXPECT_GE(r.steps.back().released, 0.0);
    // Cost as measured when this was written (regression, with room): 410 iterations with friction, 690 without.
    EXPECT_LT(r.cost.iterations, 1400);
  }
}

TEST(Piercing, StepsAwayFromTheSnapTakeFewIterations) {
  // At most 4 a step without friction, 6 with.
  for (const double friction : {0.0, 0.3}) {
    auto skin = weak_skin();
    skin.friction = friction;
    auto options = quick(friction > 0.0 ? 0.25e-3 : 0.15e-3);  // just short of puncture
    options.cells_per_tip_radius = 3.0;
    const auto r = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
    EXPECT_LE(r.cost.mean_iterations, friction > 0.0 ? 6.0 : 4.0) << friction;
    EXPECT_EQ(r.steps.back().released, 0.0);
  }
}

TEST(Piercing, EveryShapePressesAndABluntEndTakesMostForce) {
  double force[4];
  int k = 0;
  for (const char* name : {"cone", "pyramid", "lancet", "blunt"}) {
    auto needle = cone(30e-6, 80e-6);
    needle.shape = name;
    auto skin = weak_skin();
    skin.friction = 0.2;
    const auto r = insert_solid(skin, needle, quick(0.08e-3), core::silent(), {}, "");
    ASSERT_TRUE(r.complete) << name << ": " << r.ended;
    EXPECT_LT(r.balance_error, 0.02) << name;
    EXPECT_LT(r.steps.back().overlap, 0.06 * needle.tip_radius) << name;
    force[k++] = r.steps.back().force;
  }
  EXPECT_GT(force[3], 1.5 * force[0]);         // penetration notes, case 37: flat needs more than sharp
  EXPECT_NEAR(force[1] / force[0], 1.0, 0.3);  // a pyramid is a cone but for its edges
}

TEST(Piercing, HalfAndQuarterModelAgree) {
  auto skin = weak_skin();
  skin.friction = 0.2;
  auto options = quick(0.12e-3);
  options.step = 2e-6;  // the same steps for both: friction remembers them
  const auto quarter = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
  options.half_model = true;
  const auto half = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
  EXPECT_NEAR(half.steps.back().force, quarter.steps.back().force, 1e-3 * quarter.steps.back().force);
  EXPECT_NEAR(half.steps.back().lateral_force, 0.0, 1e-4 * half.steps.back().force);
}

TEST(Piercing, SolidAndAxisymmetricLevelsAgreeBeforeTheSkinOpens) {
  auto options = quick(0.1e-3);
  options.cells_per_tip_radius = 3.0;
  options.block_radius = 8e-3;
  const auto solid = insert_solid(weak_skin(), cone(30e-6, 80e-6), options, core::silent(), {}, "");
  const auto axisymmetric = indent(weak_skin(), cone(30e-6, 80e-6), 0.1e-3, 1e300, core::silent());
  EXPECT_NEAR(solid.steps.back().force / insertion::force_at(axisymmetric, 0.1e-3), 1.0, 0.05);
}

TEST(Piercing, AKilledInsertionGoesOnBitForBit) {
  auto skin = weak_skin();
  skin.friction = 0.3;
  const auto options = quick(0.3e-3);
  const auto needle = cone(30e-6, 80e-6);
  const auto whole = insert_solid(skin, needle, options, core::silent(), {}, "");
  for (const int kill : {7, 30}) {
    std::string state;
    StopAfter observer(kill);
    EXPECT_THROW(insert_solid(
                     skin, needle, options, observer, [&](const std::string& s) { state = s; }, ""),
                 core::Interrupted);
    ASSERT_FALSE(state.empty());
    const auto resumed = insert_solid(skin, needle, options, core::silent(), {}, state);
    ASSERT_EQ(resumed.steps.size(), whole.steps.size());
    for (std::size_t k = 0; k < whole.steps.size(); ++k) {
      ASSERT_EQ(resumed.steps[k].force, whole.steps[k].force) << k;
      ASSERT_EQ(resumed.steps[k].pierced_depth, whole.steps[k].pierced_depth) << k;
      ASSERT_EQ(resumed.steps[k].friction, whole.steps[k].friction) << k;
    }
    auto other = options;
    other.cells_per_shank = 6.0;
    EXPECT_THROW(insert_solid(skin, needle, other, core::silent(), {}, state), core::InputError);
  }
}

TEST(Piercing, InputsThatCannotWorkAreRefusedBeforeTheSolve) {
  const auto message = [](const skin::Skin& skin, const device::Needle& needle, const insertion::SolidOptions& options) {
    try {
      insert_solid(skin, needle, options, core::silent(), {}, "");
    } catch (const core::InputError& e) {
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  const auto needle = cone(30e-6, 80e-6);
  auto tough = weak_skin();
  tough.layers[2].toughness = 2000.0;
  EXPECT_NE(message(tough, needle, quick(0.3e-3)).find("skin.layers.papillary_dermis.toughness 2000 J/m^2: "), std::string::npos);
  auto closed = weak_skin();
  closed.layers[0].strength = 0.0;
  EXPECT_NE(message(closed, needle, quick(0.3e-3)).find("skin.layers.stratum_corneum.strength 0 MPa: "), std::string::npos);
  auto thin = weak_skin();
  thin.layers[0].thickness = 2e-6;
  EXPECT_NE(message(thin, needle, quick(0.3e-3)).find("skin.layers.stratum_corneum.thickness 2 um: thinner than the finest cells"), std::string::npos);
  EXPECT_NE(message(weak_skin(), needle, quick(2e-3)).find("the skin is"), std::string::npos);
  auto fat = cone(90e-6, 80e-6);
  EXPECT_NE(message(weak_skin(), fat, quick(0.3e-3)).find("device.needle.tip_radius 90 um: the needle cuts itself"), std::string::npos);
  auto enormous = quick(1e-3);
  enormous.cells_per_tip_radius = 100.0;
  enormous.cells_per_shank = 200.0;
  EXPECT_NE(message(weak_skin(), needle, enormous).find("the machine has"), std::string::npos);
}
