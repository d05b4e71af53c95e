#include "piercing/pierced_block.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <Eigen/Dense>

#include "linear/multigrid.h"
#include "linear/tree_cholesky.h"

namespace percuta::fem {

using Eigen::Matrix3d;
using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

}  // namespace

PiercedBlock::PiercedBlock(BoxMesh mesh, std::vector<SolidMaterial> materials,
                           const RigidShape& shape, Part part,
                           const std::function<bool(const Vector3d&)>& opens,
                           const PiercingSettings& settings, const Team& team)
    : mesh_(part == Part::whole ? both_sides(mesh, opens) : std::move(mesh)),
      materials_(std::move(materials)),
      shape_(shape),
      settings_(settings),
      part_(part),
      free_(mesh_.numbers()),
      team_(team),
      cells_(mesh_, materials_, settings.threads, team_) {
  const int count = mesh_.free_nodes();
  u_ = last_u_ = VectorXd::Zero(3 * count);
  held_.assign(3 * count, 0);

  // Boundary: what is held, what is skin surface, what may open. Areas of hanging nodes go to those
  // they follow.
  std::map<int, CrackNode> surface;
  for (const auto& face : mesh_.faces) {
    Vector3d middle = Vector3d::Zero();
    for (const int n : face.nodes) middle += 0.25 * mesh_.nodes[n];
    const bool crack =
        face.boundary == 6 || (part_ != Part::whole && face.boundary == 2 && opens(middle));
    if (crack || face.boundary == 5 || face.boundary == 7) {
      const CohesiveLaw& law = materials_[mesh_.layer[face.cell]].cohesive;
      for (const int n : face.nodes)
        mesh_.follow(n, [&](int to, double weight) {
          CrackNode& s = surface[to];
          const double area = 0.25 * face.area * weight;
          if (crack) {
            s.law.strength += area * law.strength;
            s.law.toughness += area * law.toughness;
            s.crack_area += area;
          } else {
            s.skin_area += area;
          }
        });
      continue;
    }
    for (const int n : face.nodes)
      mesh_.follow(n, [&](int to, double) {
        const int dof = 3 * free_[to];
        if (face.boundary == 4 || settings_.hold_sides)
          held_[dof] = held_[dof + 1] = held_[dof + 2] = 1;
        else held_[dof + face.boundary / 2] = 1;
      });
  }
  std::map<int, int> facing(mesh_.facing.begin(), mesh_.facing.end());
  for (auto& [node, s] : surface) {
    s.node = node;
    s.at = mesh_.nodes[node];
    if (part_ == Part::whole && s.crack_area > 0.0) {
      if (facing.contains(node)) {
        s.facing = facing[node];
      } else {
        s.skin_area += std::exchange(s.crack_area, 0.0);
      }
    }
    if (held_[3 * free_[node] + 1] != 0) s.crack_area = 0.0;  // at the end of the crack's plane
    if (s.crack_area > 0.0) {
      s.law.strength /= s.crack_area;
      s.law.toughness /= s.crack_area;
      // Before damage the crack opens by a twentieth of the separation at most; else the law would
      // have no fall to follow.
      s.law.stiffness =
          std::max(settings_.crack_stiffness, 20.0 * s.law.strength / s.law.separation());
    }
    surface_.push_back(s);
  }

  matrix_ = std::make_unique<SparseCholesky>(cells_.pattern());
  cells_.aim_at(*matrix_);
  using insertion::Solver;
  if (settings_.solver != Solver::iterative)
    solver_ =
        std::make_unique<TreeCholesky>(*matrix_, cells_.neighbours(), settings_.threads, team_);
  if (settings_.solver == Solver::iterative ||
      (settings_.solver == Solver::automatic && solver_->bytes() > settings_.memory)) {
    solver_.reset();
    std::vector<Vector3d> at(count);
    for (std::size_t n = 0; n < free_.size(); ++n)
      if (free_[n] >= 0) at[free_[n]] = mesh_.nodes[n];
    solver_ = std::make_unique<MultigridGradients>(*matrix_, at, team_);
  }
  if (team_.leads()) {
    const auto block = [&](int high, int low) -> std::array<int, 3> {
      if (high == low)
        return {matrix_->position(high, high), matrix_->position(high + 1, high + 1),
                matrix_->position(high + 2, high + 2)};
      return {matrix_->position(high, low), matrix_->position(high, low + 1),
              matrix_->position(high, low + 2)};
    };
    for (const auto& s : surface_) {
      const int n = 3 * free_[s.node], m = s.facing < 0 ? n : 3 * free_[s.facing];
      diagonal_.push_back(block(n, n));
      facing_diagonal_.push_back(block(m, m));
      facing_pair_.push_back(block(std::max(n, m), std::min(n, m)));
    }
    for (int i = 0; i < 3 * count; ++i) diagonal_position_.push_back(matrix_->position(i, i));
  }
  at_rest_ = cells_.evaluate(u_, true);
  matrix_->clear();
  cells_.add_tangent(*matrix_);
  VectorXd diagonal = VectorXd::Zero(3 * count);
  int at = 0;
  matrix_->entries([&](int row, int column) {
    if (row == column) diagonal[row] = matrix_->values()[at];
    ++at;
  });
  stiffness_scale_ = team_.sum(diagonal);
}

Vector3d PiercedBlock::displacement(int node) const {
  Vector3d u = Vector3d::Zero();
  mesh_.follow(node, [&](int to, double weight) { u += weight * at(u_, to); });
  return u;
}

double PiercedBlock::potential(const VectorXd& u, VectorXd* gradient, bool matrix,
                               double curvature) {
  double energy = cells_.evaluate(u, matrix);
  if (!std::isfinite(energy)) return energy;
  if (matrix) {
    matrix_->clear();
    cells_.add_tangent(*matrix_);
  }
  if (gradient != nullptr) {
    *gradient = VectorXd::Zero(u.size());
    cells_.add_gradient(*gradient);
  }
  energy += surface_terms(u, gradient, matrix, curvature);
  if (load_) energy -= load_->force * (pose_.tip - last_pose_.tip).dot(load_->along);
  if (gradient != nullptr)
    for (std::size_t i = 0; i < held_.size(); ++i)
      if (held_[i] != 0) (*gradient)[i] = 0.0;
  if (matrix) matrix_->hold(held_);
  return energy - at_rest_;
}

// What friction holds elastically of the slip before this step: without it a skin that creeps along
// the needle would feel the less friction the shorter the steps are.
Vector3d PiercedBlock::held_slip(const CrackNode& s) const {
  const Vector3d held = pose_.rotation() * s.held_slip;
  return held - s.normal * s.normal.dot(held);
}

// How far the skin has slid along the needle in this step, whose own material has moved on too, and
// what is held of before.
Vector3d PiercedBlock::slip(const Vector3d& moved, const CrackNode& s) const {
  const Vector3d was = s.at + at(last_u_, s.node);
  const Vector3d way = s.at + moved - pose_.to_world(last_pose_.to_body(was));
  return held_slip(s) + way - s.normal * s.normal.dot(way);
}

// Of the crack's faces at a node, high side over low side.
Vector3d PiercedBlock::jump(const VectorXd& u, const CrackNode& s) const {
  if (s.facing >= 0) return at(u, s.node) - at(u, s.facing);
  return {0.0, 2.0 * at(u, s.node)[1], 0.0};
}

void PiercedBlock::convex_tangent(bool bulk) {
  if (bulk) cells_.make_convex();
  matrix_->clear();
  cells_.add_tangent(*matrix_);
  surface_terms(u_, nullptr, true, kInfinite, true);
  matrix_->hold(held_);
}

double PiercedBlock::noise(double energy) const {
  return std::max(1e-16 * cells_.scale(), 1e-13 * (std::abs(at_rest_) + std::abs(energy)));
}

VectorXd PiercedBlock::tangent_times(const VectorXd& x) const {
  return team_.sum(matrix_->times(x));
}

PiercedBlock::Wrench PiercedBlock::needle_wrench(const VectorXd& u) const {
  Wrench total;
  for (const auto& s : surface_) {
    const int n = 3 * free_[s.node];
    const double area = s.crack_area + s.skin_area;
    const Vector3d x = s.at + u.segment<3>(n);
    const Distance d = distance(shape_, pose_, x);
    Vector3d force = Vector3d::Zero();
    if (d.gap < 0.0) force -= settings_.contact_penalty * area * d.gap * d.normal;
    if (s.pressure > 0.0 && settings_.friction > 0.0) {
      const Vector3d slid = slip(at(u, s.node), s);
      force -= settings_.friction * s.pressure * area /
               std::max(slid.norm(), settings_.elastic_slip) * slid;
    }
    total.force += force;
    total.moment += (x - pose_.tip).cross(force)[1];
  }
  total.force *= copies();
  total.moment *= copies();
  if (part_ != Part::whole) total.force[1] = 0.0;
  if (part_ == Part::quarter) total.force[0] = total.moment = 0.0;
  return total;
}

int PiercedBlock::contacts() const {
  return static_cast<int>(std::count_if(surface_.begin(), surface_.end(),
                                        [](const auto& s) { return s.pressure > 0.0; }));
}

double PiercedBlock::bytes() const { return team_.sum(cells_.bytes()) + solver_->bytes(); }

double PiercedBlock::largest_overlap() const {
  double overlap = 0.0;
  for (const auto& s : surface_)
    overlap = std::max(overlap, -distance(shape_, pose_, s.at + at(u_, s.node)).gap);
  return overlap;
}

PiercedBlock::Saved PiercedBlock::save() const {
  Saved s{u_,           last_u_,
          pose_,        last_pose_,
          {},           {},
          {},           {},
          force_,       force_slope_,
          moment_,      moment_slope_,
          peak_force_,  settings_.contact_penalty,
          balance_,     change_,
          last_travel_, {}};
  s.history = cells_.history();
  for (const auto& n : surface_) {
    s.largest.push_back(n.largest);
    s.pressure.push_back(n.pressure);
    s.normal.push_back(n.normal);
    s.held_slip.push_back(n.held_slip);
  }
  return s;
}

bool PiercedBlock::fits(const Saved& s) const {
  const auto n = surface_.size();
  return s.u.size() == u_.size() && s.last_u.size() == u_.size() &&
         (s.change.size() == 0 || s.change.size() == u_.size()) && s.largest.size() == n &&
         s.pressure.size() == n && s.normal.size() == n && s.held_slip.size() == n &&
         s.history.size() == cells_.history().size();
}

void PiercedBlock::restore(const Saved& s) {
  u_ = s.u;
  last_u_ = s.last_u;
  pose_ = s.pose;
  last_pose_ = s.last_pose;
  force_ = s.force;
  force_slope_ = s.force_slope;
  moment_ = s.moment;
  moment_slope_ = s.moment_slope;
  peak_force_ = s.peak_force;
  settings_.contact_penalty = s.penalty;
  change_ = s.change;
  last_travel_ = s.last_travel;
  balance_ = s.balance;
  for (std::size_t i = 0; i < surface_.size(); ++i) {
    surface_[i].largest = s.largest[i];
    surface_[i].pressure = s.pressure[i];
    surface_[i].normal = s.normal[i];
    surface_[i].held_slip = s.held_slip[i];
  }
  cells_.restore_history(s.history);
}

}  // namespace percuta::fem
