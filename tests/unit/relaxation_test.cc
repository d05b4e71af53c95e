#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/study/case.h"

using namespace percuta;

namespace {

std::string errors_with(const std::string& term) {
  try {
    study::parse_case(
        "skin.base = \"cheek\"\ndevice.base = "
        "\"mf8-1.5mm\"\n[skin.layers.papillary_dermis]\nrelaxation = [\"" +
            term + "\"]\n",
        "case.toml");
  } catch (const core::InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST(Relaxation, TimesFromAMicrosecondToACenturyAreTerms) {
  for (const auto* term : {"0.4, 0.3 s", "0.4, 1e-6 s", "0.4, 36525 days"})
    EXPECT_EQ(errors_with(term), "") << term;
}

TEST(Relaxation, TimesBeyondAreNone) {
  for (const auto* term : {"0.4, 0.99e-6 s", "0.4, 36526 days", "0.4, 1e305 weeks", "0.4, 1e-320 s",
                           "0.4, 0 s", "0.4, -1 s"})
    EXPECT_NE(errors_with(term).find(
                  "skin.layers.papillary_dermis.relaxation is not a list of Prony terms"),
              std::string::npos)
        << term;
}
