#include "percuta/config/tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "percuta/core/text.h"

namespace percuta::config {
namespace {

struct Builder {
  std::string file;
  std::vector<std::shared_ptr<const std::string>> lines;
  core::Diagnostics* errors;
  Tree* tree;

  Builder(std::string name, const std::string& text, core::Diagnostics& list, Tree& out)
      : file(std::move(name)), errors(&list), tree(&out) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      std::replace(line.begin(), line.end(), '\t', ' ');
      lines.push_back(std::make_shared<const std::string>(std::move(line)));
    }
  }

  Place place(int line, int column, int width) const {
    Place p{file, std::max(1, line), column, std::max(1, width), nullptr};
    if (line >= 1 && line <= static_cast<int>(lines.size())) p.text = lines[line - 1];
    return p;
  }
  Place place(const toml::source_region& region, int width) const {
    return place(static_cast<int>(region.begin.line), static_cast<int>(region.begin.column), width);
  }

  Place value_place(const toml::node& node) const {
    Place p = place(node.source(), 1);
    if (node.source().end.line == node.source().begin.line)
      p.width = std::max<int>(1, node.source().end.column - node.source().begin.column);
    return p;
  }

  bool scalar(const toml::node& node, Scalar& out) const {
    if (const auto* s = node.as_string()) out = s->get();
    else if (const auto* f = node.as_floating_point()) out = f->get();
    else if (const auto* i = node.as_integer()) out = static_cast<double>(i->get());
    else if (const auto* b = node.as_boolean()) out = b->get();
    else return false;
    return true;
  }

  /// Whether every entry is a table in braces.
  static bool is_rows(const toml::array& array) {
    return !array.empty() && std::all_of(array.begin(), array.end(), [](const toml::node& node) {
      return node.is_table() && node.as_table()->is_inline();
    });
  }

  std::optional<std::vector<Row>> rows_of(const std::string& path, const toml::array& array) const {
    std::vector<Row> rows;
    for (const auto& element : array) {
      Row row;
      for (const auto& [key, node] : *element.as_table()) {
        const std::string name(key.str());
        Scalar item;
        if (!scalar(node, item)) {
          errors->push_back(diagnose(
              value_place(node),
              fmt::format("{}: {} must be one value", path, core::printable(name, 60)), "", path));
          return std::nullopt;
        }
        row[name] = item;
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

  void leaf(const std::string& path, const toml::node& node, const Place& key, Leaf out) {
    out.key_place = key;
    out.value_place = value_place(node);
    Scalar single;
    if (scalar(node, single)) {
      out.value = single;
    } else if (const auto* array = node.as_array()) {
      if (is_rows(*array)) {
        if (auto rows = rows_of(path, *array)) {
          out.value = std::move(*rows);
          tree->set(path, std::move(out));
        }
        return;
      }
      std::vector<Scalar> list;
      for (const auto& element : *array) {
        Scalar item;
        if (!scalar(element, item)) {
          errors->push_back(diagnose(value_place(element),
                                     path + ": a list holds texts or numbers only", "", path));
          return;
        }
        list.push_back(item);
      }
      out.value = list;
    } else {
      errors->push_back(
          diagnose(out.value_place, path + ": dates and times are not used here", "", path));
      return;
    }
    tree->set(path, std::move(out));
  }

  /// A value with what is known about it: `{value = "0.4 mm", source = "roemgens2014"}`. Anything
  /// else beside `value` would be lost.
  void described(const std::string& path, const toml::table& inner, const Place& key) {
    Leaf out;
    for (const auto& [name, node] : inner) {
      const std::string field(name.str());
      if (field == "value") continue;
      std::string* text = field == "source"     ? &out.source
                          : field == "evidence" ? &out.evidence
                          : field == "spread"   ? &out.spread
                          : field == "note"     ? &out.note
                                                : nullptr;
      const Place where = place(name.source(), static_cast<int>(field.size()));
      if (text == nullptr)
        errors->push_back(diagnose(where,
                                   fmt::format("{}.{} stands beside {}.value", path, field, path),
                                   "beside `value` may stand source, evidence, spread and note; "
                                   "write base = \"...\" to start from a catalogue entry",
                                   path));
      else if (const auto* given = node.as_string()) *text = given->get();
      else
        errors->push_back(
            diagnose(where, fmt::format("{}.{} must be a text", path, field), "", path));
    }
    if (const auto* value = inner.get("value"); value->is_table())
      errors->push_back(diagnose(key, path + ".value must be one value or a list", "", path));
    else leaf(path, *value, key, std::move(out));
  }

  void table(const std::string& prefix, const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const std::string path = prefix.empty() ? name : prefix + "." + name;
      const Place key_place =
          place(key.source(), static_cast<int>(std::min(name.size(), Tree::kLongestKey)));
      if (name.find('.') != std::string::npos || name.size() > Tree::kLongestKey) {
        errors->push_back(diagnose(key_place,
                                   fmt::format("unknown key \"{}\"", core::printable(name, 60)),
                                   "`percuta template` lists every key", path));
      } else if (const auto* inner = node.as_table()) {
        if (inner->contains("value")) described(path, *inner, key_place);
        else this->table(path, *inner);
      } else if (const auto* array = node.as_array();
                 array != nullptr && array->is_array_of_tables() && !is_rows(*array)) {
        for (std::size_t i = 0; i < array->size(); ++i)
          this->table(fmt::format("{}.{}", path, i), *array->get(i)->as_table());
      } else {
        leaf(path, node, key_place, {});
      }
    }
  }
};

/// Where keys or brackets are nested so deeply that no case needs it and a parser would run out of
/// stack; {0, 0} where nowhere. Reads only as much of TOML as tells texts and remarks from the
/// rest.
std::pair<int, int> too_deep(const std::string& text) {
  int line = 1, column = 0;
  std::size_t parts = 1, brackets = 0;
  std::string closing;  // of the text we are in
  for (std::size_t k = 0; k < text.size(); ++k) {
    const char c = text[k];
    ++column;
    if (c == '\n') {
      ++line;
      column = 0;
      parts = 1;
      if (closing.size() == 1) closing.clear();
      continue;
    }
    if (!closing.empty()) {
      if (c == '\\' && closing[0] == '"') ++k;
      else if (text.compare(k, closing.size(), closing) == 0) {
        k += closing.size() - 1;
        closing.clear();
      }
      continue;
    }
    if (c == '"' || c == '\'') {
      closing = std::string(text.compare(k, 3, std::string(3, c)) == 0 ? 3 : 1, c);
      k += closing.size() - 1;
    } else if (c == '#') {
      k = std::min(text.find('\n', k), text.size()) - 1;
    } else if (c == '.') {
      ++parts;
    } else if (c == '[' || c == '{') {
      ++brackets;
      parts = 1;
    } else if (c == ']' || c == '}') {
      brackets -= brackets > 0 ? 1 : 0;
      parts = 1;
    } else if (c == '=' || c == ',') {
      parts = 1;
    }
    if (parts > Tree::kDeepest || brackets > Tree::kDeepest) return {line, column};
  }
  return {0, 0};
}

std::string conflict_hint(const std::string& description) {
  const auto quote = description.find("existing string '");
  if (quote == std::string::npos) return "";
  const auto key =
      description.substr(quote + 17, description.find_first_of(".'", quote + 17) - quote - 17);
  return fmt::format(
      "{0} = \"...\" and a table [{0}...] exclude each other: write [{0}] with base = \"...\"",
      key);
}

int distance(const std::string& a, const std::string& b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

Tree Tree::parse(const std::string& text, const std::string& name, core::Diagnostics& errors) {
  Tree tree;
  const auto refuse = [&](const std::string& message, const std::string& hint) {
    errors.push_back({name, 0, 0, 1, message, "", hint});
    return Tree();
  };
  if (text.size() > kLargestFile)
    return refuse(fmt::format("is too large: {} bytes", text.size()),
                  fmt::format("a case file has at most {}", kLargestFile));
  if (text.find('\0') != std::string::npos)
    return refuse("is not a text file", "a case file is TOML text; `percuta template` prints one");
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    return refuse("is empty", "`percuta template` prints a case to start from");
  Builder builder(name, text, errors, tree);
  if (const auto [line, column] = too_deep(text); line > 0) {
    errors.push_back(
        diagnose(builder.place(line, column, 1), "is nested too deeply",
                 fmt::format("at most {} parts of a key or brackets in one another", kDeepest)));
    return tree;
  }
  try {
    const toml::table table = toml::parse(text, name);
    builder.table("", table);
  } catch (const toml::parse_error& e) {
    const std::string description(e.description());
    errors.push_back(diagnose(builder.place(e.source(), 1),
                              fmt::format("not valid TOML: {}", description),
                              conflict_hint(description)));
  }
  return tree;
}

Tree Tree::read(const std::string& path, core::Diagnostics& errors) {
  std::error_code error;
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path, error)) {
    errors.push_back({path, 0, 0, 1, error || !in ? "cannot be read" : "is a folder", "",
                      "give the path of a case file, or a name that percuta list cases has"});
    return {};
  }
  std::string text(kLargestFile + 1, '\0');  // no more is needed to know that a file is too large
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad()) {
    errors.push_back({path, 0, 0, 1, "cannot be read", "",
                      "give the path of a case file, or a name that percuta list cases has"});
    return {};
  }
  return parse(text, path, errors);
}

const Leaf* Tree::find(const std::string& path) const {
  const auto it = leaves_.find(path);
  return it == leaves_.end() ? nullptr : &it->second;
}

bool Tree::has_branch(const std::string& prefix) const {
  const auto it = leaves_.lower_bound(prefix + ".");
  return it != leaves_.end() && it->first.starts_with(prefix + ".");
}

Tree Tree::below(const std::string& prefix) const {
  Tree out;
  for (const auto& [path, leaf] : leaves_)
    if (path.starts_with(prefix + ".")) out.leaves_[path.substr(prefix.size() + 1)] = leaf;
  return out;
}

void Tree::overlay(const Tree& other) {
  for (const auto& [path, leaf] : other.leaves_) leaves_[path] = leaf;
}

void Tree::mark_given() {
  for (auto& [path, leaf] : leaves_) leaf.given = true;
}

std::string text_of(const Tree& tree, const std::string& path) {
  const Leaf* leaf = tree.find(path);
  const auto* scalar = leaf != nullptr ? std::get_if<Scalar>(&leaf->value) : nullptr;
  const auto* text = scalar != nullptr ? std::get_if<std::string>(scalar) : nullptr;
  if (text != nullptr) return *text;
  const std::string file =
      tree.leaves().empty() ? "file" : tree.leaves().begin()->second.value_place.file;
  throw core::InputError({{file, 0, 0, 1, path + " is missing or no text", "", ""}});
}

std::string written(const Scalar& scalar) {
  if (const auto* b = std::get_if<bool>(&scalar)) return *b ? "true" : "false";
  if (const auto* d = std::get_if<double>(&scalar)) return fmt::format("{}", *d);
  return fmt::format("\"{}\"", std::get<std::string>(scalar));
}

std::string written(const Value& value) {
  if (const auto* scalar = std::get_if<Scalar>(&value)) return written(*scalar);
  std::string all;
  const auto add = [&](const std::string& text) { all += (all.empty() ? "" : ", ") + text; };
  if (const auto* rows = std::get_if<std::vector<Row>>(&value)) {
    for (const auto& row : *rows) {
      std::string fields;
      for (const auto& [name, field] : row)
        fields += fmt::format("{}{} = {}", fields.empty() ? "" : ", ", name, written(field));
      add("{ " + fields + " }");
    }
  } else {
    for (const auto& item : std::get<std::vector<Scalar>>(value)) add(written(item));
  }
  return "[" + all + "]";
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  if (word.size() > 100) return best;  // nobody's slip of the finger, and the search is quadratic
  int best_distance = std::max<int>(3, static_cast<int>(word.size()) / 3) + 1;
  for (const auto& c : candidates)
    if (const int d = distance(word, c); d < best_distance) {
      best_distance = d;
      best = c;
    }
  return best;
}

core::Diagnostic diagnose(const Place& p, std::string message, std::string hint, std::string key) {
  return {
      p.file,          p.line,        p.column, p.width, std::move(message), p.text ? *p.text : "",
      std::move(hint), std::move(key)};
}

}  // namespace percuta::config
