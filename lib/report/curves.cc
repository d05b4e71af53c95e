#include "curves.h"

#include <algorithm>

#include "percuta/core/quantity.h"

namespace percuta::report {

using Json = nlohmann::json;

Json resample(const std::vector<double>& x, const std::vector<double>& y,
              const std::vector<double>& grid, double scale) {
  Json out = Json::array();
  for (const double g : grid) {
    const auto upper = std::upper_bound(x.begin(), x.end(), g);
    if (g > x.back() * (1.0 + 1e-9) || !(g >= x.front())) {
      out.push_back(nullptr);
    } else if (upper == x.end()) {
      out.push_back(y.back() * scale);
    } else {
      const auto i = std::max<std::ptrdiff_t>(1, upper - x.begin());
      const double t = (g - x[i - 1]) / (x[i] - x[i - 1]);
      out.push_back((y[i - 1] + t * (y[i] - y[i - 1])) * scale);
    }
  }
  return out;
}

std::vector<double> grid_to(double end, int points) {
  std::vector<double> g;
  for (int k = 0; k <= points; ++k) g.push_back(end * k / points);
  return g;
}

Json scaled(const std::vector<double>& v, double factor) {
  Json out = Json::array();
  for (const double x : v) out.push_back(x * factor);
  return out;
}

std::vector<double> in_days(std::vector<double> times) {
  for (double& t : times) t /= core::kDay;
  return times;
}

}  // namespace percuta::report
