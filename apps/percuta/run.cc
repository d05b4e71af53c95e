#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/io/result.h"
#include "percuta/study/run.h"
#include "verbs.h"

namespace percuta::app {
namespace {

void print_summary(const io::Result& r, const Options& options) {
  if (options.json) {
    print(io::summary_json(r));
    return;
  }
  log(options, fmt::format("\n{}, {:g} N, {}", r.title, r.protocol.load, r.protocol.speed > 0.0 ? fmt::format("{:g} mm/s", r.protocol.speed * 1e3) : "slowly"));
  for (const auto& v : io::summary_values(r)) {
    const auto unit = core::find_unit(v.people_unit);
    const double factor = unit ? 1.0 / unit->si : 1.0;
    const std::string number =
        std::isfinite(v.value) ? fmt::format("{:.4g}{}", v.value * factor, v.sd > 0 ? fmt::format(" ± {:.2g}", v.sd * factor) : "") : "none";
    log(options, fmt::format("  {:<46} {} {}", v.label, number, std::isfinite(v.value) && v.people_unit != "1" ? v.people_unit : ""));
  }
  log(options, fmt::format("  {:<46} {}", "bleeding", channel::name(r.bleeding)));
  for (const auto& m : io::moments(r))
    log(options, fmt::format("  {:<46} {:+.1f} % needled depth, {:+.2f} % whole dermis", "collagen, " + m.label,
                             100.0 * (healing::at_day(r.healing, r.healing.collagen, m.day) - 1.0),
                             100.0 * (healing::at_day(r.healing, r.healing.whole_dermis_collagen, m.day) - 1.0)));
  for (const auto& w : r.warnings) log(options, "warning: " + w);
  if (!r.sources.empty()) log(options, "sources:");
  for (const auto& [tag, text] : r.sources) log(options, fmt::format("  [{}] {}", tag, text));
}

}  // namespace

int run(const std::string& case_file, const std::string& out, const Options& options) {
  const study::Case c = study::read_case(case_file, options.overrides());
  // The folder is claimed before the work begins: a run must not end in "no space to write".
  std::optional<io::ResultFolder> folder;
  std::optional<Charts> library;
  if (!out.empty()) {
    library = charts();
    folder.emplace(out, options.overwrite);
  }
  io::Result r;
  {
    Console console(options);
    r = study::run(c, console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  if (options.strict && !r.warnings.empty()) {
    for (const auto& w : r.warnings) log(options, "outside the model's range: " + w);
    return static_cast<int>(core::Exit::out_of_range);
  }
  if (folder) {
    io::write_result(r, *folder, "", library->script, library->style);
    folder->commit();
  }
  print_summary(r, options);
  if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  return 0;
}

}  // namespace percuta::app
