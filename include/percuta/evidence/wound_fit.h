#pragma once

#include <string>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/healing/healing.h"

namespace percuta::evidence {

/// What a wound has at a moment.
struct WoundPoint {
  double time = 0.0;   ///< after the injury [s]
  double value = 0.0;  ///< as a share [-]
};

/// A measured course of a well-mixed wound.
struct WoundCourse {
  enum class Over { peak, day_28, healthy };
  std::string name;        ///< neutrophils, macrophages, inflammation, myofibroblasts, collagen,
                           ///< strength
  Over over = Over::peak;  ///< of what the points are shares
  double spread = 0.0;     ///< by which a point counts [-]
  std::vector<WoundPoint> points;
  std::string source;
};

/// Courses that calibrate, and the constants that they are asked for.
struct WoundData {
  std::string title;
  std::vector<std::string> constants;
  std::vector<WoundCourse> courses;
};

/// A file as data/calibration/excised-wound.toml. Throws InputError with every mistake at once.
WoundData read_wound_data(const std::string& path);

/// What the model says at the points of a course: damage everywhere, no cells, no collagen.
std::vector<double> predicted(const WoundCourse&, const healing::Parameters&,
                              const healing::Settings& = {});

/// A constant before and after, and how well the courses tell it.
struct FittedConstant {
  std::string name, unit;              ///< below healing.parameters; as people write it
  double present = 0.0, fitted = 0.0;  ///< of the unit of its constant [SI]
  double relative_error = 0.0;         ///< standard error of its logarithm; infinite where no
                                       ///< course depends on it [-]
  bool at_bound = false;               ///< ten times more or less than now, or as far as allowed
  bool identified() const { return relative_error < 1.0 && !at_bound; }
};

/// Root mean square of model less measured, in spreads.
struct Misfit {
  std::string name;
  int points = 0;
  double before = 0.0, after = 0.0;  ///< [-]
};

struct WoundFit {
  std::string title;
  std::vector<FittedConstant> constants;
  std::vector<Misfit> courses;  ///< each, and all together
  int evaluations = 0;
  bool converged = true;  ///< else the evaluations were used up, and it is the best of them
};

/// Least squares of all points in the logarithms of the named constants, within ten times of the
/// given ones, by a quadratic model (BOBYQA). Standard errors from the Jacobian at the fit, with
/// the spread that the residuals have where it is above that of the data. Changes nothing. Throws
/// InputError for constants that are none, stand twice, are 0 or more than the points.
WoundFit fit_wound(const WoundData&, const healing::Parameters&, core::Observer& = core::silent());

/// A table [healing.parameters] for a case, with what is known of each value.
std::string wound_fit_toml(const WoundFit&);
std::string wound_fit_json(const WoundFit&);

}  // namespace percuta::evidence
