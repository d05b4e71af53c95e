#pragma once

#include <string>

namespace percuta::device {

/// Of a needle's end. The energy and axisymmetric levels know the cone alone.
enum class Shape {
  cone,     ///< sphere, cone and cylinder
  pyramid,  ///< four faces and a square shank, tip and edges rounded
  lancet,   ///< a rod cut off slantwise, rounded
  blunt     ///< a rod with a flat end and a rounded rim
};

/// As it is written in a case file. Throws std::out_of_range for a value that names no shape.
std::string name(Shape);

/// A solid needle. All lengths in metres.
struct Needle {
  double length = 0.0;        ///< drum face to tip [m]
  double shank_radius = 0.0;  ///< [m]
  double tip_radius = 0.0;    ///< radius of curvature of the tip, or of the blunt end's rim [m]
  double half_angle =
      0.0;  ///< of the cone, the pyramid's faces or the slant, against the axis [rad]
  Shape shape = Shape::cone;
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

/// Smallest distance of two needles' axes on the drum face [m].
double smallest_pitch(const Roller&);

}  // namespace percuta::device
