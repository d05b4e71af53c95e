#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "percuta/healing/fields.h"
#include "transport/patch_transport.h"

namespace percuta::fem {

/// Everything that the next step of a patch depends on, and what has been read so far.
struct PatchState {
  std::int64_t processes = 0, boxes = 0;  ///< it belongs to as many
  std::int64_t stop = 0, sessions = 0;    ///< next to be reached; cut so far
  double time = 0.0, step = 0.0, since_session = 0.0, ascorbate = 1.0;
  PatchCost cost;
  std::vector<double> fields, bleeding;  ///< of the boxes of all processes
  std::vector<std::vector<healing::Mean>> moments;
  healing::Course read;  ///< profiles and maps
};

/// As plain bytes, for the same build.
std::string pack(const PatchState&);
/// Puts such bytes back; false where they are not what `pack` made.
bool unpack(const std::string&, PatchState&);

}  // namespace percuta::fem
