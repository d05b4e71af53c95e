#pragma once

#include <string>

#include "percuta/study/case.h"

namespace percuta::study {

/// What a result file says of the run that made it.
struct Origin {
  std::string type;  ///< "percuta result", "percuta insertion"
  Case c;
  int threads =
      0;  ///< that an insertion took, since sums of the solid level hang on it in their last digits
};

/// Reads results.h5 so that the same can be computed again from the file alone: inputs, poses of a
/// path, and the finite-element responses that a run used, which are remembered. Throws FileError
/// for a file that is none or is older than format 2, InputError for inputs that this version does
/// not know.
Origin read_origin(const std::string& results);

}  // namespace percuta::study
