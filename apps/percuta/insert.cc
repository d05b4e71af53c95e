#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/report/report.h"
#include "percuta/study/insert.h"
#include "verbs.h"

namespace percuta::app {

namespace {

/// What a launcher has left in the environment; `wrong` says what is no place among processes.
struct Launch {
  Place place;
  std::string wrong;
};

std::optional<int> whole_number(const std::string& text) {
  int n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return n;
}

Launch launch() {
  for (const auto& [rank, size] :
       {std::pair{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
        std::pair{"PMI_RANK", "PMI_SIZE"}, std::pair{"PMIX_RANK", "SLURM_NTASKS"}}) {
    const char *r = std::getenv(rank), *s = std::getenv(size);
    if (r == nullptr || s == nullptr) continue;
    const auto mine = whole_number(r), all = whole_number(s);
    if (mine && all && *mine >= 0 && *mine < *all) return {{*mine, *all}, ""};
    return {{},
            fmt::format("{}={} and {}={} in the environment are no place among processes: unset "
                        "them, or start with mpirun",
                        rank, r, size, s)};
  }
  return {};
}

/// Says what a checkpoint has to say even where progress is not shown.
class Remarks : public core::Observer {
 public:
  explicit Remarks(const Options& options) : options_(options) {}
  void progress(std::string_view, double) override {}
  void note(std::string_view line) override { log(options_, "warning: " + std::string(line)); }

 private:
  const Options& options_;
};

}  // namespace

Place place() { return launch().place; }

int insert(const std::string& case_file, const std::string& out, const InsertOptions& in,
           const Options& options) {
  auto overrides = options.overrides();
  overrides.insert(overrides.end(), in.choices.begin(), in.choices.end());
  return insert(study::read_case(case_file, overrides), out, in, options);
}

int insert(const study::Case& c, const std::string& out, const InsertOptions& in,
           const Options& options) {
  if (const auto wrong = launch().wrong; !wrong.empty())
    throw core::Error(core::Exit::usage, wrong);
  const Place here = place();
  const bool solid = study::insertion_level(c) == "solid";

  if (here.size > 1 && !solid)
    throw core::Error(core::Exit::usage,
                      "mpirun: the axisymmetric level runs in one process; use --level solid, or "
                      "leave mpirun out");
  const study::CheckpointFile checkpoint(out.empty() ? "" : out + ".checkpoint");
  if (in.resume && out.empty())
    throw core::FileError("--resume without -o: no checkpoint to go on from");
  Remarks remarks(options);
  const std::string state = in.resume ? checkpoint.read(remarks) : "";
  const auto claimed = claim(here.rank == 0 ? out : "", options.overwrite);
  const auto save = [&](const std::string& bytes) {
    if (here.rank == 0) checkpoint.write(bytes);
  };
  study::InsertionResult r;
  try {
    Console console(options);
    r = study::insert(c, console, save, state, in.threads, here.size);
    if (console.stop_requested()) throw core::Interrupted();
  } catch (const core::Interrupted&) {
    if (checkpoint.exists())
      throw core::Error(
          core::Exit::interrupted,
          fmt::format("interrupted; go on with the same command and --resume ({} holds the state)",
                      checkpoint.path()));
    throw;
  }
  if (here.rank > 0) return 0;  // the first one writes what all have computed
  if (options.strict && !r.warnings.empty()) {
    for (const auto& w : r.warnings) log(options, "outside the model's range: " + w);
    return static_cast<int>(core::Exit::out_of_range);
  }
  if (claimed) {
    report::write_result(r, claimed->folder, claimed->charts.script, claimed->charts.style);
    claimed->folder.commit();
    checkpoint.remove();
  }
  if (options.json) {
    print(study::summary_json(r));
  } else {
    log(options, fmt::format("\n{}, level {}, {}", r.title, r.level, r.motion));
    log(options, "  " + r.solution.start_line);
    print_figures(study::document(r), options);
    for (const auto& e : r.solution.events)
      log(options, fmt::format("  event: {:<49} {:.4f} mm  {:.4g} mN", e.name, e.displacement * 1e3,
                               e.force * 1e3));
    for (const auto& k : r.checks) {
      const auto unit = core::find_unit(k.people_unit);
      const auto text = [&](double v) {
        return std::isfinite(v) ? fmt::format("{:.4g}", v / (unit ? unit->si : 1.0))
                                : std::string("none");
      };
      log(options, fmt::format("  {:<56} {} {}, {} {} ({})", k.quantity, k.here, text(k.value),
                               k.there, text(k.other), k.people_unit));
    }
    const auto& cost = r.solution.cost;
    log(options, fmt::format("  {} steps, {} iterations ({:.1f} a step away from snaps), {:.0f} s",
                             cost.steps, cost.iterations, cost.mean_iterations, cost.seconds));
    for (const auto& w : r.warnings) log(options, "warning: " + w);
    if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  }
  return r.solution.complete ? 0 : static_cast<int>(core::Exit::solve);
}

}  // namespace percuta::app
