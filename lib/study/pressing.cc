#include "pressing.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include "percuta/study/responses.h"
#include "percuta/study/run.h"
#include "scatter.h"

namespace percuta::study {

bool relaxes_evenly(const skin::Skin& skin, double time) {
  return std::all_of(skin.layers.begin(), skin.layers.end(), [&](const skin::Layer& l) {
    return std::abs(skin::stiffening(l, time) - skin::stiffening(skin.layers.front(), time)) <
           1e-12;
  });
}

namespace {

/// Two digits, so that loads close by share their finite elements.
double two_digits(double time) {
  const double digit = std::pow(10.0, std::floor(std::log10(time)) - 1.0);
  return digit * std::round(time / digit);
}

}  // namespace

double ramp_time(const Case& c, const device::Roller& roller, const rolling::DrumResponse& drum) {
  if (!(c.protocol.speed > 0.0)) return 0.0;
  double time = 0.0, stiffness = 1.0;
  for (int k = 0; k < 20; ++k) {  // stiffer skin is touched less wide, for a shorter time
    time = rolling::contact_half_width(roller, drum, c.protocol.load, stiffness) / c.protocol.speed;
    if (!relaxes_evenly(c.skin, time)) break;
    stiffness = skin::stiffening(c.skin.layers.front(), time);
  }
  return relaxes_evenly(c.skin, time) ? time : two_digits(time);
}

namespace {

/// Of a stamp its needles' length at the protocol's speed, of a pen half a stroke.
double ramp_time(const Case& c) {
  if (const auto* pen = std::get_if<device::Pen>(&c.device.head)) return 0.5 / pen->stroke_rate;
  return c.protocol.speed > 0.0 ? c.device.needle.length / c.protocol.speed : 0.0;
}

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

/// The most that a cell bears under a load of the hand [N].
double cell_load(const Case& c, const PreparedSkin& answer, double load) {
  if (const auto* roller = std::get_if<device::Roller>(&c.device.head))
    return rolling::drum_contact(*roller, *answer.drum, load, answer.stiffness).peak;
  return load / needle_count(c.device.head);
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

/// Needles of a stroke that are in the skin at once, and what they and the head bear.
void share_out(const Case& c, const PreparedSkin& answer, const insertion::Variation& nominal,
               OnSkin& on) {
  if (const auto* roller = std::get_if<device::Roller>(&c.device.head)) {
    on.contact = rolling::drum_contact(*roller, *answer.drum, c.protocol.load, answer.stiffness);
    on.rows_engaged = 2 * static_cast<int>(on.contact.cell_loads.size()) - 1;
    for (std::size_t k = 0; k < on.contact.cell_loads.size(); ++k) {
      const auto row = answer.needle->at_load(on.contact.cell_loads[k], nominal);
      on.needles_force += (k == 0 ? 1 : 2) * roller->rows * row.needle_force;
      on.face_force += (k == 0 ? 1 : 2) * roller->rows * row.base_force;
      on.rows.push_back(row);
    }
    return;
  }
  on.rows = {on.needle};
  const int needles = needle_count(c.device.head);
  const auto* stamp = std::get_if<device::Stamp>(&c.device.head);
  on.rows_engaged = stamp != nullptr ? stamp->rows : 1;
  on.needles_force = needles * on.needle.needle_force;
  on.face_force = needles * on.needle.base_force;
}

}  // namespace

// Slow skin has all the time to yield, and is not stiff at once as `stiffening` takes no time for.
double evenly_stiffened(const skin::Skin& skin, double time) {
  return time > 0.0 ? skin::stiffening(skin.layers.front(), time) : 1.0;
}

int threads_of(const Case& c) {
  return c.threads > 0 ? c.threads
                       : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::unique_ptr<const insertion::PreparedNeedle> prepare(const Case& c, insertion::Setting setting,
                                                         Result& r, core::Observer& observer) {
  setting.needle = c.device.needle;
  setting.cell_radius = device::cell_radius(c.device);
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

PreparedSkin answer_of(const Case& c, Result& r, core::Observer& observer) {
  PreparedSkin answer;
  const auto* roller = std::get_if<device::Roller>(&c.device.head);
  if (roller != nullptr) answer.drum = drum_response(c.skin, roller->drum_radius, observer);
  r.on_skin.ramp_time = roller != nullptr ? ramp_time(c, *roller, *answer.drum) : ramp_time(c);
  const bool evenly = relaxes_evenly(c.skin, r.on_skin.ramp_time);
  const skin::Skin skin = evenly ? c.skin : skin::at_rate(c.skin, r.on_skin.ramp_time);
  r.on_skin.stiffening = evenly_stiffened(c.skin, r.on_skin.ramp_time);
  if (roller != nullptr) {
    if (!evenly) answer.drum = drum_response(skin, roller->drum_radius, observer);
    r.drum_key = drum_key(skin, roller->drum_radius);
    r.drum_table = rolling::drum_table(*answer.drum, r.drum_key);
  }
  answer.stiffness = evenly ? r.on_skin.stiffening : 1.0;
  insertion::Setting setting;
  setting.skin = skin;
  setting.cell_load = cell_load(c, answer, c.protocol.load);
  setting.stiffness = answer.stiffness;
  answer.needle = prepare(c, setting, r, observer);
  return answer;
}

void press(const Case& c, const PreparedSkin& answer, OnSkin& on) {
  insertion::Variation nominal;
  nominal.stiffness = answer.stiffness;
  if (const auto* pen = std::get_if<device::Pen>(&c.device.head)) {
    on.needle = answer.needle->at_displacement(pen->stroke, nominal);
    on.cell_load = on.needle.needle_force;
    on.face_load = on.opening_load = std::nan("");
  } else {
    const auto deepest = [&](double load) {
      return answer.needle->at_load(cell_load(c, answer, load), nominal);
    };
    on.cell_load = cell_load(c, answer, c.protocol.load);
    on.needle = answer.needle->at_load(on.cell_load, nominal);
    on.face_load = least_load([&](double load) { return deepest(load).base_force > 0.0; });
    on.opening_load = least_load([&](double load) { return deepest(load).pierced_depth > 0.0; });
  }
  share_out(c, answer, nominal, on);
}

channel::Depths depths_under(const Case& c, const PreparedSkin& answer, double load) {
  const auto drawn = draw(c.scatter, c.device.needle, c.seed);
  const auto* pen = std::get_if<device::Pen>(&c.device.head);
  return scatter(drawn, answer.stiffness, [&](const Drawn& d, const insertion::Variation& v) {
    if (pen == nullptr) return answer.needle->at_load(load, v);
    return answer.needle->at_displacement(std::max(0.0, pen->stroke + pen->stroke_error * d.stroke),
                                          v);
  });
}

}  // namespace percuta::study
