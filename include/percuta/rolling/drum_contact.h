#pragma once

#include <string>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/device/device.h"
#include "percuta/skin/skin.h"

namespace percuta::rolling {

/// One equilibrium of a rigid cylinder on layered skin over a rigid support, plane strain.
struct DrumState {
  double load = 0.0;        ///< per width, P' [N/m]
  double half_width = 0.0;  ///< of the contact, b [m]
  double pressure = 0.0;    ///< at the deepest line, p0 [Pa]
  double approach = 0.0;    ///< of the cylinder's lowest line below the undisturbed surface [m]
};

/// A drum on a skin under growing load.
struct DrumResponse {
  double drum_radius = 0.0;       ///< [m]
  std::vector<DrumState> states;  ///< from no load on
  long unknowns = 0, steps = 0, iterations = 0;
};

/// A response as the text of a table, and back. Throws core::FileError that names the file for a
/// text that is no table, and when what it belongs to is not `key`.
std::string drum_table(const DrumResponse&, const std::string& key);
DrumResponse read_drum_table(const std::string& text, const std::string& key,
                             const std::string& file);

/// Makes drum responses; implemented by finite elements in percuta_fem.
class DrumModel {
 public:
  virtual ~DrumModel() = default;
  /// Up to a load per width [N/m]; ends early where the solve does. Throws SolveError when nothing
  /// could be solved.
  virtual DrumResponse press(const skin::Skin&, double drum_radius, double up_to_load,
                             core::Observer&) const = 0;
};

/// The drum on the skin under a load of the hand.
struct DrumContact {
  DrumState state;     ///< of drum and skin
  double shape = 0.5;  ///< k of the pressure p0 (1 - (x/b)^2)^k that bears the load: 1/2 on a
                       ///< half-space, 1 on a thin layer [-]
  std::vector<double> cell_loads;  ///< on one cell of the deepest row, and of the rows beside it
                                   ///< that touch, by distance [N]
  double peak = 0.0;  ///< the most that a cell bears on its way through the contact, at the middle
                      ///< or beside it [N]
  bool extrapolated = false;  ///< whether the response was left
};

/// Of a device under a load [N]; skin stiffer than the response's by a factor. A row bears what
/// lies within half a pitch of it, so that all rows together bear the load; a cell its share of the
/// row.
DrumContact drum_contact(const device::Roller&, const DrumResponse&, double load,
                         double stiffness = 1.0);

/// Half the contact's width alone, at a fraction of the cost [m].
double contact_half_width(const device::Roller&, const DrumResponse&, double load,
                          double stiffness = 1.0);

}  // namespace percuta::rolling
