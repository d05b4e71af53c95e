// What gets in through the channels: the stage after the device on the skin.

#include "percuta/study/deliver.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/delivery/model.h"
#include "percuta/delivery/record.h"
#include "percuta/healing/closure.h"
#include "percuta/rolling/rolling.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/provenance.h"
#include "percuta/study/run.h"
#include "percuta/study/safety.h"
#include "pressing.h"
#include "warnings.h"

namespace percuta::study {
namespace {

delivery::Channels channels_at(const Case& c, double depth, double density) {
  const auto hole =
      rolling::hole(c.device, c.protocol, rolling_radius(c), c.channels.width_ratio, depth);
  delivery::Channels out;
  out.density = density;
  out.depth = depth;
  out.radius = std::sqrt(hole.across * hole.along);  // of the circle of the same area
  out.tip_radius = std::min(out.radius, c.channels.width_ratio * c.device.needle.tip_radius);
  healing::DepthClass healed;
  healed.depth = depth;
  healed.opening_radius = hole.across;
  auto constants = c.healing;
  out.half_life = healing::barrier_half_life(constants, healed);
  constants.occlusion = 1.0;
  out.half_life_covered = healing::barrier_half_life(constants, healed);
  return out;
}

/// All channels of one depth, which a band is made of.
std::vector<delivery::Channels> all_at(const Case& c, const Result& r, double depth) {
  if (!pierced(r)) return {};
  return {channels_at(c, depth, channels_per_area(r))};
}

const config::Used* given(const Case& c, const std::string& path) {
  const auto found =
      std::find_if(c.inputs.begin(), c.inputs.end(), [&](const auto& u) { return u.path == path; });
  return found != c.inputs.end() && found->given ? &*found : nullptr;
}

bool estimated(const delivery::Solute& s, const std::string& key) {
  return std::any_of(s.estimated.begin(), s.estimated.end(),
                     [&](const auto& e) { return e.key == key; });
}

/// Keys of the solute that change nothing because others were given.
std::string idle_of_solute(const Case& c, const delivery::Delivered& d, const std::string& key) {
  const auto& s = d.solute;
  const bool living = d.options.setting == delivery::Setting::in_vivo,
             permeability = estimated(s, "stratum_corneum_permeability");
  if (key == "charge") return "it says that unbroken skin lets less pass than estimated";
  if (key == "log_k_ow" && !permeability) return "the permeability of the horny layer is given";
  if (key == "molar_mass" && !permeability && !estimated(s, "capillary_clearance") &&
      (!estimated(s, "radius") || given(c, "solute.free_diffusivity") != nullptr))
    return "nothing was estimated from it";
  if (key == "radius" && !estimated(s, "free_diffusivity") &&
      !estimated(s, "epidermis_diffusivity") && !estimated(s, "dermis_diffusivity"))
    return "nothing was estimated from it";
  if (key == "solubility" && d.options.donor != delivery::Donor::film &&
      (s.solubility == 0.0 || d.options.concentration <= s.solubility))
    return "the vehicle stays below it";
  if (!living && (key == "capillary_clearance" || key == "lymph_clearance"))
    return "excised skin clears nothing";
  return "";
}

/// Keys of the treatment that change nothing in this case.
std::string idle_of_options(const delivery::Delivered& d, const std::string& key) {
  using delivery::Donor, delivery::Setting;
  const auto& o = d.options;
  const bool reservoir = o.donor == Donor::reservoir;
  if (reservoir && (key == "dose" || key == "repeats" || key == "vehicle_diffusivity"))
    return "a reservoir never empties";
  if (key == "suspension" && (d.solute.solubility == 0.0 || o.concentration <= d.solute.solubility))
    return "all of the solute is dissolved";
  if (key == "wash_off" && o.wash_off >= o.duration) return "it is after delivery.duration";
  if (key == "repeats" &&
      std::all_of(o.repeats.begin(), o.repeats.end(), [&](double t) { return t >= o.duration; }))
    return "they are after delivery.duration";
  if (key == "reticular_supply" && o.setting == Setting::in_vitro)
    return "excised skin has no blood flow";
  if (key == "cover" && o.cover && o.setting == Setting::in_vitro)
    return "channels of excised skin stay open";
  const bool none = d.problem.channels.empty();
  if (none && (key == "channel_conductance" || key == "classes" || key == "cover"))
    return "nothing was pierced";
  return "";
}

/// Constants of healing, of which delivery takes the barrier alone.
std::string idle_of_healing(const Case& c, const delivery::Delivered& d, const std::string& key) {
  if (!of_barrier(key)) return "";
  if (d.options.setting == delivery::Setting::in_vitro) return "channels of excised skin stay open";
  if (d.problem.channels.empty()) return "nothing was pierced";
  const bool covered = key == "barrier_occluded" || key.starts_with("covered_");
  if (covered && !d.options.cover && c.healing.occlusion == 0.0) return "the skin is not covered";
  return "";
}

void demand_solute(const Case& c) {
  if (c.solute.name.empty())
    throw core::InputError({{c.file, 0, 0, 1, "solute is missing", "",
                             "write for example solute = \"ascorbic-acid\"; `percuta list solutes` "
                             "prints them all",
                             "solute"}});
}

std::vector<std::string> idle(const Case& c, const delivery::Delivered& d) {
  std::vector<std::string> out;
  for (const auto& used : c.inputs) {
    if (!used.given) continue;
    std::string why;
    const auto key = [&](const char* prefix) {
      return used.path.substr(std::string(prefix).size());
    };
    if (used.path.starts_with("solute.")) why = idle_of_solute(c, d, key("solute."));
    if (used.path.starts_with("delivery.")) why = idle_of_options(d, key("delivery."));
    if (used.path.starts_with("healing.parameters."))
      why = idle_of_healing(c, d, key("healing.parameters."));
    if (used.path == "protocol.cover") why = idle_of_healing(c, d, "occlusion");
    if (!why.empty()) out.push_back(fmt::format("{} has no effect here: {}", used.path, why));
  }
  return out;
}

/// What is said whatever the case: cautions, and what was estimated.
std::vector<std::string> said(const delivery::Delivered& d) {
  std::vector<std::string> out = delivery::cautions();
  const auto& s = d.solute;
  std::string estimates;
  for (const auto& e : s.estimated)
    estimates += fmt::format("{}solute.{} by {}", estimates.empty() ? "" : "; ", e.key, e.rule);
  if (!estimates.empty()) out.push_back("estimated, since nobody gave it: " + estimates);
  if (s.charge != 0.0 && estimated(s, "stratum_corneum_permeability"))
    out.push_back(
        fmt::format("{} is charged: ions pass the horny layer less well than Potts-Guy says, so "
                    "that what unbroken skin lets through is too high and the enhancement too low",
                    s.name));
  return out;
}

/// Where a model's range is left, and keys without effect.
std::vector<std::string> doubts(const Case& c, const delivery::Delivered& d) {
  std::vector<std::string> out;
  const auto& s = d.solute;
  if (s.molar_mass > 0.75 && estimated(s, "stratum_corneum_permeability"))
    out.push_back(
        fmt::format("{} is heavier than the solutes of Potts-Guy, up to 750 g/mol: what "
                    "unbroken skin lets through is extrapolated",
                    s.name));
  if (d.options.concentration > 0.0 && s.solubility > 0.0 && d.options.concentration > s.solubility)
    out.push_back("undissolved solute lies in the vehicle and keeps it saturated");
  if (std::none_of(d.roles.begin(), d.roles.end(),
                   [](auto role) { return role == skin::Role::stratum_corneum; }))
    out.push_back("this skin has no horny layer: nothing holds the solute back");
  if (!d.problem.channels.empty() &&
      d.problem.channels.front().depth <= delivery::horny_thickness(d.problem))
    out.push_back(
        "the shallowest channels end within the horny layer and let nothing in by themselves");
  if (c.protocol.sessions > 1)
    out.push_back("the channels are those of one session, and the treatment follows it");
  for (auto& line : idle(c, d)) out.push_back(std::move(line));
  return out;
}

}  // namespace

std::vector<delivery::Channels> depth_classes(const Case& c, const Result& r, int classes) {
  std::vector<delivery::Channels> out;
  for (const auto& [share, depth] : channel::depth_classes(r.depths, classes))
    out.push_back(channels_at(c, depth, share * channels_per_area(r)));
  return out;
}

std::string estimated_of_solute(const std::string& name) {
  core::Diagnostics errors;
  const auto tree = config::Tree::read(entry_file("solutes", name), errors);
  config::Reader reader(tree, errors);
  delivery::Solute s;
  delivery::solute_record().read(s, reader, "");
  std::string out;
  for (const auto& e : delivery::completed(s).estimated) out += (out.empty() ? "" : ", ") + e.key;
  return out;
}

DeliveryResult deliver(const Case& c, core::Observer& observer) {
  demand_solute(c);
  if (c.delivery.setting == delivery::Setting::in_vivo) refuse_blocked(c);
  return deliver(c, roll(c, observer), observer);
}

DeliveryResult deliver(const Case& c, Result rolled, core::Observer& observer) {
  demand_solute(c);
  DeliveryResult out;
  out.rolled = std::move(rolled);
  auto& r = out.rolled;
  const auto& o = c.delivery;
  out.delivered = delivery::deliver(c.skin, delivery::completed(c.solute), o,
                                    depth_classes(c, r, o.classes), all_at(c, r, r.depths.low),
                                    all_at(c, r, r.depths.high), observer, delivery_model);
  out.delivered.area = o.area > 0.0 ? o.area : channel::area(patch_of(c.channels));
  out.models = r.models;
  out.models.push_back(delivery::models().card(o.level));
  const auto read = read_by_delivery(c);
  std::vector<std::string> care;  // what speaks against a treatment leaves no model's range
  for (const auto& f : r.safety) care.push_back(safety_line(f));
  out.warnings = said(out.delivered);
  const auto in = [](const std::vector<std::string>& lines, const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  };
  for (const auto& line : r.warnings)
    if (in(care, line)) out.warnings.push_back(line);
    else if (!in(read, line)) out.doubts.push_back(line);
  for (auto& line : doubts(c, out.delivered)) out.doubts.push_back(std::move(line));
  out.warnings.insert(out.warnings.end(), out.doubts.begin(), out.doubts.end());
  out.sources = sources_of(c.inputs, out.models);
  io::Provenance kept;  // what a result keeps of its run, under its own type
  for (const auto& [name, text] : r.provenance)
    if (name == "case" || name == "file" || name == "level" || name == "seed" ||
        name == "threads" || name.starts_with("cell_") || name.starts_with("drum_"))
      kept.emplace_back(name, text);
  std::string keys;
  for (const auto& [key, citation] : out.sources) keys += key + "\n";
  kept.emplace_back("sources", keys);
  out.provenance = provenance("percuta delivery", c.inputs, kept);
  return out;
}

const config::Outputs<DeliveryResult>& delivery_outputs() {
  static const config::Outputs<DeliveryResult> all = [] {
    config::Outputs<DeliveryResult> o;
    o.include("", roll_outputs(), &DeliveryResult::rolled);
    o.include("delivery", delivery::outputs(), &DeliveryResult::delivered);
    o.count(
         "cost.delivery_steps", [](const DeliveryResult& r) { return r.delivered.needled.steps; },
         "steps of the delivery model")
        .count(
            "cost.delivery_unknowns",
            [](const DeliveryResult& r) { return r.delivered.needled.unknowns; },
            "unknowns of the delivery model");
    return o;
  }();
  return all;
}

io::Document document(const DeliveryResult& r) {
  return {delivery_outputs().values(r), {}, r.rolled.inputs, r.warnings, r.sources, r.provenance,
          core::limits_of(r.models)};
}

std::string summary_json(const DeliveryResult& r) { return io::summary_json(document(r)); }

}  // namespace percuta::study
