#pragma once

namespace percuta::fem {

/// Bilinear cohesive law: steep up to the strength, straight down to nothing; the area is the toughness.
/// Irreversible: below the largest opening so far it goes back to the origin along the secant.
struct CohesiveLaw {
  double strength = 0.0;   ///< [Pa]
  double toughness = 0.0;  ///< [J/m^2]
  double stiffness = 0.0;  ///< before damage, and against overlap [Pa/m]

  double onset() const { return strength / stiffness; }             ///< opening at the strength [m]
  double separation() const { return 2.0 * toughness / strength; }  ///< opening at which nothing is left [m]
};

struct CohesiveResponse {
  double energy;    ///< stored and dissipated so far [J/m^2]
  double traction;  ///< [Pa]
  double slope;     ///< [Pa/m]
};

/// Response at an opening after a largest opening. Derivable: traction = d energy / d opening.
CohesiveResponse cohesive_response(const CohesiveLaw&, double opening, double largest);

/// Energy dissipated once the largest opening has been reached [J/m^2].
double dissipated(const CohesiveLaw&, double largest);

/// Share of the toughness used up, 0 intact to 1 separated [-].
double damage(const CohesiveLaw&, double largest);

}  // namespace percuta::fem
