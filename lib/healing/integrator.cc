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

struct Integrator::Impl {
  SUNContext context = nullptr;
  N_Vector y = nullptr;
  SUNMatrix jacobian = nullptr;
  SUNLinearSolver solver = nullptr;
  void* cvode = nullptr;
  RightHandSide f;
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
};

Integrator::Integrator(std::size_t size, std::size_t bandwidth, RightHandSide f, double rtol,
                       double atol)
    : impl_(std::make_unique<Impl>()) {
  auto& i = *impl_;
  i.f = std::move(f);
  i.size = size;
  SUNContext_Create(nullptr, &i.context);
  i.y = N_VNew_Serial(static_cast<sunindextype>(size), i.context);
  N_VConst(0.0, i.y);
  i.cvode = CVodeCreate(CV_BDF, i.context);
  CVodeInit(i.cvode, &Impl::evaluate, 0.0, i.y);
  CVodeSStolerances(i.cvode, rtol, atol);
  CVodeSetUserData(i.cvode, &i);
  CVodeSetMaxNumSteps(i.cvode, 200000);
  CVodeSetErrFile(i.cvode, nullptr);
  const auto band = static_cast<sunindextype>(bandwidth);
  i.jacobian = SUNBandMatrix(static_cast<sunindextype>(size), band, band, i.context);
  i.solver = SUNLinSol_Band(i.y, i.jacobian, i.context);
  CVodeSetLinearSolver(i.cvode, i.solver, i.jacobian);
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

}  // namespace percuta::healing
