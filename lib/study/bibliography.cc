#include "percuta/study/bibliography.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/study/catalogue.h"

namespace percuta::study {
namespace {

/// Reads a file of BibTeX entries from its beginning to its end.
class BibtexReader {
 public:
  BibtexReader(const std::string& text, const std::string& name) : text_(text), name_(name) {}

  std::map<std::string, Reference> all() {
    std::map<std::string, Reference> out;
    for (skip(); at_ < text_.size(); skip()) {
      const std::size_t begin = at_;
      take('@');
      word();
      take('{');
      const std::string key = word();
      std::map<std::string, std::string> fields;
      for (take(','); peek() != '}'; take(',')) {
        const std::string field = word();
        take('=');
        fields[field] = braced();
        if (peek() == '}') break;
      }
      take('}');
      if (!out.emplace(key, Reference{text_.substr(begin, at_ - begin), citation(fields)}).second)
        refuse(key + " stands twice");
    }
    return out;
  }

 private:
  [[noreturn]] void refuse(const std::string& message) const {
    const int line =
        1 + static_cast<int>(
                std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
    throw core::InputError(
        {{name_, line, 1, 1, message, "", "write entries as @article{key, name = {value}, ...}"}});
  }
  void skip() {
    while (at_ < text_.size())
      if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
      else if (text_[at_] == '%') at_ = std::min(text_.find('\n', at_), text_.size());
      else return;
  }
  char peek() {
    skip();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void take(char wanted) {
    if (peek() != wanted) refuse(fmt::format("a {} is wanted here", wanted));
    ++at_;
  }
  std::string word() {
    skip();
    std::string out;
    while (at_ < text_.size() && std::isalnum(static_cast<unsigned char>(text_[at_])) != 0)
      out += text_[at_++];
    if (out.empty()) refuse("a name is wanted here");
    return out;
  }
  std::string braced() {
    take('{');
    std::string out;
    for (int depth = 1; at_ < text_.size(); ++at_) {
      depth += text_[at_] == '{' ? 1 : text_[at_] == '}' ? -1 : 0;
      if (depth == 0) return ++at_, out;
      if (text_[at_] != '{' && text_[at_] != '}') out += text_[at_];
    }
    refuse("ends inside of braces");
  }

  static std::string citation(const std::map<std::string, std::string>& fields) {
    const auto field = [&](const char* name) {
      return fields.contains(name) ? fields.at(name) : std::string();
    };
    std::string out = field("author");
    if (const auto year = field("year"); !year.empty()) out += " " + year;
    if (const auto title = field("title"); !title.empty()) out += ", " + title;
    if (const auto journal = field("journal"); !journal.empty()) out += ", " + journal;
    if (const auto volume = field("volume"); !volume.empty()) out += " " + volume;
    if (const auto number = field("number"); !number.empty()) out += "(" + number + ")";
    if (const auto pages = field("pages"); !pages.empty()) out += ":" + pages;
    if (const auto doi = field("doi"); !doi.empty()) out += ", doi " + doi;
    if (const auto note = field("note"); !note.empty()) out += ". " + note;
    return out;
  }

  const std::string& text_;
  const std::string& name_;
  std::size_t at_ = 0;
};

}  // namespace

std::map<std::string, Reference> parse_bibtex(const std::string& text, const std::string& name) {
  return BibtexReader(text, name).all();
}

namespace {

std::map<std::string, Reference> read_bibliography(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw core::FileError(fmt::format("{}: cannot be read; is PERCUTA_DATA right?", file));
  std::ostringstream text;
  text << in.rdbuf();
  return parse_bibtex(text.str(), file);
}

}  // namespace

const std::map<std::string, Reference>& references() {
  static const std::map<std::string, Reference> all = [] {
    namespace fs = std::filesystem;
    auto known = read_bibliography((fs::path(data_folder()) / "references.bib").string());
    std::error_code error;
    if (const auto own = fs::path(own_catalogue()) / "references.bib";
        fs::is_regular_file(own, error))
      known.merge(read_bibliography(own.string()));
    return known;
  }();
  return all;
}

std::vector<std::string> words_of(const std::string& source) {
  std::vector<std::string> out;
  std::string word;
  for (const char ch : source + " ") {
    if (std::isalnum(static_cast<unsigned char>(ch)) != 0) {
      word += ch;
      continue;
    }
    if (!word.empty()) out.push_back(word);
    word.clear();
  }
  return out;
}

bool looks_like_key(const std::string& word) {
  const auto digit = word.find_first_of("0123456789");
  if (digit == 0 || digit == std::string::npos || word.size() < digit + 4 ||
      word.size() > digit + 5)
    return false;
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool year = std::all_of(word.begin() + static_cast<long>(digit),
                                word.begin() + static_cast<long>(digit) + 4,
                                [](char c) { return c >= '0' && c <= '9'; }) &&
                    (word.substr(digit, 2) == "19" || word.substr(digit, 2) == "20");
  return year && std::all_of(word.begin(), word.begin() + static_cast<long>(digit), letter) &&
         (word.size() == digit + 4 || letter(word.back()));
}

std::vector<std::pair<std::string, std::string>> sources_of(
    const std::vector<config::Used>& inputs, const std::vector<core::ModelCard>& models) {
  std::map<std::string, std::string> found;
  for (const auto& model : models)
    for (const auto& key : model.sources) {
      const auto it = references().find(key);
      if (it == references().end())
        throw std::logic_error(fmt::format(
            "model \"{}\" cites {}, which data/references.bib does not have", model.name, key));
      found.emplace(key, it->second.citation);
    }
  for (const auto& input : inputs) {
    for (const auto& word : words_of(input.source))
      if (const auto it = references().find(word); it != references().end())
        found.emplace(word, it->second.citation);
  }
  return {found.begin(), found.end()};
}

}  // namespace percuta::study
