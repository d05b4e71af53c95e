#include "piercing/mesh_following.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

namespace percuta::fem {
namespace {

// Fine cells have to be there before anything parts: coarse ones even out the peak of the traction.
bool softens(const PiercedBlock& block, const PiercedBlock::CrackNode& n) {
  if (n.crack_area <= 0.0 || n.largest >= n.law.separation()) return false;
  const double opening = block.opening(n);
  return opening < n.law.separation() &&
         (n.largest > n.law.onset() || opening > 0.5 * n.law.onset());
}

}  // namespace

MeshFollowing::MeshFollowing(const PiercingPlan& plan, double tip_radius) {
  for (const auto& f : plan.front_layers)
    kinds_.push_back({f.size, 0.3 * f.zone, 0.0, f.top, f.bottom});
  kinds_.push_back({plan.at_tip, 0.6 * tip_radius, 1.5 * tip_radius, 0.0,
                    std::numeric_limits<double>::infinity()});
}

std::vector<MeshFollowing::Spot> MeshFollowing::front(const PiercedBlock& block) const {
  std::vector<Spot> spots;
  for (const auto& n : block.surface()) {
    if (!softens(block, n)) continue;
    for (std::size_t k = 0; k + 1 < kinds_.size(); ++k) {
      const double slack = 1e-3 * kinds_[k].reach;
      if (-n.at[2] > kinds_[k].top - slack && -n.at[2] < kinds_[k].bottom + slack)
        spots.push_back({n.at[0], n.at[2], k});
    }
  }
  return spots;
}

MeshFollowing::Spot MeshFollowing::under_tip(const PiercedBlock& block) const {
  Spot spot{0.0, 0.0, kinds_.size() - 1};
  double nearest = std::numeric_limits<double>::infinity();
  for (const auto& n : block.surface()) {
    const double distance = (n.at + block.displacement(n.node) - block.pose().tip).norm();
    if (distance >= nearest) continue;
    nearest = distance;
    spot.x = n.at[0];
    spot.z = n.at[2];
  }
  return spot;
}

bool MeshFollowing::suits(const std::vector<FinePart>& parts,
                          const std::vector<Spot>& spots) const {
  return std::all_of(spots.begin(), spots.end(), [&](const Spot& s) {
    const Kind& kind = kinds_[s.kind];
    const double slack = 1e-6 * kind.reach;
    const double low = std::max(s.z - kind.reach, -kind.bottom) + slack,
                 high = std::min(s.z + kind.reach, -kind.top) - slack;
    return std::any_of(parts.begin(), parts.end(), [&](const FinePart& p) {
      return p.size <= 1.001 * kind.size && p.low[0] < s.x - kind.reach + slack &&
             p.high[0] > s.x + kind.reach - slack && p.low[2] < low && p.high[2] > high;
    });
  });
}

// On a lattice, so that the parts are few.
std::vector<FinePart> MeshFollowing::parts(const std::vector<Spot>& spots, int wider) const {
  std::set<std::tuple<std::size_t, long, long>> places;
  for (const auto& s : spots)
    places.insert({s.kind, std::lround(0.5 * s.x / kinds_[s.kind].reach),
                   std::lround(0.5 * s.z / kinds_[s.kind].reach)});
  std::vector<FinePart> parts;
  for (const auto& [k, i, j] : places) {
    const Kind& kind = kinds_[k];
    const double half = (2.0 + wider) * kind.reach, x = 2.0 * kind.reach * static_cast<double>(i),
                 z = 2.0 * kind.reach * static_cast<double>(j);
    parts.push_back({{x - half, 0.0, std::max(z - half, -kind.bottom)},
                     {x + half, kind.side, std::min(z + half, -kind.top)},
                     kind.size});
  }
  return parts;
}

}  // namespace percuta::fem
