#include "percuta/study/sensitivity.h"

#include <algorithm>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/io/folder.h"
#include "verbs.h"

namespace percuta::app {
namespace {

/// "0.43 (0.31 to 0.55)".
std::string written(const healing::Estimate& e) {
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", e.value, e.low, e.high);
}

std::string in_words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

void print_table(const study::Sensitivity& s) {
  print(study::sensitivity_words(s));
  print(fmt::format("  {:<28} {:<24} {:<24} {}", "share of the variance", "with all it has part in",
                    "alone", "between"));
  constexpr double kShown = 0.005;
  std::size_t shown = 0;
  for (const std::size_t k : study::by_total(s)) {
    if (s.variance.of[k].total.value < kShown) break;
    ++shown;
    const auto& [first, total] = s.variance.of[k];
    const auto& prior = s.constants[k];
    print(fmt::format("  {:<28} {:<24} {:<24} {} and {}", in_words(prior.name), written(total),
                      written(first), core::format_quantity(prior.low, prior.unit, 3),
                      core::format_quantity(prior.high, prior.unit, 3)));
  }
  if (const std::size_t left = s.constants.size() - shown; left > 0)
    print(fmt::format("  {} other constants take less than {:g} each", left, kShown));
}

}  // namespace

int sensitivity(const std::string& case_file, const std::string& out,
                const SensitivityOptions& asked, const Options& options) {
  const auto c = study::read_case(case_file, options.overrides());
  const auto outcomes = study::healing_outcomes(c, asked.of, asked.days);
  const auto claimed =
      out.empty() ? nullptr : std::make_unique<io::ResultFolder>(out, options.overwrite);
  std::vector<study::Sensitivity> all;
  {
    Console console(options);
    all = study::sensitivity(c, outcomes, asked.members, console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  const auto& warnings = all.front().warnings;
  if (options.strict && !warnings.empty()) {
    for (const auto& w : warnings) log(options, "outside the model's range: " + w);
    return static_cast<int>(core::Exit::out_of_range);
  }
  if (claimed) {
    claimed->write("sensitivity.csv", study::sensitivity_csv(all));
    claimed->write("sensitivity.json", study::sensitivity_json(all));
    claimed->commit();
  }
  if (options.json) print(study::sensitivity_json(all));
  else
    for (const auto& s : all) print_table(s);
  for (const auto& w : warnings) log(options, "warning: " + w);
  log(options, fmt::format("{} sets of constants, {:.0f} s of processor time; 95 % intervals",
                           all.front().members, all.front().processor_seconds));
  return 0;
}

}  // namespace percuta::app
