#pragma once

#include <utility>
#include <vector>

#include <Eigen/Core>

#include "percuta/skin/skin.h"
#include "surface/cohesive.h"

namespace percuta::fem {

/// What one layer is made of, for the kernels.
struct SolidMaterial {
  struct Fibres {
    double k1 = 0.0, k2 = 1.0, kappa = 0.0;
    Eigen::Vector3d direction = Eigen::Vector3d::UnitX();
  };
  std::vector<std::pair<double, double>> ogden;  ///< mu [Pa], alpha
  std::vector<Fibres> fibres;
  double bulk = 0.0;                                      ///< [Pa]
  Eigen::Vector3d pre_stretch = Eigen::Vector3d::Ones();  ///< principal, along the axes [-]
  CohesiveLaw cohesive;
  std::vector<std::pair<double, double>>
      relaxation;  ///< Prony terms: share over the slow response, time [-, s]
};

/// The material of a layer of taut skin, fibres turned to the Langer lines, free of stress across
/// the skin. `largest_bulk` cuts bulk over shear modulus.
SolidMaterial solid_material(const skin::Skin&, const skin::Layer&, double stretch,
                             double largest_bulk);

/// Isochoric Kirchhoff stress of the slow response, fibres included, at a whole deformation
/// gradient [Pa].
Eigen::Matrix3d isochoric_kirchhoff(const SolidMaterial&,
                                    const Eigen::Matrix3d& deformation_gradient);

}  // namespace percuta::fem
