#pragma once

#include <string>
#include <vector>

#include "percuta/study/case.h"
#include "percuta/study/result.h"

namespace percuta::study {

/// Young's modulus of needle steel [Pa].
inline constexpr double steel_modulus = 200e9;

/// What a result of this case has to say beside its figures.
std::vector<std::string> result_warnings(const Result&, const Case&);

/// Keys that the user wrote and that change nothing in `run`, each with the reason.
std::vector<std::string> without_effect(const Case&);

}  // namespace percuta::study
