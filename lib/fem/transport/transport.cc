#include "transport/transport.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <stdexcept>

namespace percuta::fem {
namespace {

/// B(x) = x/(exp(x) - 1) and its derivative.
struct Bernoulli {
  double value, slope;
};
Bernoulli bernoulli(double x) {
  if (std::abs(x) < 1e-3) return {1.0 - x / 2.0 + x * x / 12.0, -0.5 + x / 6.0};
  if (x > 500.0) return {0.0, 0.0};
  const double e = std::expm1(x), b = x / e;
  return {b, x < -500.0 ? -1.0 : (1.0 - b * (1.0 + e)) / e};
}

double partition_of(const TransportField& f, int cell) {
  return f.partition.empty() ? 1.0 : f.partition[cell];
}

double capacity_of(const TransportField& f, int cell) {
  return f.capacity.empty() ? 1.0 : f.capacity[cell];
}

double in_series(double a, double b) {
  return a > 0.0 && b > 0.0 ? 1.0 / (1.0 / a + 1.0 / b) : 0.0;
}

}  // namespace

double half_conductance(const RingMesh& mesh, const TransportField& f, int cell) {
  return f.diffusivity[cell] * partition_of(f, cell) * mesh.ring_area(mesh.ring_of(cell)) /
         (0.5 * mesh.height(mesh.level_of(cell)));
}

double inner_conductance(const RingMesh& mesh, const TransportField& f, int cell) {
  const int ring = mesh.ring_of(cell);
  return f.diffusivity[cell] * partition_of(f, cell) * 2.0 * std::numbers::pi * mesh.radius[ring] *
         mesh.height(mesh.level_of(cell)) / (mesh.ring_centre(ring) - mesh.radius[ring]);
}

double outer_conductance(const RingMesh& mesh, const TransportField& f, int cell) {
  const int ring = mesh.ring_of(cell);
  return f.diffusivity[cell] * partition_of(f, cell) * 2.0 * std::numbers::pi *
         mesh.radius[ring + 1] * mesh.height(mesh.level_of(cell)) /
         (mesh.radius[ring + 1] - mesh.ring_centre(ring));
}

TransportSystem::TransportSystem(TransportProblem problem) : problem_(std::move(problem)) {
  number();
  const auto& mesh = problem_.mesh;
  for (int k = 0; k < mesh.levels(); ++k)
    for (int i = 0; i < mesh.rings(); ++i) {
      const double wall = mesh.radius[i + 1];
      if (i + 1 < mesh.rings())
        add_faces(mesh.cell(i, k), mesh.cell(i + 1, k),
                  2.0 * std::numbers::pi * wall * mesh.height(k), wall - mesh.ring_centre(i),
                  mesh.ring_centre(i + 1) - wall, -1);
      if (k + 1 < mesh.levels())
        add_faces(mesh.cell(i, k), mesh.cell(i, k + 1), mesh.ring_area(i), 0.5 * mesh.height(k),
                  0.5 * mesh.height(k + 1), k);
    }
  add_exchanges();
  if (problem_.reactions)
    for (int f = 0; f < fields(); ++f)
      for (int g = 0; g < fields(); ++g)
        if (problem_.reactions->couples(f, g)) couplings_.emplace_back(f, g);
  find_pattern();
  find_positions();
}

void TransportSystem::number() {
  const auto& p = problem_;
  unknown_.assign(static_cast<std::size_t>(p.mesh.cells()) * fields(), -1);
  const auto add = [&](int field, double volume) {
    kind_.push_back(field);
    over_volume_.push_back(std::isinf(volume) ? 0.0 : 1.0 / volume);
    return size_++;
  };
  for (int c = 0; c < p.mesh.cells(); ++c)
    for (int f = 0; f < fields(); ++f)
      if (p.fields[f].present.empty() || p.fields[f].present[c])
        unknown_[c * fields() + f] = add(f, p.mesh.volume(c) * capacity_of(p.fields[f], c));
  first_well_ = size_;
  for (const auto& well : p.wells) add(well.field, well.volume);
}

void TransportSystem::add_faces(int a, int b, double area, double from_a, double from_b,
                                int level) {
  for (int f = 0; f < fields(); ++f) {
    const auto& field = problem_.fields[f];
    const int u_a = unknown(a, f), u_b = unknown(b, f);
    if (u_a < 0 || u_b < 0) continue;
    const double k_a = partition_of(field, a), k_b = partition_of(field, b);
    double g = 0.0;
    if (!field.diffusivity.empty())
      g = in_series(field.diffusivity[a] * k_a * area / from_a,
                    field.diffusivity[b] * k_b * area / from_b);
    for (const auto& m : problem_.membranes)
      if (m.field == f && m.level == level) g = in_series(g, m.permeability * area);
    if (field.walks_up >= 0) {
      const double chi = 0.5 * (field.mobility[a] + field.mobility[b]) * area / (from_a + from_b);
      const int c_a = unknown(a, field.walks_up), c_b = unknown(b, field.walks_up);
      if (k_a != 1.0 || k_b != 1.0 || c_a < 0 || c_b < 0)
        throw std::logic_error("a walk needs its gradient on both sides, and no partition");
      walks_.push_back({u_a, u_b, c_a, c_b, g, chi, 0, 0, 0, 0, 0, 0, 0, 0});
    } else if (g > 0.0) {
      int opening = problem_.opening_of.empty() ? -1 : problem_.opening_of[a];
      if (opening < 0 && !problem_.opening_of.empty()) opening = problem_.opening_of[b];
      flows_.push_back({u_a, u_b, opening, g / k_a, g / k_b, 0, 0, 0, 0});
    }
  }
}

void TransportSystem::add_exchanges() {
  for (const auto& e : problem_.exchanges) {
    const int field = problem_.wells[e.well].field;
    const double k = partition_of(problem_.fields[field], e.cell);
    flows_.push_back({unknown(e.cell, field), well(e.well), e.opening, e.conductance / k,
                      e.one_way ? 0.0 : e.conductance, 0, 0, 0, 0});
  }
}

void TransportSystem::find_pattern() {
  std::vector<std::set<int>> columns(size_);
  const auto couple = [&](int row, int column) { columns[column].insert(row); };
  for (int k = 0; k < size_; ++k) couple(k, k);
  for (const auto& f : flows_) couple(f.a, f.b), couple(f.b, f.a);
  for (const auto& w : walks_)
    for (const int row : {w.a, w.b})
      for (const int column : {w.a, w.b, w.c_a, w.c_b}) couple(row, column);
  for (int c = 0; c < problem_.mesh.cells(); ++c)
    for (const auto& [f, g] : couplings_)
      if (unknown(c, f) >= 0 && unknown(c, g) >= 0) couple(unknown(c, f), unknown(c, g));
  for (const auto& column : columns) pattern_.emplace_back(column.begin(), column.end());
}

void TransportSystem::find_positions() {
  std::vector<int> starts{0};
  for (const auto& column : pattern_)
    starts.push_back(starts.back() + static_cast<int>(column.size()));
  const auto at = [&](int row, int column) {
    const auto& rows = pattern_[column];
    return starts[column] +
           static_cast<int>(std::lower_bound(rows.begin(), rows.end(), row) - rows.begin());
  };
  for (auto& f : flows_) {
    f.aa = at(f.a, f.a), f.ab = at(f.a, f.b);
    f.ba = at(f.b, f.a), f.bb = at(f.b, f.b);
  }
  for (auto& w : walks_) {
    w.aa = at(w.a, w.a), w.ab = at(w.a, w.b);
    w.ba = at(w.b, w.a), w.bb = at(w.b, w.b);
    w.ac_a = at(w.a, w.c_a), w.ac_b = at(w.a, w.c_b);
    w.bc_a = at(w.b, w.c_a), w.bc_b = at(w.b, w.c_b);
  }
  for (int c = 0; c < problem_.mesh.cells(); ++c)
    for (const auto& [f, g] : couplings_) {
      const int row = unknown(c, f), column = unknown(c, g);
      reaction_places_.push_back(row < 0 || column < 0 ? -1 : at(row, column));
    }
}

TransportSystem::Carried TransportSystem::carried(const Walk& w, std::span<const double> y) {
  const double drift = w.mobility * (y[w.c_b] - y[w.c_a]);
  // Without diffusion, or far beyond it, what there is goes where the gradient points.
  if (w.conductance <= 1e-9 * std::abs(drift)) {
    if (drift > 0.0) return {drift * y[w.a], drift, 0.0, w.mobility * y[w.a]};
    return {drift * y[w.b], 0.0, drift, w.mobility * y[w.b]};
  }
  if (w.conductance == 0.0) return {0.0, 0.0, 0.0, 0.0};
  const double peclet = drift / w.conductance;
  const auto with = bernoulli(-peclet), against = bernoulli(peclet);
  return {w.conductance * (with.value * y[w.a] - against.value * y[w.b]),
          w.conductance * with.value, -w.conductance * against.value,
          -w.mobility * (with.slope * y[w.a] + against.slope * y[w.b])};
}

void TransportSystem::rates(double t, std::span<const double> y, std::span<double> dy) const {
  const int n = fields();
  std::fill(dy.begin(), dy.end(), 0.0);
  if (problem_.reactions) {
    std::vector<double> here(n), rate(n);
    for (int c = 0; c < problem_.mesh.cells(); ++c) {
      const int* place = &unknown_[c * n];
      for (int f = 0; f < n; ++f)
        here[f] = place[f] >= 0 ? y[place[f]] : problem_.fields[f].elsewhere;
      problem_.reactions->rates(t, c, here.data(), rate.data());
      for (int f = 0; f < n; ++f)
        if (place[f] >= 0) dy[place[f]] = rate[f] / capacity_of(problem_.fields[f], c);
    }
  }
  std::vector<double> open;
  for (const auto& o : problem_.openings) open.push_back(o(t));
  for (const auto& f : flows_) {
    double flux = f.to_b * y[f.a] - f.to_a * y[f.b];
    if (f.opening >= 0) flux *= open[f.opening];
    dy[f.a] -= flux * over_volume_[f.a];
    dy[f.b] += flux * over_volume_[f.b];
  }
  for (const auto& w : walks_) {
    const double flux = carried(w, y).flux;
    dy[w.a] -= flux * over_volume_[w.a];
    dy[w.b] += flux * over_volume_[w.b];
  }
}

void TransportSystem::jacobian(double t, std::span<const double> y,
                               std::span<double> values) const {
  const int n = fields();
  std::fill(values.begin(), values.end(), 0.0);
  if (problem_.reactions) {
    std::vector<double> here(n), j(static_cast<std::size_t>(n) * n);
    std::size_t next = 0;
    for (int c = 0; c < problem_.mesh.cells(); ++c) {
      const int* place = &unknown_[c * n];
      for (int f = 0; f < n; ++f)
        here[f] = place[f] >= 0 ? y[place[f]] : problem_.fields[f].elsewhere;
      problem_.reactions->jacobian(t, c, here.data(), j.data());
      for (const auto& [f, g] : couplings_)
        if (const int at = reaction_places_[next++]; at >= 0)
          values[at] += j[f * n + g] / capacity_of(problem_.fields[f], c);
    }
  }
  std::vector<double> open;
  for (const auto& o : problem_.openings) open.push_back(o(t));
  for (const auto& f : flows_) {
    const double share = f.opening >= 0 ? open[f.opening] : 1.0;
    values[f.aa] -= share * f.to_b * over_volume_[f.a];
    values[f.ab] += share * f.to_a * over_volume_[f.a];
    values[f.ba] += share * f.to_b * over_volume_[f.b];
    values[f.bb] -= share * f.to_a * over_volume_[f.b];
  }
  for (const auto& w : walks_) {
    const auto q = carried(w, y);
    const double a = over_volume_[w.a], b = over_volume_[w.b];
    values[w.aa] -= q.by_a * a, values[w.ab] -= q.by_b * a;
    values[w.ba] += q.by_a * b, values[w.bb] += q.by_b * b;
    values[w.ac_a] += q.by_c * a, values[w.ac_b] -= q.by_c * a;
    values[w.bc_a] -= q.by_c * b, values[w.bc_b] += q.by_c * b;
  }
}

double TransportSystem::amount(std::span<const double> y, int field) const {
  double sum = 0.0;
  for (int k = 0; k < size_; ++k)
    if (kind_[k] == field && over_volume_[k] > 0.0) sum += y[k] / over_volume_[k];
  return sum;
}

}  // namespace percuta::fem
