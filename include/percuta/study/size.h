#pragma once

// Which devices reach a target: a roller sized for a depth and a density of channels, within limits
// of passes, load and strength.

#include <string>
#include <utility>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// What comes first among devices that reach the target: the fewest passes and then the least load,
/// or the other way round.
enum class Prefer { passes, load };

/// What is wanted of a device on the case's skin, and within which limits.
struct Target {
  double depth = 0.0;            ///< pierced, mean of the needles that pierce [m]
  double depth_tolerance = 0.0;  ///< half the window about it [m]
  double least_share = 0.0;      ///< of the landings that pierce [-]
  double share_in_window = 0.0;  ///< of the landings whose depth lies in the window, at least [-]
  double density = 0.0;          ///< channels per treated area, at least [1/m^2]
  int most_passes = 0;
  double most_load = 0.0;       ///< of the hand [N]
  double least_strength = 0.0;  ///< force at which a needle buckles over the force on it [-]
  Prefer prefer = Prefer::passes;
};

/// Within which two ends the device may be changed; a single 0 where the case's value stays.
struct Vary {
  std::vector<double> length;  ///< of the needles [m]
  std::vector<double> width;   ///< of the drum that carries needles [m]
  std::vector<int> rows, needles_per_turn;
};

/// What the search may spend.
struct SearchOptions {
  int samples = 0;    ///< of the scatter while searching; a re-run takes the case's
  int responses = 0;  ///< of device cells to find the device, beside that of the case's own
  int front = 0;      ///< arrays on the front, a response each
};

/// A case to start from, and what is wanted.
struct SizeTask {
  Case start;
  Target target;
  Vary vary;
  SearchOptions search;
  std::string text, file;  ///< of the case, from which each device is read again
  Overrides overrides;     ///< of the case
};

/// Reads a case file with the tables [target], [vary] and [search], which overrides reach too.
/// Throws InputError with every error at once.
SizeTask read_size(const std::string& path, const Overrides& = {});
SizeTask parse_size(const std::string& text, const std::string& name, const Overrides& = {});

/// Every key of the three tables, with its full path.
const std::vector<config::Key>& size_keys();

/// What the search chooses.
struct Design {
  double length = 0.0;  ///< of the needles [m]
  double width = 0.0;   ///< of the drum that carries needles [m]
  double load = 0.0;    ///< of the hand [N]
  int rows = 0, needles_per_turn = 0, passes = 0;
};

/// The design as overrides of the case.
Overrides overrides_of(const Design&, const Case& start);

/// The case of a design, read as `read_case` reads it.
Case sized_case(const SizeTask&, const Design&);

/// What a design gives.
struct Reached {
  double depth = 0.0;            ///< pierced, mean of the needles that pierce; 0 = none does [m]
  double share = 0.0;            ///< of the landings that pierce [-]
  double share_in_window = 0.0;  ///< of the landings whose depth lies in the window [-]
  double density = 0.0;          ///< channels per treated area [1/m^2]
  double strength = 0.0;         ///< force at which a needle buckles over the force on it [-]
};

/// One limit of the target and how a design stands to it.
struct Limit {
  std::string name;  ///< key of [target]
  double wanted = 0.0, reached = 0.0;
  std::string unit, people;  ///< SI, and what people use
  double margin = 0.0;       ///< what is left over what is wanted; below 0 it is not met [-]
};
std::vector<Limit> limits_of(const Target&, const Design&, const Reached&);
bool meets(const std::vector<Limit>&);

/// A design with what the search said of it and what its re-run by `roll` gave.
struct Sized {
  Design design;
  Reached predicted, reached;
  std::vector<Limit> limits;  ///< by the re-run
};

/// A limit that alone stands in the way, and what it would have to be.
struct Relaxed {
  std::string name;  ///< key of [target]
  double needed = 0.0;
  std::string unit, people;  ///< SI, and what people use
  Design design;             ///< that then reaches the target, by the search alone
};

struct SizeCost {
  long evaluations = 0;  ///< of the search
  int responses = 0;     ///< of device cells that it rests on
  int solves = 0;        ///< of them by finite elements this time, drums included
  int reruns = 0;
};

struct SizeResult {
  std::string version, title, file, skin, device, level;
  Target target;
  bool feasible = false;
  Sized best;                     ///< that meets the target, or the nearest
  std::vector<Relaxed> relaxed;   ///< empty when feasible, and where no one limit is enough
  std::vector<std::string> ends;  ///< of [vary] at which the best stands, a sentence each
  std::vector<Sized> front;       ///< by growing number of passes
  SizeCost cost;
  Overrides overrides;               ///< that make the case into the best
  std::string found;                 ///< the same as a case file
  std::vector<config::Used> inputs;  ///< of the best
  std::vector<std::string> warnings;
};

/// Searches, and runs again what it found: with fewest passes and then the least load, or what is
/// preferred. Same numbers each time. Throws SolveError when finite elements give up.
SizeResult size(const SizeTask&, core::Observer& = core::silent());

/// size.json.
std::string size_json(const SizeResult&);

/// The answer in a few sentences.
std::vector<std::string> size_words(const SizeResult&);

/// "10 rows of 24 needles over 8 mm, 1.2 mm long".
std::string words(const Design&);

}  // namespace percuta::study
