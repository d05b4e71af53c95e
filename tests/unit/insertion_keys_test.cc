// Every key of [insertion] is part of what a result says it was made from.

#include <map>

#include <gtest/gtest.h>

#include "percuta/insertion/choices.h"
#include "percuta/study/case.h"
#include "percuta/study/provenance.h"

using namespace percuta;

namespace {

std::string identity(const study::Overrides& overrides) {
  const auto c =
      study::parse_case("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n", "case.toml", overrides);
  return io::fact(study::provenance("test", c.inputs, {}), "inputs");
}

}  // namespace

TEST(InsertionKeys, EachChangesTheIdentityOfTheInputs) {
  const std::map<std::string, std::string> another{{"level", "axisymmetric"},
                                                   {"motion", "roll"},
                                                   {"path", "poses.csv"},
                                                   {"displacement", "0.4 mm"},
                                                   {"force", "30 mN"},
                                                   {"hold", "2 s"},
                                                   {"speed", "1 mm/s"},
                                                   {"spacing", "1 mm"},
                                                   {"tilt", "20 deg"},
                                                   {"cell", "true"},
                                                   {"stay", "true"},
                                                   {"step", "3 um"},
                                                   {"cells_per_tip_radius", "3"},
                                                   {"cells_per_shank", "5"},
                                                   {"cells_per_fracture_zone", "2"},
                                                   {"cells_along_path", "2"},
                                                   {"mesh", "following"},
                                                   {"bulk_over_shear", "300"},
                                                   {"part", "half"},
                                                   {"solver", "direct"},
                                                   {"frames", "3"}};
  for (const auto& key : insertion::choices_record().keys("insertion")) {
    const std::string name = key.path.substr(key.path.find('.') + 1),
                      level = name == "cell" ? "axisymmetric" : "solid";
    ASSERT_TRUE(another.contains(name)) << "a new key: give it another value here";
    const study::Overrides base{{"insertion.level", level}};
    auto changed = base;
    changed.emplace_back(key.path, another.at(name));
    EXPECT_NE(identity(base), identity(changed)) << key.path;
  }
}

TEST(InsertionKeys, GoWithOneAnotherAsTheirRecordSays) {
  for (const auto& [key, value] : study::Overrides{{"insertion.tilt", "20 deg"},
                                                   {"insertion.spacing", "1 mm"},
                                                   {"insertion.mesh", "following"}})
    EXPECT_THROW(identity({{"insertion.level", "axisymmetric"}, {key, value}}), core::InputError)
        << key;
  EXPECT_THROW(identity({{"insertion.level", "solid"},
                         {"insertion.motion", "roll"},
                         {"insertion.displacement", "1 mm"}}),
               core::InputError);
  EXPECT_NO_THROW(identity({{"insertion.level", "axisymmetric"},
                            {"insertion.mesh", "fixed"}}));  // a default asks for nothing
}
