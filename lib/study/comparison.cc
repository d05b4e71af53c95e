#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/text.h"
#include "records.h"

namespace percuta::study {

void check_comparison(const Comparison& comparison, const Complaint& complain) {
  std::vector<std::string> names;
  for (const auto& key : case_keys())
    if (!key.path.starts_with("compare.")) names.push_back(key.path);
  names.insert(names.end(), {"skin", "device"});
  if (!key_of(comparison.key) &&
      std::find(names.begin(), names.end(), comparison.key) == names.end()) {
    const auto near = config::nearest(comparison.key, names);
    complain("compare.key", fmt::format("is unknown: \"{}\"", core::printable(comparison.key, 60)),
             near.empty() ? "`percuta template` lists every key"
                          : fmt::format("did you mean \"{}\"?", near));
  }
  std::set<std::string> seen;
  for (const auto& value : comparison.values)
    if (!seen.insert(value).second)
      complain("compare.values", fmt::format("has \"{}\" twice", core::printable(value, 60)),
               "every row its own value");
}

Comparison parse_comparison(const std::string& text) {
  core::Diagnostics errors;
  const auto complain = [&](const std::string&, const std::string& message,
                            const std::string& hint) {
    errors.push_back({"vary", 0, 0, 1, core::printable(text, 80) + " " + message, "", hint});
  };
  Comparison out;
  const auto equals = text.find('=');
  out.key = text.substr(0, equals);
  char quote = 0;
  int open = 0;
  std::string value;
  const auto take = [&] {
    const auto first = value.find_first_not_of(' '), last = value.find_last_not_of(' ');
    out.values.push_back(first == std::string::npos ? "" : value.substr(first, last - first + 1));
    value.clear();
  };
  for (const char c : equals == std::string::npos ? "" : text.substr(equals + 1)) {
    if (quote != 0) quote = c == quote ? 0 : quote;
    else if (c == '"' || c == '\'') quote = c;
    else if (c == '[') ++open;
    else if (c == ']') --open;
    if (c == ',' && quote == 0 && open == 0) take();
    else value += c;
  }
  take();
  if (equals == std::string::npos || equals == 0 ||
      std::any_of(out.values.begin(), out.values.end(), [](const auto& v) { return v.empty(); }))
    complain("", "is no key with its values",
             "write for example \"device.needle.length=0.5 mm,1.0 mm\"");
  else check_comparison(out, complain);
  if (!errors.empty()) throw core::InputError(errors);
  return out;
}

namespace {

/// The name of a case file without its folder, where no other has it too.
std::string short_name(const Comparison& files, const std::string& file) {
  const auto stem = [](const std::string& path) {
    return std::filesystem::path(path).stem().string();
  };
  const auto alike = std::count_if(files.values.begin(), files.values.end(),
                                   [&](const auto& other) { return stem(other) == stem(file); });
  return alike == 1 ? stem(file) : file;
}

}  // namespace

std::vector<Combination> combinations(const std::vector<Comparison>& comparisons) {
  std::vector<Combination> out{{}};
  for (const auto& comparison : comparisons) {
    std::vector<Combination> longer;
    for (const auto& row : out)
      for (const auto& value : comparison.values) {
        longer.push_back(row);
        longer.back().label += (row.label.empty() ? "" : ", ") +
                               (comparison.key == kCaseKey ? short_name(comparison, value) : value);
        longer.back().values.emplace_back(comparison.key, value);
      }
    out = std::move(longer);
  }
  return comparisons.empty() ? std::vector<Combination>{} : out;
}

Case compared_case(const std::string& path, const Overrides& overrides, const Combination& row) {
  Overrides with = overrides;
  std::string file = path;
  for (const auto& value : row.values)
    if (value.first == kCaseKey) file = value.second;
    else with.push_back(value);
  Case c = read_case(file, with);
  c.comparison = {};
  std::erase_if(c.inputs, [](const auto& used) { return used.path.starts_with("compare."); });
  return c;
}

}  // namespace percuta::study
