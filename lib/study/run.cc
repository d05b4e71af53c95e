#include "percuta/study/run.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/core/version.h"
#include "percuta/healing/model.h"
#include "percuta/insertion/model.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/insert.h"
#include "percuta/study/provenance.h"
#include "percuta/study/responses.h"
#include "rate.h"
#include "scatter.h"
#include "warnings.h"

namespace percuta::study {
bool relaxes_evenly(const skin::Skin& skin, double time) {
  return std::all_of(skin.layers.begin(), skin.layers.end(), [&](const skin::Layer& l) {
    return std::abs(skin::stiffening(l, time) - skin::stiffening(skin.layers.front(), time)) <
           1e-12;
  });
}

double ramp_time(const Case& c, const rolling::DrumResponse& drum) {
  if (!(c.protocol.speed > 0.0)) return 0.0;
  double time = 0.0, stiffness = 1.0;
  for (int k = 0; k < 20; ++k) {  // stiffer skin is touched less wide, for a shorter time
    time =
        rolling::contact_half_width(c.device, drum, c.protocol.load, stiffness) / c.protocol.speed;
    if (!relaxes_evenly(c.skin, time)) break;
    stiffness = skin::stiffening(c.skin.layers.front(), time);
  }
  if (relaxes_evenly(c.skin, time)) return time;
  const double digit =
      std::pow(10.0, std::floor(std::log10(time)) -
                         1.0);  // two digits, so that loads close by share their finite elements
  return digit * std::round(time / digit);
}

double evenly_stiffened(const skin::Skin& skin, double time) {
  return skin::stiffening(skin.layers.front(), time);
}

int threads_of(const Case& c) {
  return c.threads > 0 ? c.threads
                       : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

namespace {

/// The skin as it answers at the protocol's speed, under this device.
struct Answer {
  std::unique_ptr<const insertion::PreparedNeedle> needle;
  std::shared_ptr<const rolling::DrumResponse> drum;
  double stiffness;  ///< of the skin over that of level and drum [-]
};

/// What the insertion model may rest on; what it takes of it is kept in the result.
insertion::Ingredients ingredients(const insertion::Setting& s, Result& r,
                                   core::Observer& observer) {
  const auto cell = [&s, &r, &observer] {
    const auto response = cell_response(s.skin, s.needle, s.cell_radius, observer);
    r.cell_key = cell_key(s.skin, s.needle, s.cell_radius);
    r.cell_table = insertion::cell_table(*response, r.cell_key);
    return response;
  };
  return {cell, crack_table, solid_model};
}

/// The model that the case names, on the skin that answers at this rate.
std::unique_ptr<const insertion::PreparedNeedle> prepare(const Case& c, insertion::Setting setting,
                                                         Result& r, core::Observer& observer) {
  setting.needle = c.device.needle;
  setting.cell_radius = rolling::cell_radius(c.device.roller);
  setting.choices = c.insertion;
  setting.threads = threads_of(c);
  r.models.push_back(insertion::models().card(c.insertion.level));
  auto needle = insertion::models()
                    .make(c.insertion.level)
                    ->prepare(setting, ingredients(setting, r, observer), observer);
  r.indentation = needle->indentation();
  r.insertion_cost = needle->cost();
  for (const auto& w : needle->warnings()) r.warnings.push_back(w);
  return needle;
}

Answer answer_of(const Case& c, Result& r, core::Observer& observer) {
  auto drum = drum_response(c.skin, c.device.roller.drum_radius, observer);
  r.on_skin.ramp_time = ramp_time(c, *drum);
  const bool evenly = relaxes_evenly(c.skin, r.on_skin.ramp_time);
  const skin::Skin skin = evenly ? c.skin : skin::at_rate(c.skin, r.on_skin.ramp_time);
  if (!evenly) drum = drum_response(skin, c.device.roller.drum_radius, observer);
  r.on_skin.stiffening = evenly_stiffened(c.skin, r.on_skin.ramp_time);
  r.drum_key = drum_key(skin, c.device.roller.drum_radius);
  r.drum_table = rolling::drum_table(*drum, r.drum_key);
  const double stiffness = evenly ? r.on_skin.stiffening : 1.0;
  insertion::Setting setting;
  setting.skin = skin;
  setting.cell_load = rolling::drum_contact(c.device, *drum, c.protocol.load, stiffness).peak;
  setting.stiffness = stiffness;
  return {prepare(c, setting, r, observer), drum, stiffness};
}

/// The least load of the hand at which something holds, to six digits; NaN when it does not up to 1
/// kN.
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
  const auto deepest = [&](double load) {
    return answer.needle->at_load(
        rolling::drum_contact(c.device, *answer.drum, load, answer.stiffness).peak, nominal);
  };
  on.contact = rolling::drum_contact(c.device, *answer.drum, c.protocol.load, answer.stiffness);
  on.cell_load = on.contact.peak;
  on.needle = answer.needle->at_load(on.cell_load, nominal);
  on.rows_engaged = 2 * static_cast<int>(on.contact.cell_loads.size()) - 1;
  for (std::size_t k = 0; k < on.contact.cell_loads.size(); ++k) {
    const auto row = answer.needle->at_load(on.contact.cell_loads[k], nominal);
    on.needles_force += (k == 0 ? 1 : 2) * c.device.roller.rows * row.needle_force;
    on.face_force += (k == 0 ? 1 : 2) * c.device.roller.rows * row.base_force;
  }
  on.face_load = least_load([&](double load) { return deepest(load).base_force > 0.0; });
  on.opening_load = least_load([&](double load) { return deepest(load).pierced_depth > 0.0; });
}

channel::Channel channel_of(const Case& c, const insertion::PreparedNeedle& needle, double depth) {
  channel::Channel out;
  if (!(depth > 0.0)) {
    out.deepest_layer = "none";
    return out;
  }
  out.depth = depth;
  out.opening_radius = c.channels.width_ratio * radius_behind_tip(c.device.needle, depth);
  out.slit_length = 2.0 * needle.slit_half_length(depth);
  out.deepest_layer = c.skin.layers[layer_at(c.skin, depth)].name;
  return out;
}

healing::Wound wound_of(const Case& c, const Result& r) {
  healing::Wound w;
  const double epidermis = epidermis_thickness(c.skin);
  w.channel_radius = r.channel.opening_radius;
  // A unit cell of skin belongs to every channel: by the share of the scatter, not by the count on
  // the sample square, whose sampling error it would carry into the course.
  w.density = pierced(r) ? r.field.landing_density * r.depths.share : r.field.landing_density;
  w.dermis_thickness = dermis_thickness(c.skin);
  w.needled_depth = std::clamp(r.channel.depth - epidermis, 0.0, w.dermis_thickness);
  w.dermis_reached = w.needled_depth > 0.0;
  // A share of the channels bleeds: Poisson in the loops met, none above the loops.
  w.loops_reached = r.bleeding == channel::Bleeding::none ? 0.0 : 1.0 - std::exp(-r.loop_hits);
  w.sessions = r.channel.depth > 0.0 ? c.protocol.sessions : 0;
  w.interval = c.protocol.interval;
  w.duration = c.healing_options.days;
  return w;
}

/// Keys of the bibliography, a line each.
std::string keys_of(const std::vector<std::pair<std::string, std::string>>& sources) {
  std::string out;
  for (const auto& [key, citation] : sources) out += key + "\n";
  return out;
}

}  // namespace

healing::Course healed(const Case& c, const healing::Wound& wound, core::Observer& observer) {
  healing::Settings settings;
  settings.cells = c.healing_options.cells;
  settings.relative_tolerance = c.healing_options.relative_tolerance;
  settings.profile_times = c.healing_options.report_days;
  return healing::models()
      .make(c.healing_options.level)
      ->heal(c.healing, wound, settings, observer);
}

Result roll(const Case& c, core::Observer& observer) {
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
  r.report_times = c.healing_options.report_days;
  std::sort(r.report_times.begin(), r.report_times.end());

  // The needle in its device, on this skin, at this load and speed.
  const Answer answer = answer_of(c, r, observer);
  press(c, answer, r.on_skin);
  insertion::Variation nominal;
  nominal.stiffness = answer.stiffness;
  r.insertion = answer.needle->curve(
      std::max(2.0 * r.on_skin.cell_load, 1.5 * answer.needle->puncture_force(nominal)), 120,
      nominal);
  r.depths = scatter(*answer.needle, draw(c.scatter, c.device.needle, c.seed), r.on_skin.cell_load,
                     answer.stiffness);

  // The device on the skin.
  r.models.push_back(rolling::card());
  r.kinematics = rolling::kinematics(c.device);
  r.channel = channel_of(c, *answer.needle, r.depths.mean);
  const double rolling_radius =
      c.device.roller.drum_radius + c.channels.rolling_fraction * c.device.needle.length;
  r.field = rolling::channels(c.device, c.protocol, rolling_radius, c.channels.sample_side,
                              r.channel.opening_radius, r.depths, c.seed, observer);
  r.bleeding = rolling::bleeding(r.channel.depth, c.skin.vessels.loops, c.skin.vessels.dense_plexus,
                                 c.skin.vessels.heavy);
  r.loop_hits =
      r.channel.depth > c.skin.vessels.loops
          ? rolling::expected_loop_hits(r.channel.opening_radius, c.skin.vessels.loop_density,
                                        c.skin.vessels.loop_diameter)
          : 0.0;

  return r;
}

double pierced_share(const Case& c, double cell_load, core::Observer& observer) {
  insertion::Setting setting;
  setting.skin = c.skin;
  setting.cell_load = cell_load;
  Result r;
  return scatter(*prepare(c, setting, r, observer), draw(c.scatter, c.device.needle, c.seed),
                 cell_load, 1.0)
      .share;
}

Result run(const Case& c, core::Observer& observer) {
  Result r = roll(c, observer);
  // What the skin does afterwards.
  r.wound = wound_of(c, r);
  r.models.push_back(healing::models().card(c.healing_options.level));
  r.healing = healed(c, r.wound, observer);
  for (const auto& warning : result_warnings(r, c)) r.warnings.push_back(warning);
  r.sources = sources_of(c.inputs, r.models);
  r.provenance = provenance("percuta result", r.inputs,
                            {{"case", r.title},
                             {"file", r.case_file},
                             {"level", r.level},
                             {"seed", std::to_string(r.seed)},
                             {"sources", keys_of(r.sources)},
                             {"threads", std::to_string(threads_of(c))},
                             {"cell_key", r.cell_key},
                             {"cell_table", r.cell_table},
                             {"drum_key", r.drum_key},
                             {"drum_table", r.drum_table}});
  return r;
}

}  // namespace percuta::study
