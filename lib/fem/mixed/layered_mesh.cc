#include "mixed/layered_mesh.h"

namespace percuta::fem {

void put_below_surface(BlockMesh& mesh, const skin::Skin& skin, const std::vector<double>& depth) {
  const double bottom = depth.back();
  for (auto it = depth.rbegin(); it != depth.rend(); ++it) mesh.ticks[1].push_back(bottom - *it);
  mesh.map = [bottom](const Eigen::Vector3d& p) -> Eigen::Vector3d {
    return {p[0], p[1] - bottom, 0.0};
  };
  mesh.layer = [&skin, bottom](const Eigen::Vector3d& p) {
    return static_cast<int>(layer_at(skin, bottom - p[1]));
  };
}

}  // namespace percuta::fem
