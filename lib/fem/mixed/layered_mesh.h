#pragma once

#include <vector>

#include "mixed/discretisation.h"
#include "percuta/skin/skin.h"

namespace percuta::fem {

/// Cells that grow from one end, of which the first has this size; the last are stretched a little
/// to end exactly, and `size` is then that of the last [m].
std::vector<double> growing(double length, double& size, double growth, double largest);

/// Lines of a mesh from the last one on [m].
void go_on(std::vector<double>& ticks, const std::vector<double>& sizes);

/// Lines across the depth, from 0 to the bottom, with one at the end of every layer: cells grow
/// from the surface down [m].
std::vector<double> depth_lines(const skin::Skin&, double finest, double growth, double largest);

/// Gives a mesh its lines across the depth and its layers, with the skin's surface at y = 0 and its
/// depth downwards. `depth` runs from 0 to the bottom [m]; the skin must outlive the mesh.
void put_below_surface(BlockMesh&, const skin::Skin&, const std::vector<double>& depth);

}  // namespace percuta::fem
