#pragma once

// Fields that diffuse and react in the boxes of a patch of skin. Finite volumes between the middles
// of boxes; in time ROS2, two linear stages of one matrix a step with h the step [verwer1999]:
//
//   A k1 = f(y),   A k2 = f(y + h k1) - 2 k1,   y <- y + h (3 k1 + k2)/2,   gamma = 1 - 1/sqrt(2),
//
// of second order for any A, whose error is told from the first-order y + h k1. A is factored
// approximately, (1 - gamma h dR/dy)(1 - gamma h D): first the reactions of each box on its own,
// then the diffusion of each field on its own, by conjugate gradients.

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "transport/patch_mesh.h"
#include "transport/stiff.h"
#include "transport/transport.h"

namespace percuta::fem {

/// One field of a patch.
struct PatchField {
  double diffusivity = 0.0;  ///< 0 = stays where it is [m^2/s]
  bool everywhere = true;    ///< else only in boxes that are `deep`
  double rest = 0.0;  ///< from which errors are measured, and what reactions see where it is not
  int walks_up = -1;  ///< the field whose gradient it walks up, which is everywhere
  double mobility = 0.0;  ///< [m^2/s per unit of that field]
};

/// What a patch took.
struct PatchCost {
  long steps = 0, rejected = 0, evaluations = 0;
  long sweeps = 0;  ///< of conjugate gradients, all fields at once
};

class PatchTransport {
 public:
  static constexpr std::size_t kLanes = 8;  ///< fields that diffuse, at most
  /// `deep` says of each owned box whether it has the fields that are not everywhere.
  PatchTransport(const PatchMesh&, std::vector<PatchField>, std::vector<char> deep,
                 std::shared_ptr<const Reactions>, const StiffSettings&, int threads, const Team&);

  int fields() const { return fields_; }
  /// Box by box, field by field; what is absent stands at rest.
  std::vector<double>& state() { return y_; }
  const std::vector<double>& state() const { return y_; }
  double time() const { return time_; }
  /// Step that would be taken next; a solve that goes on elsewhere is given it [s].
  double next_step() const { return h_; }
  /// Says that the state or the equations were changed, at time t; `step` 0 = found.
  void restart(double t, double step = 0.0);
  /// What an earlier solve that this one goes on with took.
  void begin_with(const PatchCost& cost) { cost_ = cost; }
  /// Looks at a state, its rates and its time.
  using Visit = std::function<void(double, std::span<const double> y, std::span<const double> dy)>;
  /// Brings the state to `until` exactly. `visit` sees the first state and that after each step.
  /// Throws core::SolveError.
  void advance(double until, const Visit& visit = {});
  const PatchCost& cost() const { return cost_; }

 private:
  template <class Do>
  void over_boxes(Do) const;
  void exchange(std::vector<double>& diffusing) const;
  void rates(double t, const std::vector<double>& y, std::vector<double>& dy);
  std::array<double, kLanes> inflow(const std::vector<double>& all, int box) const;
  void add_walks(int box, double* dy) const;
  bool factorise(double h);
  void stage(double h, std::vector<double>& rhs);
  std::array<double, kLanes> inner_limits(double h) const;
  void add_squares(std::size_t box, double* sums) const;
  Eigen::VectorXd begin_diffusion(double gh, const std::vector<double>& rhs);
  Eigen::VectorXd turn(double gh, const std::array<double, kLanes>& beta);
  Eigen::VectorXd go_along(const std::array<double, kLanes>& alpha);
  void diffuse(double h, std::vector<double>& rhs);
  double attempt(double h);
  double error_of(double h);
  double first_step(double longest);

  const PatchMesh& mesh_;
  std::vector<PatchField> field_;
  std::vector<char> deep_;
  std::shared_ptr<const Reactions> reactions_;
  StiffSettings settings_;
  int threads_ = 1, fields_ = 0;
  const Team& team_;
  std::vector<int> moving_;  // fields that diffuse, those that are everywhere first
  std::array<double, kLanes> diffusivity_{}, diffusivity_everywhere_{};  // of those [m^2/s]
  std::vector<std::array<int, 3>> walks_;  // field, its place and that of what it walks up, moving
  std::vector<double> volume_, y_, next_, rate_, k1_, k2_, middle_, lu_;
  std::vector<double> about_, p_, q_, x_, t_,
      over_diagonal_;  // lane by lane; about_ and p_ with ghosts
  double time_ = 0.0, h_ = 0.0;
  bool fresh_ = true;  // whether rate_ is of y_
  PatchCost cost_;
};

}  // namespace percuta::fem
