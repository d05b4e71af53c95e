#pragma once

#include <memory>

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
};

/// Where the body is: its tip, and its axis turned by `tilt` from +z towards +x, about y.
struct Pose {
  Eigen::Vector3d tip = Eigen::Vector3d::Zero();
  double tilt = 0.0;  ///< [rad]
  Eigen::Matrix3d rotation() const;
  Eigen::Vector3d to_body(const Eigen::Vector3d& x) const { return rotation().transpose() * (x - tip); }
  Eigen::Vector3d to_world(const Eigen::Vector3d& x) const { return tip + rotation() * x; }
};

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

}  // namespace percuta::fem
