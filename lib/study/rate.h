#pragma once

// How fast a device presses its skin, and how stiff that makes it.

#include "percuta/rolling/drum_contact.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// Whether every layer is stiffened alike when it is pressed for this time [s].
bool relaxes_evenly(const skin::Skin&, double time);

/// Time in which a roller's needle goes from its first touch to the deepest point: half the
/// contact's width at the protocol's speed [s].
double ramp_time(const Case&, const device::Roller&, const rolling::DrumResponse&);

/// How much stiffer a skin whose layers relax alike is at that time than slowly pressed; 1 for a
/// time of 0, which is slow [-].
double evenly_stiffened(const skin::Skin&, double time);

/// Threads that a case's insertion model may take.
int threads_of(const Case&);

}  // namespace percuta::study
