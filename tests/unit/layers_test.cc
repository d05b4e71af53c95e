// Includes point strictly downward, siblings never include one another (the floors of the house,
// and the rooms of fem).

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fs = std::filesystem;

namespace {

const std::map<std::string, int> kFloors{
    {"core", 0},    {"config", 1},   {"skin", 2},  {"device", 2},    {"protocol", 2},
    {"channel", 2}, {"io", 2},       {"fem", 4},   {"insertion", 3}, {"rolling", 3},
    {"healing", 3}, {"delivery", 3}, {"study", 5}, {"report", 6},    {"evidence", 7}};
const std::map<std::string, int> kRooms{{"linear", 0},   {"kernels", 0},      {"surface", 0},
                                        {"boxes", 1},    {"mixed", 1},        {"transport", 1},
                                        {"piercing", 2}, {"verification", 3}, {"fem", 4}};

/// The folder below a root in which a source lies.
std::string below(const fs::path& file, const fs::path& root) {
  const fs::path rest = fs::relative(file, root);
  return rest.begin()->string();
}

bool is_source(const fs::path& path) {
  return path.extension() == ".h" || path.extension() == ".cc";
}

void expect_downward(const fs::path& file, const std::regex& include,
                     const std::map<std::string, int>& floors, const std::string& own) {
  ASSERT_TRUE(floors.contains(own)) << file;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, include) || match[1] == own) continue;
    ASSERT_TRUE(floors.contains(match[1])) << file << ": " << line;
    EXPECT_LT(floors.at(match[1]), floors.at(own)) << file << ": " << line;
  }
}

}  // namespace

TEST(House, IncludesPointStrictlyDownward) {
  const std::regex include("#include \"percuta/(\\w+)/");
  int files = 0;
  for (const char* root : {PERCUTA_SOURCE "/include/percuta", PERCUTA_SOURCE "/lib"})
    for (const auto& item : fs::recursive_directory_iterator(root)) {
      if (!is_source(item.path())) continue;
      expect_downward(item.path(), include, kFloors, below(item.path(), root));
      ++files;
    }
  EXPECT_GT(files, 30);
}

TEST(House, RoomsOfFemIncludeDownward) {
  const std::regex include(
      "#include \"(linear|kernels|surface|boxes|mixed|transport|piercing|verification)/");
  const fs::path root = PERCUTA_SOURCE "/lib/fem";
  int files = 0;
  for (const auto& item : fs::recursive_directory_iterator(root)) {
    if (!is_source(item.path())) continue;
    const bool entrance = item.path().parent_path() == root;  // what the light library loads
    expect_downward(item.path(), include, kRooms, entrance ? "fem" : below(item.path(), root));
    ++files;
  }
  EXPECT_GT(files, 30);
}

TEST(House, OnlyFemNamesDealii) {
  for (const char* root : {PERCUTA_SOURCE "/include", PERCUTA_SOURCE "/lib"})
    for (const auto& item : fs::recursive_directory_iterator(root)) {
      if (!item.is_regular_file() || item.path().extension() == ".md" ||
          item.path().extension() == ".txt")
        continue;
      if (item.path().string().find("/lib/fem/") != std::string::npos) continue;
      std::ifstream in(item.path());
      for (std::string line; std::getline(in, line);)
        EXPECT_EQ(line.find("#include <deal.II"), std::string::npos) << item.path();
    }
}

namespace {

/// Lines of sources below some folders that match, as "file: line".
std::vector<std::string> lines_with(const std::regex& pattern,
                                    const std::vector<std::string>& roots) {
  std::vector<std::string> out;
  for (const auto& root : roots)
    for (const auto& item :
         fs::recursive_directory_iterator(std::string(PERCUTA_SOURCE "/") + root)) {
      if (!is_source(item.path()) && item.path().extension() != ".md") continue;
      std::ifstream in(item.path());
      for (std::string line; std::getline(in, line);)
        if (std::regex_search(line, pattern)) out.push_back(item.path().string() + ": " + line);
    }
  return out;
}

}  // namespace

// Facts stand with their source or as rows of data/, not as numbers of somebody's notes.
TEST(House, NoFactIsKnownByANumberOfNotes) {
  EXPECT_EQ(lines_with(
                std::regex("notes [0-9]|\\bcases? [0-9][0-9]|(penetration|healing|numerics) notes"),
                {"lib", "include", "apps", "bindings"}),
            std::vector<std::string>{});
}

TEST(House, TheSecondsOfADayStandOnce) {
  EXPECT_EQ(lines_with(std::regex("86400"), {"lib", "include", "apps", "bindings"}).size(), 1U);
}

TEST(House, NoFlowFollowsTheTextOfAMessage) {
  EXPECT_EQ(lines_with(std::regex("what\\(\\)\\)?\\.?(starts_with|find)\\("),
                       {"lib", "include", "apps", "bindings"}),
            std::vector<std::string>{});
}
