#pragma once

#include <vector>

#include "boxes/solid_material.h"
#include "percuta/insertion/solid.h"
#include "piercing/pierced_block.h"

namespace percuta::fem {

/// How deep the skin is cut from its surface on, in the undeformed skin [m].
double cut_depth(const PiercedBlock&);

/// Volume ratio of the cell that is squeezed most [-].
double most_squeezed(const PiercedBlock&);

/// The whole field as it is now.
insertion::SolidField field_of(const PiercedBlock&, const std::vector<SolidMaterial>&);

/// Slit and opening at every depth of a cut `depth` deep [m].
insertion::LeftChannel channel_left(const PiercedBlock&, double depth);

}  // namespace percuta::fem
