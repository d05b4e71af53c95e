// Skin and channels as a network of nodes and conductances.

#include "mesh.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace percuta::delivery {
namespace {

using std::numbers::pi;
constexpr int kFewestCells = 6;  // of a layer
/// Where tissue is much the faster, slow fluid below the barrier counts as this many radii more of
/// it: the sum over n of 1/j_0n - 1/j_1n, zeros of Bessel functions.
constexpr double kEnd = 0.2557;
constexpr int kReachSteps = 20;
constexpr double kMostParts = 32.0;
constexpr double kPart = 0.125;  // of a channel just below the barrier, over its radius

/// What a layer lets through per length, in terms of u [m^2/s].
double conductivity(const Layer& l) { return l.partition * l.diffusivity; }

std::vector<int> cells_by_layer(const Problem& p, int cells) {
  double sum = 0.0;
  for (const auto& l : p.layers) sum += std::sqrt(l.thickness);
  std::vector<int> out;
  for (const auto& l : p.layers)
    out.push_back(std::max(p.layers.size() == 1 ? 1 : kFewestCells,
                           static_cast<int>(std::lround(cells * std::sqrt(l.thickness) / sum))));
  return out;
}

/// One class of channels beside the cells of the tissue.
struct Line {
  const Channels& channels;
  double radius_at(double z) const {
    const auto& c = channels;
    return c.radius + (c.tip_radius - c.radius) * std::min(1.0, z / c.depth);
  }
  /// Of the fluid between two depths: the length over pi r_a r_b, a cone's [1/m].
  double resistance(double from, double to) const {
    return (to - from) / (pi * radius_at(from) * radius_at(to));
  }
};

/// As a ring factor, of a channel that feeds tissue over a length alone: round it, and from there
/// on as a half sphere.
double spread_factor(double radius, double length) {
  return std::log1p(length / radius) + length / (radius + length);
}

class Builder {
 public:
  Builder(const Problem& p, const Settings& s)
      : p_(p), last_(p.channels.size(), -1), middle_(p.channels.size()) {
    const bool still = p.vehicle.diffusivity > 0.0 && p.vehicle.donor != Donor::reservoir;
    mesh_.vehicle_nodes = still ? s.vehicle_cells : 1;
    for (int k = 0; k < mesh_.vehicle_nodes; ++k) add_node(0.0);
    for (int k = 0; k + 1 < mesh_.vehicle_nodes; ++k) join(k, k + 1, 1.0, Kind::vehicle);
    for (const auto& l : p.layers) barrier_ += l.barrier ? l.thickness : 0.0;
    const auto below =
        std::find_if(p.layers.begin(), p.layers.end(), [](const Layer& l) { return !l.barrier; });
    for (const auto& c : p.channels)
      reach_.push_back(below == p.layers.end() ? 0.0 : reach(c, conductivity(*below)));
    const auto counts = cells_by_layer(p, s.cells);
    double top = 0.0;
    for (std::size_t k = 0; k < p.layers.size(); ++k) {
      const double step = p.layers[k].thickness / counts[k];
      for (int j = 0; j < counts[k]; ++j) add_cell(k, top + j * step, top + (j + 1) * step, j == 0);
      top += p.layers[k].thickness;
    }
    if (!p.sealed_below) {
      const auto& last = mesh_.cells.back();
      mesh_.to_below = 2.0 * conductivity(p.layers[last.layer]) / (last.bottom - last.top);
    }
    for (int k = 0; k < mesh_.nodes(); ++k) mesh_.first.push_back(k);
    for (const auto& e : mesh_.edges)
      mesh_.first[static_cast<std::size_t>(e.b)] =
          std::min(mesh_.first[static_cast<std::size_t>(e.b)], e.a);
  }
  Mesh take() { return std::move(mesh_); }

 private:
  int add_node(double storage, double sink = 0.0) {
    mesh_.storage.push_back(storage);
    mesh_.sink.push_back(sink);
    return mesh_.nodes() - 1;
  }
  void join(int a, int b, double conductance, Kind kind, std::size_t channels = 0,
            double barrier = 0.0) {
    mesh_.edges.push_back({std::min(a, b), std::max(a, b), conductance, kind, channels, barrier});
  }

  void add_cell(std::size_t layer, double top, double bottom, bool first_of_layer) {
    const auto& l = p_.layers[layer];
    const double half = 0.5 * (bottom - top) / conductivity(l);
    double above = first_of_layer ? 1.0 / l.membrane : 0.0;
    if (!mesh_.cells.empty()) {
      const auto& c = mesh_.cells.back();
      above += 0.5 * (c.bottom - c.top) / conductivity(p_.layers[c.layer]);
    }
    const int node = add_node((bottom - top) * l.partition * (1.0 + l.bound),
                              (bottom - top) * l.partition * l.clearance);
    if (mesh_.cells.empty())
      join(mesh_.vehicle_nodes - 1, node, 1.0 / (above + half), Kind::surface);
    else join(mesh_.cells.back().node, node, 1.0 / (above + half), Kind::tissue);
    mesh_.cells.push_back({node, layer, top, bottom});
    if (!l.barrier)
      for (std::size_t k = 0; k < p_.channels.size(); ++k) add_channels(k, mesh_.cells.back());
  }

  /// Where channels of a class end at the barrier they open into the cell below it; deeper ones lie
  /// beside each cell that they pass.
  void add_channels(std::size_t k, const Cell& cell) {
    const Line line{p_.channels[k]};
    const auto& c = line.channels;
    const auto& tissue = p_.layers[cell.layer];
    const bool top = cell.top <= barrier_ * (1.0 + 1e-12);
    const double tip = 1.0 / (4.0 * conductivity(tissue) * c.tip_radius);
    const double deep = c.depth - cell.top;
    const double dch = p_.channel_diffusivity * p_.channel_conductance;
    const double access = p_.vehicle.diffusivity > 0.0 && p_.vehicle.donor != Donor::reservoir
                              ? 1.0 / (4.0 * p_.vehicle.diffusivity * c.radius)
                              : 0.0;
    const double closing = line.resistance(0.0, std::min(barrier_, c.depth)) / (dch * c.density);
    if (deep <= 1e-9 * c.depth) {
      if (top && c.depth >= barrier_ * (1.0 - 1e-12))
        join(mesh_.vehicle_nodes - 1, cell.node, c.density / (access + tip), Kind::mouth, k,
             closing);
      return;
    }
    // Below the barrier what the fluid holds falls off within a radius where tissue is the faster.
    const double end = std::min(cell.bottom, c.depth), radius = line.radius_at(barrier_);
    const int parts =
        cell.top < barrier_ + 2.0 * radius
            ? static_cast<int>(std::ceil(std::min((end - cell.top) / (kPart * radius), kMostParts)))
            : 1;
    for (int part = 0; part < parts; ++part) {
      const double from = cell.top + (end - cell.top) * part / parts,
                   to = cell.top + (end - cell.top) * (part + 1) / parts,
                   middle = 0.5 * (from + to);
      const int node = add_node(0.0);
      if (top && part == 0)
        join(mesh_.vehicle_nodes - 1, node,
             c.density / (access + line.resistance(barrier_, middle) / dch), Kind::mouth, k,
             closing);
      else
        join(last_[k], node, c.density * dch / line.resistance(middle_[k], middle), Kind::channel,
             k);
      last_[k] = node;
      middle_[k] = middle;
      const double ring = std::min(ring_factor(line.radius_at(middle), outer(middle)),
                                   spread_factor(line.radius_at(middle), reach_[k])) /
                          (2.0 * pi * conductivity(tissue)),
                   fluid = kEnd * kEnd / (pi * dch);
      double wall = (to - from) / (ring + fluid);
      if (part + 1 == parts && c.depth <= cell.bottom)
        wall += 1.0 / (tip + line.resistance(middle, c.depth) / dch);
      join(cell.node, node, c.density * wall, Kind::channel, k);
    }
  }

  /// Over which length below the barrier solute leaves a channel: its own, or that within which
  /// what its fluid holds has fallen off [m].
  double reach(const Channels& c, double tissue) const {
    const Line line{c};
    const double dch = p_.channel_diffusivity * p_.channel_conductance, length = c.depth - barrier_,
                 radius = line.radius_at(barrier_);
    if (!(length > 0.0)) return 0.0;
    double factor = ring_factor(radius, outer(barrier_)), out = length;
    const double ring = factor;
    for (int k = 0; k < kReachSteps; ++k) {
      out = std::min(length, radius * std::sqrt(dch * factor / (2.0 * tissue) + kEnd * kEnd));
      factor = std::min(ring, spread_factor(radius, out));
    }
    return out;
  }

  /// Radius of the tissue that belongs to each channel that gets this deep [m].
  double outer(double depth) const {
    double density = 0.0;
    for (const auto& c : p_.channels) density += c.depth > depth ? c.density : 0.0;
    return 1.0 / std::sqrt(pi * density);
  }

  const Problem& p_;
  Mesh mesh_;
  double barrier_ = 0.0;   // thickness of all barrier layers
  std::vector<int> last_;  // node of each class in the cell above
  std::vector<double> middle_;
  std::vector<double> reach_;  // of each class [m]
};

}  // namespace

Mesh mesh_of(const Problem& p, const Settings& s) { return Builder(p, s).take(); }

}  // namespace percuta::delivery
