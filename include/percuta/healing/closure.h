#pragma once

#include "percuta/healing/healing.h"

namespace percuta::healing {

/// Half-life of the open barrier of a channel: that of skin in the open or under cover; under cover
/// longer for a channel that is deep and wide [s].
double barrier_half_life(const Parameters&, const DepthClass&);

/// Open share of the channels through the stratum corneum, weighted by area, a time after the
/// session [-].
double barrier_open(const Parameters&, const Wound&, double since);

/// Water loss over that of unbroken skin a time after the session: vapour from the wet tissue
/// through each open channel, as long as the stratum corneum is thick and with the resistance of
/// its mouth, pi a^2 o D/(h + pi a/4), beside the permeance of what is whole, and all of it through
/// still air [-].
double water_loss(const Parameters&, const Wound&, double since);

/// Share of the mean channel's radius that epithelium has not yet met over [-].
double epithelial_gap(const Parameters&, const Wound&, double since);

/// How strong the flare is at its beginning, of 1: how much of the skin lies within its reach of a
/// channel, and how deep the channels go beyond the stratum corneum [-].
double flare(const Parameters&, const Wound&);

/// Closes the course: series and moments that belong to the channels, from the averages of the
/// course. Expects `time` and `papillary.damage`.
void close(Course&, const Parameters&, const Wound&);

}  // namespace percuta::healing
