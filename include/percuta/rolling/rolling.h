#pragma once

#include <cstdint>
#include <vector>

#include "percuta/channel/channel.h"
#include "percuta/core/progress.h"
#include "percuta/core/registry.h"
#include "percuta/device/device.h"
#include "percuta/protocol/protocol.h"

namespace percuta::rolling {

/// What the model of a device on the skin says of itself.
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
Kinematics kinematics(const device::Roller&, double needle_length);

/// Where a tip is.
struct TipPlace {
  double along = 0.0;  ///< in the direction of motion, from where it is deepest [m]
  double depth = 0.0;  ///< below the skin's surface, negative above it [m]
};

/// The tip of a drum's needle when the drum has turned by an angle [rad] since that needle stood
/// upright, rolling without slip by a rolling radius rho [m] on flat unyielding skin that its face
/// touches: along rho phi - (r + L) sin phi, depth (r + L) cos phi - r.
TipPlace tip_place(double drum_radius, double needle_length, double rolling_radius, double angle);

/// Landings per area after m passes: m N / (2 pi r_roll w) of a roller, m N / (area of the plate)
/// of a stamp, m N f / (v w) of a pen [1/m^2].
double density_formula(const device::Device&, const protocol::Protocol&, int passes,
                       double rolling_radius);

/// Landings to be expected on an area of skin in one session, drum face rolling [-].
double expected_landings(const device::Device&, const protocol::Protocol&, double area);

/// What a needle leaves at the surface that has pierced to a depth a, by how its device moves while
/// it is in. Across 2 r_n(a) times a ratio, by which skin draws together; along that times the
/// needle's breadth over its thickness and what the shaft sweeps: of a roller
/// 2 rho (tan phi - phi) with cos phi = rho/(rho + a), of a pen its head's way while the needle is
/// in, of a stamp nothing. Skin that went along with the needle would be swept less. Half axes.
channel::Hole hole(const device::Device&, const protocol::Protocol&, double rolling_radius,
                   double width_ratio, double depth);

/// Where and how landings are laid out.
struct Laying {
  channel::Patch patch;
  double rolling_radius = 0.0;    ///< of a roller [m]
  double reentry = 0.0;           ///< probability to slide into an older hole near by [-]
  double reentry_distance = 0.0;  ///< how near [m]
  std::uint64_t seed = 1;
  int replicas = 40;  ///< other hands whose counts give the sampling error
};

/// Landings alone, nothing counted.
channel::ChannelField lay(const device::Device&, const protocol::Protocol&, const Laying&,
                          const channel::Depths&, const std::vector<channel::Hole>&);

/// Landings on a patch of skin for all passes of all sessions, each pass with its own phase and a
/// hand error, each session at places of its own; each landing gets one of the depths and its hole.
/// Same numbers for the same seed. Statistics are those of the first session.
channel::ChannelField channels(const device::Device&, const protocol::Protocol&, const Laying&,
                               const channel::Depths&, const std::vector<channel::Hole>&,
                               core::Observer& = core::silent());

/// Bleeding of a channel of this depth.
channel::Bleeding bleeding(double depth, double loops, double dense_plexus, double heavy);

/// Papillary loops that a channel reaching them meets on average, density pi (radius + loop
/// radius)^2 [-].
double expected_loop_hits(double channel_radius, double loop_density, double loop_diameter);

}  // namespace percuta::rolling
