// [target], [vary] and [search]: what they are, and how they are taken out of a case file.

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "loader.h"
#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/protocol/record.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/size.h"
#include "records.h"
#include "size_tables.h"

namespace percuta::study {
namespace {

using config::Key;
using config::Record;

constexpr const char* kFixed = "as in the case";
constexpr const char* kExample =
    "write for example\n  [target]\n  depth = \"0.6 mm\"\n  depth_tolerance = \"0.05 mm\"\n  "
    "density = \"200 /cm^2\"\n  [vary]\n  length = [\"0.3 mm\", \"2.5 mm\"]";

const Record<Target>& target_record() {
  using T = Target;
  static const Record<Target> record = [] {
    Record<Target> r;
    r.quantity("depth", &T::depth, "mm", 0.02e-3, 3e-3, "",
               "pierced depth wanted, mean of the needles that pierce [m]")
        .quantity("depth_tolerance", &T::depth_tolerance, "mm", 0.0, 1e-3, "0.05 mm",
                  "half the window about it [m]", "", true)
        .number("least_share", &T::least_share, 0, 1, "0.5",
                "share of the landings that pierce, at least [-]")
        .number("share_in_window", &T::share_in_window, 0, 1, "0",
                "share of the landings whose depth lies in the window, at least [-]")
        .quantity("density", &T::density, "/cm^2", 1e4, 1e8, "",
                  "channels per treated area, at least [1/m^2]")
        .integer("most_passes", &T::most_passes, 1, 100, "8", "passes of a session, at most [-]")
        .quantity("most_load", &T::most_load, "N", 0.05, 200, "5 N",
                  "hand force on the device, at most [N]")
        .number("least_strength", &T::least_strength, 0, 1000, "2",
                "force at which a needle buckles over the force on it, at least [-]")
        .choice("prefer", &T::prefer, "passes",
                "what comes first where several devices reach the target; then the other",
                {"passes", "load"});
    return r;
  }();
  return record;
}

const Record<Vary>& vary_record() {
  using V = Vary;
  static const Record<Vary> record = [] {
    Record<Vary> r;
    r.quantities("length", &V::length, "mm", 0.05e-3, 3e-3, kFixed,
                 "shortest and longest needles [m]")
        .word(kFixed)
        .most(2)
        .quantities("width", &V::width, "mm", 1e-3, 100e-3, kFixed,
                    "least and most width that carries needles, in steps of a millimetre [m]")
        .word(kFixed)
        .most(2)
        .integers("rows", &V::rows, 1, 200, kFixed, "fewest and most rows across the width [-]")
        .word(kFixed)
        .most(2)
        .integers("needles_per_turn", &V::needles_per_turn, 1, 500, kFixed,
                  "fewest and most needles of one row around the drum [-]")
        .word(kFixed)
        .most(2);
    return r;
  }();
  return record;
}

const Record<SearchOptions>& search_record() {
  using S = SearchOptions;
  static const Record<SearchOptions> record = [] {
    Record<SearchOptions> r;
    r.integer("samples", &S::samples, 32, 65536, "256",
              "needles and places drawn while searching; a re-run takes scatter.samples [-]")
        .integer("responses", &S::responses, 0, 20, "3",
                 "device cells solved to find the device, at most, beside the case's own [-]")
        .integer("front", &S::front, 0, 30, "4", "arrays on the front, a device cell each [-]");
    return r;
  }();
  return record;
}

bool of_sizing(const std::string& path) {
  return std::any_of(std::begin(kSizeTables), std::end(kSizeTables), [&](const char* table) {
    return path == table || path.starts_with(std::string(table) + ".");
  });
}

/// Takes the three tables out of a case.
config::Tree taken_from(config::Tree& written) {
  config::Tree out;
  for (const auto& [path, leaf] : written.leaves())
    if (of_sizing(path)) out.set(path, leaf);
  for (const auto& [path, leaf] : out.leaves()) written.erase(path);
  return out;
}

/// Two ends, the first below the second; an end that was refused already is NaN or 0.
template <class Number>
void check_range(const std::vector<Number>& range, const std::string& path,
                 config::Reader& reader) {
  if (range.size() == 1 && reader.tree().find(path) != nullptr)
    reader.error(path, "has one end", "write both, or leave it out to keep the case's value");
  if (range.size() != 2 || !(range[0] >= range[1]) || range[0] == Number{}) return;
  reader.error(path,
               range[0] > range[1] ? "is upside down: its first end lies above its second"
                                   : "has no room: its ends are the same",
               range[0] > range[1] ? "write the lower one first"
                                   : "leave it out to keep one value, and write that in the case");
}

void read_tables(SizeTask& task, const config::Tree& tables, core::Diagnostics& errors) {
  config::Reader reader(tables, errors);
  target_record().read(task.target, reader, "target");
  vary_record().read(task.vary, reader, "vary");
  search_record().read(task.search, reader, "search");
  if (task.target.depth_tolerance >= task.target.depth)
    reader.error("target.depth_tolerance", "is as much as the depth: the window begins at nothing",
                 fmt::format("(allowed below target.depth = {})",
                             core::format_quantity(task.target.depth, "mm")));
  check_range(task.vary.length, "vary.length", reader);
  check_range(task.vary.width, "vary.width", reader);
  check_range(task.vary.rows, "vary.rows", reader);
  check_range(task.vary.needles_per_turn, "vary.needles_per_turn", reader);
  reader.reject_unknown();
}

/// "[\"vertical\", \"horizontal\"]".
std::string list_of(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += fmt::format("{}\"{}\"", out.empty() ? "" : ", ", item);
  return "[" + out + "]";
}

/// So many passes: the case's directions over and over where they divide the number or fit into the
/// list, else some of them.
Overrides passes_of(int passes, const std::vector<std::string>& directions) {
  constexpr int kMostDirections = 16;  // of protocol.directions
  const int all = static_cast<int>(directions.size());
  int listed = passes;
  if (passes % all == 0) listed = all;
  while (listed > kMostDirections || passes % listed != 0) --listed;
  std::vector<std::string> names;
  for (int k = 0; k < listed; ++k) names.push_back(directions[k % all]);
  return {{"protocol.directions", list_of(names)},
          {"protocol.passes_per_direction", std::to_string(passes / listed)}};
}

}  // namespace

const std::vector<Key>& size_keys() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> all = target_record().keys("target");
    for (const auto& more : {vary_record().keys("vary"), search_record().keys("search")})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return keys;
}

SizeTask parse_size(const std::string& text, const std::string& name, const Overrides& overrides) {
  core::Diagnostics errors;
  config::Tree written = config::Tree::parse(text, name, errors);
  if (!errors.empty()) throw core::InputError(errors);
  SizeTask task;
  task.text = text;
  task.file = name;
  for (const auto& [key, value] : overrides)
    if (of_sizing(key)) override_with(written, key, value, errors);
    else task.overrides.emplace_back(key, value);
  const config::Tree tables = taken_from(written);
  if (!tables.has_branch("target"))
    errors.push_back({name, 0, 0, 1, "has no [target] table", "", kExample});
  else read_tables(task, tables, errors);
  try {
    task.start = case_of(std::move(written), task.overrides);
    if (const auto& kind = device::kind(task.start.device); kind != "roller")
      errors.push_back({name, 0, 0, 1,
                        fmt::format("device.kind is \"{}\", and rollers alone are sized", kind), "",
                        "write for example device = \"mf8-1.5mm\""});
  } catch (const core::InputError& e) {
    for (const auto& d : e.diagnostics()) errors.push_back(d);
  }
  if (!errors.empty()) throw core::InputError(errors);
  task.start.file = name;
  return task;
}

SizeTask read_size(const std::string& path, const Overrides& overrides) {
  core::Diagnostics errors;
  const auto named = file_or_entry("targets", path);
  const auto file = named == path ? file_or_entry("cases", path) : named;
  config::Tree::read(file, errors);  // for what is wrong with the file as such
  if (!errors.empty()) throw core::InputError(errors);
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return parse_size(text.str(), file, overrides);
}

Overrides overrides_of(const Design& d, const Case& start) {
  Overrides out{{"device.needle.length", core::format_quantity(d.length, "mm", 8)},
                {"device.roller.width", core::format_quantity(d.width, "mm", 8)},
                {"device.roller.rows", std::to_string(d.rows)},
                {"device.roller.needles_per_turn", std::to_string(d.needles_per_turn)},
                {"protocol.load", core::format_quantity(d.load, "N", 8)}};
  for (auto& more : passes_of(d.passes, start.protocol.directions)) out.push_back(std::move(more));
  return out;
}

Case sized_case(const SizeTask& task, const Design& design) {
  core::Diagnostics errors;
  config::Tree written = config::Tree::parse(task.text, task.file, errors);
  taken_from(written);
  Overrides all = task.overrides;
  for (auto& more : overrides_of(design, task.start)) all.push_back(std::move(more));
  Case c = case_of(std::move(written), all);
  c.file = task.file;
  return c;
}

}  // namespace percuta::study
