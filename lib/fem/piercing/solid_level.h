#pragma once

#include "percuta/insertion/solid.h"

namespace percuta::fem {

/// The solid level: plan, steps, events, fields, what is left. See insertion::SolidModel.
insertion::SolidInsertion insert_solid(const skin::Skin&, const device::Needle&,
                                       const insertion::SolidOptions&, core::Observer&,
                                       const std::function<void(const std::string&)>& checkpoint,
                                       const std::string& resume);

}  // namespace percuta::fem
