#include "pierced_block.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <thread>

#include <Eigen/Dense>

#include "blas.h"

namespace percuta::fem {

using Eigen::Matrix3d;
using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

int lower_index(int i, int j) { return i * (i + 1) / 2 + j; }  // i >= j
constexpr double kInfinite = std::numeric_limits<double>::infinity();

// How far a needle's points move, about: the tip's way, and a turn taken at a tenth of a millimetre.
double path_length(const Pose& from, const Pose& to) { return (to.tip - from.tip).norm() + 1e-4 * std::abs(to.tilt - from.tilt); }

}  // namespace

// Cells in batches of as many as the kernel takes, with where their numbers go.
struct PiercedBlock::Cells {
  int count = 0, lanes = 1, batches = 0, terms = 1, families = 0;
  std::vector<double> size, pre_stretch, mu, alpha, bulk, fibres;  // per batch, lane fastest
  std::vector<double> displacement, energy, force, stiffness, smallest;
  // Viscoelasticity: history stress and elastic share of the present step, stress at the last one, each term's own.
  std::vector<double> history, share, stress, last_stress, relaxing;
  int relaxation_terms = 0;
  struct Target {
    std::vector<int> nodes;                     // free numbers
    Eigen::MatrixXd weights;                    // 8 x nodes; empty when they are the corners
    std::vector<std::array<int, 3>> positions;  // of pairs (a >= b): matrix position of the block's first entry in each column
  };
  std::vector<Target> targets;
};

PiercedBlock::~PiercedBlock() = default;

PiercedBlock::PiercedBlock(BoxMesh mesh, std::vector<SolidMaterial> materials, const RigidShape& shape, bool quarter,
                           const std::function<bool(const Vector3d&)>& opens, const PiercingSettings& settings)
    : mesh_(std::move(mesh)),
      materials_(std::move(materials)),
      shape_(shape),
      settings_(settings),
      symmetry_(quarter ? 4.0 : 2.0),
      kernel_(widest_cell_kernel()),
      cells_(std::make_unique<Cells>()) {
  const int nodes = static_cast<int>(mesh_.nodes.size());
  free_.assign(nodes, -1);
  int count = 0;
  for (int n = 0; n < nodes; ++n)
    if (mesh_.free(n)) free_[n] = count++;
  u_ = last_u_ = VectorXd::Zero(3 * count);
  held_.assign(3 * count, 0);

  // Boundary: what is held, what is skin surface, what may open. Areas of hanging nodes go to those they follow.
  std::map<int, CrackNode> surface;
  const auto spread = [&](int node, auto&& visit) {
    if (mesh_.free(node)) visit(node, 1.0);
    else
      for (const auto& h : mesh_.hanging[node]) visit(h.node, h.weight);
  };
  for (const auto& face : mesh_.faces) {
    Vector3d middle = Vector3d::Zero();
    for (const int n : face.nodes) middle += 0.25 * mesh_.nodes[n];
    const bool crack = face.boundary == 2 && opens(middle);
    if (crack || face.boundary == 5) {
      const CohesiveLaw& law = materials_[mesh_.layer[face.cell]].cohesive;
      for (const int n : face.nodes)
        spread(n, [&](int to, double weight) {
          CrackNode& s = surface[to];
          const double area = 0.25 * face.area * weight;
          if (crack) {
            s.law.strength += area * law.strength;
            s.law.toughness += area * law.toughness;
            s.crack_area += area;
          } else {
            s.skin_area += area;
          }
        });
      continue;
    }
    for (const int n : face.nodes)
      spread(n, [&](int to, double) {
        const int dof = 3 * free_[to];
        if (face.boundary == 4) held_[dof] = held_[dof + 1] = held_[dof + 2] = 1;
        else held_[dof + face.boundary / 2] = 1;
      });
  }
  for (auto& [node, s] : surface) {
    s.node = node;
    s.at = mesh_.nodes[node];
    if (held_[3 * free_[node] + 1] != 0) s.crack_area = 0.0;  // at the end of the crack's plane
    if (s.crack_area > 0.0) {
      s.law.strength /= s.crack_area;
      s.law.toughness /= s.crack_area;
      s.law.stiffness = settings_.crack_stiffness;
    }
    surface_.push_back(s);
  }

  // Matrix.
  auto& c = *cells_;
  c.count = static_cast<int>(mesh_.cells.size());
  c.lanes = kernel_.lanes;
  c.batches = (c.count + c.lanes - 1) / c.lanes;
  c.targets.resize(c.count);
  std::vector<std::vector<int>> neighbours(count);
  for (int k = 0; k < c.count; ++k) {
    auto& target = c.targets[k];
    std::map<int, std::array<double, 8>> weights;
    bool hangs = false;
    for (int a = 0; a < 8; ++a) {
      const int n = mesh_.cells[k][a];
      hangs = hangs || !mesh_.free(n);
      spread(n, [&](int to, double w) { weights.try_emplace(free_[to], std::array<double, 8>{}).first->second[a] += w; });
    }
    if (hangs) {
      target.weights.resize(8, static_cast<int>(weights.size()));
      int column = 0;
      for (const auto& [n, w] : weights) {
        target.nodes.push_back(n);
        for (int a = 0; a < 8; ++a) target.weights(a, column) = w[a];
        ++column;
      }
    } else {
      for (const int n : mesh_.cells[k]) target.nodes.push_back(free_[n]);
    }
    for (const int a : target.nodes)
      for (const int b : target.nodes)
        if (b >= a) neighbours[a].push_back(b);
  }
  std::vector<std::vector<int>> columns(3 * count);
  for (int n = 0; n < count; ++n) {
    auto& list = neighbours[n];
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    for (int d = 0; d < 3; ++d)
      for (const int other : list)
        for (int e = 0; e < 3; ++e)
          if (other > n || e >= d) columns[3 * n + d].push_back(3 * other + e);
  }
  matrix_ = std::make_unique<SparseCholesky>(columns);
  for (auto& target : c.targets) {
    const int m = static_cast<int>(target.nodes.size());
    for (int a = 0; a < m; ++a)
      for (int b = 0; b <= a; ++b) {
        const int high = std::max(target.nodes[a], target.nodes[b]), low = std::min(target.nodes[a], target.nodes[b]);
        std::array<int, 3> p;
        for (int d = 0; d < 3; ++d) p[d] = matrix_->position(3 * high + (high == low ? d : 0), 3 * low + d);
        target.positions.push_back(p);
      }
  }
  for (const auto& s : surface_) {
    const int n = 3 * free_[s.node];
    diagonal_.push_back({matrix_->position(n, n), matrix_->position(n + 1, n + 1), matrix_->position(n + 2, n + 2)});
  }
  for (int i = 0; i < 3 * count; ++i) diagonal_position_.push_back(matrix_->position(i, i));

  // Batches; the last one is filled up with copies of its last cell whose results nobody takes.
  for (const auto& m : materials_) {
    c.terms = std::max(c.terms, static_cast<int>(m.ogden.size()));
    c.families = std::max(c.families, static_cast<int>(m.fibres.size()));
  }
  const std::size_t l = c.lanes, b = c.batches;
  c.size.resize(3 * l * b);
  c.pre_stretch.resize(3 * l * b);
  c.mu.assign(c.terms * l * b, 0.0);
  c.alpha.assign(c.terms * l * b, 1.0);
  c.bulk.resize(l * b);
  c.fibres.assign(6 * c.families * l * b, 1.0);
  c.displacement.resize(24 * l * b);
  c.energy.resize(l * b);
  c.smallest.resize(l * b);
  c.force.resize(24 * l * b);
  c.stiffness.resize(300 * l * b);
  for (std::size_t k = 0; k < l * b; ++k) {
    const int cell = std::min(static_cast<int>(k), c.count - 1);
    const std::size_t batch = k / l, lane = k % l;
    const SolidMaterial& m = materials_[mesh_.layer[cell]];
    for (int d = 0; d < 3; ++d) {
      c.size[(3 * batch + d) * l + lane] = mesh_.size[cell][d];
      c.pre_stretch[(3 * batch + d) * l + lane] = m.pre_stretch[d];
    }
    for (std::size_t t = 0; t < m.ogden.size(); ++t) {
      c.mu[(c.terms * batch + t) * l + lane] = m.ogden[t].first;
      c.alpha[(c.terms * batch + t) * l + lane] = m.ogden[t].second;
    }
    c.bulk[batch * l + lane] = m.bulk;
    for (int f = 0; f < c.families; ++f) {
      double* to = &c.fibres[(6 * (c.families * batch + f)) * l + lane];
      const bool present = f < static_cast<int>(m.fibres.size());
      const SolidMaterial::Fibres fibre = present ? m.fibres[f] : SolidMaterial::Fibres{};
      const double values[6] = {fibre.k1, fibre.k2, fibre.kappa, fibre.direction[0], fibre.direction[1], fibre.direction[2]};
      for (int i = 0; i < 6; ++i) to[i * l] = values[i];
    }
  }
  for (const auto& m : materials_) c.relaxation_terms = std::max(c.relaxation_terms, static_cast<int>(m.relaxation.size()));
  if (c.relaxation_terms > 0) {
    c.stress.assign(48 * l * b, 0.0);
    c.history = c.stress;
    c.share.assign(l * b, 1.0);
    run_cells(u_, false, true);
    c.last_stress = c.stress;
    c.relaxing.assign(c.relaxation_terms * c.stress.size(), 0.0);
    relaxes_ = true;
    prepare_history(kInfinite);
  }
  at_rest_ = potential(u_, nullptr, true);
  stiffness_scale_.resize(3 * count);
  for (int i = 0; i < 3 * count; ++i) stiffness_scale_[i] = matrix_->values()[diagonal_position_[i]];
}

Vector3d PiercedBlock::displacement(int node) const {
  if (mesh_.free(node)) return at(u_, node);
  Vector3d u = Vector3d::Zero();
  for (const auto& h : mesh_.hanging[node]) u += h.weight * at(u_, h.node);
  return u;
}

// Evaluates every cell at u into the buffers of cells_, on several threads.
void PiercedBlock::run_cells(const VectorXd& u, bool matrix, bool stress) {
  auto& c = *cells_;
  const std::size_t l = c.lanes;
  std::vector<Vector3d> nodal(mesh_.nodes.size());
  for (std::size_t n = 0; n < nodal.size(); ++n) {
    nodal[n] = Vector3d::Zero();
    if (free_[n] >= 0) nodal[n] = u.segment<3>(3 * free_[n]);
    for (const auto& h : mesh_.hanging[n]) nodal[n] += h.weight * u.segment<3>(3 * free_[h.node]);
  }
  const auto evaluate = [&](int begin, int end) {
    for (std::size_t batch = begin; batch < static_cast<std::size_t>(end); ++batch) {
      double* local = &c.displacement[batch * 24 * l];
      for (std::size_t lane = 0; lane < l; ++lane) {
        const auto& corners = mesh_.cells[std::min<std::size_t>(batch * l + lane, c.count - 1)];
        for (int a = 0; a < 8; ++a)
          for (int d = 0; d < 3; ++d) local[(3 * a + d) * l + lane] = nodal[corners[a]][d];
      }
      CellBatchInput in{};
      in.displacement = local;
      in.size = &c.size[batch * 3 * l];
      in.pre_stretch = &c.pre_stretch[batch * 3 * l];
      in.mu = &c.mu[batch * c.terms * l];
      in.alpha = &c.alpha[batch * c.terms * l];
      in.terms = c.terms;
      in.bulk = &c.bulk[batch * l];
      in.families = c.families;
      if (c.families > 0) in.fibres = &c.fibres[batch * 6 * c.families * l];
      if (relaxes_) {
        in.history = &c.history[batch * 48 * l];
        in.elastic_share = &c.share[batch * l];
      }
      CellBatchOutput out{};
      out.energy = &c.energy[batch * l];
      out.force = &c.force[batch * 24 * l];
      out.smallest = &c.smallest[batch * l];
      if (matrix) out.stiffness = &c.stiffness[batch * 300 * l];
      if (stress) out.stress = &c.stress[batch * 48 * l];
      kernel_.run(in, out);
    }
  };
  std::vector<std::jthread> others;
  const int threads = std::max(1, settings_.threads);
  for (int t = 1; t < threads; ++t) others.emplace_back(evaluate, c.batches * t / threads, c.batches * (t + 1) / threads);
  evaluate(0, c.batches / threads);
}

// Finite linear viscoelasticity (Simo): each term is an overstress that the change of the slow stress feeds and time
// wears away, carried along as a second Piola-Kirchhoff stress over the mesh. One formula gives both the factor on the
// elastic response and the stress that history leaves in this step.
void PiercedBlock::prepare_history(double duration) {
  if (!relaxes_) return;
  auto& c = *cells_;
  const std::size_t l = c.lanes;
  for (std::size_t k = 0; k < l * c.batches; ++k) {
    const std::size_t batch = k / l, lane = k % l;
    const auto& terms = materials_[mesh_.layer[std::min(static_cast<int>(k), c.count - 1)]].relaxation;
    double share = 1.0;
    for (int i = 0; i < 48; ++i) c.history[(batch * 48 + i) * l + lane] = 0.0;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      const auto [weight, time] = terms[t];
      const double fed = weight * std::exp(-0.5 * duration / time), kept = std::exp(-duration / time);
      share += fed;
      for (int i = 0; i < 48; ++i) {
        const std::size_t at = (batch * 48 + i) * l + lane;
        c.history[at] += kept * c.relaxing[t * c.stress.size() + at] - fed * c.last_stress[at];
      }
    }
    c.share[k] = share;
  }
}

void PiercedBlock::remember_stress(double duration) {
  if (!relaxes_) return;
  auto& c = *cells_;
  run_cells(u_, false, true);
  const std::size_t l = c.lanes;
  for (std::size_t k = 0; k < l * c.batches; ++k) {
    const std::size_t batch = k / l, lane = k % l;
    const auto& terms = materials_[mesh_.layer[std::min(static_cast<int>(k), c.count - 1)]].relaxation;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      const auto [weight, time] = terms[t];
      const double fed = weight * std::exp(-0.5 * duration / time), kept = std::exp(-duration / time);
      for (int i = 0; i < 48; ++i) {
        const std::size_t at = (batch * 48 + i) * l + lane;
        double& h = c.relaxing[t * c.stress.size() + at];
        h = kept * h + fed * (c.stress[at] - c.last_stress[at]);
      }
    }
  }
  c.last_stress = c.stress;
}

double PiercedBlock::potential(const VectorXd& u, VectorXd* gradient, bool matrix, double curvature) {
  auto& c = *cells_;
  const int l = c.lanes;
  run_cells(u, matrix, false);
  double energy = 0.0;
  smallest_ = kInfinite;
  for (int k = 0; k < c.count; ++k) {
    energy += c.energy[k];
    smallest_ = std::min(smallest_, c.smallest[k]);
  }
  if (!(smallest_ > 0.0) || !std::isfinite(energy)) return kInfinite;

  if (matrix) matrix_->clear();
  if (gradient != nullptr) *gradient = VectorXd::Zero(u.size());
  if (gradient != nullptr || matrix) {
    double* values = matrix_->values();
    for (int k = 0; k < c.count; ++k) {
      const auto& target = c.targets[k];
      const int m = static_cast<int>(target.nodes.size());
      const std::size_t batch = k / l, lane = k % l;
      const double* force = &c.force[batch * 24 * l + lane];
      const double* stiffness = &c.stiffness[batch * 300 * l + lane];
      if (target.weights.size() == 0) {
        if (gradient != nullptr)
          for (int a = 0; a < 8; ++a)
            for (int d = 0; d < 3; ++d) (*gradient)[3 * target.nodes[a] + d] += force[(3 * a + d) * l];
        if (!matrix) continue;
        int pair = 0;
        for (int a = 0; a < 8; ++a)
          for (int e = 0; e <= a; ++e, ++pair) {
            const auto& p = target.positions[pair];
            if (a == e) {
              for (int j = 0; j < 3; ++j)
                for (int i = j; i < 3; ++i) values[p[j] + i - j] += stiffness[lower_index(3 * a + i, 3 * a + j) * l];
            } else if (target.nodes[a] > target.nodes[e]) {
              for (int j = 0; j < 3; ++j)
                for (int i = 0; i < 3; ++i) values[p[j] + i] += stiffness[lower_index(3 * a + i, 3 * e + j) * l];
            } else {
              for (int j = 0; j < 3; ++j)
                for (int i = 0; i < 3; ++i) values[p[j] + i] += stiffness[lower_index(3 * a + j, 3 * e + i) * l];
            }
          }
        continue;
      }
      // Hanging corners: T^t K T on the nodes they follow.
      const auto& t = target.weights;
      if (gradient != nullptr)
        for (int x = 0; x < m; ++x)
          for (int a = 0; a < 8; ++a)
            for (int d = 0; d < 3; ++d) (*gradient)[3 * target.nodes[x] + d] += t(a, x) * force[(3 * a + d) * l];
      if (!matrix) continue;
      Eigen::Matrix<double, 24, 24> full;
      for (int i = 0; i < 24; ++i)
        for (int j = 0; j <= i; ++j) full(i, j) = full(j, i) = stiffness[lower_index(i, j) * l];
      Eigen::Matrix<double, 24, Eigen::Dynamic, 0, 24, 81> half = decltype(half)::Zero(24, 3 * m);
      for (int x = 0; x < m; ++x)
        for (int a = 0; a < 8; ++a)
          if (t(a, x) != 0.0) half.middleCols<3>(3 * x) += t(a, x) * full.middleCols<3>(3 * a);
      int pair = 0;
      for (int x = 0; x < m; ++x)  // nodes ascend: the row block is the higher
        for (int y = 0; y <= x; ++y, ++pair) {
          Matrix3d block = Matrix3d::Zero();
          for (int a = 0; a < 8; ++a)
            if (t(a, x) != 0.0) block += t(a, x) * half.block<3, 3>(3 * a, 3 * y);
          const auto& p = target.positions[pair];
          for (int j = 0; j < 3; ++j)
            for (int i = x == y ? j : 0; i < 3; ++i) values[p[j] + i - (x == y ? j : 0)] += block(i, j);
        }
    }
  }
  energy += surface_terms(u, gradient, matrix, curvature);
  for (std::size_t i = 0; i < held_.size(); ++i) {
    if (held_[i] == 0) continue;
    if (gradient != nullptr) (*gradient)[i] = 0.0;
  }
  if (matrix) matrix_->hold(held_);
  return energy - at_rest_;
}

// Where the needle's material has moved in this step, seen from a point that was at `s` at the last one.
Vector3d PiercedBlock::needle_slip(const CrackNode& s) const {
  const Vector3d was = s.at + at(last_u_, s.node);
  return pose_.to_world(last_pose_.to_body(was)) - was;
}

double PiercedBlock::surface_terms(const VectorXd& u, VectorXd* gradient, bool matrix, double curvature) {
  double energy = 0.0;
  double* values = matrix ? matrix_->values() : nullptr;
  for (std::size_t k = 0; k < surface_.size(); ++k) {
    const CrackNode& s = surface_[k];
    const int n = 3 * free_[s.node];
    const Vector3d moved = u.segment<3>(n);
    const Vector3d x = s.at + moved;
    Vector3d g = Vector3d::Zero();
    Matrix3d h = Matrix3d::Zero();
    if (s.crack_area > 0.0) {  // half of the crack's energy belongs to this side
      const auto r = cohesive_response(s.law, 2.0 * moved[1], s.largest);
      energy += 0.5 * s.crack_area * r.energy;
      g[1] += s.crack_area * r.traction;
      h(1, 1) += 2.0 * s.crack_area * r.slope;
    }
    const double area = s.crack_area + s.skin_area;
    const Distance d = distance(shape_, pose_, x);
    if (d.gap < 0.0) {
      const double e = settings_.contact_penalty * area;
      energy += 0.5 * e * d.gap * d.gap;
      g += e * d.gap * d.normal;
      h += e * d.normal * d.normal.transpose();
      h += e * std::max(d.gap, -curvature / settings_.contact_penalty) * d.curvature;
    }
    if (s.pressure > 0.0 && settings_.friction > 0.0) {
      Vector3d slip = moved - last_u_.segment<3>(n) - needle_slip(s);
      slip -= s.normal * s.normal.dot(slip);
      const double length = slip.norm();
      const double scale = settings_.elastic_slip;
      const double limit = settings_.friction * s.pressure * area;
      const Matrix3d plane = Matrix3d::Identity() - s.normal * s.normal.transpose();
      if (length < scale) {
        energy += 0.5 * limit * length * length / scale;
        g += limit / scale * slip;
        h += limit / scale * plane;
      } else {
        const Vector3d t = slip / length;
        energy += limit * (length - 0.5 * scale);
        g += limit * t;
        h += limit / length * (plane - t * t.transpose());
      }
    }
    if (gradient != nullptr) gradient->segment<3>(n) += g;
    if (values != nullptr)
      for (int j = 0; j < 3; ++j)
        for (int i = j; i < 3; ++i) values[diagonal_[k][j] + i - j] += h(i, j);
  }
  return energy;
}

VectorXd PiercedBlock::tangent_times(const VectorXd& x) const { return matrix_->times(x); }

PiercedBlock::Wrench PiercedBlock::needle_wrench(const VectorXd& u) const {
  Wrench total;
  for (const auto& s : surface_) {
    const int n = 3 * free_[s.node];
    const double area = s.crack_area + s.skin_area;
    const Vector3d x = s.at + u.segment<3>(n);
    const Distance d = distance(shape_, pose_, x);
    Vector3d force = Vector3d::Zero();
    if (d.gap < 0.0) force -= settings_.contact_penalty * area * d.gap * d.normal;
    if (s.pressure > 0.0 && settings_.friction > 0.0) {
      Vector3d slip = u.segment<3>(n) - last_u_.segment<3>(n) - needle_slip(s);
      slip -= s.normal * s.normal.dot(slip);
      const double length = slip.norm();
      if (length > 0.0) force -= settings_.friction * s.pressure * area * std::min(length / settings_.elastic_slip, 1.0) / length * slip;
    }
    total.force += force;
    total.moment += (x - pose_.tip).cross(force)[1];
  }
  total.force *= symmetry_;
  total.moment *= symmetry_;
  total.force[1] = 0.0;
  if (symmetry_ == 4.0) total.force[0] = total.moment = 0.0;
  return total;
}

int PiercedBlock::contacts() const {
  return static_cast<int>(std::count_if(surface_.begin(), surface_.end(), [](const auto& s) { return s.pressure > 0.0; }));
}

double PiercedBlock::bytes() const { return matrix_->bytes() + 8.0 * (cells_->stiffness.size() + cells_->relaxing.size()); }

double PiercedBlock::largest_overlap() const {
  double overlap = 0.0;
  for (const auto& s : surface_) overlap = std::max(overlap, -distance(shape_, pose_, s.at + at(u_, s.node)).gap);
  return overlap;
}

PiercedBlock::Step PiercedBlock::move_to(const Pose& pose, double duration) {
  Step step;
  prepare_history(duration);
  last_u_ = u_;
  last_pose_ = pose_;
  pose_ = pose;
  // Going on as in the last step spares iterations, if it is the better place to begin.
  const double travel = path_length(last_pose_, pose);
  bool predicted = false;
  if (change_.size() > 0 && last_travel_ > 0.0) {
    const VectorXd guess = u_ + (travel / last_travel_) * change_;
    if (potential(guess) < potential(u_)) {
      u_ = guess;
      predicted = true;
    }
  }
  double settled = 0.0;
  for (const auto& s : surface_) settled = std::max(settled, s.pressure);
  VectorXd gradient;
  double shift = 0.0;
  int indefinite = 0;
  double energy = 0.0;
  bool first = true;
  for (;;) {
    // A needle that has just moved overlaps far more than it will at the end. The curvature of those pressures would only
    // make the tangent indefinite: it sees none, or after a prediction no more than twice those of the last step.
    energy = potential(u_, &gradient, true, !first ? kInfinite : predicted ? 2.0 * settled : 0.0);
    if (first) step.energy_before = energy;
    first = false;
    double largest_force = 0.0;
    for (const auto& s : surface_) {
      const double gap = distance(shape_, pose_, s.at + at(u_, s.node)).gap;
      if (gap < 0.0) largest_force += settings_.contact_penalty * (s.crack_area + s.skin_area) * -gap;
    }
    peak_force_ = std::max(peak_force_, largest_force);
    const double scale = std::max({largest_force, 0.02 * peak_force_, 1e-9});
    step.residual = gradient.lpNorm<Eigen::Infinity>() / scale;
    if (step.iterations > 0 && step.residual < settings_.tolerance) {
      step.converged = true;
      break;
    }
    if (step.iterations == settings_.max_iterations) break;
    ++step.iterations;

    VectorXd diagonal(u_.size());
    for (int i = 0; i < u_.size(); ++i) diagonal[i] = matrix_->values()[diagonal_position_[i]];
    bool definite = false;
    for (int attempt = 0; attempt < 20; ++attempt) {
      if (shift > 0.0)
        for (int i = 0; i < u_.size(); ++i) matrix_->values()[diagonal_position_[i]] = diagonal[i] + (held_[i] != 0 ? 0.0 : shift * stiffness_scale_[i]);
      ++step.factorisations;
      blas_threads(settings_.threads);
      definite = matrix_->factorise();
      blas_threads(1);
      if (definite) break;
      if (step.iterations > 1) ++indefinite;
      shift = shift == 0.0 ? 1e-4 : 6.0 * shift;
    }
    if (!definite) break;
    VectorXd direction = matrix_->solve(-gradient);
    const double largest = direction.lpNorm<Eigen::Infinity>();
    double length = largest > settings_.step_cap ? settings_.step_cap / largest : 1.0;
    const double slope = gradient.dot(direction);
    const double noise = 1e-13 * (std::abs(at_rest_) + std::abs(energy));
    bool accepted = false;
    const double tried = length;
    for (int cut = 0; cut < 25; ++cut, length *= 0.5) {
      const VectorXd trial = u_ + length * direction;
      const double e = potential(trial);
      if (!(e <= energy + 1e-4 * length * slope + noise)) continue;
      step.largest_rise = std::max(step.largest_rise, e - energy);
      u_ = trial;
      accepted = true;
      break;
    }
    if (!accepted) {
      if (std::abs(slope) < 10.0 * noise) {  // nothing left that the arithmetic could resolve
        step.converged = step.residual < 100.0 * settings_.tolerance;
        break;
      }
      shift = std::max(6.0 * shift, 1e-4);
      if (shift > 1e4) break;
      continue;
    }
    if (length == tried) shift = shift > 1e-6 && step.iterations > 1 ? shift / 6.0 : 0.0;
  }
  step.energy_after = energy;
  step.smallest = smallest_;
  if (!step.converged) {
    u_ = last_u_;
    pose_ = last_pose_;
    return step;
  }
  step.indefinite = indefinite > 0;
  step.snapped = indefinite > 0;
  if (indefinite > 3) change_.resize(0);
  else change_ = u_ - last_u_;
  last_travel_ = travel;
  commit(step, travel);
  remember_stress(duration);
  return step;
}

void PiercedBlock::commit(Step& step, double path) {
  const Wrench wrench = needle_wrench(u_);
  const Vector3d travel = pose_.tip - last_pose_.tip;
  const double turn = pose_.tilt - last_pose_.tilt;
  const double stored_before = balance_.stored + balance_.fracture;
  double friction = 0.0;
  for (auto& s : surface_) {
    const int n = 3 * free_[s.node];
    const double area = s.crack_area + s.skin_area;
    if (s.pressure > 0.0 && settings_.friction > 0.0) {
      Vector3d slip = u_.segment<3>(n) - last_u_.segment<3>(n) - needle_slip(s);
      slip -= s.normal * s.normal.dot(slip);
      const double length = slip.norm(), scale = settings_.elastic_slip;
      friction += settings_.friction * s.pressure * area * (length < scale ? length * length / scale : length);
    }
    if (s.crack_area > 0.0) s.largest = std::max(s.largest, 2.0 * u_[n + 1]);
    const Distance d = distance(shape_, pose_, s.at + u_.segment<3>(n));
    s.pressure = d.gap < 0.0 ? -settings_.contact_penalty * d.gap : 0.0;
    s.normal = d.normal;
  }
  balance_.friction += symmetry_ * friction;
  double fracture = 0.0;
  for (const auto& s : surface_)
    if (s.crack_area > 0.0) fracture += 0.5 * s.crack_area * dissipated(s.law, s.largest);
  last_u_ = u_;
  last_pose_ = pose_;
  balance_.fracture = symmetry_ * fracture;
  balance_.stored = symmetry_ * (potential(u_) - fracture);
  // Work by the trapezoid. In a snap the force falls at a needle held still: the work on the way there goes on as it
  // did before, and what crack, friction and solid do not take up of it is let go.
  const double taken = balance_.stored + balance_.fracture - stored_before + symmetry_ * friction;
  const double trapezoid = 0.5 * ((force_ + wrench.force).dot(travel) + (moment_ + wrench.moment) * turn);
  const double onwards = (force_ + 0.5 * path * force_slope_).dot(travel) + (moment_ + 0.5 * path * moment_slope_) * turn;
  step.snapped = step.snapped && onwards - taken > 0.0005 * (balance_.work + onwards);
  if (step.snapped) {
    balance_.work += onwards;
    step.released = onwards - taken;
    balance_.released += step.released;
    force_slope_.setZero();
    moment_slope_ = 0.0;
  } else {
    balance_.work += trapezoid;
    if (path > 0.0) {
      force_slope_ = (wrench.force - force_) / path;
      moment_slope_ = (wrench.moment - moment_) / path;
    }
  }
  force_ = wrench.force;
  moment_ = wrench.moment;
  // A soft penalty spares iterations while pressures are low; it follows them with a margin.
  double highest = 0.0;
  for (const auto& s : surface_) highest = std::max(highest, s.pressure);
  const double overlap = highest / settings_.contact_penalty;
  if (settings_.overlap > 0.0 && (overlap > settings_.overlap || overlap < 0.25 * settings_.overlap))
    settings_.contact_penalty = std::max(settings_.least_penalty, 1.5 * highest / settings_.overlap);
}

PiercedBlock::Saved PiercedBlock::save() const {
  Saved s{u_,       last_u_, pose_,        last_pose_, {}, {}, {}, force_, force_slope_, moment_, moment_slope_, peak_force_, settings_.contact_penalty,
          balance_, change_, last_travel_, {}};
  if (relaxes_) {
    s.history = cells_->relaxing;
    s.history.insert(s.history.end(), cells_->last_stress.begin(), cells_->last_stress.end());
  }
  for (const auto& n : surface_) {
    s.largest.push_back(n.largest);
    s.pressure.push_back(n.pressure);
    s.normal.push_back(n.normal);
  }
  return s;
}

void PiercedBlock::restore(const Saved& s) {
  u_ = s.u;
  last_u_ = s.last_u;
  pose_ = s.pose;
  last_pose_ = s.last_pose;
  force_ = s.force;
  force_slope_ = s.force_slope;
  moment_ = s.moment;
  moment_slope_ = s.moment_slope;
  peak_force_ = s.peak_force;
  settings_.contact_penalty = s.penalty;
  change_ = s.change;
  last_travel_ = s.last_travel;
  balance_ = s.balance;
  for (std::size_t i = 0; i < surface_.size(); ++i) {
    surface_[i].largest = s.largest[i];
    surface_[i].pressure = s.pressure[i];
    surface_[i].normal = s.normal[i];
  }
  if (relaxes_) {
    const auto middle = s.history.begin() + static_cast<std::ptrdiff_t>(cells_->relaxing.size());
    cells_->relaxing.assign(s.history.begin(), middle);
    cells_->last_stress.assign(middle, s.history.end());
  }
}

}  // namespace percuta::fem
