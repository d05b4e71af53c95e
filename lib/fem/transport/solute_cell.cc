#include "transport/solute_cell.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace percuta::fem {
namespace {

constexpr double kGrowth = 1.3, kPerLayer = 4.0,
                 kPerBarrier = 8.0;  // levels of an even cut of a layer
constexpr double kRim = 0.5;         // height of levels at the rim over the width of rings
enum Opening : int { kMouth = 0, kThere = 1, kMouthThere = 2 };
constexpr int kAcross = 8;  // levels of a cell at which the channel's wall is looked at

/// Depths of the faces between layers, the surface and the bottom among them.
std::vector<double> interfaces(const SoluteCell& s) {
  std::vector<double> out{0.0};
  for (const auto& layer : s.layers) out.push_back(out.back() + layer.thickness);
  return out;
}

std::size_t layer_at(const std::vector<double>& faces, double depth) {
  std::size_t k = 0;
  while (k + 2 < faces.size() && depth > faces[k + 1]) ++k;
  return k;
}

double wall_at(const SoluteCell& s, double depth) {
  const auto& z = s.channel_depth;
  if (z.empty() || depth > z.back()) return 0.0;
  std::size_t k = 1;
  while (k + 1 < z.size() && z[k] < depth) ++k;
  const double share = (depth - z[k - 1]) / (z[k] - z[k - 1]);
  return (1.0 - share) * s.channel_radius[k - 1] + share * s.channel_radius[k];
}

double barrier_depth(const SoluteCell& s) {
  double depth = 0.0, out = 0.0;
  for (const auto& layer : s.layers) {
    depth += layer.thickness;
    if (layer.barrier) out = depth;
  }
  return out;
}

/// The channel through the barrier, a cylinder as wide as it leaves it, with which the wall below
/// goes on without a step.
struct Bore {
  double radius = 0.0;       // its widest where there is no barrier [m]
  double conductance = 1.0;  // of the cone over that of the cylinder [-]
  double volume = 1.0;       // likewise [-]
};

Bore bore_of(const SoluteCell& s) {
  const double end = std::min(barrier_depth(s), s.channel_depth.back());
  if (!(end > 0.0)) return {*std::max_element(s.channel_radius.begin(), s.channel_radius.end())};
  double resistance = 0.0, volume = 0.0, from = 0.0;  // of cones, without pi
  for (const double z : s.channel_depth) {
    const double to = std::min(z, end);
    if (!(to > from)) continue;
    const double a = wall_at(s, from), b = wall_at(s, to);
    resistance += (to - from) / (a * b);
    volume += (to - from) * (a * a + a * b + b * b) / 3.0;
    from = to;
  }
  const double r = wall_at(s, end);
  return {r, end / (resistance * r * r), volume / (end * r * r)};
}

}  // namespace

double fluid_share(const SoluteCell& s, const RingMesh& mesh, int cell) {
  const int ring = mesh.ring_of(cell), level = mesh.level_of(cell);
  const double inner = mesh.radius[ring], outer = mesh.radius[ring + 1];
  if (s.channel_depth.empty()) return 0.0;
  const double barrier = barrier_depth(s);
  if (mesh.level_centre(level) < barrier)
    return mesh.level_centre(level) < s.channel_depth.back() &&
                   mesh.ring_centre(ring) < bore_of(s).radius
               ? 1.0
               : 0.0;
  double out = 0.0;
  for (int k = 0; k < kAcross; ++k) {
    const double z = mesh.depth[level] + (k + 0.5) / kAcross * mesh.height(level);
    const double wall = std::clamp(wall_at(s, z), inner, outer);
    out += (wall * wall - inner * inner) / (outer * outer - inner * inner) / kAcross;
  }
  return out;
}

std::size_t layer_of(const SoluteCell& s, const RingMesh& mesh, int level) {
  return layer_at(interfaces(s), mesh.level_centre(level));
}

namespace {

void add_wells(TransportProblem& p, const SoluteCell& s) {
  const auto& mesh = p.mesh;
  const auto& field = p.fields.front();
  const double area = std::numbers::pi * s.radius * s.radius;
  p.wells.assign(3, {0, area * kCounted});
  const auto faces = interfaces(s);
  const double membrane = s.layers.front().membrane;
  for (int c = 0; c < mesh.cells(); ++c) {
    const int level = mesh.level_of(c), ring = mesh.ring_of(c);
    if (level == 0) {
      const bool mouth = p.opening_of[c] == kMouth;
      double g = half_conductance(mesh, field, c);
      if (std::isfinite(membrane) && !mouth)
        g = 1.0 / (1.0 / g + 1.0 / (membrane * mesh.ring_area(ring)));
      p.exchanges.push_back({c, kDonor, g, mouth ? kMouthThere : kThere});
    }
    if (level + 1 == mesh.levels() && !s.sealed_below)
      p.exchanges.push_back({c, kBelow, half_conductance(mesh, field, c), -1});
    const double tissue = 1.0 - fluid_share(s, mesh, c);
    const auto& layer = s.layers[layer_at(faces, mesh.level_centre(level))];
    if (const double cleared = layer.clearance * tissue * mesh.volume(c) * layer.partition;
        cleared > 0.0)
      p.exchanges.push_back({c, kCleared, cleared, -1, true});
  }
}

}  // namespace

TransportProblem solute_problem(const SoluteCell& s, const RingMesh& mesh) {
  TransportProblem p;
  p.mesh = mesh;
  TransportField field;
  const auto faces = interfaces(s);
  const Bore bore = s.channel_depth.empty() ? Bore{} : bore_of(s);
  for (int c = 0; c < mesh.cells(); ++c) {
    const auto& layer = s.layers[layer_at(faces, mesh.level_centre(mesh.level_of(c)))];
    // A cell that the wall cuts holds and conducts as both parts do side by side.
    const double fluid = fluid_share(s, mesh, c), tissue = 1.0 - fluid;
    const double k = fluid + tissue * layer.partition;
    field.partition.push_back(k);
    field.diffusivity.push_back(
        (fluid * s.channel_diffusivity + tissue * layer.partition * layer.diffusivity) / k);
    field.capacity.push_back((fluid + tissue * layer.partition * (1.0 + layer.bound)) / k);
    p.opening_of.push_back(layer.barrier && fluid > 0.5 ? kMouth : -1);
    if (p.opening_of.back() == kMouth) {
      field.diffusivity.back() *= bore.conductance;
      field.capacity.back() *= bore.volume;
    }
  }
  p.fields = {std::move(field)};
  const auto always = [](double) { return 1.0; };
  const std::function<double(double)> open = s.open ? s.open : always,
                                      there = s.there ? s.there : always;
  p.openings = {open, there, [=](double t) { return open(t) * there(t); }};
  for (std::size_t l = 1; l < s.layers.size(); ++l)
    if (std::isfinite(s.layers[l].membrane))
      for (int k = 0; k + 1 < mesh.levels(); ++k)
        if (std::abs(mesh.depth[k + 1] - faces[l]) < 1e-12)
          p.membranes.push_back({0, k, s.layers[l].membrane});
  add_wells(p, s);
  return p;
}

namespace {

/// Height of levels next to a face of a layer; what passes the horny one is slowest there.
double level_of(const delivery::Layer& layer) {
  return layer.thickness / (layer.barrier ? kPerBarrier : kPerLayer);
}

/// A face at the end of the channel, or fine levels at one that lies there already.
void add_tip(std::vector<Stop>& stops, double tip, double size) {
  if (tip >= stops.back().at) return;
  for (auto& stop : stops)
    if (std::abs(stop.at - tip) < 0.1 * std::min(size, stop.size)) {
      stop.size = std::min(stop.size, size);
      return;
    }
  const auto next =
      std::find_if(stops.begin(), stops.end(), [&](const Stop& s) { return s.at > tip; });
  stops.insert(next, {tip, size});
}

}  // namespace

RingMesh solute_mesh(const SoluteCell& s, int rings, double fineness) {
  const auto faces = interfaces(s);
  const double growth = std::pow(kGrowth, 1.0 / fineness);
  RingMesh mesh;
  double size = s.radius / rings;
  if (s.channel_depth.empty()) {
    mesh.radius = {0.0, s.radius};
  } else {
    const double wall = bore_of(s).radius;
    const auto of_size = [&](double at_wall) {
      return graded({{0.0, 2.0 * at_wall}, {wall, at_wall}, {s.radius, 0.25 * s.radius / fineness}},
                    growth);
    };
    double low = 1e-3 * wall, high = s.radius;
    for (int k = 0; k < 40; ++k) {
      size = std::sqrt(low * high);
      mesh.radius = of_size(size);
      (mesh.rings() > rings ? low : high) = size;
    }
    size = high;
    mesh.radius = of_size(size);
  }
  std::vector<Stop> stops;
  for (std::size_t k = 0; k < faces.size(); ++k) {
    const double above = k > 0 ? level_of(s.layers[k - 1]) : level_of(s.layers[k]);
    const double below = k < s.layers.size() ? level_of(s.layers[k]) : above;
    stops.push_back({faces[k], std::min(above, below) / fineness});
    // Where the channel leaves the barrier flux crowds at its rim.
    const bool rim = !s.channel_depth.empty() && faces[k] > 0.0 && faces[k] == barrier_depth(s) &&
                     s.channel_depth.back() >= faces[k];
    if (rim) stops.back().size = std::min(stops.back().size, kRim * size);
  }
  if (!s.channel_depth.empty()) add_tip(stops, s.channel_depth.back(), size);
  mesh.depth = graded(stops, growth);
  return mesh;
}

}  // namespace percuta::fem
