#include "records.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "percuta/core/quantity.h"
#include "percuta/core/text.h"
#include "percuta/delivery/record.h"
#include "percuta/device/record.h"
#include "percuta/healing/firmness.h"
#include "percuta/healing/model.h"
#include "percuta/healing/record.h"
#include "percuta/healing/wrinkle.h"
#include "percuta/protocol/record.h"
#include "percuta/skin/record.h"
#include "percuta/study/result.h"
#include "percuta/study/safety.h"
#include "percuta/study/size.h"

namespace percuta::study {

using config::Key;
using config::Kind;

const config::Record<TopLevel>& top_record() {
  static const config::Record<TopLevel> record = [] {
    config::Record<TopLevel> r;
    r.text("title", &TopLevel::title, "untitled", "what this case is about")
        .integer("seed", &TopLevel::seed, 0, 9007199254740992.0, "1",
                 "seed of every random number [-]");
    return r;
  }();
  return record;
}

namespace {

const config::Record<Corner>& corner_record() {
  static const config::Record<Corner> record = [] {
    config::Record<Corner> r;
    r.quantity("x", &Corner::x, "mm", -1.0, 1.0, "", "of the corner [m]")
        .quantity("y", &Corner::y, "mm", -1.0, 1.0, "", "of the corner [m]");
    return r;
  }();
  return record;
}

}  // namespace

const config::Record<protocol::Protocol>& protocol_record() {
  static const auto record =
      protocol::protocol_record([] { return protocol::blocking_names(safety_rules()); });
  return record;
}

const config::Record<protocol::Person>& person_record() {
  static const auto record =
      protocol::person_record([] { return protocol::condition_names(safety_rules()); });
  return record;
}

const config::Record<ChannelOptions>& channel_record() {
  using C = ChannelOptions;
  static const config::Record<ChannelOptions> record = [] {
    config::Record<ChannelOptions> r;
    r.quantity("sample_side", &C::sample_side, "mm", 2e-3, 100e-3, "20 mm",
               "side of the square on which channels are laid out and counted [m]")
        .records("outline", &C::outline, corner_record(),
                 "corners of the treated patch in order, in place of the square [m]")
        .most(1000)
        .number("width_ratio", &C::width_ratio, 0.05, 1, "0.5",
                "radius of the open channel over that of the needle at the surface [-]",
                "assumed: channels measured in skin are about half as wide as the needle")
        .number("rolling_fraction", &C::rolling_fraction, 0, 1, "0",
                "rolling radius, 0 at the drum face to 1 at the tip circle [-]", "derived")
        .number("reentry", &C::reentry, 0, 1, "0",
                "probability that a needle slides into an older hole of the session near by [-]",
                "assumed; fernandes2005 saw that needles do")
        .quantity("reentry_distance", &C::reentry_distance, "mm", 50e-6, 5e-3, "0.2 mm",
                  "how near the older hole is [m]", "assumed")
        .quantity("target_density", &C::target_density, "/cm^2", 1e4, 1e9, "200 /cm^2",
                  "channel density for which passes are counted [1/m^2]")
        .number("target_coverage", &C::target_coverage, 0.01, 0.999, "0.9",
                "share of the surface near a channel for which passes are counted [-]")
        .quantity("target_distance", &C::target_distance, "mm", 10e-6, 5e-3, "0.5 mm",
                  "how near that is [m]");
    return r;
  }();
  return record;
}

const config::Record<ScatterOptions>& scatter_record() {
  using S = ScatterOptions;
  static const config::Record<ScatterOptions> record = [] {
    config::Record<ScatterOptions> r;
    r.number("tip_radius", &S::tip_radius, 0, 1, "0.25",
             "standard deviation of tip radii over their mean [-]", "assumed")
        .number("stiffness", &S::stiffness, 0, 1, "0.3",
                "the same of the skin's stiffness from place to place and person to person [-]",
                "geerligs2011, 330 to 670 kPa about 500 kPa")
        .number("thickness", &S::thickness, 0, 1, "0.2",
                "the same of the layers' thickness, all but the lowest together; acts in the "
                "crack, not in how skin yields [-]",
                "faceskinhistology, 79 +- 14 um of epidermis; dermisultrasound2022, dermis 0.87 to "
                "1.14 mm +- 20 to 40 %")
        .number("gate_toughness", &S::gate_toughness, 0, 1, "0.3",
                "the same of the toughness that the surface opens with [-]", "assumed")
        .number("friction", &S::friction, 0, 1, "0.3", "the same of friction [-]",
                "zhang1999, 0.46 +- 0.15")
        .integer("samples", &S::samples, 64, 65536, "4096", "needles and places drawn [-]");
    return r;
  }();
  return record;
}

namespace {

const config::Record<GivenPrior>& prior_record() {
  static const config::Record<GivenPrior> record = [] {
    config::Record<GivenPrior> r;
    r.text("name", &GivenPrior::name, "", "the constant, below healing.parameters")
        .text("low", &GivenPrior::low, "", "its least value, with its unit")
        .text("high", &GivenPrior::high, "", "its largest value, with its unit");
    return r;
  }();
  return record;
}

}  // namespace

const config::Record<HealingOptions>& healing_record() {
  using H = HealingOptions;
  static const config::Record<HealingOptions> record = [] {
    config::Record<HealingOptions> r;
    r.text("level", &H::level, "radial",
           "radial: one channel in its cell of skin, depth by depth; see list models")
        .names([] { return healing::models().names(); })
        .text("set", &H::set, "none",
              "constants of healing.parameters as a source has them of other skin (see `percuta "
              "list healing`), or one's own file; what the case says of a constant comes before")
        .quantity("days", &H::days, "days", core::kDay, 3650 * core::kDay, "180 days",
                  "time followed after the first session [s]")
        .quantities("report_days", &H::report_days, "days", 3600.0, 3650 * core::kDay,
                    "5 days, 28 days, 90 days, 180 days",
                    "days after the first session at which figures are given; those after "
                    "healing.days are left out [s]")
        .most(24)
        .integer("depth_classes", &H::classes, 1, 32, "6",
                 "classes of channels by depth, each healed on its own [-]")
        .integer(
            "cells", &H::cells, 20, 2000, "120",
            "rings of a radial cell; an axisymmetric one has an eighth of them, and the smallest "
            "boxes of a patch are as wide as they are on average [-]")
        .integer("members", &H::members, 0, 65536, "64",
                 "sets of constants, drawn from their priors, that the band of every course is of; "
                 "0 = no band [-]")
        .records("priors", &H::given_priors, prior_record(),
                 "between which values a constant of healing.parameters lies, in place of what the "
                 "model's list says of it")
        .most(60)
        .number("relative_tolerance", &H::relative_tolerance, 1e-10, 1e-2, "1e-6",
                "of the time integration [-]")
        .quantity("patch", &H::patch, "mm", 0.2e-3, 50e-3, "2 mm",
                  "side of the square in the middle of the treated skin whose channels level = "
                  "\"patch\" follows one by one [m]")
        .only("level = \"patch\"")
        .flag("vessels", &H::vessels, "false",
              "oxygen, the signal that calls vessels, and capillaries, and collagen that waits for "
              "oxygen; their constants are assumed; at level = \"axisymmetric\"")
        .flag("suction", &H::suction, "false",
              "a suction test on the skin before and after, by finite elements, with "
              "healing.probe")
        .flag("furrow", &H::furrow, "false",
              "how deep a furrow is before and after, by finite elements, with healing.wrinkle");
    return r;
  }();
  return record;
}

const config::Record<Comparison>& comparison_record() {
  static const config::Record<Comparison> record = [] {
    config::Record<Comparison> r;
    r.text("key", &Comparison::key, "device.needle.length", "the key that is varied")
        .list("values", &Comparison::values, "0.5 mm, 1.0 mm, 1.5 mm", "its values, side by side")
        .most(200);
    return r;
  }();
  return record;
}

const std::vector<Key>& case_keys() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> all = top_record().keys("");
    const auto add = [&](std::vector<Key> more) {
      all.insert(all.end(), more.begin(), more.end());
    };
    Key base;
    base.path = "skin.base";
    base.fallback = "cheek";
    base.sentence =
        "catalogue entry to start from; `skin = \"cheek\"` is the short form (`percuta list "
        "skins`)";
    add({base});
    add(skin::skin_record().keys("skin"));
    add(skin::stack_record().keys("skin"));
    for (const auto& layer : skin::layer_keys())
      add(skin::layer_record().keys("skin.layers." + layer));
    add(skin::vessels_record().keys("skin.vessels"));
    base.path = "device.base";
    base.fallback = "mf8-1.5mm";
    base.sentence =
        "catalogue entry to start from; `device = \"mf8-1.5mm\"` is the short form (`percuta list "
        "devices`)";
    add({base});
    add(device::device_record().keys("device"));
    add(device::needle_record().keys("device.needle"));
    add(protocol_record().keys("protocol"));
    add(person_record().keys("person"));
    add(insertion::choices_record().keys("insertion"));
    add(channel_record().keys("channels"));
    add(scatter_record().keys("scatter"));
    add(healing_record().keys("healing"));
    add(healing::suction_record().keys("healing.probe"));
    add(healing::furrow_record().keys("healing.wrinkle"));
    add(healing::parameters_record().keys("healing.parameters"));
    base.path = "solute.base";
    base.fallback = "ascorbic-acid";
    base.sentence =
        "catalogue entry to start from; `solute = \"ascorbic-acid\"` is the short form (`percuta "
        "list solutes`)";
    add({base});
    add(delivery::solute_record().keys("solute"));
    add(delivery::options_record().keys("delivery"));
    add(comparison_record().keys("compare"));
    return all;
  }();
  return keys;
}

std::optional<Key> key_of(const std::string& path) {
  const auto& keys = case_keys();
  if (const auto key =
          std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.path == path; });
      key != keys.end())
    return *key;
  const std::string layers = "skin.layers.";
  const auto dot = path.rfind('.');
  if (!path.starts_with(layers) || dot <= layers.size() ||
      !skin::layer_name_allowed(path.substr(layers.size(), dot - layers.size())))
    return std::nullopt;
  for (const auto& key : skin::layer_record().keys(path.substr(0, dot)))
    if (key.path == path) return key;
  return std::nullopt;
}

namespace {

std::string written_default(const Key& k) {
  if (k.fallback.empty()) return "";
  if (k.kind == Kind::number || k.kind == Kind::integer || k.kind == Kind::flag) return k.fallback;
  if (k.kind == Kind::records) return k.fallback;
  if (k.kind != Kind::list) return fmt::format("\"{}\"", k.fallback);
  std::string list;
  for (const auto& item : config::entries_of(k.fallback))
    list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", item);
  return fmt::format("[{}]", list);
}

nlohmann::json quantity_schema(const Key& k, nlohmann::json s) {
  s["type"] = "string";
  std::vector<std::string> symbols;
  for (const auto& u : core::units())
    if (u.dimension == core::find_unit(k.unit)->dimension) {
      std::string escaped;
      for (const char c : u.symbol)
        escaped += (c == '^' || c == '/') ? fmt::format("\\{}", c) : std::string(1, c);
      if (escaped.size() > 1 && escaped.front() == 'u')
        escaped = "[u\u00b5\u03bc]" + escaped.substr(1);
      symbols.push_back(escaped);
    }
  const auto own = core::find_unit(k.unit)->dimension;
  if (own == "concentration") symbols.push_back("%");  // weight per volume
  s["pattern"] = fmt::format("^[+-]?[0-9.eE+-]+ *({})${}", fmt::join(symbols, "|"),
                             k.word.empty() ? "" : "|^" + k.word + "$");
  return s;
}

nlohmann::json schema_of(const Key& k) {
  nlohmann::json s;
  s["description"] = fmt::format("{} (allowed {}{})", k.sentence, config::allowed(k),
                                 k.only.empty() ? "" : "; read by " + k.only + " alone");
  switch (k.kind) {
    case Kind::quantity:
      s = quantity_schema(k, s);
      break;
    case Kind::number:
    case Kind::integer:
      s["type"] = k.kind == Kind::integer ? "integer" : "number";
      if (std::isfinite(k.low)) s["minimum"] = k.low;
      if (std::isfinite(k.high)) s["maximum"] = k.high;
      break;
    case Kind::flag:
      s["type"] = "boolean";
      break;
    case Kind::text:
      s["type"] = "string";
      break;
    case Kind::choice:
      s["type"] = "string";
      s["enum"] = config::choices_of(k);
      break;
    case Kind::records: {
      s["type"] = "array";
      s["maxItems"] = k.most;
      nlohmann::json item{{"type", "object"}, {"additionalProperties", false}};
      for (const auto& column : k.columns) {
        item["properties"][column.path] = schema_of(column);
        item["required"].push_back(column.path);
      }
      s["items"] = item;
      return s;
    }
    case Kind::list:
      s["type"] = "array";
      s["maxItems"] = k.most;
      s["items"] = !k.unit.empty() ? quantity_schema(k, {})
                   : config::choices_of(k).empty()
                       ? nlohmann::json{{"type", "string"}}
                       : nlohmann::json{{"enum", config::choices_of(k)}};
      if (!k.tail.empty())
        s["items"] = {
            {"anyOf",
             {s["items"],
              {{"type", "string"},
               {"pattern", fmt::format("^({}) .", fmt::join(config::choices_of(k), "|"))}}}}};
      break;
  }
  if (!k.fallback.empty()) s["default"] = k.fallback;
  return s;
}

}  // namespace

std::string json_schema() {
  nlohmann::json root{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"title", "Percuta case file"},
                      {"type", "object"},
                      {"additionalProperties", false},
                      {"properties", nlohmann::json::object()}};
  for (const auto& key : case_keys()) {
    nlohmann::json* node = &root;
    std::string rest = key.path;
    for (auto dot = rest.find('.'); dot != std::string::npos; dot = rest.find('.')) {
      node = &(*node)["properties"][rest.substr(0, dot)];
      (*node)["type"] = "object";
      (*node)["additionalProperties"] = false;
      rest = rest.substr(dot + 1);
    }
    (*node)["properties"][rest] = schema_of(key);
  }
  auto& layers = root["properties"]["skin"]["properties"]["layers"];
  layers["patternProperties"] = {
      {"^[a-z][a-z0-9_]*$", layers["properties"][skin::layer_keys().front()]}};
  for (const char* kind : {"skin", "device", "solute"}) {  // the short form names an entry
    auto table = root["properties"][kind];
    root["properties"][kind] = {{"anyOf", {{{"type", "string"}}, table}}};
  }
  return root.dump(2) + "\n";
}

std::string case_template() {
  std::string text =
      "# A Percuta case. Every value may be left out unless it is not commented; quantities carry "
      "their unit.\n";
  std::string table;
  for (const auto& key : case_keys()) {
    const auto dot = key.path.rfind('.');
    const std::string prefix = dot == std::string::npos ? "" : key.path.substr(0, dot);
    const std::string name = dot == std::string::npos ? key.path : key.path.substr(dot + 1);
    if (prefix != table) {
      table = prefix;
      const bool asked = table != "compare" && table != "solute" && table != "delivery";
      text += fmt::format("\n{}[{}]\n", asked ? "" : "# ", table);
    }
    const std::string value = written_default(key);
    const bool active = (name == "base" && table != "solute") || key.path == "title";
    text += fmt::format("{}{} = {}  # {} (allowed {}){}\n", active ? "" : "# ", name,
                        value.empty() ? "\"...\"" : value, key.sentence, config::allowed(key),
                        (key.source.empty() ? "" : " [" + key.source + "]") +
                            (key.only.empty() ? "" : " (read by " + key.only + " alone)"));
  }
  return text;
}

namespace {

bool below(const std::string& path, const std::string& asked) {
  return path == asked || path.starts_with(asked + ".");
}

std::string explained(const Key& key) {
  std::string out =
      fmt::format("{}\n  {}\n  allowed  {}\n", key.path, key.sentence, config::allowed(key));
  if (!key.fallback.empty()) out += fmt::format("  default  {}\n", key.fallback);
  if (!key.source.empty()) out += fmt::format("  source   {}\n", key.source);
  if (!key.only.empty()) out += fmt::format("  read by  {} alone\n", key.only);
  return out;
}

}  // namespace

std::string explain(const std::string& path) {
  std::vector<std::string> names;
  std::string inputs, out;
  for (const auto* keys : {&case_keys(), &size_keys()})
    for (const auto& key : *keys) {
      names.push_back(key.path);
      if (below(key.path, path)) inputs += explained(key);
    }
  if (inputs.empty())
    if (const auto key = key_of(path)) inputs = explained(*key);
  for (const auto& [verb, outputs] : all_outputs()) {
    if (verb == "roll") continue;  // a run gives them too
    std::string text;
    for (const auto& o : outputs) {
      if (verb == "deliver" && !o.path.starts_with("delivery.") &&
          !o.path.starts_with("cost.delivery_"))
        continue;  // so are those
      names.push_back(o.path);
      if (below(o.path, path)) text += config::described(o);
    }
    if (!text.empty())
      out += fmt::format("{}# given by percuta {}\n{}", out.empty() && inputs.empty() ? "" : "\n",
                         verb, text);
  }
  if (!inputs.empty() || !out.empty()) return inputs + out;
  const auto near = config::nearest(path, names);
  throw core::InputError(
      {{"explain", 0, 0, 1, fmt::format("unknown key or output {}", core::printable(path, 120)), "",
        near.empty() ? "`percuta template` lists every key, `percuta outputs` every output"
                     : fmt::format("did you mean {}?", near)}});
}

}  // namespace percuta::study
