#pragma once

#include <functional>

#include "mixed/mixed_solid.h"
#include "percuta/skin/suction.h"

namespace percuta::fem {

/// Axisymmetric block of the skin's layers, bottom held, side held at its pre-stretch; the surface
/// sticks to the rim and is free beyond it.
struct SuctionSettings {
  double cells_per_opening = 15.0;  ///< at the edge of the opening, over its radius
  double growth = 1.5;              ///< of cells away from it
  double reach = 4.0;               ///< radius of the block over that of the probe
  double largest_cell = 0.24;       ///< within the opening, over its radius
  double first_step = 0.25;         ///< share of the pressure
  double step_growth = 1.5;         ///< of the steps after it
  double load_tolerance = 1e-6;     ///< of the load that follows the surface
};

/// Lines of the mesh along the radius and from the surface down.
BlockMesh suction_block(const skin::Skin&, const skin::SuctionTest&, const SuctionSettings&);

/// The skin under the probe, before the pressure is on; a rim of no width holds nothing.
MixedSolid under_probe(const skin::Skin&, const skin::SuctionTest&, const Discretisation&);

/// The surface within the opening: nodes from the axis outward, three to an edge.
std::vector<int> opening_nodes(const Discretisation&, const skin::SuctionTest&);

/// Nodal forces of a pressure of one on the surface as it is, outward and normal to it [N/Pa].
Eigen::VectorXd following_load(const MixedSolid&, const std::vector<int>& opening_nodes);

/// Volume that has risen above the plane of the undisturbed surface [m^3].
double risen_volume(const MixedSolid&, const std::vector<int>& opening_nodes);

/// Looks at every converged state: pressure [Pa].
using SuctionVisitor = std::function<void(MixedSolid&, double pressure)>;

/// Elevation of the middle [m]. `state` is where to begin, if it is of this mesh and not empty, and
/// the end. Throws SolveError.
double lift(const skin::Skin&, const skin::SuctionTest&, const Discretisation&, SolidState& state,
            skin::TestCost&, const SuctionSettings& = {}, const SuctionVisitor& = {});

/// The same of several skins of the same layers on one mesh, each begun where the last one ended.
std::vector<double> lift_all(const std::vector<skin::Skin>&, const skin::SuctionTest&,
                             skin::TestCost&, core::Observer&, const SuctionSettings& = {});

}  // namespace percuta::fem
