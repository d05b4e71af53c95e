#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "chunks.h"
#include "percuta/channel/statistics.h"

namespace percuta::channel {
namespace {

/// A number in [0, 1) that depends on two numbers alone, and so not on who asks first: the mixing
/// of SplitMix64 [-].
double drawn(std::uint64_t which, std::uint64_t of) {
  std::uint64_t z = (2 * which + 1) * 0x9e3779b97f4a7c15ULL + of * 0xd1342543de82ef95ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/// Places on the patch, one in each box of a grid as fine as makes about so many of them.
Points probes_on(const Patch& patch, int probes) {
  const Box box = bounding_box(patch);
  const double width = box.right - box.left, height = box.top - box.bottom;
  const double side = std::sqrt(area(patch) / std::max(1, probes));
  const auto columns = static_cast<std::uint64_t>(std::ceil(width / side)),
             rows = static_cast<std::uint64_t>(std::ceil(height / side));
  Points out;
  for (std::uint64_t j = 0; j < rows; ++j)
    for (std::uint64_t i = 0; i < columns; ++i) {
      const std::uint64_t cell = j * columns + i;
      const double x = box.left + (i + drawn(0, cell)) * width / columns,
                   y = box.bottom + (j + drawn(1, cell)) * height / rows;
      if (contains(patch, x, y)) out.push_back({x, y});
    }
  return out;
}

/// Lowers the squared distance of each probe to that of its nearest point.
void lower(std::vector<double>& squared, const Points& probes, const PointGrid& grid, int threads) {
  in_chunks(probes.size(), threads, [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k)
      squared[k] = grid.nearest_squared(probes[k][0], probes[k][1], squared[k]);
  });
}

/// Squared distances from where it makes no difference to any of the radii how far a point is.
std::vector<double> far_off(const Points& probes, const std::vector<double>& radii) {
  double most = 0.0;
  for (const double radius : radii) most = std::max(most, radius);
  return std::vector<double>(probes.size(), 2.0 * most * most);
}

std::vector<double> shares(const std::vector<double>& squared, const std::vector<double>& radii) {
  std::vector<double> out;
  for (const double radius : radii) {
    const auto near = [&](double s) { return radius > 0.0 && s <= radius * radius; };
    out.push_back(squared.empty()
                      ? 0.0
                      : static_cast<double>(std::count_if(squared.begin(), squared.end(), near)) /
                            static_cast<double>(squared.size()));
  }
  return out;
}

/// A hole about its point, as what it takes to see whether it holds a place.
struct Ellipse {
  std::array<double, 2> centre;
  double along, across, c, s;
  Ellipse(const std::array<double, 2>& at, const Hole& h)
      : centre(at), along(h.along), across(h.across), c(std::cos(h.angle)), s(std::sin(h.angle)) {}
  bool holds(double x, double y) const {
    const double dx = x - centre[0], dy = y - centre[1];
    const double u = (dx * c + dy * s) / along, v = (dy * c - dx * s) / across;
    return u * u + v * v <= 1.0;
  }
  double area() const { return std::numbers::pi * along * across; }
};

bool open(const Hole& h) { return h.along > 0.0 && h.across > 0.0; }

/// The hole's part of the area of all: each place of it shared with the others that hold it.
double own_area(const Ellipse& hole, std::uint64_t which, const std::vector<Ellipse>& others,
                int samples) {
  if (others.empty()) return hole.area();
  // Strata of equal area: rings by sectors.
  const int rings = std::max(1, static_cast<int>(std::lround(std::sqrt(0.5 * samples))));
  const int sectors = std::max(1, samples / rings);
  double sum = 0.0;
  for (int k = 0; k < rings * sectors; ++k) {
    const double r = std::sqrt((k / sectors + drawn(2 + 2 * k, which)) / rings);
    const double phi = 2.0 * std::numbers::pi * (k % sectors + drawn(3 + 2 * k, which)) / sectors;
    const double u = hole.along * r * std::cos(phi), v = hole.across * r * std::sin(phi);
    const double x = hole.centre[0] + u * hole.c - v * hole.s,
                 y = hole.centre[1] + u * hole.s + v * hole.c;
    const auto holds = [&](const Ellipse& other) { return other.holds(x, y); };
    sum += 1.0 / (1.0 + static_cast<double>(std::count_if(others.begin(), others.end(), holds)));
  }
  return hole.area() * sum / (rings * sectors);
}

}  // namespace

std::vector<double> covered_fraction(const PointGrid& grid, const Patch& patch,
                                     const std::vector<double>& radii, int probes, int threads) {
  const Points at = probes_on(patch, probes);
  std::vector<double> squared = far_off(at, radii);
  lower(squared, at, grid, threads);
  return shares(squared, radii);
}

std::vector<std::vector<double>> covered_by_pass(const Points& points, const std::vector<int>& pass,
                                                 int passes, const Patch& patch,
                                                 const std::vector<double>& radii, int probes,
                                                 int threads) {
  const Points at = probes_on(patch, probes);
  std::vector<double> squared = far_off(at, radii);
  std::vector<Points> of(passes);
  for (std::size_t k = 0; k < points.size(); ++k) of[pass[k]].push_back(points[k]);
  std::vector<std::vector<double>> out;
  for (const Points& laid : of) {
    lower(squared, at, laid, threads);
    out.push_back(shares(squared, radii));
  }
  return out;
}

double union_area_fraction(const PointGrid& grid, const std::vector<Hole>& holes,
                           const Patch& patch, int samples_per_hole, int threads) {
  double longest = 0.0;
  for (const Hole& h : holes)
    if (open(h)) longest = std::max({longest, h.along, h.across});
  std::array<double, kChunks> part{};
  in_chunks(grid.size(), threads, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    std::vector<Ellipse> others;
    double sum = 0.0;
    for (std::size_t k = begin; k < end; ++k) {
      const auto& at = grid.points()[k];
      const Hole& hole = holes[grid.given(k)];
      if (!open(hole) || !contains(patch, at[0], at[1])) continue;
      const double reach = std::max(hole.along, hole.across);
      others.clear();
      grid.within(at[0], at[1], reach + longest, [&](std::size_t j, double squared) {
        const Hole& h = holes[grid.given(j)];
        const double far = reach + std::max(h.along, h.across);
        if (j != k && open(h) && squared < far * far) others.emplace_back(grid.points()[j], h);
      });
      sum += own_area({at, hole}, grid.given(k), others, samples_per_hole);
    }
    part[chunk] = sum;
  });
  return std::accumulate(part.begin(), part.end(), 0.0) / area(patch);
}

}  // namespace percuta::channel
