// The response of a device cell as a table of comma-separated values: what it belongs to in
// remarks, then a line for each state.

#include <cstdlib>
#include <limits>
#include <sstream>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/text.h"
#include "percuta/insertion/device_cell.h"

namespace percuta::insertion {
namespace {

constexpr const char* kColumns = "exposed,displacement,needle_force,base_force,rise,contact_radius";

std::string line(double exposed, const CellState& s) {
  return fmt::format("{:.7g},{:.7g},{:.7g},{:.7g},{:.5g},{:.5g}\n", exposed, s.displacement,
                     s.needle_force, s.base_force, s.rise, s.contact_radius);
}

}  // namespace

std::string cell_table(const CellResponse& r, const std::string& key) {
  std::string text = fmt::format(
      "# key {}\n# radius {:.17g} tip {:.17g} unknowns {} steps {} iterations {} splice {:.7g} "
      "shift {:.7g}\n{}\n",
      key, r.radius, r.tip_radius, r.unknowns, r.steps, r.iterations, r.free.splice_displacement,
      r.free.splice_shift, kColumns);
  // A solve may end in steps that the digits of a table do not tell apart.
  double last = -1.0;
  for (std::size_t k = 0; k < r.free.displacement.size(); ++k) {
    const double displacement = core::as_tabled(r.free.displacement[k]);
    if (!(displacement > last)) continue;
    last = displacement;
    text += line(0.0, {r.free.displacement[k], r.free.force[k], 0.0, r.rise[k],
                       std::numeric_limits<double>::quiet_NaN()});
  }
  for (const auto& row : r.rows)
    for (const auto& s : row.states) text += line(row.exposed, s);
  return text;
}

CellResponse read_cell_table(const std::string& text, const std::string& key,
                             const std::string& file) {
  const auto bad = [&](const std::string& why) {
    return core::FileError(fmt::format("{}: {}", file, why));
  };
  std::istringstream in(text);
  std::string row, word;
  if (!std::getline(in, row) || row != "# key " + key)
    throw bad("is a table of another skin or needle");
  CellResponse r;
  std::string splice, shift;
  if (!(in >> word >> word >> r.radius >> word >> r.tip_radius >> word >> r.unknowns >> word >>
        r.steps >> word >> r.iterations >> word >> splice >> word >> shift))
    throw bad("is no table of a device cell");
  r.free.splice_displacement = std::strtod(splice.c_str(), nullptr);
  r.free.splice_shift = std::strtod(shift.c_str(), nullptr);
  std::getline(in, row);
  if (!std::getline(in, row) || row != kColumns) throw bad("is no table of a device cell");
  while (std::getline(in, row)) {
    const auto v = core::numbers_of(row, 6);
    if (v.empty()) throw bad(fmt::format("has a bad line \"{}\"", row));
    const CellState s{v[1], v[2], v[3], v[4], v[5]};
    if (v[0] == 0.0) {
      if (!r.free.displacement.empty() && !(s.displacement > r.free.displacement.back()))
        throw bad("does not rise");
      r.free.displacement.push_back(s.displacement);
      r.free.force.push_back(s.needle_force);
      r.rise.push_back(s.rise);
      continue;
    }
    if (r.rows.empty() || r.rows.back().exposed != v[0]) r.rows.push_back({v[0], {}});
    r.rows.back().states.push_back(s);
  }
  r.free.unknowns = r.unknowns;
  r.free.steps = r.steps;
  r.free.iterations = r.iterations;
  if (r.rows.size() < 2 || r.free.displacement.size() < 3) throw bad("ends early");
  for (const auto& one : r.rows)
    if (one.states.size() < 2) throw bad("ends early");
  return r;
}

}  // namespace percuta::insertion
