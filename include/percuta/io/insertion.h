#pragma once

#include <string>
#include <vector>

#include "percuta/insertion/solid.h"
#include "percuta/io/result.h"

namespace percuta::io {

/// The same quantity by two levels.
struct CrossCheck {
  std::string quantity;     ///< "force at 0.2 mm, before the skin opens"
  std::string here, there;  ///< "solid", "axisymmetric"
  double value = 0.0, other = 0.0;
  std::string unit, people_unit;
  std::string remark;
};

/// One needle put into one skin by a finite-element level. Made by study::insert.
struct InsertionResult {
  std::string version, title, case_file, level, motion;
  skin::Skin skin;
  device::Device device;
  insertion::SolidOptions options;
  insertion::SolidInsertion solution;
  std::vector<CrossCheck> checks;
  std::vector<config::Used> inputs;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> sources;  ///< tag, citation
};

std::vector<SummaryValue> summary_values(const InsertionResult&);
std::string summary_json(const InsertionResult&);
std::vector<Dataset> datasets(const InsertionResult&);

/// The skin round the needle in section with its layers, as deformed, to scale: across the plane of motion (x = 0),
/// or along it (y = 0, coloured by the opening of the crack).
enum class View { across, along };
std::string section_svg(const InsertionResult&, const insertion::SolidField&, View);

/// summary.json, results.h5, fields/*.vtu with a .pvd, frames/*.svg, report.html.
void write_result(const InsertionResult&, ResultFolder&, const std::string& charts_script, const std::string& charts_style);

}  // namespace percuta::io
