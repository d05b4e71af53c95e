#include "size_found.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "percuta/core/quantity.h"
#include "records.h"

namespace percuta::study {
namespace {

using Json = nlohmann::ordered_json;

/// A text in TOML's quotes.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else out += c;
  }
  return out + "\"";
}

/// An entry of one's own that lies beside the case, wherever the case goes.
std::string placed(const std::string& entry, const Case& c) {
  namespace fs = std::filesystem;
  if (!entry.ends_with(".toml")) return entry;
  std::error_code error;
  for (const auto& place : {fs::path(c.file).parent_path() / entry, fs::path(entry)})
    if (fs::is_regular_file(place, error)) return fs::absolute(place, error).string();
  return entry;
}

std::string value_text(const config::Used& used, const Case& c) {
  using config::Kind;
  if (used.path.ends_with(".base")) return quoted(placed(used.value, c));
  const auto key = key_of(used.path);
  const bool text =
      !key || key->kind == Kind::quantity || key->kind == Kind::text || key->kind == Kind::choice;
  return text ? quoted(used.value) : used.value;
}

Json quantity(double value, const std::string& unit) {
  Json out;
  out["value"] = std::isfinite(value) ? Json(value) : Json(nullptr);
  out["unit"] = unit;
  return out;
}

Json json_of(const Design& d) {
  return {{"length", quantity(d.length, "m")},
          {"width", quantity(d.width, "m")},
          {"rows", d.rows},
          {"needles_per_turn", d.needles_per_turn},
          {"passes", d.passes},
          {"load", quantity(d.load, "N")}};
}

Json json_of(const Reached& r) {
  return {{"depth", quantity(r.depth, "m")},
          {"share", quantity(r.share, "1")},
          {"share_in_window", quantity(r.share_in_window, "1")},
          {"density", quantity(r.density, "1/m^2")},
          {"strength", quantity(r.strength, "1")}};
}

Json json_of(const std::vector<Limit>& limits) {
  Json out = Json::object();
  for (const auto& limit : limits)
    out[limit.name] = {{"wanted", quantity(limit.wanted, limit.unit)},
                       {"reached", quantity(limit.reached, limit.unit)},
                       {"margin", limit.margin},
                       {"met", limit.margin >= -1e-9}};
  return out;
}

Json json_of(const Sized& s) {
  return {{"design", json_of(s.design)},
          {"search", json_of(s.predicted)},
          {"run", json_of(s.reached)},
          {"limits", json_of(s.limits)},
          {"meets", meets(s.limits)}};
}

std::string people(double value, const std::string& unit) {
  return unit == "1" ? fmt::format("{:.3g}", value) : core::format_quantity(value, unit, 3);
}

std::string relaxed_words(const Relaxed& r) {
  const auto value = people(r.needed, r.people);
  const auto with = fmt::format("with {}", words(r.design));
  if (r.name == "most_passes") return fmt::format("{} passes would reach it, {}", value, with);
  if (r.name == "most_load") return fmt::format("a load of {} would reach it, {}", value, with);
  if (r.name == "density") return fmt::format("in so many passes {} can be had, {}", value, with);
  if (r.name == "depth") return fmt::format("a depth of {} can be had, {}", value, with);
  return fmt::format("target.{} of {} can be had, {}", r.name, value, with);
}

std::string reached_words(const Sized& s) {
  const auto& r = s.reached;
  return fmt::format(
      "{:.3g} N and {} pass{}: {:.3g} % of the landings pierce, {:.3g} mm deep on average, and "
      "leave {:.3g} channels/cm2",
      s.design.load, s.design.passes, s.design.passes == 1 ? "" : "es", 100.0 * r.share,
      r.depth * 1e3, r.density / 1e4);
}

}  // namespace

std::string words(const Design& d) {
  return fmt::format("{} row{} of {} needles over {}, {} long", d.rows, d.rows == 1 ? "" : "s",
                     d.needles_per_turn, core::format_quantity(d.width, "mm"),
                     core::format_quantity(d.length, "mm"));
}

std::vector<std::string> size_words(const SizeResult& r) {
  std::vector<std::string> out;
  out.push_back(fmt::format("{}: {}, {}", r.feasible ? "reached" : "not reached; the nearest",
                            words(r.best.design), reached_words(r.best)));
  for (const auto& limit : r.best.limits)
    if (limit.margin < -1e-9)
      out.push_back(fmt::format("not met: target.{}, {} where {} is wanted", limit.name,
                                people(limit.reached, limit.people),
                                people(limit.wanted, limit.people)));
  for (const auto& relaxed : r.relaxed)
    out.push_back(fmt::format("target.{} binds: {} (by the search, not run)", relaxed.name,
                              relaxed_words(relaxed)));
  if (!r.feasible && r.relaxed.empty())
    out.push_back("no single limit of [target] is to blame: none, given up alone, is enough");
  for (const auto& end : r.ends) out.push_back(end);
  return out;
}

std::vector<std::string> ends_of(const SizeTask& task, const Design& d) {
  std::vector<std::string> out;
  const auto say = [&](const char* key, const auto& range, auto value, const auto& written) {
    if (range.size() != 2) return;
    for (const int end : {0, 1})
      if (std::abs(static_cast<double>(value - range[end])) <= 1e-9 * range[end])
        out.push_back(fmt::format("{} stands at the {} that vary.{} allows, {}", key,
                                  end == 0 ? "least" : "most", key, written(value)));
  };
  const auto millimetres = [](double value) { return core::format_quantity(value, "mm"); };
  const auto number = [](int value) { return std::to_string(value); };
  say("length", task.vary.length, d.length, millimetres);
  say("width", task.vary.width, d.width, millimetres);
  say("rows", task.vary.rows, d.rows, number);
  say("needles_per_turn", task.vary.needles_per_turn, d.needles_per_turn, number);
  return out;
}

std::string case_text(const Case& c) {
  std::string out = fmt::format("# What percuta size found for {}.\n", quoted(c.title));
  for (const auto& used : c.inputs) {
    if (!used.given || used.path.starts_with("compare.")) continue;
    const std::string value = value_text(used, c);
    std::string more;
    for (const auto& [name, text] :
         {std::pair("source", used.source), {"evidence", used.evidence}, {"spread", used.spread}})
      if (!text.empty() && text != "user") more += fmt::format(", {} = {}", name, quoted(text));
    out += more.empty() ? fmt::format("{} = {}\n", used.path, value)
                        : fmt::format("{} = {{ value = {}{} }}\n", used.path, value, more);
  }
  return out;
}

std::string size_json(const SizeResult& r) {
  Json root{{"percuta",
             {{"version", r.version},
              {"case", r.title},
              {"file", r.file},
              {"level", r.level},
              {"skin", r.skin},
              {"device", r.device}}},
            {"reached", r.feasible},
            {"answer", size_words(r)},
            {"device", json_of(r.best)}};
  root["overrides"] = Json::object();
  for (const auto& [key, value] : r.overrides) root["overrides"][key] = value;
  root["relaxed"] = Json::array();
  for (const auto& one : r.relaxed)
    root["relaxed"].push_back({{"limit", one.name},
                               {"needed", quantity(one.needed, one.unit)},
                               {"design", json_of(one.design)}});
  root["ends"] = r.ends;
  root["front"] = Json::array();
  for (const auto& point : r.front) root["front"].push_back(json_of(point));
  root["cost"] = {{"evaluations", r.cost.evaluations},
                  {"responses", r.cost.responses},
                  {"finite_element_solves", r.cost.solves},
                  {"reruns", r.cost.reruns}};
  root["warnings"] = r.warnings;
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace percuta::study
