// What percuta_fem offers to the light library, by two C symbols that study looks up when it loads us.

#include <cstdlib>
#include <string>

#include <dlfcn.h>

#include "crack_opening.h"
#include "indentation.h"

namespace {

// Debian's BLAS is whatever libblas.so.3 points to; it is loaded with us, not globally.
void* blas_symbol(const char* name) {
  void* blas = dlopen("libblas.so.3", RTLD_LAZY | RTLD_NOLOAD);
  return blas != nullptr ? dlsym(blas, name) : nullptr;
}

// OpenBLAS threads spin against the assembly threads; one is fastest at these sizes. A user's own
// setting wins.
void quiet_blas() {
  if (std::getenv("OPENBLAS_NUM_THREADS") != nullptr) return;
  if (auto* set = reinterpret_cast<void (*)(int)>(blas_symbol("openblas_set_num_threads"))) set(1);
}

struct Axisymmetric : percuta::insertion::IndentationModel {
  percuta::insertion::IndentationCurve indent(const percuta::skin::Skin& skin, const percuta::device::Needle& needle, double up_to_displacement,
                                              double up_to_force, percuta::core::Observer& observer) const override {
    quiet_blas();
    return percuta::fem::indent(skin, needle, up_to_displacement, up_to_force, observer);
  }
};

struct PlaneCrack : percuta::insertion::CrackOpeningModel {
  std::vector<percuta::insertion::CrackOpening> sweep(double alpha, std::vector<double> ratios,
                                                      const std::function<void(const percuta::insertion::CrackOpening&)>& observe) const override {
    quiet_blas();
    return percuta::fem::crack_opening(alpha, std::move(ratios), {}, observe).samples;
  }
};

}  // namespace

extern "C" const percuta::insertion::IndentationModel* percuta_indentation_model() {
  static const Axisymmetric model;
  return &model;
}

extern "C" const percuta::insertion::CrackOpeningModel* percuta_crack_opening_model() {
  static const PlaneCrack model;
  return &model;
}

/// deal.II and BLAS as one line each, "name version".
extern "C" const char* percuta_fem_libraries() {
  static const std::string text = [] {
    const auto config = reinterpret_cast<char* (*)()>(blas_symbol("openblas_get_config"));
    return "deal.II " + std::string(percuta::fem::dealii_version()) + "\nCHOLMOD " + std::to_string(CHOLMOD_MAIN_VERSION) + "." +
           std::to_string(CHOLMOD_SUB_VERSION) + "\nBLAS " + (config != nullptr ? std::string(config()) : "reference (slow): install libopenblas0-pthread");
  }();
  return text.c_str();
}
