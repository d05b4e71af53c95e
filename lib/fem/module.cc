// What percuta_fem offers to the light library, by one symbol that study looks up when it loads us.

#include <string>

#include "kernels/cell_kernel.h"
#include "linear/blas.h"
#include "mixed/axisymmetric_level.h"
#include "mixed/crack_opening.h"
#include "mixed/device_cell.h"
#include "mixed/drum.h"
#include "mixed/furrow.h"
#include "mixed/indentation.h"
#include "mixed/suction.h"
#include "percuta/fem/models.h"
#include "piercing/solid_level.h"
#include "transport/delivery_level.h"
#include "transport/healing_level.h"
#include "transport/patch_level.h"
#include "verification/verification.h"

namespace {

struct Axisymmetric : percuta::insertion::IndentationModel {
  percuta::insertion::IndentationCurve indent(const percuta::skin::Skin& skin,
                                              const percuta::device::Needle& needle,
                                              double up_to_displacement, double up_to_force,
                                              percuta::core::Observer& observer) const override {
    // OpenBLAS threads spin against the assembly threads; one is fastest at these sizes.
    percuta::fem::blas_threads(1);
    return percuta::fem::indent(skin, needle, up_to_displacement, up_to_force, observer);
  }
};

struct PlaneCrack : percuta::insertion::CrackOpeningModel {
  std::vector<percuta::insertion::CrackOpening> sweep(
      double alpha, std::vector<double> ratios,
      const std::function<void(const percuta::insertion::CrackOpening&)>& observe) const override {
    percuta::fem::blas_threads(1);
    return percuta::fem::crack_opening(alpha, std::move(ratios), {}, observe).samples;
  }
};

struct ThroughTheSkin : percuta::insertion::SolidModel {
  percuta::insertion::SolidInsertion insert(
      const percuta::skin::Skin& skin, const percuta::device::Needle& needle,
      const percuta::insertion::SolidOptions& options, percuta::core::Observer& observer,
      const std::function<void(const std::string&)>& checkpoint,
      const std::string& resume) const override {
    return percuta::fem::insert_solid(skin, needle, options, observer, checkpoint, resume);
  }
  percuta::insertion::SolidInsertion press(const percuta::skin::Skin& skin,
                                           const percuta::device::Needle& needle,
                                           double up_to_displacement, double up_to_force,
                                           const percuta::insertion::SolidOptions& options,
                                           percuta::core::Observer& observer) const override {
    return percuta::fem::insert_axisymmetric(skin, needle, up_to_displacement, up_to_force, options,
                                             observer);
  }
};

struct Cell : percuta::insertion::CellModel {
  percuta::insertion::CellResponse respond(const percuta::skin::Skin& skin,
                                           const percuta::device::Needle& needle, double radius,
                                           const percuta::insertion::CellReach& reach,
                                           percuta::core::Observer& observer) const override {
    percuta::fem::blas_threads(1);
    return percuta::fem::respond(skin, needle, radius, reach, observer);
  }
};

struct Drum : percuta::rolling::DrumModel {
  percuta::rolling::DrumResponse press(const percuta::skin::Skin& skin, double drum_radius,
                                       double up_to_load,
                                       percuta::core::Observer& observer) const override {
    percuta::fem::blas_threads(1);
    return percuta::fem::press_drum(skin, drum_radius, up_to_load, observer);
  }
};

struct Suction : percuta::skin::SuctionModel {
  std::vector<double> lift(const std::vector<percuta::skin::Skin>& skins,
                           const percuta::skin::SuctionTest& test, percuta::skin::TestCost& cost,
                           percuta::core::Observer& observer) const override {
    percuta::fem::blas_threads(1);
    return percuta::fem::lift_all(skins, test, cost, observer);
  }
};

struct Furrow : percuta::skin::FurrowModel {
  std::vector<percuta::skin::FurrowReading> compress(
      const std::vector<percuta::skin::Skin>& skins, const percuta::skin::Furrow& furrow,
      percuta::skin::TestCost& cost, percuta::core::Observer& observer) const override {
    percuta::fem::blas_threads(1);
    return percuta::fem::compress_all(skins, furrow, cost, observer);
  }
};

struct Verification : percuta::insertion::VerificationModel {
  std::vector<percuta::insertion::VerificationRow> run(
      percuta::core::Observer& observer,
      const std::function<void(const percuta::insertion::VerificationRow&)>& observe)
      const override {
    return percuta::fem::run_verification(observer, observe);
  }
};

struct Healing : percuta::healing::HealingModel {
  percuta::healing::Course heal(const percuta::healing::Parameters& p,
                                const percuta::healing::Wound& wound,
                                const percuta::healing::Settings& settings,
                                percuta::core::Observer& observer) const override {
    return percuta::fem::heal_axisymmetric(p, wound, settings, observer);
  }
};

struct HealingOfAPatch : percuta::healing::HealingModel {
  percuta::healing::Course heal(const percuta::healing::Parameters& p,
                                const percuta::healing::Wound& wound,
                                const percuta::healing::Settings& settings,
                                percuta::core::Observer& observer) const override {
    return percuta::fem::heal_patch(p, wound, settings, observer);
  }
};

struct Delivery : percuta::delivery::DeliveryModel {
  percuta::delivery::Course deliver(const percuta::delivery::Problem& problem,
                                    const percuta::delivery::Settings& settings,
                                    percuta::core::Observer& observer) const override {
    return percuta::fem::deliver_axisymmetric(problem, settings, observer);
  }
};

}  // namespace

extern "C" const percuta::fem::Models* percuta_fem_models() {
  static const Axisymmetric indentation;
  static const Cell cell;
  static const Drum drum;
  static const PlaneCrack crack_opening;
  static const ThroughTheSkin solid;
  static const Suction suction;
  static const Furrow furrow;
  static const Verification verification;
  static const Healing healing;
  static const HealingOfAPatch healing_patch;
  static const Delivery delivery;
  static const std::string libraries = [] {
    const std::string blas = percuta::fem::blas_name();
    return "deal.II " + std::string(percuta::fem::dealii_version()) + "\nCHOLMOD " +
           std::to_string(CHOLMOD_MAIN_VERSION) + "." + std::to_string(CHOLMOD_SUB_VERSION) +
           "\nlanes " + std::to_string(percuta::fem::widest_cell_kernel().lanes) + "\nBLAS " +
           (blas.empty() ? "reference (slow): install libopenblas0-pthread" : blas);
  }();
  static const percuta::fem::Models all{&indentation, &cell,          &drum,     &crack_opening,
                                        &solid,       &suction,       &furrow,   &verification,
                                        &healing,     &healing_patch, &delivery, libraries.c_str()};
  return &all;
}
