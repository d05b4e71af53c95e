#pragma once

#include <optional>

#include "percuta/config/output.h"
#include "percuta/config/record.h"
#include "percuta/healing/bands.h"
#include "percuta/healing/healing.h"

namespace percuta::healing {

/// Declaration of every healing constant: unit, range, default, sentence, source.
const config::Record<Parameters>& parameters_record();

/// The defaults of the record.
Parameters default_parameters();

/// Why a prior was not taken, and what to do.
struct Refusal {
  std::string message, hint;
};

/// A prior of a constant, from texts with its unit ("20 um"; a plain number for one without); none,
/// and why, where the name, a value or their order is wrong.
std::optional<Prior> read_prior(const std::string& name, const std::string& low,
                                const std::string& high, Refusal&);

/// A course with what it is a course of.
struct Outcome {
  const Wound& wound;
  const Course& course;
  std::vector<double> report_times;  ///< at which figures are given, after the first session [s]
  const Bands& bands;                ///< without members where none were asked for
};

/// Those of the times asked for that lie within the course, counted from a time of it [s].
std::vector<double> times_within(const Outcome&, double from);

/// Every output of the healing model.
const config::Outputs<Outcome>& outputs();

}  // namespace percuta::healing
