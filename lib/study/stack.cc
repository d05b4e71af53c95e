#include "stack.h"

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "percuta/core/text.h"
#include "percuta/skin/record.h"
#include "percuta/study/bibliography.h"

namespace percuta::study {
namespace {

using config::Leaf;
using config::Tree;

std::string nearest_layer(const std::string& name) {
  const auto near = config::nearest(name, skin::layer_keys());
  return near.empty() ? "write skin.order = [...], every layer from the surface down"
                      : fmt::format("did you mean \"{}\"? else write skin.order = [...]", near);
}

/// Names of the layers below skin.layers that the case or its entry has.
std::set<std::string> layers_in(const Tree& resolved) {
  std::set<std::string> out;
  const Tree layers = resolved.below("skin.layers");
  for (const auto& [path, leaf] : layers.leaves()) out.insert(path.substr(0, path.find('.')));
  return out;
}

/// The layers from the surface down: the order that is given, else those of the usual ones that are
/// there. Layers that an entry has and a given order does not are left out; one that the case
/// itself writes needs its place.
std::vector<std::string> stack_of(const Tree& resolved, config::Reader& reader) {
  skin::StackInput stack;
  skin::stack_record().read(stack, reader, "skin");
  const auto there = layers_in(resolved);
  const Leaf* given = resolved.find("skin.order");
  std::vector<std::string> out;
  for (const auto& name : stack.order) {
    if (!skin::layer_name_allowed(name))
      reader.error(
          "skin.order",
          fmt::format("has \"{}\", which is no name of a layer", core::printable(name, 60)),
          "small letters, digits and _, as in \"tape_1\"");
    else if (std::find(out.begin(), out.end(), name) != out.end())
      reader.error("skin.order", fmt::format("has \"{}\" twice", name), "every layer once");
    else if (there.contains(name)) out.push_back(name);
    else if (given != nullptr)
      reader.error("skin.order",
                   fmt::format("has \"{}\", and there is no skin.layers.{}", name, name),
                   fmt::format("(there are {})", fmt::join(there, ", ")));
  }
  for (const auto& name : there) {
    if (std::find(out.begin(), out.end(), name) != out.end()) continue;
    const std::string prefix = "skin.layers." + name;
    const Tree unplaced = resolved.below(prefix);
    for (const auto& [path, leaf] : unplaced.leaves()) {
      reader.know(prefix + "." + path);
      if (!leaf.given || given == nullptr) continue;
      reader.error("skin.order", fmt::format("does not say where \"{}\" lies", name),
                   "add it, or leave its keys out");
      break;
    }
    if (given == nullptr && !unplaced.leaves().empty())
      reader.error(
          prefix + "." + unplaced.leaves().begin()->first,
          fmt::format("is of a layer \"{}\" whose place is not known", core::printable(name, 60)),
          nearest_layer(name));
  }
  return out;
}

}  // namespace

config::Used base_of(const std::string& kind, const Tree& written, const std::string& name) {
  config::Used used;
  used.path = kind + ".base";
  used.value = name;
  used.si = std::numeric_limits<double>::quiet_NaN();
  used.sentence = "catalogue entry that the rest started from";
  const Leaf* leaf = written.find(used.path);
  used.from = leaf != nullptr ? fmt::format("{}:{}", leaf->value_place.file, leaf->value_place.line)
                              : "default";
  used.given = leaf != nullptr;
  used.overridden = leaf != nullptr && leaf->overridden;
  return used;
}

std::string order_of(const skin::Skin& skin) {
  std::string out;
  for (const auto& layer : skin.layers) {
    std::string key = layer.name;
    std::replace(key.begin(), key.end(), ' ', '_');
    out += fmt::format("{}\"{}\"", out.empty() ? "" : ", ", key);
  }
  return "[" + out + "]";
}

skin::Layer read_layer(const std::string& key, config::Reader& reader) {
  const std::string prefix = "skin.layers." + key;
  skin::LayerInput input{};
  skin::layer_record().read(input, reader, prefix);
  const auto& usual = skin::layer_keys();
  if (input.role == "by name" && std::find(usual.begin(), usual.end(), key) == usual.end())
    reader.error(prefix + ".role", "must be given",
                 "write for example role = \"epidermis\"   (stratum corneum, epidermis, dermis, "
                 "hypodermis or other)");
  return skin::make_layer(key, input);
}

void read_skin(skin::Skin& skin, const Tree& resolved, config::Reader& reader) {
  skin::skin_record().read(skin, reader, "skin");
  skin::vessels_record().read(skin.vessels, reader, "skin.vessels");
  for (const auto& key : stack_of(resolved, reader)) skin.layers.push_back(read_layer(key, reader));
  skin.vessels.loops += epidermis_thickness(skin);
}

void check_sources(const Tree& resolved, config::Reader& reader) {
  for (const auto& [path, leaf] : resolved.leaves())
    for (const auto& word : words_of(leaf.source)) {
      if (!looks_like_key(word) || references().contains(word)) continue;
      std::vector<std::string> keys;
      for (const auto& [key, reference] : references()) keys.push_back(key);
      const auto near = config::nearest(word, keys);
      reader.error(path,
                   fmt::format("has the source \"{}\", which no bibliography has",
                               core::printable(word, 60)),
                   near.empty() ? "write it out, or add it to references.bib in one's own catalogue"
                                : fmt::format("did you mean \"{}\"?", near));
    }
}

}  // namespace percuta::study
