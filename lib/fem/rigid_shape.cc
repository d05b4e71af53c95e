#include "rigid_shape.h"

#include <algorithm>
#include <cmath>

namespace percuta::fem {

Eigen::Matrix3d Pose::rotation() const {
  const double c = std::cos(tilt), s = std::sin(tilt);
  Eigen::Matrix3d r;
  r << c, 0.0, s, 0.0, 1.0, 0.0, -s, 0.0, c;
  return r;
}

Distance distance(const RigidShape& shape, const Pose& pose, const Eigen::Vector3d& x) {
  const Eigen::Matrix3d r = pose.rotation();
  Distance d = shape.distance(r.transpose() * (x - pose.tip));
  d.normal = r * d.normal;
  d.curvature = r * d.curvature * r.transpose();
  return d;
}

ConeShape::ConeShape(const device::Needle& needle)
    : tip_radius_(needle.tip_radius), shank_radius_(needle.shank_radius), sine_(std::sin(needle.half_angle)), cosine_(std::cos(needle.half_angle)) {
  // The corner where cone and shank would meet, and a circle that touches both a third of the cone before it.
  const double full = sine_ > 1e-9 ? (shank_radius_ - tip_radius_ * cosine_) / sine_ : 0.0;
  if (full <= 0.0) {  // a rounded rod: the sphere runs into the shank
    cone_end_ = 0.0;
    fillet_radius_ = tip_radius_;
    fillet_centre_ = {shank_radius_ - tip_radius_, 0.0};
    return;
  }
  const double tangent = full / 3.0;
  cone_end_ = full - tangent;
  fillet_radius_ = tangent / std::tan(0.5 * needle.half_angle);
  const Eigen::Vector2d along(sine_, cosine_), outward(cosine_, -sine_);
  fillet_centre_ = cone_end_ * along + (tip_radius_ - fillet_radius_) * outward;
}

Distance ConeShape::distance(const Eigen::Vector3d& x) const {
  const double radius = std::hypot(x[0], x[1]);
  const Eigen::Vector2d v(radius, x[2] - tip_radius_);
  const Eigen::Vector2d along(sine_, cosine_), outward(cosine_, -sine_);
  Eigen::Vector2d normal;
  double gap, meridional;
  const double s = v.dot(along);
  const Eigen::Vector2d w = v - fillet_centre_;
  if (s <= 0.0) {
    const double r = std::max(v.norm(), 1e-9 * tip_radius_);
    gap = v.norm() - tip_radius_;
    normal = v.norm() > 0.0 ? Eigen::Vector2d(v / r) : Eigen::Vector2d(0.0, -1.0);
    meridional = 1.0 / r;
  } else if (s <= cone_end_) {
    gap = v.dot(outward) - tip_radius_;
    normal = outward;
    meridional = 0.0;
  } else if (w[1] >= 0.0) {
    gap = radius - shank_radius_;
    normal = {1.0, 0.0};
    meridional = 0.0;
  } else {
    const double r = std::max(w.norm(), 1e-9 * fillet_radius_);
    gap = w.norm() - fillet_radius_;
    normal = w / r;
    meridional = 1.0 / r;
  }
  Distance d;
  d.gap = gap;
  if (radius < 1e-6 * tip_radius_) {  // on the axis: the sphere's own symmetry, or none at all
    d.normal = {0.0, 0.0, normal[1] < 0.0 ? -1.0 : normal[1]};
    if (s > 0.0) d.normal = {normal[0], 0.0, normal[1]};
    d.curvature = meridional * (Eigen::Matrix3d::Identity() - d.normal * d.normal.transpose());
    return d;
  }
  const Eigen::Vector3d radial(x[0] / radius, x[1] / radius, 0.0);
  const Eigen::Vector3d ring(-radial[1], radial[0], 0.0);
  d.normal = normal[0] * radial + Eigen::Vector3d(0.0, 0.0, normal[1]);
  const Eigen::Vector3d tangent = -normal[1] * radial + Eigen::Vector3d(0.0, 0.0, normal[0]);
  d.curvature = meridional * tangent * tangent.transpose() + (normal[0] / radius) * ring * ring.transpose();
  return d;
}

}  // namespace percuta::fem
