// What a run and an insertion give: the outputs of the modules side by side, and the few that take
// two of them.

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "percuta/channel/record.h"
#include "percuta/core/quantity.h"
#include "percuta/healing/record.h"
#include "percuta/insertion/record.h"
#include "percuta/protocol/preparation.h"
#include "percuta/rolling/record.h"
#include "percuta/study/deliver.h"
#include "percuta/study/insert.h"
#include "percuta/study/result.h"

namespace percuta::study {
namespace {

using config::Outputs;

healing::Outcome outcome(const Result& r) {
  return {r.wound, r.healing, r.report_times, r.healing_bands};
}

// The opening follows the needle's radius at the depth that it reached.
double opened(const Result& r, double depth) {
  const auto& needle = r.device.needle;
  return r.channel.opening_radius / radius_behind_tip(needle, r.channel.depth) *
         radius_behind_tip(needle, depth);
}

/// What every result says of itself.
template <class R>
void add_about(Outputs<R>& o) {
  const auto skin = [](const R& r) { return r.skin.name; };
  const auto device = [](const R& r) { return r.device.name; };
  o.text("percuta.version", &R::version, "version that made this")
      .text("percuta.case", &R::title, "title of the case")
      .text("percuta.file", &R::case_file, "case file")
      .text("percuta.level", &R::level, "level of the insertion model")
      .text("percuta.skin", skin, "skin")
      .text("percuta.device", device, "device");
}

void add_insertion(Outputs<Result>& o) {
  o.include("insertion", channel::depths_outputs(), &Result::depths);
  o.scalar(
      "insertion.depth_fraction",
      [](const Result& r) { return r.channel.depth / r.device.needle.length; }, "1", "%",
      "pierced depth over needle length");
  o.include("insertion", insertion::cell_depth_outputs(),
            [](const Result& r) { return r.on_skin.needle; });
  o.include("insertion", channel::curve_outputs(), &Result::insertion);
  o.text(
      "insertion.device", [](const Result& r) { return device::kind(r.device); },
      "kind of device: roller, stamp or pen");
  o.scalar(
       "insertion.opening_load", [](const Result& r) { return r.on_skin.opening_load; }, "N", "N",
       "load of the hand that opens the surface")
      .scalar(
          "insertion.face_load", [](const Result& r) { return r.on_skin.face_load; }, "N", "N",
          "load of the hand at which the face of the device begins to bear")
      .where("the device is pressed",
             [](const Result& r) { return std::isfinite(r.on_skin.face_load); })
      .scalar("insertion.buckling_force", &Result::strength, "N", "N",
              "axial force at which the needle buckles, steel, free of the skin")
      .scalar("insertion.strength_ratio", &Result::strength_ratio, "1", "1",
              "buckling force of the needle over the most that the nominal one bears")
      .scalar(
          "insertion.ramp_time", [](const Result& r) { return r.on_skin.ramp_time; }, "s", "s",
          "time from a needle's touch to its deepest point")
      .where("a speed is given", [](const Result& r) { return r.on_skin.ramp_time > 0.0; })
      .scalar(
          "insertion.stiffening", [](const Result& r) { return r.on_skin.stiffening; }, "1", "1",
          "stiffness of the skin at the speed of the device over slow")
      .scalar(
          "insertion.speed", [](const Result& r) { return r.protocol.speed; }, "m/s", "mm/s",
          "speed of the device")
      .word("slow", [](const Result& r) { return !(r.protocol.speed > 0.0); })
      .flag("insertion.punctured", pierced, "whether any needle of the scatter pierces")
      .series(
          "insertion.indentation_displacement",
          [](const Result& r) { return r.indentation.displacement; }, "m", "mm",
          "tip displacement on unpierced skin in the device cell, slow, finite elements")
      .series(
          "insertion.indentation_force", [](const Result& r) { return r.indentation.force; }, "N",
          "mN", "force on unpierced skin in the device cell, slow, finite elements",
          "insertion.indentation_displacement");
}

/// Of as many passes in other directions, and of more passes.
void add_patterns(Outputs<Result>& o) {
  const std::array<const char*, 3> names{"straight", "crossed", "star"};
  const std::array<const char*, 3> words{"all passes in one direction",
                                         "the passes in two directions that cross",
                                         "the passes in four directions"};
  for (std::size_t k = 0; k < names.size(); ++k) {
    const std::string path = std::string("evenness.") + names[k], of = words[k];
    const auto any = [k](const Result& r) { return r.evenness[k].covered > 0.0; };
    o.count(
         path + ".passes", [k](const Result& r) { return r.evenness[k].passes; }, "passes, " + of)
        .scalar(
            path + ".covered", [k](const Result& r) { return r.evenness[k].covered; }, "1", "%",
            "share of the surface near a channel (channels.target_distance), " + of)
        .scalar(
            path + ".largest_untreated_circle",
            [k](const Result& r) { return r.evenness[k].largest_untreated_circle; }, "m", "mm",
            "radius of the largest circle without a channel, " + of)
        .where("needles pierce", any)
        .scalar(
            path + ".clark_evans", [k](const Result& r) { return r.evenness[k].clark_evans; }, "1",
            "1", "distance to the nearest channel over that of a random pattern, " + of)
        .where("there are two channels or more",
               [k](const Result& r) { return std::isfinite(r.evenness[k].clark_evans); });
  }
  o.scalar(
       "channels.passes_for_density", [](const Result& r) { return r.targets.passes_for_density; },
       "1", "1", "passes in these directions that reach channels.target_density")
      .where("a hundred a direction or fewer do and can be laid out",
             [](const Result& r) { return std::isfinite(r.targets.passes_for_density); })
      .scalar(
          "channels.passes_for_coverage",
          [](const Result& r) { return r.targets.passes_for_coverage; }, "1", "1",
          "passes in these directions that reach channels.target_coverage")
      .where("a hundred a direction or fewer do and can be laid out",
             [](const Result& r) { return std::isfinite(r.targets.passes_for_coverage); });
}

void add_channels(Outputs<Result>& o) {
  const char* words = "needles pierce";
  o.include("channels", channel::field_outputs(), &Result::field);
  o.include("channels", channel::channel_outputs(), &Result::channel);
  o.scalar(
       "channels.opening_radius_low", [](const Result& r) { return opened(r, r.depths.low); }, "m",
       "um", "radius of the open channel, 5 % are narrower")
      .where(words, pierced)
      .scalar(
          "channels.opening_radius_high", [](const Result& r) { return opened(r, r.depths.high); },
          "m", "um", "radius of the open channel, 5 % are wider")
      .where(words, pierced)
      .text(
          "channels.bleeding", [](const Result& r) { return channel::name(r.bleeding); },
          "bleeding of a channel of the mean depth");
  o.include("channels", channel::bleeding_outputs(), &Result::bleeding_shares);
  o.series(
       "channels.layer_top", [](const Result& r) { return r.layers.top; }, "m", "mm",
       "depth of the top of each layer")
      .series(
          "channels.share_reaching", [](const Result& r) { return r.layers.share; }, "1", "%",
          "share of the landings that end in each layer or below", "channels.layer_top")
      .scalar(
          "channels.rows_engaged", [](const Result& r) { return r.on_skin.rows_engaged; }, "1", "1",
          "rows of needles in the skin at once")
      .scalar(
          "channels.needles_force", [](const Result& r) { return r.on_skin.needles_force; }, "N",
          "N", "load carried by the needles")
      .scalar(
          "channels.drum_force", [](const Result& r) { return r.on_skin.face_force; }, "N", "N",
          "load carried by the face of the device");
  o.include("channels", rolling::contact_outputs(),
            [](const Result& r) { return r.on_skin.contact; });
  add_patterns(o);
  o.include("landings", channel::landings_outputs(), &Result::field);
}

/// How many rules of a level apply.
int rules_of(const Result& r, protocol::Level level) {
  return static_cast<int>(std::count_if(r.safety.begin(), r.safety.end(),
                                        [&](const auto& f) { return f.level == level; }));
}

std::string rules_named(const Result& r) {
  std::string out;
  for (const auto& f : r.safety) out += (out.empty() ? "" : ", ") + f.rule;
  return out.empty() ? "none" : out;
}

void add_safety(Outputs<Result>& o) {
  o.count(
       "safety.advised_against",
       [](const Result& r) { return rules_of(r, protocol::Level::block); },
       "safety rules that advise against this treatment, each overridden by protocol.override "
       "where "
       "it ran")
      .count(
          "safety.care", [](const Result& r) { return rules_of(r, protocol::Level::warn); },
          "safety rules that advise care")
      .text("safety.rules", rules_named, "safety rules that apply, the heaviest first")
      .series(
          "protocol.session_time",
          [](const Result& r) { return protocol::session_times(r.protocol); }, "s", "days",
          "when each session is, after the first")
      .brief();
}

void add_care(Outputs<Result>& o) {
  o.scalar(
      "protocol.vitamin_c_factor",
      [](const Result& r) {
        return protocol::ascorbate_factor(protocol::ascorbate_after(r.protocol.vitamin_c));
      },
      "1", "1", "collagen synthesis with the case's topical vitamin C over that without; assumed");
}

bool lifted(const Result& r) { return r.firmness.cost.unknowns > 0; }

void add_firmness(Outputs<Result>& o) {
  static const Outputs<healing::Firmness> there = [] {
    auto all = healing::firmness_outputs();
    return all.all_only("healing.suction is true",
                        [](const auto& f) { return f.cost.unknowns > 0; });
  }();
  o.include("healing.suction", there, &Result::firmness);
}

bool folded(const Result& r) { return r.wrinkle.cost.unknowns > 0; }

void add_wrinkle(Outputs<Result>& o) {
  static const Outputs<healing::Wrinkle> there = [] {
    auto all = healing::wrinkle_outputs();
    return all.all_only("healing.furrow is true",
                        [](const auto& w) { return w.cost.unknowns > 0; });
  }();
  o.include("healing.furrow", there, &Result::wrinkle);
}

void add_cost(Outputs<Result>& o) {
  o.count(
       "cost.indentation_unknowns", [](const Result& r) { return r.indentation.unknowns; },
       "unknowns of the finite elements")
      .count(
          "cost.indentation_steps", [](const Result& r) { return r.indentation.steps; },
          "steps of the finite elements")
      .count(
          "cost.indentation_iterations", [](const Result& r) { return r.indentation.iterations; },
          "Newton iterations of the finite elements")
      .scalar(
          "cost.indentation_splice_shift",
          [](const Result& r) { return r.indentation.splice_shift; }, "m", "um",
          "by which the softer half of the curve was moved where two meshes meet")
      .scalar(
          "cost.indentation_splice_displacement",
          [](const Result& r) { return r.indentation.splice_displacement; }, "m", "mm",
          "tip displacement where two meshes meet")
      .count(
          "cost.insertion_unknowns", [](const Result& r) { return r.insertion_cost.unknowns; },
          "unknowns of the insertion model's own solve")
      .count(
          "cost.insertion_steps", [](const Result& r) { return r.insertion_cost.steps; },
          "steps of the insertion model's own solve")
      .count(
          "cost.insertion_iterations", [](const Result& r) { return r.insertion_cost.iterations; },
          "Newton iterations of the insertion model's own solve");
}

void add_healing_cost(Outputs<Result>& o) {
  const char* words = "healing.suction is true";
  o.count(
       "cost.healing_steps", [](const Result& r) { return r.healing.steps; },
       "steps of the healing model")
      .count(
          "cost.healing_evaluations", [](const Result& r) { return r.healing.evaluations; },
          "evaluations of the healing model")
      .count(
          "cost.suction_unknowns", [](const Result& r) { return r.firmness.cost.unknowns; },
          "unknowns of the suction test")
      .only(words, lifted)
      .count(
          "cost.suction_steps", [](const Result& r) { return r.firmness.cost.steps; },
          "solves of the suction test, its load brought up to date")
      .only(words, lifted)
      .count(
          "cost.suction_iterations", [](const Result& r) { return r.firmness.cost.iterations; },
          "Newton iterations of the suction test")
      .only(words, lifted);
  const char* folds = "healing.furrow is true";
  o.count(
       "cost.furrow_unknowns", [](const Result& r) { return r.wrinkle.cost.unknowns; },
       "unknowns of the furrow")
      .only(folds, folded)
      .count(
          "cost.furrow_steps", [](const Result& r) { return r.wrinkle.cost.steps; },
          "solves of the furrow, all skins together")
      .only(folds, folded)
      .count(
          "cost.furrow_iterations", [](const Result& r) { return r.wrinkle.cost.iterations; },
          "Newton iterations of the furrow, all skins together")
      .only(folds, folded);
}

config::OutputValue named(const char* name, double value, const std::string& unit,
                          const std::string& people) {
  return {{name, config::Form::scalar, unit, people, ""}, {value}};
}
config::OutputValue named(const char* name, const std::string& text) {
  return {{name, config::Form::text, "", "", ""}, {}, {}, text};
}

io::Table events(const InsertionResult& r) {
  io::Table out{"events", {}};
  for (const auto& e : r.solution.events)
    out.rows.push_back(
        {named("name", e.name),
         named("displacement", e.displacement, "m", "mm"),
         named("force", e.force, "N", "mN"),
         {{"step", config::Form::count, "", "1", ""}, {static_cast<double>(e.step)}}});
  return out;
}

io::Table cross_checks(const InsertionResult& r) {
  io::Table out{"cross_checks", {}};
  for (const auto& c : r.checks)
    out.rows.push_back(
        {named("quantity", c.quantity), named(c.here.c_str(), c.value, c.unit, c.people_unit),
         named(c.there.c_str(), c.other, c.unit, c.people_unit), named("remark", c.remark)});
  return out;
}

template <class R>
io::Document document_of(const R& r, const Outputs<R>& outputs, std::vector<std::string> limits) {
  return {outputs.values(r), {}, r.inputs, r.warnings, r.sources, r.provenance, std::move(limits)};
}

}  // namespace

bool healed(const Result& r) { return !r.healing.time.empty(); }
bool pierced(const Result& r) { return r.channel.depth > 0.0; }
bool pierced_nominal(const Result& r) { return r.on_skin.needle.pierced_depth > 0.0; }

std::vector<Moment> moments(const Result& r) {
  std::vector<Moment> out;
  if (!healed(r)) return out;
  const auto h = outcome(r);
  const double last = r.healing.time.back(), from = healing::last_session(r.wound);
  for (const double t : healing::times_within(h, 0.0))
    out.push_back({t, fmt::format("day {:g}", t / core::kDay)});
  if (r.wound.sessions.size() > 1)
    for (const double t : healing::times_within(h, from))
      out.push_back({from + t, fmt::format("day {:g} after the last session", t / core::kDay)});
  if (std::none_of(out.begin(), out.end(),
                   [&](const auto& m) { return std::abs(m.time - last) < 1e-3; }))
    out.push_back({last, fmt::format("last day, {:g}", last / core::kDay)});
  return out;
}

namespace {

/// Of the whole path, or up to the channels.
Outputs<Result> path_outputs(bool healing) {
  Outputs<Result> o;
  add_about(o);
  o.count("percuta.seed", &Result::seed, "seed of every random number");
  add_insertion(o);
  add_channels(o);
  add_safety(o);
  if (healing) {
    add_care(o);
    o.include("healing", healing::outputs(), outcome);
    add_firmness(o);
    add_wrinkle(o);
  }
  add_cost(o);
  if (healing) add_healing_cost(o);
  return o;
}

}  // namespace

const Outputs<Result>& result_outputs() {
  static const Outputs<Result> all = path_outputs(true);
  return all;
}

const Outputs<Result>& roll_outputs() {
  static const Outputs<Result> all = path_outputs(false);
  return all;
}

const Outputs<Result>& outputs_of(const Result& r) {
  return healed(r) ? result_outputs() : roll_outputs();
}

const Outputs<InsertionResult>& insertion_outputs() {
  static const Outputs<InsertionResult> all = [] {
    using R = InsertionResult;
    Outputs<R> o;
    add_about(o);
    o.text("percuta.motion", &R::motion, "motion of the needle");
    o.include("", insertion::pushed_outputs(), [](const R& r) {
      return insertion::Pushed{r.options, r.solution, r.level == "solid"};
    });
    return o;
  }();
  return all;
}

std::vector<std::pair<std::string, std::vector<config::Output>>> all_outputs() {
  return {{"run", result_outputs().declared()},
          {"roll", roll_outputs().declared()},
          {"insert", insertion_outputs().declared()},
          {"deliver", delivery_outputs().declared()}};
}

io::Document document(const Result& r) {
  return document_of(r, outputs_of(r), core::limits_of(r.models));
}

io::Document document(const InsertionResult& r) {
  io::Document d = document_of(r, insertion_outputs(), insertion_limits(r.level));
  d.tables = {events(r), cross_checks(r)};
  return d;
}

std::string summary_json(const Result& r) { return io::summary_json(document(r)); }
std::string summary_json(const InsertionResult& r) { return io::summary_json(document(r)); }

}  // namespace percuta::study
