// The seam of insertion models: what an outside one says reaches channels and healing, and what a
// dearer level says changes the energy level's answer by just that.

#include "percuta/insertion/model.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "../support/synthetic_skin.h"
#include "percuta/core/errors.h"
#include "percuta/insertion/cell_level.h"
#include "percuta/rolling/rolling.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/run.h"

namespace percuta {
namespace {

/// Every needle gets as deep as its load, over one newton per millimetre and its stiffness.
class Linear : public insertion::PreparedNeedle {
 public:
  insertion::CellDepth at_load(double load, const insertion::Variation& v) const override {
    const double a = load / (1e3 * v.stiffness);
    return {a, a, 0.0, load, 0.0, false};
  }
  insertion::CellDepth at_displacement(double d, const insertion::Variation& v) const override {
    return {d, d, 0.0, d * 1e3 * v.stiffness, 0.0, false};
  }
  channel::InsertionCurve curve(double up_to, int points,
                                const insertion::Variation& v) const override {
    channel::InsertionCurve c;
    c.punctured = true;
    for (int k = 0; k <= points; ++k) {
      const auto at = at_load(up_to * k / points, v);
      c.displacement.push_back(at.displacement);
      c.force.push_back(at.needle_force);
      c.pierced_depth.push_back(at.pierced_depth);
      c.deflection.push_back(0.0);
    }
    return c;
  }
  double puncture_force(const insertion::Variation&) const override { return 0.0; }
  double slit_half_length(double depth) const override { return 0.25 * depth; }
  insertion::InsertionCost cost() const override { return {7, 5, 3}; }
  std::vector<std::string> warnings() const override { return {"a linear skin was pierced"}; }
};

class LinearModel : public insertion::InsertionModel {
 public:
  std::unique_ptr<const insertion::PreparedNeedle> prepare(const insertion::Setting&,
                                                           const insertion::Ingredients&,
                                                           core::Observer&) const override {
    return std::make_unique<Linear>();
  }
};

void add_linear() {
  static const bool added = [] {
    insertion::models().add({"insertion",
                             "linear",
                             "depth in proportion to load",
                             "nowhere",
                             {"It is linear."},
                             {"shergold2005"}},
                            [] { return std::make_unique<LinearModel>(); });
    return true;
  }();
  (void)added;
}

constexpr const char* kCase = R"(skin = "cheek"
device = "mf8-1.5mm"
insertion.level = "linear"
[healing]
days = "30 days"
cells = 24
)";

}  // namespace

TEST(InsertionModels, OneFromOutsideFeedsChannelsAndHealing) {
  test::answer_by_power_laws();
  EXPECT_THROW(study::parse_case(kCase, "case.toml"), core::InputError);
  add_linear();
  const auto c = study::parse_case(kCase, "case.toml");
  const auto r = study::run(c);
  const double depth = r.on_skin.cell_load / 1e3;
  EXPECT_NEAR(r.on_skin.needle.pierced_depth, depth / r.on_skin.stiffening, 1e-15);
  EXPECT_EQ(r.depths.share, 1.0);
  EXPECT_NEAR(r.channel.slit_length, 0.5 * r.channel.depth, 1e-15);
  EXPECT_EQ(r.level, "linear");
  EXPECT_EQ(r.insertion_cost.iterations, 3);
  EXPECT_NE(std::find(r.warnings.begin(), r.warnings.end(), "a linear skin was pierced"),
            r.warnings.end());
  // Deeper channels of the same density wound more dermis.
  auto heavier = c;
  heavier.protocol.load *= 2.0;
  const auto more = study::run(heavier);
  EXPECT_GT(more.channel.depth, 1.5 * r.channel.depth);
  EXPECT_GT(healing::needled_depth(more.wound), healing::needled_depth(r.wound));
  // It is listed, its limits and sources belong to the result.
  bool listed = false;
  for (const auto& card : study::models()) listed = listed || card.name == "linear";
  EXPECT_TRUE(listed);
  ASSERT_FALSE(r.models.empty());
  EXPECT_EQ(r.models.front().limits.front(), "It is linear.");
  EXPECT_TRUE(std::any_of(r.sources.begin(), r.sources.end(),
                          [](const auto& s) { return s.first == "shergold2005"; }));
}

TEST(InsertionModels, ANameStandsForOneModel) {
  add_linear();
  EXPECT_THROW(insertion::models().add({"insertion", "linear", "again", "", {}, {}},
                                       [] { return std::make_unique<LinearModel>(); }),
               std::invalid_argument);
  EXPECT_THROW(insertion::models().make("nobody"), std::out_of_range);
}

TEST(InsertionModels, EveryCardCitesWhatTheBibliographyHas) {
  for (const auto& card : study::models()) {
    EXPECT_FALSE(card.valid.empty()) << card.name;
    EXPECT_NO_THROW(study::sources_of({}, {card})) << card.name;
  }
}

namespace {

struct Cheek {
  study::Case c = study::parse_case("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n", "cheek");
  std::shared_ptr<const insertion::CellResponse> cell = [this] {
    test::answer_by_power_laws();
    return study::cell_response(c.skin, c.device.needle, device::cell_radius(c.device));
  }();
  insertion::CellLevel level(insertion::Correction correction = {}) const {
    return {c.skin, c.device.needle, *cell, study::crack_table(), std::move(correction)};
  }
};

}  // namespace

// At the depth that the corrected level finds, what the skin gives is what the correction makes of
// crack and friction.
TEST(Correction, BalancesWhatItMultiplies) {
  const Cheek s;
  const auto plain = s.level();
  const double factor = 2.5, load = 0.15;
  const auto dearer = s.level({1.0, {1e-5, 5e-3}, {factor, factor}, {1.0, 1.0}, {}, {}});
  const auto at = dearer.at_load(load), before = plain.at_load(load);
  ASSERT_GT(at.pierced_depth, 0.0);
  EXPECT_LT(at.pierced_depth, before.pierced_depth);
  EXPECT_NEAR(
      at.needle_force,
      factor * (plain.crack_force(at.pierced_depth) + plain.friction_force(at.pierced_depth)),
      2e-3 * at.needle_force);
}

TEST(Correction, OfOneChangesNothing) {
  const Cheek s;
  const auto plain = s.level(),
             same = s.level({1.0, {1e-5, 5e-3}, {1.0, 1.0}, {1.0, 1.0}, {1e-6, 10.0}, {1.0, 1.0}});
  for (const double load : {1e-3, 0.02, 0.1, 0.4}) {
    EXPECT_EQ(plain.at_load(load).pierced_depth, same.at_load(load).pierced_depth) << load;
    EXPECT_EQ(plain.at_load(load).needle_force, same.at_load(load).needle_force) << load;
  }
}

TEST(Correction, OfTheOpeningMovesPuncture) {
  const Cheek s;
  const auto plain = s.level(), hard = s.level({1.7, {}, {}, {}, {}, {}});
  EXPECT_NEAR(hard.puncture_force(), 1.7 * plain.puncture_force(), 1e-15);
  EXPECT_TRUE(hard.at_load(0.5).pierced_depth > 0.0);
  const auto curve = hard.curve(1.0);
  EXPECT_NEAR(curve.puncture_force, 1.7 * plain.puncture_force(), 1e-12);
}

TEST(Correction, BeyondItsLastDepthIsExtrapolated) {
  const Cheek s;
  const auto shallow = s.level({1.0, {1e-5, 5e-5}, {1.0, 1.0}, {1.0, 1.0}, {}, {}});
  ASSERT_GT(s.level().at_load(0.2).pierced_depth, 5e-5);
  EXPECT_TRUE(shallow.at_load(0.2).extrapolated);
  EXPECT_FALSE(s.level().at_load(0.2).extrapolated);
}

}  // namespace percuta
