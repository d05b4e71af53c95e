#pragma once

// The fields of the healing model, each declared once: solver, outputs and documentation follow
// from this table.

#include <array>
#include <vector>

#include "percuta/healing/healing.h"

namespace percuta::healing {

/// Places of the fields at one point. Adding one is a name here, a row below, a member of Course,
/// its terms in `react` (what a session sets, in `injure`), constants in Parameters and their
/// record, and its equation in README.md.
enum Field { S, F, N, M1, M2, A, C, Rho, M, X1, X3, Psi, kFields };

/// One field; all are normalised, so that their unit is 1.
struct FieldRow {
  Field field;
  const char* name;                   ///< in outputs
  const char* sentence;               ///< with its symbol in the equations
  double rest;                        ///< in healthy skin [-]
  double emptied;                     ///< where a channel was cut [-]
  double Parameters::*diffusivity;    ///< [m^2/s]; null for one that stays where it is
  std::vector<double> Course::*mean;  ///< over the unit cell
  bool seeded = false;                ///< set to `emptied` where a channel was cut
  const char* reported = nullptr;     ///< what summary.json calls it at the days of report
};

inline constexpr std::array<FieldRow, kFields> kFieldTable{{
    {S, "damage", "damage signal S, mean of the unit cell", 0.0, 0.0, nullptr, &Course::damage},
    {F, "clot", "clot and provisional matrix F", 0.0, 0.0, nullptr, &Course::clot},
    {N, "neutrophils", "neutrophils n", 0.0, 0.0, &Parameters::neutrophil_diffusivity,
     &Course::neutrophils},
    {M1, "macrophages_1", "inflammatory macrophages M1", 0.0, 0.0,
     &Parameters::macrophage_diffusivity, &Course::macrophages_1},
    {M2, "macrophages_2", "repair macrophages M2", 0.0, 0.0, &Parameters::macrophage_diffusivity,
     &Course::macrophages_2},
    {A, "alarm", "pro-inflammatory signal alpha", 0.0, 0.0, &Parameters::alarm_diffusivity,
     &Course::alarm},
    {C, "growth_factor", "growth signal c, healthy 1", 1.0, 1.0, &Parameters::growth_diffusivity,
     &Course::growth_factor},
    {Rho, "fibroblasts", "fibroblasts rho, healthy 1", 1.0, 0.02,
     &Parameters::fibroblast_diffusivity, &Course::fibroblasts, true},
    {M, "myofibroblasts", "myofibroblasts m", 0.0, 0.0, &Parameters::myofibroblast_diffusivity,
     &Course::myofibroblasts, true, "myofibroblasts"},
    {X1, "collagen_i", "collagen I, healthy 0.8", 0.8, 0.008, nullptr, &Course::collagen_i, true},
    {X3, "collagen_iii", "collagen III, healthy 0.2", 0.2, 0.002, nullptr, &Course::collagen_iii,
     true},
    {Psi, "maturity", "cross-link maturity psi, healthy 1", 1.0, 0.001, nullptr, &Course::maturity,
     true},
}};

}  // namespace percuta::healing
