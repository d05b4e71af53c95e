#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "percuta/core/errors.h"
#include "percuta/evidence/calibrate.h"
#include "percuta/evidence/delivery.h"
#include "percuta/evidence/devices.h"
#include "percuta/evidence/healing.h"
#include "percuta/evidence/law_curves.h"
#include "percuta/evidence/levels.h"
#include "percuta/io/file.h"
#include "percuta/report/law_plot.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"
#include "verbs.h"

namespace percuta::app {
namespace {

void print_rows(const std::vector<evidence::Comparand>& rows, const Options& options) {
  if (options.json) {
    nlohmann::json out = nlohmann::json::array();
    for (const auto& r : rows) {
      nlohmann::json measured = nullptr;
      if (!std::isnan(r.measured)) measured = r.measured;
      out.push_back({{"name", r.name},
                     {"measured", measured},
                     {"computed", r.computed},
                     {"unit", r.unit},
                     {"remark", r.remark},
                     {"calibrates", r.calibrates}});
    }
    print(out.dump(2));
    return;
  }
  for (const auto& r : rows)
    print(fmt::format("{:<58} computed {:<10.4g} measured {:<10} {:<3} {}{}", r.name, r.computed,
                      std::isnan(r.measured) ? "-" : fmt::format("{:.4g}", r.measured), r.unit,
                      r.remark, r.calibrates ? " (calibrates)" : ""));
}

}  // namespace

int calibrate(const CalibrateOptions& asked, bool write, const std::string& out,
              const Options& options) {
  if (!asked.data.empty() || !asked.constants.empty() || !out.empty() || options.overwrite)
    throw core::Error(core::Exit::usage,
                      "calibrate toughness has no --data, --constants and -o: they are those of "
                      "calibrate healing");
  Console console(options);
  const auto c = evidence::calibrate(console);
  const auto text = evidence::calibration_toml(c);
  if (write) {
    const auto path =
        std::filesystem::path(study::data_folder()) / "materials" / "human-calibrated.toml";
    io::replace_file(path.string(), text);
    log(options, "wrote " + path.string());
  }
  if (options.json) print_rows(c.table, options);
  else print(text);
  return 0;
}

int law_plot(const std::string& case_file, const std::string& out, const Options& options) {
  if (!out.empty() && !out.ends_with(".svg"))
    throw core::Error(
        core::Exit::usage,
        fmt::format("-o {}: the picture is SVG; write a name that ends in .svg", out));
  const auto c = evidence::law_curves(study::read_case(case_file, options.overrides()));
  if (!out.empty()) {
    io::replace_file(out, report::law_svg(c));
    log(options, "wrote " + out);
  }
  const auto series = [](const report::LawSeries& s) {
    return nlohmann::json{{"name", s.name}, {"x", s.x},       {"y", s.y},
                          {"low", s.low},   {"high", s.high}, {"measured", s.measured}};
  };
  if (options.json) {
    nlohmann::json root;
    for (const auto& panel : c) {
      nlohmann::json p{
          {"x", panel.x_label}, {"y", panel.y_label}, {"series", nlohmann::json::array()}};
      for (const auto& s : panel.series) p["series"].push_back(series(s));
      root[panel.title] = p;
    }
    print(root.dump(2));
  } else if (out.empty()) {
    for (const auto& panel : c) {
      print(fmt::format("{}: {} against {}", panel.title, panel.y_label, panel.x_label));
      for (const auto& s : panel.series) {
        std::string line = fmt::format("  {:<58}", s.name);
        const std::size_t stride = std::max<std::size_t>(1, (s.x.size() - 1) / 4);
        for (std::size_t k = 0; k < s.x.size(); k += stride)
          line += fmt::format(" {:.3g}: {:<9.3g}", s.x[k], s.y[k]);
        print(line);
      }
    }
  }
  return 0;
}

int validate(const std::string& level, const Options& options) {
  Console console(options);
  print_rows(level == "solid"    ? evidence::validate_solid(console)
             : level == "device" ? evidence::validate_device(console)
                                 : evidence::validate(console),
             options);
  return 0;
}

int verify(const Options& options) {
  nlohmann::json out = nlohmann::json::array();
  bool all = true;
  {
    Console console(options);
    study::verification_model().run(console, [&](const insertion::VerificationRow& r) {
      all = all && r.passed;
      const auto finite = [](double v) {
        return std::isfinite(v) ? nlohmann::json(v) : nlohmann::json(nullptr);
      };
      out.push_back({{"name", r.name},
                     {"source", r.source},
                     {"unit", r.unit},
                     {"expected", r.expected},
                     {"values", r.values},
                     {"order", finite(r.order)},
                     {"tolerance", r.tolerance},
                     {"passed", r.passed},
                     {"unknowns", r.unknowns},
                     {"iterations", r.iterations},
                     {"seconds", r.seconds}});
      if (options.json) return;
      std::string values;
      for (const double v : r.values) values += fmt::format(" {:.6g}", v);
      print(
          fmt::format("{} {:<50}{} {} (expected {:.6g}, {}; within {:g} %); order {}; {} unknowns, "
                      "{} iterations, {:.1f} s",
                      r.passed ? "ok  " : "MISS", r.name, values, r.unit == "1" ? "" : r.unit,
                      r.expected, r.source, 100.0 * r.tolerance,
                      std::isfinite(r.order) ? fmt::format("{:.1f}", r.order) : "-", r.unknowns,
                      r.iterations, r.seconds));
    });
  }
  if (options.json) print(out.dump(2));
  return all ? 0 : static_cast<int>(core::Exit::out_of_range);
}

int make_evidence(const std::string& table, bool write, const Options& options) {
  static const std::map<std::string, std::string (*)(core::Observer&)> makers{
      {"levels", evidence::levels_csv},
      {"rolled-hole", evidence::rolled_hole_csv},
      {"delivery-cases", evidence::delivery_cases_csv},
      {"delivery-table", evidence::delivery_table_csv},
      {"delivery-levels", evidence::delivery_levels_csv},
      {"healing-cases", evidence::healing_cases_csv},
      {"healing-table", evidence::healing_table_csv},
      {"furrow-stiffness", evidence::furrow_stiffness_csv},
      {"healing-sets", evidence::healing_sets_csv},
      {"healing-sensitivity", evidence::healing_sensitivity_csv}};
  Console console(options);
  const auto text = makers.at(table)(console);
  if (!write) {
    print(text);
    return 0;
  }
  const auto file = std::filesystem::path(study::data_folder()) / "evidence" / (table + ".csv");
  io::replace_file(file.string(), text);
  log(options, fmt::format("wrote {}", file.string()));
  return 0;
}

int make_depths(bool write, const Options& options) {
  Console console(options);
  const auto rows = evidence::device_depths(console);
  if (!write) {
    print(evidence::device_depths_csv(rows));
    return 0;
  }
  const auto folder = std::filesystem::path(study::data_folder()) / "evidence";
  std::filesystem::create_directories(folder);
  io::replace_file((folder / "device-depths.csv").string(), evidence::device_depths_csv(rows));
  io::replace_file((folder / "device-depths.svg").string(), evidence::device_depths_svg(rows));
  log(options, fmt::format("wrote {}", (folder / "device-depths.csv").string()));
  return 0;
}

int make_responses(const std::string& skins, bool missing, bool write, const Options& options) {
  Console console(options);
  std::vector<std::string> wanted;
  std::istringstream list(skins);
  for (std::string name; std::getline(list, name, ',');) wanted.push_back(name);
  if (wanted.empty()) wanted = study::entry_names("skins");
  const auto folder = std::filesystem::path(study::data_folder()) / "tables";
  std::set<std::string> made;
  const auto put = [&](const std::string& kind, const std::string& key, const std::string& of,
                       const auto& text) {
    const auto name = study::table_name(kind, key);
    if (!made.insert(name).second) return;
    if (missing && std::filesystem::exists(folder / name)) return;
    const auto table = text();
    if (write) io::replace_file((folder / name).string(), table);
    else print(table);
    log(options, fmt::format("{}: {}", name, of));
  };
  for (const auto& skin : wanted)
    for (const auto& device : study::entry_names("devices")) {
      // The shortest needle stands for all of its device: a response serves every length that the
      // skin is thick enough for.
      const bool pen =
          device::kind(
              study::parse_case(fmt::format("skin = \"cheek\"\ndevice = \"{}\"\n", device), "table")
                  .device) == "pen";
      const auto c =
          study::parse_case(fmt::format("skin.base = \"{}\"\ndevice.base = \"{}\"\n{}", skin,
                                        device, pen ? "" : "device.needle.length = \"0.2 mm\"\n"),
                            "table");
      const auto* roller = std::get_if<device::Roller>(&c.device.head);
      const double radius = device::cell_radius(c.device);
      const auto cell = study::cell_key(c.skin, c.device.needle, radius),
                 drum = roller == nullptr ? "" : study::drum_key(c.skin, roller->drum_radius);
      put("cell", cell, fmt::format("{}, needle of {}", skin, device), [&] {
        return insertion::cell_table(study::solve_cell(c.skin, c.device.needle, radius, console),
                                     cell);
      });
      if (roller == nullptr) continue;
      put("drum", drum, fmt::format("{}, drum of {}", skin, device), [&] {
        return rolling::drum_table(study::solve_drum(c.skin, roller->drum_radius, console), drum);
      });
    }
  return 0;
}

int make_table(const std::string& name, const std::string& alphas, const Options& options) {
  if (name != "crack-opening")
    throw core::Error(core::Exit::usage,
                      fmt::format("table {}: the only table is crack-opening", name));
  Console console(options);
  std::string text =
      "# Crack-opening energy f(b/R; alpha) of a rigid circle in a plane crack of an "
      "incompressible Ogden solid, and the\n"
      "# contact force round the circle over mu R. Computed by percuta_fem; remake with: percuta "
      "table crack-opening\n"
      "alpha,b_over_r,f,normal_force\n";
  std::istringstream list(alphas);
  double alpha = 0.0;
  for (char comma = ','; list >> alpha; list >> comma) {
    int done = 0;
    const auto samples = study::crack_opening_model().sweep(
        alpha, study::crack_ratios(), [&](const insertion::CrackOpening&) {
          core::report(console, fmt::format("alpha {:g}", alpha),
                       ++done / static_cast<double>(study::crack_ratios().size()));
        });
    for (const auto& s : samples)
      text +=
          fmt::format("{:g},{:g},{:.10g},{:.10g}\n", alpha, s.b_over_r, s.energy, s.normal_force);
    if (samples.size() < study::crack_ratios().size())
      log(options,
          fmt::format(
              "alpha {:g}: the sweep ended at b/R = {:g}; below, the table follows its end slope",
              alpha, samples.back().b_over_r));
  }
  print(text);
  return 0;
}

}  // namespace percuta::app
