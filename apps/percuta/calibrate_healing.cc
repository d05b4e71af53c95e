#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/evidence/wound_fit.h"
#include "percuta/healing/record.h"
#include "percuta/io/file.h"
#include "percuta/study/catalogue.h"
#include "verbs.h"

namespace percuta::app {
namespace {

std::string known(const evidence::FittedConstant& c) {
  if (c.at_bound) return "not identified: at its bound";
  if (!c.identified())
    return std::isfinite(c.relative_error)
               ? fmt::format("not identified: standard error {:.0f} %", 100.0 * c.relative_error)
               : "not identified: no course depends on it";
  return fmt::format("standard error {:.2g} %", 100.0 * c.relative_error);
}

void print_fit(const evidence::WoundFit& fit) {
  print(fmt::format("{}\n  {:<26} {:>16} {:>16}", fit.title, "constant", "present", "fitted"));
  for (const auto& c : fit.constants)
    print(fmt::format("  {:<26} {:>16} {:>16}  {}", c.name,
                      core::format_quantity(c.present, c.unit, 3),
                      core::format_quantity(c.fitted, c.unit, 3), known(c)));
  print(fmt::format("  {:<26} {:>16} {:>16}  points", "misfit in spreads", "present", "fitted"));
  for (const auto& m : fit.courses)
    print(fmt::format("  {:<26} {:>16.3g} {:>16.3g}  {}", m.name, m.before, m.after, m.points));
}

}  // namespace

int calibrate_healing(const CalibrateOptions& asked, bool write, const std::string& out,
                      const Options& options) {
  if (write)
    throw core::Error(core::Exit::usage,
                      "calibrate healing changes nothing by itself: -o FILE writes a table for a "
                      "case");
  if (!out.empty() && !options.overwrite && std::filesystem::exists(out))
    throw core::FileError(fmt::format("{} is there already; choose another name", out),
                          core::Advice::overwrite);
  auto data = evidence::read_wound_data(
      asked.data.empty()
          ? (std::filesystem::path(study::data_folder()) / "calibration" / "excised-wound.toml")
                .string()
          : asked.data);
  if (!asked.constants.empty()) data.constants = asked.constants;
  evidence::WoundFit fit;
  {
    Console console(options);
    fit = evidence::fit_wound(data, healing::default_parameters(), console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  if (!out.empty()) io::replace_file(out, evidence::wound_fit_toml(fit));
  if (options.json) print(evidence::wound_fit_json(fit));
  else print_fit(fit);
  if (!fit.converged)
    log(options, fmt::format("warning: no minimum within {} evaluations; these are the best values "
                             "of them",
                             fit.evaluations));
  log(options, out.empty() ? "nothing is changed; -o FILE writes a table for a case"
                           : "wrote " + out + ", a table for a case; nothing else is changed");
  return 0;
}

}  // namespace percuta::app
