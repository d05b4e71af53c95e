#include "piercing/solid_level.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "linear/blas.h"
#include "linear/team.h"
#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "piercing/checkpoint.h"
#include "piercing/followed_block.h"
#include "piercing/piercing_plan.h"
#include "piercing/solid_readings.h"

namespace percuta::fem {

using core::format_quantity;
using insertion::SolidInsertion;
using insertion::SolidOptions;

namespace {

// One needle on its way through the skin: the block, how far the motion has come, and what is told
// of it.
class Insertion {
 public:
  Insertion(const skin::Skin&, const device::Needle&, const SolidOptions&, core::Observer&,
            const std::function<void(const std::string&)>& checkpoint);
  SolidInsertion run(const std::string& resume);

 private:
  PiercingSettings settings();
  void describe();
  void turn_at(double depth);
  bool clings() const;
  bool touched() const { return block_->contacts() > 0 || !block_->force().isZero(0.0); }
  bool held() const { return p_.held >= options_.hold * (1.0 - 1e-12); }
  bool pushed() const { return p_.done >= motion_.deepest() * (1.0 - 1e-12); }
  void advance();
  void land(PiercedBlock::Step&, double from, double& to, double& duration);
  void hold();
  void give_way(const PiercedBlock::Step&);
  void give_up(const PiercedBlock::Step&);
  void book(const PiercedBlock::Step&, double duration);
  void mark(const insertion::SolidStep&, bool fell);
  void picture();
  void keep();
  void conclude();

  const skin::Skin& skin_;
  const device::Needle& needle_;
  const SolidOptions options_;
  core::Observer& observer_;
  const std::function<void(const std::string&)>& checkpoint_;
  const Team& team_ = Team::of_this_program();
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point saved_ = start_;
  NeedleMotion motion_;
  const PiercingPlan plan_;
  const std::unique_ptr<RigidShape> shape_;
  SolidInsertion r_;
  FollowedBlock block_;
  const std::size_t identity_;
  const Eigen::Vector3d down_;  ///< along the needle that is pushed
  const double full_;           ///< travel that was planned for
  double largest_step_ = 0.0, per_progress_ = 0.0, end_ = 0.0, seconds_before_ = 0.0;
  double shortest_ = std::numeric_limits<double>::infinity();  ///< relaxation time [s]
  Progress p_;
};

Insertion::Insertion(const skin::Skin& skin, const device::Needle& needle,
                     const SolidOptions& options, core::Observer& observer,
                     const std::function<void(const std::string&)>& checkpoint)
    : skin_(skin),
      needle_(needle),
      options_(options),
      observer_(observer),
      checkpoint_(checkpoint),
      motion_(options, needle),
      plan_(plan_piercing(skin, needle, options, motion_)),
      shape_(make_shape(needle)),
      block_(plan_, *shape_, needle.tip_radius, settings(), team_, r_),
      identity_(identity_of(skin, needle, options)),
      down_(-std::sin(options.tilt), 0.0, -std::cos(options.tilt)),
      full_(motion_.deepest()) {
  const double typical = std::min(needle.tip_radius, 0.2 * needle.shank_radius);
  largest_step_ = options.step > 0.0
                      ? options.step
                      : std::clamp(0.125 * needle.shank_radius, 0.2 * typical, 12e-6);
  p_.step = std::min(0.1 * needle.tip_radius, largest_step_);
  // Before any turn, which would change its last digits.
  per_progress_ =
      motion_.length(0.5 * motion_.deepest(), 0.5 * motion_.deepest() + 1e-6 * motion_.deepest()) /
      (1e-6 * motion_.deepest());
  for (const auto& l : skin.layers)
    for (const auto& t : l.relaxation) shortest_ = std::min(shortest_, t.time);
  describe();
}

PiercingSettings Insertion::settings() {
  PiercingSettings settings;
  settings.friction = skin_.friction;
  settings.threads = options_.threads;
  const double hardest = shear_modulus(skin_.layers.front().law);
  settings.contact_penalty = std::max(3e12, 30.0 * hardest / plan_.finest);
  settings.least_penalty = settings.contact_penalty;
  settings.crack_stiffness = 1e13;
  settings.step_cap = std::max(needle_.tip_radius, needle_.shank_radius / options_.cells_per_shank);
  settings.elastic_slip = std::max(0.03 * needle_.tip_radius, 0.3e-6);
  settings.tolerance = 1e-4;
  settings.hold_sides = plan_.hold_sides;
  settings.solver = options_.solver;
  settings.stop = [this] { return team_.any(observer_.stop_requested()); };
  settings.memory = 0.5 * machine_memory();
  return settings;
}

// What it runs with, and what there is to warn of before it begins.
void Insertion::describe() {
  auto& c = r_.cost;
  r_.warnings = plan_.warnings;
  c.unknowns = block_->unknowns();
  c.cells = static_cast<long>(block_->mesh().cells.size());
  c.lanes = block_->lanes();
  c.threads = options_.threads;
  c.processes = team_.size();
  c.blas = blas_name();
  c.megabytes = block_->bytes() * 1e-6;
  c.iterative = block_->solver().iterative();
  check_memory(block_->bytes());
  const std::string processes =
      team_.alone() ? "" : fmt::format("{} processes, each ", team_.size());
  r_.start_line =
      fmt::format("{} unknowns, {} cells, {:.0f} MB, {}; {}{} lane{}, {} thread{}, BLAS {}",
                  c.unknowns, c.cells, c.megabytes, c.iterative ? "conjugate gradients" : "direct",
                  processes, c.lanes, c.lanes == 1 ? "" : "s", options_.threads,
                  options_.threads == 1 ? "" : "s", c.blas.empty() ? "reference" : c.blas);
  observer_.note(r_.start_line);
  if (c.blas.empty())
    r_.warnings.push_back(
        "the BLAS in use is the slow reference one: install libopenblas0-pthread for runs several "
        "times faster");
  if (c.iterative)
    r_.warnings.push_back(
        "solved by conjugate gradients: forces hang on the number of processes from the fourth "
        "digit on, and a snap whose instability they do not meet is "
        "booked as work; insertion.solver = \"direct\" has neither limit");
  if (c.lanes == 1)
    r_.warnings.push_back(
        "the processor offers no wide vectors: cell kernels run one cell at a time");
}

// The way out begins here.
void Insertion::turn_at(double depth) {
  SolidOptions shorter = options_;
  shorter.displacement = depth;
  motion_ = NeedleMotion(shorter, needle_);
  end_ = options_.withdraw ? motion_.end() : motion_.deepest();
}

// Friction still takes the pressures of the step before: skin is free when they are gone too. Skin
// that clings to the needle comes with it for a while above the surface.
bool Insertion::clings() const {
  return options_.withdraw && motion_.leaves() && touched() && p_.done < 1.25 * end_;
}

SolidInsertion Insertion::run(const std::string& resume) {
  if (!resume.empty()) {
    std::vector<FinePart> fine;
    const auto saved = unpack(resume, p_, r_, fine, identity_, skin_.layers.size());
    block_.restore(fine, saved);
  }
  end_ = options_.withdraw ? motion_.end() : motion_.deepest();
  if (p_.turned_at > 0.0) turn_at(p_.turned_at);
  seconds_before_ = r_.cost.seconds;
  while (p_.done < end_ * (1.0 - 1e-12) || !held() || clings()) {
    if (team_.any(observer_.stop_requested())) {
      if (checkpoint_) checkpoint_(pack(block_->save(), p_, r_, block_.fine(), identity_));
      throw core::Interrupted();
    }
    observer_.progress("through the skin", std::min(1.0, p_.done / end_));
    const std::size_t booked = r_.steps.size();
    block_.follow(options_.follow && p_.punctured);
    if (pushed() && !held()) hold();
    else advance();
    if (!r_.ended.empty()) break;
    if (r_.steps.size() == booked) continue;
    keep();
    const auto& s = r_.steps.back();
    if (s.leaving && !touched() &&
        s.displacement < 0.2 * r_.steps.front().displacement + needle_.tip_radius)
      break;
  }
  observer_.progress("through the skin", 1.0);
  conclude();
  return std::move(r_);
}

// One step of the motion, or a shorter one the next time.
void Insertion::advance() {
  const double from = p_.done;
  // A long step throws a sharp tip through skin that would still have held it: 2 tip radii a step
  // halved its puncture force. Once it is in, steps of one tip radius take fewer iterations in all
  // than longer ones.
  const double most = options_.step > 0.0 || from >= motion_.deepest()
                          ? largest_step_
                          : (p_.punctured ? 1.0 : 0.4) * needle_.tip_radius;
  const double gentle = std::min(p_.step, most);
  double to = from + gentle / per_progress_;
  if (from < motion_.deepest() * (1.0 - 1e-12)) to = std::min(to, motion_.deepest());
  if (from < end_ * (1.0 - 1e-12)) to = std::min(to, end_);
  if (const double corner = motion_.corner(from); to > corner - 0.01 * (to - from)) to = corner;
  double duration = options_.speed > 0.0 ? motion_.length(from, to) / options_.speed
                                         : std::numeric_limits<double>::infinity();
  auto step = block_.move_to(motion_.at(to), duration);
  const bool pushing = options_.force > 0.0 && p_.turned_at == 0.0;
  if (step.converged && pushing && block_->force().dot(down_) > options_.force)
    land(step, from, to, duration);
  if (!step.converged) {
    block_.go_back();
    if (step.stopped) return;
    p_.step *= 0.35;
    if (p_.step < 1e-4 * needle_.tip_radius) give_up(step);
    return;
  }
  if (!pushing || block_->force().dot(down_) < (1.0 - 1e-4) * options_.force)
    block_.suit(step, duration);
  p_.done = to;
  if (pushing && block_->force().dot(down_) > (1.0 - 1e-4) * options_.force) {
    p_.turned_at = p_.done;
    turn_at(p_.done);
    p_.step = largest_step_;
  }
  book(step, duration);
  if (step.iterations <= 6)
    p_.step = std::min((step.iterations <= 4 ? 1.4 : 1.15) * p_.step, largest_step_);
  else if (step.iterations > 8 && !step.snapped)
    p_.step = std::max(0.7 * p_.step, 0.2 * largest_step_);
}

// The last step went beyond the wanted force: again, to where the needle presses with it.
void Insertion::land(PiercedBlock::Step& step, double from, double& to, double& duration) {
  const double reached = block_->force().dot(down_);
  block_.go_back();
  const double last = block_->force().dot(down_);
  const double share = (options_.force - last) / (reached - last);
  duration *= share;
  step = block_.press_to(options_.force, down_, motion_.at(from + share * (to - from)),
                         2.0 * (to - from), duration);
  to = from + (block_->pose().tip - block_.rest().pose.tip).dot(down_);
}

// Time passes under the force, or at the displacement if none was asked for. Relaxation is quick at
// first.
void Insertion::hold() {
  const bool loaded = p_.turned_at > 0.0;
  if (insertion::held_since(r_) == nullptr)
    r_.events.push_back({loaded ? "held at the force" : "held still", -block_->pose().tip[2],
                         r_.steps.back().force, r_.steps.size()});
  const double duration =
      std::min({options_.hold - p_.held, std::max(0.1 * shortest_, 0.25 * p_.held),
                p_.hold_step > 0.0 ? p_.hold_step : options_.hold});
  auto step =
      loaded ? block_.press_to(options_.force, down_, block_->pose(), 2.0 * largest_step_, duration)
             : block_.move_to(block_->pose(), duration);
  if (step.converged && loaded &&
      (block_->pose().tip - block_.rest().pose.tip).dot(down_) + p_.done > full_) {
    block_.go_back();
    step = block_.move_to(NeedleMotion(options_, needle_).at(full_), duration);
  }
  if (!step.converged) {
    block_.go_back();
    if (step.stopped) return;
    p_.hold_step = 0.35 * duration;
    if (p_.hold_step < 1e-3 * shortest_) give_way(step);
    return;
  }
  p_.hold_step = 0.0;
  p_.held += duration;
  if (loaded) {
    p_.done += (block_->pose().tip - block_.rest().pose.tip).dot(down_);
    p_.turned_at = p_.done;
    turn_at(p_.done);
  }
  book(step, duration);
}

// The skin no longer bears the load: the push goes on until it does.
void Insertion::give_way(const PiercedBlock::Step& step) {
  if (p_.turned_at == 0.0 || p_.done <= p_.gave_way_at) return give_up(step);
  r_.events.push_back(
      {"gives way under the load", -block_->pose().tip[2], r_.steps.back().force, r_.steps.size()});
  p_.gave_way_at = p_.done;
  p_.turned_at = p_.hold_step = 0.0;
  p_.step = largest_step_;
  motion_ = NeedleMotion(options_, needle_);
  end_ = options_.withdraw ? motion_.end() : motion_.deepest();
}

void Insertion::give_up(const PiercedBlock::Step& step) {
  r_.ended = fmt::format(
      "no equilibrium was found beyond {} tip displacement: residual {:.1e} of the force after {} "
      "iterations, smallest volume ratio "
      "{:.2g}; try more insertion.cells_per_tip_radius",
      format_quantity(-block_->pose().tip[2], "mm", 4), step.residual, step.iterations,
      step.smallest);
}

// A converged state becomes a row of the result.
void Insertion::book(const PiercedBlock::Step& step, double duration) {
  insertion::SolidStep s;
  const Pose& pose = block_->pose();
  s.displacement = -pose.tip[2];
  s.time =
      std::isfinite(duration) ? (r_.steps.empty() ? 0.0 : r_.steps.back().time) + duration : 0.0;
  s.along = pose.tip[0];
  s.tilt = pose.tilt;
  s.force = -block_->force()[2];
  s.lateral_force = block_->force()[0];
  s.side_force = block_->force()[1];
  s.pierced_depth = cut_depth(*block_);
  s.leaving = p_.done > motion_.deepest() * (1.0 + 1e-9);
  for (const auto& c : block_->surface())
    if (c.crack_area > 0.0 && c.largest >= c.law.separation())
      s.slit_half_length = std::max(s.slit_half_length, std::abs(c.at[0]));
  s.deflection = std::max(0.0, s.displacement - s.pierced_depth);
  const auto& e = block_->energy();
  s.work = e.work;
  s.stored = e.stored;
  s.fracture = e.fracture;
  s.friction = e.friction;
  s.released = e.released;
  s.overlap = block_->largest_overlap();
  s.volume_ratio = most_squeezed(*block_);
  s.iterations = step.iterations;
  s.snapped = step.snapped;
  p_.peak = std::max(p_.peak, e.work);
  p_.largest_error = std::max(p_.largest_error, std::abs(e.error() * e.work));
  if (!step.snapped && !p_.after_snap) {
    ++p_.quiet_steps;
    p_.quiet_iterations += step.iterations;
  }
  p_.after_snap = step.snapped;
  mark(s, step.snapped);
  r_.steps.push_back(s);
  picture();
}

// Events that this state adds, before it is itself added.
void Insertion::mark(const insertion::SolidStep& s, bool snapped) {
  const double last_force = r_.steps.empty() ? 0.0 : r_.steps.back().force;
  const double last_displacement = r_.steps.empty() ? 0.0 : r_.steps.back().displacement;
  const auto event = [&](const std::string& name) {
    r_.events.push_back({name, last_displacement, last_force, r_.steps.size()});
  };
  if (!s.leaving && !p_.punctured && s.pierced_depth > needle_.tip_radius) {
    event("puncture");  // the cut is deeper than the tip is round: the tip is in it
    p_.punctured = true;
  }
  if (!s.leaving && snapped && s.force < 0.97 * last_force && s.pierced_depth > 0.0) event("drop");
  const std::size_t layer = s.pierced_depth > 0.0 ? layer_at(skin_, s.pierced_depth) : 0;
  for (; p_.deepest_layer < layer; ++p_.deepest_layer)
    event("cuts the " + skin_.layers[p_.deepest_layer + 1].name);
  if (p_.done == motion_.deepest() && held())
    r_.events.push_back({"deepest point", s.displacement, s.force, r_.steps.size()});
  if (s.leaving && last_force != 0.0 && !touched() &&
      (r_.events.empty() || r_.events.back().name != "free of the needle"))
    event("free of the needle");
}

void Insertion::picture() {
  const auto due = [&](int k) {
    return p_.done >= end_ * k / std::max(1, options_.frames) * (1.0 - 1e-9);
  };
  while (options_.frames > 0 && p_.next_frame <= options_.frames && due(p_.next_frame) &&
         (p_.next_frame < options_.frames || !clings())) {
    if (p_.next_frame == 0 || !due(p_.next_frame + 1))
      r_.fields.push_back(field_of(*block_, plan_.materials));
    ++p_.next_frame;
  }
}

// A checkpoint from time to time.
void Insertion::keep() {
  r_.cost.seconds =
      seconds_before_ +
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  if (!checkpoint_ || std::chrono::steady_clock::now() - saved_ < std::chrono::seconds(30)) return;
  checkpoint_(pack(block_->save(), p_, r_, block_.fine(), identity_));
  saved_ = std::chrono::steady_clock::now();
}

// What is left, and what there is to warn of once it is known.
void Insertion::conclude() {
  auto& r = r_;
  r.cost.inner_iterations += block_->solver().iterations();
  if (options_.frames > 0 && p_.next_frame <= options_.frames && r.ended.empty() &&
      !r.steps.empty())
    r.fields.push_back(field_of(*block_, plan_.materials));
  if (r.steps.empty())
    throw core::SolveError(
        "solid level: the first steps did not converge; check the laws of the top layers");
  r.complete = r.ended.empty();
  if (!r.complete) r.warnings.push_back(r.ended);
  r.balance_error = p_.peak > 0.0 ? p_.largest_error / p_.peak : 0.0;
  double slit = 0.0;
  for (const auto& s : r.steps) slit = std::max(slit, s.slit_half_length);
  if (slit > plan_.crack_half_width -
                 1.01 * std::max(plan_.finest, needle_.shank_radius / options_.cells_per_shank))
    r.warnings.push_back(
        fmt::format("the slit reached the side end of what may open, {} from the middle: it would "
                    "have become longer",
                    format_quantity(plan_.crack_half_width, "um", 3)));
  if (options_.hold > 0.0 && p_.turned_at > (1.0 - 1e-9) * full_)
    r.warnings.push_back(
        "held at the force the needle sank to the full displacement and was stopped there; a "
        "larger insertion.displacement lets it go on");
  // Until the skin opens the volume counts most: puncture hangs on it.
  const auto opened = std::find_if(r.events.begin(), r.events.end(),
                                   [](const auto& e) { return e.name == "puncture"; });
  const auto whole = opened == r.events.end()
                         ? r.steps.end()
                         : r.steps.begin() + static_cast<std::ptrdiff_t>(opened->step);
  const auto squeezed = [](auto from, auto to) {
    double least = 1.0;
    for (; from != to; ++from) least = std::min(least, from->volume_ratio);
    return least;
  };
  if (const double before = squeezed(r.steps.begin(), whole); before < 0.8)
    r.warnings.push_back(
        fmt::format("skin was squeezed to {:.0f} % of its volume before it opened: pressures there "
                    "come near a bulk modulus of {:.0f} times the shear modulus, "
                    "and it opens later than skin that keeps its volume; see "
                    "insertion.bulk_over_shear and bulk_over_shear of the layers",
                    100.0 * before, options_.largest_bulk));
  else if (const double after = squeezed(whole, r.steps.end()); after < 0.6)
    r.warnings.push_back(
        fmt::format("cells beside the needle were squeezed to {:.0f} % of their volume after the "
                    "skin had opened: the mesh is coarse for this tip",
                    100.0 * after));
  if (r.cost.iterative && options_.largest_bulk > 300.0)
    r.warnings.push_back(
        fmt::format("conjugate gradients took {:.0f} iterations a solve: skin that hardly changes "
                    "its volume is hard for them; before it opens "
                    "insertion.bulk_over_shear 100 "
                    "moves forces by some per cent only",
                    static_cast<double>(r.cost.inner_iterations) /
                        std::max<double>(1.0, static_cast<double>(r.cost.factorisations))));
  if (options_.withdraw && motion_.leaves() && r.complete && touched())
    r.warnings.push_back(
        "the skin still clings to the needle at the end of its way: channel and stored energy are "
        "not yet those of free skin");
  r.channel = channel_left(*block_, r.steps.back().pierced_depth);
  r.cost.steps = static_cast<long>(r.steps.size());
  r.cost.mean_iterations = p_.quiet_steps > 0 ? static_cast<double>(p_.quiet_iterations) /
                                                    static_cast<double>(p_.quiet_steps)
                                              : 0.0;
  if (std::isfinite(shortest_)) {  // what relaxation uses up inside is not counted
    r.balance_error = std::nan("");
    r.warnings.push_back(
        "skin that relaxes uses up energy inside, which is not counted: the energies are no "
        "balance");
  } else if (r.balance_error > 0.01) {
    r.warnings.push_back(
        fmt::format("energies do not balance within 1 %: off by {:.1f} % of the largest work; a "
                    "smaller insertion.step helps",
                    100.0 * r.balance_error));
  }
  if (plan_.crack_depth < motion_.depth() &&
      r.steps.back().pierced_depth > plan_.crack_depth - 2.0 * plan_.finest)
    r.warnings.push_back(
        "the crack reached the end of what may open: the layer below has no strength given");
}

}  // namespace

SolidInsertion insert_solid(const skin::Skin& skin, const device::Needle& needle,
                            const SolidOptions& options, core::Observer& observer,
                            const std::function<void(const std::string&)>& checkpoint,
                            const std::string& resume) {
  return Insertion(skin, needle, options, observer, checkpoint).run(resume);
}

}  // namespace percuta::fem
