#include "surface/rigid_shape.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <Eigen/Dense>

namespace percuta::fem {

Eigen::Matrix3d Pose::rotation() const {
  const double c = std::cos(tilt), s = std::sin(tilt);
  Eigen::Matrix3d r;
  r << c, 0.0, s, 0.0, 1.0, 0.0, -s, 0.0, c;
  return r;
}

Distance distance(const RigidShape& shape, const Pose& pose, const Eigen::Vector3d& x) {
  const Eigen::Matrix3d r = pose.rotation();
  const Eigen::Vector3d body = r.transpose() * (x - pose.tip);
  if (shape.clear_of(body))
    return {std::numeric_limits<double>::infinity(), Eigen::Vector3d::Zero(),
            Eigen::Matrix3d::Zero()};
  Distance d = shape.distance(body);
  d.normal = r * d.normal;
  d.curvature = r * d.curvature * r.transpose();
  return d;
}

ConeShape::ConeShape(const device::Needle& needle)
    : tip_radius_(needle.tip_radius),
      shank_radius_(needle.shank_radius),
      sine_(std::sin(needle.half_angle)),
      cosine_(std::cos(needle.half_angle)) {
  // The corner where cone and shank would meet, and a circle that touches both a third of the cone
  // before it.
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
  d.curvature =
      meridional * tangent * tangent.transpose() + (normal[0] / radius) * ring * ring.transpose();
  return d;
}

bool RoundedPolyhedron::clear_of(const Eigen::Vector3d& x) const {
  return std::any_of(planes_.begin(), planes_.end(),
                     [&](const Plane& p) { return p.normal.dot(x) - p.offset > radius_; });
}

Distance RoundedPolyhedron::distance(const Eigen::Vector3d& x) const {
  const auto n = planes_.size();
  std::vector<double> over(n);
  std::size_t nearest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    over[i] = planes_[i].normal.dot(x) - planes_[i].offset;
    if (over[i] > over[nearest]) nearest = i;
  }
  if (over[nearest] <= 0.0)
    return {over[nearest] - radius_, planes_[nearest].normal, Eigen::Matrix3d::Zero()};
  // The nearest point lies on a face, an edge or a corner: the planes that hold it push outwards,
  // no other is crossed.
  const double slack = 1e-12 * (radius_ + over[nearest]);
  const auto inside = [&](const Eigen::Vector3d& p) {
    for (const auto& plane : planes_)
      if (plane.normal.dot(p) > plane.offset + slack) return false;
    return true;
  };
  const auto answer = [&](const Eigen::Vector3d& away, const Eigen::Matrix3d& round) {
    const double r = away.norm();
    return Distance{r - radius_, away / r, round / r};
  };
  for (std::size_t i = 0; i < n; ++i) {
    if (over[i] <= 0.0) continue;
    const Eigen::Vector3d away = over[i] * planes_[i].normal;
    if (inside(x - away)) return answer(away, Eigen::Matrix3d::Zero());
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) {
      if (over[i] <= 0.0 && over[j] <= 0.0) continue;
      const double g = planes_[i].normal.dot(planes_[j].normal), d = 1.0 - g * g;
      if (d < 1e-12) continue;
      const double a = (over[i] - g * over[j]) / d, b = (over[j] - g * over[i]) / d;
      if (a < 0.0 || b < 0.0) continue;
      const Eigen::Vector3d away = a * planes_[i].normal + b * planes_[j].normal;
      if (!inside(x - away)) continue;
      const Eigen::Vector3d across =
          planes_[i].normal.cross(planes_[j].normal).normalized().cross(away.normalized());
      return answer(away, across * across.transpose());
    }
  Eigen::Vector3d best = over[nearest] * planes_[nearest].normal;
  double shortest = 1e300;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      for (std::size_t k = j + 1; k < n; ++k) {
        Eigen::Matrix3d rows;
        rows << planes_[i].normal.transpose(), planes_[j].normal.transpose(),
            planes_[k].normal.transpose();
        if (std::abs(rows.determinant()) < 1e-9) continue;
        const Eigen::Vector3d corner =
            rows.inverse() *
            Eigen::Vector3d(planes_[i].offset, planes_[j].offset, planes_[k].offset);
        if (!inside(corner) || (x - corner).norm() >= shortest) continue;
        best = x - corner;
        shortest = best.norm();
      }
  const Eigen::Vector3d u = best.normalized();
  return answer(best, Eigen::Matrix3d::Identity() - u * u.transpose());
}

Distance BluntShape::distance(const Eigen::Vector3d& x) const {
  const double radius = std::hypot(x[0], x[1]);
  const Eigen::Vector3d radial = radius > 0.0 ? Eigen::Vector3d(x[0] / radius, x[1] / radius, 0.0)
                                              : Eigen::Vector3d(1.0, 0.0, 0.0);
  const Eigen::Vector3d ring(-radial[1], radial[0], 0.0);
  const double out = radius - flat_, below = rim_ - x[2];
  if (out > 0.0 && below > 0.0) {
    const double r = std::hypot(out, below);
    const Eigen::Vector3d n = (out * radial - below * Eigen::Vector3d::UnitZ()) / r,
                          t = (below * radial + out * Eigen::Vector3d::UnitZ()) / r;
    return {r - rim_, n, t * t.transpose() / r + out / r / radius * ring * ring.transpose()};
  }
  if (out > below) return {out - rim_, radial, ring * ring.transpose() / radius};
  return {below - rim_, -Eigen::Vector3d::UnitZ(), Eigen::Matrix3d::Zero()};
}

std::unique_ptr<RigidShape> make_shape(const device::Needle& needle) {
  const double r = needle.tip_radius, core = needle.shank_radius - r;
  const double c = std::cos(needle.half_angle), s = std::sin(needle.half_angle);
  std::vector<RoundedPolyhedron::Plane> planes;
  const auto through = [&](const Eigen::Vector3d& normal, const Eigen::Vector3d& point) {
    planes.push_back({normal, normal.dot(point)});
  };
  if (needle.shape == device::Shape::pyramid) {
    for (const Eigen::Vector3d& side : {Eigen::Vector3d(1, 0, 0), Eigen::Vector3d(-1, 0, 0),
                                        Eigen::Vector3d(0, 1, 0), Eigen::Vector3d(0, -1, 0)}) {
      through(c * side - s * Eigen::Vector3d::UnitZ(), {0, 0, r});
      planes.push_back({side, core});
    }
    return std::make_unique<RoundedPolyhedron>(planes, r);
  }
  if (needle.shape == device::Shape::lancet) {  // a rod of twelve sides beside the tip, cut off
                                                // from the tip upwards
    constexpr int sides = 12;
    const Eigen::Vector3d axis(-core, 0, r);
    for (int k = 0; k < sides; ++k) {
      const double angle = 2.0 * std::numbers::pi * (k + 0.5) / sides;
      const Eigen::Vector3d side(std::cos(angle), std::sin(angle), 0);
      planes.push_back({side, side.dot(axis) + core * std::cos(std::numbers::pi / sides)});
    }
    through({-c, 0, -s}, {0, 0, r});
    return std::make_unique<RoundedPolyhedron>(planes, r);
  }
  if (needle.shape == device::Shape::blunt) return std::make_unique<BluntShape>(needle);
  return std::make_unique<ConeShape>(needle);
}

}  // namespace percuta::fem
