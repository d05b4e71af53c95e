#include "percuta/channel/statistics.h"

#include <cmath>

#include <gtest/gtest.h>

#include "support/point_patterns.h"

using namespace percuta::channel;

namespace {

double nearest_by_all(const Points& points, double x, double y, std::size_t but) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < points.size(); ++k)
    if (k != but) least = std::min(least, std::hypot(points[k][0] - x, points[k][1] - y));
  return least;
}

/// Patterns that are hard on a grid of boxes.
std::vector<Points> awkward() {
  Draw draw(3);
  std::vector<Points> out;
  out.push_back(random_points(draw, 1, {0, 0, 1, 1}));
  out.push_back(random_points(draw, 2, {0, 0, 1, 1}));
  out.push_back(random_points(draw, 700, {-3, 5, -2, 6}));
  out.push_back(random_points(draw, 300, {0, 0, 1, 1e-9}));
  out.push_back(random_points(draw, 300, {0.5, 0, 0.5, 1}));
  out.push_back(Points(50, {0.25, 0.25}));
  auto two = random_points(draw, 200, {0, 0, 0.01, 0.01});
  for (const auto& p : random_points(draw, 200, {0.9, 0.9, 1, 1})) two.push_back(p);
  out.push_back(two);
  return out;
}

Points hexagons(double pitch, double low, double high) {
  Points out;
  const double rise = std::sqrt(0.75) * pitch;
  const int first = static_cast<int>(std::floor(low / rise)), last = -first + 100;
  for (int j = first; j <= last && j * rise < high; ++j)
    for (double x = low + (j % 2 != 0 ? 0.5 * pitch : 0.0); x < high; x += pitch)
      out.push_back({x, j * rise});
  return out;
}

}  // namespace

TEST(PointGrid, FindsWhatAskingAllPointsFinds) {
  Draw draw(4);
  for (const Points& points : awkward()) {
    const PointGrid grid(points);
    for (int k = 0; k < 200; ++k) {
      const double x = draw(-4.0, 3.0), y = draw(-2.0, 7.0), radius = draw(0.0, 3.0);
      EXPECT_NEAR(std::sqrt(grid.nearest_squared(x, y)), nearest_by_all(points, x, y, -1), 1e-14);
      std::size_t within = 0, found = 0;
      for (const auto& p : points) within += std::hypot(p[0] - x, p[1] - y) <= radius;
      grid.within(x, y, radius, [&](std::size_t j, double squared) {
        ++found;
        EXPECT_NEAR(std::hypot(points[grid.given(j)][0] - x, points[grid.given(j)][1] - y),
                    std::sqrt(squared), 1e-14);
      });
      EXPECT_EQ(found, within);
    }
    for (std::size_t k = 0; k < grid.size(); ++k) {
      const auto& p = grid.points()[k];
      EXPECT_EQ(p, points[grid.given(k)]);
      const double squared =
          grid.nearest_squared(p[0], p[1], std::numeric_limits<double>::infinity(), k);
      const double all = nearest_by_all(points, p[0], p[1], grid.given(k));
      if (points.size() == 1) EXPECT_EQ(squared, all);
      else EXPECT_NEAR(std::sqrt(squared), all, 1e-14);
    }
  }
}

TEST(PointGrid, WhatIsEnoughIsNotGoneBeyond) {
  const PointGrid grid(Points{{0.0, 0.0}, {1.0, 0.0}});
  EXPECT_EQ(grid.nearest_squared(3.0, 0.0, 9.0), 4.0);
  EXPECT_EQ(grid.nearest_squared(3.0, 0.0, 2.0), 2.0);
  EXPECT_EQ(PointGrid(Points{}).nearest_squared(0.0, 0.0, 7.0), 7.0);
}

TEST(ChannelStatistics, DensityCountsPointsOnThePatchAlone) {
  EXPECT_DOUBLE_EQ(density({{0.5, 0.5}, {1.5, 1.5}, {0.5, 1.5}, {9.0, 0.1}}, l_shape()), 2.0 / 3.0);
}

TEST(NearestNeighbour, IsTheLesserPitchOfALattice) {
  const double side = 20e-3;
  EXPECT_NEAR(mean_nearest_neighbour(lattice(1.5e-3, 1e-3, 0.0, side), square(side)), 1e-3, 1e-15);
  EXPECT_NEAR(mean_nearest_neighbour(lattice(1e-3, 2e-3, 0.5, side), square(side)), 1e-3, 1e-15);
  // Of a square lattice it is the pitch, twice that of a random one.
  EXPECT_NEAR(clark_evans(lattice(1e-3, 1e-3, 0.0, side), square(side)), 2.0, 1e-12);
  // Of a hexagonal one 2 sqrt(2 / sqrt 3) over twice: density 2 / (sqrt 3 p^2), on whole periods.
  const Patch periods{{{2.25, 0.5 * std::sqrt(0.75)},
                       {12.25, 0.5 * std::sqrt(0.75)},
                       {12.25, 10.5 * std::sqrt(0.75)},
                       {2.25, 10.5 * std::sqrt(0.75)}}};
  EXPECT_NEAR(clark_evans(hexagons(1.0, -4.0, 20.0), periods),
              2.0 * std::sqrt(2.0 / std::sqrt(3.0)), 1e-9);
}

TEST(NearestNeighbour, IsUnknownForFewPointsAndNearTheEdge) {
  EXPECT_TRUE(std::isnan(mean_nearest_neighbour(Points{}, square(1.0))));
  EXPECT_TRUE(std::isnan(mean_nearest_neighbour(Points{{0.5, 0.5}}, square(1.0))));
  // Within a tenth of the side there are no centres, within a millimetre none of a large patch.
  EXPECT_TRUE(
      std::isnan(mean_nearest_neighbour(Points{{0.0005, 0.005}, {0.0092, 0.005}}, square(0.01))));
  const Points points{{0.0005, 0.5}, {0.0015, 0.5}, {0.5, 0.5}, {0.5, 0.53}};
  EXPECT_NEAR(mean_nearest_neighbour(points, square(1.0)), (0.001 + 0.03 + 0.03) / 3.0, 1e-15);
  // A neighbour beyond the patch is one, but has none.
  EXPECT_NEAR(mean_nearest_neighbour(Points{{0.5, 0.5}, {0.5, 1.2}, {0.5, 1.25}}, square(1.0)), 0.7,
              1e-15);
}

TEST(NearestNeighbour, AgreesWithAskingAllPointsOnAnyPolygon) {
  Draw draw(5);
  for (int shape = 0; shape < 20; ++shape) {
    const Patch patch = star(draw, 4 + shape);
    const Points points = random_points(draw, 400, {1.0, 2.0, 3.0, 4.0});
    double sum = 0.0;
    int count = 0;
    for (std::size_t k = 0; k < points.size(); ++k) {
      if (distance_to_edge(patch, points[k][0], points[k][1]) < 1e-3) continue;
      sum += nearest_by_all(points, points[k][0], points[k][1], k);
      ++count;
    }
    ASSERT_GT(count, 20);
    EXPECT_NEAR(mean_nearest_neighbour(points, patch), sum / count, 1e-13);
  }
}

// The mean of 15 000 nearest distances scatters by 0.52 / sqrt(15000) = 0.4 % about that of their
// density, and this by half of 0.8 %: 0.6 % together and 0.15 % over sixteen draws.
TEST(NearestNeighbour, OfThrownChannelsIsHalfTheRootOfTheAreaOfEach) {
  double distance = 0.0, index = 0.0;
  for (int k = 0; k < Thrown::draws; ++k) {
    const Points points = Thrown::points(k);
    distance += mean_nearest_neighbour(points, Thrown::patch()) / Thrown::draws;
    index += clark_evans(points, Thrown::patch()) / Thrown::draws;
  }
  EXPECT_NEAR(distance, 0.5 / std::sqrt(Thrown::density), 0.01 * distance);
  EXPECT_NEAR(index, 1.0, 0.01);
}

// Numbers of neighbours by distance are those of the lattice: nothing is lost at the edge, and
// nothing lies between.
TEST(PairCorrelation, CountsTheShellsOfALattice) {
  const double p = 1e-3, width = 0.07 * p;
  const auto shells = [&](const PairCorrelation& c, std::vector<std::array<double, 2>> expected) {
    std::vector<double> count(35, 0.0);
    for (const auto& [distance, number] : expected)
      count[static_cast<std::size_t>(distance * p / width)] = number;
    EXPECT_EQ(c.neighbours, count);
  };
  const auto square_rows =
      pair_correlation(lattice(p, p, 0.0, 20 * p), square(20 * p), 35 * width, 35);
  shells(square_rows, {{1.0, 4}, {std::sqrt(2.0), 4}, {2.0, 4}, {std::sqrt(5.0), 8}});
  EXPECT_EQ(square_rows.centres, 16 * 16);  // of 20 rows two on each side lie within 2.45 pitches
  const auto hexagonal = pair_correlation(hexagons(p, -1e-3, 15e-3), square(10e-3), 35 * width, 35);
  shells(hexagonal, {{1.0, 6}, {std::sqrt(3.0), 6}, {2.0, 6}});
}

TEST(PairCorrelation, IsTheShareOfPairsByHand) {
  // Three on a line 0.1 apart amid a unit square: the middle one has two others at 0.1, the ends
  // one there and one at 0.2. At random two others fall in a ring of a bin as its area says.
  const Points points{{0.4, 0.5}, {0.5, 0.5}, {0.6, 0.5}};
  const auto c = pair_correlation(points, square(1.0), 0.3, 3);
  ASSERT_EQ(c.g.size(), 3U);
  EXPECT_NEAR(c.radius[1], 0.15, 1e-15);
  EXPECT_EQ(c.centres, 3);
  const auto wide = pair_correlation(points, square(1.0), 0.375, 5);  // borders 0.075 apart
  EXPECT_DOUBLE_EQ(wide.neighbours[1], 4.0 / 3.0);
  EXPECT_DOUBLE_EQ(wide.neighbours[2], 2.0 / 3.0);
  EXPECT_NEAR(wide.random[1], 2.0 * std::numbers::pi * (0.15 * 0.15 - 0.075 * 0.075), 1e-15);
  EXPECT_NEAR(wide.g[1], wide.neighbours[1] / wide.random[1], 1e-15);
  EXPECT_EQ(wide.g[0], 0.0);
  const auto none = pair_correlation(points, square(1.0), 0.6, 3);
  EXPECT_EQ(none.centres, 0);
  EXPECT_TRUE(std::isnan(none.g[0]));
}

// The first bin holds 15 000 x 1.96 / 2 pairs of a draw, 0.8 %: 0.2 % over sixteen draws; the
// others hold more.
TEST(PairCorrelation, OfThrownChannelsIsOne) {
  std::vector<double> g(4, 0.0);
  for (int k = 0; k < Thrown::draws; ++k) {
    const auto c = pair_correlation(Thrown::points(k), Thrown::patch(), 2e-3, 4);
    for (int bin = 0; bin < 4; ++bin) g[bin] += c.g[bin] / Thrown::draws;
  }
  for (const double each : g) EXPECT_NEAR(each, 1.0, 0.01);
}

TEST(Quadrats, AreCountedByHand) {
  const Points points{{0.1, 0.1}, {1.1, 0.1}, {1.2, 0.3}, {1.9, 0.9},
                      {1.5, 1.5}, {1.6, 1.5}, {1.7, 1.5}, {1.8, 1.5}};
  const auto q = quadrat_dispersion(points, square(2.0), 1.0);  // counts 1, 3, 0 and 4
  EXPECT_EQ(q.cells, 4);
  EXPECT_DOUBLE_EQ(q.mean, 2.0);
  EXPECT_DOUBLE_EQ(q.expected, 2.0);
  EXPECT_DOUBLE_EQ(q.dispersion, (1.0 + 1.0 + 4.0 + 4.0) / 3.0 / 2.0);
}

TEST(Quadrats, AreWholeOnesOnThePatch) {
  EXPECT_EQ(quadrat_dispersion({}, l_shape(), 1.0).cells, 3);
  EXPECT_EQ(quadrat_dispersion({}, l_shape(), 0.5).cells, 12);
  EXPECT_EQ(quadrat_dispersion({}, l_shape(), 0.7).cells, 3);  // (0,0), (1,0) and (0,1) cross x=1
  EXPECT_EQ(quadrat_dispersion({}, square(1.0), 0.3).cells, 9);
  EXPECT_EQ(quadrat_dispersion({}, square(0.1), 0.3).cells, 0);
  // Half of a square: of 10 x 10 those below the diagonal.
  EXPECT_EQ(quadrat_dispersion({}, {{{0, 0}, {1, 0}, {1, 1}}}, 0.1).cells, 45);
  EXPECT_TRUE(std::isnan(quadrat_dispersion({}, square(1.0), 0.5).dispersion));
}

TEST(Quadrats, OfALatticeAreEqual) {
  const auto q = quadrat_dispersion(lattice(1e-3, 1e-3, 0.0, 20e-3), square(20e-3), 2e-3);
  EXPECT_EQ(q.cells, 100);
  EXPECT_NEAR(q.mean, 4.0, 1e-12);
  EXPECT_NEAR(q.dispersion, 0.0, 1e-12);
}

// Of 77 x 77 squares it scatters by sqrt(2 / 5929) = 1.8 %, over sixteen draws by 0.5 %.
TEST(Quadrats, OfThrownChannelsVaryAsTheirMean) {
  double sum = 0.0;
  for (int k = 0; k < Thrown::draws; ++k)
    sum += quadrat_dispersion(Thrown::points(k), Thrown::patch(), 1e-3).dispersion;
  EXPECT_NEAR(sum / Thrown::draws, 1.0, 0.02);
}

TEST(ChannelStatistics, DoNotDependOnThreads) {
  const Points points = Thrown::points(0);
  const PointGrid grid(points);
  const Patch patch = Thrown::patch();
  EXPECT_EQ(mean_nearest_neighbour(grid, patch, 1), mean_nearest_neighbour(grid, patch, 2));
  const auto one = pair_correlation(grid, patch, 1e-3, 7, 1),
             two = pair_correlation(grid, patch, 1e-3, 7, 2);
  EXPECT_EQ(one.g, two.g);
  EXPECT_EQ(one.centres, two.centres);
  const std::vector<double> radii{1e-4, 3e-4};
  EXPECT_EQ(covered_fraction(grid, patch, radii, 1 << 14, 1),
            covered_fraction(grid, patch, radii, 1 << 14, 2));
  Draw draw(6);
  std::vector<Hole> holes;
  for (std::size_t k = 0; k < points.size(); ++k)
    holes.push_back({draw(1e-4, 5e-4), draw(1e-4, 5e-4), draw(0.0, 3.0)});
  EXPECT_EQ(union_area_fraction(grid, holes, patch, 32, 1),
            union_area_fraction(grid, holes, patch, 32, 2));
  EXPECT_EQ(largest_empty_circle(grid, patch, 1), largest_empty_circle(grid, patch, 3));
}

TEST(ChannelStatistics, MoveWithThePatch) {
  Draw draw(7);
  const Patch patch = rectangle(30e-3, 20e-3);
  const Points points = random_points(draw, 1500, {-1e-3, -1e-3, 31e-3, 21e-3});
  for (const Move& move : {Move{0.0, 0.4, -0.3}, Move{0.7, 0.02, 0.05}, Move{-2.1, -0.01, 0.0}}) {
    const Points moved = move(points);
    const Patch there = move(patch);
    EXPECT_NEAR(density(moved, there) / density(points, patch), 1.0, 1e-12);
    const auto c = pair_correlation(points, patch, 3e-3, 6),
               m = pair_correlation(moved, there, 3e-3, 6);
    EXPECT_EQ(c.centres, m.centres);
    EXPECT_EQ(c.neighbours, m.neighbours);
    EXPECT_NEAR(largest_empty_circle(moved, there), largest_empty_circle(points, patch), 1e-12);
    EXPECT_NEAR(covered_fraction(moved, there, {3e-4})[0],
                covered_fraction(points, patch, {3e-4})[0], 2e-3);
    // The margin of the nearest neighbours is a millimetre in either position.
    EXPECT_NEAR(mean_nearest_neighbour(moved, there), mean_nearest_neighbour(points, patch), 1e-13);
  }
}
