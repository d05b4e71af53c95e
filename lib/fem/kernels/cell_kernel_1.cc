#include <cmath>

#include "kernels/cell_kernel.h"

namespace percuta::fem {
namespace {

using V = double;
inline V square_root(V x) { return __builtin_sqrt(x); }
inline V exponential(V x) { return __builtin_exp(x); }
inline V logarithm(V x) { return __builtin_log(x); }

#include "kernels/cell_kernel_body.h"

#include "kernels/cell_convex_body.h"

}  // namespace

ChosenKernel cell_kernel_1() { return {run, make_convex, 1}; }

}  // namespace percuta::fem
