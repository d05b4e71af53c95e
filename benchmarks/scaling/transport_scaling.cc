// What a step of the axisymmetric healing cell costs against its cells, and a course of 180 days
// with one session: transport_scaling prints the rows of data/evidence/transport-scaling.csv.

#include <chrono>
#include <cstdio>

#include "percuta/healing/cell.h"
#include "percuta/healing/record.h"
#include "transport/healing_cell.h"

using namespace percuta;

namespace {

void measure(int rings) {
  const auto p = healing::default_parameters();
  healing::Wound w;
  w.channels = {{1.0, 0.4e-3, 60e-6, {0.0, 0.4e-3}, {60e-6, 0.0}}};
  w.density = 250e4;
  w.stratum_corneum_thickness = 15e-6;
  w.epidermis_thickness = 80e-6;
  w.papillary_thickness = 0.2e-3;
  w.dermis_thickness = 1.2e-3;
  fem::StiffSettings settings;
  settings.relative_tolerance = 1e-4;
  const auto mesh = fem::healing_mesh(p, w, rings);
  const auto start = std::chrono::steady_clock::now();
  fem::HealingCell cell(p, w, w.channels.data(), 1.0, mesh, settings);
  cell.cut(cell.moment().levels, 0.0);
  const auto times = healing::output_times(w.sessions, w.duration, {});
  double collagen = 0.0;
  cell.advance(times, [&](std::size_t, const fem::CellMoment& m) {
    collagen = 0.0;
    double height = 0.0;
    for (int k = 0; k < mesh.levels(); ++k) {
      if (mesh.level_centre(k) < w.epidermis_thickness) continue;
      const auto& f = m.levels[k].fields;
      collagen += (f[healing::field::X1] + f[healing::field::X3]) * mesh.height(k);
      height += mesh.height(k);
    }
    collagen /= height;
  });
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%d,%d,%ld,%ld,%.2f,%.1f,%.3f\n", mesh.cells(), cell.unknowns(), cell.cost().steps,
              cell.cost().factorisations, seconds,
              1e6 * seconds / static_cast<double>(cell.cost().steps) / mesh.cells(),
              100.0 * (collagen - 1.0));
}

}  // namespace

int main() {
  std::puts("cells,unknowns,steps,factorisations,seconds,us_per_step_and_cell,collagen_percent");
  for (const int rings : {10, 14, 20, 28, 40}) measure(rings);
}
