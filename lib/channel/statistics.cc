#include "percuta/channel/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "chunks.h"

namespace percuta::channel {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Mean {
  double sum = 0.0;
  std::int64_t count = 0;
};

/// Whether an edge of the patch enters the inside of a box.
bool edge_enters(const Patch& patch, const Box& b) {
  for (std::size_t k = 0, last = patch.outline.size() - 1; k < patch.outline.size(); last = k++) {
    const auto &p = patch.outline[last], &q = patch.outline[k];
    // The part of the edge between each pair of sides: what is left is inside.
    double from = 0.0, to = 1.0;
    const double low[] = {b.left, b.bottom}, high[] = {b.right, b.top};
    for (int axis = 0; axis < 2; ++axis) {
      const double d = q[axis] - p[axis];
      if (d == 0.0) {
        if (p[axis] <= low[axis] || p[axis] >= high[axis]) to = -1.0;
        continue;
      }
      const double s = (low[axis] - p[axis]) / d, t = (high[axis] - p[axis]) / d;
      from = std::max(from, std::min(s, t));
      to = std::min(to, std::max(s, t));
    }
    if (from < to) return true;
  }
  return false;
}

}  // namespace

double density(const Points& points, const Patch& patch) {
  const auto on = [&](const auto& p) { return contains(patch, p[0], p[1]); };
  return static_cast<double>(std::count_if(points.begin(), points.end(), on)) / area(patch);
}

double mean_nearest_neighbour(const PointGrid& grid, const Patch& patch, int threads) {
  if (grid.size() < 2) return kNaN;
  const Box box = bounding_box(patch);
  const double margin = std::min(0.1 * std::min(box.right - box.left, box.top - box.bottom), 1e-3);
  std::array<Mean, kChunks> part;
  in_chunks(grid.size(), threads, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    Mean mean;
    for (std::size_t k = begin; k < end; ++k) {
      const double x = grid.points()[k][0], y = grid.points()[k][1];
      if (distance_to_edge(patch, x, y) < margin) continue;
      mean.sum += std::sqrt(grid.nearest_squared(x, y, std::numeric_limits<double>::infinity(), k));
      ++mean.count;
    }
    part[chunk] = mean;
  });
  Mean all;
  for (const Mean& mean : part) {
    all.sum += mean.sum;
    all.count += mean.count;
  }
  return all.count > 0 ? all.sum / all.count : kNaN;
}

double clark_evans(const PointGrid& grid, const Patch& patch, int threads) {
  return mean_nearest_neighbour(grid, patch, threads) * 2.0 *
         std::sqrt(density(grid.points(), patch));
}

PairCorrelation pair_correlation(const PointGrid& grid, const Patch& patch, double up_to, int bins,
                                 int threads) {
  const double width = up_to / bins;
  std::vector<std::vector<std::int64_t>> pairs(kChunks, std::vector<std::int64_t>(bins, 0));
  std::array<std::int64_t, kChunks> centres{};
  in_chunks(grid.size(), threads, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    auto& count = pairs[chunk];
    for (std::size_t k = begin; k < end; ++k) {
      const double x = grid.points()[k][0], y = grid.points()[k][1];
      if (!(distance_to_edge(patch, x, y) > up_to)) continue;
      ++centres[chunk];
      grid.within(x, y, up_to, [&](std::size_t other, double squared) {
        const int bin = static_cast<int>(std::sqrt(squared) / width);
        if (other != k && bin < bins) ++count[bin];
      });
    }
  });
  PairCorrelation out;
  for (const auto c : centres) out.centres += c;
  // The others: a point has one less of them about it than there are.
  const double n = density(grid.points(), patch) - 1.0 / area(patch);
  for (int bin = 0; bin < bins; ++bin) {
    std::int64_t sum = 0;
    for (const auto& count : pairs) sum += count[bin];
    const double ring = std::numbers::pi * width * width * (2.0 * bin + 1.0);
    out.radius.push_back((bin + 0.5) * width);
    out.neighbours.push_back(out.centres > 0 ? static_cast<double>(sum) / out.centres : kNaN);
    out.random.push_back(out.centres > 0 ? n * ring : kNaN);
    out.g.push_back(out.neighbours.back() / out.random.back());
  }
  return out;
}

Quadrats quadrat_dispersion(const Points& points, const Patch& patch, double cell) {
  const Box box = bounding_box(patch);
  // A square that ends at the edge but for rounding is whole.
  const auto whole = [&](double extent) {
    return static_cast<std::int64_t>(std::max(0.0, extent / cell * (1.0 + 1e-12)));
  };
  const std::int64_t columns = whole(box.right - box.left), rows = whole(box.top - box.bottom);
  std::vector<std::int64_t> count(static_cast<std::size_t>(columns * rows), 0);
  for (const auto& p : points) {
    const double i = std::floor((p[0] - box.left) / cell),
                 j = std::floor((p[1] - box.bottom) / cell);
    if (i >= 0.0 && j >= 0.0 && i < columns && j < rows)
      ++count[static_cast<std::size_t>(j) * columns + static_cast<std::size_t>(i)];
  }
  Quadrats out;
  out.expected = density(points, patch) * cell * cell;
  double sum = 0.0, squares = 0.0;
  const double skin = 1e-9 * cell;  // so that an edge along a square's side does not enter it
  for (std::int64_t j = 0; j < rows; ++j)
    for (std::int64_t i = 0; i < columns; ++i) {
      const double x = box.left + i * cell, y = box.bottom + j * cell;
      if (!contains(patch, x + 0.5 * cell, y + 0.5 * cell) ||
          edge_enters(patch, {x + skin, y + skin, x + cell - skin, y + cell - skin}))
        continue;
      // About the expected count, of which rounding takes nothing away.
      const double off = count[j * columns + i] - out.expected;
      ++out.cells;
      sum += off;
      squares += off * off;
    }
  const double n = static_cast<double>(out.cells);
  out.mean = out.cells > 0 ? out.expected + sum / n : kNaN;
  const double variance = out.cells > 1 ? (squares - sum * sum / n) / (n - 1.0) : kNaN;
  out.dispersion = out.mean > 0.0 ? variance / out.mean : kNaN;
  return out;
}

}  // namespace percuta::channel
