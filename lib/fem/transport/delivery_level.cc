#include "transport/delivery_level.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "transport/dosed_skin.h"

namespace percuta::fem {

using delivery::Course;
using delivery::Problem;

namespace {

constexpr double kUnbroken = 1e-3;   // radius of a cell without channel, which is any [m]
constexpr double kFinest = 1e-4;     // times of the course are no closer, over the duration
constexpr double kCells = 40.0;      // rings at which levels are as fine as they are by default
constexpr double kBare = 4.0;        // fineness of skin without channels over that
constexpr double kTolerance = 0.25;  // of concentrations, for one of amounts

class Run {
 public:
  Run(const Problem& p, const delivery::Settings& s)
      : p_(p),
        skin_(
            classes(s), [this](double entered, double t) { return donor(entered, t); }, p.below),
        integrate_(skin_, settings(s)) {
    integrate_.state() = skin_.initial();
    for (const auto& [share, cell, mesh] : skin_.classes()) {
      fluid_.emplace_back();
      for (int c = 0; c < mesh.cells(); ++c) fluid_.back().push_back(fluid_share(cell, mesh, c));
    }
    for (const double layer : skin_.in_layers(integrate_.state())) initial_ += layer;
  }

  Course all(core::Observer& observer) {
    event(0.0);
    record(0.0, integrate_.state(), true);
    if (reported(0.0)) profile(0.0);
    for (const double next : delivery::event_times(p_)) {
      std::vector<double> y(integrate_.state().size());
      integrate_.advance(next, [&](const StiffStep& step) {
        core::report(observer, "delivery", step.to / p_.duration);
        if (step.to - course_.time.back() < kFinest * p_.duration || step.to >= next) return;
        step.at(step.to, y);
        record(step.to, y);
      });
      record(next, integrate_.state());
      if (event(next)) {
        integrate_.restart(next);
        record(next, integrate_.state(), true);
      }
      if (reported(next)) profile(next);
    }
    return finished();
  }

 private:
  std::vector<SoluteClass> classes(const delivery::Settings& s) {
    std::vector<SoluteClass> out;
    double density = 0.0;
    for (const auto& c : p_.channels) density += c.density;
    const double fineness = s.cells / kCells;
    for (const auto& c : p_.channels) {
      if (c.density == 0.0) continue;
      auto cell = bare_cell();
      cell.radius = 1.0 / std::sqrt(std::numbers::pi * density);
      cell.channel_depth = {0.0, c.depth};
      cell.channel_radius = {c.radius, c.tip_radius};
      cell.channel_diffusivity = p_.channel_diffusivity * p_.channel_conductance;
      cell.open = [this, &c](double t) { return delivery::open_share(c, p_.cover, t); };
      const auto mesh = solute_mesh(cell, s.cells, fineness);
      out.push_back({c.density / density, std::move(cell), mesh});
    }
    bare_ = solute_mesh(bare_cell(), 1, fineness);
    // One ring costs next to nothing.
    if (out.empty())
      out.push_back({1.0, bare_cell(), solute_mesh(bare_cell(), 1, kBare * fineness)});
    return out;
  }
  SoluteCell bare_cell() {
    SoluteCell out;
    out.layers = p_.layers;
    out.radius = kUnbroken;
    out.sealed_below = p_.sealed_below;
    out.there = [this](double) { return film_.there ? 1.0 : 0.0; };
    return out;
  }

  StiffSettings settings(const delivery::Settings& s) const {
    double scale = std::min(p_.vehicle.concentration, p_.vehicle.solubility);
    for (const auto& l : p_.layers) scale = std::max(scale, l.initial);
    StiffSettings out;
    out.relative_tolerance = kTolerance * s.relative_tolerance;
    out.absolute_tolerance = 1e-3 * out.relative_tolerance * std::max(scale, 1e-300);
    if (s.steps > 0) out.fixed_step = p_.duration / s.steps;
    return out;
  }

  bool reservoir() const { return p_.vehicle.donor == delivery::Donor::reservoir; }
  bool reported(double t) const {
    return std::find(p_.report_times.begin(), p_.report_times.end(), t) != p_.report_times.end();
  }

  /// What the vehicle holds is dissolved as far as it can be; the rest lies as a depot.
  DonorState donor(double entered, double t) const {
    const auto& v = p_.vehicle;
    if (!film_.there) return {};
    if (reservoir()) return {std::min(v.concentration, v.solubility), 0.0};
    const double thickness = film_.thickness(v, t), held = applied_ - washed_ - entered;
    if (held > thickness * v.solubility) return {v.solubility, 0.0};
    return {held / thickness, -1.0 / thickness};
  }

  double entered(std::span<const double> y) const { return y[skin_.counted(kDonor)] * kCounted; }
  double held(std::span<const double> y) const {
    return reservoir() || !film_.there ? 0.0 : applied_ - washed_ - entered(y);
  }

  bool event(double t) {
    const double before = held(integrate_.state());
    const auto now = delivery::happen(film_, p_.vehicle, t);
    if (now.washed) washed_ += before;
    applied_ += now.amount;
    return now.washed || now.laid;
  }

  std::size_t layer_of_level(std::size_t k, int level) const {
    return fem::layer_of(skin_.classes()[k].cell, skin_.classes()[k].mesh, level);
  }

  /// Mean free concentration of the tissue at a level of a class [kg/m^3].
  double level_mean(std::size_t k, int level, std::span<const double> y) const {
    const auto& mesh = skin_.classes()[k].mesh;
    const auto& field = skin_.block(k).problem().fields.front();
    const double partition = p_.layers[layer_of_level(k, level)].partition;
    double sum = 0.0, area = 0.0;
    for (int c = mesh.cell(0, level); c < mesh.cell(0, level + 1); ++c) {
      const double tissue = (1.0 - fluid_[k][c]) * mesh.ring_area(mesh.ring_of(c));
      sum += tissue * partition * y[skin_.unknown(k, c)] / field.partition[c];
      area += tissue;
    }
    return sum / area;
  }

  /// Between the middles of levels of the layer that a depth lies in.
  double watched(std::span<const double> y) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < skin_.classes().size(); ++k) {
      const auto& mesh = skin_.classes()[k].mesh;
      int near = 0;
      while (near + 1 < mesh.levels() && p_.watched_depth >= mesh.depth[near + 1]) ++near;
      const double middle = mesh.level_centre(near), here = level_mean(k, near, y);
      const int other = near + (p_.watched_depth > middle ? 1 : -1);
      double value = here;
      if (other >= 0 && other < mesh.levels() &&
          layer_of_level(k, other) == layer_of_level(k, near))
        value += (p_.watched_depth - middle) / (mesh.level_centre(other) - middle) *
                 (level_mean(k, other, y) - here);
      sum += skin_.classes()[k].share * value;
    }
    return sum;
  }

  /// Right after an event the flux into the skin is without bounds, and that from before it stands.
  void record(double t, std::span<const double> y, bool happened = false) {
    auto& c = course_;
    const auto layers = skin_.in_layers(y);
    std::vector<double> rate(y.size());
    skin_.rates(t, y, rate);
    const auto counted = [&](std::span<const double> of, SoluteWell well) {
      return of[skin_.counted(well)] * kCounted;
    };
    c.in_layers.resize(layers.size());
    double skin = 0.0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      c.in_layers[l].push_back(layers[l]);
      skin += layers[l];
    }
    c.time.push_back(t);
    c.vehicle.push_back(held(y));
    c.entered.push_back(entered(y));
    c.cleared.push_back(counted(y, kCleared));
    c.through.push_back(counted(y, kBelow));
    c.washed.push_back(washed_);
    const double before = film_.there && !c.flux.empty() ? c.flux.back() : 0.0;
    c.flux.push_back(happened ? before : counted(rate, kDonor));
    c.flux_through.push_back(counted(rate, kBelow));
    c.open.push_back(delivery::open_share(p_, t));
    c.watched.push_back(watched(y));
    const double in = c.entered.back() + initial_;
    const double wrong = std::abs(in - skin - c.cleared.back() - c.through.back());
    if (in > 0.0) c.balance_error = std::max(c.balance_error, wrong / in);
  }

  /// Means over the levels of skin without channels, in which all classes are brought together.
  void profile(double t) {
    course_.profile_time.push_back(t);
    std::vector<double> out(bare_.levels(), 0.0);
    for (std::size_t k = 0; k < skin_.classes().size(); ++k) {
      const auto& [share, cell, mesh] = skin_.classes()[k];
      for (int level = 0; level < mesh.levels(); ++level) {
        const double mean = level_mean(k, level, integrate_.state());
        for (int to = 0; to < bare_.levels(); ++to) {
          const double both = std::min(mesh.depth[level + 1], bare_.depth[to + 1]) -
                              std::max(mesh.depth[level], bare_.depth[to]);
          if (both > 0.0) out[to] += share * mean * both / bare_.height(to);
        }
      }
    }
    course_.profile.push_back(std::move(out));
    sections();
  }

  void sections() {
    if (p_.channels.empty()) return;
    for (std::size_t k = 0; k < skin_.classes().size(); ++k) {
      const auto& [share, cell, mesh] = skin_.classes()[k];
      if (course_.sections.size() == k)
        course_.sections.push_back({share, mesh.radius, mesh.depth, fluid_[k], {}});
      const auto first = integrate_.state().begin() + skin_.unknown(k, 0);
      course_.sections[k].concentration.emplace_back(first, first + mesh.cells());
    }
  }

  Course finished() {
    for (int level = 0; level < bare_.levels(); ++level)
      course_.depth.push_back(bare_.level_centre(level));
    course_.applied = reservoir() ? delivery::kUnlimited : applied_;
    course_.steps = integrate_.cost().steps;
    course_.unknowns = skin_.size();
    return std::move(course_);
  }

  const Problem& p_;
  delivery::Film film_;
  double applied_ = 0.0, washed_ = 0.0, initial_ = 0.0;
  RingMesh bare_;
  DosedSkin skin_;
  StiffIntegrator integrate_;
  std::vector<std::vector<double>> fluid_;  // share of it in each cell of each class
  Course course_;
};

}  // namespace

Course deliver_axisymmetric(const Problem& p, const delivery::Settings& s,
                            core::Observer& observer) {
  delivery::check(p);
  if (p.vehicle.diffusivity > 0.0 && p.vehicle.donor != delivery::Donor::reservoir)
    throw std::invalid_argument(
        "delivery: on axisymmetric cells the vehicle is stirred and has no diffusivity");
  try {
    return Run(p, s).all(observer);
  } catch (const core::SolveError& e) {
    throw core::SolveError(fmt::format(
        "delivery: {}; try another delivery.relative_tolerance, or other delivery.cells",
        e.what()));
  }
}

}  // namespace percuta::fem
