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
#include "pressing.h"
#include "warnings.h"

namespace percuta::study {
namespace {

healing::Wound wound_of(const Case& c, const Result& r) {
  healing::Wound w;
  const double epidermis = epidermis_thickness(c.skin);
  w.channel_radius = r.channel.opening_radius;
  // A unit cell of skin belongs to every channel: by the share of the scatter, not by the count on
  // the sample square, whose sampling error it would carry into the course.
  w.density = pierced(r) ? r.field.landing_density * r.depths.share : r.field.landing_density;
  if (r.field.hit_density > r.field.channel_density)
    w.density *= r.field.channel_density / r.field.hit_density;
  w.dermis_thickness = dermis_thickness(c.skin);
  w.needled_depth = std::clamp(r.channel.depth - epidermis, 0.0, w.dermis_thickness);
  w.dermis_reached = w.needled_depth > 0.0;
  w.loops_reached = r.bleeding_shares.share_opening;
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

/// With what is said of it, what it rests on and what made it.
Result finished(Result r, const Case& c, const std::string& type) {
  for (const auto& warning : result_warnings(r, c)) r.warnings.push_back(warning);
  r.sources = sources_of(c.inputs, r.models);
  r.provenance = provenance(type, r.inputs,
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

double pierced_share(const Case& c, double cell_load, core::Observer& observer) {
  insertion::Setting setting;
  setting.skin = c.skin;
  setting.cell_load = cell_load;
  Result r;
  return depths_under(c, {prepare(c, setting, r, observer), nullptr, 1.0}, cell_load).share;
}

Result roll(const Case& c, core::Observer& observer) {
  return finished(channels_of(c, observer), c, "percuta roll");
}

Result run(const Case& c, core::Observer& observer) {
  Result r = channels_of(c, observer);
  // What the skin does afterwards.
  r.wound = wound_of(c, r);
  r.models.push_back(healing::models().card(c.healing_options.level));
  r.healing = healed(c, r.wound, observer);
  return finished(std::move(r), c, "percuta result");
}

}  // namespace percuta::study
