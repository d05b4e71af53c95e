#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "percuta/config/statement.h"
#include "percuta/config/tree.h"
#include "percuta/protocol/person.h"
#include "percuta/protocol/protocol.h"

namespace percuta::protocol {

/// How much weight a safety rule has: a block is not to be simulated as if it were allowed.
enum class Level { info, warn, block };

/// "INFO", "WARN" or "BLOCK".
std::string name(Level);

/// One thing that speaks against a treatment. With statements it is about the protocol; without, it
/// is a condition of the person that has its name.
struct Rule {
  std::string name;
  Level level = Level::warn;
  std::vector<config::Statement> when;  ///< all of them must hold
  std::optional<double> within;  ///< a condition that ended longer ago counts no more; none: it has
                                 ///< no end [s]
  std::string message;           ///< in plain words
  std::string source;            ///< keys of the bibliography
  std::string evidence;          ///< class, and whether the source was read or quoted by another
};

/// What rules with statements ask for.
struct Fact {
  std::string name;                                         ///< "reach"
  std::string key;                                          ///< of the case, "device.needle.length"
  double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN where there is none [SI]
  std::string shown;                                        ///< "1.5 mm"
};

/// A rule that applies.
struct Finding {
  std::string rule;
  Level level = Level::warn;
  std::string key;      ///< of the case, that it is about
  std::string because;  ///< "person.age = 19 years"
  std::string message, source, evidence;
  bool overridden = false;  ///< by protocol.override
};

/// The rules of a file with a table [[rule]] each. Throws InputError.
std::vector<Rule> rules_of(const config::Tree&);

/// Names of the conditions that rules ask for.
std::vector<std::string> condition_names(const std::vector<Rule>&);

/// Names of the rules that block.
std::vector<std::string> blocking_names(const std::vector<Rule>&);

/// What a protocol and a person tell the rules. `reach`: how far needles go below the surface, and
/// the key that says so [m].
std::vector<Fact> facts_of(const Protocol&, const Person&, double reach,
                           const std::string& reach_key);

/// Rules that apply, the heaviest first. Throws std::logic_error for a rule that asks for a fact
/// that there is not.
std::vector<Finding> findings(const std::vector<Rule>&, const Protocol&, const Person&,
                              const std::vector<Fact>&);

/// Why a finding is one, in a line: what, why, rule, source.
std::string sentence(const Finding&);

}  // namespace percuta::protocol
