#include "percuta/study/case.h"

#include <cstdlib>
#include <regex>

#include <gtest/gtest.h>

#include "percuta/core/quantity.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/run.h"

using namespace percuta;

namespace {

struct Data : ::testing::Environment {
  void SetUp() override { setenv("PERCUTA_DATA", PERCUTA_SOURCE "/data", 1); }
};
const auto* const environment = ::testing::AddGlobalTestEnvironment(new Data);

std::string errors_of(const std::string& text) {
  try {
    study::parse_case(text, "case.toml");
  } catch (const core::InputError& e) {
    return e.what();
  }
  return "";
}

const std::string kGood = "skin = \"cheek\"\ndevice.base = \"mf8-1.5mm\"\n";

}  // namespace

TEST(Quantity, ReadsNumbersWithUnits) {
  EXPECT_DOUBLE_EQ(core::parse_quantity("1.5 mm")->number, 1.5);
  EXPECT_EQ(core::parse_quantity("2e-3kJ/m^2")->unit, "kJ/m^2");
  EXPECT_FALSE(core::parse_quantity("much"));
  EXPECT_FALSE(core::parse_quantity("nan mm"));
  EXPECT_EQ(core::format_quantity(1.5e-3, "mm"), "1.5 mm");
}

TEST(Case, CatalogueEntryIsOverriddenByTheCase) {
  const auto c = study::parse_case(
      "skin = \"cheek\"\n[device]\nbase = \"mf8-1.5mm\"\nneedle.length = \"1.0 mm\"\n",
      "case.toml");
  EXPECT_DOUBLE_EQ(c.device.needle.length, 1.0e-3);
  EXPECT_DOUBLE_EQ(c.device.needle.shank_radius, 125e-6);
  EXPECT_EQ(c.skin.layers.size(), 5u);
  EXPECT_EQ(c.skin.layers.front().name, "stratum corneum");
}

TEST(Case, EveryInputKnowsItsSource) {
  const auto c = study::parse_case(kGood, "case.toml");
  int sourced = 0;
  for (const auto& u : c.inputs)
    if (u.path.starts_with("skin.layers")) {
      EXPECT_NE(u.from, "");
      sourced += !u.source.empty();
    }
  EXPECT_GE(sourced, 20);
}

TEST(Case, MissingUnitShowsTheFixAndTheRange) {
  const auto text = errors_of(kGood + "device.needle.length = 1.0\n");
  EXPECT_NE(text.find("case.toml:3:24: device.needle.length needs a unit"), std::string::npos)
      << text;
  EXPECT_NE(text.find("write for example \"1 mm\""), std::string::npos) << text;
  EXPECT_NE(text.find("0.05 mm to 3 mm"), std::string::npos) << text;
  EXPECT_NE(text.find("^^^"), std::string::npos) << text;
}

TEST(Case, WrongUnitNegativeAndUnknownThingsAreNamed) {
  EXPECT_NE(errors_of(kGood + "device.needle.length = \"1.0 N\"\n")
                .find("is a length, but \"N\" is a unit of force"),
            std::string::npos);
  EXPECT_NE(
      errors_of(kGood + "device.needle.length = \"-1.0 mm\"\n").find("is out of range: -1.0 mm"),
      std::string::npos);
  EXPECT_NE(
      errors_of("skin = \"cheeck\"\ndevice = \"mf8-1.5mm\"\n").find("did you mean \"cheek\"?"),
      std::string::npos);
  EXPECT_NE(errors_of(kGood + "[protocol]\npases_per_direction = 3\n")
                .find("did you mean protocol.passes_per_direction?"),
            std::string::npos);
  EXPECT_NE(errors_of("").find("is empty"), std::string::npos);
  EXPECT_NE(errors_of(std::string("a\0b", 3)).find("is not a text file"), std::string::npos);
  EXPECT_NE(errors_of("skin = [").find("not valid TOML"), std::string::npos);
  EXPECT_NE(errors_of("device = \"mf8-1.5mm\"\n").find("skin is missing"), std::string::npos);
}

TEST(Case, NeedleLongerThanTheSkinIsRefused) {
  const auto text = errors_of(
      "skin = \"excised-human\"\n[device]\nbase = \"mf8-1.5mm\"\nneedle.length = \"2.5 mm\"\n");
  EXPECT_NE(text.find("is longer than the skin is thick"), std::string::npos) << text;
}

TEST(Case, TwoErrorsOfAFileAreReportedAtOnce) {
  const auto text =
      errors_of(kGood + "device.needle.length = 1.0\n\n[protocol]\nload = \"5 mm\"\n");
  EXPECT_NE(text.find("case.toml:3:"), std::string::npos);
  EXPECT_NE(text.find("case.toml:6:"), std::string::npos);
}

TEST(Case, EveryKeyStandsInTemplateSchemaAndExplain) {
  const auto schema = study::json_schema();
  const auto written = study::case_template();
  for (const auto& key : study::case_keys()) {
    const auto name = key.path.substr(key.path.rfind('.') + 1);
    EXPECT_NE(schema.find("\"" + name + "\""), std::string::npos) << key.path;
    EXPECT_NE(written.find(name + " = "), std::string::npos) << key.path;
    EXPECT_NE(study::explain(key.path).find(key.sentence), std::string::npos) << key.path;
    EXPECT_FALSE(key.sentence.empty()) << key.path;
  }
  EXPECT_THROW(study::explain("device.needle.lenght"), core::InputError);
}

TEST(Case, TemplateIsACaseThatCanBeRead) {
  EXPECT_NO_THROW(study::parse_case(study::case_template(), "template"));
}

TEST(Catalogue, EverySkinMakesACaseWithEveryDevice) {
  for (const auto& skin : study::entries("skins"))
    for (const auto& device : study::entries("devices")) {
      const auto text =
          errors_of("skin = \"" + skin.name + "\"\ndevice = \"" + device.name + "\"\n");
      // The one thing that may be wrong: the longest needles on the thinnest skins.
      EXPECT_TRUE(text.empty() ||
                  (text.find("longer than the skin is thick") != std::string::npos &&
                   device.name >= "mf8-2.0mm"))
          << skin.name << " " << device.name << " " << text;
    }
}

TEST(Case, ShortFormAndTableExcludeEachOtherWithAHint) {
  const auto text =
      errors_of("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n[device.needle]\nlength = \"1 mm\"\n");
  EXPECT_NE(text.find("[device] with base = "), std::string::npos) << text;
}

TEST(Catalogue, EverySourceOfTheDataThatIsAKeyIsInTheReferences) {
  const std::regex key("^[a-z]+(19|20)[0-9]{2}$");
  int found = 0;
  for (const auto& skin : study::entries("skins")) {
    const auto c = study::parse_case("skin = \"" + skin.name + "\"\ndevice = \"mf8-1.5mm\"\n", "x");
    for (const auto& u : c.inputs) {
      const auto word = u.source.substr(0, u.source.find_first_of(",; "));
      if (!std::regex_match(word, key)) continue;
      EXPECT_TRUE(study::references().contains(word)) << u.source;
      ++found;
    }
  }
  EXPECT_GT(found, 50);
}

TEST(Bibliography, ReadsEntriesAndSaysWhatIsWrong) {
  const auto all = study::parse_bibtex(
      "% a remark\n@article{a2001,\n  author = {A, B.},\n  year = {2001},\n  title = {Of {DNA}},\n "
      " doi = {10.1/x},\n}\n@misc{b, note = {seen}}\n",
      "x.bib");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all.at("a2001").citation, "A, B. 2001, Of DNA, doi 10.1/x");
  EXPECT_EQ(all.at("b").bibtex, "@misc{b, note = {seen}}");
  for (const char* wrong : {"@article{a, author = {A}", "@article{a, author = A}", "article{a}",
                            "@misc{a, note = {x}}\n@misc{a, note = {y}}"})
    EXPECT_THROW(study::parse_bibtex(wrong, "x.bib"), core::InputError) << wrong;
}
