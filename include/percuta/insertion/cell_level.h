#pragma once

#include <vector>

#include "percuta/channel/channel.h"
#include "percuta/insertion/crack_table.h"
#include "percuta/insertion/device_cell.h"

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
  bool extrapolated = false;   ///< whether the response was left
};

/// The energy level in a device cell: the skin answers as the cell's response N(F; L'), the needle pierces as EnergyLevel's.
///
/// A load F on the cell opens the surface when N(F; L) reaches the gate. The needle then goes on until the crack and friction bear what
/// the skin's surface gives to a needle that sticks out by what is left: F_crack(a) + F_friction(a) = N(F; L - a).
/// A tip of another radius is one at another position: N(w; R') = N(w + kappa (R' - R); R), kappa = `tip_shift`.
class CellLevel {
 public:
  CellLevel(const skin::Skin&, const device::Needle&, const CellResponse&, const CrackTable&);

  /// Where a load on the cell brings the needle [N]. About ten microseconds.
  CellDepth at_load(double force, const Variation& = {}) const;

  /// The needle under a growing load on its cell, up to a load, with the moment of puncture.
  channel::InsertionCurve curve(double up_to_force, int points = 120, const Variation& = {}) const;

  double puncture_force(const Variation& = {}) const;            ///< at which the surface opens [N]
  double crack_force(double a, const Variation& = {}) const;     ///< without friction [N]
  double friction_force(double a, const Variation& = {}) const;  ///< [N]
  /// Half-length of the slit at the surface when the needle is pierced this deep [m].
  double slit_half_length(double pierced_depth, const Variation& = {}) const;
  /// Share of a load on the cell that an unpierced needle bears which sticks out by a length [N].
  double needle_share(double force, double exposed) const;
  double touching(double exposed) const;  ///< load on the cell at which the base first touches [N]

 private:
  // What is left of the crack table for one layer, against ln(G/(mu R)).
  struct LayerLaw {
    double top, bottom, mu, toughness;
    std::vector<double> log_energy, log_normal, log_ratio, log_tail;  // tail: integral of n(v)/v^3 from u on
  };
  // One row of the response against ln(F / F_touch).
  struct Row {
    double log_touch, displacement, exposed;
    std::vector<double> log_share, way;
  };
  struct Tip {                            // radii of the needle behind its tip
    double tip, cone, cap, slope, taper;  // tip radius, radius where the cone begins and its distance, tangent, distance of the shank
    double shank;
    double at(double s) const;
  };
  struct Share {
    double force, way;
    bool free, extrapolated;
  };
  Tip tip_of(const Variation&) const;
  Share share(double force, double exposed) const;
  double energy(const LayerLaw&, double toughness, double radius, double stiffness) const;
  template <class F>
  double over_layers(double a, const Variation&, const F& behind) const;
  double normal_sum(const LayerLaw&, const Tip&, double s, double stiffness) const;
  double crack(const Tip&, double a, const Variation&) const;
  double rubbing(const Tip&, double a, const Variation&) const;

  skin::Skin skin_;
  device::Needle needle_;
  IndentationCurve free_;
  std::vector<Row> rows_;
  std::vector<LayerLaw> layers_;
  LayerLaw gate_;
  double response_tip_, log_shortest_, log_ratio_, largest_share_;
};

}  // namespace percuta::insertion
