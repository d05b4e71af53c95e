#pragma once

// How a device brings its load to the needles, or its motion.

#include <functional>
#include <memory>

#include "percuta/insertion/model.h"
#include "percuta/rolling/drum_contact.h"
#include "percuta/study/case.h"
#include "percuta/study/result.h"
#include "rate.h"

namespace percuta::study {

/// The skin as it answers at the device's rate, under this device.
struct PreparedSkin {
  std::unique_ptr<const insertion::PreparedNeedle> needle;
  std::shared_ptr<const rolling::DrumResponse> drum;  ///< of a roller
  double stiffness = 1.0;  ///< of the skin over that of level and drum [-]
};

/// The models that the case asks for, on the skin at its rate; what they rest on is kept in the
/// result.
PreparedSkin answer_of(const Case&, Result&, core::Observer&);

/// The model of the case's level on a skin, in the device's cell.
std::unique_ptr<const insertion::PreparedNeedle> prepare(const Case&, insertion::Setting, Result&,
                                                         core::Observer&);

/// The device on the skin, with the nominal needle.
void press(const Case&, const PreparedSkin&, OnSkin&);

/// How deep the needles of the scatter get where the device presses or drives them most.
channel::Depths depths_under(const Case&, const PreparedSkin&, double cell_load);

/// Channels per area of one session: by the share of the scatter, not by the count on the patch,
/// whose sampling error it would carry along; 0 where nothing is pierced [1/m^2].
double channels_per_area(const Result&);

/// What a needle leaves that got this deep, but for the length of its cut; nothing at 0.
channel::Channel open_channel(const Case&, double depth);

/// Everything of a run up to the channels, without what the skin does afterwards.
Result channels_of(const Case&, core::Observer&);

}  // namespace percuta::study
