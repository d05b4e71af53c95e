#pragma once

// Parts of a case by themselves, read and checked by the same declarations as within one.

#include <string>
#include <vector>

#include "percuta/config/record.h"
#include "percuta/device/device.h"
#include "percuta/insertion/energy.h"
#include "percuta/skin/skin.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// A part with every value that it holds.
template <class T>
struct Part {
  T value;
  std::vector<config::Used> inputs;
};

/// The skin of keys from "skin" on: "skin.base", "skin.layers.papillary_dermis.toughness". Throws
/// InputError with every error at once.
Part<skin::Skin> skin_part(const Overrides&);

/// One layer, of keys from "skin.layers.NAME" on. Throws InputError as `skin_part`.
Part<skin::Layer> layer_part(const std::string& name, const Overrides&);

/// A needle, of keys from "device.needle" on. Throws InputError as `skin_part`.
Part<device::Needle> needle_part(const Overrides&);

/// A device with its needle, of keys from "device" on. Throws InputError as `skin_part`.
Part<device::Device> device_part(const Overrides&);

/// The energy level of one needle in a skin, ready to answer: alone, its indentation solved by
/// finite elements; or with a cell radius [m] above zero as the needle of a device, from the
/// response of that cell, its base left out. Throws SolveError when a solve gives up, FileError
/// without finite elements where they are needed.
insertion::EnergyLevel energy_level(const skin::Skin&, const device::Needle&, double cell_radius,
                                    core::Observer& = core::silent());

}  // namespace percuta::study
