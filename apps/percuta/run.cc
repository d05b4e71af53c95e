#include <fmt/format.h>
#include <cmath>
#include <functional>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/report/report.h"
#include "percuta/study/rerun.h"
#include "percuta/study/run.h"
#include "verbs.h"

namespace percuta::app {
namespace {

/// "+5.3 % (+1.2 to +9.9)" of a course whose healthy value is 1.
std::string change(const study::Result& r,
                   const std::function<const std::vector<double>&(const healing::Course&)>& of,
                   double time) {
  const auto b = healing::banded_at(r.healing, r.healing_bands, of, time);
  std::string out = fmt::format("{:+.1f} %", 100.0 * (b.value - 1.0));
  if (std::isfinite(b.low))
    out += fmt::format(" ({:+.1f} to {:+.1f})", 100.0 * (b.low - 1.0), 100.0 * (b.high - 1.0));
  return out;
}

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
  const auto needled = [](const healing::Course& c) -> const auto& { return c.collagen; };
  const auto whole = [](const healing::Course& c) -> const auto& { return c.dermis.collagen; };
  for (const auto& m : study::moments(r))
    log(options, fmt::format("  {:<42} {} needled depth, {} whole dermis", "collagen, " + m.label,
                             change(r, needled, m.time), change(r, whole, m.time)));
  for (const auto& w : r.warnings) log(options, "warning: " + w);
  if (!r.sources.empty()) log(options, "sources:");
  for (const auto& [tag, text] : r.sources) log(options, fmt::format("  [{}] {}", tag, text));
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

/// What skin does afterwards, day by day, and when each measure calls the channels closed.
void print_courses(const study::Result& r, const Options& options) {
  if (options.json) return print_summary(r, options);
  using healing::Course;
  log(options, fmt::format("\n{}: changes from healthy skin{}", r.title,
                           r.healing_bands.members > 0
                               ? fmt::format("; 90 % of {} sets of constants in brackets",
                                             r.healing_bands.members)
                               : ""));
  log(options, fmt::format("  {:<30}{:<28}{:<28}{:<28}{}", "", "collagen, needled depth",
                           "papillary dermis", "whole dermis", "strength, needled depth"));
  for (const auto& m : study::moments(r))
    log(options,
        fmt::format(
            "  {:<30}{:<28}{:<28}{:<28}{}", m.label,
            change(
                r, [](const Course& c) -> const auto& { return c.collagen; }, m.time),
            change(
                r, [](const Course& c) -> const auto& { return c.papillary.collagen; }, m.time),
            change(
                r, [](const Course& c) -> const auto& { return c.dermis.collagen; }, m.time),
            change(
                r, [](const Course& c) -> const auto& { return c.strength; }, m.time)));
  const auto document = study::document(r);
  for (const auto& v : document.outputs)
    if (v.output.path.starts_with("healing.") && v.output.form == config::Form::scalar &&
        v.output.people == "h" && !v.output.band_end)
      log(options,
          fmt::format("  {:<66} {}", v.output.sentence, config::for_people(v, document.outputs)));
  print_firmness(r, options);
  for (const auto& w : r.warnings) log(options, "warning: " + w);
}

int run(const study::Case&, const std::string& out, study::Until, const Options&,
        const std::function<void(const study::Result&, const Options&)>& print);

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
        const std::function<void(const study::Result&, const Options&)>& print) {
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
  print(r, options);
  if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  return 0;
}

}  // namespace

}  // namespace percuta::app
