#pragma once

#include "percuta/channel/channel.h"
#include "percuta/config/output.h"

namespace percuta::channel {

/// How deep the needles of the scatter get; below "insertion".
const config::Outputs<Depths>& depths_outputs();

/// The nominal needle under a growing load; below "insertion".
const config::Outputs<InsertionCurve>& curve_outputs();

/// What one needle leaves; below "channels".
const config::Outputs<Channel>& channel_outputs();

/// How evenly channels lie; below "channels".
const config::Outputs<Pattern>& pattern_outputs();

/// How channels bleed; below "channels".
const config::Outputs<BleedingShares>& bleeding_outputs();

/// Where needles land and which of them leave channels; below "channels".
const config::Outputs<ChannelField>& field_outputs();

/// Landings as columns; below "landings".
const config::Outputs<ChannelField>& landings_outputs();

}  // namespace percuta::channel
