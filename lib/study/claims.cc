// Common statements, answered from the outputs of a result and from the literature.

#include "percuta/study/claims.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/study/catalogue.h"

namespace percuta::study {
namespace {

namespace fs = std::filesystem;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<const char*, 4> kKnown{"supported", "supported in part", "not supported",
                                            "no data"};

std::string text_or_none(const config::Tree& tree, const std::string& path) {
  return tree.find(path) != nullptr ? config::text_of(tree, path) : "";
}

/// An output, or a series read at one place of its axis. NaN where the result has none.
double value_of(const io::Document& d, const std::string& path, double at) {
  const auto* found = io::find(d, path);
  if (found == nullptr || found->values.empty()) return kNone;
  if (std::isnan(at)) return found->output.form == config::Form::series ? kNone : found->value();
  const auto* axis = found->output.axes.empty() ? nullptr : io::find(d, found->output.axes.front());
  if (axis == nullptr || axis->values.size() != found->values.size()) return kNone;
  const auto& x = axis->values;
  const auto& y = found->values;
  const auto next = std::lower_bound(x.begin(), x.end(), at);
  if (next == x.end()) return kNone;
  const auto k = static_cast<std::size_t>(next - x.begin());
  if (k == 0) return x[0] == at ? y[0] : kNone;
  return y[k - 1] + (at - x[k - 1]) / (x[k] - x[k - 1]) * (y[k] - y[k - 1]);
}

/// What stands in braces: "healing.strength at 5 days in %".
struct Figure {
  std::string path;
  double at = kNone;
  std::string unit;
};

Figure figure_of(std::string text) {
  Figure out;
  if (const auto in = text.find(" in "); in != std::string::npos) {
    out.unit = text.substr(in + 4);
    text.resize(in);
  }
  if (const auto when = text.find(" at "); when != std::string::npos) {
    const auto written = core::parse_quantity(text.substr(when + 4));
    const auto unit = written ? core::find_unit(written->unit) : std::nullopt;
    if (unit) out.at = written->number * unit->si;
    text.resize(when);
  }
  out.path = text;
  return out;
}

/// A figure for people, with its band where the result has one.
std::string shown(const io::Document& d, const Figure& f) {
  const auto* found = io::find(d, f.path);
  const double value = value_of(d, f.path, f.at);
  if (found == nullptr || std::isnan(value)) return "none";
  const auto one = [&](double si) {
    config::OutputValue v = *found;
    v.output.form = config::Form::scalar;
    v.values = {si};
    v.text.clear();
    v.spread = 0.0;
    if (!f.unit.empty()) v.output.people = f.unit;
    return config::for_people(v, f.unit.empty() ? 3 : 4);
  };
  const double low = value_of(d, f.path + "_low", f.at), high = value_of(d, f.path + "_high", f.at);
  return std::isnan(low) || std::isnan(high)
             ? one(value)
             : fmt::format("{} ({} to {})", one(value), one(low), one(high));
}

std::string filled(const io::Document& d, const std::string& words) {
  std::string out;
  for (std::size_t at = 0; at < words.size();) {
    const auto open = words.find('{', at), close = words.find('}', at);
    if (open == std::string::npos || close == std::string::npos) return out + words.substr(at);
    out +=
        words.substr(at, open - at) + shown(d, figure_of(words.substr(open + 1, close - open - 1)));
    at = close + 1;
  }
  return out;
}

/// Whether all hold; nothing where the result does not have what one of them asks for.
std::optional<bool> all_hold(const io::Document& d, const std::vector<config::Statement>& all,
                             const std::string& end = "") {
  bool hold = true;
  for (const auto& s : all) {
    double value = value_of(d, s.name + end, s.at);
    if (std::isnan(value) && !end.empty()) value = value_of(d, s.name, s.at);
    if (std::isnan(value)) return std::nullopt;
    hold = hold && config::holds(s, value);
  }
  return hold;
}

/// Whether at least one holds.
bool any_holds(const io::Document& d, const std::vector<config::Statement>& some,
               const std::string& end) {
  return std::any_of(some.begin(), some.end(),
                     [&](const auto& s) { return all_hold(d, {s}, end).value_or(false); });
}

/// What the outputs say, or their lower or upper ends where they have a band.
Verdict verdict(const Claim& c, const io::Document& d, const std::string& end = "") {
  const auto supported = all_hold(d, c.supported, end);
  if (c.supported.empty() || !supported) return Verdict::not_covered;
  if (*supported) return Verdict::supported;
  if (!c.if_mixed.empty() && any_holds(d, c.supported, end)) return Verdict::mixed;
  if (c.refuted.empty()) return Verdict::not_supported;
  const auto refuted = all_hold(d, c.refuted, end);
  return refuted && *refuted ? Verdict::not_supported : Verdict::not_covered;
}

/// Why a claim with statements is not covered: what the result lacks.
std::string lacking(const Claim& c, const io::Document& d) {
  for (const auto& s : c.supported)
    if (std::isnan(value_of(d, s.name, s.at)))
      return fmt::format(
          "This run does not say: it has no {}{}.", s.name,
          std::isnan(s.at) ? "" : " on day " + fmt::format("{:g}", s.at / core::kDay));
  return c.if_uncovered;
}

}  // namespace

std::string name(Verdict v) {
  return v == Verdict::supported       ? "supported"
         : v == Verdict::mixed         ? "depends on the measure"
         : v == Verdict::not_supported ? "not supported"
                                       : "the model does not cover this";
}

Claim claim_of(const config::Tree& tree, const std::string& name) {
  Claim c;
  c.name = name;
  if (const auto* leaf = tree.find("place"))
    if (const auto* scalar = std::get_if<config::Scalar>(&leaf->value))
      if (const auto* number = std::get_if<double>(scalar)) c.place = *number;
  c.statement = config::text_of(tree, "statement");
  c.needs = config::statements_of(tree, "needs");
  c.supported = config::statements_of(tree, "supported");
  c.refuted = config::statements_of(tree, "refuted");
  c.if_supported = text_or_none(tree, "words.supported");
  c.if_refuted = text_or_none(tree, "words.refuted");
  c.if_mixed = text_or_none(tree, "words.mixed");
  c.if_uncovered = text_or_none(tree, "words.uncovered");
  c.without = text_or_none(tree, "words.without");
  c.known = config::text_of(tree, "evidence.answer");
  c.known_words = config::text_of(tree, "evidence.words");
  c.sources = config::texts_of(tree, "evidence.sources");
  c.evidence = config::text_of(tree, "evidence.class");
  const auto refuse = [&](const std::string& what) {
    throw core::InputError({config::diagnose(tree.find("statement")->value_place, what)});
  };
  if (std::find(kKnown.begin(), kKnown.end(), c.known) == kKnown.end())
    refuse("evidence.answer is none of those there are");
  if (c.supported.empty() ? c.if_uncovered.empty() : c.if_supported.empty() || c.if_refuted.empty())
    refuse("has no words for an answer that it can have");
  if (c.needs.empty() != c.without.empty() || (!c.refuted.empty() && c.if_uncovered.empty()))
    refuse("has no words for a run that cannot say");
  return c;
}

const std::vector<Claim>& claims() {
  static const std::vector<Claim> all = [] {
    const auto folder = fs::path(data_folder()) / "claims";
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& item : fs::directory_iterator(folder, error))
      if (item.path().extension() == ".toml") files.push_back(item.path());
    if (error)
      throw core::FileError(fmt::format("{}: cannot be read: {}; is PERCUTA_DATA right?",
                                        folder.string(), error.message()));
    std::sort(files.begin(), files.end());
    std::vector<Claim> out;
    for (const auto& file : files) {
      core::Diagnostics errors;
      const auto tree = config::Tree::read(file.string(), errors);
      if (!errors.empty()) throw core::InputError(errors);
      out.push_back(claim_of(tree, file.stem().string()));
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Claim& a, const Claim& b) { return a.place < b.place; });
    return out;
  }();
  return all;
}

Answer answer(const Claim& c, const io::Document& d) {
  Answer out{c.name,    c.statement, Verdict::not_covered, "", c.known, c.known_words,
             c.sources, c.evidence};
  if (!all_hold(d, c.needs).value_or(false)) {
    out.run_words = c.without;
    return out;
  }
  out.run = verdict(c, d);
  out.run_words = filled(d, out.run == Verdict::supported       ? c.if_supported
                            : out.run == Verdict::mixed         ? c.if_mixed
                            : out.run == Verdict::not_supported ? c.if_refuted
                                                                : lacking(c, d));
  if (verdict(c, d, "_low") != out.run || verdict(c, d, "_high") != out.run)
    out.run_words += " Within the band of the figures it could go the other way.";
  return out;
}

std::vector<Answer> answers(const io::Document& d) {
  std::vector<Answer> out;
  for (const auto& claim : claims()) out.push_back(answer(claim, d));
  return out;
}

}  // namespace percuta::study
