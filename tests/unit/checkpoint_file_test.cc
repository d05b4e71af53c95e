// The file that keeps the state of an insertion: any damage is seen, and the state before it is
// still there.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "percuta/core/errors.h"
#include "percuta/study/insert.h"

using namespace percuta;
namespace fs = std::filesystem;

namespace {

bool refused(const std::string& bytes) {
  try {
    study::unsealed("here.checkpoint", bytes);
    return false;
  } catch (const core::FileError& e) {
    EXPECT_NE(std::string(e.what()).find("here.checkpoint: the checkpoint is damaged"),
              std::string::npos)
        << e.what();
    return true;
  }
}

std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void overwrite(const std::string& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

struct Listener : core::Observer {
  std::string heard;
  void progress(std::string_view, double) override {}
  void note(std::string_view line) override { heard += line; }
};

/// A folder of its own that goes with the test.
struct CheckpointFile : ::testing::Test {
  const fs::path folder =
      fs::temp_directory_path() / ("percuta-checkpoint-" + std::to_string(getpid()));
  const std::string path = (folder / "out.checkpoint").string();
  const study::CheckpointFile file{path};
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }
  std::string refusal() const {
    try {
      file.read();
    } catch (const core::FileError& e) {
      return e.what();
    }
    return "";
  }
};

}  // namespace

TEST(SealedState, ComesBackAsItWas) {
  for (const std::string& state : {std::string(), std::string("state"), std::string(100000, '\0')})
    EXPECT_EQ(study::unsealed("here", study::sealed(state)), state);
}

TEST(SealedState, EveryFlippedBitIsSeen) {
  const std::string good = study::sealed(std::string("the needle is in the skin \0 and so on", 37));
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_TRUE(refused(bad)) << "bit " << bit;
  }
}

TEST(SealedState, EveryTruncationAndWhateverFollowsIsSeen) {
  const std::string good = study::sealed("the needle is in the skin");
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_TRUE(refused(good.substr(0, n))) << n;
  for (const char more : {'\0', 'x'}) EXPECT_TRUE(refused(good + more));
  EXPECT_TRUE(refused(good + good));
}

TEST(SealedState, RandomBytesAreRefused) {
  std::mt19937 random(11);
  const std::string good = study::sealed(std::string(200, 'a'));
  for (int k = 0; k < 20000; ++k) {
    std::string bad = good;
    for (int n = static_cast<int>(random() % 12) + 1; n > 0; --n)
      bad[random() % bad.size()] = static_cast<char>(random());
    if (bad == good) continue;
    EXPECT_TRUE(refused(bad)) << k;
  }
}

TEST_F(CheckpointFile, KeepsTheLastStateAndTheOneBeforeIt) {
  file.write("first");
  EXPECT_EQ(file.read(), "first");
  file.write("second");
  file.write("third");
  EXPECT_EQ(file.read(), "third");
  EXPECT_EQ(study::unsealed("", contents(file.previous())), "second");
  EXPECT_EQ(files(), 2u);  // nothing half-written is left
  file.remove();
  EXPECT_EQ(files(), 0u);
  EXPECT_FALSE(file.exists());
}

TEST_F(CheckpointFile, GoesOnFromTheOneBeforeWhenTheLastIsDamagedAndSaysSo) {
  file.write("first");
  file.write("second");
  for (const std::string& damaged :
       {std::string(), contents(path).substr(1), contents(path) + "x"}) {
    overwrite(path, damaged);
    Listener listener;
    EXPECT_EQ(file.read(listener), "first");
    EXPECT_NE(listener.heard.find(path), std::string::npos);
    EXPECT_NE(listener.heard.find(file.previous()), std::string::npos);
  }
  fs::remove(path);
  EXPECT_TRUE(file.exists());
  EXPECT_EQ(file.read(), "first");
  overwrite(path, "nonsense");
  overwrite(file.previous(), "");
  EXPECT_NE(refusal().find("it is empty"), std::string::npos) << refusal();
  fs::remove(file.previous());
  EXPECT_NE(refusal().find("does not begin"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find("without resume"), std::string::npos) << refusal();
}

TEST_F(CheckpointFile, ADamagedStateDoesNotPushOutTheGoodOneBeforeIt) {
  file.write("first");
  file.write("second");
  overwrite(path, "nonsense");
  file.write("third");
  EXPECT_EQ(file.read(), "third");
  EXPECT_EQ(study::unsealed("", contents(file.previous())), "first");
}

TEST_F(CheckpointFile, SaysWhenItCannotBeWrittenAndLeavesWhatWasThere) {
  const study::CheckpointFile nowhere((folder / "none" / "x.checkpoint").string());
  EXPECT_THROW(nowhere.write("state"), core::FileError);
  file.write("state");
  fs::create_directory(path + ".part");  // in the way of the next one
  EXPECT_THROW(file.write("next"), core::FileError);
  EXPECT_EQ(file.read(), "state");
  if (fs::exists("/dev/full")) {
    fs::remove(path + ".part");
    fs::create_symlink("/dev/full", path + ".part");
    EXPECT_THROW(file.write("next"), core::FileError);
    EXPECT_EQ(file.read(), "state");
  }
}
