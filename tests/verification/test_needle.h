#pragma once

#include <numbers>

#include "percuta/device/device.h"

/// A cone of 12 degrees half angle, a millimetre long.
inline percuta::device::Needle cone(double tip, double shank) {
  percuta::device::Needle n;
  n.tip_radius = tip;
  n.shank_radius = shank;
  n.half_angle = 12.0 * std::numbers::pi / 180.0;
  n.length = 1e-3;
  return n;
}
