#pragma once

#include <memory>
#include <string>
#include <vector>

#include "piercing/mesh_following.h"
#include "piercing/pierced_block.h"
#include "piercing/piercing_plan.h"

namespace percuta::fem {

/// A pierced block on one mesh, or on one after another that follow tip and crack, and the state of
/// rest that its last step began from.
class FollowedBlock {
 public:
  /// Settings but for what hangs on the mesh. Costs and warnings go to `told`.
  FollowedBlock(const PiercingPlan&, const RigidShape&, double tip_radius, const PiercingSettings&,
                const Team&, insertion::SolidInsertion& told);
  FollowedBlock(const FollowedBlock&) = delete;
  FollowedBlock& operator=(const FollowedBlock&) = delete;

  PiercedBlock& operator*() { return *block_; }
  const PiercedBlock& operator*() const { return *block_; }
  const PiercedBlock* operator->() const { return block_.get(); }

  void follow(bool yes) { follows_ = yes; }  ///< from now on
  /// One step to a pose. A crack advances on fine cells only: where it would leave them the step is
  /// taken again, with fine cells where it has been seen to go. When that has no end the step is
  /// taken on the mesh as it is, and a warning says so.
  PiercedBlock::Step move_to(const Pose&, double duration);
  /// As PiercedBlock's, on the mesh as it is.
  PiercedBlock::Step press_to(double force, const Eigen::Vector3d& along, const Pose& guess,
                              double reach, double duration);
  const PiercedBlock::Saved& rest() const {
    return rest_;
  }                                           ///< the state that the last step began from
  void go_back() { block_->restore(rest_); }  ///< to it
  /// Brings a state of rest on a mesh that suits it; what that takes is added to the step's
  /// iterations.
  void suit(PiercedBlock::Step&, double duration);

  const std::vector<FinePart>& fine() const {
    return fine_;
  }  ///< that the present mesh is made for
  void restore(const std::vector<FinePart>&, const PiercedBlock::Saved&);

 private:
  std::unique_ptr<PiercedBlock> block_with(const std::vector<FinePart>&);
  std::vector<FinePart> wanted() const;
  bool rest_on(std::vector<FinePart>, double duration, PiercedBlock::Step& cost);
  void count(const PiercedBlock::Step&);
  void warn(const std::string&);

  const PiercingPlan& plan_;
  const RigidShape& shape_;
  const double tip_radius_;
  PiercingSettings settings_;
  const Team& team_;
  insertion::SolidInsertion& told_;
  const MeshFollowing following_;
  std::vector<FinePart> fine_;
  std::unique_ptr<PiercedBlock> block_;
  PiercedBlock::Saved rest_;
  bool follows_ = false;
  bool keeps_mesh_ = false;  ///< whatever the crack does
};

}  // namespace percuta::fem
