#pragma once

#include <string>
#include <vector>

namespace percuta::protocol {

/// A treatment: how the device is moved, how often, and when again.
struct Protocol {
  std::vector<std::string>
      directions;                ///< of rolling: vertical, horizontal, diagonal_up, diagonal_down
  int passes_per_direction = 0;  ///< treatments of the strip in each direction
  double load = 0.0;             ///< of the hand on the device; none of a pen [N]
  double speed = 0.0;  ///< of rolling, of a stamp's push, of a pen's head along the skin; 0 = slow,
                       ///< skin has all the time to yield [m/s]
  double angle_error = 0.0;    ///< standard deviation of the rolling direction [rad]
  double spacing_error = 0.0;  ///< standard deviation of each needle's landing point [m]
  double track_error = 0.0;    ///< standard deviation of the passes of one direction, across it [m]
  int sessions = 0;
  double interval = 0.0;  ///< between sessions [s]
};

/// Angle of a rolling direction against the x axis [rad]. Throws std::out_of_range for other names.
double angle(const std::string& direction);

/// Names of the directions.
const std::vector<std::string>& directions();

int passes(const Protocol&);

}  // namespace percuta::protocol
