#include "kernels/cell_kernel.h"

#if defined(__AVX512F__) && defined(__gnu_linux__)
#include <immintrin.h>

// glibc's vector mathematics, under the names that its vector ABI gives them.
extern "C" __m512d _ZGVeN8v_exp(__m512d);
extern "C" __m512d _ZGVeN8v_log(__m512d);

namespace percuta::fem {
namespace {

using V = __m512d;
inline V square_root(V x) { return _mm512_maskz_sqrt_pd(0xff, x); }
inline V exponential(V x) { return _ZGVeN8v_exp(x); }
inline V logarithm(V x) { return _ZGVeN8v_log(x); }

#include "kernels/cell_kernel_body.h"

#include "kernels/cell_convex_body.h"

}  // namespace

ChosenKernel cell_kernel_8() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    return {run, make_convex, 8};
  return {nullptr, nullptr, 8};
}

}  // namespace percuta::fem
#else
namespace percuta::fem {
ChosenKernel cell_kernel_8() { return {nullptr, nullptr, 8}; }
}  // namespace percuta::fem
#endif
