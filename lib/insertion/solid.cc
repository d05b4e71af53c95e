#include "percuta/insertion/solid.h"

#include <cmath>
#include <limits>

namespace percuta::insertion {
namespace {

const SolidEvent* first(const SolidInsertion& s, const char* begins) {
  for (const auto& e : s.events)
    if (e.name.starts_with(begins)) return &e;
  return nullptr;
}

}  // namespace

double axial_force(const SolidStep& s) {
  return s.force * std::cos(s.tilt) - s.lateral_force * std::sin(s.tilt);
}

const SolidEvent* held_since(const SolidInsertion& s) { return first(s, "held "); }

double puncture_force(const SolidInsertion& s) {
  const auto* e = first(s, "puncture");
  return e != nullptr ? e->force : std::numeric_limits<double>::quiet_NaN();
}

double puncture_displacement(const SolidInsertion& s) {
  const auto* e = first(s, "puncture");
  return e != nullptr ? e->displacement : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace percuta::insertion
