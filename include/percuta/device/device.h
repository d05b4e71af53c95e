#pragma once

#include <string>
#include <variant>
#include <vector>

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
  double breadth_ratio = 1.0;  ///< of a flat needle, breadth along the track over thickness [-]
};

/// Radius of the needle at a distance behind the tip [m].
double radius_behind_tip(const Needle&, double distance);

/// Distance behind the tip at which the shank begins [m].
double taper_length(const Needle&);

/// Young's modulus of needle steel [Pa].
inline constexpr double kSteel = 200e9;

/// Axial force at which a uniform shaft buckles, base clamped, tip free [N].
double buckling_force(const Needle&, double youngs_modulus = kSteel);

/// The same of a truncated cone from a tip radius to a base radius: s^2 (1-t)^2 E I_base/L^2 with
/// the smallest positive root of tan(s (1-t)/t) = -s, t = tip radius / base radius, 0 < t <= 1 [N].
double cone_buckling_force(double length, double base_radius, double tip_radius,
                           double youngs_modulus = kSteel);

/// The same of the needle as it is, its cone and its shank: between the two above [N]. The cone
/// begins at the tip's radius of curvature.
double strength(const Needle&, double youngs_modulus = kSteel);

/// That strength over the most that the needle bears on its way in: the force that opens the skin,
/// or that at depth; infinite for one that bears nothing [-].
double strength_ratio(const Needle&, double opening_force, double force_at_depth);

/// A rolling drum with needles on a regular lattice.
struct Roller {
  double drum_radius = 0.0;  ///< [m]
  double width = 0.0;        ///< that carries needles [m]
  int rows = 0;              ///< across the width
  int needles_per_turn = 0;  ///< in each row
  bool staggered = true;     ///< neighbouring rows shifted by half a pitch
  double helix = 0.0;        ///< pitches by which rows wind evenly over the width [-]
};

/// How far the needles of a row lie behind those of the first, in pitches along [-].
double row_shift(const Roller&, int row);

/// A plate with needles on a regular lattice, pressed straight down, taken off and set down beside.
struct Stamp {
  double spacing = 0.0;  ///< from one needle's base to the next, along and across [m]
  int rows = 0;          ///< across the plate
  int needles_per_row = 0;
  bool staggered = false;  ///< neighbouring rows shifted by half a spacing
};

/// Needles that a motor drives in and out while the head is moved along the skin.
struct Pen {
  int needles = 0;
  double head_width = 0.0;    ///< diameter of the disc over which the needles are spread [m]
  double stroke = 0.0;        ///< that is dialled: tips beyond the head at their farthest [m]
  double stroke_error = 0.0;  ///< standard deviation of it [m]
  double stroke_rate = 0.0;   ///< strokes in a time [1/s]
};

/// What carries the needles.
using Head = std::variant<Roller, Stamp, Pen>;

/// As it is written in a case file, in the order of `Head`: roller, stamp, pen.
const std::vector<std::string>& head_names();

struct Device {
  std::string name;
  Needle needle;
  Head head;
};

/// "roller", "stamp" or "pen".
const std::string& kind(const Device&);

/// Needles of the device [-].
int needle_count(const Head&);

/// Area of the head that belongs to a needle: of a roller, pitch along times pitch across on the
/// drum face [m^2].
double cell_area(const Device&);

/// Radius of the device cell, sqrt(area per needle / pi) [m].
double cell_radius(const Device&);

/// Width of the strip that a stroke treats [m].
double width(const Head&);

/// Smallest distance of two needles' axes on the head [m].
double smallest_pitch(const Head&);

/// A needle's place on a head, the direction of motion along x, the middle at the origin [m].
struct Place {
  double along = 0.0, across = 0.0;
  int row = 0;  ///< counted across
};

/// Places of a pen's needles, spread evenly over the disc in a spiral of the golden angle, since
/// cartridges differ and are not published [m].
std::vector<Place> places(const Pen&);

/// Places of a stamp's needles [m].
std::vector<Place> places(const Stamp&);

}  // namespace percuta::device
