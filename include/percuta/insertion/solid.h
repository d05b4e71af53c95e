#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/device/device.h"
#include "percuta/skin/skin.h"

namespace percuta::insertion {

/// How the needle is moved.
enum class Motion {
  push,  ///< along its axis, and out again
  roll,  ///< on a drum that rolls on the skin without slip: in, sweep, out
  path   ///< through poses that are given, straight from each to the next
};

/// A pose of the needle in the plane of its motion.
struct PathPoint {
  double along = 0.0;  ///< of the tip, in the direction of motion [m]
  double depth = 0.0;  ///< of the tip below the undisturbed surface, negative above it [m]
  double tilt = 0.0;   ///< against the vertical, the point ahead along -x [rad]
};

/// How much of the block of skin is computed; symmetry gives the rest.
enum class Part {
  quarter,  ///< of a straight push into skin that is the same along and across the slit
  half,     ///< one side of the slit, when the needle rolls or its shape has a front
  whole  ///< both sides, whose faces then slide on one another too: fibres at an angle to the slit
};

/// How the solid level solves with its tangent.
enum class Solver {
  automatic,  ///< direct if its factor fits in half of the memory
  direct,  ///< multifrontal Cholesky: fastest up to some hundred thousand unknowns, on threads and
           ///< processes
  iterative  ///< conjugate gradients with algebraic multigrid: little memory, processes only
};

/// How finely and how far the solid level goes.
struct SolidOptions {
  Motion motion = Motion::push;
  double displacement =
      0.0;             ///< travel of the tip to the deepest point of a push; 0 = needle length [m]
  double tilt = 0.0;   ///< of a needle pushed along its axis against the vertical, the point ahead
                       ///< along -x [rad]
  double force = 0.0;  ///< along its axis at which a push ends, at the displacement if not reached;
                       ///< 0 = at the displacement [N]
  double hold = 0.0;  ///< how long the push stays at its end, under the force if there is one, else
                      ///< at the displacement [s]
  double drum_radius = 0.0;     ///< for rolling [m]
  std::vector<PathPoint> path;  ///< for a path: two poses or more, free of the skin at first
  bool withdraw = true;         ///< pull the needle out again; a path goes on to its end
  Part part = Part::quarter;  ///< at least, as a check of the symmetries; motion, needle and fibres
                              ///< may ask for more
  double cells_per_tip_radius = 4.5;  ///< under the tip [-]
  double cells_per_shank = 6.0;       ///< along the slit, over the shank radius [-]
  double cells_per_fracture_zone =
      2.8;  ///< near the tip, over the length on which a crack comes apart [-]
  double cells_along_path = 0.0;  ///< over the tip radius, all along the way of the tip; 0 = finest
                                  ///< cells where it first touches only [-]
  bool follow = false;  ///< once the skin is open the mesh follows tip and crack; otherwise it
                        ///< stays what it was
  double block_radius = 8e-3;  ///< half side of the block of skin [m]
  bool in_cell =
      false;  ///< axisymmetric level: with its base and its neighbours, in the device cell
  double cell_radius = 0.0;  ///< of that cell [m]
  double spacing =
      0.0;  ///< of the needles in a wide square array pushed in together; 0 = one needle alone [m]
  double largest_bulk = 1000.0;  ///< bulk over shear modulus is cut to this [-]
  double step = 0.0;   ///< largest tip travel of a step; 0 = chosen from the needle, 0.4 tip radii
                       ///< at most until puncture, 1 after it [m]
  double speed = 0.0;  ///< of the tip, for skin that relaxes; 0 = slow [m/s]
  Solver solver = Solver::automatic;
  std::string made_from;  ///< fingerprint of the case's keys; a checkpoint belongs to one of them
  int frames = 8;         ///< pictures of the whole field on the way
  int threads = 2;
};

/// One converged state of the needle in the skin.
struct SolidStep {
  double displacement = 0.0;   ///< of the tip below the undisturbed surface, d [m]
  double time = 0.0;           ///< since the tip first touched; 0 without a speed [s]
  double along = 0.0;          ///< of the tip, in the direction of rolling [m]
  double tilt = 0.0;           ///< of the needle against the vertical [rad]
  double force = 0.0;          ///< that pushes the needle down [N]
  double lateral_force = 0.0;  ///< that pushes it in the direction of rolling [N]
  double side_force = 0.0;     ///< that pushes it out of the plane of its motion [N]
  double pierced_depth = 0.0;  ///< a [m]
  double deflection =
      0.0;  ///< w = d - a; the skin below it is squeezed, so its surface lies a little deeper [m]
  double slit_half_length = 0.0;  ///< of the separated crack, at its longest [m]
  double work = 0.0, stored = 0.0, fracture = 0.0, friction = 0.0,
         released = 0.0;      ///< energies so far [J]
  double overlap = 0.0;       ///< largest overlap of needle and skin [m]
  double volume_ratio = 1.0;  ///< of the cell that is squeezed most [-]
  double base_force = 0.0;    ///< of the base on the device cell [N]
  double contact_radius =
      0.0;             ///< inner edge of the base's contact; the cell's where it does not touch [m]
  double rise = 0.0;   ///< of the skin at the cell's side above its mean plane [m]
  int iterations = 0;  ///< Newton iterations of this step
  bool snapped = false;  ///< force fell at a needle held still
  bool leaving = false;  ///< on the way out
};

/// What pushes the needle along its own axis [N].
double axial_force(const SolidStep&);

/// Something worth a mark on the curve.
struct SolidEvent {
  std::string name;  ///< "puncture", "drop", "enters papillary dermis", "deepest point", "free of
                     ///< the needle"
  double displacement = 0.0;  ///< [m]
  double force = 0.0;         ///< just before it [N]
  std::size_t step = 0;
};

/// What is left when the needle is out.
struct LeftChannel {
  double depth = 0.0;               ///< of the cut in the undeformed skin [m]
  std::vector<double> at_depth;     ///< [m]
  std::vector<double> slit_length;  ///< of the cut at these depths [m]
  std::vector<double> slit_width;   ///< by which its faces stand apart at most [m]
  std::vector<double> radius;       ///< of a round hole that is open by as much area [m]
};

/// The whole field at one moment, on hexahedra.
struct SolidField {
  double displacement = 0.0;                         ///< of the tip [m]
  std::vector<std::array<double, 3>> points;         ///< reference positions [m]
  std::vector<std::array<double, 3>> displacements;  ///< [m]
  std::vector<std::array<int, 8>>
      cells;                  ///< in VTK's order; quadrilaterals have -1 in the last four
  std::vector<double> layer;  ///< of a cell [-]
  std::vector<double>
      stress;  ///< largest principal Cauchy stress at a cell's middle, slow response [Pa]
  std::vector<double> opening;  ///< of the crack at a point, 0 elsewhere [m]
  std::array<double, 3> tip{};  ///< [m]
  double tilt = 0.0;            ///< [rad]
  Part part = Part::quarter;
};

struct SolidCost {
  long unknowns = 0, cells = 0;  ///< at most, where the mesh follows; of the first mesh
  long meshes = 1;               ///< made, the first one included
  long steps = 0, iterations = 0, factorisations = 0, cut_backs = 0;
  double mean_iterations = 0.0;  ///< a step, of those that neither snap nor follow a snap [-]
  double seconds = 0.0;
  double megabytes = 0.0;  ///< of the matrix and its factor [MB]
  int lanes = 1;
  int threads = 1;  ///< of each process
  int processes = 1;
  std::string blas;
  bool iterative = false;     ///< solved by conjugate gradients
  long inner_iterations = 0;  ///< of these
};

struct SolidInsertion {
  std::vector<SolidStep> steps;
  std::vector<SolidEvent> events;
  LeftChannel channel;
  std::vector<SolidField> fields;
  SolidCost cost;
  std::string start_line;  ///< unknowns, lanes, BLAS, threads and processes in one line
  std::vector<std::string> warnings;
  bool complete = false;  ///< false when it was stopped or a step gave up
  std::string ended;      ///< why, when not complete
  double balance_error =
      0.0;  ///< largest |work - stored - fracture - friction - released| over the largest work [-]
};

/// The event at which the needle began to be held, null when it was not.
const SolidEvent* held_since(const SolidInsertion&);

/// Force just before the cut becomes deeper than the tip's radius, NaN when it does not [N].
double puncture_force(const SolidInsertion&);
double puncture_displacement(const SolidInsertion&);  ///< [m]

/// Makes insertions in three dimensions; implemented by finite elements in percuta_fem.
class SolidModel {
 public:
  virtual ~SolidModel() = default;
  /// `checkpoint` is handed a state from time to time; `resume` is such a state or empty. A resumed
  /// insertion gives the same numbers as one that was never stopped. Throws InputError for skins
  /// and needles that cannot work, and core::SolveError when the first steps fail.
  virtual SolidInsertion insert(const skin::Skin&, const device::Needle&, const SolidOptions&,
                                core::Observer&,
                                const std::function<void(const std::string&)>& checkpoint,
                                const std::string& resume) const = 0;
  /// Unpierced skin of revolution under the needle, frictionless, up to a displacement [m] or a
  /// force [N].
  virtual SolidInsertion press(const skin::Skin&, const device::Needle&, double up_to_displacement,
                               double up_to_force, const SolidOptions&, core::Observer&) const = 0;
};

}  // namespace percuta::insertion
