#pragma once

#include "percuta/insertion/solid.h"
#include "percuta/skin/skin.h"

/// Two stiff layers on a soft one, as skin is; weak enough to be pierced within a fifth of a
/// millimetre.
inline percuta::skin::Skin weak_skin() {
  percuta::skin::Skin s;
  s.name = "test";
  using percuta::skin::Role;
  const auto layer = [&](const char* name, Role role, double thickness, double mu) {
    percuta::skin::Layer l;
    l.name = name;
    l.role = role;
    l.thickness = thickness;
    l.law = percuta::skin::Ogden{{{mu, 9.0}}};
    l.toughness = 20.0;
    l.strength = 1e6;
    s.layers.push_back(l);
  };
  layer("stratum corneum", Role::stratum_corneum, 15e-6, 500e3);
  layer("viable epidermis", Role::epidermis, 75e-6, 110e3);
  layer("papillary dermis", Role::dermis, 250e-6, 110e3);
  layer("reticular dermis", Role::dermis, 1.57e-3, 110e3);
  return s;
}

inline percuta::insertion::SolidOptions quick(double displacement) {
  percuta::insertion::SolidOptions o;
  o.displacement = displacement;
  o.cells_per_tip_radius = 2.0;
  o.cells_per_shank = 5.0;
  o.cells_per_fracture_zone = 1.25;
  o.block_radius = 3e-3;
  o.withdraw = false;
  o.frames = 0;
  o.threads = 1;  // tests run side by side
  return o;
}
