// The state of an insertion as bytes: whatever they hold, going on from them gives numbers or a
// refusal.

#include <cmath>
#include <cstring>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "piercing/solid_level.h"
#include "test_needle.h"
#include "test_skin.h"

using namespace percuta;
using namespace percuta::fem;

namespace {

/// Stops after so many questions.
struct Patience : core::Observer {
  explicit Patience(int questions) : left(questions) {}
  int left;
  void progress(std::string_view, double) override {}
  bool stop_requested() override { return --left < 0; }
};

skin::Skin relaxing_skin() {
  auto skin = weak_skin();
  skin.friction = 0.2;
  skin.layers[2].relaxation = {{0.4, 0.3}};
  return skin;
}

insertion::SolidOptions coarse(bool relaxes) {
  auto options = quick(0.15e-3);
  options.frames = 40;
  options.block_radius = 1.5e-3;
  if (relaxes) options.speed = 1e-3;
  return options;
}

std::string stopped_after(const skin::Skin& skin, const insertion::SolidOptions& options,
                          int questions, const std::string& resume = "") {
  Patience observer(questions);
  std::string state;
  try {
    insert_solid(
        skin, cone(30e-6, 80e-6), options, observer, [&](const std::string& s) { state = s; },
        resume);
  } catch (const core::Interrupted&) {
  }
  return state;
}

/// Whether a state is refused; what is not goes on for some iterations.
bool refused(const skin::Skin& skin, const insertion::SolidOptions& options,
             const std::string& state) {
  Patience observer(6);
  try {
    insert_solid(skin, cone(30e-6, 80e-6), options, observer, {}, state);
  } catch (const core::InputError& e) {
    EXPECT_NE(std::string(e.what()).find("checkpoint"), std::string::npos) << e.what();
    return true;
  } catch (const core::Error&) {  // stopped, or a state from which no step leads on
  }
  return false;
}

}  // namespace

TEST(Checkpoint, IsTheSameWhenTakenUpAndPutDown) {
  for (const bool relaxes : {false, true}) {
    const auto skin = relaxes ? relaxing_skin() : weak_skin();
    const std::string state = stopped_after(skin, coarse(relaxes), 40);
    ASSERT_GT(state.size(), 1000u);
    const std::string again = stopped_after(skin, coarse(relaxes), 0, state);
    EXPECT_EQ(again, state);
  }
}

TEST(Checkpoint, CutShortOrWithMoreBehindItIsRefused) {
  const auto skin = weak_skin();
  const std::string state = stopped_after(skin, coarse(false), 40);
  std::mt19937 random(5);
  EXPECT_TRUE(refused(skin, coarse(false), state + '\0'));
  for (int k = 0; k < 12; ++k)
    EXPECT_TRUE(refused(skin, coarse(false), state.substr(0, 1 + random() % (state.size() - 1))));
}

TEST(Checkpoint, ZerosAndHugeCountsBehindTheIdentityAreRefused) {
  const auto skin = weak_skin();
  const std::string state = stopped_after(skin, coarse(false), 40);
  EXPECT_TRUE(
      refused(skin, coarse(false), state.substr(0, 8) + std::string(state.size() - 8, '\0')));
  const std::uint64_t huge = 1ull << 61;  // times eight bytes it is none
  int seen = 0, refusals = 0;
  for (std::size_t at = 8; at + 8 <= state.size() && seen < 12;
       ++at) {  // in the place of what may be a count, or is part of one
    std::uint64_t n = 0;
    std::memcpy(&n, state.data() + at, 8);
    if (n == 0 || n > 100000) continue;
    std::string bad = state;
    std::memcpy(bad.data() + at, &huge, 8);
    refusals += refused(skin, coarse(false), bad) ? 1 : 0;
    ++seen;
    at += 7;
  }
  EXPECT_EQ(seen, 12);
  EXPECT_GE(refusals, 3);
}

TEST(Checkpoint, ChangedAtRandomItNeverEndsTheProgram) {
  for (const bool relaxes : {false, true}) {
    const auto skin = relaxes ? relaxing_skin() : weak_skin();
    const auto options = coarse(relaxes);
    const std::string state = stopped_after(skin, options, 40);
    std::mt19937_64 random(17);
    int refusals = 0;
    for (int k = 0; k < 60; ++k) {
      std::string bad = state;
      for (int n = static_cast<int>(random() % 4) + 1; n > 0; --n) {
        // Half of them near the beginning, where counts and the block's own state are.
        const std::size_t at = 8 + random() % ((k % 2 == 0 ? 300 : bad.size()) - 8);
        bad[at] = static_cast<char>(random());
      }
      refusals += refused(skin, options, bad) ? 1 : 0;
    }
    EXPECT_GT(refusals, 5);
  }
}
