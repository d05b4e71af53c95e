#include "percuta/device/device.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace percuta::device {

std::string name(Shape shape) {
  constexpr std::array names{"cone", "pyramid", "lancet", "blunt"};
  return names.at(static_cast<std::size_t>(shape));
}

double radius_behind_tip(const Needle& n, double s) {
  if (s <= 0.0) return 0.0;
  const double tangent = n.tip_radius * (1.0 - std::sin(n.half_angle));  // where sphere meets cone
  const double radius =
      s < tangent ? std::sqrt(s * (2.0 * n.tip_radius - s))
                  : n.tip_radius * std::cos(n.half_angle) + (s - tangent) * std::tan(n.half_angle);
  return std::min(radius, n.shank_radius);
}

double taper_length(const Needle& n) {
  const double tangent = n.tip_radius * (1.0 - std::sin(n.half_angle));
  return tangent + std::max(0.0, n.shank_radius - n.tip_radius * std::cos(n.half_angle)) /
                       std::tan(n.half_angle);
}

double buckling_force(const Needle& n, double youngs_modulus) {
  const double inertia = 0.25 * std::numbers::pi * std::pow(n.shank_radius, 4);
  return std::pow(std::numbers::pi, 2) * youngs_modulus * inertia / (4.0 * n.length * n.length);
}

int needle_count(const Roller& r) { return r.rows * r.needles_per_turn; }

double smallest_pitch(const Roller& r) {
  const double along = 2.0 * std::numbers::pi * r.drum_radius / r.needles_per_turn,
               across = r.width / r.rows;
  if (!r.staggered || r.rows < 2) return r.rows < 2 ? along : std::min(along, across);
  return std::min({along, std::hypot(across, 0.5 * along), r.rows > 2 ? 2.0 * across : along});
}

}  // namespace percuta::device
