#include "size_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

#include <nlopt.hpp>

#include "percuta/rolling/rolling.h"

namespace percuta::study {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLengthStep = 1e-5, kLoadStep = 1e-2, kWidthStep = 1e-3;  // [m], [N], [m]
constexpr int kGlobal = 160, kLocal = 80;                                  // evaluations

/// Ends of what may vary, or the case's own value twice.
template <class Number>
std::pair<Number, Number> ends(const std::vector<Number>& range, Number own) {
  return range.size() == 2 ? std::pair(range[0], range[1]) : std::pair(own, own);
}

std::vector<double> widths(const Vary& vary, double own) {
  const auto [least, most] = ends(vary.width, own);
  std::set<double> out{most};
  if (least <= own && own <= most) out.insert(own);
  for (int k = 0; least + k * kWidthStep < most - 1e-9; ++k)
    out.insert(std::round((least + k * kWidthStep) * 1e6) * 1e-6);
  return {out.begin(), out.end()};
}

/// Misses, the heavy ones apart, and the load that decides between designs without any.
void judge(const Wish& wish, Found& f) {
  f.miss = 0.0;
  f.score = f.design.load / wish.target.most_load;
  for (const auto& limit : limits_of(wish.target, f.design, f.reached)) {
    const double miss = std::max(0.0, -limit.margin);
    const auto weight = wish.weight.find(limit.name);
    if (weight == wish.weight.end()) f.miss += miss;
    // A limit that is asked how far it would have to go is more than any load, too.
    f.score += (weight == wish.weight.end() ? kHeavy * kHeavy : kHeavy * weight->second) * miss;
  }
}

/// What must not be above zero where the slacks are none: both sides of the window, share, share in
/// the window, density, load, strength.
constexpr std::size_t kSlacks = 6, kConstraints = 7;
constexpr std::size_t kSlackOf[kConstraints] = {0, 0, 1, 2, 3, 4, 5};
constexpr const char* kNames[kSlacks] = {"depth",   "least_share", "share_in_window",
                                         "density", "most_load",   "least_strength"};

std::vector<double> constraints_of(const Wish& wish, const Found& f) {
  const auto& t = wish.target;
  const auto limits = limits_of(t, f.design, f.reached);
  std::vector<double> out{(f.reached.depth - t.depth - t.depth_tolerance) / t.depth,
                          (t.depth - t.depth_tolerance - f.reached.depth) / t.depth};
  for (std::size_t k = 1; k < kSlacks; ++k) {
    out.push_back(-1.0);  // of a limit that is none
    for (const auto& limit : limits)
      if (limit.name == kNames[k]) out.back() = -std::clamp(limit.margin, -10.0, 10.0);
  }
  return out;
}

}  // namespace

/// One run of NLopt: the best of all that it tried, and what went wrong within.
struct Search::Job {
  Search& search;
  const Wish& wish;
  int passes;
  const std::vector<Array>* choices;  // of the first variable; null for the array of `best`
  Found best, last;
  std::vector<double> at;  // of `last`
  std::exception_ptr wrong;
  std::size_t slack = 0;  // the first variable that is a slack; 0 = none is

  bool length_varies() const { return search.longest_ > search.shortest_; }
  Design design(const double* x) const {
    Design d = best.design;
    if (choices != nullptr) {
      const auto count = static_cast<double>(choices->size());
      const auto k = std::min(choices->size() - 1, static_cast<std::size_t>(x[0] * count));
      d = search.starting(passes, (*choices)[k]);
      ++x;
    }
    if (length_varies()) d.length = search.length_at(*x++);
    d.load = search.load_at(wish, *x);
    return d;
  }
  std::size_t variables() const {
    return (choices != nullptr ? 1U : 0U) + (length_varies() ? 1U : 0U) + 1U;
  }
  const Found& evaluate(const double* x) {
    const std::vector<double> here(x, x + variables());
    if (here == at) return last;
    try {
      core::report(search.observer_, "search", 0.0);
      last = search.tried(wish, design(x));
    } catch (...) {
      wrong = std::current_exception();
      throw nlopt::forced_stop();
    }
    at = here;
    if (last.score < best.score) best = last;
    return last;
  }
  double cost(const double* x) {
    double value = evaluate(x).design.load / wish.target.most_load;
    for (std::size_t k = 0; slack > 0 && k < kSlacks; ++k) {
      const auto weight = wish.weight.find(kNames[k]);
      value +=
          x[slack + k] * (weight == wish.weight.end() ? kHeavy * kHeavy : kHeavy * weight->second);
    }
    return value;
  }
  void optimise(nlopt::opt& by, std::vector<double> x) {
    double value = 0.0;
    try {
      by.optimize(x, value);
    } catch (const std::exception&) {  // rounding ended it: the best so far stands
    }
    if (wrong) std::rethrow_exception(wrong);
  }
};

Search::Search(const SizeTask& task, Predictor& predictor, core::Observer& observer)
    : task_(task), predictor_(predictor), observer_(observer) {
  const Case& c = task.start;
  const auto& roller = std::get<device::Roller>(c.device.head);
  std::tie(shortest_, longest_) = ends(task.vary.length, c.device.needle.length);
  longest_ = std::max(shortest_, std::min({longest_, thickness(c.skin), roller.drum_radius}));
  const auto rows = ends(task.vary.rows, roller.rows);
  const auto turn = ends(task.vary.needles_per_turn, roller.needles_per_turn);
  std::vector<Array> all;
  for (const double width : widths(task.vary, roller.width)) {
    core::report(observer, "search", 0.0);
    for (int row = rows.first; row <= rows.second; ++row)
      for (int n = turn.first; n <= turn.second; ++n) {
        const Design d{shortest_, width, task.target.most_load, row, n, 1};
        if (!predictor.possible(d)) continue;
        device::Device sized = c.device;
        auto& r = std::get<device::Roller>(sized.head);
        r.width = width, r.rows = row, r.needles_per_turn = n;
        const double landings = rolling::density_formula(
            sized, c.protocol, 1, r.drum_radius + c.channels.rolling_fraction * shortest_);
        all.push_back({row, n, width, landings, predictor.peak(d)});
      }
  }
  std::stable_sort(all.begin(), all.end(), [](const Array& a, const Array& b) {
    return a.landings > b.landings || (a.landings == b.landings && a.peak > b.peak);
  });
  for (const auto& a : all)
    if (arrays_.empty() || a.peak > arrays_.back().peak * (1.0 + 1e-9)) arrays_.push_back(a);
  std::reverse(arrays_.begin(), arrays_.end());
}

double Search::length_at(double x) const { return shortest_ + x * (longest_ - shortest_); }

double Search::load_at(const Wish& wish, double x) const {
  const double least = 0.02 * wish.target.most_load;
  return least * std::pow(wish.highest_load / least, x);
}

Design Search::starting(int passes, const Array& a) const {
  return {longest_, a.width, task_.target.most_load, a.rows, a.needles_per_turn, passes};
}

Array Search::array_of(const Design& d) { return {d.rows, d.needles_per_turn, d.width, 0.0, 0.0}; }

const Array& Search::at_least(double landings) const {
  const auto found = std::find_if(arrays_.begin(), arrays_.end(),
                                  [&](const Array& a) { return a.landings >= landings; });
  return found != arrays_.end() ? *found : arrays_.back();
}

Found Search::tried(const Wish& wish, const Design& d) {
  Found f{d, predictor_.at(d)};
  judge(wish, f);
  return f;
}

Found Search::global(const Wish& wish, int passes, const std::vector<Array>& choices) {
  Job job{*this, wish, passes, &choices, tried(wish, starting(passes, choices.front())),
          {},    {},   {}};
  const auto n = static_cast<unsigned>(job.variables());
  nlopt::opt by(nlopt::GN_DIRECT_L, n);
  by.set_lower_bounds(0.0);
  by.set_upper_bounds(1.0);
  by.set_maxeval(kGlobal);
  by.set_min_objective([](unsigned, const double* x, double*,
                          void* data) { return static_cast<Job*>(data)->evaluate(x).score; },
                       &job);
  job.optimise(by, std::vector<double>(n, 0.5));
  return job.best;
}

/// Where every limit is met the load alone is minimised, between the limits; elsewhere each limit
/// has a slack, which weighs what a miss weighs.
Found Search::local(const Wish& wish, const Found& from) {
  Job job{*this, wish, from.design.passes, nullptr, from, {}, {}, {}};
  std::vector<double> x;
  if (job.length_varies()) x.push_back((from.design.length - shortest_) / (longest_ - shortest_));
  const double least = load_at(wish, 0.0);
  x.push_back(std::log(from.design.load / least) / std::log(wish.highest_load / least));
  for (double& one : x) one = std::clamp(one, 0.0, 1.0);
  const std::size_t own = x.size();
  const auto missed = constraints_of(wish, job.evaluate(x.data()));
  if (*std::max_element(missed.begin(), missed.end()) > 0.0) {
    x.resize(own + kSlacks, 0.0);
    for (std::size_t k = 0; k < kConstraints; ++k)
      x[own + kSlackOf[k]] = std::max(x[own + kSlackOf[k]], std::min(10.0, missed[k]));
    job.slack = own;
  }
  nlopt::opt by(nlopt::LN_COBYLA, static_cast<unsigned>(x.size()));
  std::vector<double> upper(x.size(), 10.0);
  std::fill_n(upper.begin(), own, 1.0);
  by.set_lower_bounds(0.0);
  by.set_upper_bounds(upper);
  by.set_initial_step(std::vector<double>(x.size(), 0.05));
  by.set_maxeval(kLocal);
  by.set_xtol_abs(2e-4);
  by.set_min_objective([](unsigned, const double* at, double*,
                          void* data) { return static_cast<Job*>(data)->cost(at); },
                       &job);
  by.add_inequality_mconstraint(
      [](unsigned, double* value, unsigned, const double* at, double*, void* data) {
        auto& j = *static_cast<Job*>(data);
        const auto all = constraints_of(j.wish, j.evaluate(at));
        for (std::size_t k = 0; k < kConstraints; ++k)
          value[k] = all[k] - (j.slack > 0 ? at[j.slack + kSlackOf[k]] : 0.0);
      },
      &job, std::vector<double>(kConstraints, 1e-9));
  job.optimise(by, x);
  return job.best;
}

/// Lengths and loads that one can order and set: hundredths of a millimetre and of a newton.
Found Search::rounded(const Wish& wish, const Found& f) {
  Found best;
  best.score = kInfinity;
  const auto lengths = longest_ > shortest_
                           ? std::vector<double>{std::floor(f.design.length / kLengthStep),
                                                 std::ceil(f.design.length / kLengthStep)}
                           : std::vector<double>{f.design.length / kLengthStep};
  for (const double length : lengths)
    for (const double more : {0.0, 1.0, 2.0, 3.0}) {
      Design d = f.design;
      if (longest_ > shortest_) d.length = std::clamp(length * kLengthStep, shortest_, longest_);
      d.load = std::min(wish.highest_load,
                        (std::ceil(f.design.load / kLoadStep - 1.0 - 1e-9) + more) * kLoadStep);
      if (!(d.load >= kLoadStep)) continue;
      const Found next = tried(wish, d);
      if (next.score < best.score) best = next;
      if (next.miss == 0.0) break;  // more load is no better
    }
  return best;
}

Found Search::solve_in(const Wish& wish, int passes, const Array& array) {
  const std::vector<Array> one{array};
  // Length and load alone: the first variable has nothing to choose.
  const Found coarse = global(wish, passes, one);
  return rounded(wish, local(wish, local(wish, coarse)));
}

Found Search::solve(const Wish& wish, int passes, bool learnt_only) {
  std::vector<Array> choices;
  for (const auto& a : arrays_)
    if (!learnt_only || predictor_.knows(starting(passes, a))) choices.push_back(a);
  Found best;
  best.score = kInfinity;
  if (choices.empty()) return best;
  best = local(wish, local(wish, global(wish, passes, choices)));
  // The coarsest array that leaves channels enough bears most on each needle.
  if (!wish.weight.contains("density") && best.reached.share > 0.0) {
    const double landings = wish.target.density / (passes * best.reached.share);
    for (const auto& a : choices) {
      if (a.landings < landings * (1.0 - 1e-9)) continue;
      Design d = best.design;
      d.rows = a.rows, d.needles_per_turn = a.needles_per_turn, d.width = a.width;
      const Found other = local(wish, local(wish, tried(wish, d)));
      if (other.score < best.score) best = other;
      break;
    }
  }
  return rounded(wish, best);
}

}  // namespace percuta::study
