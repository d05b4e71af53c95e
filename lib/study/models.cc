#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

#include <dlfcn.h>
#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/run.h"

namespace percuta::study {
namespace {

void* fem_library() {
  static void* handle = [] {
    Dl_info info{};
    dladdr(reinterpret_cast<const void*>(&fem_library), &info);
    const auto path = std::filesystem::absolute(info.dli_fname).parent_path() / "libpercuta_fem.so";
    void* opened = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr) throw core::FileError(fmt::format("the finite-element library could not be loaded: {}", dlerror()));
    return opened;
  }();
  return handle;
}

template <class Model>
const Model& model(const char* symbol) {
  using Get = const Model* (*)();
  const auto get = reinterpret_cast<Get>(dlsym(fem_library(), symbol));
  if (get == nullptr) throw core::FileError(fmt::format("percuta_fem does not offer {}; is it of another version?", symbol));
  return *get();
}

// What the curve depends on, digit for digit.
std::string key(const skin::Skin& skin, const device::Needle& n) {
  std::string k = fmt::format("{:a} {:a} {:a} {:a}", skin.tension, n.tip_radius, n.half_angle, n.shank_radius);
  for (const auto& l : skin.layers) {
    k += fmt::format(" | {:a} {:a}", l.thickness, l.bulk_over_shear);
    for (const auto& t : ogden_terms(l.law)) k += fmt::format(" {:a} {:a}", t.mu, t.alpha);
  }
  return k;
}

}  // namespace

const insertion::IndentationModel& indentation_model() { return model<insertion::IndentationModel>("percuta_indentation_model"); }

const insertion::CrackOpeningModel& crack_opening_model() { return model<insertion::CrackOpeningModel>("percuta_crack_opening_model"); }

const insertion::SolidModel& solid_model() { return model<insertion::SolidModel>("percuta_solid_model"); }

const insertion::VerificationModel& verification_model() { return model<insertion::VerificationModel>("percuta_verification_model"); }

std::string fem_libraries() {
  const auto get = reinterpret_cast<const char* (*)()>(dlsym(fem_library(), "percuta_fem_libraries"));
  return get != nullptr ? get() : "";
}

const std::vector<double>& crack_ratios() {
  static const std::vector<double> ratios{3,    2.5, 2.2,  2,   1.8,  1.65, 1.5,  1.35, 1.25,  1.15, 1.05,  1,   0.95,  0.9,  0.85,  0.8,
                                          0.75, 0.7, 0.65, 0.6, 0.55, 0.5,  0.45, 0.4,  0.375, 0.35, 0.325, 0.3, 0.275, 0.25, 0.225, 0.2};
  return ratios;
}

const insertion::CrackTable& crack_table() {
  static const auto table = insertion::CrackTable::read((std::filesystem::path(data_folder()) / "tables" / "crack-opening.csv").string());
  return table;
}

const insertion::IndentationCurve& indentation(const skin::Skin& skin, const device::Needle& needle, double up_to, double up_to_force,
                                               core::Observer& observer) {
  static std::mutex mutex;
  static std::map<std::string, insertion::IndentationCurve> known;
  const std::lock_guard lock(mutex);
  auto& curve = known[key(skin, needle)];
  const bool covers = !curve.displacement.empty() && (curve.displacement.back() >= up_to * (1.0 - 1e-9) || curve.force.back() >= up_to_force);
  if (!covers) curve = indentation_model().indent(skin, needle, up_to, up_to_force, observer);
  return curve;
}

double largest_force(const skin::Skin& skin, const device::Needle& needle) {
  const insertion::EnergyLevel level(skin, needle, {}, crack_table());
  return 1.2 * std::max(level.puncture_force(), level.crack_force(needle.length) + level.friction_force(needle.length));
}

}  // namespace percuta::study
