#include "mixed/layered_mesh.h"

#include <algorithm>

namespace percuta::fem {

std::vector<double> growing(double length, double& size, double growth, double largest) {
  std::vector<double> sizes;
  double sum = 0.0;
  while (sum < length * (1.0 - 1e-9)) {
    sizes.push_back(size);
    sum += size;
    size = std::min(size * growth, largest);
  }
  for (double& s : sizes) s *= length / sum;
  size = sizes.back();
  return sizes;
}

void go_on(std::vector<double>& ticks, const std::vector<double>& sizes) {
  const double begin = ticks.back();
  double sum = 0.0;
  for (const double s : sizes) ticks.push_back(begin + (sum += s));
}

std::vector<double> depth_lines(const skin::Skin& skin, double finest, double growth,
                                double largest) {
  std::vector<double> depth{0.0};
  double size = finest;
  for (const auto& layer : skin.layers) {
    size = std::min(size, layer.thickness);
    go_on(depth, growing(layer.thickness, size, growth, largest));
  }
  return depth;
}

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
