#include "loader.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/core/text.h"
#include "percuta/skin/record.h"
#include "percuta/study/catalogue.h"

namespace percuta::study {

namespace fs = std::filesystem;
using config::Leaf;
using config::Scalar;
using config::Tree;

namespace {

constexpr std::size_t kLongestValue = 10000;  // of an override [bytes]

/// Moves every leaf under a prefix: a catalogue file becomes part of a case.
Tree under(const Tree& tree, const std::string& prefix) {
  Tree out;
  for (const auto& [path, leaf] : tree.leaves())
    if (path != "title" && path != "material") out.set(prefix + "." + path, leaf);
  return out;
}

/// `{ value = "7 kPa", source = "flynn2011" }`, as catalogues write it.
bool take_record(Leaf& leaf, const std::string& text) {
  core::Diagnostics none;
  const Tree parsed = Tree::parse("value = " + text, "override", none);
  const Leaf* found = parsed.find("value");
  if (!none.empty() || found == nullptr || parsed.leaves().size() != 1) return false;
  leaf.value = found->value;
  leaf.source = found->source;
  leaf.evidence = found->evidence;
  leaf.spread = found->spread;
  return true;
}

}  // namespace

config::Value value_of(const std::string& text, const config::Place& place,
                       core::Diagnostics& errors) {
  const auto first = text.find_first_not_of(' ');
  const char begin = first == std::string::npos ? ' ' : text[first];
  if (begin == '[' || begin == '"' || begin == '\'') {
    core::Diagnostics none;
    const Tree parsed = Tree::parse("value = " + text, "override", none);
    const Leaf* leaf = parsed.find("value");
    if (none.empty() && leaf != nullptr && parsed.leaves().size() == 1) return leaf->value;
    if (begin == '[')
      errors.push_back(
          diagnose(place, "is not a list", "write for example [\"vertical\", \"horizontal\"]"));
  }
  const auto q = core::parse_quantity(text);
  if (text == "true" || text == "false") return Scalar(text == "true");
  if (q && q->unit.empty()) return Scalar(q->number);
  return Scalar(text);
}

void override_with(Tree& tree, const std::string& key, const std::string& value,
                   core::Diagnostics& errors) {
  const std::string path =
      key == "skin" || key == "device" || key == "solute" ? key + ".base" : key;  // the short form
  config::Place where{"override", 1, 1, static_cast<int>(std::min<std::size_t>(key.size(), 40)),
                      std::make_shared<const std::string>(key + "=" + value)};
  Leaf leaf;
  leaf.key_place = where;
  where.column = static_cast<int>(core::length(key)) + 2;
  where.width = static_cast<int>(core::length(value));
  leaf.value_place = where;
  leaf.given = leaf.overridden = true;
  if (!core::valid_utf8(key) || !core::valid_utf8(value))
    errors.push_back({"override", 0, 0, 1,
                      "is not valid UTF-8: " + core::printable(key + "=" + value, 60), "", ""});
  else if (key.size() > Tree::kLongestKey)
    errors.push_back(diagnose(leaf.key_place,
                              fmt::format("unknown key {}", core::printable(key, 60)),
                              "`percuta template` lists every key", key));
  else if (value.size() > kLongestValue)
    errors.push_back(diagnose(leaf.value_place, path + " is too long",
                              fmt::format("at most {} bytes", kLongestValue), path));
  else {
    if (!value.starts_with('{') || !take_record(leaf, value))
      leaf.value = value_of(value, leaf.value_place, errors);
    tree.set(path, leaf);
  }
}

void spell_out(Tree& tree, const std::string& kind) {
  const Leaf* plain = tree.find(kind);
  if (plain == nullptr) return;
  const Leaf moved = *plain;
  tree.erase(kind);
  tree.set(kind + ".base", moved);
}

bool Loader::resolve(const std::string& kind, const std::string& folder, std::string& name) {
  const Leaf* leaf = written.find(kind + ".base");
  if (leaf == nullptr) {
    if (written.has_branch(kind)) return true;
    errors.push_back(
        {file(), 0, 0, 1, kind + " is missing", "",
         fmt::format("write for example {} = \"{}\"; `percuta list {}s` prints them all", kind,
                     kind == "skin" ? "cheek" : "mf8-1.5mm", kind),
         kind});
    return false;
  }
  const auto found = entry(*leaf, kind, folder, name);
  if (!found.empty()) load(kind, found);
  // Of a recorded case everything that the entry said is among the inputs.
  return !found.empty() || (recorded && !name.empty());
}

void Loader::resolve_set() {
  const Leaf* leaf = written.find("healing.set");
  const auto* scalar = leaf != nullptr ? std::get_if<Scalar>(&leaf->value) : nullptr;
  const auto* text = scalar != nullptr ? std::get_if<std::string>(scalar) : nullptr;
  if (leaf == nullptr || (text != nullptr && *text == "none")) return;
  std::string name;
  const auto found = entry(*leaf, "healing.set", "healing", name);
  if (found.empty()) return;
  const Tree constants = under(read(found), "healing.parameters");
  resolved.overlay(constants);
  for (const auto& [path, value] : constants.leaves())
    if (written.find(path) == nullptr) return;
  errors.push_back(diagnose(leaf->value_place,
                            fmt::format("healing.set = \"{}\" changes nothing", name),
                            constants.leaves().empty() ? "its file names no constant"
                                                       : "the case says each of its constants",
                            "healing.set"));
}

std::string Loader::entry(const Leaf& leaf, const std::string& kind, const std::string& folder,
                          std::string& name) {
  const auto* scalar = std::get_if<Scalar>(&leaf.value);
  const auto* text = scalar ? std::get_if<std::string>(scalar) : nullptr;
  if (text == nullptr) {
    errors.push_back(diagnose(leaf.value_place, kind + " must name a catalogue entry",
                              fmt::format("`percuta list {}` prints them all", folder), kind));
    return "";
  }
  name = *text;
  const bool file = name.ends_with(".toml");
  const auto found = file ? own_file(leaf, folder, name) : named(folder, name);
  if (!found.empty() || recorded) return found;
  if (file) {
    errors.push_back(diagnose(
        leaf.value_place, fmt::format("there is no file \"{}\"", core::printable(name, 60)),
        "it may lie beside the case, in the folder from which the command runs, or in " + folder +
            "/ of one's own catalogue (PERCUTA_CATALOGUE)",
        kind));
    return "";
  }
  const auto names = entry_names(folder);
  const auto near = config::nearest(name, names);
  errors.push_back(diagnose(
      leaf.value_place, fmt::format("unknown {} \"{}\"", kind, core::printable(name, 60)),
      fmt::format("{}(known: {})", near.empty() ? "" : fmt::format("did you mean \"{}\"?   ", near),
                  fmt::join(names, ", ")),
      kind));
  return "";
}

std::string Loader::named(const std::string& folder, const std::string& name) {
  return name.find('/') == std::string::npos ? entry_file(folder, name) : "";
}

std::string Loader::own_file(const Leaf& leaf, const std::string& folder, const std::string& name) {
  std::vector<fs::path> places;
  if (!leaf.overridden) places.push_back(fs::path(leaf.value_place.file).parent_path() / name);
  places.emplace_back(name);
  if (const auto own = own_catalogue(); !own.empty())
    places.push_back(fs::path(own) / folder / name);
  std::error_code error;
  for (const auto& place : places)
    if (fs::is_regular_file(place, error)) return place.string();
  return "";
}

void Loader::load(const std::string& kind, const std::string& path) {
  const Tree entry = read(path);
  if (entry.find("material") != nullptr) {
    const std::string text = text_of(entry, "material");
    if (const auto material = named("materials", text); !material.empty())
      resolved.overlay(under(read(material), kind));
    else {
      const auto names = entry_names("materials");
      const auto near = config::nearest(text, names);
      errors.push_back(
          diagnose(entry.find("material")->value_place,
                   fmt::format("unknown material \"{}\"", core::printable(text, 60)),
                   fmt::format("{}(known: {})",
                               near.empty() ? "" : fmt::format("did you mean \"{}\"?   ", near),
                               fmt::join(names, ", "))));
    }
    if (const auto calibrated = named("materials", text + "-calibrated"); !calibrated.empty())
      resolved.overlay(under(read(calibrated), kind));
  }
  resolved.overlay(under(entry, kind));
  // Layers that the entry does not have are not there, whatever the material knows.
  if (kind != "skin") return;
  for (const auto& layer : skin::layer_keys()) {
    const std::string prefix = "skin.layers." + layer;
    if (resolved.find(prefix + ".thickness") != nullptr) continue;
    const Tree unused = resolved.below(prefix);
    for (const auto& [path2, leaf] : unused.leaves()) resolved.erase(prefix + "." + path2);
  }
}

}  // namespace percuta::study
