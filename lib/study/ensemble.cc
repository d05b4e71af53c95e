#include "ensemble.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "percuta/healing/model.h"
#include "percuta/study/run.h"
#include "pressing.h"

namespace percuta::study {

namespace {

/// The class whose depth is nearest.
std::size_t nearest_class(const std::vector<healing::DepthClass>& classes, double depth) {
  const auto off = [depth](const healing::DepthClass& c) { return std::abs(c.depth - depth); };
  return static_cast<std::size_t>(
      std::min_element(classes.begin(), classes.end(),
                       [&](const auto& a, const auto& b) { return off(a) < off(b); }) -
      classes.begin());
}

/// The channels of the square in the middle of the treated skin, and those that reach into it.
healing::PlacedChannels placed(const Case& c, const channel::ChannelField& field,
                               const healing::Wound& w) {
  constexpr double kReach = 0.1e-3;  // from beyond the patch [m]
  const auto box = channel::bounding_box(field.patch);
  const double side = c.healing_options.patch, left = 0.5 * (box.left + box.right - side),
               bottom = 0.5 * (box.bottom + box.top - side);
  healing::PlacedChannels out{side, side, {}};
  out.sessions.resize(w.sessions.size());
  for (std::size_t k = 0; k < field.positions.size() && !w.channels.empty(); ++k) {
    const double x = field.positions[k][0] - left, y = field.positions[k][1] - bottom;
    if (!field.is_channel(k) || x < -kReach || x > side + kReach || y < -kReach ||
        y > side + kReach)
      continue;
    out.sessions[static_cast<std::size_t>(field.session[k])].push_back(
        {x, y, nearest_class(w.channels, field.depth[k])});
  }
  return out;
}

}  // namespace

std::string level_of_bands(const HealingOptions& o) {
  return o.level == healing::kPatchLevel ? "axisymmetric" : o.level;
}

healing::Wound wound_of(const Case& c, const Result& r) {
  healing::Wound w;
  for (const auto& [share, depth] : channel::depth_classes(r.depths, c.healing_options.classes)) {
    const auto channel = open_channel(c, depth);
    w.channels.push_back(
        {share, depth, channel.opening_radius, channel.profile_depth, channel.profile_radius});
  }
  w.density = channels_per_area(r);
  w.needle_width = 1.0 / c.channels.width_ratio;
  for (const auto& layer : c.skin.layers) {
    if (layer.role == skin::Role::stratum_corneum) w.stratum_corneum_thickness += layer.thickness;
    if (layer.role == skin::Role::dermis && w.papillary_thickness == 0.0)
      w.papillary_thickness = layer.thickness;
  }
  w.epidermis_thickness = epidermis_thickness(c.skin);
  w.dermis_thickness = dermis_thickness(c.skin);
  w.loops_reached = r.bleeding_shares.share_opening;
  w.sessions = protocol::session_times(c.protocol);
  w.duration = c.healing_options.days;
  if (c.healing_options.level == healing::kPatchLevel) w.placed = placed(c, r.field, w);
  return w;
}

healing::Wound coarser(healing::Wound w) {
  constexpr std::size_t classes = healing::kBandClasses;
  const std::size_t n = w.channels.size();
  if (n <= classes) return w;
  std::vector<healing::DepthClass> out;
  for (std::size_t k = 0; k < classes; ++k) {
    const std::size_t first = n * k / classes, last = n * (k + 1) / classes;
    auto one = w.channels[(first + last) / 2];
    one.share = 0.0;
    for (std::size_t i = first; i < last; ++i) one.share += w.channels[i].share;
    out.push_back(std::move(one));
  }
  w.channels = std::move(out);
  return w;
}

healing::Settings coarser(const HealingOptions& options) {
  constexpr double kTolerance = 1e-3;
  healing::Settings out;
  out.cells = std::min(healing::kBandCells, options.cells);
  out.relative_tolerance = std::max(kTolerance, options.relative_tolerance);
  out.profile_times = options.report_days;
  out.finite_elements = healing_model;
  return out;
}

}  // namespace percuta::study
