// Problems with known answers, for `percuta verify` and the tests alike.

#include "verification/verification.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

#include "linear/blas.h"
#include "mixed/indentation.h"
#include "mixed/mixed_solid.h"
#include "percuta/core/errors.h"
#include "piercing/pierced_block.h"
#include "verification/blade_cut.h"
#include "verification/manufactured.h"

namespace percuta::fem {

namespace {

using insertion::VerificationRow;

constexpr double kPi = std::numbers::pi;

// What one problem has cost so far.
struct Cost {
  long unknowns = 0, iterations = 0;
  void note(const MixedSolid& solid) {
    unknowns = solid.mesh().dofs();
    iterations += solid.cost().iterations;
  }
};

// A block 200 contact radii wide, `cells` across the contact radius, pressed so little that strains
// stay small.
double small_contact_force(Cost& cost, const device::Needle& needle, double depth,
                           double contact_radius, double cells, const LayerMaterial& material) {
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
  MixedSolid solid(discretise(mesh, Kinematics::axisymmetric, 2), {material});
  solid.fix_boundary(0, 0);
  solid.fix_boundary(2, 0);
  solid.fix_boundary(2, 1);
  Contact contact = contact_on(solid.mesh(), 3, 100.0 * material.terms[0].mu / h);
  NeedleBody body(needle);
  body.tip_height = -depth;
  MixedSolid::NewtonSettings newton;
  newton.contact_tolerance = 1e-4 * depth;
  newton.max_iterations = 60;
  if (!solid.solve(Eigen::VectorXd::Zero(solid.mesh().dofs()), &body, &contact, newton))
    return std::nan("");
  cost.note(solid);
  return -solid.contact_force(body, contact)[1];
}

// Hertz: P = 4/3 E* sqrt(R) d^1.5; a block 200 contact radii wide, Q2/P1.
std::vector<double> hertz(Cost& cost, double poisson) {
  const double radius = 1e-3, a = 0.02 * radius, depth = a * a / radius, mu = 1e5;
  const device::Needle sphere{2e-3, 0.99 * radius, radius, 0.2};
  std::vector<double> force;
  for (const double cells : {3.0, 6.0, 12.0})
    force.push_back(small_contact_force(cost, sphere, depth, a, cells, linear(mu, poisson)));
  return force;
}

// Love-Sneddon: P = (2/pi) E* tan(theta) d^2; a blunt cone, so that strains stay small.
std::vector<double> sneddon(Cost& cost) {
  const double mu = 1e5, theta = 85.0 * kPi / 180.0, a = 50e-6,
               depth = 0.5 * kPi * a / std::tan(theta);
  const device::Needle cone{2e-3, 1e-2, 0.002 * a, theta};
  std::vector<double> force;
  for (const double cells : {4.0, 8.0, 16.0})
    force.push_back(small_contact_force(cost, cone, depth, a, cells, linear(mu, 0.4999)));
  return force;
}

// Case 4: spherical cavity at stretch 2 in a neo-Hookean solid of bulk/shear 1000.
std::vector<double> cavity(Cost& cost) {
  std::vector<double> pressure;
  for (int level = 0; level < 3; ++level) {
    const int cells = 4 << level;
    BlockMesh mesh;
    mesh.ticks[1] = even(0, 0.5 * kPi, cells);
    for (double t = 0.0; t < std::log(40.0) + 1e-9; t += std::log(40.0) / (3 * cells))
      mesh.ticks[0].push_back(t);
    mesh.map = [](const Eigen::Vector3d& p) -> Eigen::Vector3d {
      return {std::exp(p[0]) * std::cos(p[1]), std::exp(p[0]) * std::sin(p[1]), 0};
    };
    MixedSolid solid(discretise(mesh, Kinematics::axisymmetric, 2),
                     {layer_material(skin::NeoHookean{1.0}, 1000.0)});
    solid.fix_boundary(2, 1);
    solid.fix_boundary(3, 0);
    const double stretch = 2.0;
    // The wall goes where a stretch of 2 puts it; its reaction is the pressure.
    const auto grow = [&](const Eigen::Vector3d& x) {
      return std::cbrt(1.0 + (std::pow(stretch, 3) - 1.0) / std::pow(x.norm(), 3)) - 1.0;
    };
    for (const auto& s : solid.mesh().surface)
      if (s.boundary == 0)
        for (int d = 0; d < 2; ++d)
          solid.fix(s.node, d, (stretch - 1.0) * solid.mesh().nodes[s.node][d]);
    for (std::size_t n = 0; n < solid.mesh().nodes.size();
         ++n)  // first guess: the incompressible field
      for (int d = 0; d < 2; ++d)
        solid.state().displacement[2 * n + d] =
            grow(solid.mesh().nodes[n]) * solid.mesh().nodes[n][d];
    if (!solid.solve(Eigen::VectorXd::Zero(solid.mesh().dofs()), nullptr, nullptr, {})) return {};
    cost.note(solid);
    double work = 0.0;
    const Eigen::VectorXd force = solid.internal_force();
    for (int i = 0; i < solid.mesh().dofs(); i += 2) {
      const auto& x = solid.mesh().nodes[i / 2];
      if (std::abs(x.norm() - 1.0) < 1e-6) work += force[i] * x[0] + force[i + 1] * x[1];
    }
    pressure.push_back(work / (2.0 * kPi * stretch * stretch));  // half space of the sphere
  }
  return pressure;
}

// Cook's membrane at finite strain, mm and N: vertical displacement of (48, 52).
std::vector<double> cook(Cost& cost) {
  std::vector<double> tip;
  for (int level = 0; level < 3; ++level) {
    const int n = 8 << level;
    BlockMesh mesh = block(even(0, 1, n), even(0, 1, n));
    mesh.map = [](const Eigen::Vector3d& p) -> Eigen::Vector3d {
      return {48.0 * p[0], 44.0 * p[0] + p[1] * (44.0 - 28.0 * p[0]), 0};
    };
    MixedSolid solid(discretise(mesh, Kinematics::plane_strain, 2), {linear(0.4225, 0.3)});
    solid.fix_boundary(0, 0);
    solid.fix_boundary(0, 1);
    const Eigen::VectorXd load = solid.dead_load(1, {0, 1.0 / 16.0, 0});
    for (int step = 1; step <= 10; ++step)
      if (!solid.solve(0.1 * step * load, nullptr, nullptr, {})) return {};
    for (std::size_t k = 0; k < solid.mesh().nodes.size(); ++k)
      if ((solid.mesh().nodes[k] - Eigen::Vector3d(48, 52, 0)).norm() < 1e-9)
        tip.push_back(solid.state().displacement[2 * k + 1]);
    cost.note(solid);
  }
  return tip;
}

// Reese's quarter-loaded block, 4^3 cells Q1-P0, mm: every tenth of the load.
std::vector<double> loaded_block(Cost& cost) {
  std::vector<double> out;
  MixedSolid solid(
      discretise(block(even(0, 1, 4), even(0, 1, 4), even(0, 1, 4)), Kinematics::solid, 1),
      {linear(80.194, 0.4999)});
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
    const double share =
        (std::abs(x[0] - 0.5) < 1e-9 ? 0.5 : 1.0) * (std::abs(x[2] - 0.5) < 1e-9 ? 0.5 : 1.0);
    load[s.node * 3 + 1] -= share * s.area * 400.0;
  }
  double last = 0.0;
  for (int step = 1; step <= 10; ++step) {
    if (!solid.solve(0.1 * step * load, nullptr, nullptr, {})) return {};
    for (std::size_t k = 0; k < solid.mesh().nodes.size(); ++k)
      if ((solid.mesh().nodes[k] - Eigen::Vector3d(0, 1, 0)).norm() < 1e-9)
        last = -solid.state().displacement[3 * k + 1];
    out.push_back(last);
  }
  cost.note(solid);
  return out;
}

// The sphere of a contact problem that another program documents, peak pressure from the force: p0
// = 3 P / (2 pi a^2).
std::vector<double> moose_sphere(Cost& cost) {
  // Both radii 2 and approach 0.01 are one sphere of radius 1 on a half-space; E 1.40625e7, nu
  // 0.25.
  const double e = 1.40625e7, poisson = 0.25, a = 0.1;
  const device::Needle sphere{2.0, 0.99, 1.0, 0.2};
  std::vector<double> peak;
  for (const double cells : {3.0, 6.0, 12.0})
    peak.push_back(1.5 *
                   small_contact_force(cost, sphere, 0.01, a, cells,
                                       linear(0.5 * e / (1.0 + poisson), poisson)) /
                   (kPi * a * a));
  return peak;
}

class Floor : public RigidBody {
 public:
  explicit Floor(double height) : height_(height) {}
  SignedDistance distance(const Eigen::Vector2d& x) const override {
    return {x[1] - height_, {0.0, 1.0}, 0.0};
  }

 private:
  double height_;
};

// code_aster SSNV104: two equal spheres, R 50 mm, that approach by 4 mm. By symmetry one of them
// against a floor, its equator lowered by 2 mm; peak pressure at the pole. N and mm.
std::vector<double> two_spheres(Cost& cost) {
  const double radius = 50.0, down = 2.0;
  std::vector<double> peak;
  for (const double cells : {5.0, 10.0, 20.0}) {
    BlockMesh mesh;
    const double h = 0.2 / cells;  // the contact radius is a fifth of the sphere's
    std::vector<double> ticks{0.0};
    for (double size = h; ticks.back() < 1.0;) {
      ticks.push_back(ticks.back() + size > 1.0 - 0.4 * size ? 1.0 : ticks.back() + size);
      if (ticks.back() > 0.22) size *= 1.0 + 1.5 / cells;
    }
    mesh.ticks[0] = ticks;
    for (const double t : ticks) mesh.ticks[1].push_back(t - 1.0);
    mesh.map =
        [radius](const Eigen::Vector3d& p) -> Eigen::Vector3d {  // a square onto the quarter disc
      return {radius * p[0] * std::sqrt(1.0 - 0.5 * p[1] * p[1]),
              radius * p[1] * std::sqrt(1.0 - 0.5 * p[0] * p[0]), 0.0};
    };
    MixedSolid solid(discretise(mesh, Kinematics::axisymmetric, 2), {linear(20000.0 / 2.6, 0.3)});
    solid.fix_boundary(0, 0);
    solid.fix_boundary(3, 1);
    Contact contact = contact_on(solid.mesh(), 2, 50.0 * 20000.0 / (radius * h));
    MixedSolid::NewtonSettings newton;
    newton.contact_tolerance = 1e-4 * down;
    newton.max_iterations = 60;
    for (int step = 1; step <= 4; ++step) {
      const Floor floor(-radius + 0.25 * step * down);
      if (!solid.solve(Eigen::VectorXd::Zero(solid.mesh().dofs()), &floor, &contact, newton))
        return {};
    }
    cost.note(solid);
    double force = 0.0, area = 0.0;
    for (std::size_t k = 0; k < contact.nodes.size(); ++k)
      if (solid.mesh().nodes[contact.nodes[k].node][0] < 2.5) {
        force += contact.pressure[k] * contact.nodes[k].area;
        area += contact.nodes[k].area;
      }
    peak.push_back(
        force / area /
        0.98425);  // Hertz: the mean over a quarter of the contact radius of 10 mm, over the peak
  }
  return peak;
}

// Notes 7: deep in an incompressible Ogden solid force goes with the square of depth and forgets
// the radius. Exponent between 160 and 200 um for ever sharper tips.
std::vector<double> deep_ogden(Cost& cost) {
  skin::Skin skin;
  skin::Layer layer;
  layer.name = "solid";
  layer.thickness = 10e-3;
  layer.law = skin::Ogden{{{0.1e6, 9.0}}};
  layer.toughness = 100.0;
  skin.layers = {layer};
  std::vector<double> exponent;
  for (const double radius : {20e-6, 10e-6, 5e-6}) {
    const auto curve = indent_to(skin, {3e-3, 150e-6, radius, 0.2}, 200e-6, 1e9, core::silent());
    exponent.push_back(std::log(curve.force.back() / insertion::force_at(curve, 160e-6)) /
                       std::log(200.0 / 160.0));
    cost.unknowns = curve.unknowns;
    cost.iterations += curve.iterations;
  }
  return exponent;
}

std::vector<double> manufactured(Cost& cost, const ManufacturedOrders& m) {
  cost = {m.unknowns, m.iterations};
  return m.orders;
}

class Ball : public RigidShape {
 public:
  explicit Ball(double radius) : radius_(radius) {}
  Distance distance(const Eigen::Vector3d& x) const override {
    const Eigen::Vector3d v = x - Eigen::Vector3d(0, 0, radius_);
    const double r = v.norm();
    const Eigen::Vector3d n = v / r;
    return {r - radius_, n, (Eigen::Matrix3d::Identity() - n * n.transpose()) / r};
  }

 private:
  double radius_;
};

// The same on the solid level: boxes with hanging nodes, Q1 with the mean volume ratio, a quarter
// of the block.
std::vector<double> hertz_in_three_dimensions(Cost& cost) {
  const double radius = 1e-3, a = 0.05 * radius, depth = a * a / radius, mu = 1e5,
               ratio = 2.0 * (1.0 + 0.3) / (3.0 * (1.0 - 0.6));
  const Ball ball(radius);
  std::vector<double> force;
  for (const double cells : {2.0, 4.0, 8.0}) {
    BoxMeshSettings s;
    const double size = 16.0 * a;
    s.ticks = {even(0, 96 * a, 6), even(0, 96 * a, 6), even(-96 * a, 0, 6)};
    s.layer = [](double) { return 0; };
    s.nominal = size;
    s.deepest = 9;
    s.split = [=](const Eigen::Vector3d& low, const Eigen::Vector3d& high) {
      const double distance = std::max(0.0, std::max({low[0], low[1], -high[2]}) - 1.3 * a);
      return high[0] - low[0] > 1.01 * (a / cells + 0.6 * distance);
    };
    SolidMaterial m;
    m.ogden = {{mu, 2.0}};
    m.bulk = ratio * mu;
    PiercingSettings settings;
    settings.contact_penalty = 200.0 * mu / (a / cells);
    settings.step_cap = a;
    settings.tolerance = 1e-5;
    PiercedBlock block(
        box_mesh(s), {m}, ball, PiercedBlock::Part::quarter,
        [](const Eigen::Vector3d&) { return false; }, settings);
    for (int k = 1; k <= 4; ++k) {
      Pose pose;
      pose.tip[2] = -0.25 * k * depth;
      const auto step = block.move_to(pose);
      if (!step.converged) return {};
      cost.iterations += step.iterations;
    }
    cost.unknowns = block.unknowns();
    force.push_back(-block.force()[2]);
  }
  return force;
}

// Two blocks moved rigidly apart along a direction: what the nodes of the plane pull with, over its
// area, integrated along the way and divided by the toughness. The law is made of straight lines,
// whose corners the steps meet.
std::vector<double> cohesive_patch(Cost& cost, const Eigen::Vector3d& direction) {
  const Ball far_away(1e-6);
  std::vector<double> areas;
  for (const int cells : {1, 2, 4}) {
    BoxMeshSettings s;
    s.ticks = {even(0, 1e-3, cells), even(0, 1e-3, cells), even(-1e-3, 0, cells)};
    s.layer = [](double) { return 0; };
    s.nominal = 1e-3 / cells;
    s.deepest = 0;
    s.split = [](const Eigen::Vector3d&, const Eigen::Vector3d&) { return false; };
    SolidMaterial m;
    m.ogden = {{1e5, 2.0}};
    m.bulk = 1e7;
    m.cohesive = {1e6, 20.0, 0.0};
    PiercedBlock block(box_mesh(s), {m}, far_away, PiercedBlock::Part::whole,
                       [](const Eigen::Vector3d&) { return true; }, {});
    Pose away;
    away.tip[2] = 1.0;
    block.set_pose(away);
    const auto traction =
        [&](double length) {  // along the direction, with half of the jump on either side
          Eigen::VectorXd u = Eigen::VectorXd::Zero(block.unknowns()), gradient;
          std::vector<char> high(block.mesh().nodes.size(), 0);
          for (const auto& [above, below] : block.mesh().facing) high[above] = 1;
          for (std::size_t n = 0; n < high.size(); ++n)
            u.segment<3>(3 * block.number(static_cast<int>(n))) =
                (block.mesh().nodes[n][1] > 0.0 || high[n] != 0 ? 0.5 : -0.5) * length * direction;
          block.potential(u, &gradient);
          double force = 0.0, area = 0.0;
          for (const auto& node : block.surface()) {
            if (node.crack_area <= 0.0) continue;
            area += node.crack_area;
            force += gradient.segment<3>(3 * block.number(node.node)).dot(direction);
          }
          return force / area;
        };
    const CohesiveLaw& law =
        std::find_if(block.surface().begin(), block.surface().end(), [](const auto& n) {
          return n.crack_area > 0.0;
        })->law;
    double area = 0.0, last = 0.0, from = 0.0;
    std::vector<double> stops{law.onset()};
    for (int k = 1; k <= 8; ++k)
      stops.push_back(law.onset() + (law.separation() - law.onset()) * k / 8);
    for (const double stop : stops) {
      const double now = traction(stop);
      area += 0.5 * (last + now) * (stop - from);
      last = now;
      from = stop;
    }
    areas.push_back(area / law.toughness);
    cost.unknowns = block.unknowns();
  }
  return areas;
}

}  // namespace

CommonProblem common_problem(double cells, int steps) {
  const auto start = std::chrono::steady_clock::now();
  const double radius = 0.5e-3, h = radius / cells;
  BlockMesh mesh;
  std::vector<double> x{0.0}, depth{0.0};
  for (double size = h; x.back() < 3e-3 - 1e-9;) {
    if (x.back() > 0.45e-3) size *= 1.35;
    x.push_back(x.back() + size > 3e-3 - 0.4 * size ? 3e-3 : x.back() + size);
  }
  for (const auto& [bottom, growth] : {std::pair{0.1e-3, 1.0}, {1.1e-3, 1.25}, {2.0e-3, 1.25}}) {
    double size = std::min(depth.size() > 1 ? 1.25 * (depth.back() - depth[depth.size() - 2]) : h,
                           bottom - depth.back());
    while (depth.back() < bottom - 1e-9) {
      depth.push_back(depth.back() + size > bottom - 0.4 * size ? bottom : depth.back() + size);
      size *= growth;
    }
  }
  mesh.ticks[0] = x;
  for (auto it = depth.rbegin(); it != depth.rend(); ++it) mesh.ticks[1].push_back(-*it);
  mesh.layer = [](const Eigen::Vector3d& p) { return p[1] > -0.1e-3 ? 0 : p[1] > -1.1e-3 ? 1 : 2; };
  std::vector<LayerMaterial> layers;
  for (const double e : {1e6, 1e5, 1e4}) layers.push_back(linear(e / (2.0 * 1.49), 0.49));
  MixedSolid solid(discretise(mesh, Kinematics::axisymmetric, 2), layers);
  solid.fix_boundary(0, 0);
  solid.fix_boundary(2, 0);
  solid.fix_boundary(2, 1);
  Contact contact = contact_on(solid.mesh(), 3, 30.0 * layers[0].terms[0].mu / h);
  NeedleBody body({2e-3, 0.999 * radius, radius, 0.05});
  MixedSolid::NewtonSettings newton;
  newton.relative_tolerance = 1e-6;
  newton.max_iterations = 60;
  SolidState previous = solid.state();
  double last = 0.0;
  for (int k = 1; k <= steps; ++k) {
    const double at = 0.1999e-3 * k / steps;
    const SolidState state = solid.state();
    if (k > 1) {
      const double s = (at - last) / (0.1999e-3 / steps);
      solid.state().displacement += s * (state.displacement - previous.displacement);
      solid.state().pressure += s * (state.pressure - previous.pressure);
    }
    body.tip_height = -at;
    newton.contact_tolerance = k == steps ? 1e-3 * at : 1e-2 * at;
    if (!solid.solve(Eigen::VectorXd::Zero(solid.mesh().dofs()), &body, &contact, newton))
      return {std::nan(""), solid.mesh().dofs(), k, solid.cost().iterations, 0.0};
    previous = state;
    last = at;
  }
  return {-solid.contact_force(body, contact)[1], solid.mesh().dofs(), solid.cost().steps,
          solid.cost().iterations,
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()};
}

std::vector<VerificationRow> run_verification(
    core::Observer& observer, const std::function<void(const VerificationRow&)>& observe) {
  blas_threads(1);
  std::vector<VerificationRow> rows;
  const int total = 16;
  const auto problem = [&](VerificationRow row,
                           const std::function<std::vector<double>(Cost&)>& solve) {
    core::report(observer, "verification", static_cast<double>(rows.size()) / total);
    Cost cost;
    const auto start = std::chrono::steady_clock::now();
    row.values = solve(cost);
    row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    row.unknowns = cost.unknowns;
    row.iterations = cost.iterations;
    const auto& v = row.values;
    const std::size_t n = v.size();
    if (row.values_are_orders) row.order = n > 0 ? v.back() : std::nan("");
    else if (n >= 3)
      row.order =
          std::log2((v[n - 3] - v[n - 2]) /
                    (v[n - 2] - v[n - 1]));  // none where the values do not close in from one side
    if (!std::isfinite(row.order)) row.order = std::nan("");
    row.passed =
        n > 0 && std::abs(v.back() - row.expected) <= row.tolerance * std::abs(row.expected);
    rows.push_back(row);
    if (observe) observe(row);
  };
  const auto row = [](const char* name, const char* source, const char* unit, double expected,
                      double tolerance) {
    VerificationRow r;
    r.name = name;
    r.source = source;
    r.unit = unit;
    r.expected = expected;
    r.tolerance = tolerance;
    return r;
  };
  const double mu = 1e5, shallow = 0.02 * 0.02 * 1e-3;
  const auto hertz_force = [&](double nu) {
    return 4.0 / 3.0 * (2.0 * mu / (1.0 - nu)) * std::sqrt(1e-3) * std::pow(shallow, 1.5);
  };
  problem(row("rigid sphere on a half-space, nu 0.3", "Hertz, closed form", "N", hertz_force(0.3),
              0.01),
          [](Cost& cost) { return hertz(cost, 0.3); });
  problem(row("rigid sphere on a half-space, nu 0.4999", "Hertz, closed form", "N",
              hertz_force(0.4999), 0.01),
          [](Cost& cost) { return hertz(cost, 0.4999); });
  const double theta = 85.0 * kPi / 180.0, depth = 0.5 * kPi * 50e-6 / std::tan(theta);
  problem(row("rigid cone on a half-space, nu 0.4999", "Love and Sneddon, closed form", "N",
              2.0 / kPi * (2.0 * mu / (1.0 - 0.4999)) * std::tan(theta) * depth * depth, 0.01),
          sneddon);
  problem(row("peak pressure under a sphere, nu 0.25", "MOOSE contact benchmark, 9.55e5", "Pa",
              9.55e5, 0.03),
          moose_sphere);
  problem(row("spherical cavity at stretch 2, over mu", "closed form", "1", 1.46875, 0.005),
          cavity);
  problem(row("Cook's membrane", "deal.II code gallery, 14.74", "mm", 14.74, 0.005), cook);
  problem(row("two spheres, peak pressure", "code_aster SSNV104, 2798.3", "MPa", 2798.3, 0.03),
          two_spheres);
  problem(row("deep in an Ogden solid: exponent of force in depth", "dimensions", "1", 2.0, 0.05),
          deep_ogden);
  for (const bool boxes : {true, false}) {
    VerificationRow r = boxes ? row("manufactured solution, boxes: order of the displacement",
                                    "theory, trilinear", "1", 2.0, 0.05)
                              : row("manufactured solution, Q2/P1: order of the gradient",
                                    "theory, quadratic", "1", 2.0, 0.05);
    r.values_are_orders = true;
    problem(r, [=](Cost& cost) {
      return manufactured(cost, boxes ? manufactured_boxes() : manufactured_mixed());
    });
  }
  {
    VerificationRow r =
        row("quarter-loaded block, tenth step", "Reese; step-44 set-up, 0.790", "mm", 0.790, 0.005);
    std::vector<double> steps;
    problem(r, [&](Cost& cost) {
      steps = loaded_block(cost);
      return steps.empty() ? steps : std::vector<double>{steps.back()};
    });
    const double expected[] = {0.110, 0.220, 0.325, 0.422, 0.509,
                               0.585, 0.650, 0.705, 0.752, 0.790};
    for (std::size_t k = 0; k < steps.size(); ++k)
      rows.back().passed = rows.back().passed && std::abs(steps[k] - expected[k]) <= 0.005 * 0.790;
  }
  problem(row("cohesive patch, mode I: area over the toughness", "the law", "1", 1.0, 1e-10),
          [](Cost& cost) {
            return cohesive_patch(cost, {0, 1, 0});
          });
  problem(row("cohesive patch, mode II: area over the toughness", "the law", "1", 1.0, 1e-10),
          [](Cost& cost) {
            return cohesive_patch(cost, {0, 0, 1});
          });
  problem(row("blade cutting gelatine, no friction", "energy of the steady state", "N/m",
              steady_cutting_force(), 0.05),
          [](Cost& cost) {
            std::vector<double> force;
            for (const double cell : {0.5e-3, 0.35e-3, 0.25e-3}) {
              const auto cut = cut_gelatine(cell, 0.0, 12e-3);
              cost.unknowns = cut.unknowns;
              cost.iterations += cut.iterations;
              force.push_back(cut.complete ? trend(cut, 6e-3).mean : std::nan(""));
            }
            return force;
          });
  VerificationRow three =
      row("rigid sphere on the solid level's boxes, nu 0.3", "Hertz, closed form", "N", 0.0, 0.05);
  three.expected =
      4.0 / 3.0 * (2.0 * mu / 0.7) * std::sqrt(1e-3) * std::pow(0.05 * 0.05 * 1e-3, 1.5);
  problem(three, hertz_in_three_dimensions);
  problem(
      row("sphere on three layers, common problem",
          "CalculiX 2.20, 325 CAX8, by benchmarks/peers/common_problem.py", "N", 0.010239, 0.01),
      [](Cost& cost) {
        std::vector<double> force;
        for (const double cells : {8.0, 16.0, 32.0}) {
          const auto common = common_problem(cells);
          cost.unknowns = common.unknowns;
          cost.iterations += common.iterations;
          force.push_back(common.force);
        }
        return force;
      });
  core::report(observer, "verification", 1.0);
  return rows;
}

}  // namespace percuta::fem
