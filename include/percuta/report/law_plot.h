#pragma once

#include <string>
#include <vector>

namespace percuta::report {

/// A curve of a law, or points of a test with their spread.
struct LawSeries {
  std::string name;
  std::vector<double> x, y;
  std::vector<double> low, high;  ///< of y, for tests that give a spread [unit of y]
  bool measured = false;
};

/// One diagram; the ordinate of tension is logarithmic, the time too.
struct LawPanel {
  std::string title, x_label, y_label;
  std::vector<LawSeries> series;
  bool log_x = false, log_y = false;
};

/// The panels beside each other as one picture.
std::string law_svg(const std::vector<LawPanel>&);

}  // namespace percuta::report
