// Sizing a roller where the answer is known: a skin in which a needle of length L under a load P on
// its cell gets L - k/P deep, so that the longest needle asks for the least load, P = k/(L -
// depth).

#include "percuta/study/size.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include <gtest/gtest.h>

#include "../support/synthetic_skin.h"
#include "percuta/core/errors.h"
#include "percuta/insertion/model.h"
#include "percuta/study/run.h"

namespace percuta {
namespace {

constexpr double kYield = 9.5e-5;  // k [N m]

class Yielding : public insertion::PreparedNeedle {
 public:
  explicit Yielding(double length) : length_(length) {}
  insertion::CellDepth at_displacement(double d, const insertion::Variation&) const override {
    return {d, d, 0.0, 0.0, 0.0, false};
  }
  insertion::CellDepth at_load(double load, const insertion::Variation&) const override {
    const double a = std::max(0.0, length_ - kYield / load);
    return {a, a, 0.0, load, 0.0, false};
  }
  channel::InsertionCurve curve(double up_to, int points,
                                const insertion::Variation& v) const override {
    channel::InsertionCurve c;
    for (int k = 1; k <= points; ++k) {
      const auto at = at_load(up_to * k / points, v);
      c.displacement.push_back(at.displacement + 1e-9 * k);
      c.force.push_back(at.needle_force);
      c.pierced_depth.push_back(at.pierced_depth);
      c.deflection.push_back(0.0);
    }
    return c;
  }
  double puncture_force(const insertion::Variation&) const override { return kYield / length_; }
  double slit_half_length(double depth) const override { return 0.25 * depth; }

 private:
  double length_;
};

class YieldingModel : public insertion::InsertionModel {
 public:
  std::unique_ptr<const insertion::PreparedNeedle> prepare(const insertion::Setting& s,
                                                           const insertion::Ingredients&,
                                                           core::Observer&) const override {
    return std::make_unique<Yielding>(s.needle.length);
  }
};

// Skin that does not relax, so that the load on a cell is the drum's alone. 192 needles on a drum
// of 10 mm by 20 mm.
constexpr const char* kTarget = R"(title = "a \"known\" answer"
device = "mf8-1.5mm"
insertion.level = "yielding"
[skin]
base = "cheek"
layers.stratum_corneum.relaxation = []
layers.viable_epidermis.relaxation = []
layers.papillary_dermis.relaxation = []
layers.reticular_dermis.relaxation = []
layers.hypodermis.relaxation = []
[target]
depth = "0.6 mm"
depth_tolerance = "0.05 mm"
density = "100 /cm^2"
most_passes = 10
most_load = "10 N"
least_strength = 0
[vary]
length = ["0.5 mm", "1.5 mm"]
)";

study::SizeTask task(const study::Overrides& overrides = {}) {
  test::answer_by_power_laws();
  static const bool added = [] {
    insertion::models().add({"insertion", "yielding", "depth L - k/P", "nowhere", {}, {}},
                            [] { return std::make_unique<YieldingModel>(); });
    return true;
  }();
  (void)added;
  return study::parse_size(kTarget, "target.toml", overrides);
}

/// 15.28 /cm^2: needles over the drum's surface.
const double kLandings = 192.0 / (2.0 * std::numbers::pi * 10e-3 * 20e-3);
const int kPasses = static_cast<int>(std::ceil(100e4 / kLandings));

/// The load of the hand that brings so much to a cell of the device as it is.
double hand_load(const study::Case& c, double cell_load) {
  const auto drum =
      study::drum_response(c.skin, std::get<device::Roller>(c.device.head).drum_radius);
  double low = 0.01, high = 200.0;
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (low + high);
    (rolling::drum_contact(std::get<device::Roller>(c.device.head), *drum, middle).peak < cell_load
         ? low
         : high) = middle;
  }
  return high;
}

/// At the lower edge of the window with the longest needle.
double least_load(const study::Case& c) { return hand_load(c, kYield / (1.5e-3 - 0.55e-3)); }

std::set<std::string> binding(const study::SizeResult& r) {
  std::set<std::string> out;
  for (const auto& one : r.relaxed) out.insert(one.name);
  return out;
}

std::string errors_of(const study::Overrides& overrides) {
  try {
    task(overrides);
  } catch (const core::InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST(Size, LongestNeedleAtTheEdgeOfTheWindowTakesTheLeastLoad) {
  const auto t = task();
  const auto r = study::size(t);
  ASSERT_TRUE(r.feasible) << study::size_json(r);
  EXPECT_EQ(r.best.design.passes, kPasses);
  EXPECT_NEAR(r.best.design.length, 1.5e-3, 2e-5);
  // Dearer than the exact optimum by the margin of a thirtieth of the window and the step of a
  // load.
  EXPECT_GE(r.best.design.load, least_load(t.start) - 1e-9);
  EXPECT_LE(r.best.design.load, 1.02 * least_load(t.start) + 0.02);
}

TEST(Size, RerunOfTheFoundCaseMeetsTheTarget) {
  const auto r = study::size(task());
  const auto c = study::parse_case(r.found, "found.toml");
  EXPECT_EQ(c.title, "a \"known\" answer");
  const auto run = study::roll(c);
  EXPECT_NEAR(run.depths.mean, 0.6e-3, 0.05e-3);
  EXPECT_GE(run.field.channel_density, 100e4);
  EXPECT_EQ(run.depths.mean, r.best.reached.depth);
  EXPECT_EQ(run.field.passes, r.best.design.passes);
}

TEST(Size, TwoSearchesGiveTheSameNumbers) {
  EXPECT_EQ(study::size_json(study::size(task())), study::size_json(study::size(task())));
}

TEST(Size, TooLittleLoadIsNamedWithWhatWouldDo) {
  const auto t = task();
  const double needed = least_load(t.start);
  const auto r = study::size(task({{"target.most_load", std::to_string(0.7 * needed) + " N"}}));
  ASSERT_FALSE(r.feasible);
  EXPECT_EQ(binding(r), (std::set<std::string>{"depth", "most_load"}));
  for (const auto& one : r.relaxed)
    if (one.name == "most_load") {
      EXPECT_NEAR(one.needed, needed, 0.02 * needed + 0.02);
    }
  // The nearest device presses as hard as it may with the longest needle.
  EXPECT_NEAR(r.best.design.load, 0.7 * needed, 0.011);
  EXPECT_NEAR(r.best.design.length, 1.5e-3, 2e-5);
}

TEST(Size, TooFewPassesAreNamedWithHowManyWouldDo) {
  const auto r = study::size(task({{"target.most_passes", "5"}}));
  ASSERT_FALSE(r.feasible);
  EXPECT_EQ(binding(r), (std::set<std::string>{"density", "most_passes"}));
  for (const auto& one : r.relaxed)
    EXPECT_NEAR(one.needed, one.name == "most_passes" ? kPasses : 5.0 * kLandings, 0.01);
  EXPECT_EQ(r.best.design.passes, 5);
}

TEST(Size, DenserArraysTakeFewerPassesAndMoreLoad) {
  const study::Overrides rows{{"vary.rows", "[4, 16]"}};
  const auto passes = study::size(task(rows));
  auto load_first = rows;
  load_first.emplace_back("target.prefer", "load");
  const auto load = study::size(task(load_first));
  ASSERT_TRUE(passes.feasible);
  ASSERT_TRUE(load.feasible);
  EXPECT_LT(passes.best.design.passes, load.best.design.passes);
  EXPECT_GT(passes.best.design.load, load.best.design.load);
}

// The skin of another load is another one, and what answers for it must be near.
TEST(Size, SkinWhoseLayersRelaxUnlikeIsSizedAtItsOwnRate) {
  struct : test::PowerDrum {
    rolling::DrumResponse press(const skin::Skin& skin, double radius, double up_to,
                                core::Observer& observer) const override {
      auto r = PowerDrum::press(skin, radius, up_to, observer);
      const double stiffness = skin::shear_modulus(skin.layers.back().law);
      for (auto& s : r.states) {
        s.half_width = 1e-3 * std::cbrt(s.load / stiffness * 1e3);
        if (s.load > 0.0) s.pressure = s.load / (4.0 / 3.0 * s.half_width);
      }
      return r;
    }
  } drum;
  const test::PowerCell cell;
  const auto t =
      task({{"skin.layers.hypodermis.relaxation", "[{ share = 0.5, time = \"0.1 s\" }]"}});
  study::answer_by(&cell, &drum);
  const auto r = study::size(t);
  ASSERT_TRUE(r.feasible) << study::size_json(r);
  EXPECT_NEAR(study::roll(study::sized_case(t, r.best.design)).depths.mean, 0.6e-3, 0.05e-3);
  test::answer_by_power_laws();
}

TEST(Size, NoPointOfTheFrontIsBeatenByAnother) {
  const auto r = study::size(task({{"vary.rows", "[4, 16]"}}));
  ASSERT_GE(r.front.size(), 2u);
  for (std::size_t k = 1; k < r.front.size(); ++k) {
    EXPECT_GE(r.front[k].design.passes, r.front[k - 1].design.passes);
    if (study::meets(r.front[k].limits) && study::meets(r.front[k - 1].limits)) {
      EXPECT_LT(r.front[k].design.load, r.front[k - 1].design.load);
    }
  }
}

TEST(Size, RangesAndWindowsWithoutRoomAreErrors) {
  EXPECT_NE(errors_of({{"target.depth_tolerance", "0 mm"}}).find("depth_tolerance is out of range"),
            std::string::npos);
  EXPECT_NE(errors_of({{"vary.length", "[\"1.5 mm\", \"0.5 mm\"]"}}).find("is upside down"),
            std::string::npos);
  EXPECT_NE(errors_of({{"vary.rows", "[8, 8]"}}).find("has no room"), std::string::npos);
  EXPECT_NE(errors_of({{"vary.rows", "[8.5, 9]"}}).find("no whole number"), std::string::npos);
  EXPECT_NE(errors_of({{"vary.rows", "[8]"}}).find("has one end"), std::string::npos);
  EXPECT_NE(errors_of({{"vary.lenght", "[1, 2]"}}).find("did you mean vary.length?"),
            std::string::npos);
}

TEST(Size, EveryKeyIsExplained) {
  for (const auto& key : study::size_keys())
    EXPECT_NE(study::explain(key.path).find(key.sentence), std::string::npos) << key.path;
}

TEST(Size, AnyNumberOfPassesIsWrittenAsDirections) {
  const auto start = task().start;  // four directions
  for (int passes = 1; passes <= 40; ++passes) {
    study::Design d{1e-3, 20e-3, 5.0, 8, 24, passes};
    const auto c = study::sized_case(task(), d);
    EXPECT_EQ(protocol::passes(c.protocol), passes);
  }
}

}  // namespace percuta
