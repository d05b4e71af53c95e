// The device on the skin: from a case to channels and how evenly they lie.

#include <algorithm>
#include <cmath>
#include <numbers>

#include "percuta/core/version.h"
#include "percuta/study/run.h"
#include "percuta/study/safety.h"
#include "pressing.h"
#include "warnings.h"

namespace percuta::study {
namespace {

constexpr int kProfilePoints = 41;
constexpr double kSlit = 2.0;           // length over breadth from which a hole is called a slit
constexpr int kMostPasses = 100;        // a direction, that are tried for a target
constexpr double kLandings = 4e6;       // that all replicas together lay out
constexpr double kTrialLandings = 4e5;  // on the square of a trial, unless two strips hold more
constexpr double kMostTrialLandings = 8e6;
constexpr int kFewest = 4, kUsual = 40;  // replicas

rolling::Laying laying_of(const Case& c) {
  rolling::Laying out;
  out.patch = patch_of(c.channels);
  out.rolling_radius = rolling_radius(c);
  out.reentry = c.channels.reentry;
  out.reentry_distance = c.channels.reentry_distance;
  out.seed = c.seed;
  const double expected =
      rolling::expected_landings(c.device, c.protocol, channel::area(out.patch));
  out.replicas = std::clamp(static_cast<int>(kLandings / std::max(1.0, expected)), kFewest, kUsual);
  return out;
}

channel::Hole hole_of(const Case& c, double depth) {
  return rolling::hole(c.device, c.protocol, rolling_radius(c), c.channels.width_ratio, depth);
}

/// Against the skin's normal when the tip touches.
double obliquity(const Case& c, double depth) {
  if (!std::holds_alternative<device::Roller>(c.device.head)) return 0.0;
  const double rho = rolling_radius(c);
  return std::acos(rho / (rho + depth));
}

}  // namespace

double channels_per_area(const Result& r) {
  if (!pierced(r)) return 0.0;
  const double own =
      r.field.hit_density > 0.0 ? r.field.channel_density / r.field.hit_density : 1.0;
  return r.field.landing_density * r.depths.share * own;
}

channel::Channel open_channel(const Case& c, double depth) {
  channel::Channel out;
  out.shape = out.deepest_layer = "none";
  if (!(depth > 0.0)) return out;
  const auto hole = hole_of(c, depth);
  out.depth = depth;
  out.opening_radius = hole.across;
  out.hole_length = 2.0 * hole.along;
  out.shape = hole.along >= kSlit * hole.across ? "slit" : "round";
  out.obliquity = obliquity(c, depth);
  out.deepest_layer = c.skin.layers[layer_at(c.skin, depth)].name;
  for (int k = 0; k < kProfilePoints; ++k) {
    const double z = depth * k / (kProfilePoints - 1);
    out.profile_depth.push_back(z);
    out.profile_radius.push_back(c.channels.width_ratio *
                                 radius_behind_tip(c.device.needle, depth - z));
  }
  return out;
}

namespace {

channel::Channel channel_of(const Case& c, const insertion::PreparedNeedle& needle, double depth) {
  auto out = open_channel(c, depth);
  if (depth > 0.0) out.slit_length = 2.0 * needle.slit_half_length(depth);
  return out;
}

/// Share of the landings that end below each layer's top.
LayersReached layers_reached(const Case& c, const channel::Depths& depths) {
  LayersReached out;
  double top = 0.0;
  for (const auto& layer : c.skin.layers) {
    out.top.push_back(top);
    const auto below = std::count_if(depths.depth.begin(), depths.depth.end(),
                                     [&](double d) { return d > 0.0 && d >= top; });
    out.share.push_back(static_cast<double>(below) / static_cast<double>(depths.depth.size()));
    top += layer.thickness;
  }
  return out;
}

channel::BleedingShares bleeding_of(const Case& c, const channel::Depths& depths,
                                    double channel_density) {
  channel::BleedingShares out;
  const auto& vessels = c.skin.vessels;
  double pierced = 0.0, met = 0.0, open = 0.0;
  for (const double depth : depths.depth) {
    if (!(depth > 0.0)) continue;
    pierced += 1.0;
    const auto degree =
        rolling::bleeding(depth, vessels.loops, vessels.dense_plexus, vessels.heavy);
    out.share[static_cast<std::size_t>(degree)] += 1.0;
    if (depth <= vessels.loops) continue;
    const double hits =
        rolling::expected_loop_hits(radius_behind_tip(c.device.needle, depth - vessels.loops),
                                    vessels.loop_density, vessels.loop_diameter);
    met += hits;
    open -= std::expm1(-hits);  // Poisson in the loops met
  }
  if (!(pierced > 0.0)) return out;
  for (double& share : out.share) share /= pierced;
  out.loops_met = met / pierced;
  out.share_opening = open / pierced;
  out.bleeding_density = channel_density * out.share_opening;
  return out;
}

/// Other passes on a square of skin: as large as the patch, or as a number of landings fills, but
/// no less than two strips.
struct Trial {
  channel::Patch patch;
  double landings = 0.0;  ///< to be expected [-]
  protocol::Protocol protocol;
};

Trial trial_of(const Case& c, std::vector<std::string> directions, int each) {
  Trial out;
  out.protocol = c.protocol;
  out.protocol.directions = std::move(directions);
  out.protocol.passes_per_direction = each;
  out.protocol.sessions = 1;
  const double whole = std::sqrt(channel::area(patch_of(c.channels))),
               density = rolling::expected_landings(c.device, out.protocol, 1.0);
  const double side = std::min(
      whole, std::max(2.0 * device::width(c.device.head), std::sqrt(kTrialLandings / density)));
  out.patch = channel::square(side);
  out.landings = density * side * side;
  return out;
}

channel::Points channels_of_trial(const Case& c, const Trial& trial, const channel::Depths& depths,
                                  const std::vector<channel::Hole>& holes) {
  auto laying = laying_of(c);
  laying.patch = trial.patch;
  return channel::channels_of(rolling::lay(c.device, trial.protocol, laying, depths, holes), 0)
      .positions;
}

/// The same passes all in one direction, in two that cross, in four.
std::vector<Evenness> evenness(const Case& c, const channel::Depths& depths,
                               const std::vector<channel::Hole>& holes) {
  const int passes = protocol::passes(c.protocol);
  std::vector<Evenness> out;
  for (const int directions : {1, 2, 4}) {
    const auto& all = protocol::directions();
    const int each = std::max(1, (passes + directions / 2) / directions);
    const auto trial = trial_of(c, {all.begin(), all.begin() + directions}, each);
    const auto positions = channels_of_trial(c, trial, depths, holes);
    Evenness e;
    e.passes = each * directions;
    if (!positions.empty()) {
      const channel::PointGrid grid(positions);
      e.covered =
          channel::covered_fraction(grid, trial.patch, {c.channels.target_distance}).front();
      e.largest_untreated_circle = channel::largest_empty_circle(grid, trial.patch);
      e.clark_evans = channel::clark_evans(grid, trial.patch);
    }
    out.push_back(e);
  }
  return out;
}

/// The least passes of the case's directions at which something holds of a trial; NaN where neither
/// a hundred a direction do nor as many as can be laid out.
template <class Holds>
double least_passes(const Case& c, const Holds& holds) {
  const auto holds_at = [&](int each) { return holds(trial_of(c, c.protocol.directions, each)); };
  int low = 0, high = 1;
  while (!holds_at(high)) {
    low = high;
    high = std::min(2 * high, kMostPasses);
    if (low == kMostPasses ||
        trial_of(c, c.protocol.directions, high).landings > kMostTrialLandings)
      return std::nan("");
  }
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (holds_at(middle) ? high : low) = middle;
  }
  return static_cast<double>(high) * static_cast<double>(c.protocol.directions.size());
}

Targets targets(const Case& c, const channel::Depths& depths,
                const std::vector<channel::Hole>& holes) {
  Targets out;
  if (!(depths.share > 0.0)) return out;
  const bool reenters = c.channels.reentry > 0.0;
  out.passes_for_density = least_passes(c, [&](const Trial& trial) {
    // Channels that never meet are as many as their formula says.
    const double density =
        reenters ? channel::density(channels_of_trial(c, trial, depths, holes), trial.patch)
                 : depths.share * rolling::density_formula(c.device, trial.protocol,
                                                           protocol::passes(trial.protocol),
                                                           rolling_radius(c));
    return density >= c.channels.target_density;
  });
  out.passes_for_coverage = least_passes(c, [&](const Trial& trial) {
    const auto positions = channels_of_trial(c, trial, depths, holes);
    return !positions.empty() &&
           channel::covered_fraction(positions, trial.patch, {c.channels.target_distance}, 1 << 15)
                   .front() >= c.channels.target_coverage;
  });
  return out;
}

}  // namespace

double rolling_radius(const Case& c) {
  const auto* roller = std::get_if<device::Roller>(&c.device.head);
  return roller == nullptr
             ? 0.0
             : roller->drum_radius + c.channels.rolling_fraction * c.device.needle.length;
}

Result channels_of(const Case& c, core::Observer& observer) {
  Result r;
  r.version = core::version();
  r.title = c.title;
  r.case_file = c.file;
  r.level = c.insertion.level;
  r.seed = c.seed;
  r.skin = c.skin;
  r.device = c.device;
  r.protocol = c.protocol;
  r.inputs = c.inputs;
  r.warnings = physics_warnings(c);
  r.safety = safety(c);
  r.report_times = c.healing_options.report_days;
  std::sort(r.report_times.begin(), r.report_times.end());

  // The needle in its device, on this skin, at this load and speed.
  const PreparedSkin answer = answer_of(c, r, observer);
  press(c, answer, r.on_skin);
  insertion::Variation nominal;
  nominal.stiffness = answer.stiffness;
  r.insertion = answer.needle->curve(
      std::max(2.0 * r.on_skin.cell_load, 1.5 * answer.needle->puncture_force(nominal)), 120,
      nominal);
  r.depths = depths_under(c, answer, r.on_skin.cell_load);
  r.strength = device::strength(c.device.needle);
  r.strength_ratio =
      device::strength_ratio(c.device.needle, pierced_nominal(r) ? r.insertion.required_force : 0.0,
                             r.on_skin.needle.needle_force);

  // The device on the skin.
  r.models.push_back(rolling::card());
  r.channel = channel_of(c, *answer.needle, r.depths.mean);
  r.layers = layers_reached(c, r.depths);
  std::vector<channel::Hole> holes;
  for (const double depth : r.depths.depth) holes.push_back(hole_of(c, depth));
  r.field = rolling::channels(c.device, c.protocol, laying_of(c), r.depths, holes, observer);
  r.bleeding = rolling::bleeding(r.channel.depth, c.skin.vessels.loops, c.skin.vessels.dense_plexus,
                                 c.skin.vessels.heavy);
  r.bleeding_shares = bleeding_of(c, r.depths, r.field.channel_density);
  r.evenness = evenness(c, r.depths, holes);
  r.targets = targets(c, r.depths, holes);
  return r;
}

}  // namespace percuta::study
