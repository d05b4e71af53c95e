#pragma once

#include <string>
#include <vector>

#include "percuta/skin/law.h"

namespace percuta::skin {

/// What a layer is to the models that ask for more than its mechanics: closure asks for the
/// epidermis, healing for the dermis.
enum class Role { stratum_corneum, epidermis, dermis, hypodermis, other };
std::string name(Role);

/// One layer of the skin as it lies taut on the body.
struct Layer {
  std::string name;  ///< "stratum corneum", "viable epidermis", or a free one
  Role role = Role::other;
  double thickness = 0.0;           ///< [m]
  Law law = NeoHookean{};           ///< isochoric response
  double bulk_over_shear = 1000.0;  ///< bulk over shear modulus [-]
  double toughness = 0.0;           ///< energy per new crack area while the crack runs [J/m^2]
  double strength = 0.0;            ///< stress at which it begins to separate; 0 = it does not [Pa]
  std::vector<FibreFamily> fibres;  ///< beside the law; the solid level alone knows them
  std::vector<Relaxation> relaxation;  ///< the law is the slow response
};

/// Depths at which vessels begin, from the skin surface.
struct Vessels {
  double loops = 0.0;          ///< tips of the papillary loops [m]
  double dense_plexus = 0.0;   ///< where capillary blood is reliably reached [m]
  double heavy = 0.0;          ///< upper horizontal plexus [m]
  double loop_density = 0.0;   ///< papillary loops per area [1/m^2]
  double loop_diameter = 0.0;  ///< [m]
};

/// Layered skin over a rigid support.
struct Skin {
  std::string name;
  std::vector<Layer> layers;  ///< top to bottom
  double tension = 0.0;  ///< in-plane Cauchy stress of the thickest dermis layer as it lies [Pa]
  double gate_toughness = 0.0;  ///< energy per crack area that opens the surface at the tip [J/m^2]
  double langer_angle =
      0.0;                ///< of the Langer lines against the plane of the needle's motion [rad]
  double friction = 0.0;  ///< Coulomb coefficient needle on tissue [-]
  Vessels vessels;
};

double thickness(const Skin&);  ///< all layers together [m]
double epidermis_thickness(
    const Skin&);  ///< all layers of the roles stratum corneum and epidermis [m]
double dermis_thickness(const Skin&);  ///< all layers of the role dermis [m]

/// Index of the layer at a depth below the surface; the last one below everything.
std::size_t layer_at(const Skin&, double depth);

/// How much stiffer a layer is at the end of a load that grows evenly over a time [s] than after a
/// long wait; 1 for a layer that does not relax. With g_i, tau_i its relaxation and g the share
/// that stays: 1 + sum_i (g_i/g)(1 - exp(-t/tau_i)) tau_i/t [-].
double stiffening(const Layer&, double time);

/// The skin as it answers a load that grows evenly over a time [s]: moduli of every layer times its
/// stiffening; 0 = slow.
Skin at_rate(const Skin&, double time);

/// Equibiaxial stretch that gives the thickest layer of the dermis, or where there is none the
/// uppermost layer, its in-plane tension [-].
double pre_stretch(const Skin&);

}  // namespace percuta::skin
