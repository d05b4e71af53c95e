// What a state of the solid shows, and how far it keeps its volume.

#include <algorithm>
#include <cmath>
#include <set>

#include <Eigen/Dense>

#include "mixed/mixed_solid.h"
#include "percuta/skin/law.h"

namespace percuta::fem {

using Eigen::VectorXd;

skin::Volumetric MixedSolid::volumetric_of(int cell) const {
  skin::Volumetric volumetric = materials_[mesh_.cell_layer[cell]].volumetric;
  if (over_hardening_ > 0.0) volumetric.bulk = following_bulk_[cell];
  return volumetric;
}

// The multipliers are right when no volume changes, whatever the modulus that leads to them: one
// that stands in proportion to what the cell has hardened to neither lets Newton's method drift nor
// drowns it in round-off.
void MixedSolid::follow_hardening() {
  held_ = state_.pressure;
  following_bulk_.assign(mesh_.cells(), 0.0);
  for (int cell = 0; cell < mesh_.cells(); ++cell) {
    const LayerMaterial& material = materials_[mesh_.cell_layer[cell]];
    double modulus = 0.0;
    for (int q = 0; q < mesh_.points_per_cell; ++q) {
      const Eigen::Matrix3d f = relative_gradient(cell, q) * material.pre_stretch.asDiagonal();
      modulus = std::max(modulus, skin::isochoric_response(material.terms, f)
                                      .tangent.diagonal()
                                      .tail<3>()
                                      .lpNorm<Eigen::Infinity>());
    }
    following_bulk_[cell] = over_hardening_ * modulus;
  }
}

double MixedSolid::largest_volume_change() const {
  double largest = 0.0;
  for (int cell = 0; cell < mesh_.cells(); ++cell) {
    const LayerMaterial& material = materials_[mesh_.cell_layer[cell]];
    double change = 0.0, volume = 0.0;
    for (int q = 0; q < mesh_.points_per_cell; ++q) {
      const double weight = mesh_.weights[std::size_t(cell) * mesh_.points_per_cell + q];
      change +=
          weight * (relative_gradient(cell, q).determinant() * material.pre_stretch.prod() - 1.0);
      volume += weight;
    }
    largest = std::max(largest, std::abs(change) / volume);
  }
  return largest;
}

double MixedSolid::stored_energy() const {
  const int np = mesh_.pressures_per_cell;
  double energy = 0.0;
  for (int cell = 0; cell < mesh_.cells(); ++cell) {
    const LayerMaterial& material = materials_[mesh_.cell_layer[cell]];
    const skin::Volumetric volumetric = volumetric_of(cell);
    for (int q = 0; q < mesh_.points_per_cell; ++q) {
      const std::size_t point = std::size_t(cell) * mesh_.points_per_cell + q;
      const Eigen::Matrix3d relative = relative_gradient(cell, q);
      double pressure = 0.0;
      for (int k = 0; k < np; ++k)
        pressure +=
            mesh_.pressure_basis[point * np + k] *
            (state_.pressure[cell * np + k] - (held_.size() > 0 ? held_[cell * np + k] : 0.0));
      energy +=
          mesh_.weights[point] / material.pre_stretch.prod() *
          (skin::isochoric_energy(material.terms, relative * material.pre_stretch.asDiagonal()) +
           volumetric.energy(volumetric.volume_ratio(pressure)));
    }
  }
  return energy;
}

double MixedSolid::largest_principal_stress(int cell) const {
  const LayerMaterial& material = materials_[mesh_.cell_layer[cell]];
  const int np = mesh_.pressures_per_cell;
  double sum = 0.0;
  for (int q = 0; q < mesh_.points_per_cell; ++q) {
    const std::size_t point = std::size_t(cell) * mesh_.points_per_cell + q;
    const Eigen::Matrix3d f = relative_gradient(cell, q) * material.pre_stretch.asDiagonal();
    double pressure = 0.0;
    for (int k = 0; k < np; ++k)
      pressure += mesh_.pressure_basis[point * np + k] * state_.pressure[cell * np + k];
    const auto t = skin::isochoric_response(material.terms, f).kirchhoff;
    Eigen::Matrix3d stress;
    stress << t[0], t[3], t[5], t[3], t[1], t[4], t[5], t[4], t[2];
    sum += Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(stress, Eigen::EigenvaluesOnly)
                   .eigenvalues()[2] /
               f.determinant() +
           pressure;
  }
  return sum / mesh_.points_per_cell;
}

VectorXd MixedSolid::internal_force() {
  std::vector<char> none(fixed_.size(), 0);
  std::swap(none, fixed_);
  assemble(VectorXd::Zero(mesh_.dofs()), nullptr, nullptr, false, false);
  std::swap(none, fixed_);
  return residual_;
}

VectorXd MixedSolid::equilibrium_residual() {
  assemble(VectorXd::Zero(mesh_.dofs()), nullptr, nullptr, false, false);
  return residual_;
}

VectorXd MixedSolid::tangent_times(const VectorXd& direction) {
  assemble(VectorXd::Zero(mesh_.dofs()), nullptr, nullptr, true, false);
  VectorXd out = VectorXd::Zero(mesh_.dofs());
  const int nd = mesh_.nodes_per_cell * mesh_.dim;
  // The scattered matrix itself, so that scatter and boundary handling are tested along.
  std::set<std::pair<int, int>> seen;
  for (int c = 0; c < mesh_.cells(); ++c)
    for (int i = 0; i < nd; ++i)
      for (int j = 0; j < nd; ++j) {
        const int gi =
            mesh_.cell_nodes[c * mesh_.nodes_per_cell + i / mesh_.dim] * mesh_.dim + i % mesh_.dim;
        const int gj =
            mesh_.cell_nodes[c * mesh_.nodes_per_cell + j / mesh_.dim] * mesh_.dim + j % mesh_.dim;
        if (!seen.insert({gi, gj}).second) continue;
        out[gi] += matrix_->values()[matrix_->position(std::max(gi, gj), std::min(gi, gj))] *
                   direction[gj];
      }
  return out;
}

}  // namespace percuta::fem
