// Figures that stand in data/evidence are what their command makes.

#include "percuta/evidence/devices.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "percuta/study/catalogue.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"

using namespace percuta;

namespace {

struct Line {
  std::string skin, speed;
  double length, load, share, depth, low, high;
};

std::vector<Line> kept() {
  std::ifstream in(std::string(PERCUTA_SOURCE) + "/data/evidence/device-depths.csv");
  std::vector<Line> out;
  for (std::string row; std::getline(in, row);) {
    if (row.empty() || row[0] == '#' || row.starts_with("skin,")) continue;
    std::istringstream cells(row);
    std::vector<std::string> c;
    for (std::string cell; std::getline(cells, cell, ',');) c.push_back(cell);
    const auto number = [&](std::size_t k) {
      return c[k].empty() ? std::nan("") : std::stod(c[k]);
    };
    out.push_back({c[0], c[3], number(1), number(2), number(4), number(5), number(6), number(7)});
  }
  return out;
}

}  // namespace

// Regression: our own figures, by the command's own way.
TEST(DeviceDepths, AreRemade) {
  study::answer_by(nullptr, nullptr);  // by the tables
  const auto rows = kept();
  ASSERT_EQ(rows.size(), 288U);
  for (std::size_t k = 0; k < rows.size(); k += 37) {
    const auto& r = rows[k];
    const auto c = study::parse_case(
        "skin = \"" + r.skin + "\"\n[device]\nbase = \"mf8-1.0mm\"\nneedle.length = \"" +
            std::to_string(r.length) + " mm\"\n[protocol]\nload = \"" + std::to_string(r.load) +
            " N\"\nspeed = \"" + (r.speed == "slow" ? r.speed : r.speed + " mm/s") +
            "\"\npasses_per_direction = 1\ndirections = [\"vertical\"]\n",
        "case.toml");
    const auto now = study::roll(c);
    EXPECT_NEAR(now.depths.share, r.share, 2e-3) << k;
    EXPECT_NEAR(now.depths.mean * 1e3, r.depth, 2e-3 * r.depth) << k;
    EXPECT_NEAR(now.depths.high * 1e3, r.high, 5e-3 * r.high) << k;
  }
}

// No bare zero and no bare all for short needles, no jump from nothing to all between neighbours,
// and more load is never less depth for skin whose drum contact is not that of a plate (the
// abdomen's is: a light load spreads before it presses).
TEST(DeviceDepths, AreSharesAndRiseWithTheLoad) {
  const auto rows = kept();
  for (std::size_t k = 0; k < rows.size(); ++k) {
    EXPECT_GT(rows[k].share, 0.0) << k;
    EXPECT_GT(rows[k].depth, 0.0) << k;
    EXPECT_LE(rows[k].low, rows[k].depth);
    EXPECT_GE(rows[k].high, rows[k].depth);
    if (k % 9 != 0) {  // the next length
      EXPECT_LT(rows[k].share - rows[k - 1].share, 0.5) << k;
    }
    if (k % 36 >= 9) {  // the next load
      EXPECT_GE(rows[k].depth, rows[k - 9].depth * (rows[k].skin == "abdomen" ? 0.99 : 1.0)) << k;
    }
  }
}

// A changed constant of the catalogue leaves its tables behind; they are remade by their command.
TEST(Tables, EverySkinOfTheCatalogueHasOneForEveryDevice) {
  study::answer_by(nullptr, nullptr);
  for (const auto& skin : study::entry_names("skins"))
    for (const auto& device : study::entry_names("devices")) {
      const bool pen =
          device::kind(
              study::parse_case("skin = \"cheek\"\ndevice = \"" + device + "\"\n", "x").device) ==
          "pen";
      const auto c =
          study::parse_case("skin.base = \"" + skin + "\"\ndevice.base = \"" + device + "\"\n" +
                                (pen ? "" : "device.needle.length = \"0.2 mm\"\n"),
                            "x");
      EXPECT_EQ(study::origin_of_cell(c.skin, c.device.needle, device::cell_radius(c.device)),
                "table")
          << skin << " " << device;
      if (const auto* roller = std::get_if<device::Roller>(&c.device.head)) {
        EXPECT_EQ(study::origin_of_drum(c.skin, roller->drum_radius), "table")
            << skin << " " << device;
      }
    }
}

// Its dermis is four times as stiff, so that the same load opens less of it, and less deep.
TEST(Catalogue, AScarIsHarderToPierceThanTheSkinAboutIt) {
  study::answer_by(nullptr, nullptr);
  const auto rolled = [](const std::string& skin) {
    return study::roll(study::parse_case("skin = \"" + skin +
                                             "\"\ndevice.base = \"mf8-1.5mm\"\n"
                                             "protocol.load = \"5 N\"\n",
                                         "x"));
  };
  const auto scar = rolled("hypertrophic-scar"), cheek = rolled("cheek");
  EXPECT_GT(scar.insertion.required_force, 0.0);
  EXPECT_LT(scar.insertion.pierced_depth, cheek.insertion.pierced_depth);
  EXPECT_LE(scar.depths.share, cheek.depths.share);
}
