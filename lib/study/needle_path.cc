// The file of a needle's path.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numbers>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/study/insert.h"

namespace percuta::study {

using insertion::PathPoint;

namespace {

constexpr const char* kNames = "a first row such as: along um, depth um, tilt deg";

/// A column of numbers: which of a pose's values it holds, and how many metres or radians one of
/// its units is.
struct Column {
  double PathPoint::*value;
  double unit;
};

struct Line {
  const std::string& file;
  int number;
  std::string text;

  [[noreturn]] void refuse(const std::string& message, const std::string& hint) const {
    throw core::InputError({{file, number, 1, 1, message, text, hint}});
  }

  std::vector<std::string> fields() const {
    std::vector<std::string> out;
    std::istringstream row(text);
    for (std::string field; std::getline(row, field, ',');) {
      const auto first = field.find_first_not_of(" \t\r"), last = field.find_last_not_of(" \t\r");
      out.push_back(first == std::string::npos ? "" : field.substr(first, last + 1 - first));
    }
    return out;
  }
};

std::vector<Column> columns_of(const Line& line) {
  static const struct {
    const char *name, *si;
    double PathPoint::*value;
  } known[] = {{"along", "m", &PathPoint::along},
               {"depth", "m", &PathPoint::depth},
               {"tilt", "rad", &PathPoint::tilt}};
  std::vector<Column> columns;
  const auto there = [&](double PathPoint::*value) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const auto& c) { return c.value == value; });
  };
  for (const auto& field : line.fields()) {
    std::istringstream words(field);
    std::string name, symbol;
    words >> name >> symbol;
    const auto* column = std::find_if(std::begin(known), std::end(known),
                                      [&](const auto& k) { return name == k.name; });
    if (column == std::end(known))
      line.refuse(fmt::format("\"{}\" is no column of a path", field), kNames);
    const auto unit = core::find_unit(symbol), wanted = core::find_unit(column->si);
    if (!unit || unit->dimension != wanted->dimension)
      line.refuse(fmt::format("\"{}\": a unit of {} belongs here", field, wanted->dimension),
                  kNames);
    if (there(column->value)) line.refuse(fmt::format("\"{}\" is there twice", name), kNames);
    columns.push_back({column->value, unit->si});
  }
  if (!there(&PathPoint::along) || !there(&PathPoint::depth))
    line.refuse("a path needs the columns along and depth", kNames);
  return columns;
}

PathPoint pose_of(const Line& line, const std::vector<Column>& columns) {
  const auto fields = line.fields();
  if (fields.size() != columns.size())
    line.refuse(fmt::format("{} numbers in this row, {} columns in the first", fields.size(),
                            columns.size()),
                "a number for each column");
  PathPoint p;
  for (std::size_t k = 0; k < fields.size(); ++k) {
    char* end = nullptr;
    const double number = std::strtod(fields[k].c_str(), &end);
    if (fields[k].empty() || *end != '\0' || !std::isfinite(number))
      line.refuse(fmt::format("\"{}\" is no number", fields[k]),
                  "a number in the unit of its column");
    p.*columns[k].value = number * columns[k].unit;
  }
  if (std::abs(p.tilt) > std::numbers::pi / 3.0 + 1e-9)
    line.refuse(fmt::format("a tilt of {}", core::format_quantity(p.tilt, "deg", 3)),
                "at most 60 deg either way");
  return p;
}

}  // namespace

std::string poses_text(const std::vector<PathPoint>& path) {
  std::string out = path.empty() ? "" : "along m, depth m, tilt rad\n";
  for (const auto& p : path) out += fmt::format("{}, {}, {}\n", p.along, p.depth, p.tilt);
  return out;
}

std::vector<PathPoint> read_path(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw core::FileError(fmt::format("{}: no file of a path to read", file));
  std::ostringstream text;
  text << in.rdbuf();
  return parse_path(text.str(), file);
}

std::vector<PathPoint> parse_path(const std::string& text, const std::string& file) {
  std::istringstream in(text);
  Line line{file, 0, ""};
  std::vector<Column> columns;
  std::vector<PathPoint> path;
  while (std::getline(in, line.text)) {
    ++line.number;
    const auto first = line.text.find_first_not_of(" \t\r");
    if (first == std::string::npos || line.text[first] == '#') continue;
    if (columns.empty()) {
      columns = columns_of(line);
      continue;
    }
    const PathPoint p = pose_of(line, columns);
    const bool same = !path.empty() && p.along == path.back().along &&
                      p.depth == path.back().depth && p.tilt == path.back().tilt;
    if (!same) path.push_back(p);
  }
  if (path.size() < 2)
    throw core::InputError({{file, 0, 0, 1, "a path needs two different poses or more", "",
                             kNames + std::string(", then a row for each pose")}});
  return path;
}

}  // namespace percuta::study
