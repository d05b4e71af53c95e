#pragma once

// Cells of several classes of channels under one stirred vehicle. Each is a block with unknowns of
// its own; what has entered, gone through and been cleared they share, by their shares of the skin:
//
//   dE/dt = sum_k s_k J_k(c, u_k),   c = c_vehicle(laid on - washed off - E, t).
//
// What is counted is what flows, so that nothing is lost whatever the accuracy of a step.

#include <functional>
#include <memory>
#include <vector>

#include "transport/solute_cell.h"

namespace percuta::fem {

/// The cell of a class of channels.
struct SoluteClass {
  double share = 1.0;  ///< of the skin [-]
  SoluteCell cell;     ///< its donor is the shared one
  RingMesh mesh;
};

/// Concentration above the skin, of what has entered so far [kg/m^3], and its slope [1/m].
struct DonorState {
  double concentration = 0.0, slope = 0.0;
};

class DosedSkin : public StiffSystem {
 public:
  using Donor = std::function<DonorState(double entered, double time)>;

  /// `below` is the concentration that is kept there.
  DosedSkin(std::vector<SoluteClass>, Donor, double below);
  const std::vector<SoluteClass>& classes() const { return classes_; }
  const TransportSystem& block(std::size_t k) const { return *blocks_[k]; }
  /// Place of a cell of a block among the unknowns.
  int unknown(std::size_t block, int cell) const {
    return first_[block] + blocks_[block]->unknown(cell, 0);
  }
  /// Place of what has gone into the skin, below it, or into blood and lymph, over kCounted.
  int counted(SoluteWell which) const { return cells_ + which; }

  /// The unknowns at the beginning.
  std::vector<double> initial() const;
  /// Free and bound, fluid of channels included, per area of skin [kg/m^2].
  std::vector<double> in_layers(std::span<const double> y) const;

  int size() const override { return cells_ + 3; }
  void rates(double t, std::span<const double> y, std::span<double> dy) const override;
  std::vector<std::vector<int>> pattern() const override;
  void jacobian(double t, std::span<const double> y, std::span<double> values) const override;
  bool depends_on_time() const override { return true; }
  int kinds() const override { return 2; }
  int kind(int unknown) const override { return unknown >= cells_ ? 1 : 0; }

 private:
  /// Where an entry of a block's Jacobian goes.
  struct Entry {
    int at;  // -1: what is kept, by which nothing changes
    double factor;
    bool of_donor;  // in whose column it stands
  };
  /// The unknowns of a block as it knows them.
  std::vector<double> local(std::size_t block, const DonorState&, std::span<const double> y) const;
  /// Where an unknown of a block stands among all.
  int place(std::size_t block, int local) const;

  std::vector<SoluteClass> classes_;
  Donor donor_;
  double below_;
  std::vector<std::unique_ptr<TransportSystem>> blocks_;
  std::vector<int> first_;  ///< unknown of each block
  std::vector<std::vector<Entry>> entries_;
  int cells_ = 0;
};

}  // namespace percuta::fem
