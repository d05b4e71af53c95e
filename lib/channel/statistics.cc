#include "percuta/channel/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>

#include <boost/geometry.hpp>
#include <boost/geometry/geometries/point.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/polygon/voronoi.hpp>

namespace percuta::channel {

double mean_nearest_neighbour(const Points& positions, double side) {
  namespace bg = boost::geometry;
  using Point = bg::model::point<double, 2, bg::cs::cartesian>;
  if (positions.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  std::vector<Point> points;
  for (const auto& p : positions) points.emplace_back(p[0], p[1]);
  const bg::index::rtree<Point, bg::index::linear<16>> tree(points);
  double sum = 0.0;
  int count = 0;
  const double margin = std::min(0.1 * side, 1e-3);  // neighbours beyond the edge are unknown
  for (const Point& p : points) {
    const double x = bg::get<0>(p), y = bg::get<1>(p);
    if (x < margin || y < margin || x > side - margin || y > side - margin) continue;
    std::vector<Point> two;
    tree.query(bg::index::nearest(p, 2), std::back_inserter(two));
    sum += std::max(bg::distance(p, two[0]), bg::distance(p, two[1]));
    ++count;
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

double covered_fraction(const Points& positions, double side, double radius) {
  if (radius <= 0.0 || positions.empty()) return 0.0;
  const double cell = std::max(radius / 8.0, side / 4000.0);
  const int n = static_cast<int>(std::ceil(side / cell));
  std::vector<char> covered(static_cast<std::size_t>(n) * n, 0);
  for (const auto& p : positions) {
    const int i0 = std::max(0, static_cast<int>((p[0] - radius) / cell)),
              i1 = std::min(n - 1, static_cast<int>((p[0] + radius) / cell));
    const int j0 = std::max(0, static_cast<int>((p[1] - radius) / cell)),
              j1 = std::min(n - 1, static_cast<int>((p[1] + radius) / cell));
    for (int i = i0; i <= i1; ++i)
      for (int j = j0; j <= j1; ++j) {
        const double dx = (i + 0.5) * cell - p[0], dy = (j + 0.5) * cell - p[1];
        if (dx * dx + dy * dy <= radius * radius) covered[static_cast<std::size_t>(i) * n + j] = 1;
      }
  }
  return static_cast<double>(std::count(covered.begin(), covered.end(), 1)) / covered.size();
}

double largest_empty_circle(const Points& positions, double side) {
  // The diagram is exact on whole numbers; a square of 100 mm in 2^30 parts is a tenth of a
  // nanometre fine.
  constexpr double kParts = 1 << 30;
  using Whole = boost::polygon::point_data<std::int32_t>;
  std::vector<Whole> points;
  for (const auto& p : positions)
    points.emplace_back(static_cast<std::int32_t>(std::lround(p[0] / side * kParts)),
                        static_cast<std::int32_t>(std::lround(p[1] / side * kParts)));
  boost::polygon::voronoi_diagram<double> diagram;
  boost::polygon::construct_voronoi(points.begin(), points.end(), &diagram);
  double largest = std::numeric_limits<double>::quiet_NaN();
  for (const auto& vertex : diagram.vertices()) {
    const Whole& near = points[vertex.incident_edge()->cell()->source_index()];
    const double radius = std::hypot(vertex.x() - near.x(), vertex.y() - near.y());
    const double room =
        std::min({vertex.x(), vertex.y(), kParts - vertex.x(), kParts - vertex.y()});
    if (radius <= room && !(radius <= largest)) largest = radius;
  }
  return largest / kParts * side;
}

}  // namespace percuta::channel
