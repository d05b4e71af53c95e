#pragma once

#include <string>
#include <utility>
#include <vector>

#include "percuta/io/folder.h"
#include "percuta/study/deliver.h"

namespace percuta::report {

/// report.html of what gets in through the channels: one file, no network. The same
/// treatment with the other choice of cover stands beside it.
std::string delivery_html(const study::DeliveryResult&, const std::string& charts_script,
                          const std::string& charts_style);

/// Free concentration about a channel of each class at the report times, names and contents, where
/// the level solves over radius and depth.
std::vector<std::pair<std::string, std::string>> fields(const study::DeliveryResult&);

/// summary.json, results.h5, report.html, and fields/ where there are any.
void write_result(const study::DeliveryResult&, io::ResultFolder&, const std::string& charts_script,
                  const std::string& charts_style);

}  // namespace percuta::report
