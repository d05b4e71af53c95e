#pragma once

#include <string>
#include <vector>

#include "percuta/core/progress.h"

namespace percuta::evidence {

/// A measured figure beside ours.
struct Comparand {
  std::string name;  ///< "puncture force, tip 5 um across"
  double measured;   ///< NaN when only a bound or a trend was measured [unit]
  double computed;
  std::string unit;  ///< SI
  std::string remark;
  bool calibrates = false;
};

/// Toughness found on the single needles of roemgens2014 and davis2004 in
/// data/reference/calibration-cases.toml.
struct Calibration {
  double gate_toughness;    ///< least squares in the logarithm of the puncture forces of two tips
                            ///< [J/m^2]
  double dermis_toughness;  ///< geometric mean of the two depths at the drop equals the measured
                            ///< one [J/m^2]
  double friction;          ///< not identified by the four cases; held at its measured value [-]
  std::vector<Comparand> table;
};

Calibration calibrate(core::Observer& = core::silent());

/// data/materials/human-calibrated.toml with provenance.
std::string calibration_toml(const Calibration&);

/// Measurements that calibrate and one that does not (lam2008), with the parameters in the data
/// folder.
std::vector<Comparand> validate(core::Observer& = core::silent());

/// Measurements beside the finite-element levels of probes, single needles and arrays, minutes.
/// Nothing is fitted but the epidermis of one skin, to the puncture forces of two tips.
std::vector<Comparand> validate_solid(core::Observer& = core::silent());

}  // namespace percuta::evidence
