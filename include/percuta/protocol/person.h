#pragma once

#include <optional>
#include <string>
#include <vector>

namespace percuta::protocol {

/// How skin takes the sun, by Fitzpatrick.
enum class SkinType { unknown, I, II, III, IV, V, VI };

/// Who is treated: what safety rules ask for, and nothing that a model reads.
struct Person {
  double age = 0.0;  ///< 0 = unknown [s]
  SkinType fitzpatrick = SkinType::unknown;
  std::vector<std::string> conditions;  ///< "isotretinoin", or when it ended: "filler 10 days ago"
};

/// One of a person's conditions.
struct Condition {
  std::string name;
  std::optional<double> ended;  ///< how long ago; none while it lasts [s]
};

/// "isotretinoin 90 days ago". None where what follows the name is no time ago.
std::optional<Condition> condition_of(const std::string& text);

}  // namespace percuta::protocol
