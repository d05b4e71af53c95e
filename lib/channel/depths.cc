#include <algorithm>
#include <cmath>
#include <limits>

#include "percuta/channel/channel.h"

namespace percuta::channel {

Depths depths_of(std::vector<double> depth) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  Depths d{std::move(depth), 0.0, 0.0, none, none, none, none, none};
  std::vector<double> pierced;
  std::copy_if(d.depth.begin(), d.depth.end(), std::back_inserter(pierced),
               [](double x) { return x > 0.0; });
  if (pierced.empty()) return d;
  std::sort(pierced.begin(), pierced.end());
  const auto n = static_cast<double>(pierced.size());
  d.share = n / static_cast<double>(d.depth.size());
  double sum = 0.0, squares = 0.0;
  for (const double x : pierced) sum += x;
  d.mean = sum / n;
  for (const double x : pierced) squares += (x - d.mean) * (x - d.mean);
  d.sd = std::sqrt(squares / n);
  const auto quantile = [&](double q) {
    const double at = q * (n - 1.0);
    const auto i = static_cast<std::size_t>(at);
    const auto next = std::min(i + 1, pierced.size() - 1);
    return pierced[i] + (at - static_cast<double>(i)) * (pierced[next] - pierced[i]);
  };
  d.low = quantile(0.05);
  d.median = quantile(0.5);
  d.high = quantile(0.95);
  return d;
}

std::vector<DepthShare> depth_classes(const Depths& depths, int classes) {
  std::vector<double> deep;
  for (const double d : depths.depth)
    if (d > 0.0) deep.push_back(d);
  std::sort(deep.begin(), deep.end());
  const auto n = std::min(static_cast<std::size_t>(classes), deep.size());
  std::vector<DepthShare> out;
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t from = k * deep.size() / n, to = (k + 1) * deep.size() / n;
    double sum = 0.0;
    for (std::size_t j = from; j < to; ++j) sum += deep[j];
    const auto count = static_cast<double>(to - from);
    out.push_back({count / static_cast<double>(deep.size()), sum / count});
  }
  return out;
}

}  // namespace percuta::channel
