#pragma once

#include <string>

#include "percuta/io/folder.h"
#include "percuta/study/deliver.h"

namespace percuta::report {

/// report.html of what gets in through the channels: one file, no network. The same
/// treatment with the other choice of cover stands beside it.
std::string delivery_html(const study::DeliveryResult&, const std::string& charts_script,
                          const std::string& charts_style);

/// summary.json, results.h5, report.html.
void write_result(const study::DeliveryResult&, io::ResultFolder&, const std::string& charts_script,
                  const std::string& charts_style);

}  // namespace percuta::report
