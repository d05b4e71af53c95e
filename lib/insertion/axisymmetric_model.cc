// insertion.level = "axisymmetric" in a run: finite elements press this very needle, with its base,
// into this skin; the puncture gate and the crack behind it are those of the energy level.

#include "models.h"
#include "percuta/insertion/cell_level.h"

namespace percuta::insertion {
namespace {

class AxisymmetricModel : public InsertionModel {
 public:
  double seconds(const Setting&) const override { return 12.0; }
  std::unique_ptr<const PreparedNeedle> prepare(const Setting&, const Ingredients&,
                                                core::Observer&) const override;
};

class Pressed : public CellLevel {
 public:
  Pressed(const Setting& s, const Ingredients& from, Correction correction,
          const SolidInsertion& solved)
      : CellLevel(s.skin, s.needle, *from.cell(), from.crack(), std::move(correction)),
        cost_{solved.cost.unknowns, solved.cost.steps, solved.cost.iterations},
        warnings_(solved.warnings) {}
  InsertionCost cost() const override { return cost_; }
  std::vector<std::string> warnings() const override { return warnings_; }

 private:
  InsertionCost cost_;
  std::vector<std::string> warnings_;
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
  return std::make_unique<Pressed>(s, from, std::move(correction), solved);
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
