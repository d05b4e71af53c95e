#pragma once

// Numbers that carry their derivatives, so that reactions are written down once: as a function of
// any number, given doubles for rates, these for the Jacobian and `Trace` for its pattern.

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "transport/transport.h"

namespace percuta::fem {

/// A value with its derivatives by n variables.
template <int n>
struct Dual {
  double value = 0.0;
  std::array<double, n> by{};
  Dual() = default;
  Dual(double v) : value(v) {}  // NOLINT: constants mix with duals

  /// The chain rule: f(value) with its slope.
  Dual with(double f, double slope) const {
    Dual r(f);
    for (int k = 0; k < n; ++k) r.by[k] = slope * by[k];
    return r;
  }
  friend Dual operator+(Dual a, const Dual& b) { return a += b; }
  friend Dual operator-(Dual a, const Dual& b) { return a -= b; }
  friend Dual operator-(const Dual& a) { return a.with(-a.value, -1.0); }
  friend Dual operator*(const Dual& a, const Dual& b) {
    Dual r(a.value * b.value);
    for (int k = 0; k < n; ++k) r.by[k] = a.by[k] * b.value + a.value * b.by[k];
    return r;
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    Dual r(a.value / b.value);
    for (int k = 0; k < n; ++k) r.by[k] = (a.by[k] - r.value * b.by[k]) / b.value;
    return r;
  }
  Dual& operator+=(const Dual& b) {
    value += b.value;
    for (int k = 0; k < n; ++k) by[k] += b.by[k];
    return *this;
  }
  Dual& operator-=(const Dual& b) {
    value -= b.value;
    for (int k = 0; k < n; ++k) by[k] -= b.by[k];
    return *this;
  }
  friend bool operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend bool operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
};

/// Which variables a number came from, whatever its value.
struct Trace {
  std::vector<bool> from;
  Trace() = default;
  Trace(double) {}  // NOLINT: constants mix with traces

  Trace& operator+=(const Trace& b) {
    if (from.size() < b.from.size()) from.resize(b.from.size());
    for (std::size_t k = 0; k < b.from.size(); ++k) from[k] = from[k] || b.from[k];
    return *this;
  }
  Trace& operator-=(const Trace& b) { return *this += b; }
  friend Trace operator-(const Trace& a) { return a; }
  friend Trace operator+(Trace a, const Trace& b) { return a += b; }
  friend Trace operator-(Trace a, const Trace& b) { return a += b; }
  friend Trace operator*(Trace a, const Trace& b) { return a += b; }
  friend Trace operator/(Trace a, const Trace& b) { return a += b; }
};

/// The larger of a number and a constant.
template <int n>
Dual<n> at_least(double least, const Dual<n>& x) {
  return x.value > least ? x : Dual<n>(least);
}
inline Trace at_least(double, const Trace& x) { return x; }

/// Reactions of n fields from one function of any number: react(t, cell, y, dy) with y and dy of
/// doubles, duals or traces.
template <int n, class React>
class PointReactions : public Reactions {
 public:
  explicit PointReactions(React react) : react_(std::move(react)) {
    std::array<Trace, n> y, dy;
    for (int k = 0; k < n; ++k) {
      y[k].from.assign(n, false);
      y[k].from[k] = true;
    }
    react_(0.0, 0, y.data(), dy.data());
    for (int f = 0; f < n; ++f) {
      dy[f].from.resize(n);
      for (int g = 0; g < n; ++g) couples_[f * n + g] = dy[f].from[g];
    }
  }
  void rates(double t, int cell, const double* y, double* dy) const override {
    react_(t, cell, y, dy);
  }
  void jacobian(double t, int cell, const double* y, double* j) const override {
    std::array<Dual<n>, n> at, dy;
    for (int k = 0; k < n; ++k) {
      at[k] = y[k];
      at[k].by[k] = 1.0;
    }
    react_(t, cell, at.data(), dy.data());
    for (int f = 0; f < n; ++f) std::copy(dy[f].by.begin(), dy[f].by.end(), j + f * n);
  }
  bool couples(int f, int g) const override { return couples_[f * n + g]; }

 private:
  React react_;
  std::array<bool, static_cast<std::size_t>(n) * n> couples_{};
};

template <int n, class React>
std::shared_ptr<const Reactions> point_reactions(React react) {
  return std::make_shared<PointReactions<n, React>>(std::move(react));
}

}  // namespace percuta::fem
