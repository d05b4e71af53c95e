// Common statements are answered from what a result holds.

#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/report/report.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/claims.h"
#include "percuta/study/run.h"
#include "support/synthetic_skin.h"

using namespace percuta;
using core::kDay;
using study::Verdict;

namespace {

const study::Claim& claim(const std::string& name) {
  for (const auto& c : study::claims())
    if (c.name == name) return c;
  throw std::out_of_range(name);
}

/// A result of which only these values are known; series stand over "healing.time".
struct Known {
  io::Document document;
  Known& value(const std::string& path, double si, const std::string& unit,
               const std::string& people) {
    document.outputs.push_back({{path, config::Form::scalar, unit, people, ""}, {si}});
    return *this;
  }
  Known& course(const std::string& path, std::vector<double> values) {
    config::Output o{path, config::Form::series, path == "healing.time" ? "s" : "1", "1", ""};
    if (path != "healing.time") o.axes = {"healing.time"};
    const auto size = values.size();
    document.outputs.push_back({o, std::move(values), {size}});
    return *this;
  }
};

/// Ten days of a course, with channels.
Known ten_days(double strength, double stiffness) {
  Known k;
  k.value("channels.density", 2e6, "1/m^2", "1/cm^2")
      .course("healing.time", {0.0, 4.0 * kDay, 6.0 * kDay, 10.0 * kDay})
      .course("healing.whole_dermis_strength", {1.0, 1.0, 1.0, 1.0})
      .course("healing.strength", {1.0, strength - 0.02, strength + 0.02, 2.0})
      .course("healing.stiffness", {1.0, stiffness, stiffness, 2.0});
  return k;
}

Verdict firmer(const Known& k) {
  return study::answer(claim("firmer-in-five-days"), k.document).run;
}

}  // namespace

TEST(Claims, CiteTheBibliographyAndDeclaredOutputs) {
  std::set<std::string> declared;
  for (const auto& [verb, outputs] : study::all_outputs())
    for (const auto& o : outputs)
      if (verb == "run") declared.insert(o.path);
  EXPECT_EQ(study::claims().size(), 13U);
  for (const auto& c : study::claims()) {
    for (const auto& key : c.sources)
      EXPECT_TRUE(study::references().contains(key)) << c.name << ": " << key;
    EXPECT_EQ(c.sources.empty(), c.evidence == "none") << c.name;
    for (const auto* all : {&c.needs, &c.supported, &c.refuted})
      for (const auto& s : *all) EXPECT_TRUE(declared.contains(s.name)) << c.name << ": " << s.name;
    const std::regex figure("\\{([a-z0-9_.]+)[^}]*\\}");
    for (const auto* words : {&c.if_supported, &c.if_refuted, &c.if_uncovered, &c.without})
      for (std::sregex_iterator it(words->begin(), words->end(), figure), end; it != end; ++it)
        EXPECT_TRUE(declared.contains((*it)[1])) << c.name << ": " << (*it)[1];
  }
}

// Between outputs a course is read linearly: 4 and 6 days give day 5.
TEST(Claims, FirmnessIsJudgedOnDayFive) {
  EXPECT_EQ(firmer(ten_days(1.06, 1.06)), Verdict::supported);
  EXPECT_EQ(firmer(ten_days(1.04, 1.06)), Verdict::not_supported);
  EXPECT_EQ(firmer(ten_days(1.06, 1.04)), Verdict::not_supported);
  const auto a = study::answer(claim("firmer-in-five-days"), ten_days(0.98, 0.99).document);
  EXPECT_NE(a.run_words.find("99 % of the stiffness and 98 % of the strength"), std::string::npos)
      << a.run_words;
}

TEST(Claims, WhatARunDoesNotHaveItDoesNotAnswer) {
  Known early;
  early.value("channels.density", 2e6, "1/m^2", "1/cm^2")
      .course("healing.time", {0.0, 4.0 * kDay})
      .course("healing.strength", {1.0, 2.0})
      .course("healing.stiffness", {1.0, 2.0});
  const auto a = study::answer(claim("firmer-in-five-days"), early.document);
  EXPECT_EQ(a.run, Verdict::not_covered);
  EXPECT_NE(a.run_words.find("on day 5"), std::string::npos) << a.run_words;
  Known nothing;
  nothing.value("channels.density", 0.0, "1/m^2", "1/cm^2");
  EXPECT_EQ(firmer(nothing), Verdict::not_covered);
  EXPECT_EQ(study::answer(claim("outer-layer-undamaged"), nothing.document).run,
            Verdict::supported);
}

TEST(Claims, ABandThatReachesOverTheThresholdIsSaid) {
  const auto with = [](double low, double high) {
    Known k = ten_days(1.0, 1.0);
    k.value("healing.collagen_peak", 3.0, "1", "%")
        .value("healing.collagen_peak_low", low, "1", "%")
        .value("healing.collagen_peak_high", high, "1", "%");
    return study::answer(claim("four-hundred-per-cent"), k.document);
  };
  const auto narrow = with(2.0, 3.5), wide = with(2.0, 4.5);
  EXPECT_EQ(narrow.run, Verdict::not_supported);
  EXPECT_EQ(narrow.run_words.find("could go the other way"), std::string::npos);
  EXPECT_NE(wide.run_words.find("could go the other way"), std::string::npos);
  EXPECT_NE(wide.run_words.find("300 % (200 % to 450 %)"), std::string::npos) << wide.run_words;
}

TEST(Claims, BleedingIsJudgedOnlyWhereMostChannelsDoNotBleed) {
  const auto with = [](double peak, double loops) {
    Known k;
    k.value("channels.density", 2e6, "1/m^2", "1/cm^2")
        .value("healing.collagen_peak", peak, "1", "%")
        .value("channels.loops_met", loops, "1", "1");
    return study::answer(claim("bleeding-needed"), k.document).run;
  };
  EXPECT_EQ(with(0.05, 0.1), Verdict::not_supported);
  EXPECT_EQ(with(0.001, 0.1), Verdict::supported);
  EXPECT_EQ(with(0.05, 0.9), Verdict::not_covered);
}

TEST(Claims, MinutesAreLessThanAnHour) {
  const auto with = [](double visual, double barrier) {
    Known k;
    k.value("channels.density", 2e6, "1/m^2", "1/cm^2")
        .value("healing.closure_visual", visual * 3600.0, "s", "h")
        .value("healing.closure_barrier", barrier * 3600.0, "s", "h")
        .value("healing.closure_epithelium", barrier * 3600.0, "s", "h");
    return study::answer(claim("heals-in-minutes"), k.document).run;
  };
  EXPECT_EQ(with(0.5, 0.9), Verdict::supported);
  EXPECT_EQ(with(0.5, 1.1), Verdict::mixed);
  EXPECT_EQ(with(1.1, 1.1), Verdict::not_supported);
}

TEST(Claims, AFileThatLeavesAnAnswerWithoutWordsIsRefused) {
  const auto read = [](const std::string& text) {
    core::Diagnostics errors;
    return study::claim_of(config::Tree::parse(text, "claim.toml", errors), "claim");
  };
  const std::string known =
      "evidence.answer = \"no data\"\nevidence.words = \"None.\"\nevidence.class = \"none\"\n";
  EXPECT_NO_THROW(read("statement = \"S\"\nwords.uncovered = \"U\"\n" + known));
  EXPECT_THROW(read("statement = \"S\"\n" + known), core::InputError);
  EXPECT_THROW(
      read("statement = \"S\"\nsupported = [\"a > 1\"]\nwords.supported = \"Y\"\n" + known),
      core::InputError);
  EXPECT_THROW(read("statement = \"S\"\nneeds = [\"a > 1\"]\nwords.uncovered = \"U\"\n" + known),
               core::InputError);
  EXPECT_THROW(read("statement = \"S\"\nwords.uncovered = \"U\"\nevidence.answer = \"perhaps\"\n"
                    "evidence.words = \"\"\nevidence.class = \"\"\n"),
               core::InputError);
}

TEST(Claims, TheReportOfARunAnswersThemAll) {
  test::answer_by_power_laws();
  const auto r = study::run(study::parse_case(
      "skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\nprotocol.passes_per_direction = 1\n"
      "channels.sample_side = \"6 mm\"\nhealing = { days = \"30 days\", cells = 24 }\n"
      "scatter.samples = 256\nperson = { fitzpatrick = \"V\" }\n",
      "case.toml"));
  const auto page = report::report_html(std::vector<const study::Result*>{&r},
                                        std::vector<std::string>{r.title}, "", "");
  for (const auto& a : study::answers(study::document(r))) {
    EXPECT_NE(page.find(a.statement), std::string::npos) << a.statement;
    EXPECT_FALSE(a.run_words.empty()) << a.name;
    EXPECT_EQ(a.run_words.find('{'), std::string::npos) << a.run_words;
    EXPECT_EQ(a.run_words.find("none"), std::string::npos) << a.run_words;
  }
  EXPECT_NE(page.find("rule dark_skin"), std::string::npos);
}
