#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "percuta/channel/patch.h"

namespace percuta::channel {

/// Places of channels [m].
using Points = std::vector<std::array<double, 2>>;

/// Points sorted into boxes of about two, so that what is near a place is found in a time that does
/// not depend on their number, as long as they are spread over their bounding box about evenly.
/// Made from points unasked, so that a function that takes a grid takes points; whoever calls
/// several makes it once. Holds up to 2^32 points.
class PointGrid {
 public:
  PointGrid(const Points& points);  // NOLINT(google-explicit-constructor)

  std::size_t size() const { return points_.size(); }

  /// Points box by box, which is the order in which neighbours are asked for fastest.
  const Points& points() const { return points_; }

  /// Which of the points that the grid was made from is the k-th of its own order.
  std::size_t given(std::size_t k) const { return given_[k]; }

  /// Square of the distance to the nearest point, or what is known to be enough if that is less;
  /// the point of this number in the grid's order is left out [m^2].
  double nearest_squared(double x, double y,
                         double enough = std::numeric_limits<double>::infinity(),
                         std::size_t left_out = static_cast<std::size_t>(-1)) const;

  /// Calls visit(k, square of the distance) for each point within a radius, the edge included.
  template <class Visit>
  void within(double x, double y, double radius, Visit&& visit) const {
    if (points_.empty()) return;
    const std::size_t first = column(x - radius), last = column(x + radius) + 1;
    const std::size_t end = row(y + radius);
    for (std::size_t r = row(y - radius); r <= end; ++r)
      for (std::size_t k = start_[r * columns_ + first]; k < start_[r * columns_ + last]; ++k) {
        const double dx = points_[k][0] - x, dy = points_[k][1] - y;
        const double squared = dx * dx + dy * dy;
        if (squared <= radius * radius) visit(k, squared);
      }
  }

 private:
  static std::size_t part(double distance, double per_box, std::size_t boxes) {
    const double k = distance * per_box;  // not a number where the grid has no extent: the first
    return k >= 1.0 ? static_cast<std::size_t>(std::min(k, static_cast<double>(boxes - 1))) : 0;
  }
  std::size_t column(double x) const { return part(x - box_.left, per_box_, columns_); }
  std::size_t row(double y) const { return part(y - box_.bottom, per_box_, rows_); }
  double scan(std::size_t row, std::size_t first, std::size_t last, double x, double y,
              double least, std::size_t left_out) const;

  Points points_;
  std::vector<std::uint32_t> given_, start_;
  Box box_;
  double size_ = 1.0, per_box_ = 1.0;
  std::size_t columns_ = 1, rows_ = 1;
};

}  // namespace percuta::channel
