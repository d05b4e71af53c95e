#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

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

/// The prior of a constant of which another skin has a multiple: both ends times that, within what
/// is allowed.
Prior moved(Prior, double factor);

/// A figure that reports give of a course: a change from healthy at a time, or when something is
/// closed.
struct Figure {
  std::string name;          ///< below healing: "collagen_change"
  std::string unit, people;  ///< that it has, and that people read it in
  std::string sentence;
  bool at_a_day = false;  ///< whether it is asked for at a time
  /// Of a course at a time after the first session [s]; NaN for a closure that is not reached.
  std::function<double(const Course&, double time)> of;
};
const std::vector<Figure>& figures();

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
