#pragma once

#include <vector>

#include "percuta/report/law_plot.h"
#include "percuta/study/case.h"

namespace percuta::evidence {

/// Tension of every layer of a case, along and across the Langer lines where it has fibres, beside
/// whole skin of the human back (niannaidh2012); relaxation of every layer that relaxes beside
/// micro probes (crichton2013).
std::vector<report::LawPanel> law_curves(const study::Case&);

}  // namespace percuta::evidence
