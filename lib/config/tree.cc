#include "percuta/config/tree.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace percuta::config {
namespace {

struct Builder {
  std::string file;
  std::vector<std::string> lines;
  std::vector<core::Diagnostic>* errors;
  Tree* tree;

  Place place(const toml::source_region& region, int width) const {
    Place p{file, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column), std::max(1, width), ""};
    if (p.line >= 1 && p.line <= static_cast<int>(lines.size())) p.text = lines[p.line - 1];
    if (p.line < 1) p.line = 1;
    return p;
  }

  Place value_place(const toml::node& node) const {
    Place p = place(node.source(), 1);
    if (node.source().end.line == node.source().begin.line) p.width = std::max<int>(1, node.source().end.column - node.source().begin.column);
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

  void leaf(const std::string& path, const toml::node& node, const Place& key, Leaf out) {
    out.key_place = key;
    out.value_place = value_place(node);
    Scalar single;
    if (scalar(node, single)) {
      out.value = single;
    } else if (const auto* array = node.as_array()) {
      std::vector<Scalar> list;
      for (const auto& element : *array) {
        Scalar item;
        if (!scalar(element, item)) {
          errors->push_back(diagnose(value_place(element), path + ": a list holds texts or numbers only"));
          return;
        }
        list.push_back(item);
      }
      out.value = list;
    } else {
      errors->push_back(diagnose(out.value_place, path + ": dates and times are not used here"));
      return;
    }
    tree->set(path, std::move(out));
  }

  void table(const std::string& prefix, const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const std::string path = prefix.empty() ? name : prefix + "." + name;
      const Place key_place = place(key.source(), static_cast<int>(name.size()));
      if (const auto* inner = node.as_table()) {
        if (const auto* value = inner->get("value"); value != nullptr) {
          Leaf out;
          out.source = inner->get("source") ? inner->get("source")->value_or(std::string{}) : "";
          out.evidence = inner->get("evidence") ? inner->get("evidence")->value_or(std::string{}) : "";
          out.spread = inner->get("spread") ? inner->get("spread")->value_or(std::string{}) : "";
          out.note = inner->get("note") ? inner->get("note")->value_or(std::string{}) : "";
          leaf(path, *value, key_place, std::move(out));
        } else {
          this->table(path, *inner);
        }
      } else if (const auto* array = node.as_array(); array != nullptr && array->is_array_of_tables()) {
        for (std::size_t i = 0; i < array->size(); ++i) this->table(fmt::format("{}.{}", path, i), *array->get(i)->as_table());
      } else {
        leaf(path, node, key_place, {});
      }
    }
  }
};

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

Tree Tree::parse(const std::string& text, const std::string& name, std::vector<core::Diagnostic>& errors) {
  Tree tree;
  Builder builder{name, {}, &errors, &tree};
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    std::replace(line.begin(), line.end(), '\t', ' ');
    builder.lines.push_back(line);
  }
  if (text.find('\0') != std::string::npos) {
    errors.push_back({name, 0, 0, 1, "is not a text file", "", "a case file is TOML text; `percuta template` prints one"});
    return tree;
  }
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    errors.push_back({name, 0, 0, 1, "is empty", "", "`percuta template` prints a case to start from"});
    return tree;
  }
  try {
    const toml::table table = toml::parse(text, name);
    builder.table("", table);
  } catch (const toml::parse_error& e) {
    const std::string description(e.description());
    const auto quote = description.find("existing string '");
    std::string hint;
    if (quote != std::string::npos) {
      const auto key = description.substr(quote + 17, description.find_first_of(".'", quote + 17) - quote - 17);
      hint = fmt::format("{0} = \"...\" and a table [{0}...] exclude each other: write [{0}] with base = \"...\"", key);
    }
    errors.push_back(diagnose(builder.place(e.source(), 1), fmt::format("not valid TOML: {}", description), hint));
  }
  return tree;
}

Tree Tree::read(const std::string& path, std::vector<core::Diagnostic>& errors) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (!in || in.bad()) {
    errors.push_back({path, 0, 0, 1, "cannot be read", "", "give the path of a case file; examples lie in data/cases"});
    return {};
  }
  return parse(text.str(), path, errors);
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

std::string written(const Scalar& scalar) {
  if (const auto* b = std::get_if<bool>(&scalar)) return *b ? "true" : "false";
  if (const auto* d = std::get_if<double>(&scalar)) return fmt::format("{:g}", *d);
  return fmt::format("\"{}\"", std::get<std::string>(scalar));
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  int best_distance = std::max<int>(3, static_cast<int>(word.size()) / 3) + 1;
  for (const auto& c : candidates)
    if (const int d = distance(word, c); d < best_distance) {
      best_distance = d;
      best = c;
    }
  return best;
}

core::Diagnostic diagnose(const Place& p, std::string message, std::string hint) {
  return {p.file, p.line, p.column, p.width, std::move(message), p.text, std::move(hint)};
}

}  // namespace percuta::config
