#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/core/text.h"
#include "percuta/report/report.h"
#include "percuta/study/run.h"
#include "verbs.h"

namespace percuta::app {
namespace {

/// Folders of the rows: letters, digits, dots and dashes of the value, at most 60, none twice and none the name of a file of ours.
class FolderNames {
 public:
  std::string of(const std::string& value) {
    std::string name;
    for (const char ch : value.substr(0, 60)) name += std::isalnum(static_cast<unsigned char>(ch)) != 0 || ch == '-' || (ch == '.' && !name.empty()) ? ch : '_';
    if (name.empty()) name = "_";
    std::string unique = name;
    for (int k = 2; !taken_.insert(unique).second; ++k) unique = fmt::format("{}-{}", name, k);
    return unique;
  }

 private:
  std::set<std::string> taken_{"comparison.json", "report.html"};
};

std::string comparison_json(const std::vector<study::Row>& rows, const std::string& key) {
  using Json = nlohmann::ordered_json;
  Json root{{"key", key}, {"rows", Json::array()}};
  FolderNames names;
  for (const auto& row : rows) {
    Json item{{"value", row.value}};
    if (row.result) {
      item["folder"] = names.of(row.value);
      item["summary"] = Json::parse(study::summary_json(*row.result));
    } else {
      item["failure"] = row.failure;
      item["exit_code"] = static_cast<int>(row.exit);
    }
    root["rows"].push_back(item);
  }
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// "d 90, %" when all rows end on one day.
std::string last_day(const std::vector<study::Row>& rows) {
  std::set<double> days;
  for (const auto& row : rows)
    if (row.result) days.insert(row.result->healing.days.back());
  return days.size() == 1 ? fmt::format("d {:g}, %", *days.begin()) : "last d, %";
}

void print_table(const std::vector<study::Row>& rows, const std::string& key, const Options& options) {
  const std::string day = last_day(rows);
  std::size_t widest = 12;
  for (const auto& row : rows) widest = std::max(widest, std::min<std::size_t>(40, core::length(row.value)));
  const auto label = [&](const std::string& text) {
    const auto shown = core::printable(text, 40);
    return shown + std::string(widest > core::length(shown) ? widest - core::length(shown) : 0, ' ');
  };
  log(options, fmt::format("\n{} {:>8} {:>8} {:>13} {:>10} {:>12} {:>14}", label(key.substr(key.rfind('.') + 1)), "pierce", "depth", "90 % between", "density",
                           "collagen", "whole dermis"));
  log(options, fmt::format("{} {:>8} {:>8} {:>13} {:>10} {:>12} {:>14}", label(""), "%", "mm", "mm", "/cm2", day, day));
  for (const auto& row : rows) {
    if (!row.result) {
      log(options, fmt::format("{} failed: {}", label(row.value), row.failure));
      continue;
    }
    const auto& r = *row.result;
    const bool pierced = study::pierced(r);
    log(options, fmt::format("{} {:>8.1f} {:>8} {:>13} {:>10.1f} {:>+12.1f} {:>+14.2f}", label(row.value), 100.0 * r.depths.share,
                             pierced ? fmt::format("{:.3f}", r.channel.depth * 1e3) : "none",
                             pierced ? fmt::format("{:.3f}-{:.3f}", r.depths.low * 1e3, r.depths.high * 1e3) : "none", r.field.channel_density / 1e4,
                             100.0 * (r.healing.collagen.back() - 1.0), 100.0 * (r.healing.whole_dermis_collagen.back() - 1.0)));
  }
}

void write(const std::vector<study::Row>& rows, const std::string& key, io::ResultFolder& folder, const Charts& library) {
  folder.write("comparison.json", comparison_json(rows, key));
  std::vector<const study::Result*> results;
  std::vector<std::string> labels;
  std::vector<std::pair<std::string, std::string>> failures;
  FolderNames names;
  for (const auto& row : rows) {
    if (!row.result) {
      failures.emplace_back(row.value, row.failure);
      continue;
    }
    results.push_back(&*row.result);
    labels.push_back(row.value);
    report::write_result(*row.result, folder, names.of(row.value), library.script, library.style);
  }
  if (!results.empty()) folder.write("report.html", report::report_html(results, labels, library.script, library.style, failures));
  folder.commit();
}

/// Rows that the interruption left out stay in the table, so that nobody takes it for the whole.
void fill_up(std::vector<study::Row>& rows, const std::vector<std::string>& values) {
  for (std::size_t k = rows.size(); k < values.size(); ++k)
    rows.push_back({values[k], std::nullopt, "interrupted before it was done", core::Exit::interrupted});
}

}  // namespace

int compare(const std::string& case_file, const std::string& out, const Options& options) {
  const auto overrides = options.overrides();
  const auto comparison = study::read_case(case_file, overrides).comparison;
  if (options.resume && out.empty()) throw core::Error(core::Exit::usage, "--resume goes with -o: the folder of the comparison to go on with");
  if (options.resume) {
    if (!std::filesystem::exists(std::filesystem::path(out) / "comparison.json"))
      throw core::FileError(fmt::format("{}: holds no comparison to go on with", out));
    log(options, fmt::format("{} of {} rows go on with what {} holds", study::remember_rows(out, case_file, overrides), comparison.values.size(), out));
  }
  std::optional<io::ResultFolder> folder;
  std::optional<Charts> library;
  if (!out.empty()) {
    library = charts();
    folder.emplace(out, options.overwrite || options.resume);
  }
  std::vector<study::Row> rows;
  bool interrupted = false;
  try {
    Console console(options);
    study::compare(case_file, overrides, console, [&](const study::Row& row) { rows.push_back(row); });
  } catch (const core::Interrupted&) {
    const bool any = std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.result.has_value(); });
    if (!folder || !any) throw;
    interrupted = true;
  }
  const std::size_t done = rows.size();
  if (interrupted) fill_up(rows, comparison.values);
  if (folder) write(rows, comparison.key, *folder, *library);
  if (interrupted)
    throw core::Error(core::Exit::interrupted,
                      fmt::format("interrupted; {} of {} rows are in {}; go on with the same command and --resume", done, comparison.values.size(), out));
  if (options.json) print(comparison_json(rows, comparison.key));
  else print_table(rows, comparison.key, options);
  if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  const auto failed = std::find_if(rows.begin(), rows.end(), [](const auto& row) { return !row.result; });
  return failed == rows.end() ? 0 : static_cast<int>(failed->exit);
}

}  // namespace percuta::app
