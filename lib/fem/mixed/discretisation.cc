#include "mixed/discretisation.h"

#include <cmath>
#include <numbers>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/dofs/dof_handler.h>
#include <deal.II/fe/fe_dgp.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/fe/mapping_q_cache.h>
#include <deal.II/grid/grid_generator.h>
#include <deal.II/grid/tria.h>

namespace percuta::fem {
namespace {

using namespace dealii;

template <int dim>
Eigen::Vector3d to_eigen(const Point<dim>& p) {
  Eigen::Vector3d v = Eigen::Vector3d::Zero();
  for (int d = 0; d < dim; ++d) v[d] = p[d];
  return v;
}

template <int dim>
void make_block(const BlockMesh& mesh, Triangulation<dim>& triangulation) {
  std::vector<std::vector<double>> steps(dim);
  Point<dim> low, high;
  for (int d = 0; d < dim; ++d) {
    const auto& ticks = mesh.ticks[d];
    for (std::size_t i = 1; i < ticks.size(); ++i) steps[d].push_back(ticks[i] - ticks[i - 1]);
    low[d] = ticks.front();
    high[d] = ticks.back();
  }
  GridGenerator::subdivided_hyper_rectangle(triangulation, steps, low, high, true);
}

template <int dim>
Discretisation discretise_in(const BlockMesh& mesh, Kinematics kinematics, int degree) {
  Triangulation<dim> triangulation;
  make_block(mesh, triangulation);

  MappingQCache<dim> mapping(degree);
  const auto bend = [&](const Point<dim>& p) {
    const Eigen::Vector3d parameter = to_eigen<dim>(p);
    const Eigen::Vector3d x = mesh.map ? mesh.map(parameter) : parameter;
    Point<dim> q;
    for (int d = 0; d < dim; ++d) q[d] = x[d];
    return q;
  };
  mapping.initialize(
      MappingQ<dim>(1), triangulation,
      [&](const typename Triangulation<dim>::cell_iterator&, const Point<dim>& p) {
        return bend(p);
      },
      /*function_describes_relative_displacement=*/false);

  const FE_Q<dim> fe(degree);
  const FE_DGP<dim> pressure_fe(degree - 1);
  DoFHandler<dim> dofs(triangulation);
  dofs.distribute_dofs(fe);
  const QGauss<dim> quadrature(degree + 1);
  FEValues<dim> values(
      mapping, fe, quadrature,
      update_values | update_gradients | update_JxW_values | update_quadrature_points);
  const QGaussLobatto<dim - 1> nodal(degree + 1);
  FEFaceValues<dim> face_values(mapping, fe, nodal,
                                update_values | update_JxW_values | update_quadrature_points);
  const Quadrature<dim> support(fe.get_unit_support_points());
  FEValues<dim> at_support(mapping, fe, support, update_quadrature_points);

  Discretisation out;
  out.kinematics = kinematics;
  out.dim = dim;
  out.degree = degree;
  out.nodes_per_cell = fe.n_dofs_per_cell();
  out.points_per_cell = quadrature.size();
  out.pressures_per_cell = pressure_fe.n_dofs_per_cell();
  out.nodes.resize(dofs.n_dofs());
  std::vector<types::global_dof_index> indices(fe.n_dofs_per_cell());

  for (const auto& cell : dofs.active_cell_iterators()) {
    cell->get_dof_indices(indices);
    values.reinit(cell);
    at_support.reinit(cell);
    for (int a = 0; a < out.nodes_per_cell; ++a) {
      out.cell_nodes.push_back(static_cast<int>(indices[a]));
      out.nodes[indices[a]] = to_eigen<dim>(at_support.quadrature_point(a));
    }
    out.cell_layer.push_back(mesh.layer ? mesh.layer(to_eigen<dim>(cell->center())) : 0);
    for (int q = 0; q < out.points_per_cell; ++q) {
      const double radius = values.quadrature_point(q)[0];
      const bool axisymmetric = kinematics == Kinematics::axisymmetric;
      out.weights.push_back(values.JxW(q) * (axisymmetric ? 2.0 * std::numbers::pi * radius : 1.0));
      for (int a = 0; a < out.nodes_per_cell; ++a) {
        for (int d = 0; d < dim; ++d) out.gradients.push_back(values.shape_grad(a, q)[d]);
        if (axisymmetric) out.over_radius.push_back(values.shape_value(a, q) / radius);
      }
      for (int k = 0; k < out.pressures_per_cell; ++k)
        out.pressure_basis.push_back(pressure_fe.shape_value(k, quadrature.point(q)));
    }
    for (const unsigned int f : cell->face_indices()) {
      if (!cell->face(f)->at_boundary()) continue;
      face_values.reinit(cell, f);
      for (unsigned int q = 0; q < nodal.size(); ++q)
        for (int a = 0; a < out.nodes_per_cell; ++a) {
          if (face_values.shape_value(a, q) < 0.5) continue;
          const double ring = kinematics == Kinematics::axisymmetric
                                  ? 2.0 * std::numbers::pi * face_values.quadrature_point(q)[0]
                                  : 1.0;
          out.surface.push_back({static_cast<int>(indices[a]), face_values.JxW(q) * ring,
                                 static_cast<int>(cell->face(f)->boundary_id())});
        }
    }
  }
  return out;
}

}  // namespace

std::vector<double> even(double begin, double end, int cells) {
  std::vector<double> t;
  for (int k = 0; k <= cells; ++k) t.push_back(begin + (end - begin) * k / cells);
  return t;
}

BlockMesh block(std::vector<double> x, std::vector<double> y, std::vector<double> z) {
  BlockMesh mesh;
  mesh.ticks = {std::move(x), std::move(y), std::move(z)};
  return mesh;
}

Discretisation discretise(const BlockMesh& mesh, Kinematics kinematics, int degree) {
  return kinematics == Kinematics::solid ? discretise_in<3>(mesh, kinematics, degree)
                                         : discretise_in<2>(mesh, kinematics, degree);
}

const char* dealii_version() { return DEAL_II_PACKAGE_VERSION; }

}  // namespace percuta::fem
