#include <fmt/format.h>
#include <functional>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/healing/model.h"
#include "percuta/report/report.h"
#include "percuta/study/answer.h"
#include "percuta/study/rerun.h"
#include "percuta/study/run.h"
#include "verbs.h"

namespace percuta::app {
namespace {

using healing::Course;
const std::vector<double>& whole(const Course& c) { return c.dermis.collagen; }
const std::vector<double>& papillary(const Course& c) { return c.papillary.collagen; }
const std::vector<double>& needled(const Course& c) { return c.collagen; }
const std::vector<double>& strength(const Course& c) { return c.strength; }

/// When each measure calls the channels closed.
void print_closures(const study::Result& r, const Options& options) {
  const auto document = study::document(r);
  for (const auto& v : document.outputs)
    if (v.output.path.starts_with("healing.") && v.output.form == config::Form::scalar &&
        v.output.people == "h" && !v.output.band_end)
      log(options,
          fmt::format("  {:<66} {}", v.output.sentence, config::for_people(v, document.outputs)));
}

void print_summary(const study::Result& r, const std::string& out, const Options& options) {
  print_answer(r.title, study::answer(r));
  if (study::healed(r) && study::pierced(r)) {
    log(options, fmt::format("  {:<34}{:<28}{}", "collagen", "whole dermis", "needled depth"));
    for (const auto& m : study::moments(r))
      log(options, fmt::format("  {:<34}{:<28}{}", m.label, study::change_at(r, whole, m.time),
                               study::change_at(r, needled, m.time)));
    print_closures(r, options);
  }
  print_rest(study::document(r), r.warnings, r.sources, out, options);
}

/// What a suction test reads before and after.
void print_firmness(const study::Result& r, const Options& options) {
  const auto& f = r.firmness;
  if (f.healed.empty()) return;
  const auto percent = [&](double height) {
    return fmt::format("{:+.2f}", 100.0 * (height / f.untreated.largest - 1.0));
  };
  const auto row = [&](const std::string& when, const skin::SuctionReading& s,
                       const std::string& change) {
    std::string out = fmt::format("  {:<30}{:<12}{:<28}", when,
                                  fmt::format("{:.4f} mm", s.largest * 1e3), change);
    if (f.relaxes)
      out += fmt::format("{:<9.4f}{:<9.4f}{:<9.4f}", gross_elasticity(s), net_elasticity(s),
                         elastic_share(s));
    log(options, out);
  };
  log(options, fmt::format("  {:<30}{:<12}{:<28}{}", "suction test", "R0", "change",
                           f.relaxes ? "R2       R5       R7" : ""));
  row("untreated", f.untreated, "");
  for (std::size_t k = 0; k < f.healed.size(); ++k) {
    std::string change = percent(f.healed[k].largest) + " %";
    if (!f.largest_low.empty())
      change += fmt::format(" ({} to {})", percent(f.largest_low[k]), percent(f.largest_high[k]));
    row(fmt::format("day {:g}", f.times[k] / core::kDay), f.healed[k], change);
  }
}

/// How deep a furrow is before and after.
void print_wrinkle(const study::Result& r, const Options& options) {
  const auto& w = r.wrinkle;
  if (w.healed.empty()) return;
  const double before = depth(w.untreated.compressed);
  const auto percent = [&](double now) {
    return fmt::format("{:+.2f}", 100.0 * (now / before - 1.0));
  };
  const auto row = [&](const std::string& when, const skin::FurrowReading& f,
                       const std::string& change) {
    log(options, fmt::format("  {:<30}{:<12}{:<12}{}", when,
                             fmt::format("{:.2f} um", depth(f.at_rest) * 1e6),
                             fmt::format("{:.2f} um", depth(f.compressed) * 1e6), change));
  };
  log(options, fmt::format("  {:<30}{:<12}{:<12}{}", "furrow", "at rest", "compressed", "change"));
  row("untreated", w.untreated, "");
  for (std::size_t k = 0; k < w.healed.size(); ++k) {
    std::string change = percent(depth(w.healed[k].compressed)) + " %";
    if (!w.low.empty()) change += fmt::format(" ({} to {})", percent(w.low[k]), percent(w.high[k]));
    row(fmt::format("day {:g}", w.times[k] / core::kDay), w.healed[k], change);
  }
}

/// What skin does afterwards, day by day, and when each measure calls the channels closed.
void print_courses(const study::Result& r, const std::string& out, const Options& options) {
  print_answer(r.title, study::answer(r));
  log(options, fmt::format("  {:<34}{:<28}{:<28}{:<28}{}", "changes from healthy skin",
                           "collagen, whole dermis", "papillary dermis", "needled depth",
                           "strength, needled depth"));
  for (const auto& m : study::moments(r))
    log(options,
        fmt::format("  {:<34}{:<28}{:<28}{:<28}{}", m.label, study::change_at(r, whole, m.time),
                    study::change_at(r, papillary, m.time), study::change_at(r, needled, m.time),
                    study::change_at(r, strength, m.time)));
  print_closures(r, options);
  print_firmness(r, options);
  print_wrinkle(r, options);
  print_rest(study::document(r), r.warnings, r.sources, out, options);
}

int run(const study::Case&, const std::string& out, study::Until, const Options&,
        const std::function<void(const study::Result&, const std::string&, const Options&)>&
            print_result);

}  // namespace

int run(const std::string& case_file, const std::string& out, const Options& options) {
  return run(study::read_case(case_file, options.overrides()), out, study::Until::healing, options);
}

int roll(const std::string& case_file, const std::string& out, const CompareOptions& in,
         const Options& options) {
  if (!in.vary.empty()) return compare({case_file}, out, in, options);
  return run(study::read_case(case_file, options.overrides()), out, study::Until::channels,
             options);
}

int rerun(const std::string& results, const std::string& out, const Options& options) {
  const auto origin = study::read_origin(results);
  if (origin.type == "percuta result") return run(origin.c, out, study::Until::healing, options);
  if (origin.type == "percuta roll") return run(origin.c, out, study::Until::channels, options);
  if (origin.type == "percuta insertion")
    return insert(origin.c, out, {{}, origin.threads, false}, options);
  if (origin.type == "percuta delivery") return deliver(origin.c, out, options);
  throw core::FileError(fmt::format("{}: is no result of run, roll, insert or deliver", results));
}

int run(const study::Case& c, const std::string& out, study::Until until, const Options& options) {
  return run(c, out, until, options, print_summary);
}

int heal(const std::string& case_file, const std::string& out, const Options& options) {
  return run(study::read_case(case_file, options.overrides()), out, study::Until::healing, options,
             print_courses);
}

namespace {

int run(const study::Case& c, const std::string& out, study::Until until, const Options& options,
        const std::function<void(const study::Result&, const std::string&, const Options&)>&
            print_result) {
  // mpirun: a patch is healed by all, everything else by the first.
  const bool first = place().rank == 0;
  if (!first &&
      (until == study::Until::channels || c.healing_options.level != healing::kPatchLevel))
    return 0;
  const auto claimed = claim(first ? out : "", options.overwrite);
  study::Result r;
  {
    Console console(options);
    r = until == study::Until::channels ? study::roll(c, console) : study::run(c, console);
    if (console.stop_requested()) throw core::Interrupted();
  }
  if (!first) return 0;
  if (options.strict && !r.warnings.empty()) {
    for (const auto& w : r.warnings) log(options, "outside the model's range: " + w);
    return static_cast<int>(core::Exit::out_of_range);
  }
  if (claimed) {
    report::write_result(r, claimed->folder, "", claimed->charts.script, claimed->charts.style);
    claimed->folder.commit();
  }
  if (options.json) print(study::summary_json(r));
  else print_result(r, out, options);
  return 0;
}

}  // namespace

}  // namespace percuta::app
