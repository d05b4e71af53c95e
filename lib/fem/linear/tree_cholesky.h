#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "linear/cholesky.h"
#include "linear/tangent_solver.h"
#include "linear/team.h"

namespace percuta::fem {

/// Multifrontal Cholesky factorisation of a matrix with three unknowns a node, spread over the
/// threads and processes of a team. METIS orders the nodes, CHOLMOD finds the supernodes, LAPACK
/// eliminates each as a dense front. The tree of fronts is cut into parts of equal work that run
/// side by side. All processes make all calls together.
class TreeCholesky : public TangentSolver {
 public:
  /// `part`: what this process holds of the matrix, the whole is the sum; `neighbours`: for each
  /// node of the whole those of higher number that it is coupled to.
  TreeCholesky(const SparseCholesky& part, const std::vector<std::vector<int>>& neighbours,
               int threads, const Team&);

  bool solve(const Eigen::VectorXd& right_hand_side, Eigen::VectorXd& x) override;
  bool solve_again(const Eigen::VectorXd& right_hand_side, Eigen::VectorXd& x) override {
    x = solve(right_hand_side);
    return true;
  }
  bool compliance(const std::vector<int>& unknowns, Eigen::MatrixXd&) override;
  Eigen::VectorXd answer(const Eigen::VectorXd& forces) override;
  double bytes() const
      override;  ///< of the factor and the updates on their way, taken at the first factorisation

  /// Takes the numbers that `part` has now. False when the matrix is not positive definite.
  bool factorise();
  Eigen::VectorXd solve(const Eigen::VectorXd& right_hand_side);

 private:
  struct Front {
    int first = 0, pivots = 0;   ///< nodes eliminated here, by place in the order of elimination
    std::vector<int> rows;       ///< places of all nodes of the front, pivots first
    std::vector<int> in_parent;  ///< where the rows below the pivots are among the parent's rows
    std::vector<int> children;
    int parent = -1,
        owner = 0;  ///< the worker that eliminates it; workers count through threads and processes
    double work = 0.0;         ///< of its subtree
    int hands = 1;             ///< threads that eliminate it
    std::size_t panel = 0;     ///< where its columns begin in the factor of the owner's process
    std::size_t entries = 0;   ///< where its entries of the matrix begin
    double* update = nullptr;  ///< what it leaves for its parent, until that has taken it
    std::vector<double>
        kept;  ///< holds the update if the parent is not a matter of the same worker's subtree

    std::size_t height() const { return 3 * rows.size(); }
    std::size_t width() const { return 3 * static_cast<std::size_t>(pivots); }
    std::size_t below() const { return height() - width(); }
  };
  /// Work for workers [begin, end): two halves side by side, then the fronts on top. One worker:
  /// whole subtrees.
  struct Plan {
    int begin = 0, end = 1;
    std::vector<int> fronts;  ///< children before parents
    std::unique_ptr<Plan> left, right;
  };
  enum class Crossing { updates, sums, solution };  ///< what goes from one worker to another

  void analyse(const std::vector<std::vector<int>>& neighbours);
  std::unique_ptr<Plan> divide(std::vector<int> roots, int begin, int end);
  void subtree(int root, std::vector<int>& fronts) const;
  void make_room(const Plan&);
  void place_entries();
  int process_of(int worker) const { return worker / threads_; }
  bool ours(int worker) const { return process_of(worker) == team_.rank(); }
  bool ours(const Plan& p) const {
    return process_of(p.begin) <= team_.rank() && team_.rank() <= process_of(p.end - 1);
  }
  template <class Each>
  void walk(const Plan&, Crossing, const Each&);
  void cross(const Plan&, Crossing);
  double* panel(const Front& f) { return factor_.data() + f.panel; }
  void eliminate(Front&);
  void forward(const Front&);
  void backward(const Front&);
  template <class Use>
  void each_of_ours(const Use&) const;
  Eigen::VectorXd downwards();
  Eigen::Index reach(const std::vector<int>& nodes);
  Eigen::Index reach_all();

  const SparseCholesky& part_;
  Team team_;
  int threads_;
  std::vector<int> place_;  ///< of a node in the order of elimination
  std::vector<Front> fronts_;
  std::unique_ptr<Plan> plan_;
  std::vector<double> factor_;
  std::vector<std::pair<std::vector<double>*, std::size_t>>
      rooms_;  ///< what factorisations will need
  struct Stack {
    std::vector<double> room;
    std::size_t used = 0;
  };
  std::vector<Stack> stacks_;  ///< of updates, one a worker of ours
  std::vector<std::pair<std::size_t, std::size_t>>
      entries_;  ///< by front: place in the panels, place among the numbers
  std::vector<int> sent_,
      sent_counts_;  ///< entries of our part in the order of the processes that take them
  std::vector<double> numbers_;  ///< of the matrix, of several processes
  std::vector<Eigen::MatrixXd>
      vectors_;                ///< of a solve, one a worker of ours; a column a right-hand side
  std::vector<char> reached_;  ///< fronts that the right-hand sides of a solve reach
  std::vector<int>
      row_;  ///< in those vectors, of the node at each place; -1 where they do not reach
  // Of the last compliance, for its answer: the solves on their way up, and their rows.
  std::vector<Eigen::MatrixXd> halfway_;
  std::vector<int> halfway_row_;
  std::atomic<bool> failed_{false};
};

}  // namespace percuta::fem
