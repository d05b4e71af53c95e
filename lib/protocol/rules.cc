#include "percuta/protocol/rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "percuta/core/quantity.h"

namespace percuta::protocol {
namespace {

constexpr std::array<const char*, 3> kLevels{"INFO", "WARN", "BLOCK"};
constexpr std::array<const char*, 3> kApplied{"nothing", "sterile", "cosmetic"};
constexpr std::array<const char*, 7> kSkinTypes{"unknown", "I", "II", "III", "IV", "V", "VI"};
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Level level_of(const config::Tree& tree) {
  const auto text = config::text_of(tree, "level");
  const auto found = std::find(kLevels.begin(), kLevels.end(), text);
  if (found == kLevels.end())
    throw core::InputError(
        {config::diagnose(tree.find("level")->value_place, "level is unknown: \"" + text + "\"",
                          "(one of INFO, WARN, BLOCK)")});
  return static_cast<Level>(found - kLevels.begin());
}

Rule rule_of(const config::Tree& tree) {
  Rule out;
  out.name = config::text_of(tree, "name");
  out.level = level_of(tree);
  out.when = config::statements_of(tree, "when");
  out.message = config::text_of(tree, "message");
  out.source = config::text_of(tree, "source");
  out.evidence = config::text_of(tree, "evidence");
  if (tree.find("within") == nullptr) return out;
  const auto condition = condition_of(out.name + " " + config::text_of(tree, "within") + " ago");
  if (!condition || !out.when.empty())
    throw core::InputError({config::diagnose(tree.find("within")->value_place,
                                             "within is no time, or the rule is no condition",
                                             "write for example \"26 weeks\"")});
  out.within = condition->ended;
  return out;
}

Fact flag(const char* key, bool value) {
  return {key, key, value ? 1.0 : 0.0, value ? "true" : "false"};
}

Fact number(const char* key, double value) { return {key, key, value, fmt::format("{:g}", value)}; }

/// The statement's fact, where all of a rule's statements hold; the last one says most.
const Fact* applies(const Rule& rule, const std::vector<Fact>& facts) {
  const Fact* last = nullptr;
  for (const auto& statement : rule.when) {
    const auto fact = std::find_if(facts.begin(), facts.end(),
                                   [&](const Fact& f) { return f.name == statement.name; });
    if (fact == facts.end())
      throw std::logic_error(fmt::format("rule {} asks for {}", rule.name, statement.name));
    if (!config::holds(statement, fact->value, fact->shown)) return nullptr;
    last = &*fact;
  }
  return last;
}

/// The person's condition of the rule's name, where it still counts.
std::optional<std::string> had(const Rule& rule, const Person& person) {
  for (const auto& text : person.conditions) {
    const auto condition = condition_of(text);
    if (!condition || condition->name != rule.name) continue;
    if (condition->ended && rule.within && *condition->ended >= *rule.within) return std::nullopt;
    return text;
  }
  return std::nullopt;
}

}  // namespace

std::string name(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

std::vector<Rule> rules_of(const config::Tree& tree) {
  std::vector<Rule> out;
  for (int k = 0; tree.has_branch(fmt::format("rule.{}", k)); ++k)
    out.push_back(rule_of(tree.below(fmt::format("rule.{}", k))));
  return out;
}

std::vector<std::string> condition_names(const std::vector<Rule>& rules) {
  std::vector<std::string> out;
  for (const auto& rule : rules)
    if (rule.when.empty()) out.push_back(rule.name);
  return out;
}

std::vector<std::string> blocking_names(const std::vector<Rule>& rules) {
  std::vector<std::string> out;
  for (const auto& rule : rules)
    if (rule.level == Level::block) out.push_back(rule.name);
  return out;
}

std::vector<Fact> facts_of(const Protocol& p, const Person& person, double reach,
                           const std::string& reach_key) {
  const double gap = smallest_interval(p), years = person.age / (365.25 * core::kDay);
  const auto type = static_cast<std::size_t>(person.fitzpatrick);
  return {{"reach", reach_key, reach, core::format_quantity(reach, "mm", 3)},
          {"interval", p.plan.empty() ? "protocol.interval" : "protocol.plan", gap,
           std::isfinite(gap) ? core::format_quantity(gap, "days", 4) : "none"},
          {"passes", "protocol.passes_per_direction", static_cast<double>(passes(p)),
           fmt::format("{} ({} passes in all)", p.passes_per_direction, passes(p))},
          {"protocol.load", "protocol.load", p.load, core::format_quantity(p.load, "N", 3)},
          flag("protocol.antiseptic", p.antiseptic),
          flag("protocol.sterile", p.sterile),
          flag("protocol.shared", p.shared),
          number("protocol.earlier_uses", p.earlier_uses),
          {"protocol.applied", "protocol.applied", kNone,
           kApplied[static_cast<std::size_t>(p.applied)]},
          {"person.age", "person.age", person.age > 0.0 ? person.age : kNone,
           fmt::format("{:.4g} years", years)},
          {"person.fitzpatrick", "person.fitzpatrick",
           type == 0 ? kNone : static_cast<double>(type), kSkinTypes[type]}};
}

std::vector<Finding> findings(const std::vector<Rule>& rules, const Protocol& protocol,
                              const Person& person, const std::vector<Fact>& facts) {
  std::vector<Finding> out;
  const auto& overridden = protocol.override_rules;
  for (const auto& rule : rules) {
    Finding found{rule.name,
                  rule.level,
                  "",
                  "",
                  rule.message,
                  rule.source,
                  rule.evidence,
                  std::find(overridden.begin(), overridden.end(), rule.name) != overridden.end()};
    if (rule.when.empty()) {
      const auto condition = had(rule, person);
      if (!condition) continue;
      found.key = "person.conditions";
      found.because = fmt::format("person.conditions has \"{}\"", *condition);
    } else {
      const Fact* fact = applies(rule, facts);
      if (fact == nullptr) continue;
      found.key = fact->key;
      found.because = fmt::format("{} = {}", fact->key, fact->shown);
    }
    out.push_back(std::move(found));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Finding& a, const Finding& b) { return a.level > b.level; });
  return out;
}

std::string sentence(const Finding& f) {
  return fmt::format("{}: {} (rule {}; {}, {})", f.because, f.message, f.rule, f.source,
                     f.evidence);
}

}  // namespace percuta::protocol
