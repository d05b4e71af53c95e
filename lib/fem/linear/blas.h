#pragma once

#include <string>

namespace percuta::fem {

/// Threads of OpenBLAS, unless the user chose them (OPENBLAS_NUM_THREADS); nothing with another
/// BLAS.
void blas_threads(int count);

/// Name, version and kernel of the BLAS in use; empty for the reference one, which is slow.
std::string blas_name();

}  // namespace percuta::fem
