// The cell kernels of the solid level: tangents against finite differences for every law, wide
// lanes against one, energy and stress against the laws' own functions.

#include <random>

#include <gtest/gtest.h>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include "boxes/solid_cells.h"
#include "boxes/solid_material.h"
#include "kernels/cell_kernel.h"

using namespace percuta;
using namespace percuta::fem;
using Eigen::Matrix3d;
using Eigen::Vector3d;

namespace {

// One batch of random cells: every lane another shape, material and displacement.
struct Batch {
  int lanes;
  std::vector<double> u, size, stretch, mu, alpha, bulk, fibres, history, share;
  int families = 0;
  bool relaxes = false;
  std::vector<double> energy, force, stiffness, smallest, stress, volume,
      pressure;  // the last: foreseen, or empty

  Batch(int n, int kind, double amount = 0.1) : lanes(n) {
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    const auto at = [&](int i, int lane) { return static_cast<std::size_t>(i * lanes + lane); };
    u.resize(24 * n);
    size.resize(3 * n);
    stretch.resize(3 * n);
    mu.resize(2 * n);
    alpha.resize(2 * n);
    bulk.resize(n);
    fibres.resize(12 * n);
    history.resize(48 * n);
    share.assign(n, 1.3);
    for (int lane = 0; lane < n; ++lane) {
      for (int i = 0; i < 24; ++i) u[at(i, lane)] = amount * normal(random);
      for (int i = 0; i < 3; ++i) size[at(i, lane)] = 1.0 + 0.2 * i + 0.01 * lane;
      for (int i = 0; i < 3; ++i) stretch[at(i, lane)] = 1.0 + 0.05 * i;
      for (int i = 0; i < 48; ++i) history[at(i, lane)] = 0.2 * normal(random);
      mu[at(0, lane)] = 1.0;
      alpha[at(0, lane)] = kind == 0 ? 2.0 : 9.0;  // neo-Hookean, Ogden
      mu[at(1, lane)] = kind == 2 ? 0.4 : 0.0;     // Mooney-Rivlin's second term
      alpha[at(1, lane)] = -2.0;
      if (kind == 2) alpha[at(0, lane)] = 2.0;
      bulk[lane] = 50.0;
      for (int f = 0; f < 2; ++f) {
        const double values[6] = {2.0, 0.8, 0.1, 0.8, f == 0 ? 0.6 : -0.6, 0.0};
        for (int i = 0; i < 6; ++i) fibres[at(6 * f + i, lane)] = values[i];
      }
    }
    families = kind == 3 ? 2 : 0;  // Gasser-Ogden-Holzapfel
    relaxes = kind == 4;
    energy.resize(n);
    force.resize(24 * n);
    stiffness.resize(300 * n);
    smallest.resize(n);
    stress.resize(48 * n);
    volume.resize(25 * n);
  }
  void run(bool matrix) {
    CellBatchInput in{};
    in.displacement = u.data();
    in.size = size.data();
    in.pre_stretch = stretch.data();
    in.mu = mu.data();
    in.alpha = alpha.data();
    in.terms = 2;
    in.bulk = bulk.data();
    in.fibres = fibres.data();
    in.families = families;
    if (relaxes) {
      in.history = history.data();
      in.elastic_share = share.data();
    }
    CellBatchOutput out{};
    out.energy = energy.data();
    out.force = force.data();
    out.smallest = smallest.data();
    if (!pressure.empty()) in.pressure = pressure.data();
    out.volume = volume.data();
    if (matrix) out.stiffness = stiffness.data();
    out.stress = stress.data();
    cell_kernel(lanes).run(in, out);
  }
};

constexpr const char* kLaws[] = {"neo-Hookean", "Ogden", "Mooney-Rivlin", "GOH", "viscoelastic"};

}  // namespace

TEST(CellKernel, CellTangentsAgreeWithFiniteDifferencesForEveryLaw) {
  for (int kind = 0; kind < 5; ++kind) {
    Batch b(1, kind);
    b.run(true);
    const auto force = b.force, stiffness = b.stiffness;
    double scale = 0.0, force_scale = 0.0, tangent_error = 0.0, force_error = 0.0;
    for (const double k : stiffness) scale = std::max(scale, std::abs(k));
    for (const double f : force) force_scale = std::max(force_scale, std::abs(f));
    const double h = 1e-5;
    for (int j = 0; j < 24; ++j) {
      const double u = b.u[j];
      b.u[j] = u + h;
      b.run(false);
      const auto plus = b.force;
      const double energy = b.energy[0];
      b.u[j] = u - h;
      b.run(false);
      b.u[j] = u;
      force_error = std::max(force_error, std::abs((energy - b.energy[0]) / (2 * h) - force[j]));
      for (int i = j; i < 24; ++i)
        tangent_error = std::max(tangent_error, std::abs((plus[i] - b.force[i]) / (2 * h) -
                                                         stiffness[i * (i + 1) / 2 + j]));
    }
    EXPECT_LT(tangent_error, 1e-7 * scale) << kLaws[kind];
    EXPECT_LT(force_error, 1e-7 * force_scale) << kLaws[kind];
  }
}

// A foreseen pressure changes the tangent by its difference from the true one, times the second
// derivative of the cell's volume.
TEST(CellKernel, AForeseenPressureTakesThePlaceOfTheTrueOneInTheTangentAlone) {
  Batch b(1, 1);
  b.run(true);
  const auto force = b.force, stiffness = b.stiffness, volume = b.volume;
  const double j = volume[0], true_pressure = 0.5 * b.bulk[0] * (j - 1.0 / j),
               other = true_pressure + 3.0;
  b.pressure = {other};
  b.run(true);
  EXPECT_EQ(b.force, force);
  const auto seen = b.stiffness;
  const double cell =
                   b.size[0] * b.size[1] * b.size[2] / (b.stretch[0] * b.stretch[1] * b.stretch[2]),
               h = 1e-5;
  double largest = 0.0;
  for (int i = 0; i < 24; ++i) {
    const double u = b.u[i];
    b.u[i] = u + h;
    b.run(true);
    const auto plus = b.volume;
    b.u[i] = u - h;
    b.run(true);
    b.u[i] = u;
    EXPECT_NEAR(volume[1 + i], (plus[0] - b.volume[0]) / (2.0 * h), 1e-8);
    for (int k = 0; k <= i; ++k) {
      const double second = (plus[1 + k] - b.volume[1 + k]) / (2.0 * h);
      largest = std::max(largest, std::abs(second));
      EXPECT_NEAR(seen[i * (i + 1) / 2 + k] - stiffness[i * (i + 1) / 2 + k],
                  cell * (other - true_pressure) * second, 1e-7);
    }
  }
  EXPECT_GT(largest, 1e-3);
}

TEST(CellKernel, WideKernelsAgreeWithTheNarrowOne) {
  int checked = 0;
  for (const int lanes : {4, 8}) {
    if (cell_kernel(lanes).run == nullptr) continue;
    ++checked;
    for (int kind = 0; kind < 5; ++kind) {
      Batch wide(lanes, kind);
      wide.run(true);
      for (int lane = 0; lane < lanes; ++lane) {
        Batch one(1, kind);
        const auto take = [&](std::vector<double>& to, const std::vector<double>& from) {
          for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[i * lanes + lane];
        };
        take(one.u, wide.u);
        take(one.size, wide.size);
        take(one.stretch, wide.stretch);
        take(one.mu, wide.mu);
        take(one.alpha, wide.alpha);
        take(one.bulk, wide.bulk);
        take(one.fibres, wide.fibres);
        take(one.history, wide.history);
        take(one.share, wide.share);
        one.run(true);
        EXPECT_NEAR(wide.energy[lane], one.energy[0], 1e-12 * std::abs(one.energy[0]))
            << kLaws[kind];
        double scale = 0.0;
        for (const double k : one.stiffness) scale = std::max(scale, std::abs(k));
        for (int i = 0; i < 300; ++i)
          ASSERT_NEAR(wide.stiffness[i * lanes + lane], one.stiffness[i], 1e-12 * scale)
              << kLaws[kind] << lanes;
      }
    }
  }
  if (checked == 0) GTEST_SKIP() << "this processor has no wide lanes";
}

TEST(CellKernel, KernelHasTheEnergyOfTheLawItself) {
  // A uniform gradient: energy density times volume, by the independent function of skin/law.
  Batch b(1, 1, 0.0);
  Matrix3d g;
  g << 0.1, 0.05, -0.02, 0.03, -0.08, 0.04, 0.0, 0.06, 0.07;
  for (int a = 0; a < 8; ++a)
    for (int i = 0; i < 3; ++i) {
      b.u[3 * a + i] = 0.0;
      for (int k = 0; k < 3; ++k)
        b.u[3 * a + i] += g(i, k) * (((a >> k) & 1) != 0 ? b.size[k] : 0.0);
    }
  b.run(false);
  const Vector3d stretch(b.stretch[0], b.stretch[1], b.stretch[2]);
  const Matrix3d f = (Matrix3d::Identity() + g) * stretch.asDiagonal();
  const skin::Volumetric volumetric{50.0};
  const double exact =
      b.size[0] * b.size[1] * b.size[2] / stretch.prod() *
      (skin::isochoric_energy({{1.0, 9.0}}, f) + volumetric.energy(f.determinant()));
  EXPECT_NEAR(b.energy[0], exact, 1e-12 * exact);
}

TEST(CellKernel, HasTheStressOfTheLawItselfFibresIncluded) {
  // A uniform gradient: nodal forces are the first Piola-Kirchhoff stress times area, with the
  // stress that pictures show.
  Batch b(1, 3, 0.0);
  Matrix3d g;
  g << 0.1, 0.05, -0.02, 0.03, -0.08, 0.04, 0.0, 0.06, 0.07;
  for (int a = 0; a < 8; ++a)
    for (int i = 0; i < 3; ++i)
      for (int k = 0; k < 3; ++k)
        b.u[3 * a + i] += g(i, k) * (((a >> k) & 1) != 0 ? b.size[k] : 0.0);
  b.run(false);
  SolidMaterial m;
  m.ogden = {{1.0, 9.0}};
  m.bulk = 50.0;
  for (const double across : {0.6, -0.6}) m.fibres.push_back({2.0, 0.8, 0.1, {0.8, across, 0.0}});
  const Vector3d stretch(b.stretch[0], b.stretch[1], b.stretch[2]);
  const Matrix3d over_mesh = Matrix3d::Identity() + g, f = over_mesh * stretch.asDiagonal();
  const Matrix3d kirchhoff =
      isochoric_kirchhoff(m, f) +
      f.determinant() * skin::Volumetric{m.bulk}.pressure(f.determinant()) * Matrix3d::Identity();
  const Matrix3d piola = kirchhoff * over_mesh.inverse().transpose() / stretch.prod();
  const double volume = b.size[0] * b.size[1] * b.size[2];
  for (int a = 0; a < 8; ++a)
    for (int i = 0; i < 3; ++i) {
      double exact = 0.0;
      for (int k = 0; k < 3; ++k)
        exact += piola(i, k) * (((a >> k) & 1) != 0 ? 0.25 : -0.25) * volume / b.size[k];
      EXPECT_NEAR(b.force[3 * a + i], exact, 1e-11 * piola.norm()) << a << i;
    }
}

TEST(CellKernel, TakesOutExactlyTheDirectionsOfNegativeCurvature) {
  // Matrices made of known eigenvalues and random eigenvectors; translations cost nothing, as in a
  // cell.
  using Matrix24 = Eigen::Matrix<double, 24, 24>;
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  const std::vector<std::vector<double>> negative = {
      {},
      {-1.0},
      {-3.0, -0.2, -1e-3},
      {-1e-7},
      {-2.0, -1e-7},
      {-1.0, -1.0},
      {-5.0, -4.0, -3.0, -2.0, -1.0, -0.5, -0.4, -0.3}};
  const double little = 1e-5;
  int by_kernel = 0, left_alone = 0;
  for (const int lanes : {1, 4, 8}) {
    const ChosenKernel kernel = cell_kernel(lanes);
    if (kernel.make_convex == nullptr) continue;
    for (std::size_t first = 0; first < negative.size(); ++first) {
      std::vector<double> stiffness(300 * lanes), limit(lanes, little), left(lanes);
      std::vector<Matrix24> before(lanes), after(lanes);
      for (int lane = 0; lane < lanes; ++lane) {
        Eigen::MatrixXd basis(24, 24);
        for (int i = 0; i < 24; ++i)
          for (int j = 0; j < 24; ++j)
            basis(i, j) = j < 3 ? (i % 3 == j ? 1.0 : 0.0) : normal(random);
        for (int j = 0; j < 24; ++j) {
          for (int round = 0; round < 2; ++round)
            for (int k = 0; k < j; ++k)
              basis.col(j) -= basis.col(j).dot(basis.col(k)) * basis.col(k);
          basis.col(j).normalize();
        }
        const auto& values = negative[(first + lane) % negative.size()];
        const bool matters = !values.empty() && values.front() < -little;
        before[lane].setZero();
        after[lane].setZero();
        for (int j = 3; j < 24; ++j) {
          const double value = j - 3 < static_cast<int>(values.size()) ? values[j - 3] : 0.1 * j;
          const Matrix24 part = value * basis.col(j) * basis.col(j).transpose();
          before[lane] += part;
          if (value > 0.0 || !matters) after[lane] += part;
        }
        for (int i = 0; i < 24; ++i)
          for (int j = 0; j <= i; ++j)
            stiffness[(i * (i + 1) / 2 + j) * lanes + lane] = before[lane](i, j);
      }
      kernel.make_convex(stiffness.data(), limit.data(), left.data());
      for (int lane = 0; lane < lanes; ++lane) {
        const bool twice = (first + lane) % negative.size() ==
                           5;  // any two vectors span these: they may be left to the caller
        ++(left[lane] == 0.0 ? by_kernel : left_alone);
        EXPECT_TRUE(left[lane] == 0.0 || twice) << lanes << " " << first << " " << lane;
        const Matrix24& expected = left[lane] == 0.0 ? after[lane] : before[lane];
        for (int i = 0; i < 24; ++i)
          for (int j = 0; j <= i; ++j)
            ASSERT_NEAR(stiffness[(i * (i + 1) / 2 + j) * lanes + lane], expected(i, j), 1e-10)
                << lanes << first << lane;
      }
    }
  }
  EXPECT_GE(by_kernel, 6 * left_alone);
}

TEST(SolidCells, SqueezedCellsAreMadeConvexAndOthersLeftAlone) {
  // Two cells side by side: the first squeezed to 0.6 of its height, which buckles it; the second
  // hardly moved.
  BoxMeshSettings settings;
  settings.ticks = {{{0.0, 1.0, 2.0}, {0.0, 1.0}, {0.0, 1.0}}};
  settings.layer = [](double) { return 0; };
  settings.nominal = 1.0;
  settings.split = [](const Vector3d&, const Vector3d&) { return false; };
  settings.deepest = 1;
  const BoxMesh mesh = box_mesh(settings);
  const auto number = mesh.numbers();
  std::vector<SolidMaterial> materials(1);
  materials[0].ogden = {{1.0, 2.0}};
  materials[0].bulk = 50.0;
  fem::SolidCells cells(mesh, materials, 1, Team());
  SparseCholesky tangent(cells.pattern());
  cells.aim_at(tangent);
  const auto dense = [&] {
    tangent.clear();
    cells.add_tangent(tangent);
    Eigen::MatrixXd k(tangent.size(), tangent.size());
    for (int j = 0; j < tangent.size(); ++j)
      k.col(j) = tangent.times(Eigen::VectorXd::Unit(tangent.size(), j));
    return k;
  };
  const auto smallest = [](const Eigen::MatrixXd& k) {
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(k).eigenvalues()[0];
  };

  Eigen::VectorXd u = Eigen::VectorXd::Zero(tangent.size());
  cells.evaluate(u, true);
  const Eigen::MatrixXd at_rest = dense();
  cells.make_convex();
  EXPECT_EQ((dense() - at_rest).norm(), 0.0);

  for (std::size_t n = 0; n < mesh.nodes.size(); ++n)
    if (mesh.nodes[n][0] < 0.5) u[3 * number[n] + 2] = -0.4 * mesh.nodes[n][2];
  cells.evaluate(u, true);
  const Eigen::MatrixXd true_one = dense();
  cells.make_convex();
  const Eigen::MatrixXd convex = dense();
  const double scale = true_one.diagonal().maxCoeff();
  EXPECT_LT(smallest(true_one), -0.01 * scale);
  EXPECT_GT(smallest(convex), -1e-9 * scale);
  EXPECT_GT(smallest(convex - true_one),
            -1e-9 * scale);  // nothing but negative curvature is taken out
}

TEST(SolidCells, ASqueezedCellBecomesWhatItsSpectrumWithoutNegativeValuesGives) {
  BoxMeshSettings settings;
  settings.ticks = {{{0.0, 1.0}, {0.0, 1.0}, {0.0, 1.0}}};
  settings.layer = [](double) { return 0; };
  settings.nominal = 1.0;
  settings.split = [](const Vector3d&, const Vector3d&) { return false; };
  settings.deepest = 1;
  const BoxMesh mesh = box_mesh(settings);
  const auto number = mesh.numbers();
  std::vector<SolidMaterial> materials(1);
  materials[0].ogden = {{1.0, 2.0}};
  materials[0].bulk = 50.0;
  fem::SolidCells cells(mesh, materials, 1, Team());
  SparseCholesky tangent(cells.pattern());
  cells.aim_at(tangent);
  const auto dense = [&] {
    tangent.clear();
    cells.add_tangent(tangent);
    Eigen::MatrixXd k(tangent.size(), tangent.size());
    for (int j = 0; j < tangent.size(); ++j)
      k.col(j) = tangent.times(Eigen::VectorXd::Unit(tangent.size(), j));
    return k;
  };
  Eigen::VectorXd u = 0.02 * Eigen::VectorXd::Random(tangent.size());
  for (std::size_t n = 0; n < mesh.nodes.size(); ++n)
    u[3 * number[n] + 2] -= 0.4 * mesh.nodes[n][2];
  cells.evaluate(u, true);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(dense());
  ASSERT_LT(spectrum.eigenvalues()[0], -1.0);
  cells.make_convex();
  const Eigen::MatrixXd expected = spectrum.eigenvectors() *
                                   spectrum.eigenvalues().cwiseMax(0.0).asDiagonal() *
                                   spectrum.eigenvectors().transpose();
  EXPECT_LT((dense() - expected).norm(), 1e-12 * expected.norm());
}
