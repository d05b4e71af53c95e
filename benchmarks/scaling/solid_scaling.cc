// Memory and time of the solid level against unknowns: one row for a refinement of the mesh of the
// single-needle case, three Newton iterations of the first step. solid_scaling 1 direct;
// solid_scaling 4 iterative; with mpirun for several processes. Each takes its share of the cores,
// or as many threads as a third argument says: what processes gain is seen with one thread each.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include <sys/resource.h>

#include "percuta/study/case.h"
#include "percuta/study/catalogue.h"
#include "piercing/pierced_block.h"
#include "piercing/piercing_plan.h"

using namespace percuta;

namespace {

void measure(double refinement, const std::string& solver, int threads) {
  const auto c = study::read_case(study::data_folder() + "/cases/single-needle.toml", {});
  insertion::SolidOptions options;
  options.displacement = 0.6e-3;
  options.cells_per_tip_radius *= refinement;
  options.cells_per_shank *= refinement;
  options.cells_per_fracture_zone *= refinement;
  options.solver = solver == "iterative" ? insertion::Solver::iterative : insertion::Solver::direct;
  const auto& team = fem::Team::of_this_program();
  const fem::NeedleMotion motion(options, c.device.needle);
  const auto plan = fem::plan_piercing(c.skin, c.device.needle, options, motion);
  const auto shape = fem::make_shape(c.device.needle);
  fem::PiercingSettings settings;
  settings.friction = c.skin.friction;
  settings.threads =
      threads > 0
          ? threads
          : std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / team.size());
  settings.solver = options.solver;
  settings.max_iterations = 3;
  settings.step_cap = c.device.needle.tip_radius;
  fem::PiercedBlock block(
      fem::fitting_mesh(plan), plan.materials, *shape, plan.part,
      [&](const Eigen::Vector3d& x) { return plan.opens(x); }, settings, team);
  const auto start = std::chrono::steady_clock::now();
  const auto step = block.move_to(motion.at(1e-6));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double bytes = block.bytes();
  if (team.leads())
    std::printf(
        "%s, %d processes of %d threads: %d unknowns, %zu cells, %.0f MB by count, %.2f s a solve "
        "(%d, %ld inner iterations), at most %.0f MB a process\n",
        solver.c_str(), team.size(), settings.threads, block.unknowns(), block.mesh().cells.size(),
        bytes * 1e-6, seconds / std::max(1, step.factorisations), step.factorisations,
        block.solver().iterations(), usage.ru_maxrss * 1e-3);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string solver = count > 2 ? arguments[2] : "";
  const double refinement = count > 2 ? std::atof(arguments[1]) : 0.0;
  const int threads = count == 4 ? std::atoi(arguments[3]) : 0;
  if (!(refinement > 0.0) || (solver != "direct" && solver != "iterative") || count > 4 ||
      (count == 4 && threads < 1)) {
    std::fprintf(stderr,
                 "solid_scaling REFINEMENT direct|iterative [THREADS, from 1; without: the cores "
                 "shared out]\n");
    return 2;
  }
  try {
    measure(refinement, solver, threads);
  } catch (const core::Error& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
  return 0;
}
