#include "mixed/device_cell.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <mutex>
#include <string_view>
#include <thread>

#include "percuta/core/errors.h"

namespace percuta::fem {
namespace {

// Of the first step in which the base bears, over the exposed length and what the load grows by
// from step to step.
constexpr double kFirstTouch = 0.0125;

AxisymmetricSettings mesh_settings(const CellSettings& s, double radius) {
  AxisymmetricSettings a;
  a.cells_per_tip_radius = s.cells_per_tip_radius;
  a.growth = s.growth;
  a.radius = radius;
  a.largest_cell = radius / s.cells_per_radius;
  a.bulk = s.bulk;
  return a;
}

}  // namespace

SignedDistance DeviceBody::distance(const Eigen::Vector2d& x) const {
  const SignedDistance near = needle.distance(x);
  const double base = base_height() - x[1];
  return with_base && base < near.gap ? SignedDistance{base, {0.0, -1.0}, 0.0} : near;
}

bool DeviceBody::base_is_nearer(const Eigen::Vector2d& x) const {
  return with_base && base_height() - x[1] < needle.distance(x).gap;
}

DeviceCell::DeviceCell(const skin::Skin& skin, const device::Needle& needle, double radius,
                       const CellSettings& settings)
    : settings_(settings),
      finest_(needle.tip_radius / settings.cells_per_tip_radius),
      solid_(layered_solid(skin, finest_, mesh_settings(settings, radius))),
      body_(needle) {
  contact_ = contact_on(solid_.mesh(), 3, 100.0 * shear_modulus(skin.layers.front().law) / finest_);
  previous_ = solid_.state();
  at_rest_ = solid_.stored_energy();
  step_ = settings.first_step * needle.tip_radius;
}

void DeviceCell::set_exposed(double length) {
  body_.with_base = std::isfinite(length);
  if (body_.with_base) body_.set_length(length);
}

void DeviceCell::restore(const Snapshot& s) {
  solid_.state() = s.solid;
  previous_ = s.previous;
  contact_ = s.contact;
  displacement_ = s.displacement;
  last_step_ = s.last_step;
  step_ = std::max(s.last_step, 1e-9);
  work_ = s.work;
  body_.needle.tip_height = -displacement_;
}

double DeviceCell::clearance() const {
  double highest = -1e300;
  for (const auto& s : contact_.nodes) highest = std::max(highest, solid_.position(s.node)[1]);
  return body_.base_height() - highest;
}

insertion::CellState DeviceCell::state() const {
  insertion::CellState s;
  s.displacement = displacement_;
  double side = -1.0;
  for (std::size_t k = 0; k < contact_.nodes.size(); ++k) {
    const auto& node = contact_.nodes[k];
    const Eigen::Vector2d x = solid_.position(node.node).head<2>();
    const double reference = solid_.mesh().nodes[node.node][0];
    if (reference > side) {
      side = reference;
      s.rise = x[1];
    }
    if (contact_.pressure[k] <= 0.0) continue;
    const double force = -node.area * contact_.pressure[k] * body_.distance(x).normal[1];
    if (!body_.base_is_nearer(x)) {
      s.needle_force += force;
      continue;
    }
    s.base_force += force;
    if (!(s.contact_radius <= x[0])) s.contact_radius = x[0];
  }
  return s;
}

bool DeviceCell::step_to(double next) {
  MixedSolid::NewtonSettings newton;
  newton.largest_shift = 2e-3;
  newton.relative_tolerance = 1e-7;
  newton.contact_tolerance = settings_.overlap * next;
  if (body_.with_base)
    newton.contact_tolerance =
        std::min(newton.contact_tolerance,
                 std::max(0.02 * std::abs(body_.length() - next), 2e-4 * body_.length()));
  const SolidState now = solid_.state();
  const Contact contact = contact_;
  const Eigen::VectorXd no_load = Eigen::VectorXd::Zero(solid_.mesh().dofs());
  const auto gaps = [&] {
    std::vector<double> g;
    for (std::size_t k = 0; k < contact_.nodes.size(); ++k)
      g.push_back(contact_.pressure[k] > 0.0
                      ? body_.distance(solid_.position(contact_.nodes[k].node).head<2>()).gap
                      : 0.0);
    return g;
  };
  const double force = total();
  const std::vector<double> gap = gaps();
  body_.needle.tip_height = -next;
  bool solved = false;
  for (const bool extrapolate : {true, false}) {
    if (extrapolate && last_step_ <= 0.0) continue;
    if (extrapolate) {
      const double s = (next - displacement_) / last_step_;
      solid_.state().displacement += s * (now.displacement - previous_.displacement);
      solid_.state().pressure += s * (now.pressure - previous_.pressure);
    }
    if ((solved = solid_.solve(no_load, &body_, &contact_, newton))) break;
    solid_.state() = now;
    contact_ = contact;
  }
  if (!solved) {
    body_.needle.tip_height = -displacement_;
    return false;
  }
  previous_ = now;
  last_step_ = next - displacement_;
  work_ += 0.5 * (force + total()) * last_step_;
  const std::vector<double> after = gaps();
  for (std::size_t k = 0; k < gap.size(); ++k)
    work_ += 0.5 * contact_.nodes[k].area * (contact.pressure[k] + contact_.pressure[k]) *
             (after[k] - gap[k]);
  displacement_ = next;
  const double largest = *std::max_element(contact_.pressure.begin(), contact_.pressure.end());
  contact_.penalty = std::max(contact_.penalty, 10.0 * largest / finest_);
  return true;
}

bool DeviceCell::press(double up_to_displacement, double up_to_force, core::Observer& observer,
                       const Visitor& visit) {
  const double least = 1e-7 * std::max(up_to_displacement, 1e-6);
  while (displacement_ < up_to_displacement * (1.0 - 1e-9) &&
         total() < up_to_force * (1.0 - 1e-6)) {
    core::report(observer, "device cell",
                 std::max(displacement_ / up_to_displacement, std::sqrt(total() / up_to_force)));
    const Snapshot before = snapshot();
    const double force = total();
    double next = std::min(displacement_ + step_, up_to_displacement);
    // The base comes down gently: at first to where it all but touches.
    if (body_.with_base)
      if (const double free = clearance(),
          first = kFirstTouch * (settings_.load_factor - 1.0) * body_.length();
          free > 0.0 && next > displacement_ + free + first)
        next = displacement_ + free + first;
    if (!step_to(next)) {
      step_ = 0.4 * (next - displacement_);
      if (step_ < least) return false;
      continue;
    }
    // A step in which the load has grown far beyond what was asked for is taken again, shorter: the
    // trapezoid of its work would be off.
    const double growth = force > 0.0 ? total() / force : settings_.load_factor;
    const double allowed = settings_.load_factor * settings_.load_factor;
    if (body_.with_base && state().base_force > 0.0 && growth > allowed * 1.5 &&
        displacement_ - before.displacement > 50.0 * least) {
      const double back = displacement_ - before.displacement;
      restore(before);
      step_ = 0.35 * back;
      continue;
    }
    if (total() > up_to_force * (1.0 + 1e-6)) {  // meet the force: regula falsi on the last step
      double low = before.displacement, high = displacement_, low_force = force,
             high_force = total();
      for (int k = 0; k < 30 && std::abs(total() / up_to_force - 1.0) > 1e-6; ++k) {
        const double t =
            std::clamp((up_to_force - low_force) / (high_force - low_force), 0.02, 0.98);
        const double middle = low + t * (high - low);
        restore(before);
        if (!step_to(middle)) return false;
        (total() < up_to_force ? low : high) = middle;
        (total() < up_to_force ? low_force : high_force) = total();
      }
    }
    if (visit) visit(*this);
    const bool bears = body_.with_base && state().base_force > 0.0;
    const double wanted =
        bears ? std::clamp(std::log(settings_.load_factor) / std::log(std::max(growth, 1.0 + 1e-3)),
                           0.3, 1.6)
              : settings_.step_growth;
    step_ =
        std::min(last_step_ * wanted, settings_.largest_step * std::max(up_to_displacement, 0.0));
    step_ = std::max(step_, least);
  }
  return true;
}

namespace {

constexpr double kTipRadii = 40.0;  // that one mesh is asked to follow
constexpr int kRowsAMesh = 2;
constexpr double kShortest = 0.04e-3;  // exposed length [m]
constexpr double kRatio = 1.5;         // of neighbouring exposed lengths

/// Free pressing to the longest of some exposed lengths, and from it each row with its base.
struct Piece {
  insertion::CellResponse response;
  bool complete = true;
};

Piece press_rows(const skin::Skin& skin, const device::Needle& needle, double radius,
                 const std::vector<double>& exposed, double shift,
                 const insertion::CellReach& reach, core::Observer& observer,
                 const CellSettings& settings) {
  Piece piece;
  auto& r = piece.response;
  DeviceCell cell(skin, needle, radius, settings);
  cell.share_cells(false);  // pieces are solved side by side
  cell.set_exposed(std::numeric_limits<double>::infinity());
  std::vector<DeviceCell::Snapshot> snapshots{cell.snapshot()};
  r.free.displacement.push_back(0.0);
  r.free.force.push_back(0.0);
  r.rise.push_back(0.0);
  piece.complete = cell.press(exposed.back() - shift, 4.0 * reach.needle_force, observer,
                              [&](const DeviceCell& c) {
                                const auto s = c.state();
                                r.free.displacement.push_back(s.displacement);
                                r.free.force.push_back(s.needle_force);
                                r.rise.push_back(s.rise);
                                snapshots.push_back(c.snapshot());
                              });
  for (const double length : exposed) {
    const double base = length - shift;  // above the tip of this piece
    const auto meets = [&](std::size_t k) { return r.free.displacement[k] + r.rise[k] >= base; };
    std::size_t k = 1;
    while (k < snapshots.size() && !meets(k)) ++k;
    if (k == snapshots.size()) break;
    const double before = r.free.displacement[k - 1] + r.rise[k - 1],
                 after = r.free.displacement[k] + r.rise[k];
    const double t = (base - before) / (after - before);
    const double touch = (1.0 - t) * r.free.displacement[k - 1] + t * r.free.displacement[k];
    insertion::CellRow row{length, {{touch, force_at(r.free, touch), 0.0, base - touch}}};
    if (row.states.front().needle_force > reach.needle_force) break;
    cell.restore(snapshots[k - 1]);
    cell.set_exposed(base);
    piece.complete =
        cell.press(base * (1.0 - 1e-6), reach.total_force, observer, [&](const DeviceCell& c) {
          const auto s = c.state();
          if (s.base_force > 0.0 && s.displacement > touch &&
              s.needle_force > row.states.back().needle_force)
            row.states.push_back(s);
        });
    if (row.states.size() > 2) r.rows.push_back(std::move(row));
    cell.set_exposed(std::numeric_limits<double>::infinity());
  }
  r.unknowns = cell.solid().mesh().dofs();
  r.steps = cell.solid().cost().steps;
  r.iterations = cell.solid().cost().iterations;
  return piece;
}

/// Lets a worker see that a stop was asked for.
class Relay : public core::Observer {
 public:
  std::atomic<bool> stop = false;
  void progress(std::string_view, double) override {}
  bool stop_requested() override { return stop; }
};

/// One free curve, each piece shifted to meet the last, and all rows.
insertion::CellResponse join(const std::vector<Piece>& pieces, const std::vector<double>& shifts,
                             int count) {
  insertion::CellResponse out;
  for (int k = 0; k < count; ++k) {
    const auto& r = pieces[k].response;
    out.unknowns = std::max(out.unknowns, r.unknowns);
    out.steps += r.steps;
    out.iterations += r.iterations;
    if (r.free.displacement.size() < 3) break;
    double from = -1.0, shift = 0.0;
    if (k > 0) {
      from = out.free.displacement.back();
      shift = from - displacement_at(r.free, out.free.force.back());
      if (std::isnan(out.free.splice_displacement)) out.free.splice_displacement = from;
      out.free.splice_shift = shift;
    }
    for (std::size_t i = 0; i < r.free.displacement.size(); ++i) {
      if (r.free.displacement[i] + shift <= from * 1.001) continue;
      out.free.displacement.push_back(r.free.displacement[i] + shift);
      out.free.force.push_back(r.free.force[i]);
      out.rise.push_back(r.rise[i]);
    }
    for (auto row : r.rows) {
      for (auto& s : row.states) s.displacement += shifts[k];
      out.rows.push_back(std::move(row));
    }
  }
  return out;
}

}  // namespace

insertion::CellResponse respond(const skin::Skin& skin, const device::Needle& needle, double radius,
                                const insertion::CellReach& reach, core::Observer& observer,
                                const CellSettings& settings) {
  std::vector<double> lengths;
  for (double l = kShortest; l < reach.length; l *= kRatio) lengths.push_back(l);
  while (lengths.size() % kRowsAMesh != 0)
    lengths.push_back(lengths.empty() ? kShortest : lengths.back() * kRatio);
  const int count = static_cast<int>(lengths.size()) / kRowsAMesh;

  // Each piece by itself, with a tip as blunt as its depth allows; what is left of the tip's radius
  // is a shift of its position.
  std::vector<Piece> pieces(count);
  std::vector<double> shifts(count);
  Relay relay;
  std::mutex guard;
  std::exception_ptr thrown;  // by a worker
  std::atomic<int> next = 0, done = 0,
                   last = count;  // beyond a piece that ends early none is wanted
  const auto work = [&] {
    for (int k = next++; k < last && !relay.stop; k = next++) try {
        const std::vector<double> exposed(lengths.begin() + k * kRowsAMesh,
                                          lengths.begin() + (k + 1) * kRowsAMesh);
        device::Needle blunt = needle;
        blunt.tip_radius = std::max(
            needle.tip_radius, std::min(exposed.back() / kTipRadii, 0.8 * needle.shank_radius));
        shifts[k] = insertion::tip_shift * (blunt.tip_radius - needle.tip_radius);
        pieces[k] = press_rows(skin, blunt, radius, exposed, shifts[k], reach, relay, settings);
        if (!pieces[k].complete || pieces[k].response.rows.size() < exposed.size())
          last = std::min(last.load(), k + 1);
        ++done;
      } catch (...) {
        const std::lock_guard lock(guard);
        if (!thrown) thrown = std::current_exception();
        relay.stop = true;
      }
  };
  {
    std::vector<std::jthread> hands;
    const unsigned most =
        std::max(1U, std::min(std::thread::hardware_concurrency(), static_cast<unsigned>(count)));
    for (unsigned k = 0; k < most; ++k) hands.emplace_back(work);
    try {
      while (done < last && !relay.stop) {
        core::report(observer, "device cell", static_cast<double>(done) / std::max(1, last.load()));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    } catch (...) {
      relay.stop = true;
      throw;
    }
  }
  if (thrown) std::rethrow_exception(thrown);
  insertion::CellResponse out = join(pieces, shifts, last);
  out.radius = radius;
  out.tip_radius = needle.tip_radius;
  if (out.rows.size() < 2)
    throw core::SolveError(
        "device cell: the base was not reached; check the laws of the top layers");
  core::report(observer, "device cell", 1.0);
  return out;
}

}  // namespace percuta::fem
