#pragma once

#include <Eigen/Core>

namespace percuta::fem {

/// Bilinear cohesive law: steep up to the strength, straight down to nothing; the area is the
/// toughness. Irreversible: below the largest opening so far it goes back to the origin along the
/// secant.
struct CohesiveLaw {
  double strength = 0.0;   ///< [Pa]
  double toughness = 0.0;  ///< [J/m^2]
  double stiffness = 0.0;  ///< before damage, and against overlap [Pa/m]

  double onset() const { return strength / stiffness; }  ///< opening at the strength [m]
  double separation() const {
    return 2.0 * toughness / strength;
  }  ///< opening at which nothing is left [m]
};

struct CohesiveResponse {
  double energy;    ///< stored and dissipated so far [J/m^2]
  double traction;  ///< [Pa]
  double slope;     ///< [Pa/m]
};

/// Response at an opening after a largest opening. Derivable: traction = d energy / d opening.
CohesiveResponse cohesive_response(const CohesiveLaw&, double opening, double largest);

/// The same for faces that can slide on one another as well: the law in the length of their
/// displacement jump, whose second component is the opening. It takes as much to shear a layer
/// apart as to open it; faces pressed together slide freely.
struct MixedResponse {
  double energy;             ///< stored and dissipated so far [J/m^2]
  Eigen::Vector3d traction;  ///< [Pa]
  Eigen::Matrix3d slope;     ///< [Pa/m]
};
MixedResponse cohesive_response(const CohesiveLaw&, const Eigen::Vector3d& jump, double largest);

/// Length of a jump without what is overlap [m].
double separating_length(const Eigen::Vector3d& jump);

/// Energy dissipated once the largest opening has been reached [J/m^2].
double dissipated(const CohesiveLaw&, double largest);

/// Share of the toughness used up, 0 intact to 1 separated [-].
double damage(const CohesiveLaw&, double largest);

}  // namespace percuta::fem
