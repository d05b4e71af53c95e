#include "percuta/skin/suction.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Dense>

namespace percuta::skin {

double gross_elasticity(const SuctionReading& r) { return r.back / r.largest; }
double net_elasticity(const SuctionReading& r) { return r.back_at_once / r.immediate; }
double elastic_share(const SuctionReading& r) { return r.back_at_once / r.largest; }

bool relaxes(const Skin& skin) {
  return std::any_of(skin.layers.begin(), skin.layers.end(),
                     [](const Layer& l) { return !l.relaxation.empty(); });
}

// Shear e under a stress that is 1 from t = 0 on, with the modulus at once as unit: springs g_i in
// line with dashpots that have given way by q_i, beside a spring g,
//   g e + sum_i g_i (e - q_i) = 1,   tau_i dq_i/dt = e - q_i,
// so that e = 1 + sum_i g_i q_i and what is still to come, z_i = 1 - g q_i, follows dz/dt = A z,
// z(0) = 1, A_ij = (g_j - delta_ij)/tau_i, which the weights sqrt(g_i tau_i) make symmetric. The
// answer is g e = 1 - sum_i g_i z_i.
double crept(const Layer& layer, double time) {
  const auto n = static_cast<Eigen::Index>(layer.relaxation.size());
  if (n == 0) return 1.0;
  Eigen::VectorXd share(n), tau(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    share[i] = layer.relaxation[static_cast<std::size_t>(i)].share;
    tau[i] = layer.relaxation[static_cast<std::size_t>(i)].time;
  }
  const Eigen::VectorXd side = (share.array() / tau.array()).sqrt();
  const Eigen::VectorXd scale = (share.array() * tau.array()).sqrt();
  Eigen::MatrixXd rates = side * side.transpose();
  rates.diagonal() -= tau.cwiseInverse();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> modes(rates);
  const Eigen::VectorXd start = modes.eigenvectors().transpose() * scale;
  const Eigen::VectorXd read = modes.eigenvectors().transpose() * side;
  const double left =
      (read.array() * (modes.eigenvalues().array() * time).exp() * start.array()).sum();
  return 1.0 - left;
}

Skin after_creep(const Skin& skin, double time) {
  Skin out = skin;
  for (auto& layer : out.layers) {
    const double factor = 1.0 / crept(layer, time);
    if (auto* neo = std::get_if<NeoHookean>(&layer.law)) neo->mu *= factor;
    if (auto* ogden = std::get_if<Ogden>(&layer.law))
      for (auto& term : ogden->terms) term.mu *= factor;
  }
  return out;
}

std::vector<SuctionReading> suction(const std::vector<Skin>& skins, const SuctionTest& test,
                                    const SuctionModel& model, TestCost& cost,
                                    core::Observer& observer) {
  const std::array<double, 5> times{test.at_once, test.on, test.on + test.at_once, test.off,
                                    test.on + test.off};
  std::vector<double> distinct(times.begin(), times.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  std::vector<Skin> states;
  for (const auto& skin : skins) {
    if (!relaxes(skin)) states.push_back(skin);
    else
      for (const double t : distinct) states.push_back(after_creep(skin, t));
  }
  const auto heights = model.lift(states, test, cost, observer);
  std::vector<SuctionReading> out;
  std::size_t first = 0;
  for (const auto& skin : skins) {
    const std::size_t count = relaxes(skin) ? distinct.size() : 1;
    const auto at = [&](double t) {
      const auto k = std::lower_bound(distinct.begin(), distinct.end(), t) - distinct.begin();
      return heights[first + (count > 1 ? static_cast<std::size_t>(k) : 0)];
    };
    SuctionReading r;
    r.immediate = at(times[0]);
    r.largest = at(times[1]);
    r.back_at_once = r.largest - (at(times[2]) - at(times[0]));
    r.back = r.largest - (at(times[4]) - at(times[3]));
    out.push_back(r);
    first += count;
  }
  return out;
}

}  // namespace percuta::skin
