#pragma once

// Suction test: how high skin rises into the opening of a probe that holds it around by its rim.
//   R0 = U_f   R2 = U_a/U_f   R5 = U_r/U_e   R7 = U_r/U_f
// U_e at once after the pressure is on, U_f when it goes, U_r what comes back at once, U_a what has
// come back at the end of the cycle.

#include <cstddef>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/skin/skin.h"
#include "percuta/skin/test_cost.h"

namespace percuta::skin {

/// One cycle of a probe: pressure on, pressure off.
struct SuctionTest {
  double pressure = 45e3;  ///< below that of the air [Pa]
  double opening = 2e-3;   ///< across, as probes are named [m]
  double rim = 2e-3;       ///< width of the rim around it, to which the skin sticks [m]
  double on = 2.0;         ///< how long the pressure is on [s]
  double off = 2.0;        ///< and how long off before the end of the cycle [s]
  double at_once = 0.1;    ///< after which "at once" is read [s]
};

/// Elevations of the middle of the opening in one cycle.
struct SuctionReading {
  double immediate = 0.0;     ///< U_e, at once after the pressure is on [m]
  double largest = 0.0;       ///< U_f, when it goes: R0 [m]
  double back_at_once = 0.0;  ///< U_r, come back at once after that [m]
  double back = 0.0;          ///< U_a, come back at the end of the cycle [m]
};

double gross_elasticity(const SuctionReading&);  ///< R2 = U_a/U_f [-]
double net_elasticity(const SuctionReading&);    ///< R5 = U_r/U_e [-]
double elastic_share(const SuctionReading&);     ///< R7 = U_r/U_f [-]

/// Whether any layer relaxes; without, all that rises comes back at once.
bool relaxes(const Skin&);

/// Shear under a constant stress after a time [s] over that after a long wait, exactly for the
/// layer's relaxation: mu(oo) J(t), the Laplace transforms of J and of the modulus mu being
/// reciprocal, s^2 J mu = 1 [-].
double crept(const Layer&, double time);

/// The skin as it answers a constant load after a time [s]: moduli of every layer over what it has
/// crept.
Skin after_creep(const Skin&, double time);

/// Elevation of the middle of the opening of elastic skins under the whole pressure; implemented by
/// finite elements in percuta_fem.
class SuctionModel {
 public:
  virtual ~SuctionModel() = default;
  /// An elevation each [m]; layers are of the same thickness in all skins. Throws SolveError.
  virtual std::vector<double> lift(const std::vector<Skin>&, const SuctionTest&, TestCost&,
                                   core::Observer&) const = 0;
};

/// One cycle on each of several skins of the same layers. Quasi-elastic: under the pressure the
/// skin is an elastic one that has crept, U(t); after it, the elevations of a pressure that stays
/// and of an opposite one that began later are added, U(t) - U(t - on). Exact for small strain and
/// layers that relax alike. Without relaxation, every reading is one elevation.
std::vector<SuctionReading> suction(const std::vector<Skin>&, const SuctionTest&,
                                    const SuctionModel&, TestCost&,
                                    core::Observer& = core::silent());

}  // namespace percuta::skin
