#pragma once

#include "percuta/config/output.h"
#include "percuta/config/record.h"
#include "percuta/healing/healing.h"

namespace percuta::healing {

/// Declaration of every healing constant: unit, range, default, sentence, source.
const config::Record<Parameters>& parameters_record();

/// The defaults of the record.
Parameters default_parameters();

/// A course with what it is a course of.
struct Outcome {
  const Wound& wound;
  const Course& course;
  std::vector<double> report_times;  ///< at which figures are given, after the first session [s]
};

/// Those of the times asked for that lie within the course, counted from a time of it [s].
std::vector<double> times_within(const Outcome&, double from);

/// Every output of the healing model.
const config::Outputs<Outcome>& outputs();

}  // namespace percuta::healing
