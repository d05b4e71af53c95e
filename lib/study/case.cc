#include "percuta/study/case.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "percuta/core/quantity.h"
#include "percuta/device/record.h"
#include "percuta/healing/record.h"
#include "percuta/insertion/crack_table.h"
#include "percuta/protocol/record.h"
#include "percuta/skin/record.h"
#include "percuta/study/catalogue.h"
#include "records.h"

namespace percuta::study {
namespace {

namespace fs = std::filesystem;
using config::Leaf;
using config::Scalar;
using config::Tree;

void set_text(Tree& tree, const std::string& path, const std::string& value, const std::string& name) {
  Leaf leaf;
  // A number or true/false stays what it is; everything else is a text, as 1.0 mm, in quotes (as in a case file) or without.
  const auto q = core::parse_quantity(value);
  if (value == "true" || value == "false") leaf.value = Scalar(value == "true");
  else if (value.size() > 1 && value.front() == '"' && value.back() == '"') leaf.value = Scalar(value.substr(1, value.size() - 2));
  else if (q && q->unit.empty()) leaf.value = Scalar(q->number);
  else leaf.value = Scalar(value);
  leaf.value_place = leaf.key_place = {name, 1, static_cast<int>(path.size()) + 2, static_cast<int>(value.size()), path + "=" + value};
  leaf.key_place.column = 1;
  leaf.key_place.width = static_cast<int>(path.size());
  tree.set(path, leaf);
}

/// Moves every leaf under a prefix: a catalogue file becomes part of a case.
Tree under(const Tree& tree, const std::string& prefix) {
  Tree out;
  for (const auto& [path, leaf] : tree.leaves())
    if (path != "title" && path != "material") out.set(prefix + "." + path, leaf);
  return out;
}

struct Loader {
  Tree written;   // what the user wrote
  Tree resolved;  // catalogues below it
  std::vector<core::Diagnostic> errors;

  /// `skin = "cheek"` and `[skin] base = "cheek"` both name a catalogue entry.
  void resolve(const std::string& kind, const std::string& folder, std::string& name, std::string& title) {
    const Leaf* plain = written.find(kind);
    const Leaf* leaf = plain != nullptr ? plain : written.find(kind + ".base");
    if (leaf == nullptr) {
      if (!written.has_branch(kind))
        errors.push_back(
            {file(), 0, 0, 1, kind + " is missing", "",
             fmt::format("write for example {} = \"{}\"; `percuta list {}s` prints them all", kind, kind == "skin" ? "cheek" : "mf8-1.5mm", kind)});
      return;
    }
    const auto* scalar = std::get_if<Scalar>(&leaf->value);
    const auto* text = scalar ? std::get_if<std::string>(scalar) : nullptr;
    if (text == nullptr) {
      errors.push_back(diagnose(leaf->value_place, kind + " must name a catalogue entry"));
      return;
    }
    name = *text;
    std::vector<std::string> names;
    for (const auto& e : entries(folder)) {
      names.push_back(e.name);
      if (e.name != name) continue;
      title = e.title;
      load(kind, e.file);
      return;
    }
    const auto near = config::nearest(name, names);
    errors.push_back(diagnose(leaf->value_place, fmt::format("unknown {} \"{}\"", kind, name),
                              fmt::format("{}(known: {})", near.empty() ? "" : fmt::format("did you mean \"{}\"?   ", near), fmt::join(names, ", "))));
  }

  void load(const std::string& kind, const std::string& path) {
    const Tree entry = read(path);
    if (const Leaf* material = entry.find("material")) {
      const auto base = fs::path(data_folder()) / "materials";
      const auto& text = std::get<std::string>(std::get<Scalar>(material->value));
      resolved.overlay(under(read((base / (text + ".toml")).string()), kind));
      const auto calibrated = base / (text + "-calibrated.toml");
      if (fs::exists(calibrated)) resolved.overlay(under(read(calibrated.string()), kind));
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

  Tree read(const std::string& path) { return Tree::read(path, errors); }
  std::string file() const { return written.leaves().empty() ? "case" : written.leaves().begin()->second.value_place.file; }
};

void check_physics(const Case& c, config::Reader& reader) {
  const auto& n = c.device.needle;
  const double thick = thickness(c.skin);
  if (n.length > thick)
    reader.error("device.needle.length", fmt::format("is out of range: {} is longer than the skin is thick", core::format_quantity(n.length, "mm")),
                 fmt::format("(this skin is {} thick in all)", core::format_quantity(thick, "mm")));
  if (n.tip_radius >= n.shank_radius)
    reader.error("device.needle.tip_radius", "is out of range: the tip is blunter than the shank is wide",
                 fmt::format("(allowed below device.needle.shank_radius = {})", core::format_quantity(n.shank_radius, "um")));
  if (healing::loop_gain(c.healing) >= 1.0)
    reader.error("healing.parameters.alarm_from_macrophages", fmt::format("makes inflammation feed itself: loop gain {:.3g}", healing::loop_gain(c.healing)),
                 "(allowed (k_M/K_alpha) p_M / ((k_12 + d_M) d_alpha) below 1)");
  for (std::size_t k = 0; k < c.skin.layers.size(); ++k) {
    std::string key = c.skin.layers[k].name;
    std::replace(key.begin(), key.end(), ' ', '_');
    double gone = 0.0;
    for (const auto& term : c.skin.layers[k].relaxation) gone += term.share > 0.0 && term.time > 0.0 ? term.share : std::nan("");
    if (!(gone < 0.999))
      reader.error("skin.layers." + key + ".relaxation", "is not a list of Prony terms",
                   "write for example [\"0.40, 0.3 s\", \"0.10, 4 s\"]; shares above 0, together below 1");
  }
  if (c.skin.layers.size() < 2) reader.error("skin.layers", "needs at least two layers", "see data/skins for the keys of a layer");
}

Case finish(Tree written, const Overrides& overrides, std::vector<core::Diagnostic> errors) {
  if (!errors.empty()) throw core::InputError(errors);
  for (const auto& [key, value] : overrides) {
    if (key == "skin" || key == "device") written.erase(key + ".base");
    set_text(written, key, value, "--set");
  }
  Loader loader{written, {}, {}};
  Case c;
  std::string skin_title, device_title;
  loader.resolve("skin", "skins", c.skin.name, skin_title);
  loader.resolve("device", "devices", c.device.name, device_title);
  loader.resolved.overlay(written);

  config::Reader reader(loader.resolved, loader.errors);
  for (const char* name : {"skin", "skin.base", "device", "device.base"}) reader.know(name);
  TopLevel top;
  top_record().read(top, reader, "");
  c.title = top.title;
  c.seed = static_cast<std::uint64_t>(top.seed);
  c.level = top.level;
  c.file = loader.file();
  const auto resolvable = [&](const std::string& kind) {
    return std::none_of(loader.errors.begin(), loader.errors.end(),
                        [&](const auto& d) { return d.message.starts_with("unknown " + kind) || d.message.starts_with(kind); });
  };
  const bool known_skin = resolvable("skin"), known_device = resolvable("device");
  if (known_skin) {
    skin::skin_record().read(c.skin, reader, "skin");
    skin::vessels_record().read(c.skin.vessels, reader, "skin.vessels");
    for (const auto& key : skin::layer_keys()) {
      const std::string prefix = "skin.layers." + key;
      if (!loader.resolved.has_branch(prefix)) continue;
      skin::LayerInput input{};
      skin::layer_record().read(input, reader, prefix);
      c.skin.layers.push_back(skin::make_layer(key, input));
    }
    c.skin.vessels.loops += epidermis_thickness(c.skin);
  }
  if (known_device) {
    device::needle_record().read(c.device.needle, reader, "device.needle");
    device::roller_record().read(c.device.roller, reader, "device.roller");
  }
  protocol::protocol_record().read(c.protocol, reader, "protocol");
  channel_record().read(c.channels, reader, "channels");
  healing_record().read(c.healing_options, reader, "healing");
  healing::parameters_record().read(c.healing, reader, "healing.parameters");
  if (written.has_branch("compare")) comparison_record().read(c.comparison, reader, "compare");
  // After an unknown skin or device its own keys mean nothing; say the one thing that is wrong.
  if (known_skin && known_device) reader.reject_unknown();
  if (loader.errors.empty()) check_physics(c, reader);
  if (!loader.errors.empty()) throw core::InputError(loader.errors);
  c.inputs = reader.used();
  if (c.skin.name.empty()) c.skin.name = "custom";
  if (c.device.name.empty()) c.device.name = "custom";
  return c;
}

}  // namespace

Case read_case(const std::string& path, const Overrides& overrides) {
  std::vector<core::Diagnostic> errors;
  Tree tree = Tree::read(path, errors);
  Case c = finish(std::move(tree), overrides, std::move(errors));
  c.file = path;
  return c;
}

Case parse_case(const std::string& text, const std::string& name, const Overrides& overrides) {
  std::vector<core::Diagnostic> errors;
  Tree tree = Tree::parse(text, name, errors);
  Case c = finish(std::move(tree), overrides, std::move(errors));
  c.file = name;
  return c;
}

}  // namespace percuta::study
