#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "percuta/io/result.h"

namespace percuta::io {

/// Collects charts and makes the page that draws them.
class Page {
 public:
  /// Adds a chart and gives the element that will hold it. `series` is a list of {label, y}.
  std::string chart(const std::string& title, const std::string& x_label, const std::string& y_label, nlohmann::json x, nlohmann::json series);
  /// The whole page, needing no network.
  std::string html(const std::string& title, const std::string& body, const std::string& charts_script, const std::string& charts_style,
                   const std::string& script = "") const;

 private:
  nlohmann::json list_ = nlohmann::json::array();
};

/// A value of the summary for people, with its unit.
std::string cell(const SummaryValue&);
/// Inputs with their sources as a table.
std::string inputs_table(const std::vector<config::Used>&);

}  // namespace percuta::io
