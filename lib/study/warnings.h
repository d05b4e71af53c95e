#pragma once

#include <string>
#include <vector>

#include "percuta/study/case.h"
#include "percuta/study/result.h"

namespace percuta::study {

/// What a result of this case has to say beside its figures.
std::vector<std::string> result_warnings(const Result&, const Case&);

/// Keys that the user wrote and that change nothing in `run`, each with the reason.
std::vector<std::string> without_effect(const Case&);

/// Whether delivery reads a constant of healing: that of the barrier alone.
bool of_barrier(const std::string& healing_key);

/// Lines of those and of `result_warnings` that do not hold for `deliver`, which reads more.
std::vector<std::string> read_by_delivery(const Case&);

}  // namespace percuta::study
