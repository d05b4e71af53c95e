#include <algorithm>
#include <cctype>
#include <set>

#include "percuta/study/catalogue.h"
#include "percuta/study/insert.h"

namespace percuta::study {

std::vector<std::pair<std::string, std::string>> sources_of(const std::vector<config::Used>& inputs) {
  std::vector<std::pair<std::string, std::string>> out;
  std::set<std::string> seen;
  for (const auto& input : inputs) {
    std::string word;
    for (const char ch : input.source + " ") {
      if (std::isalnum(static_cast<unsigned char>(ch)) != 0) {
        word += ch;
        continue;
      }
      if (const auto it = references().find(word); it != references().end() && seen.insert(word).second) out.emplace_back(word, it->second);
      word.clear();
    }
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return std::make_pair(a.first.size(), a.first) < std::make_pair(b.first.size(), b.first); });
  return out;
}

}  // namespace percuta::study
