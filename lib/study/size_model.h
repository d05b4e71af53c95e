#pragma once

// What the search for a device takes for an answer, at thousandths of a run's cost: few needles of
// the scatter, and responses of other device cells where the design's own is not known.

#include <array>
#include <map>
#include <memory>
#include <vector>

#include "percuta/insertion/model.h"
#include "percuta/rolling/drum_contact.h"
#include "percuta/study/size.h"
#include "scatter.h"

namespace percuta::study {

/// A response as it would be in a cell of another radius: what the base bears grows with the cell's
/// area, what the skin rises falls with it, and the needle alone meets the same skin.
insertion::CellResponse in_another_cell(insertion::CellResponse, double radius);

/// Predicts what designs give, from the responses that it has learnt. Between two learnt radii
/// depths and shares are mixed by the logarithm of the radius; outside, the nearest one answers.
class Predictor {
 public:
  Predictor(const SizeTask&, core::Observer&);
  /// Of a design; `without_own` leaves out the response of its own cell, to show what it changed.
  Reached at(const Design&, bool without_own = false);
  /// Load on the cell of the deepest row [N].
  double peak(const Design&);
  /// Whether the design's own response is there, or none is needed.
  bool knows(const Design&) const;
  /// Takes the response of the design's cell, by finite elements where no table has it.
  void learn(const Design&, core::Observer&);
  /// What `roll` gives for a design read as a case.
  Reached rerun(const Design&, core::Observer&);
  /// Whether rows, width and length go together on the drum and in the skin.
  bool possible(const Design&) const;
  const SizeCost& cost() const { return cost_; }
  const Case& start() const { return start_; }

 private:
  struct Pressed {
    double load, stiffness;  // on the cell; of the skin over that of level and drum
  };
  struct Source {
    double radius, weight;
  };
  Case with(const Design&) const;
  Pressed press(const Design&);
  std::vector<Source> sources(double radius, bool without_own) const;
  const insertion::PreparedNeedle& prepared(const Design&, double radius, double source);
  void add(const Source&, const Design&, const Pressed&, Reached&);

  const SizeTask& task_;
  Case start_;
  skin::Skin skin_;  // as stiff as at the start's rate, where layers do not relax alike
  std::shared_ptr<const rolling::DrumResponse> drum_;
  std::string level_;
  std::vector<Drawn> variations_;
  bool rests_on_cells_ = false;
  std::map<double, std::shared_ptr<const insertion::CellResponse>> known_;  // by radius
  std::map<std::array<double, 3>, Pressed> pressed_;  // all rows of a width and pitch together
  std::map<std::array<double, 3>, std::unique_ptr<const insertion::PreparedNeedle>> needles_;
  SizeCost cost_;
};

}  // namespace percuta::study
