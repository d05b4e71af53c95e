#include "surface/cohesive.h"

#include <algorithm>

namespace percuta::fem {
namespace {

CohesiveResponse monotone(const CohesiveLaw& law, double opening) {
  const double onset = law.onset(), end = law.separation();
  if (opening <= onset)
    return {0.5 * law.stiffness * opening * opening, law.stiffness * opening, law.stiffness};
  if (opening >= end) return {law.toughness, 0.0, 0.0};
  const double slope = -law.strength / (end - onset);
  const double traction = law.strength + slope * (opening - onset);
  return {law.toughness - 0.5 * traction * (end - opening), traction, slope};
}

}  // namespace

CohesiveResponse cohesive_response(const CohesiveLaw& law, double opening, double largest) {
  if (opening < 0.0)
    return {0.5 * law.stiffness * opening * opening + dissipated(law, largest),
            law.stiffness * opening, law.stiffness};
  if (opening >= largest || largest <= law.onset()) return monotone(law, opening);
  const double secant = monotone(law, largest).traction / largest;
  return {dissipated(law, largest) + 0.5 * secant * opening * opening, secant * opening, secant};
}

double separating_length(const Eigen::Vector3d& jump) {
  return Eigen::Vector3d(jump[0], std::max(jump[1], 0.0), jump[2]).norm();
}

MixedResponse cohesive_response(const CohesiveLaw& law, const Eigen::Vector3d& jump,
                                double largest) {
  Eigen::Matrix3d in = Eigen::Matrix3d::Identity();  // the directions that come apart
  if (jump[1] < 0.0) in(1, 1) = 0.0;
  const Eigen::Vector3d apart = in * jump;
  const double length = apart.norm();
  const auto r = cohesive_response(law, length, largest);
  MixedResponse m{r.energy, Eigen::Vector3d::Zero(), Eigen::Matrix3d::Zero()};
  if (length > 0.0) {
    const Eigen::Vector3d along = apart / length;
    m.traction = r.traction * along;
    m.slope = r.slope * along * along.transpose() +
              r.traction / length * (in - along * along.transpose());
  } else {
    m.slope = r.slope * in;
  }
  if (jump[1] < 0.0) {
    m.energy += 0.5 * law.stiffness * jump[1] * jump[1];
    m.traction[1] += law.stiffness * jump[1];
    m.slope(1, 1) += law.stiffness;
  }
  return m;
}

double dissipated(const CohesiveLaw& law, double largest) {
  if (largest <= law.onset()) return 0.0;
  const auto at = monotone(law, largest);
  return at.energy - 0.5 * at.traction * largest;
}

double damage(const CohesiveLaw& law, double largest) {
  return std::clamp(dissipated(law, largest) / law.toughness, 0.0, 1.0);
}

}  // namespace percuta::fem
