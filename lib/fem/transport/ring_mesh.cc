#include "transport/ring_mesh.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace percuta::fem {
namespace {

/// Places that cut a stretch into equal shares of its integral of 1/size, so that neighbours differ
/// no more than the sizes asked for do.
void cut(std::vector<double>& faces, double from, double to, const std::vector<Stop>& stops,
         double growth) {
  constexpr int kSamples = 2000;
  const auto size_at = [&](double x) {
    double size = std::numeric_limits<double>::infinity();
    for (const auto& s : stops)
      size = std::min(size, s.size + std::log(growth) * std::abs(x - s.at));
    return size;
  };
  std::vector<double> cells(kSamples + 1, 0.0);  // from `from` to the sample
  const double step = (to - from) / kSamples;
  for (int k = 0; k < kSamples; ++k)
    cells[k + 1] = cells[k] + step / size_at(from + (k + 0.5) * step);
  const int count = std::max(1, static_cast<int>(std::ceil(cells.back() - 1e-9)));
  int k = 0;
  for (int face = 1; face < count; ++face) {
    const double wanted = cells.back() * face / count;
    while (cells[k + 1] < wanted) ++k;
    faces.push_back(from + step * (k + (wanted - cells[k]) / (cells[k + 1] - cells[k])));
  }
  faces.push_back(to);
}

}  // namespace

double RingMesh::ring_area(int ring) const {
  return std::numbers::pi * (radius[ring + 1] - radius[ring]) * (radius[ring + 1] + radius[ring]);
}

std::vector<double> graded(const std::vector<Stop>& stops, double growth) {
  if (stops.size() < 2 || !(growth > 1.0))
    throw std::invalid_argument("a graded stretch needs two stops and a growth above 1");
  std::vector<double> faces{stops.front().at};
  for (std::size_t k = 1; k < stops.size(); ++k) {
    if (!(stops[k].at > stops[k - 1].at) || !(stops[k].size > 0.0))
      throw std::invalid_argument("stops of a graded stretch must rise, their cells have a size");
    cut(faces, stops[k - 1].at, stops[k].at, stops, growth);
  }
  return faces;
}

}  // namespace percuta::fem
