#pragma once

// The insertion models that come with Percuta, each in a source of its own.

#include <string>
#include <utility>
#include <vector>

#include "percuta/insertion/cell_level.h"
#include "percuta/insertion/model.h"

namespace percuta::insertion {

/// The energy level's needle, corrected by what finite elements said of the nominal one.
class CorrectedNeedle : public CellLevel {
 public:
  CorrectedNeedle(const Setting& s, const Ingredients& from, Correction correction,
                  const SolidCost& cost, std::vector<std::string> warnings)
      : CellLevel(s.skin, s.needle, *from.cell(), from.crack(), std::move(correction)),
        cost_{cost.unknowns, cost.steps, cost.iterations},
        warnings_(std::move(warnings)) {}
  InsertionCost cost() const override { return cost_; }
  std::vector<std::string> warnings() const override { return warnings_; }

 private:
  InsertionCost cost_;
  std::vector<std::string> warnings_;
};

void add_energy_model(core::Registry<InsertionModel>&);
void add_axisymmetric_model(core::Registry<InsertionModel>&);
void add_solid_model(core::Registry<InsertionModel>&);

}  // namespace percuta::insertion
