#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/report/delivery.h"
#include "percuta/study/answer.h"
#include "verbs.h"

namespace percuta::app {
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
  if (options.json) {
    print(study::summary_json(r));
    return 0;
  }
  print_answer(fmt::format("{}, {}", r.rolled.title, r.delivered.solute.name), study::answer(r));
  print_rest(study::document(r), r.warnings, r.sources, out, options);
  return 0;
}

}  // namespace percuta::app
