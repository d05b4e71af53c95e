#pragma once

#include <string>
#include <vector>

#include "percuta/config/record.h"
#include "percuta/insertion/solid.h"

namespace percuta::insertion {

/// Whether the mesh of the solid level stays.
enum class MeshKind { fixed, following };

/// The [insertion] table of a case: how the needle goes in, and how finely that is computed.
struct Choices {
  std::string level = "energy";  ///< a name of insertion::models()
  Motion motion = Motion::push;
  std::string path = "none";  ///< a file of poses in place of a motion
  double displacement = 0.0;  ///< 0 = needle length [m]
  double force = 0.0;         ///< 0 = to the displacement [N]
  double hold = 0.0;          ///< [s]
  double step = 0.0;          ///< 0 = chosen from the needle [m]
  double speed = 0.0;         ///< 0 = slow [m/s]
  double spacing = 0.0;       ///< 0 = one needle alone [m]
  double tilt = 0.0;          ///< [rad]
  bool cell = false;
  bool stay = false;
  Part part = Part::quarter;
  Solver solver = Solver::automatic;
  MeshKind mesh = MeshKind::fixed;
  double cells_per_tip_radius = 0.0, cells_per_shank = 0.0, cells_per_fracture_zone = 0.0,
         cells_along_path = 0.0;
  double bulk_over_shear = 0.0;
  int frames = 0;
};

/// Declaration of [insertion], from which files, flags of `percuta insert` and keywords of
/// percuta.insert come.
const config::Record<Choices>& choices_record();

/// The choices as the finite-element levels take them; the poses are those of the file.
SolidOptions solid_options(const Choices&, std::vector<PathPoint> poses, int threads);

}  // namespace percuta::insertion
