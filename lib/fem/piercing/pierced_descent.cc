// From one state of the block to the next: the descent of its potential, and what is booked once it
// has come to rest.

#include <algorithm>
#include <cmath>
#include <limits>

#include "piercing/pierced_block.h"

namespace percuta::fem {

using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

// How far a needle's points move, about: the tip's way, and a turn taken at a tenth of a
// millimetre.
double path_length(const Pose& from, const Pose& to) {
  return (to.tip - from.tip).norm() + 1e-4 * std::abs(to.tilt - from.tilt);
}

}  // namespace

// The whole force of the contact without regard to direction, one part of the symmetry [N].
double PiercedBlock::contact_force() const {
  double sum = 0.0;
  for (const auto& s : surface_)
    sum += settings_.contact_penalty * (s.crack_area + s.skin_area) *
           std::max(0.0, -distance(shape_, pose_, s.at + at(u_, s.node)).gap);
  return sum;
}

// Nodes that a prediction lifts off the needle stay as deep in it as they were. They would come
// back a few an iteration.
void PiercedBlock::keep_contact(VectorXd& u) const {
  for (const auto& s : surface_) {
    if (s.pressure <= 0.0) continue;
    const int n = 3 * free_[s.node];
    const Distance d = distance(shape_, pose_, s.at + u.segment<3>(n));
    if (d.gap <= 0.0) continue;
    const Vector3d back = (-s.pressure / settings_.contact_penalty - d.gap) * d.normal;
    for (int i = 0; i < 3; ++i)
      if (held_[n + i] == 0) u[n + i] += back[i];
  }
}

// Solves with the tangent at u_, or with something definite close to it. Where the tangent is not,
// crack and contact are the first suspects: without the crack's fall and the needle's roundness
// their energies are bounded from above by functions that touch at u_. Next the cells lose their
// directions of negative curvature, each by itself. What is still indefinite gets a share of the
// bulk's own stiffness.
bool PiercedBlock::solve(Descent& d, Step& step, const VectorXd& right_hand_side, VectorXd& x) {
  double added = 0.0;
  if (d.convex > 0) convex_tangent(d.convex > 1);
  for (int attempt = 0; attempt < 20; ++attempt) {
    // A factor of a large block takes a second, and nobody waits for twenty after Ctrl-C.
    if (attempt > 0 && settings_.stop && settings_.stop()) {
      step.stopped = true;
      return false;
    }
    if (d.shift > 0.0)
      for (std::size_t i = 0; i < diagonal_position_.size(); ++i)
        if (held_[i] == 0)
          matrix_->values()[diagonal_position_[i]] +=
              (d.shift - added) * stiffness_scale_[static_cast<int>(i)];
    added = d.shift;
    ++step.factorisations;
    if (solver_->solve(right_hand_side, x)) {
      if (d.shift > 0.0) d.needed = d.shift;
      return !load_ || follow_load(d, x);
    }
    d.indefinite = d.indefinite || step.iterations > 1;
    if (d.convex < 2) {
      ++d.convex;
      convex_tangent(d.convex > 1);
      added = 0.0;
    } else {
      d.shift = std::max({1e-3, 6.0 * d.shift, d.needed});
    }
  }
  return false;
}

// The needle's travel under a load, and what the skin's direction becomes by it. Where skin and
// needle together are not stable, the travel goes downhill as far as an equally stiff stable one
// would.
bool PiercedBlock::follow_load(Descent& d, VectorXd& x) const {
  VectorXd followed;
  if (!solver_->solve_again(load_->column, followed)) return false;
  const double stiffness = load_->corner - load_->column.dot(followed);
  d.travel =
      -(load_->slope + load_->column.dot(x)) / std::max(std::abs(stiffness), 1e-6 * load_->corner);
  x -= d.travel * followed;
  return true;
}

// Goes along a direction of descent until the potential has fallen enough; false when it does not.
bool PiercedBlock::search(Descent& d, Step& step, const VectorXd& direction, double energy,
                          double slope) {
  const Vector3d tip = pose_.tip;
  const auto potential_at = [&](double length, const VectorXd& u) {
    if (load_) pose_.tip = tip + length * d.travel * load_->along;
    return potential(u);
  };
  const double largest = std::max(direction.lpNorm<Eigen::Infinity>(), std::abs(d.travel));
  const double whole = largest > settings_.step_cap ? settings_.step_cap / largest : 1.0;
  double length = whole;
  for (int cut = 0; cut < 25; ++cut, length *= 0.5) {
    const VectorXd trial = u_ + length * direction;
    const double e = potential_at(length, trial);
    if (!(e <= energy + 1e-4 * length * slope + noise(energy))) continue;
    step.largest_rise = std::max(step.largest_rise, e - energy);
    const double promised =
        length == 1.0 && d.foreseen < 0.0 ? d.foreseen : length * (1.0 - 0.5 * length) * slope;
    const double agreement = (e - energy) / promised;  // of the fall with what was promised
    VectorXd best = trial;
    double reached = length;
    // Where the energy falls faster than promised, something is coming apart: go on as long as that
    // lasts.
    double lowest = e;
    if (cut == 0 && agreement > 1.02 && (d.convex > 0 || d.shift > 0.0))
      for (double longer = 2.0 * length; longer * largest <= settings_.step_cap; longer *= 2.0) {
        const VectorXd further = u_ + longer * direction;
        const double there = potential_at(longer, further);
        if (!(there < lowest)) break;
        lowest = there;
        best = further;
        reached = longer;
      }
    cells_.foresee(best - u_);
    u_ = best;
    if (load_) pose_.tip = tip + reached * d.travel * load_->along;
    if (length == whole) {
      d.shift /= 6.0;
      if (d.shift < 1e-4 || step.iterations == 1) d.shift = 0.0;
    }
    if (agreement <= 1.02) d.convex = 0;  // nothing comes apart any more: back to the true tangent
    return true;
  }
  pose_.tip = tip;
  return false;
}

PiercedBlock::Step PiercedBlock::move_to(const Pose& pose, double duration) {
  return descend(pose, duration);
}

PiercedBlock::Step PiercedBlock::press_to(double force, const Vector3d& along, const Pose& guess,
                                          double reach, double duration) {
  load_.emplace();
  load_->force = force / copies();
  load_->along = along;
  load_->reach = reach;
  const Step step = descend(guess, duration);
  load_.reset();
  return step;
}

PiercedBlock::Step PiercedBlock::descend(const Pose& pose, double duration) {
  Step step;
  solver_->forget();
  cells_.pass_time(duration);
  last_u_ = u_;
  last_pose_ = pose_;
  pose_ = pose;
  // Going on as in the last step spares iterations, if it is the better place to begin.
  double travel = path_length(last_pose_, pose);
  bool predicted = false;
  if (change_.size() > 0 && last_travel_ > 0.0) {
    VectorXd guess = u_ + (travel / last_travel_) * change_;
    keep_contact(guess);
    if (potential(guess) < potential(u_)) {
      cells_.evaluate(u_, true);
      cells_.foresee(guess - u_);
      u_ = guess;
      predicted = true;
    }
  }
  double settled = 0.0;
  for (const auto& s : surface_) settled = std::max(settled, s.pressure);
  // A needle that has just moved overlaps far more than it will at the end. The curvature of those
  // pressures would only make the tangent indefinite: it sees none, or after a prediction no more
  // than twice those of the last step.
  double curvature = predicted ? 2.0 * settled : 0.0;
  Descent descent;
  VectorXd gradient, direction;
  double looked_at = 0.0;
  for (;;) {
    const double energy = potential(u_, &gradient, true, curvature);
    if (!std::isfinite(energy)) break;  // from such a state nothing leads down
    const double curved = curvature;
    curvature = kInfinite;
    if (step.iterations == 0) step.energy_before = energy;
    step.energy_after = energy;
    const double force = contact_force();
    peak_force_ = std::max(peak_force_, force);
    // Skin that nothing touches has no force of its own to measure by, and what is left of it is
    // the shape of the channel.
    step.residual = gradient.lpNorm<Eigen::Infinity>() /
                    std::max({force, (force > 0.0 ? 0.02 : 1e-5) * peak_force_, 1e-9});
    const double off_load = load_ ? std::abs(load_->slope) / std::max(load_->force, 1e-9) : 0.0;
    if (step.iterations > 0 && step.residual < settings_.tolerance &&
        off_load < 0.01 * settings_.tolerance) {
      step.converged = true;
      break;
    }
    if (step.iterations == settings_.max_iterations) break;
    if (load_ && (pose_.tip - last_pose_.tip).norm() > load_->reach)
      break;  // nothing bears the load any more
    if (settings_.stop && settings_.stop()) {
      step.stopped = true;
      break;
    }
    if (step.iterations % settings_.patience == 0) {
      if (step.iterations > 0 && energy > looked_at - 1e-6 * std::abs(looked_at)) break;
      looked_at = energy;
    }
    ++step.iterations;
    if (!solve(descent, step, -gradient, direction)) break;
    descent.foreseen = 0.0;
    if (!load_) resolve_surface(descent, gradient, curved, direction);
    const double slope = gradient.dot(direction) + (load_ ? load_->slope * descent.travel : 0.0);
    if (search(descent, step, direction, energy, slope)) {
      step.outgrown = !load_ && step.iterations > 2 && settings_.outgrown && settings_.outgrown();
      if (step.outgrown) return step;
      continue;
    }
    if (std::abs(slope) < 10.0 * noise(energy)) {  // nothing left that the arithmetic could resolve
      step.converged =
          step.residual < 100.0 * settings_.tolerance && off_load < settings_.tolerance;
      break;
    }
    descent.shift = std::max(6.0 * descent.shift, 1e-4);
    if (descent.shift > 1e4) break;
  }
  step.smallest = cells_.smallest();
  if (!step.converged) {
    u_ = last_u_;
    pose_ = last_pose_;
    return step;
  }
  step.snapped = descent.indefinite;
  change_ = u_ - last_u_;
  travel = path_length(last_pose_, pose_);
  last_travel_ = travel;
  commit(step, travel);
  if (step.snapped) change_.resize(0);
  cells_.remember(u_, duration);
  return step;
}

void PiercedBlock::commit(Step& step, double path) {
  const Wrench wrench = needle_wrench(u_);
  const Vector3d travel = pose_.tip - last_pose_.tip;
  const double turn = pose_.tilt - last_pose_.tilt;
  const double stored_before = balance_.stored + balance_.fracture;
  double friction = 0.0;
  for (auto& s : surface_) {
    const int n = 3 * free_[s.node];
    const double area = s.crack_area + s.skin_area;
    if (s.pressure > 0.0 && settings_.friction > 0.0) {
      const Vector3d slid = slip(at(u_, s.node), s), held = held_slip(s);
      const double scale = settings_.elastic_slip;
      const Vector3d kept = scale / std::max(slid.norm(), scale) * slid;
      friction +=
          0.5 * settings_.friction * s.pressure * area / scale * (held + kept).dot(slid - held);
      s.held_slip = pose_.rotation().transpose() * kept;
    }
    if (s.crack_area > 0.0) s.largest = std::max(s.largest, separating_length(jump(u_, s)));
    const Distance d = distance(shape_, pose_, s.at + u_.segment<3>(n));
    s.pressure = d.gap < 0.0 ? -settings_.contact_penalty * d.gap : 0.0;
    s.normal = d.normal;
    if (s.pressure == 0.0) s.held_slip.setZero();
  }
  balance_.friction += copies() * friction;
  double fracture = 0.0;
  for (const auto& s : surface_)
    if (s.crack_area > 0.0) fracture += crack_share() * s.crack_area * dissipated(s.law, s.largest);
  last_u_ = u_;
  last_pose_ = pose_;
  balance_.fracture = copies() * fracture;
  double elastic = 0.0;  // of friction, counted as friction already
  for (const auto& s : surface_)
    elastic += 0.5 * settings_.friction * s.pressure * (s.crack_area + s.skin_area) *
               held_slip(s).squaredNorm() / settings_.elastic_slip;
  balance_.stored = copies() * (potential(u_) - fracture - elastic);
  // Work by the trapezoid. In a snap the force falls at a needle held still: the work on the way
  // there goes on as it did before, and what crack, friction and solid do not take up of it is let
  // go.
  const double taken = balance_.stored + balance_.fracture - stored_before + copies() * friction;
  const double trapezoid =
      0.5 * ((force_ + wrench.force).dot(travel) + (moment_ + wrench.moment) * turn);
  const double onwards = (force_ + 0.5 * path * force_slope_).dot(travel) +
                         (moment_ + 0.5 * path * moment_slope_) * turn;
  step.snapped = step.snapped && onwards - taken > 0.0005 * (balance_.work + onwards);
  if (step.snapped) {
    balance_.work += onwards;
    step.released = onwards - taken;
    balance_.released += step.released;
    force_slope_.setZero();
    moment_slope_ = 0.0;
  } else {
    balance_.work += trapezoid;
    if (path > 0.0) {
      force_slope_ = (wrench.force - force_) / path;
      moment_slope_ = (wrench.moment - moment_) / path;
    }
  }
  force_ = wrench.force;
  moment_ = wrench.moment;
  // A soft penalty spares iterations while pressures are low. It follows them little by little:
  // after a jump the state would no longer be one of equilibrium. What the change puts into the
  // contact counts as work.
  double highest = 0.0;
  for (const auto& s : surface_) highest = std::max(highest, s.pressure);
  if (settings_.overlap > 0.0) {
    const double wanted = highest / (0.7 * settings_.overlap);
    const double last = settings_.contact_penalty;
    settings_.contact_penalty =
        std::max(settings_.least_penalty, std::clamp(wanted, 0.85 * last, 1.15 * last));
    double squeezed = 0.0;
    for (const auto& s : surface_)
      squeezed += (s.crack_area + s.skin_area) * std::pow(s.pressure / last, 2);
    const double put_in = copies() * 0.5 * (settings_.contact_penalty - last) * squeezed;
    balance_.work += put_in;
    balance_.stored += put_in;
  }
}

}  // namespace percuta::fem
