#pragma once

#include <array>
#include <span>
#include <vector>

#include "percuta/healing/healing.h"

// The fields of the healing model, each declared once: solvers, outputs and documentation follow
// from this table.

namespace percuta::healing {

namespace field {

/// Places of the fields at one point. Adding one is a name here, a row below, a member of Averages,
/// its terms in `react` of reactions.h (what a session sets, in `injure`), constants in Parameters
/// and their record, and its equation in README.md. The first kCore are those of every level, the
/// others of oxygen and vessels, where Parameters::vessels asks for them.
enum Field { S, F, N, M1, M2, A, C, Rho, M, X1, X3, Psi, kCore, W = kCore, V, Cap, kFields };

}  // namespace field

/// One field; all are normalised, so that their unit is 1.
struct FieldRow {
  field::Field field;
  const char* name;                     ///< in outputs
  const char* sentence;                 ///< with its symbol in the equations
  double rest;                          ///< in healthy skin [-]
  double emptied;                       ///< where a channel was cut [-]
  double Parameters::*diffusivity;      ///< null for one that stays where it is [m^2/s]
  std::vector<double> Averages::*mean;  ///< over a part of the skin [-]
  bool seeded = false;                  ///< set to `emptied` where a channel was cut
  const char* reported = nullptr;       ///< what summary.json calls it at the days of report
  bool of_vessels = false;              ///< only with Parameters::vessels
};

inline constexpr std::array<FieldRow, field::kFields> kFieldTable{{
    {field::S, "damage", "damage signal S, mean of the unit cell", 0.0, 0.0, nullptr,
     &Averages::damage},
    {field::F, "clot", "clot and provisional matrix F", 0.0, 0.0, nullptr, &Averages::clot},
    {field::N, "neutrophils", "neutrophils n", 0.0, 0.0, &Parameters::neutrophil_diffusivity,
     &Averages::neutrophils},
    {field::M1, "macrophages_1", "inflammatory macrophages M1", 0.0, 0.0,
     &Parameters::macrophage_diffusivity, &Averages::macrophages_1},
    {field::M2, "macrophages_2", "repair macrophages M2", 0.0, 0.0,
     &Parameters::macrophage_diffusivity, &Averages::macrophages_2},
    {field::A, "alarm", "pro-inflammatory signal alpha", 0.0, 0.0, &Parameters::alarm_diffusivity,
     &Averages::alarm},
    {field::C, "growth_factor", "growth signal c, healthy 1", 1.0, 1.0,
     &Parameters::growth_diffusivity, &Averages::growth_factor},
    {field::Rho, "fibroblasts", "fibroblasts rho, healthy 1", 1.0, 0.02,
     &Parameters::fibroblast_diffusivity, &Averages::fibroblasts, true},
    {field::M, "myofibroblasts", "myofibroblasts m", 0.0, 0.0,
     &Parameters::myofibroblast_diffusivity, &Averages::myofibroblasts, true, "myofibroblasts"},
    {field::X1, "collagen_i", "collagen I, healthy 0.8", 0.8, 0.008, nullptr, &Averages::collagen_i,
     true},
    {field::X3, "collagen_iii", "collagen III, healthy 0.2", 0.2, 0.002, nullptr,
     &Averages::collagen_iii, true},
    {field::Psi, "maturity", "cross-link maturity psi, healthy 1", 1.0, 0.001, nullptr,
     &Averages::maturity, true},
    {field::W, "oxygen", "oxygen w, healthy 1", 1.0, 0.0, &Parameters::oxygen_diffusivity,
     &Averages::oxygen, false, nullptr, true},
    {field::V, "vessel_signal", "vessel signal V (as VEGF)", 0.0, 0.0,
     &Parameters::vessel_signal_diffusivity, &Averages::vessel_signal, false, nullptr, true},
    {field::Cap, "capillaries", "capillaries v, healthy 1", 1.0, 0.0,
     &Parameters::vessel_diffusivity, &Averages::capillaries, true, nullptr, true},
}};

/// Those of every level.
inline constexpr auto kCoreTable = std::span(kFieldTable).first<field::kCore>();

/// Reaction terms of the kCore fields at a point [1/s]; pure function. `loops` is the share of
/// channels that hit vessel loops, `since_session` the time after the latest session [s].
void react(const Parameters&, double loops, double since_session, const double* y, double* dy);

/// Their derivatives d(dy)/dy at a point [1/s], row by row, by differences.
void react_jacobian(const Parameters&, double loops, double since_session, const double* y,
                    double* derivatives);

/// What a session does to a point: `damage` of 0 to 1, and whether the channel was cut through it.
/// `loops` as above; a cut that does not seed keeps cells and matrix. Of the first `fields`.
void injure(double damage, bool cut, double loops, bool seed, double* y, int fields = field::kCore);

/// The state about a new channel at a place of its own: averages of the fields, of maturity
/// weighted by collagen, so that strength stays. `weights` are areas or volumes of the points.
void mix(const std::vector<double>& weights, double* y);

/// Adds what a point counts for to the averages of one moment.
struct Mean {
  std::array<double, field::kFields> fields{};
  double strength = 0.0;
  void add(const double* y, double weight, int count = field::kCore);
};

/// Appends a moment to courses.
void append(Averages&, const Parameters&, const Mean&);

/// Averages of skin that nobody needled, over the same moments.
Averages unneedled(const Parameters&, const std::vector<double>& time, double relative_tolerance);

/// A negative concentration, beyond what the tolerance leaves of one that is nothing.
bool negative(const double* y, double tolerance);

}  // namespace percuta::healing
