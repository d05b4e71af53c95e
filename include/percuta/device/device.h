#pragma once

#include <string>

namespace percuta::device {

/// A solid needle: a spherical tip, a cone, a cylindrical shank. All lengths in metres.
struct Needle {
  double length = 0.0;        ///< drum face to tip [m]
  double shank_radius = 0.0;  ///< [m]
  double tip_radius = 0.0;    ///< radius of curvature of the tip [m]
  double half_angle = 0.0;    ///< of the cone behind the tip, against the axis [rad]
};

/// Radius of the needle at a distance behind the tip [m].
double radius_behind_tip(const Needle&, double distance);

/// Distance behind the tip at which the shank begins [m].
double taper_length(const Needle&);

/// Axial force at which a uniform steel shaft buckles, base clamped, tip free [N].
double buckling_force(const Needle&, double youngs_modulus);

/// A rolling drum with needles on a regular lattice.
struct Roller {
  double drum_radius = 0.0;  ///< [m]
  double width = 0.0;        ///< that carries needles [m]
  int rows = 0;              ///< across the width
  int needles_per_turn = 0;  ///< in each row
  bool staggered = true;     ///< neighbouring rows shifted by half a pitch
};

struct Device {
  std::string name;
  Needle needle;
  Roller roller;
};

int needle_count(const Roller&);

}  // namespace percuta::device
