#pragma once

#include <vector>

#include "mixed/discretisation.h"
#include "percuta/skin/skin.h"

namespace percuta::fem {

/// Gives a mesh its lines across the depth and its layers, with the skin's surface at y = 0 and its
/// depth downwards. `depth` runs from 0 to the bottom [m]; the skin must outlive the mesh.
void put_below_surface(BlockMesh&, const skin::Skin&, const std::vector<double>& depth);

}  // namespace percuta::fem
