#include "percuta/study/safety.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "checks.h"
#include "percuta/config/tree.h"
#include "percuta/core/text.h"
#include "percuta/protocol/preparation.h"
#include "percuta/study/catalogue.h"

namespace percuta::study {
namespace {

namespace fs = std::filesystem;

/// How far needles go below the skin, and the key that says so.
std::pair<double, std::string> reach_of(const device::Device& d) {
  if (const auto* pen = std::get_if<device::Pen>(&d.head))
    return {pen->stroke, "device.pen.stroke"};
  return {d.needle.length, "device.needle.length"};
}

const protocol::Rule* rule_named(const std::string& name) {
  const auto& all = safety_rules();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& r) { return r.name == name; });
  return found != all.end() ? &*found : nullptr;
}

void check_conditions(const protocol::Person& person, config::Reader& reader) {
  const std::string key = "person.conditions";
  std::vector<std::string> seen;
  for (const auto& text : person.conditions) {
    const auto condition = protocol::condition_of(text);
    const auto* rule = condition ? rule_named(condition->name) : nullptr;
    if (!condition)
      reader.error(
          key,
          fmt::format("has \"{}\", which does not say how long ago", core::printable(text, 60)),
          "write for example \"isotretinoin 3 months ago\"");
    else if (rule != nullptr && condition->ended && !rule->within)
      reader.error(key,
                   fmt::format("has \"{}\", and no rule asks when {} ended",
                               core::printable(text, 60), condition->name),
                   fmt::format("write \"{}\" while it lasts, and leave it out when it is over",
                               condition->name));
    if (!condition) continue;
    if (std::find(seen.begin(), seen.end(), condition->name) != seen.end())
      reader.error(key, fmt::format("has \"{}\" twice", condition->name), "each once");
    seen.push_back(condition->name);
  }
}

void check_plan(const protocol::Protocol& p, config::Reader& reader) {
  if (p.plan.empty()) return;
  for (const auto& used : reader.used())
    if ((used.path == "protocol.sessions" || used.path == "protocol.interval") && used.given)
      reader.error(used.path, "has no place here", "protocol.plan takes its place");
  if (const auto wrong = protocol::why_impossible(p.plan); !wrong.empty())
    reader.error(
        "protocol.plan", wrong,
        "write days in order, at least one apart, as [\"0 days\", \"28 days\", \"56 days\"]");
}

/// Preparation and care set constants of the healing, unless the case says these itself.
void check_care(const protocol::Protocol& p, config::Reader& reader) {
  for (const auto& used : reader.used()) {
    if (!used.given) continue;
    if (used.path == "healing.parameters.ascorbate" && p.vitamin_c > 0.0)
      reader.error("protocol.vitamin_c", "has no place here",
                   "healing.parameters.ascorbate says already what vitamin C does");
    if (used.path == "healing.parameters.occlusion" && p.cover == protocol::Cover::film)
      reader.error("protocol.cover", "has no place here",
                   "healing.parameters.occlusion says already how well the skin is covered");
  }
}

/// Where the case says what a finding is about.
core::Diagnostic refusal(const Case& c, const protocol::Finding& f) {
  core::Diagnostic out{c.file, 0, 0, 1, "", "", "", f.key};
  for (const auto& used : c.inputs)
    if (used.path == f.key && used.given) out.file = used.from;
  out.message = "advised against: " + protocol::sentence(f);
  out.hint = fmt::format(
      "change the plan, or, to compute it all the same, write protocol.override = [\"{}\"]",
      f.rule);
  return out;
}

}  // namespace

const std::vector<protocol::Rule>& safety_rules() {
  static const std::vector<protocol::Rule> all = [] {
    core::Diagnostics errors;
    const auto tree =
        config::Tree::read((fs::path(data_folder()) / "safety" / "rules.toml").string(), errors);
    if (!errors.empty()) throw core::InputError(errors);
    return protocol::rules_of(tree);
  }();
  return all;
}

std::vector<protocol::Finding> safety(const Case& c) {
  const auto [reach, key] = reach_of(c.device);
  auto facts = protocol::facts_of(c.protocol, c.person, reach, key);
  const bool unsaid = !c.solute.name.empty() && c.protocol.applied == protocol::Applied::nothing &&
                      c.delivery.setting == delivery::Setting::in_vivo;
  facts.push_back({"grade", "protocol.applied", std::nan(""), unsaid ? "not said" : "said"});
  return protocol::findings(safety_rules(), c.protocol, c.person, facts);
}

std::string safety_line(const protocol::Finding& f) {
  const std::string weight = f.level != protocol::Level::block ? "care"
                             : f.overridden                    ? "advised against, and overridden"
                                                               : "advised against";
  return fmt::format("{}: {}", weight, protocol::sentence(f));
}

std::vector<std::string> safety_warnings(const Case& c) {
  std::vector<std::string> out;
  const auto found = safety(c);
  for (const auto& f : found)
    if (f.level != protocol::Level::info) out.push_back(safety_line(f));
  for (const auto& rule : c.protocol.override_rules)
    if (std::none_of(found.begin(), found.end(), [&](const auto& f) { return f.rule == rule; }))
      out.push_back(
          fmt::format("protocol.override has no effect here: the rule {} does not apply", rule));
  return out;
}

void refuse_blocked(const Case& c) {
  core::Diagnostics refused;
  for (const auto& f : safety(c))
    if (f.level == protocol::Level::block && !f.overridden) refused.push_back(refusal(c, f));
  if (!refused.empty()) throw core::InputError(refused);
}

void check_safety(const Case& c, config::Reader& reader) {
  check_plan(c.protocol, reader);
  check_care(c.protocol, reader);
  check_conditions(c.person, reader);
}

void apply_care(Case& c) {
  if (c.protocol.vitamin_c > 0.0)
    c.healing.ascorbate =
        protocol::ascorbate_factor(protocol::ascorbate_after(c.protocol.vitamin_c));
  if (c.protocol.vitamin_c > 0.0) c.healing.ascorbate_until = c.protocol.vitamin_c_until;
  if (c.protocol.cover == protocol::Cover::film) c.healing.occlusion = 1.0;
}

}  // namespace percuta::study
