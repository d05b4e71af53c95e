#include "verification/manufactured.h"

#include <array>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

#include "boxes/solid_cells.h"
#include "boxes/solid_material.h"
#include "mixed/mixed_solid.h"
#include "percuta/skin/law.h"

namespace percuta::fem {
namespace {

using Eigen::Matrix3d;
using Eigen::Vector3d;
using Eigen::VectorXd;

constexpr double kAmplitude = 0.06, kRest = 0.05;  // over the cube's side; over the amplitude
constexpr double kBulk = 100.0;                    // over the shear modulus
constexpr std::array<double, 3> kGauss{-0.7745966692414834, 0.0, 0.7745966692414834},
    kWeight{5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0};

SolidMaterial neo_hookean() {
  SolidMaterial m;
  m.ogden = {{1.0, 2.0}};
  m.bulk = kBulk;
  return m;
}

// Large shear, which keeps volumes, and a little of everything else: pressures of some shear
// moduli. `solid` makes it three-dimensional.
Vector3d displacement(const Vector3d& x, bool solid) {
  const double k = std::numbers::pi, z = solid ? x[2] : 0.0;
  return kAmplitude *
         Vector3d(std::sin(k * x[1] + z) + kRest * std::sin(k * x[0]) * std::cos(k * x[1]),
                  (solid ? std::sin(k * z) : 0.0) + kRest * std::sin(k * x[1] + 0.5 * x[0]),
                  solid ? kRest * std::sin(x[0] + 2.0 * z) : 0.0);
}

Matrix3d gradient(const Vector3d& x, bool solid) {
  const double k = std::numbers::pi, z = solid ? x[2] : 0.0, c = std::cos(k * x[1] + z),
               e = kRest * std::cos(k * x[1] + 0.5 * x[0]);
  Matrix3d g;
  g << kRest * k * std::cos(k * x[0]) * std::cos(k * x[1]),
      k * c - kRest * k * std::sin(k * x[0]) * std::sin(k * x[1]), c,  //
      0.5 * e, k * e, k * std::cos(k * z),                             //
      kRest * std::cos(x[0] + 2.0 * z), 0.0, 2.0 * kRest * std::cos(x[0] + 2.0 * z);
  if (!solid) {
    g.row(2).setZero();
    g.col(2).setZero();
  }
  return kAmplitude * g;
}

// First Piola-Kirchhoff stress of the made-up displacement.
Matrix3d stress(const Vector3d& x, bool solid) {
  const Matrix3d f = Matrix3d::Identity() + gradient(x, solid);
  const double j = f.determinant();
  const Matrix3d kirchhoff = isochoric_kirchhoff(neo_hookean(), f) +
                             j * skin::Volumetric{kBulk}.pressure(j) * Matrix3d::Identity();
  return kirchhoff * f.inverse().transpose();
}

std::vector<double> orders_of(const std::vector<int>& cells, const std::vector<double>& errors) {
  std::vector<double> orders;
  for (std::size_t k = 1; k < errors.size(); ++k)
    orders.push_back(std::log(errors[k - 1] / errors[k]) /
                     std::log(static_cast<double>(cells[k]) / cells[k - 1]));
  return orders;
}

// Visits 27 points of every box: corners' shape values and gradients there, position and weight.
template <class Visit>
void points(const BoxMesh& mesh, Visit visit) {
  for (std::size_t c = 0; c < mesh.cells.size(); ++c)
    for (int q = 0; q < 27; ++q) {
      const std::array<int, 3> at{q % 3, q / 3 % 3, q / 9};
      std::array<double, 8> shape;
      std::array<Vector3d, 8> slope;
      double weight = mesh.size[c].prod();
      Vector3d x = mesh.nodes[mesh.cells[c][0]];
      for (int d = 0; d < 3; ++d) {
        weight *= kWeight[at[d]];
        x[d] += 0.5 * (1.0 + kGauss[at[d]]) * mesh.size[c][d];
      }
      for (int a = 0; a < 8; ++a) {
        std::array<double, 3> n;
        for (int d = 0; d < 3; ++d)
          n[d] = 0.5 * (1.0 + (((a >> d) & 1) != 0 ? 1.0 : -1.0) * kGauss[at[d]]);
        shape[a] = n[0] * n[1] * n[2];
        for (int d = 0; d < 3; ++d)
          slope[a][d] = (((a >> d) & 1) != 0 ? 1.0 : -1.0) / mesh.size[c][d] * n[(d + 1) % 3] *
                        n[(d + 2) % 3];
      }
      visit(mesh.cells[c], shape, slope, x, weight);
    }
}

}  // namespace

ManufacturedOrders manufactured_boxes() {
  ManufacturedOrders out;
  std::vector<double> errors;
  const std::vector<int> meshes{4, 8, 16, 24};
  for (const int n : meshes) {
    BoxMeshSettings s;
    std::vector<double> ticks(n + 1);
    for (int k = 0; k <= n; ++k) ticks[k] = static_cast<double>(k) / n;
    s.ticks = {ticks, ticks, ticks};
    s.layer = [](double) { return 0; };
    s.nominal = 1.0 / n;
    s.split = [n](const Vector3d& low, const Vector3d& high) {
      return high.maxCoeff() < 0.5 + 1e-9 && high[0] - low[0] > 0.6 / n;
    };

    s.deepest = 2;
    const BoxMesh mesh = box_mesh(s);
    const auto number = mesh.numbers();
    const std::vector<SolidMaterial> materials{neo_hookean()};
    SolidCells cells(mesh, materials, 2, Team());
    SparseCholesky tangent(cells.pattern());
    cells.aim_at(tangent);
    out.unknowns = tangent.size();

    VectorXd load = VectorXd::Zero(tangent.size()), u = load;
    std::vector<char> held(tangent.size(), 0);
    for (std::size_t k = 0; k < mesh.nodes.size(); ++k) {
      if (number[k] < 0) continue;
      u.segment<3>(3 * number[k]) = displacement(mesh.nodes[k], true);
      const auto& x = mesh.nodes[k];
      if (x.minCoeff() < 1e-9 || x.maxCoeff() > 1.0 - 1e-9)
        for (int d = 0; d < 3; ++d) held[3 * number[k] + d] = 1;
    }
    points(mesh, [&](const auto& corner, const auto&, const auto& slope, const Vector3d& x,
                     double weight) {
      const Matrix3d p = stress(x, true);
      for (int a = 0; a < 8; ++a)
        mesh.follow(corner[a], [&](int to, double share) {
          load.segment<3>(3 * number[to]) += share * weight * p * slope[a];
        });
    });
    for (int iteration = 0; iteration < 12; ++iteration, ++out.iterations) {
      cells.evaluate(u, true);
      VectorXd residual = -load;
      cells.add_gradient(residual);
      for (std::size_t i = 0; i < held.size(); ++i)
        if (held[i] != 0) residual[static_cast<int>(i)] = 0.0;
      if (residual.norm() < 1e-11 * load.norm()) break;
      tangent.clear();
      cells.add_tangent(tangent);
      tangent.hold(held);
      if (!tangent.factorise()) return {};
      u -= tangent.solve(residual);
    }
    double error = 0.0;
    points(mesh, [&](const auto& corner, const auto& shape, const auto&, const Vector3d& x,
                     double weight) {
      Vector3d here = Vector3d::Zero();
      for (int a = 0; a < 8; ++a)
        mesh.follow(corner[a], [&](int to, double share) {
          here += share * shape[a] * u.segment<3>(3 * number[to]);
        });
      error += weight * (here - displacement(x, true)).squaredNorm();
    });
    errors.push_back(std::sqrt(error));
  }
  out.orders = orders_of(meshes, errors);
  return out;
}

ManufacturedOrders manufactured_mixed() {
  ManufacturedOrders out;
  std::vector<double> errors;
  const std::vector<int> meshes{8, 16, 32, 64};
  for (const int n : meshes) {
    MixedSolid solid(discretise(block(even(0, 1, n), even(0, 1, n)), Kinematics::plane_strain, 2),
                     {layer_material(skin::NeoHookean{1.0}, kBulk)});
    const auto& mesh = solid.mesh();
    for (const auto& s : mesh.surface) {
      const Vector3d u = displacement(mesh.nodes[s.node], false);
      for (int d = 0; d < 2; ++d) solid.fix(s.node, d, u[d]);
    }
    for (std::size_t k = 0; k < mesh.nodes.size(); ++k)
      solid.state().displacement.segment<2>(2 * static_cast<int>(k)) =
          displacement(mesh.nodes[k], false).head<2>();
    // Points of a square cell, three a direction, first axis fastest.
    const auto each = [&](const auto& visit) {
      for (int c = 0; c < mesh.cells(); ++c) {
        const int* nodes = &mesh.cell_nodes[c * mesh.nodes_per_cell];
        Vector3d corner = mesh.nodes[nodes[0]];
        for (int a = 1; a < mesh.nodes_per_cell; ++a)
          corner = corner.cwiseMin(mesh.nodes[nodes[a]]);
        for (int q = 0; q < mesh.points_per_cell; ++q) {
          const int point = c * mesh.points_per_cell + q;
          const Vector3d x =
              corner + Vector3d(0.5 * (1.0 + kGauss[q % 3]), 0.5 * (1.0 + kGauss[q / 3]), 0.0) / n;
          visit(nodes, &mesh.gradients[static_cast<std::size_t>(point) * mesh.nodes_per_cell * 2],
                x, mesh.weights[point]);
        }
      }
    };
    if (mesh.points_per_cell != 9) return {};
    VectorXd load = VectorXd::Zero(mesh.dofs());
    each([&](const int* nodes, const double* slope, const Vector3d& x, double weight) {
      const Matrix3d p = stress(x, false);
      for (int a = 0; a < mesh.nodes_per_cell; ++a)
        for (int i = 0; i < 2; ++i)
          load[2 * nodes[a] + i] += weight * (p(i, 0) * slope[2 * a] + p(i, 1) * slope[2 * a + 1]);
    });
    if (!solid.solve(load, nullptr, nullptr, {})) return {};
    out.unknowns = mesh.dofs();
    out.iterations += solid.cost().iterations;
    double error = 0.0;
    each([&](const int* nodes, const double* slope, const Vector3d& x, double weight) {
      Eigen::Matrix2d g = -gradient(x, false).topLeftCorner<2, 2>();
      for (int a = 0; a < mesh.nodes_per_cell; ++a)
        for (int i = 0; i < 2; ++i)
          for (int d = 0; d < 2; ++d)
            g(i, d) += solid.state().displacement[2 * nodes[a] + i] * slope[2 * a + d];
      error += weight * g.squaredNorm();
    });
    errors.push_back(std::sqrt(error));
  }
  out.orders = orders_of(meshes, errors);
  return out;
}

}  // namespace percuta::fem
