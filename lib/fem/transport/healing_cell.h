#pragma once

// The skin that belongs to one channel, as a body of revolution: viable epidermis with damage and
// signals, dermis with every field of healing::kFieldTable, nothing through bottom, top and outer
// wall. A channel is no boundary: it is where cells and matrix were lost.

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "percuta/healing/fields.h"
#include "transport/transport.h"

namespace percuta::fem {

/// Distance of a point from the wall and the bottom of a channel about the axis, 0 within [m].
double channel_distance(const healing::DepthClass&, double r, double depth);

/// Fields that epidermis has as well.
bool in_epidermis(int field);

/// What a session makes of a cell of which a share lies `inside` the channel: its damage becomes
/// what is said, cells and matrix within the channel are lost. Of the first `fields`.
void injure_cell(double damage, double inside, double bleeding, double* y, int fields);

/// Rings and levels for all channels of a wound, finest about their walls and tips, from the bottom
/// of the stratum corneum to that of the dermis. `rings` from the axis to the outer wall.
RingMesh healing_mesh(const healing::Parameters&, const healing::Wound&, int rings);

/// What may change between steps: constants that end, and the time since the session, 0 in its
/// early days and infinite after them [s].
struct HealingPhase {
  healing::Parameters parameters;
  double since_session;
};

/// The fields of healing::kFieldTable with their reactions, above the junction damage and signals
/// alone; those of vessels where the constants ask for them. `bleeding` is the share of the
/// channels that hit vessel loops.
TransportProblem healing_problem(const std::shared_ptr<const HealingPhase>&, const RingMesh&,
                                 double epidermis_thickness, double bleeding);

/// One moment of a cell.
struct CellMoment {
  std::vector<healing::Mean> levels;       ///< horizontal means, from the top
  std::vector<double> collagen;            ///< of each ring in the first level of the dermis
  std::vector<std::vector<double>> cells;  ///< every field cell by cell, where it is asked for
};

class HealingCell {
 public:
  /// `channel` is one of the wound's, null for skin without one. `bleeding` is the share of the
  /// class's channels that hit vessel loops.
  HealingCell(const healing::Parameters&, const healing::Wound&, const healing::DepthClass* channel,
              double bleeding, const RingMesh&, const StiffSettings&);
  /// A session: the skin about the new channel is as `about` at each depth, then it is cut.
  void cut(const std::vector<healing::Mean>& about, double time);
  /// Brings the cell to the last of the times; `visit` sees each with its number, those that
  /// `with_cells` names with all fields.
  void advance(std::span<const double> times,
               const std::function<void(std::size_t, const CellMoment&)>& visit,
               const std::function<bool(std::size_t)>& with_cells = {});
  CellMoment moment() const;
  int first_dermis_level() const { return first_dermis_; }
  /// Farthest of any field from its rest value [-].
  double drift() const;
  const StiffCost& cost() const { return integrate_.cost(); }
  int unknowns() const { return system_.size(); }

 private:
  /// Points of a cell at which a channel is looked at, and how much of the cell each stands for.
  struct Sample {
    double damage, weight;
  };
  void find_samples(const healing::Parameters&, const healing::DepthClass&);
  CellMoment moment_of(std::span<const double> y, bool with_cells) const;
  /// Place of a field among the unknowns, -1 where it is not.
  int place(int cell, int field) const {
    return field < system_.fields() ? system_.unknown(cell, field) : -1;
  }
  double next_change() const;  // of the constants [s]
  void change(double time);

  const healing::Wound& wound_;
  std::shared_ptr<HealingPhase> phase_;
  TransportSystem system_;
  StiffIntegrator integrate_;
  double bleeding_ = 0.0, session_ = 0.0;
  int first_dermis_ = 0;
  bool channel_ = false;
  std::vector<double> inside_;                // share of each cell that lies in the channel
  std::vector<std::vector<Sample>> samples_;  // of each cell
};

}  // namespace percuta::fem
