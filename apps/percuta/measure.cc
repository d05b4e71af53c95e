#include <optional>

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
  std::optional<io::ResultFolder> folder;
  std::optional<Charts> library;
  if (!out.empty()) {
    library = charts();
    folder.emplace(out, options.overwrite);
  }
  study::Overlay overlay;
  std::vector<study::Change> changes;
  {
    Console console(options);
    overlay = study::overlay(study::document(study::result_for(c, measured, console)), measured);
    changes = study::what_changes_it(case_file, overrides, overlay, console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  const auto json = study::overlay_json(overlay, changes);
  if (folder) {
    folder->write("measure.json", json);
    folder->write("report.html",
                  report::overlay_html(c.title, overlay, changes, library->script, library->style));
    folder->commit();
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
  if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  return 0;
}

}  // namespace percuta::app
