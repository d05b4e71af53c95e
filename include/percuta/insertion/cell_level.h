#pragma once

#include <vector>

#include "percuta/channel/channel.h"
#include "percuta/insertion/crack_table.h"
#include "percuta/insertion/device_cell.h"
#include "percuta/insertion/model.h"

namespace percuta::insertion {

/// What a dearer model of the nominal needle says, over what the energy level says of it; 1 where
/// nothing is given.
struct Correction {
  double opening = 1.0;       ///< of the force that opens the surface [-]
  std::vector<double> depth;  ///< pierced depths in growing order [m]
  std::vector<double> resistance,
      slit;  ///< at these depths: of crack and friction together; of the slit's length [-]
  std::vector<double> load;   ///< on the cell, of unpierced skin, in growing order [N]
  std::vector<double> share;  ///< at these loads: of the needle's share [-]
};

/// The energy level in a device cell: the skin answers as the cell's response N(F; L'), the needle
/// pierces as EnergyLevel's.
///
/// A load F on the cell opens the surface when N(F; L) reaches the gate. The needle then goes on
/// until the crack and friction bear what the skin's surface gives to a needle that sticks out by
/// what is left: F_crack(a) + F_friction(a) = N(F; L - a). A tip of another radius is one at
/// another position: N(w; R') = N(w + kappa (R' - R); R), kappa = `tip_shift`. With a correction N,
/// the gate and F_crack + F_friction are multiplied by what it says; beyond its last depth or load
/// its last factor goes on, and a depth there counts as extrapolated.
class CellLevel : public PreparedNeedle {
 public:
  CellLevel(const skin::Skin&, const device::Needle&, const CellResponse&, const CrackTable&,
            Correction = {});

  /// Where a load on the cell brings the needle [N]. About ten microseconds.
  CellDepth at_load(double force, const Variation& = {}) const override;

  /// A needle that is driven: F_crack(a) + F_friction(a) = N(d - a) with the base off the skin, and
  /// no channel while N(d) is less than the gate [m].
  CellDepth at_displacement(double displacement, const Variation& = {}) const override;

  /// The needle under a growing load on its cell, up to a load, with the moment of puncture.
  channel::InsertionCurve curve(double up_to_force, int points = 120,
                                const Variation& = {}) const override;

  double puncture_force(const Variation& = {}) const override;   ///< at which the surface opens [N]
  double crack_force(double a, const Variation& = {}) const;     ///< without friction [N]
  double friction_force(double a, const Variation& = {}) const;  ///< [N]
  /// Half-length of the slit at the surface when the needle is pierced this deep [m].
  double slit_half_length(double pierced_depth) const override;
  IndentationCurve indentation() const override { return free_; }
  /// Share of a load on the cell that an unpierced needle bears which sticks out by a length [N].
  double needle_share(double force, double exposed) const;
  double touching(double exposed) const;  ///< load on the cell at which the base first touches [N]

 private:
  // What is left of the crack table for one layer, against ln(G/(mu R)).
  struct LayerLaw {
    double top, bottom, mu, toughness;
    std::vector<double> log_energy, log_normal, log_ratio,
        log_tail;  // tail: integral of n(v)/v^3 from u on
  };
  // One row of the response against ln(F / F_touch).
  struct Row {
    double log_touch, displacement, exposed;
    std::vector<double> log_share, way;
  };
  struct Tip {                            // radii of the needle behind its tip
    double tip, cone, cap, slope, taper;  // tip radius, radius where the cone begins and its
                                          // distance, tangent, distance of the shank
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
  double excess(double drive, const Tip&, double a, const Variation&) const;
  double slit(double a, const Variation&) const;

  Correction correction_;
  skin::Skin skin_;
  device::Needle needle_;
  IndentationCurve free_;
  std::vector<Row> rows_;
  std::vector<LayerLaw> layers_;
  LayerLaw gate_;
  double response_tip_, log_shortest_, log_ratio_, largest_share_;
};

}  // namespace percuta::insertion
