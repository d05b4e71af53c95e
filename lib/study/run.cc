#include "percuta/study/run.h"

#include <algorithm>
#include <cmath>

#include "percuta/core/version.h"
#include "percuta/study/insert.h"
#include "warnings.h"

namespace percuta::study {
namespace {

channel::Channel channel_of(const Case& c, const insertion::EnergyLevel& level, double depth) {
  channel::Channel out;
  out.depth = depth;
  if (depth <= 0.0) {
    out.deepest_layer = "none";
    return out;
  }
  out.opening_radius = c.channels.width_ratio * radius_behind_tip(c.device.needle, depth);
  out.slit_length = 2.0 * level.slit_half_length(depth);
  out.deepest_layer = c.skin.layers[layer_at(c.skin, depth)].name;
  return out;
}

healing::Wound wound_of(const Case& c, const io::Result& r) {
  healing::Wound w;
  const double epidermis = epidermis_thickness(c.skin);
  w.channel_radius = r.channel.opening_radius;
  w.density = r.field.density;  // a unit cell of skin belongs to every landing, pierced or not
  w.dermis_thickness = dermis_thickness(c.skin);
  w.needled_depth = std::clamp(r.channel.depth - epidermis, 0.0, w.dermis_thickness);
  w.dermis_reached = w.needled_depth > 0.0;
  // A share of the channels bleeds: Poisson in the loops met, none above the loops.
  w.loops_reached = r.bleeding == channel::Bleeding::none ? 0.0 : 1.0 - std::exp(-r.loop_hits);
  w.sessions = r.channel.depth > 0.0 ? c.protocol.sessions : 0;
  w.interval = c.protocol.interval;
  w.days = c.healing_options.days / 86400.0;
  return w;
}

}  // namespace

io::Result run(const Case& c, core::Observer& observer) {
  io::Result r;
  r.version = core::version();
  r.title = c.title;
  r.case_file = c.file;
  r.level = c.level;
  r.seed = c.seed;
  r.skin = c.skin;
  r.device = c.device;
  r.protocol = c.protocol;
  r.inputs = c.inputs;
  r.sources = sources_of(c.inputs);
  r.warnings = physics_warnings(c);
  r.indentation_key = indentation_key(c.skin, c.device.needle);
  for (const double day : c.healing_options.report_days) r.report_days.push_back(day / 86400.0);
  std::sort(r.report_days.begin(), r.report_days.end());

  // One needle in this skin.
  r.indentation = *indentation(c.skin, c.device.needle, c.device.needle.length, largest_force(c.skin, c.device.needle), observer);
  const insertion::EnergyLevel level(c.skin, c.device.needle, r.indentation, crack_table());
  r.insertion = level.curve(c.device.needle.length);

  // The device on the skin.
  r.kinematics = rolling::kinematics(c.device);
  const auto force = [&](double d) { return channel::at(r.insertion, d).force; };
  r.load = rolling::share_load(c.device, c.protocol.load, force);
  r.opening_load = r.insertion.punctured ? rolling::load_at(c.device, r.insertion.puncture_displacement, force) : std::nan("");
  r.channel = channel_of(c, level, channel::at(r.insertion, r.load.tip_displacement).pierced_depth);
  const double rolling_radius = c.device.roller.drum_radius + c.channels.rolling_fraction * c.device.needle.length;
  r.field = rolling::channels(c.device, c.protocol, rolling_radius, c.channels.sample_side, r.channel.opening_radius, c.seed, observer);
  r.bleeding = rolling::bleeding(r.channel.depth, c.skin.vessels.loops, c.skin.vessels.dense_plexus, c.skin.vessels.heavy);
  r.loop_hits = r.channel.depth > c.skin.vessels.loops
                    ? rolling::expected_loop_hits(r.channel.opening_radius, c.skin.vessels.loop_density, c.skin.vessels.loop_diameter)
                    : 0.0;

  // What the skin does afterwards.
  r.wound = wound_of(c, r);
  r.healing = healing::heal(c.healing, r.wound, {c.healing_options.cells, c.healing_options.relative_tolerance, 0.25, true, r.report_days}, observer);
  for (const auto& warning : result_warnings(r, c)) r.warnings.push_back(warning);
  return r;
}

}  // namespace percuta::study
