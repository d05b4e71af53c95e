#pragma once

#include <array>
#include <string>

#include "percuta/config/tree.h"
#include "percuta/device/device.h"
#include "percuta/skin/skin.h"

namespace percuta::evidence {

/// A file of published figures, data/reference/*.toml.
class Figures {
 public:
  explicit Figures(std::string file);
  double value(const std::string& key) const;  ///< in SI

 private:
  std::string file_;
  config::Tree tree_;
};

/// The figures of data/reference/calibration-cases.toml, in SI.
struct Measured {
  std::array<double, 2> tip_radius, force;
  double depth_at_drop, lowest_force, highest_force, travel, buried, shank_radius, half_angle;
};

Measured measured();

/// A skin of the data folder with its calibrated material.
skin::Skin skin_named(const std::string&);

/// The needle of the single-needle tests with this tip radius [m].
device::Needle needle_of(const Measured&, double tip_radius);

}  // namespace percuta::evidence
