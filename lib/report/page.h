#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "percuta/io/document.h"

namespace percuta::report {

/// Collects charts and makes the page that draws them.
class Page {
 public:
  /// Adds a chart and gives the element that will hold it; "" when no series has a value. `series`
  /// is a list of {label, y}, with {low, high} for a band and {dash} for a broken line. Options:
  /// small (no legend; the title names the one series), points, bars, zero (the ordinate begins
  /// there), log (of the abscissa), categories (their names, the abscissa then counts them from 0),
  /// marks
  /// ({x, label}, upright lines).
  std::string chart(const std::string& title, const std::string& x_label,
                    const std::string& y_label, nlohmann::json x, const nlohmann::json& series,
                    const nlohmann::json& options = nullptr);
  /// The whole page, needing no network.
  std::string html(const std::string& title, const std::string& body,
                   const std::string& charts_script, const std::string& charts_style,
                   const std::string& script = "") const;

 private:
  nlohmann::json list_ = nlohmann::json::array();
};

/// Inputs with their sources as a table.
std::string inputs_table(const std::vector<config::Used>&);

/// A text for the page, the words of the glossary explained on hover.
std::string explained(const std::string& text);

/// The glossary as a list.
std::string glossary();

/// A row that no single output holds, as "collagen on day 28".
struct FigureRow {
  std::string path;  ///< its first part is the group
  std::string sentence;
  std::vector<std::string> values;  ///< by document
  bool leading = false;
};

/// The figures of documents side by side: those that matter most, then the rest by the first part
/// of their paths, folded. Rows that are the same in every column of several are folded too.
std::string figures(const std::vector<config::Output>&, const std::vector<const io::Document*>&,
                    const std::vector<std::string>& labels,
                    const std::vector<FigureRow>& others = {});

}  // namespace percuta::report
