#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/provenance.h"
#include "percuta/core/quantity.h"
#include "percuta/core/version.h"
#include "percuta/insertion/cell_level.h"
#include "percuta/skin/record.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/insert.h"
#include "percuta/study/provenance.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"

namespace percuta::study {
namespace {

using core::format_quantity;

double force_of(const insertion::SolidInsertion& s, double displacement) {
  for (std::size_t k = 1; k < s.steps.size() && !s.steps[k].leaving; ++k)
    if (s.steps[k].displacement >= displacement) {
      const auto &a = s.steps[k - 1], &b = s.steps[k];
      return a.force + (displacement - a.displacement) / (b.displacement - a.displacement) *
                           (b.force - a.force);
    }
  return std::nan("");
}

// The same needle by the other levels, at a few points where both can answer.
void cross_check(InsertionResult& r, const Case& c, core::Observer& observer) {
  const double punctured = puncture_displacement(r.solution);
  double deepest = 0.0;
  for (const auto& q : r.solution.steps)
    if (!q.leaving) deepest = std::max(deepest, q.displacement);
  const double closed = std::isfinite(punctured) ? punctured : deepest;
  const auto& needle = c.device.needle;
  const double last = std::max(deepest, closed);
  const auto indentation =
      *study::indentation(c.skin, needle, last, largest_force(c.skin, needle), observer);
  const insertion::EnergyLevel level(c.skin, needle, indentation, crack_table());
  for (const double share : {0.25, 0.5, 0.9}) {
    const double d = share * closed;
    r.checks.push_back(
        {fmt::format("force with the tip {} down, skin not yet open", format_quantity(d, "mm", 3)),
         "solid", "axisymmetric", force_of(r.solution, d), insertion::force_at(indentation, d), "N",
         "mN", c.skin.friction > 0.0 ? "the axisymmetric level has no friction" : ""});
  }
  const auto curve = level.curve(last);
  r.checks.push_back({"puncture force", "solid", "energy", puncture_force(r.solution),
                      curve.puncture_force, "N", "mN",
                      "strength and toughness here, a calibrated gate there"});
  r.checks.push_back({"tip displacement at puncture", "solid", "energy", punctured,
                      curve.puncture_displacement, "m", "mm", ""});
  const auto there = channel::at(curve, deepest);
  const auto& steps = r.solution.steps;
  const auto& s = *std::find_if(steps.rbegin(), steps.rend(), [&](const auto& q) {
    return !q.leaving && q.displacement == deepest;
  });
  r.checks.push_back(
      {"force at the deepest point", "solid", "energy", s.force, there.force, "N", "mN", ""});
  r.checks.push_back({"pierced depth at the deepest point", "solid", "energy", s.pierced_depth,
                      there.pierced_depth, "m", "mm", ""});
  if (s.pierced_depth <= 0.0) return;
  r.checks.push_back({"force at this deflection", "solid", "energy", s.force,
                      insertion::force_at(indentation, s.deflection), "N", "mN",
                      "the energy level lets opened skin bend as unpierced skin does"});
  r.checks.push_back({"force at this pierced depth", "solid", "energy", s.force,
                      level.crack_force(s.pierced_depth) + level.friction_force(s.pierced_depth),
                      "N", "mN",
                      "the energy level wedges the crack open depth by depth, friction included"});
}

// What the solid level refuses it names by its key; the case says in which file.
insertion::SolidInsertion in_file(const std::string& file,
                                  const std::function<insertion::SolidInsertion()>& solve) {
  try {
    return solve();
  } catch (const core::InputError& e) {
    auto diagnostics = e.diagnostics();
    for (auto& d : diagnostics)
      if (d.file == "solid level") d.file = file;
    throw core::InputError(diagnostics);
  }
}

/// A fingerprint of the keys that an insertion looks at, as their records list them: a checkpoint
/// is of one of them.
std::string made_from(const Case& c) {
  std::string all;
  for (const auto& used : c.inputs) {
    const bool read = used.path.starts_with("insertion.") ||
                      used.path.starts_with("device.needle.") ||
                      (used.path.starts_with("skin.") && !used.path.starts_with("skin.vessels.") &&
                       used.path != "skin.base");
    if (read)
      all += std::isfinite(used.si) ? fmt::format("{} {:a}\n", used.path, used.si)
                                    : fmt::format("{} {}\n", used.path, used.value);
  }
  return core::fingerprint(all);
}

[[noreturn]] void refuse(const Case& c, const std::string& message, const std::string& hint) {
  throw core::InputError({{c.file, 0, 0, 1, message, "", hint}});
}

// Deeper than its length the base would be below the surface, and no level knows the base.
void check_length(const Case& c, const insertion::SolidOptions& options) {
  double deepest = options.motion == insertion::Motion::push ? options.displacement : 0.0;
  for (const auto& p : options.path) deepest = std::max(deepest, p.depth);
  const double length = c.device.needle.length;
  if (deepest > length * (1.0 + 1e-9))
    refuse(
        c,
        fmt::format("{} {}: the needle is {} long, its base would be below the skin's surface",
                    options.path.empty() ? "insertion.displacement" : "insertion.path",
                    format_quantity(deepest, "mm"), format_quantity(length, "mm")),
        fmt::format("at most {}, or a larger device.needle.length", format_quantity(length, "mm")));
}

/// The load that the device brings to a cell slowly [N].
double slow_cell_load(const Case& c, core::Observer& observer) {
  const auto* roller = std::get_if<device::Roller>(&c.device.head);
  if (roller == nullptr) return c.protocol.load / device::needle_count(c.device.head);
  return rolling::drum_contact(*roller, *drum_response(c.skin, roller->drum_radius, observer),
                               c.protocol.load)
      .peak;
}

// The needle with its base, up to a displacement or a load on its cell; without either to the load
// that rolling slowly brings to it.
void press_cell(InsertionResult& r, const Case& c, double travel, double gate,
                core::Observer& observer) {
  auto& options = r.options;
  double load = options.force;
  if (load == 0.0 && options.displacement == 0.0) load = slow_cell_load(c, observer);
  r.solution = in_file(c.file, [&] {
    return solid_model().press(c.skin, c.device.needle, travel, load > 0.0 ? load : 1e3, options,
                               observer);
  });
  const auto& steps = r.solution.steps;
  const auto opened =
      std::find_if(steps.begin(), steps.end(), [&](const auto& s) { return s.force >= gate; });
  if (opened != steps.end())
    r.solution.events.push_back({"puncture by the energy level's gate; unpierced beyond",
                                 opened->displacement, gate,
                                 static_cast<std::size_t>(opened - steps.begin())});
  const auto touched =
      std::find_if(steps.begin(), steps.end(), [&](const auto& s) { return s.base_force > 0.0; });
  if (touched != steps.end())
    r.solution.events.push_back({"the base touches", touched->displacement, touched->force,
                                 static_cast<std::size_t>(touched - steps.begin())});
  const insertion::CellLevel level(
      c.skin, c.device.needle,
      *cell_response(c.skin, c.device.needle, options.cell_radius, observer), crack_table());
  const auto& last = steps.back();
  const double total = last.force + last.base_force;
  r.checks.push_back({fmt::format("force of the unpierced needle with {} on its cell",
                                  format_quantity(total, "mN", 3)),
                      "axisymmetric", "energy", last.force,
                      level.needle_share(total, c.device.needle.length), "N", "mN",
                      "the tables that the energy level rests on"});
}

// Up to the force at which the energy level opens the surface, or one that is asked for below it.
void press(InsertionResult& r, const Case& c, core::Observer& observer) {
  const auto& options = r.options;
  if (options.motion != insertion::Motion::push)
    throw core::InputError(
        {{"insert", 0, 0, 1, "rolling is not axisymmetric, nor is a path", "",
          "insertion.level = \"solid\", or leave insertion.motion and insertion.path out"}});
  const auto& needle = c.device.needle;
  const double travel = options.displacement > 0.0 ? options.displacement : needle.length;
  const double gate = insertion::gate_force(c.skin, needle.tip_radius, crack_table());
  if (options.in_cell) {
    press_cell(r, c, travel, gate, observer);
    return;
  }
  const double wanted = options.force > 0.0 ? std::min(gate, options.force) : gate;
  const auto press_to = [&](double to, double force) {
    r.solution = in_file(
        c.file, [&] { return solid_model().press(c.skin, needle, to, force, options, observer); });
  };
  press_to(travel, wanted);
  // The last step went beyond a force that was asked for: again, to where the chord meets it.
  // Within the first step there is none but that of a round tip, whose force goes with the power
  // 3/2 of its displacement, about.
  for (int k = 0;
       k < 8 && wanted < gate && std::abs(r.solution.steps.back().force / wanted - 1.0) > 1e-3;
       ++k) {
    const auto& q = r.solution.steps.back();
    double to = q.displacement * std::pow(wanted / q.force, 2.0 / 3.0);
    if (r.solution.steps.size() > 1) {
      const auto& p = *(r.solution.steps.end() - 2);
      to = p.displacement +
           (wanted - p.force) / (q.force - p.force) * (q.displacement - p.displacement);
    }
    if (to > travel) break;
    press_to(to, gate);
  }
  const auto& last = r.solution.steps.back();
  if (last.force < gate) return;
  r.solution.events.push_back({"puncture by the energy level's gate", last.displacement, gate,
                               r.solution.steps.size() - 1});
  if (last.displacement < 0.999 * travel)
    r.solution.warnings.push_back(
        fmt::format("the tip displacement of {} was not reached: at {} the force is the {} at "
                    "which the energy level opens the skin, and this level presses "
                    "unpierced skin alone; insertion.level = \"solid\" goes on",
                    format_quantity(travel, "mm"), format_quantity(last.displacement, "mm", 3),
                    format_quantity(gate, "mN", 4)));
}

// Which insertions alone would not look at this input, "" for all of them; nothing for one that is
// looked at.
std::optional<std::string> unread_by(const config::Used& input, const InsertionResult& r) {
  const std::string& key = input.path;
  if (key == "title" || key == "skin.base" || key == "device.base" ||
      key.starts_with("device.needle."))
    return std::nullopt;
  if (r.options.in_cell && (key.starts_with("device.") || key == "protocol.load"))
    return std::nullopt;
  if (key == "device.roller.drum_radius")
    return r.options.motion == insertion::Motion::roll
               ? std::nullopt
               : std::optional(" without insertion.motion = \"roll\"");
  if (key.starts_with("insertion."))
    return input.only == skin::kSolidLevel && r.level != "solid"
               ? std::optional(" at the axisymmetric level")
               : std::nullopt;
  if (!key.starts_with("skin.") || key.starts_with("skin.vessels.")) return "";
  // Unpierced skin is pressed without friction, and the gate of its surface stands for strength and
  // toughness.
  const bool solid_alone =
      input.only == skin::kSolidLevel || key == "skin.friction" || key.ends_with(".toughness");
  return solid_alone && r.level != "solid" ? std::optional(" at the axisymmetric level")
                                           : std::nullopt;
}

// Overrides that change nothing here: who wrote one expects an effect.
std::vector<std::string> idle_overrides(const InsertionResult& r) {
  std::vector<std::string> out;
  for (const auto& input : r.inputs)
    if (const auto by = unread_by(input, r); by && input.overridden)
      out.push_back(fmt::format("{} has no effect on insert{}", input.path, *by));
  return out;
}

/// A file that a case names: beside the case file, where that names it, else from where the command
/// runs.
std::string beside(const Case& c, const std::string& key, const std::string& file) {
  for (const auto& used : c.inputs)
    if (used.path == key && used.overridden) return file;
  return (std::filesystem::path(c.file).parent_path() / file).string();
}

/// What the insertion takes of the device beside its needle.
void take_device(const Case& c, insertion::SolidOptions& options) {
  if (const auto* roller = std::get_if<device::Roller>(&c.device.head))
    options.drum_radius = roller->drum_radius;
  else if (options.motion == insertion::Motion::roll)
    refuse(c,
           fmt::format("insertion.motion = \"roll\" does not go with a {}", device::kind(c.device)),
           "a roller rolls; take insertion.motion = \"push\"");
  if (options.in_cell) options.cell_radius = device::cell_radius(c.device);
}

}  // namespace

std::string insertion_level(const Case& c) {
  const auto& level = c.insertion.level;
  if (level == "solid" || level == "axisymmetric") return level;
  for (const auto& used : c.inputs)
    if (used.path == "insertion.level" && used.given)
      refuse(c,
             fmt::format("insertion.level is \"{}\": that level has no field of its own to show",
                         level),
             "`percuta run` answers with it; write \"axisymmetric\" or \"solid\" here");
  return "axisymmetric";
}

InsertionResult insert(const Case& c, core::Observer& observer,
                       const std::function<void(const std::string&)>& checkpoint,
                       const std::string& resume, int threads, int processes) {
  if (threads == 0)
    threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / processes);
  const bool read = c.insertion.path != "none" && c.poses.empty();
  auto options = insertion::solid_options(
      c.insertion, read ? read_path(beside(c, "insertion.path", c.insertion.path)) : c.poses,
      threads);
  const std::string level = insertion_level(c);
  InsertionResult r;
  r.version = core::version();
  r.title = c.title;
  r.case_file = c.file;
  r.level = level;
  r.motion = std::array{"push", "roll", "path"}.at(static_cast<std::size_t>(options.motion));
  r.skin = c.skin;
  r.device = c.device;
  take_device(c, options);
  options.made_from = made_from(c);
  r.options = options;
  r.inputs = c.inputs;
  for (auto& used : r.inputs)
    if (used.path == "insertion.level") used.value = level;
  r.sources = sources_of(c.inputs);
  check_length(c, options);
  if (level == "axisymmetric") {
    press(r, c, observer);
  } else {
    r.solution = in_file(c.file, [&] {
      return solid_model().insert(c.skin, c.device.needle, options, observer, checkpoint, resume);
    });
    if (options.motion == insertion::Motion::push && options.spacing == 0.0 && options.tilt == 0.0)
      cross_check(r, c, observer);  // the others know one upright needle alone
  }
  r.warnings = r.solution.warnings;
  double most = 0.0;
  for (const auto& s : r.solution.steps) most = std::max(most, axial_force(s) + s.base_force);
  if (options.force > 0.0 && most < 0.999 * options.force)
    r.warnings.push_back(fmt::format("the force of {} was not reached: {} at most",
                                     format_quantity(options.force, "mN", 4),
                                     format_quantity(most, "mN", 4)));
  if (level == "axisymmetric" || !r.checks.empty())
    for (const auto& w : simplifications(c)) r.warnings.push_back(w);
  for (const auto& w : idle_overrides(r)) r.warnings.push_back(w);
  r.provenance = provenance("percuta insertion", r.inputs,
                            {{"case", r.title},
                             {"file", r.case_file},
                             {"level", r.level},
                             {"poses", poses_text(options.path)},
                             {"threads", std::to_string(threads)},
                             {"lanes", std::to_string(r.solution.cost.lanes)},
                             {"libraries", fem_libraries()}});
  return r;
}

const std::vector<std::string>& insertion_limits(const std::string& level) {
  static const std::vector<std::string> whole{
      "The skin stays whole: nothing opens, however hard the needle presses. Where a real surface "
      "gives way, by the energy level's gate, the push ends.",
      "Slow pressing without friction: no inertia, and a layer's law is its slow response."};
  static const std::vector<std::string> cut{
      "Puncture is a loss of stability: its force moves with mesh and step, by up to a tenth where "
      "the fracture zone is resolved and more where a warning says that it is not. How deep the "
      "needle cuts after that is known less well: 0.17 and 0.29 mm on two meshes for one needle. "
      "Energies balance by measurement between snaps; what a snap lets go is what is left over.",
      "The bulk modulus is the layers' own, at most insertion.bulk_over_shear (1000) times the "
      "shear modulus. Softer skin opens later: with 100 it took up to three times the force. "
      "/insertion/volume_ratio tells how far it is squeezed.",
      "Skin is elastic here: once the needle is out only tension holds a cut open, in slack skin "
      "it closes. Real skin also keeps some set.",
      "The crack may run only in the plane in which the needle moves; a real one branches and "
      "follows fibres.",
      "Strength is that of whole skin in tension; no measurement of it layer by layer was found. "
      "Toughness of skin spans three decades in print.",
      "Slow pressing: no inertia. A snap's energy is let go, as sound and heat would carry it "
      "off."};
  return level == "solid" ? cut : whole;
}

}  // namespace percuta::study
