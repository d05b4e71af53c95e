// Channels as a roller lays them in sixteen passes, laid once and measured on one thread: a JSON
// line of counts, figures, seconds by stage and peak memory.
//   channel_statistics CHANNELS [FILE for their positions, pairs of doubles]

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numbers>
#include <string>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>

#include "percuta/channel/statistics.h"

namespace {

using percuta::channel::Points;

// A drum of 20 mm by 20 mm with eight staggered rows of 24 needles, and the error of a hand.
constexpr double kWidth = 20e-3, kAcross = kWidth / 8, kError = 0.05e-3;
constexpr double kAlong = 2.0 * std::numbers::pi * 10e-3 / 24;
constexpr int kPasses = 16;

/// One pass over a square in strips side by side, each with its own phase.
template <class Random>
void roll(double side, double angle, Random& random, Points& points) {
  boost::random::uniform_01<double> uniform;
  boost::random::normal_distribution<double> normal(0.0, kError);
  const double reach = side * std::numbers::sqrt2 / 2.0 + kWidth + kAlong;
  const double c = std::cos(angle), s = std::sin(angle);
  for (double strip = -reach - uniform(random) * kWidth; strip < reach; strip += kWidth) {
    const double phase = uniform(random) * kAlong;
    for (int row = 0; row < 8; ++row)
      for (double u = -reach - phase + 0.5 * (row % 2) * kAlong; u < reach; u += kAlong) {
        const double v = strip + (row + 0.5) * kAcross + normal(random), w = u + normal(random);
        const double x = 0.5 * side + w * c - v * s, y = 0.5 * side + w * s + v * c;
        if (x >= 0.0 && x < side && y >= 0.0 && y < side) points.push_back({x, y});
      }
  }
}

Points lay(double side, std::size_t expected) {
  boost::random::mt19937_64 random(1);
  boost::random::normal_distribution<double> normal;
  Points points;
  points.reserve(expected + expected / 50);
  for (int pass = 0; pass < kPasses; ++pass) {
    const double direction = std::numbers::pi / 4.0 * (pass % 4);
    roll(side, direction + 0.05 * normal(random), random, points);
  }
  return points;
}

double seconds() {
  static const auto begin = std::chrono::steady_clock::now();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Most memory that this program has held, as the kernel counts it: getrusage() would count that of
/// the program that started this one.
double peak_gb() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (double kb = 0.0; word == "VmHWM:" && status >> kb) return kb * 1024.0 / 1e9;
  return 0.0;
}

bool write(const char* file, const Points& points) {
  std::FILE* out = std::fopen(file, "wb");
  if (out == nullptr) return false;
  const bool whole =
      std::fwrite(points.data(), sizeof(points[0]), points.size(), out) == points.size();
  return std::fclose(out) == 0 && whole;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace percuta::channel;
  const double wanted = argc > 1 ? std::atof(argv[1]) : 1e5;
  const double side = std::sqrt(wanted * kAlong * kAcross / kPasses);
  const Patch patch = square(side);

  const double begin = seconds();
  const Points points = lay(side, static_cast<std::size_t>(wanted));
  const double laid = seconds();
  const double n = density(points, patch);
  const double counted = seconds();
  const PointGrid grid(points);
  const double sorted = seconds();
  const double neighbour = mean_nearest_neighbour(grid, patch);
  const double known = seconds();
  const auto covered = covered_fraction(grid, patch, {100e-6, 200e-6, 500e-6});
  const double probed = seconds();
  const double circle = largest_empty_circle(grid, patch);
  const double done = seconds();

  std::printf(
      "{\"channels\": %zu, \"side\": %.17g, \"density\": %.17g, \"neighbour\": %.17g, "
      "\"covered\": [%.17g, %.17g, %.17g], \"circle\": %.17g, \"lay_s\": %.4g, "
      "\"density_s\": %.4g, \"grid_s\": %.4g, \"neighbours_s\": %.4g, \"coverage_s\": %.4g, "
      "\"circle_s\": %.4g, \"total_s\": %.4g, \"peak_GB\": %.3g}\n",
      points.size(), side, n, neighbour, covered[0], covered[1], covered[2], circle, laid - begin,
      counted - laid, sorted - counted, known - sorted, probed - known, done - probed, done - begin,
      peak_gb());
  if (argc > 2 && !write(argv[2], points)) {
    std::fprintf(stderr, "cannot write %s\n", argv[2]);
    return 1;
  }
}
