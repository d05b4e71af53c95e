#include "boxes/box_mesh.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <unordered_map>

namespace percuta::fem {
namespace {

constexpr int kUnit =
    12;  // a coarse box has 2^12 units a side; deep enough for middles of the finest

using Key = std::uint64_t;
using Units = std::array<std::int64_t, 3>;
Key key(const Units& p) {
  return (static_cast<Key>(p[0]) << 42) | (static_cast<Key>(p[1]) << 21) | static_cast<Key>(p[2]);
}

struct Box {
  Units low, size;
  int level = 0;
  int slab = 0;
  int children = -1;  // index of the first
  int count = 0;
  int cell = -1;
};

class Tree {
 public:
  explicit Tree(BoxMeshSettings s) : s_(std::move(s)) {
    for (int d = 0; d < 3; ++d) roots_[d] = static_cast<int>(s_.ticks[d].size()) - 1;
    for (int k = 0; k < roots_[2]; ++k)
      for (int j = 0; j < roots_[1]; ++j)
        for (int i = 0; i < roots_[0]; ++i) {
          constexpr std::int64_t one = 1 << kUnit;
          boxes_.push_back({{i * one, j * one, k * one}, {one, one, one}, 0, k});
        }
    // Height is halved with the width once a box of nominal width would be taller than wide. One
    // rule for a whole slab, so that the finer of two neighbours is the finer in both directions of
    // their face.
    for (int k = 0; k < roots_[2]; ++k) {
      double height = s_.ticks[2][k + 1] - s_.ticks[2][k];
      double width = s_.nominal;
      std::vector<bool> rule;
      for (int level = 0; level <= s_.deepest; ++level) {
        rule.push_back(height > 0.71 * width);
        if (rule.back()) height *= 0.5;
        width *= 0.5;
      }
      vertical_.push_back(rule);
    }
    refine();
    balance();
  }

  /// The boxes that are not divided, numbered in their order.
  std::vector<Box> leaves() {
    std::vector<Box> found;
    for (Box& b : boxes_)
      if (b.children < 0) {
        b.cell = static_cast<int>(found.size());
        found.push_back(b);
      }
    return found;
  }
  int cell_at(const Eigen::Vector3d& x) const {
    Units p;
    for (int d = 0; d < 3; ++d) p[d] = units(d, x[d]);
    return boxes_[locate(p)].cell;
  }

  double position(int axis, std::int64_t units) const {
    const auto& ticks = s_.ticks[axis];
    const int root = std::min(static_cast<int>(units >> kUnit), roots_[axis] - 1);
    const double share =
        static_cast<double>(units - (static_cast<std::int64_t>(root) << kUnit)) / (1 << kUnit);
    return ticks[root] + share * (ticks[root + 1] - ticks[root]);
  }
  std::int64_t units(int axis, double x) const {
    const auto& ticks = s_.ticks[axis];
    const auto above = std::upper_bound(ticks.begin() + 1, ticks.end() - 1, x);
    const auto root = above - ticks.begin() - 1;
    const double share = std::clamp((x - ticks[root]) / (*above - ticks[root]), 0.0, 1.0);
    return std::min((root << kUnit) + static_cast<std::int64_t>(share * (1 << kUnit)),
                    extent(axis) - 1);
  }
  Eigen::Vector3d position(const Units& u) const {
    return {position(0, u[0]), position(1, u[1]), position(2, u[2])};
  }
  std::int64_t extent(int axis) const { return static_cast<std::int64_t>(roots_[axis]) << kUnit; }

 private:
  void divide(int index) {
    const Box parent = boxes_[index];
    const bool vertical = vertical_[parent.slab][parent.level];
    if (boxes_.size() > s_.most) throw std::length_error("too many boxes");
    boxes_[index].children = static_cast<int>(boxes_.size());
    boxes_[index].count = vertical ? 8 : 4;
    for (int c = 0; c < boxes_[index].count; ++c) {
      Box child = parent;
      ++child.level;
      for (int d = 0; d < 3; ++d) {
        if (d == 2 && !vertical) continue;
        child.size[d] /= 2;
        child.low[d] += ((c >> d) & 1) * child.size[d];
      }
      boxes_.push_back(child);
    }
  }

  void refine() {
    for (std::size_t i = 0; i < boxes_.size(); ++i) {  // grows while it is walked
      const Box& b = boxes_[i];
      if (b.level >= s_.deepest) continue;
      Units high = b.low;
      for (int d = 0; d < 3; ++d) high[d] += b.size[d];
      if (s_.split(position(b.low), position(high))) divide(static_cast<int>(i));
    }
  }

  int locate(const Units& p) const {
    for (int d = 0; d < 3; ++d)
      if (p[d] < 0 || p[d] >= extent(d)) return -1;
    int at = static_cast<int>((p[2] >> kUnit) * roots_[1] + (p[1] >> kUnit)) * roots_[0] +
             static_cast<int>(p[0] >> kUnit);
    while (boxes_[at].children >= 0) {
      int next = boxes_[at].children;
      for (const int end = next + boxes_[at].count; next < end; ++next) {
        const Box& c = boxes_[next];
        if (p[0] >= c.low[0] && p[0] < c.low[0] + c.size[0] && p[1] >= c.low[1] &&
            p[1] < c.low[1] + c.size[1] && p[2] >= c.low[2] && p[2] < c.low[2] + c.size[2])
          break;
      }
      at = next;
    }
    return at;
  }

  void balance() {
    std::vector<int> work;
    for (std::size_t i = 0; i < boxes_.size(); ++i)
      if (boxes_[i].children < 0) work.push_back(static_cast<int>(i));
    while (!work.empty()) {
      const int index = work.back();
      work.pop_back();
      if (boxes_[index].children >= 0) continue;
      for (int n = 0; n < 27; ++n) {
        const Box b = boxes_[index];
        Units p = b.low;
        const std::array<int, 3> step{n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1};
        for (int d = 0; d < 3; ++d)
          p[d] += step[d] < 0 ? -1 : step[d] > 0 ? b.size[d] : b.size[d] / 2;
        const int neighbour = locate(p);
        if (neighbour < 0 || boxes_[neighbour].level >= b.level - 1) continue;
        divide(neighbour);
        for (int c = 0; c < boxes_[neighbour].count; ++c)
          work.push_back(boxes_[neighbour].children + c);
        work.push_back(index);
        break;
      }
    }
  }

  const BoxMeshSettings s_;
  std::array<int, 3> roots_{};
  std::vector<Box> boxes_;
  std::vector<std::vector<bool>> vertical_;
};

}  // namespace

int BoxMesh::free_nodes() const {
  return static_cast<int>(
      std::count_if(hanging.begin(), hanging.end(), [](const auto& h) { return h.empty(); }));
}

std::vector<int> BoxMesh::numbers() const {
  std::vector<int> number(nodes.size(), -1);
  int count = 0;
  for (std::size_t n = 0; n < nodes.size(); ++n)
    if (hanging[n].empty()) number[n] = count++;
  return number;
}

BoxMesh both_sides(const BoxMesh& one, const std::function<bool(const Eigen::Vector3d&)>& opens) {
  const auto opening = [&](const BoxMesh::Face& face) {
    Eigen::Vector3d middle = Eigen::Vector3d::Zero();
    for (const int n : face.nodes) middle += 0.25 * one.nodes[n];
    return opens(middle);
  };
  std::vector<char> joined(one.nodes.size(), 0);
  for (const auto& face : one.faces)
    if (face.boundary == 2 && !opening(face))
      for (const int n : face.nodes) one.follow(n, [&](int to, double) { joined[to] = 1; });

  BoxMesh mesh = one;
  std::vector<int> image(one.nodes.size());
  for (std::size_t n = 0; n < one.nodes.size(); ++n) {
    bool stays = std::abs(one.nodes[n][1]) < 1e-12;
    one.follow(static_cast<int>(n), [&](int to, double) { stays = stays && joined[to] != 0; });
    if (stays) {
      image[n] = static_cast<int>(n);
      continue;
    }
    image[n] = static_cast<int>(mesh.nodes.size());
    mesh.nodes.emplace_back(one.nodes[n][0], -one.nodes[n][1], one.nodes[n][2]);
    if (one.free(static_cast<int>(n)) && std::abs(one.nodes[n][1]) < 1e-12)
      mesh.facing.emplace_back(static_cast<int>(n), image[n]);
  }
  mesh.hanging.resize(mesh.nodes.size());
  for (std::size_t n = 0; n < one.nodes.size(); ++n)
    if (image[n] != static_cast<int>(n))
      for (const auto& h : one.hanging[n])
        mesh.hanging[image[n]].push_back({image[h.node], h.weight});
  const int cells = static_cast<int>(one.cells.size());
  mesh.cell_at = [cells, half = one.cell_at](const Eigen::Vector3d& x) {
    return half({x[0], std::abs(x[1]), x[2]}) + (x[1] < 0.0 ? cells : 0);
  };
  for (int k = 0; k < cells; ++k) {
    std::array<int, 8> corner;
    for (int c = 0; c < 8; ++c) corner[c] = image[one.cells[k][c ^ 2]];
    mesh.cells.push_back(corner);
    mesh.size.push_back(one.size[k]);
    mesh.layer.push_back(one.layer[k]);
  }
  mesh.faces.clear();
  for (const auto& face : one.faces) {
    if (face.boundary == 2 && !opening(face)) continue;
    BoxMesh::Face other = face;
    other.cell += cells;
    for (int& n : other.nodes) n = image[n];
    mesh.faces.push_back(face);
    mesh.faces.push_back(other);
    if (face.boundary == 2) {
      mesh.faces.end()[-2].boundary = 6;
      mesh.faces.back().boundary = 7;
    } else if (face.boundary == 3) {
      mesh.faces.back().boundary = 2;
    }
  }
  return mesh;
}

BoxMesh box_mesh(const BoxMeshSettings& settings) {
  const auto made = std::make_shared<Tree>(settings);
  const std::vector<Box> boxes = made->leaves();
  const Tree& tree = *made;
  BoxMesh mesh;
  mesh.cell_at = [made](const Eigen::Vector3d& x) { return made->cell_at(x); };
  std::unordered_map<Key, int> index;
  for (const Box& b : boxes) {
    std::array<int, 8> corner;
    for (int c = 0; c < 8; ++c) {
      Units p = b.low;
      for (int d = 0; d < 3; ++d) p[d] += ((c >> d) & 1) * b.size[d];
      const auto [it, fresh] = index.try_emplace(key(p), static_cast<int>(mesh.nodes.size()));
      if (fresh) mesh.nodes.push_back(tree.position(p));
      corner[c] = it->second;
    }
    mesh.cells.push_back(corner);
    mesh.size.push_back(mesh.nodes[corner[7]] - mesh.nodes[corner[0]]);
    mesh.layer.push_back(
        settings.layer(0.5 * (settings.ticks[2][b.slab] + settings.ticks[2][b.slab + 1])));
    for (int side = 0; side < 6; ++side) {
      const int axis = side / 2;
      const bool high = side % 2 == 1;
      if (high ? b.low[axis] + b.size[axis] != tree.extent(axis) : b.low[axis] != 0) continue;
      BoxMesh::Face face{static_cast<int>(mesh.cells.size()) - 1, side, {}, 1.0};
      int n = 0;
      for (int c = 0; c < 8; ++c)
        if (((c >> axis) & 1) == (high ? 1 : 0)) face.nodes[n++] = corner[c];
      for (int d = 0; d < 3; ++d)
        if (d != axis) face.area *= mesh.size.back()[d];
      mesh.faces.push_back(face);
    }
  }

  // A node in the middle of an edge or a face of a larger box follows that box's corners.
  mesh.hanging.resize(mesh.nodes.size());
  std::vector<std::int64_t> claimed(mesh.nodes.size(), 0);  // size of the box that holds the node
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Box& b = boxes[i];
    for (int n = 0; n < 27; ++n) {
      const std::array<int, 3> half{n % 3, n / 3 % 3, n / 9};
      const int middles = (half[0] == 1) + (half[1] == 1) + (half[2] == 1);
      if (middles == 0 || middles == 3) continue;
      Units p = b.low;
      for (int d = 0; d < 3; ++d) p[d] += half[d] * b.size[d] / 2;
      const auto it = index.find(key(p));
      if (it == index.end() || claimed[it->second] >= b.size[0]) continue;
      claimed[it->second] = b.size[0];
      auto& follows = mesh.hanging[it->second];
      follows.clear();
      for (int c = 0; c < 8; ++c) {
        double weight = 1.0;
        for (int d = 0; d < 3; ++d) {
          const int bit = (c >> d) & 1;
          weight *= half[d] == 1 ? 0.5 : (half[d] == 2 * bit ? 1.0 : 0.0);
        }
        if (weight > 0.0) follows.push_back({mesh.cells[i][c], weight});
      }
    }
  }
  // Masters that hang themselves are replaced by theirs.
  for (bool changed = true; changed;) {
    changed = false;
    for (auto& follows : mesh.hanging) {
      if (follows.empty() || std::all_of(follows.begin(), follows.end(),
                                         [&](const auto& f) { return mesh.free(f.node); }))
        continue;
      std::vector<BoxMesh::Weight> resolved;
      const auto add = [&](int node, double weight) {
        for (auto& r : resolved)
          if (r.node == node) {
            r.weight += weight;
            return;
          }
        resolved.push_back({node, weight});
      };
      for (const auto& f : follows) {
        if (mesh.free(f.node)) add(f.node, f.weight);
        else
          for (const auto& g : mesh.hanging[f.node]) add(g.node, f.weight * g.weight);
      }
      follows = resolved;
      changed = true;
    }
  }
  return mesh;
}

}  // namespace percuta::fem
