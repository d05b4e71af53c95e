// Parts of a case by themselves: the same declarations, the same mistakes.

#include "percuta/study/parts.h"

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/study/run.h"

using namespace percuta;

namespace {

const study::Overrides kNeedle{{"device.needle.length", "1 mm"},
                               {"device.needle.shank_radius", "125 um"},
                               {"device.needle.tip_radius", "10 um"},
                               {"device.needle.half_angle", "12 deg"}};

template <class Make>
std::string told(const Make& make) {
  try {
    make();
  } catch (const core::InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST(Parts, ASkinOfTheCatalogueIsThatOfACase) {
  const auto part = study::skin_part({{"skin.base", "cheek"}});
  const auto whole = study::parse_case("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n", "case").skin;
  ASSERT_EQ(part.value.layers.size(), whole.layers.size());
  EXPECT_EQ(study::indentation_key(part.value, {}), study::indentation_key(whole, {}));
  EXPECT_EQ(part.value.vessels.loops, whole.vessels.loops);
  EXPECT_DOUBLE_EQ(study::device_part({{"device.base", "mf8-1.5mm"}}).value.needle.length, 1.5e-3);
}

TEST(Parts, AnOverrideMayCarryItsSource) {
  const auto part = study::skin_part(
      {{"skin.base", "cheek"}, {"skin.tension", "{ value = \"8 kPa\", source = \"flynn2011\" }"}});
  EXPECT_DOUBLE_EQ(part.value.tension, 8e3);
  for (const auto& used : part.inputs)
    if (used.path == "skin.tension") {
      EXPECT_EQ(used.source, "flynn2011");
    }
  const auto broken = told([] {
    study::skin_part({{"skin.base", "cheek"}, {"skin.tension", "{ value = 8 kPa }"}});
  });
  EXPECT_NE(broken.find("skin.tension"), std::string::npos) << broken;
}

TEST(Parts, MistakesAreThoseOfACase) {
  EXPECT_DOUBLE_EQ(study::needle_part(kNeedle).value.tip_radius, 10e-6);
  auto blunt = kNeedle;
  blunt.emplace_back("device.needle.shank_radius", "10 um");
  EXPECT_NE(told([&] { study::needle_part(blunt); }).find("blunter than the shank"),
            std::string::npos);
  auto misspelt = kNeedle;
  misspelt.emplace_back("device.needle.lenght", "1 mm");
  EXPECT_NE(told([&] { study::needle_part(misspelt); }).find("did you mean device.needle.length"),
            std::string::npos);
  EXPECT_NE(told([] { study::layer_part("No name", {}); }).find("no name of a layer"),
            std::string::npos);
  EXPECT_NE(told([] { study::skin_part({}); }).find("skin is missing"), std::string::npos);
  EXPECT_NE(told([] {
              study::skin_part({{"skin.base", "chek"}});
            }).find("did you mean \"cheek\""),
            std::string::npos);
}
