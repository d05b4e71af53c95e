// The common axisymmetric problem on several meshes: force and time, a JSON line each.
//   common_problem [cells across the sphere's radius ...]

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "linear/blas.h"
#include "verification/verification.h"

int main(int argc, char** argv) {
  percuta::fem::blas_threads(1);
  std::vector<double> cells{4, 6, 8, 16, 32};
  if (argc > 1) cells.clear();
  for (int k = 1; k < argc; ++k) cells.push_back(std::atof(argv[k]));
  percuta::fem::common_problem(4);  // libraries loaded, memory warm
  for (const double c : cells) {
    const auto p = percuta::fem::common_problem(c);
    std::printf(
        "{\"program\": \"percuta\", \"cells\": %g, \"unknowns\": %ld, \"force_N\": %.7g, "
        "\"steps\": %ld, \"iterations\": %ld, \"seconds\": %.4f}\n",
        c, p.unknowns, p.force, p.steps, p.iterations, p.seconds);
  }
}
