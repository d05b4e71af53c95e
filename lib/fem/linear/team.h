#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

namespace percuta::fem {

/// The processes that solve one model in step (mpirun -n N): each holds the whole state and takes
/// every decision, and computes a share of the cells and of the factor. A program started alone is
/// a team of one, without MPI.
class Team {
 public:
  /// The team of this program. The first call starts MPI if a launcher started several of us.
  static const Team& of_this_program();
  Team() = default;  ///< a team of one

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool alone() const { return size_ == 1; }
  bool leads() const { return rank_ == 0; }
  /// Where the share of process `rank` of `count` things begins; it ends where the next one's
  /// begins.
  int begin(int count, int rank) const {
    return static_cast<int>(static_cast<long>(count) * rank / size_);
  }

  /// Everyone has computed its share of `count` things of `each` numbers; afterwards everyone has
  /// all of them.
  void share(std::vector<double>& all, int count, std::size_t each, std::size_t offset = 0) const;
  Eigen::VectorXd sum(Eigen::VectorXd) const;  ///< the same on all
  double sum(double) const;
  bool any(bool) const;
  /// Deals numbers out: the first counts[0] to process 0 and so on; returns what comes in, `takes`
  /// tells from whom how many.
  std::vector<double> deal(const std::vector<double>& numbers, const std::vector<int>& counts,
                           std::vector<int>& takes) const;
  /// What goes to another process and what comes from it.
  struct Post {
    int process;
    std::span<const double> out;
    std::span<double> in;
  };
  void exchange(const std::vector<Post>&) const;  ///< all at once
  void send(const double*, std::size_t count, int to, int tag) const;
  void take(double*, std::size_t count, int from, int tag) const;

  // Giving up early: who finds that a common computation has failed tells the others, who may look
  // from time to time. Everyone settles at the end of it, and learns whether anyone gave up. One
  // thread of a process makes these calls.
  void give_up();
  bool others_gave_up();
  bool settle();

 private:
  bool gave_up_ = false;
  int rank_ = 0, size_ = 1;
};

}  // namespace percuta::fem
