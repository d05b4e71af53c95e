#pragma once

// y' = f(t, y), stiff, by RODAS (Hairer and Wanner, Solving Ordinary Differential Equations II,
// second edition, section VI.4): six linear stages of one matrix a step,
//
//   (1/(gamma h) - df/dy) k_i = f(t + alpha_i h, y + sum_j a_ij k_j) + sum_j c_ij k_j / h
//                               + gamma_i h df/dt,
//
// order 4 with an embedded one of order 3, stiffly accurate, dense output of order 3. There is no
// iteration that could fail, and no history: after a jump it goes on at once.

#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "linear/sparse_lu.h"

namespace percuta::fem {

/// A stiff system, the pattern of whose Jacobian does not change.
class StiffSystem {
 public:
  virtual ~StiffSystem() = default;
  virtual int size() const = 0;
  virtual void rates(double t, std::span<const double> y, std::span<double> dy) const = 0;
  /// The rows that each column of the Jacobian has, sorted, the diagonal among them.
  virtual std::vector<std::vector<int>> pattern() const = 0;
  /// Writes the Jacobian into the values of a matrix of that pattern.
  virtual void jacobian(double t, std::span<const double> y, std::span<double> values) const = 0;
  /// Whether `rates` depends on t by itself.
  virtual bool depends_on_time() const { return false; }
  /// Unknowns of one kind have one error, the largest of which counts.
  virtual int kinds() const { return 1; }
  virtual int kind(int /*unknown*/) const { return 0; }
};

struct StiffSettings {
  double relative_tolerance = 1e-4;
  double absolute_tolerance = 1e-7;  ///< in the unit of the unknowns
  double fixed_step = 0.0;           ///< no choice of steps; 0 = chosen by tolerance [s]
  double first_step = 0.0;           ///< 0 = found [s]
  /// A step that brings an unknown below minus this is refused.
  double most_negative = std::numeric_limits<double>::infinity();
  long most_steps = 100000;
};

/// What a solve took.
struct StiffCost {
  long steps = 0, rejected = 0, evaluations = 0, factorisations = 0;
};

/// A step that was taken, readable at any time within.
class StiffStep {
 public:
  double from = 0.0, to = 0.0;  ///< [s]
  void at(double time, std::span<double> y) const;

 private:
  friend class StiffIntegrator;
  std::vector<double> begin_, end_, third_, fourth_;
};

class StiffIntegrator {
 public:
  StiffIntegrator(const StiffSystem&, const StiffSettings&);
  std::vector<double>& state() { return y_; }
  const std::vector<double>& state() const { return y_; }
  double time() const { return time_; }
  /// Says that the state or the equations were changed, at time t.
  void restart(double t);
  /// Brings the state to `until` exactly. `visit` sees each step taken. Throws core::SolveError.
  void advance(double until, const std::function<void(const StiffStep&)>& visit = {});
  const StiffCost& cost() const { return cost_; }
  long fill() const { return matrix_.fill(); }

 private:
  void prepare();
  bool factorise(double h);
  double try_step(double h);
  void find_first_step(double longest);
  double error_of(std::span<const double> error, std::span<const double> to) const;
  void interpolate(double h);

  const StiffSystem& system_;
  StiffSettings settings_;
  SparseLu matrix_;
  std::vector<int> diagonal_;
  std::vector<double> jacobian_, y_, rate_, time_rate_, next_, stage_, scratch_;
  std::vector<std::vector<double>> k_;
  std::vector<double> scale_;
  StiffStep step_;
  StiffCost cost_;
  double time_ = 0.0, h_ = 0.0;
};

}  // namespace percuta::fem
