// insertion.level = "axisymmetric" in a run: finite elements press this very needle, with its base,
// into this skin; the puncture gate and the crack behind it are those of the energy level.

#include <fmt/format.h>

#include "models.h"
#include "percuta/core/quantity.h"

namespace percuta::insertion {
namespace {

class AxisymmetricModel : public InsertionModel {
 public:
  double seconds(const Setting&) const override { return 12.0; }
  std::unique_ptr<const PreparedNeedle> prepare(const Setting&, const Ingredients&,
                                                core::Observer&) const override;
};

constexpr double kReach =
    1.5;  // beyond the load at which the answer counts, for stiffer and softer places

std::unique_ptr<const PreparedNeedle> AxisymmetricModel::prepare(const Setting& s,
                                                                 const Ingredients& from,
                                                                 core::Observer& observer) const {
  const CellLevel plain(s.skin, s.needle, *from.cell(), from.crack());
  SolidOptions options = solid_options(s.choices, {}, s.threads);
  options.motion = Motion::push;
  options.in_cell = true;
  options.cell_radius = s.cell_radius;
  options.frames = 0;
  const auto solved = from.finite_elements().press(
      s.skin, s.needle, s.needle.length, kReach * s.cell_load / s.stiffness, options, observer);
  Correction correction;
  for (const auto& step : solved.steps) {
    const double load = step.force + step.base_force;
    if (!(step.force > 0.0) || (!correction.load.empty() && load <= correction.load.back()))
      continue;
    correction.load.push_back(load);
    correction.share.push_back(step.force / plain.needle_share(load, s.needle.length));
  }
  auto warnings = solved.warnings;
  if (!solved.complete)
    warnings.push_back(fmt::format(
        "the axisymmetric solve ended early, {}; beyond {} on the cell its last share of the load "
        "goes on",
        solved.ended,
        core::format_quantity(correction.load.empty() ? 0.0 : correction.load.back(), "mN", 3)));
  return std::make_unique<CorrectedNeedle>(s, from, std::move(correction), solved.cost,
                                           std::move(warnings));
}

}  // namespace

void add_axisymmetric_model(core::Registry<InsertionModel>& models) {
  models.add({"insertion",
              "axisymmetric",
              "finite elements: this needle with its base pressed into unpierced layered skin in "
              "the device cell; gate, crack and scatter as at the energy level",
              "skin of revolution, frictionless until it opens",
              {"Finite elements say how load is shared between needle and drum face; what opens "
               "the skin and what resists behind it are the energy level's."},
              {"shergold2005"}},
             [] { return std::make_unique<AxisymmetricModel>(); });
}

}  // namespace percuta::insertion
