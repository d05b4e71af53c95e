#include "mixed/drum.h"

#include <algorithm>
#include <cmath>

#include "mixed/layered_mesh.h"
#include "percuta/core/errors.h"

namespace percuta::fem {
namespace {

class Cylinder : public RigidBody {
 public:
  explicit Cylinder(double radius) : radius_(radius) {}
  double lowest = 0.0;  ///< height of its lowest line [m]
  SignedDistance distance(const Eigen::Vector2d& x) const override {
    const Eigen::Vector2d v(x[0], x[1] - lowest - radius_);
    const double r = v.norm();
    return {r - radius_, v / r, 1.0 / r};
  }

 private:
  double radius_;
};

BlockMesh strip(const skin::Skin& skin, const DrumSettings& s) {
  BlockMesh mesh;
  std::vector<double> along{0.0};
  double size = s.finest;
  while (along.back() + size < s.half_length) {
    along.push_back(along.back() + size);
    if (along.back() > s.fine_length) size *= s.growth;
  }
  along.push_back(s.half_length);
  mesh.ticks[0] = along;
  std::vector<double> depth{0.0};
  for (const auto& layer : skin.layers) {
    const double top = depth.back();
    if (s.surface_cell > 0.0) {
      for (double height = std::max(s.surface_cell, (s.growth - 1.0) * top);
           depth.back() + 1.5 * height < top + layer.thickness;
           height = std::min(height * s.growth, s.deepest_cell))
        depth.push_back(depth.back() + height);
      depth.push_back(top + layer.thickness);
      continue;
    }
    const int cells = static_cast<int>(
        std::ceil(std::max(s.cells_per_layer, layer.thickness / s.deepest_cell) - 1e-9));
    for (int k = 1; k <= cells; ++k) depth.push_back(top + layer.thickness * k / cells);
  }
  put_below_surface(mesh, skin, depth);
  return mesh;
}

/// Load, contact and pressure of a converged state. Pressure at the middle: the even quadratic
/// through nodal pressures over the inner half of the contact, by least squares; they belong to the
/// area as it is now.
rolling::DrumState read(const MixedSolid& solid, const Contact& contact, const Cylinder& drum) {
  rolling::DrumState s;
  s.approach = -drum.lowest;
  s.load = -2.0 * solid.contact_force(drum, contact)[1];
  struct Point {
    double x, force, width;
  };
  std::vector<Point> points;
  for (std::size_t k = 0; k < contact.nodes.size(); ++k) {
    const double x = solid.position(contact.nodes[k].node)[0];
    points.push_back({x, contact.nodes[k].area * contact.pressure[k], 0.0});
  }
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
  // Corner and middle nodes of the quadratic edges take turns; the width that belongs to a node is
  // Simpson's of its edges.
  for (std::size_t k = 0; k + 2 < points.size(); k += 2) {
    const double edge = points[k + 2].x - points[k].x;
    points[k].width += edge / 6.0;
    points[k + 1].width += edge * 4.0 / 6.0;
    points[k + 2].width += edge / 6.0;
  }
  std::size_t last = 0;
  for (std::size_t k = 0; k < points.size(); ++k)
    if (points[k].force > 0.0) last = k;
  // Where pressure would vanish: between the last node that bears and the next.
  s.half_width =
      last + 1 < points.size() ? 0.5 * (points[last].x + points[last + 1].x) : points[last].x;
  double s0 = 0, s2 = 0, s4 = 0, t0 = 0, t2 = 0;
  for (const auto& p : points) {
    if (p.force <= 0.0 || p.x > 0.5 * s.half_width) continue;
    const double x2 = std::pow(p.x / s.half_width, 2);
    s0 += p.width;
    s2 += p.width * x2;
    s4 += p.width * x2 * x2;
    t0 += p.force;
    t2 += p.force * x2;
  }
  const double det = s0 * s4 - s2 * s2;
  s.pressure = det > 1e-12 * s0 * s0 ? (t0 * s4 - t2 * s2) / det : (s0 > 0.0 ? t0 / s0 : 0.0);
  return s;
}

}  // namespace

rolling::DrumResponse press_drum(const skin::Skin& skin, double drum_radius, double up_to_load,
                                 core::Observer& observer, const DrumSettings& settings) {
  const double stretch = pre_stretch(skin);
  std::vector<LayerMaterial> materials;
  for (const auto& layer : skin.layers)
    materials.push_back(layer_material(
        layer.law,
        settings.bulk > 0.0 ? settings.bulk / shear_modulus(layer.law) : layer.bulk_over_shear,
        stretch));
  MixedSolid solid(discretise(strip(skin, settings), Kinematics::plane_strain, 2), materials);
  solid.fix_boundary(0, 0);  // middle
  solid.fix_boundary(1, 0);  // far end
  solid.fix_boundary(2, 0);  // bottom
  solid.fix_boundary(2, 1);
  Contact contact = contact_on(
      solid.mesh(), 3, settings.penalty * shear_modulus(skin.layers.front().law) / settings.finest);
  Cylinder drum(drum_radius);
  const Eigen::VectorXd no_load = Eigen::VectorXd::Zero(solid.mesh().dofs());
  rolling::DrumResponse out;
  out.drum_radius = drum_radius;
  out.unknowns = solid.mesh().dofs();
  out.states.push_back({});
  MixedSolid::NewtonSettings newton;
  newton.largest_shift = 2e-3;
  newton.relative_tolerance = 1e-7;
  double step = settings.first_step, last_step = 0.0, approach = 0.0;
  SolidState previous = solid.state();
  while (out.states.back().load < up_to_load && approach < 0.95 * thickness(skin)) {
    core::report(observer, "drum on the skin", std::sqrt(out.states.back().load / up_to_load));
    const double now = approach, next = now + step;
    const SolidState state = solid.state();
    if (last_step > 0.0) {
      const double s = step / last_step;
      solid.state().displacement += s * (state.displacement - previous.displacement);
      solid.state().pressure += s * (state.pressure - previous.pressure);
    }
    drum.lowest = -next;
    newton.contact_tolerance = 1e-4 * next;
    bool solved = solid.solve(no_load, &drum, &contact, newton);
    if (!solved && last_step > 0.0) {
      solid.state() = state;
      solved = solid.solve(no_load, &drum, &contact, newton);
    }
    if (!solved) {
      solid.state() = state;
      drum.lowest = -now;
      step *= 0.4;
      if (step < 1e-8) break;
      continue;
    }
    previous = state;
    last_step = step;
    const auto state_now = read(solid, contact, drum);
    const double before = out.states.back().load, after = state_now.load;
    approach = next;
    if (after > before * (1.0 + 1e-6))
      out.states.push_back(
          state_now);  // a skin that lets go for a moment has no state for that load
    if (before > 0.0)
      step *= std::clamp(
          std::log(settings.load_factor) / std::log(std::max(after / before, 1.0 + 1e-3)), 0.4,
          1.5);
    else step *= 1.5;
  }
  out.steps = solid.cost().steps;
  out.iterations = solid.cost().iterations;
  core::report(observer, "drum on the skin", 1.0);
  if (out.states.size() < 3)
    throw core::SolveError(
        "drum on the skin: the first contact steps did not converge; check the laws of the layers");
  return out;
}

}  // namespace percuta::fem
