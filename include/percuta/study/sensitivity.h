#pragma once

#include <optional>
#include <string>
#include <vector>

#include "percuta/healing/record.h"
#include "percuta/healing/sobol_indices.h"
#include "percuta/io/document.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// An outcome of healing whose variance is taken apart: a reported change at a day, or a closure.
struct HealingOutcome {
  std::string path;            ///< "healing.collagen_change"
  healing::Figure figure;      ///< of it
  std::optional<double> time;  ///< after the first session, of a change [s]
};

/// Outcomes at days, one each; a closure is asked for without. Throws InputError where the case has
/// no such outcome, with the nearest name, and where a day is missing, too many or beyond its end.
std::vector<HealingOutcome> healing_outcomes(const Case&, const std::string& path,
                                             const std::vector<double>& days);

/// Which constants of healing decide an outcome, of those that have a prior.
struct Sensitivity {
  HealingOutcome outcome;
  std::vector<healing::Prior> constants;  ///< in the order of the indices
  healing::Variance variance;             ///< in the unit of the outcome
  int members = 0;                        ///< sets of constants that were healed or refused [-]
  int refused = 0;                        ///< for which healing has no course [-]
  int not_reached = 0;                    ///< whose course ends before the closure [-]
  double nominal = 0.0;                   ///< of the constants of the case, NaN = not reached [SI]
  double processor_seconds = 0.0;         ///< of all outcomes of the call [s]
  std::vector<std::string> warnings;
  io::Provenance provenance;
};

/// Heals the wound of the case with members sets of constants at most, a multiple of their number
/// and 2, drawn from the priors of the case, and says of each outcome which constants take what
/// share of its variance. Base points of which a set is refused, or does not reach the closure, are
/// left out and counted: indices are then of what is left. Throws InputError for too few members,
/// a case that leaves no wound, and an outcome that no prior changes; SolveError where fewer than
/// half of the base points are left.
std::vector<Sensitivity> sensitivity(const Case&, const std::vector<HealingOutcome>&, int members,
                                     core::Observer& = core::silent());

/// How many members `sensitivity` takes where nothing is said; large indices are then known to
/// about a tenth, either way.
inline constexpr int kSensitivityMembers = 1536;

/// A sentence on members, spread and what was left out.
std::string sensitivity_words(const Sensitivity&);
/// The constants, the one with the largest total index first.
std::vector<std::size_t> by_total(const Sensitivity&);
/// sensitivity.json and sensitivity.csv, of all outcomes.
std::string sensitivity_json(const std::vector<Sensitivity>&);
std::string sensitivity_csv(const std::vector<Sensitivity>&);

}  // namespace percuta::study
