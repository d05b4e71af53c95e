#pragma once

#include <string>

#include "percuta/core/progress.h"

namespace percuta::evidence {

/// The conductance of channels over that of ones full of still water at which naloxone gets through
/// pig skin 37 times as fast with a pen of 250 um as without (etsu9544): the one free constant of
/// delivery [-].
double calibrated_conductance(core::Observer& = core::silent());

/// Measurements of what gets in beside the model, as comma-separated values; one of them
/// calibrates.
std::string delivery_cases_csv(core::Observer& = core::silent());

/// Eight solutes through the channels of rollers of three needle lengths, open and covered, at once
/// and six hours later, with bands, as comma-separated values.
std::string delivery_table_csv(core::Observer& = core::silent());

/// The same solutes and rollers by both levels, at three times, as comma-separated values.
std::string delivery_levels_csv(core::Observer& = core::silent());

}  // namespace percuta::evidence
