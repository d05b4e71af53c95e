// Sets of healing constants of other skin: what they change, and what comes before them.

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/healing/record.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/run.h"
#include "support/refusal.h"

using namespace percuta;

namespace {

study::Case with(const std::string& healing, const study::Overrides& overrides = {}) {
  return study::parse_case(
      "skin = \"cheek\"\n[device]\nbase = \"mf8-1.5mm\"\n[protocol]\npasses_per_direction = 1\n"
      "[channels]\nsample_side = \"10 mm\"\n[healing]\nmembers = 0\ndepth_classes = 1\n" +
          healing,
      "case.toml", overrides);
}

double of(const study::Case& c, const std::string& constant) {
  for (const auto& used : c.inputs)
    if (used.path == "healing.parameters." + constant) return used.si;
  return std::nan("");
}

const healing::Prior& prior(const study::Case& c, const std::string& name) {
  for (const auto& p : c.priors)
    if (p.name == name) return p;
  throw std::out_of_range(name);
}

std::string refusal(const std::string& healing) {
  return test::refusal([&] { with(healing); });
}

}  // namespace

// A set whose figures nobody could tell from those without would be one in name alone.
TEST(HealingSets, EachChangesAFigureByMoreThanATwentieth) {
  const auto usual = study::run(with(""));
  for (const auto& name : study::entry_names("healing")) {
    const auto other = study::run(with("set = \"" + name + "\"\n"));
    double most = 0.0;
    for (const auto& figure : healing::figures()) {
      const double day = 90.0 * core::kDay, was = figure.of(usual.healing, day);
      if (std::abs(was) > 1e-9)
        most = std::max(most, std::abs(figure.of(other.healing, day) / was - 1.0));
    }
    EXPECT_GT(most, 0.05) << name;
  }
  EXPECT_GE(study::entry_names("healing").size(), 4U);
}

TEST(HealingSets, ValuesCarryTheirSourceAndOnesOwnComeBefore) {
  const auto c = with("set = \"aged\"\n[healing.parameters]\nbarrier_open = \"1 h\"\n");
  EXPECT_DOUBLE_EQ(c.healing.barrier_open, 3600.0);
  EXPECT_NEAR(c.healing.barrier_occluded, 102.0 * 3600.0, 1e-6);
  EXPECT_NEAR(of(c, "barrier_occluded"), 102.0 * 3600.0, 1e-6);
  for (const auto& used : c.inputs)
    if (used.path == "healing.parameters.barrier_occluded") {
      EXPECT_EQ(used.source, "ghadially1995");
      EXPECT_FALSE(used.given);
    }
}

// The prior of a constant moves with the set by the same factor; one that the case says has none.
TEST(HealingSets, PriorsMoveWithTheSet) {
  const auto usual = with(""), old = with("set = \"aged\"\n");
  const double factor = old.healing.collagen_i_turnover / usual.healing.collagen_i_turnover;
  EXPECT_NEAR(factor, 56.0 / 82.0, 0.01);
  for (const auto end : {&healing::Prior::low, &healing::Prior::high})
    EXPECT_NEAR(prior(old, "collagen_i_turnover").*end,
                factor * prior(usual, "collagen_i_turnover").*end, 1e-15);
  EXPECT_EQ(prior(old, "damage_length").high, prior(usual, "damage_length").high);
  EXPECT_THROW(
      prior(with("set = \"aged\"\n[healing.parameters]\nbarrier_open = \"1 h\"\n"), "barrier_open"),
      std::out_of_range);
}

TEST(HealingSets, ARecordedCaseHasThemAgain) {
  const auto c = with("set = \"impaired\"\n");
  const auto again = study::recorded_case(c.inputs, "results.h5");
  EXPECT_EQ(again.healing.switching, c.healing.switching);
  EXPECT_EQ(again.healing_options.set, "impaired");
}

TEST(HealingSets, OnesThatAreNoneAreNamed) {
  EXPECT_NE(refusal("set = \"agd\"\n").find("did you mean \"aged\"?"), std::string::npos);
  EXPECT_NE(refusal("set = \"mine.toml\"\n").find("there is no file \"mine.toml\""),
            std::string::npos);
  EXPECT_NE(refusal("set = 3\n").find("must name a catalogue entry"), std::string::npos);
  EXPECT_NE(refusal("set = \"impaired\"\n[healing.parameters]\nswitching = \"0.3 1/day\"\n")
                .find("the case says each of its constants"),
            std::string::npos);
  const std::string file = testing::TempDir() + "healing-set.toml";
  std::ofstream(file) << "switchin = \"0.2 1/day\"\n";
  EXPECT_NE(refusal("set = \"" + file + "\"\n").find("switchin"), std::string::npos);
  std::ofstream(file) << "title = \"empty\"\n";
  EXPECT_NE(refusal("set = \"" + file + "\"\n").find("its file names no constant"),
            std::string::npos);
}
