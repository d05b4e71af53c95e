#include "boxes/solid_cells.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include <Eigen/Dense>

#include "linear/side_by_side.h"

namespace percuta::fem {

using Eigen::Matrix3d;
using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

int lower_index(int i, int j) { return i * (i + 1) / 2 + j; }  // i >= j

// The values of eight corners, three each, in the orthonormal basis of Walsh; the first of it is a
// translation, which costs a cell nothing. Its own inverse.
void walsh(double* values) {
  for (int apart = 1; apart < 8; apart *= 2)
    for (int a = 0; a < 8; ++a) {
      if ((a & apart) != 0) continue;
      for (int d = 0; d < 3; ++d) {
        const double one = values[3 * a + d], other = values[3 * (a + apart) + d];
        values[3 * a + d] = one + other;
        values[3 * (a + apart) + d] = one - other;
      }
    }
  for (int i = 0; i < 24; ++i) values[i] *= std::numbers::sqrt2 / 4.0;
}

// What the kernel does for several cells, for one that it left.
void make_convex_alone(double* stiffness, std::size_t stride, double bearable) {
  using Matrix24 = Eigen::Matrix<double, 24, 24>;
  using Matrix21 = Eigen::Matrix<double, 21, 21>;
  Matrix24 k;
  for (int i = 0; i < 24; ++i)
    for (int j = 0; j <= i; ++j) k(i, j) = k(j, i) = stiffness[lower_index(i, j) * stride];
  const double little = std::max(1e-9 * k.diagonal().cwiseAbs().maxCoeff(), bearable);
  for (int column = 0; column < 24; ++column) walsh(k.col(column).data());
  k.transposeInPlace();
  for (int column = 0; column < 24; ++column) walsh(k.col(column).data());
  const Eigen::SelfAdjointEigenSolver<Matrix21> eigen(Matrix21(k.bottomRightCorner<21, 21>()));
  if (eigen.eigenvalues()[0] > -little) return;
  for (int v = 0; v < 21 && eigen.eigenvalues()[v] < 0.0; ++v) {
    Eigen::Matrix<double, 24, 1> direction;
    direction << 0.0, 0.0, 0.0, eigen.eigenvectors().col(v);
    walsh(direction.data());
    for (int i = 0; i < 24; ++i)
      for (int j = 0; j <= i; ++j)
        stiffness[lower_index(i, j) * stride] -=
            eigen.eigenvalues()[v] * direction[i] * direction[j];
  }
}

}  // namespace

SolidCells::SolidCells(const BoxMesh& mesh, const std::vector<SolidMaterial>& materials,
                       int threads, const Team& team)
    : mesh_(mesh),
      materials_(materials),
      threads_(std::max(1, threads)),
      team_(team),
      kernel_(widest_cell_kernel()),
      number_(mesh.numbers()) {
  count_ = static_cast<int>(mesh_.cells.size());
  batches_ = (count_ + kernel_.lanes - 1) / kernel_.lanes;
  begin_ = team_.begin(batches_, team_.rank());
  end_ = team_.begin(batches_, team_.rank() + 1);
  targets_.resize(count_);
  for (int k = 0; k < count_; ++k) {
    auto& target = targets_[k];
    std::map<int, std::array<double, 8>> weights;
    bool hangs = false;
    for (int a = 0; a < 8; ++a) {
      const int n = mesh_.cells[k][a];
      hangs = hangs || !mesh_.free(n);
      mesh_.follow(n, [&](int to, double w) {
        weights.try_emplace(number_[to], std::array<double, 8>{}).first->second[a] += w;
      });
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
      for (const int n : mesh_.cells[k]) target.nodes.push_back(number_[n]);
    }
  }

  for (int k = 0; k < count_; ++k)
    for (const auto& [mu, alpha] : materials_[mesh_.layer[k]].ogden)
      scale_ += mesh_.size[k].prod() * 6.0 * std::abs(mu) / (alpha * alpha);

  // Batches; the last one is filled up with copies of its last cell whose results nobody takes.
  for (const auto& m : materials_) {
    terms_ = std::max(terms_, static_cast<int>(m.ogden.size()));
    families_ = std::max(families_, static_cast<int>(m.fibres.size()));
  }
  const std::size_t l = kernel_.lanes, b = batches_;
  size_.resize(3 * l * b);
  pre_stretch_.resize(3 * l * b);
  mu_.assign(terms_ * l * b, 0.0);
  alpha_.assign(terms_ * l * b, 1.0);
  bulk_.resize(l * b);
  fibres_.assign(6 * families_ * l * b, 1.0);
  displacement_.resize(24 * l * b);
  energy_.resize(l * b);
  smallest_of_.resize(l * b);
  force_.resize(24 * l * b);
  stiffness_.resize(300 * l * (end_ - begin_));
  volume_.resize(25 * l * (end_ - begin_));
  for (std::size_t k = 0; k < l * b; ++k) {
    const int cell = std::min(static_cast<int>(k), count_ - 1);
    const std::size_t batch = k / l, lane = k % l;
    const SolidMaterial& m = materials_[mesh_.layer[cell]];
    for (int d = 0; d < 3; ++d) {
      size_[(3 * batch + d) * l + lane] = mesh_.size[cell][d];
      pre_stretch_[(3 * batch + d) * l + lane] = m.pre_stretch[d];
    }
    for (std::size_t t = 0; t < m.ogden.size(); ++t) {
      mu_[(terms_ * batch + t) * l + lane] = m.ogden[t].first;
      alpha_[(terms_ * batch + t) * l + lane] = m.ogden[t].second;
    }
    bulk_[batch * l + lane] = m.bulk;
    for (int f = 0; f < families_; ++f) {
      double* to = &fibres_[(6 * (families_ * batch + f)) * l + lane];
      const bool present = f < static_cast<int>(m.fibres.size());
      const SolidMaterial::Fibres fibre = present ? m.fibres[f] : SolidMaterial::Fibres{};
      const double values[6] = {fibre.k1,           fibre.k2,           fibre.kappa,
                                fibre.direction[0], fibre.direction[1], fibre.direction[2]};
      for (int i = 0; i < 6; ++i) to[i * l] = values[i];
    }
  }
  std::size_t relaxation_terms = 0;
  for (const auto& m : materials_)
    relaxation_terms = std::max(relaxation_terms, m.relaxation.size());
  if (relaxation_terms == 0) return;
  stress_.assign(48 * l * b, 0.0);
  left_over_ = stress_;
  share_.assign(l * b, 1.0);
  run(VectorXd::Zero(3 * mesh_.free_nodes()), false, true);
  team_.share(stress_, batches_, 48 * l);
  last_stress_ = stress_;
  relaxing_.assign(relaxation_terms * stress_.size(), 0.0);
  relaxes_ = true;
}

std::vector<std::vector<int>> SolidCells::pattern() const {
  const auto others = neighbours(begin_ * kernel_.lanes, last_cell());
  const int count = static_cast<int>(others.size());
  std::vector<char> ours(count, team_.leads() ? 1 : 0);
  for (int k = begin_ * kernel_.lanes; k < last_cell(); ++k)
    for (const int n : targets_[k].nodes) ours[n] = 1;
  std::vector<std::vector<int>> columns(3 * count);
  for (int n = 0; n < count; ++n)
    for (int d = 0; d < 3; ++d) {
      auto& column = columns[3 * n + d];
      for (int e = d; e < 3 && ours[n] != 0; ++e) column.push_back(3 * n + e);
      for (const int other : others[n])
        column.insert(column.end(), {3 * other, 3 * other + 1, 3 * other + 2});
    }
  return columns;
}

std::vector<std::vector<int>> SolidCells::neighbours(int first, int last) const {
  std::vector<std::vector<int>> lists(mesh_.free_nodes());
  for (int k = first; k < last; ++k)
    for (const int a : targets_[k].nodes)
      for (const int b : targets_[k].nodes)
        if (b > a) lists[a].push_back(b);
  for (const auto& [a, b] : mesh_.facing)
    lists[std::min(number_[a], number_[b])].push_back(std::max(number_[a], number_[b]));
  for (auto& list : lists) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return lists;
}

void SolidCells::aim_at(const SparseCholesky& matrix) {
  for (int k = begin_ * kernel_.lanes; k < last_cell(); ++k) {
    auto& target = targets_[k];
    const int m = static_cast<int>(target.nodes.size());
    for (int a = 0; a < m; ++a)
      for (int b = 0; b <= a; ++b) {
        const int high = std::max(target.nodes[a], target.nodes[b]),
                  low = std::min(target.nodes[a], target.nodes[b]);
        std::array<int, 3> p;
        for (int d = 0; d < 3; ++d)
          p[d] = matrix.position(3 * high + (high == low ? d : 0), 3 * low + d);
        target.positions.push_back(p);
      }
  }
}

std::vector<Vector3d> SolidCells::nodal(const VectorXd& u) const {
  std::vector<Vector3d> values(mesh_.nodes.size(), Vector3d::Zero());
  for (std::size_t n = 0; n < values.size(); ++n)
    mesh_.follow(static_cast<int>(n), [&](int to, double weight) {
      values[n] += weight * u.segment<3>(3 * number_[to]);
    });
  return values;
}

// A volume that is off by the square of a Newton step, times a large bulk modulus, is a pressure
// that has nothing to do with the one sought. With that of the linear step the tangent is the one
// of a mixed formulation with a pressure of its own in each cell (Magisano et al. 2017).
void SolidCells::foresee(const VectorXd& change) {
  const std::size_t l = kernel_.lanes;
  const auto moved = nodal(change);
  pressure_.resize(l * (end_ - begin_));
  for (std::size_t k = 0; k < pressure_.size(); ++k) {
    const double* volume = &volume_[k / l * 25 * l + k % l];
    const auto& corners = mesh_.cells[std::min<std::size_t>(begin_ * l + k, count_ - 1)];
    double ratio = 0.0;
    for (int a = 0; a < 8; ++a)
      for (int d = 0; d < 3; ++d) ratio += volume[(1 + 3 * a + d) * l] * moved[corners[a]][d];
    const double bulk = bulk_[begin_ * l + k], mean = volume[0];
    pressure_[k] = 0.5 * bulk * (mean - 1.0 / mean + (1.0 + 1.0 / (mean * mean)) * ratio);
  }
}

// Every cell at u into the buffers, on several threads.
void SolidCells::run(const VectorXd& u, bool with_tangent, bool with_stress) {
  const std::size_t l = kernel_.lanes;
  const auto nodal = this->nodal(u);
  const auto evaluate = [&](int begin, int end) {
    for (std::size_t batch = begin; batch < static_cast<std::size_t>(end); ++batch) {
      double* local = &displacement_[batch * 24 * l];
      for (std::size_t lane = 0; lane < l; ++lane) {
        const auto& corners = mesh_.cells[std::min<std::size_t>(batch * l + lane, count_ - 1)];
        for (int a = 0; a < 8; ++a)
          for (int d = 0; d < 3; ++d) local[(3 * a + d) * l + lane] = nodal[corners[a]][d];
      }
      CellBatchInput in{};
      in.displacement = local;
      in.size = &size_[batch * 3 * l];
      in.pre_stretch = &pre_stretch_[batch * 3 * l];
      in.mu = &mu_[batch * terms_ * l];
      in.alpha = &alpha_[batch * terms_ * l];
      in.terms = terms_;
      in.bulk = &bulk_[batch * l];
      in.families = families_;
      if (families_ > 0) in.fibres = &fibres_[batch * 6 * families_ * l];
      if (relaxes_) {
        in.history = &left_over_[batch * 48 * l];
        in.elastic_share = &share_[batch * l];
      }
      CellBatchOutput out{};
      out.energy = &energy_[batch * l];
      out.force = &force_[batch * 24 * l];
      out.smallest = &smallest_of_[batch * l];
      if (with_tangent) {
        out.stiffness = &stiffness_[(batch - begin_) * 300 * l];
        out.volume = &volume_[(batch - begin_) * 25 * l];
        if (!pressure_.empty()) in.pressure = &pressure_[(batch - begin_) * l];
      }
      if (with_stress) out.stress = &stress_[batch * 48 * l];
      kernel_.run(in, out);
    }
  };
  const int ours = end_ - begin_;
  side_by_side(threads_, [&](int t) {
    evaluate(begin_ + ours * t / threads_, begin_ + ours * (t + 1) / threads_);
  });
}

void SolidCells::make_convex() {
  const auto shear = [](const SolidMaterial& m) {
    double sum = 0.0;
    for (const auto& [mu, alpha] : m.ogden) sum += mu;
    return sum;
  };
  // A rigid motion costs nothing, and under pressure a turn a little less: its neighbours bear what
  // is small beside shear.
  const std::size_t l = kernel_.lanes;
  const auto project = [&](int begin, int end) {
    std::vector<double> little(l), left(l);
    for (int batch = begin; batch < end; ++batch) {
      const double* size = &size_[3 * batch * l];
      for (std::size_t lane = 0; lane < l; ++lane) {
        const double longest = std::max({size[lane], size[l + lane], size[2 * l + lane]});
        little[lane] = 0.3 * shear(material(batch * l + lane)) * size[lane] * size[l + lane] *
                       size[2 * l + lane] / (longest * longest);
      }
      double* stiffness = &stiffness_[(batch - begin_) * 300 * l];
      kernel_.make_convex(stiffness, little.data(), left.data());
      for (std::size_t lane = 0; lane < l; ++lane)
        if (left[lane] != 0.0) make_convex_alone(stiffness + lane, l, little[lane]);
    }
  };
  const int ours = end_ - begin_;
  side_by_side(threads_, [&](int t) {
    project(begin_ + ours * t / threads_, begin_ + ours * (t + 1) / threads_);
  });
}

// Finite linear viscoelasticity (Simo): each term is an overstress that the change of the slow
// stress feeds and time wears away, carried along as a second Piola-Kirchhoff stress over the mesh.
// One formula gives both the factor on the elastic response and the stress that history leaves in
// this step.
void SolidCells::pass_time(double duration) {
  if (!relaxes_) return;
  const std::size_t l = kernel_.lanes;
  for (std::size_t k = l * begin_; k < l * end_; ++k) {
    const std::size_t batch = k / l, lane = k % l;
    const auto& terms = material(k).relaxation;
    double share = 1.0;
    for (int i = 0; i < 48; ++i) left_over_[(batch * 48 + i) * l + lane] = 0.0;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      const auto [weight, time] = terms[t];
      const double fed = weight * std::exp(-0.5 * duration / time),
                   kept = std::exp(-duration / time);
      share += fed;
      for (int i = 0; i < 48; ++i) {
        const std::size_t at = (batch * 48 + i) * l + lane;
        left_over_[at] += kept * relaxing_[t * stress_.size() + at] - fed * last_stress_[at];
      }
    }
    share_[k] = share;
  }
}

void SolidCells::remember(const VectorXd& u, double duration) {
  if (!relaxes_) return;
  run(u, false, true);
  const std::size_t l = kernel_.lanes;
  for (std::size_t k = l * begin_; k < l * end_; ++k) {
    const std::size_t batch = k / l, lane = k % l;
    const auto& terms = material(k).relaxation;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      const auto [weight, time] = terms[t];
      const double fed = weight * std::exp(-0.5 * duration / time),
                   kept = std::exp(-duration / time);
      for (int i = 0; i < 48; ++i) {
        const std::size_t at = (batch * 48 + i) * l + lane;
        double& h = relaxing_[t * stress_.size() + at];
        h = kept * h + fed * (stress_[at] - last_stress_[at]);
      }
    }
  }
  team_.share(stress_, batches_, 48 * l);
  for (std::size_t t = 0; t < relaxing_.size() / stress_.size(); ++t)
    team_.share(relaxing_, batches_, 48 * l, t * stress_.size());
  last_stress_ = stress_;
}

std::vector<double> SolidCells::history() const {
  std::vector<double> all = relaxing_;
  all.insert(all.end(), last_stress_.begin(), last_stress_.end());
  return all;
}

void SolidCells::restore_history(const std::vector<double>& all) {
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(relaxing_.size());
  relaxing_.assign(all.begin(), middle);
  last_stress_.assign(middle, all.end());
}

void SolidCells::take_history(const SolidCells& from, const VectorXd& u) {
  if (!relaxes_) return;
  const std::size_t l = kernel_.lanes;
  for (std::size_t k = 0; k < l * batches_; ++k) {
    const int cell = std::min(static_cast<int>(k), count_ - 1);
    const Vector3d middle =
        0.5 * (mesh_.nodes[mesh_.cells[cell][0]] + mesh_.nodes[mesh_.cells[cell][7]]);
    for (int q = 0; q < 8; ++q) {
      Vector3d x = middle;
      for (int d = 0; d < 3; ++d)
        x[d] += (((q >> d) & 1) != 0 ? 0.5 : -0.5) * std::numbers::inv_sqrt3 * mesh_.size[cell][d];
      const int other = from.mesh_.cell_at(x);
      const Vector3d beside = x - 0.5 * (from.mesh_.nodes[from.mesh_.cells[other][0]] +
                                         from.mesh_.nodes[from.mesh_.cells[other][7]]);
      const int nearest =
          (beside[0] > 0.0 ? 1 : 0) + (beside[1] > 0.0 ? 2 : 0) + (beside[2] > 0.0 ? 4 : 0);
      const auto index = [&](std::size_t slot, int point, int i) {
        return (slot / l * 48 + 6 * point + i) * l + slot % l;
      };
      for (std::size_t t = 0; t < relaxing_.size() / stress_.size(); ++t)
        for (int i = 0; i < 6; ++i)
          relaxing_[t * stress_.size() + index(k, q, i)] =
              from.relaxing_[t * from.stress_.size() + index(other, nearest, i)];
    }
  }
  run(u, false, true);
  team_.share(stress_, batches_, 48 * l);
  last_stress_ = stress_;
}

double SolidCells::evaluate(const VectorXd& u, bool with_tangent) {
  run(u, with_tangent, false);
  if (with_tangent) pressure_.clear();
  team_.share(energy_, batches_, kernel_.lanes);
  team_.share(smallest_of_, batches_, kernel_.lanes);
  double energy = 0.0;
  smallest_ = std::numeric_limits<double>::infinity();
  for (int k = 0; k < count_; ++k) {
    energy += energy_[k];
    smallest_ = std::min(smallest_, smallest_of_[k]);
  }
  return smallest_ > 0.0 && std::isfinite(energy) ? energy
                                                  : std::numeric_limits<double>::infinity();
}

void SolidCells::add_gradient(VectorXd& gradient) {
  team_.share(force_, batches_, 24 * kernel_.lanes);
  const std::size_t l = kernel_.lanes;
  for (std::size_t k = 0; k < targets_.size(); ++k) {
    const auto& target = targets_[k];
    const double* force = &force_[k / l * 24 * l + k % l];
    for (std::size_t x = 0; x < target.nodes.size(); ++x)
      for (int a = 0; a < 8; ++a) {
        const double weight = target.weights.size() > 0 ? target.weights(a, static_cast<int>(x))
                                                        : (static_cast<int>(x) == a ? 1.0 : 0.0);
        if (weight == 0.0) continue;
        for (int d = 0; d < 3; ++d)
          gradient[3 * target.nodes[x] + d] += weight * force[(3 * a + d) * l];
      }
  }
}

void SolidCells::add_tangent(SparseCholesky& matrix) const {
  const std::size_t l = kernel_.lanes;
  double* values = matrix.values();
  for (int k = begin_ * kernel_.lanes; k < last_cell(); ++k) {
    const auto& target = targets_[k];
    const int m = static_cast<int>(target.nodes.size());
    const std::size_t batch = k / l - begin_, lane = k % l;
    const double* stiffness = &stiffness_[batch * 300 * l + lane];
    if (target.weights.size() == 0) {
      int pair = 0;
      for (int a = 0; a < 8; ++a)
        for (int e = 0; e <= a; ++e, ++pair) {
          const auto& p = target.positions[pair];
          if (a == e) {
            for (int j = 0; j < 3; ++j)
              for (int i = j; i < 3; ++i)
                values[p[j] + i - j] += stiffness[lower_index(3 * a + i, 3 * a + j) * l];
          } else if (target.nodes[a] > target.nodes[e]) {
            for (int j = 0; j < 3; ++j)
              for (int i = 0; i < 3; ++i)
                values[p[j] + i] += stiffness[lower_index(3 * a + i, 3 * e + j) * l];
          } else {
            for (int j = 0; j < 3; ++j)
              for (int i = 0; i < 3; ++i)
                values[p[j] + i] += stiffness[lower_index(3 * a + j, 3 * e + i) * l];
          }
        }
      continue;
    }
    // Hanging corners: T^t K T on the nodes they follow.
    const auto& t = target.weights;
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
          for (int i = x == y ? j : 0; i < 3; ++i)
            values[p[j] + i - (x == y ? j : 0)] += block(i, j);
      }
  }
}

}  // namespace percuta::fem
