#include "percuta/channel/patch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace percuta::channel {
namespace {

using Corner = std::array<double, 2>;

const Corner& corner(const Patch& p, std::size_t k) { return p.outline[k % p.outline.size()]; }

bool is_rectangle(const std::vector<Corner>& c) {
  if (c.size() != 4) return false;
  const auto upright = [&](std::size_t k) { return c[k][0] == c[(k + 1) % 4][0]; };
  const auto level = [&](std::size_t k) { return c[k][1] == c[(k + 1) % 4][1]; };
  return (upright(0) && level(1) && upright(2) && level(3)) ||
         (level(0) && upright(1) && level(2) && upright(3));
}

/// The box of a rectangle along the axes, of which the first and third corner lie across.
Box box_of(const std::vector<Corner>& c) {
  return {std::min(c[0][0], c[2][0]), std::min(c[0][1], c[2][1]), std::max(c[0][0], c[2][0]),
          std::max(c[0][1], c[2][1])};
}

/// Signed distance to the sides of a box, outside to the nearest place of it.
double distance_to_box(const Box& b, double x, double y) {
  const double dx = std::min(x - b.left, b.right - x), dy = std::min(y - b.bottom, b.top - y);
  if (dx >= 0.0 && dy >= 0.0) return std::min(dx, dy);
  return -std::hypot(std::min(dx, 0.0), std::min(dy, 0.0));
}

double cross(const Corner& a, const Corner& b, const Corner& c) {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/// On the line through a and b: whether it lies between them.
bool between(const Corner& a, const Corner& b, const Corner& c) {
  return c[0] >= std::min(a[0], b[0]) && c[0] <= std::max(a[0], b[0]) &&
         c[1] >= std::min(a[1], b[1]) && c[1] <= std::max(a[1], b[1]);
}

bool meet(const Corner& a, const Corner& b, const Corner& c, const Corner& d) {
  const double ac = cross(a, b, c), ad = cross(a, b, d), ca = cross(c, d, a), cb = cross(c, d, b);
  if (((ac > 0.0 && ad < 0.0) || (ac < 0.0 && ad > 0.0)) &&
      ((ca > 0.0 && cb < 0.0) || (ca < 0.0 && cb > 0.0)))
    return true;
  return (ac == 0.0 && between(a, b, c)) || (ad == 0.0 && between(a, b, d)) ||
         (ca == 0.0 && between(c, d, a)) || (cb == 0.0 && between(c, d, b));
}

std::string why_crossed(const Patch& p) {
  const std::size_t n = p.outline.size();
  for (std::size_t i = 0; i < n; ++i) {
    const Corner &a = corner(p, i), &b = corner(p, i + 1), &c = corner(p, i + 2);
    // An edge may share but its end with the next one.
    if (cross(a, b, c) == 0.0 && (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1]) > 0)
      return "turns back on itself at corner " + std::to_string((i + 1) % n + 1);
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 2; j < n; ++j)
      if ((j + 1) % n != i && meet(corner(p, i), corner(p, i + 1), corner(p, j), corner(p, j + 1)))
        return "crosses itself between corners " + std::to_string(i + 1) + " and " +
               std::to_string(j + 1);
  return {};
}

}  // namespace

Patch square(double side) { return {{{0.0, 0.0}, {side, 0.0}, {side, side}, {0.0, side}}}; }

Box bounding_box(const Patch& p) {
  constexpr double kFar = std::numeric_limits<double>::infinity();
  Box b{kFar, kFar, -kFar, -kFar};
  for (const auto& c : p.outline) {
    b.left = std::min(b.left, c[0]);
    b.bottom = std::min(b.bottom, c[1]);
    b.right = std::max(b.right, c[0]);
    b.top = std::max(b.top, c[1]);
  }
  return b;
}

double area(const Patch& p) {
  // About the first corner, so that a patch far from the origin loses no digits.
  double twice = 0.0;
  for (std::size_t k = 1; k + 1 < p.outline.size(); ++k)
    twice += cross(p.outline[0], p.outline[k], p.outline[k + 1]);
  return 0.5 * std::abs(twice);
}

bool contains(const Patch& p, double x, double y) {
  if (is_rectangle(p.outline)) {
    const Box b = box_of(p.outline);
    return x >= b.left && x <= b.right && y >= b.bottom && y <= b.top;
  }
  bool inside = false;
  for (std::size_t k = 0, last = p.outline.size() - 1; k < p.outline.size(); last = k++) {
    const Corner &a = p.outline[last], &b = p.outline[k];
    if ((a[1] > y) != (b[1] > y) && x < a[0] + (b[0] - a[0]) * ((y - a[1]) / (b[1] - a[1])))
      inside = !inside;
  }
  return inside;
}

double distance_to_edge(const Patch& p, double x, double y) {
  if (is_rectangle(p.outline)) return distance_to_box(box_of(p.outline), x, y);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0, last = p.outline.size() - 1; k < p.outline.size(); last = k++) {
    const Corner &a = p.outline[last], &b = p.outline[k];
    const double ux = b[0] - a[0], uy = b[1] - a[1], vx = x - a[0], vy = y - a[1];
    const double t = std::clamp((ux * vx + uy * vy) / (ux * ux + uy * uy), 0.0, 1.0);
    const double dx = vx - t * ux, dy = vy - t * uy;
    least = std::min(least, dx * dx + dy * dy);
  }
  return contains(p, x, y) ? std::sqrt(least) : -std::sqrt(least);
}

std::string why_impossible(const Patch& p) {
  const std::size_t n = p.outline.size();
  if (n < 3) return n == 0 ? "has no corners" : n == 1 ? "has one corner" : "has two corners";
  for (std::size_t k = 0; k < n; ++k)
    if (!std::isfinite(p.outline[k][0]) || !std::isfinite(p.outline[k][1]))
      return "has no finite corner " + std::to_string(k + 1);
  for (std::size_t k = 0; k < n; ++k)
    if (corner(p, k) == corner(p, k + 1))
      return "has corners " + std::to_string(k + 1) + " and " + std::to_string((k + 1) % n + 1) +
             " in one place";
  bool on_a_line = true;
  for (std::size_t k = 2; k < n; ++k)
    on_a_line = on_a_line && cross(p.outline[0], p.outline[1], p.outline[k]) == 0.0;
  if (on_a_line) return "has no area";
  return why_crossed(p);
}

}  // namespace percuta::channel
