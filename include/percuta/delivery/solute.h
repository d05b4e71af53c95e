#pragma once

#include <string>
#include <vector>

namespace percuta::delivery {

/// A number of a solute that nobody gave.
struct Estimate {
  std::string key;   ///< "free_diffusivity"
  std::string rule;  ///< "Stokes-Einstein of its radius"
  double value = 0.0;
  std::string unit;  ///< SI
};

/// What diffuses. As it is written 0 stands for what is to be estimated; `completed` leaves none.
struct Solute {
  std::string name;
  double molar_mass = 0.0;                    ///< [kg/mol]
  double log_k_ow = 0.0;                      ///< log10 of octanol over water [-]
  double charge = 0.0;                        ///< at the pH of skin [-]
  double radius = 0.0;                        ///< hydrodynamic [m]
  double free_diffusivity = 0.0;              ///< in water at 37 degrees C [m^2/s]
  double stratum_corneum_permeability = 0.0;  ///< of unbroken horny layer, P [m/s]
  double stratum_corneum_diffusivity = 0.0;   ///< with P it says what the layer holds [m^2/s]
  double epidermis_diffusivity = 0.0;         ///< [m^2/s]
  double dermis_diffusivity = 0.0;            ///< [m^2/s]
  double partition = 1.0;                     ///< living layers over water, free [-]
  double bound = 0.0;                         ///< bound over free in living layers [-]
  double capillary_clearance = 0.0;           ///< into blood, papillary dermis [1/s]
  double lymph_clearance = 0.0;               ///< into lymph, dermis [1/s]
  double solubility = 0.0;                    ///< in water; 0 = not limited [kg/m^3]
  std::vector<Estimate> estimated;            ///< made by `completed`
};

/// log10 P(cm/h) = -2.74 + 0.71 log K_ow - 0.0061 M(g/mol), Potts and Guy [m/s].
double potts_guy(double log_k_ow, double molar_mass);

/// D = k T/(6 pi eta R) at 37 degrees C in water [m^2/s].
double stokes_einstein(double radius);

/// Radius of a compact sphere of this molar mass, 1350 kg/m^3 [m].
double compact_radius(double molar_mass);

/// Share of the free diffusivity that is left in tissue: a fifth for small solutes, times Ogston's
/// exp(-sqrt(phi) R/r_f) for their size, with phi = 0.3 of fibres and r_f = 10 nm [-].
double tissue_share(double radius);

/// With an estimate, by a rule that is named, for everything that is 0.
Solute completed(Solute);

}  // namespace percuta::delivery
