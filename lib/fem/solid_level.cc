#include "solid_level.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include "blas.h"
#include "checkpoint.h"
#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "piercing_plan.h"
#include "team.h"

namespace percuta::fem {

using core::format_quantity;
using insertion::SolidInsertion;
using insertion::SolidOptions;

namespace {

// The cut goes down as far as the nodes of one vertical line are separated without a gap from the surface on; the deepest
// line counts.
double cut_depth(const PiercedBlock& block) {
  std::vector<const PiercedBlock::CrackNode*> nodes;
  for (const auto& s : block.surface())
    if (s.crack_area > 0.0) nodes.push_back(&s);
  std::sort(nodes.begin(), nodes.end(), [](const auto* a, const auto* b) { return a->at[0] != b->at[0] ? a->at[0] < b->at[0] : a->at[2] > b->at[2]; });
  double deepest = 0.0, line = 1e9;
  bool whole = false;
  for (const auto* s : nodes) {
    if (std::abs(s->at[0] - line) > 1e-9) {
      line = s->at[0];
      whole = s->at[2] > -1e-12;
    }
    whole = whole && s->largest >= s->law.separation();
    if (whole) deepest = std::max(deepest, -s->at[2]);
  }
  return deepest;
}

insertion::SolidField field_of(const PiercedBlock& block, const std::vector<SolidMaterial>& materials) {
  insertion::SolidField f;
  const auto& mesh = block.mesh();
  f.part = block.part();
  f.displacement = -block.pose().tip[2];
  f.tip = {block.pose().tip[0], block.pose().tip[1], block.pose().tip[2]};
  f.tilt = block.pose().tilt;
  f.opening.assign(mesh.nodes.size(), 0.0);
  for (std::size_t n = 0; n < mesh.nodes.size(); ++n) {
    const auto u = block.displacement(static_cast<int>(n));
    f.points.push_back({mesh.nodes[n][0], mesh.nodes[n][1], mesh.nodes[n][2]});
    f.displacements.push_back({u[0], u[1], u[2]});
  }
  for (const auto& s : block.surface()) {
    if (s.crack_area <= 0.0) continue;
    f.opening[s.node] = std::max(0.0, block.opening(s));
    if (s.facing >= 0) f.opening[s.facing] = f.opening[s.node];
  }
  for (std::size_t c = 0; c < mesh.cells.size(); ++c) {
    const auto& n = mesh.cells[c];
    f.cells.push_back({n[0], n[1], n[3], n[2], n[4], n[5], n[7], n[6]});
    f.layer.push_back(mesh.layer[c]);
    Eigen::Matrix3d gradient = Eigen::Matrix3d::Identity();
    for (int a = 0; a < 8; ++a)
      for (int d = 0; d < 3; ++d) {
        const double g = 0.25 * (((a >> d) & 1) != 0 ? 1.0 : -1.0) / mesh.size[c][d];
        for (int i = 0; i < 3; ++i) gradient(i, d) += f.displacements[n[a]][i] * g;
      }
    const auto& m = materials[mesh.layer[c]];
    const Eigen::Matrix3d full = gradient * m.pre_stretch.asDiagonal();
    const double j = full.determinant();
    double largest = 0.0;
    if (j > 0.0) {
      const double isochoric = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(isochoric_kirchhoff(m, full), Eigen::EigenvaluesOnly).eigenvalues()[2];
      largest = isochoric / j + skin::Volumetric{m.bulk}.pressure(j);
    }
    f.stress.push_back(largest);
  }
  return f;
}

insertion::LeftChannel channel_left(const PiercedBlock& block, double depth) {
  insertion::LeftChannel c;
  c.depth = depth;
  std::vector<const PiercedBlock::CrackNode*> nodes;
  for (const auto& s : block.surface())
    if (s.crack_area > 0.0) nodes.push_back(&s);
  std::sort(nodes.begin(), nodes.end(), [](const auto* a, const auto* b) { return a->at[2] > b->at[2]; });
  for (std::size_t i = 0; i < nodes.size();) {
    const double z = nodes[i]->at[2];
    double low = 1e9, high = -1e9, width = 0.0;
    for (; i < nodes.size() && std::abs(nodes[i]->at[2] - z) < 1e-9; ++i) {
      if (nodes[i]->largest < nodes[i]->law.separation()) continue;
      low = std::min(low, nodes[i]->at[0]);
      high = std::max(high, nodes[i]->at[0]);
      width = std::max(width, block.opening(*nodes[i]));
    }
    if (high < low) continue;
    c.at_depth.push_back(-z);
    c.slit_length.push_back(block.part() == insertion::Part::quarter ? 2.0 * high : high - low);
    c.slit_width.push_back(std::max(0.0, width));
  }
  return c;
}

}  // namespace

SolidInsertion insert_solid(const skin::Skin& skin, const device::Needle& needle, const SolidOptions& options, core::Observer& observer,
                            const std::function<void(const std::string&)>& checkpoint, const std::string& resume) {
  const auto start = std::chrono::steady_clock::now();
  NeedleMotion motion(options, needle);
  const PiercingPlan plan = plan_piercing(skin, needle, options, motion);
  const auto shape = make_shape(needle);
  const Team& team = Team::of_this_program();
  PiercingSettings settings;
  settings.friction = skin.friction;
  settings.threads = options.threads;
  const double hardest = shear_modulus(skin.layers.front().law);
  const double finest = plan.finest;
  settings.contact_penalty = std::max(3e12, 30.0 * hardest / finest);
  settings.least_penalty = settings.contact_penalty;
  BoxMesh mesh = fitting_mesh(plan);
  // A needle that overlapped the cells of the surface would press on the nodes of the closed crack below them, and fold them.
  double height = finest;
  for (const auto& face : mesh.faces)
    if (face.boundary == 5) height = std::min(height, mesh.size[face.cell][2]);
  settings.overlap = std::min(std::max(0.05 * needle.tip_radius, 0.3e-6), 0.5 * height);
  settings.crack_stiffness = 1e13;
  settings.step_cap = std::max(needle.tip_radius, needle.shank_radius / options.cells_per_shank);
  settings.elastic_slip = std::max(0.03 * needle.tip_radius, 0.3e-6);
  settings.tolerance = 1e-4;
  settings.hold_sides = plan.hold_sides;
  settings.solver = options.solver;
  settings.memory = 0.5 * machine_memory();
  PiercedBlock block(
      std::move(mesh), plan.materials, *shape, plan.part, [&](const Eigen::Vector3d& x) { return plan.opens(x); }, settings, team);

  SolidInsertion r;
  r.warnings = plan.warnings;
  r.cost.unknowns = block.unknowns();
  r.cost.cells = static_cast<long>(block.mesh().cells.size());
  r.cost.lanes = block.lanes();
  r.cost.threads = options.threads;
  r.cost.processes = team.size();
  r.cost.blas = blas_name();
  r.cost.megabytes = block.bytes() * 1e-6;
  r.cost.iterative = block.solver().iterative();
  check_memory(block.bytes());
  const std::string processes = team.alone() ? "" : fmt::format("{} processes, each ", team.size());
  r.start_line = fmt::format("{} unknowns, {} cells, {:.0f} MB, {}; {}{} lane{}, {} thread{}, BLAS {}", r.cost.unknowns, r.cost.cells, r.cost.megabytes,
                             r.cost.iterative ? "conjugate gradients" : "direct", processes, r.cost.lanes, r.cost.lanes == 1 ? "" : "s", options.threads,
                             options.threads == 1 ? "" : "s", r.cost.blas.empty() ? "reference" : r.cost.blas);
  observer.note(r.start_line);
  if (r.cost.blas.empty()) r.warnings.push_back("the BLAS in use is the slow reference one: install libopenblas0-pthread for runs several times faster");
  if (r.cost.iterative)
    r.warnings.push_back(
        "solved by conjugate gradients: forces hang on the number of processes from the fourth digit on, and a snap whose instability they do not meet is "
        "booked as work; --solver direct has neither limit");
  if (r.cost.lanes == 1) r.warnings.push_back("the processor offers no wide vectors: cell kernels run one cell at a time");

  Progress p;
  const double typical = std::min(needle.tip_radius, 0.2 * needle.shank_radius);
  const double largest_step = options.step > 0.0 ? options.step : std::clamp(0.125 * needle.shank_radius, 0.2 * typical, 12e-6);
  p.step = std::min(0.1 * needle.tip_radius, largest_step);
  const auto turn_at = [&](double depth) {  // the way out begins here
    SolidOptions shorter = options;
    shorter.displacement = depth;
    motion = NeedleMotion(shorter, needle);
  };
  // Before any turn, which would change its last digits.
  const double per_progress = motion.length(0.5 * motion.deepest(), 0.5 * motion.deepest() + 1e-6 * motion.deepest()) / (1e-6 * motion.deepest());
  const std::size_t identity = identity_of(skin, needle, options);
  if (!resume.empty()) block.restore(unpack(resume, p, r, identity));
  if (p.turned_at > 0.0) turn_at(p.turned_at);
  double end = options.withdraw ? motion.end() : motion.deepest();
  const double before = r.cost.seconds;
  auto saved = std::chrono::steady_clock::now();
  const auto frame_at = [&](int k) { return end * k / std::max(1, options.frames); };

  // Friction still takes the pressures of the step before: skin is free when they are gone too. Skin that clings to the needle
  // comes with it for a while above the surface.
  const auto touched = [&] { return block.contacts() > 0 || !block.force().isZero(0.0); };
  const auto clings = [&] { return options.withdraw && touched() && p.done < 1.25 * end; };
  while (p.done < end * (1.0 - 1e-12) || clings()) {
    if (team.any(observer.stop_requested())) {
      if (checkpoint) checkpoint(pack(block.save(), p, r, identity));
      throw core::Interrupted();
    }
    observer.progress("through the skin", std::min(1.0, p.done / end));
    double next = p.done + p.step / per_progress;
    if (p.done < motion.deepest() * (1.0 - 1e-12)) next = std::min(next, motion.deepest());
    if (p.done < end * (1.0 - 1e-12)) next = std::min(next, end);
    const Pose pose = motion.at(next);
    auto state = block.save();
    const double duration = options.speed > 0.0 ? motion.length(p.done, next) / options.speed : std::numeric_limits<double>::infinity();
    const auto step = block.move_to(pose, duration);
    r.cost.iterations += step.iterations;
    r.cost.factorisations += step.factorisations;
    r.cost.inner_iterations = block.solver().iterations();
    if (!step.converged) {
      block.restore(state);
      ++r.cost.cut_backs;
      p.step *= 0.35;
      if (p.step < 1e-4 * needle.tip_radius) {
        r.ended = fmt::format(
            "no equilibrium was found beyond {} tip displacement: residual {:.1e} of the force after {} iterations, smallest volume ratio "
            "{:.2g}; try more --cells-per-tip-radius",
            format_quantity(-block.pose().tip[2], "mm", 4), step.residual, step.iterations, step.smallest);
        break;
      }
      continue;
    }
    const double reached = -block.force()[2], wanted = options.force;
    if (wanted > 0.0 && p.turned_at == 0.0 && reached > 1.001 * wanted && next - p.done > 1e-6 * needle.tip_radius) {
      const double last = r.steps.empty() ? 0.0 : r.steps.back().force;  // too far: again, by the chord
      block.restore(state);
      p.step = std::clamp((wanted - last) / (reached - last), 0.05, 0.95) * (next - p.done) * per_progress;
      continue;
    }
    p.done = next;
    if (wanted > 0.0 && p.turned_at == 0.0 && reached > 0.999 * wanted) {
      p.turned_at = p.done;
      turn_at(p.done);
      end = options.withdraw ? motion.end() : motion.deepest();
      p.step = largest_step;
    }

    insertion::SolidStep s;
    s.displacement = -pose.tip[2];
    s.along = pose.tip[0];
    s.tilt = pose.tilt;
    s.force = -block.force()[2];
    s.lateral_force = block.force()[0];
    s.side_force = block.force()[1];
    s.pierced_depth = cut_depth(block);
    s.leaving = p.done > motion.deepest() * (1.0 + 1e-9);
    for (const auto& c : block.surface())
      if (c.crack_area > 0.0 && c.largest >= c.law.separation()) s.slit_half_length = std::max(s.slit_half_length, std::abs(c.at[0]));
    s.deflection = std::max(0.0, s.displacement - s.pierced_depth);
    const auto& e = block.energy();
    s.work = e.work;
    s.stored = e.stored;
    s.fracture = e.fracture;
    s.friction = e.friction;
    s.released = e.released;
    s.overlap = block.largest_overlap();
    s.iterations = step.iterations;
    s.snapped = step.snapped;
    p.peak = std::max(p.peak, e.work);
    p.largest_error = std::max(p.largest_error, std::abs(e.error() * e.work));
    if (!step.snapped && !p.after_snap) {
      ++p.quiet_steps;
      p.quiet_iterations += step.iterations;
    }
    p.after_snap = step.snapped;

    // Events.
    const double last_force = r.steps.empty() ? 0.0 : r.steps.back().force;
    const double last_displacement = r.steps.empty() ? 0.0 : r.steps.back().displacement;
    const auto event = [&](const std::string& name) { r.events.push_back({name, last_displacement, last_force, r.steps.size()}); };
    if (!s.leaving && !p.punctured && s.pierced_depth > needle.tip_radius) {
      event("puncture");  // the cut is deeper than the tip is round: the tip is in it
      p.punctured = true;
    }
    if (!s.leaving && step.snapped && s.force < 0.97 * last_force && s.pierced_depth > 0.0) event("drop");
    const std::size_t layer = s.pierced_depth > 0.0 ? layer_at(skin, s.pierced_depth) : 0;
    for (; p.deepest_layer < layer; ++p.deepest_layer) event("cuts the " + skin.layers[p.deepest_layer + 1].name);
    if (p.done == motion.deepest()) r.events.push_back({"deepest point", s.displacement, s.force, r.steps.size()});
    if (s.leaving && last_force != 0.0 && !touched() && (r.events.empty() || r.events.back().name != "free of the needle")) event("free of the needle");
    r.steps.push_back(s);
    while (options.frames > 0 && p.next_frame <= options.frames && p.done >= frame_at(p.next_frame) * (1.0 - 1e-9) &&
           (p.next_frame < options.frames || !clings())) {
      if (p.next_frame == 0 || p.done < frame_at(p.next_frame + 1)) r.fields.push_back(field_of(block, plan.materials));
      ++p.next_frame;
    }
    if (step.iterations <= 6) p.step = std::min((step.iterations <= 4 ? 1.4 : 1.15) * p.step, largest_step);
    else if (step.iterations > 8 && !step.snapped) p.step = std::max(0.7 * p.step, 0.2 * largest_step);

    r.cost.seconds = before + std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (checkpoint && std::chrono::steady_clock::now() - saved > std::chrono::seconds(30)) {
      checkpoint(pack(block.save(), p, r, identity));
      saved = std::chrono::steady_clock::now();
    }
    if (s.leaving && !touched() && s.displacement < 0.2 * r.steps.front().displacement + needle.tip_radius) break;
  }
  observer.progress("through the skin", 1.0);
  if (options.frames > 0 && p.next_frame <= options.frames && r.ended.empty() && !r.steps.empty()) r.fields.push_back(field_of(block, plan.materials));
  if (r.steps.empty()) throw core::SolveError("solid level: the first steps did not converge; check the laws of the top layers");
  r.complete = r.ended.empty();
  if (!r.complete) r.warnings.push_back(r.ended);
  r.balance_error = p.peak > 0.0 ? p.largest_error / p.peak : 0.0;
  double slit = 0.0;
  for (const auto& s : r.steps) slit = std::max(slit, s.slit_half_length);
  if (slit > plan.crack_half_width - 1.01 * std::max(finest, needle.shank_radius / options.cells_per_shank))
    r.warnings.push_back(fmt::format("the slit reached the side end of what may open, {} from the middle: it would have become longer",
                                     format_quantity(plan.crack_half_width, "um", 3)));
  if (options.withdraw && r.complete && touched())
    r.warnings.push_back("the skin still clings to the needle at the end of its way: channel and stored energy are not yet those of free skin");
  r.channel = channel_left(block, r.steps.back().pierced_depth);
  r.cost.steps = static_cast<long>(r.steps.size());
  r.cost.mean_iterations = p.quiet_steps > 0 ? static_cast<double>(p.quiet_iterations) / static_cast<double>(p.quiet_steps) : 0.0;
  const bool relaxes = std::any_of(skin.layers.begin(), skin.layers.end(), [](const auto& l) { return !l.relaxation.empty(); });
  if (relaxes) {  // what relaxation uses up inside is not counted
    r.balance_error = std::nan("");
    r.warnings.push_back("skin that relaxes uses up energy inside, which is not counted: the energies are no balance");
  } else if (r.balance_error > 0.01) {
    r.warnings.push_back(
        fmt::format("energies do not balance within 1 %: off by {:.1f} % of the largest work; a smaller --step helps", 100.0 * r.balance_error));
  }
  if (plan.crack_depth < motion.depth() && r.steps.back().pierced_depth > plan.crack_depth - 2.0 * finest)
    r.warnings.push_back("the crack reached the end of what may open: the layer below has no strength given");
  return r;
}

}  // namespace percuta::fem
