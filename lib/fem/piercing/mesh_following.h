#pragma once

#include <vector>

#include "piercing/pierced_block.h"
#include "piercing/piercing_plan.h"

namespace percuta::fem {

/// Where the mesh has to be fine for a state of the skin: under the tip, and where a crack comes
/// apart or is about to.
class MeshFollowing {
 public:
  MeshFollowing(const PiercingPlan&, double tip_radius);

  /// A place on the plane y = 0 that wants fine cells round it, for the reason `kind`.
  struct Spot {
    double x, z;  ///< [m]
    std::size_t kind;
  };
  std::vector<Spot> front(const PiercedBlock&) const;
  Spot under_tip(const PiercedBlock&) const;

  /// Whether a mesh made for these parts suits all spots.
  bool suits(const std::vector<FinePart>&, const std::vector<Spot>&) const;
  /// Parts that suit the spots and those that lie near by, `wider` times the least distance further
  /// than it takes.
  std::vector<FinePart> parts(const std::vector<Spot>&, int wider) const;

 private:
  struct Kind {
    double size, reach, side;  ///< of cells; how far round a spot they have to be fine at least,
                               ///< and across the plane [m]
    double top, bottom;        ///< depths between which they have to [m]
  };
  std::vector<Kind> kinds_;  ///< front layers of the plan, then the tip
};

}  // namespace percuta::fem
