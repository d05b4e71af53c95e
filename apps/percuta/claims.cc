#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "percuta/core/errors.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/claims.h"
#include "percuta/study/run.h"
#include "verbs.h"

namespace percuta::app {
namespace {

nlohmann::ordered_json json_of(const study::Answer& a) {
  return {{"name", a.name},
          {"statement", a.statement},
          {"answer", study::name(a.run)},
          {"in_this_run", a.run_words},
          {"evidence_answer", a.known},
          {"evidence", a.known_words},
          {"evidence_class", a.evidence},
          {"sources", a.sources}};
}

void print_answer(const study::Answer& a) {
  print(fmt::format("{}\n  in this run: {}\n    {}\n  evidence: {} ({})\n    {}{}\n", a.statement,
                    study::name(a.run), a.run_words, a.known, a.evidence, a.known_words,
                    a.sources.empty() ? "" : fmt::format(" [{}]", fmt::join(a.sources, ", "))));
}

/// What the sources in brackets are.
void print_sources(const std::vector<study::Answer>& all) {
  std::set<std::string> keys;
  for (const auto& a : all) keys.insert(a.sources.begin(), a.sources.end());
  for (const auto& key : keys)
    if (const auto found = study::references().find(key); found != study::references().end())
      print(fmt::format("[{}] {}", key, found->second.citation));
}

}  // namespace

int claims(const std::string& case_file, const Options& options) {
  const study::Case c = study::read_case(case_file, options.overrides());
  study::Result r;
  {
    Console console(options);
    r = study::run(c, console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  for (const auto& w : r.warnings) log(options, "warning: " + w);
  if (options.strict && !r.warnings.empty()) return static_cast<int>(core::Exit::out_of_range);
  const auto all = study::answers(study::document(r));
  nlohmann::ordered_json out = nlohmann::json::array();
  for (const auto& a : all) {
    if (options.json) out.push_back(json_of(a));
    else print_answer(a);
  }
  if (options.json) {
    print(out.dump(2));
    return 0;
  }
  print_sources(all);
  print("\nResearch and teaching software; it recommends no treatment.");
  return 0;
}

int claims_table(const Options& options) {
  nlohmann::ordered_json out = nlohmann::json::array();
  for (const auto& c : study::claims()) {
    out.push_back({{"name", c.name},
                   {"statement", c.statement},
                   {"computed", !c.supported.empty()},
                   {"evidence_answer", c.known},
                   {"evidence", c.known_words},
                   {"evidence_class", c.evidence},
                   {"sources", c.sources}});
    if (!options.json) print(fmt::format("{:<26} {}", c.name, c.statement));
  }
  if (options.json) print(out.dump(2));
  return 0;
}

}  // namespace percuta::app
