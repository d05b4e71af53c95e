#pragma once

// Where needles come down: one pass of a device over a patch of skin.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>

#include "percuta/channel/patch.h"
#include "percuta/device/device.h"
#include "percuta/protocol/protocol.h"

namespace percuta::rolling {

/// A stream of random numbers for each purpose, session and pass, so that none hangs on another.
inline boost::random::mt19937_64 stream(std::uint64_t seed, std::uint64_t purpose,
                                        std::uint64_t session, std::uint64_t pass) {
  std::uint64_t z = seed;
  for (const std::uint64_t part : {purpose, session, pass}) {  // splitmix64
    z += 0x9e3779b97f4a7c15ULL * (part + 1);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
  }
  return boost::random::mt19937_64(z);
}

/// One pass: strips of the device's width lie side by side, so that the patch is covered once.
class Pass {
 public:
  Pass(const device::Device& device, const protocol::Protocol& protocol,
       const channel::Patch& patch, double rolling_radius, double angle, double shift,
       boost::random::mt19937_64 random)
      : device_(device),
        protocol_(protocol),
        rolling_radius_(rolling_radius),
        cos_(std::cos(angle)),
        sin_(std::sin(angle)),
        shift_(shift),
        random_(random) {
    for (const auto& [x, y] : patch.outline) {
      const double u = x * cos_ + y * sin_, v = y * cos_ - x * sin_;
      low_ = {std::min(low_[0], u), std::min(low_[1], v)};
      high_ = {std::max(high_[0], u), std::max(high_[1], v)};
    }
    // Needles land beside their place by the hand's error; six deviations are never exceeded.
    const double margin = 6.0 * protocol.spacing_error + device::width(device.head);
    for (int k : {0, 1}) {
      low_[k] -= margin;
      high_[k] += margin;
    }
  }

  /// Calls take(x, y, row) for every landing, those beside the patch included.
  template <class Take>
  void lay(const Take& take) {
    std::visit([&](const auto& head) { strips(head, take); }, device_.head);
  }

 private:
  template <class Take>
  void put(double u, double v, int row, const Take& take) {
    take(u * cos_ - v * sin_, u * sin_ + v * cos_, row);
  }
  double error() { return protocol_.spacing_error * normal_(random_); }
  /// The lower side of the first strip across; the others follow by the width.
  double first_strip(double width) const {
    return width * std::floor((low_[1] - shift_) / width) + shift_;
  }

  template <class Take>
  void strips(const device::Roller& r, const Take& take) {
    const double across = r.width / r.rows;
    const double along = 2.0 * std::numbers::pi / r.needles_per_turn * rolling_radius_;
    for (double strip = first_strip(r.width); strip < high_[1]; strip += r.width) {
      const double phase = uniform_(random_) * along;
      for (int row = 0; row < r.rows; ++row) {
        const double v = strip + (row + 0.5) * across;
        double shift = device::row_shift(r, row);
        shift -= std::floor(shift);
        for (double u = low_[0] - phase + (shift - 1.0) * along; u < high_[0]; u += along) {
          const double eu = error(), ev = error();
          put(u + eu, v + ev, row, take);
        }
      }
    }
  }

  /// Plates are set down side by side, each with an error of its own.
  template <class Take>
  void strips(const device::Stamp& s, const Take& take) {
    const double across = s.rows * s.spacing, along = s.needles_per_row * s.spacing;
    const auto needles = places(s);
    for (double strip = first_strip(across); strip < high_[1]; strip += across) {
      const double phase = uniform_(random_) * along;
      for (double u = low_[0] - phase; u < high_[0] + along; u += along) {
        const double eu = error(), ev = error();
        for (const auto& n : needles)
          put(u + n.along + eu, strip + 0.5 * across + n.across + ev, n.row, take);
      }
    }
  }

  /// The head is moved along; all needles come down at each stroke.
  template <class Take>
  void strips(const device::Pen& p, const Take& take) {
    const double along = protocol_.speed / p.stroke_rate;
    const double turn = 2.0 * std::numbers::pi * uniform_(random_);  // how the cartridge is held
    auto needles = places(p);
    for (auto& n : needles)
      n = {n.along * std::cos(turn) - n.across * std::sin(turn),
           n.along * std::sin(turn) + n.across * std::cos(turn), n.row};
    for (double strip = first_strip(p.head_width); strip < high_[1]; strip += p.head_width) {
      const double phase = uniform_(random_) * along;
      for (double u = low_[0] - phase; u < high_[0]; u += along)
        for (const auto& n : needles) {
          const double eu = error(), ev = error();
          put(u + n.along + eu, strip + 0.5 * p.head_width + n.across + ev, n.row, take);
        }
    }
  }

  const device::Device& device_;
  const protocol::Protocol& protocol_;
  double rolling_radius_, cos_, sin_, shift_;
  std::array<double, 2> low_{1e300, 1e300}, high_{-1e300, -1e300};
  boost::random::mt19937_64 random_;
  boost::random::uniform_01<double> uniform_;
  boost::random::normal_distribution<double> normal_;
};

}  // namespace percuta::rolling
