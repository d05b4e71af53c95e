#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numbers>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/study/insert.h"
#include "verbs.h"

namespace percuta::app {
namespace {

double amount_of(const std::string& option, const std::string& text, const std::string& si, const std::string& example) {
  if (text.empty()) return 0.0;
  const auto q = core::parse_quantity(text);
  const auto unit = q ? core::find_unit(q->unit) : std::nullopt;
  const auto metre = core::find_unit(si);
  if (!unit || unit->dimension != metre->dimension || !(q->number > 0.0))
    throw core::Error(core::Exit::usage,
                      fmt::format("{} \"{}\": is no {} above zero; write for example {} \"{}\"", option, text, metre->dimension, option, example));
  return q->number * unit->si;
}

}  // namespace

Place place() {
  for (const auto& [rank, size] :
       {std::pair{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"}, std::pair{"PMI_RANK", "PMI_SIZE"}, std::pair{"PMIX_RANK", "SLURM_NTASKS"}}) {
    const char *r = std::getenv(rank), *s = std::getenv(size);
    if (r != nullptr && s != nullptr) return {std::atoi(r), std::atoi(s)};
  }
  return {};
}

int insert(const std::string& case_file, const std::string& out, const InsertOptions& in, const Options& options) {
  insertion::SolidOptions solid;
  solid.motion = in.motion == "roll" ? insertion::Motion::roll : insertion::Motion::push;
  solid.displacement = amount_of("--displacement", in.displacement, "m", "0.5 mm");
  solid.force = amount_of("--force", in.force, "N", "50 mN");
  solid.step = amount_of("--step", in.step, "m", "5 um");
  solid.speed = amount_of("--speed", in.speed, "m/s", "1 mm/s");
  solid.spacing = amount_of("--spacing", in.spacing, "m", "0.5 mm");
  solid.hold = amount_of("--hold", in.hold, "s", "30 s");
  solid.tilt = amount_of("--tilt", in.tilt, "rad", "20 deg");
  solid.withdraw = !in.stay;
  solid.solver = in.solver == "direct" ? insertion::Solver::direct : in.solver == "iterative" ? insertion::Solver::iterative : insertion::Solver::automatic;
  solid.part = in.part == "whole" ? insertion::Part::whole : in.part == "half" ? insertion::Part::half : insertion::Part::quarter;
  solid.cells_per_tip_radius = in.cells_per_tip_radius;
  solid.cells_per_shank = in.cells_per_shank;
  solid.cells_per_fracture_zone = in.cells_per_fracture_zone;
  solid.frames = in.frames;
  const Place here = place();
  solid.threads = in.threads > 0 ? in.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / here.size);
  if (in.motion == "roll" && !(in.displacement.empty() && in.force.empty()))
    throw core::Error(core::Exit::usage, "--displacement and --force do not go with --motion roll: the drum sets how deep the needle goes");
  if (!in.spacing.empty() && (in.motion == "roll" || in.level != "solid"))
    throw core::Error(core::Exit::usage, "--spacing is for needles pushed in together at the solid level: --level solid, without --motion roll");
  if (!in.tilt.empty() && (in.motion == "roll" || in.level != "solid" || !in.spacing.empty()))
    throw core::Error(core::Exit::usage, "--tilt is for one needle pushed at the solid level: --level solid, without --motion roll and --spacing");
  if (solid.tilt > std::numbers::pi / 3.0 + 1e-9) throw core::Error(core::Exit::usage, fmt::format("--tilt \"{}\": at most 60 deg", in.tilt));
  if (!in.hold.empty() && (in.motion == "roll" || in.level != "solid"))
    throw core::Error(core::Exit::usage, "--hold is for needles pushed at the solid level: --level solid, without --motion roll");
  if (in.level != "solid" && (in.part != "quarter" || in.solver != "auto")) throw core::Error(core::Exit::usage, "--part and --solver are for --level solid");
  const study::Case c = study::read_case(case_file, options.overrides());

  if (here.size > 1 && in.level == "axisymmetric")
    throw core::Error(core::Exit::usage, "mpirun: the axisymmetric level runs in one process; use --level solid, or leave mpirun out");
  std::optional<io::ResultFolder> folder;
  std::optional<Charts> library;
  const std::string checkpoint_file = out.empty() ? "" : out + ".checkpoint";
  std::string state;
  if (in.resume) {
    std::ifstream file(checkpoint_file, std::ios::binary);
    if (!file) throw core::FileError(fmt::format("{}: no checkpoint to go on from", out.empty() ? "--resume without -o" : checkpoint_file));
    state.assign(std::istreambuf_iterator<char>(file), {});
  }
  if (!out.empty() && here.rank == 0) {
    library = charts();
    folder.emplace(out, options.overwrite);
  }
  const auto save = [&](const std::string& bytes) {
    if (checkpoint_file.empty() || here.rank > 0) return;
    const std::string part = checkpoint_file + ".part";
    std::ofstream file(part, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    std::error_code error;
    if (file) std::filesystem::rename(part, checkpoint_file, error);
    if (!file || error) throw core::FileError(fmt::format("{}: the checkpoint could not be written", checkpoint_file));
  };
  io::InsertionResult r;
  try {
    Console console(options);
    r = study::insert(c, in.level, solid, console, save, state);
    if (console.stop_requested()) throw core::Interrupted();
  } catch (const core::Interrupted&) {
    if (!checkpoint_file.empty() && std::filesystem::exists(checkpoint_file))
      throw core::Error(core::Exit::interrupted, fmt::format("interrupted; go on with the same command and --resume ({} holds the state)", checkpoint_file));
    throw;
  }
  if (here.rank > 0) return 0;  // the first one writes what all have computed
  if (options.strict && !r.warnings.empty()) {
    for (const auto& w : r.warnings) log(options, "outside the model's range: " + w);
    return static_cast<int>(core::Exit::out_of_range);
  }
  if (folder) {
    io::write_result(r, *folder, library->script, library->style);
    folder->commit();
    std::error_code ignored;
    std::filesystem::remove(checkpoint_file, ignored);
  }
  if (options.json) {
    print(io::summary_json(r));
  } else {
    log(options, fmt::format("\n{}, level {}, {}", r.title, r.level, r.motion));
    log(options, "  " + r.solution.start_line);
    for (const auto& v : io::summary_values(r)) {
      const auto unit = core::find_unit(v.people_unit);
      const std::string number =
          std::isfinite(v.value) ? fmt::format("{:.4g} {}", v.value / (unit ? unit->si : 1.0), v.people_unit == "1" ? "" : v.people_unit) : "none";
      log(options, fmt::format("  {:<46} {}", v.label, number));
    }
    for (const auto& e : r.solution.events) log(options, fmt::format("  event: {:<39} {:.4f} mm  {:.4g} mN", e.name, e.displacement * 1e3, e.force * 1e3));
    for (const auto& k : r.checks) {
      const auto unit = core::find_unit(k.people_unit);
      const auto text = [&](double v) { return std::isfinite(v) ? fmt::format("{:.4g}", v / (unit ? unit->si : 1.0)) : std::string("none"); };
      log(options, fmt::format("  {:<46} {} {}, {} {} ({})", k.quantity, k.here, text(k.value), k.there, text(k.other), k.people_unit));
    }
    const auto& cost = r.solution.cost;
    log(options,
        fmt::format("  {} steps, {} iterations ({:.1f} a step away from snaps), {:.0f} s", cost.steps, cost.iterations, cost.mean_iterations, cost.seconds));
    for (const auto& w : r.warnings) log(options, "warning: " + w);
    if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
  }
  return r.solution.complete ? 0 : static_cast<int>(core::Exit::solve);
}

}  // namespace percuta::app
