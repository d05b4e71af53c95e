#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "percuta/channel/patch.h"
#include "percuta/config/record.h"
#include "percuta/delivery/treatment.h"
#include "percuta/device/device.h"
#include "percuta/healing/bands.h"
#include "percuta/healing/firmness.h"
#include "percuta/healing/wrinkle.h"
#include "percuta/insertion/choices.h"
#include "percuta/protocol/person.h"
#include "percuta/protocol/protocol.h"
#include "percuta/skin/skin.h"

namespace percuta::study {

/// A corner of the treated patch [m].
struct Corner {
  double x = 0.0, y = 0.0;
};

/// How channels are counted and how wide they stay.
struct ChannelOptions {
  double sample_side = 0.0;     ///< of the square on which channels are laid out [m]
  std::vector<Corner> outline;  ///< of the patch in place of the square
  double width_ratio = 0.0;  ///< radius of the channel that stays open over that of the needle [-]
  double rolling_fraction = 0.0;  ///< rolling radius between drum face (0) and tip circle (1) [-]
  double reentry = 0.0;           ///< probability that a needle slides into a hole near by [-]
  double reentry_distance = 0.0;  ///< how near [m]
  double target_density = 0.0;    ///< for which passes are counted [1/m^2]
  double target_coverage = 0.0;   ///< share of the surface within target_distance [-]
  double target_distance = 0.0;   ///< [m]
};

/// The patch on which channels are laid out.
channel::Patch patch_of(const ChannelOptions&);

/// A prior of a healing constant as it is written.
struct GivenPrior {
  std::string name, low, high;
};

struct HealingOptions {
  std::string level;                ///< a name of healing::models()
  std::string set;                  ///< of constants, an entry of the catalogue, or "none"
  double days = 0.0;                ///< followed after the first session [s]
  std::vector<double> report_days;  ///< at which figures are given, after the first session [s]
  int classes = 0;                  ///< of channels by depth [-]
  int members = 0;                  ///< of the ensemble that the band is of; 0 = no band [-]
  std::vector<GivenPrior> given_priors;  ///< in place of those of the same name
  int cells = 0;                         ///< rings of the unit cell [-]
  double relative_tolerance = 0.0;       ///< of the time integration [-]
  double patch = 0.0;                    ///< side of the square that a patch follows [m]
  bool vessels = false;                  ///< whether oxygen and capillaries are solved
  bool suction = false;                  ///< whether the skin's firmness is read
  skin::SuctionTest probe;
  bool furrow = false;  ///< whether the depth of a furrow is computed
  skin::Furrow wrinkle;
};

/// How much needles and places on the skin differ: standard deviations over the mean, log-normal
/// and independent.
struct ScatterOptions {
  double tip_radius = 0.0, stiffness = 0.0, thickness = 0.0, gate_toughness = 0.0,
         friction = 0.0;  ///< [-]
  int samples = 0;
};

/// Several values of one key, side by side.
struct Comparison {
  std::string key;
  std::vector<std::string> values;  ///< each once, as written in the case file
};

/// Everything a run needs, checked.
struct Case {
  std::string title, file;
  std::uint64_t seed = 1;
  skin::Skin skin;
  device::Device device;
  protocol::Protocol protocol;
  protocol::Person person;
  insertion::Choices insertion;
  std::vector<insertion::PathPoint>
      poses;        ///< of insertion.path where they are known without its file
  int threads = 0;  ///< of finite elements in three dimensions; 0 = every core
  ChannelOptions channels;
  ScatterOptions scatter;
  HealingOptions healing_options;
  healing::Parameters healing{};
  delivery::Solute solute;  ///< as it is written; without a name where there is none
  delivery::Options delivery;
  std::vector<healing::Prior> priors;  ///< of the healing constants
  Comparison comparison;               ///< empty unless the file has [compare]
  std::vector<config::Used> inputs;    ///< every value with its source
};

/// `key=value` from the command line, value as in TOML: a number, true, false, a text in quotes, a
/// list in brackets; any other text needs no quotes ("1.0 mm"). The last one of a key wins.
using Overrides = std::vector<std::pair<std::string, std::string>>;

/// Radius at which the device rolls, 0 of one that does not [m].
double rolling_radius(const Case&);

/// Reads and checks a case file, or that of an example by its name. Throws InputError with every
/// error at once.
Case read_case(const std::string& path, const Overrides& = {});
Case parse_case(const std::string& text, const std::string& name, const Overrides& = {});

/// The case that a result was made from, of the inputs that it keeps. Throws InputError for inputs
/// that this version does not know.
Case recorded_case(const std::vector<config::Used>&, const std::string& file);

/// Every key of a case file with its full path, in the order of the template.
const std::vector<config::Key>& case_keys();

/// JSON Schema of case files, for completion in editors.
std::string json_schema();

/// A commented case file with every key.
std::string case_template();

/// "device.needle.length=0.5 mm,1.0 mm" from the command line: a key and its values, split at
/// commas outside of quotes and brackets. Throws InputError for an unknown key, a value that stands
/// twice, and a text without '='.
Comparison parse_comparison(const std::string& text);

/// What is varied where case files are compared with one another.
inline constexpr const char* kCaseKey = "case";

/// One row of a comparison of several keys: what it is called, and the value of each key.
struct Combination {
  std::string label;  ///< "0.5 mm, 5 N"
  Overrides values;
};

/// Every value of the first key with every value of the others; the last one changes fastest.
std::vector<Combination> combinations(const std::vector<Comparison>&);

/// The case of one row of a comparison, which itself compares nothing more; a value of kCaseKey is
/// the file that it is read from, in place of `path`. Throws InputError.
Case compared_case(const std::string& path, const Overrides&, const Combination&);

/// What a key or an output, or every one below it, means. Throws InputError for an unknown one,
/// with the nearest.
std::string explain(const std::string& key);

}  // namespace percuta::study
