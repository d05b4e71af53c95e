// The state of the block from one mesh to another.

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include <Eigen/Dense>

#include "piercing/pierced_block.h"

namespace percuta::fem {

using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

// Every free node once, with the middle of a cell that has it.
template <class Visit>
void each_free_node(const BoxMesh& mesh, Visit visit) {
  std::vector<char> seen(mesh.nodes.size(), 0);
  for (const auto& corners : mesh.cells)
    for (const int node : corners)
      if (mesh.free(node) && std::exchange(seen[node], 1) == 0)
        visit(node, 0.5 * (mesh.nodes[corners[0]] + mesh.nodes[corners[7]]));
}

}  // namespace

// The free nodes that make up the displacement at a place, seen from the inside of a cell: the two
// sides of an open crack are at one place.
template <class Visit>
void PiercedBlock::at_place(const Vector3d& x, const Vector3d& inside, Visit visit) const {
  const int cell = mesh_.cell_at(x + 1e-3 * (inside - x));
  const auto& corners = mesh_.cells[cell];
  const Vector3d place =
      (x - mesh_.nodes[corners[0]]).cwiseQuotient(mesh_.size[cell]).cwiseMax(0.0).cwiseMin(1.0);
  for (int a = 0; a < 8; ++a) {
    double weight = 1.0;
    for (int d = 0; d < 3; ++d) weight *= ((a >> d) & 1) != 0 ? place[d] : 1.0 - place[d];
    if (weight > 1e-9) mesh_.follow(corners[a], [&](int to, double w) { visit(to, weight * w); });
  }
}

std::vector<int> PiercedBlock::folded(const BoxMesh& mesh) const {
  std::vector<int> cells;
  for (const double side : {1.0, -1.0}) {
    if (side < 0.0 && part_ != Part::whole) break;
    std::vector<Vector3d> moved(mesh.nodes.size(), Vector3d::Zero());
    const Vector3d mirror(1.0, side, 1.0);
    each_free_node(mesh, [&](int node, const Vector3d& middle) {
      at_place(mesh.nodes[node].cwiseProduct(mirror), middle.cwiseProduct(mirror),
               [&](int to, double w) { moved[node] += w * at(u_, to).cwiseProduct(mirror); });
    });
    for (std::size_t n = 0; n < mesh.nodes.size(); ++n)
      for (const auto& h : mesh.hanging[n]) moved[n] += h.weight * moved[h.node];
    for (std::size_t c = 0; c < mesh.cells.size(); ++c) {
      double smallest = 1.0;
      for (int q = 0; q < 8; ++q) {
        Eigen::Matrix3d f = Eigen::Matrix3d::Identity();
        for (int a = 0; a < 8; ++a) {
          double factor[3];
          for (int d = 0; d < 3; ++d)
            factor[d] = ((a ^ q) >> d & 1) != 0 ? 0.5 * (1.0 - std::numbers::inv_sqrt3)
                                                : 0.5 * (1.0 + std::numbers::inv_sqrt3);
          for (int d = 0; d < 3; ++d) {
            const double slope = (((a >> d) & 1) != 0 ? 1.0 : -1.0) / mesh.size[c][d] *
                                 factor[(d + 1) % 3] * factor[(d + 2) % 3];
            f.col(d) += slope * moved[mesh.cells[c][a]];
          }
        }
        smallest = std::min(smallest, f.determinant());
      }
      if (smallest < 0.02) cells.push_back(static_cast<int>(c));
    }
  }
  return cells;
}

bool PiercedBlock::take_over(const PiercedBlock& from) {
  const Saved other = from.save();
  std::map<int, std::size_t> row_of;  // surface nodes of the other mesh
  for (std::size_t i = 0; i < from.surface_.size(); ++i) row_of[from.surface_[i].node] = i;
  std::map<int, std::vector<BoxMesh::Weight>>
      shares;  // of free nodes of the other mesh in those of this one
  each_free_node(mesh_, [&](int node, const Vector3d& middle) {
    from.at_place(mesh_.nodes[node], middle, [&](int to, double weight) {
      shares[node].push_back({to, weight});
    });
  });

  Saved mine = other;
  const auto interpolated = [&](const VectorXd& values) {
    VectorXd result = VectorXd::Zero(u_.size());
    for (const auto& [node, share] : shares)
      for (const auto& s : share)
        result.segment<3>(3 * free_[node]) += s.weight * values.segment<3>(3 * from.free_[s.node]);
    for (std::size_t i = 0; i < held_.size(); ++i)
      if (held_[i] != 0) result[static_cast<int>(i)] = 0.0;
    return result;
  };
  mine.u = interpolated(other.u);
  mine.last_u = interpolated(other.last_u);
  if (other.change.size() > 0) mine.change = interpolated(other.change);
  mine.history = cells_.history();
  mine.largest.resize(surface_.size());
  mine.pressure.resize(surface_.size());
  mine.normal.resize(surface_.size());
  mine.held_slip.resize(surface_.size());
  for (std::size_t i = 0; i < surface_.size(); ++i) {
    double total = 0.0, largest = 0.0, pressure = 0.0;
    Vector3d held = Vector3d::Zero();
    for (const auto& s : shares[surface_[i].node]) {
      const auto row = row_of.find(s.node);
      if (row == row_of.end()) continue;
      total += s.weight;
      largest += s.weight * other.largest[row->second];
      pressure += s.weight * other.pressure[row->second];
      held += s.weight * other.held_slip[row->second];
    }
    const double scale = total > 0.0 ? 1.0 / total : 0.0;
    mine.largest[i] = scale * largest;
    mine.pressure[i] = scale * pressure;
    mine.held_slip[i] = scale * held;
    mine.normal[i] = distance(shape_, mine.last_pose,
                              surface_[i].at + mine.last_u.segment<3>(3 * free_[surface_[i].node]))
                         .normal;
  }
  restore(mine);
  cells_.take_history(from.cells_, last_u_);
  return std::isfinite(potential(u_));
}

PiercedBlock::Step PiercedBlock::settle(double duration) {
  const VectorXd change = std::exchange(change_, {});
  const double travel = last_travel_;
  Step step = descend(pose_, duration);
  if (step.converged && !step.snapped) {
    change_ = change;
    last_travel_ = travel;
  }
  return step;
}

}  // namespace percuta::fem
