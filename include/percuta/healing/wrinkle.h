#pragma once

#include <vector>

#include "percuta/config/output.h"
#include "percuta/config/record.h"
#include "percuta/healing/bands.h"
#include "percuta/healing/healing.h"
#include "percuta/skin/furrow.h"

namespace percuta::healing {

/// How deep a furrow is before and after, at rest and under the muscle.
struct Wrinkle {
  skin::Furrow furrow;            ///< as it would be without stress
  std::vector<double> times;      ///< after the first session, of the healed skin [s]
  skin::FurrowReading untreated;  ///< of the skin as it was
  std::vector<skin::FurrowReading> healed;
  std::vector<double> low, high;  ///< between which depths under the muscle the band lies [m]
  skin::TestCost cost;
};

/// The keys of the furrow and of what the muscle does.
const config::Record<skin::Furrow>& furrow_record();

/// The furrow in the skin as it was and at these times of a course [s]. Its band is that of four
/// skins in which papillary and reticular dermis each lie at either end of theirs: they may act
/// against one another.
Wrinkle wrinkle(const skin::Skin&, const Course&, const Bands&, const std::vector<double>& times,
                const skin::Furrow&, const skin::FurrowModel&, core::Observer&);

/// Every output of the furrow.
const config::Outputs<Wrinkle>& wrinkle_outputs();

}  // namespace percuta::healing
