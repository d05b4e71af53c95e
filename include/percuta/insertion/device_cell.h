#pragma once

// A needle with its share of the drum face and of the skin: the periodic cell of the array.

#include <limits>
#include <string>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/device/device.h"
#include "percuta/insertion/indentation.h"
#include "percuta/skin/skin.h"

namespace percuta::insertion {

/// One equilibrium of unpierced skin under a needle and its base.
struct CellState {
  double displacement = 0.0;  ///< of the tip below the mean plane of the cell's surface, d [m]
  double needle_force = 0.0;  ///< N [N]
  double base_force = 0.0;    ///< of the base plate or drum face on the cell [N]
  double rise = 0.0;          ///< of the surface at the cell's side above its mean plane [m]
  double contact_radius =
      std::numeric_limits<double>::quiet_NaN();  ///< inner edge of the base's contact; NaN where it
                                                 ///< does not touch [m]
};

/// The cell under growing load with the base a fixed distance above the tip.
struct CellRow {
  double exposed = 0.0;           ///< tip to base, L' [m]
  std::vector<CellState> states;  ///< from where the base first touches on, in growing total force
};

/// Share of a tip's radius that is left in its position once it is many radii deep: a tip blunter
/// by dR goes as far with the same force as one that is ahead by this share of dR. See
/// tests/verification/device_cell_test.cc.
inline constexpr double tip_shift = 0.7;

/// Bulk modulus of skin and fat by their speed of sound, mechmater2012 [Pa].
inline constexpr double true_bulk = 2e9;

/// How far a response is wanted.
struct CellReach {
  double length = 0.0;        ///< longest exposed length [m]
  double needle_force = 0.0;  ///< rows end once the base first touches at more than this [N]
  double total_force = 0.0;   ///< on the cell, up to which rows go [N]
};

/// Unpierced skin in a device cell. Until the base touches, the needle bears all and how far it
/// sticks out does not matter. A needle pierced to a depth a meets the skin's surface like an
/// unpierced one of length L - a: hence the rows.
struct CellResponse {
  double radius = 0.0;        ///< of the cell [m]
  double tip_radius = 0.0;    ///< of the needle it was made with [m]
  IndentationCurve free;      ///< without the base
  std::vector<double> rise;   ///< of the surface at the cell's side, at the points of `free` [m]
  std::vector<CellRow> rows;  ///< in growing exposed length
  long unknowns = 0, steps = 0, iterations = 0;
};

/// A response as the text of a table, and back. Throws core::FileError that names the file for a
/// text that is no table, and when what it belongs to is not `key`.
std::string cell_table(const CellResponse&, const std::string& key);
CellResponse read_cell_table(const std::string& text, const std::string& key,
                             const std::string& file);

/// Makes responses; implemented by finite elements in percuta_fem.
class CellModel {
 public:
  virtual ~CellModel() = default;
  /// Throws SolveError when nothing could be solved.
  virtual CellResponse respond(const skin::Skin&, const device::Needle&, double radius,
                               const CellReach&, core::Observer&) const = 0;
};

}  // namespace percuta::insertion
