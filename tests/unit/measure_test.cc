// A measured curve beside the model: columns by their names and units, misfit by hand.

#include "percuta/study/measure.h"

#include <cmath>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"

using namespace percuta;

namespace {

std::string told(const std::string& text) {
  try {
    study::parse_measured(text, "mine.csv");
  } catch (const core::InputError& e) {
    return e.what();
  }
  return "";
}

/// A result with one series: force = 2 N/mm times displacement, from 0 to 1 mm.
io::Document line() {
  const auto m = study::parse_measured("displacement [mm], force [mN]\n0, 0\n", "x");
  config::OutputValue x{m.x, {0.0, 0.5e-3, 1e-3}, {3}}, y{m.y, {0.0, 1.0, 2.0}, {3}};
  io::Document out;
  out.outputs = {x, y};
  return out;
}

}  // namespace

TEST(Measured, ColumnsAreFoundByNameAndUnitInEitherOrder) {
  const auto m = study::parse_measured(
      "# by hand\nforce [mN], displacement [um]\n 10, 200\n20,\t400\n", "mine.csv");
  EXPECT_EQ(m.x.path, "insertion.displacement");
  EXPECT_EQ(m.y.path, "insertion.force");
  ASSERT_EQ(m.at.size(), 2U);
  EXPECT_NEAR(m.at[1], 400e-6, 1e-15);
  EXPECT_NEAR(m.value[1], 20e-3, 1e-15);
  const auto heals = study::parse_measured("time [days], collagen [1]\n28, 1.1\n", "h.csv");
  EXPECT_EQ(heals.y.path, "healing.collagen");
  EXPECT_NEAR(heals.at[0], 28.0 * 86400.0, 1e-6);
}

TEST(Measured, MisfitIsThatOfTheModelLessTheMeasured) {
  const auto m = study::parse_measured(
      "displacement [mm], force [mN]\n0.25, 600\n0.5, 900\n1.0, 2000\n2.0, 5000\n", "x");
  const auto o = study::overlay(line(), m);
  EXPECT_EQ(o.inside, 3);
  EXPECT_EQ(o.outside, 1);
  EXPECT_NEAR(o.predicted[0], 0.5, 1e-12);  // 2 N/mm at 0.25 mm
  EXPECT_TRUE(std::isnan(o.predicted[3]));
  EXPECT_NEAR(o.bias, (-0.1 + 0.1 + 0.0) / 3.0, 1e-12);
  EXPECT_NEAR(o.rms, std::sqrt(0.02 / 3.0), 1e-12);
  EXPECT_NEAR(o.largest, 0.1, 1e-12);
  EXPECT_NEAR(o.relative, std::sqrt(0.02 / (0.36 + 0.81 + 4.0)), 1e-12);
}

TEST(Measured, MistakesAreToldWithTheirLine) {
  EXPECT_NE(told("displacement, force\n").find("has no unit"), std::string::npos);
  EXPECT_NE(told("displacment [mm], force [mN]\n").find("did you mean displacement"),
            std::string::npos);
  EXPECT_NE(told("displacement [mm], force [mm]\n").find("has the unit \"mm\""), std::string::npos);
  EXPECT_NE(told("displacement [mm], collagen [1]\n").find("neither column"), std::string::npos);
  const auto bad = told("displacement [mm], force [mN]\n0.1, 2\n0.2, much\n");
  EXPECT_NE(bad.find("mine.csv:3"), std::string::npos) << bad;
  EXPECT_NE(bad.find("\"much\" is no number"), std::string::npos) << bad;
  EXPECT_NE(told("displacement [mm], force [mN], x [mm]\n").find("has 3 columns"),
            std::string::npos);
  EXPECT_NE(told("displacement [mm], force [mN]\n").find("no measured points"), std::string::npos);
}

TEST(Measured, JsonCarriesTheWarningsOfItsResult) {
  const auto o =
      study::overlay(line(), study::parse_measured("displacement [mm], force [mN]\n0.5, 1\n", "x"));
  EXPECT_NE(study::overlay_json(o, {}, {"the needle buckles"}).find("\"the needle buckles\""),
            std::string::npos);
}
