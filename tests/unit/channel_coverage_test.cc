#include <cmath>
#include <numbers>
#include <numeric>

#include <gtest/gtest.h>

#include "percuta/channel/statistics.h"
#include "support/point_patterns.h"

using namespace percuta::channel;

namespace {

constexpr double kPi = std::numbers::pi;

/// What a straight line at a distance of the centre cuts off a disc.
double segment(double radius, double distance) {
  return radius > distance ? radius * radius * std::acos(distance / radius) -
                                 distance * std::sqrt(radius * radius - distance * distance)
                           : 0.0;
}

}  // namespace

// 512 x 512 probes, of which those whose square an edge of a disc crosses say by chance whether it
// is covered: 40 000 at most, 0.03 % of the area.
TEST(Coverage, OfASquareLatticeIsThatOfADiscInItsCell) {
  const double p = 1e-3, side = 20 * p;
  const std::vector<double> radii{0.2 * p, 0.4 * p, 0.5 * p, 0.6 * p, 0.7 * p, 0.71 * p};
  const auto covered = covered_fraction(lattice(p, p, 0.0, side), square(side), radii);
  for (std::size_t k = 0; k + 1 < radii.size(); ++k)
    EXPECT_NEAR(covered[k],
                (kPi * radii[k] * radii[k] - 4.0 * segment(radii[k], 0.5 * p)) / (p * p), 1.2e-3)
        << radii[k] / p;
  EXPECT_EQ(covered.back(), 1.0);  // beyond half the diagonal
}

TEST(Coverage, OfAHexagonalLatticeIsThatOfADiscInItsCell) {
  const double p = 1.0, rise = std::sqrt(0.75);
  Points points;
  for (int j = -2; j <= 22; ++j)
    for (int i = -2; i <= 22; ++i) points.push_back({i + (j % 2 != 0 ? 0.5 : 0.0), j * rise});
  const std::vector<double> radii{0.3, 0.5, 0.55, 0.57};
  const auto covered = covered_fraction(points, rectangle(20 * p, 20 * rise), radii);
  for (std::size_t k = 0; k < radii.size(); ++k)
    EXPECT_NEAR(covered[k], (kPi * radii[k] * radii[k] - 6.0 * segment(radii[k], 0.5)) / rise,
                1.2e-3);
}

// One disc about the inner corner of an L misses the quarter that is not skin.
TEST(Coverage, IsAShareOfThePatchAlone) {
  const auto covered = covered_fraction(Points{{1.0, 1.0}}, l_shape(), {0.0, 0.5, 0.9, 3.0});
  EXPECT_EQ(covered[0], 0.0);
  EXPECT_NEAR(covered[1], 0.75 * kPi * 0.25 / 3.0, 5e-4);
  EXPECT_NEAR(covered[2], 0.75 * kPi * 0.81 / 3.0, 5e-4);
  EXPECT_EQ(covered[3], 1.0);
  EXPECT_EQ(covered_fraction(Points{}, l_shape(), {1.0})[0], 0.0);
}

// Of a square one corner of which is treated: that corner and what lies within the radius of it, a
// strip along two sides and a quarter of a disc.
TEST(Coverage, GoesOnBeyondWhereChannelsEnd) {
  Draw draw(13);
  const auto points = random_points(draw, 200000, {0.0, 0.0, 0.1, 0.1});
  EXPECT_NEAR(covered_fraction(points, square(1.0), {0.2})[0],
              0.01 + 2.0 * 0.1 * 0.2 + 0.25 * kPi * 0.04, 1e-3);
}

TEST(Coverage, TakesAsManyProbesAsItIsTold) {
  // A share of n probes is a whole number of n-ths.
  const double share = covered_fraction(Points{{0.3, 0.4}}, square(1.0), {0.37}, 100)[0];
  EXPECT_NEAR(share * 100.0, std::round(share * 100.0), 1e-9);
  EXPECT_NEAR(share, kPi * 0.37 * 0.37 - segment(0.37, 0.3), 0.1);
}

// The number of channels scatters by 0.8 % in a draw and the area that so many small discs cover as
// much, 0.2 % over sixteen draws; larger discs by less.
TEST(Coverage, OfThrownChannelsIsThatOfPoisson) {
  const std::vector<double> radii{100e-6, 200e-6, 500e-6};
  std::vector<double> covered(3, 0.0);
  for (int draw = 0; draw < Thrown::draws; ++draw) {
    const auto one = covered_fraction(Thrown::points(draw), Thrown::patch(), radii);
    for (int k = 0; k < 3; ++k) covered[k] += one[k] / Thrown::draws;
  }
  for (int k = 0; k < 3; ++k) {
    const double expected = 1.0 - std::exp(-Thrown::density * kPi * radii[k] * radii[k]);
    EXPECT_NEAR(covered[k], expected, 0.01 * expected) << radii[k];
  }
}

TEST(Coverage, ByPassIsThatOfThePointsLaidSoFar) {
  const Points points = Thrown::points(1);
  std::vector<int> pass;
  Points first, two;
  for (std::size_t k = 0; k < points.size(); ++k) {
    pass.push_back(k % 7 == 0 ? 0 : k % 2 == 0 ? 1 : 3);
    if (pass.back() == 0) first.push_back(points[k]);
    if (pass.back() <= 1) two.push_back(points[k]);
  }
  const std::vector<double> radii{500e-6, 100e-6};
  const Patch patch = Thrown::patch();
  const auto covered = covered_by_pass(points, pass, 4, patch, radii, 1 << 15);
  ASSERT_EQ(covered.size(), 4U);
  EXPECT_EQ(covered[0], covered_fraction(first, patch, radii, 1 << 15));
  EXPECT_EQ(covered[1], covered_fraction(two, patch, radii, 1 << 15));
  EXPECT_EQ(covered[2], covered[1]);
  EXPECT_EQ(covered[3], covered_fraction(points, patch, radii, 1 << 15));
  EXPECT_LT(covered[0][1], covered[1][1]);
  EXPECT_GT(covered[0][0], covered[0][1]);
}

TEST(UnionOfHoles, ThatDoNotMeetIsTheSumOfTheirAreas) {
  const Points points{{0.2, 0.2}, {0.7, 0.2}, {0.5, 0.8}};
  const std::vector<Hole> holes{{0.2, 0.1, 0.3}, {0.1, 0.1, 0.0}, {0.15, 0.05, -1.0}};
  EXPECT_NEAR(union_area_fraction(points, holes, square(1.0)),
              kPi * (0.2 * 0.1 + 0.1 * 0.1 + 0.15 * 0.05), 1e-15);
  // Side by side, so near that their circles meet but they themselves do not.
  EXPECT_NEAR(union_area_fraction(Points{{0.5, 0.45}, {0.5, 0.55}},
                                  {{0.2, 0.04, 0.0}, {0.2, 0.04, 0.0}}, square(1.0)),
              2.0 * kPi * 0.2 * 0.04, 1e-15);
  EXPECT_EQ(union_area_fraction(points, {{0, 0, 0}, {0.1, 0, 0}, {0, 0.1, 0}}, square(1.0)), 0.0);
  EXPECT_EQ(union_area_fraction(Points{}, {}, square(1.0)), 0.0);
}

TEST(UnionOfHoles, InOnePlaceIsOneOfThem) {
  EXPECT_NEAR(union_area_fraction(Points(4, {0.5, 0.5}), std::vector<Hole>(4, {0.2, 0.1, 0.5}),
                                  square(1.0)),
              kPi * 0.2 * 0.1, 1e-15);
  // A small one within a large one adds nothing; each sample of 20 000 says whether it is in both.
  EXPECT_NEAR(union_area_fraction(Points{{0.5, 0.5}, {0.55, 0.5}},
                                  {{0.2, 0.2, 0.0}, {0.1, 0.05, 1.0}}, square(1.0), 20000),
              kPi * 0.2 * 0.2, 1e-3 * kPi * 0.2 * 0.2);
}

// Of 10 000 samples in strata those on the border of the lens are a hundredth, and err by half.
TEST(UnionOfHoles, OfTwoEqualCirclesLacksTheirLens) {
  const double r = 0.2;
  for (const double apart : {0.05, 0.2, 0.3, 0.39}) {
    const double lens = 2.0 * segment(r, 0.5 * apart);
    EXPECT_NEAR(union_area_fraction(Points{{0.5, 0.5}, {0.5, 0.5 + apart}},
                                    {{r, r, 0.0}, {r, r, 2.0}}, square(1.0), 10000),
                2.0 * kPi * r * r - lens, 5e-3 * kPi * r * r)
        << apart;
  }
}

// Stretched by two along a slanted direction, the lens is twice as large.
TEST(UnionOfHoles, OfTwoEllipsesIsThatOfCirclesStretched) {
  const double r = 0.1, apart = 0.1, c = std::cos(0.6), s = std::sin(0.6);
  const Points points{{0.5, 0.5}, {0.5 + 2.0 * apart * c, 0.5 + 2.0 * apart * s}};
  const double lens = 2.0 * segment(r, 0.5 * apart);
  EXPECT_NEAR(union_area_fraction(points, {{2 * r, r, 0.6}, {2 * r, r, 0.6}}, square(1.0), 10000),
              2.0 * (2.0 * kPi * r * r - lens), 5e-3 * kPi * r * r);
}

// Few samples a hole give no more and no less in the mean: 3000 pairs of four samples, each of
// which weighs one or a half.
TEST(UnionOfHoles, HasNoBiasWithFewSamples) {
  const double r = 0.2, apart = 0.2;
  Points points;
  for (int k = 0; k < 3000; ++k) {
    points.push_back({k + 0.5, 0.5});
    points.push_back({k + 0.5 + apart, 0.5});
  }
  const std::vector<Hole> holes(points.size(), {r, r, 0.0});
  EXPECT_NEAR(union_area_fraction(points, holes, rectangle(3000.0, 1.0), 4),
              2.0 * kPi * r * r - 2.0 * segment(r, 0.5 * apart), 0.01 * kPi * r * r);
}

// Ellipses that lie any way cover as circles of their area do: 0.8 % of scatter in the number of
// each of sixteen draws.
TEST(UnionOfHoles, OfThrownChannelsIsThatOfPoisson) {
  double circles = 0.0, ellipses = 0.0;
  for (int k = 0; k < Thrown::draws; ++k) {
    const PointGrid grid(Thrown::points(k));
    Draw draw(50 + k);
    std::vector<Hole> slits;
    for (std::size_t j = 0; j < grid.size(); ++j) slits.push_back({500e-6, 200e-6, draw(0.0, kPi)});
    circles += union_area_fraction(grid, std::vector<Hole>(grid.size(), {100e-6, 100e-6, 0.0}),
                                   Thrown::patch(), 16);
    ellipses += union_area_fraction(grid, slits, Thrown::patch(), 16);
  }
  const double few = 1.0 - std::exp(-Thrown::density * kPi * 1e-4 * 1e-4);
  const double many = 1.0 - std::exp(-Thrown::density * kPi * 5e-4 * 2e-4);
  EXPECT_NEAR(circles / Thrown::draws, few, 0.01 * few);
  EXPECT_NEAR(ellipses / Thrown::draws, many, 0.01 * many);
}
