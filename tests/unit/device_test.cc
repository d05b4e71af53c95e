// Devices by their kinds: needles on their heads, and what a needle bears.

#include "percuta/device/device.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/study/case.h"

using namespace percuta;

namespace {

constexpr double pi = std::numbers::pi;

/// P L^2/(E I_base) from the smallest positive root of tan(s (1-t)/t) = -s, found by walking along
/// s until the sides cross.
double cone_by_walking(double t) {
  const double c = (1.0 - t) / t;
  const auto f = [&](double s) { return std::sin(c * s) + s * std::cos(c * s); };
  const double step = 1e-4 / c;
  double low = step;
  while (f(low + step) > 0.0) low += step;
  double high = low + step;
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (low + high);
    (f(middle) > 0.0 ? low : high) = middle;
  }
  return low * low * (1.0 - t) * (1.0 - t);
}

/// Whether the column goes on rising to its base under a force: EI y'' + P y = 0 in small steps
/// from the tip on.
bool holds_in_steps(const device::Needle& n, double force) {
  constexpr int kSteps = 20000;
  const double h = n.length / kSteps;
  double y = 0.0, slope = 1.0;
  for (int k = 0; k < kSteps && slope > 0.0; ++k) {
    const auto bend = [&](double x) {
      const double r = std::min(n.shank_radius, n.tip_radius + x * std::tan(n.half_angle));
      return force / (device::kSteel * 0.25 * pi * std::pow(r, 4));
    };
    const double x = k * h, half_y = y + 0.5 * h * slope,
                 half_slope = slope - 0.5 * h * bend(x) * y;
    y += h * half_slope;
    slope -= h * bend(x + 0.5 * h) * half_y;
  }
  return slope > 0.0;
}

double inertia(double radius) { return 0.25 * pi * std::pow(radius, 4); }

std::string message(const std::string& text, const study::Overrides& overrides = {}) {
  try {
    study::parse_case(text, "case.toml", overrides);
  } catch (const core::InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

// Derived for a clamped truncated cone; the printed figures of the closed form to their digits.
TEST(Needle, ATruncatedConeBucklesAtItsClosedForm) {
  const double length = 1e-3, base = 100e-6, unit = device::kSteel * inertia(base) / 1e-6;
  for (const double t : {0.05, 0.1, 0.3, 0.5, 0.8}) {
    const double expected = cone_by_walking(t);
    EXPECT_NEAR(device::cone_buckling_force(length, base, t * base) / unit, expected,
                1e-6 * expected)
        << t;
  }
  EXPECT_NEAR(device::cone_buckling_force(length, base, 0.05 * base) / unit, 0.02229, 5e-6);
  EXPECT_NEAR(device::cone_buckling_force(length, base, 0.1 * base) / unit, 0.08045, 5e-6);
  EXPECT_NEAR(device::cone_buckling_force(length, base, 0.8 * base) / unit, 1.88350, 5e-6);
  EXPECT_NEAR(device::cone_buckling_force(length, base, base) / unit, 0.25 * pi * pi, 1e-9);
}

// Cone and shaft are its ends; between them the column's equation in small steps.
TEST(Needle, StrengthMeetsConeAndShaft) {
  for (const double t : {0.05, 0.1, 0.3, 0.5, 0.8}) {
    const double length = 1e-3, base = 100e-6;
    const device::Needle cone{length, base, t * base, std::atan((1.0 - t) * base / length)};
    const double expected = device::cone_buckling_force(length, base, t * base);
    EXPECT_NEAR(device::strength(cone), expected, 1e-6 * expected) << t;
  }
  const device::Needle shaft{1.5e-3, 125e-6, 125e-6, 0.2};
  EXPECT_NEAR(device::strength(shaft), device::buckling_force(shaft), 1e-9);
  EXPECT_NEAR(device::buckling_force(shaft), 42.0, 0.5);  // 0.25 mm by 1.5 mm of steel
  const device::Needle between{1.5e-3, 125e-6, 10e-6, 0.2};
  EXPECT_LT(device::strength(between), device::buckling_force(between));
  EXPECT_GT(device::strength(between), device::cone_buckling_force(1.5e-3, 125e-6, 10e-6));
  for (const auto& n : {between, device::Needle{1.5e-3, 125e-6, 4e-6, 0.2094},
                        device::Needle{0.77e-3, 70e-6, 4e-6, 0.0855}}) {
    EXPECT_TRUE(holds_in_steps(n, 0.999 * device::strength(n)));
    EXPECT_FALSE(holds_in_steps(n, 1.001 * device::strength(n)));
  }
}

TEST(Heads, ShareTheirAreaAmongTheirNeedles) {
  const device::Device stamp{"s", {}, device::Stamp{1.5e-3, 6, 4, false}};
  EXPECT_EQ(device::needle_count(stamp.head), 24);
  EXPECT_NEAR(device::cell_area(stamp), 2.25e-6, 1e-18);
  EXPECT_NEAR(device::width(stamp.head), 9e-3, 1e-15);
  const device::Device pen{"p", {}, device::Pen{6, 10e-3, 1e-3, 0.0, 120.0}};
  EXPECT_NEAR(6.0 * device::cell_area(pen), pi * 25e-6, 1e-15);
  EXPECT_EQ(device::kind(stamp), "stamp");
  EXPECT_EQ(device::kind(pen), "pen");
}

TEST(Heads, PlacesLieOnTheHeadAsTheirPitchSays) {
  const device::Stamp stamp{1.5e-3, 3, 5, true};
  const auto on_stamp = device::places(stamp);
  ASSERT_EQ(on_stamp.size(), 15U);
  double sum = 0.0, least = 1.0;
  for (std::size_t i = 0; i < on_stamp.size(); ++i) {
    sum += on_stamp[i].across;
    for (std::size_t j = 0; j < i; ++j)
      least = std::min(least, std::hypot(on_stamp[i].along - on_stamp[j].along,
                                         on_stamp[i].across - on_stamp[j].across));
  }
  EXPECT_NEAR(sum, 0.0, 1e-15);
  EXPECT_NEAR(least, device::smallest_pitch(stamp), 1e-12);
  const device::Pen pen{14, 10e-3, 1e-3, 0.0, 120.0};
  int inner = 0;  // spread evenly: half of the needles in half of the area
  for (const auto& p : device::places(pen)) {
    const double r = std::hypot(p.along, p.across);
    EXPECT_LT(r, 5e-3);
    inner += r < 5e-3 / std::sqrt(2.0) ? 1 : 0;
  }
  EXPECT_EQ(inner, 7);
}

TEST(Heads, KeysOfAnotherKindHaveNoPlace) {
  const std::string pen = "skin = \"cheek\"\ndevice = \"pen-6\"\n";
  EXPECT_EQ(device::kind(study::parse_case(pen, "x").device), "pen");
  EXPECT_NE(
      message(pen, {{"device.roller.rows", "4"}}).find("device.roller.rows has no place here"),
      std::string::npos);
  EXPECT_NE(message(pen, {{"device.roller.rows", "4"}}).find("device.kind = \"roller\""),
            std::string::npos);
  EXPECT_NE(message(pen, {{"device.kind", "drum"}}).find("roller, stamp, pen"), std::string::npos);
  EXPECT_EQ(message(pen, {{"device.kind", "drum"}}).find("is missing"), std::string::npos);
  // A roller of the catalogue made a pen says what is missing, and nothing of its drum.
  const auto bare = message("skin = \"cheek\"\ndevice = \"mf8-1.0mm\"\n", {{"device.kind", "pen"}});
  EXPECT_NE(bare.find("device.pen.stroke is missing"), std::string::npos) << bare;
  EXPECT_EQ(bare.find("drum"), std::string::npos) << bare;
}

TEST(Heads, MistakesAreToldByTheirKey) {
  const std::string pen = "skin = \"cheek\"\ndevice = \"pen-6\"\n";
  EXPECT_NE(message(pen, {{"protocol.speed", "slow"}}).find("protocol.speed is \"slow\""),
            std::string::npos);
  EXPECT_NE(
      message(pen, {{"device.needle.length", "0.5 mm"}}).find("device.pen.stroke is out of range"),
      std::string::npos);
  EXPECT_NE(message(pen, {{"device.pen.needles", "200"}, {"device.pen.head_width", "2 mm"}})
                .find("device.pen.needles makes needles overlap"),
            std::string::npos);
  const std::string roller = "skin = \"cheek\"\ndevice = \"mf8-1.0mm\"\n";
  EXPECT_NE(message(roller, {{"channels.sample_side", "2 mm"}})
                .find("channels.sample_side makes a patch of 2 mm by 2 mm"),
            std::string::npos);
  const auto bow =
      message(roller +
              "[channels]\noutline = [{ x = \"0 mm\", y = \"0 mm\" }, { x = \"20 mm\", y = \"20 "
              "mm\" }, { x = \"20 mm\", y = \"0 mm\" }, { x = \"0 mm\", y = \"20 mm\" }]\n");
  EXPECT_NE(bow.find("channels.outline crosses itself"), std::string::npos) << bow;
  const auto dense = message(pen, {{"protocol.passes_per_direction", "100"},
                                   {"channels.sample_side", "100 mm"},
                                   {"protocol.speed", "1 mm/s"},
                                   {"device.pen.stroke_rate", "1000 Hz"}});
  EXPECT_NE(dense.find("needle landings, in some"), std::string::npos) << dense;
  EXPECT_NE(dense.find("GB of memory"), std::string::npos) << dense;
}

// Rows in a helix: each a share of the pitch behind the one before.
TEST(Heads, RowsOfAHelixWindEvenly) {
  device::Roller r{10e-3, 20e-3, 8, 24, false, 1.0};
  for (int row = 0; row < 8; ++row) EXPECT_NEAR(device::row_shift(r, row), row / 8.0, 1e-15);
  r.staggered = true;
  EXPECT_NEAR(device::row_shift(r, 3), 0.5 + 3.0 / 8.0, 1e-15);
  // Straight, staggered and wound rows from all pairs of needles on three turns of the drum's face.
  for (const auto& [staggered, helix] :
       {std::pair{false, 0.0}, {true, 0.0}, {false, 1.0}, {true, 2.5}, {false, 4.0}}) {
    const device::Roller wound{5e-3, 4e-3, 8, 40, staggered, helix};
    const double along = 2.0 * pi * 5e-3 / 40.0, across = 0.5e-3;
    double least = 1.0;
    for (int a = 0; a < 8; ++a)
      for (int b = 0; b < 8; ++b)
        for (int k = -20; k <= 20; ++k) {
          if (a == b && k == 0) continue;
          const double u = (device::row_shift(wound, a) - device::row_shift(wound, b) + k) * along;
          least = std::min(least, std::hypot(u, (a - b) * across));
        }
    EXPECT_NEAR(device::smallest_pitch(wound), least, 1e-12) << staggered << helix;
  }
}
