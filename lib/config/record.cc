#include "percuta/config/record.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "percuta/core/quantity.h"
#include "percuta/core/text.h"

namespace percuta::config {
namespace {

std::string join(const std::string& prefix, const std::string& path) {
  return prefix.empty() ? path : prefix + "." + path;
}

bool inside(const Key& key, double si) {
  // A bound in people's units does not come back to the last digit; whole numbers do.
  const auto slack = [&](double bound) {
    return key.kind == Kind::integer || !std::isfinite(bound) ? 0.0 : 1e-12 * std::abs(bound);
  };
  if (!std::isfinite(si)) return false;
  if (key.exclusive_low ? si <= key.low : si < key.low - slack(key.low)) return false;
  return si <= key.high + slack(key.high);
}

/// The bound in few digits, unless the rounded one would be refused.
std::string bound(const Key& key, double si) {
  if (key.kind == Kind::integer) return fmt::format("{:.0f}", si);
  for (const int digits : {6, 9, 12}) {
    const auto text = core::format_quantity(si, key.unit, digits);
    const auto q = core::parse_quantity(text);
    const auto unit = q ? core::find_unit(q->unit) : std::nullopt;
    if (q &&
        (si == key.low && key.exclusive_low ? true
                                            : inside(key, q->number * (unit ? unit->si : 1.0))))
      return text;
  }
  return core::format_quantity(si, key.unit, 17);
}

double default_value(const Key& key) {
  if (!key.word.empty() && key.fallback == key.word) return 0.0;
  const auto q = core::parse_quantity(key.fallback);
  if (!q) return std::numeric_limits<double>::quiet_NaN();
  const auto unit = core::find_unit(q->unit);
  return unit ? q->number * unit->si : q->number;
}

std::string example(const Key& key) {
  if (!key.sample.empty()) return key.sample;
  if (key.kind == Kind::number || key.kind == Kind::integer || key.kind == Kind::flag) {
    if (!key.fallback.empty()) return key.fallback;
    const double middle =
        std::isfinite(key.low) && std::isfinite(key.high) ? 0.5 * (key.low + key.high) : 1.0;
    return key.kind == Kind::integer ? fmt::format("{:.0f}", std::floor(middle))
                                     : fmt::format("{:.3g}", middle);
  }
  if (!key.fallback.empty()) return fmt::format("\"{}\"", key.fallback);
  const double middle =
      std::isfinite(key.low) && std::isfinite(key.high) ? 0.5 * (key.low + key.high) : 1.0;
  return fmt::format("\"{}\"", core::format_quantity(middle, key.unit, 2));
}

}  // namespace

std::vector<std::string> entries_of(const std::string& fallback) {
  std::vector<std::string> out;
  if (fallback == "[]") return out;
  std::string item;
  for (const char c : fallback + ",") {
    if (c != ',') {
      item += c;
      continue;
    }
    item.erase(0, item.find_first_not_of(' '));
    if (!item.empty()) out.push_back(item);
    item.clear();
  }
  return out;
}

std::vector<std::string> choices_of(const Key& key) {
  return key.names ? key.names() : key.choices;
}

std::string allowed(const Key& key) {
  if (const auto choices = choices_of(key); !choices.empty())
    return fmt::format("{}one of {}",
                       key.tail.empty() ? "" : fmt::format("past ones as \"NAME {}\"; ", key.tail),
                       fmt::join(choices, ", "));
  if (key.kind == Kind::flag) return "true or false";
  if (key.kind == Kind::text || key.kind == Kind::choice) return "a text";
  if (key.kind == Kind::list && key.unit.empty())
    return fmt::format("a list of at most {} texts", key.most);
  if (key.kind == Kind::records) {
    std::string columns;
    for (const auto& column : key.columns)
      columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", column.path, allowed(column));
    return fmt::format("a list of at most {} records: {}", key.most, columns);
  }
  if (std::isfinite(key.low) && std::isfinite(key.high))
    return fmt::format("{}{} to {}{}", key.exclusive_low ? "above " : "", bound(key, key.low),
                       bound(key, key.high),
                       key.word.empty() ? "" : fmt::format(", or \"{}\"", key.word));
  if (std::isfinite(key.low))
    return fmt::format("{}{}", key.exclusive_low ? "above " : "at least ", bound(key, key.low));
  if (std::isfinite(key.high)) return fmt::format("at most {}", bound(key, key.high));
  return "any";
}

void Reader::error(const std::string& path, const std::string& message, const std::string& hint) {
  if (const Leaf* leaf = tree_.find(path)) {
    errors_.push_back(diagnose(leaf->value_place, fmt::format("{} {}", path, message), hint, path));
  } else {
    errors_.push_back(
        {tree_.leaves().empty() ? "case" : tree_.leaves().begin()->second.value_place.file, 0, 0, 1,
         fmt::format("{} {}", path, message), "", hint, path});
  }
}

const Leaf* Reader::take(const std::string& path, const Key& key) {
  known_.insert(path);
  const Leaf* leaf = tree_.find(path);
  if (leaf == nullptr && key.fallback.empty())
    errors_.push_back(
        {tree_.leaves().empty() ? "case" : tree_.leaves().begin()->second.value_place.file, 0, 0, 1,
         fmt::format("{} is missing", path), "",
         fmt::format("write for example {} = {}   (allowed {})", path, example(key), allowed(key)),
         path});
  return leaf;
}

double written_quantity(const Key& key, const std::string& text, std::string& message,
                        std::string& hint) {
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  const auto complain = [&](std::string what, std::string write) {
    message = std::move(what);
    hint = std::move(write);
    return nothing;
  };
  if (!key.word.empty() && text == key.word) return 0.0;
  const std::string range = fmt::format("(allowed {})", allowed(key));
  const std::string sample = key.kind == Kind::list && !entries_of(key.fallback).empty()
                                 ? fmt::format("\"{}\"", entries_of(key.fallback).front())
                                 : example(key);
  const auto unit = core::find_unit(key.unit);
  const auto q = core::parse_quantity(text);
  if (!q)
    return complain(fmt::format("is not a quantity: \"{}\"", core::printable(text, 60)),
                    fmt::format("write for example {}   {}", sample, range));
  if (q->unit.empty())
    return complain("needs a unit",
                    fmt::format("write for example \"{:g} {}\"   {}", q->number, key.unit, range));
  if (q->unit.size() > 1 && q->unit[0] == ',' &&
      std::isdigit(static_cast<unsigned char>(q->unit[1])) != 0) {
    std::string point = text;
    std::replace(point.begin(), point.end(), ',', '.');
    return complain(fmt::format("has a decimal comma: \"{}\"", core::printable(text, 60)),
                    fmt::format("write \"{}\"   {}", core::printable(point, 60), range));
  }
  const auto given = core::find_unit(q->unit, unit->dimension);
  if (!given) {
    std::vector<std::string> same;
    for (const auto& u : core::units())
      if (u.dimension == unit->dimension) same.emplace_back(u.symbol);
    return complain(fmt::format("has an unknown unit \"{}\"", core::printable(q->unit, 30)),
                    fmt::format("units of {}: {}", unit->dimension, fmt::join(same, ", ")));
  }
  if (given->dimension != unit->dimension)
    return complain(fmt::format("is a {}, but \"{}\" is a unit of {}", unit->dimension, q->unit,
                                given->dimension),
                    fmt::format("write for example {}   {}", sample, range));
  const double si = q->number * given->si;
  if (!inside(key, si))
    return complain(fmt::format("is out of range: {}", core::printable(text, 60)), range);
  return si;
}

double Reader::checked(const std::string& path, const Key& key, const Scalar& scalar,
                       const Place& place) {
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  const auto complain = [&](const std::string& message, const std::string& hint) {
    errors_.push_back(diagnose(place, fmt::format("{} {}", path, message), hint, path));
    return nothing;
  };
  const std::string range = fmt::format("(allowed {})", allowed(key));
  const auto* number = std::get_if<double>(&scalar);
  if (key.kind != Kind::quantity) {
    if (number == nullptr)
      return complain("must be a number",
                      fmt::format("write for example {}   {}", example(key), range));
    if (key.kind == Kind::integer && *number != std::floor(*number))
      return complain("must be a whole number", range);
    if (!inside(key, *number))
      return complain(fmt::format("is out of range: {}", written(scalar)), range);
    return *number;
  }
  if (number != nullptr)
    return complain("needs a unit",
                    fmt::format("write for example \"{:g} {}\"   {}", *number, key.unit, range));
  if (std::holds_alternative<bool>(scalar))
    return complain("must be a quantity",
                    fmt::format("write for example {}   {}", example(key), range));
  std::string message, hint;
  const double si = written_quantity(key, std::get<std::string>(scalar), message, hint);
  return message.empty() ? si : complain(message, hint);
}

namespace {

/// Where a value stands and what is said beside it.
void describe(Used& used, const Leaf& leaf) {
  used.source = leaf.source;
  used.evidence = leaf.evidence;
  used.spread = leaf.spread;
  used.from = fmt::format("{}:{}", leaf.value_place.file, leaf.value_place.line);
  used.given = leaf.given;
  used.overridden = leaf.overridden;
}

}  // namespace

double Reader::quantity(const std::string& prefix, const Key& key) {
  const std::string path = join(prefix, key.path);
  const Leaf* leaf = take(path, key);
  const auto unit = core::find_unit(key.unit);
  Used used{path,
            key.fallback,
            default_value(key),
            std::string(core::si_symbol(unit ? unit->dimension : "fraction")),
            key.sentence,
            key.source,
            "",
            "",
            "default",
            key.only};
  if (leaf != nullptr) {
    const auto* scalar = std::get_if<Scalar>(&leaf->value);
    if (scalar == nullptr) {
      error(path, "must be one value, not a list");
      return std::numeric_limits<double>::quiet_NaN();
    }
    used.si = checked(path, key, *scalar, leaf->value_place);
    used.value = std::holds_alternative<std::string>(*scalar) ? std::get<std::string>(*scalar)
                                                              : written(*scalar);
    describe(used, *leaf);
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
      error(path, "must be a text",
            fmt::format("write for example \"{}\"", key.fallback.empty() ? "cheek" : key.fallback));
      return value;
    }
    value = std::get<std::string>(*scalar);
    from = fmt::format("{}:{}", leaf->value_place.file, leaf->value_place.line);
    if (const auto choices = choices_of(key);
        !choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
      refused_.insert(path);
      const auto near = nearest(value, choices);
      error(path, fmt::format("is unknown: \"{}\"", core::printable(value, 60)),
            !key.otherwise.empty() ? fmt::format("{}   ({} here)", key.otherwise, allowed(key))
            : near.empty()         ? fmt::format("({})", allowed(key))
                           : fmt::format("did you mean \"{}\"?   ({})", near, allowed(key)));
    }
  }
  used_.push_back({path, value, std::numeric_limits<double>::quiet_NaN(), "", key.sentence, "", "",
                   "", from, key.only, leaf != nullptr && leaf->given,
                   leaf != nullptr && leaf->overridden});
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
  used_.push_back(
      {path, value ? "true" : "false", value ? 1.0 : 0.0, "", key.sentence, key.source, "", "",
       leaf ? fmt::format("{}:{}", leaf->value_place.file, leaf->value_place.line) : "default",
       key.only, leaf != nullptr && leaf->given, leaf != nullptr && leaf->overridden});
  return value;
}

std::vector<std::string> Reader::list(const std::string& prefix, const Key& key) {
  const std::string path = join(prefix, key.path);
  const Leaf* leaf = take(path, key);
  std::vector<std::string> out;
  const auto choices = choices_of(key);
  const auto sample = choices.empty() ? entries_of(key.fallback) : choices;
  if (leaf == nullptr) {
    out = entries_of(key.fallback);
  } else if (const auto* items = std::get_if<std::vector<Scalar>>(&leaf->value)) {
    if (items->empty() && key.fallback != "[]")
      error(path, "is an empty list", fmt::format("(allowed {})", allowed(key)));
    if (items->size() > key.most)
      error(path, fmt::format("has {} entries", items->size()),
            fmt::format("(allowed at most {})", key.most));
    else
      for (const auto& s : *items)
        out.push_back(std::holds_alternative<std::string>(s) ? std::get<std::string>(s)
                                                             : written(s));
  } else {
    error(path, "must be a list",
          fmt::format("write for example [\"{}\"]", sample.empty() ? "..." : sample.front()));
  }
  for (const auto& entry : out) {
    const auto item = key.tail.empty() ? entry : entry.substr(0, entry.find(' '));
    if (!choices.empty() && std::find(choices.begin(), choices.end(), item) == choices.end()) {
      const auto near = nearest(item, choices);
      error(path, fmt::format("has an unknown entry \"{}\"", core::printable(item, 60)),
            near.empty() ? fmt::format("({})", allowed(key))
                         : fmt::format("did you mean \"{}\"?   ({})", near, allowed(key)));
    }
  }
  std::string all;  // as it is written in a file
  for (const auto& item : out)
    all += fmt::format("{}{}", all.empty() ? "" : ", ", written(Scalar(item)));
  used_.push_back(
      {path, "[" + all + "]", std::numeric_limits<double>::quiet_NaN(), "", key.sentence, "", "",
       "", leaf ? fmt::format("{}:{}", leaf->value_place.file, leaf->value_place.line) : "default",
       key.only, leaf != nullptr && leaf->given, leaf != nullptr && leaf->overridden});
  return out;
}

std::vector<Tree> Reader::records(const std::string& prefix, const Key& key) {
  const std::string path = join(prefix, key.path);
  const Leaf* leaf = take(path, key);
  std::vector<Tree> out;
  const auto* rows = leaf != nullptr ? std::get_if<std::vector<Row>>(&leaf->value) : nullptr;
  const auto* items = leaf != nullptr ? std::get_if<std::vector<Scalar>>(&leaf->value) : nullptr;
  const bool none = leaf == nullptr || (items != nullptr && items->empty());
  if (!none && rows == nullptr)
    error(path, "must be a list of records", fmt::format("write for example {}", example(key)));
  else if (rows != nullptr && rows->size() > key.most)
    error(path, fmt::format("has {} entries", rows->size()),
          fmt::format("(allowed at most {})", key.most));
  else if (rows != nullptr)
    for (std::size_t k = 0; k < rows->size(); ++k) {
      Tree row;
      for (const auto& [name, value] : (*rows)[k]) {
        Leaf field = *leaf;
        field.value = value;
        row.set(fmt::format("{}.{}.{}", path, k, name), field);
      }
      out.push_back(std::move(row));
    }
  Used used{path,
            none ? "[]" : written(leaf->value),
            std::numeric_limits<double>::quiet_NaN(),
            "",
            key.sentence,
            "",
            "",
            "",
            "default",
            key.only};
  if (leaf != nullptr) describe(used, *leaf);
  used_.push_back(std::move(used));
  return out;
}

std::vector<double> Reader::quantities(const std::string& prefix, const Key& key) {
  const std::string path = join(prefix, key.path);
  std::vector<double> out;
  for (const auto& text : list(prefix, key)) {
    std::string message, hint;
    out.push_back(written_quantity(key, text, message, hint));
    if (!message.empty()) error(path, message, hint);
  }
  return out;
}

std::vector<int> Reader::integers(const std::string& prefix, const Key& key) {
  const std::string path = join(prefix, key.path);
  std::vector<int> out;
  for (const auto& text : list(prefix, key)) {
    out.push_back(0);
    if (!key.word.empty() && text == key.word) continue;
    const auto q = core::parse_quantity(text);
    if (!q || !q->unit.empty() || q->number != std::floor(q->number))
      error(path, fmt::format("has \"{}\", which is no whole number", core::printable(text, 60)),
            fmt::format("(allowed {})", allowed(key)));
    else if (!inside(key, q->number))
      error(path, fmt::format("is out of range: {}", core::printable(text, 60)),
            fmt::format("(allowed {})", allowed(key)));
    else out.back() = static_cast<int>(q->number);
  }
  return out;
}

bool Reader::given(const std::string& path, const Key& key) const {
  for (const auto& used : used_)
    if (used.path == path) return used.given && used.value != key.fallback;
  return false;
}

void Reader::reject_unknown() {
  const std::vector<std::string> candidates(known_.begin(), known_.end());
  for (const auto& [path, leaf] : tree_.leaves()) {
    if (known_.contains(path)) continue;
    const auto below = known_.lower_bound(path + ".");
    if (below != known_.end() && below->starts_with(path + ".")) {
      errors_.push_back(diagnose(leaf.key_place, fmt::format("{} is a table, and no value", path),
                                 fmt::format("write its keys, as {}", *below), path));
      continue;
    }
    const auto near = errors_.full() ? "" : nearest(path, candidates);
    errors_.push_back(diagnose(
        leaf.key_place, fmt::format("unknown key {}", core::printable(path, 120)),
        near.empty() ? "`percuta template` lists every key" : fmt::format("did you mean {}?", near),
        path));
  }
}

}  // namespace percuta::config
