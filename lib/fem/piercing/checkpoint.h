#pragma once

#include <string>

#include "percuta/insertion/solid.h"
#include "piercing/pierced_block.h"
#include "piercing/piercing_plan.h"

namespace percuta::fem {

/// How far an insertion has come, beside the state of the block.
struct Progress {
  double done = 0.0, step = 0.0;
  int next_frame = 0;
  double gave_way_at = 0.0;            ///< how far the needle was when held skin last gave way
  double held = 0.0, hold_step = 0.0;  ///< time that the needle was held at the end of its push,
                                       ///< next attempt if one failed [s]
  double turned_at = 0.0;  ///< tip travel at which the wanted force was reached; 0 = not yet [m]
  double peak = 0.0, largest_error = 0.0;
  bool punctured = false, after_snap = false;
  std::size_t deepest_layer = 0;
  long quiet_steps = 0, quiet_iterations = 0;
};

/// Everything that the next step depends on, as plain bytes for the same input and build.
std::string pack(const PiercedBlock::Saved&, const Progress&, const insertion::SolidInsertion&,
                 const std::vector<FinePart>&, std::size_t identity);
/// Puts such bytes back. Throws InputError when they belong to another case or hold what no
/// insertion in skin of so many layers leaves; whether the state fits its block,
/// FollowedBlock::restore sees.
PiercedBlock::Saved unpack(const std::string&, Progress&, insertion::SolidInsertion&,
                           std::vector<FinePart>&, std::size_t identity, std::size_t layers);

/// A number that differs when any input of the insertion does.
std::size_t identity_of(const skin::Skin&, const device::Needle&, const insertion::SolidOptions&);

}  // namespace percuta::fem
