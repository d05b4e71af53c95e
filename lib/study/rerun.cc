#include "percuta/study/rerun.h"

#include <set>
#include <sstream>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/study/insert.h"
#include "percuta/study/responses.h"

namespace percuta::study {
namespace {

/// Paths of a text, one a line.
std::set<std::string> paths_in(const std::string& text) {
  std::set<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out.insert(line);
  return out;
}

}  // namespace

Origin read_origin(const std::string& results) {
  const auto facts = io::read_provenance(results);
  if (io::fact(facts, "format") != "2")
    throw core::FileError(
        fmt::format("{}: is of format {}, which does not keep what its run took; format 2 does",
                    results, io::fact(facts, "format")));
  const auto given = paths_in(io::fact(facts, "given")),
             overridden = paths_in(io::fact(facts, "overridden"));
  auto inputs = io::read_inputs(results);
  for (auto& input : inputs) {
    input.given = given.contains(input.path);
    input.overridden = overridden.contains(input.path);
  }
  Origin origin{io::fact(facts, "type"), recorded_case(inputs, io::fact(facts, "file")), 0};
  if (const auto threads = io::fact(facts, "threads"); !threads.empty())
    origin.threads = origin.c.threads = std::stoi(threads);
  if (const auto poses = io::fact(facts, "poses"); !poses.empty())
    origin.c.poses = parse_path(poses, results);
  if (const auto key = io::fact(facts, "cell_key"); !key.empty())
    remember(key, insertion::read_cell_table(io::fact(facts, "cell_table"), key, results));
  if (const auto key = io::fact(facts, "drum_key"); !key.empty())
    remember(key, rolling::read_drum_table(io::fact(facts, "drum_table"), key, results));
  return origin;
}

}  // namespace percuta::study
