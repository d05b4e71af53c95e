#pragma once

#include <functional>
#include <string>

#include "percuta/core/progress.h"
#include "percuta/io/insertion.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// One needle of the case put into its skin by a finite-element level, "axisymmetric" or "solid", with the same
/// quantities by the other levels beside it. See insertion::SolidModel for `checkpoint` and `resume`.
io::InsertionResult insert(const Case&, const std::string& level, insertion::SolidOptions, core::Observer& = core::silent(),
                           const std::function<void(const std::string&)>& checkpoint = {}, const std::string& resume = "");

/// Tags of the bibliography that inputs refer to, with their citations.
std::vector<std::pair<std::string, std::string>> sources_of(const std::vector<config::Used>& inputs);

}  // namespace percuta::study
