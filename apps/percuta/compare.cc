#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/io/result.h"
#include "percuta/study/run.h"
#include "verbs.h"

namespace percuta::app {
namespace {

std::string folder_name(std::string value) {
  for (char& ch : value)
    if (std::isalnum(static_cast<unsigned char>(ch)) == 0 && ch != '.' && ch != '-') ch = '_';
  return value;
}

std::string comparison_json(const std::vector<study::Row>& rows, const std::string& key) {
  nlohmann::ordered_json root{{"key", key}, {"rows", nlohmann::ordered_json::array()}};
  for (const auto& row : rows) {
    nlohmann::ordered_json item{{"value", row.value}};
    if (row.result) item["summary"] = nlohmann::ordered_json::parse(io::summary_json(*row.result));
    else item["failure"] = row.failure;
    root["rows"].push_back(item);
  }
  return root.dump(2) + "\n";
}

void print_table(const std::vector<study::Row>& rows, const std::string& key, const Options& options) {
  log(options, fmt::format("\n{:<12} {:>10} {:>8} {:>12} {:>12} {:>12} {:>14}", key.substr(key.rfind('.') + 1), "pierced", "share", "puncture", "density",
                           "collagen", "whole dermis"));
  log(options, fmt::format("{:<12} {:>10} {:>8} {:>12} {:>12} {:>12} {:>14}", "", "mm", "%", "mN", "/cm2", "d 180, %", "d 180, %"));
  for (const auto& row : rows) {
    if (!row.result) {
      log(options, fmt::format("{:<12} failed: {}", row.value, row.failure));
      continue;
    }
    const auto& r = *row.result;
    log(options,
        fmt::format("{:<12} {:>10.3f} {:>8.1f} {:>12} {:>12.1f} {:>+12.1f} {:>+14.2f}", row.value, r.channel.depth * 1e3,
                    100.0 * r.channel.depth / r.device.needle.length, r.insertion.punctured ? fmt::format("{:.1f}", r.insertion.puncture_force * 1e3) : "none",
                    (r.channel.depth > 0.0 ? r.field.density : 0.0) / 1e4, 100.0 * (r.healing.collagen.back() - 1.0),
                    100.0 * (r.healing.whole_dermis_collagen.back() - 1.0)));
  }
}

}  // namespace

int compare(const std::string& case_file, const std::string& out, const Options& options) {
  const auto overrides = options.overrides();
  const study::Case first = study::read_case(case_file, overrides);
  std::optional<io::ResultFolder> folder;
  std::optional<Charts> library;
  if (!out.empty()) {
    library = charts();
    folder.emplace(out, options.overwrite);
  }
  std::vector<study::Row> rows;
  {
    Console console(options);
    rows = study::compare(case_file, overrides, console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  std::vector<const io::Result*> results;
  std::vector<std::string> labels;
  for (const auto& row : rows)
    if (row.result) {
      results.push_back(&*row.result);
      labels.push_back(row.value);
    }
  if (folder) {
    folder->write("comparison.json", comparison_json(rows, first.comparison.key));
    for (std::size_t k = 0; k < results.size(); ++k) io::write_result(*results[k], *folder, folder_name(labels[k]), library->script, library->style);
    if (!results.empty()) folder->write("report.html", io::report_html(results, labels, library->script, library->style));
    folder->commit();
  }
  if (options.json) print(comparison_json(rows, first.comparison.key));
  else print_table(rows, first.comparison.key, options);
  if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  return results.empty() ? static_cast<int>(core::Exit::solve) : 0;
}

}  // namespace percuta::app
