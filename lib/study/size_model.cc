#include "size_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "percuta/channel/channel.h"
#include "percuta/rolling/rolling.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"
#include "rate.h"
#include "scatter.h"
#include "warnings.h"

namespace percuta::study {
namespace {

const device::Roller& roller_of(const Case& c) { return std::get<device::Roller>(c.device.head); }

constexpr std::size_t kNeedlesKept = 400;  // prepared ones take some ten kilobytes each

/// The design of the case as it is.
Design design_of(const Case& c) {
  const auto& roller = roller_of(c);
  return {c.device.needle.length,  roller.width,
          c.protocol.load,         roller.rows,
          roller.needles_per_turn, protocol::passes(c.protocol)};
}

double share_within(const std::vector<double>& depths, const Target& t) {
  const auto inside = std::count_if(depths.begin(), depths.end(), [&](double depth) {
    return depth > 0.0 && std::abs(depth - t.depth) <= t.depth_tolerance;
  });
  return static_cast<double>(inside) / static_cast<double>(depths.size());
}

}  // namespace

insertion::CellResponse in_another_cell(insertion::CellResponse r, double radius) {
  const double area = std::pow(radius / r.radius, 2);
  for (double& rise : r.rise) rise /= area;
  for (auto& row : r.rows)
    for (auto& state : row.states) {
      state.base_force *= area;
      state.rise /= area;
    }
  r.radius = radius;
  return r;
}

Predictor::Predictor(const SizeTask& task, core::Observer& observer)
    : task_(task), start_(task.start), skin_(task.start.skin) {
  const double radius = roller_of(start_).drum_radius;
  const auto drum_of = [&](const skin::Skin& skin) {
    cost_.solves += origin_of_drum(skin, radius) == "finite elements" ? 1 : 0;
    return drum_response(skin, radius, observer);
  };
  drum_ = drum_of(skin_);
  const double time = ramp_time(start_, roller_of(start_), *drum_);
  if (!relaxes_evenly(start_.skin, time)) {
    skin_ = skin::at_rate(start_.skin, time);
    drum_ = drum_of(skin_);
  }
  insertion::Setting setting;
  setting.skin = skin_;
  setting.needle = start_.device.needle;
  setting.choices = start_.insertion;
  // A level that solves each needle by itself is no level to search with.
  const auto& models = insertion::models();
  level_ = start_.insertion.level;
  if (models.make(level_)->seconds(setting) > 0.0) level_ = "energy";
  ScatterOptions few = start_.scatter;
  few.samples = task.search.samples;
  variations_ = draw(few, start_.device.needle, start_.seed);
  const Design design = design_of(start_);
  const insertion::Ingredients asked{[&] {
                                       rests_on_cells_ = true;
                                       learn(design, observer);
                                       return known_.begin()->second;
                                     },
                                     crack_table, solid_model};
  setting.cell_radius = device::cell_radius(start_.device);
  setting.cell_load = peak(design);
  setting.threads = threads_of(start_);
  models.make(level_)->prepare(setting, asked, observer);
}

Case Predictor::with(const Design& d) const {
  Case c = start_;
  c.device.needle.length = d.length;
  auto& roller = std::get<device::Roller>(c.device.head);
  roller.width = d.width;
  roller.rows = d.rows;
  roller.needles_per_turn = d.needles_per_turn;
  c.protocol.load = d.load;
  return c;
}

bool Predictor::possible(const Design& d) const {
  const Case c = with(d);
  return d.length <= thickness(c.skin) && d.length <= roller_of(c).drum_radius &&
         smallest_pitch(c.device.head) >= 2.0 * c.device.needle.shank_radius;
}

Predictor::Pressed Predictor::press(const Design& d) {
  // A row's share of the load hangs on the pitch along, a cell's on the pitch across in proportion.
  const std::array<double, 3> key{d.width, static_cast<double>(d.needles_per_turn), d.load};
  auto found = pressed_.find(key);
  if (found == pressed_.end()) {
    const Case c = with(d);
    double stiffness = 1.0;
    if (const double time = ramp_time(c, roller_of(c), *drum_); relaxes_evenly(c.skin, time))
      stiffness = evenly_stiffened(c.skin, time);
    const double load = rolling::drum_contact(roller_of(c), *drum_, d.load, stiffness).peak;
    found = pressed_.emplace(key, Pressed{load * d.rows, stiffness}).first;
  }
  return {found->second.load / d.rows, found->second.stiffness};
}

double Predictor::peak(const Design& d) { return press(d).load; }

bool Predictor::knows(const Design& d) const {
  return !rests_on_cells_ || known_.contains(device::cell_radius(with(d).device));
}

void Predictor::learn(const Design& d, core::Observer& observer) {
  if (knows(d)) return;
  const double radius = device::cell_radius(with(d).device);
  const auto& needle = start_.device.needle;
  cost_.solves += origin_of_cell(skin_, needle, radius) == "finite elements" ? 1 : 0;
  ++cost_.responses;
  known_[radius] = cell_response(skin_, needle, radius, observer);
}

std::vector<Predictor::Source> Predictor::sources(double radius, bool without_own) const {
  if (known_.empty()) return {{radius, 1.0}};
  auto above = known_.lower_bound(radius);
  if (above != known_.end() && above->first == radius) {
    if (!without_own || known_.size() == 1) return {{radius, 1.0}};
    const auto after = std::next(above);
    if (above == known_.begin()) return {{after->first, 1.0}};
    const double below = std::prev(above)->first;
    if (after == known_.end()) return {{below, 1.0}};
    const double t = std::log(radius / below) / std::log(after->first / below);
    return {{below, 1.0 - t}, {after->first, t}};
  }
  if (above == known_.begin()) return {{above->first, 1.0}};
  const double below = std::prev(above)->first;
  if (above == known_.end()) return {{below, 1.0}};
  const double t = std::log(radius / below) / std::log(above->first / below);
  return {{below, 1.0 - t}, {above->first, t}};
}

const insertion::PreparedNeedle& Predictor::prepared(const Design& d, double radius,
                                                     double source) {
  const std::array<double, 3> key{radius, source, d.length};
  if (const auto found = needles_.find(key); found != needles_.end()) return *found->second;
  if (needles_.size() >= kNeedlesKept) needles_.clear();
  insertion::Setting setting;
  setting.skin = skin_;
  setting.needle = start_.device.needle;
  setting.needle.length = d.length;
  setting.cell_radius = radius;
  const auto pressed = press(d);
  setting.cell_load = pressed.load;
  setting.stiffness = pressed.stiffness;
  setting.choices = start_.insertion;
  setting.choices.level = level_;
  setting.threads = threads_of(start_);
  const insertion::Ingredients from{[&] {
                                      const auto& response = known_.at(source);
                                      return source == radius
                                                 ? response
                                                 : std::make_shared<const insertion::CellResponse>(
                                                       in_another_cell(*response, radius));
                                    },
                                    crack_table, solid_model};
  auto& kept = needles_[key];
  kept = insertion::models().make(level_)->prepare(setting, from, core::silent());
  return *kept;
}

void Predictor::add(const Source& source, const Design& d, const Pressed& pressed, Reached& out) {
  const Case c = with(d);
  const auto& needle = prepared(d, device::cell_radius(c.device), source.radius);
  const auto depths = scatter(
      variations_, pressed.stiffness,
      [&](const Drawn&, const insertion::Variation& v) { return needle.at_load(pressed.load, v); });
  insertion::Variation nominal;
  nominal.stiffness = pressed.stiffness;
  out.depth += source.weight * (depths.share > 0.0 ? depths.mean : 0.0);
  out.share += source.weight * depths.share;
  out.share_in_window += source.weight * share_within(depths.depth, task_.target);
  const auto at = needle.at_load(pressed.load, nominal);
  out.strength += source.weight * device::strength_ratio(
                                      c.device.needle,
                                      at.pierced_depth > 0.0 ? needle.puncture_force(nominal) : 0.0,
                                      at.needle_force);
}

Reached Predictor::at(const Design& d, bool without_own) {
  ++cost_.evaluations;
  const Case c = with(d);
  const auto pressed = press(d);
  Reached out;
  for (const auto& source : sources(device::cell_radius(c.device), without_own))
    add(source, d, pressed, out);
  out.density =
      out.share * rolling::density_formula(c.device, c.protocol, d.passes, rolling_radius(c));
  return out;
}

Reached Predictor::rerun(const Design& d, core::Observer& observer) {
  ++cost_.reruns;
  const Case c = sized_case(task_, d);
  const double time = ramp_time(c, roller_of(c), *drum_);
  if (!relaxes_evenly(c.skin, time)) {  // its own rate is not the start's
    const auto skin = skin::at_rate(c.skin, time);
    const auto& roller = roller_of(c);
    cost_.solves += (origin_of_cell(skin, c.device.needle, device::cell_radius(c.device)) ==
                     "finite elements") +
                    (origin_of_drum(skin, roller.drum_radius) == "finite elements");
  }
  const Result r = roll(c, observer);
  Reached out;
  out.depth = r.depths.share > 0.0 ? r.depths.mean : 0.0;
  out.share = r.depths.share;
  out.share_in_window = share_within(r.depths.depth, task_.target);
  out.density = r.field.channel_density;
  out.strength = r.strength_ratio;
  return out;
}

}  // namespace percuta::study
