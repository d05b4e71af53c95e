#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/report/delivery.h"
#include "percuta/study/deliver.h"
#include "verbs.h"

namespace percuta::app {
namespace {

void print_summary(const study::DeliveryResult& r, const Options& options) {
  if (options.json) {
    print(study::summary_json(r));
    return;
  }
  log(options, fmt::format("\n{}, {}", r.rolled.title, r.delivered.solute.name));
  io::Document shown = study::document(r);
  std::erase_if(shown.outputs, [](const auto& v) {
    return !v.output.path.starts_with("delivery.") && v.output.path != "insertion.share_pierced" &&
           v.output.path != "channels.density" && v.output.path != "channels.depth";
  });
  print_figures(shown, options);
  for (const auto& w : r.warnings) log(options, "warning: " + w);
  if (!r.sources.empty()) log(options, "sources:");
  for (const auto& [tag, text] : r.sources) log(options, fmt::format("  [{}] {}", tag, text));
}

}  // namespace

int deliver(const std::string& case_file, const std::string& out, const Options& options) {
  return deliver(study::read_case(case_file, options.overrides()), out, options);
}

int deliver(const study::Case& c, const std::string& out, const Options& options) {
  const auto claimed = claim(out, options.overwrite);
  study::DeliveryResult r;
  {
    Console console(options);
    r = study::deliver(c, console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  if (options.strict && !r.doubts.empty()) {
    for (const auto& w : r.doubts) log(options, "outside the model's range: " + w);
    return static_cast<int>(core::Exit::out_of_range);
  }
  if (claimed) {
    report::write_result(r, claimed->folder, claimed->charts.script, claimed->charts.style);
    claimed->folder.commit();
  }
  print_summary(r, options);
  if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  return 0;
}

}  // namespace percuta::app
