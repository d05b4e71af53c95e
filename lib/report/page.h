#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "percuta/io/document.h"

namespace percuta::report {

/// Collects charts and makes the page that draws them.
class Page {
 public:
  /// Adds a chart and gives the element that will hold it. `series` is a list of {label, y}.
  std::string chart(const std::string& title, const std::string& x_label,
                    const std::string& y_label, nlohmann::json x, nlohmann::json series);
  /// The whole page, needing no network.
  std::string html(const std::string& title, const std::string& body,
                   const std::string& charts_script, const std::string& charts_style,
                   const std::string& script = "") const;

 private:
  nlohmann::json list_ = nlohmann::json::array();
};

/// An output as a row of a table: its sentence, and its value of each document or "none".
std::string output_row(const config::Output&, const std::vector<const io::Document*>&);
/// Inputs with their sources as a table.
std::string inputs_table(const std::vector<config::Used>&);

}  // namespace percuta::report
