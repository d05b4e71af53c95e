#pragma once

// What the members of an ensemble heal, and how.

#include <string>

#include "percuta/healing/healing.h"
#include "percuta/study/case.h"
#include "percuta/study/result.h"

namespace percuta::study {

/// What the device did to the skin, as healing needs to know it.
healing::Wound wound_of(const Case&, const Result&);

/// The level that members of an ensemble are healed by: a patch is too much for that.
std::string level_of_bands(const HealingOptions&);

/// The same channels in the classes of an ensemble, each as its middle one.
healing::Wound coarser(healing::Wound);

/// Coarser cells and steps than those of the course itself.
healing::Settings coarser(const HealingOptions&);

}  // namespace percuta::study
