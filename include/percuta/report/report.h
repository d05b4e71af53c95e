#pragma once

#include <string>
#include <utility>
#include <vector>

#include "percuta/io/folder.h"
#include "percuta/study/measure.h"
#include "percuta/study/result.h"
#include "percuta/study/size.h"

namespace percuta::report {

/// Channels and healing fields for ParaView: names (*.vtu, *.pvd) and texts.
std::vector<std::pair<std::string, std::string>> fields(const study::Result&);

/// report.html: one file, no network. Results side by side under their labels; rows that failed,
/// label and reason, stand with them. What was varied: a key as in a case file, or "".
std::string report_html(const std::vector<const study::Result*>& results,
                        const std::vector<std::string>& labels, const std::string& charts_script,
                        const std::string& charts_style,
                        const std::vector<std::pair<std::string, std::string>>& failures = {},
                        const std::string& varied = "");

/// All files of one result into a folder being written: summary.json, results.h5, fields/,
/// report.html.
void write_result(const study::Result&, io::ResultFolder&, const std::string& below,
                  const std::string& charts_script, const std::string& charts_style);

/// The skin round the needle in section with its layers, as deformed, to scale: across the plane of
/// motion (x = 0), or along it (y = 0, coloured by the opening of the crack).
enum class View { across, along };
std::string section_svg(const study::InsertionResult&, const insertion::SolidField&, View);

/// summary.json, results.h5, fields/*.vtu with a .pvd, frames/*.svg, report.html.
void write_result(const study::InsertionResult&, io::ResultFolder&,
                  const std::string& charts_script, const std::string& charts_style);

/// report.html of a measured curve beside the model, with what would change its misfit.
std::string overlay_html(const std::string& title, const study::Overlay&,
                         const std::vector<study::Change>&, const std::string& charts_script,
                         const std::string& charts_style);

/// size.json, found.toml, report.html.
void write_result(const study::SizeResult&, io::ResultFolder&, const std::string& charts_script,
                  const std::string& charts_style);

}  // namespace percuta::report
