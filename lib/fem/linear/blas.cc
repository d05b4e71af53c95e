#include "linear/blas.h"

#include <cstdlib>

#include <dlfcn.h>

namespace percuta::fem {
namespace {

// Debian's BLAS is whatever libblas.so.3 points to; it is loaded with us, not globally.
void* symbol(const char* name) {
  void* blas = dlopen("libblas.so.3", RTLD_LAZY | RTLD_NOLOAD);
  return blas != nullptr ? dlsym(blas, name) : nullptr;
}

}  // namespace

void blas_threads(int count) {
  if (std::getenv("OPENBLAS_NUM_THREADS") != nullptr) return;
  if (auto* set = reinterpret_cast<void (*)(int)>(symbol("openblas_set_num_threads"))) set(count);
}

std::string blas_name() {
  const auto config = reinterpret_cast<char* (*)()>(symbol("openblas_get_config"));
  return config != nullptr ? std::string(config()) : std::string();
}

}  // namespace percuta::fem
