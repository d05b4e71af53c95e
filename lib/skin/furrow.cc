#include "percuta/skin/furrow.h"

#include <algorithm>

namespace percuta::skin {

double depth(const FurrowSurface& s) {
  return *std::max_element(s.height.begin(), s.height.end()) - s.height.front();
}

FurrowLayers furrow_layers(const Skin& skin) {
  FurrowLayers out{0.0, 0.0};
  double bottom = 0.0;
  for (const auto& layer : skin.layers) {
    const double top = bottom;
    bottom += layer.thickness;
    if (layer.role != Role::dermis) continue;
    if (out.level == 0.0) out.follow = top;
    out.level = bottom;
  }
  if (out.level == 0.0) out.level = bottom;
  return out;
}

}  // namespace percuta::skin
