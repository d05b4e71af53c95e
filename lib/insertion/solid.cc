#include "percuta/insertion/solid.h"

#include <limits>

namespace percuta::insertion {
namespace {

const SolidEvent* puncture(const SolidInsertion& s) {
  for (const auto& e : s.events)
    if (e.name == "puncture") return &e;
  return nullptr;
}

}  // namespace

double puncture_force(const SolidInsertion& s) {
  const auto* e = puncture(s);
  return e != nullptr ? e->force : std::numeric_limits<double>::quiet_NaN();
}

double puncture_displacement(const SolidInsertion& s) {
  const auto* e = puncture(s);
  return e != nullptr ? e->displacement : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace percuta::insertion
