#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "mixed/indentation.h"
#include "mixed/mixed_solid.h"
#include "percuta/insertion/device_cell.h"

namespace percuta::fem {

/// A needle that sticks out of a flat base: the nearer of the two surfaces counts. Axis upwards,
/// tip at (0, needle.tip_height).
class DeviceBody : public RigidBody {
 public:
  explicit DeviceBody(const device::Needle& n) : needle(n), length_(n.length) {}
  NeedleBody needle;
  bool with_base = true;
  double length() const { return length_; }
  void set_length(double length) { length_ = length; }  ///< tip to base [m]
  double base_height() const { return needle.tip_height + length_; }
  SignedDistance distance(const Eigen::Vector2d& x) const override;
  bool base_is_nearer(const Eigen::Vector2d& x) const;

 private:
  double length_;
};

/// Mesh and steps of a cell; what is not here is as in AxisymmetricSettings.
struct CellSettings {
  double cells_per_tip_radius = 3.0;
  double growth = 1.6;                 ///< of cells away from the tip
  double cells_per_radius = 12;        ///< at least, along the radius: the base comes down there
  double bulk = insertion::true_bulk;  ///< of every layer; held in on all sides, skin has nowhere
                                       ///< to go but up [Pa]
  double first_step = 0.5;             ///< over the tip radius
  double step_growth = 1.35;
  double largest_step = 0.12;  ///< over the largest displacement
  double load_factor = 1.8;    ///< of the total force from step to step once the base bears
  double overlap = 2e-3;       ///< allowed, over the displacement
};

/// The needle pressed with its base into its periodic cell: side held radially without shear,
/// bottom fixed, skin at its pre-stretch. Steps go on until a displacement or a total force is
/// reached; at a force the last step meets it to 1e-6.
class DeviceCell {
 public:
  DeviceCell(const skin::Skin&, const device::Needle&, double radius, const CellSettings& = {});

  using Visitor = std::function<void(const DeviceCell&)>;

  /// Presses on from the present state. False when steps became vanishingly small.
  bool press(double up_to_displacement, double up_to_force, core::Observer&, const Visitor& = {});
  /// Puts the base this far above the tip, or (infinite) takes it away; the state has to be clear
  /// of it.
  void set_exposed(double length);

  insertion::CellState state() const;
  const MixedSolid& solid() const { return solid_; }
  void share_cells(bool share) { solid_.share_cells(share); }
  double stored() const { return solid_.stored_energy() - at_rest_; }  ///< since the start [J]
  double work() const { return work_; }  ///< of the device on the skin, through gaps too [J]

  struct Snapshot {
    SolidState solid, previous;
    Contact contact;
    double displacement, last_step, work;
  };
  Snapshot snapshot() const {
    return {solid_.state(), previous_, contact_, displacement_, last_step_, work_};
  }
  void restore(const Snapshot&);

 private:
  bool step_to(double displacement);
  double total() const { return -solid_.contact_force(body_, contact_)[1]; }
  double clearance() const;  ///< of the skin below the base [m]

  CellSettings settings_;
  double finest_;
  MixedSolid solid_;
  DeviceBody body_;
  Contact contact_;
  SolidState previous_;
  double displacement_ = 0.0, last_step_ = 0.0, step_ = 0.0, at_rest_ = 0.0, work_ = 0.0;
};

/// Response of one skin to one needle in its cell, for every exposed length up to the needle's: see
/// insertion::CellResponse.
insertion::CellResponse respond(const skin::Skin&, const device::Needle&, double radius,
                                const insertion::CellReach&, core::Observer&,
                                const CellSettings& = {});

}  // namespace percuta::fem
