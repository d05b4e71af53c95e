#include "kernels/cell_kernel.h"

#include <cstdlib>

namespace percuta::fem {

ChosenKernel cell_kernel(int lanes) {
  if (lanes == 8) return cell_kernel_8();
  if (lanes == 4) return cell_kernel_4();
  return lanes == 1 || lanes == 2 ? cell_kernel_1() : ChosenKernel{nullptr, nullptr, 1};
}

ChosenKernel widest_cell_kernel() {
  if (const char* asked = std::getenv("PERCUTA_LANES")) {
    const auto kernel = cell_kernel(std::atoi(asked));
    if (kernel.run != nullptr) return kernel;
  }
  int lanes = 8;
  while (cell_kernel(lanes).run == nullptr) lanes /= 2;
  return cell_kernel(lanes);
}

}  // namespace percuta::fem
