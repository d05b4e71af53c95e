#include "mixed/axisymmetric_level.h"

#include <chrono>
#include <cmath>

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include "linear/blas.h"
#include "mixed/device_cell.h"
#include "mixed/indentation.h"
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
    f.cells.push_back(
        {n[0], n[1], n[3], n[2], -1, -1, -1, -1});  // corners come first, lexicographically
    f.layer.push_back(mesh.cell_layer[c]);
    f.stress.push_back(solid.largest_principal_stress(c));
  }
  return f;
}

}  // namespace

namespace {

void finish(insertion::SolidInsertion& r, const SolveCost& cost, long unknowns, int threads,
            std::chrono::steady_clock::time_point start) {
  r.cost.unknowns = unknowns;
  r.cost.steps = cost.steps;
  r.cost.iterations = cost.iterations;
  r.cost.cut_backs = cost.cut_backs;
  r.cost.mean_iterations = static_cast<double>(cost.iterations) / std::max(1L, cost.steps);
  r.cost.blas = blas_name();
  r.cost.threads = threads;
  r.cost.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

insertion::SolidInsertion insert_in_cell(const skin::Skin& skin, const device::Needle& needle,
                                         double up_to_displacement, double up_to_force,
                                         const insertion::SolidOptions& options,
                                         core::Observer& observer) {
  const auto start = std::chrono::steady_clock::now();
  CellSettings settings;
  settings.cells_per_tip_radius = options.cells_per_tip_radius;
  settings.growth = 1.3;
  settings.cells_per_radius = 24;
  settings.step_growth = 1.2;
  settings.largest_step = 0.05;
  settings.load_factor = 1.3;
  settings.overlap = 1e-3;
  DeviceCell cell(skin, needle, options.cell_radius, settings);
  insertion::SolidInsertion r;
  int frame = 1;
  r.complete = cell.press(
      up_to_displacement * (1.0 - 1e-6), up_to_force, observer, [&](const DeviceCell& c) {
        const auto state = c.state();
        insertion::SolidStep s;
        s.displacement = s.deflection = state.displacement;
        s.force = state.needle_force;
        s.base_force = state.base_force;
        s.contact_radius =
            std::isnan(state.contact_radius) ? options.cell_radius : state.contact_radius;
        s.rise = state.rise;
        s.work = c.work();
        s.stored = c.stored();
        r.balance_error = std::abs(s.work - s.stored) / s.work;
        r.steps.push_back(s);
        const double done =
            std::max(s.displacement / up_to_displacement, (s.force + s.base_force) / up_to_force);
        if (options.frames == 0 ||
            done < static_cast<double>(frame) / options.frames * (1.0 - 1e-5))
          return;
        r.fields.push_back(field_of(c.solid(), s.displacement));
        while (done >= static_cast<double>(frame) / options.frames * (1.0 - 1e-5)) ++frame;
      });
  if (r.steps.empty())
    throw core::SolveError(
        "device cell: the first contact steps did not converge; check the laws of the top layers");
  if (!r.complete) {
    r.ended = fmt::format(
        "one mesh followed the tip for {:.0f} of its radii, to {:.3f} mm; beyond, steps became "
        "vanishingly small",
        r.steps.back().displacement / needle.tip_radius, r.steps.back().displacement * 1e3);
    r.warnings.push_back(r.ended);
  }
  finish(r, cell.solid().cost(), cell.solid().mesh().dofs(), options.threads, start);
  r.start_line =
      fmt::format("{} unknowns, device cell of radius {:.3f} mm, Q2 with discontinuous P1 pressure",
                  r.cost.unknowns, options.cell_radius * 1e3);
  return r;
}

}  // namespace

insertion::SolidInsertion insert_axisymmetric(const skin::Skin& skin, const device::Needle& needle,
                                              double up_to_displacement, double up_to_force,
                                              const insertion::SolidOptions& options,
                                              core::Observer& observer) {
  const auto start = std::chrono::steady_clock::now();
  blas_threads(1);
  if (options.in_cell)
    return insert_in_cell(skin, needle, up_to_displacement, up_to_force, options, observer);
  AxisymmetricSettings settings;
  settings.cells_per_tip_radius = options.cells_per_tip_radius;
  settings.radius = options.block_radius;
  insertion::SolidInsertion r;
  double at_rest = 0.0;
  int frame = 1;
  std::vector<double> gaps{0.0};
  const auto visit = [&](const MixedSolid& solid, double displacement, double force,
                         double through_gaps) {
    gaps.push_back(through_gaps);
    insertion::SolidStep s;
    s.displacement = displacement;
    s.force = force;
    s.deflection = displacement;
    s.stored = solid.stored_energy() - at_rest;
    r.steps.push_back(s);
    if (options.frames > 0 &&
        displacement >= up_to_displacement * frame / options.frames * (1.0 - 1e-9)) {
      r.fields.push_back(field_of(solid, displacement));
      while (displacement >= up_to_displacement * frame / options.frames * (1.0 - 1e-9)) ++frame;
    } else if (options.frames > 0 && force >= up_to_force) {
      r.fields.push_back(field_of(solid, displacement));
    }
  };
  const auto curve =
      indent_to(skin, needle, up_to_displacement, up_to_force, observer, settings, &at_rest, visit);
  const auto work = insertion::work_along(curve);
  for (std::size_t k = 0; k < r.steps.size(); ++k) r.steps[k].work = work[k + 1] + gaps[k + 1];
  r.complete = curve.displacement.back() >= up_to_displacement * (1.0 - 1e-9) ||
               curve.force.back() >= up_to_force;
  if (!r.complete) {
    r.ended = fmt::format(
        "one mesh followed the tip for {:.0f} of its radii, to {:.3f} mm; beyond, steps became "
        "vanishingly small",
        curve.displacement.back() / needle.tip_radius, curve.displacement.back() * 1e3);
    r.warnings.push_back(r.ended);
  }
  finish(r, {curve.steps, curve.iterations, 0}, curve.unknowns, options.threads, start);
  r.start_line =
      fmt::format("{} unknowns, axisymmetric, Q2 with discontinuous P1 pressure", r.cost.unknowns);
  return r;
}

}  // namespace percuta::fem
