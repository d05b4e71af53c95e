#pragma once

#include "mixed/mixed_solid.h"
#include "percuta/skin/furrow.h"

namespace percuta::fem {

/// Half the skin from one furrow to the next in plane strain, mirrored at both sides; sides and
/// bottom move as the compression says, the surface is free.
struct FurrowSettings {
  double cells_per_furrow = 16.0;  ///< along half of it
  double growth = 1.3;             ///< of cells away from it and with depth
  double largest_cell = 0.15;      ///< over half the spacing
  double first_step = 0.05;        ///< compression
  double step_growth = 1.5;        ///< of the steps after it
  double tolerance = 1e-8;         ///< of the forces and of the volume
};

/// The skin as it lies, the furrow stretched as level skin is.
BlockMesh furrow_block(const skin::Skin&, const skin::Furrow&, const FurrowSettings&);

/// Equilibria at which a skin has come to rest, where the next one begins.
struct FurrowStates {
  SolidState at_rest, compressed;
};

/// One skin. `states` are where to begin, if they are of such a mesh and not empty, and the end.
/// Throws SolveError.
skin::FurrowReading compress(const skin::Skin&, const skin::Furrow&, FurrowStates& states,
                             skin::TestCost&, const FurrowSettings& = {});

/// Several skins of the same layers, each begun where the last one ended.
std::vector<skin::FurrowReading> compress_all(const std::vector<skin::Skin>&, const skin::Furrow&,
                                              skin::TestCost&, core::Observer&,
                                              const FurrowSettings& = {});

}  // namespace percuta::fem
