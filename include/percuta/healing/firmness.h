#pragma once

#include <vector>

#include "percuta/config/output.h"
#include "percuta/config/record.h"
#include "percuta/healing/bands.h"
#include "percuta/healing/healing.h"
#include "percuta/skin/suction.h"

namespace percuta::healing {

/// How firm skin is before and after, as a suction test reads it.
struct Firmness {
  std::vector<double> times;       ///< after the first session, of the healed skin [s]
  skin::SuctionReading untreated;  ///< of the skin as it was
  std::vector<skin::SuctionReading> healed;
  std::vector<double> largest_low, largest_high;  ///< elevations of the stiffest and of the softest
                                                  ///< skin of the band [m]
  bool relaxes = false;  ///< whether the skin does; without, nothing comes back late
  skin::TestCost cost;
};

/// The keys of the probe and its cycle.
const config::Record<skin::SuctionTest>& suction_record();

/// Skin whose papillary dermis (its uppermost layer of the dermis) and the dermis below it are so
/// many times as stiff: every modulus of their laws. Tension, thickness and what relaxes stay [-].
skin::Skin as_healed(const skin::Skin&, double papillary_stiffness, double reticular_stiffness);

/// The same of a moment of a course [s].
skin::Skin as_healed(const skin::Skin&, const Course&, double time);

/// The test on the skin as it was and at these times of a course [s]. Its band is that of skins in
/// which the papillary and the reticular dermis both lie at one end of theirs.
Firmness firmness(const skin::Skin&, const Course&, const Bands&, const std::vector<double>& times,
                  const skin::SuctionTest&, const skin::SuctionModel&, core::Observer&);

/// Every output of the suction test.
const config::Outputs<Firmness>& firmness_outputs();

}  // namespace percuta::healing
