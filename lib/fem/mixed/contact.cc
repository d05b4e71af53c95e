// Nodal contact of a MixedSolid with a rigid body.

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "mixed/mixed_solid.h"

namespace percuta::fem {

Contact contact_on(const Discretisation& mesh, int boundary, double penalty) {
  std::map<int, double> area;
  for (const auto& s : mesh.surface)
    if (s.boundary == boundary) area[s.node] += s.area;
  Contact contact;
  for (const auto& [node, a] : area) contact.nodes.push_back({node, a, boundary});
  contact.pressure.assign(contact.nodes.size(), 0.0);
  contact.penalty = penalty;
  return contact;
}

void MixedSolid::add_contact(const RigidBody& body, const Contact& contact, bool with_matrix,
                             bool curvature) {
  // A body moved by a step overlaps far more than it will at the end; the curvature term of those
  // pressures would make the matrix indefinite, so it sees no more than twice the settled ones.
  double settled = 0.0;
  for (const double p : contact.pressure) settled = std::max(settled, p);
  for (std::size_t k = 0; k < contact.nodes.size(); ++k) {
    const auto& s = contact.nodes[k];
    const auto d = body.distance(position(s.node).head<2>());
    const double pressure = contact.pressure[k] - contact.penalty * d.gap;
    if (pressure <= 0.0) continue;
    const std::array<int, 2> dof{s.node * 2, s.node * 2 + 1};
    for (int i = 0; i < 2; ++i) {
      residual_[dof[i]] -= s.area * pressure * d.normal[i];
      force_scale_[dof[i]] += s.area * pressure;
    }
    if (!with_matrix) continue;
    const Eigen::Vector2d tangent(-d.normal[1], d.normal[0]);
    Eigen::Matrix2d stiffness = s.area * contact.penalty * d.normal * d.normal.transpose();
    if (curvature)
      stiffness -=
          s.area * std::min(pressure, 2.0 * settled) * d.curvature * tangent * tangent.transpose();
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j <= i; ++j)
        if (!fixed_[dof[i]] && !fixed_[dof[j]])
          matrix_->values()[matrix_->position(dof[i], dof[j])] += stiffness(i, j);
  }
}

double MixedSolid::max_overlap(const RigidBody& body, const Contact& contact) const {
  double overlap = 0.0;
  for (std::size_t k = 0; k < contact.nodes.size(); ++k) {
    const double gap = body.distance(position(contact.nodes[k].node).head<2>()).gap;
    // A node on the axis carries no area and cannot be held.
    if (contact.nodes[k].area > 0.0)
      overlap = std::max(overlap, contact.pressure[k] > 0.0 ? std::abs(gap) : -gap);
  }
  return overlap;
}

Eigen::Vector2d MixedSolid::contact_force(const RigidBody& body, const Contact& contact) const {
  Eigen::Vector2d force = Eigen::Vector2d::Zero();
  for (std::size_t k = 0; k < contact.nodes.size(); ++k) {
    const auto d = body.distance(position(contact.nodes[k].node).head<2>());
    force += contact.nodes[k].area * contact.pressure[k] * d.normal;
  }
  return force;
}

}  // namespace percuta::fem
