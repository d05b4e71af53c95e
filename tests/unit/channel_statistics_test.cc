#include "percuta/channel/statistics.h"

#include <cmath>

#include <gtest/gtest.h>

using namespace percuta::channel;

namespace {

Points lattice(double along, double across, double shift, double side) {
  Points out;
  int row = 0;
  for (double y = 0.5 * across; y < side; y += across, ++row)
    for (double x = 0.25 * along + (row % 2) * shift * along; x < side; x += along)
      out.push_back({x, y});
  return out;
}

}  // namespace

// Half the diagonal of a cell, exactly, for square and rectangular lattices; for rows shifted by
// half a pitch the circumradius of the isosceles triangle of base a and height b, (a^2/4 + b^2) /
// (2 b).
TEST(ChannelStatistics, LargestEmptyCircleOfALatticeIsThatOfItsCell) {
  const double side = 20e-3, a = 1.5e-3, b = 1e-3;
  EXPECT_NEAR(largest_empty_circle(lattice(a, a, 0.0, side), side), a / std::sqrt(2.0), 1e-9);
  EXPECT_NEAR(largest_empty_circle(lattice(a, b, 0.0, side), side), 0.5 * std::hypot(a, b), 1e-9);
  EXPECT_NEAR(largest_empty_circle(lattice(a, b, 0.5, side), side),
              (0.25 * a * a + b * b) / (2.0 * b), 1e-9);
}

TEST(ChannelStatistics, APointTakenOutOfALatticeLeavesACircleOfItsPitch) {
  auto points = lattice(1e-3, 1e-3, 0.0, 20e-3);
  points.erase(points.begin() + 20 * 10 + 10);
  EXPECT_NEAR(largest_empty_circle(points, 20e-3), 1e-3, 1e-9);
}

TEST(ChannelStatistics, FewPointsLeaveNoCircleThatIsKnown) {
  EXPECT_TRUE(std::isnan(largest_empty_circle({}, 1e-2)));
  EXPECT_TRUE(std::isnan(largest_empty_circle({{5e-3, 5e-3}}, 1e-2)));
}
