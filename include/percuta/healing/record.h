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
  std::vector<double> report_days;  ///< at which figures are given, after the first session [d]
};

/// Day of the last session after the first [d].
double last_session(const Wound&);

/// Days of those that were asked for that lie within the course, counted from a day of it [d].
std::vector<double> days_within(const Outcome&, double from);

/// Every output of the healing model.
const config::Outputs<Outcome>& outputs();

}  // namespace percuta::healing
