// insertion.level = "energy": the light model, by way of tables.

#include "models.h"
#include "percuta/insertion/cell_level.h"

namespace percuta::insertion {
namespace {

class EnergyModel : public InsertionModel {
 public:
  std::unique_ptr<const PreparedNeedle> prepare(const Setting& s, const Ingredients& from,
                                                core::Observer&) const override {
    return std::make_unique<CellLevel>(s.skin, s.needle, *from.cell(), from.crack());
  }
};

}  // namespace

void add_energy_model(core::Registry<InsertionModel>& models) {
  models.add({"insertion",
              "energy",
              "large-strain indentation in the device cell up to a puncture gate, then a plane "
              "crack that the needle wedges open; layered, tapered, with friction",
              "round needles pushed straight down",
              {"What the model calls toughness is what its calibration made it: two numbers fitted "
               "to four published measurements on excised human skin. Published "
               "toughness spans three decades.",
               "After puncture the crack is a plane slit that keeps its least-cost width; the "
               "skin's answer to the push is that of unpierced skin under a needle "
               "that sticks out by what is not yet in."},
              {"shergold2005"}},
             [] { return std::make_unique<EnergyModel>(); });
}

}  // namespace percuta::insertion
