#pragma once

#include "percuta/insertion/solid.h"

namespace percuta::fem {

/// The needle pressed into unpierced skin of revolution, frictionless, up to a displacement [m] or
/// a force [N].
insertion::SolidInsertion insert_axisymmetric(const skin::Skin&, const device::Needle&,
                                              double up_to_displacement, double up_to_force,
                                              const insertion::SolidOptions&, core::Observer&);

}  // namespace percuta::fem
