#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "percuta/io/result.h"

namespace percuta::io {
namespace {

using Json = nlohmann::ordered_json;

Json quantity(double value, const char* unit) {
  Json q;
  q["value"] = std::isfinite(value) ? Json(value) : Json(nullptr);
  q["unit"] = unit;
  return q;
}

double last_session(const Result& r) { return r.wound.sessions > 0 ? (r.wound.sessions - 1) * r.wound.interval / 86400.0 : 0.0; }

std::vector<double> within(const Result& r, double offset) {
  std::vector<double> days;
  for (const double d : r.report_days)
    if (offset + d <= r.healing.days.back() + 1e-9) days.push_back(d);
  return days;
}

/// The courses at days counted from the first session, or from a later one.
Json healing_at(const Result& r, const std::vector<double>& days, double offset) {
  const auto& h = r.healing;
  Json out;
  out["days"] = days;
  const auto series = [&](const char* name, const std::vector<double>& values, double minus = 0.0) {
    std::vector<double> at;
    for (const double d : days) at.push_back(healing::at_day(h, values, offset + d) - minus);
    out[name] = {{"value", at}, {"unit", "1"}};
  };
  series("collagen_change", h.collagen, 1.0);
  series("strength_change", h.strength, 1.0);
  series("stiffness_change", h.stiffness, 1.0);
  series("whole_dermis_collagen_change", h.whole_dermis_collagen, 1.0);
  series("whole_dermis_strength_change", h.whole_dermis_strength, 1.0);
  series("whole_dermis_stiffness_change", h.whole_dermis_stiffness, 1.0);
  series("myofibroblasts", h.myofibroblasts);
  return out;
}

Json healing_json(const Result& r) {
  Json out = healing_at(r, within(r, 0.0), 0.0);
  out["last_day"] = healing_at(r, {r.healing.days.back()}, 0.0);
  if (r.wound.sessions > 1) out["after_last_session"] = healing_at(r, within(r, last_session(r)), last_session(r));
  return out;
}

}  // namespace

std::vector<SummaryValue> summary_values(const Result& r) {
  const auto& c = r.insertion;
  const auto& on = r.on_skin;
  const double length = r.device.needle.length;
  const bool pierced = io::pierced(r);
  const double none = std::nan("");
  const auto if_pierced = [&](double value) { return pierced ? value : none; };
  const auto peak = healing::peak(r.healing, r.healing.collagen);
  // The opening follows the needle's radius at the depth that it reached.
  const double stays_open = pierced ? r.channel.opening_radius / radius_behind_tip(r.device.needle, r.channel.depth) : none;
  const auto opened = [&](double depth) { return stays_open * (pierced ? radius_behind_tip(r.device.needle, depth) : none); };
  const double passes = std::max(1, r.field.passes);
  const auto channels = std::count_if(r.field.depth.begin(), r.field.depth.end(), [](double depth) { return depth > 0.0; });
  std::vector<SummaryValue> v{
      {"insertion", "share_pierced", r.depths.share, "1", 0, "share of the landings that pierce", "%"},
      {"insertion", "pierced_depth", r.channel.depth, "m", pierced ? r.depths.sd : 0.0, "pierced depth, mean of those", "mm"},
      {"insertion", "pierced_depth_low", if_pierced(r.depths.low), "m", 0, "5 % of them stay above", "mm"},
      {"insertion", "pierced_depth_high", if_pierced(r.depths.high), "m", 0, "5 % of them go below", "mm"},
      {"insertion", "depth_fraction", r.channel.depth / length, "1", 0, "pierced depth over needle length", "%"},
      {"insertion", "nominal_depth", on.needle.pierced_depth, "m", 0, "pierced depth of the nominal needle", "mm"},
      {"insertion", "deflection", on.needle.deflection, "m", 0, "deflection of the skin under it", "mm"},
      {"insertion", "tip_displacement", on.needle.displacement, "m", 0, "its tip displacement at full load", "mm"},
      {"insertion", "force_at_depth", on.needle.needle_force, "N", 0, "force of one needle at full load", "mN"},
      {"insertion", "face_force_per_needle", on.needle.base_force, "N", 0, "force of its share of the drum face", "mN"},
      {"insertion", "required_force", c.required_force, "N", 0, "force that opens the surface", "mN"},
      {"insertion", "puncture_force", c.puncture_force, "N", 0, "puncture force of one needle", "mN"},
      {"insertion", "puncture_displacement", c.puncture_displacement, "m", 0, "tip displacement at puncture", "mm"},
      {"insertion", "depth_after_drop", c.punctured ? c.depth_after_drop : none, "m", 0, "pierced depth right after puncture", "mm"},
      {"insertion", "opening_load", on.opening_load, "N", 0, "load of the hand that opens the surface", "N"},
      {"insertion", "face_load", on.face_load, "N", 0, "load of the hand at which the drum face begins to bear", "N"},
      {"insertion", "ramp_time", on.ramp_time > 0.0 ? on.ramp_time : none, "s", 0, "time from a needle's touch to its deepest point", "s"},
      {"insertion", "stiffening", on.stiffening, "1", 0, "stiffness of the skin at that speed over slow", "1"},
      {"channels", "count", static_cast<double>(channels), "1", 0, "channels on the sample square", "1"},
      {"channels", "density", r.field.channel_density, "1/m^2", r.field.channel_density_sd, "channel density", "1/cm^2"},
      {"channels", "density_per_pass", r.field.channel_density / passes, "1/m^2", r.field.channel_density_sd / passes, "channel density a pass", "1/cm^2"},
      {"channels", "landing_density", r.field.density, "1/m^2", r.field.density_sd, "needle landings, pierced or not", "1/cm^2"},
      {"channels", "density_formula", r.field.density_formula, "1/m^2", 0, "needle landings by the closed formula", "1/cm^2"},
      {"channels", "depth", r.channel.depth, "m", 0, "channel depth, mean", "mm"},
      {"channels", "opening_radius", if_pierced(r.channel.opening_radius), "m", 0, "radius of the open channel at the surface", "um"},
      {"channels", "opening_radius_low", opened(r.depths.low), "m", 0, "5 % of them are narrower", "um"},
      {"channels", "opening_radius_high", opened(r.depths.high), "m", 0, "5 % of them are wider", "um"},
      {"channels", "slit_length", if_pierced(r.channel.slit_length), "m", 0, "length of the cut at the surface", "um"},
      {"channels", "opened_fraction", r.field.opened_fraction, "1", 0, "share of the surface opened", "%"},
      {"channels", "nearest_neighbour", r.field.nearest_neighbour, "m", 0, "mean distance to the nearest channel", "mm"},
      {"channels", "nearest_neighbour_random", r.field.nearest_neighbour_random, "m", 0, "the same for a random pattern", "mm"},
      {"channels", "loops_met", r.loop_hits, "1", 0, "papillary loops met by a channel, mean", "1"},
      {"channels", "rows_engaged", static_cast<double>(on.rows_engaged), "1", 0, "rows of needles in the skin at once", "1"},
      {"channels", "needles_force", on.needles_force, "N", 0, "load carried by the needles", "N"},
      {"channels", "drum_force", on.face_force, "N", 0, "load carried by the drum face", "N"},
      {"channels", "contact_half_width", on.contact.state.half_width, "m", 0, "half-width of the drum's contact", "mm"},
      {"channels", "contact_pressure", on.contact.state.pressure, "Pa", 0, "pressure at its deepest line", "kPa"},
      {"channels", "approach", on.contact.state.approach, "m", 0, "approach of the drum", "mm"},
      {"healing", "closure_epithelium", r.healing.epithelium_closed * 86400.0, "s", 0, "epithelium closed, after the last session", "h"},
      {"healing", "closure_barrier", r.healing.barrier_closed * 86400.0, "s", 0, "barrier back to 95 %, after the last session", "h"},
      {"healing", "erythema_gone", r.healing.erythema_gone * 86400.0, "s", 0, "erythema index down to 0.1, after the last session", "h"},
      {"healing", "collagen_peak", pierced ? peak.change : 0.0, "1", 0, "largest change of collagen, needled depth", "%"},
      {"healing", "collagen_peak_day", if_pierced(peak.day) * 86400.0, "s", 0, "day of that change", "days"},
  };
  return v;
}

bool pierced(const Result& r) { return r.channel.depth > 0.0; }

std::vector<Moment> moments(const Result& r) {
  std::vector<Moment> out;
  const double last = r.healing.days.back(), from = last_session(r);
  for (const double d : within(r, 0.0)) out.push_back({d, fmt::format("day {:g}", d)});
  if (r.wound.sessions > 1)
    for (const double d : within(r, from)) out.push_back({from + d, fmt::format("day {:g} after the last session", d)});
  if (std::none_of(out.begin(), out.end(), [&](const auto& m) { return std::abs(m.day - last) < 1e-9; }))
    out.push_back({last, fmt::format("last day, {:g}", last)});
  return out;
}

std::string summary_json(const Result& r) {
  Json root;
  root["percuta"] = {{"version", r.version}, {"case", r.title},     {"file", r.case_file},    {"seed", r.seed},
                     {"level", r.level},     {"skin", r.skin.name}, {"device", r.device.name}};
  for (const auto& v : summary_values(r)) {
    Json q = quantity(v.value, v.unit.c_str());
    if (v.sd > 0.0) q["sd"] = v.sd;
    root[v.group][v.name] = q;
  }
  root["insertion"]["punctured"] = pierced(r);
  root["insertion"]["speed"] = r.protocol.speed > 0.0 ? quantity(r.protocol.speed, "m/s") : Json("slow");
  root["channels"]["bleeding"] = channel::name(r.bleeding);
  root["channels"]["deepest_layer"] = r.channel.deepest_layer;
  const Json courses = healing_json(r);
  for (const auto& [name, values] : courses.items()) root["healing"][name] = values;
  root["cost"] = {
      {"indentation_unknowns", r.indentation.unknowns},
      {"indentation_steps", r.indentation.steps},
      {"indentation_iterations", r.indentation.iterations},
      {"indentation_splice_shift", r.indentation.splice_shift},
      {"indentation_splice_displacement", std::isfinite(r.indentation.splice_displacement) ? Json(r.indentation.splice_displacement) : Json(nullptr)},
      {"healing_steps", r.healing.steps},
      {"healing_evaluations", r.healing.evaluations}};
  root["warnings"] = r.warnings;
  Json sources = Json::array();
  for (const auto& [tag, text] : r.sources) sources.push_back({{"tag", tag}, {"citation", text}});
  root["sources"] = sources;
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace percuta::io
