#pragma once

// The insertion models that come with Percuta, each in a source of its own.

#include "percuta/insertion/model.h"

namespace percuta::insertion {

void add_energy_model(core::Registry<InsertionModel>&);
void add_axisymmetric_model(core::Registry<InsertionModel>&);
void add_solid_model(core::Registry<InsertionModel>&);

}  // namespace percuta::insertion
