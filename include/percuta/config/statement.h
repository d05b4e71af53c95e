#pragma once

#include <limits>
#include <string>
#include <vector>

#include "percuta/config/tree.h"

namespace percuta::config {

/// What a data file says of a named value: "reach >= 0.5 mm", "protocol.shared = true",
/// "healing.strength at 5 days > 1.05".
struct Statement {
  std::string name;
  double at =
      std::numeric_limits<double>::quiet_NaN();  ///< along the value's axis, NaN = none [SI]
  std::string compared;                          ///< <, <=, >, >= or =
  double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN where a word is meant [SI]
  std::string word{};
};

/// Reads one. Throws InputError, with the place, for what is none.
Statement statement_of(const std::string& text, const Place&);

/// Whether it holds of a value, or of the word that stands for one. A value that is none (NaN) does
/// nothing.
bool holds(const Statement&, double value, const std::string& word = "");

/// The statements in a list of texts at a path; none where nothing stands there. Throws InputError.
std::vector<Statement> statements_of(const Tree&, const std::string& path);

/// The texts of a list at a path; none where nothing stands there. Throws InputError: for files of
/// our own.
std::vector<std::string> texts_of(const Tree&, const std::string& path);

}  // namespace percuta::config
