#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/study/case.h"

using namespace percuta;

namespace {

std::string errors_with(const std::string& term) {
  try {
    study::parse_case(
        "skin.base = \"cheek\"\ndevice.base = "
        "\"mf8-1.5mm\"\n[skin.layers.papillary_dermis]\nrelaxation = [" +
            term + "]\n",
        "case.toml");
  } catch (const core::InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

std::string term(const std::string& time, const std::string& share = "0.4") {
  return "{ share = " + share + ", time = \"" + time + "\" }";
}

TEST(Relaxation, TimesFromAMicrosecondToACenturyAreTerms) {
  for (const auto* time : {"0.3 s", "1e-6 s", "36525 days"})
    EXPECT_EQ(errors_with(term(time)), "") << time;
}

TEST(Relaxation, TimesBeyondAreNone) {
  for (const auto* time : {"0.99e-6 s", "36526 days", "1e305 weeks", "1e-320 s", "0 s", "-1 s"})
    EXPECT_NE(errors_with(term(time))
                  .find("skin.layers.papillary_dermis.relaxation.0.time is out of range"),
              std::string::npos)
        << errors_with(term(time));
}

TEST(Relaxation, TermsThatAreNoneAreSaid) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"{ share = 0.4 }", "relaxation.0.time is missing"},
      {"{ share = 0.4, time = 3 }", "relaxation.0.time needs a unit"},
      {term("3 s") + ", { share = 0.1, tim = \"3 s\" }", "did you mean"},
      {term("3 s", "0.6") + ", " + term("9 s", "0.5"), "has shares of 1.1 together"},
      {"\"0.40, 0.3 s\"", "must be a list of records"}};
  for (const auto& [list, words] : wrong)
    EXPECT_NE(errors_with(list).find(words), std::string::npos) << list << "\n"
                                                                << errors_with(list);
}

TEST(Relaxation, AListInTheCaseTakesThePlaceOfTheCatalogues) {
  const auto c = study::parse_case(
      "skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n", "case.toml",
      {{"skin.layers.papillary_dermis.relaxation", "[" + term("7 s", "0.2") + "]"},
       {"skin.layers.reticular_dermis.relaxation", "[]"}});
  ASSERT_EQ(c.skin.layers[2].relaxation.size(), 1U);
  EXPECT_EQ(c.skin.layers[2].relaxation.front().time, 7.0);
  EXPECT_TRUE(c.skin.layers[3].relaxation.empty());
  EXPECT_EQ(c.skin.layers[1].relaxation.size(), 2U);
}
