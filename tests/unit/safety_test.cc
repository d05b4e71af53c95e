// Plans, care, and the rules that speak against a treatment.

#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/protocol/preparation.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/run.h"
#include "percuta/study/safety.h"
#include "support/synthetic_skin.h"

using namespace percuta;
using core::kDay;

namespace {

const std::string kCase = R"(
skin = "cheek"
device = "mf8-1.0mm"
[protocol]
directions = ["vertical"]
passes_per_direction = 1
[channels]
sample_side = "6 mm"
[healing]
days = "90 days"
report_days = ["5 days"]
cells = 24
[scatter]
samples = 256
)";

study::Case parsed(const study::Overrides& overrides = {}) {
  return study::parse_case(kCase, "case.toml", overrides);
}

/// Names of the rules that apply to a case.
std::set<std::string> rules(const study::Overrides& overrides) {
  std::set<std::string> out;
  for (const auto& f : study::safety(parsed(overrides))) out.insert(f.rule);
  return out;
}

std::string error_of(const study::Overrides& overrides) {
  try {
    parsed(overrides);
  } catch (const core::InputError& e) {
    return e.what();
  }
  return "";
}

study::Result run(const study::Overrides& overrides) {
  test::answer_by_power_laws();
  return study::run(parsed(overrides));
}

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

bool says(const study::Result& r, const std::string& words) {
  for (const auto& w : r.warnings)
    if (says(w, words)) return true;
  return false;
}

std::string one(const std::string& condition) { return "[\"" + condition + "\"]"; }

/// A case made for a rule, and its neighbour just on the other side.
struct Sides {
  study::Overrides applies, not_quite;
};

study::Overrides every(const std::string& interval, const std::string& length) {
  return {{"protocol.sessions", "2"},
          {"protocol.interval", interval},
          {"device.needle.length", length}};
}

const std::map<std::string, Sides>& sides() {
  static const std::map<std::string, Sides> all{
      {"dark_skin", {{{"person.fitzpatrick", "IV"}}, {{"person.fitzpatrick", "III"}}}},
      {"age_under_22", {{{"person.age", "21.9 years"}}, {{"person.age", "22 years"}}}},
      {"depth_over_1500_um",
       {{{"device.needle.length", "1.51 mm"}}, {{"device.needle.length", "1.5 mm"}}}},
      {"interval_under_3_days", {every("2.9 days", "0.3 mm"), every("3 days", "0.3 mm")}},
      {"interval_under_7_days", {every("3 days", "0.3 mm"), every("7 days", "0.3 mm")}},
      {"interval_under_14_days", {every("13.9 days", "0.5 mm"), every("14 days", "0.5 mm")}},
      {"interval_under_28_days", {every("14 days", "0.5 mm"), every("28 days", "0.5 mm")}},
      {"cosmetic_on_needled_skin",
       {{{"protocol.applied", "cosmetic"}}, {{"protocol.applied", "sterile"}}}},
      {"active_on_needled_skin",
       {{{"protocol.applied", "sterile"}}, {{"protocol.applied", "nothing"}}}},
      {"solute_of_unknown_grade",
       {{{"solute.base", "caffeine"},
         {"delivery.dose", "20 uL/cm^2"},
         {"delivery.concentration", "1 %"}},
        {{"solute.base", "caffeine"},
         {"delivery.dose", "20 uL/cm^2"},
         {"delivery.concentration", "1 %"},
         {"protocol.applied", "sterile"}}}},
      {"shared_device", {{{"protocol.shared", "true"}}, {{"protocol.shared", "false"}}}},
      {"needles_not_sterile", {{{"protocol.sterile", "false"}}, {{"protocol.sterile", "true"}}}},
      {"reused_needles",
       {{{"protocol.earlier_uses", "1"}},
        {{"protocol.earlier_uses", "1"}, {"device.needle.length", "0.3 mm"}}}},
      {"reused_short_needles",
       {{{"protocol.earlier_uses", "1"}, {"device.needle.length", "0.3 mm"}},
        {{"protocol.earlier_uses", "0"}, {"device.needle.length", "0.3 mm"}}}},
      {"skin_not_disinfected",
       {{{"protocol.antiseptic", "false"}}, {{"protocol.antiseptic", "true"}}}},
      {"too_many_passes",
       {{{"protocol.passes_per_direction", "21"}}, {{"protocol.passes_per_direction", "20"}}}},
      {"excess_pressure", {{{"protocol.load", "10.1 N"}}, {{"protocol.load", "10 N"}}}}};
  return all;
}

}  // namespace

TEST(Statement, ReadsNameTimeSignAndValueInSi) {
  const auto s = config::statement_of("healing.strength at 5 days > 1.05", {});
  EXPECT_EQ(s.name, "healing.strength");
  EXPECT_DOUBLE_EQ(s.at, 5.0 * kDay);
  EXPECT_TRUE(config::holds(s, 1.06));
  EXPECT_FALSE(config::holds(s, 1.05));
  EXPECT_FALSE(config::holds(s, std::nan("")));
  const auto length = config::statement_of("reach >= 0.5 mm", {});
  EXPECT_TRUE(config::holds(length, 0.5e-3));
  EXPECT_FALSE(config::holds(length, 0.4999e-3));
  EXPECT_TRUE(config::holds(config::statement_of("protocol.shared = true", {}), 1.0, "true"));
  for (const char* text : {"", "reach", "reach >= ", "reach > much", "a at noon > 1", " > 1"})
    EXPECT_THROW(config::statement_of(text, {}), core::InputError) << text;
}

TEST(Safety, EveryRuleIsOneOfAKindAndCitesTheBibliography) {
  std::set<std::string> names;
  for (const auto& rule : study::safety_rules()) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_FALSE(rule.message.empty() || rule.evidence.empty()) << rule.name;
    const auto keys = study::words_of(rule.source);
    EXPECT_FALSE(keys.empty()) << rule.name;
    for (const auto& key : keys)
      EXPECT_TRUE(study::references().contains(key)) << rule.name << ": " << key;
  }
  EXPECT_GT(names.size(), 45U);
}

TEST(Safety, EveryRuleOfTheProtocolAppliesToItsCaseAndNotToTheNeighbour) {
  std::set<std::string> tested{"usual_reactions"};  // it always applies
  for (const auto& [rule, side] : sides()) {
    EXPECT_TRUE(rules(side.applies).contains(rule)) << rule;
    EXPECT_FALSE(rules(side.not_quite).contains(rule)) << rule;
    tested.insert(rule);
  }
  for (const auto& rule : study::safety_rules())
    EXPECT_TRUE(rule.when.empty() || tested.contains(rule.name)) << rule.name;
}

TEST(Safety, EveryConditionHasItsRuleAloneAndEndsWhenItSays) {
  const auto without = rules({});
  for (const auto& rule : study::safety_rules()) {
    if (!rule.when.empty()) continue;
    const auto with = [&](const std::string& text) {
      auto found = rules({{"person.conditions", one(text)}});
      for (const auto& other : without) found.erase(other);
      return found;
    };
    const std::set<std::string> alone{rule.name};
    EXPECT_EQ(with(rule.name), alone);
    if (!rule.within) {
      EXPECT_TRUE(says(error_of({{"person.conditions", one(rule.name + " 3 days ago")}}),
                       "no rule asks when"))
          << rule.name;
      continue;
    }
    const double days = *rule.within / kDay;
    const auto ago = [&](double d) { return rule.name + " " + std::to_string(d) + " days ago"; };
    EXPECT_EQ(with(ago(days - 0.1)), alone);
    EXPECT_TRUE(with(ago(days + 0.1)).empty()) << rule.name;
  }
}

TEST(Safety, WithoutAPersonNothingIsKnownOfOne) {
  for (const auto& f : study::safety(parsed()))
    EXPECT_FALSE(f.key.starts_with("person.")) << f.rule;
}

TEST(Safety, NoCaseOfTheCatalogueIsBlocked) {
  for (const auto& entry : study::entries("cases"))
    EXPECT_NO_THROW(study::refuse_blocked(study::read_case(entry.file))) << entry.name;
}

TEST(Safety, ABlockStopsARunUntilItIsOverriddenByItsName) {
  const study::Overrides shared{{"protocol.shared", "true"}};
  try {
    run(shared);
    FAIL();
  } catch (const core::InputError& e) {
    EXPECT_EQ(e.exit(), core::Exit::input);
    EXPECT_EQ(e.diagnostics().begin()->key, "protocol.shared");
    EXPECT_TRUE(says(e.what(), "protocol.override = [\"shared_device\"]"));
  }
  test::answer_by_power_laws();
  EXPECT_TRUE(says(study::roll(parsed(shared)), "advised against: protocol.shared = true"));
  const auto r = run({{"protocol.shared", "true"}, {"protocol.override", "[\"shared_device\"]"}});
  EXPECT_TRUE(says(r, "advised against, and overridden: protocol.shared = true"));
  EXPECT_TRUE(r.safety.front().overridden);
  const auto document = study::document(r);
  EXPECT_EQ(io::find(document, "safety.advised_against")->value(), 1.0);
  EXPECT_TRUE(says(io::find(document, "safety.rules")->text, "shared_device"));
}

TEST(Safety, WhatCannotBeReadIsSaidWithTheNearest) {
  EXPECT_TRUE(says(error_of({{"person.conditions", one("isotretionin")}}),
                   "did you mean \"isotretinoin\"?"));
  EXPECT_TRUE(says(error_of({{"person.conditions", "[\"filler 3 days ago\", \"filler\"]"}}),
                   "has \"filler\" twice"));
  EXPECT_TRUE(says(error_of({{"person.conditions", one("filler long ago")}}), "how long ago"));
  EXPECT_TRUE(says(error_of({{"person.conditions", one("filler 3 mm ago")}}), "how long ago"));
  EXPECT_TRUE(says(error_of({{"protocol.override", one("shared_devise")}}),
                   "did you mean \"shared_device\"?"));
  EXPECT_TRUE(says(error_of({{"protocol.override", one("diabetes")}}), "unknown entry"));
  EXPECT_TRUE(says(run({{"protocol.override", one("psoriasis")}}),
                   "protocol.override has no effect here: the rule psoriasis does not apply"));
  EXPECT_EQ(error_of({{"person.conditions", "[]"}}), "");
}

TEST(Plan, IsTheSessionsAndTheirInterval) {
  const study::Overrides even{{"protocol.plan", "[\"0 days\", \"28 days\", \"56 days\"]"}};
  const auto c = parsed(even);
  EXPECT_EQ(c.protocol.sessions, 3);
  EXPECT_DOUBLE_EQ(c.protocol.interval, 28.0 * kDay);
  EXPECT_EQ(protocol::session_times(c.protocol),
            (std::vector<double>{0.0, 28.0 * kDay, 56.0 * kDay}));
  const auto by_plan = run(even),
             by_count = run({{"protocol.sessions", "3"}, {"protocol.interval", "28 days"}});
  EXPECT_EQ(by_plan.healing.collagen, by_count.healing.collagen);
  EXPECT_EQ(by_plan.field.positions, by_count.field.positions);
  EXPECT_EQ(parsed({{"protocol.plan", "[\"0 days\"]"}}).protocol.sessions, 1);
}

TEST(Plan, UnevenOnesAreJudgedByTheirShortestInterval) {
  const study::Overrides uneven{{"protocol.plan", "[\"0 days\", \"40 days\", \"50 days\"]"}};
  const auto c = parsed(uneven);
  EXPECT_FALSE(protocol::even(c.protocol));
  EXPECT_DOUBLE_EQ(protocol::smallest_interval(c.protocol), 10.0 * kDay);
  EXPECT_TRUE(rules(uneven).contains("interval_under_14_days"));
}

TEST(Plan, WhatIsNoneIsSaid) {
  const auto with = [](const std::string& plan) { return error_of({{"protocol.plan", plan}}); };
  EXPECT_TRUE(says(with("[\"-1 days\", \"28 days\"]"), "protocol.plan is out of range: -1 days"));
  EXPECT_TRUE(says(with("[\"3 days\", \"28 days\"]"), "begins on day 3"));
  EXPECT_TRUE(
      says(with("[\"0 days\", \"28 days\", \"14 days\"]"), "on day 14 after one on day 28"));
  EXPECT_TRUE(
      says(with("[\"0 days\", \"28 days\", \"28 days\"]"), "on day 28 after one on day 28"));
  EXPECT_TRUE(says(with("[\"0 days\", \"200 days\"]"), "protocol.plan ends after healing.days"));
  EXPECT_TRUE(says(with("[\"0\", \"28\"]"), "needs a unit"));
  EXPECT_TRUE(
      says(error_of({{"protocol.plan", "[\"0 days\", \"28 days\"]"}, {"protocol.sessions", "2"}}),
           "protocol.sessions has no place here"));
}

// f_C = s(a)/s(a_h), s = f_0 + (1 - f_0) a/(K_a + a): in closed form without any, with enough, and
// in the limit.
TEST(Care, AscorbateFollowsItsSaturation) {
  const double replete = 1.0 / 8.0 + 7.0 / 8.0 * 50.0 / 80.0;
  EXPECT_DOUBLE_EQ(protocol::ascorbate_factor(0.0), 1.0 / 8.0 / replete);
  EXPECT_DOUBLE_EQ(protocol::ascorbate_factor(1.0), 1.0);
  EXPECT_NEAR(protocol::ascorbate_factor(1e12), 1.0 / replete, 1e-9);
  EXPECT_DOUBLE_EQ(protocol::ascorbate_after(0.0), 1.0);
  EXPECT_NEAR(protocol::ascorbate_after(14.0 * kDay), 2.0 - std::exp(-1.0), 1e-12);
  // What a year of it does stays below the cap of replete skin, 1.2 to 1.5.
  EXPECT_LT(protocol::ascorbate_factor(protocol::ascorbate_after(365.0 * kDay)), 1.2);
}

TEST(Care, VitaminCAndAFilmSetTheConstantsOfTheHealing) {
  const double factor = protocol::ascorbate_factor(protocol::ascorbate_after(30.0 * kDay));
  const auto vitamin = run({{"protocol.vitamin_c", "30 days"}}), none = run({});
  EXPECT_DOUBLE_EQ(parsed({{"protocol.vitamin_c", "30 days"}}).healing.ascorbate, factor);
  EXPECT_GT(vitamin.healing.collagen.back(), none.healing.collagen.back());
  EXPECT_TRUE(says(vitamin, "protocol.vitamin_c = 30 days sets"));
  EXPECT_EQ(run({{"protocol.cover", "film"}}).healing.barrier_closed,
            run({{"healing.parameters.occlusion", "1"}}).healing.barrier_closed);
  EXPECT_TRUE(
      says(error_of({{"protocol.vitamin_c", "30 days"}, {"healing.parameters.ascorbate", "1.2"}}),
           "protocol.vitamin_c has no place here"));
  EXPECT_TRUE(says(error_of({{"protocol.cover", "film"}, {"healing.parameters.occlusion", "0.5"}}),
                   "protocol.cover has no place here"));
}
