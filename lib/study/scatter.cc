#include "scatter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/math/distributions/normal.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/sobol.hpp>
#include <boost/random/uniform_01.hpp>

namespace percuta::study {

std::vector<Drawn> draw(const ScatterOptions& options, const device::Needle& needle,
                        std::uint64_t seed) {
  constexpr std::size_t kDimensions = 6;
  boost::random::sobol_engine<std::uint64_t, 64> sobol(kDimensions);
  boost::random::mt19937_64 random(seed);
  boost::random::uniform_01<double> uniform;
  std::array<double, kDimensions> shift{};
  for (auto& s : shift) s = uniform(random);
  const boost::math::normal normal;
  std::vector<Drawn> out;
  for (int k = 0; k < options.samples; ++k) {
    // Log-normal about the nominal value as the median.
    std::size_t dimension = 0;
    const auto deviation = [&] {
      double u = static_cast<double>(sobol()) * 0x1p-64 + shift[dimension++];
      u -= std::floor(u);
      return boost::math::quantile(normal, std::clamp(u, 1e-12, 1.0 - 1e-12));
    };
    const auto factor = [&](double spread) {
      return std::exp(std::sqrt(std::log1p(spread * spread)) * deviation());
    };
    out.emplace_back();
    insertion::Variation& v = out.back().needle;
    v.tip_radius = needle.tip_radius * factor(options.tip_radius);
    v.stiffness = factor(options.stiffness);
    v.thickness = factor(options.thickness);
    v.gate_toughness = factor(options.gate_toughness);
    v.friction = factor(options.friction);
    out.back().stroke = deviation();
  }
  return out;
}

channel::Depths scatter(
    const std::vector<Drawn>& drawn, double stiffness,
    const std::function<insertion::CellDepth(const Drawn&, const insertion::Variation&)>& at) {
  std::vector<double> depth;
  double beyond = 0.0;
  depth.reserve(drawn.size());
  for (const auto& d : drawn) {
    auto v = d.needle;
    v.stiffness *= stiffness;
    const auto reached = at(d, v);
    depth.push_back(reached.pierced_depth);
    beyond += reached.extrapolated ? 1.0 : 0.0;
  }
  auto out = channel::depths_of(std::move(depth));
  out.extrapolated = beyond / static_cast<double>(drawn.size());
  return out;
}

}  // namespace percuta::study
