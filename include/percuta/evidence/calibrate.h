#pragma once

#include <string>
#include <vector>

#include "percuta/core/progress.h"

namespace percuta::evidence {

/// A measured figure beside ours.
struct Comparand {
  std::string name;  ///< "case 20: puncture force, 5 um tip"
  double measured;   ///< NaN when only a bound or a trend was measured
  double computed;
  std::string unit;  ///< SI
  std::string remark;
  bool calibrates = false;
};

/// Toughness found on the four calibration cases of the penetration notes (20, 21, 23, 25).
struct Calibration {
  double gate_toughness;    ///< least squares in the logarithm of the forces of cases 20 and 21 [J/m^2]
  double dermis_toughness;  ///< geometric mean of the two depths at the drop equals case 23 [J/m^2]
  double friction;          ///< not identified by the four cases; held at its measured value [-]
  std::vector<Comparand> table;
};

Calibration calibrate(core::Observer& = core::silent());

/// data/materials/human-calibrated.toml with provenance.
std::string calibration_toml(const Calibration&);

/// Measurements that calibrate and one that does not (case 30), with the parameters in the data folder.
std::vector<Comparand> validate(core::Observer& = core::silent());

/// Measurements beside the finite-element levels (cases 14, 15, 20, 21, 23, 25, 32, 34, 37), minutes. Nothing is fitted
/// but the epidermis of one skin, to cases 20 and 21.
std::vector<Comparand> validate_solid(core::Observer& = core::silent());

}  // namespace percuta::evidence
