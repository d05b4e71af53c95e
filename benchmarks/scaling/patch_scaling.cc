// What healing a square patch of skin with channels at random costs: patch_scaling SIDE_MM
// CHANNELS_PER_CM2 DAYS [THREADS [RELATIVE_TOLERANCE]] prints a row of
// data/evidence/patch-scaling.csv; with mpirun for several processes.

#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "linear/team.h"
#include "percuta/healing/healing.h"
#include "percuta/healing/record.h"
#include "transport/patch_level.h"

using namespace percuta;

namespace {

/// A 1.5 mm roller's channels: cones of 0.25 to 0.75 mm in skin of 1.6 mm.
healing::Wound wound(double side, double density, double duration) {
  healing::Wound w;
  for (int k = 0; k < 6; ++k) {
    const double depth = 0.25e-3 + 0.1e-3 * k, radius = 45e-6;
    w.channels.push_back({1.0 / 6.0, depth, radius, {0.0, depth}, {radius, 0.0}});
  }
  w.density = density;
  w.stratum_corneum_thickness = 15e-6;
  w.epidermis_thickness = 85e-6;
  w.papillary_thickness = 0.2e-3;
  w.dermis_thickness = 1.5e-3;
  w.duration = duration;
  w.placed.width = w.placed.height = side;
  w.placed.sessions.resize(1);
  std::mt19937_64 generator(1);
  std::uniform_real_distribution<double> within(0.0, side);
  const long channels = std::lround(side * side * density);
  for (long k = 0; k < channels; ++k) {
    const double x = within(generator), y = within(generator);
    w.placed.sessions[0].push_back({x, y, static_cast<std::size_t>(k) % w.channels.size()});
  }
  return w;
}

double gigabytes() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_maxrss) * 1024e-9;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "patch_scaling SIDE_MM CHANNELS_PER_CM2 DAYS [THREADS [TOLERANCE]]\n");
    return 2;
  }
  healing::Settings s;
  s.threads = argc > 4 ? std::atoi(argv[4]) : 1;
  if (argc > 5) s.relative_tolerance = std::atof(argv[5]);
  const double duration = std::atof(argv[3]) * core::kDay;
  const auto w = wound(std::atof(argv[1]) * 1e-3, std::atof(argv[2]) * 1e4, duration);
  const auto& team = fem::Team::of_this_program();
  s.threads *= team.size();
  const auto start = std::chrono::steady_clock::now();
  const auto course = fem::heal_patch(healing::default_parameters(), w, s, core::silent());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double memory = team.sum(gigabytes());
  if (!team.leads()) return 0;
  std::printf("%s,%zu,%d,%d,%ld,%ld,%ld,%.1f,%.2f,%.2f,%.4f\n", argv[1],
              w.placed.sessions[0].size(), team.size(), s.threads / team.size(), course.boxes,
              course.steps, course.sweeps, seconds, memory,
              1e6 * seconds / static_cast<double>(course.steps) / static_cast<double>(course.boxes),
              100.0 * (course.dermis.collagen.back() - 1.0));
  return 0;
}
