#include "mixed/suction.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "mixed/layered_mesh.h"
#include "percuta/core/errors.h"

namespace percuta::fem {
namespace {

double middle_of(const MixedSolid& solid, const std::vector<int>& opening) {
  return solid.state().displacement[2 * opening.front() + 1];
}

/// Equilibrium under a pressure that stays normal to the surface as it moves. The load of the last
/// state is put on until it is that of the state it gives.
bool settle(MixedSolid& solid, const std::vector<int>& opening, double pressure,
            const MixedSolid::NewtonSettings& newton, double tolerance) {
  constexpr int kMost = 60;
  Eigen::VectorXd load = pressure * following_load(solid, opening);
  for (int k = 0; k < kMost; ++k) {
    if (!solid.solve(load, nullptr, nullptr, newton)) return false;
    const Eigen::VectorXd next = pressure * following_load(solid, opening);
    const double change = (next - load).lpNorm<Eigen::Infinity>();
    if (change <= tolerance * next.lpNorm<Eigen::Infinity>()) return true;
    load = next;
  }
  return false;
}

}  // namespace

BlockMesh suction_block(const skin::Skin& skin, const skin::SuctionTest& test,
                        const SuctionSettings& s) {
  BlockMesh mesh;
  const double opening = 0.5 * test.opening;
  const double finest = opening / s.cells_per_opening, largest = s.largest_cell * opening;
  double size = finest;
  auto inward = growing(opening, size, s.growth, largest);
  std::reverse(inward.begin(), inward.end());
  auto& radii = mesh.ticks[0] = {0.0};
  go_on(radii, inward);
  size = finest;
  if (test.rim > 0.0) {
    // Fine at either edge of the rim, where the skin is held on one side and free on the other.
    auto half = growing(0.5 * test.rim, size, s.growth, std::max(largest, 0.2 * test.rim));
    go_on(radii, half);
    std::reverse(half.begin(), half.end());
    go_on(radii, half);
    size = half.back();
  }
  const double probe = opening + test.rim;
  go_on(radii, growing((s.reach - 1.0) * probe, size, s.growth, s.reach * probe));

  put_below_surface(mesh, skin, depth_lines(skin, finest, s.growth, s.reach * probe));
  return mesh;
}

MixedSolid under_probe(const skin::Skin& skin, const skin::SuctionTest& test,
                       const Discretisation& mesh) {
  const double stretch = pre_stretch(skin);
  std::vector<LayerMaterial> materials;
  for (const auto& layer : skin.layers)
    materials.push_back(layer_material(layer.law, layer.bulk_over_shear, stretch));
  MixedSolid solid(mesh, materials);
  solid.fix_boundary(0, 0);  // axis
  solid.fix_boundary(1, 0);  // side
  solid.fix_boundary(2, 0);  // bottom
  solid.fix_boundary(2, 1);
  if (!(test.rim > 0.0)) return solid;
  const double inner = 0.5 * test.opening, outer = inner + test.rim, hair = 1e-9 * inner;
  for (const auto& s : mesh.surface) {
    const double r = mesh.nodes[s.node][0];
    if (s.boundary != 3 || r < inner - hair || r > outer + hair) continue;
    solid.fix(s.node, 0);
    solid.fix(s.node, 1);
  }
  return solid;
}

std::vector<int> opening_nodes(const Discretisation& mesh, const skin::SuctionTest& test) {
  std::vector<int> nodes;
  for (const auto& s : mesh.surface)
    if (s.boundary == 3 && mesh.nodes[s.node][0] < 0.5 * test.opening * (1.0 + 1e-9))
      nodes.push_back(s.node);
  std::sort(nodes.begin(), nodes.end(),
            [&](int a, int b) { return mesh.nodes[a][0] < mesh.nodes[b][0]; });
  // An edge beyond the opening lends it the node at which they meet.
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

namespace {

/// A point of an edge of the surface as it is: shape functions, position and slope along it.
struct EdgePoint {
  std::array<double, 3> shape;
  double weight, r, z, dr, dz;
};

/// Visits three Gauss points of every edge: exact for the polynomials that stand here.
template <class Visit>
void along_surface(const MixedSolid& solid, const std::vector<int>& nodes, Visit visit) {
  const std::array<double, 3> points{-std::sqrt(0.6), 0.0, std::sqrt(0.6)},
      weights{5.0 / 9.0, 8.0 / 9.0, 5.0 / 9.0};
  for (std::size_t edge = 0; edge + 2 < nodes.size(); edge += 2)
    for (std::size_t q = 0; q < 3; ++q) {
      const double x = points[q];
      const std::array<double, 3> slope{x - 0.5, -2.0 * x, x + 0.5};
      EdgePoint p{{0.5 * x * (x - 1.0), 1.0 - x * x, 0.5 * x * (x + 1.0)}, weights[q], 0, 0, 0, 0};
      for (std::size_t k = 0; k < 3; ++k) {
        const Eigen::Vector3d at = solid.position(nodes[edge + k]);
        p.r += p.shape[k] * at[0];
        p.z += p.shape[k] * at[1];
        p.dr += slope[k] * at[0];
        p.dz += slope[k] * at[1];
      }
      visit(edge, p);
    }
}

}  // namespace

Eigen::VectorXd following_load(const MixedSolid& solid, const std::vector<int>& nodes) {
  Eigen::VectorXd load = Eigen::VectorXd::Zero(solid.mesh().dofs());
  along_surface(solid, nodes, [&](std::size_t edge, const EdgePoint& p) {
    const double ring = 2.0 * std::numbers::pi * p.r * p.weight;
    for (std::size_t k = 0; k < 3; ++k) {
      load[2 * nodes[edge + k]] -= ring * p.shape[k] * p.dz;
      load[2 * nodes[edge + k] + 1] += ring * p.shape[k] * p.dr;
    }
  });
  return load;
}

double risen_volume(const MixedSolid& solid, const std::vector<int>& nodes) {
  double volume = 0.0;
  along_surface(solid, nodes, [&](std::size_t, const EdgePoint& p) {
    volume += 2.0 * std::numbers::pi * p.r * p.weight * p.z * p.dr;
  });
  return volume;
}

double lift(const skin::Skin& skin, const skin::SuctionTest& test, const Discretisation& mesh,
            SolidState& state, skin::TestCost& cost, const SuctionSettings& settings,
            const SuctionVisitor& visit) {
  MixedSolid solid = under_probe(skin, test, mesh);
  const auto opening = opening_nodes(mesh, test);
  MixedSolid::NewtonSettings newton;
  newton.relative_tolerance = 1e-7;
  newton.largest_shift = 2e-3;
  double done = 0.0;
  if (state.displacement.size() == mesh.dofs()) {
    const SolidState rest = solid.state();
    solid.state() = state;
    if (settle(solid, opening, test.pressure, newton, settings.load_tolerance)) done = 1.0;
    else solid.state() = rest;
  }
  double step = settings.first_step, last = 0.0;
  SolidState before = solid.state();
  while (done < 1.0) {
    const double next = std::min(done + step, 1.0);
    const SolidState now = solid.state();
    if (last > 0.0) {
      const double s = (next - done) / last;
      solid.state().displacement += s * (now.displacement - before.displacement);
      solid.state().pressure += s * (now.pressure - before.pressure);
    }
    bool solved = settle(solid, opening, next * test.pressure, newton, settings.load_tolerance);
    if (!solved && last > 0.0) {
      solid.state() = now;
      solved = settle(solid, opening, next * test.pressure, newton, settings.load_tolerance);
    }
    if (!solved) {
      solid.state() = now;
      step *= 0.4;
      if (step < 1e-4)
        throw core::SolveError(fmt::format(
            "suction: the skin found no rest beyond {:.3g} kPa, raised by {:.3g} mm; a smaller "
            "healing.probe.pressure or opening may pass",
            done * test.pressure * 1e-3, middle_of(solid, opening) * 1e3));
      continue;
    }
    before = now;
    last = next - done;
    done = next;
    step *= settings.step_growth;
    if (visit) visit(solid, done * test.pressure);
  }
  state = solid.state();
  cost.unknowns = std::max<long>(cost.unknowns, mesh.dofs());
  cost.steps += solid.cost().steps;
  cost.iterations += solid.cost().iterations;
  return middle_of(solid, opening);
}

std::vector<double> lift_all(const std::vector<skin::Skin>& skins, const skin::SuctionTest& test,
                             skin::TestCost& cost, core::Observer& observer,
                             const SuctionSettings& settings) {
  std::vector<double> heights;
  if (skins.empty()) return heights;
  const auto mesh =
      discretise(suction_block(skins.front(), test, settings), Kinematics::axisymmetric, 2);
  SolidState state;
  for (const auto& skin : skins) {
    core::report(observer, "suction", double(heights.size()) / double(skins.size()));
    heights.push_back(lift(skin, test, mesh, state, cost, settings));
  }
  core::report(observer, "suction", 1.0);
  return heights;
}

}  // namespace percuta::fem
