// What is said before and after a run: limits of the models, keys without effect, and what a run
// will cost.

#include "warnings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ensemble.h"
#include "percuta/core/quantity.h"
#include "percuta/delivery/model.h"
#include "percuta/healing/model.h"
#include "percuta/insertion/model.h"
#include "percuta/skin/record.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"
#include "percuta/study/safety.h"

namespace percuta::study {
namespace {

using core::format_quantity;

void warn_about_puncture(std::vector<std::string>& out, const Result& r, const Case& c) {
  const auto& on = r.on_skin;
  if (!pierced(r))
    out.push_back(fmt::format(
        "the load of {} pierces nowhere: each needle bears {}, opening the surface takes {}{}. "
        "Fast impact can pierce where pressing "
        "cannot",
        format_quantity(c.protocol.load, "N", 3), format_quantity(on.needle.needle_force, "mN", 3),
        format_quantity(r.insertion.required_force, "mN", 3),
        std::isfinite(on.opening_load)
            ? fmt::format("; a load of {} would", format_quantity(on.opening_load, "N", 3))
            : ""));
  else if (r.depths.share < 0.02)
    out.push_back(
        fmt::format("only {:.2g} % of the landings pierce; figures of the channels rest on few of "
                    "the {} needles drawn (scatter.samples)",
                    100.0 * r.depths.share, r.depths.depth.size()));
  if (on.contact.extrapolated)
    out.push_back(
        "the load lies beyond what was solved for a drum on this skin; its answer is extrapolated");
  if (r.depths.extrapolated > 0.01)
    out.push_back(
        fmt::format("for {:.0f} % of the landings the load lies beyond what was solved for this "
                    "skin and needle; their depth is extrapolated",
                    100.0 * r.depths.extrapolated));
  const auto* roller = std::get_if<device::Roller>(&c.device.head);
  if (roller != nullptr &&
      2.0 * on.contact.state.half_width > 2.0 * M_PI * roller->drum_radius / 4.0)
    out.push_back(
        fmt::format("the drum sinks in so far that skin wraps {} of it; the model of a shallow "
                    "contact ends there",
                    format_quantity(2.0 * on.contact.state.half_width, "mm", 3)));
  if (pierced(r) && r.channel.opening_radius > 0.35 / std::sqrt(r.field.channel_density))
    out.push_back(
        "channels are so dense that their holes nearly touch; one channel per unit cell no longer "
        "describes the healing");
}

const config::Used* input(const Case& c, const std::string& path) {
  const auto found =
      std::find_if(c.inputs.begin(), c.inputs.end(), [&](const auto& u) { return u.path == path; });
  return found != c.inputs.end() ? &*found : nullptr;
}

/// The law of the layer that a key belongs to, "" for other keys.
std::string law_beside(const Case& c, const std::string& path) {
  if (!path.starts_with("skin.layers.")) return "";
  const auto* law = input(c, path.substr(0, path.rfind('.')) + ".law");
  return law != nullptr ? law->value : "";
}

/// Why a key changes nothing in this case, "" when it does or may.
std::string idle_because(const Case& c, const config::Used& used) {
  const std::string name = used.path.substr(used.path.rfind('.') + 1),
                    law = law_beside(c, used.path);
  const bool by_solid = used.only == skin::kSolidLevel && c.insertion.level == "solid",
             by_patch = used.path == "healing.patch" && c.healing_options.level == "patch";
  if (!used.only.empty() && !by_solid && !by_patch)
    return fmt::format("{} alone reads it", used.only);
  if (used.path.starts_with("compare.")) return "`percuta compare` alone reads it";
  if (name == "hardening" && law != "ogden") return fmt::format("a {} law has none", law);
  if (name == "second_share" && law != "mooney-rivlin")
    return fmt::format("a {} law has no second term", law);
  if (used.path == "protocol.interval" && c.protocol.sessions == 1) return "there is one session";
  if (used.path == "protocol.load" && device::kind(c.device) == "pen")
    return "a pen's needles go where they are driven";
  if (used.path == "channels.reentry_distance" && c.channels.reentry == 0.0)
    return "channels.reentry is 0";
  if (used.path == "channels.rolling_fraction" && rolling_radius(c) == 0.0)
    return "a roller alone rolls";
  if (used.path.starts_with("healing.probe.") && !c.healing_options.suction)
    return "healing.suction is false";
  if (used.path == "protocol.vitamin_c_until" && c.protocol.vitamin_c == 0.0)
    return "protocol.vitamin_c is 0";
  if (used.path.starts_with("healing.parameters.") && !c.healing.vessels &&
      (name.starts_with("oxygen_") || name.starts_with("vessel_") || name == "hypoxia"))
    return "healing.vessels is false";
  if (used.path.starts_with("healing.wrinkle.") && !c.healing_options.furrow)
    return "healing.furrow is false";
  if (name == "beta3_days" && c.healing.beta3 == 0.0) return "healing.parameters.beta3 is 0";
  if ((name == "barrier_occluded" || name == "covered_radius" || name == "covered_depth") &&
      c.healing.occlusion == 0.0)
    return "healing.parameters.occlusion is 0";
  return "";
}

constexpr const char* kReadByRun = "`percuta run` alone reads it";

/// Keys that act only where needles pierced, or only where they stayed in the epidermis.
std::string idle_in(const Result& r, const Case& c, const config::Used& used) {
  if (used.path == "channels.reentry" && r.field.hit_density == r.field.channel_density)
    return "no needle came down near an older channel and slid into it";
  const bool of_care = used.path == "protocol.cover" || used.path == "protocol.vitamin_c";
  if (!healed(r)) return of_care || used.path.starts_with("healing.") ? kReadByRun : "";
  if (used.path == "protocol.cover" && !pierced(r)) return "nothing was pierced";
  const bool of_wounds = used.path.starts_with("healing.parameters.") ||
                         used.path == "channels.width_ratio" || used.path == "protocol.sessions";
  if (of_wounds && !pierced(r) && used.path != "healing.parameters.ascorbate")
    return "nothing was pierced";
  if (used.path == "scatter.gate_toughness" && r.depths.share == 1.0)
    return "every needle pierces, and it decides whether they do, not how deep";
  if (used.path.starts_with("scatter.") && used.path != "scatter.samples" && !pierced(r))
    return "nothing was pierced";
  if (used.path == "healing.parameters.recoil_time") {
    constexpr double kOver = 30.0;  // half-lives after which nothing is left
    if (r.healing.hole_closed == 0.0) return "no hole was as wide as the 0.1 mm that is seen";
    if (!(r.healing.hole_closed < kOver * c.healing.recoil_time))
      return "the hole is seen until long after the skin has sprung back";
  }
  if (used.path == "healing.parameters.epidermal_damage" && healing::needled_depth(r.wound) > 0.0)
    return "the dermis was reached";
  return "";
}

void warn_about_ascorbate(std::vector<std::string>& out, const Result& r, const Case& c) {
  if (c.healing.ascorbate == 1.0) return;
  healing::Wound none = r.wound;
  none.channels.clear();
  const auto alone = healed(c, none);
  const std::string key =
      c.protocol.vitamin_c > 0.0
          ? fmt::format("protocol.vitamin_c = {} sets healing.parameters.ascorbate = {:.3g}, which",
                        format_quantity(c.protocol.vitamin_c, "days", 4), c.healing.ascorbate)
          : fmt::format("healing.parameters.ascorbate = {:g}", c.healing.ascorbate);
  const bool all_the_time = c.healing.ascorbate_until >= c.healing_options.days;
  out.push_back(fmt::format(
      "{} acts on all skin {}, needled or not: alone it changes collagen by {:+.1f} % by "
      "day {:g} (the size of the effect is assumed)",
      key, all_the_time ? "all the time" : "until it ends", 100.0 * (alone.collagen.back() - 1.0),
      alone.time.back() / core::kDay));
}

// Of one response by finite elements on two cores, measured once, hence "about": of the cell with
// its meshes, of the drum.
constexpr double kCellSeconds = 8.0, kDrumSeconds = 1.5, kUnknowns = 8000.0;

// Up to these exponents the stratum corneum and the viable epidermis do not stiffen fast enough to
// hold the mesh under the tip: steps shrink, many iterations each, and the response may end early.
// Measured on the cheek: 2 to 12 times the time.
constexpr std::array<double, 2> kSoft{7.0, 2.0};
constexpr double kSlow = 15.0;

const skin::Layer* softening_layer(const Case& c) {
  for (std::size_t k = 0; k < c.skin.layers.size() && k < kSoft.size(); ++k)
    if (hardening_exponent(c.skin.layers[k].law) <= kSoft[k]) return &c.skin.layers[k];
  return nullptr;
}

/// A patch whose landings all pierce, on one core. Measured: data/evidence/patch-scaling.csv.
double patch_seconds(const Case& c) {
  constexpr double kBoxes = 1600.0, kSteps = 100.0, kEach = 7e-6;  // of a channel, of a session
  const double side = c.healing_options.patch, sessions = c.protocol.sessions;
  const double channels = rolling::expected_landings(c.device, c.protocol, side * side) * sessions;
  return kEach * kBoxes * channels * std::pow(c.healing_options.cells / 120.0, 2.0) * kSteps *
         sessions;
}

/// The course and, on all cores, those of its band.
double healing_seconds(const Case& c) {
  const auto& o = c.healing_options;
  const auto model = healing::models().make(level_of_bands(o));
  const auto seconds = [&](int cells, int classes) {
    healing::Settings settings;
    settings.cells = cells;
    return model->seconds(classes, c.protocol.sessions, o.days, settings);
  };
  const auto cores = std::max(1U, std::thread::hardware_concurrency());
  const double member =
      seconds(std::min(o.cells, healing::kBandCells), std::min(o.classes, healing::kBandClasses));
  const double course =
      o.level == healing::kPatchLevel ? patch_seconds(c) : seconds(o.cells, o.classes);
  return course + o.members * member / cores;
}

/// Solves of a suction test: the first from rest, the others each from the one before. Measured on
/// the cheek.
double suction_seconds(const Case& c) {
  if (!c.healing_options.suction) return 0.0;
  constexpr double kFirst = 1.0, kOther = 0.35, kTimes = 5.0;
  const double each = relaxes(c.skin) ? kTimes : 1.0;
  const double ends = c.healing_options.members > 0 ? 2.0 : 0.0;
  const auto days = static_cast<double>(c.healing_options.report_days.size());
  return kFirst + kOther * (each * (1.0 + days) + ends * days);
}

/// Furrows: the first from rest, the others each from the one before. Measured on the cheek.
double furrow_seconds(const Case& c) {
  if (!c.healing_options.furrow) return 0.0;
  constexpr double kFirst = 0.5, kOther = 0.15, kCorners = 4.0;
  const double each = 1.0 + (c.healing_options.members > 0 ? kCorners : 0.0);
  return kFirst + kOther * each * static_cast<double>(c.healing_options.report_days.size());
}

/// The channels of a case and the two depths of their band.
double delivery_seconds(const Case& c) {
  const auto& o = c.delivery;
  delivery::Settings settings;
  settings.cells = o.cells;
  return delivery::models().make(o.level)->seconds(o.classes + 2, settings);
}

double landings(const Case& c) {
  return c.protocol.sessions *
         rolling::expected_landings(c.device, c.protocol, channel::area(patch_of(c.channels)));
}

}  // namespace

namespace {

/// Of the tables of `deliver`, whose keys are many, in one line.
std::string idle_delivery(const Case& c) {
  std::string keys;
  for (const auto& used : c.inputs)
    if (used.given && (used.path.starts_with("solute.") || used.path.starts_with("delivery.")))
      keys += (keys.empty() ? "" : ", ") + used.path;
  return keys.empty() ? "" : keys + " have no effect here: `percuta deliver` alone reads them";
}

std::string line(const config::Used& used, const std::string& why) {
  return fmt::format("{} has no effect here: {}", used.path, why);
}

}  // namespace

bool of_barrier(const std::string& key) {
  for (const char* one :
       {"barrier_open", "barrier_occluded", "occlusion", "covered_radius", "covered_depth"})
    if (key == one) return true;
  return false;
}

std::vector<std::string> read_by_delivery(const Case& c) {
  std::vector<std::string> out{idle_delivery(c)};
  const std::string prefix = "healing.parameters.";
  for (const auto& used : c.inputs)
    if (used.path == "protocol.cover" ||
        (used.path.starts_with(prefix) && of_barrier(used.path.substr(prefix.size())))) {
      out.push_back(line(used, kReadByRun));
      out.push_back(line(used, idle_because(c, used)));
    }
  return out;
}

std::vector<std::string> without_effect(const Case& c) {
  std::vector<std::string> out;
  if (const auto keys = idle_delivery(c); !keys.empty()) out.push_back(keys);
  for (const auto& used : c.inputs)
    if (const auto why = used.given ? idle_because(c, used) : ""; !why.empty())
      out.push_back(fmt::format("{} has no effect here: {}", used.path, why));
  return out;
}

std::vector<std::string> result_warnings(const Result& r, const Case& c) {
  std::vector<std::string> out;
  warn_about_puncture(out, r, c);
  if (healed(r)) warn_about_ascorbate(out, r, c);
  for (const auto& used : c.inputs)
    if (const auto why = used.given ? idle_in(r, c, used) : ""; !why.empty())
      out.push_back(fmt::format("{} has no effect here: {}", used.path, why));
  return out;
}

std::vector<std::string> simplifications(const Case& c) {
  std::vector<std::string> out;
  for (const auto& l : c.skin.layers) {
    if (!l.fibres.empty())
      out.push_back(
          fmt::format("{}: the energy and axisymmetric levels take the matrix of the goh law "
                      "alone, without its fibres",
                      l.name));
  }
  if (const auto shape = c.device.needle.shape; shape != device::Shape::cone)
    out.push_back(
        fmt::format("device.needle.shape has no effect here: the energy and axisymmetric levels "
                    "take the {} for a cone of the same tip, angle and shank",
                    name(shape)));
  return out;
}

std::vector<std::string> physics_warnings(const Case& c) {
  std::vector<std::string> out;
  if (c.insertion.level != "solid") out = simplifications(c);
  for (const auto& w : without_effect(c)) out.push_back(w);
  const auto& n = c.device.needle;
  const double buckling = device::strength(n);
  const double gate = insertion::gate_force(c.skin, n.tip_radius, crack_table());
  if (buckling < 3.0 * gate)
    out.push_back(
        fmt::format("the needle may buckle: of steel it holds {}, opening the skin takes {}",
                    format_quantity(buckling, "mN", 3), format_quantity(gate, "mN", 3)));
  if (const auto* soft = softening_layer(c))
    out.push_back(
        fmt::format("{} stiffens little when stretched (hardening exponent {:.2g}): finite "
                    "elements take many times longer and may "
                    "end short of the needle's length",
                    soft->name, hardening_exponent(soft->law)));
  const auto* pen = std::get_if<device::Pen>(&c.device.head);
  const double reach = pen != nullptr ? pen->stroke : n.length;
  if (reach < epidermis_thickness(c.skin))
    out.push_back(pen != nullptr ? "the stroke is shorter than the epidermis is thick"
                                 : "the needle is shorter than the epidermis is thick");
  if (taper_length(n) > n.length)
    out.push_back("the needle ends before its taper does: its base is thinner than the shank");
  for (const auto& w : safety_warnings(c)) out.push_back(w);
  return out;
}

namespace {

insertion::Setting setting_of(const Case& c) {
  insertion::Setting s;
  s.skin = c.skin;
  s.needle = c.device.needle;
  s.cell_radius = device::cell_radius(c.device);
  s.choices = c.insertion;
  return s;
}

/// Seconds of the insertion model's own solve.
double model_seconds(const Case& c) {
  return insertion::models().make(c.insertion.level)->seconds(setting_of(c));
}

/// Seconds of the responses that neither a table nor an earlier run has.
double response_seconds(const Case& c) {
  const double slow = softening_layer(c) != nullptr ? kSlow : 1.0;
  double seconds = 0.0;
  if (origin_of_cell(c.skin, c.device.needle, device::cell_radius(c.device)) == "finite elements")
    seconds += kCellSeconds * slow;
  const auto* roller = std::get_if<device::Roller>(&c.device.head);
  if (roller != nullptr && origin_of_drum(c.skin, roller->drum_radius) == "finite elements")
    seconds += kDrumSeconds;
  return seconds;
}

/// "" of one, "s every 30 days", "s on days 0, 14, 56".
std::string session_words(const protocol::Protocol& p) {
  if (p.sessions == 1) return "";
  if (protocol::even(p)) return fmt::format("s every {}", format_quantity(p.interval, "days", 3));
  std::vector<std::string> days;
  for (const double t : p.plan) days.push_back(fmt::format("{:.4g}", t / core::kDay));
  return fmt::format("s on days {}", fmt::join(days, ", "));
}

/// "drum radius 10 mm", "spacing 0.5 mm", "stroke 1 mm at 120 Hz".
std::string head_words(const Case& c) {
  if (const auto* roller = std::get_if<device::Roller>(&c.device.head))
    return "drum radius " + format_quantity(roller->drum_radius, "mm", 3);
  if (const auto* stamp = std::get_if<device::Stamp>(&c.device.head))
    return "spacing " + format_quantity(stamp->spacing, "mm", 3);
  const auto& pen = std::get<device::Pen>(c.device.head);
  return fmt::format("stroke {} at {}", format_quantity(pen.stroke, "mm", 3),
                     format_quantity(pen.stroke_rate, "Hz", 3));
}

/// What is asked of the skin before and after.
void add_skin_tests(Forecast& f, const Case& c) {
  if (c.healing_options.suction)
    f.lines.push_back(fmt::format("a suction test of {} through {} by finite elements",
                                  format_quantity(c.healing_options.probe.pressure, "mbar", 3),
                                  format_quantity(c.healing_options.probe.opening, "mm", 3)));
  if (c.healing_options.furrow)
    f.lines.push_back(
        fmt::format("a furrow of {} in skin compressed by {:.3g} %, by finite elements",
                    format_quantity(c.healing_options.wrinkle.depth, "um", 3),
                    100.0 * c.healing_options.wrinkle.compression));
}

}  // namespace

Forecast forecast(const Case& c) {
  Forecast f{};
  const double response = response_seconds(c);
  const double own = model_seconds(c);
  f.seconds = 0.2 + response + own + healing_seconds(c) + suction_seconds(c) + furrow_seconds(c);
  f.megabytes = 120.0 + (response > 0.0 ? 2.0 * kUnknowns * 8e-3 : 0.0) + landings(c) * 600e-6;
  f.lines.push_back(fmt::format("{}: {} layers, {} in all, tension {}", c.skin.name,
                                c.skin.layers.size(), format_quantity(thickness(c.skin), "mm", 3),
                                format_quantity(c.skin.tension, "kPa", 3)));
  f.lines.push_back(fmt::format(
      "{}: a {} of {} needles of {}, tip radius {}, {}", c.device.name, device::kind(c.device),
      needle_count(c.device.head), format_quantity(c.device.needle.length, "mm", 3),
      format_quantity(c.device.needle.tip_radius, "um", 3), head_words(c)));
  f.lines.push_back(
      fmt::format("{} directions x {} passes, {}{} session{}", c.protocol.directions.size(),
                  c.protocol.passes_per_direction,
                  std::holds_alternative<device::Pen>(c.device.head)
                      ? ""
                      : fmt::format("load {}, ", format_quantity(c.protocol.load, "N", 3)),
                  c.protocol.sessions, session_words(c.protocol)));
  const auto* roller = std::get_if<device::Roller>(&c.device.head);
  if (roller != nullptr) {
    const auto k = rolling::kinematics(*roller, c.device.needle.length);
    f.lines.push_back(
        fmt::format("rolling geometry: entry angle {}, half sweep {}, {} rows engaged",
                    format_quantity(k.entry_angle, "deg", 3),
                    format_quantity(k.half_sweep, "mm", 3), k.rows_engaged));
  }
  f.lines.push_back(fmt::format(
      "device cell of radius {} from {}{}", format_quantity(device::cell_radius(c.device), "mm", 3),
      origin_of_cell(c.skin, c.device.needle, device::cell_radius(c.device)),
      roller == nullptr
          ? ""
          : fmt::format(", drum on skin from {}", origin_of_drum(c.skin, roller->drum_radius))));
  f.lines.push_back(fmt::format("{:.3g} landings on {} in {} session{}", landings(c),
                                format_quantity(channel::area(patch_of(c.channels)), "cm^2", 3),
                                c.protocol.sessions, c.protocol.sessions == 1 ? "" : "s"));
  if (const auto card = insertion::models().card(c.insertion.level); own > 0.0)
    f.lines.push_back(fmt::format("level {}: {}", card.name, card.sentence));
  f.lines.push_back(
      fmt::format("healing over {}", format_quantity(c.healing_options.days, "days", 4)));
  add_skin_tests(f, c);
  if (!c.solute.name.empty()) {
    const auto& o = c.delivery;
    const double seconds = delivery_seconds(c);
    f.lines.push_back(fmt::format(
        "delivery, by `percuta deliver`: {} of {}{} from {} on, {}, followed for {}{}",
        c.solute.name, format_quantity(o.concentration, "mg/mL", 3),
        o.dose > 0.0 ? ", " + format_quantity(o.dose, "uL/cm^2", 3) : "",
        format_quantity(o.start, "min", 3), o.cover ? "covered" : "in the open",
        format_quantity(o.duration, "h", 3),
        seconds > 0.0 ? fmt::format("; about {:.2g} s by level {}", seconds, o.level) : ""));
  }
  f.warnings = physics_warnings(c);
  if (!c.solute.name.empty()) std::erase(f.warnings, idle_delivery(c));  // `deliver` reads them
  return f;
}

Forecast forecast(const std::vector<Case>& cases) {
  Forecast f{};
  std::map<std::string, double> curves;  // seconds, by what they belong to
  std::set<std::string> said;
  for (const auto& c : cases) {
    const Forecast one = forecast(c);
    const double light =
        0.2 + healing_seconds(c) + suction_seconds(c) + furrow_seconds(c) + model_seconds(c);
    auto& curve = curves[cell_key(c.skin, c.device.needle, device::cell_radius(c.device))];
    curve = std::max(curve, one.seconds - light);
    f.seconds += light;
    f.megabytes = std::max(f.megabytes, one.megabytes) + landings(c) * 100e-6;
    for (const auto& w : one.warnings)
      if (said.insert(w).second) f.warnings.push_back(w);
  }
  for (const auto& [key, seconds] : curves) f.seconds += seconds;
  f.lines.push_back(fmt::format("{} rows with {} device cell{}", cases.size(), curves.size(),
                                curves.size() == 1 ? "" : "s"));
  return f;
}

}  // namespace percuta::study
