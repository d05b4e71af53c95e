#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "percuta/device/device.h"

namespace percuta::fem {

/// Signed distance to a rigid body with its gradient and second derivatives [m, -, 1/m].
struct Distance {
  double gap;  ///< negative inside
  Eigen::Vector3d normal;
  Eigen::Matrix3d curvature;
};

/// A rigid body in its own frame: tip at the origin, axis along +z.
class RigidShape {
 public:
  virtual ~RigidShape() = default;
  virtual Distance distance(const Eigen::Vector3d& x) const = 0;
  /// Quick answer for points that are plainly outside; false means that distance() must be asked.
  virtual bool clear_of(const Eigen::Vector3d&) const { return false; }
};

/// Where the body is: its tip, and its axis turned by `tilt` from +z towards +x, about y.
struct Pose {
  Eigen::Vector3d tip = Eigen::Vector3d::Zero();
  double tilt = 0.0;  ///< [rad]
  Eigen::Matrix3d rotation() const;
  Eigen::Vector3d to_body(const Eigen::Vector3d& x) const {
    return rotation().transpose() * (x - tip);
  }
  Eigen::Vector3d to_world(const Eigen::Vector3d& x) const { return tip + rotation() * x; }
};

/// The gap is infinite where the shape says at once that it is far away.
Distance distance(const RigidShape&, const Pose&, const Eigen::Vector3d& x);

/// A body of revolution: sphere, cone tangent to it, a fillet tangent to cone and shank, cylinder.
class ConeShape : public RigidShape {
 public:
  explicit ConeShape(const device::Needle&);
  Distance distance(const Eigen::Vector3d& x) const override;

 private:
  double tip_radius_, shank_radius_, sine_, cosine_;
  double cone_end_;                ///< along the cone from the sphere's centre to the fillet [m]
  double fillet_radius_;           ///< [m]
  Eigen::Vector2d fillet_centre_;  ///< radius, height over the sphere's centre [m]
};

/// Half-spaces cut from one another, swollen by a radius: flat faces, cylinders along the edges,
/// spheres at the corners, all joined without a corner.
class RoundedPolyhedron : public RigidShape {
 public:
  struct Plane {
    Eigen::Vector3d normal;  ///< outwards, unit
    double offset;           ///< of the plane along it [m]
  };
  RoundedPolyhedron(std::vector<Plane> planes, double radius)
      : planes_(std::move(planes)), radius_(radius) {}
  Distance distance(const Eigen::Vector3d& x) const override;
  bool clear_of(const Eigen::Vector3d& x) const override;

 private:
  std::vector<Plane> planes_;
  double radius_;
};

/// A rod with a flat end whose rim is rounded.
class BluntShape : public RigidShape {
 public:
  explicit BluntShape(const device::Needle& needle)
      : rim_(needle.tip_radius), flat_(needle.shank_radius - needle.tip_radius) {}
  Distance distance(const Eigen::Vector3d& x) const override;

 private:
  double rim_, flat_;
};

/// The shape that a needle names.
std::unique_ptr<RigidShape> make_shape(const device::Needle&);

}  // namespace percuta::fem
