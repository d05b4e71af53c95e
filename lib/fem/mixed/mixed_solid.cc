#include "mixed/mixed_solid.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <set>
#include <thread>

#include <Eigen/Dense>

namespace percuta::fem {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// A cell kernel works on fixed-size blocks: up to 27 nodes, 81 displacements, 4 pressures.
constexpr int kMaxDofs = 81;
constexpr int kMaxPressures = 4;
using CellVector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, kMaxDofs, 1>;
using CellMatrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, kMaxDofs, kMaxDofs>;
using StrainMatrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, 6, kMaxDofs>;
using CouplingMatrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, kMaxDofs, kMaxPressures>;
using PressureVector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, kMaxPressures, 1>;
using PressureMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor,
                                     kMaxPressures, kMaxPressures>;

skin::VoigtMatrix pressure_tangent(double pressure) {
  skin::VoigtMatrix c = skin::VoigtMatrix::Zero();
  c.topLeftCorner<3, 3>().setConstant(pressure);
  for (int i = 0; i < 3; ++i) c(i, i) -= 2.0 * pressure;
  for (int i = 3; i < 6; ++i) c(i, i) -= pressure;
  return c;
}

int lower_index(int i, int j) { return i * (i + 1) / 2 + j; }  // i >= j

}  // namespace

struct MixedSolid::CellWork {
  CellVector force;
  CellVector scale;
  CellMatrix stiffness;
  CouplingMatrix coupling;
  PressureVector constraint;
  PressureMatrix compliance;
  double volume;
};

LayerMaterial layer_material(const skin::Law& law, double bulk_over_shear, double pre_stretch,
                             int normal_axis) {
  LayerMaterial m;
  m.terms = skin::ogden_terms(law);
  m.volumetric.bulk = bulk_over_shear * skin::shear_modulus(law);
  m.pre_stretch.setConstant(pre_stretch);
  // The stretch of the free direction: Newton on the vanishing normal stress.
  double normal = 1.0 / (pre_stretch * pre_stretch);
  for (int k = 0; k < 50; ++k) {
    const auto stress = [&](double stretch) {
      Eigen::Vector3d diagonal = Eigen::Vector3d::Constant(pre_stretch);
      diagonal[normal_axis] = stretch;
      const double j = diagonal.prod();
      return skin::isochoric_response(m.terms, diagonal.asDiagonal()).kirchhoff[normal_axis] +
             j * m.volumetric.pressure(j);
    };
    const double h = 1e-7 * normal;
    const double change = stress(normal) / ((stress(normal + h) - stress(normal - h)) / (2.0 * h));
    normal -= change;
    if (std::abs(change) < 1e-15) break;
  }
  m.pre_stretch[normal_axis] = normal;
  m.initial_pressure = m.volumetric.pressure(m.pre_stretch.prod());
  return m;
}

LayerMaterial linear(double shear, double poisson) {
  return layer_material(skin::NeoHookean{shear},
                        2.0 * (1.0 + poisson) / (3.0 * (1.0 - 2.0 * poisson)));
}

MixedSolid::MixedSolid(MixedSolid&&) noexcept = default;

MixedSolid::~MixedSolid() = default;

MixedSolid::MixedSolid(Discretisation mesh, std::vector<LayerMaterial> materials)
    : mesh_(std::move(mesh)), materials_(std::move(materials)) {
  const int n = mesh_.dofs();
  const int np = mesh_.pressures_per_cell;
  state_.displacement = VectorXd::Zero(n);
  state_.pressure = VectorXd::Zero(mesh_.cells() * np);
  for (int c = 0; c < mesh_.cells(); ++c)  // the first P basis function is the constant, scaled
    state_.pressure[c * np] = materials_[mesh_.cell_layer[c]].initial_pressure /
                              mesh_.pressure_basis[std::size_t(c) * mesh_.points_per_cell * np];
  fixed_.assign(n, 0);
  fixed_value_ = VectorXd::Zero(n);

  const int npc = mesh_.nodes_per_cell;
  const int dim = mesh_.dim;
  std::vector<std::set<int>> neighbours(mesh_.nodes.size());
  for (int c = 0; c < mesh_.cells(); ++c)
    for (int a = 0; a < npc; ++a)
      for (int b = 0; b < npc; ++b)
        neighbours[mesh_.cell_nodes[c * npc + a]].insert(mesh_.cell_nodes[c * npc + b]);
  std::vector<std::vector<int>> columns(n);
  for (int node = 0; node < static_cast<int>(mesh_.nodes.size()); ++node)
    for (int d = 0; d < dim; ++d)
      for (const int other : neighbours[node])
        for (int e = 0; e < dim; ++e)
          if (other * dim + e >= node * dim + d) columns[node * dim + d].push_back(other * dim + e);
  matrix_ = std::make_unique<SparseCholesky>(columns);

  const int nd = npc * dim;
  scatter_.resize(std::size_t(mesh_.cells()) * nd * (nd + 1) / 2);
  for (int c = 0; c < mesh_.cells(); ++c)
    for (int i = 0; i < nd; ++i)
      for (int j = 0; j <= i; ++j) {
        const int gi = mesh_.cell_nodes[c * npc + i / dim] * dim + i % dim;
        const int gj = mesh_.cell_nodes[c * npc + j / dim] * dim + j % dim;
        scatter_[std::size_t(c) * nd * (nd + 1) / 2 + lower_index(i, j)] =
            matrix_->position(std::max(gi, gj), std::min(gi, gj));
      }
  condensed_.resize(std::size_t(mesh_.cells()) * np * (nd + 1));
}

void MixedSolid::fix(int node, int component, double value) {
  fixed_[node * mesh_.dim + component] = 1;
  fixed_value_[node * mesh_.dim + component] = value;
}

void MixedSolid::fix_boundary(int boundary, int component, double value) {
  for (const auto& s : mesh_.surface)
    if (s.boundary == boundary) fix(s.node, component, value);
}

VectorXd MixedSolid::dead_load(int boundary, const Eigen::Vector3d& traction,
                               const std::function<bool(const Eigen::Vector3d&)>& where) const {
  VectorXd load = VectorXd::Zero(mesh_.dofs());
  for (const auto& s : mesh_.surface)
    if (s.boundary == boundary && (!where || where(mesh_.nodes[s.node])))
      for (int d = 0; d < mesh_.dim; ++d) load[s.node * mesh_.dim + d] += s.area * traction[d];
  return load;
}

Eigen::Vector3d MixedSolid::position(int node) const {
  Eigen::Vector3d x = mesh_.nodes[node];
  for (int d = 0; d < mesh_.dim; ++d) x[d] += state_.displacement[node * mesh_.dim + d];
  return x;
}

bool MixedSolid::cell_system(int cell, CellWork& work, bool with_matrix) const {
  return mesh_.dim == 2 && mesh_.nodes_per_cell == 9
             ? cell_system_of<9>(cell, work, with_matrix)
             : cell_system_of<Eigen::Dynamic>(cell, work, with_matrix);
}

// Biquadratic cells of a plane or axisymmetric mesh, which nearly all are, have sizes that the
// compiler knows.
template <int kNodes>
bool MixedSolid::cell_system_of(int cell, CellWork& work, bool with_matrix) const {
  constexpr bool plane = kNodes == 9;
  constexpr int kFree = plane ? 18 : Eigen::Dynamic, kRows = plane ? 4 : Eigen::Dynamic,
                kPressures = plane ? 3 : Eigen::Dynamic;
  constexpr int kMostFree = plane ? 18 : kMaxDofs, kMostRows = plane ? 4 : 6,
                kMostPressures = plane ? 3 : kMaxPressures, kMostNodes = plane ? 9 : 27;
  const int npc = plane ? 9 : mesh_.nodes_per_cell;
  const int dim = plane ? 2 : mesh_.dim;
  const int nd = npc * dim;
  const int np = plane ? 3 : mesh_.pressures_per_cell;
  const int rows = dim == 2 ? 4 : 6;
  const bool axisymmetric = mesh_.kinematics == Kinematics::axisymmetric;
  const LayerMaterial& material = materials_[mesh_.cell_layer[cell]];
  const skin::Volumetric volumetric = volumetric_of(cell);
  const double* held = held_.size() > 0 ? &held_[cell * np] : nullptr;
  const double to_current = 1.0 / material.pre_stretch.prod();  // energy density per mesh volume

  using Force = Eigen::Matrix<double, kFree, 1, 0, kMostFree, 1>;
  using Stiffness = Eigen::Matrix<double, kFree, kFree, Eigen::ColMajor, kMostFree, kMostFree>;
  using Strain = Eigen::Matrix<double, kRows, kFree, Eigen::ColMajor, kMostRows, kMostFree>;
  using Pressure = Eigen::Matrix<double, kPressures, 1, 0, kMostPressures, 1>;
  using Tangent = Eigen::Matrix<double, kRows, kRows, Eigen::ColMajor, kMostRows, kMostRows>;
  Force force = Force::Zero(nd), scale = Force::Zero(nd);
  Stiffness stiffness = Stiffness::Zero(nd, nd);
  Eigen::Matrix<double, kFree, kPressures, Eigen::ColMajor, kMostFree, kMostPressures> coupling =
      decltype(coupling)::Zero(nd, np);
  Pressure constraint = Pressure::Zero(np);
  Eigen::Matrix<double, kPressures, kPressures, Eigen::ColMajor, kMostPressures, kMostPressures>
      compliance = decltype(compliance)::Zero(np, np);
  work.volume = 0.0;
  Strain b = Strain::Zero(rows, nd), cb(rows, nd);
  Eigen::Matrix<double, 3, plane ? 9 : Eigen::Dynamic, Eigen::ColMajor, 3, kMostNodes> spatial =
      decltype(spatial)::Zero(3, npc);
  Eigen::Matrix<double, 1, plane ? 9 : Eigen::Dynamic, Eigen::RowMajor, 1, kMostNodes> hoop =
      decltype(hoop)::Zero(1, npc);

  for (int q = 0; q < mesh_.points_per_cell; ++q) {
    const std::size_t point = std::size_t(cell) * mesh_.points_per_cell + q;
    const double* gradient = &mesh_.gradients[point * npc * dim];
    const double* over_radius = axisymmetric ? &mesh_.over_radius[point * npc] : nullptr;
    const Eigen::Matrix3d relative = relative_gradient(cell, q);
    const double volume = relative.determinant();
    if (!(volume > 0.0) || !(relative(2, 2) > 0.0)) return false;
    const Eigen::Matrix3d f = relative * material.pre_stretch.asDiagonal();
    const double j = volume * material.pre_stretch.prod();

    const double* basis = &mesh_.pressure_basis[point * np];
    double pressure = 0.0, multiplier = 0.0;
    for (int k = 0; k < np; ++k) pressure += basis[k] * state_.pressure[cell * np + k];
    if (held != nullptr)
      for (int k = 0; k < np; ++k) multiplier += basis[k] * held[k];

    const auto response = skin::isochoric_response(material.terms, f);
    skin::Voigt tau = response.kirchhoff;
    const double scale_stress = tau.lpNorm<Eigen::Infinity>() + std::abs(pressure) * j;
    tau.head<3>().array() += j * pressure;

    const Eigen::Matrix3d inverse = relative.inverse();
    for (int a = 0; a < npc; ++a) {
      for (int i = 0; i < dim; ++i) {
        spatial(i, a) = 0.0;
        for (int k = 0; k < dim; ++k) spatial(i, a) += gradient[a * dim + k] * inverse(k, i);
      }
      if (axisymmetric) hoop[a] = over_radius[a] / relative(2, 2);
      b(0, a * dim) = spatial(0, a);
      b(1, a * dim + 1) = spatial(1, a);
      b(3, a * dim) = spatial(1, a);
      b(3, a * dim + 1) = spatial(0, a);
      if (dim == 2) {
        b(2, a * dim) = hoop[a];
      } else {
        b(2, a * dim + 2) = spatial(2, a);
        b(4, a * dim + 1) = spatial(2, a);
        b(4, a * dim + 2) = spatial(1, a);
        b(5, a * dim) = spatial(2, a);
        b(5, a * dim + 2) = spatial(0, a);
      }
    }
    const double w = mesh_.weights[point] * to_current;
    work.volume += mesh_.weights[point];
    force.noalias() += w * (b.transpose() * tau.head(rows));
    scale.noalias() += (w * scale_stress) * b.cwiseAbs().colwise().sum().transpose();
    const Eigen::Map<const Pressure> phi(basis, np);
    constraint += w * (j - volumetric.volume_ratio(pressure - multiplier)) * phi;
    const Force divergence = b.topRows(3).colwise().sum().transpose();
    coupling.noalias() += (w * j) * divergence * phi.transpose();
    compliance.noalias() +=
        (w * volumetric.volume_ratio_slope(pressure - multiplier)) * phi * phi.transpose();
    if (!with_matrix) continue;

    const skin::VoigtMatrix c = response.tangent + pressure_tangent(j * pressure);
    const Tangent tangent = c.topLeftCorner(rows, rows);
    cb = tangent.lazyProduct(b);
    stiffness += w * b.transpose().lazyProduct(cb);  // too small for packing
    Eigen::Matrix3d stress;
    stress << tau[0], tau[3], tau[5], tau[3], tau[1], tau[4], tau[5], tau[4], tau[2];
    for (int a = 0; a < npc; ++a) {
      const Eigen::Vector3d sa = stress * spatial.col(a);
      for (int e = 0; e <= a; ++e) {  // the lower triangle is all that is used
        const double geometric = w * sa.dot(spatial.col(e));
        for (int d = 0; d < dim; ++d) stiffness(a * dim + d, e * dim + d) += geometric;
        if (axisymmetric) stiffness(a * dim, e * dim) += w * tau[2] * hoop[a] * hoop[e];
      }
    }
  }
  work.force = force;
  work.scale = scale;
  work.stiffness = stiffness;
  work.coupling = coupling;
  work.constraint = constraint;
  work.compliance = compliance;
  return true;
}

bool MixedSolid::assemble(const VectorXd& load, const RigidBody* body, const Contact* contact,
                          bool with_matrix, bool curvature) {
  const int npc = mesh_.nodes_per_cell;
  const int dim = mesh_.dim;
  const int nd = npc * dim;
  const int np = mesh_.pressures_per_cell;
  residual_ = -load;
  condensed_residual_ = VectorXd::Zero(mesh_.dofs());
  volume_error_ = 0.0;
  force_scale_ = load.cwiseAbs();
  if (with_matrix) matrix_->clear();

  // Cells are evaluated in parallel and added in order: the same sums on any number of threads.
  constexpr int kBlock = 256;
  if (works_.empty()) works_.resize(std::min(kBlock, mesh_.cells()));
  auto& works = works_;
  for (int first = 0; first < mesh_.cells(); first += kBlock) {
    const int count = std::min(kBlock, mesh_.cells() - first);
    std::atomic<bool> valid = true;
    const auto evaluate = [&](int begin, int end) {
      for (int k = begin; k < end && valid; ++k)
        if (!cell_system(first + k, works[k], with_matrix)) valid = false;
    };
    if (share_cells_ && count >= 32 && std::thread::hardware_concurrency() > 1) {
      std::jthread other(evaluate, count / 2, count);
      evaluate(0, count / 2);
    } else {
      evaluate(0, count);
    }
    if (!valid) return false;
    for (int k = 0; k < count; ++k) {
      const int cell = first + k;
      CellWork& work = works[k];
      // Pressure increments from K_pu du + r_p = C dp.
      const Eigen::LLT<PressureMatrix> compliance(work.compliance);
      const PressureVector constraint = compliance.solve(work.constraint);
      const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, kMaxPressures,
                          kMaxDofs>
          back = compliance.solve(work.coupling.transpose());
      double* store = &condensed_[std::size_t(cell) * np * (nd + 1)];
      Eigen::Map<MatrixXd>(store, np, nd) = back;
      Eigen::Map<VectorXd>(store + np * nd, np) = constraint;
      const CellVector force = work.coupling * constraint;
      volume_error_ =
          std::max(volume_error_, work.constraint.lpNorm<Eigen::Infinity>() / work.volume);
      const int* nodes = &mesh_.cell_nodes[std::size_t(cell) * npc];
      for (int i = 0; i < nd; ++i) {
        residual_[nodes[i / dim] * dim + i % dim] += work.force[i];
        condensed_residual_[nodes[i / dim] * dim + i % dim] += force[i];
        force_scale_[nodes[i / dim] * dim + i % dim] += work.scale[i];
      }
      if (!with_matrix) continue;
      work.stiffness += work.coupling.lazyProduct(back);
      const int* positions = &scatter_[std::size_t(cell) * nd * (nd + 1) / 2];
      double* values = matrix_->values();
      for (int i = 0; i < nd; ++i) {
        const bool free_i = !fixed_[nodes[i / dim] * dim + i % dim];
        for (int j = 0; j <= i; ++j)
          if (free_i && !fixed_[nodes[j / dim] * dim + j % dim])
            values[positions[lower_index(i, j)]] += work.stiffness(i, j);
      }
    }
  }
  if (body != nullptr) add_contact(*body, *contact, with_matrix, curvature);
  for (int i = 0; i < mesh_.dofs(); ++i) {
    if (!fixed_[i]) continue;
    residual_[i] = condensed_residual_[i] = 0.0;
    if (with_matrix) matrix_->values()[matrix_->position(i, i)] = 1.0;
  }
  return true;
}

bool MixedSolid::newton(const VectorXd& load, const RigidBody* body, Contact* contact,
                        const NewtonSettings& settings) {
  for (int i = 0; i < mesh_.dofs(); ++i)
    if (fixed_[i]) state_.displacement[i] = fixed_value_[i];

  double shift = 0.0;
  std::vector<char> last_active;
  for (int iteration = 0; iteration < settings.max_iterations; ++iteration) {
    // The curvature of the body joins once the contact set has come to rest; before, it only makes
    // the matrix indefinite.
    std::vector<char> active;
    if (body != nullptr)
      for (std::size_t k = 0; k < contact->nodes.size(); ++k)
        active.push_back(contact->pressure[k] >
                         contact->penalty *
                             body->distance(position(contact->nodes[k].node).head<2>()).gap);
    const bool settled_set = active == last_active;
    last_active = active;
    if (!assemble(load, body, contact, true, settled_set)) return false;
    const double error = residual_.lpNorm<Eigen::Infinity>();
    const double scale = std::max(force_scale_.lpNorm<Eigen::Infinity>(), 1e-300);
    if (iteration > 0 && error < settings.relative_tolerance * scale &&
        volume_error_ < settings.relative_tolerance)
      return true;
    ++cost_.iterations;

    VectorXd diagonal(mesh_.dofs());
    for (int i = 0; i < mesh_.dofs(); ++i) diagonal[i] = matrix_->values()[matrix_->position(i, i)];
    bool factored = matrix_->factorise();
    for (int attempt = 0; !factored && attempt < 12; ++attempt) {
      const double added = shift == 0.0 ? 1e-6 : 5.0 * shift;
      for (int i = 0; i < mesh_.dofs(); ++i)
        matrix_->values()[matrix_->position(i, i)] =
            diagonal[i] + (shift + added) * std::abs(diagonal[i]);
      shift += added;
      if (shift > settings.largest_shift) return false;  // crawling: a smaller step is cheaper
      factored = matrix_->factorise();
    }
    if (!factored) return false;
    shift = shift > 1e-8 ? shift / 6.0 : 0.0;
    const VectorXd update = matrix_->solve(-residual_ - condensed_residual_);
    if (!update.allFinite()) return false;

    // The pressure follows its linearised constraint along the whole update.
    const VectorXd pressure_update = pressure_increment(update, 1.0);
    double length = 1.0;
    const double largest = update.lpNorm<Eigen::Infinity>();
    if (settings.step_limit > 0.0 && largest > settings.step_limit)
      length = settings.step_limit / largest;
    const SolidState before = state_;
    bool valid = false;
    for (int cut = 0; cut < 8 && !valid; ++cut, length *= 0.5) {
      state_.displacement = before.displacement + length * update;
      state_.pressure = before.pressure + length * pressure_update;
      valid = admissible();
      if (valid) break;
    }
    if (!valid) return false;
  }
  return false;
}

bool MixedSolid::solve(const VectorXd& load, const RigidBody* body, Contact* contact,
                       const NewtonSettings& settings) {
  const SolidState before = state_;
  if (over_hardening_ > 0.0) follow_hardening();
  const std::vector<double> pressure_before =
      contact != nullptr ? contact->pressure : std::vector<double>{};
  const double penalty_before = contact != nullptr ? contact->penalty : 0.0;
  double last_overlap = std::numeric_limits<double>::infinity();
  const auto give_up = [&] {
    state_ = before;
    if (over_hardening_ > 0.0) held_ = before.pressure;
    if (contact != nullptr) {
      contact->pressure = pressure_before;
      contact->penalty = penalty_before;
    }
    ++cost_.cut_backs;
    return false;
  };
  for (int augmentation = 0;; ++augmentation) {
    if (!newton(load, body, contact, settings)) return give_up();
    const bool volume_held =
        over_hardening_ == 0.0 || largest_volume_change() <= settings.volume_tolerance;
    if (!volume_held) held_ = state_.pressure;
    if (body == nullptr && volume_held) break;
    if (body == nullptr) {
      if (augmentation == settings.max_augmentations) return give_up();
      continue;
    }
    for (std::size_t k = 0; k < contact->nodes.size(); ++k) {
      const double gap = body->distance(position(contact->nodes[k].node).head<2>()).gap;
      contact->pressure[k] = std::max(0.0, contact->pressure[k] - contact->penalty * gap);
    }
    const double overlap = max_overlap(*body, *contact);
    if (volume_held && overlap <= settings.contact_tolerance) break;
    if (overlap > std::max(settings.contact_tolerance, 0.5 * last_overlap))
      contact->penalty *= settings.penalty_growth;
    last_overlap = overlap;
    if (augmentation == settings.max_augmentations) return give_up();
  }
  ++cost_.steps;
  return true;
}

bool MixedSolid::admissible() const {
  for (int cell = 0; cell < mesh_.cells(); ++cell)
    for (int q = 0; q < mesh_.points_per_cell; ++q)
      if (!(relative_gradient(cell, q).determinant() > 0.0)) return false;
  return true;
}

Eigen::Matrix3d MixedSolid::relative_gradient(int cell, int q) const {
  const int npc = mesh_.nodes_per_cell;
  const int dim = mesh_.dim;
  const std::size_t point = std::size_t(cell) * mesh_.points_per_cell + q;
  const double* gradient = &mesh_.gradients[point * npc * dim];
  const int* nodes = &mesh_.cell_nodes[std::size_t(cell) * npc];
  Eigen::Matrix3d f = Eigen::Matrix3d::Identity();
  for (int a = 0; a < npc; ++a) {
    const double* u = &state_.displacement[nodes[a] * dim];
    for (int i = 0; i < dim; ++i)
      for (int k = 0; k < dim; ++k) f(i, k) += u[i] * gradient[a * dim + k];
    if (mesh_.kinematics == Kinematics::axisymmetric)
      f(2, 2) += u[0] * mesh_.over_radius[point * npc + a];
  }
  return f;
}

VectorXd MixedSolid::pressure_increment(const VectorXd& update, double constraint) const {
  const int npc = mesh_.nodes_per_cell;
  const int dim = mesh_.dim;
  const int nd = npc * dim;
  const int np = mesh_.pressures_per_cell;
  VectorXd out(state_.pressure.size());
  VectorXd local(nd);
  for (int c = 0; c < mesh_.cells(); ++c) {
    const double* store = &condensed_[std::size_t(c) * np * (nd + 1)];
    for (int i = 0; i < nd; ++i)
      local[i] = update[mesh_.cell_nodes[c * npc + i / dim] * dim + i % dim];
    out.segment(c * np, np) = Eigen::Map<const MatrixXd>(store, np, nd) * local +
                              constraint * Eigen::Map<const VectorXd>(store + np * nd, np);
  }
  return out;
}

}  // namespace percuta::fem
