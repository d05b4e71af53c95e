#include "transport/patch_level.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/healing/cell.h"
#include "percuta/healing/closure.h"
#include "transport/healing_patch.h"

namespace percuta::fem {

using core::kDay;
using healing::Mean;

namespace {

constexpr int kMapSquares = 120;  // along the longer side of the map
constexpr int kBins = 30;         // of the distance from the nearest channel

/// Follows the horizontal means from step to step, and reads them at the times asked for.
class Reader {
 public:
  Reader(const HealingPatch& patch, const std::vector<double>& times)
      : patch_(patch), times_(times) {}
  /// Of each of the times that have been seen.
  const std::vector<std::vector<Mean>>& moments() const { return moments_; }
  /// Goes on where another stood.
  void go_on(std::vector<std::vector<Mean>> moments) {
    moments_ = std::move(moments);
    first_ = false;
  }
  /// What is next among the times stands at the first state that is seen: a session, or the start.
  void begin() { first_ = true; }
  void see(double t, std::span<const double> y, std::span<const double> dy) {
    auto now = patch_.means(y, dy);
    for (; moments_.size() < times_.size(); first_ = false) {
      const std::size_t next = moments_.size();
      // The second of a session's two moments is that after the cut.
      const bool after_cut = next > 0 && times_[next] - times_[next - 1] < kInstant;
      if (times_[next] > t + kInstant || (after_cut && !first_)) break;
      moments_.push_back(first_ ? now.value : between(last_time_, last_, t, now, times_[next]));
    }
    last_ = std::move(now);
    last_time_ = t;
    first_ = false;
  }

 private:
  /// The cubic through two states with their rates.
  static std::vector<Mean> between(double t0, const HealingPatch::Means& from, double t1,
                                   const HealingPatch::Means& to, double t) {
    const double h = t1 - t0, s = std::clamp((t - t0) / h, 0.0, 1.0), r = 1.0 - s;
    std::vector<Mean> out(from.value.size());
    for (std::size_t k = 0; k < out.size(); ++k) {
      add(out[k], from.value[k], r * r * (1.0 + 2.0 * s));
      add(out[k], to.value[k], s * s * (3.0 - 2.0 * s));
      add(out[k], from.rate[k], h * s * r * r);
      add(out[k], to.rate[k], -h * s * s * r);
    }
    return out;
  }
  const HealingPatch& patch_;
  const std::vector<double>& times_;
  std::vector<std::vector<Mean>> moments_;
  HealingPatch::Means last_;
  double last_time_ = 0.0;
  bool first_ = true;
};

StiffSettings to_tolerance(const healing::Settings& s) {
  StiffSettings out;
  // An error of order 2 in a step that is estimated by one of order 1 is far below its tolerance.
  out.relative_tolerance = std::clamp(1e4 * s.relative_tolerance, 1e-4, 3e-2);
  out.absolute_tolerance = 1e-3 * out.relative_tolerance;
  out.most_negative = std::max(1e-4, out.absolute_tolerance);
  return out;
}

/// What stands in the course at a day of report.
void report(healing::Course& out, const HealingPatch& patch, double time, double bin) {
  out.profile_time.push_back(time);
  out.map.collagen.push_back(patch.seen_from_above(out.map.side, out.map.columns, out.map.rows));
  const auto binned = patch.by_distance(bin, kBins);
  std::vector<double> profile;
  out.radius.clear();
  for (int k = 0; k < kBins; ++k) {
    if (!(binned[2 * k] > 0.0)) continue;  // no box's middle is at that distance
    out.radius.push_back((k + 0.5) * bin);
    profile.push_back(binned[2 * k + 1] / binned[2 * k]);
  }
  out.collagen_profile.push_back(std::move(profile));
}

void lay_map(healing::Course& out, const healing::Wound& w) {
  const double longer = std::max(w.placed.width, w.placed.height);
  out.map.side = longer / kMapSquares;
  out.map.columns = std::max(1, static_cast<int>(std::lround(w.placed.width / out.map.side)));
  out.map.rows = std::max(1, static_cast<int>(std::lround(w.placed.height / out.map.side)));
}

void profiles(healing::Course& out, const healing::Wound& w, const std::vector<double>& faces,
              const std::vector<std::vector<Mean>>& moments) {
  for (const double t : out.profile_time) {
    const auto i = static_cast<std::size_t>(
        std::lower_bound(out.time.begin(), out.time.end(), t - kInstant) - out.time.begin());
    std::vector<double> collagen, strength;
    for (std::size_t k = 0; k + 1 < faces.size(); ++k) {
      if (0.5 * (faces[k] + faces[k + 1]) < w.epidermis_thickness) continue;
      const auto& at = moments[i][k];
      collagen.push_back(at.fields[healing::field::X1] + at.fields[healing::field::X3]);
      strength.push_back(at.strength);
    }
    out.collagen_by_depth.push_back(std::move(collagen));
    out.strength_by_depth.push_back(std::move(strength));
  }
  for (std::size_t k = 0; k + 1 < faces.size(); ++k)
    if (const double middle = 0.5 * (faces[k] + faces[k + 1]); middle > w.epidermis_thickness)
      out.depth.push_back(middle - w.epidermis_thickness);
}

/// What is read at days of report.
void take(healing::Course& to, const healing::Course& from) {
  to.profile_time = from.profile_time;
  to.radius = from.radius;
  to.collagen_profile = from.collagen_profile;
  to.map.collagen = from.map.collagen;
}

/// Hands states on, seldom enough to cost little.
class Keeper {
 public:
  Keeper(const healing::Settings& s, const Team& team)
      : keep_(s.keep), least_(s.keep_every), team_(team) {}
  /// Whether it is time, the same on all processes.
  bool due() {
    if (!keep_) return false;
    const double since = std::chrono::duration<double>(Clock::now() - last_).count();
    return team_.any(team_.leads() && since > std::max(least_, kDearer * took_));
  }
  void keep(const PatchState& s) {
    const auto begin = Clock::now();
    if (team_.leads()) keep_(pack(s));
    last_ = Clock::now();
    took_ = std::chrono::duration<double>(last_ - begin).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr double kDearer = 30.0;  // times what keeping takes
  std::function<void(const std::string&)> keep_;
  double least_ = 0.0;  // [s]
  const Team& team_;
  Clock::time_point last_ = Clock::now();
  double took_ = 0.0;
};

/// The state to begin with; false where none is kept of this patch on as many processes.
bool kept_state(const healing::Settings& s, const HealingPatch& patch, const Team& team,
                PatchState& state) {
  const std::string bytes = s.kept ? s.kept() : "";
  const bool fits = !bytes.empty() && unpack(bytes, state) && state.processes == team.size() &&
                    state.boxes == patch.mesh().all_cells;
  return !team.any(!fits);
}

/// A time at which the solve stops, and why.
struct Stop {
  double time;
  bool session = false, early_ends = false, vitamin_c_ends = false, report = false;
};

std::vector<Stop> stops_of(const healing::Parameters& p, const healing::Wound& w,
                           const std::vector<double>& times, const std::vector<char>& asked,
                           bool cut) {
  std::vector<Stop> out;
  const auto at = [&](double t) -> Stop& {
    for (auto& s : out)
      if (std::abs(s.time - t) < kInstant) return s;
    return out.emplace_back(Stop{t});
  };
  if (cut)
    for (std::size_t k = 0; k < w.sessions.size(); ++k) {
      const double t = w.sessions[k], ends = t + p.beta3_days,
                   next = k + 1 < w.sessions.size() ? w.sessions[k + 1] : w.duration;
      at(t).session = true;
      if (p.beta3 != 0.0 && ends < next) at(ends).early_ends = true;
    }
  if (p.ascorbate != 1.0 && p.ascorbate_until < w.duration)
    at(p.ascorbate_until).vitamin_c_ends = true;
  for (std::size_t k = 0; k < times.size(); ++k)
    if (asked[k]) at(times[k]).report = true;
  at(w.duration);
  std::sort(out.begin(), out.end(), [](const Stop& a, const Stop& b) { return a.time < b.time; });
  return out;
}

/// Where the solve stands, of the first process.
const PatchState& state_of(PatchState& s, HealingPatch& patch, const Reader& reader,
                           const healing::Course& read, const Team& team) {
  const auto& solve = patch.transport();
  s.processes = team.size();
  s.boxes = patch.mesh().all_cells;
  s.time = solve.time();
  s.step = solve.next_step();
  s.cost = solve.cost();
  patch.gather(s);
  s.moments = reader.moments();
  take(s.read, read);
  return s;
}

}  // namespace

healing::Course heal_patch(const healing::Parameters& p, const healing::Wound& w,
                           const healing::Settings& s, core::Observer& observer) {
  healing::Course out;
  out.loop_gain = healing::loop_gain(p);
  if (out.loop_gain >= 1.0)
    throw std::invalid_argument("the loop gain of inflammation is 1 or more: it would never end");
  const bool cut = !w.channels.empty() && !w.sessions.empty();
  if (!(w.placed.width > 0.0) || (cut && w.placed.sessions.size() != w.sessions.size()))
    throw std::invalid_argument("a patch needs the places of the channels of every session");
  core::report(observer, "healing", 0.0);
  for (const auto& c : w.channels)
    for (const double r : c.profile_radius) healing::demand_room(r, w.density);
  const double size = cut ? patch_box_size(w, s.cells) : 0.1 * w.placed.width;
  const auto grid = patch_grid(w, size);
  const Team& team = Team::of_this_program();
  HealingPatch patch(p, w, grid, to_tolerance(s), std::max(1, s.threads / team.size()), team);
  auto& solve = patch.transport();
  out.boxes = patch.mesh().all_cells;
  out.time = healing::output_times(cut ? w.sessions : std::vector<double>{}, w.duration, s);
  lay_map(out, w);
  const double bin = 15.0 * size / kBins;
  Reader reader(patch, out.time);
  Keeper keeper(s, team);
  PatchState state;
  if (kept_state(s, patch, team, state)) {
    observer.note(
        fmt::format("healing goes on from day {:.4g}, which was kept", state.time / kDay));
    patch.go_on(state);
    reader.go_on(std::move(state.moments));
    take(out, state.read);
  } else {
    state = {};
  }
  const auto asked = profile_asked(out.time, s, w.duration);
  const auto stops = stops_of(p, w, out.time, asked, cut);
  for (; state.stop < static_cast<std::int64_t>(stops.size()); ++state.stop) {
    const auto& stop = stops[state.stop];
    solve.advance(stop.time, [&](double t, auto y, auto dy) {
      reader.see(t, y, dy);
      core::report(observer, "healing", t / w.duration);
      if (keeper.due()) keeper.keep(state_of(state, patch, reader, out, team));
    });
    if (stop.report) report(out, patch, stop.time, bin);
    if (stop.session) {
      patch.cut(state.sessions++, stop.time);
      reader.begin();
    } else if (stop.early_ends) {
      patch.after_early_days();
    }
    if (stop.vitamin_c_ends) patch.without_vitamin_c();
  }
  average_by_depth(out, p, w, grid.levels, reader.moments());
  profiles(out, w, grid.levels, reader.moments());
  out.steps = solve.cost().steps;
  out.evaluations = solve.cost().evaluations;
  out.sweeps = solve.cost().sweeps;
  healing::close(out, p, w);
  core::report(observer, "healing", 1.0);
  return out;
}

}  // namespace percuta::fem
