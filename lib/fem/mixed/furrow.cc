#include "mixed/furrow.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/format.h>

#include "mixed/layered_mesh.h"
#include "percuta/core/errors.h"

namespace percuta::fem {
namespace {

/// The skin between the middle of a furrow and midway to the next, held at a stretch of what lies
/// at rest.
class HalfFurrow {
 public:
  HalfFurrow(const skin::Skin& skin, const skin::Furrow& furrow, const FurrowSettings& settings)
      : solid_(discretise(furrow_block(skin, furrow, settings), Kinematics::plane_strain, 2),
               materials_of(skin)),
        bottom_(thickness(skin)) {
    newton_.relative_tolerance = settings.tolerance;
    newton_.largest_shift = 0.0;  // what takes more is no rest
    for (const auto& s : solid_.mesh().surface)
      if (s.boundary == 3) surface_.push_back(s.node);
    const auto& nodes = solid_.mesh().nodes;
    std::sort(surface_.begin(), surface_.end(),
              [&](int a, int b) { return nodes[a][0] < nodes[b][0]; });
    surface_.erase(std::unique(surface_.begin(), surface_.end()), surface_.end());
    const double level = furrow_layers(skin).level, hair = 1e-6 * level;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      if (std::abs(nodes[n][1] + level) > hair) continue;
      const int node = static_cast<int>(n);
      if (below_.first < 0 || nodes[n][0] < nodes[below_.first][0]) below_.first = node;
      if (below_.second < 0 || nodes[n][0] > nodes[below_.second][0]) below_.second = node;
    }
    hold(1.0);
  }

  const MixedSolid& solid() const { return solid_; }
  SolidState& state() { return solid_.state(); }

  bool settle() {
    return solid_.solve(Eigen::VectorXd::Zero(solid_.mesh().dofs()), nullptr, nullptr, newton_);
  }

  /// Sides and bottom at a stretch.
  void hold(double stretch) {
    for (const auto& s : solid_.mesh().surface) {
      if (s.boundary == 3) continue;
      solid_.fix(s.node, 0, (stretch - 1.0) * solid_.mesh().nodes[s.node][0]);
      if (s.boundary == 2) solid_.fix(s.node, 1);
    }
    stretch_ = stretch;
  }

  /// Goes from one stretch to another and brings all points along, their volume kept, so that no
  /// cell is crushed at the side.
  void move_to(double stretch) {
    const double along = stretch / stretch_, up = stretch_ / stretch;
    auto& u = solid_.state().displacement;
    for (std::size_t n = 0; n < solid_.mesh().nodes.size(); ++n) {
      const Eigen::Vector3d at = solid_.position(static_cast<int>(n));
      const auto k = static_cast<Eigen::Index>(2 * n);
      u[k] += (along - 1.0) * at[0];
      u[k + 1] += (up - 1.0) * (at[1] + bottom_);
    }
    hold(stretch);
  }

  /// By how much the underside of the dermis has come down below the furrow [m].
  double fold() const {
    return solid_.position(below_.second)[1] - solid_.position(below_.first)[1];
  }

  skin::FurrowSurface surface() const {
    skin::FurrowSurface out;
    for (const int n : surface_) {
      const Eigen::Vector3d at = solid_.position(n);
      out.along.push_back(at[0]);
      out.height.push_back(at[1]);
    }
    return out;
  }

 private:
  static std::vector<LayerMaterial> materials_of(const skin::Skin& skin) {
    std::vector<LayerMaterial> out;
    for (const auto& layer : skin.layers)
      out.push_back(layer_material(layer.law, layer.bulk_over_shear, pre_stretch(skin)));
    return out;
  }

  MixedSolid solid_;
  double bottom_, stretch_ = 1.0;
  MixedSolid::NewtonSettings newton_;
  std::vector<int> surface_;           ///< nodes from the middle of the furrow outward
  std::pair<int, int> below_{-1, -1};  ///< nodes where layers begin to lie level, at either side
};

/// Whether a surface lies beyond its own mirror image: the other flank is in its way.
bool touches(const skin::FurrowSurface& s) {
  return std::any_of(s.along.begin() + 1, s.along.end(), [](double x) { return x < 0.0; }) ||
         std::any_of(s.along.begin(), s.along.end() - 1,
                     [&](double x) { return x > s.along.back(); });
}

/// Where most of the depth is that of the whole skin's fold, there is no furrow to speak of.
void refuse_fold(const HalfFurrow& half, double compression) {
  constexpr double kMost = 0.5;
  if (std::abs(half.fold()) > kMost * depth(half.surface()))
    throw core::SolveError(fmt::format(
        "furrow: at a compression of {:.3g} % the skin folds as a whole between the furrows, more "
        "than they deepen; a smaller healing.wrinkle.spacing or compression may pass",
        100.0 * compression));
}

/// From rest to the whole compression, by steps that shrink where no rest is found.
void press(HalfFurrow& half, double compression, const FurrowSettings& settings) {
  double step = settings.first_step, done = 0.0;
  while (done < compression) {
    const double next = step > 0.999 * (compression - done) ? compression : done + step;
    const SolidState before = half.state();
    half.move_to(1.0 - next);
    if (half.settle() && !touches(half.surface())) {
      refuse_fold(half, next);
      done = next;
      step *= settings.step_growth;
      continue;
    }
    half.state() = before;
    half.hold(1.0 - done);
    step = 0.4 * std::min(step, compression - done);
    if (step < 1e-4)
      throw core::SolveError(fmt::format(
          "furrow: the skin found no rest beyond a compression of {:.3g} %: the furrow creases and "
          "its flanks touch, which is not modelled; a smaller healing.wrinkle.compression may pass",
          100.0 * done));
  }
}

}  // namespace

BlockMesh furrow_block(const skin::Skin& skin, const skin::Furrow& furrow,
                       const FurrowSettings& s) {
  BlockMesh mesh;
  const double edge = 0.5 * furrow.width, middle = 0.5 * furrow.spacing;
  const double largest = s.largest_cell * middle;
  mesh.ticks[0] = even(0.0, edge, static_cast<int>(std::lround(s.cells_per_furrow)));
  double size = edge / s.cells_per_furrow;
  const double finest = size;
  if (middle > edge * (1.0 + 1e-9))
    go_on(mesh.ticks[0], growing(middle - edge, size, s.growth, largest));
  put_below_surface(mesh, skin, depth_lines(skin, finest, s.growth, largest));
  const double stretch = pre_stretch(skin), deepest = furrow.depth / (stretch * stretch);
  const auto layers = furrow_layers(skin);
  mesh.map = [=, level = mesh.map](const Eigen::Vector3d& p) -> Eigen::Vector3d {
    Eigen::Vector3d at = level(p);
    const double share =
        std::clamp((layers.level + at[1]) / (layers.level - layers.follow), 0.0, 1.0);
    const double turn = std::min(at[0] / edge, 1.0) * std::numbers::pi;
    at[1] -= share * deepest * 0.5 * (1.0 + std::cos(turn));
    at[0] *= stretch;
    return at;
  };
  return mesh;
}

skin::FurrowReading compress(const skin::Skin& skin, const skin::Furrow& furrow,
                             FurrowStates& states, skin::TestCost& cost,
                             const FurrowSettings& settings) {
  HalfFurrow half(skin, furrow, settings);
  const SolidState flat = half.state();
  const bool known = states.compressed.displacement.size() == half.solid().mesh().dofs();
  if (known) half.state() = states.at_rest;
  bool rests = half.settle();
  if (!rests && known) {
    half.state() = flat;
    rests = half.settle();
  }
  if (!rests)
    throw core::SolveError(
        "furrow: the skin found no rest under its own tension; a shallower or wider furrow may "
        "pass");
  skin::FurrowReading out;
  out.at_rest = half.surface();
  states.at_rest = half.state();
  half.hold(1.0 - furrow.compression);
  if (known) half.state() = states.compressed;
  if (!known || !half.settle() || touches(half.surface())) {
    half.state() = states.at_rest;
    half.hold(1.0);
    press(half, furrow.compression, settings);
  }
  out.compressed = half.surface();
  refuse_fold(half, furrow.compression);
  states.compressed = half.state();
  cost.unknowns = std::max<long>(cost.unknowns, half.solid().mesh().dofs());
  cost.steps += half.solid().cost().steps;
  cost.iterations += half.solid().cost().iterations;
  return out;
}

std::vector<skin::FurrowReading> compress_all(const std::vector<skin::Skin>& skins,
                                              const skin::Furrow& furrow, skin::TestCost& cost,
                                              core::Observer& observer,
                                              const FurrowSettings& settings) {
  std::vector<skin::FurrowReading> out;
  FurrowStates states;
  for (const auto& skin : skins) {
    core::report(observer, "furrow", double(out.size()) / double(skins.size()));
    out.push_back(compress(skin, furrow, states, cost, settings));
  }
  core::report(observer, "furrow", 1.0);
  return out;
}

}  // namespace percuta::fem
