#pragma once

#include <functional>
#include <string>
#include <vector>

#include "percuta/io/document.h"
#include "percuta/study/run.h"

namespace percuta::study {

/// A measured curve: a column against another, named after outputs.
struct Measured {
  std::string file;
  config::Output x, y;        ///< what the columns are
  std::vector<double> at;     ///< of x [SI]
  std::vector<double> value;  ///< of y [SI]
};

/// A table with two columns, `displacement [mm], force [mN]`: outputs of a run that are series, by
/// their whole path or its last name, each with its unit; a row of numbers each, lines that begin
/// with # left out. Throws InputError with line and remedy.
Measured read_measured(const std::string& path);
Measured parse_measured(const std::string& text, const std::string& name);

/// The model beside it, by linear interpolation of the result's series.
struct Overlay {
  Measured measured;
  std::vector<double> model_at, model;  ///< the result's own points [SI]
  std::vector<double> predicted;        ///< at each measured point; NaN beyond the curve [SI]
  int inside = 0, outside = 0;          ///< measured points within and beyond it
  double bias = 0.0;      ///< mean of model less measured, NaN without a point inside [SI]
  double rms = 0.0;       ///< root of the mean square of that, NaN likewise [SI]
  double largest = 0.0;   ///< by magnitude, NaN likewise [SI]
  double relative = 0.0;  ///< rms over that of the measured values, NaN likewise [-]
};

/// Throws InputError where the result has no such series.
Overlay overlay(const io::Document&, const Measured&);
/// The same of the two series themselves, x in growing order [SI].
Overlay overlay(std::vector<double> model_at, std::vector<double> model, const Measured&);

/// A result that has the measured series: of `roll`, of `run` for what heals.
Result result_for(const Case&, const Measured&, core::Observer& = core::silent());

/// One input a quarter larger, and what it makes of the misfit.
struct Change {
  std::string key, from, to;  ///< as written
  double relative = 0.0;      ///< of the misfit then [-]
};

/// Reads the case again with some values over it.
using ReadCase = std::function<Case(const Overrides&)>;

/// Inputs that change the misfit most, the one that lowers it most first: constants of needle, skin
/// and, for what heals, of healing; those that would need finite elements are left out. Seconds.
std::vector<Change> what_changes_it(const ReadCase&, const Overlay&,
                                    core::Observer& = core::silent());

/// "the model lies 12 % above on average; ...", a sentence or two.
std::string misfit_words(const Overlay&);
/// measure.json; the warnings are those of the result.
std::string overlay_json(const Overlay&, const std::vector<Change>&,
                         const std::vector<std::string>& warnings);

}  // namespace percuta::study
