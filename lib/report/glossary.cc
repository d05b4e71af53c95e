// Words that a reader may not know, explained where they stand.

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include <fmt/format.h>

#include "page.h"
#include "svg.h"

namespace percuta::report {
namespace {

struct Word {
  const char* word;
  const char* meaning;
};

constexpr std::array kWords{
    Word{"pierced depth",
         "how far the needle has cut into the skin: what its tip travels less "
         "what the skin yields"},
    Word{"deflection", "how far the skin's surface is pushed down at the needle, unpierced or not"},
    Word{"share of the landings that pierce",
         "of all needles that touch the skin, those that open its surface; needles and places "
         "differ, so that some do and some do not"},
    Word{"share pierced", "of all needles that touch the skin, those that open its surface"},
    Word{"stratum corneum", "the horny outermost layer of the skin, its barrier to water"},
    Word{"variance over mean",
         "dispersion: how unevenly channels lie; 1 at random, 0 for a perfect lattice, more where "
         "they gather"},
    Word{"dispersion",
         "variance over mean of the number of channels in equal squares; 1 at "
         "random, 0 for a perfect lattice"},
    Word{"pair correlation",
         "how many channels lie at a distance from a channel, over the number "
         "in a random pattern; 1 at random"},
    Word{"puncture force", "force on the needle just before the surface opens"},
    Word{"erythema", "redness of the skin"},
    Word{"epithelial gap", "radius of the channel that the epidermis has not grown over yet"},
};

/// Whether a word stands at a place of the text, its first letter in either case.
bool stands_at(const std::string& text, std::size_t at, const std::string& word) {
  if (text.size() - at < word.size()) return false;
  const auto low = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  if (low(text[at]) != low(word[0]) || text.compare(at + 1, word.size() - 1, word, 1) != 0)
    return false;
  const std::size_t end = at + word.size();
  return (at == 0 || !letter(text[at - 1])) && (end == text.size() || !letter(text[end]));
}

}  // namespace

std::string explained(const std::string& text) {
  const std::string plain = escape_html(text);
  std::string out;
  std::array<bool, kWords.size()> done{};
  for (std::size_t at = 0; at < plain.size();) {
    std::size_t k = 0;
    while (k < kWords.size() && (done[k] || !stands_at(plain, at, kWords[k].word))) ++k;
    if (k == kWords.size()) {
      out += plain[at++];
      continue;
    }
    const std::string word = plain.substr(at, std::string(kWords[k].word).size());
    out += fmt::format("<abbr title=\"{}\">{}</abbr>", escape_html(kWords[k].meaning), word);
    at += word.size();
    done[k] = true;
  }
  return out;
}

std::string glossary() {
  std::string out = "<details><summary>Words</summary><dl>";
  for (const auto& w : kWords) out += fmt::format("<dt>{}</dt><dd>{}</dd>", w.word, w.meaning);
  return out + "</dl></details>";
}

}  // namespace percuta::report
