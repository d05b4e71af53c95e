#pragma once

#include <string>
#include <vector>

#include "percuta/skin/skin.h"

namespace percuta::insertion {

/// Energy f(b/R; alpha) that a rigid circle of radius R stores when it opens a plane crack of
/// half-length b in an incompressible Ogden solid, over mu R^2; computed by percuta_fem
/// (`percuta table crack-opening`) and kept in data/tables/crack-opening.csv.
class CrackTable {
 public:
  static CrackTable read(const std::string& path);

  /// Stored energy f [-] at b/R and alpha; outside the computed b/R it follows its end slope in
  /// log-log (for alpha = 2 its logarithmic law). Throws std::out_of_range outside the computed
  /// alpha.
  double opening_energy(double b_over_r, double alpha) const;

  /// What the least costly crack takes: g = min over x of 2 x G_hat + f(x), G_hat = G/(mu R).
  struct Advance {
    double energy;        ///< g; energy per advance is mu R^2 g [-]
    double b_over_r;      ///< the minimiser x [-]
    double normal_force;  ///< 2 f - x f', the contact force round the circle over mu R [-]
  };
  Advance advance(double toughness_over_mu_r, double alpha) const;

  double lowest_alpha() const { return rows_.front().alpha; }
  double highest_alpha() const { return rows_.back().alpha; }

 private:
  // One row: everything against ln G_hat on a uniform grid, so that a look-up costs nanoseconds.
  struct Row {
    double alpha;
    std::vector<double> log_x, log_f, slopes;               ///< the computed samples, rising x
    std::vector<double> log_energy, log_ratio, log_normal;  ///< on the grid of ln G_hat
    double log_f_at(double log_x, double* slope) const;
  };
  static Row make_row(double alpha, const std::vector<double>& log_x,
                      const std::vector<double>& log_f);
  static Advance at(const Row&, double log_toughness);
  std::pair<std::size_t, double> bracket(double alpha) const;
  std::vector<Row> rows_;
};

/// Steady pressure over mu of a flat punch driving a ring crack, min over beta = b/R of
/// 2 beta J_hat + S(beta)/(pi mu R^2), for one Ogden term; with the minimiser.
/// Plane-strain hole expansion.
struct RingCrack {
  double pressure;
  double b_over_r;
};
RingCrack ring_crack(double toughness_over_mu_r, double alpha);

/// S/(pi mu R^2) of a cylindrical hole expanded from b to R in an incompressible Ogden solid.
double hole_energy(double b_over_r, double alpha);

/// Pressure over mu that holds a spherical cavity at stretch lambda, incompressible Ogden.
double spherical_cavity_pressure(double stretch, double alpha);

/// Same for a cylindrical cavity in plane strain.
double cylindrical_cavity_pressure(double stretch, double alpha);

/// Force at which the surface opens under a tip of this radius, the least load of a plane crack at
/// the scale of the tip: mu R^2 g(G_gate/(mu R); alpha) of the uppermost layer [N].
double gate_force(const skin::Skin&, double tip_radius, const CrackTable&);

}  // namespace percuta::insertion
