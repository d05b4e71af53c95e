#include "integrator.h"

#include <cvode/cvode.h>
#include <fmt/format.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.h>
#include <sunlinsol/sunlinsol_band.h>
#include <sunmatrix/sunmatrix_band.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"

namespace percuta::healing {

namespace {

// The blocks as CVODE's own kinds of matrix and linear solver.
using Blocks = Integrator::Matrix;
Blocks& blocks(SUNMatrix a) { return *static_cast<Blocks*>(a->content); }

SUNMatrix block_matrix(std::size_t cells, SUNContext context) {
  SUNMatrix a = SUNMatNewEmpty(context);
  a->content = new Blocks(cells);
  a->ops->getid = [](SUNMatrix) { return SUNMATRIX_CUSTOM; };
  a->ops->clone = [](SUNMatrix m) { return block_matrix(blocks(m).diagonal.size(), m->sunctx); };
  a->ops->destroy = [](SUNMatrix m) {
    delete &blocks(m);
    SUNMatFreeEmpty(m);
  };
  a->ops->zero = [](SUNMatrix m) {
    blocks(m).zero();
    return 0;
  };
  a->ops->copy = [](SUNMatrix from, SUNMatrix to) {
    blocks(to) = blocks(from);
    return 0;
  };
  a->ops->scaleaddi = [](realtype factor, SUNMatrix m) {
    blocks(m).scale_add_identity(factor);
    return 0;
  };
  return a;
}

using Elimination = BlockElimination<field::kCore>;

SUNLinearSolver block_solver(SUNContext context) {
  SUNLinearSolver s = SUNLinSolNewEmpty(context);
  s->content = new Elimination;
  s->ops->gettype = [](SUNLinearSolver) { return SUNLINEARSOLVER_DIRECT; };
  s->ops->setup = [](SUNLinearSolver solver, SUNMatrix a) {
    return static_cast<Elimination*>(solver->content)->factorise(blocks(a)) ? 0 : 1;
  };
  s->ops->solve = [](SUNLinearSolver solver, SUNMatrix, N_Vector x, N_Vector b, realtype) {
    N_VScale(1.0, b, x);
    static_cast<Elimination*>(solver->content)
        ->solve({N_VGetArrayPointer(x), static_cast<std::size_t>(N_VGetLength(x))});
    return 0;
  };
  s->ops->free = [](SUNLinearSolver solver) {
    delete static_cast<Elimination*>(solver->content);
    SUNLinSolFreeEmpty(solver);
    return 0;
  };
  return s;
}

}  // namespace

struct Integrator::Impl {
  SUNContext context = nullptr;
  N_Vector y = nullptr;
  SUNMatrix jacobian = nullptr;
  SUNLinearSolver solver = nullptr;
  void* cvode = nullptr;
  RightHandSide f;
  Jacobian j;
  std::size_t size = 0;
  long steps_before = 0, evaluations_before = 0;

  ~Impl() {
    CVodeFree(&cvode);
    SUNLinSolFree(solver);
    SUNMatDestroy(jacobian);
    N_VDestroy(y);
    SUNContext_Free(&context);
  }
  static int evaluate(realtype t, N_Vector y, N_Vector dy, void* self) {
    auto* impl = static_cast<Impl*>(self);
    impl->f(t, {N_VGetArrayPointer(y), impl->size}, {N_VGetArrayPointer(dy), impl->size});
    return 0;
  }
  static int linearise(realtype t, N_Vector y, N_Vector, SUNMatrix a, void* self, N_Vector,
                       N_Vector, N_Vector) {
    auto* impl = static_cast<Impl*>(self);
    impl->j(t, {N_VGetArrayPointer(y), impl->size}, blocks(a));
    return 0;
  }
  void begin(std::size_t unknowns, RightHandSide right, double rtol, double atol);
};

void Integrator::Impl::begin(std::size_t unknowns, RightHandSide right, double rtol, double atol) {
  auto& i = *this;
  i.f = std::move(right);
  i.size = unknowns;
  SUNContext_Create(nullptr, &i.context);
  i.y = N_VNew_Serial(static_cast<sunindextype>(unknowns), i.context);
  N_VConst(0.0, i.y);
  i.cvode = CVodeCreate(CV_BDF, i.context);
  CVodeInit(i.cvode, &Impl::evaluate, 0.0, i.y);
  CVodeSStolerances(i.cvode, rtol, atol);
  CVodeSetUserData(i.cvode, &i);
  CVodeSetMaxNumSteps(i.cvode, 200000);
  CVodeSetErrFile(i.cvode, nullptr);
}

Integrator::Integrator(std::size_t size, std::size_t bandwidth, RightHandSide f, double rtol,
                       double atol)
    : impl_(std::make_unique<Impl>()) {
  auto& i = *impl_;
  i.begin(size, std::move(f), rtol, atol);
  const auto band = static_cast<sunindextype>(bandwidth);
  i.jacobian = SUNBandMatrix(static_cast<sunindextype>(size), band, band, i.context);
  i.solver = SUNLinSol_Band(i.y, i.jacobian, i.context);
  CVodeSetLinearSolver(i.cvode, i.solver, i.jacobian);
}

Integrator::Integrator(std::size_t cells, RightHandSide f, Jacobian j, double rtol, double atol)
    : impl_(std::make_unique<Impl>()) {
  auto& i = *impl_;
  i.begin(cells * field::kCore, std::move(f), rtol, atol);
  i.j = std::move(j);
  i.jacobian = block_matrix(cells, i.context);
  i.solver = block_solver(i.context);
  CVodeSetLinearSolver(i.cvode, i.solver, i.jacobian);
  CVodeSetJacFn(i.cvode, &Impl::linearise);
}

Integrator::~Integrator() = default;

std::span<double> Integrator::state() { return {N_VGetArrayPointer(impl_->y), impl_->size}; }

void Integrator::restart(double t) {
  impl_->steps_before = steps();
  impl_->evaluations_before = evaluations();
  CVodeReInit(impl_->cvode, t, impl_->y);
}

void Integrator::advance(double t, double stop) {
  CVodeSetStopTime(impl_->cvode, stop);
  realtype reached = 0.0;
  const int flag = CVode(impl_->cvode, t, impl_->y, &reached, CV_NORMAL);
  if (flag < 0)
    throw core::SolveError(
        fmt::format("healing: the time integration gave up at day {:.3g} (CVODE {}); try a larger "
                    "healing.relative_tolerance",
                    reached / core::kDay, flag));
}

long Integrator::steps() const {
  long n = 0;
  CVodeGetNumSteps(impl_->cvode, &n);
  return n + impl_->steps_before;
}

long Integrator::evaluations() const {
  long n = 0;
  CVodeGetNumRhsEvals(impl_->cvode, &n);
  return n + impl_->evaluations_before;
}

void advance_with_vitamin_c(Integrator& integrator, Parameters& now, double from, double t,
                            double stop) {
  const double ends = now.ascorbate_until;
  if (now.ascorbate != 1.0 && ends <= t) {
    if (ends > from) integrator.advance(ends, ends);
    now.ascorbate = 1.0;
    integrator.restart(std::max(from, ends));
    if (ends == t) return;
  }
  integrator.advance(t, now.ascorbate != 1.0 ? std::min(stop, ends) : stop);
}

}  // namespace percuta::healing
