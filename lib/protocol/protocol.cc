#include "percuta/protocol/protocol.h"

#include <array>
#include <numbers>
#include <stdexcept>

namespace percuta::protocol {

const std::vector<std::string>& directions() {
  static const std::vector<std::string> names{"vertical", "horizontal", "diagonal_up",
                                              "diagonal_down"};
  return names;
}

double angle(const std::string& direction) {
  constexpr double pi = std::numbers::pi;
  constexpr std::array<double, 4> angles{pi / 2, 0.0, pi / 4, -pi / 4};
  for (std::size_t i = 0; i < directions().size(); ++i)
    if (directions()[i] == direction) return angles[i];
  throw std::out_of_range("unknown rolling direction " + direction);
}

int passes(const Protocol& p) {
  return p.passes_per_direction * static_cast<int>(p.directions.size());
}

}  // namespace percuta::protocol
