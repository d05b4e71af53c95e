#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

#include "percuta/channel/statistics.h"

namespace percuta::channel {

/// Numbers drawn evenly, the same on every machine.
struct Draw {
  std::mt19937_64 bits;
  explicit Draw(std::uint64_t seed) : bits(seed) {}
  double operator()(double low, double high) {
    return low + (high - low) * static_cast<double>(bits() >> 11) * 0x1p-53;
  }
};

/// A rectangle along the axes with one corner at the origin.
inline Patch rectangle(double width, double height) {
  return {{{0.0, 0.0}, {width, 0.0}, {width, height}, {0.0, height}}};
}

/// Two arms of width one about the corner that is missing: area 3, inner corner (1, 1).
inline Patch l_shape() {
  return {{{0.0, 0.0}, {2.0, 0.0}, {2.0, 1.0}, {1.0, 1.0}, {1.0, 2.0}, {0.0, 2.0}}};
}

/// Corners at drawn distances of (2, 3) about it, most of them not convex.
inline Patch star(Draw& draw, int corners) {
  Patch p;
  for (int k = 0; k < corners; ++k) {
    const double phi = 2.0 * std::numbers::pi * (k + draw(0.0, 0.9)) / corners;
    const double r = draw(0.3, 1.0);
    p.outline.push_back({2.0 + r * std::cos(phi), 3.0 + r * std::sin(phi)});
  }
  return p;
}

inline Points random_points(Draw& draw, std::size_t n, const Box& b) {
  Points out;
  for (std::size_t k = 0; k < n; ++k) {
    const double x = draw(b.left, b.right);
    out.push_back({x, draw(b.bottom, b.top)});
  }
  return out;
}

/// Rows of a lattice on a square, every other one shifted by a share of the pitch.
inline Points lattice(double along, double across, double shift, double side) {
  Points out;
  int row = 0;
  for (double y = 0.5 * across; y < side; y += across, ++row)
    for (double x = (shift > 0.0 ? 0.25 : 0.5) * along + (row % 2) * shift * along; x < side;
         x += along)
      out.push_back({x, y});
  return out;
}

/// Turned about the origin and shifted.
struct Move {
  double angle, dx, dy;
  std::array<double, 2> operator()(const std::array<double, 2>& p) const {
    const double c = std::cos(angle), s = std::sin(angle);
    return {c * p[0] - s * p[1] + dx, s * p[0] + c * p[1] + dy};
  }
  Points operator()(Points points) const {
    for (auto& p : points) p = (*this)(p);
    return points;
  }
  Patch operator()(Patch patch) const { return {(*this)(std::move(patch.outline))}; }
};

/// Channels thrown at random, 250 a square centimetre, 15 000 of them on the patch and more around
/// it, so that the patch is like any other part of the skin.
struct Thrown {
  static constexpr double density = 2.5e6, side = 77.46e-3, around = 3e-3;
  static constexpr int draws = 16;
  static Patch patch() { return square(side); }
  static Points points(int draw) {
    Draw random(1000 + draw);
    const double all = side + 2.0 * around;
    return random_points(random, static_cast<std::size_t>(density * all * all),
                         {-around, -around, side + around, side + around});
  }
};

}  // namespace percuta::channel
