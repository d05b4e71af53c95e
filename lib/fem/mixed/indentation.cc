#include "mixed/indentation.h"

#include <algorithm>
#include <cmath>

#include "mixed/layered_mesh.h"
#include "percuta/core/errors.h"

namespace percuta::fem {
namespace {

// Cell sizes that grow from `finest` by a ratio; the last cells are stretched a little to end
// exactly.
std::vector<double> graded(double begin, double end, double& size, double ratio, double largest) {
  std::vector<double> ticks{begin};
  while (ticks.back() + size < end) {
    ticks.push_back(ticks.back() + size);
    size = std::min(size * ratio, largest);
  }
  if (ticks.size() > 1 && end - ticks.back() < 0.4 * (ticks.back() - ticks[ticks.size() - 2]))
    ticks.pop_back();
  ticks.push_back(end);
  return ticks;
}

}  // namespace

namespace {

/// Pressures and gaps of a converged state, and the work that went through changes of the gaps up
/// to it.
struct Gaps {
  std::vector<double> pressure, gap;
  double work = 0.0;  ///< [J]

  Gaps(const MixedSolid& solid, const RigidBody& body, const Contact& contact, const Gaps* before)
      : pressure(contact.pressure) {
    if (before != nullptr) work = before->work;
    for (std::size_t k = 0; k < contact.nodes.size(); ++k) {
      const auto& node = contact.nodes[k];
      gap.push_back(pressure[k] > 0.0 ? body.distance(solid.position(node.node).head<2>()).gap
                                      : 0.0);  // as wide as nothing where none presses
      if (before != nullptr)
        work += 0.5 * node.area * (pressure[k] + before->pressure[k]) * (gap[k] - before->gap[k]);
    }
  }
};

}  // namespace

SignedDistance NeedleBody::distance(const Eigen::Vector2d& x) const {
  const double sine = std::sin(needle_.half_angle);
  const double cosine = std::cos(needle_.half_angle);
  const Eigen::Vector2d v(x[0], x[1] - tip_height - needle_.tip_radius);
  const Eigen::Vector2d along(sine, cosine);     // up the cone
  const Eigen::Vector2d outward(cosine, -sine);  // its normal
  const double s = v.dot(along);
  if (s <= 0.0) {
    const double r = v.norm();
    if (r < 1e-12 * needle_.tip_radius) return {-needle_.tip_radius, {0.0, -1.0}, 0.0};
    return {r - needle_.tip_radius, v / r, 1.0 / r};
  }
  const double cone =
      sine > 0.0 ? (needle_.shank_radius - needle_.tip_radius * cosine) / sine : 1e300;
  if (s <= cone) return {v.dot(outward) - needle_.tip_radius, outward, 0.0};
  const Eigen::Vector2d corner = along * cone + outward * needle_.tip_radius;
  if (v[1] >= corner[1]) return {v[0] - needle_.shank_radius, {1.0, 0.0}, 0.0};
  const Eigen::Vector2d w = v - corner;  // between the two normals the corner itself is nearest
  const double r = std::max(w.norm(), 1e-12);
  if (w.dot(outward) < 0.0) return {v.dot(outward) - needle_.tip_radius, outward, 0.0};
  return {r, w / r, 1.0 / r};
}

BlockMesh layered_block(const skin::Skin& skin, double finest,
                        const AxisymmetricSettings& settings) {
  BlockMesh mesh;
  double size = finest;
  mesh.ticks[0] =
      graded(0.0, settings.radius, size, settings.growth,
             settings.largest_cell > 0.0 ? settings.largest_cell : 0.15 * settings.radius);
  std::vector<double> depth{0.0};
  size = finest;
  for (const auto& layer : skin.layers) {
    const double top = depth.back();
    size = std::min(size, layer.thickness);
    const auto ticks =
        graded(top, top + layer.thickness, size, settings.growth, 0.15 * settings.radius);
    depth.insert(depth.end(), ticks.begin() + 1, ticks.end());
  }
  put_below_surface(mesh, skin, depth);
  return mesh;
}

MixedSolid layered_solid(const skin::Skin& skin, double finest,
                         const AxisymmetricSettings& settings) {
  const double stretch = pre_stretch(skin);
  std::vector<LayerMaterial> materials;
  for (const auto& layer : skin.layers) {
    double ratio =
        settings.bulk_over_shear > 0.0 ? settings.bulk_over_shear : layer.bulk_over_shear;
    if (settings.bulk > 0.0) ratio = settings.bulk / shear_modulus(layer.law);
    materials.push_back(layer_material(layer.law, ratio, stretch));
  }
  MixedSolid solid(discretise(layered_block(skin, finest, settings), Kinematics::axisymmetric, 2),
                   materials);
  solid.fix_boundary(0, 0);  // axis
  solid.fix_boundary(1, 0);  // side
  solid.fix_boundary(2, 0);  // bottom
  solid.fix_boundary(2, 1);
  return solid;
}

insertion::IndentationCurve indent_to(const skin::Skin& skin, const device::Needle& needle,
                                      double up_to_displacement, double up_to_force,
                                      core::Observer& observer,
                                      const AxisymmetricSettings& settings, double* stored,
                                      const IndentationVisitor& visit) {
  const double finest = needle.tip_radius / settings.cells_per_tip_radius;
  MixedSolid solid = layered_solid(skin, finest, settings);
  const double modulus = shear_modulus(skin.layers.front().law);
  Contact contact = contact_on(solid.mesh(), 3, 30.0 * modulus / finest);
  NeedleBody body(needle);
  const Eigen::VectorXd no_load = Eigen::VectorXd::Zero(solid.mesh().dofs());
  const double at_rest = stored != nullptr ? solid.stored_energy() : 0.0;
  if (stored != nullptr) *stored = at_rest;  // for a visitor

  MixedSolid::NewtonSettings newton;
  newton.largest_shift = 2e-3;
  newton.relative_tolerance = 1e-7;

  insertion::IndentationCurve curve;
  curve.unknowns = solid.mesh().dofs();
  curve.displacement.push_back(0.0);
  curve.force.push_back(0.0);
  double step = settings.first_step * needle.tip_radius;
  double last_step = 0.0;
  SolidState previous = solid.state();
  Gaps gaps(solid, body, contact, nullptr);
  while (curve.displacement.back() < up_to_displacement * (1.0 - 1e-9) &&
         curve.force.back() < up_to_force) {
    core::report(observer, "skin mechanics",
                 std::max(curve.displacement.back() / up_to_displacement,
                          std::sqrt(curve.force.back() / up_to_force)));
    const double now = curve.displacement.back();
    const double next = std::min(now + step, up_to_displacement);
    const SolidState state = solid.state();
    if (last_step > 0.0) {
      const double s = (next - now) / last_step;
      solid.state().displacement += s * (state.displacement - previous.displacement);
      solid.state().pressure += s * (state.pressure - previous.pressure);
    }
    body.tip_height = -next;
    newton.contact_tolerance = settings.overlap * next;
    bool solved = solid.solve(no_load, &body, &contact, newton);
    if (!solved && last_step > 0.0) {
      solid.state() = state;
      solved = solid.solve(no_load, &body, &contact, newton);
    }
    if (!solved) {
      solid.state() = state;
      step *= 0.4;
      if (step < 1e-3 * needle.tip_radius) break;
      continue;
    }
    previous = state;
    last_step = next - now;
    curve.displacement.push_back(next);
    curve.force.push_back(-solid.contact_force(body, contact)[1]);
    if (visit) {
      gaps = Gaps(solid, body, contact, &gaps);
      visit(solid, next, curve.force.back(), gaps.work);
    }
    step = std::min({step * settings.step_growth, settings.largest_step * up_to_displacement});
    step = std::max(step, 1e-3 * needle.tip_radius);
    const double largest = *std::max_element(contact.pressure.begin(), contact.pressure.end());
    contact.penalty = std::max(contact.penalty, 3.0 * largest / finest);
  }
  if (stored != nullptr) *stored = solid.stored_energy() - at_rest;
  core::report(observer, "skin mechanics", 1.0);
  curve.steps = solid.cost().steps;
  curve.iterations = solid.cost().iterations;
  const bool reached = curve.displacement.back() >= up_to_displacement * (1.0 - 1e-9) ||
                       curve.force.back() >= up_to_force;
  if (curve.displacement.size() < 3 && !reached)
    throw core::SolveError(
        "skin mechanics: the first contact steps did not converge; check the laws of the top "
        "layers");
  return curve;
}

insertion::IndentationCurve indent(const skin::Skin& skin, const device::Needle& needle,
                                   double up_to_displacement, double up_to_force,
                                   core::Observer& observer, const AxisymmetricSettings& settings) {
  const double reach = settings.reach * needle.tip_radius;
  double radius = needle.tip_radius;
  insertion::IndentationCurve curve =
      indent_to(skin, needle, std::min(up_to_displacement, reach), up_to_force, observer, settings);
  while (curve.displacement.back() < up_to_displacement * (1.0 - 1e-9) &&
         curve.force.back() < up_to_force) {
    // The radius has all but dropped out of the answer: what is left of it is a shift of the tip's
    // position by a share of the radius (relative difference ~ R/d). Go on with a blunter tip,
    // shifted to meet.
    device::Needle blunt = needle;
    blunt.tip_radius = std::min(
        std::max(settings.blunting * curve.displacement.back(), 1.5 * radius), needle.shank_radius);
    radius = blunt.tip_radius;
    const double end = std::min(up_to_displacement, std::max(settings.reach * blunt.tip_radius,
                                                             1.5 * curve.displacement.back()));
    AxisymmetricSettings quick = settings;  // the way to the meeting point only has to be gone
    quick.step_growth = 1.5;
    quick.largest_step = 0.05;
    const auto next = indent_to(skin, blunt, end, 1.05 * up_to_force, observer, quick);
    const double splice = curve.displacement.back();
    const double shift = splice - displacement_at(next, curve.force.back());
    if (next.displacement.back() + shift <= splice * 1.01)
      throw core::SolveError("skin mechanics: the indentation stalled at " +
                             std::to_string(splice * 1e3) +
                             " mm; a shorter needle or a blunter tip may pass");
    if (std::isnan(curve.splice_displacement)) curve.splice_displacement = splice;
    curve.splice_shift += shift;
    for (std::size_t i = 0; i < next.displacement.size(); ++i) {
      if (next.displacement[i] + shift <= splice) continue;
      curve.displacement.push_back(next.displacement[i] + shift);
      curve.force.push_back(next.force[i]);
    }
    curve.unknowns = std::max(curve.unknowns, next.unknowns);
    curve.steps += next.steps;
    curve.iterations += next.iterations;
  }
  return curve;
}

}  // namespace percuta::fem
