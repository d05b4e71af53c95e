#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "chunks.h"
#include "percuta/channel/statistics.h"

// The largest empty circle by branch and bound. The room about a place, the lesser of its distances
// to the nearest point and to the edge, changes by no more than the way to another place. Boxes
// that may hold more room than has been found are few in a random pattern; each of them is solved
// at once where points alone bound it, and is split where the edge has a say.

namespace percuta::channel {
namespace {

using Place = std::array<double, 2>;

/// A square part of the patch.
struct Cell {
  double x, y, half;  // its middle and half its side
  double reach() const { return half * 1.4142135623730951; }
};

/// a + b x + c y about the middle of a cell.
struct Plane {
  double a, b, c;
  double at(const Place& p) const { return a + b * p[0] + c * p[1]; }
};

/// What may be nearest to a place of a cell: a point, or the nearest place of an edge.
struct Near {
  Place from;       // of the cell's middle
  double distance;  // of the middle
  bool straight;    // an edge whose ends are not nearest to any place of the cell
};

class Search {
 public:
  Search(const PointGrid& grid, const Patch& patch) : grid_(grid), patch_(patch) {}

  double room(double x, double y) const {
    const double edge = distance_to_edge(patch_, x, y);
    if (edge <= 0.0) return edge;
    return std::min(edge, std::sqrt(grid_.nearest_squared(x, y, edge * edge)));
  }

  double largest() const { return largest_; }
  bool may_hold_more(double room, double reach) const {
    return room + reach > largest_ * (1.0 + 1e-10);
  }

  void found(double room) { largest_ = std::max(largest_, room); }

  /// Raises the largest to that within the cell, the part that may hold most first: others would be
  /// split without end before there is something to hold them against.
  void explore(const Cell& first) {
    open_.clear();
    const double least_half = 1e-14 * (std::hypot(first.x, first.y) + first.half);
    for (push(first); !open_.empty();) {
      std::pop_heap(open_.begin(), open_.end());
      const auto [most, here, cell] = open_.back();
      open_.pop_back();
      if (!may_hold_more(most, 0.0) || cell.half < least_half) continue;
      // Then nothing is as near as twice the reach, and tangent planes hold.
      if (cell.reach() < 0.5 * here) {
        gather(cell, here + 2.0 * cell.reach());
        // Where much is near, a smaller cell has less of it; if not, as for points on a circle
        // about it, cells that may hold more get few by themselves.
        constexpr std::size_t kMany = 48;
        if (near_.size() <= kMany && solve(cell)) continue;
      }
      const double h = 0.5 * cell.half;
      for (const double dx : {-h, h})
        for (const double dy : {-h, h}) push({cell.x + dx, cell.y + dy, h});
    }
  }

 private:
  struct Open {
    double most, here;
    Cell cell;
    bool operator<(const Open& other) const { return most < other.most; }
  };

  void push(const Cell& cell) {
    const double here = room(cell.x, cell.y);
    found(here);
    if (!may_hold_more(here, cell.reach())) return;
    open_.push_back({here + cell.reach(), here, cell});
    std::push_heap(open_.begin(), open_.end());
  }

  /// What may be nearest to any place of the cell, nearest to its middle first.
  void gather(const Cell& cell, double radius) {
    near_.clear();
    edges_ = false;
    grid_.within(cell.x, cell.y, radius, [&](std::size_t k, double squared) {
      const auto& p = grid_.points()[k];
      near_.push_back({{p[0] - cell.x, p[1] - cell.y}, std::sqrt(squared), false});
    });
    const auto& outline = patch_.outline;
    for (std::size_t k = 0, last = outline.size() - 1; k < outline.size(); last = k++) {
      const double ux = outline[k][0] - outline[last][0], uy = outline[k][1] - outline[last][1];
      const double vx = outline[last][0] - cell.x, vy = outline[last][1] - cell.y;
      const double length = std::hypot(ux, uy);
      const double foot = -(ux * vx + uy * vy) / length;
      const double t = std::clamp(foot / length, 0.0, 1.0);
      const Place from{vx + t * ux, vy + t * uy};
      const double distance = std::hypot(from[0], from[1]);
      if (distance > radius) continue;
      edges_ = true;
      near_.push_back({from, distance, foot >= cell.reach() && length - foot >= cell.reach()});
    }
    std::sort(near_.begin(), near_.end(), [](const Near& a, const Near& b) {
      return a.distance != b.distance ? a.distance < b.distance : a.from < b.from;
    });
    // Channels may lie in one place, where all but one say nothing new.
    near_.erase(std::unique(near_.begin(), near_.end(),
                            [](const Near& a, const Near& b) {
                              return a.from == b.from && a.straight == b.straight;
                            }),
                near_.end());
  }

  void begin_with(const Cell& cell) {
    const double h = cell.half;
    part_ = {{-h, -h}, {h, -h}, {h, h}, {-h, h}};
  }

  /// Keeps what is left of the part where a plane is at least zero.
  void clip(const Plane& plane) {
    kept_.clear();
    for (std::size_t k = 0, last = part_.size() - 1; k < part_.size(); last = k++) {
      const double before = plane.at(part_[last]), here = plane.at(part_[k]);
      if ((before < 0.0) != (here < 0.0)) {
        const double t = before / (before - here);
        kept_.push_back({part_[last][0] + t * (part_[k][0] - part_[last][0]),
                         part_[last][1] + t * (part_[k][1] - part_[last][1])});
      }
      if (here >= 0.0) kept_.push_back(part_[k]);
    }
    part_.swap(kept_);
  }

  /// Whether the cell is done with: finds the most of it where no edge is near, else what it can at
  /// most hold.
  bool solve(const Cell& cell) { return edges_ ? bound(cell) : by_points(cell); }

  /// The part of the cell nearest to each point is a convex polygon, and the place of it that is
  /// farthest from the point is a corner.
  bool by_points(const Cell& cell) {
    for (const Near& p : near_) {
      begin_with(cell);
      Place best{};
      for (const Near& q : near_) {
        if (&q != &p)
          clip({0.5 * (q.distance * q.distance - p.distance * p.distance), p.from[0] - q.from[0],
                p.from[1] - q.from[1]});
        double most = -1.0;
        for (const Place& v : part_) {
          const double d = std::hypot(v[0] - p.from[0], v[1] - p.from[1]);
          if (d > most) {
            most = d;
            best = v;
          }
        }
        if (most <= largest_ * (1.0 + 1e-12)) {
          part_.clear();
          break;
        }
      }
      if (!part_.empty()) found(room(cell.x + best[0], cell.y + best[1]));
    }
    return true;
  }

  /// No distance is more than its tangent plane and what the curvature adds in the cell, and the
  /// most of the least of planes lies in a corner of the part where one of them is least. Of two
  /// parallel edges this is half their distance at once, so that a ridge between them is not
  /// followed to its end.
  bool bound(const Cell& cell) {
    planes_.clear();
    const double reach = cell.reach();
    for (const Near& p : near_) {
      const double bent = p.straight ? 0.0 : 0.5 * reach * reach / (p.distance - reach);
      planes_.push_back({p.distance + bent, -p.from[0] / p.distance, -p.from[1] / p.distance});
    }
    double most = -std::numeric_limits<double>::infinity();
    Place best{};
    for (const Plane& p : planes_) {
      begin_with(cell);
      for (const Plane& q : planes_)
        if (&q != &p && !part_.empty()) clip({q.a - p.a, q.b - p.b, q.c - p.c});
      for (const Place& v : part_)
        if (p.at(v) > most) {
          most = p.at(v);
          best = v;
        }
    }
    found(room(cell.x + best[0], cell.y + best[1]));
    return !may_hold_more(most, 0.0);
  }

  const PointGrid& grid_;
  const Patch& patch_;
  double largest_ = 0.0;
  std::vector<Open> open_;
  std::vector<Near> near_;
  std::vector<Place> part_, kept_;
  std::vector<Plane> planes_;
  bool edges_ = false;
};

}  // namespace

double largest_empty_circle(const PointGrid& grid, const Patch& patch, int threads) {
  if (grid.size() == 0) return std::numeric_limits<double>::quiet_NaN();
  const Box box = bounding_box(patch);
  const double width = box.right - box.left, height = box.top - box.bottom;
  // Of about a hundred points: where there are none, such a cell is done with at once, and others
  // are split.
  const double several = 1.0 + static_cast<double>(grid.size()) / 128.0;
  const double side =
      std::max(std::sqrt(width * height / several), std::max(width, height) / several);
  const auto columns = static_cast<std::size_t>(std::ceil(width / side)),
             rows = static_cast<std::size_t>(std::ceil(height / side));
  const auto cell = [&](std::size_t k) {
    return Cell{box.left + (k % columns + 0.5) * side, box.bottom + (k / columns + 0.5) * side,
                0.5 * side};
  };
  std::vector<double> room(columns * rows);
  std::vector<Search> part(kChunks, Search(grid, patch));
  in_chunks(room.size(), threads, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) room[k] = part[chunk].room(cell(k).x, cell(k).y);
  });

  // What the roomiest holds is known to all parts; they do not tell each other more, so that none
  // depends on which was done first.
  const std::size_t first = std::max_element(room.begin(), room.end()) - room.begin();
  part[0].explore(cell(first));
  const double start = part[0].largest();
  in_chunks(room.size(), threads, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    part[chunk].found(start);
    std::vector<std::size_t> order(end - begin);
    std::iota(order.begin(), order.end(), begin);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return room[a] != room[b] ? room[a] > room[b] : a < b;
    });
    for (const std::size_t k : order)
      if (part[chunk].may_hold_more(room[k], cell(k).reach())) part[chunk].explore(cell(k));
  });
  double largest = 0.0;
  for (const Search& s : part) largest = std::max(largest, s.largest());
  return largest;
}

}  // namespace percuta::channel
