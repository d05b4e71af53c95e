#pragma once

#include <string>

#include "percuta/core/progress.h"

namespace percuta::evidence {

/// What is measured of needled skin over hours and months beside the model, as comma-separated
/// values; those that constants were chosen from say so.
std::string healing_cases_csv(core::Observer& = core::silent());

/// A home and a clinic protocol, one and four sessions, on days 5 to 180 after the first, with
/// bands, as comma-separated values.
std::string healing_table_csv(core::Observer& = core::silent());
/// What stiffer dermis does to furrows of several sizes under several compressions.
std::string furrow_stiffness_csv(core::Observer& = core::silent());

/// What each set of constants of data/healing changes in the clinic protocol, as comma-separated
/// values.
std::string healing_sets_csv(core::Observer& = core::silent());

/// Which constants decide collagen of the clinic protocol on days 5 to 180, with intervals, as
/// comma-separated values. Minutes.
std::string healing_sensitivity_csv(core::Observer& = core::silent());

}  // namespace percuta::evidence
