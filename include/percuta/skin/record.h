#pragma once

#include "percuta/config/record.h"
#include "percuta/skin/skin.h"

namespace percuta::skin {

/// What alone reads a key, config::Key::only.
inline constexpr const char* kInsert = "insert";
inline constexpr const char* kSolidLevel = "the solid level";

/// A layer as it is written in files.
struct LayerInput {
  double thickness, shear_modulus, hardening, bulk_over_shear, toughness, strength;
  double second_share, fibre_modulus, fibre_exponent, fibre_dispersion, fibre_angle;
  std::vector<Relaxation> relaxation;
  std::string law, role;
};

/// Which layers a skin has, top to bottom.
struct StackInput {
  std::vector<std::string> order;
};

const config::Record<LayerInput>& layer_record();
const config::Record<Skin>& skin_record();  ///< tension, gate toughness, friction
const config::Record<Vessels>& vessels_record();

const config::Record<StackInput>& stack_record();  ///< order

/// Names of the usual layers, top to bottom, as keys ("stratum_corneum"). A skin may have others.
const std::vector<std::string>& layer_keys();

/// Whether a layer may be called so: small letters, digits and underscores, a letter first, at
/// most 40.
bool layer_name_allowed(const std::string&);

/// The layer of a key. One of the usual names has its usual role; another one without a role has
/// Role::other.
Layer make_layer(const std::string& key, const LayerInput&);

}  // namespace percuta::skin
