#include "piercing/solid_readings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <Eigen/Eigenvalues>

namespace percuta::fem {
namespace {

// Deformation gradient in the middle of a cell.
Eigen::Matrix3d gradient_in(const BoxMesh& mesh, std::size_t cell,
                            const std::vector<std::array<double, 3>>& displacements) {
  Eigen::Matrix3d gradient = Eigen::Matrix3d::Identity();
  for (int a = 0; a < 8; ++a)
    for (int d = 0; d < 3; ++d) {
      const double g = 0.25 * (((a >> d) & 1) != 0 ? 1.0 : -1.0) / mesh.size[cell][d];
      for (int i = 0; i < 3; ++i) gradient(i, d) += displacements[mesh.cells[cell][a]][i] * g;
    }
  return gradient;
}

std::vector<std::array<double, 3>> displacements_of(const PiercedBlock& block) {
  std::vector<std::array<double, 3>> all;
  for (std::size_t n = 0; n < block.mesh().nodes.size(); ++n) {
    const auto u = block.displacement(static_cast<int>(n));
    all.push_back({u[0], u[1], u[2]});
  }
  return all;
}

}  // namespace

// The cut goes down as far as the nodes of one vertical line are separated without a gap from the
// surface on; the deepest line counts.
double cut_depth(const PiercedBlock& block) {
  std::vector<const PiercedBlock::CrackNode*> nodes;
  for (const auto& s : block.surface())
    if (s.crack_area > 0.0) nodes.push_back(&s);
  std::sort(nodes.begin(), nodes.end(), [](const auto* a, const auto* b) {
    return a->at[0] != b->at[0] ? a->at[0] < b->at[0] : a->at[2] > b->at[2];
  });
  double deepest = 0.0, line = 1e9;
  bool whole = false;
  for (const auto* s : nodes) {
    if (std::abs(s->at[0] - line) > 1e-9) {
      line = s->at[0];
      whole = s->at[2] > -1e-12;
    }
    whole = whole && s->largest >= s->law.separation();
    if (whole) deepest = std::max(deepest, -s->at[2]);
  }
  return deepest;
}

// Volume ratio of the cell that is squeezed most.
double most_squeezed(const PiercedBlock& block) {
  const auto displacements = displacements_of(block);
  double smallest = 1.0;
  for (std::size_t c = 0; c < block.mesh().cells.size(); ++c)
    smallest = std::min(smallest, gradient_in(block.mesh(), c, displacements).determinant());
  return smallest;
}

insertion::SolidField field_of(const PiercedBlock& block,
                               const std::vector<SolidMaterial>& materials) {
  insertion::SolidField f;
  const auto& mesh = block.mesh();
  f.part = block.part();
  f.displacement = -block.pose().tip[2];
  f.tip = {block.pose().tip[0], block.pose().tip[1], block.pose().tip[2]};
  f.tilt = block.pose().tilt;
  f.opening.assign(mesh.nodes.size(), 0.0);
  for (const auto& n : mesh.nodes) f.points.push_back({n[0], n[1], n[2]});
  f.displacements = displacements_of(block);
  for (const auto& s : block.surface()) {
    if (s.crack_area <= 0.0) continue;
    f.opening[s.node] = std::max(0.0, block.opening(s));
    if (s.facing >= 0) f.opening[s.facing] = f.opening[s.node];
  }
  for (std::size_t c = 0; c < mesh.cells.size(); ++c) {
    const auto& n = mesh.cells[c];
    f.cells.push_back({n[0], n[1], n[3], n[2], n[4], n[5], n[7], n[6]});
    f.layer.push_back(mesh.layer[c]);
    const auto& m = materials[mesh.layer[c]];
    const Eigen::Matrix3d full = gradient_in(mesh, c, f.displacements) * m.pre_stretch.asDiagonal();
    const double j = full.determinant();
    double largest = 0.0;
    if (j > 0.0) {
      const double isochoric = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(
                                   isochoric_kirchhoff(m, full), Eigen::EigenvaluesOnly)
                                   .eigenvalues()[2];
      largest = isochoric / j + skin::Volumetric{m.bulk}.pressure(j);
    }
    f.stress.push_back(largest);
  }
  return f;
}

insertion::LeftChannel channel_left(const PiercedBlock& block, double depth) {
  insertion::LeftChannel c;
  c.depth = depth;
  std::vector<const PiercedBlock::CrackNode*> nodes;
  for (const auto& s : block.surface())
    if (s.crack_area > 0.0) nodes.push_back(&s);
  std::sort(nodes.begin(), nodes.end(),
            [](const auto* a, const auto* b) { return a->at[2] > b->at[2]; });
  for (std::size_t i = 0; i < nodes.size();) {
    const double z = nodes[i]->at[2];
    std::vector<std::array<double, 2>> open;  // where along the slit, by how much
    for (; i < nodes.size() && std::abs(nodes[i]->at[2] - z) < 1e-9; ++i)
      if (nodes[i]->largest >= nodes[i]->law.separation())
        open.push_back({nodes[i]->at[0], std::max(0.0, block.opening(*nodes[i]))});
    if (open.empty()) continue;
    std::sort(open.begin(), open.end());
    double width = open.front()[1], area = 0.0;
    for (std::size_t k = 1; k < open.size(); ++k) {
      width = std::max(width, open[k][1]);
      area += 0.5 * (open[k][0] - open[k - 1][0]) * (open[k][1] + open[k - 1][1]);
    }
    const double mirrored = block.part() == insertion::Part::quarter ? 2.0 : 1.0;
    c.at_depth.push_back(-z);
    c.slit_length.push_back(mirrored == 2.0 ? 2.0 * open.back()[0]
                                            : open.back()[0] - open.front()[0]);
    c.slit_width.push_back(width);
    c.radius.push_back(std::sqrt(mirrored * area / std::numbers::pi));
  }
  return c;
}

}  // namespace percuta::fem
