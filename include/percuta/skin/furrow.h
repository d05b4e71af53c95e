#pragma once

// Furrows of the skin under the muscle that shortens it: how deep they are at rest and then.

#include <vector>

#include "percuta/core/progress.h"
#include "percuta/skin/skin.h"
#include "percuta/skin/test_cost.h"

namespace percuta::skin {

/// Furrows side by side in the surface of skin without stress, each a cosine from edge to edge with
/// level skin between, and how much the muscle below shortens the skin across them.
struct Furrow {
  double depth = 0.1e-3;     ///< of the bottom below the level skin [m]
  double width = 0.5e-3;     ///< from edge to edge [m]
  double spacing = 3e-3;     ///< from one to the next [m]
  double compression = 0.1;  ///< of the skin as it lies at rest [-]
};

/// The surface of half a furrow, from its bottom to midway between two.
struct FurrowSurface {
  std::vector<double> along;   ///< from the middle of the furrow [m]
  std::vector<double> height;  ///< above the undisturbed level of the skin at rest [m]
};

/// How far the bottom lies below the highest point of the surface [m].
double depth(const FurrowSurface&);

/// Half a furrow in skin under its tension alone, and compressed.
struct FurrowReading {
  FurrowSurface at_rest, compressed;
};

/// Depth to which the layers go down with the surface, and that from which on they lie level: above
/// the dermis and below it; skin without a dermis is level from its bottom on [m].
struct FurrowLayers {
  double follow, level;
};
FurrowLayers furrow_layers(const Skin&);

/// Furrows of elastic skins; implemented by finite elements in percuta_fem.
class FurrowModel {
 public:
  virtual ~FurrowModel() = default;
  /// A reading each; layers are of the same thickness in all skins. Throws SolveError.
  virtual std::vector<FurrowReading> compress(const std::vector<Skin>&, const Furrow&, TestCost&,
                                              core::Observer&) const = 0;
};

}  // namespace percuta::skin
