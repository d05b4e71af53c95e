#include "linear/tree_cholesky.h"

#include <random>

#include <gtest/gtest.h>
#include <Eigen/Dense>

#include "linear/multigrid.h"

namespace percuta::fem {
namespace {

// A grid of nodes with three unknowns each, coupled to their neighbours by random blocks; the
// diagonal outweighs them.
struct Grid {
  std::vector<std::vector<int>> neighbours;
  std::vector<std::vector<int>> columns;

  Grid(int a, int b, int c) : neighbours(a * b * c), columns(3 * a * b * c) {
    const auto number = [&](int i, int j, int k) { return (k * b + j) * a + i; };
    for (int k = 0; k < c; ++k)
      for (int j = 0; j < b; ++j)
        for (int i = 0; i < a; ++i) {
          auto& list = neighbours[number(i, j, k)];
          for (int z = k; z <= std::min(c - 1, k + 1); ++z)
            for (int y = std::max(0, j - 1); y <= std::min(b - 1, j + 1); ++y)
              for (int x = std::max(0, i - 1); x <= std::min(a - 1, i + 1); ++x)
                if (number(x, y, z) > number(i, j, k)) list.push_back(number(x, y, z));
        }
    for (std::size_t n = 0; n < neighbours.size(); ++n)
      for (int d = 0; d < 3; ++d) {
        auto& column = columns[3 * n + d];
        for (int e = d; e < 3; ++e) column.push_back(static_cast<int>(3 * n) + e);
        for (const int m : neighbours[n])
          column.insert(column.end(), {3 * m, 3 * m + 1, 3 * m + 2});
      }
  }

  void fill(SparseCholesky& matrix) const {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> number(-1.0, 1.0);
    int at = 0;
    matrix.entries([&](int row, int column) {
      matrix.values()[at++] = row == column ? 50.0 : number(random);
    });
  }
};

TEST(TreeCholesky, SolvesOnAnyNumberOfThreads) {
  for (const Grid& grid :
       {Grid(13, 9, 11),
        Grid(26, 14, 14)}) {  // threads share the second one's fronts in several blocks
    SparseCholesky matrix(grid.columns);
    grid.fill(matrix);
    const Eigen::VectorXd exact = Eigen::VectorXd::Random(matrix.size()), b = matrix.times(exact);
    for (const int threads : {1, 2, 3, 8}) {
      TreeCholesky factor(matrix, grid.neighbours, threads, Team());
      for (int again = 0; again < 2; ++again) {
        ASSERT_TRUE(factor.factorise());
        EXPECT_LT((factor.solve(b) - exact).lpNorm<Eigen::Infinity>(), 1e-12) << threads;
      }
    }
  }
}

TEST(TreeCholesky, TellsAnIndefiniteMatrixAndRecovers) {
  const Grid grid(10, 10, 10);
  SparseCholesky matrix(grid.columns);
  for (const int threads : {1, 2, 4}) {
    TreeCholesky factor(matrix, grid.neighbours, threads, Team());
    for (const int unknown : {0, 1501, 2999}) {
      grid.fill(matrix);
      matrix.values()[matrix.position(unknown, unknown)] = -50.0;
      EXPECT_FALSE(factor.factorise()) << unknown;
      grid.fill(matrix);
      EXPECT_TRUE(factor.factorise());
    }
  }
}

// Against whole solves, one a column.
TEST(TreeCholesky, KnowsHowSomeUnknownsAnswerToForcesOnThem) {
  const Grid grid(26, 14, 14);
  SparseCholesky matrix(grid.columns);
  grid.fill(matrix);
  std::vector<int> unknowns;
  for (int n = 0; n < matrix.size(); n += 977) unknowns.push_back(n);
  for (int n = 4000; n < 4007; ++n) unknowns.push_back(n);
  const auto size = static_cast<Eigen::Index>(unknowns.size());
  const Eigen::VectorXd forces = Eigen::VectorXd::Random(size);
  Eigen::VectorXd all = Eigen::VectorXd::Zero(matrix.size());
  for (Eigen::Index j = 0; j < size; ++j) all[unknowns[j]] = forces[j];
  for (const int threads : {1, 2, 3, 8}) {
    TreeCholesky factor(matrix, grid.neighbours, threads, Team());
    ASSERT_TRUE(factor.factorise());
    Eigen::MatrixXd compliance;
    ASSERT_TRUE(factor.compliance(unknowns, compliance));
    ASSERT_EQ(compliance.rows(), size);
    for (Eigen::Index j = 0; j < size; ++j) {
      const Eigen::VectorXd column =
          factor.solve(Eigen::VectorXd::Unit(matrix.size(), unknowns[j]));
      for (Eigen::Index i = 0; i < size; ++i)
        EXPECT_NEAR(compliance(i, j), column[unknowns[i]], 1e-13 * compliance(j, j)) << threads;
    }
    const Eigen::VectorXd whole = factor.solve(all);
    EXPECT_LT((factor.answer(forces) - whole).lpNorm<Eigen::Infinity>(),
              1e-13 * whole.lpNorm<Eigen::Infinity>())
        << threads;
  }
}

TEST(TreeCholesky, TakesPartsThatAreNotConnected) {
  Grid grid(6, 1, 1);
  grid.neighbours = std::vector<std::vector<int>>(6);
  grid.columns.assign(18, {});
  for (int n = 0; n < 6; ++n)
    for (int d = 0; d < 3; ++d)
      for (int e = d; e < 3; ++e) grid.columns[3 * n + d].push_back(3 * n + e);
  SparseCholesky matrix(grid.columns);
  grid.fill(matrix);
  const Eigen::VectorXd exact = Eigen::VectorXd::Random(18);
  TreeCholesky factor(matrix, grid.neighbours, 4, Team());
  ASSERT_TRUE(factor.factorise());
  EXPECT_LT((factor.solve(matrix.times(exact)) - exact).lpNorm<Eigen::Infinity>(), 1e-14);
}

TEST(MultigridGradients, SolveAndTellAnIndefiniteMatrix) {
  const Grid grid(10, 10, 10);
  SparseCholesky matrix(grid.columns);
  std::vector<Eigen::Vector3d> at;
  for (int k = 0; k < 10; ++k)
    for (int j = 0; j < 10; ++j)
      for (int i = 0; i < 10; ++i) at.emplace_back(i, j, k);
  MultigridGradients gradients(matrix, at, Team());
  const Eigen::VectorXd exact = Eigen::VectorXd::Random(matrix.size());
  Eigen::VectorXd x;
  for (const int unknown : {0, 1501, 2999}) {
    grid.fill(matrix);
    const Eigen::VectorXd b = matrix.times(exact);
    ASSERT_TRUE(gradients.solve(b, x));
    EXPECT_LT((x - exact).norm(), 2e-3 * exact.norm());
    matrix.values()[matrix.position(unknown, unknown)] = -50.0;
    EXPECT_FALSE(gradients.solve(b, x)) << unknown;
  }
  EXPECT_GT(gradients.iterations(), 3);
}

}  // namespace
}  // namespace percuta::fem
