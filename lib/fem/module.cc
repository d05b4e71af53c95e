// What percuta_fem offers to the light library, by two C symbols that study looks up when it loads us.

#include <string>

#include "kernels/cell_kernel.h"
#include "linear/blas.h"
#include "mixed/axisymmetric_level.h"
#include "mixed/crack_opening.h"
#include "mixed/device_cell.h"
#include "mixed/drum.h"
#include "mixed/indentation.h"
#include "piercing/solid_level.h"
#include "verification/verification.h"

namespace {

struct Axisymmetric : percuta::insertion::IndentationModel {
  percuta::insertion::IndentationCurve indent(const percuta::skin::Skin& skin, const percuta::device::Needle& needle, double up_to_displacement,
                                              double up_to_force, percuta::core::Observer& observer) const override {
    // OpenBLAS threads spin against the assembly threads; one is fastest at these sizes.
    percuta::fem::blas_threads(1);
    return percuta::fem::indent(skin, needle, up_to_displacement, up_to_force, observer);
  }
};

struct PlaneCrack : percuta::insertion::CrackOpeningModel {
  std::vector<percuta::insertion::CrackOpening> sweep(double alpha, std::vector<double> ratios,
                                                      const std::function<void(const percuta::insertion::CrackOpening&)>& observe) const override {
    percuta::fem::blas_threads(1);
    return percuta::fem::crack_opening(alpha, std::move(ratios), {}, observe).samples;
  }
};

struct ThroughTheSkin : percuta::insertion::SolidModel {
  percuta::insertion::SolidInsertion insert(const percuta::skin::Skin& skin, const percuta::device::Needle& needle,
                                            const percuta::insertion::SolidOptions& options, percuta::core::Observer& observer,
                                            const std::function<void(const std::string&)>& checkpoint, const std::string& resume) const override {
    return percuta::fem::insert_solid(skin, needle, options, observer, checkpoint, resume);
  }
  percuta::insertion::SolidInsertion press(const percuta::skin::Skin& skin, const percuta::device::Needle& needle, double up_to_displacement,
                                           double up_to_force, const percuta::insertion::SolidOptions& options,
                                           percuta::core::Observer& observer) const override {
    return percuta::fem::insert_axisymmetric(skin, needle, up_to_displacement, up_to_force, options, observer);
  }
};

struct Cell : percuta::insertion::CellModel {
  percuta::insertion::CellResponse respond(const percuta::skin::Skin& skin, const percuta::device::Needle& needle, double radius,
                                           const percuta::insertion::CellReach& reach, percuta::core::Observer& observer) const override {
    percuta::fem::blas_threads(1);
    return percuta::fem::respond(skin, needle, radius, reach, observer);
  }
};

struct Drum : percuta::rolling::DrumModel {
  percuta::rolling::DrumResponse press(const percuta::skin::Skin& skin, double drum_radius, double up_to_load,
                                       percuta::core::Observer& observer) const override {
    percuta::fem::blas_threads(1);
    return percuta::fem::press_drum(skin, drum_radius, up_to_load, observer);
  }
};

struct Verification : percuta::insertion::VerificationModel {
  std::vector<percuta::insertion::VerificationRow> run(percuta::core::Observer& observer,
                                                       const std::function<void(const percuta::insertion::VerificationRow&)>& observe) const override {
    return percuta::fem::run_verification(observer, observe);
  }
};

}  // namespace

extern "C" const percuta::insertion::VerificationModel* percuta_verification_model() {
  static const Verification model;
  return &model;
}

extern "C" const percuta::insertion::SolidModel* percuta_solid_model() {
  static const ThroughTheSkin model;
  return &model;
}

extern "C" const percuta::insertion::IndentationModel* percuta_indentation_model() {
  static const Axisymmetric model;
  return &model;
}

extern "C" const percuta::insertion::CellModel* percuta_cell_model() {
  static const Cell model;
  return &model;
}

extern "C" const percuta::rolling::DrumModel* percuta_drum_model() {
  static const Drum model;
  return &model;
}

extern "C" const percuta::insertion::CrackOpeningModel* percuta_crack_opening_model() {
  static const PlaneCrack model;
  return &model;
}

/// deal.II and BLAS as one line each, "name version".
extern "C" const char* percuta_fem_libraries() {
  static const std::string text = [] {
    const std::string blas = percuta::fem::blas_name();
    return "deal.II " + std::string(percuta::fem::dealii_version()) + "\nCHOLMOD " + std::to_string(CHOLMOD_MAIN_VERSION) + "." +
           std::to_string(CHOLMOD_SUB_VERSION) + "\nlanes " + std::to_string(percuta::fem::widest_cell_kernel().lanes) + "\nBLAS " +
           (blas.empty() ? "reference (slow): install libopenblas0-pthread" : blas);
  }();
  return text.c_str();
}
