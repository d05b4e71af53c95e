#include "percuta/channel/pattern.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace percuta::channel {
namespace {

constexpr double kFarthest = 3e-3;  // of pairs [m]
constexpr int kBins = 60;           // of pairs
constexpr int kPassProbes = 1 << 16;
constexpr double kPerSquare = 4.0;  // channels that a square of the dispersion holds on average

}  // namespace

const std::array<double, 3>& coverage_distances() {
  static constexpr std::array<double, 3> all{100e-6, 200e-6, 500e-6};
  return all;
}

Pattern pattern_of(const Channels& c, int passes, const Patch& patch) {
  Pattern out;
  const auto& distances = coverage_distances();
  const std::vector<double> radii(distances.begin(), distances.end());
  const std::size_t n = radii.size();
  out.covered.assign(n, 0.0);
  out.covered_random.assign(n, 0.0);
  out.covered_by_pass.assign(n, std::vector<double>(static_cast<std::size_t>(passes), 0.0));
  const Box box = bounding_box(patch);
  const double extent = std::min(box.right - box.left, box.top - box.bottom);
  const PointGrid grid(c.positions);
  out.pairs = pair_correlation(grid, patch, std::min(kFarthest, 0.25 * extent), kBins);
  if (c.positions.empty()) return out;
  const double density = static_cast<double>(c.positions.size()) / area(patch);
  out.nearest_neighbour = mean_nearest_neighbour(grid, patch);
  if (c.positions.size() > 1) out.nearest_neighbour_random = 0.5 / std::sqrt(density);
  out.dispersion =
      quadrat_dispersion(c.positions, patch, std::sqrt(kPerSquare / density)).dispersion;
  out.largest_untreated_circle = largest_empty_circle(grid, patch);
  out.opened_fraction = union_area_fraction(grid, c.holes, patch);
  out.covered = covered_fraction(grid, patch, radii);
  const auto by_pass = covered_by_pass(c.positions, c.pass, passes, patch, radii, kPassProbes);
  for (std::size_t k = 0; k < n; ++k) {
    out.covered_random[k] = -std::expm1(-density * std::numbers::pi * radii[k] * radii[k]);
    for (std::size_t p = 0; p < by_pass.size(); ++p) out.covered_by_pass[k][p] = by_pass[p][k];
  }
  return out;
}

}  // namespace percuta::channel
