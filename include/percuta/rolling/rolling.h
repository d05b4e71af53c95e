#pragma once

#include "percuta/core/registry.h"

#include <cstdint>
#include <vector>

#include "percuta/channel/channel.h"
#include "percuta/core/progress.h"
#include "percuta/device/device.h"
#include "percuta/protocol/protocol.h"

namespace percuta::rolling {

/// What the model of a rolling device says of itself.
core::ModelCard card();

/// A rigid drum of radius r rolling without slip on flat unyielding skin.
struct Kinematics {
  double
      entry_angle;    ///< against the skin normal when the tip first touches, arccos(r/(r+L)) [rad]
  double half_sweep;  ///< half-width swept by the shaft at the surface, r (tan phi0 - phi0) [m]
  int rows_engaged;   ///< rows below the surface with one row vertical
  double side_row_displacement;  ///< tip displacement of the neighbours of the vertical row, 0 if
                                 ///< none [m]
};
Kinematics kinematics(const device::Device&);

/// Channels per area after m passes, m N / (2 pi r_roll w) [1/m^2].
double density_formula(const device::Roller&, int passes, double rolling_radius);

/// Landings to be expected on a square of this side in one session, drum face rolling [-].
double expected_landings(const device::Roller&, const protocol::Protocol&, double side);

/// Needle positions on a square of skin for all passes of a session, each pass with its own phase
/// and a hand error; each landing gets one of the depths. Same numbers for the same seed.
channel::ChannelField channels(const device::Device&, const protocol::Protocol&,
                               double rolling_radius, double side, double opening_radius,
                               const channel::Depths&, std::uint64_t seed,
                               core::Observer& = core::silent());

/// Bleeding of a channel of this depth.
channel::Bleeding bleeding(double depth, double loops, double dense_plexus, double heavy);

/// Papillary loops that a channel reaching them meets on average, density pi (radius + loop
/// radius)^2 [-].
double expected_loop_hits(double channel_radius, double loop_density, double loop_diameter);

}  // namespace percuta::rolling
