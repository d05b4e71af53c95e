// insertion.level = "solid" in a run: finite elements in three dimensions push this needle through
// this skin; what they say of puncture, of the force at each pierced depth and of the slit takes
// the place of the energy level's figures for the nominal needle. How needles and places differ
// from the nominal ones, and what the drum face takes, follow from the energy level.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models.h"
#include "percuta/core/quantity.h"

namespace percuta::insertion {
namespace {

class ThroughSkin : public InsertionModel {
 public:
  double seconds(const Setting&) const override {
    return 400.0;
  }  // of a 0.5 mm needle with the default mesh
  std::unique_ptr<const PreparedNeedle> prepare(const Setting&, const Ingredients&,
                                                core::Observer&) const override;
};

// How far beyond the needle's share of the load, and beyond the energy level's gate, the push goes:
// the scatter meets both.
constexpr double kBeyondShare = 1.5, kBeyondGate = 3.0;

/// What the push says over what the energy level says, step by step behind puncture.
Correction correction_of(const SolidInsertion& solved, const CellLevel& plain, double tip_radius) {
  Correction out;
  for (const auto& step : solved.steps) {
    if (step.leaving || step.pierced_depth < tip_radius ||
        (!out.depth.empty() && step.pierced_depth <= out.depth.back()))
      continue;
    const double a = step.pierced_depth;
    out.depth.push_back(a);
    out.resistance.push_back(step.force / (plain.crack_force(a) + plain.friction_force(a)));
    out.slit.push_back(step.slit_half_length / plain.slit_half_length(a));
  }
  return out;
}

std::unique_ptr<const PreparedNeedle> ThroughSkin::prepare(const Setting& s,
                                                           const Ingredients& from,
                                                           core::Observer& observer) const {
  const CellLevel plain(s.skin, s.needle, *from.cell(), from.crack());
  SolidOptions options = solid_options(s.choices, {}, s.threads);
  options.motion = Motion::push;
  options.withdraw = false;
  options.frames = 0;
  options.displacement = s.needle.length;
  options.force =
      std::max(kBeyondShare * plain.needle_share(s.cell_load / s.stiffness, s.needle.length),
               kBeyondGate * plain.puncture_force());
  const auto solved = from.finite_elements().insert(s.skin, s.needle, options, observer, {}, "");
  if (!solved.complete)
    throw core::SolveError(
        fmt::format("insertion.level = \"solid\": the push ended early, {}", solved.ended));
  auto warnings = solved.warnings;
  auto correction = correction_of(solved, plain, s.needle.tip_radius);
  double opened = puncture_force(solved);
  if (!std::isfinite(opened) || correction.depth.empty()) {
    opened = 0.0;
    for (const auto& step : solved.steps) opened = std::max(opened, step.force);
    warnings.push_back(
        fmt::format("the solid level did not open the skin up to {} on the needle, {:.3g} times "
                    "the energy level's gate; that is taken for its puncture force, "
                    "and it is more",
                    core::format_quantity(opened, "mN", 3), opened / plain.puncture_force()));
    correction = {};
  }
  correction.opening = opened / plain.puncture_force();
  return std::make_unique<CorrectedNeedle>(s, from, std::move(correction), solved.cost,
                                           std::move(warnings));
}

}  // namespace

void add_solid_model(core::Registry<InsertionModel>& models) {
  models.add(
      {"insertion",
       "solid",
       "finite elements in three dimensions: this needle through layered skin with friction "
       "and a cohesive crack; scatter and drum face as at the energy level",
       "one upright needle pushed slowly, far from its neighbours",
       {"Puncture, force at depth and slit are those of a lone needle pushed straight down; "
        "how needles and places scatter about it, and what the drum "
        "face takes, are the energy level's. The slit is the crack at its longest, which may lie "
        "below the surface.",
        "The crack stays in one plane and its strength and toughness are calibrated on few "
        "measurements."},
       {"shergold2005"}},
      [] { return std::make_unique<ThroughSkin>(); });
}

}  // namespace percuta::insertion
