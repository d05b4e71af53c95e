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
  std::vector<std::string> relaxation;
  std::string law;
};

const config::Record<LayerInput>& layer_record();
const config::Record<Skin>& skin_record();  ///< tension, gate toughness, friction
const config::Record<Vessels>& vessels_record();

/// Names of the layers, top to bottom, as keys ("stratum_corneum").
const std::vector<std::string>& layer_keys();

Layer make_layer(const std::string& key, const LayerInput&);

}  // namespace percuta::skin
