#pragma once

// Healing of a patch of skin with the channels where the device put them, in three dimensions:
// fields and reactions of healing_cell.h, walls that mirror, a later session at its own places.

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "transport/by_depth.h"
#include "transport/healing_cell.h"
#include "transport/patch_state.h"
#include "transport/patch_transport.h"

namespace percuta::fem {

/// Channels of a session by where they are.
class ChannelsNear {
 public:
  ChannelsNear(const healing::Wound&, const std::vector<healing::Place>&, double reach);
  /// Visits those whose axis may be within reach of a box: class, and place.
  void visit(const PatchBox&, const std::function<void(const healing::Place&)>&) const;

 private:
  std::vector<std::vector<healing::Place>> bucket_;
  double side_ = 0.0, reach_ = 0.0;
  int columns_ = 0, rows_ = 0;
};

/// The mesh about the channels of all sessions. `size` is that of the smallest boxes.
struct PatchGrid {
  std::array<std::vector<double>, 3> lines;  ///< of the boxes that are not halved
  int halvings = 0;
  std::vector<double> levels;  ///< faces between depths that means are given of
};
PatchGrid patch_grid(const healing::Wound&, double size);
PatchMesh healing_patch_mesh(const healing::Parameters&, const healing::Wound&, const PatchGrid&,
                             const Team&);

/// Size of the smallest boxes for so many cells of a radial cell [m].
double patch_box_size(const healing::Wound&, int cells);

class HealingPatch {
 public:
  HealingPatch(const healing::Parameters&, const healing::Wound&, const PatchGrid&,
               const StiffSettings&, int threads, const Team&);
  /// The channels of a session are cut.
  void cut(std::size_t session, double time);
  /// The early days after a session are over.
  void after_early_days();
  /// What vitamin C did is over.
  void without_vitamin_c();
  PatchTransport& transport() { return transport_; }
  const PatchMesh& mesh() const { return mesh_; }
  /// Horizontal means of all levels, and their rates, of a state.
  struct Means {
    std::vector<healing::Mean> value, rate;  // [-], [1/s]
  };
  Means means(std::span<const double> y, std::span<const double> dy) const;
  /// Collagen of the papillary dermis seen from above, on squares of that side.
  std::vector<double> seen_from_above(double side, int columns, int rows) const;
  /// Collagen next to the junction by the distance from the nearest channel of the first session:
  /// area and collagen times area of each bin.
  std::vector<double> by_distance(double bin, int bins) const;
  /// Fields and bleeding of the boxes of all processes, of the first process alone.
  void gather(PatchState&) const;
  /// Goes on from a state of a patch like this.
  void go_on(const PatchState&);
  double drift() const;

 private:
  void cut_box(int box, const ChannelsNear&, double reach);
  double bleeding_share(std::size_t channel) const;

  const healing::Parameters p_;
  const healing::Wound& wound_;
  const Team& team_;
  PatchMesh mesh_;
  std::vector<double> levels_;
  std::shared_ptr<std::vector<double>> bleeding_;  // of each box
  std::shared_ptr<HealingPhase> phase_;
  std::vector<char> deep_;
  PatchTransport transport_;
  int threads_ = 1;
};

}  // namespace percuta::fem
