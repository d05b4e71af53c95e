#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "percuta/channel/patch.h"
#include "percuta/channel/pattern.h"

namespace percuta::channel {

/// Force and pierced depth as functions of tip displacement for one needle in one skin.
struct InsertionCurve {
  std::vector<double> displacement;   ///< of the tip, d [m]
  std::vector<double> force;          ///< F [N]
  std::vector<double> pierced_depth;  ///< a [m]
  std::vector<double> deflection;     ///< w = d - a [m]
  bool punctured = false;
  double puncture_displacement = 0.0;  ///< NaN when not punctured [m]
  double puncture_force = 0.0;         ///< force just before the drop; NaN when not punctured [N]
  double force_after_drop = 0.0;       ///< [N]
  double depth_after_drop = 0.0;       ///< pierced depth right after puncture [m]
  double required_force = 0.0;         ///< force at which the surface opens, reached or not [N]
  double crack_half_length = 0.0;      ///< of the slit at the surface at the last displacement [m]
};

/// Values of a curve at a displacement, by linear interpolation.
struct InsertionState {
  double force;
  double pierced_depth;
  double deflection;
};
InsertionState at(const InsertionCurve&, double displacement);

/// What one needle leaves when it is out.
struct Channel {
  double depth = 0.0;           ///< pierced depth [m]
  double opening_radius = 0.0;  ///< of the hole that stays open at the surface, across [m]
  double slit_length = 0.0;     ///< of the cut at the surface [m]
  double hole_length = 0.0;     ///< of the open hole along the track [m]
  double obliquity = 0.0;       ///< of the needle when it enters, against the skin's normal [rad]
  std::string shape;            ///< of the open hole: "round", or "slit" when twice as long as wide
  std::string deepest_layer;
  std::vector<double> profile_depth;   ///< below the surface [m]
  std::vector<double> profile_radius;  ///< of the open channel there, across [m]
};

/// How deep needles get that differ as their scatter says.
struct Depths {
  std::vector<double> depth;    ///< pierced by each of them, 0 where the surface held [m]
  double share = 0.0;           ///< that pierced [-]
  double extrapolated = 0.0;    ///< share whose load lies beyond what was solved [-]
  double mean = 0.0, sd = 0.0;  ///< of those that pierced; NaN where none did [m]
  double low = 0.0, median = 0.0,
         high = 0.0;  ///< 5, 50 and 95 % of those that pierced lie below; NaN where none did [m]
};
Depths depths_of(std::vector<double> depth);

/// Channels of like depth that stand for all.
struct DepthShare {
  double share = 0.0;  ///< of those that pierced [-]
  double depth = 0.0;  ///< of its channels, the mean [m]
};
/// Classes of equal share, shallow to deep, of those that pierced; fewer where fewer did.
std::vector<DepthShare> depth_classes(const Depths&, int classes);

/// How much bleeding a channel of this depth gives, graded.
enum class Bleeding { none, first_loops, capillary, heavy };
std::string name(Bleeding);

/// Of the channels, by their depths.
struct BleedingShares {
  std::array<double, 4> share{};  ///< of the channels with each degree of bleeding [-]
  double share_opening = 0.0;     ///< of the channels that open a loop or more [-]
  double loops_met = 0.0;         ///< papillary loops that a channel meets on average [-]
  double bleeding_density = 0.0;  ///< channels per area that open a loop or more [1/m^2]
};

/// Where needles land on a patch of treated skin, how deep each of them gets and what hole it
/// leaves, as columns with an entry a landing. A landing that pierces is a channel of its own
/// unless it slid into an older one's hole.
struct ChannelField {
  Patch patch;
  Points positions;            ///< [m]
  std::vector<int> direction;  ///< index into the protocol's directions
  std::vector<int> pass;       ///< of the session, from 0
  std::vector<int> session;    ///< from 0
  std::vector<int> row;        ///< of the needle, across the device, from 0
  std::vector<double> depth;   ///< pierced, 0 where the surface held [m]
  std::vector<Hole> hole;      ///< at the surface, about the track of its needle
  std::vector<int> entered;    ///< landing whose hole it slid into, -1 for none

  int passes = 0;                   ///< of a session
  double landing_density = 0.0;     ///< landings per treated area by count [1/m^2]
  double landing_density_sd = 0.0;  ///< sampling error of the count [1/m^2]
  double density_formula = 0.0;     ///< by the closed formula of the device [1/m^2]
  double channel_density = 0.0;     ///< of distinct channels, by count [1/m^2]
  double channel_density_sd = 0.0;  ///< sampling error of that count [1/m^2]
  double hit_density = 0.0;         ///< landings that pierce or slide into a hole [1/m^2]
  Pattern pattern;                  ///< of the first session's channels

  /// Whether a landing is a channel of its own.
  bool is_channel(std::size_t k) const { return depth[k] > 0.0 && entered[k] < 0; }
};

/// The channels of one session.
Channels channels_of(const ChannelField&, int session);

}  // namespace percuta::channel
