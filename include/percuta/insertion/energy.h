#pragma once

#include "percuta/channel/channel.h"
#include "percuta/insertion/crack_table.h"
#include "percuta/insertion/indentation.h"

namespace percuta::insertion {

/// Everything the energy level needs of one skin and one needle, tabulated once.
///
/// Before puncture the skin answers as the indentation curve. The surface opens when the force
/// reaches the least load of a crack at the scale of the tip (radius R_t, gate toughness). From
/// then on the needle wedges a plane mode-I crack through the layers: with s the distance behind
/// the tip and e_l(R) = min_b (2 b G_l + mu_l R^2 f(b/R; alpha_l)), the load of the crack at
/// pierced depth a is the sum over layers of e_l(R(a - top_l)) - e_l(R(a - bottom_l)), plus shaft
/// friction. Pierced depth and deflection share the tip displacement: F_crack(a) = F_indentation(d
/// - a).
class EnergyLevel {
 public:
  EnergyLevel(const skin::Skin&, const device::Needle&, IndentationCurve, const CrackTable&);

  double puncture_force() const { return gate_; }     ///< [N]
  double crack_force(double pierced_depth) const;     ///< without friction [N]
  double friction_force(double pierced_depth) const;  ///< [N]
  /// Pierced depth that balances the skin at a tip displacement beyond puncture [m].
  double balanced_depth(double displacement) const;
  /// Half-length of the slit at the surface when the needle is pierced this deep [m].
  double slit_half_length(double pierced_depth) const;
  /// Displacement at which the gate opens; NaN when the force is not reached before `limit` [m].
  double puncture_displacement(double limit) const;

  /// Force, pierced depth and deflection at a tip displacement, on the way in. The needle's base is
  /// left out, so that this holds up to `buried_displacement`.
  channel::InsertionState at(double displacement) const;
  /// Tip displacement at which the needle is pierced to its whole length [m].
  double buried_displacement() const;
  /// Force on the unpierced skin at a displacement [N].
  double indentation_force(double displacement) const;
  /// Whether at a displacement the skin's answer goes on beyond what was solved.
  bool extrapolates(double displacement) const;

  /// The whole curve to a tip displacement, dense enough to draw.
  channel::InsertionCurve curve(double up_to, int points = 120) const;

 private:
  struct LayerTable {
    double top, bottom;                                   // [m]
    std::vector<double> energy, normal_sum, half_length;  // against distance behind the tip
  };
  double lookup(const std::vector<double>&, double s) const;

  skin::Skin skin_;
  IndentationCurve indentation_;
  std::vector<LayerTable> layers_;
  double step_;   // of the distance tables [m]
  double depth_;  // of the whole skin [m]
  double length_;
  double gate_ = 0.0;
};

}  // namespace percuta::insertion
