#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "page.h"
#include "percuta/study/result.h"

// What the chapters of a run's report share.

namespace percuta::report {

/// Values on a common grid, null past a curve's end.
nlohmann::json resample(const std::vector<double>& x, const std::vector<double>& y,
                        const std::vector<double>& grid, double scale);

/// Equal steps from 0.
std::vector<double> grid_to(double end, int points);

nlohmann::json scaled(const std::vector<double>& v, double factor);

std::vector<double> in_days(std::vector<double> times);

/// What the skin does afterwards, of one result.
std::string healing_chapter(const study::Result&, const io::Document&, Page&);

/// The same of several side by side.
std::string healing_compared(const std::vector<const study::Result*>&,
                             const std::vector<std::string>& labels, Page&);

/// A furrow before and after; "" where none was asked for.
std::string furrow_chapter(const study::Result&, Page&);

/// What speaks against the treatment, with why and source.
std::string safety_chapter(const study::Result&);

/// Common statements, answered from one result and from the literature.
std::string claims_chapter(const io::Document&);

/// Depth, share pierced, density and collagen of several results over what was varied: a key as in
/// a case file, or "".
std::string compared_chapter(const std::vector<const study::Result*>&,
                             const std::vector<std::string>& labels, const std::string& varied,
                             Page&);

}  // namespace percuta::report
