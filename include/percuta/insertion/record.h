#pragma once

#include "percuta/config/output.h"
#include "percuta/insertion/cell_level.h"
#include "percuta/insertion/solid.h"

namespace percuta::insertion {

/// The nominal needle in its cell; below "insertion".
const config::Outputs<CellDepth>& cell_depth_outputs();

/// What a finite-element level gave of one needle, and what it was asked for.
struct Pushed {
  const SolidOptions& options;
  const SolidInsertion& solution;
  bool solid = true;  ///< through the skin, not only into it
};

/// The last state at the deepest point: a needle may have been held there.
const SolidStep& deepest(const SolidInsertion&);

/// Every output of an insertion by finite elements.
const config::Outputs<Pushed>& pushed_outputs();

}  // namespace percuta::insertion
