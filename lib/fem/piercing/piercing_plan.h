#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "boxes/box_mesh.h"
#include "boxes/solid_material.h"
#include "percuta/insertion/solid.h"
#include "surface/rigid_shape.h"

namespace percuta::fem {

/// Where the needle is at a moment of its motion, the skin surface at z = 0, the tip first touching
/// at progress 0. Pushing: progress is the tip's travel along the needle's axis [m]. Rolling:
/// progress is the drum's angle from first touch [rad].
class NeedleMotion {
 public:
  NeedleMotion(const insertion::SolidOptions&, const device::Needle&);
  Pose at(double progress) const;
  double deepest() const { return deepest_; }  ///< progress at the deepest point
  double end() const {
    return end_;
  }  ///< progress when the tip is back at the surface, or the path at its end
  double corner(double after)
      const;  ///< progress at the next point where a path turns; infinite when there is none
  bool leaves() const;  ///< at its end the tip is out of the skin
  std::vector<Eigen::Vector3d> way(double spacing)
      const;  ///< where the tip is below the surface, at most so far from place to place [m]
  double entry() const;                         ///< x at which the tip enters the skin [m]
  double length(double from, double to) const;  ///< of the tip's path, upper bound [m]
  double depth() const { return depth_; }       ///< of the tip at the deepest point [m]
  double reach() const { return reach_; }       ///< largest |x| of the needle below the surface [m]

 private:
  void follow();
  static double aside(const Pose&);

  insertion::SolidOptions options_;
  double needle_length_, deepest_, end_, depth_, reach_;
  std::vector<double> passed_;  ///< progress at the points of a path
  double lift_ = 0.0;           ///< of the tip when a tilted needle first touches [m]
};

/// A part of the block in which cells are no wider than `size`; outside it they grow by half of the
/// distance.
struct FinePart {
  Eigen::Vector3d low, high;  ///< [m]
  double size;                ///< [m]
};

/// The mesh, the material of each layer and where the crack may run.
struct PiercingPlan {
  BoxMeshSettings mesh;            ///< of the coarse boxes
  std::vector<FinePart> always;    ///< along the slit
  std::vector<FinePart> at_first;  ///< where the tip touches
  /// Layers in which a crack comes apart over so short a length that its front asks for finer
  /// cells.
  struct FrontLayer {
    double top, bottom;  ///< depths [m]
    double size;         ///< of the cells [m]
    double zone;         ///< over which the crack comes apart [m]
  };
  std::vector<FrontLayer> front_layers;
  double at_tip = 0.0;  ///< width of the cells round the tip [m]
  std::vector<SolidMaterial> materials;
  double finest = 0.0;            ///< size of the smallest boxes [m]
  double crack_half_width = 0.0;  ///< [m]
  double crack_depth = 0.0;       ///< [m]
  insertion::Part part = insertion::Part::quarter;
  insertion::Solver solver = insertion::Solver::automatic;
  bool hold_sides = false;  ///< taut skin pulls sideways on them

  bool opens(const Eigen::Vector3d& x) const {
    return std::abs(x[0]) < crack_half_width && -x[2] < crack_depth;
  }
  std::vector<std::string> warnings;
};

/// Throws InputError when layers and needle do not fit together, with the reason.
PiercingPlan plan_piercing(const skin::Skin&, const device::Needle&, const insertion::SolidOptions&,
                           const NeedleMotion&);

/// The plan's mesh, fine in these parts besides. Throws InputError when neither it nor its matrix
/// would fit the machine.
BoxMesh fitting_mesh(const PiercingPlan&, const std::vector<FinePart>&);
inline BoxMesh fitting_mesh(const PiercingPlan& plan) { return fitting_mesh(plan, plan.at_first); }

double machine_memory();  ///< [bytes]

/// Throws InputError when a matrix of so many bytes would not fit the machine.
void check_memory(double bytes);

}  // namespace percuta::fem
