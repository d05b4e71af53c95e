#include <fmt/format.h>

#include "percuta/report/report.h"
#include "percuta/study/measure.h"
#include "verbs.h"

namespace percuta::app {

int measure(const std::string& case_file, const std::string& table, const std::string& out,
            const Options& options) {
  const auto measured = study::read_measured(table);
  const auto overrides = options.overrides();
  const auto c = study::read_case(case_file, overrides);
  const auto claimed = claim(out, options.overwrite);
  study::Overlay overlay;
  std::vector<std::string> warnings;
  std::vector<study::Change> changes;
  {
    Console console(options);
    const auto result = study::result_for(c, measured, console);
    warnings = result.warnings;
    overlay = study::overlay(study::document(result), measured);
    const auto again = [&](const study::Overrides& more) {
      auto all = overrides;
      all.insert(all.end(), more.begin(), more.end());
      return study::read_case(case_file, all);
    };
    changes = study::what_changes_it(again, overlay, console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  if (options.strict && !warnings.empty()) {
    for (const auto& w : warnings) log(options, "outside the model's range: " + w);
    return static_cast<int>(core::Exit::out_of_range);
  }
  const auto json = study::overlay_json(overlay, changes, warnings);
  if (claimed) {
    claimed->folder.write("measure.json", json);
    claimed->folder.write("report.html",
                          report::overlay_html(c.title, overlay, changes, claimed->charts.script,
                                               claimed->charts.style));
    claimed->folder.commit();
  }
  if (options.json) {
    print(json);
    return 0;
  }
  log(options, fmt::format("\n{}: {}", measured.y.sentence, study::misfit_words(overlay)));
  constexpr std::size_t kShown = 5;
  for (std::size_t k = 0; k < std::min(kShown, changes.size()); ++k)
    log(options, fmt::format("  {} = {} for {}: off by {:.3g} %", changes[k].key, changes[k].to,
                             changes[k].from, 100.0 * changes[k].relative));
  for (const auto& w : warnings) log(options, "warning: " + w);
  if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  return 0;
}

}  // namespace percuta::app
