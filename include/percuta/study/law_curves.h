#pragma once

#include <vector>

#include "percuta/io/law_plot.h"
#include "percuta/study/case.h"

namespace percuta::study {

/// Tension of every layer of a case, along and across the Langer lines where it has fibres, beside whole skin of the human
/// back (S40); relaxation of every layer that relaxes beside micro probes (S36).
std::vector<io::LawPanel> law_curves(const Case&);

}  // namespace percuta::study
