#pragma once

#include <string>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/evidence/calibrate.h"

namespace percuta::evidence {

/// What a roller of one needle length does on one skin.
struct DepthRow {
  std::string skin;
  double length = 0.0, load = 0.0, speed = 0.0;  ///< a speed of 0 = slow [m, N, m/s]
  double share = 0.0;                            ///< of the landings that pierce [-]
  double mean = 0.0, low = 0.0, high = 0.0;      ///< depth of those; NaN where none does [m]
  double density = 0.0;                          ///< channels of one pass [1/m^2]
  double extrapolated = 0.0;  ///< share of the landings whose load lies beyond what was solved [-]
  double face_load = 0.0;     ///< of the hand at which the drum face begins to bear [N]
};

/// Needle lengths from 0.2 to 2.5 mm on four skins under 1 to 10 N, slowly and at 50 mm/s.
std::vector<DepthRow> device_depths(core::Observer& = core::silent());
std::string device_depths_csv(const std::vector<DepthRow>&);
/// Depth against length with its bands, a panel a skin.
std::string device_depths_svg(const std::vector<DepthRow>&);

/// Published observations of arrays and rollers beside the model. None of them calibrates.
std::vector<Comparand> validate_device(core::Observer& = core::silent());

}  // namespace percuta::evidence
