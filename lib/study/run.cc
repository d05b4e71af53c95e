#include "percuta/study/run.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "ensemble.h"
#include "percuta/core/errors.h"
#include "percuta/core/provenance.h"
#include "percuta/core/quantity.h"
#include "percuta/core/version.h"
#include "percuta/healing/model.h"
#include "percuta/healing/record.h"
#include "percuta/insertion/model.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/insert.h"
#include "percuta/study/provenance.h"
#include "percuta/study/responses.h"
#include "percuta/study/safety.h"
#include "pressing.h"
#include "warnings.h"

namespace percuta::study {
namespace {

/// Keys of the bibliography, a line each.
std::string keys_of(const std::vector<std::pair<std::string, std::string>>& sources) {
  std::string out;
  for (const auto& [key, citation] : sources) out += key + "\n";
  return out;
}

/// Inputs, and what the safety rules that apply rest on as if it were of one.
std::vector<config::Used> with_safety(std::vector<config::Used> inputs,
                                      const std::vector<protocol::Finding>& findings) {
  for (const auto& f : findings) {
    inputs.emplace_back();
    inputs.back().source = f.source;
  }
  return inputs;
}

/// With what is said of it, what it rests on and what made it.
Result finished(Result r, const Case& c, const std::string& type) {
  for (const auto& warning : result_warnings(r, c)) r.warnings.push_back(warning);
  r.sources = sources_of(with_safety(c.inputs, r.safety), r.models);
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

namespace {

/// Where the state of a patch that is healed for minutes is kept meanwhile: one file for the same
/// inputs and build; "" without a cache.
std::string kept_file(const Case& c) {
  const auto folder = cache_folder();
  if (folder.empty()) return "";
  std::string all = fmt::format("seed {}\n", c.seed);
  for (const auto& [name, text] : core::build_facts()) all += name + " " + text + "\n";
  for (const auto& used : c.inputs)
    all += std::isfinite(used.si) ? fmt::format("{} {:a}\n", used.path, used.si)
                                  : fmt::format("{} {}\n", used.path, used.value);
  return folder + "/healing-" + core::fingerprint(all) + ".state";
}

/// The state that is kept, "" without one; one that is damaged is no reason to stop.
std::string read_kept(const CheckpointFile& file, core::Observer& observer) {
  if (!file.exists()) return "";
  try {
    return file.read(observer);
  } catch (const core::FileError& e) {
    observer.note(fmt::format("{}; healing begins anew", e.what()));
    return "";
  }
}

/// Lets a solve keep its state in a file, as long as there is room for it.
void keep_in(healing::Settings& settings, const CheckpointFile& file, core::Observer& observer) {
  if (file.path().empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(cache_folder(), ignored);
  settings.kept = [&] { return read_kept(file, observer); };
  settings.keep = [&, failed = false](const std::string& state) mutable {
    if (!failed) try {
        file.write(state);
      } catch (const core::FileError& e) {
        failed = true;
        observer.note(fmt::format("{}; what is healed so far is not kept", e.what()));
      }
  };
}

}  // namespace

healing::Course healed(const Case& c, const healing::Wound& wound, core::Observer& observer) {
  healing::Settings settings;
  settings.cells = c.healing_options.cells;
  settings.relative_tolerance = c.healing_options.relative_tolerance;
  settings.profile_times = c.healing_options.report_days;
  settings.threads = threads_of(c);
  settings.finite_elements = healing_model;
  const bool patch = c.healing_options.level == healing::kPatchLevel && !wound.channels.empty();
  const CheckpointFile file(patch ? kept_file(c) : "");
  keep_in(settings, file, observer);
  // Skin without channels is the same everywhere.
  const std::string level = patch ? healing::kPatchLevel : level_of_bands(c.healing_options);
  auto course = healing::models().make(level)->heal(c.healing, wound, settings, observer);
  file.remove();
  return course;
}

namespace {

/// The band of the courses.
healing::Bands band_of(const Case& c, const healing::Wound& wound, core::Observer& observer) {
  if (c.healing_options.members == 0 || wound.channels.empty()) return {};
  return healing::bands(*healing::models().make(level_of_bands(c.healing_options)),
                        healing::draw(c.healing, c.priors, c.healing_options.members, c.seed),
                        coarser(wound), coarser(c.healing_options), threads_of(c), observer);
}

/// What a suction test reads of the skin at the report days.
healing::Firmness firmness_of(const Case& c, const Result& r, core::Observer& observer) {
  if (!c.healing_options.suction) return {};
  const auto times =
      healing::times_within({r.wound, r.healing, r.report_times, r.healing_bands}, 0.0);
  return healing::firmness(c.skin, r.healing, r.healing_bands, times, c.healing_options.probe,
                           lifting_model(), observer);
}

/// How deep a furrow is in the skin at the report days.
healing::Wrinkle wrinkle_of(const Case& c, const Result& r, core::Observer& observer) {
  if (!c.healing_options.furrow) return {};
  const auto times =
      healing::times_within({r.wound, r.healing, r.report_times, r.healing_bands}, 0.0);
  return healing::wrinkle(c.skin, r.healing, r.healing_bands, times, c.healing_options.wrinkle,
                          folding_model(), observer);
}

}  // namespace

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
  refuse_blocked(c);
  Result r = channels_of(c, observer);
  // What the skin does afterwards.
  r.wound = wound_of(c, r);
  r.models.push_back(healing::models().card(c.healing_options.level));
  r.healing = healed(c, r.wound, observer);
  r.healing_bands = band_of(c, r.wound, observer);
  r.firmness = firmness_of(c, r, observer);
  r.wrinkle = wrinkle_of(c, r, observer);
  return finished(std::move(r), c, "percuta result");
}

}  // namespace percuta::study
