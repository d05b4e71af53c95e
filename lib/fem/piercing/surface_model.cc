// In an iteration the bulk is nearly quadratic and what the surface meets is not: its laws are
// solved for exactly, over the few unknowns where they turn. Else a node of the crack parts, or one
// touches, an iteration each.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <Eigen/Dense>

#include "piercing/pierced_block.h"

namespace percuta::fem {

using Eigen::MatrixXd;
using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kTurns = 0.02;  ///< share of the residual from which on a law's turn counts
constexpr std::size_t kUnknowns =
    240;                    ///< at most, of laws that are followed on each side of the crack
constexpr int kRounds = 3;  ///< in which more of them may join

}  // namespace

/// The model of one iteration: the bulk as the factor has it, the surface's laws as they are where
/// they turn on the way, else as the factor has them too. A change of displacement is what the
/// factor answers to the gradient, and to forces on the unknowns of those laws: they alone are
/// sought.
class PiercedBlock::SurfaceModel {
 public:
  SurfaceModel(const PiercedBlock&, const Descent&, double curvature);

  /// Laws that a change would turn by forces of at least so much join those that are followed;
  /// false when none does.
  bool join(const VectorXd& change, double least);
  const std::vector<int>& unknowns() const { return unknowns_; }
  /// How those unknowns answer to forces on them, and the change without any. False when that
  /// cannot be resolved.
  bool rest_on(const MatrixXd& compliance, const VectorXd& free);
  VectorXd restrict(const VectorXd& change) const;
  VectorXd forces(const VectorXd& q) const { return stiffness_ * (q - free_); }
  /// Energy over the one of the free change, with slope and tangent, by the followed unknowns.
  double energy(const VectorXd& q, VectorXd* slope = nullptr, MatrixXd* tangent = nullptr,
                bool convex = false) const;
  /// Descends from q to a minimum; `residual` is what forces are small against. True when it went
  /// through states that are not stable.
  bool settle(VectorXd& q, double residual) const;

 private:
  using Vector6d = Eigen::Matrix<double, 6, 1>;
  using Matrix6d = Eigen::Matrix<double, 6, 6>;
  struct Response {
    double energy = 0.0;
    Vector6d gradient = Vector6d::Zero();
    Matrix6d tangent = Matrix6d::Zero();
  };
  /// A node of the surface and the one that it faces.
  struct Node {
    const CrackNode* s;
    Vector3d moved, facing;
    std::array<int, 6> unknown,
        place;       ///< in the block and among the followed ones; -1: held, or not there
    Response start;  ///< as the factor has it
    bool followed = false;
  };
  Response respond(const Node&, const Vector6d& change, double curvature, bool convex) const;
  bool touches(const Node&, const Vector3d& moved) const;
  template <class Pick>
  static Vector6d gather(const std::array<int, 6>& at, const Pick& pick);
  bool direction(const VectorXd& q, const VectorXd& slope, MatrixXd& tangent, VectorXd& way,
                 bool& bent) const;

  const PiercedBlock& block_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> followed_;
  std::vector<int> unknowns_;
  std::unordered_map<int, int> place_;
  VectorXd free_;
  MatrixXd stiffness_;
};

template <class Pick>
PiercedBlock::SurfaceModel::Vector6d PiercedBlock::SurfaceModel::gather(
    const std::array<int, 6>& at, const Pick& pick) {
  Vector6d c = Vector6d::Zero();
  for (int i = 0; i < 6; ++i)
    if (at[i] >= 0) c[i] = pick[at[i]];
  return c;
}

PiercedBlock::SurfaceModel::SurfaceModel(const PiercedBlock& block, const Descent& d,
                                         double curvature)
    : block_(block), nodes_(block.surface_.size()) {
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    Node& n = nodes_[k];
    n.s = &block.surface_[k];
    n.unknown.fill(-1);
    n.place.fill(-1);
    n.moved = block.at(block.u_, n.s->node);
    n.facing = n.s->facing >= 0 ? block.at(block.u_, n.s->facing) : Vector3d::Zero();
    for (int i = 0; i < 6; ++i) {
      const int node = i < 3 ? n.s->node : n.s->facing;
      if (node < 0) continue;
      const int unknown = 3 * block.free_[node] + i % 3;
      if (block.held_[unknown] == 0) n.unknown[i] = unknown;
    }
    n.start = respond(n, Vector6d::Zero(), d.convex > 0 ? kInfinite : curvature, d.convex > 0);
  }
}

PiercedBlock::SurfaceModel::Response PiercedBlock::SurfaceModel::respond(const Node& n,
                                                                         const Vector6d& change,
                                                                         double curvature,
                                                                         bool convex) const {
  const bool pair = n.s->facing >= 0;
  const Vector3d moved = n.moved + change.head<3>();
  const Vector3d apart =
      pair ? Vector3d(moved - n.facing - change.tail<3>()) : Vector3d(0.0, 2.0 * moved[1], 0.0);
  SurfaceTerm t = block_.surface_term(*n.s, moved, apart, curvature);
  if (convex) t.make_convex();
  Response r;
  r.energy = t.energy;
  r.gradient.head<3>() = t.needle + t.crack;
  r.tangent.topLeftCorner<3, 3>() = t.needle_slope + t.crack_slope;
  if (pair) {
    r.gradient.tail<3>() = -t.crack;
    r.tangent.bottomRightCorner<3, 3>() = t.crack_slope;
    r.tangent.topRightCorner<3, 3>() = r.tangent.bottomLeftCorner<3, 3>() = -t.crack_slope;
  }
  return r;
}

bool PiercedBlock::SurfaceModel::touches(const Node& n, const Vector3d& moved) const {
  return n.s->pressure > 0.0 || distance(block_.shape_, block_.pose_, n.s->at + moved).gap <= 0.0;
}

bool PiercedBlock::SurfaceModel::join(const VectorXd& change, double least) {
  std::vector<std::pair<double, std::size_t>> turning;
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    const Node& n = nodes_[k];
    if (n.followed) continue;
    const Vector6d c = gather(n.unknown, change);
    const Vector6d turn =
        respond(n, c, kInfinite, false).gradient - n.start.gradient - n.start.tangent * c;
    double most = 0.0;
    for (int i = 0; i < 6; ++i)
      if (n.unknown[i] >= 0) most = std::max(most, std::abs(turn[i]));
    if (most > least) turning.emplace_back(-most, k);
  }
  std::sort(turning.begin(), turning.end());
  const std::size_t before = unknowns_.size();
  for (const auto& [turn, k] : turning) {
    if (unknowns_.size() >= (block_.part_ == Part::whole ? 2 : 1) * kUnknowns) break;
    Node& n = nodes_[k];
    n.followed = true;
    followed_.push_back(k);
    // A crack that nothing touches, between mirrors, knows no unknown but its opening.
    const bool opening_alone = n.s->facing < 0 && !touches(n, n.moved) &&
                               !touches(n, n.moved + gather(n.unknown, change).head<3>());
    for (int i = 0; i < 6; ++i) {
      if (n.unknown[i] < 0 || (opening_alone && i != 1)) continue;
      const auto [found, fresh] =
          place_.try_emplace(n.unknown[i], static_cast<int>(unknowns_.size()));
      if (fresh) unknowns_.push_back(n.unknown[i]);
      n.place[i] = found->second;
    }
  }
  return unknowns_.size() > before;
}

bool PiercedBlock::SurfaceModel::rest_on(const MatrixXd& compliance, const VectorXd& free) {
  const Eigen::LLT<MatrixXd> factor(compliance);
  if (factor.info() != Eigen::Success) return false;
  stiffness_ = factor.solve(MatrixXd::Identity(compliance.rows(), compliance.rows()));
  free_ = restrict(free);
  return true;
}

VectorXd PiercedBlock::SurfaceModel::restrict(const VectorXd& change) const {
  VectorXd q(static_cast<Eigen::Index>(unknowns_.size()));
  for (Eigen::Index i = 0; i < q.size(); ++i) q[i] = change[unknowns_[i]];
  return q;
}

double PiercedBlock::SurfaceModel::energy(const VectorXd& q, VectorXd* slope, MatrixXd* tangent,
                                          bool convex) const {
  const VectorXd force = forces(q);
  double energy = 0.5 * force.dot(q - free_);
  if (slope != nullptr) *slope = force;
  if (tangent != nullptr) *tangent = stiffness_;
  for (const std::size_t k : followed_) {
    const Node& n = nodes_[k];
    const Vector6d c = gather(n.place, q), linear = n.start.tangent * c;
    const Response r = respond(n, c, kInfinite, convex);
    energy += r.energy - n.start.energy - c.dot(n.start.gradient + 0.5 * linear);
    for (int i = 0; i < 6; ++i) {
      if (n.place[i] < 0) continue;
      if (slope != nullptr) (*slope)[n.place[i]] += r.gradient[i] - n.start.gradient[i] - linear[i];
      if (tangent == nullptr) continue;
      for (int j = 0; j < 6; ++j)
        if (n.place[j] >= 0)
          (*tangent)(n.place[i], n.place[j]) += r.tangent(i, j) - n.start.tangent(i, j);
    }
  }
  return energy;
}

// Newton's way, or where the tangent is not definite (`bent`) the one of laws that are bounded from
// above.
bool PiercedBlock::SurfaceModel::direction(const VectorXd& q, const VectorXd& slope,
                                           MatrixXd& tangent, VectorXd& way, bool& bent) const {
  Eigen::LLT<MatrixXd> factor(tangent);
  bent = factor.info() != Eigen::Success;
  if (bent) {
    energy(q, nullptr, &tangent, true);
    factor.compute(tangent);
    for (double shift = 1e-3; factor.info() != Eigen::Success; shift *= 6.0) {
      if (shift > 1e3) return false;
      MatrixXd shifted = tangent;
      shifted.diagonal() += shift * stiffness_.diagonal();
      factor.compute(shifted);
    }
  }
  way = -factor.solve(slope);
  return true;
}

bool PiercedBlock::SurfaceModel::settle(VectorXd& q, double residual) const {
  VectorXd slope, way;
  MatrixXd tangent;
  double first = 0.0;
  bool unstable = false;
  for (int iteration = 0; iteration < 60; ++iteration) {
    const double here = energy(q, &slope, &tangent);
    const double left = slope.lpNorm<Eigen::Infinity>();
    if (iteration == 0) first = std::max(left, residual);
    bool bent = false;
    if (left < 0.2 * kTurns * first || !direction(q, slope, tangent, way, bent)) return unstable;
    unstable = unstable ||
               (bent && iteration > 0);  // the first state's tangent is the factor's own matter
    const double fall = slope.dot(way),
                 most = block_.settings_.step_cap / way.lpNorm<Eigen::Infinity>();
    double length = std::min(1.0, most), there = energy(q + length * way);
    bool whole = true;
    while (!(there <= here + 1e-4 * length * fall)) {
      whole = false;
      length *= 0.5;
      if (length < 1e-9) return unstable;
      there = energy(q + length * way);
    }
    // Where a law lets go: on as long as the energy falls.
    for (double longer = 2.0 * length; whole && bent && longer <= most; longer *= 2.0) {
      const double e = energy(q + longer * way);
      if (!(e < there)) break;
      there = e;
      length = longer;
    }
    q += length * way;
  }
  return unstable;
}

// Instead of the direction, which knows the surface by its tangent only: the change that brings the
// model to rest. `foreseen` is by how much the potential then falls. Keeps the direction where no
// law turns, or where the change would not go downhill.
void PiercedBlock::resolve_surface(Descent& d, const VectorXd& gradient, double curvature,
                                   VectorXd& direction) const {
  const VectorXd free = direction;
  const double residual = gradient.lpNorm<Eigen::Infinity>();
  SurfaceModel model(*this, d, curvature);
  VectorXd change = free;
  double foreseen = 0.0;
  bool unstable = false;
  for (int round = 0; round < kRounds && model.join(change, kTurns * residual); ++round) {
    MatrixXd compliance;
    if (!solver_->compliance(model.unknowns(), compliance) || !model.rest_on(compliance, free))
      break;
    VectorXd q = model.restrict(change);
    unstable = model.settle(q, residual) || unstable;
    change = free + solver_->answer(model.forces(q));
    foreseen = 0.5 * gradient.dot(free) + model.energy(q);
  }
  if (!(foreseen < 0.0 && gradient.dot(change) < 0.0)) return;
  d.foreseen = foreseen;
  d.indefinite = d.indefinite || unstable;
  direction = change;
}

}  // namespace percuta::fem
