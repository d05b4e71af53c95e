#pragma once

#include <functional>
#include <memory>
#include <span>

#include "block_tridiagonal.h"
#include "percuta/healing/fields.h"

namespace percuta::healing {

/// Stiff system y' = f(t, y) by CVODE (BDF, variable order and step).
class Integrator {
 public:
  using RightHandSide =
      std::function<void(double t, std::span<const double> y, std::span<double> dy)>;
  using Matrix = BlockTridiagonal<field::kCore>;
  using Jacobian = std::function<void(double t, std::span<const double> y, Matrix&)>;
  /// With a banded Jacobian that is found by differences.
  Integrator(std::size_t size, std::size_t bandwidth, RightHandSide, double relative_tolerance,
             double absolute_tolerance);
  /// A row of cells, each with every field, that know their neighbours.
  Integrator(std::size_t cells, RightHandSide, Jacobian, double relative_tolerance,
             double absolute_tolerance);
  ~Integrator();

  std::span<double> state();
  /// Starts again from state() at time t, after a jump.
  void restart(double t);
  /// Brings state() to t without a step beyond `stop`, where the equations change; between steps
  /// the state follows the method's own polynomial, so that times of output cost no steps. Throws
  /// SolveError.
  void advance(double t, double stop);
  long steps() const;
  long evaluations() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// From a time to a later one, before `stop`, with what vitamin C does until it ends: from then on
/// `now` says that it does nothing.
void advance_with_vitamin_c(Integrator&, Parameters& now, double from, double t, double stop);

}  // namespace percuta::healing
