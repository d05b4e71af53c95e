#pragma once

#include <vector>

namespace percuta::fem {

// A long blade pushed into a slab of gelatine in plane strain, which opens in the middle plane: the
// published set-up of needle cutting (terzano2020: E 14.8 kPa, nu 0.475, G_c 1.1 J/m^2, friction
// 0.3). Far behind the tip the slab is squeezed evenly between blade and wall, so energy gives the
// force of steady cutting without friction, and equilibrium what friction adds to it with every bit
// of depth.

struct BladeCut {
  std::vector<double> depth;  ///< of the edge [m]
  std::vector<double> force;  ///< over the blade's length [N/m]
  double puncture = 0.0;      ///< force just before the edge is through the surface [N/m]
  bool complete = false;
  long unknowns = 0, iterations = 0;
};
/// Down to a depth of at most 20 mm [m].
BladeCut cut_gelatine(double cell, double friction, double to_depth);

/// Mean of the force and its slope by least squares, from a depth on.
struct Trend {
  double mean, slope;
};
Trend trend(const BladeCut&, double from_depth);

/// Of steady cutting: G_c and the energy that squeezing puts into the slab [N/m].
double steady_cutting_force();
/// Growth of the force with depth by friction on both faces, of a slab whose sections stay even:
/// the drag squeezes it lengthwise too, which raises the pressure [N/m^2].
double friction_growth(double friction, double depth);

}  // namespace percuta::fem
