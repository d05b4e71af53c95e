// What a result says is what was computed: every key has an effect or a word about it, and no zero
// stands for "none".

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/healing/closure.h"
#include "percuta/report/report.h"
#include "percuta/study/case.h"
#include "percuta/study/run.h"
#include "support/synthetic_skin.h"

using namespace percuta;

namespace {

const std::string kBase = R"(
[skin]
base = "cheek"
[device]
base = "mf8-1.5mm"
[protocol]
directions = ["vertical", "horizontal"]
passes_per_direction = 1
sessions = 2
interval = "20 days"
[channels]
sample_side = "6 mm"
[healing]
days = "60 days"
report_days = ["5 days", "28 days"]
cells = 24
depth_classes = 2
members = 4
[scatter]
samples = 256
[healing.parameters]
occlusion = 0.5
beta3 = 0.2
)";

study::Result run_case(const study::Case& c) {
  test::answer_by_power_laws();
  return study::run(c);
}

study::Result run(const study::Overrides& overrides = {}) {
  return run_case(study::parse_case(kBase, "case.toml", overrides));
}

/// Other values that the key allows, as they are written.
std::vector<std::string> others(const config::Key& key, const std::string& now) {
  using config::Kind;
  if (key.kind == Kind::flag) return {now == "true" ? "false" : "true"};
  std::vector<std::string> out;
  for (const auto& choice : config::choices_of(key))
    if (choice != now) out.push_back(choice);
  return out.empty() ? std::vector<std::string>{""} : out;
}

/// The numbers of a result, its title left out.
std::string figures(const study::Result& r) {
  std::string out;
  for (const auto& d : io::datasets(study::document(r))) {
    out += d.path;
    for (const double v : d.values) out.append(reinterpret_cast<const char*>(&v), sizeof v);
  }
  for (const auto& m : study::moments(r)) out += m.label;
  return out + r.skin.name + r.device.name + channel::name(r.bleeding);
}

double value(const study::Result& r, const std::string& name) {
  for (const auto& v : study::document(r).outputs)
    if (v.output.form == config::Form::scalar && v.output.path.ends_with("." + name))
      return v.value();
  throw std::out_of_range(name);
}

bool says(const study::Result& r, const std::string& words) {
  for (const auto& w : r.warnings)
    if (w.find(words) != std::string::npos) return true;
  return false;
}

}  // namespace

/// Whether a key's value changes a figure, or something is said of it: a warning, or that the case
/// is advised against for it.
bool acts(const study::Case& c, const std::string& key, const std::string& before) {
  try {
    const auto r = run_case(c);
    return figures(r) != before || says(r, key + " ");
  } catch (const core::InputError& e) {
    for (const auto& d : e.diagnostics())
      if (d.key == key) return true;
    throw;
  }
}

/// Tries every key that begins so.
void try_keys(const std::string& text, const std::string& prefix) {
  const auto base = study::parse_case(text, "case.toml");
  const std::string before = figures(run_case(base));
  for (const auto& key : study::case_keys()) {
    if (!key.path.starts_with(prefix)) continue;
    if (key.path.starts_with("solute.") || key.path.starts_with("delivery."))
      continue;  // of deliver: delivery_study_test.cc
    if (key.path == "title" || key.path.starts_with("compare.")) continue;  // a name; another verb
    if (key.path == "insertion.level" || config::choices_of(key).size() == 1)
      continue;  // finite elements: test_levels.py; no other choice
    if (key.path == "device.kind" || key.path == "channels.outline" || key.path == "protocol.plan")
      continue;  // they need and forbid other keys: Heads, TheOutlineIsThePatch, Plan
    if (key.path.starts_with("skin.vessels.") && key.unit == "mm")
      continue;  // thresholds: BleedingFollowsTheVessels
    // One layer stands for the others: the record is the same.
    if (key.path.starts_with("skin.layers.") &&
        !key.path.starts_with("skin.layers.viable_epidermis."))
      continue;
    std::string now;
    double si = std::nan("");
    for (const auto& used : base.inputs)
      if (used.path == key.path) {
        now = used.value;
        si = used.si;
      }
    std::vector<std::string> tries;
    if (key.path == "skin.base") tries = {"forehead"};
    else if (key.path == "device.base") tries = {"mf8-1.0mm"};
    else if (key.path == "protocol.directions") tries = {"[\"diagonal_up\"]"};
    else if (key.path == "skin.order")
      tries = {"[\"stratum_corneum\", \"viable_epidermis\", \"reticular_dermis\", \"hypodermis\"]"};
    else if (key.path == "person.conditions") tries = {"[\"diabetes\"]"};
    else if (key.path == "protocol.override") tries = {"[\"shared_device\"]"};
    else if (key.path == "healing.report_days") tries = {"[\"7 days\"]"};
    else if (key.path == "healing.set") tries = {"aged"};
    else if (key.path == "healing.priors")
      tries = {"[{ name = \"damage_length\", low = \"80 um\", high = \"90 um\" }]"};
    else if (key.kind == config::Kind::records) tries = {"[{ share = 0.4, time = \"0.3 s\" }]"};
    else if (key.kind == config::Kind::quantity)
      tries = {std::to_string(1.1 * si) + " ", std::to_string(0.8 * si), "1"};
    else if (key.kind == config::Kind::integer)
      tries = {std::to_string(static_cast<long>(si) + 1),
               std::to_string(static_cast<long>(si) - 1)};
    else if (key.kind == config::Kind::number)
      tries = {std::to_string(1.1 * si + 1e-3), std::to_string(0.8 * si),
               std::to_string(0.5 * (key.low + key.high))};
    else if (key.path == "insertion.path") tries = {"poses.csv"};
    else tries = others(key, now);
    if (key.kind == config::Kind::quantity) {
      tries.clear();
      for (const double factor : {1.1, 0.8, 0.5, 0.05, 3.0})
        tries.push_back(
            core::format_quantity(si == 0.0 ? factor * 0.1 * key.high : factor * si, key.unit, 8));
    }
    bool taken = false, seen = false;
    for (const auto& value : tries) {
      study::Case c;
      try {
        c = study::parse_case(text, "case.toml", {{key.path, value}});
      } catch (const core::InputError& e) {
        if (std::string(e.what()).find(key.path + " has no place here") != std::string::npos)
          taken = seen = true;  // and says where it has
        continue;               // beyond the range
      }
      taken = true;
      seen = acts(c, key.path, before);
      if (seen) break;  // a threshold is not crossed by every step
    }
    EXPECT_TRUE(taken) << key.path << ": no other value was taken";
    EXPECT_TRUE(seen) << key.path << " changes nothing and nobody says so";
  }
}

TEST(Meaning, EveryKeyHasAnEffectOrAWordAboutIt) { try_keys(kBase, ""); }

TEST(Meaning, EveryKeyOfTheProbeHasAnEffect) {
  std::string text = kBase;
  text.replace(text.find("[healing]"), 9, "[healing]\nsuction = true");
  try_keys(text, "healing.probe.");
}

TEST(Meaning, EveryKeyOfTheWrinkleHasAnEffect) {
  std::string text = kBase;
  text.replace(text.find("[healing]"), 9, "[healing]\nfurrow = true");
  try_keys(text, "healing.wrinkle.");
}

// Without a wound the furrow stays; with one, its band holds it.
TEST(Meaning, FurrowFollowsTheCourses) {
  const auto unhurt = run({{"healing.furrow", "true"}, {"protocol.load", "0.05 N"}});
  const double before = depth(unhurt.wrinkle.untreated.compressed);
  for (const auto& reading : unhurt.wrinkle.healed)
    EXPECT_DOUBLE_EQ(depth(reading.compressed), before);
  const auto r = run({{"healing.furrow", "true"}, {"healing.members", "16"}});
  const auto& w = r.wrinkle;
  ASSERT_EQ(w.healed.size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_NE(depth(w.healed[k].compressed), before);
    EXPECT_LT(w.low[k], w.high[k]);
  }
  EXPECT_LE(w.low[1], depth(w.healed[1].compressed));
  EXPECT_GE(w.high[1], depth(w.healed[1].compressed));
  EXPECT_TRUE(run().wrinkle.healed.empty());
}

// Without a wound the skin is what it was; with one it is softer or firmer as the courses say, and
// its band holds it.
TEST(Meaning, FirmnessFollowsTheCourses) {
  const auto unhurt = run({{"healing.suction", "true"}, {"protocol.load", "0.05 N"}});
  for (const auto& reading : unhurt.firmness.healed)
    EXPECT_DOUBLE_EQ(reading.largest, unhurt.firmness.untreated.largest);
  const auto r = run({{"healing.suction", "true"}, {"healing.members", "16"}});
  const auto& f = r.firmness;
  ASSERT_EQ(f.healed.size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    const double stiffness = healing::at_time(r.healing, r.healing.dermis.stiffness, f.times[k]);
    EXPECT_EQ(f.healed[k].largest<f.untreated.largest, stiffness> 1.0);
    EXPECT_LT(f.largest_low[k], f.largest_high[k]);
  }
  EXPECT_LE(f.largest_low[1], f.healed[1].largest);
  EXPECT_GE(f.largest_high[1], f.healed[1].largest);
  EXPECT_TRUE(run().firmness.healed.empty());
}

TEST(Meaning, EveryKeyOfAStampAndAPenHasAnEffectOrAWordAboutIt) {
  for (const char* device : {"stamp-0.5mm", "pen-6"}) {
    std::string text = kBase;
    text.replace(text.find("mf8-1.5mm"), 9, device);
    for (const char* prefix : {"device.", "protocol.", "channels."}) try_keys(text, prefix);
  }
}

TEST(Meaning, TheOutlineIsThePatch) {
  std::string text = kBase;
  const std::string side = "sample_side = \"6 mm\"";
  text.replace(text.find(side), side.size(),
               "outline = [{ x = \"0 mm\", y = \"0 mm\" }, { x = \"12 mm\", y = \"0 mm\" }, "
               "{ x = \"0 mm\", y = \"12 mm\" }]");
  const auto r = run_case(study::parse_case(text, "case.toml"));
  EXPECT_NEAR(value(r, "patch_area"), 72e-6, 1e-15);
  for (const auto& [x, y] : r.field.positions) EXPECT_LE(x + y, 12e-3 + 1e-12);
}

TEST(Meaning, NeedlesThatDoNotPierceLeaveNoChannels) {
  const auto r = run({{"protocol.load", "0.05 N"}});
  ASSERT_FALSE(study::pierced(r));
  EXPECT_GT(r.field.positions.size(), 0U);
  EXPECT_EQ(value(r, "count"), 0.0);
  EXPECT_EQ(value(r, "density"), 0.0);
  EXPECT_GT(value(r, "landing_density"), 0.0);
  for (const char* name :
       {"pierced_depth_low", "pierced_depth_high", "opening_radius", "nearest_neighbour",
        "closure_epithelium", "closure_barrier", "erythema_gone", "collagen_peak_day"})
    EXPECT_TRUE(std::isnan(value(r, name))) << name;
  for (const auto& d : io::datasets(study::document(r))) {
    if (d.path == "/channels/position") {
      EXPECT_EQ(d.shape, (std::vector<std::size_t>{0, 2}));
    }
    if (d.path == "/landings/position") {
      EXPECT_EQ(d.shape.front(), r.field.positions.size());
    }
  }
  const auto page = report::report_html(std::vector<const study::Result*>{&r},
                                        std::vector<std::string>{r.title}, "", "");
  EXPECT_EQ(page.find(" channels per cm²"), std::string::npos);
  EXPECT_NE(page.find("none of them pierces"), std::string::npos);
  EXPECT_TRUE(says(r, "the load of 50 mN pierces nowhere") ||
              says(r, "the load of 0.05 N pierces nowhere"));
}

// Slower and slower, skin answers as it does slowly.
TEST(Meaning, SlowIsTheLimitOfSlower) {
  const auto slow = run({{"protocol.speed", "slow"}}), slower = run({{"protocol.speed", "1 mm/s"}}),
             fast = run({{"protocol.speed", "1000 mm/s"}});
  EXPECT_EQ(value(slow, "stiffening"), 1.0);
  EXPECT_LT(value(slower, "stiffening"), 1.5);
  EXPECT_GT(value(fast, "stiffening"), 1.9);
  EXPECT_GT(value(slow, "nominal_depth"), 0.0);
  EXPECT_NE(value(slow, "nominal_depth"), value(fast, "nominal_depth"));
}

TEST(Meaning, TheOpeningLoadOpens) {
  const double opening = value(run({{"protocol.load", "0.05 N"}}), "opening_load");
  ASSERT_GT(opening, 0.0);
  const auto with = [&](double share) {
    return run({{"protocol.load", core::format_quantity(share * opening, "N", 10)}});
  };
  EXPECT_EQ(value(with(0.98), "nominal_depth"), 0.0);
  EXPECT_GT(value(with(1.02), "nominal_depth"), 0.0);
}

TEST(Meaning, ClosuresAreCountedFromTheLastSession) {
  const auto one = run({{"protocol.sessions", "1"}}), two = run(),
             three = run({{"protocol.sessions", "3"}, {"healing.days", "90 days"}});
  const healing::Parameters p = study::parse_case(kBase, "case.toml").healing;
  const double radius = healing::opening_radius(one.wound);
  const double loss = healing::water_loss(p, one.wound, 0.0);
  ASSERT_GT(loss, 1.1);
  for (const auto* r : {&one, &two, &three}) {
    EXPECT_NEAR(value(*r, "closure_epithelium"), (p.migration_lag + radius / p.migration_speed),
                1e-6);
    const double after = value(*r, "closure_barrier");
    EXPECT_NEAR(healing::water_loss(p, one.wound, after), 1.1, 1e-4);
    EXPECT_GT(value(*r, "erythema_gone"), 0.0);
  }
  // Followed for too short a time after it there is none.
  EXPECT_TRUE(std::isnan(value(run({{"healing.days", "20.1 days"}}), "closure_epithelium")));
}

// Without the damage's share the index is the flare alone, f exp(-t/tau): it is down to 0.1 after
// tau ln(10 f).
TEST(Meaning, ErythemaEndsWhereTheFlareDoes) {
  const auto r = run({{"healing.parameters.redness_by_damage", "0"}, {"protocol.sessions", "1"}});
  const healing::Parameters p = study::parse_case(kBase, "case.toml").healing;
  EXPECT_NEAR(value(r, "erythema_gone"), 3600.0 * std::log(10.0 * healing::flare(p, r.wound)), 0.1);
}

TEST(Meaning, DaysAreWhatWasAskedForAndCountFromTheLastSessionToo) {
  const auto r = run();
  std::vector<std::string> labels;
  for (const auto& m : study::moments(r)) labels.push_back(m.label);
  EXPECT_EQ(labels, (std::vector<std::string>{"day 5", "day 28", "day 5 after the last session",
                                              "day 28 after the last session", "last day, 60"}));
  EXPECT_EQ(study::moments(r)[3].time, 48.0 * core::kDay);
  EXPECT_THROW(run({{"protocol.sessions", "4"}}),
               core::InputError);  // the last would be on day 60, after the end
}

TEST(Meaning, PeakIsTheLargestChangeOfTheCourse) {
  const auto r = run();
  double most = 0.0;
  for (const double v : r.healing.collagen) most = std::max(most, std::abs(v - 1.0));
  EXPECT_EQ(std::abs(value(r, "collagen_peak")), most);
}

TEST(Meaning, AscorbateAloneIsSaid) {
  EXPECT_TRUE(says(run({{"healing.parameters.ascorbate", "1.5"}, {"protocol.load", "0.05 N"}}),
                   "healing.parameters.ascorbate = 1.5 acts on all skin"));
  EXPECT_FALSE(says(run(), "ascorbate"));
}

TEST(Meaning, NothingBleedsThatIsNotPierced) {
  EXPECT_EQ(run({{"protocol.load", "0.05 N"}}).bleeding, channel::Bleeding::none);
  EXPECT_EQ(rolling::bleeding(0.0, 0.0, 0.0, 0.0), channel::Bleeding::none);
}

TEST(Meaning, BleedingFollowsTheVessels) {
  const double depth = run().channel.depth;
  const auto mm = [](double v) { return core::format_quantity(v, "mm", 8); };
  const auto with = [&](double dense, double heavy) {
    return run({{"skin.vessels.loops_below_epidermis", "0.01 mm"},
                {"skin.vessels.dense_plexus", mm(dense)},
                {"skin.vessels.heavy", mm(heavy)}})
        .bleeding;
  };
  EXPECT_EQ(with(0.8 * depth, 0.9 * depth), channel::Bleeding::heavy);
  EXPECT_EQ(with(0.8 * depth, 1.1 * depth), channel::Bleeding::capillary);
  EXPECT_EQ(with(1.1 * depth, 1.2 * depth), channel::Bleeding::first_loops);
  const auto shallow = run({{"skin.vessels.loops_below_epidermis", "1 mm"},
                            {"skin.vessels.dense_plexus", "2 mm"},
                            {"skin.vessels.heavy", "3 mm"},
                            {"device.needle.length", "0.9 mm"}});
  ASSERT_TRUE(study::pierced(shallow));
  EXPECT_EQ(shallow.bleeding, channel::Bleeding::none);
}
