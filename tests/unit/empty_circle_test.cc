#include <algorithm>
#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>
#include <boost/polygon/voronoi.hpp>

#include "percuta/channel/statistics.h"
#include "support/point_patterns.h"

using namespace percuta::channel;

namespace {

/// Another way: the largest circle about a Voronoi vertex that stays within a square. Those that
/// touch the edge have no such vertex.
double by_voronoi(const Points& positions, double side) {
  // The diagram is exact on whole numbers.
  constexpr double kParts = 1 << 30;
  using Whole = boost::polygon::point_data<std::int32_t>;
  std::vector<Whole> points;
  for (const auto& p : positions)
    points.emplace_back(static_cast<std::int32_t>(std::lround(p[0] / side * kParts)),
                        static_cast<std::int32_t>(std::lround(p[1] / side * kParts)));
  boost::polygon::voronoi_diagram<double> diagram;
  boost::polygon::construct_voronoi(points.begin(), points.end(), &diagram);
  double largest = 0.0;
  for (const auto& vertex : diagram.vertices()) {
    const Whole& near = points[vertex.incident_edge()->cell()->source_index()];
    const double radius = std::hypot(vertex.x() - near.x(), vertex.y() - near.y());
    const double room =
        std::min({vertex.x(), vertex.y(), kParts - vertex.x(), kParts - vertex.y()});
    if (radius <= room) largest = std::max(largest, radius);
  }
  return largest / kParts * side;
}

double room(const Points& points, const Patch& patch, double x, double y) {
  double least = distance_to_edge(patch, x, y);
  for (const auto& p : points) least = std::min(least, std::hypot(p[0] - x, p[1] - y));
  return least;
}

}  // namespace

// Half the diagonal of a cell, exactly, for square and rectangular lattices; for rows shifted by
// half a pitch the circumradius of the isosceles triangle of base a and height b, (a^2/4 + b^2) /
// (2 b).
TEST(EmptyCircle, OfALatticeIsThatOfItsCell) {
  const double side = 20e-3, a = 1.5e-3, b = 1e-3;
  const Patch patch = square(side);
  const auto near = [](double value, double expected) { EXPECT_NEAR(value, expected, 1e-12); };
  near(largest_empty_circle(lattice(1e-3, 1e-3, 0.0, side), patch), 1e-3 / std::sqrt(2.0));
  // Lattices that do not fit the patch, by a part of it amid the points.
  const Patch amid{{{3e-3, 3e-3}, {17e-3, 3e-3}, {17e-3, 17e-3}, {3e-3, 17e-3}}};
  near(largest_empty_circle(lattice(a, a, 0.0, side), amid), a / std::sqrt(2.0));
  near(largest_empty_circle(lattice(a, b, 0.0, side), amid), 0.5 * std::hypot(a, b));
  near(largest_empty_circle(lattice(a, b, 0.5, side), amid), (0.25 * a * a + b * b) / (2.0 * b));
}

TEST(EmptyCircle, OfAPointTakenOutOfALatticeIsItsPitch) {
  auto points = lattice(1e-3, 1e-3, 0.0, 20e-3);
  points.erase(points.begin() + 20 * 10 + 10);
  EXPECT_NEAR(largest_empty_circle(points, square(20e-3)), 1e-3, 1e-12);
}

// About one point amid a square, a circle that touches it and two sides: sqrt 2 (s/2 - r) = r.
TEST(EmptyCircle, TouchesTheEdgeWhereThereIsRoom) {
  EXPECT_NEAR(largest_empty_circle(Points{{0.5, 0.5}}, square(1.0)), 1.0 / (2.0 + std::sqrt(2.0)),
              1e-9);
  // A point in the corner: the circle that touches the other two sides, sqrt 2 (1 - r) = r.
  EXPECT_NEAR(largest_empty_circle(Points{{0.0, 0.0}}, square(1.0)),
              std::min(0.5, std::sqrt(2.0) / (1.0 + std::sqrt(2.0))), 1e-9);
  // Two points on the mid line of a strip leave half its width between them, many equal ones.
  EXPECT_NEAR(largest_empty_circle(Points{{0.5, 0.5}, {19.5, 0.5}}, rectangle(20.0, 1.0)), 0.5,
              1e-10);
  // In an L, the circle that touches the outer sides and the inner corner.
  EXPECT_NEAR(largest_empty_circle(Points{{1.9, 0.1}}, l_shape()),
              std::sqrt(2.0) / (1.0 + std::sqrt(2.0)), 1e-9);
  EXPECT_TRUE(std::isnan(largest_empty_circle(Points{}, square(1.0))));
}

TEST(EmptyCircle, IsHeldUpByCornersOfASquare) {
  const Points corners{{0.2, 0.2}, {0.8, 0.2}, {0.8, 0.8}, {0.2, 0.8}};
  EXPECT_NEAR(largest_empty_circle(corners, square(1.0)), 0.3 * std::sqrt(2.0), 1e-9);
}

// No circle within the patch holds a point beyond it.
TEST(EmptyCircle, DoesNotMindPointsBeyondThePatch) {
  Draw draw(11);
  for (const Patch& patch : {rectangle(3.0, 2.0), l_shape()}) {
    const Points on = random_points(draw, 5, {0.0, 0.0, 1.0, 1.0});
    Points all = on;
    for (const auto& p : random_points(draw, 4000, {-20.0, -20.0, 20.0, 20.0}))
      if (!contains(patch, p[0], p[1])) all.push_back(p);
    EXPECT_NEAR(largest_empty_circle(all, patch), largest_empty_circle(on, patch), 1e-9);
  }
}

// The rim holds points so near to each other that the largest circle touches points alone.
TEST(EmptyCircle, AgreesWithTheVoronoiDiagram) {
  for (int seed = 0; seed < 30; ++seed) {
    Draw draw(100 + seed);
    auto points = random_points(draw, 40 + 40 * seed, {0.0, 0.0, 1.0, 1.0});
    for (double t = 0.01; t < 0.99; t += 0.004)
      for (const double edge : {0.01, 0.99}) {
        points.push_back({t, edge});
        points.push_back({edge, t});
      }
    const double largest = by_voronoi(points, 1.0);
    ASSERT_GT(largest, 0.02);
    EXPECT_NEAR(largest_empty_circle(points, square(1.0)), largest, 5e-9) << seed;
    const Move move{0.4, 3.0, -5.0};
    EXPECT_NEAR(largest_empty_circle(move(points), move(square(1.0))), largest, 5e-9) << seed;
  }
}

// Places of a grid from which half the diagonal of its cells leads to the most room, each climbed
// from by chance: one of them ends there.
TEST(EmptyCircle, AgreesWithLookingEverywhereOnAnyPolygon) {
  constexpr int kCells = 200;
  const double reach = std::sqrt(2.0) / kCells;
  for (int shape = 0; shape < 12; ++shape) {
    Draw draw(200 + shape);
    const Patch patch = star(draw, 4 + shape);
    const Points points = random_points(draw, 1 + shape * shape, {1.0, 2.0, 3.0, 4.0});
    std::vector<std::array<double, 3>> places;
    for (int i = 0; i < kCells; ++i)
      for (int j = 0; j < kCells; ++j) {
        const double x = 1.0 + 2.0 * (i + 0.5) / kCells, y = 2.0 + 2.0 * (j + 0.5) / kCells;
        places.push_back({room(points, patch, x, y), x, y});
      }
    std::sort(places.rbegin(), places.rend());
    double most = places[0][0];
    const double start = most - reach;
    for (std::size_t k = 0; k < 500 && places[k][0] > start; k += k < 20 ? 1 : 10) {
      auto [here, x, y] = places[k];
      for (double step = reach; step > 1e-12; step *= 0.97) {
        const double tx = x + draw(-step, step), ty = y + draw(-step, step);
        const double there = room(points, patch, tx, ty);
        if (there > here) {
          here = there;
          x = tx;
          y = ty;
        }
      }
      most = std::max(most, here);
    }
    const double largest = largest_empty_circle(points, patch);
    EXPECT_GE(largest, most * (1.0 - 1e-9)) << shape;
    EXPECT_LE(largest, most * (1.0 + 1e-4)) << shape;
  }
}

TEST(EmptyCircle, IsFoundAmongPointsInOnePlace) {
  Points points(3000, {0.5, 0.5});
  EXPECT_NEAR(largest_empty_circle(points, square(1.0)), 1.0 / (2.0 + std::sqrt(2.0)), 1e-9);
  // Crowded in one corner, with nothing elsewhere.
  Draw draw(12);
  EXPECT_NEAR(largest_empty_circle(random_points(draw, 50000, {0.0, 0.0, 0.1, 0.1}), square(1.0)),
              0.5, 1e-9);
  // In a ring, all of which the largest circle touches.
  points.clear();
  for (int k = 0; k < 500; ++k)
    points.push_back({0.5 + 0.4 * std::cos(k * 0.0125663706143591),
                      0.5 + 0.4 * std::sin(k * 0.0125663706143591)});
  EXPECT_NEAR(largest_empty_circle(points, square(1.0)), 0.4, 1e-9);
}
