#include "linear/team.h"

#include <cstdlib>
#include <utility>

#include <mpi.h>

namespace percuta::fem {
namespace {

MPI_Comm flags = MPI_COMM_NULL;  // for giving up: its messages get in nobody's way

// A launcher tells its children how many they are.
bool launched() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"})
    if (std::getenv(name) != nullptr) return true;
  return false;
}

}  // namespace

const Team& Team::of_this_program() {
  static const Team team = [] {
    Team t;
    int started = 0;
    MPI_Initialized(&started);
    if (started == 0 && !launched()) return t;
    if (started == 0) {
      int level = 0;
      MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &level);
      std::atexit([] { MPI_Finalize(); });
    }
    MPI_Comm_rank(MPI_COMM_WORLD, &t.rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &t.size_);
    MPI_Comm_dup(MPI_COMM_WORLD, &flags);
    return t;
  }();
  return team;
}

void Team::share(std::vector<double>& all, int count, std::size_t each, std::size_t offset) const {
  if (alone()) return;
  MPI_Datatype item;
  MPI_Type_contiguous(static_cast<int>(each), MPI_DOUBLE, &item);
  MPI_Type_commit(&item);
  std::vector<int> counts(size_), starts(size_);
  for (int r = 0; r < size_; ++r) {
    starts[r] = begin(count, r);
    counts[r] = begin(count, r + 1) - starts[r];
  }
  MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all.data() + offset, counts.data(),
                 starts.data(), item, MPI_COMM_WORLD);
  MPI_Type_free(&item);
}

Eigen::VectorXd Team::sum(Eigen::VectorXd v) const {
  if (!alone()) {
    Eigen::VectorXd parts = v;
    MPI_Reduce(parts.data(), v.data(), static_cast<int>(v.size()), MPI_DOUBLE, MPI_SUM, 0,
               MPI_COMM_WORLD);
    MPI_Bcast(v.data(), static_cast<int>(v.size()), MPI_DOUBLE, 0, MPI_COMM_WORLD);
  }
  return v;
}

double Team::sum(double v) const { return sum(Eigen::VectorXd::Constant(1, v))[0]; }

bool Team::any(bool mine) const { return alone() ? mine : sum(mine ? 1.0 : 0.0) > 0.0; }

std::vector<double> Team::deal(const std::vector<double>& numbers, const std::vector<int>& counts,
                               std::vector<int>& takes) const {
  takes.resize(size_);
  MPI_Alltoall(counts.data(), 1, MPI_INT, takes.data(), 1, MPI_INT, MPI_COMM_WORLD);
  std::vector<int> out(size_, 0), in(size_, 0);
  for (int r = 1; r < size_; ++r) {
    out[r] = out[r - 1] + counts[r - 1];
    in[r] = in[r - 1] + takes[r - 1];
  }
  std::vector<double> all(in.back() + takes.back());
  MPI_Alltoallv(numbers.data(), counts.data(), out.data(), MPI_DOUBLE, all.data(), takes.data(),
                in.data(), MPI_DOUBLE, MPI_COMM_WORLD);
  return all;
}

void Team::give_up() {
  if (gave_up_) return;
  gave_up_ = true;
  MPI_Request ignored;
  for (int r = 0; r < size_; ++r)
    if (r != rank_) {
      MPI_Isend(nullptr, 0, MPI_DOUBLE, r, 0, flags, &ignored);
      MPI_Request_free(&ignored);
    }
}

bool Team::others_gave_up() {
  if (alone()) return false;
  int there = 0;
  MPI_Iprobe(MPI_ANY_SOURCE, 0, flags, &there, MPI_STATUS_IGNORE);
  return there != 0;
}

bool Team::settle() {
  if (alone()) return std::exchange(gave_up_, false);
  int mine = gave_up_ ? 1 : 0, all = 0;
  MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  for (int k = 0; k < all - mine; ++k)
    MPI_Recv(nullptr, 0, MPI_DOUBLE, MPI_ANY_SOURCE, 0, flags, MPI_STATUS_IGNORE);
  gave_up_ = false;
  return all > 0;
}

void Team::exchange(const std::vector<Post>& posts) const {
  std::vector<MPI_Request> requests(2 * posts.size());
  for (std::size_t k = 0; k < posts.size(); ++k) {
    const auto& p = posts[k];
    MPI_Irecv(p.in.data(), static_cast<int>(p.in.size()), MPI_DOUBLE, p.process, 1, MPI_COMM_WORLD,
              &requests[2 * k]);
    MPI_Isend(p.out.data(), static_cast<int>(p.out.size()), MPI_DOUBLE, p.process, 1,
              MPI_COMM_WORLD, &requests[2 * k + 1]);
  }
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
}

void Team::send(const double* numbers, std::size_t count, int to, int tag) const {
  MPI_Send(numbers, static_cast<int>(count), MPI_DOUBLE, to, tag, MPI_COMM_WORLD);
}

void Team::take(double* numbers, std::size_t count, int from, int tag) const {
  MPI_Recv(numbers, static_cast<int>(count), MPI_DOUBLE, from, tag, MPI_COMM_WORLD,
           MPI_STATUS_IGNORE);
}

}  // namespace percuta::fem
