// The response of a skin to a drum as a table of comma-separated values.

#include <sstream>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/text.h"
#include "percuta/rolling/drum_contact.h"

namespace percuta::rolling {
namespace {
constexpr const char* kColumns = "load,half_width,pressure,approach";
}

std::string drum_table(const DrumResponse& r, const std::string& key) {
  std::string text =
      fmt::format("# key {}\n# radius {:.17g} unknowns {} steps {} iterations {}\n{}\n", key,
                  r.drum_radius, r.unknowns, r.steps, r.iterations, kColumns);
  // A solve may end in steps that the digits of a table do not tell apart.
  double last = -1.0;
  for (const auto& s : r.states) {
    if (!(core::as_tabled(s.load) > last)) continue;
    last = core::as_tabled(s.load);
    text +=
        fmt::format("{:.7g},{:.7g},{:.7g},{:.7g}\n", s.load, s.half_width, s.pressure, s.approach);
  }
  return text;
}

DrumResponse read_drum_table(const std::string& text, const std::string& key,
                             const std::string& file) {
  const auto bad = [&](const std::string& why) {
    return core::FileError(fmt::format("{}: {}", file, why));
  };
  std::istringstream in(text);
  std::string row, word;
  if (!std::getline(in, row) || row != "# key " + key)
    throw bad("is a table of another skin or drum");
  DrumResponse r;
  if (!(in >> word >> word >> r.drum_radius >> word >> r.unknowns >> word >> r.steps >> word >>
        r.iterations))
    throw bad("is no table of a drum");
  std::getline(in, row);
  if (!std::getline(in, row) || row != kColumns) throw bad("is no table of a drum");
  while (std::getline(in, row)) {
    const auto v = core::numbers_of(row, 4);
    if (v.empty()) throw bad(fmt::format("has a bad line \"{}\"", row));
    if (!r.states.empty() && !(v[0] > r.states.back().load)) throw bad("does not rise");
    r.states.push_back({v[0], v[1], v[2], v[3]});
  }
  if (r.states.size() < 3) throw bad("ends early");
  return r;
}

}  // namespace percuta::rolling
