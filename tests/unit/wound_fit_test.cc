// Healing constants from courses of a wound: those that made a course are found again.

#include "percuta/evidence/wound_fit.h"

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/healing/record.h"
#include "support/refusal.h"

using namespace percuta;
using namespace percuta::evidence;

namespace {

using core::kDay;

/// Courses of other constants, made with finer tolerances and output than those of the fit.
WoundData made_by(const healing::Parameters& p, std::vector<std::string> constants) {
  WoundData out{"made", std::move(constants), {}};
  healing::Settings fine;
  fine.relative_tolerance = 1e-9;
  fine.output_step = 0.05 * kDay;
  for (const char* name :
       {"neutrophils", "macrophages", "inflammation", "myofibroblasts", "collagen", "strength"}) {
    WoundCourse course{name, WoundCourse::Over::peak, 0.05, {}, "made"};
    if (course.name == "collagen") course.over = WoundCourse::Over::day_28;
    if (course.name == "strength") course.over = WoundCourse::Over::healthy;
    for (const double day : {1.0, 2.0, 4.0, 7.0, 10.0, 14.0, 18.0, 21.0, 24.0, 40.0, 90.0})
      course.points.push_back({day * kDay, 0.0});
    const auto values = predicted(course, p, fine);
    for (std::size_t k = 0; k < values.size(); ++k) course.points[k].value = values[k];
    out.courses.push_back(course);
  }
  return out;
}

std::string read_text(const std::string& text) {
  const std::string file = testing::TempDir() + "wound.toml";
  std::ofstream(file) << text;
  return test::refusal([&] { read_wound_data(file); });
}

}  // namespace

// Constants that the fit starts 20 to 50 % away from come back to a hundredth.
TEST(WoundFit, ConstantsThatMadeTheCoursesAreFoundAgain) {
  const auto start = healing::default_parameters();
  auto truth = start;
  truth.neutrophil_decay *= 1.3;
  truth.alarm_decay *= 0.8;
  truth.myofibroblast_decay *= 1.5;
  truth.crosslink_time *= 1.4;
  const auto fit = fit_wound(
      made_by(truth, {"neutrophil_decay", "alarm_decay", "myofibroblast_decay", "crosslink_time"}),
      start);
  const double wanted[] = {truth.neutrophil_decay, truth.alarm_decay, truth.myofibroblast_decay,
                           truth.crosslink_time};
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_NEAR(fit.constants[k].fitted / wanted[k], 1.0, 0.01) << fit.constants[k].name;
    EXPECT_TRUE(fit.constants[k].identified()) << fit.constants[k].name;
  }
  EXPECT_TRUE(fit.converged);
  EXPECT_GT(fit.courses.back().before, 0.5);
  EXPECT_LT(fit.courses.back().after, 0.05);
}

// A well-mixed wound has nowhere to diffuse to, and no channel: such constants are not told.
TEST(WoundFit, WhatNoCourseDependsOnIsNotIdentified) {
  const auto start = healing::default_parameters();
  const auto fit =
      fit_wound(made_by(start, {"neutrophil_decay", "growth_diffusivity", "damage_length"}), start);
  EXPECT_TRUE(fit.constants[0].identified());
  EXPECT_FALSE(fit.constants[1].identified());
  EXPECT_FALSE(fit.constants[2].identified());
  EXPECT_TRUE(std::isinf(fit.constants[1].relative_error));
  EXPECT_NE(wound_fit_toml(fit).find("not identified"), std::string::npos);
}

// An influx scales a course that is a share of its own peak away.
TEST(WoundFit, WhatOnlyScalesANormalisedCourseIsNotIdentified) {
  const auto start = healing::default_parameters();
  auto data = made_by(start, {"neutrophil_influx", "neutrophil_decay"});
  std::erase_if(data.courses, [](const auto& c) { return c.name != "neutrophils"; });
  const auto fit = fit_wound(data, start);
  EXPECT_FALSE(fit.constants[0].identified());
  EXPECT_TRUE(fit.constants[1].identified());
}

TEST(WoundFit, TheDataOfTheFolderAreReadWithTheirSources) {
  const auto data =
      read_wound_data(std::string(PERCUTA_SOURCE) + "/data/calibration/excised-wound.toml");
  EXPECT_EQ(data.courses.size(), 6U);
  EXPECT_GE(data.constants.size(), 10U);
  for (const auto& c : data.courses) EXPECT_FALSE(c.source.empty()) << c.name;
}

TEST(WoundFit, MistakesAreNamed) {
  const auto start = healing::default_parameters();
  const auto asked = [&](std::vector<std::string> constants) {
    return test::refusal([&] { fit_wound(made_by(start, constants), start); });
  };
  EXPECT_NE(asked({"neutrofil_decay"}).find("did you mean neutrophil_decay?"), std::string::npos);
  EXPECT_NE(asked({"chemotaxis", "chemotaxis"}).find("stands twice"), std::string::npos);
  EXPECT_NE(asked({"occlusion"}).find("is 0"), std::string::npos);
  EXPECT_NE(asked({}).find("no constant is named"), std::string::npos);
  EXPECT_NE(read_text("title = \"x\"\n").find("holds no course"), std::string::npos);
  const std::string head = "[collagen]\nspread = 0.1\npoints = ";
  EXPECT_NE(read_text(head + "[{ day = \"7 days\", value = 0.1 }]\n").find("has no source"),
            std::string::npos);
  EXPECT_NE(read_text(head + "{ value = [{ day = 7, value = 0.1 }], source = \"me\" }\n")
                .find("needs a unit"),
            std::string::npos);
  EXPECT_NE(read_text("[colagen]\nspread = 0.1\n").find("colagen"), std::string::npos);
}
