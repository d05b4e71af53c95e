#include "piercing/piercing_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"

namespace percuta::fem {

using core::format_quantity;
using insertion::Motion;
using insertion::Part;
using insertion::SolidOptions;

namespace {

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
  throw core::InputError({{"solid level", 0, 0, 1, message, "", hint}});
}

// How far above the surface the tip of a tilted needle is when something of the needle first
// touches it.
double lift_of(const device::Needle& needle, double tilt) {
  const auto shape = make_shape(needle);
  const double reach = 3.0 * needle.shank_radius / std::cos(tilt);
  double low = 0.0, high = reach;
  for (int k = 0; k < 60; ++k) {
    Pose pose;
    pose.tilt = tilt;
    pose.tip[2] = 0.5 * (low + high);
    double nearest = reach;
    for (int i = -300; i <= 300; ++i)
      nearest = std::min(nearest, distance(*shape, pose, {reach * i / 300.0, 0.0, 0.0}).gap);
    (nearest < 0.0 ? low : high) = pose.tip[2];
  }
  return high;
}

}  // namespace

NeedleMotion::NeedleMotion(const SolidOptions& options, const device::Needle& needle)
    : options_(options), needle_length_(needle.length) {
  if (options.motion == Motion::path) {
    follow();
    reach_ += needle.shank_radius;
    return;
  }
  if (options.motion == Motion::push) {
    deepest_ = options.displacement > 0.0 ? options.displacement : needle.length;
    end_ = 2.0 * deepest_;
    if (options.tilt != 0.0) lift_ = lift_of(needle, options.tilt);
    depth_ = -at(deepest_).tip[2];
    reach_ =
        needle.shank_radius / std::cos(options.tilt) + deepest_ * std::abs(std::sin(options.tilt));
    return;
  }
  const double r = options.drum_radius, l = needle.length;
  depth_ = l;
  deepest_ = std::acos(r / (r + l));
  end_ = 2.0 * deepest_;
  reach_ = 0.0;
  for (int k = 0; k <= 200; ++k) reach_ = std::max(reach_, aside(at(end_ * k / 200.0)));
  reach_ += needle.shank_radius;
}

std::vector<Eigen::Vector3d> NeedleMotion::way(double spacing) const {
  double travel = 0.0;
  for (int k = 0; k < 100; ++k) travel += length(end_ * k / 100.0, end_ * (k + 1) / 100.0);
  const int count = static_cast<int>(std::ceil(travel / spacing));
  std::vector<Eigen::Vector3d> tips;
  for (int k = 0; k <= count; ++k)
    if (const Pose p = at(end_ * k / count); p.tip[2] <= 0.0) tips.push_back(p.tip);
  return tips;
}

// How far from the middle the axis of the needle is below the surface.
double NeedleMotion::aside(const Pose& p) {
  return std::max(std::abs(p.tip[0]), std::abs(p.tip[0] - p.tip[2] * std::tan(p.tilt)));
}

void NeedleMotion::follow() {
  if (options_.path.size() < 2)
    refuse("a path of fewer than two poses", "two different ones or more");
  passed_ = {0.0};
  for (std::size_t k = 1; k < options_.path.size(); ++k) {
    const auto &a = options_.path[k - 1], &b = options_.path[k];
    const double length = std::hypot(b.along - a.along, b.depth - a.depth) +
                          needle_length_ * std::abs(b.tilt - a.tilt);
    if (!(length > 0.0))
      refuse("a pose of the path is the one before again", "each different from the one before");
    passed_.push_back(passed_.back() + length);
  }
  end_ = passed_.back();
  deepest_ = depth_ = reach_ = 0.0;
  for (std::size_t k = 0; k < options_.path.size(); ++k) {
    const Pose p = at(passed_[k]);
    reach_ = std::max(reach_, p.tip[2] < 0.0 ? aside(p) : std::abs(p.tip[0]));
    if (-p.tip[2] < depth_)
      continue;  // of poses as deep the last: until then it has not begun to leave
    depth_ = -p.tip[2];
    deepest_ = passed_[k];
  }
}

bool NeedleMotion::leaves() const { return at(end_).tip[2] >= 0.0; }

double NeedleMotion::corner(double after) const {
  const auto next = std::upper_bound(passed_.begin(), passed_.end(), after + 1e-12 * end_);
  return next == passed_.end() ? std::numeric_limits<double>::infinity() : *next;
}

double NeedleMotion::entry() const {
  if (options_.motion == Motion::push) return 0.0;
  if (options_.motion == Motion::roll) return at(0.0).tip[0];
  const auto in = std::find_if(options_.path.begin() + 1, options_.path.end(),
                               [](const auto& p) { return p.depth > 0.0; });
  const auto& above = *(in - 1);
  return above.along - above.depth / (in->depth - above.depth) * (in->along - above.along);
}

Pose NeedleMotion::at(double progress) const {
  Pose p;
  if (options_.motion == Motion::push) {
    const double travel = progress <= deepest_ ? progress : 2.0 * deepest_ - progress;
    p.tilt = options_.tilt;
    p.tip = {-travel * std::sin(p.tilt), 0.0, lift_ - travel * std::cos(p.tilt)};
    return p;
  }
  if (options_.motion == Motion::path) {
    const auto next = std::upper_bound(passed_.begin() + 1, passed_.end() - 1, progress);
    const auto k = static_cast<std::size_t>(next - passed_.begin());
    const auto &a = options_.path[k - 1], &b = options_.path[k];
    const double share = (progress - passed_[k - 1]) / (passed_[k] - passed_[k - 1]);
    p.tilt = a.tilt + share * (b.tilt - a.tilt);
    p.tip = {a.along + share * (b.along - a.along), 0.0, -a.depth - share * (b.depth - a.depth)};
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
  return (b.tip - a.tip).norm() +
         (options_.motion != Motion::push ? needle_length_ * std::abs(b.tilt - a.tilt) : 0.0);
}

namespace {

std::vector<double> mirrored(std::vector<double> ticks) {
  std::vector<double> out;
  for (auto it = ticks.rbegin(); it != ticks.rend(); ++it)
    if (*it > 0.0) out.push_back(-*it);
  out.insert(out.end(), ticks.begin(), ticks.end());
  return out;
}

std::string key(const skin::Layer& layer) {
  std::string name = layer.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return "skin.layers." + name + ".";
}

// Over what length a crack comes apart: toughness over the energy density at the strength, which a
// law that stiffens with the power alpha of the stretch stores when its stress is alpha times as
// large.
double fracture_zone(const skin::Layer& layer) {
  double alpha = 2.0;
  for (const auto& t : ogden_terms(layer.law)) alpha = std::max(alpha, std::abs(t.alpha));
  return alpha * layer.toughness / layer.strength;
}

// A path begins outside the skin, goes into it and stays in the middle of the block.
void check_path(const device::Needle& needle, const SolidOptions& options,
                const NeedleMotion& motion) {
  const auto& first = options.path.front();
  const double lift = lift_of(needle, first.tilt);
  if (-first.depth < lift - 0.1 * needle.tip_radius)  // a first step may be as long
    refuse(fmt::format("insertion.path: at its first row the needle is in the skin already, the "
                       "tip {} below the surface",
                       format_quantity(first.depth, "um", 4)),
           fmt::format("a depth of at most {} there",
                       format_quantity(lift > 1e-9 ? -lift : 0.0, "um", 4)));
  if (motion.depth() <= 0.0)
    refuse("insertion.path: the tip stays above the skin", "a row with a depth above zero");
  if (motion.reach() > 0.4 * options.block_radius)
    refuse(
        fmt::format("insertion.path: the needle goes {} to the side, the block of skin ends at {}",
                    format_quantity(motion.reach(), "mm", 3),
                    format_quantity(options.block_radius, "mm", 3)),
        fmt::format("at most {}", format_quantity(0.4 * options.block_radius, "mm", 3)));
}

}  // namespace

double machine_memory() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
}

PiercingPlan plan_piercing(const skin::Skin& skin, const device::Needle& needle,
                           const SolidOptions& options, const NeedleMotion& motion) {
  PiercingPlan plan;
  const double thick = thickness(skin);
  const bool on_path = options.motion == Motion::path;
  if (motion.depth() > 0.98 * thick) {
    const std::string asked = on_path                      ? "insertion.path"
                              : options.displacement > 0.0 ? "insertion.displacement"
                                                           : "device.needle.length";
    refuse(fmt::format("{} {}: the tip would go that deep, the skin is {} thick", asked,
                       format_quantity(motion.depth(), "mm", 3), format_quantity(thick, "mm", 3)),
           fmt::format(
               "at most {}{}", format_quantity(0.98 * thick, "mm", 3),
               asked != "device.needle.length" ? "" : ", or a smaller insertion.displacement"));
  }
  if (on_path) check_path(needle, options, motion);
  else if (motion.depth() <= 0.0)
    refuse(fmt::format("insertion.tilt {}: after {} of travel the side of the needle presses on "
                       "the skin, but its tip is still {} above the surface",
                       format_quantity(options.tilt, "deg", 3),
                       format_quantity(motion.deepest(), "mm", 3),
                       format_quantity(-motion.depth(), "um", 3)),
           fmt::format(
               "a insertion.displacement above {}",
               format_quantity(lift_of(needle, options.tilt) / std::cos(options.tilt), "mm", 3)));
  if (needle.tip_radius * std::cos(needle.half_angle) >= needle.shank_radius)
    refuse(fmt::format("device.needle.tip_radius {}: the needle cuts itself, this tip does not fit "
                       "a shank of radius {}",
                       format_quantity(needle.tip_radius, "um", 3),
                       format_quantity(needle.shank_radius, "um", 3)),
           "allowed below device.needle.shank_radius");
  if (options.hold > 0.0) {
    if (std::all_of(skin.layers.begin(), skin.layers.end(),
                    [](const auto& l) { return l.relaxation.empty(); }))
      refuse(
          fmt::format("insertion.hold {}: no layer of this skin relaxes, so nothing would change",
                      format_quantity(options.hold, "s", 3)),
          "give layers a relaxation, as data/cases/fibres.toml does");
    if (options.speed <= 0.0)
      refuse(fmt::format("insertion.hold {}: a slow push has no time left to pass",
                         format_quantity(options.hold, "s", 3)),
             "a insertion.speed of the push, as \"1 mm/s\"");
  }
  const double at_tip_size = needle.tip_radius / options.cells_per_tip_radius;
  double finest = at_tip_size;  // no wider than the thinnest layer that opens
  for (const auto& layer : skin.layers)
    if (layer.strength > 0.0) finest = std::min(finest, layer.thickness);
  const double tip_size = finest;
  const double along = std::max(finest, needle.shank_radius / options.cells_per_shank);
  const double quarter_turn = std::fmod(skin.langer_angle, 0.5 * std::numbers::pi);
  const bool fibres = std::any_of(skin.layers.begin(), skin.layers.end(),
                                  [](const auto& l) { return !l.fibres.empty(); });
  plan.hold_sides =
      fibres && std::min(std::abs(quarter_turn), 0.5 * std::numbers::pi - std::abs(quarter_turn)) >
                    1e-6;  // fibres at an angle to the slit
  plan.solver = options.solver;
  plan.part = options.part;
  if (plan.hold_sides) plan.part = Part::whole;
  else if (plan.part == Part::quarter && (options.motion != Motion::push || options.tilt != 0.0 ||
                                          needle.shape == device::Shape::lancet))
    plan.part = Part::half;
  const double beside = needle.shape == device::Shape::lancet
                            ? 2.0 * needle.shank_radius
                            : 0.0;  // its rod stands beside its tip
  plan.crack_half_width =
      motion.reach() + beside +
      (options.motion == Motion::push && options.tilt == 0.0 ? 0.25 : 0.5) * needle.shank_radius;

  // Where a crack may run: down through every layer that has a strength.
  double bottom = 0.0;
  plan.crack_depth = 0.0;
  const double stretch = pre_stretch(skin);
  bool open = true;
  for (const auto& layer : skin.layers) {
    plan.materials.push_back(solid_material(skin, layer, stretch, options.largest_bulk));
    const double top = bottom;
    bottom += layer.thickness;
    open = open && layer.strength > 0.0;
    if (!open || top > motion.depth()) continue;
    const double separation = 2.0 * layer.toughness / layer.strength;
    if (separation > 2.0 * needle.shank_radius)
      refuse(fmt::format("{}toughness {}: over a strength of {} that asks for an opening of {}, so "
                         "the layer cannot separate round this needle, {} across",
                         key(layer), format_quantity(layer.toughness, "J/m^2", 6),
                         format_quantity(layer.strength, "MPa", 3),
                         format_quantity(separation, "um", 4),
                         format_quantity(2.0 * needle.shank_radius, "um", 3)),
             fmt::format("at most {} with this strength; or a higher strength, or a thicker needle",
                         format_quantity(needle.shank_radius * layer.strength, "J/m^2", 5)));
    if (layer.thickness < 0.25 * at_tip_size)
      refuse(fmt::format("{}thickness {}: thinner than the finest cells, {}", key(layer),
                         format_quantity(layer.thickness, "um", 3),
                         format_quantity(at_tip_size, "um", 3)),
             "raise insertion.cells_per_tip_radius, or leave the layer out");
    plan.crack_depth = std::min(bottom, motion.depth() + 1.5 * along);
    // Cells that do not resolve the zone in which the crack comes apart trap it: it would need a
    // force of their making.
    const double zone = fracture_zone(layer), wanted = zone / options.cells_per_fracture_zone;
    const double size = std::max({wanted, needle.shank_radius / 80.0, needle.tip_radius / 40.0});
    if (size < along && top < motion.depth())
      plan.front_layers.push_back({top, bottom, size, zone});
    if (size > 1.01 * wanted)
      plan.warnings.push_back(
          fmt::format("{}strength: the crack comes apart over {}, the finest cells there are {}: "
                      "they add to the puncture force",
                      key(layer), format_quantity(zone, "um", 2), format_quantity(size, "um", 2)));
  }
  if (plan.crack_depth <= 0.0)
    refuse(fmt::format("{}strength {}: the layer has no strength, so nothing can open",
                       key(skin.layers.front()),
                       format_quantity(skin.layers.front().strength, "MPa", 3)),
           "write for example strength = \"21.6 MPa\" (allowed above 0)");
  for (const auto& f : plan.front_layers) finest = std::min(finest, f.size);
  plan.finest = finest;

  // Coarse boxes: even near the needle, wider towards the side and the bottom; layer boundaries are
  // kept.
  auto& mesh = plan.mesh;
  int levels = 0;
  std::vector<double> ticks{0.0};
  if (options.spacing > 0.0) {  // the sides of the block are mirrors half-way to the next needles
    const double half = 0.5 * options.spacing;
    if (half < plan.crack_half_width)
      refuse(fmt::format("insertion.spacing {}: the slits of neighbouring needles would meet",
                         format_quantity(options.spacing, "um", 3)),
             fmt::format("at least {} for this needle",
                         format_quantity(2.0 * plan.crack_half_width, "um", 3)));
    const double boxes = std::ceil(half / 0.28e-3);
    mesh.nominal = half / boxes;
    while (mesh.nominal * std::pow(0.5, levels) > finest) ++levels;
    for (int k = 1; k <= static_cast<int>(boxes); ++k) ticks.push_back(k * mesh.nominal);
  } else {
    while (finest * std::pow(2.0, levels) < 0.28e-3) ++levels;
    mesh.nominal = finest * std::pow(2.0, levels);
    double size = mesh.nominal;
    while (ticks.back() < options.block_radius - 0.5 * size) {
      ticks.push_back(ticks.back() + size);
      if (ticks.back() > motion.reach() + 0.6e-3) size *= 1.45;
    }
  }
  mesh.deepest = levels + 2;
  mesh.ticks[1] = ticks;
  mesh.ticks[0] = plan.part == Part::quarter ? ticks : mirrored(ticks);
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
  const double tip = needle.tip_radius, touch = motion.entry();
  const double slit = plan.crack_half_width - 0.5 * along;
  plan.always.push_back({{-slit, 0.0, -plan.crack_depth}, {slit, 0.0, 0.0}, along});
  if (const double on_way = std::max(tip / options.cells_along_path, tip_size);
      options.cells_along_path > 0.0 && on_way < along)
    for (const auto& p : motion.way(tip))
      plan.always.push_back(
          {p - Eigen::Vector3d(tip, p[1], tip), p + Eigen::Vector3d::Constant(tip), on_way});
  plan.at_tip = tip_size;
  plan.at_first.push_back(
      {{touch - 1.5 * tip, 0.0, -1.5 * tip}, {touch + 1.5 * tip, 1.5 * tip, 0.0}, tip_size});
  const double fracture =
      std::max(0.5 * needle.shank_radius, 1.5 * std::min(tip, 0.5 * needle.shank_radius));
  for (const auto& f : plan.front_layers)
    plan.at_first.push_back(
        {{touch - fracture, 0.0, -f.bottom}, {touch + fracture, 0.0, -f.top}, f.size});
  return plan;
}

BoxMesh fitting_mesh(const PiercingPlan& plan, const std::vector<FinePart>& fine) {
  BoxMeshSettings settings = plan.mesh;
  std::vector<FinePart> parts = plan.always;
  parts.insert(parts.end(), fine.begin(), fine.end());
  settings.split = [parts](const Eigen::Vector3d& low, const Eigen::Vector3d& high) {
    const double width = high[0] - low[0];
    return std::any_of(parts.begin(), parts.end(), [&](const FinePart& p) {
      const Eigen::Vector3d apart = (low - p.high).cwiseMax(p.low - high).cwiseMax(0.0);
      return width > 1.3 * (p.size + 0.5 * apart.norm());
    });
  };
  // A cell is three unknowns, about; the factor grows with the power 1.4 of them, 108 MB at 30 000,
  // conjugate gradients take 8 kB each (measured).
  const double factor = 3e4 * std::pow(0.8 * machine_memory() / 108e6, 1.0 / 1.4),
               gradients = 0.8 * machine_memory() / 8e3;
  const double unknowns =
      plan.solver == insertion::Solver::direct ? factor : std::max(factor, gradients);
  settings.most =
      static_cast<std::size_t>(unknowns / (plan.part == Part::whole ? 6.0 : 3.0) * 8.0 / 7.0) +
      1000;
  try {
    return box_mesh(settings);
  } catch (const std::length_error&) {
    refuse(fmt::format(
               "this mesh needs more memory than the machine has: over {:.1g} unknowns, {:.1f} GB",
               unknowns, machine_memory() * 1e-9),
           "fewer insertion.cells_per_tip_radius or insertion.cells_per_shank, or a machine with "
           "more memory");
  }
}

void check_memory(double bytes) {
  if (bytes > 0.8 * machine_memory())
    refuse(fmt::format("this mesh needs about {:.1f} GB, the machine has {:.1f} GB", bytes * 1e-9,
                       machine_memory() * 1e-9),
           "fewer insertion.cells_per_tip_radius or insertion.cells_per_shank, or a machine with "
           "more memory");
}

}  // namespace percuta::fem
