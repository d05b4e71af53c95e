#pragma once

#include "mixed/mixed_solid.h"
#include "percuta/device/device.h"
#include "percuta/insertion/indentation.h"

namespace percuta::fem {

/// Signed distance to a sphere-tipped cone with shank, axis upwards, tip at (0, tip_height).
class NeedleBody : public RigidBody {
 public:
  explicit NeedleBody(const device::Needle& needle) : needle_(needle) {}
  double tip_height = 0.0;
  SignedDistance distance(const Eigen::Vector2d& x) const override;

 private:
  device::Needle needle_;
};

struct AxisymmetricSettings {
  double cells_per_tip_radius = 3.0;
  double growth = 1.3;           ///< of cells away from the tip
  double radius = 8e-3;          ///< of the block [m]
  double largest_cell = 0.0;     ///< along the radius, 0 = a seventh of it [m]
  double bulk_over_shear = 0.0;  ///< overrides the layers' when positive
  double bulk = 0.0;             ///< the same by the modulus itself [Pa]
  double first_step = 0.25;      ///< over the tip radius
  double step_growth = 1.2;
  double largest_step = 0.03;  ///< over the largest displacement
  double reach = 80.0;         ///< displacement over tip radius that one mesh is asked to follow
  double blunting = 0.03;      ///< radius of the next tip over the displacement reached
  double overlap = 1e-3;       ///< allowed, over the displacement
};

/// Axisymmetric block of the skin's layers, bottom fixed, side held at its pre-stretch.
BlockMesh layered_block(const skin::Skin&, double finest, const AxisymmetricSettings&);

/// The same as a solid at its pre-stretch: axis and side held radially, bottom held.
MixedSolid layered_solid(const skin::Skin&, double finest, const AxisymmetricSettings&);

/// Looks at every converged state: tip displacement [m], force [N], and the work so far that skin
/// gets beyond that of the needle, since the gap that contact leaves between them is another at
/// each step [J].
using IndentationVisitor =
    std::function<void(const MixedSolid&, double displacement, double force, double through_gaps)>;

/// One mesh, one tip; ends early, with what it has, when steps become vanishingly small. Puts the
/// energy stored by the needle at the end into `stored` [J].
insertion::IndentationCurve indent_to(const skin::Skin&, const device::Needle&,
                                      double up_to_displacement, double up_to_force,
                                      core::Observer&, const AxisymmetricSettings& = {},
                                      double* stored = nullptr,
                                      const IndentationVisitor& visit = {});

/// The whole range, in pieces of `reach` tip radii.
insertion::IndentationCurve indent(const skin::Skin&, const device::Needle&,
                                   double up_to_displacement, double up_to_force, core::Observer&,
                                   const AxisymmetricSettings& = {});

}  // namespace percuta::fem
