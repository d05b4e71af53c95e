#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <dlfcn.h>
#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/fem/models.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"

namespace percuta::study {
namespace {

void* fem_library() {
  static void* handle = [] {
    Dl_info info{};
    dladdr(reinterpret_cast<const void*>(&fem_library), &info);
    const auto path = std::filesystem::absolute(info.dli_fname).parent_path() / "libpercuta_fem.so";
    void* opened = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr)
      throw core::FileError(
          fmt::format("the finite-element library could not be loaded: {}", dlerror()));
    return opened;
  }();
  return handle;
}

const fem::Models& finite_elements() {
  const auto get =
      reinterpret_cast<const fem::Models* (*)()>(dlsym(fem_library(), "percuta_fem_models"));
  if (get == nullptr)
    throw core::FileError("percuta_fem offers no models; is it of another version?");
  return *get();
}

using Curve = std::shared_ptr<const insertion::IndentationCurve>;

// The longest curve so far of one skin and needle. Its lock is held while a longer one is solved:
// who asks for the same waits for it, others solve beside it.
struct Remembered {
  std::mutex mutex;
  Curve curve;
};

std::shared_ptr<Remembered> memory_of(const std::string& key) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<Remembered>> known;
  const std::lock_guard lock(mutex);
  auto& entry = known[key];
  if (!entry) entry = std::make_shared<Remembered>();
  return entry;
}

bool covers(const Curve& curve, double up_to, double up_to_force) {
  return curve && !curve->displacement.empty() &&
         (curve->displacement.back() >= up_to * (1.0 - 1e-9) || curve->force.back() >= up_to_force);
}

}  // namespace

const insertion::IndentationModel& indentation_model() { return *finite_elements().indentation; }
const insertion::CellModel& cell_model() { return *finite_elements().cell; }
const rolling::DrumModel& drum_model() { return *finite_elements().drum; }
const skin::SuctionModel& suction_model() { return *finite_elements().suction; }

const skin::FurrowModel& furrow_model() { return *finite_elements().furrow; }
const insertion::CrackOpeningModel& crack_opening_model() {
  return *finite_elements().crack_opening;
}
const insertion::SolidModel& solid_model() { return *finite_elements().solid; }
const healing::HealingModel& healing_model(std::string_view level) {
  return level == healing::kPatchLevel ? *finite_elements().healing_patch
                                       : *finite_elements().healing;
}
const delivery::DeliveryModel& delivery_model() { return *finite_elements().delivery; }
const insertion::VerificationModel& verification_model() { return *finite_elements().verification; }
std::string fem_libraries() { return finite_elements().libraries; }

const std::vector<double>& crack_ratios() {
  static const std::vector<double> ratios{3,     2.5,  2.2,   2,   1.8,   1.65, 1.5,   1.35,
                                          1.25,  1.15, 1.05,  1,   0.95,  0.9,  0.85,  0.8,
                                          0.75,  0.7,  0.65,  0.6, 0.55,  0.5,  0.45,  0.4,
                                          0.375, 0.35, 0.325, 0.3, 0.275, 0.25, 0.225, 0.2};
  return ratios;
}

const insertion::CrackTable& crack_table() {
  static const auto table = insertion::CrackTable::read(
      (std::filesystem::path(data_folder()) / "tables" / "crack-opening.csv").string());
  return table;
}

std::string indentation_key(const skin::Skin& skin, const device::Needle& n) {
  std::string key =
      fmt::format("{:a} {:a} {:a} {:a}", skin.tension, n.tip_radius, n.half_angle, n.shank_radius);
  for (const auto& l : skin.layers) {
    key += fmt::format(" | {:a} {:a}", l.thickness, l.bulk_over_shear);
    for (const auto& t : ogden_terms(l.law)) key += fmt::format(" {:a} {:a}", t.mu, t.alpha);
  }
  return key;
}

std::shared_ptr<const insertion::IndentationCurve> indentation(const skin::Skin& skin,
                                                               const device::Needle& needle,
                                                               double up_to, double up_to_force,
                                                               core::Observer& observer) {
  const auto memory = memory_of(indentation_key(skin, needle));
  const std::lock_guard lock(memory->mutex);
  if (!covers(memory->curve, up_to, up_to_force))
    memory->curve = std::make_shared<const insertion::IndentationCurve>(
        indentation_model().indent(skin, needle, up_to, up_to_force, observer));
  return memory->curve;
}

void remember(const skin::Skin& skin, const device::Needle& needle,
              insertion::IndentationCurve curve) {
  if (curve.displacement.size() < 3 || curve.force.size() != curve.displacement.size())
    throw std::invalid_argument(
        "an indentation curve needs three points or more, each with its force");
  const auto memory = memory_of(indentation_key(skin, needle));
  const std::lock_guard lock(memory->mutex);
  memory->curve = std::make_shared<const insertion::IndentationCurve>(std::move(curve));
}

double largest_force(const skin::Skin& skin, const device::Needle& needle) {
  const insertion::EnergyLevel level(skin, needle, {}, crack_table());
  return 1.2 * std::max(level.puncture_force(),
                        level.crack_force(needle.length) + level.friction_force(needle.length));
}

}  // namespace percuta::study
