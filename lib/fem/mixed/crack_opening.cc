#include "mixed/crack_opening.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mixed/mixed_solid.h"

namespace percuta::fem {
namespace {

class Circle : public RigidBody {
 public:
  double radius = 0.0;
  SignedDistance distance(const Eigen::Vector2d& x) const override {
    const double r = x.norm();
    if (r < 1e-9) return {-radius, {0.0, 1.0}, 0.0};  // the closed crack's centre: push it open
    return {r - radius, x / r, 1.0 / r};
  }
};

// Elliptic coordinates x = cosh(xi) cos(eta), y = sinh(xi) sin(eta): the crack face is xi = 0, the
// ligament eta = 0. At the tip the map is quadratic, so a quadratic element carries the root of
// the distance there.
BlockMesh elliptic_quarter(int cells_along_face, double domain) {
  BlockMesh mesh;
  const double half_pi = 0.5 * std::numbers::pi;
  const double size = half_pi / cells_along_face;
  const double end = std::log(2.0 * domain);
  for (int i = 0; i <= cells_along_face; ++i) mesh.ticks[1].push_back(size * i);
  std::vector<double> xi{0.0};
  const double ratio = 1.0 + 2.0 / cells_along_face;
  for (double step = size; xi.back() < end; step = std::min(step * ratio, 0.35))
    xi.push_back(xi.back() + step);
  for (double& x : xi) x *= end / xi.back();
  mesh.ticks[0] = xi;
  mesh.map = [](const Eigen::Vector3d& p) -> Eigen::Vector3d {
    return {std::cosh(p[0]) * std::cos(p[1]), std::sinh(p[0]) * std::sin(p[1]), 0.0};
  };
  return mesh;
}

}  // namespace

CrackOpeningRun crack_opening(double alpha, std::vector<double> ratios,
                              const CrackOpeningSettings& settings,
                              const std::function<void(const insertion::CrackOpening&)>& observe) {
  std::sort(ratios.rbegin(), ratios.rend());
  const skin::Law law = skin::Ogden{{{1.0, alpha}}};
  MixedSolid solid(discretise(elliptic_quarter(settings.cells_along_face, settings.domain),
                              Kinematics::plane_strain, 2),
                   {layer_material(law, settings.over_hardening)});
  solid.keep_volume(settings.over_hardening);
  solid.fix_boundary(2, 1);  // ligament
  solid.fix_boundary(3, 0);  // symmetry plane through the centre
  Contact contact = contact_on(solid.mesh(), 0, 1e3 * settings.cells_along_face);
  Circle circle;
  const Eigen::VectorXd no_load = Eigen::VectorXd::Zero(solid.mesh().dofs());

  CrackOpeningRun run;
  // A closed slit has no inside for a circle to stand in: open it by pressure, put the circle in,
  // let the pressure go.
  circle.radius = 0.9 / ratios.front();
  MixedSolid::NewtonSettings newton;
  newton.largest_shift = 2e-3;
  newton.relative_tolerance = 1e-7;
  newton.volume_tolerance = 1e-6;
  newton.max_augmentations = 40;
  newton.penalty_growth = 4.0;
  newton.step_limit = 0.3;
  const Eigen::VectorXd unit = solid.dead_load(0, {0.0, 1.0, 0.0});
  double pressure = 0.0;
  double step = 0.1;
  const auto clear_of_circle = [&] {
    return std::none_of(contact.nodes.begin(), contact.nodes.end(), [&](const SurfaceNode& s) {
      return circle.distance(solid.position(s.node).head<2>()).gap < 0.0;
    });
  };
  while (!clear_of_circle()) {
    if (solid.solve((pressure + step) * unit, nullptr, nullptr, newton)) {
      pressure += step;
      step *= 1.2;
    } else if ((step *= 0.5) < 1e-3) {
      run.complete = false;
      return run;
    }
  }
  for (double release = 0.25 * pressure; pressure > 0.0;) {
    const double next = std::max(0.0, pressure - release);
    newton.contact_tolerance = next > 0.0 ? 1e-3 * circle.radius : 1e-5 * circle.radius;
    if (solid.solve(next * unit, &circle, &contact, newton)) {
      pressure = next;
    } else if ((release *= 0.5) < 1e-4) {
      run.complete = false;
      return run;
    }
  }

  double growth = settings.growth;
  SolidState previous = solid.state();
  double previous_radius = 0.0;
  for (const double ratio : ratios) {
    const double target = 1.0 / ratio;
    while (circle.radius < target) {
      const double radius = circle.radius;
      double next = std::min(target, radius * (1.0 + growth));
      if (target - next < 0.2 * growth * next) next = target;
      newton.contact_tolerance = 1e-5 * next;
      const SolidState now = solid.state();
      if (previous_radius > 0.0) {  // extrapolate along the sweep
        const double s = (next - radius) / (radius - previous_radius);
        solid.state().displacement += s * (now.displacement - previous.displacement);
        solid.state().pressure += s * (now.pressure - previous.pressure);
      }
      circle.radius = next;
      bool solved = solid.solve(no_load, &circle, &contact, newton);
      if (!solved) {
        solid.state() = now;
        solved = solid.solve(no_load, &circle, &contact, newton);
      }
      if (solved) {
        previous = now;
        previous_radius = radius;
        growth = std::min(settings.growth, growth * 1.5);
        const double largest = *std::max_element(contact.pressure.begin(), contact.pressure.end());
        contact.penalty = std::max(contact.penalty, 20.0 * settings.cells_along_face * largest);
      } else {
        circle.radius = radius;
        solid.state() = now;
        growth *= 0.5;
        if (growth < 1e-4) {
          run.complete = false;
          break;
        }
      }
    }
    run.steps = solid.cost().steps;
    run.iterations = solid.cost().iterations;
    if (!run.complete) break;
    double normal_force = 0.0;
    for (std::size_t k = 0; k < contact.nodes.size(); ++k)
      normal_force += contact.nodes[k].area * contact.pressure[k];
    const double r = circle.radius;
    run.samples.push_back({1.0 / r, 4.0 * solid.stored_energy() / (r * r), 4.0 * normal_force / r});
    if (observe) observe(run.samples.back());
  }
  return run;
}

}  // namespace percuta::fem
