// Several values of one key side by side: rows that fail stay with their reason, rows that are done
// stay done.

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"

namespace percuta::study {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostRows = 10000;

/// A row before it is run: its case, or why it has none.
struct Planned {
  Row row;
  std::optional<Case> c;
};

void demand_few(const std::vector<Comparison>& comparisons, const std::string& file) {
  std::size_t rows = 1;
  for (const auto& c : comparisons) rows *= c.values.size();
  if (rows > kMostRows)
    throw core::InputError({{file, 0, 0, 1, fmt::format("would be compared in {} rows", rows), "",
                             fmt::format("(allowed at most {})", kMostRows)}});
}

std::vector<Planned> plan(const std::vector<std::string>& files, const Overrides& overrides,
                          const std::vector<std::string>& vary) {
  std::vector<Planned> out;
  for (const auto& row : combinations(compared(files, overrides, vary))) {
    Planned planned{{row.label, std::nullopt, "", core::Exit::done}, std::nullopt};
    try {
      planned.c = compared_case(files.front(), overrides, row);
    } catch (const core::InputError& e) {
      planned.row.failure = e.what();
      planned.row.exit = e.exit();
    }
    out.push_back(std::move(planned));
  }
  return out;
}

}  // namespace

std::vector<Comparison> compared(const std::vector<std::string>& files, const Overrides& overrides,
                                 const std::vector<std::string>& vary) {
  const Case first = read_case(files.front(), overrides);
  if (files.size() < 2) return compared(first, vary);
  std::set<std::string> seen;
  for (const auto& file : files) {
    if (!seen.insert(read_case(file, overrides).file).second)
      throw core::InputError(
          {{file, 0, 0, 1, "is compared with itself", "", "give every case file once"}});
  }
  std::vector<Comparison> out{{kCaseKey, files}};
  if (!vary.empty())
    for (auto& more : compared(first, vary)) out.push_back(std::move(more));
  demand_few(out, files.front());
  return out;
}

std::vector<Comparison> compared(const Case& first, const std::vector<std::string>& vary) {
  std::vector<Comparison> out;
  for (const auto& text : vary) {
    out.push_back(parse_comparison(text));
    const auto same = std::count_if(out.begin(), out.end(),
                                    [&](const auto& c) { return c.key == out.back().key; });
    if (same > 1)
      throw core::InputError({{"vary", 0, 0, 1, out.back().key + " stands twice", "",
                               "give all of its values at once", out.back().key}});
  }
  if (out.empty() && !first.comparison.values.empty()) out.push_back(first.comparison);
  demand_few(out, first.file);
  if (out.empty())
    throw core::InputError({{first.file, 0, 0, 1, "has no [compare] table", "",
                             "write for example\n  [compare]\n  key = \"device.needle.length\"\n  "
                             "values = [\"0.5 mm\", \"1.0 mm\"]"}});
  return out;
}

std::vector<Row> compare(const std::vector<std::string>& files, const Overrides& overrides,
                         core::Observer& observer, const std::function<void(const Row&)>& finished,
                         const std::vector<std::string>& vary, Until until) {
  auto planned = plan(files, overrides, vary);
  std::vector<Row> rows;
  for (auto& [row, c] : planned) {
    if (c) try {
        row.result = until == Until::channels ? roll(*c, observer) : run(*c, observer);
      } catch (const core::Interrupted&) {
        throw;
      } catch (const core::Error& e) {
        row.failure = e.what();
        row.exit = e.exit();
      } catch (const std::exception& e) {
        row.failure =
            fmt::format("a bug of ours, please report it with the case file: {}", e.what());
        row.exit = core::Exit::bug;
      }
    rows.push_back(std::move(row));
    if (finished) finished(rows.back());
    core::report(observer, "comparison",
                 static_cast<double>(rows.size()) / static_cast<double>(planned.size()));
  }
  return rows;
}

std::size_t remember_rows(const std::string& folder, const std::vector<std::string>& files,
                          const Overrides& overrides, const std::vector<std::string>& vary) {
  plan(files, overrides, vary);  // what cannot be compared is no comparison to go on with
  std::size_t found = 0;
  std::error_code error;
  for (const auto& item : fs::directory_iterator(folder, error))
    if (const auto file = (item.path() / "results.h5").string(); fs::exists(file, error)) {
      const auto facts = io::read_provenance(file);
      const auto cell = io::fact(facts, "cell_key"), drum = io::fact(facts, "drum_key");
      try {
        remember(cell, insertion::read_cell_table(io::fact(facts, "cell_table"), cell, file));
        remember(drum, rolling::read_drum_table(io::fact(facts, "drum_table"), drum, file));
      } catch (const core::FileError& e) {
        throw core::FileError(
            fmt::format("{}; take its folder away, and its row is solved again", e.what()));
      }
      ++found;
    }
  return found;
}

}  // namespace percuta::study
