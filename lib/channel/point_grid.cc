#include "percuta/channel/point_grid.h"

#include <cmath>

namespace percuta::channel {

PointGrid::PointGrid(const Points& points) {
  const std::size_t n = points.size();
  if (n == 0) return;
  box_ = {points[0][0], points[0][1], points[0][0], points[0][1]};
  for (const auto& p : points) {
    box_.left = std::min(box_.left, p[0]);
    box_.bottom = std::min(box_.bottom, p[1]);
    box_.right = std::max(box_.right, p[0]);
    box_.top = std::max(box_.top, p[1]);
  }
  const double width = box_.right - box_.left, height = box_.top - box_.bottom;
  // Points on a line would have boxes of no size: no more than half as many boxes as points there.
  const double side =
      std::max(std::sqrt(2.0 * width * height / n), 2.0 * std::max(width, height) / n);
  if (side > 0.0 && std::isfinite(1.0 / side)) {
    size_ = side;
    per_box_ = 1.0 / side;
    columns_ = static_cast<std::size_t>(width * per_box_) + 1;
    rows_ = static_cast<std::size_t>(height * per_box_) + 1;
  }

  start_.assign(columns_ * rows_ + 1, 0);
  const auto box = [&](const std::array<double, 2>& p) {
    return row(p[1]) * columns_ + column(p[0]);
  };
  for (const auto& p : points) ++start_[box(p) + 1];
  for (std::size_t k = 1; k < start_.size(); ++k) start_[k] += start_[k - 1];
  points_.resize(n);
  given_.resize(n);
  // The start of each box serves as its place to write, and has to be moved back afterwards.
  for (std::size_t k = 0; k < n; ++k) {
    const std::uint32_t to = start_[box(points[k])]++;
    points_[to] = points[k];
    given_[to] = static_cast<std::uint32_t>(k);
  }
  for (std::size_t k = start_.size() - 1; k > 0; --k) start_[k] = start_[k - 1];
  start_[0] = 0;
}

double PointGrid::scan(std::size_t row, std::size_t first, std::size_t last, double x, double y,
                       double least, std::size_t left_out) const {
  const std::size_t end = start_[row * columns_ + last + 1];
  for (std::size_t k = start_[row * columns_ + first]; k < end; ++k) {
    const double dx = points_[k][0] - x, dy = points_[k][1] - y;
    const double squared = dx * dx + dy * dy;
    if (squared < least && k != left_out) least = squared;
  }
  return least;
}

double PointGrid::nearest_squared(double x, double y, double enough, std::size_t left_out) const {
  if (points_.empty()) return enough;
  constexpr double kFar = std::numeric_limits<double>::infinity();
  const std::size_t c = column(x), r = row(y);
  const double beside = std::max({box_.left - x, x - box_.right, 0.0});
  const double above_or_below = std::max({box_.bottom - y, y - box_.top, 0.0});
  double least = enough;
  // The first ring with the box itself, since the nearest point lies in these nearly always.
  for (std::size_t ring = 1;; ++ring) {
    const bool left = c >= ring, right = c + ring < columns_, below = r >= ring,
               above = r + ring < rows_;
    const std::size_t first = left ? c - ring : 0, last = right ? c + ring : columns_ - 1;
    const std::size_t bottom = below ? r - ring : 0, top = above ? r + ring : rows_ - 1;
    for (std::size_t k = bottom; k <= top; ++k) {
      if (ring == 1 || k + ring == r || k == r + ring) {
        least = scan(k, first, last, x, y, least, left_out);
        continue;
      }
      if (left) least = scan(k, first, first, x, y, least, left_out);
      if (right) least = scan(k, last, last, x, y, least, left_out);
    }
    // What has not been looked at lies beyond the sides of the block that others follow on, and
    // for a place beyond the grid also that far off. A point may be sorted across a border that
    // rounding moved.
    double reach = kFar;
    const auto beyond = [&](double way, double off) {
      way = std::max(0.0, way - 1e-9 * size_);
      reach = std::min(reach, way * way + off * off);
    };
    if (first > 0) beyond(x - (box_.left + first * size_), above_or_below);
    if (last + 1 < columns_) beyond(box_.left + (last + 1) * size_ - x, above_or_below);
    if (bottom > 0) beyond(y - (box_.bottom + bottom * size_), beside);
    if (top + 1 < rows_) beyond(box_.bottom + (top + 1) * size_ - y, beside);
    if (reach == kFar || least <= reach) return least;
  }
}

}  // namespace percuta::channel
