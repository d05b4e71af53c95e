// From a target to a device: search, learn the response of what was found, correct, run again.

#include "percuta/study/size.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/core/version.h"
#include "percuta/study/run.h"
#include "size_found.h"
#include "size_search.h"

namespace percuta::study {
namespace {

constexpr double kHighestLoad = 200.0;  // of protocol.load [N]
constexpr double kEnough = 1e-6;        // of a miss that is none
constexpr double kFar = 0.5;            // margin of a limit that does not bind

double miss_of(const std::vector<Limit>& limits) {
  double sum = 0.0;
  for (const auto& limit : limits) sum += std::max(0.0, -limit.margin);
  return sum;
}

/// The target a little tighter, for what fewer needles of the scatter and a count on a square do
/// not tell: the window by a thirtieth of its width, the density by a hundredth.
Wish wish_of(const Target& target) {
  Wish wish{target, {}, target.most_load};
  wish.target.depth_tolerance *= 29.0 / 30.0;
  wish.target.density *= 1.01;
  return wish;
}

/// The fewest passes that a design's array needs.
int passes_needed(const Wish& wish, const Found& f) {
  const double each = f.reached.density / f.design.passes;
  return each > 0.0 ? std::max(1, static_cast<int>(std::ceil(wish.target.density / each - 1e-9)))
                    : std::numeric_limits<int>::max();
}

class Sizing {
 public:
  Sizing(const SizeTask& task, core::Observer& observer)
      : task_(task),
        observer_(observer),
        predictor_(task, observer),
        search_(task, predictor_, observer),
        budget_(task.search.responses) {
    if (search_.arrays().empty())
      throw core::InputError(
          {{task.file, 0, 0, 1, "has no array in [vary] whose needles stand apart", "",
            "fewer rows or needles_per_turn, or more width"}});
  }

  SizeResult result() {
    SizeResult out;
    out.best = find();
    out.feasible = meets(out.best.limits);
    if (!out.feasible) out.relaxed = relaxed(out.best);
    out.front = front(out.best);
    out.cost = predictor_.cost();
    return out;
  }

 private:
  /// By the preferred order, over all arrays or the learnt ones.
  Found choose(bool learnt_only) {
    const Wish wish = wish_of(task_.target);
    const int most = task_.target.most_passes;
    Found best = search_.solve(wish, most, learnt_only);
    if (best.miss > kEnough) return best;
    best.design.passes = std::min(most, passes_needed(wish, best));
    if (task_.target.prefer == Prefer::load) return best;
    // More passes never hurt: the fewest that are enough lie between.
    for (int low = 1, high = best.design.passes; low < high;) {
      const int middle = (low + high) / 2;
      Found fewer = search_.solve(wish, middle, learnt_only);
      if (fewer.miss > kEnough) {
        low = middle + 1;
        continue;
      }
      best = fewer;
      best.design.passes = high = std::min(middle, passes_needed(wish, best));
    }
    // With so many passes there may be a lighter hand than the one that came first.
    const Found last = search_.solve(wish, best.design.passes, learnt_only);
    return last.miss <= kEnough && last.score < best.score ? last : best;
  }

  /// The true response of an array, then length and load again, run again until the target is met
  /// or what the search says of it is no better.
  Sized settle(Wish wish, const Found& f) {
    predictor_.learn(f.design, observer_);
    Sized best;
    for (int k = 0; k < 4; ++k) {
      const Found g = search_.solve_in(wish, f.design.passes, Search::array_of(f.design));
      Sized s = run_again(g.design);
      if (k == 0 || miss_of(s.limits) < miss_of(best.limits)) best = s;
      if (meets(s.limits) || g.miss > kEnough) break;
      // What the search took for enough was not: ask for what is missing, too.
      wish.target.depth += g.reached.depth - s.reached.depth;
      if (s.reached.density > 0.0)
        wish.target.density *= std::max(1.0, g.reached.density / s.reached.density);
    }
    return best;
  }

  Sized run_again(const Design& d) {
    Sized s{d, predictor_.at(d, true), predictor_.rerun(d, observer_), {}};
    s.limits = limits_of(task_.target, d, s.reached);
    return s;
  }

  Sized find() {
    const Wish wish = wish_of(task_.target);
    std::optional<Sized> best;
    for (;;) {
      const bool spent = budget_ <= 0;
      const Found f = choose(spent);
      if (!std::isfinite(f.score)) break;
      const bool known = predictor_.knows(f.design);
      if (!known) --budget_;
      const Sized s = settle(wish, f);
      if (!best || miss_of(s.limits) < miss_of(best->limits)) best = s;
      if (meets(s.limits) || known || spent) break;
    }
    // Without any response to spend the case's own array is what there is.
    if (!best) best = settle(wish, search_.solve(wish, task_.target.most_passes));
    return *best;
  }

  /// Which limit, given up alone, lets the others be met, and where it would then stand.
  /// Limits that the nearest design is far from do not stand in the way.
  std::vector<Relaxed> relaxed(const Sized& nearest) {
    std::vector<Relaxed> out;
    const int most = task_.target.most_passes;
    for (const char* name :
         {"density", "most_load", "depth", "least_share", "share_in_window", "least_strength"}) {
      const auto slack = [&](const Limit& l) { return l.name == name && l.margin > kFar; };
      if (std::any_of(nearest.limits.begin(), nearest.limits.end(), slack)) continue;
      Wish wish = wish_of(task_.target);
      wish.weight[name] = 1.0;
      if (std::string(name) == "most_load") wish.highest_load = kHighestLoad;
      const Found f = search_.solve(wish, most);
      if (!(f.miss <= kEnough)) continue;
      if (std::string(name) == "density" && f.reached.density > 0.0) {
        Relaxed passes{"most_passes", static_cast<double>(passes_needed(wish, f)), "1", "1",
                       f.design};
        passes.design.passes = static_cast<int>(passes.needed);
        out.push_back(passes);
      }
      for (const auto& limit : limits_of(task_.target, f.design, f.reached))
        if (limit.name == name && limit.margin < 0.0)
          out.push_back({limit.name, limit.reached, limit.unit, limit.people, f.design});
    }
    return out;
  }

  /// For some numbers of passes the coarsest array that leaves channels enough, its depth as near
  /// to what is wanted as the load allows; what another design beats in everything is left out.
  std::vector<Sized> front(const Sized& best) {
    std::vector<Sized> all{best};
    const int most = task_.target.most_passes, points = std::min(task_.search.front, most);
    Wish wish = wish_of(task_.target);
    std::set<std::pair<double, double>> seen{place(Search::array_of(best.design))};
    for (int k = 0; k < points; ++k) {
      const int passes = points > 1 ? 1 + (most - 1) * k / (points - 1) : most;
      const double share = std::max(task_.target.least_share, best.reached.share);
      const Array& array = search_.at_least(wish.target.density / (passes * std::max(share, 0.01)));
      if (!seen.insert(place(array)).second) continue;
      core::report(observer_, "front", static_cast<double>(k) / points);
      Found f;
      f.design = {task_.start.device.needle.length, array.width, task_.target.most_load, array.rows,
                  array.needles_per_turn,           passes};
      all.push_back(settle(wish, f));
    }
    return unbeaten(std::move(all));
  }

  static std::pair<double, double> place(const Array& a) {
    return {a.width / a.rows, static_cast<double>(a.needles_per_turn)};
  }

  static std::vector<Sized> unbeaten(std::vector<Sized> all) {
    const auto beats = [](const Sized& a, const Sized& b) {
      const double x = miss_of(a.limits), y = miss_of(b.limits);
      const bool no_worse =
          a.design.passes <= b.design.passes && x <= y && a.design.load <= b.design.load;
      return no_worse &&
             (a.design.passes < b.design.passes || x < y || a.design.load < b.design.load);
    };
    std::vector<Sized> out;
    for (const auto& one : all)
      if (std::none_of(all.begin(), all.end(),
                       [&](const auto& other) { return beats(other, one); }))
        out.push_back(one);
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
      return a.design.passes < b.design.passes;
    });
    return out;
  }

  const SizeTask& task_;
  core::Observer& observer_;
  Predictor predictor_;
  Search search_;
  int budget_;
};

}  // namespace

std::vector<Limit> limits_of(const Target& t, const Design& d, const Reached& r) {
  const auto over = [](double reached, double wanted) {
    if (!std::isfinite(reached)) return 1.0;
    return wanted > 0.0 ? (reached - wanted) / wanted : reached;
  };
  std::vector<Limit> out;
  const auto add = [&](const char* name, double wanted, double reached, const char* unit,
                       const char* people, double margin) {
    out.push_back({name, wanted, reached, unit, people, margin});
  };
  add("depth", t.depth, r.depth, "m", "mm",
      (t.depth_tolerance - std::abs(r.depth - t.depth)) / t.depth);
  add("least_share", t.least_share, r.share, "1", "%", over(r.share, t.least_share));
  if (t.share_in_window > 0.0)
    add("share_in_window", t.share_in_window, r.share_in_window, "1", "%",
        over(r.share_in_window, t.share_in_window));
  add("density", t.density, r.density, "1/m^2", "/cm^2", over(r.density, t.density));
  add("most_passes", t.most_passes, d.passes, "1", "1",
      static_cast<double>(t.most_passes - d.passes) / t.most_passes);
  add("most_load", t.most_load, d.load, "N", "N", (t.most_load - d.load) / t.most_load);
  add("least_strength", t.least_strength, r.strength, "1", "1", over(r.strength, t.least_strength));
  return out;
}

bool meets(const std::vector<Limit>& limits) {
  return std::all_of(limits.begin(), limits.end(),
                     [](const Limit& limit) { return limit.margin >= -1e-9; });
}

SizeResult size(const SizeTask& task, core::Observer& observer) {
  SizeResult out = Sizing(task, observer).result();
  out.version = core::version();
  out.title = task.start.title;
  out.file = task.file;
  out.skin = task.start.skin.name;
  out.device = task.start.device.name;
  out.level = task.start.insertion.level;
  out.target = task.target;
  out.ends = ends_of(task, out.best.design);
  out.overrides = overrides_of(out.best.design, task.start);
  const Case c = sized_case(task, out.best.design);
  out.found = case_text(c);
  out.inputs = c.inputs;
  out.warnings = physics_warnings(c);
  return out;
}

}  // namespace percuta::study
