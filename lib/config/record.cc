#include "percuta/config/record.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "percuta/core/quantity.h"

namespace percuta::config {
namespace {

std::string join(const std::string& prefix, const std::string& path) { return prefix.empty() ? path : prefix + "." + path; }

bool inside(const Key& key, double si) {
  const double slack = 1e-12 * std::max(std::abs(key.low), std::abs(key.high));
  if (!std::isfinite(si)) return false;
  if (key.exclusive_low ? si <= key.low : si < key.low - (std::isfinite(slack) ? slack : 0.0)) return false;
  return si <= key.high + (std::isfinite(slack) ? slack : 0.0);
}

double default_value(const Key& key) {
  const auto q = core::parse_quantity(key.fallback);
  if (!q) return std::numeric_limits<double>::quiet_NaN();
  const auto unit = core::find_unit(q->unit);
  return unit ? q->number * unit->si : q->number;
}

std::string example(const Key& key) {
  if (!key.fallback.empty()) return fmt::format("\"{}\"", key.fallback);
  const double middle = std::isfinite(key.low) && std::isfinite(key.high) ? 0.5 * (key.low + key.high) : 1.0;
  return fmt::format("\"{}\"", core::format_quantity(middle, key.unit, 2));
}

}  // namespace

std::string allowed(const Key& key) {
  const auto bound = [&](double v) { return core::format_quantity(v, key.unit, 6); };
  if (!key.choices.empty()) return fmt::format("one of {}", fmt::join(key.choices, ", "));
  if (key.kind == Kind::flag) return "true or false";
  if (std::isfinite(key.low) && std::isfinite(key.high)) return fmt::format("{}{} to {}", key.exclusive_low ? "above " : "", bound(key.low), bound(key.high));
  if (std::isfinite(key.low)) return fmt::format("{}{}", key.exclusive_low ? "above " : "at least ", bound(key.low));
  if (std::isfinite(key.high)) return fmt::format("at most {}", bound(key.high));
  return "any";
}

void Reader::error(const std::string& path, const std::string& message, const std::string& hint) {
  if (const Leaf* leaf = tree_.find(path)) {
    errors_.push_back(diagnose(leaf->value_place, fmt::format("{} {}", path, message), hint));
  } else {
    errors_.push_back(
        {tree_.leaves().empty() ? "case" : tree_.leaves().begin()->second.value_place.file, 0, 0, 1, fmt::format("{} {}", path, message), "", hint});
  }
}

const Leaf* Reader::take(const std::string& path, const Key& key) {
  known_.insert(path);
  const Leaf* leaf = tree_.find(path);
  if (leaf == nullptr && key.fallback.empty())
    errors_.push_back({tree_.leaves().empty() ? "case" : tree_.leaves().begin()->second.value_place.file, 0, 0, 1, fmt::format("{} is missing", path), "",
                       fmt::format("write for example {} = {}   (allowed {})", path, example(key), allowed(key))});
  return leaf;
}

double Reader::checked(const std::string& path, const Key& key, const Scalar& scalar, const Place& place) {
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  const auto complain = [&](const std::string& message, const std::string& hint) {
    errors_.push_back(diagnose(place, fmt::format("{} {}", path, message), hint));
    return nothing;
  };
  const std::string range = fmt::format("(allowed {})", allowed(key));
  double si = nothing;
  if (key.kind != Kind::quantity) {
    if (const auto* d = std::get_if<double>(&scalar)) si = *d;
    else return complain("must be a number", fmt::format("write for example {}   {}", key.fallback.empty() ? "1" : key.fallback, range));
    if (key.kind == Kind::integer && si != std::floor(si)) return complain("must be a whole number", range);
  } else {
    const auto unit = core::find_unit(key.unit);
    if (const auto* d = std::get_if<double>(&scalar)) {
      return complain("needs a unit", fmt::format("write for example \"{:g} {}\"   {}", *d, key.unit, range));
    }
    if (std::holds_alternative<bool>(scalar)) return complain("must be a quantity", fmt::format("write for example {}   {}", example(key), range));
    const auto& text = std::get<std::string>(scalar);
    const auto q = core::parse_quantity(text);
    if (!q) return complain(fmt::format("is not a quantity: \"{}\"", text), fmt::format("write for example {}   {}", example(key), range));
    if (q->unit.empty()) return complain("needs a unit", fmt::format("write for example \"{:g} {}\"   {}", q->number, key.unit, range));
    const auto given = core::find_unit(q->unit);
    if (!given) {
      std::vector<std::string> same;
      for (const auto& u : core::units())
        if (u.dimension == unit->dimension) same.emplace_back(u.symbol);
      return complain(fmt::format("has an unknown unit \"{}\"", q->unit), fmt::format("units of {}: {}", unit->dimension, fmt::join(same, ", ")));
    }
    if (given->dimension != unit->dimension)
      return complain(fmt::format("is a {}, but \"{}\" is a unit of {}", unit->dimension, q->unit, given->dimension),
                      fmt::format("write for example {}   {}", example(key), range));
    si = q->number * given->si;
  }
  if (!inside(key, si))
    return complain(fmt::format("is out of range: {}", key.kind == Kind::quantity ? std::get<std::string>(scalar) : fmt::format("{:g}", si)), range);
  return si;
}

double Reader::quantity(const std::string& prefix, const Key& key) {
  const std::string path = join(prefix, key.path);
  const Leaf* leaf = take(path, key);
  const auto unit = core::find_unit(key.unit);
  Used used{path, key.fallback, default_value(key), std::string(core::si_symbol(unit ? unit->dimension : "fraction")), key.sentence, key.source,
            "",   "",           "default"};
  if (leaf != nullptr) {
    const auto* scalar = std::get_if<Scalar>(&leaf->value);
    if (scalar == nullptr) {
      error(path, "must be one value, not a list");
      return std::numeric_limits<double>::quiet_NaN();
    }
    used.si = checked(path, key, *scalar, leaf->value_place);
    used.value = std::holds_alternative<std::string>(*scalar) ? std::get<std::string>(*scalar) : written(*scalar);
    used.source = leaf->source;
    used.evidence = leaf->evidence;
    used.spread = leaf->spread;
    used.from = fmt::format("{}:{}", leaf->value_place.file, leaf->value_place.line);
  }
  used_.push_back(used);
  return used.si;
}

std::string Reader::text(const std::string& prefix, const Key& key) {
  const std::string path = join(prefix, key.path);
  const Leaf* leaf = take(path, key);
  std::string value = key.fallback;
  std::string from = "default";
  if (leaf != nullptr) {
    const auto* scalar = std::get_if<Scalar>(&leaf->value);
    if (scalar == nullptr || !std::holds_alternative<std::string>(*scalar)) {
      error(path, "must be a text", fmt::format("write for example \"{}\"", key.fallback.empty() ? "cheek" : key.fallback));
      return value;
    }
    value = std::get<std::string>(*scalar);
    from = fmt::format("{}:{}", leaf->value_place.file, leaf->value_place.line);
    if (!key.choices.empty() && std::find(key.choices.begin(), key.choices.end(), value) == key.choices.end()) {
      const auto near = nearest(value, key.choices);
      error(path, fmt::format("is unknown: \"{}\"", value),
            near.empty() ? fmt::format("({})", allowed(key)) : fmt::format("did you mean \"{}\"?   ({})", near, allowed(key)));
    }
  }
  used_.push_back({path, value, std::numeric_limits<double>::quiet_NaN(), "", key.sentence, "", "", "", from});
  return value;
}

bool Reader::flag(const std::string& prefix, const Key& key) {
  const std::string path = join(prefix, key.path);
  const Leaf* leaf = take(path, key);
  bool value = key.fallback == "true";
  if (leaf != nullptr) {
    const auto* scalar = std::get_if<Scalar>(&leaf->value);
    if (scalar != nullptr && std::holds_alternative<bool>(*scalar)) value = std::get<bool>(*scalar);
    else error(path, "must be true or false");
  }
  used_.push_back({path, value ? "true" : "false", value ? 1.0 : 0.0, "", key.sentence, key.source, "", "", leaf ? "case" : "default"});
  return value;
}

std::vector<std::string> Reader::list(const std::string& prefix, const Key& key) {
  const std::string path = join(prefix, key.path);
  const Leaf* leaf = take(path, key);
  std::vector<std::string> out;
  if (leaf == nullptr) {
    std::string item;
    for (const char c : key.fallback + ",") {
      if (c == ',') {
        if (!item.empty()) out.push_back(item);
        item.clear();
      } else if (c != ' ') {
        item += c;
      }
    }
  } else if (const auto* items = std::get_if<std::vector<Scalar>>(&leaf->value)) {
    for (const auto& s : *items) out.push_back(std::holds_alternative<std::string>(s) ? std::get<std::string>(s) : written(s));
    if (out.empty()) error(path, "is an empty list", fmt::format("(allowed {})", allowed(key)));
  } else {
    error(path, "must be a list", fmt::format("write for example [\"{}\"]", key.choices.empty() ? "..." : key.choices.front()));
  }
  for (const auto& item : out)
    if (!key.choices.empty() && std::find(key.choices.begin(), key.choices.end(), item) == key.choices.end()) {
      const auto near = nearest(item, key.choices);
      error(path, fmt::format("has an unknown entry \"{}\"", item),
            near.empty() ? fmt::format("({})", allowed(key)) : fmt::format("did you mean \"{}\"?   ({})", near, allowed(key)));
    }
  used_.push_back({path, fmt::format("{}", fmt::join(out, ", ")), std::numeric_limits<double>::quiet_NaN(), "", key.sentence, "", "", "",
                   leaf ? fmt::format("{}:{}", leaf->value_place.file, leaf->value_place.line) : "default"});
  return out;
}

void Reader::reject_unknown() {
  const std::vector<std::string> candidates(known_.begin(), known_.end());
  for (const auto& [path, leaf] : tree_.leaves()) {
    if (known_.contains(path)) continue;
    const auto near = nearest(path, candidates);
    errors_.push_back(diagnose(leaf.key_place, fmt::format("unknown key {}", path),
                               near.empty() ? "`percuta template` lists every key" : fmt::format("did you mean {}?", near)));
  }
}

}  // namespace percuta::config
