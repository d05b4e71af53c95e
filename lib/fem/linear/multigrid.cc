#include "linear/multigrid.h"

#include <cstdlib>

#include <fmt/format.h>
#include <petscksp.h>

#include "percuta/core/errors.h"

namespace percuta::fem {
namespace {

constexpr double kTolerance =
    1e-3;  // of the residual, preconditioned; Newton takes no more iterations for it
constexpr int kMost = 1000;  // iterations; a matrix that takes more is taken for indefinite

void check(PetscErrorCode code) {
  if (code != 0)
    throw core::SolveError(
        fmt::format("iterative solver: PETSc error {}; insertion.solver = \"direct\" does without",
                    static_cast<int>(code)));
}

void start_petsc() {
  PetscBool started = PETSC_FALSE;
  PetscInitialized(&started);
  if (started == PETSC_TRUE) return;
  check(PetscInitializeNoArguments());
  check(PetscPopSignalHandler());  // signals are the program's own
  check(PetscPushErrorHandler(PetscReturnErrorHandler, nullptr));
  std::atexit([] { PetscFinalize(); });
}

}  // namespace

struct MultigridGradients::Petsc {
  Mat matrix = nullptr;
  KSP solver = nullptr;
  Vec right = nullptr, left = nullptr, everywhere = nullptr;
  VecScatter gather = nullptr;
  std::vector<PetscScalar> numbers;
  PetscInt begin = 0, end = 0;    ///< rows of this process
  std::vector<PetscReal> places;  ///< of this process's nodes

  void start_anew();
  ~Petsc() {
    VecScatterDestroy(&gather);
    VecDestroy(&everywhere);
    VecDestroy(&left);
    VecDestroy(&right);
    KSPDestroy(&solver);
    MatDestroy(&matrix);
  }
};

void MultigridGradients::Petsc::start_anew() {
  check(KSPCreate(PetscObjectComm(reinterpret_cast<PetscObject>(matrix)), &solver));
  check(KSPSetType(solver, KSPCG));
  check(KSPSetTolerances(solver, kTolerance, 1e-50, 1e10, kMost));
  check(KSPSetOperators(solver, matrix, matrix));
  PC multigrid = nullptr;
  check(KSPGetPC(solver, &multigrid));
  check(PCSetType(multigrid, PCGAMG));
  check(KSPSetOptionsPrefix(solver, "percuta_"));
  // Chebyshev polynomials of the diagonal alone smooth alike however many processes there are;
  // symmetric Gauss-Seidel does not look across their borders: on one process it was as fast, on
  // two it took a third more iterations.
  check(PetscOptionsSetValue(nullptr, "-percuta_mg_levels_ksp_type", "chebyshev"));
  check(PetscOptionsSetValue(nullptr, "-percuta_mg_levels_ksp_max_it", "3"));
  check(PetscOptionsSetValue(nullptr, "-percuta_mg_levels_pc_type", "jacobi"));
  check(PetscOptionsSetValue(
      nullptr, "-percuta_mg_levels_ksp_chebyshev_esteig",
      "0,0.1,0,1.3"));  // 1.1 times the estimate was below the largest eigenvalue
  check(KSPSetFromOptions(solver));
  check(PCSetCoordinates(multigrid, 3, (end - begin) / 3, places.data()));
}

MultigridGradients::MultigridGradients(const SparseCholesky& part,
                                       const std::vector<Eigen::Vector3d>& at, const Team& team)
    : part_(part), team_(team) {
  start_petsc();
  petsc_ = std::make_unique<Petsc>();
  auto& p = *petsc_;
  const MPI_Comm comm = team_.alone() ? PETSC_COMM_SELF : PETSC_COMM_WORLD;
  const int nodes = static_cast<int>(at.size());
  p.begin = 3 * team_.begin(nodes, team_.rank());
  p.end = 3 * team_.begin(nodes, team_.rank() + 1);
  check(MatCreate(comm, &p.matrix));
  check(MatSetSizes(p.matrix, p.end - p.begin, p.end - p.begin, 3 * nodes, 3 * nodes));
  check(MatSetBlockSize(p.matrix, 3));
  check(MatSetType(p.matrix, MATAIJ));
  std::vector<PetscInt> rows, columns;
  rows.reserve(2 * part_.count());
  columns.reserve(2 * part_.count());
  part_.entries([&](int row, int column) {
    rows.push_back(row);
    columns.push_back(column);
    if (row == column) return;
    rows.push_back(column);
    columns.push_back(row);
  });
  check(MatSetPreallocationCOO(p.matrix, static_cast<PetscCount>(rows.size()), rows.data(),
                               columns.data()));
  check(MatSetOption(p.matrix, MAT_SPD, PETSC_TRUE));
  p.numbers.resize(rows.size());
  check(MatCreateVecs(p.matrix, &p.left, &p.right));
  check(VecScatterCreateToAll(p.left, &p.gather, &p.everywhere));

  for (int n = p.begin / 3; n < p.end / 3; ++n)
    for (int d = 0; d < 3; ++d) p.places.push_back(at[n][d]);
}

MultigridGradients::~MultigridGradients() = default;

// A multigrid that was set up before sets itself up otherwise than a new one: a resumed push would
// differ in its last digits.
void MultigridGradients::forget() {
  after_set_up_ = 0;
  KSPDestroy(&petsc_->solver);
}

double MultigridGradients::bytes() const {
  return 6.0 * team_.sum(12.0 * 2.0 * static_cast<double>(part_.count()));
}

bool MultigridGradients::solve(const Eigen::VectorXd& right_hand_side, Eigen::VectorXd& x) {
  auto& p = *petsc_;
  std::size_t k = 0, entry = 0;
  Eigen::VectorXd diagonal = Eigen::VectorXd::Zero(part_.size());
  part_.entries([&](int row, int column) {
    const double v = part_.values()[entry++];
    p.numbers[k++] = v;
    if (row != column) p.numbers[k++] = v;
    else diagonal[row] = v;
  });
  // Multigrid made of an indefinite matrix can hide what it is.
  if (team_.sum(diagonal).minCoeff() <= 0.0) return false;
  check(MatSetValuesCOO(p.matrix, p.numbers.data(), INSERT_VALUES));
  check(MatAssemblyBegin(
      p.matrix, MAT_FINAL_ASSEMBLY));  // else the smoother keeps the diagonal of the matrix before
  check(MatAssemblyEnd(p.matrix, MAT_FINAL_ASSEMBLY));
  if (p.solver == nullptr) p.start_anew();
  check(KSPSetReusePreconditioner(p.solver, after_set_up_ > 0 ? PETSC_TRUE : PETSC_FALSE));
  PetscScalar* to = nullptr;
  check(VecGetArray(p.right, &to));
  for (PetscInt i = p.begin; i < p.end; ++i) to[i - p.begin] = right_hand_side[i];
  check(VecRestoreArray(p.right, &to));
  check(KSPSolve(p.solver, p.right, p.left));
  KSPConvergedReason reason{};
  PetscInt iterations = 0;
  check(KSPGetConvergedReason(p.solver, &reason));
  check(KSPGetIterationNumber(p.solver, &iterations));
  iterations_ += iterations;
  if (reason <= 0) {
    const bool used = after_set_up_ > 0;
    after_set_up_ = 0;
    return used && reason != KSP_DIVERGED_INDEFINITE_MAT
               ? solve(right_hand_side, x)
               : false;  // the multigrid may just have been too old
  }
  // A multigrid of an earlier tangent does for as long as it is worth its keep.
  if (after_set_up_ == 0) after_set_up_ = iterations + 1;
  else if (iterations > 1.5 * after_set_up_ + 10) after_set_up_ = 0;
  check(VecScatterBegin(p.gather, p.left, p.everywhere, INSERT_VALUES, SCATTER_FORWARD));
  check(VecScatterEnd(p.gather, p.left, p.everywhere, INSERT_VALUES, SCATTER_FORWARD));
  const PetscScalar* from = nullptr;
  check(VecGetArrayRead(p.everywhere, &from));
  x = Eigen::Map<const Eigen::VectorXd>(from, right_hand_side.size());
  check(VecRestoreArrayRead(p.everywhere, &from));
  return x.dot(right_hand_side) > 0.0;
}

}  // namespace percuta::fem
