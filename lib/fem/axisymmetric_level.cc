#include "axisymmetric_level.h"

#include <chrono>

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include "blas.h"
#include "indentation.h"
#include "percuta/core/errors.h"

namespace percuta::fem {
namespace {

insertion::SolidField field_of(const MixedSolid& solid, double displacement) {
  insertion::SolidField f;
  const auto& mesh = solid.mesh();
  f.displacement = displacement;
  f.tip = {0.0, 0.0, -displacement};
  for (std::size_t n = 0; n < mesh.nodes.size(); ++n) {
    const Eigen::Vector3d x = solid.position(static_cast<int>(n));
    f.points.push_back({mesh.nodes[n][0], 0.0, mesh.nodes[n][1]});
    f.displacements.push_back({x[0] - mesh.nodes[n][0], 0.0, x[1] - mesh.nodes[n][1]});
  }
  f.opening.assign(mesh.nodes.size(), 0.0);
  for (int c = 0; c < mesh.cells(); ++c) {
    const int* n = &mesh.cell_nodes[static_cast<std::size_t>(c) * mesh.nodes_per_cell];
    f.cells.push_back({n[0], n[1], n[3], n[2], -1, -1, -1, -1});  // corners come first, lexicographically
    f.layer.push_back(mesh.cell_layer[c]);
    f.stress.push_back(solid.largest_principal_stress(c));
  }
  return f;
}

}  // namespace

insertion::SolidInsertion insert_axisymmetric(const skin::Skin& skin, const device::Needle& needle, double up_to_displacement, double up_to_force,
                                              const insertion::SolidOptions& options, core::Observer& observer) {
  const auto start = std::chrono::steady_clock::now();
  blas_threads(1);
  AxisymmetricSettings settings;
  settings.cells_per_tip_radius = options.cells_per_tip_radius;
  settings.radius = options.block_radius;
  insertion::SolidInsertion r;
  double at_rest = 0.0;
  int frame = 1;
  std::vector<double> gaps{0.0};
  const auto visit = [&](const MixedSolid& solid, double displacement, double force, double through_gaps) {
    gaps.push_back(through_gaps);
    insertion::SolidStep s;
    s.displacement = displacement;
    s.force = force;
    s.deflection = displacement;
    s.stored = solid.stored_energy() - at_rest;
    r.steps.push_back(s);
    if (options.frames > 0 && displacement >= up_to_displacement * frame / options.frames * (1.0 - 1e-9)) {
      r.fields.push_back(field_of(solid, displacement));
      while (displacement >= up_to_displacement * frame / options.frames * (1.0 - 1e-9)) ++frame;
    } else if (options.frames > 0 && force >= up_to_force) {
      r.fields.push_back(field_of(solid, displacement));
    }
  };
  const auto curve = indent_to(skin, needle, up_to_displacement, up_to_force, observer, settings, &at_rest, visit);
  const auto work = insertion::work_along(curve);
  for (std::size_t k = 0; k < r.steps.size(); ++k) r.steps[k].work = work[k + 1] + gaps[k + 1];
  r.complete = curve.displacement.back() >= up_to_displacement * (1.0 - 1e-9) || curve.force.back() >= up_to_force;
  if (!r.complete) {
    r.ended = fmt::format("one mesh followed the tip for {:.0f} of its radii, to {:.3f} mm; beyond, steps became vanishingly small",
                          curve.displacement.back() / needle.tip_radius, curve.displacement.back() * 1e3);
    r.warnings.push_back(r.ended);
  }
  r.cost.unknowns = curve.unknowns;
  r.cost.steps = curve.steps;
  r.cost.iterations = curve.iterations;
  r.cost.mean_iterations = static_cast<double>(curve.iterations) / std::max(1L, curve.steps);
  r.cost.blas = blas_name();
  r.cost.threads = options.threads;
  r.cost.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  r.start_line = fmt::format("{} unknowns, axisymmetric, Q2 with discontinuous P1 pressure", r.cost.unknowns);
  return r;
}

}  // namespace percuta::fem
