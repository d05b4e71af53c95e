// What the surface of the block adds to its potential: crack, needle, friction.

#include <algorithm>

#include <Eigen/Dense>

#include "piercing/pierced_block.h"

namespace percuta::fem {

using Eigen::Matrix3d;
using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

Matrix3d positive_part(const Matrix3d& h) {
  const Eigen::SelfAdjointEigenSolver<Matrix3d> eigen(h);
  return eigen.eigenvectors() * eigen.eigenvalues().cwiseMax(0.0).asDiagonal() *
         eigen.eigenvectors().transpose();
}

}  // namespace

void PiercedBlock::SurfaceTerm::make_convex() {
  crack_slope = positive_part(crack_slope);
  needle_slope = positive_part(needle_slope);
}

PiercedBlock::SurfaceTerm PiercedBlock::surface_term(const CrackNode& s, const Vector3d& moved,
                                                     const Vector3d& jump, double curvature) const {
  SurfaceTerm t;
  if (s.crack_area > 0.0 && s.facing >= 0) {
    const auto r = cohesive_response(s.law, jump, s.largest);
    t.energy += s.crack_area * r.energy;
    t.crack = s.crack_area * r.traction;
    t.crack_slope = s.crack_area * r.slope;
  } else if (s.crack_area > 0.0) {  // half of the crack's energy belongs to this side
    const auto r = cohesive_response(s.law, jump[1], s.largest);
    t.energy += 0.5 * s.crack_area * r.energy;
    t.crack[1] = s.crack_area * r.traction;
    t.crack_slope(1, 1) = 2.0 * s.crack_area * r.slope;
  }
  const double area = s.crack_area + s.skin_area;
  const Distance d = distance(shape_, pose_, s.at + moved);
  if (d.gap < 0.0) {
    const double e = settings_.contact_penalty * area;
    t.energy += 0.5 * e * d.gap * d.gap;
    t.needle += e * d.gap * d.normal;
    t.needle_slope += e * d.normal * d.normal.transpose();
    t.needle_slope += e * std::max(d.gap, -curvature / settings_.contact_penalty) * d.curvature;
  }
  if (s.pressure > 0.0 && settings_.friction > 0.0) {
    const Vector3d slid = slip(moved, s);
    const double length = slid.norm();
    const double scale = settings_.elastic_slip;
    const double limit = settings_.friction * s.pressure * area;
    const Matrix3d plane = Matrix3d::Identity() - s.normal * s.normal.transpose();
    if (length < scale) {
      t.energy += 0.5 * limit * length * length / scale;
      t.needle += limit / scale * slid;
      t.needle_slope += limit / scale * plane;
    } else {
      const Vector3d along = slid / length;
      t.energy += limit * (length - 0.5 * scale);
      t.needle += limit * along;
      t.needle_slope += limit / length * (plane - along * along.transpose());
    }
  }
  return t;
}

double PiercedBlock::surface_terms(const VectorXd& u, VectorXd* gradient, bool matrix,
                                   double curvature, bool convex) {
  double energy = 0.0;
  double* values = matrix && team_.leads() ? matrix_->values() : nullptr;
  const bool border = load_ && matrix;
  if (border) {
    load_->slope = -load_->force;
    load_->corner = 0.0;
    load_->column = VectorXd::Zero(u.size());
  }
  for (std::size_t k = 0; k < surface_.size(); ++k) {
    const CrackNode& s = surface_[k];
    const bool pair = s.facing >= 0;
    const int n = 3 * free_[s.node];
    SurfaceTerm t = surface_term(s, u.segment<3>(n), jump(u, s), curvature);
    energy += t.energy;
    if (border) {  // contact and friction know the skin and the needle by their difference alone
      const Vector3d column = t.needle_slope * load_->along;
      load_->slope -= t.needle.dot(load_->along);
      load_->corner += column.dot(load_->along);
      for (int i = 0; i < 3; ++i)
        if (held_[n + i] == 0) load_->column[n + i] -= column[i];
    }
    if (gradient != nullptr) {
      gradient->segment<3>(n) += t.needle + t.crack;
      if (pair) gradient->segment<3>(3 * free_[s.facing]) -= t.crack;
    }
    if (values == nullptr) continue;
    if (convex) t.make_convex();
    const Matrix3d own = t.needle_slope + t.crack_slope;
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 3; ++i) {
        if (pair) values[facing_pair_[k][j] + i] -= t.crack_slope(i, j);
        if (i < j) continue;
        values[diagonal_[k][j] + i - j] += own(i, j);
        if (pair) values[facing_diagonal_[k][j] + i - j] += t.crack_slope(i, j);
      }
  }
  return energy;
}

}  // namespace percuta::fem
