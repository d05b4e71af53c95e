#include "transport/healing_level.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/parallel.h"
#include "percuta/healing/cell.h"
#include "percuta/healing/closure.h"
#include "transport/by_depth.h"
#include "transport/healing_cell.h"

namespace percuta::fem {

using namespace healing::field;
using healing::Mean;

namespace {

/// The classes of a wound with their cells.
struct Classes {
  RingMesh mesh;
  std::vector<double> share;
  std::vector<std::unique_ptr<HealingCell>> cells;
  bool cut = false;
};

Classes classes_of(const healing::Parameters& p, const healing::Wound& w,
                   const healing::Settings& s) {
  StiffSettings stiff;
  // An error of order 4 in a step of this length is far below its tolerance.
  stiff.relative_tolerance = std::min(1e-3, 100.0 * s.relative_tolerance);
  stiff.absolute_tolerance = 1e-3 * stiff.relative_tolerance;
  stiff.most_negative = std::max(1e-6, s.relative_tolerance);
  Classes out;
  out.cut = !w.channels.empty() && !w.sessions.empty();
  out.mesh = healing_mesh(p, w, healing_rings(s.cells));
  if (!out.cut) {
    out.share = {1.0};
    out.cells.push_back(std::make_unique<HealingCell>(p, w, nullptr, 0.0, out.mesh, stiff));
    return out;
  }
  double all = 0.0, deeper = 1.0;
  for (const auto& c : w.channels) all += c.share;
  for (const auto& c : w.channels) {
    const double share = c.share / all;
    deeper -= share;
    // The channels that bleed are the deep ones.
    const double bleeding = std::clamp((w.loops_reached - deeper) / share, 0.0, 1.0);
    out.share.push_back(share);
    out.cells.push_back(std::make_unique<HealingCell>(p, w, &c, bleeding, out.mesh, stiff));
  }
  return out;
}

/// Moments of the course, averaged over the classes.
struct Moments {
  std::vector<std::vector<Mean>> levels;      // of each moment
  std::vector<std::vector<double>> collagen;  // by ring, next to the junction
  std::vector<healing::Section> sections;
};

/// From one session to the next, the classes on several threads.
void between_sessions(Classes& classes, const std::vector<Mean>& about,
                      std::span<const double> times, std::span<const char> asked, int threads,
                      Moments& out, const std::function<void(double)>& progress) {
  const std::size_t n = classes.cells.size();
  std::vector<std::vector<CellMoment>> seen(n, std::vector<CellMoment>(times.size()));
  std::atomic<std::size_t> done{0};
  core::in_parallel(n, threads, [&](std::size_t k, bool here) {
    classes.cells[k]->cut(about, times.front());
    const auto visit = [&](std::size_t i, const CellMoment& m) {
      seen[k][i] = m;
      ++done;
      if (here) progress(static_cast<double>(done) / static_cast<double>(n * times.size()));
    };
    try {
      classes.cells[k]->advance(times, visit, [&](std::size_t i) { return asked[i] != 0; });
    } catch (const core::SolveError& e) {
      throw core::SolveError(fmt::format(
          "healing: {}; try another healing.relative_tolerance, or more healing.cells", e.what()));
    }
  });
  for (std::size_t i = 0; i < times.size(); ++i) {
    std::vector<Mean> levels(seen[0][i].levels.size());
    std::vector<double> collagen(seen[0][i].collagen.size(), 0.0);
    for (std::size_t k = 0; k < n; ++k) {
      const double share = classes.share[k];
      for (std::size_t l = 0; l < levels.size(); ++l) add(levels[l], seen[k][i].levels[l], share);
      for (std::size_t r = 0; r < collagen.size(); ++r)
        collagen[r] += share * seen[k][i].collagen[r];
    }
    out.levels.push_back(std::move(levels));
    out.collagen.push_back(std::move(collagen));
    if (asked[i])
      for (std::size_t k = 0; k < n; ++k)
        out.sections[k].fields.push_back(std::move(seen[k][i].cells));
  }
}

void profiles(healing::Course& out, const healing::Wound& w, const std::vector<char>& asked,
              int first, const RingMesh& mesh, const Moments& moments) {
  for (int k = first; k < mesh.levels(); ++k)
    out.depth.push_back(mesh.level_centre(k) - w.epidermis_thickness);
  for (int k = 0; k < mesh.rings(); ++k) out.radius.push_back(mesh.ring_centre(k));
  for (std::size_t i = 0; i < out.time.size(); ++i) {
    if (!asked[i]) continue;
    std::vector<double> collagen, strength;
    for (int k = first; k < mesh.levels(); ++k) {
      const auto& at = moments.levels[i][k];
      collagen.push_back(at.fields[X1] + at.fields[X3]);
      strength.push_back(at.strength);
    }
    out.profile_time.push_back(out.time[i]);
    out.collagen_by_depth.push_back(std::move(collagen));
    out.strength_by_depth.push_back(std::move(strength));
    out.collagen_profile.push_back(moments.collagen[i]);
  }
}

void check(const healing::Wound& w) {
  for (const auto& c : w.channels)
    for (const double r : c.profile_radius) healing::demand_room(r, w.density);
}

}  // namespace

int healing_rings(int cells) { return std::max(8, cells / 8); }

healing::Course heal_axisymmetric(const healing::Parameters& p, const healing::Wound& w,
                                  const healing::Settings& s, core::Observer& observer) {
  healing::Course out;
  out.loop_gain = healing::loop_gain(p);
  if (out.loop_gain >= 1.0)
    throw std::invalid_argument("the loop gain of inflammation is 1 or more: it would never end");
  check(w);
  core::report(observer, "healing", 0.0);
  Classes classes = classes_of(p, w, s);
  out.time = healing::output_times(classes.cut ? w.sessions : std::vector<double>{}, w.duration, s);
  const auto asked = profile_asked(out.time, s, w.duration);
  const int dermis = classes.cells.front()->first_dermis_level();
  Moments moments;
  for (const double share : classes.share)
    moments.sections.push_back({share, classes.mesh.radius, classes.mesh.depth, dermis, {}});
  std::vector<Mean> about = classes.cells.front()->moment().levels;
  for (std::size_t first = 0; first < out.time.size();) {
    std::size_t last = first + 1;
    while (last < out.time.size() && out.time[last] - out.time[last - 1] > kInstant) ++last;
    const std::span<const double> times(&out.time[first], last - first);
    const std::span<const char> profiles(&asked[first], last - first);
    between_sessions(classes, about, times, profiles, s.threads, moments, [&](double share) {
      core::report(observer, "healing",
                   (times.front() + share * (times.back() - times.front())) / w.duration);
    });
    about = moments.levels.back();
    first = last;
  }
  average_by_depth(out, p, w, classes.mesh.depth, moments.levels);
  profiles(out, w, asked, dermis, classes.mesh, moments);
  if (classes.cut) out.sections = std::move(moments.sections);
  for (const auto& cell : classes.cells) {
    out.steps += cell->cost().steps;
    out.evaluations += cell->cost().evaluations;
  }
  healing::close(out, p, w);
  core::report(observer, "healing", 1.0);
  return out;
}

}  // namespace percuta::fem
