// Several values of one key side by side: rows that fail stay with their reason, rows that are done stay done.

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "percuta/core/errors.h"
#include "percuta/study/run.h"

namespace percuta::study {
namespace fs = std::filesystem;
namespace {

/// A row before it is run: its case, or why it has none.
struct Planned {
  Row row;
  std::optional<Case> c;
};

std::vector<Planned> plan(const std::string& path, const Overrides& overrides) {
  const Case first = read_case(path, overrides);
  if (first.comparison.values.empty())
    throw core::InputError({{path, 0, 0, 1, "has no [compare] table", "",
                             "write for example\n  [compare]\n  key = \"device.needle.length\"\n  values = [\"0.5 mm\", \"1.0 mm\"]"}});
  std::vector<Planned> out;
  for (const auto& value : first.comparison.values) {
    Planned planned{{value, std::nullopt, "", core::Exit::done}, std::nullopt};
    try {
      planned.c = compared_case(path, overrides, first.comparison, value);
    } catch (const core::InputError& e) {
      planned.row.failure = e.what();
      planned.row.exit = e.exit();
    }
    out.push_back(std::move(planned));
  }
  return out;
}

/// The indentation curve that a result file holds, with what it cost. Throws FileError for one that is not whole.
insertion::IndentationCurve stored_curve(const std::string& file, const io::Provenance& facts) try {
  insertion::IndentationCurve curve;
  for (const auto& d : io::read_hdf5(file)) {
    if (d.path == "/insertion/indentation_displacement") curve.displacement = d.values;
    if (d.path == "/insertion/indentation_force") curve.force = d.values;
  }
  const auto cost = nlohmann::json::parse(io::fact(facts, "summary")).at("cost");
  curve.unknowns = cost.at("indentation_unknowns");
  curve.steps = cost.at("indentation_steps");
  curve.iterations = cost.at("indentation_iterations");
  curve.splice_shift = cost.at("indentation_splice_shift");
  if (const auto& splice = cost.at("indentation_splice_displacement"); !splice.is_null()) curve.splice_displacement = splice;
  return curve;
} catch (const nlohmann::json::exception&) {
  throw core::FileError(fmt::format("{}: is no whole result; take its folder away, and its row is solved again", file));
}

/// Rows that share skin and tip share one indentation curve, made long enough for all.
struct Reach {
  double length = 0.0, force = 0.0;
};

std::map<std::string, Reach> reaches(const std::vector<Planned>& rows) {
  std::map<std::string, Reach> out;
  for (const auto& planned : rows) {
    if (!planned.c) continue;
    auto& reach = out[indentation_key(planned.c->skin, planned.c->device.needle)];
    reach.length = std::max(reach.length, planned.c->device.needle.length);
    reach.force = std::max(reach.force, largest_force(planned.c->skin, planned.c->device.needle));
  }
  return out;
}

}  // namespace

std::vector<Row> compare(const std::string& path, const Overrides& overrides, core::Observer& observer, const std::function<void(const Row&)>& finished) {
  auto planned = plan(path, overrides);
  const auto reach = reaches(planned);
  std::vector<Row> rows;
  for (auto& [row, c] : planned) {
    if (c) try {
        const auto& needle = c->device.needle;
        const auto& far = reach.at(indentation_key(c->skin, needle));
        indentation(c->skin, needle, far.length, far.force, observer);
        row.result = run(*c, observer);
      } catch (const core::Interrupted&) {
        throw;
      } catch (const core::Error& e) {
        row.failure = e.what();
        row.exit = e.exit();
      } catch (const std::exception& e) {
        row.failure = fmt::format("a bug of ours, please report it with the case file: {}", e.what());
        row.exit = core::Exit::bug;
      }
    rows.push_back(std::move(row));
    if (finished) finished(rows.back());
    core::report(observer, "comparison", static_cast<double>(rows.size()) / static_cast<double>(planned.size()));
  }
  return rows;
}

std::size_t remember_rows(const std::string& folder, const std::string& path, const Overrides& overrides) {
  std::map<std::string, std::string> files;  // by what their curves belong to
  std::error_code error;
  for (const auto& item : fs::directory_iterator(folder, error))
    if (const auto file = item.path() / "results.h5"; fs::exists(file, error)) {
      const auto facts = io::read_provenance(file.string());
      if (const auto key = io::fact(facts, "indentation_key"); !key.empty()) files[key] = file.string();
    }
  std::size_t found = 0;
  for (const auto& planned : plan(path, overrides)) {
    if (!planned.c) continue;
    const auto file = files.find(indentation_key(planned.c->skin, planned.c->device.needle));
    if (file == files.end()) continue;
    auto curve = stored_curve(file->second, io::read_provenance(file->second));
    if (curve.displacement.size() < 3 || curve.force.size() != curve.displacement.size())
      throw core::FileError(fmt::format("{}: holds no curve to go on with; take its folder away, and its row is solved again", file->second));
    remember(planned.c->skin, planned.c->device.needle, std::move(curve));
    ++found;
  }
  return found;
}

}  // namespace percuta::study
