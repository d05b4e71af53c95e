#include "percuta/study/size.h"

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/report/report.h"
#include "verbs.h"

namespace percuta::app {
namespace {

void print_front(const study::SizeResult& r, const Options& options) {
  log(options, fmt::format("\n{:>6} {:<44} {:>6} {:>8} {:>8} {:>9} {:>9}", "passes", "device",
                           "load", "depth", "search", "density", "search"));
  log(options, fmt::format("{:>6} {:<44} {:>6} {:>8} {:>8} {:>9} {:>9}", "", "", "N", "mm", "mm",
                           "/cm2", "/cm2"));
  for (const auto& s : r.front)
    log(options,
        fmt::format("{:>6} {:<44} {:>6.2f} {:>8.3f} {:>8.3f} {:>9.1f} {:>9.1f}{}", s.design.passes,
                    study::words(s.design), s.design.load, s.reached.depth * 1e3,
                    s.predicted.depth * 1e3, s.reached.density / 1e4, s.predicted.density / 1e4,
                    study::meets(s.limits) ? "  reaches it" : ""));
}

}  // namespace

int size(const std::string& target_file, const std::string& out, const Options& options) {
  const auto task = study::read_size(target_file, options.overrides());
  const auto claimed = claim(out, options.overwrite);
  study::SizeResult r;
  {
    Console console(options);
    r = study::size(task, console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  if (options.strict && !r.warnings.empty()) {
    for (const auto& w : r.warnings) log(options, "outside the model's range: " + w);
    return static_cast<int>(core::Exit::out_of_range);
  }
  if (claimed) {
    report::write_result(r, claimed->folder, claimed->charts.script, claimed->charts.style);
    claimed->folder.commit();
  }
  if (options.json) print(study::size_json(r));
  else {
    log(options, "");
    for (const auto& line : study::size_words(r)) print(line);
    print_front(r, options);
    for (const auto& w : r.warnings) log(options, "warning: " + w);
  }
  if (!out.empty())
    log(options, fmt::format("case: {}/found.toml\nreport: {}/report.html", out, out));
  return 0;
}

}  // namespace percuta::app
