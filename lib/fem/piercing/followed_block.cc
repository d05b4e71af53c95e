#include "piercing/followed_block.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "percuta/core/errors.h"

namespace percuta::fem {

FollowedBlock::FollowedBlock(const PiercingPlan& plan, const RigidShape& shape, double tip_radius,
                             const PiercingSettings& settings, const Team& team,
                             insertion::SolidInsertion& told)
    : plan_(plan),
      shape_(shape),
      tip_radius_(tip_radius),
      settings_(settings),
      team_(team),
      told_(told),
      following_(plan, tip_radius),
      fine_(plan.at_first) {
  settings_.outgrown = [this] {
    return follows_ && !keeps_mesh_ && !following_.suits(fine_, following_.front(*block_));
  };
  block_ = block_with(fine_);
}

std::unique_ptr<PiercedBlock> FollowedBlock::block_with(const std::vector<FinePart>& fine) {
  BoxMesh mesh = fitting_mesh(plan_, fine);
  // A needle that overlapped the cells of the surface would press on the nodes of the closed crack
  // below them, and fold them.
  double height = plan_.finest;
  for (const auto& face : mesh.faces)
    if (face.boundary == 5) height = std::min(height, mesh.size[face.cell][2]);
  settings_.overlap = std::min(std::max(0.05 * tip_radius_, 0.3e-6), 0.5 * height);
  return std::make_unique<PiercedBlock>(
      std::move(mesh), plan_.materials, shape_, plan_.part,
      [this](const Eigen::Vector3d& x) { return plan_.opens(x); }, settings_, team_);
}

void FollowedBlock::restore(const std::vector<FinePart>& fine, const PiercedBlock::Saved& saved) {
  fine_ = fine;
  block_ = block_with(fine_);
  if (!block_->fits(saved))
    throw core::InputError({{"checkpoint", 0, 0, 1, "holds a state of another mesh", "",
                             "start again without resume"}});
  block_->restore(saved);
  if (!std::isfinite(block_->potential(block_->state())))
    throw core::InputError(
        {{"checkpoint", 0, 0, 1, "holds skin that is folded", "", "start again without resume"}});
}

// What a step has cost.
void FollowedBlock::count(const PiercedBlock::Step& step) {
  told_.cost.iterations += step.iterations;
  told_.cost.factorisations += step.factorisations;
  if (!step.converged && !step.stopped && !step.outgrown) ++told_.cost.cut_backs;
}

void FollowedBlock::warn(const std::string& warning) {
  if (std::find(told_.warnings.begin(), told_.warnings.end(), warning) == told_.warnings.end())
    told_.warnings.push_back(warning);
}

// Where the mesh should be fine for the present state and those to come.
std::vector<FinePart> FollowedBlock::wanted() const {
  auto spots = following_.front(*block_);
  spots.push_back(following_.under_tip(*block_));
  auto fine = following_.parts(spots, 2);
  fine.insert(fine.end(), plan_.at_first.begin(), plan_.at_first.end());
  return fine;
}

// The present state of rest on a mesh that is fine in these parts, and stays as fine as it was
// where wider cells would be folded. False when there is none; nothing has changed then.
bool FollowedBlock::rest_on(std::vector<FinePart> fine, double duration,
                            PiercedBlock::Step& cost) try {
  for (int attempt = 0; attempt < 8; ++attempt) {
    const BoxMesh mesh = fitting_mesh(plan_, fine);
    const auto folded = block_->folded(mesh);
    if (folded.empty()) break;
    for (const int c : folded)
      fine.push_back(
          {mesh.nodes[mesh.cells[c][0]], mesh.nodes[mesh.cells[c][7]], 0.5 * mesh.size[c][0]});
  }
  auto next = block_with(fine);
  if (!next->take_over(*block_)) return false;
  keeps_mesh_ = true;
  const auto step = next->settle(std::isfinite(duration) ? 0.0 : duration);
  keeps_mesh_ = false;
  count(step);
  if (!step.converged) return false;
  cost.iterations += step.iterations;
  cost.snapped = cost.snapped || step.snapped;
  told_.cost.inner_iterations += block_->solver().iterations();
  block_ = std::move(next);
  fine_ = std::move(fine);
  rest_ = block_->save();
  ++told_.cost.meshes;
  told_.cost.unknowns = std::max<long>(told_.cost.unknowns, block_->unknowns());
  return true;
} catch (const core::InputError& e) {  // beyond the memory
  warn(fmt::format("the mesh stopped following the needle: {}", e.diagnostics().begin()->message));
  return false;
}

PiercedBlock::Step FollowedBlock::move_to(const Pose& pose, double duration) {
  rest_ = block_->save();
  PiercedBlock::Step before;
  auto step = block_->move_to(pose, duration);
  std::vector<FinePart> ahead;
  for (int again = 0; step.outgrown; ++again) {
    const auto seen = following_.parts(following_.front(*block_), 2 + 2 * again);
    ahead.insert(ahead.end(), seen.begin(), seen.end());
    before.iterations += step.iterations;
    count(step);
    go_back();
    auto fine = wanted();
    fine.insert(fine.end(), ahead.begin(), ahead.end());
    keeps_mesh_ = again == 6 || !rest_on(fine, duration, before);
    step = block_->move_to(pose, duration);
    if (keeps_mesh_ && step.converged)
      warn(
          "the crack left the finest cells in some step, as on a fixed mesh: no mesh with finer "
          "ones took the state over");
    keeps_mesh_ = false;
  }
  count(step);
  step.iterations += before.iterations;
  step.snapped = step.snapped || before.snapped;
  return step;
}

PiercedBlock::Step FollowedBlock::press_to(double force, const Eigen::Vector3d& along,
                                           const Pose& guess, double reach, double duration) {
  rest_ = block_->save();
  const auto step = block_->press_to(force, along, guess, reach, duration);
  count(step);
  return step;
}

void FollowedBlock::suit(PiercedBlock::Step& step, double duration) {
  if (!follows_) return;
  auto spots = following_.front(*block_);
  spots.push_back(following_.under_tip(*block_));
  if (!following_.suits(fine_, spots)) rest_on(wanted(), duration, step);
}

}  // namespace percuta::fem
