#pragma once

// The search itself: arrays by enumeration, length and load by NLopt.

#include <exception>
#include <map>
#include <string>
#include <vector>

#include "size_model.h"

namespace percuta::study {

/// An array of needles on the drum.
struct Array {
  int rows = 0, needles_per_turn = 0;
  double width = 0.0;     // [m]
  double landings = 0.0;  // per area and pass [1/m^2]
  double peak = 0.0;      // load on a cell under the most load of the hand [N]
};

/// What a search asks for: the target, what a miss of each limit weighs, and how far the load may
/// go.
struct Wish {
  Target target;
  std::map<std::string, double> weight;  // of limits that do not weigh `kHeavy`
  double highest_load = 0.0;             // [N]
};

/// A miss outweighs any load: loads are counted over the most that is allowed.
inline constexpr double kHeavy = 100.0;

struct Found {
  Design design;
  Reached reached;
  double miss = 0.0;   // of the limits that weigh `kHeavy`, together [-]
  double score = 0.0;  // what is minimised: weighed misses and load [-]
};

class Search {
 public:
  Search(const SizeTask&, Predictor&, core::Observer&);
  /// Arrays that no other one beats in both landings and load on a needle, coarsest first. Of two
  /// that leave as many landings the one whose needles bear more reaches all that the other does,
  /// under less load of the hand.
  const std::vector<Array>& arrays() const { return arrays_; }
  /// The best array, length and load for so many passes; among the learnt arrays alone if so
  /// wanted. Score of infinity where there is no array.
  Found solve(const Wish&, int passes, bool learnt_only = false);
  /// The best length and load of one array.
  Found solve_in(const Wish&, int passes, const Array&);
  /// The first array with so many landings in a pass, else the densest.
  const Array& at_least(double landings) const;
  static Array array_of(const Design&);

 private:
  struct Job;
  Found tried(const Wish&, const Design&);
  Found global(const Wish&, int passes, const std::vector<Array>&);
  Found local(const Wish&, const Found& from);
  Found rounded(const Wish&, const Found&);
  double length_at(double x) const;
  double load_at(const Wish&, double x) const;
  Design starting(int passes, const Array&) const;

  const SizeTask& task_;
  Predictor& predictor_;
  core::Observer& observer_;
  std::vector<Array> arrays_;
  double shortest_, longest_;
};

}  // namespace percuta::study
