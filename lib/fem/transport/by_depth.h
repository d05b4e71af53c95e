#pragma once

// What levels that solve over depth share: averages between depths, and the moments that are asked
// for.

#include <vector>

#include "percuta/core/quantity.h"
#include "percuta/healing/fields.h"

namespace percuta::fem {

inline constexpr double kInstant = 1e-9 * core::kDay;  ///< times closer than this are one [s]

/// Adds a share of what another place counts for.
void add(healing::Mean& to, const healing::Mean& from, double share);

/// Whether a profile is asked for at each time; at a session before the cut.
std::vector<char> profile_asked(const std::vector<double>& times, const healing::Settings&,
                                double duration);

/// Appends averages of the needled depth, of papillary, reticular and whole dermis at one moment
/// after the other, from horizontal means of the levels between these faces, from the surface down
/// [m].
void average_by_depth(healing::Course&, const healing::Parameters&, const healing::Wound&,
                      const std::vector<double>& faces,
                      const std::vector<std::vector<healing::Mean>>& moments);

}  // namespace percuta::fem
