// What the page of a result holds, before a browser draws it.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "percuta/report/report.h"
#include "percuta/study/case.h"
#include "percuta/study/run.h"
#include "support/synthetic_skin.h"

using namespace percuta;

namespace {

const std::string kCase = R"(
[skin]
base = "cheek"
[device]
base = "mf8-1.5mm"
[protocol]
directions = ["vertical", "horizontal"]
passes_per_direction = 2
[channels]
sample_side = "6 mm"
[healing]
days = "40 days"
cells = 24
[scatter]
samples = 256
)";

study::Result run(const std::string& load) {
  test::answer_by_power_laws();
  return study::run(study::parse_case(kCase, "case.toml", {{"protocol.load", load}}));
}

std::string compared(const std::vector<std::string>& labels, const std::string& varied) {
  const auto a = run("4 N"), b = run("6 N");
  return report::report_html(std::vector<const study::Result*>{&a, &b}, labels, "", "", {}, varied);
}

bool holds(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

std::size_t count(const std::string& page, const std::string& text) {
  std::size_t n = 0;
  for (auto at = page.find(text); at != std::string::npos; at = page.find(text, at + 1)) ++n;
  return n;
}

}  // namespace

TEST(Report, QuantitiesOfOneKeyStandOnAnAxisInTheirOrder) {
  const auto page = compared({"6 N", "4000 mN"}, "protocol.load");
  EXPECT_TRUE(holds(page, "\"protocol.load, N\""));
  EXPECT_TRUE(holds(page, "[4.0,6.0]"));
  EXPECT_FALSE(holds(page, "\"categories\""));
}

TEST(Report, OtherValuesAreCategories) {
  for (const auto& labels :
       {std::vector<std::string>{"slow", "5 mm/s"}, {"1 mm", "2 N"}, {"a", "b"}})
    EXPECT_TRUE(holds(compared(labels, "protocol.speed"), "\"categories\"")) << labels.front();
}

TEST(Report, RowsThatAreEqualInAllColumnsAreFolded) {
  const auto page = compared({"4 N", "6 N"}, "protocol.load");
  const auto folded = page.find("figures that are the same in every column");
  ASSERT_NE(folded, std::string::npos);
  EXPECT_GT(page.find("data-path=\"insertion.required_force\""), folded);
  EXPECT_LT(page.find("data-path=\"insertion.pierced_depth\""), folded);
}

TEST(Report, EveryFigureStandsOnceUnderTheGroupOfItsPath) {
  const auto r = run("5 N");
  const auto page = report::report_html(std::vector<const study::Result*>{&r},
                                        std::vector<std::string>{"one"}, "", "");
  for (const auto& o : study::outputs_of(r).declared())
    if (config::is_figure(o)) {
      EXPECT_EQ(count(page, "data-path=\"" + o.path + "\""), 1U) << o.path;
    }
  EXPECT_LT(page.find("Channels: "), page.find("Evenness in other patterns: "));
  EXPECT_LT(page.find("Evenness in other patterns: "), page.find("Weeks after: "));
  EXPECT_TRUE(holds(page, " ± "));
}

TEST(Report, EveryDeclaredClosureIsShown) {
  const auto r = run("5 N");
  const auto page = report::report_html(std::vector<const study::Result*>{&r},
                                        std::vector<std::string>{"one"}, "", "");
  const auto chapter = page.substr(page.find("Closure of one channel"));
  for (const char* words : {"epithelium closed", "water loss back to 1.1", "index down to 0.1"})
    EXPECT_TRUE(holds(chapter.substr(0, chapter.find("Cells, signals")), words)) << words;
  EXPECT_TRUE(holds(page, "\"hours\""));
}

TEST(Report, MapHasAScaleBarAndAChoiceOfColours) {
  const auto r = run("5 N");
  const auto page = report::report_html(std::vector<const study::Result*>{&r},
                                        std::vector<std::string>{"one"}, "", "");
  for (const char* by : {"direction", "depth", "pass"})
    EXPECT_TRUE(holds(page, std::string("<button data-by=\"") + by + "\"")) << by;
  EXPECT_TRUE(holds(page, ">1 mm</text>"));
}
