#include "percuta/protocol/person.h"

#include "percuta/core/quantity.h"

namespace percuta::protocol {

std::optional<Condition> condition_of(const std::string& text) {
  const auto space = text.find(' ');
  Condition out{text.substr(0, space), std::nullopt};
  if (space == std::string::npos) return out;
  const std::string ago = " ago";
  std::string when = text.substr(space + 1);
  if (!when.ends_with(ago)) return std::nullopt;
  when.resize(when.size() - ago.size());
  const auto written = core::parse_quantity(when);
  const auto unit = written ? core::find_unit(written->unit) : std::nullopt;
  if (!unit || unit->dimension != "time" || !(written->number >= 0.0)) return std::nullopt;
  out.ended = written->number * unit->si;
  return out;
}

}  // namespace percuta::protocol
