#include "percuta/channel/patch.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "support/point_patterns.h"

using namespace percuta::channel;

namespace {

/// Turns that the outline makes about a place, by the angles of its edges.
double turns(const Patch& p, double x, double y) {
  double sum = 0.0;
  for (std::size_t k = 0; k < p.outline.size(); ++k) {
    const auto &a = p.outline[k], &b = p.outline[(k + 1) % p.outline.size()];
    sum += std::remainder(std::atan2(b[1] - y, b[0] - x) - std::atan2(a[1] - y, a[0] - x),
                          2.0 * std::numbers::pi);
  }
  return sum / (2.0 * std::numbers::pi);
}

/// Distance to the outline by halving each edge about its nearest place.
double nearest_edge(const Patch& p, double x, double y) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < p.outline.size(); ++k) {
    const auto &a = p.outline[k], &b = p.outline[(k + 1) % p.outline.size()];
    const auto at = [&](double t) {
      return std::hypot(a[0] + t * (b[0] - a[0]) - x, a[1] + t * (b[1] - a[1]) - y);
    };
    double low = 0.0, high = 1.0;
    while (high - low > 1e-7) {
      const double third = (high - low) / 3.0;
      if (at(low + third) < at(high - third)) high -= third;
      else low += third;
    }
    least = std::min(least, at(0.5 * (low + high)));
  }
  return least;
}

}  // namespace

TEST(Patch, AreaIsThatOfTheShapeEitherWayRoundAndFarFromTheOrigin) {
  EXPECT_DOUBLE_EQ(area(square(0.02)), 4e-4);
  EXPECT_DOUBLE_EQ(area(l_shape()), 3.0);
  Patch triangle{{{1e6, 1e6}, {1e6 + 4.0, 1e6}, {1e6 + 4.0, 1e6 + 3.0}}};
  EXPECT_DOUBLE_EQ(area(triangle), 6.0);
  std::swap(triangle.outline[0], triangle.outline[1]);
  EXPECT_DOUBLE_EQ(area(triangle), 6.0);
}

TEST(Patch, TheArmsOfAnLHoldWhatItsMissingCornerDoesNot) {
  const Patch l = l_shape();
  EXPECT_TRUE(contains(l, 0.5, 0.5));
  EXPECT_TRUE(contains(l, 1.5, 0.5));
  EXPECT_TRUE(contains(l, 0.5, 1.5));
  EXPECT_FALSE(contains(l, 1.5, 1.5));
  EXPECT_FALSE(contains(l, -0.1, 0.5));
  EXPECT_NEAR(distance_to_edge(l, 1.5, 0.4), 0.4, 1e-15);
  EXPECT_NEAR(distance_to_edge(l, 0.6, 0.7), 0.5, 1e-15);  // of the inner corner, 0.3 and 0.4 off
  EXPECT_NEAR(distance_to_edge(l, 1.3, 1.4), -0.3, 1e-15);
  EXPECT_NEAR(distance_to_edge(l, 2.3, 1.4), -0.5, 1e-15);
}

TEST(Patch, ARectangleMeasuresAsItDoesWithACornerAmidASide) {
  const Patch fast = rectangle(2.0, 1.0);
  const Patch slow{{{0.0, 0.0}, {0.7, 0.0}, {2.0, 0.0}, {2.0, 1.0}, {0.0, 1.0}}};
  const Patch reversed{{{0.0, 1.0}, {2.0, 1.0}, {2.0, 0.0}, {0.0, 0.0}}};
  Draw draw(1);
  for (int k = 0; k < 2000; ++k) {
    const double x = draw(-1.0, 3.0), y = draw(-1.0, 2.0);
    EXPECT_EQ(contains(fast, x, y), contains(slow, x, y));
    EXPECT_NEAR(distance_to_edge(fast, x, y), distance_to_edge(slow, x, y), 1e-15);
    EXPECT_EQ(distance_to_edge(fast, x, y), distance_to_edge(reversed, x, y));
  }
  EXPECT_TRUE(contains(fast, 0.0, 0.0));
  EXPECT_TRUE(contains(fast, 2.0, 1.0));
  EXPECT_EQ(distance_to_edge(fast, 2.0, 0.5), 0.0);
}

TEST(Patch, AnyPolygonHoldsThePlacesThatItGoesAround) {
  Draw draw(2);
  int inside = 0;
  for (int shape = 0; shape < 40; ++shape) {
    const Patch p = star(draw, 5 + shape % 9);
    ASSERT_EQ(why_impossible(p), "");
    for (int k = 0; k < 100; ++k) {
      const double x = draw(1.0, 3.0), y = draw(2.0, 4.0);
      const bool on = std::abs(turns(p, x, y)) > 0.5;
      inside += on;
      EXPECT_EQ(contains(p, x, y), on);
      EXPECT_NEAR(distance_to_edge(p, x, y), (on ? 1.0 : -1.0) * nearest_edge(p, x, y), 1e-6);
    }
  }
  EXPECT_GT(inside, 500);
  EXPECT_LT(inside, 3500);
}

TEST(Patch, WhatIsWrongWithAnOutlineIsSaidInWords) {
  EXPECT_EQ(why_impossible({}), "has no corners");
  EXPECT_EQ(why_impossible({{{0, 0}}}), "has one corner");
  EXPECT_EQ(why_impossible({{{0, 0}, {1, 0}}}), "has two corners");
  EXPECT_EQ(why_impossible({{{0, 0}, {1, 0}, {NAN, 1}}}), "has no finite corner 3");
  EXPECT_EQ(why_impossible({{{0, 0}, {1, 0}, {1, 0}, {0, 1}}}), "has corners 2 and 3 in one place");
  EXPECT_EQ(why_impossible({{{0, 0}, {1, 1}, {3, 3}, {2, 2}}}), "has no area");
  EXPECT_EQ(why_impossible({{{0, 0}, {1, 1}, {1, 0}, {0, 1}}}),
            "crosses itself between corners 1 and 3");
  // The edge from (4, 4) comes down on the second one.
  EXPECT_EQ(why_impossible({{{0, 0}, {2, -1}, {2, 3}, {4, 4}, {2, 1}, {0, 4}}}),
            "crosses itself between corners 2 and 4");
  EXPECT_EQ(why_impossible({{{0, 0}, {4, 0}, {2, 0}, {2, 3}}}), "turns back on itself at corner 2");
  EXPECT_EQ(why_impossible(l_shape()), "");
  EXPECT_EQ(why_impossible(square(1e-3)), "");
  // A corner amid a straight side does no harm.
  EXPECT_EQ(why_impossible({{{0, 0}, {1, 0}, {2, 0}, {2, 1}}}), "");
}

TEST(Patch, ItsBoxHoldsItsCorners) {
  const Box b = bounding_box({{{1, 5}, {-2, 3}, {4, -1}}});
  EXPECT_EQ(b.left, -2);
  EXPECT_EQ(b.bottom, -1);
  EXPECT_EQ(b.right, 4);
  EXPECT_EQ(b.top, 5);
}
