#include "measured.h"

#include <filesystem>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/run.h"

namespace percuta::evidence {

using namespace study;

namespace {

config::Tree read_figures(const std::string& file) {
  core::Diagnostics errors;
  auto tree = config::Tree::read(
      (std::filesystem::path(data_folder()) / "reference" / file).string(), errors);
  if (!errors.empty()) throw core::InputError(errors);
  return tree;
}

}  // namespace

Figures::Figures(std::string file) : file_(std::move(file)), tree_(read_figures(file_)) {}

double Figures::value(const std::string& key) const {
  const auto* leaf = tree_.find(key);
  if (leaf == nullptr) throw core::FileError(fmt::format("data/reference/{} lacks {}", file_, key));
  const auto& scalar = std::get<config::Scalar>(leaf->value);
  if (const auto* number = std::get_if<double>(&scalar)) return *number;
  const auto q = core::parse_quantity(std::get<std::string>(scalar)).value();
  return q.number * core::find_unit(q.unit).value().si;
}

Measured measured() {
  const Figures figures("calibration-cases.toml");
  const auto value = [&](const std::string& key) { return figures.value(key); };
  return {{value("case_20.tip_radius"), value("case_21.tip_radius")},
          {value("case_20.puncture_force"), value("case_21.puncture_force")},
          value("case_23.depth_at_drop"),
          value("case_25.lowest_force"),
          value("case_25.highest_force"),
          value("case_30.travel"),
          value("case_30.buried_below"),
          value("needle.shank_radius"),
          value("needle.half_angle")};
}

skin::Skin skin_named(const std::string& name) {
  return parse_case(fmt::format("skin = \"{}\"\ndevice = \"mf8-0.5mm\"\n", name), "calibration")
      .skin;
}

device::Needle needle_of(const Measured& m, double tip_radius) {
  return {3e-3, m.shank_radius, tip_radius, m.half_angle};
}

}  // namespace percuta::evidence
