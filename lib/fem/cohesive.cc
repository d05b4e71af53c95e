#include "cohesive.h"

#include <algorithm>

namespace percuta::fem {
namespace {

CohesiveResponse monotone(const CohesiveLaw& law, double opening) {
  const double onset = law.onset(), end = law.separation();
  if (opening <= onset) return {0.5 * law.stiffness * opening * opening, law.stiffness * opening, law.stiffness};
  if (opening >= end) return {law.toughness, 0.0, 0.0};
  const double slope = -law.strength / (end - onset);
  const double traction = law.strength + slope * (opening - onset);
  return {law.toughness - 0.5 * traction * (end - opening), traction, slope};
}

}  // namespace

CohesiveResponse cohesive_response(const CohesiveLaw& law, double opening, double largest) {
  if (opening < 0.0) return {0.5 * law.stiffness * opening * opening + dissipated(law, largest), law.stiffness * opening, law.stiffness};
  if (opening >= largest || largest <= law.onset()) return monotone(law, opening);
  const double secant = monotone(law, largest).traction / largest;
  return {dissipated(law, largest) + 0.5 * secant * opening * opening, secant * opening, secant};
}

double dissipated(const CohesiveLaw& law, double largest) {
  if (largest <= law.onset()) return 0.0;
  const auto at = monotone(law, largest);
  return at.energy - 0.5 * at.traction * largest;
}

double damage(const CohesiveLaw& law, double largest) { return std::clamp(dissipated(law, largest) / law.toughness, 0.0, 1.0); }

}  // namespace percuta::fem
