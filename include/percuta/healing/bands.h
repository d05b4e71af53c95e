#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "percuta/healing/model.h"

namespace percuta::healing {

/// What is known of a constant that is weakly identified: it lies between two values, each ratio of
/// which is as likely as any other of its size (log-uniform), or each value where one is 0.
struct Prior {
  std::string name;                      ///< of the constant, below healing.parameters
  double Parameters::*member = nullptr;  ///< of the unit of its constant [SI]
  double low = 0.0, high = 0.0;          ///< of the unit of its constant [SI]
  std::string source;
  std::string unit;  ///< in which people write it, "" of a plain number
};

/// Priors of the constants that decide the courses and are known least.
const std::vector<Prior>& default_priors();

/// The value of a constant at a share of its prior, 0 to 1 [SI].
double at_share(const Prior&, double share);

/// The given constants with those of the priors at shares of these, 0 to 1 each.
Parameters at_shares(Parameters, const std::vector<Prior>&, std::span<const double> shares);

/// Points of a Sobol sequence of so many columns, evenly spread over 0 to 1 in each, shifted by the
/// seed; the same for the same seed.
std::vector<std::vector<double>> shifted_sobol(std::size_t columns, std::size_t points,
                                               std::uint64_t seed);

/// Sets of constants: the given ones with those of the priors drawn by a Sobol sequence that is
/// shifted by the seed; the same for the same seed. A prior must hold low <= high.
std::vector<Parameters> draw(const Parameters&, const std::vector<Prior>&, int members,
                             std::uint64_t seed);

/// How finely the members of a band are cut: their errors are far smaller than the band.
inline constexpr int kBandCells = 32, kBandClasses = 3;

/// What 90 % of the members of an ensemble lie between, moment by moment.
struct Bands {
  Course low, high;  ///< 5 and 95 % of the members lie below
  int members = 0;   ///< that were solved [-]
  int refused = 0;   ///< whose inflammation would not have ended, or whose solve gave up [-]
};

/// Heals the wound with every set of constants, several at once on `threads`, and hands each course
/// with its place among the members on, from any of them. Gives the number of those that have none:
/// inflammation would not end, or the solve gave up. `stage` is what the observer hears.
int heal_members(const HealingModel&, const std::vector<Parameters>& members, const Wound&,
                 const Settings&, int threads, const char* stage, core::Observer&,
                 const std::function<void(std::size_t, Course&&)>& take);

/// Heals the wound with every set of constants and looks between which courses they lie. Closures
/// that a member does not reach count as later than all others.
Bands bands(const HealingModel&, const std::vector<Parameters>& members, const Wound&,
            const Settings&, int threads, core::Observer& = core::silent());

/// A figure of a course at a moment, and between which values 90 % of the ensemble has it; NaN
/// without one.
struct Banded {
  double value, low, high;  ///< of the course's own unit [-]
};
Banded banded_at(const Course&, const Bands&,
                 const std::function<const std::vector<double>&(const Course&)>& of, double time);

/// Between which values the share `low` to `1 - low` of some lies, linear between order statistics;
/// values that are not a number count as the largest.
std::pair<double, double> quantiles(std::vector<double> values, double low);

}  // namespace percuta::healing
