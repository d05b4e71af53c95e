#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <functional>
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

/// Folders of the rows: letters, digits, dots and dashes of the value, at most 60, none twice and
/// none the name of a file of ours.
class FolderNames {
 public:
  std::string of(const std::string& value) {
    std::string name;
    for (const char ch : value.substr(0, 60))
      name += std::isalnum(static_cast<unsigned char>(ch)) != 0 || ch == '-' ||
                      (ch == '.' && !name.empty())
                  ? ch
                  : '_';
    if (name.empty()) name = "_";
    std::string unique = name;
    for (int k = 2; !taken_.insert(unique).second; ++k) unique = fmt::format("{}-{}", name, k);
    return unique;
  }

 private:
  std::set<std::string> taken_{"comparison.json", "report.html"};
};

/// What is compared: the keys in words, and the value of each in every row.
struct Plan {
  std::string key;  ///< "device.needle.length, protocol.load"
  std::vector<study::Combination> rows;
};

std::string comparison_json(const std::vector<study::Row>& rows, const Plan& plan) {
  using Json = nlohmann::ordered_json;
  Json root{{"key", plan.key}, {"rows", Json::array()}};
  FolderNames names;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const auto& row = rows[k];
    Json item{{"value", row.value}, {"values", Json::object()}};
    for (const auto& [key, value] : plan.rows[k].values) item["values"][key] = value;
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

/// "length, load" of "device.needle.length, protocol.load".
std::string short_names(const std::string& keys) {
  std::string out;
  for (std::size_t begin = 0; begin < keys.size();) {
    const auto end = std::min(keys.find(", ", begin), keys.size());
    const auto key = keys.substr(begin, end - begin);
    out += (out.empty() ? "" : ", ") + key.substr(key.rfind('.') + 1);
    begin = end + 2;
  }
  return out;
}

/// "d 90, %" when all rows end on one day.
std::string last_day(const std::vector<study::Row>& rows) {
  std::set<double> days;
  for (const auto& row : rows)
    if (row.result && study::healed(*row.result))
      days.insert(row.result->healing.time.back() / core::kDay);
  return days.size() == 1 ? fmt::format("d {:g}, %", *days.begin()) : "last d, %";
}

/// Columns of the table after the row's value: head, unit, what is written.
struct Column {
  std::string head, unit;
  int width;
  std::function<std::string(const study::Result&)> text;
};

std::vector<Column> columns(const std::string& day, bool healed) {
  using R = study::Result;
  const auto if_pierced = [](auto text) {
    return [text](const R& r) { return study::pierced(r) ? text(r) : std::string("none"); };
  };
  std::vector<Column> out{
      {"pierce", "%", 8, [](const R& r) { return fmt::format("{:.1f}", 100.0 * r.depths.share); }},
      {"depth", "mm", 8,
       if_pierced([](const R& r) { return fmt::format("{:.3f}", r.channel.depth * 1e3); })},
      {"90 % between", "mm", 13, if_pierced([](const R& r) {
         return fmt::format("{:.3f}-{:.3f}", r.depths.low * 1e3, r.depths.high * 1e3);
       })},
      {"density", "/cm2", 10,
       [](const R& r) { return fmt::format("{:.1f}", r.field.channel_density / 1e4); }}};
  if (healed) {
    out.push_back({"collagen", day, 12, [](const R& r) {
                     return fmt::format("{:+.1f}", 100.0 * (r.healing.collagen.back() - 1.0));
                   }});
    out.push_back({"whole dermis", day, 14, [](const R& r) {
                     return fmt::format("{:+.2f}",
                                        100.0 * (r.healing.dermis.collagen.back() - 1.0));
                   }});
    return out;
  }
  out.push_back({"within 0.2 mm", "%", 14, [](const R& r) {
                   return fmt::format("{:.1f}", 100.0 * r.field.pattern.covered[1]);
                 }});
  out.push_back({"bare radius", "mm", 12, if_pierced([](const R& r) {
                   return fmt::format("{:.2f}", r.field.pattern.largest_untreated_circle * 1e3);
                 })});
  out.push_back({"bleeding", "/cm2", 10, [](const R& r) {
                   return fmt::format("{:.1f}", r.bleeding_shares.bleeding_density / 1e4);
                 }});
  return out;
}

void print_table(const std::vector<study::Row>& rows, const std::string& key, study::Until until,
                 const Options& options) {
  const auto shown = columns(last_day(rows), until == study::Until::healing);
  std::size_t widest = 12;
  for (const auto& row : rows)
    widest = std::max(widest, std::min<std::size_t>(40, core::length(row.value)));
  const auto label = [&](const std::string& text) {
    const auto cut = core::printable(text, 40);
    return cut + std::string(widest > core::length(cut) ? widest - core::length(cut) : 0, ' ');
  };
  std::string heads = "\n" + label(short_names(key)), units = label("");
  for (const auto& column : shown) {
    heads += fmt::format(" {:>{}}", column.head, column.width);
    units += fmt::format(" {:>{}}", column.unit, column.width);
  }
  log(options, heads);
  log(options, units);
  for (const auto& row : rows) {
    std::string line = label(row.value);
    if (!row.result) line += " failed: " + row.failure;
    else
      for (const auto& column : shown)
        line += fmt::format(" {:>{}}", column.text(*row.result), column.width);
    log(options, line);
  }
}

void write(const std::vector<study::Row>& rows, const Plan& plan, io::ResultFolder& folder,
           const Charts& library) {
  folder.write("comparison.json", comparison_json(rows, plan));
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
  if (!results.empty())
    folder.write("report.html", report::report_html(results, labels, library.script, library.style,
                                                    failures, plan.key));
  folder.commit();
}

/// Rows that the interruption left out stay in the table, so that nobody takes it for the whole.
void fill_up(std::vector<study::Row>& rows, const std::vector<study::Combination>& planned) {
  for (std::size_t k = rows.size(); k < planned.size(); ++k)
    rows.push_back({planned[k].label, std::nullopt, "interrupted before it was done",
                    core::Exit::interrupted});
}

/// "device.needle.length, protocol.load".
std::string names(const std::vector<study::Comparison>& all) {
  std::string out;
  for (const auto& c : all) out += (out.empty() ? "" : ", ") + c.key;
  return out;
}

/// Raised after a row that failed, when the rest is not wanted.
struct FailedRow {};

}  // namespace

int compare(const std::vector<std::string>& case_files, const std::string& out,
            const CompareOptions& in, const Options& options) {
  const auto overrides = options.overrides();
  const auto compared = study::compared(case_files, overrides, in.vary);
  const Plan plan{names(compared), study::combinations(compared)};
  if (options.resume && out.empty())
    throw core::Error(core::Exit::usage,
                      "--resume goes with -o: the folder of the comparison to go on with");
  if (options.resume) {
    if (!std::filesystem::exists(std::filesystem::path(out) / "comparison.json"))
      throw core::FileError(fmt::format("{}: holds no comparison to go on with", out));
    log(options, fmt::format("{} of {} rows go on with what {} holds",
                             study::remember_rows(out, case_files, overrides, in.vary),
                             plan.rows.size(), out));
  }
  const auto claimed = claim(out, options.overwrite || options.resume);
  std::vector<study::Row> rows;
  bool interrupted = false;
  std::optional<core::Error> failure;
  try {
    Console console(options);
    const auto keep = [&](const study::Row& row) {
      rows.push_back(row);
      if (in.fail_fast && !row.result) throw FailedRow();
    };
    study::compare(case_files, overrides, console, keep, in.vary, in.until);
  } catch (const core::Interrupted&) {
    const bool any = std::any_of(rows.begin(), rows.end(),
                                 [](const auto& row) { return row.result.has_value(); });
    if (!claimed || !any) throw;
    interrupted = true;
  } catch (const FailedRow&) {
    failure.emplace(rows.back().exit, fmt::format("{}: {}", core::printable(rows.back().value, 60),
                                                  rows.back().failure));
  }
  const std::size_t done = rows.size();
  if (interrupted || failure) fill_up(rows, plan.rows);
  if (claimed) write(rows, plan, claimed->folder, claimed->charts);
  if (failure) throw core::Error(*failure);
  if (interrupted)
    throw core::Error(
        core::Exit::interrupted,
        fmt::format(
            "interrupted; {} of {} rows are in {}; go on with the same command and --resume", done,
            plan.rows.size(), out));
  if (options.json) print(comparison_json(rows, plan));
  else print_table(rows, plan.key, in.until, options);
  if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  const auto failed =
      std::count_if(rows.begin(), rows.end(), [](const auto& row) { return !row.result; });
  if (failed == 0) return 0;
  log(options, fmt::format("warning: {} of {} rows failed", failed, rows.size()));
  return failed == static_cast<long>(rows.size()) ? static_cast<int>(rows.front().exit) : 0;
}

}  // namespace percuta::app
