#pragma once

#include "mixed/mixed_solid.h"
#include "percuta/rolling/drum_contact.h"

namespace percuta::fem {

struct DrumSettings {
  double half_length = 0.04;     ///< of the strip of skin [m]
  double finest = 0.25e-3;       ///< cells along the surface, where the drum touches [m]
  double fine_length = 5e-3;     ///< over which they stay that small [m]
  double growth = 1.3;           ///< beyond
  double cells_per_layer = 1.0;  ///< at least, across each layer
  double deepest_cell = 0.5e-3;  ///< [m]
  double surface_cell =
      0.0;  ///< height of the uppermost cells, from which they grow; 0 = each layer evenly [m]
  double bulk = 2e9;  ///< bulk modulus of all layers (mechmater2012), 0 = their own [Pa]
  double penalty =
      10.0;  ///< of the contact, over shear modulus of the surface and size of its cells [-]
  double first_step = 0.02e-3;  ///< of the approach [m]
  double load_factor = 1.35;    ///< from step to step
};

/// A rigid frictionless cylinder pressed into a strip of layered skin, plane strain, bottom and far
/// end held: half of it.
rolling::DrumResponse press_drum(const skin::Skin&, double drum_radius, double up_to_load,
                                 core::Observer&, const DrumSettings& = {});

}  // namespace percuta::fem
