#include "percuta/healing/healing.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "percuta/core/parallel.h"
#include "percuta/healing/cell.h"
#include "percuta/healing/closure.h"
#include "percuta/healing/fields.h"

namespace percuta::healing {
namespace {

constexpr double kThin = 1e-6;  // a level of less is not solved on its own [m]

/// Part of the dermis between two depths below the junction, and the cell that stands for it.
struct Level {
  double top = 0.0, bottom = 0.0;  ///< [m]
  Cell cell;
};

std::vector<Level> levels_of(const Parameters& p, const Wound& w) {
  std::vector<Level> out;
  double top = 0.0;
  for (std::size_t k = 0; k < w.channels.size(); ++k) {
    const double bottom = std::min(w.channels[k].depth - w.epidermis_thickness, w.dermis_thickness);
    if (bottom - top < kThin) continue;
    Level level{top, bottom, {}};
    const double middle = w.epidermis_thickness + 0.5 * (top + bottom);
    double share = 0.0, square = 0.0;
    for (const auto& c : w.channels) {
      if (c.depth <= middle) continue;
      const double radius = radius_at(c, middle);
      share += c.share;
      square += c.share * radius * radius;
    }
    level.cell.channel_radius = std::sqrt(square / share);
    level.cell.density = w.density * share;
    // The channels that bleed are the deep ones.
    level.cell.loops_reached = std::min(1.0, w.loops_reached / share);
    level.cell.sessions = w.sessions;
    level.cell.duration = w.duration;
    out.push_back(std::move(level));
    top = bottom;
  }
  if (!out.empty() || w.channels.empty()) return out;
  // Channels that end in the epidermis send their signal a little way into the dermis.
  Level near{0.0, std::min(p.damage_length, w.dermis_thickness), {}};
  near.cell = {opening_radius(w), w.density, 0.0, false, w.sessions, w.duration};
  out.push_back(near);
  return out;
}

std::vector<CellCourse> solve(const Parameters& p, const std::vector<Level>& levels,
                              const Settings& settings) {
  std::vector<CellCourse> out(levels.size());
  core::in_parallel(levels.size(), settings.threads,
                    [&](std::size_t k, bool) { out[k] = heal_cell(p, levels[k].cell, settings); });
  return out;
}

const std::vector<std::vector<double> Averages::*>& every_series() {
  static const auto all = [] {
    std::vector<std::vector<double> Averages::*> out;
    for (const auto& row : kFieldTable) out.push_back(row.mean);
    for (const auto member : {&Averages::collagen, &Averages::stiffness, &Averages::strength})
      out.push_back(member);
    return out;
  }();
  return all;
}

/// Averages over the dermis between two depths: levels by their share of it, what lies below them
/// as skin that nobody needled.
Averages between(double top, double bottom, const std::vector<Level>& levels,
                 const std::vector<CellCourse>& solved, const Averages& rest) {
  Averages out;
  for (const auto member : every_series()) {
    auto& mean = out.*member;
    mean.assign((rest.*member).size(), 0.0);
    double covered = 0.0;
    for (std::size_t k = 0; k < levels.size(); ++k) {
      const double both =
          std::max(0.0, std::min(bottom, levels[k].bottom) - std::max(top, levels[k].top));
      const double share = bottom > top ? both / (bottom - top) : 0.0;
      if (!(share > 0.0)) continue;
      covered += share;
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += share * (solved[k].*member)[i];
    }
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += (1.0 - covered) * (rest.*member)[i];
  }
  return out;
}

void by_depth(Course& out, const Wound& w, const std::vector<Level>& levels,
              const std::vector<CellCourse>& solved, const Averages& rest) {
  if (solved.empty()) return;
  out.profile_time = solved.front().profile_time;
  out.radius = solved.front().radius;
  out.collagen_profile = solved.front().collagen_profile;
  for (const auto& level : levels) out.depth.push_back(0.5 * (level.top + level.bottom));
  const double below = levels.back().bottom;
  if (w.dermis_thickness - below > kThin) out.depth.push_back(0.5 * (below + w.dermis_thickness));
  for (const double t : out.profile_time) {
    const auto value = [&](const Averages& a, std::vector<double> Averages::*member) {
      Course at;
      at.time = out.time;
      return at_time(at, a.*member, t);
    };
    std::vector<double> collagen, strength;
    for (const auto& course : solved) {
      collagen.push_back(value(course, &Averages::collagen));
      strength.push_back(value(course, &Averages::strength));
    }
    if (collagen.size() < out.depth.size()) {
      collagen.push_back(value(rest, &Averages::collagen));
      strength.push_back(value(rest, &Averages::strength));
    }
    out.collagen_by_depth.push_back(std::move(collagen));
    out.strength_by_depth.push_back(std::move(strength));
  }
}

}  // namespace

double radius_at(const DepthClass& c, double depth) {
  const auto& z = c.profile_depth;
  if (z.empty() || depth >= c.depth) return 0.0;
  const auto above = std::upper_bound(z.begin(), z.end(), depth);
  if (above == z.begin()) return c.profile_radius.front();
  if (above == z.end()) return c.profile_radius.back();
  const auto k = static_cast<std::size_t>(above - z.begin());
  return c.profile_radius[k - 1] +
         (depth - z[k - 1]) / (z[k] - z[k - 1]) * (c.profile_radius[k] - c.profile_radius[k - 1]);
}

double needled_depth(const Wound& w) {
  double out = 0.0, share = 0.0;
  for (const auto& c : w.channels) {
    out += c.share * std::clamp(c.depth - w.epidermis_thickness, 0.0, w.dermis_thickness);
    share += c.share;
  }
  return share > 0.0 ? out / share : 0.0;
}

double opening_radius(const Wound& w) {
  double square = 0.0, share = 0.0;
  for (const auto& c : w.channels) {
    square += c.share * c.opening_radius * c.opening_radius;
    share += c.share;
  }
  return share > 0.0 ? std::sqrt(square / share) : 0.0;
}

double last_session(const Wound& w) { return w.sessions.empty() ? 0.0 : w.sessions.back(); }

double loop_gain(const Parameters& p) {
  return p.macrophage_influx / p.macrophage_saturation * p.alarm_from_macrophages /
         ((p.switching + p.m1_decay) * p.alarm_decay);
}

Course heal(const Parameters& p, const Wound& w, const Settings& settings,
            core::Observer& observer) {
  Course out;
  out.loop_gain = loop_gain(p);
  if (out.loop_gain >= 1.0)
    throw std::invalid_argument("the loop gain of inflammation is 1 or more: it would never end");
  core::report(observer, "healing", 0.0);
  const auto levels = levels_of(p, w);
  const auto solved = solve(p, levels, settings);
  out.time =
      output_times(levels.empty() ? std::vector<double>{} : w.sessions, w.duration, settings);
  const Averages rest = unneedled(p, out.time, settings.relative_tolerance);
  const double needled =
      std::max(needled_depth(w), levels.empty() ? w.dermis_thickness : levels.front().bottom);
  static_cast<Averages&>(out) = between(0.0, needled, levels, solved, rest);
  out.papillary = between(0.0, w.papillary_thickness, levels, solved, rest);
  out.reticular = between(w.papillary_thickness, w.dermis_thickness, levels, solved, rest);
  out.dermis = between(0.0, w.dermis_thickness, levels, solved, rest);
  by_depth(out, w, levels, solved, rest);
  for (const auto& course : solved) {
    out.steps += course.steps;
    out.evaluations += course.evaluations;
  }
  close(out, p, w);
  core::report(observer, "healing", 1.0);
  return out;
}

double at_time(const Course& c, const std::vector<double>& series, double time) {
  constexpr double kInstant = 1e-9 * core::kDay;
  const auto first = std::lower_bound(c.time.begin(), c.time.end(), time - kInstant);
  if (first == c.time.end()) return series.back();
  const auto i = static_cast<std::size_t>(first - c.time.begin());
  if (i == 0 || c.time[i] <= time + kInstant) return series[i];
  return series[i - 1] +
         (time - c.time[i - 1]) / (c.time[i] - c.time[i - 1]) * (series[i] - series[i - 1]);
}

Peak peak(const Course& c, const std::vector<double>& series) {
  Peak best;
  for (std::size_t i = 0; i < series.size(); ++i)
    if (std::abs(series[i] - 1.0) > std::abs(best.change)) best = {c.time[i], series[i] - 1.0};
  return best;
}

}  // namespace percuta::healing
