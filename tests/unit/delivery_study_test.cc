// From a case to what gets in: amounts and area, keys without effect, bad input.

#include <cmath>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/delivery/model.h"
#include "percuta/delivery/record.h"
#include "percuta/report/delivery.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/deliver.h"
#include "percuta/study/run.h"
#include "support/refusal.h"
#include "support/synthetic_skin.h"

using namespace percuta;

namespace {

const std::string kBase = R"(
skin = "cheek"
device = "mf8-1.0mm"
solute = "caffeine"
[protocol]
directions = ["vertical"]
passes_per_direction = 2
[channels]
sample_side = "6 mm"
[scatter]
samples = 256
[delivery]
dose = "20 uL/cm^2"
concentration = "10 mg/mL"
)";

study::DeliveryResult deliver(const study::Overrides& overrides = {},
                              const std::string& text = kBase) {
  test::answer_by_power_laws();
  const auto c = study::parse_case(text, "case.toml", overrides);
  static const auto rolled = study::roll(study::parse_case(kBase, "case.toml"));
  for (const auto& [key, value] : overrides)
    if (!key.starts_with("delivery.") && !key.starts_with("solute")) return study::deliver(c);
  auto same = rolled;
  same.inputs = c.inputs;
  return study::deliver(c, same);
}

double value(const study::DeliveryResult& r, const std::string& name) {
  return io::find(study::document(r), "delivery." + name)->value();
}

std::string refusal(const study::Overrides& overrides, const std::string& text = kBase) {
  return test::refusal([&] { study::parse_case(text, "case.toml", overrides); });
}

/// The numbers of what got in, cost left out.
std::string figures(const study::DeliveryResult& r) {
  std::string out;
  for (const auto& v : delivery::outputs().values(r.delivered)) {
    out += v.output.path + v.text;
    for (const double x : v.values) out.append(reinterpret_cast<const char*>(&x), sizeof x);
  }
  return out;
}

bool says(const study::DeliveryResult& r, const std::string& words) {
  for (const auto& w : r.warnings)
    if (w.find(words) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST(Deliver, AmountsAddUpToTheDose) {
  const auto r = deliver({{"delivery.wash_off", "8 h"}});
  EXPECT_LT(value(r, "balance_error"), 1e-8);
  EXPECT_NEAR(value(r, "taken_up") + value(r, "in_vehicle") + value(r, "washed_off"),
              value(r, "applied"), 1e-8 * value(r, "applied"));
  EXPECT_NEAR(value(r, "delivered") + value(r, "in_stratum_corneum"), value(r, "taken_up"),
              1e-8 * value(r, "applied"));
  EXPECT_NEAR(
      value(r, "in_epidermis") + value(r, "in_dermis") + value(r, "cleared") + value(r, "through"),
      value(r, "delivered"), 1e-8 * value(r, "applied"));
  EXPECT_NEAR(value(r, "applied"), 2e-4 * 10.0, 1e-15);
  EXPECT_GT(value(r, "enhancement"), 1.0);
  EXPECT_LT(value(r, "delivered_shallow"), value(r, "delivered"));
  EXPECT_GT(value(r, "delivered_deep"), value(r, "delivered"));
}

TEST(Deliver, TwiceTheAreaIsTwiceTheTotalAndTheSamePerArea) {
  const auto one = deliver({{"delivery.area", "10 cm^2"}}),
             two = deliver({{"delivery.area", "20 cm^2"}});
  for (const char* name : {"delivered", "taken_up", "in_dermis", "cleared", "through"}) {
    EXPECT_EQ(value(two, name), value(one, name)) << name;
    EXPECT_EQ(value(two, std::string(name) + "_total"),
              2.0 * value(one, std::string(name) + "_total"))
        << name;
    EXPECT_EQ(value(one, std::string(name) + "_total"), 1e-3 * value(one, name)) << name;
  }
  EXPECT_EQ(value(deliver(), "area"), 36e-6);
}

TEST(Deliver, ACoverKeepsChannelsOpenAndALateStartFindsThemClosed) {
  const double open = value(deliver(), "delivered"),
               covered = value(deliver({{"delivery.cover", "true"}}), "delivered"),
               late = value(deliver({{"delivery.start", "6 h"}, {"delivery.duration", "30 h"}}),
                            "delivered");
  EXPECT_GT(covered, open);
  EXPECT_LT(late, open);
  EXPECT_NEAR(value(deliver({{"delivery.start", "6 h"}}), "open_at_start"), std::exp2(-12.0), 1e-6);
}

TEST(Deliver, UnbrokenSkinIsWhatItIsWithoutChannels) {
  const auto r = deliver({{"protocol.load", "0.05 N"}});
  ASSERT_FALSE(study::pierced(r.rolled));
  EXPECT_EQ(value(r, "enhancement"), 1.0);
  EXPECT_TRUE(std::isnan(value(r, "delivered_deep")));
  // Nothing of a large molecule passes, and no ratio is given.
  const auto large = deliver({{"solute", "albumin"}, {"delivery.concentration", "1 mg/mL"}});
  EXPECT_TRUE(std::isnan(value(large, "enhancement")));
  EXPECT_GT(value(large, "delivered"), 0.0);
}

// The same from the closed form: P c A t less the lag, through a thin layer.
TEST(Deliver, ExcisedUnbrokenSkinPassesItsPermeability) {
  const auto r = deliver({{"protocol.load", "0.05 N"},
                          {"delivery.setting", "in_vitro"},
                          {"delivery.skin_thickness", "0.1 mm"},
                          {"delivery.donor", "reservoir"},
                          {"delivery.duration", "200 h"}});
  const double p = delivery::potts_guy(-0.07, 0.19419);
  EXPECT_NEAR(p * 360000.0, 1.1e-4, 0.05e-4);  // cm/h, of caffeine
  const double tissue = 85e-6 / r.delivered.solute.epidermis_diffusivity;
  EXPECT_NEAR(r.delivered.needled.flux_through.back(), 10.0 / (1.0 / p + tissue), 0.01 * 10.0 * p);
}

TEST(Deliver, EveryKeyTimesAHundredChangesSomethingOrIsNamed) {
  const auto before = deliver();
  const std::string figures_before = figures(before);
  int tried = 0;
  for (const auto& used : before.rolled.inputs) {
    if (!used.path.starts_with("delivery.") && !used.path.starts_with("solute.")) continue;
    const auto key = [&] {
      for (const auto& k : study::case_keys())
        if (k.path == used.path) return k;
      return config::Key{};
    }();
    const bool number = key.kind == config::Kind::number || key.kind == config::Kind::integer;
    if (key.kind != config::Kind::quantity && !number) continue;
    bool seen = false, taken = false;
    const double middle = key.low > 0.0 ? std::sqrt(key.low * key.high) : 1e-3 * key.high;
    const double si = used.si != 0.0 ? used.si : middle;
    for (const double factor : {100.0, 0.01, 10.0, 0.1, 2.0}) {
      const double next = key.kind == config::Kind::integer ? std::round(si * factor) : si * factor;
      study::DeliveryResult r;
      try {
        r = deliver({{used.path,
                      number ? std::to_string(next) : core::format_quantity(next, key.unit, 10)}});
      } catch (const core::InputError& e) {
        if (std::string(e.what()).find("has no place here") != std::string::npos)
          taken = seen = true;
        continue;  // beyond the range, or not with the others
      }
      taken = true;
      seen = seen || figures(r) != figures_before || says(r, used.path + " ");
      if (seen) break;
    }
    ++tried;
    EXPECT_TRUE(taken) << used.path;
    EXPECT_TRUE(seen) << used.path << " changes nothing and nobody says so";
  }
  EXPECT_GT(tried, 25);
}

TEST(Deliver, EveryOtherKeyChangesSomethingOrIsNamed) {
  const std::string before = figures(deliver());
  const std::vector<std::pair<std::string, std::string>> tries{
      {"delivery.donor", "film"},
      {"delivery.donor", "reservoir"},
      {"delivery.setting", "in_vitro"},
      {"delivery.suspension", "true"},
      {"delivery.cover", "true"},
      {"delivery.repeats", "[\"2 h\"]"},
      {"delivery.report_times", "[\"1 h\"]"},
      {"delivery.vehicle_diffusivity", "1e-7 cm^2/s"},
      {"solute", "lidocaine"}};
  for (const auto& [key, value] : tries) {
    const auto r = deliver({{key, value}});
    EXPECT_TRUE(figures(r) != before || says(r, key + " ")) << key;
  }
  EXPECT_TRUE(
      says(deliver({{"delivery.suspension", "true"}}), "delivery.suspension has no effect"));
}

namespace {

/// Skin that channels do not change.
class Unchanged : public delivery::DeliveryModel {
 public:
  delivery::Course deliver(const delivery::Problem& p, const delivery::Settings& s,
                           core::Observer& observer) const override {
    auto whole = p;
    whole.channels.clear();
    return delivery::network(whole, s, observer);
  }
};

}  // namespace

TEST(Deliver, AModelOfSomebodyElseIsNamedInACase) {
  delivery::models().add({"delivery", "unchanged", "channels do nothing", "a test", {}, {}},
                         [] { return std::make_unique<Unchanged>(); });
  const auto r = deliver({{"delivery.level", "unchanged"}});
  EXPECT_EQ(value(r, "enhancement"), 1.0);
  EXPECT_EQ(r.models.back().name, "unchanged");
}

TEST(Deliver, WhatHasNoEffectIsNamed) {
  EXPECT_TRUE(says(deliver({{"delivery.donor", "reservoir"}, {"delivery.repeats", "[\"2 h\"]"}}),
                   "delivery.repeats has no effect here"));
  EXPECT_TRUE(says(deliver({{"delivery.wash_off", "30 h"}}), "delivery.wash_off has no effect"));
  EXPECT_TRUE(says(deliver({{"healing.parameters.barrier_occluded", "30 h"}}),
                   "healing.parameters.barrier_occluded has no effect"));
  EXPECT_FALSE(
      says(deliver({{"healing.parameters.barrier_occluded", "30 h"}, {"delivery.cover", "true"}}),
           "barrier_occluded has no effect"));
  EXPECT_FALSE(says(deliver(), "`percuta deliver` alone reads them"));
  test::answer_by_power_laws();
  const auto rolled = study::roll(study::parse_case(kBase, "case.toml"));
  bool said = false;
  for (const auto& w : rolled.warnings)
    said = said || w.find("`percuta deliver` alone reads them") != std::string::npos;
  EXPECT_TRUE(said);
}

TEST(Deliver, BadInputIsSaid) {
  EXPECT_NE(refusal({{"solute", "cafeine"}}).find("did you mean \"caffeine\"?"), std::string::npos);
  EXPECT_NE(refusal({{"delivery.dose", "not given"}}).find("delivery.dose is missing"),
            std::string::npos);
  EXPECT_NE(refusal({{"delivery.concentration", "25 mg/mL"}}).find("above the solubility"),
            std::string::npos);
  EXPECT_EQ(refusal({{"delivery.concentration", "25 mg/mL"}, {"delivery.suspension", "true"}}), "");
  EXPECT_NE(refusal({{"delivery.wash_off", "2 min"}}).find("the vehicle is not on the skin yet"),
            std::string::npos);
  EXPECT_NE(refusal({{"solute.partition", "-1"}}).find("solute.partition is out of range"),
            std::string::npos);
  EXPECT_NE(refusal({{"delivery.dose", "20 mg"}}).find("is a volume per area"), std::string::npos);
  EXPECT_NE(refusal({{"delivery.residue", "0.3"}}).find("it goes with delivery.donor = \"film\""),
            std::string::npos);
  EXPECT_NE(refusal({{"delivery.start", "30 h"}}).find("delivery.start is out of range"),
            std::string::npos);
  EXPECT_NE(refusal({{"delivery.repeats", "[\"1 min\"]"}}).find("delivery.repeats has"),
            std::string::npos);
  EXPECT_NE(refusal({{"delivery.threshold_depth", "3 mm"}}).find("followed down to"),
            std::string::npos);
  EXPECT_NE(refusal({{"delivery.setting", "in_vitro"}, {"delivery.skin_thickness", "9 mm"}})
                .find("thick in all"),
            std::string::npos);
  const std::string none = "skin = \"cheek\"\ndevice = \"mf8-1.0mm\"\n";
  try {
    study::deliver(study::parse_case(none, "case.toml"));
    FAIL();
  } catch (const core::InputError& e) {
    EXPECT_NE(std::string(e.what()).find("solute is missing"), std::string::npos);
  }
}

TEST(Deliver, APercentIsTenMilligramsInAMillilitre) {
  EXPECT_EQ(deliver({{"delivery.concentration", "1 %"}}).delivered.options.concentration, 10.0);
  EXPECT_EQ(figures(deliver({{"delivery.concentration", "1 %"}})), figures(deliver()));
}

TEST(Deliver, OnesOwnSolute) {
  const std::string text = kBase.substr(kBase.find("[protocol]"));
  const std::string own =
      "skin = \"cheek\"\ndevice = \"mf8-1.0mm\"\nsolute = { molar_mass = \"300 g/mol\", log_k_ow = "
      "1 }\n";
  const auto r = deliver({}, own + text);
  EXPECT_EQ(r.delivered.solute.name, "custom");
  EXPECT_EQ(r.delivered.solute.estimated.size(), 8U);
  EXPECT_TRUE(says(r, "solute.free_diffusivity by Stokes-Einstein of its radius"));
  // An entry with another value.
  const auto slower = deliver({{"solute.dermis_diffusivity", "1e-8 cm^2/s"}});
  EXPECT_LT(value(slower, "through"), value(deliver(), "through"));
}

TEST(Deliver, EverySoluteOfTheCatalogueIsDelivered) {
  for (const auto& name : study::entry_names("solutes")) {
    const auto r = deliver({{"solute", name}, {"delivery.concentration", "1 mg/mL"}});
    EXPECT_GT(value(r, "delivered"), 0.0) << name;
    EXPECT_LT(value(r, "balance_error"), 1e-8) << name;
  }
  EXPECT_GE(study::entry_names("solutes").size(), 15U);
}

TEST(Deliver, DepthClassesShareTheChannels) {
  test::answer_by_power_laws();
  const auto c = study::parse_case(kBase, "case.toml");
  const auto r = study::roll(c);
  double one = 0.0, many = 0.0, depth = 0.0;
  for (const auto& k : study::depth_classes(c, r, 1)) one += k.density;
  for (const auto& k : study::depth_classes(c, r, 7)) {
    many += k.density;
    depth += k.density * k.depth;
  }
  EXPECT_NEAR(one, many, 1e-9 * one);
  EXPECT_NEAR(depth / many, r.depths.mean, 1e-9);
}

TEST(Deliver, ReportAndWarningsCarryTheCautions) {
  const auto r = deliver();
  EXPECT_TRUE(says(r, "not intended to bring cosmetics, drugs or biologics through the skin"));
  EXPECT_TRUE(says(r, "must be sterile"));
  const auto page = report::delivery_html(r, "", "");
  for (const char* words : {"not intended to bring cosmetics", "granulomas", "Amount by layer",
                            "open and covered", "Free concentration below the horny layer"})
    EXPECT_NE(page.find(words), std::string::npos) << words;
}
