#include "boxes/solid_material.h"

#include <algorithm>
#include <cmath>

#include <Eigen/LU>

namespace percuta::fem {

Eigen::Matrix3d isochoric_kirchhoff(const SolidMaterial& m, const Eigen::Matrix3d& f) {
  std::vector<skin::OgdenTerm> terms;
  for (const auto& [mu, alpha] : m.ogden) terms.push_back({mu, alpha});
  const auto t = skin::isochoric_response(terms, f).kirchhoff;
  Eigen::Matrix3d tau;
  tau << t[0], t[3], t[5], t[3], t[1], t[4], t[5], t[4], t[2];
  for (const auto& family : m.fibres)
    tau += skin::fibre_kirchhoff({family.k1, family.k2, family.kappa}, family.direction, f);
  return tau;
}

SolidMaterial solid_material(const skin::Skin& skin, const skin::Layer& layer, double stretch,
                             double largest_bulk) {
  SolidMaterial m;
  for (const auto& t : ogden_terms(layer.law)) m.ogden.emplace_back(t.mu, t.alpha);
  m.bulk = std::min(layer.bulk_over_shear, largest_bulk) * shear_modulus(layer.law);
  m.cohesive = {layer.strength, layer.toughness, 0.0};
  for (const auto& f : layer.fibres) {
    const double angle = skin.langer_angle + f.angle;
    m.fibres.push_back({f.k1, f.k2, f.dispersion, {std::cos(angle), std::sin(angle), 0.0}});
  }
  double slow = 1.0;
  for (const auto& r : layer.relaxation) slow -= r.share;
  for (const auto& r : layer.relaxation) m.relaxation.emplace_back(r.share / slow, r.time);
  // The stretch that leaves the skin's normal free of stress, by bisection.
  double low = 0.2, high = 2.0;
  for (int k = 0; k < 200; ++k) {
    const double middle = 0.5 * (low + high);
    m.pre_stretch = {stretch, stretch, middle};
    const double j = m.pre_stretch.prod();
    const double normal = isochoric_kirchhoff(m, m.pre_stretch.asDiagonal())(2, 2) +
                          j * skin::Volumetric{m.bulk}.pressure(j);
    (normal < 0.0 ? low : high) = middle;
  }
  return m;
}

}  // namespace percuta::fem
