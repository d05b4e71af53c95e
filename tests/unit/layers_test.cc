// Includes point strictly downward, siblings never include one another (the layers of the house).

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>

#include <gtest/gtest.h>

namespace fs = std::filesystem;

TEST(House, IncludesPointStrictlyDownward) {
  const std::map<std::string, int> layer{{"core", 0},      {"config", 1},  {"skin", 2},    {"device", 2}, {"protocol", 2}, {"channel", 2},
                                         {"insertion", 3}, {"rolling", 3}, {"healing", 3}, {"io", 4},     {"fem", 4},      {"study", 5}};
  const std::regex include("#include \"percuta/(\\w+)/");
  int files = 0;
  for (const char* root : {PERCUTA_SOURCE "/include/percuta", PERCUTA_SOURCE "/lib"})
    for (const auto& item : fs::recursive_directory_iterator(root)) {
      if (item.path().extension() != ".h" && item.path().extension() != ".cc") continue;
      const std::string own = item.path().parent_path().filename();
      ASSERT_TRUE(layer.contains(own)) << item.path();
      ++files;
      std::ifstream in(item.path());
      for (std::string line; std::getline(in, line);) {
        std::smatch match;
        if (!std::regex_search(line, match, include) || match[1] == own) continue;
        EXPECT_LT(layer.at(match[1]), layer.at(own)) << item.path() << ": " << line;
      }
    }
  EXPECT_GT(files, 30);
}

TEST(House, OnlyFemNamesDealii) {
  for (const char* root : {PERCUTA_SOURCE "/include", PERCUTA_SOURCE "/lib"})
    for (const auto& item : fs::recursive_directory_iterator(root)) {
      if (!item.is_regular_file() || item.path().extension() == ".md" || item.path().extension() == ".txt") continue;
      if (item.path().parent_path().filename() == "fem" && item.path().string().find("/lib/") != std::string::npos) continue;
      std::ifstream in(item.path());
      for (std::string line; std::getline(in, line);) EXPECT_EQ(line.find("#include <deal.II"), std::string::npos) << item.path();
    }
}
