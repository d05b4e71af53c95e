#include <fmt/format.h>
#include <cmath>

#include "percuta/core/errors.h"
#include "percuta/report/report.h"
#include "percuta/study/rerun.h"
#include "percuta/study/run.h"
#include "verbs.h"

namespace percuta::app {
namespace {

void print_summary(const study::Result& r, const Options& options) {
  if (options.json) {
    print(study::summary_json(r));
    return;
  }
  log(options,
      fmt::format(
          "\n{}, {}{}", r.title,
          device::kind(r.device) == "pen" ? "" : fmt::format("{:g} N, ", r.protocol.load),
          r.protocol.speed > 0.0 ? fmt::format("{:g} mm/s", r.protocol.speed * 1e3) : "slowly"));
  print_figures(study::document(r), options);
  for (const auto& m : study::moments(r))
    log(options,
        fmt::format(
            "  {:<56} {:+.1f} % needled depth, {:+.2f} % whole dermis", "collagen, " + m.label,
            100.0 * (healing::at_time(r.healing, r.healing.collagen, m.time) - 1.0),
            100.0 * (healing::at_time(r.healing, r.healing.dermis.collagen, m.time) - 1.0)));
  for (const auto& w : r.warnings) log(options, "warning: " + w);
  if (!r.sources.empty()) log(options, "sources:");
  for (const auto& [tag, text] : r.sources) log(options, fmt::format("  [{}] {}", tag, text));
}

}  // namespace

int run(const std::string& case_file, const std::string& out, const Options& options) {
  return run(study::read_case(case_file, options.overrides()), out, study::Until::healing, options);
}

int roll(const std::string& case_file, const std::string& out, const CompareOptions& in,
         const Options& options) {
  if (!in.vary.empty()) return compare(case_file, out, in, options);
  return run(study::read_case(case_file, options.overrides()), out, study::Until::channels,
             options);
}

int rerun(const std::string& results, const std::string& out, const Options& options) {
  const auto origin = study::read_origin(results);
  if (origin.type == "percuta result") return run(origin.c, out, study::Until::healing, options);
  if (origin.type == "percuta roll") return run(origin.c, out, study::Until::channels, options);
  if (origin.type == "percuta insertion")
    return insert(origin.c, out, {{}, origin.threads, false}, options);
  throw core::FileError(fmt::format("{}: is no result of run, roll or insert", results));
}

int run(const study::Case& c, const std::string& out, study::Until until, const Options& options) {
  const auto claimed = claim(out, options.overwrite);
  study::Result r;
  {
    Console console(options);
    r = until == study::Until::channels ? study::roll(c, console) : study::run(c, console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  if (options.strict && !r.warnings.empty()) {
    for (const auto& w : r.warnings) log(options, "outside the model's range: " + w);
    return static_cast<int>(core::Exit::out_of_range);
  }
  if (claimed) {
    report::write_result(r, claimed->folder, "", claimed->charts.script, claimed->charts.style);
    claimed->folder.commit();
  }
  print_summary(r, options);
  if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  return 0;
}

}  // namespace percuta::app
