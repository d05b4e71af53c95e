#include "percuta/study/run.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/core/version.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/insert.h"
#include "percuta/study/provenance.h"
#include "percuta/study/responses.h"
#include "scatter.h"
#include "warnings.h"

namespace percuta::study {
namespace {

/// The skin as it answers at the protocol's speed, under this device.
struct Answer {
  insertion::CellLevel level;
  std::shared_ptr<const rolling::DrumResponse> drum;
  double stiffness;  ///< of the skin over that of level and drum [-]
};

bool relaxes_evenly(const skin::Skin& skin, double time) {
  return std::all_of(skin.layers.begin(), skin.layers.end(),
                     [&](const skin::Layer& l) { return std::abs(skin::stiffening(l, time) - skin::stiffening(skin.layers.front(), time)) < 1e-12; });
}

/// Time in which a needle goes from its first touch to the deepest point: half the contact's width at the protocol's speed [s].
double ramp_time(const Case& c, const rolling::DrumResponse& drum) {
  if (!(c.protocol.speed > 0.0)) return 0.0;
  double time = 0.0, stiffness = 1.0;
  for (int k = 0; k < 20; ++k) {  // stiffer skin is touched less wide, for a shorter time
    time = rolling::drum_contact(c.device, drum, c.protocol.load, stiffness).state.half_width / c.protocol.speed;
    if (!relaxes_evenly(c.skin, time)) break;
    stiffness = skin::stiffening(c.skin.layers.front(), time);
  }
  if (relaxes_evenly(c.skin, time)) return time;
  const double digit = std::pow(10.0, std::floor(std::log10(time)) - 1.0);  // two digits, so that loads close by share their finite elements
  return digit * std::round(time / digit);
}

Answer answer_of(const Case& c, OnSkin& on_skin, Result& r, core::Observer& observer) {
  const double radius = rolling::cell_radius(c.device.roller);
  auto drum = drum_response(c.skin, c.device.roller.drum_radius, observer);
  on_skin.ramp_time = ramp_time(c, *drum);
  const bool evenly = relaxes_evenly(c.skin, on_skin.ramp_time);
  const skin::Skin skin = evenly ? c.skin : skin::at_rate(c.skin, on_skin.ramp_time);
  if (!evenly) drum = drum_response(skin, c.device.roller.drum_radius, observer);
  on_skin.stiffening = skin::stiffening(c.skin.layers.front(), on_skin.ramp_time);
  const auto cell = cell_response(skin, c.device.needle, radius, observer);
  r.cell_key = cell_key(skin, c.device.needle, radius);
  r.cell_table = insertion::cell_table(*cell, r.cell_key);
  r.drum_key = drum_key(skin, c.device.roller.drum_radius);
  r.drum_table = rolling::drum_table(*drum, r.drum_key);
  r.indentation = cell->free;
  return {insertion::CellLevel(skin, c.device.needle, *cell, crack_table()), drum, evenly ? on_skin.stiffening : 1.0};
}

/// The least load of the hand at which something holds, to six digits; NaN when it does not up to 1 kN.
template <class Holds>
double least_load(const Holds& holds) {
  double low = 1e-4, high = 1e3;
  if (!holds(high)) return std::nan("");
  for (int k = 0; k < 40; ++k) {
    const double middle = std::sqrt(low * high);
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

void press(const Case& c, const Answer& answer, OnSkin& on) {
  insertion::Variation nominal;
  nominal.stiffness = answer.stiffness;
  const auto deepest = [&](double load) { return answer.level.at_load(rolling::drum_contact(c.device, *answer.drum, load, answer.stiffness).peak, nominal); };
  on.contact = rolling::drum_contact(c.device, *answer.drum, c.protocol.load, answer.stiffness);
  on.cell_load = on.contact.peak;
  on.needle = answer.level.at_load(on.cell_load, nominal);
  on.rows_engaged = 2 * static_cast<int>(on.contact.cell_loads.size()) - 1;
  for (std::size_t k = 0; k < on.contact.cell_loads.size(); ++k) {
    const auto row = answer.level.at_load(on.contact.cell_loads[k], nominal);
    on.needles_force += (k == 0 ? 1 : 2) * c.device.roller.rows * row.needle_force;
    on.face_force += (k == 0 ? 1 : 2) * c.device.roller.rows * row.base_force;
  }
  on.face_load = least_load([&](double load) { return deepest(load).base_force > 0.0; });
  on.opening_load = least_load([&](double load) { return deepest(load).pierced_depth > 0.0; });
}

channel::Channel channel_of(const Case& c, const insertion::CellLevel& level, double depth) {
  channel::Channel out;
  if (!(depth > 0.0)) {
    out.deepest_layer = "none";
    return out;
  }
  out.depth = depth;
  out.opening_radius = c.channels.width_ratio * radius_behind_tip(c.device.needle, depth);
  out.slit_length = 2.0 * level.slit_half_length(depth);
  out.deepest_layer = c.skin.layers[layer_at(c.skin, depth)].name;
  return out;
}

healing::Wound wound_of(const Case& c, const Result& r) {
  healing::Wound w;
  const double epidermis = epidermis_thickness(c.skin);
  w.channel_radius = r.channel.opening_radius;
  // A unit cell of skin belongs to every channel.
  w.density = pierced(r) ? r.field.density * r.depths.share : r.field.density;
  w.dermis_thickness = dermis_thickness(c.skin);
  w.needled_depth = std::clamp(r.channel.depth - epidermis, 0.0, w.dermis_thickness);
  w.dermis_reached = w.needled_depth > 0.0;
  // A share of the channels bleeds: Poisson in the loops met, none above the loops.
  w.loops_reached = r.bleeding == channel::Bleeding::none ? 0.0 : 1.0 - std::exp(-r.loop_hits);
  w.sessions = r.channel.depth > 0.0 ? c.protocol.sessions : 0;
  w.interval = c.protocol.interval;
  w.days = c.healing_options.days / core::kDay;
  return w;
}

}  // namespace

Result roll(const Case& c, core::Observer& observer) {
  Result r;
  if (c.insertion.level != insertion::Level::energy)
    throw core::InputError(
        {{c.file, 0, 0, 1, fmt::format("insertion.level is \"{}\": channels and healing follow from the energy level", insertion::name(c.insertion.level)), "",
          "`percuta insert` runs the finite-element levels; leave the key out here"}});
  r.version = core::version();
  r.title = c.title;
  r.case_file = c.file;
  r.level = insertion::name(c.insertion.level);
  r.seed = c.seed;
  r.skin = c.skin;
  r.device = c.device;
  r.protocol = c.protocol;
  r.inputs = c.inputs;
  r.sources = sources_of(c.inputs);
  r.warnings = physics_warnings(c);
  for (const double day : c.healing_options.report_days) r.report_days.push_back(day / core::kDay);
  std::sort(r.report_days.begin(), r.report_days.end());

  // The needle in its device, on this skin, at this load and speed.
  const Answer answer = answer_of(c, r.on_skin, r, observer);
  press(c, answer, r.on_skin);
  insertion::Variation nominal;
  nominal.stiffness = answer.stiffness;
  r.insertion = answer.level.curve(std::max(2.0 * r.on_skin.cell_load, 1.5 * answer.level.puncture_force(nominal)), 120, nominal);
  r.depths = scatter(answer.level, draw(c.scatter, c.device.needle, c.seed), r.on_skin.cell_load, answer.stiffness);

  // The device on the skin.
  r.kinematics = rolling::kinematics(c.device);
  r.channel = channel_of(c, answer.level, r.depths.mean);
  const double rolling_radius = c.device.roller.drum_radius + c.channels.rolling_fraction * c.device.needle.length;
  r.field = rolling::channels(c.device, c.protocol, rolling_radius, c.channels.sample_side, r.channel.opening_radius, r.depths, c.seed, observer);
  r.bleeding = rolling::bleeding(r.channel.depth, c.skin.vessels.loops, c.skin.vessels.dense_plexus, c.skin.vessels.heavy);
  r.loop_hits = r.channel.depth > c.skin.vessels.loops
                    ? rolling::expected_loop_hits(r.channel.opening_radius, c.skin.vessels.loop_density, c.skin.vessels.loop_diameter)
                    : 0.0;

  return r;
}

double pierced_share(const Case& c, double cell_load, core::Observer& observer) {
  const auto response = cell_response(c.skin, c.device.needle, rolling::cell_radius(c.device.roller), observer);
  const insertion::CellLevel level(c.skin, c.device.needle, *response, crack_table());
  return scatter(level, draw(c.scatter, c.device.needle, c.seed), cell_load, 1.0).share;
}

Result run(const Case& c, core::Observer& observer) {
  Result r = roll(c, observer);
  // What the skin does afterwards.
  r.wound = wound_of(c, r);
  r.healing = healing::heal(c.healing, r.wound, {c.healing_options.cells, c.healing_options.relative_tolerance, 0.25, true, r.report_days}, observer);
  for (const auto& warning : result_warnings(r, c)) r.warnings.push_back(warning);
  r.provenance = provenance("percuta result", r.inputs,
                            {{"case", r.title},
                             {"file", r.case_file},
                             {"level", r.level},
                             {"seed", std::to_string(r.seed)},
                             {"cell_key", r.cell_key},
                             {"cell_table", r.cell_table},
                             {"drum_key", r.drum_key},
                             {"drum_table", r.drum_table}});
  return r;
}

}  // namespace percuta::study
