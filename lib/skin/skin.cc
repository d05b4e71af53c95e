#include "percuta/skin/skin.h"

#include <array>
#include <cmath>

namespace percuta::skin {
namespace {

double sum_of(const Skin& skin, Role role) {
  double sum = 0.0;
  for (const auto& layer : skin.layers)
    if (layer.role == role) sum += layer.thickness;
  return sum;
}

}  // namespace

std::string name(Role role) {
  return std::array{"stratum corneum", "epidermis", "dermis", "hypodermis", "other"}.at(
      static_cast<std::size_t>(role));
}

double thickness(const Skin& skin) {
  double sum = 0.0;
  for (const auto& layer : skin.layers) sum += layer.thickness;
  return sum;
}

double epidermis_thickness(const Skin& skin) {
  return sum_of(skin, Role::stratum_corneum) + sum_of(skin, Role::epidermis);
}

double dermis_thickness(const Skin& skin) { return sum_of(skin, Role::dermis); }

std::size_t layer_at(const Skin& skin, double depth) {
  double bottom = 0.0;
  for (std::size_t i = 0; i < skin.layers.size(); ++i) {
    bottom += skin.layers[i].thickness;
    if (depth < bottom) return i;
  }
  return skin.layers.size() - 1;
}

double stiffening(const Layer& layer, double time) {
  double slow = 1.0, more = 0.0;
  for (const auto& r : layer.relaxation) slow -= r.share;
  for (const auto& r : layer.relaxation)
    more += r.share * (time > 0.0 ? -std::expm1(-time / r.time) * r.time / time : 1.0);
  return 1.0 + more / slow;
}

Skin at_rate(const Skin& skin, double time) {
  Skin fast = skin;
  if (!(time > 0.0)) return fast;
  for (auto& layer : fast.layers) {
    const double factor = stiffening(layer, time);
    if (auto* neo = std::get_if<NeoHookean>(&layer.law)) neo->mu *= factor;
    if (auto* ogden = std::get_if<Ogden>(&layer.law))
      for (auto& term : ogden->terms) term.mu *= factor;
  }
  return fast;
}

double pre_stretch(const Skin& skin) {
  if (skin.tension <= 0.0) return 1.0;
  const Law* law = &skin.layers.front().law;
  double thickest = 0.0;
  for (const auto& layer : skin.layers)
    if (layer.role == Role::dermis && layer.thickness > thickest) {
      law = &layer.law;
      thickest = layer.thickness;
    }
  double low = 1.0, high = 1.0;
  while (equibiaxial_cauchy(*law, high) < skin.tension) high *= 1.1;
  for (int k = 0; k < 200 && high - low > 1e-15; ++k) {
    const double middle = 0.5 * (low + high);
    (equibiaxial_cauchy(*law, middle) < skin.tension ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace percuta::skin
