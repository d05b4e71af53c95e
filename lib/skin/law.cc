#include "percuta/skin/law.h"

#include <cmath>

#include <fmt/format.h>
#include <Eigen/LU>

namespace percuta::skin {
namespace {

struct Spectrum {
  Eigen::Vector3d values;   // eigenvalues of b = F F^T
  Eigen::Matrix3d vectors;  // columns
};

// Cyclic Jacobi. Plane and axisymmetric states have two zero shears and finish in one rotation.
Spectrum spectrum(Eigen::Matrix3d b) {
  Spectrum s{Eigen::Vector3d::Zero(), Eigen::Matrix3d::Identity()};
  constexpr std::array<std::array<int, 2>, 3> pairs{{{0, 1}, {1, 2}, {0, 2}}};
  for (int sweep = 0; sweep < 30; ++sweep) {
    const double off = b(0, 1) * b(0, 1) + b(1, 2) * b(1, 2) + b(0, 2) * b(0, 2);
    if (off <= 1e-32 * b.squaredNorm()) break;
    for (const auto& [p, q] : pairs) {
      if (b(p, q) == 0.0) continue;
      const double theta = (b(q, q) - b(p, p)) / (2.0 * b(p, q));
      const double t =
          (theta >= 0 ? 1.0 : -1.0) / (std::abs(theta) + std::sqrt(theta * theta + 1.0));
      const double c = 1.0 / std::sqrt(t * t + 1.0);
      const double sn = t * c;
      Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
      rotation(p, p) = rotation(q, q) = c;
      rotation(p, q) = sn;
      rotation(q, p) = -sn;
      b = rotation.transpose() * b * rotation;
      b(p, q) = b(q, p) = 0.0;
      s.vectors = s.vectors * rotation;
    }
  }
  s.values = b.diagonal();
  return s;
}

Voigt symmetric_product(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  Voigt v;
  v << a[0] * b[0], a[1] * b[1], a[2] * b[2], 0.5 * (a[0] * b[1] + a[1] * b[0]),
      0.5 * (a[1] * b[2] + a[2] * b[1]), 0.5 * (a[0] * b[2] + a[2] * b[0]);
  return v;
}

}  // namespace

std::vector<OgdenTerm> ogden_terms(const Law& law) {
  if (const auto* neo = std::get_if<NeoHookean>(&law)) return {{neo->mu, 2.0}};
  return std::get<Ogden>(law).terms;
}

double shear_modulus(const Law& law) {
  double sum = 0.0;
  for (const auto& term : ogden_terms(law)) sum += term.mu;
  return sum;
}

double hardening_exponent(const Law& law) {
  double weighted = 0.0;
  for (const auto& term : ogden_terms(law)) weighted += term.mu * std::abs(term.alpha);
  return weighted / shear_modulus(law);
}

std::string describe(const Law& law) {
  if (const auto* neo = std::get_if<NeoHookean>(&law))
    return fmt::format("neo-Hookean, mu = {:.4g} kPa", neo->mu * 1e-3);
  std::string text = "Ogden";
  for (const auto& term : std::get<Ogden>(law).terms)
    text += fmt::format(", mu = {:.4g} kPa, alpha = {:g}", term.mu * 1e-3, term.alpha);
  return text;
}

double isochoric_energy(const std::vector<OgdenTerm>& terms, const Eigen::Matrix3d& f) {
  const Spectrum s = spectrum(f * f.transpose());
  const Eigen::Vector3d log_stretch = 0.5 * s.values.array().log();
  const double mean = log_stretch.mean();
  double energy = 0.0;
  for (const auto& term : terms)
    for (int a = 0; a < 3; ++a)
      energy += 2.0 * term.mu / (term.alpha * term.alpha) *
                std::expm1(term.alpha * (log_stretch[a] - mean));
  return energy;
}

IsochoricResponse isochoric_response(const std::vector<OgdenTerm>& terms,
                                     const Eigen::Matrix3d& f) {
  const Spectrum s = spectrum(f * f.transpose());
  const Eigen::Vector3d log_stretch = 0.5 * s.values.array().log();
  const double mean = log_stretch.mean();

  IsochoricResponse response;
  Eigen::Vector3d g = Eigen::Vector3d::Zero();  // d(energy)/d(isochoric log stretch)
  Eigen::Vector3d h = Eigen::Vector3d::Zero();  // its derivative
  for (const auto& term : terms) {
    for (int a = 0; a < 3; ++a) {
      const double power = std::expm1(term.alpha * (log_stretch[a] - mean));
      response.energy += 2.0 * term.mu / (term.alpha * term.alpha) * power;
      g[a] += 2.0 * term.mu / term.alpha * power;
      h[a] += 2.0 * term.mu * (power + 1.0);
    }
  }
  const Eigen::Vector3d tau = g.array() - g.mean();
  Eigen::Matrix3d slope;  // d tau_a / d log_stretch_b
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b)
      slope(a, b) = (a == b ? h[a] : 0.0) - (h[a] + h[b]) / 3.0 + h.sum() / 9.0;

  std::array<Voigt, 3> diagonal;
  for (int a = 0; a < 3; ++a) {
    diagonal[a] = symmetric_product(s.vectors.col(a), s.vectors.col(a));
    response.kirchhoff += tau[a] * diagonal[a];
  }
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b)
      response.tangent +=
          (slope(a, b) - (a == b ? 2.0 * tau[a] : 0.0)) * diagonal[a] * diagonal[b].transpose();
  for (int a = 0; a < 3; ++a)
    for (int b = a + 1; b < 3; ++b) {
      const double gap = s.values[a] - s.values[b];
      // Nearly equal stretches: the difference quotient loses digits, its limit does not.
      const bool equal = std::abs(gap) < 1e-7 * (s.values[a] + s.values[b]);
      const double shear =
          equal ? 0.25 * (slope(a, a) + slope(b, b) - 2.0 * slope(a, b)) - 0.5 * (tau[a] + tau[b])
                : (tau[a] * s.values[b] - tau[b] * s.values[a]) / gap;
      const Voigt mixed = symmetric_product(s.vectors.col(a), s.vectors.col(b));
      response.tangent += 4.0 * shear * mixed * mixed.transpose();
    }
  return response;
}

double Volumetric::volume_ratio(double p) const {
  const double x = p / bulk;
  return x + std::sqrt(1.0 + x * x);
}

double Volumetric::volume_ratio_slope(double p) const {
  const double x = p / bulk;
  return (1.0 + x / std::sqrt(1.0 + x * x)) / bulk;
}

double Volumetric::pressure(double j) const { return 0.5 * bulk * (j - 1.0 / j); }

double Volumetric::energy(double j) const {
  return 0.25 * bulk * (j * j - 1.0 - 2.0 * std::log(j));
}

Eigen::Matrix3d fibre_kirchhoff(const FibreFamily& family, const Eigen::Vector3d& direction,
                                const Eigen::Matrix3d& f) {
  const Eigen::Vector3d a = f * direction;
  const double kappa = family.dispersion;
  const Eigen::Matrix3d spread =
      std::pow(f.determinant(), -2.0 / 3.0) *
      (kappa * f * f.transpose() + (1.0 - 3.0 * kappa) * a * a.transpose());
  const double taut = std::max(0.0, spread.trace() - 1.0);
  return 2.0 * family.k1 * taut * std::exp(family.k2 * taut * taut) *
         (spread - spread.trace() / 3.0 * Eigen::Matrix3d::Identity());
}

double uniaxial_pk1(const Law& law, const std::vector<FibreFamily>& fibres, double stretch,
                    double angle) {
  const auto terms = ogden_terms(law);
  const auto stress = [&](double across) {
    const Eigen::Vector3d stretches(stretch, across, 1.0 / (stretch * across));
    const auto t = isochoric_response(terms, stretches.asDiagonal()).kirchhoff;
    Eigen::Matrix3d tau = Eigen::Vector3d(t[0], t[1], t[2]).asDiagonal();
    for (const auto& family : fibres)
      tau += fibre_kirchhoff(family,
                             {std::cos(family.angle - angle), std::sin(family.angle - angle), 0.0},
                             stretches.asDiagonal());
    return tau;
  };
  double low = 1e-3, high = 1e2;  // both free directions bear nothing: bisection on the one in the
                                  // plane, in the logarithm
  for (int k = 0; k < 200; ++k) {
    const double middle = std::sqrt(low * high);
    const Eigen::Matrix3d tau = stress(middle);
    (tau(1, 1) < tau(2, 2) ? low : high) = middle;
  }
  const Eigen::Matrix3d tau = stress(std::sqrt(low * high));
  return (tau(0, 0) - tau(2, 2)) / stretch;
}

double uniaxial_pk1(const Law& law, double stretch) {
  double stress = 0.0;
  for (const auto& t : ogden_terms(law))
    stress += 2.0 * t.mu / t.alpha *
              (std::pow(stretch, t.alpha - 1.0) - std::pow(stretch, -0.5 * t.alpha - 1.0));
  return stress;
}

double equibiaxial_cauchy(const Law& law, double stretch) {
  double stress = 0.0;
  for (const auto& t : ogden_terms(law))
    stress +=
        2.0 * t.mu / t.alpha * (std::pow(stretch, t.alpha) - std::pow(stretch, -2.0 * t.alpha));
  return stress;
}

}  // namespace percuta::skin
