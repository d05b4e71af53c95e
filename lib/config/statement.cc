#include "percuta/config/statement.h"

#include <array>
#include <cmath>
#include <optional>

#include "percuta/core/quantity.h"

namespace percuta::config {
namespace {

// Those of two signs first: ">=" is no ">".
constexpr std::array<const char*, 5> kSigns{" >= ", " <= ", " > ", " < ", " = "};

/// A number with its unit in SI, nothing for other texts.
std::optional<double> si_of(const std::string& text) {
  const auto written = core::parse_quantity(text);
  if (!written) return std::nullopt;
  if (written->unit.empty()) return written->number;
  const auto unit = core::find_unit(written->unit);
  if (!unit) return std::nullopt;
  return written->number * unit->si;
}

}  // namespace

Statement statement_of(const std::string& text, const Place& place) {
  const auto refuse = [&] {
    return core::InputError({diagnose(place, "is no statement: \"" + text + "\"",
                                      "write for example \"reach >= 0.5 mm\"")});
  };
  Statement out;
  std::size_t at = std::string::npos;
  for (const char* sign : kSigns) {
    at = text.find(sign);
    if (at == std::string::npos) continue;
    const std::string whole = sign;
    out.compared = whole.substr(1, whole.size() - 2);
    out.name = text.substr(0, at);
    out.word = text.substr(at + whole.size());
    break;
  }
  if (out.name.empty() || out.word.empty()) throw refuse();
  if (const auto when = out.name.find(" at "); when != std::string::npos) {
    const auto time = si_of(out.name.substr(when + 4));
    if (!time) throw refuse();
    out.at = *time;
    out.name.resize(when);
  }
  if (const auto value = si_of(out.word)) {
    out.value = *value;
    out.word.clear();
  }
  if (std::isnan(out.value) && out.compared != "=") throw refuse();
  return out;
}

bool holds(const Statement& s, double value, const std::string& word) {
  if (!s.word.empty()) return s.word == word;
  // A threshold in people's units does not come back to the last digit.
  const double slack = 1e-9 * std::abs(s.value);
  if (s.compared == ">=") return value >= s.value - slack;
  if (s.compared == "<=") return value <= s.value + slack;
  if (s.compared == ">") return value > s.value + slack;
  if (s.compared == "<") return value < s.value - slack;
  return std::abs(value - s.value) <= slack;
}

std::vector<std::string> texts_of(const Tree& tree, const std::string& path) {
  std::vector<std::string> out;
  const Leaf* leaf = tree.find(path);
  if (leaf == nullptr) return out;
  const auto* items = std::get_if<std::vector<Scalar>>(&leaf->value);
  if (items == nullptr)
    throw core::InputError({diagnose(leaf->value_place, path + " must be a list of texts")});
  for (const auto& item : *items) {
    const auto* text = std::get_if<std::string>(&item);
    if (text == nullptr)
      throw core::InputError({diagnose(leaf->value_place, path + " must be a list of texts")});
    out.push_back(*text);
  }
  return out;
}

std::vector<Statement> statements_of(const Tree& tree, const std::string& path) {
  std::vector<Statement> out;
  for (const auto& text : texts_of(tree, path))
    out.push_back(statement_of(text, tree.find(path)->value_place));
  return out;
}

}  // namespace percuta::config
