// One declaration, and an output stands everywhere.

#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "percuta/io/document.h"

using namespace percuta;

namespace {

struct Toy {
  double depth = 2e-3, spread = 1e-4;
  int needles = 7;
  std::string layer = "dermis";
  bool pierced = true;
  std::vector<double> time{0.0, 1.0, 2.0}, force{0.0, 0.1, 0.3}, radius{0.0, 1e-6};
  std::vector<std::vector<double>> field{{1, 2}, {3, 4}, {5, 6}};
};

config::Outputs<Toy> outputs() {
  config::Outputs<Toy> o;
  o.scalar("toy.depth", &Toy::depth, "m", "mm", "how deep")
      .spread(&Toy::spread)
      .scalar("toy.none", &Toy::depth, "m", "mm", "never there")
      .where("pigs fly", [](const Toy&) { return false; })
      .scalar("toy.speed", &Toy::depth, "m/s", "mm/s", "how fast")
      .word("slow", [](const Toy&) { return true; })
      .count("toy.needles", &Toy::needles, "how many")
      .text("toy.layer", &Toy::layer, "which layer")
      .flag("toy.pierced", &Toy::pierced, "whether it pierced")
      .series("toy.time", &Toy::time, "s", "s", "when")
      .series("toy.force", &Toy::force, "N", "mN", "how hard", "toy.time")
      .series("toy.radius", &Toy::radius, "m", "um", "how far")
      .profile("toy.field", &Toy::field, "1", "1", "what", "toy.time", "toy.radius")
      .scalar("toy.absent", &Toy::depth, "m", "mm", "left out")
      .only("asked for", [](const Toy&) { return false; });
  return o;
}

io::Document document() {
  io::Document d;
  config::Outputs<Toy> all;
  all.include("a", outputs(), [](const Toy& t) { return t; });
  d.outputs = all.values(Toy{});
  d.provenance = {{"type", "toy"}};
  return d;
}

}  // namespace

TEST(Outputs, EveryFormStandsInTheSummary) {
  const auto toy = nlohmann::json::parse(io::summary_json(document()))["a"]["toy"];
  EXPECT_EQ(toy["depth"], (nlohmann::json{{"value", 2e-3}, {"unit", "m"}, {"sd", 1e-4}}));
  EXPECT_TRUE(toy["none"]["value"].is_null());
  EXPECT_EQ(toy["speed"], "slow");
  EXPECT_EQ(toy["needles"], 7);
  EXPECT_EQ(toy["layer"], "dermis");
  EXPECT_EQ(toy["pierced"], true);
  EXPECT_FALSE(toy.contains("absent"));
  EXPECT_FALSE(toy.contains("force"));  // a column
}

TEST(Outputs, EveryFormStandsInTheResultFileWithUnitAndSentence) {
  const auto path = std::filesystem::temp_directory_path() / "percuta-output-test.h5";
  std::ofstream(path, std::ios::binary) << io::hdf5(document());
  const auto sets = io::read_hdf5(path.string());
  const auto facts = io::read_provenance(path.string());
  std::filesystem::remove(path);
  const auto at = [&](const std::string& name) {
    for (const auto& s : sets)
      if (s.path == name) return s;
    ADD_FAILURE() << name;
    return io::Dataset{};
  };
  EXPECT_EQ(io::fact(facts, "type"), "toy");
  const auto depth = at("/summary/a/toy/depth");
  EXPECT_EQ(depth.unit, "m");
  EXPECT_EQ(depth.long_name, "how deep");
  EXPECT_EQ(depth.values, std::vector{2e-3});
  EXPECT_EQ(at("/summary/a/toy/depth_sd").values, std::vector{1e-4});
  EXPECT_TRUE(std::isnan(at("/summary/a/toy/none").values.front()));
  EXPECT_EQ(at("/summary/a/toy/none").where, "pigs fly");
  EXPECT_EQ(at("/summary/a/toy/needles").values, std::vector{7.0});
  EXPECT_EQ(at("/summary/a/toy/layer").text, "dermis");
  EXPECT_EQ(at("/summary/a/toy/pierced").values, std::vector{1.0});
  EXPECT_EQ(at("/a/toy/force").values, (std::vector{0.0, 0.1, 0.3}));
  EXPECT_EQ(at("/a/toy/force").unit, "N");
  EXPECT_EQ(at("/a/toy/field").shape, (std::vector<std::size_t>{3, 2}));
  for (const auto& d : io::datasets(document()))
    if (d.path == "/a/toy/field") {
      EXPECT_EQ(d.axes, (std::vector<std::string>{"/a/toy/time", "/a/toy/radius"}));
    }
}

TEST(Outputs, AColumnAgainstAnAxisThatIsNotThereIsABugAndSaidToBe) {
  auto d = document();
  std::erase_if(d.outputs, [](const auto& v) { return v.output.path == "a.toy.time"; });
  EXPECT_THROW(io::datasets(d), std::logic_error);
  d = document();
  for (auto& v : d.outputs)
    if (v.output.path == "a.toy.force") v.values.pop_back();
  EXPECT_THROW(io::datasets(d), std::logic_error);
}

TEST(Outputs, EveryFormCanBeReadAloud) {
  const auto d = document();
  const auto read = [&](const char* path) { return config::for_people(*io::find(d, path)); };
  EXPECT_EQ(read("a.toy.depth"), "2 ± 0.1 mm");
  EXPECT_EQ(read("a.toy.none"), "none");
  EXPECT_EQ(read("a.toy.speed"), "slow");
  EXPECT_EQ(read("a.toy.needles"), "7");
  EXPECT_EQ(read("a.toy.layer"), "dermis");
  EXPECT_EQ(read("a.toy.pierced"), "yes");
  EXPECT_EQ(io::find(d, "a.toy.absent"), nullptr);
  EXPECT_EQ(config::described(io::find(d, "a.toy.force")->output),
            "a.toy.force\n  how hard\n  series [N]\n  against  a.toy.time\n  in       results.h5 "
            "/a/toy/force\n");
}
