#include "kernels/cell_kernel.h"

#if defined(__AVX2__) && defined(__gnu_linux__)
#include <immintrin.h>

// glibc's vector mathematics, under the names that its vector ABI gives them.
extern "C" __m256d _ZGVdN4v_exp(__m256d);
extern "C" __m256d _ZGVdN4v_log(__m256d);

namespace percuta::fem {
namespace {

using V = __m256d;
inline V square_root(V x) { return _mm256_sqrt_pd(x); }
inline V exponential(V x) { return _ZGVdN4v_exp(x); }
inline V logarithm(V x) { return _ZGVdN4v_log(x); }

#include "kernels/cell_kernel_body.h"

#include "kernels/cell_convex_body.h"

}  // namespace

ChosenKernel cell_kernel_4() {
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {run, make_convex, 4};
  return {nullptr, nullptr, 4};
}

}  // namespace percuta::fem
#else
namespace percuta::fem {
ChosenKernel cell_kernel_4() { return {nullptr, nullptr, 4}; }
}  // namespace percuta::fem
#endif
