#pragma once

#include <utility>
#include <vector>

#include "percuta/core/quantity.h"
#include "percuta/delivery/delivery.h"

namespace percuta::test {

/// Skin of four layers with channels that close in half an hour, or a day under the cover that lies
/// on it for some hours; a finite dose is laid on twice.
inline delivery::Problem needled_skin(std::vector<delivery::Channels> channels) {
  constexpr double kHour = 3600.0;
  delivery::Problem p;
  p.layers = {
      {.name = "horny",
       .thickness = 15e-6,
       .diffusivity = 1e-14,
       .partition = 0.03,
       .barrier = true},
      {.name = "epidermis", .thickness = 64e-6, .diffusivity = 1.8e-10},
      {.name = "papillary",
       .thickness = 150e-6,
       .diffusivity = 1.8e-10,
       .bound = 0.5,
       .clearance = 3e-4},
      {.name = "reticular", .thickness = 850e-6, .diffusivity = 1.8e-10, .clearance = 1e-4}};
  p.channels = std::move(channels);
  p.channel_diffusivity = 9e-10;
  for (auto& c : p.channels) {
    c.half_life = 0.5 * kHour;
    c.half_life_covered = core::kDay;
  }
  p.cover = {300.0, 4 * kHour};
  p.duration = core::kDay;
  p.vehicle = {delivery::Donor::finite, 2e-4, 150.0, 330.0};
  p.vehicle.times = {300.0, 2 * kHour};
  return p;
}

}  // namespace percuta::test
