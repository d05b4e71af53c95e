#pragma once

// The seam between what puts a needle into skin and everything that follows from it: channels,
// healing, delivery.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "percuta/channel/channel.h"
#include "percuta/core/progress.h"
#include "percuta/core/registry.h"
#include "percuta/insertion/choices.h"
#include "percuta/insertion/crack_table.h"
#include "percuta/insertion/device_cell.h"
#include "percuta/insertion/solid.h"

namespace percuta::insertion {

/// One needle in one place of a skin, against the nominal ones.
struct Variation {
  double tip_radius = 0.0;      ///< 0 = nominal [m]
  double stiffness = 1.0;       ///< of all layers, over nominal [-]
  double thickness = 1.0;       ///< of all layers but the lowest, over nominal [-]
  double gate_toughness = 1.0;  ///< over nominal [-]
  double friction = 1.0;        ///< over nominal [-]
};

/// A needle in the skin with its cell under load.
struct CellDepth {
  double displacement = 0.0;   ///< of the tip below the cell's mean plane, d = a + w [m]
  double pierced_depth = 0.0;  ///< a; 0 where the surface holds [m]
  double deflection = 0.0;     ///< w [m]
  double needle_force = 0.0;   ///< N [N]
  double base_force = 0.0;     ///< on the face of the cell [N]
  bool extrapolated = false;   ///< whether the load lies beyond what was solved
};

/// What a model spent beyond the tables that it was given.
struct InsertionCost {
  long unknowns = 0, steps = 0, iterations = 0;  ///< of its own solves [-]
};

/// One needle of a device in one skin, ready to answer for any load on its cell. Answers are pure
/// and may be asked on several threads at once.
class PreparedNeedle {
 public:
  virtual ~PreparedNeedle() = default;
  /// Where a load on the cell brings the needle [N]. Asked thousands of times a run.
  virtual CellDepth at_load(double cell_load, const Variation&) const = 0;
  /// Where a needle is that is driven until its tip lies this far below the cell's mean plane, its
  /// base off the skin [m]. Asked thousands of times a run.
  virtual CellDepth at_displacement(double displacement, const Variation&) const = 0;
  /// The needle under a load on its cell that grows to `up_to` [N], with the moment of puncture;
  /// about so many points.
  virtual channel::InsertionCurve curve(double up_to, int points, const Variation&) const = 0;
  /// Force on the needle at which the surface opens [N].
  virtual double puncture_force(const Variation&) const = 0;
  /// Half-length of the slit at the surface when the needle is pierced this deep [m].
  virtual double slit_half_length(double pierced_depth) const = 0;
  /// The unpierced skin under the needle, where the model has such a curve.
  virtual IndentationCurve indentation() const { return {}; }
  virtual InsertionCost cost() const { return {}; }
  /// What its user should know of this needle in this skin, a sentence each.
  virtual std::vector<std::string> warnings() const { return {}; }
};

/// A needle with its share of the device and of the skin.
struct Setting {
  skin::Skin skin;  ///< as stiff as it is in the time that the needle takes, but for `stiffness`
  device::Needle needle;
  double cell_radius = 0.0;  ///< [m]
  double cell_load = 0.0;    ///< that the deepest row of the device brings to the cell [N]
  double stiffness = 1.0;    ///< by which answers will be asked for stiffer skin than `skin` [-]
  Choices choices;           ///< the case's [insertion]
  int threads = 1;
};

/// What models may rest on. Each is made on first use, from a table, from an earlier run or by
/// finite elements.
struct Ingredients {
  std::function<std::shared_ptr<const CellResponse>()>
      cell;                                  ///< unpierced skin in the setting's cell
  std::function<const CrackTable&()> crack;  ///< energy of a plane crack that a needle wedges open
  std::function<const SolidModel&()> finite_elements;  ///< one needle in skin, solved
};

/// A way to say how deep needles get. Implement it, add it to `models()`, and a case's
/// insertion.level may name it.
class InsertionModel {
 public:
  virtual ~InsertionModel() = default;
  /// About how long `prepare` takes beyond its ingredients, on two cores [s].
  virtual double seconds(const Setting&) const { return 0.0; }
  /// Throws core::InputError for a setting that it cannot take, core::SolveError when a solve gives
  /// up.
  virtual std::unique_ptr<const PreparedNeedle> prepare(const Setting&, const Ingredients&,
                                                        core::Observer&) const = 0;
};

/// What the models rest on, as cards: the tables of finite-element results.
std::vector<core::ModelCard> ingredient_cards();

/// Every insertion model: "energy", "axisymmetric", "solid", and what others add.
core::Registry<InsertionModel>& models();

}  // namespace percuta::insertion
