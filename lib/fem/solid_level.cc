#include "solid_level.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <numbers>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>
#include <Eigen/Eigenvalues>

#include "blas.h"
#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"

namespace percuta::fem {

using core::format_quantity;
using insertion::Motion;
using insertion::SolidInsertion;
using insertion::SolidOptions;

NeedleMotion::NeedleMotion(const SolidOptions& options, const device::Needle& needle) : options_(options), needle_length_(needle.length) {
  if (options.motion == Motion::push) {
    depth_ = options.displacement > 0.0 ? options.displacement : needle.length;
    deepest_ = depth_;
    end_ = 2.0 * depth_;
    reach_ = needle.shank_radius;
    return;
  }
  const double r = options.drum_radius, l = needle.length;
  depth_ = l;
  deepest_ = std::acos(r / (r + l));
  end_ = 2.0 * deepest_;
  reach_ = 0.0;
  for (int k = 0; k <= 200; ++k) {  // the axis of the needle where it crosses the surface, and the tip
    const Pose p = at(end_ * k / 200.0);
    reach_ = std::max({reach_, std::abs(p.tip[0]), std::abs(p.tip[0] - p.tip[2] * std::tan(p.tilt))});
  }
  reach_ += needle.shank_radius;
}

Pose NeedleMotion::at(double progress) const {
  Pose p;
  if (options_.motion == Motion::push) {
    p.tip[2] = progress <= depth_ ? -progress : progress - 2.0 * depth_;
    return p;
  }
  // A drum of radius r rolls by r phi while its needle turns by phi, upright at the deepest point.
  const double r = options_.drum_radius, l = needle_length_, phi = progress - deepest_;
  p.tilt = phi;
  p.tip = {r * phi - (r + l) * std::sin(phi), 0.0, r - (r + l) * std::cos(phi)};
  return p;
}

double NeedleMotion::length(double from, double to) const {
  const Pose a = at(from), b = at(to);
  return (b.tip - a.tip).norm() + (options_.motion == Motion::roll ? needle_length_ * std::abs(b.tilt - a.tilt) : 0.0);
}

namespace {

[[noreturn]] void refuse(const std::string& message, const std::string& hint) { throw core::InputError({{"solid level", 0, 0, 1, message, "", hint}}); }

std::vector<double> mirrored(std::vector<double> ticks) {
  std::vector<double> out;
  for (auto it = ticks.rbegin(); it != ticks.rend(); ++it)
    if (*it > 0.0) out.push_back(-*it);
  out.insert(out.end(), ticks.begin(), ticks.end());
  return out;
}

// Kirchhoff stress of a material whose axes are principal, pressure included [Pa].
double normal_stress(const SolidMaterial& m, const Eigen::Vector3d& stretch) {
  std::vector<skin::OgdenTerm> terms;
  for (const auto& [mu, alpha] : m.ogden) terms.push_back({mu, alpha});
  const double j = stretch.prod();
  double tau = skin::isochoric_response(terms, stretch.asDiagonal()).kirchhoff[2] + j * skin::Volumetric{m.bulk}.pressure(j);
  const double scale = std::pow(j, -2.0 / 3.0);
  for (const auto& f : m.fibres) {
    const Eigen::Vector3d along = stretch.cwiseProduct(f.direction), squares = stretch.cwiseAbs2();
    const double level = scale * (f.kappa * squares.sum() + (1.0 - 3.0 * f.kappa) * along.squaredNorm());
    const double taut = std::max(0.0, level - 1.0);
    const double normal = scale * (f.kappa * squares[2] + (1.0 - 3.0 * f.kappa) * along[2] * along[2]);
    tau += 2.0 * f.k1 * taut * std::exp(f.k2 * taut * taut) * (normal - level / 3.0);
  }
  return tau;
}

SolidMaterial material_of(const skin::Skin& skin, const skin::Layer& layer, double stretch, double largest_bulk) {
  SolidMaterial m;
  for (const auto& t : ogden_terms(layer.law)) m.ogden.emplace_back(t.mu, t.alpha);
  m.bulk = std::min(layer.bulk_over_shear, largest_bulk) * shear_modulus(layer.law);
  m.cohesive = {layer.strength, layer.toughness, 0.0};
  for (const auto& f : layer.fibres) {
    const double angle = skin.langer_angle + f.angle;
    m.fibres.push_back({f.k1, f.k2, f.dispersion, {std::cos(angle), std::sin(angle), 0.0}});
  }
  double slow = 1.0;
  for (const auto& r : layer.relaxation) slow -= r.share;
  for (const auto& r : layer.relaxation) m.relaxation.emplace_back(r.share / slow, r.time);
  // The stretch that leaves the surface's normal free of stress, by bisection.
  double low = 0.2, high = 2.0;
  for (int k = 0; k < 200; ++k) {
    const double middle = 0.5 * (low + high);
    (normal_stress(m, {stretch, stretch, middle}) < 0.0 ? low : high) = middle;
  }
  m.pre_stretch = {stretch, stretch, 0.5 * (low + high)};
  return m;
}

}  // namespace

PiercingPlan plan_piercing(const skin::Skin& skin, const device::Needle& needle, const SolidOptions& options, const NeedleMotion& motion) {
  PiercingPlan plan;
  const double thick = thickness(skin);
  if (motion.depth() > 0.98 * thick)
    refuse(fmt::format("the tip would go {} deep, the skin is {} thick", format_quantity(motion.depth(), "mm", 3), format_quantity(thick, "mm", 3)),
           "choose a shorter needle or a smaller --displacement");
  if (needle.tip_radius * std::cos(needle.half_angle) >= needle.shank_radius)
    refuse(fmt::format("the needle cuts itself: a tip of radius {} does not fit a shank of radius {}", format_quantity(needle.tip_radius, "um", 3),
                       format_quantity(needle.shank_radius, "um", 3)),
           "device.needle.tip_radius must be below device.needle.shank_radius");
  const double at_tip_size = needle.tip_radius / options.cells_per_tip_radius;
  double finest = at_tip_size;  // no wider than the thinnest layer that opens
  for (const auto& layer : skin.layers)
    if (layer.strength > 0.0) finest = std::min(finest, layer.thickness);
  plan.finest = finest;
  const double along = std::max(finest, needle.shank_radius / options.cells_per_shank);
  plan.quarter = options.motion == Motion::push && !options.half_model && needle.shape != "lancet";
  const double beside = needle.shape == "lancet" ? 2.0 * needle.shank_radius : 0.0;  // its rod stands beside its tip
  plan.crack_half_width = motion.reach() + beside + (options.motion == Motion::push ? 0.25 : 0.5) * needle.shank_radius;

  const double quarter_turn = std::fmod(skin.langer_angle, 0.5 * std::numbers::pi);
  const bool fibres = std::any_of(skin.layers.begin(), skin.layers.end(), [](const auto& l) { return !l.fibres.empty(); });
  if (fibres && std::min(quarter_turn, 0.5 * std::numbers::pi - quarter_turn) > 1e-6)
    refuse("skin.langer_angle: fibres must be symmetric to the plane in which the needle moves",
           "0 deg, rolling along the Langer lines, or 90 deg, across them");

  // Where a crack may run: down through every layer that has a strength.
  double bottom = 0.0;
  plan.crack_depth = 0.0;
  const double stretch = pre_stretch(skin);
  bool open = true;
  for (const auto& layer : skin.layers) {
    plan.materials.push_back(material_of(skin, layer, stretch, options.largest_bulk));
    const double top = bottom;
    bottom += layer.thickness;
    open = open && layer.strength > 0.0;
    if (!open || top > motion.depth()) continue;
    const double separation = 2.0 * layer.toughness / layer.strength;
    if (separation > 2.0 * needle.shank_radius)
      refuse(
          fmt::format("skin.layers: the {} cannot separate round this needle: toughness {} over strength {} asks for an opening of {}, the shank is {} across",
                      layer.name, format_quantity(layer.toughness, "J/m^2", 4), format_quantity(layer.strength, "MPa", 3), format_quantity(separation, "um", 3),
                      format_quantity(2.0 * needle.shank_radius, "um", 3)),
          "2 toughness / strength must be below the shank's diameter: a higher strength, a lower toughness or a thicker needle");
    if (layer.thickness < 0.25 * at_tip_size)
      refuse(fmt::format("skin.layers: the {} is {} thick, thinner than the finest cells, {}", layer.name, format_quantity(layer.thickness, "um", 3),
                         format_quantity(at_tip_size, "um", 3)),
             "raise --cells-per-tip-radius, or leave the layer out");
    plan.crack_depth = std::min(bottom, motion.depth() + 1.5 * along);
  }
  if (plan.crack_depth <= 0.0)
    refuse(fmt::format("skin.layers: the {} has no strength, so nothing can open", skin.layers.front().name), "write for example strength = \"21.6 MPa\"");

  // Coarse boxes: even near the needle, wider towards the side and the bottom; layer boundaries are kept.
  auto& mesh = plan.mesh;
  int levels = 0;
  while (finest * std::pow(2.0, levels) < 0.28e-3) ++levels;
  mesh.nominal = finest * std::pow(2.0, levels);
  mesh.deepest = levels + 2;
  std::vector<double> ticks{0.0};
  double size = mesh.nominal;
  while (ticks.back() < options.block_radius - 0.5 * size) {
    ticks.push_back(ticks.back() + size);
    if (ticks.back() > motion.reach() + 0.6e-3) size *= 1.45;
  }
  mesh.ticks[1] = ticks;
  mesh.ticks[0] = plan.quarter ? ticks : mirrored(ticks);
  std::vector<double> depth{0.0};
  for (const auto& layer : skin.layers) {
    const double top = depth.back(), end = top + layer.thickness;
    std::vector<double> heights;
    double sum = 0.0, height = mesh.nominal;
    while (sum < layer.thickness - 1e-12) {
      if (top + sum > motion.depth() + 0.6e-3) height *= 1.45;
      heights.push_back(std::min(height, layer.thickness - sum));
      sum += heights.back();
    }
    if (heights.size() > 1 && heights.back() < 0.4 * heights[heights.size() - 2]) {
      heights[heights.size() - 2] += heights.back();
      heights.pop_back();
    }
    for (const double h : heights) depth.push_back(std::min(depth.back() + h, end));
    depth.back() = end;
  }
  for (auto it = depth.rbegin(); it != depth.rend(); ++it) mesh.ticks[2].push_back(-*it);
  mesh.layer = [&skin](double z) { return static_cast<int>(layer_at(skin, -z)); };
  const double half_width = plan.crack_half_width, crack = plan.crack_depth, tip = needle.tip_radius;
  const double touch = options.motion == Motion::roll ? motion.at(0.0).tip[0] : 0.0;
  mesh.split = [=](const Eigen::Vector3d& low, const Eigen::Vector3d& high) {
    const double width = high[0] - low[0];
    const auto outside = [&](double centre, double half, double low_x, double high_x) {
      return std::max({0.0, low_x - (centre + half), centre - half - high_x});
    };
    // A zone of finest cells where the tip first touches, another along the plane in which the skin may open.
    const Eigen::Vector3d at_tip(outside(touch, 1.5 * tip, low[0], high[0]), std::max(0.0, low[1] - 1.5 * tip), std::max(0.0, -1.5 * tip - high[2]));
    const Eigen::Vector3d at_slit(outside(0.0, half_width - 0.5 * along, low[0], high[0]), low[1], std::max(0.0, -crack - high[2]));
    const double target = std::min(finest + 0.5 * at_tip.norm(), along + 0.5 * at_slit.norm());
    return width > 1.3 * target;
  };
  return plan;
}

namespace {

double mean_open_depth(const PiercedBlock& block, double half_cell) {
  // The cut goes down as far as nodes near one vertical line are separated without a gap from the surface on: take the
  // deepest over all lines.
  std::vector<const PiercedBlock::CrackNode*> nodes;
  for (const auto& s : block.surface())
    if (s.crack_area > 0.0) nodes.push_back(&s);
  std::sort(nodes.begin(), nodes.end(), [](const auto* a, const auto* b) { return a->at[0] != b->at[0] ? a->at[0] < b->at[0] : a->at[2] > b->at[2]; });
  double deepest = 0.0, line = 1e9;
  bool whole = false;
  for (const auto* s : nodes) {
    if (std::abs(s->at[0] - line) > 0.1 * half_cell) {
      line = s->at[0];
      whole = s->at[2] > -1e-12;
    }
    whole = whole && s->largest >= s->law.separation();
    if (whole) deepest = std::max(deepest, -s->at[2]);
  }
  return deepest;
}

insertion::SolidField field_of(const PiercedBlock& block, const std::vector<SolidMaterial>& materials, bool quarter) {
  insertion::SolidField f;
  const auto& mesh = block.mesh();
  f.quarter = quarter;
  f.displacement = -block.pose().tip[2];
  f.tip = {block.pose().tip[0], block.pose().tip[1], block.pose().tip[2]};
  f.tilt = block.pose().tilt;
  f.opening.assign(mesh.nodes.size(), 0.0);
  for (std::size_t n = 0; n < mesh.nodes.size(); ++n) {
    const auto u = block.displacement(static_cast<int>(n));
    f.points.push_back({mesh.nodes[n][0], mesh.nodes[n][1], mesh.nodes[n][2]});
    f.displacements.push_back({u[0], u[1], u[2]});
  }
  for (const auto& s : block.surface())
    if (s.crack_area > 0.0) f.opening[s.node] = std::max(0.0, 2.0 * f.displacements[s.node][1]);
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
    std::vector<skin::OgdenTerm> terms;
    for (const auto& [mu, alpha] : m.ogden) terms.push_back({mu, alpha});
    double largest = 0.0;
    if (j > 0.0) {
      const auto t = skin::isochoric_response(terms, full).kirchhoff;
      Eigen::Matrix3d stress;
      stress << t[0], t[3], t[5], t[3], t[1], t[4], t[5], t[4], t[2];
      largest = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(stress, Eigen::EigenvaluesOnly).eigenvalues()[2] / j;
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
      width = std::max(width, 2.0 * block.displacement(nodes[i]->node)[1]);
    }
    if (high < low) continue;
    c.at_depth.push_back(-z);
    c.slit_length.push_back(block.quarter() ? 2.0 * high : high - low);
    c.slit_width.push_back(std::max(0.0, width));
  }
  return c;
}

// Checkpoints: plain bytes, valid for the same input and build.
class Bytes {
 public:
  std::string text;
  std::size_t at = 0;
  template <class T>
  void put(const T& v) {
    text.append(reinterpret_cast<const char*>(&v), sizeof(T));
  }
  template <class T>
  void put_all(const T* v, std::size_t n) {
    put(n);
    text.append(reinterpret_cast<const char*>(v), n * sizeof(T));
  }
  template <class T>
  T get() {
    T v{};
    need(sizeof(T));
    std::memcpy(static_cast<void*>(&v), text.data() + at, sizeof(T));
    at += sizeof(T);
    return v;
  }
  template <class T>
  std::vector<T> get_all() {
    const auto n = get<std::size_t>();
    need(n * sizeof(T));
    std::vector<T> v(n);
    std::memcpy(static_cast<void*>(v.data()), text.data() + at, n * sizeof(T));
    at += n * sizeof(T);
    return v;
  }

 private:
  void need(std::size_t n) const {
    if (at + n > text.size()) throw core::InputError({{"checkpoint", 0, 0, 1, "ends too early", "", "start again without --resume"}});
  }
};

struct Progress {
  double done = 0.0, step = 0.0;
  int next_frame = 0;
  double peak = 0.0, largest_error = 0.0;
  bool punctured = false, after_snap = false;
  std::size_t deepest_layer = 0;
  long quiet_steps = 0, quiet_iterations = 0;
};

Eigen::VectorXd to_eigen(const std::vector<double>& v) { return Eigen::Map<const Eigen::VectorXd>(v.data(), static_cast<Eigen::Index>(v.size())); }

std::string pack(const PiercedBlock::Saved& s, const Progress& p, const SolidInsertion& r, std::size_t identity) {
  Bytes b;
  b.put(identity);
  b.put(p);
  b.put_all(s.u.data(), s.u.size());
  b.put_all(s.last_u.data(), s.last_u.size());
  b.put_all(s.change.data(), s.change.size());
  b.put(s.pose);
  b.put(s.last_pose);
  b.put_all(s.largest.data(), s.largest.size());
  b.put_all(s.pressure.data(), s.pressure.size());
  b.put_all(s.normal.data(), s.normal.size());
  b.put(s.force);
  b.put(s.moment);
  b.put(s.force_slope);
  b.put(s.moment_slope);
  b.put(s.peak_force);
  b.put(s.penalty);
  b.put(s.balance);
  b.put(s.last_travel);
  b.put_all(s.history.data(), s.history.size());
  b.put_all(r.steps.data(), r.steps.size());
  b.put(r.events.size());
  for (const auto& e : r.events) {
    b.put_all(e.name.data(), e.name.size());
    b.put(e.displacement);
    b.put(e.force);
    b.put(e.step);
  }
  b.put(r.cost.iterations);
  b.put(r.cost.factorisations);
  b.put(r.cost.cut_backs);
  b.put(r.cost.seconds);
  return b.text;
}

PiercedBlock::Saved unpack(const std::string& text, Progress& p, SolidInsertion& r, std::size_t identity) {
  Bytes b;
  b.text = text;
  if (b.get<std::size_t>() != identity)
    throw core::InputError({{"checkpoint", 0, 0, 1, "belongs to another case", "", "resume with the case, the options and the build that made it"}});
  PiercedBlock::Saved s;
  p = b.get<Progress>();
  s.u = to_eigen(b.get_all<double>());
  s.last_u = to_eigen(b.get_all<double>());
  s.change = to_eigen(b.get_all<double>());
  s.pose = b.get<Pose>();
  s.last_pose = b.get<Pose>();
  s.largest = b.get_all<double>();
  s.pressure = b.get_all<double>();
  s.normal = b.get_all<Eigen::Vector3d>();
  s.force = b.get<Eigen::Vector3d>();
  s.moment = b.get<double>();
  s.force_slope = b.get<Eigen::Vector3d>();
  s.moment_slope = b.get<double>();
  s.peak_force = b.get<double>();
  s.penalty = b.get<double>();
  s.balance = b.get<EnergyBalance>();
  s.last_travel = b.get<double>();
  s.history = b.get_all<double>();
  r.steps = b.get_all<insertion::SolidStep>();
  r.events.resize(b.get<std::size_t>());
  for (auto& e : r.events) {
    const auto name = b.get_all<char>();
    e.name.assign(name.begin(), name.end());
    e.displacement = b.get<double>();
    e.force = b.get<double>();
    e.step = b.get<std::size_t>();
  }
  r.cost.iterations = b.get<long>();
  r.cost.factorisations = b.get<long>();
  r.cost.cut_backs = b.get<long>();
  r.cost.seconds = b.get<double>();
  return s;
}

std::size_t identity_of(const skin::Skin& skin, const device::Needle& n, const SolidOptions& o) {
  std::string k =
      n.shape + fmt::format(" {:a} {:a} {:a} {:a} {:a} {:a} {} {:a} {:a} {} {} {:a} {:a} {:a} {:a} {:a} {} {:a} {:a}", skin.tension, skin.friction, n.length,
                            n.shank_radius, n.tip_radius, n.half_angle, static_cast<int>(o.motion), o.displacement, o.drum_radius, o.withdraw, o.half_model,
                            o.cells_per_tip_radius, o.cells_per_shank, o.block_radius, o.largest_bulk, o.step, o.threads, o.speed, skin.langer_angle);
  for (const auto& l : skin.layers) {
    k += fmt::format("|{:a} {:a} {:a} {:a} {}", l.thickness, l.bulk_over_shear, l.toughness, l.strength, describe(l.law));
    for (const auto& f : l.fibres) k += fmt::format(" {:a} {:a} {:a} {:a}", f.k1, f.k2, f.dispersion, f.angle);
    for (const auto& t : l.relaxation) k += fmt::format(" {:a} {:a}", t.share, t.time);
  }
  return std::hash<std::string>{}(k);
}

double memory() { return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE)); }

// The mesh, or a refusal when neither it nor its matrix would fit the machine.
BoxMesh fitting_mesh(BoxMeshSettings settings) {
  // A cell is three unknowns, about; the factor grows with the power 1.4 of them, 108 MB at 30 000 (measured).
  const double unknowns = 3e4 * std::pow(0.8 * memory() / 108e6, 1.0 / 1.4);
  settings.most = static_cast<std::size_t>(unknowns / 3.0 * 8.0 / 7.0) + 1000;
  try {
    return box_mesh(settings);
  } catch (const std::length_error&) {
    refuse(fmt::format("this mesh needs more memory than the machine has: over {:.1g} unknowns, {:.1f} GB", unknowns, memory() * 1e-9),
           "fewer --cells-per-tip-radius or --cells-per-shank, or a machine with more memory");
  }
}

void check_memory(double bytes) {
  if (bytes > 0.8 * memory())
    refuse(fmt::format("this mesh needs about {:.1f} GB, the machine has {:.1f} GB", bytes * 1e-9, memory() * 1e-9),
           "fewer --cells-per-tip-radius or --cells-per-shank, or a machine with more memory");
}

}  // namespace

SolidInsertion insert_solid(const skin::Skin& skin, const device::Needle& needle, const SolidOptions& options, core::Observer& observer,
                            const std::function<void(const std::string&)>& checkpoint, const std::string& resume) {
  const auto start = std::chrono::steady_clock::now();
  const NeedleMotion motion(options, needle);
  const PiercingPlan plan = plan_piercing(skin, needle, options, motion);
  const auto shape = make_shape(needle);
  PiercingSettings settings;
  settings.friction = skin.friction;
  settings.threads = options.threads;
  const double hardest = plan.materials.front().bulk / options.largest_bulk;
  const double finest = plan.finest;
  settings.contact_penalty = std::max(3e12, 30.0 * hardest / finest);
  settings.least_penalty = settings.contact_penalty;
  settings.overlap = std::max(0.05 * needle.tip_radius, 0.3e-6);
  settings.crack_stiffness = 1e13;
  settings.step_cap = std::max(needle.tip_radius, needle.shank_radius / options.cells_per_shank);
  settings.elastic_slip = std::max(0.03 * needle.tip_radius, 0.3e-6);
  settings.tolerance = 1e-4;
  PiercedBlock block(
      fitting_mesh(plan.mesh), plan.materials, *shape, plan.quarter,
      [&](const Eigen::Vector3d& x) { return std::abs(x[0]) < plan.crack_half_width && -x[2] < plan.crack_depth; }, settings);

  SolidInsertion r;
  r.cost.unknowns = block.unknowns();
  r.cost.cells = static_cast<long>(block.mesh().cells.size());
  r.cost.lanes = block.lanes();
  r.cost.threads = options.threads;
  r.cost.blas = blas_name();
  r.cost.megabytes = block.bytes() * 1e-6;
  check_memory(block.bytes());
  r.start_line = fmt::format("{} unknowns, {} cells, {:.0f} MB; {} lane{}, {} thread{}, BLAS {}", r.cost.unknowns, r.cost.cells, r.cost.megabytes, r.cost.lanes,
                             r.cost.lanes == 1 ? "" : "s", options.threads, options.threads == 1 ? "" : "s", r.cost.blas.empty() ? "reference" : r.cost.blas);
  observer.note(r.start_line);
  if (r.cost.blas.empty()) r.warnings.push_back("the BLAS in use is the slow reference one: install libopenblas0-pthread for runs several times faster");
  if (r.cost.lanes == 1) r.warnings.push_back("the processor offers no wide vectors: cell kernels run one cell at a time");

  Progress p;
  const double typical = std::min(needle.tip_radius, 0.2 * needle.shank_radius);
  const double largest_step = options.step > 0.0 ? options.step : std::clamp(0.125 * needle.shank_radius, 0.2 * typical, 12e-6);
  p.step = std::min(0.1 * needle.tip_radius, largest_step);
  const double end = options.withdraw ? motion.end() : motion.deepest();
  const std::size_t identity = identity_of(skin, needle, options);
  if (!resume.empty()) block.restore(unpack(resume, p, r, identity));
  const double before = r.cost.seconds;
  auto saved = std::chrono::steady_clock::now();
  const auto frame_at = [&](int k) { return end * k / std::max(1, options.frames); };

  const double per_progress = motion.length(0.5 * motion.deepest(), 0.5 * motion.deepest() + 1e-6 * motion.deepest()) / (1e-6 * motion.deepest());
  while (p.done < end * (1.0 - 1e-12)) {
    if (observer.stop_requested()) {
      if (checkpoint) checkpoint(pack(block.save(), p, r, identity));
      throw core::Interrupted();
    }
    observer.progress("through the skin", p.done / end);
    double next = p.done + p.step / per_progress;
    if (p.done < motion.deepest() * (1.0 - 1e-12)) next = std::min(next, motion.deepest());
    next = std::min(next, end);
    const Pose pose = motion.at(next);
    auto state = block.save();
    const double duration = options.speed > 0.0 ? motion.length(p.done, next) / options.speed : std::numeric_limits<double>::infinity();
    const auto step = block.move_to(pose, duration);
    r.cost.iterations += step.iterations;
    r.cost.factorisations += step.factorisations;
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
    p.done = next;

    insertion::SolidStep s;
    s.displacement = -pose.tip[2];
    s.along = pose.tip[0];
    s.tilt = pose.tilt;
    s.force = -block.force()[2];
    s.lateral_force = block.force()[0];
    s.pierced_depth = mean_open_depth(block, 0.5 * finest);
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
    if (s.leaving && last_force != 0.0 && block.contacts() == 0 && (r.events.empty() || r.events.back().name != "free of the needle"))
      event("free of the needle");
    r.steps.push_back(s);
    while (options.frames > 0 && p.next_frame <= options.frames && p.done >= frame_at(p.next_frame) * (1.0 - 1e-9)) {
      if (p.next_frame == 0 || p.done < frame_at(p.next_frame + 1)) r.fields.push_back(field_of(block, plan.materials, plan.quarter));
      ++p.next_frame;
    }
    if (step.iterations <= 4) p.step = std::min(1.4 * p.step, largest_step);
    else if (step.iterations > 8 && !step.snapped) p.step = std::max(0.7 * p.step, 0.2 * largest_step);

    r.cost.seconds = before + std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (checkpoint && std::chrono::steady_clock::now() - saved > std::chrono::seconds(30)) {
      checkpoint(pack(block.save(), p, r, identity));
      saved = std::chrono::steady_clock::now();
    }
    if (s.leaving && block.contacts() == 0 && s.displacement < 0.2 * r.steps.front().displacement + needle.tip_radius) break;
  }
  observer.progress("through the skin", 1.0);
  if (r.steps.empty()) throw core::SolveError("solid level: the first steps did not converge; check the laws of the top layers");
  r.complete = r.ended.empty();
  if (!r.complete) r.warnings.push_back(r.ended);
  r.balance_error = p.peak > 0.0 ? p.largest_error / p.peak : 0.0;
  r.channel = channel_left(block, r.steps.back().pierced_depth);
  r.cost.steps = static_cast<long>(r.steps.size());
  r.cost.mean_iterations = p.quiet_steps > 0 ? static_cast<double>(p.quiet_iterations) / static_cast<double>(p.quiet_steps) : 0.0;
  const bool relaxes = std::any_of(skin.layers.begin(), skin.layers.end(), [](const auto& l) { return !l.relaxation.empty(); });
  if (relaxes) r.warnings.push_back("skin that relaxes uses up energy inside: the balance leaves it out");
  else if (r.balance_error > 0.01)
    r.warnings.push_back(
        fmt::format("energies do not balance within 1 %: off by {:.1f} % of the largest work; a smaller --step helps", 100.0 * r.balance_error));
  if (plan.crack_depth < motion.depth() && r.steps.back().pierced_depth > plan.crack_depth - 2.0 * finest)
    r.warnings.push_back("the crack reached the end of what may open: the layer below has no strength given");
  return r;
}

}  // namespace percuta::fem
