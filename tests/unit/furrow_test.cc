// Furrow readings, their band and their outputs, from a skin whose answer is known.

#include <string>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/healing/wrinkle.h"
#include "percuta/study/case.h"

using namespace percuta;

namespace {

/// At rest as deep as without stress; compressed, deeper by a reticular and shallower by a
/// papillary dermis that are stiffer than 10 kPa.
struct Opposed : skin::FurrowModel {
  std::vector<skin::FurrowReading> compress(const std::vector<skin::Skin>& skins,
                                            const skin::Furrow& f, skin::TestCost& cost,
                                            core::Observer&) const override {
    std::vector<skin::FurrowReading> out;
    for (const auto& s : skins) {
      const double papillary = skin::shear_modulus(s.layers[0].law) / 10e3,
                   reticular = skin::shear_modulus(s.layers[1].law) / 10e3;
      const auto surface = [](double depth) {
        return skin::FurrowSurface{{0.0, 1e-3}, {-depth, 0.0}};
      };
      out.push_back({surface(f.depth), surface(f.depth * (1.2 + reticular - papillary))});
    }
    cost.unknowns = 7;
    cost.steps += static_cast<long>(skins.size());
    return out;
  }
};

skin::Layer layer(skin::Role role, double thickness) {
  return {name(role), role, thickness, skin::NeoHookean{10e3}, 1000.0, 0.0, 0.0, {}, {}};
}

healing::Course stiff(double papillary, double reticular) {
  healing::Course c;
  c.time = {0.0, 10.0};
  c.papillary.stiffness = {1.0, papillary};
  c.reticular.stiffness = {1.0, reticular};
  return c;
}

skin::Skin two_layers() {
  skin::Skin s;
  s.layers = {layer(skin::Role::dermis, 0.2e-3), layer(skin::Role::dermis, 0.8e-3)};
  return s;
}

healing::Wrinkle opposed(int members) {
  healing::Bands bands;
  bands.members = members;
  bands.low = stiff(1.0, 1.1);
  bands.high = stiff(1.3, 1.2);
  return healing::wrinkle(two_layers(), stiff(1.1, 1.15), bands, {10.0}, {}, Opposed(),
                          core::silent());
}

}  // namespace

TEST(Furrow, DepthIsBelowTheHighestPoint) {
  EXPECT_DOUBLE_EQ(skin::depth({{0.0, 1.0, 2.0}, {-3.0, 0.5, 0.0}}), 3.5);
}

TEST(Furrow, LayersFollowDownToTheDermisAndLieLevelBelowIt) {
  skin::Skin s = two_layers();
  EXPECT_DOUBLE_EQ(furrow_layers(s).follow, 0.0);
  EXPECT_DOUBLE_EQ(furrow_layers(s).level, 1e-3);
  s.layers.insert(s.layers.begin(), layer(skin::Role::epidermis, 0.1e-3));
  s.layers.push_back(layer(skin::Role::hypodermis, 4e-3));
  EXPECT_DOUBLE_EQ(furrow_layers(s).follow, 0.1e-3);
  EXPECT_DOUBLE_EQ(furrow_layers(s).level, 1.1e-3);
  s.layers = {layer(skin::Role::other, 2e-3)};
  EXPECT_DOUBLE_EQ(furrow_layers(s).follow, 0.0);
  EXPECT_DOUBLE_EQ(furrow_layers(s).level, 2e-3);
}

// Parts of the dermis that act against one another: the ends of both together would make a band
// that is none.
TEST(Furrow, BandIsThatOfAllCorners) {
  const auto w = opposed(8);
  const double d = w.furrow.depth;
  EXPECT_DOUBLE_EQ(depth(w.untreated.compressed), 1.2 * d);
  EXPECT_DOUBLE_EQ(depth(w.healed[0].compressed), 1.25 * d);
  EXPECT_DOUBLE_EQ(w.low[0], 1.0 * d);   // papillary 1.3, reticular 1.1
  EXPECT_DOUBLE_EQ(w.high[0], 1.4 * d);  // 1.0 and 1.2
  EXPECT_EQ(w.cost.steps, 6);
  EXPECT_TRUE(opposed(0).low.empty());
}

TEST(Furrow, OutputsAreChangesFromUntreatedSkin) {
  const auto value = [](const healing::Wrinkle& w, const std::string& path) {
    for (const auto& v : healing::wrinkle_outputs().values(w))
      if (v.output.path == path) return v.values;
    return std::vector<double>{};
  };
  const auto w = opposed(8);
  EXPECT_DOUBLE_EQ(value(w, "compressed_untreated")[0], 1.2 * w.furrow.depth);
  EXPECT_NEAR(value(w, "compressed_change")[0], 1.25 / 1.2 - 1.0, 1e-12);
  EXPECT_NEAR(value(w, "compressed_change_low")[0], 1.0 / 1.2 - 1.0, 1e-12);
  EXPECT_NEAR(value(w, "compressed_change_high")[0], 1.4 / 1.2 - 1.0, 1e-12);
  EXPECT_DOUBLE_EQ(value(w, "at_rest_change")[0], 0.0);
  EXPECT_TRUE(value(opposed(0), "compressed_change_low").empty());
}

namespace {

std::string refusal(const study::Overrides& overrides) {
  try {
    study::parse_case("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n[healing]\nfurrow = true\n",
                      "case.toml", overrides);
  } catch (const core::InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST(Furrow, WhatCannotBeIsRefused) {
  EXPECT_EQ(refusal({}), "");
  const auto says = [](const study::Overrides& overrides, const std::string& words) {
    const auto said = refusal(overrides);
    EXPECT_NE(said.find(words), std::string::npos) << said;
  };
  says({{"healing.wrinkle.compression", "0.5"}}, "healing.wrinkle.compression");
  says({{"healing.wrinkle.width", "4 mm"}}, "wider than furrows lie apart");
  says({{"healing.wrinkle.depth", "0.45 mm"}, {"healing.wrinkle.width", "0.4 mm"}},
       "more than the furrow is wide");
  says({{"healing.wrinkle.depth", "0.6 mm"}, {"healing.wrinkle.width", "2 mm"}},
       "more than half the dermis");
  EXPECT_EQ(refusal({{"healing.furrow", "false"}, {"healing.wrinkle.width", "4 mm"}}), "");
}
