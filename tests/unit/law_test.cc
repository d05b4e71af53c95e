#include "percuta/skin/law.h"

#include <cmath>

#include <gtest/gtest.h>
#include <Eigen/Dense>
#include <Eigen/Geometry>

using namespace percuta::skin;

namespace {

const std::vector<OgdenTerm> kOgden{{0.11e6, 9.0}};
const std::vector<OgdenTerm> kTwoTerms{{0.3e6, 1.3}, {0.2e6, 5.0}};
const std::vector<OgdenTerm> kNeo{{0.4e6, 2.0}};

Eigen::Matrix3d sample(int k) {
  Eigen::Matrix3d f = Eigen::Matrix3d::Identity();
  if (k == 0) f << 1.1, 0.2, 0, -0.1, 0.95, 0, 0, 0, 1.05;
  if (k == 1) f << 1.3, 0.4, 0.1, 0.05, 0.8, -0.2, 0.1, 0.02, 1.02;
  if (k == 2) f.diagonal() << 1.2, 1.2, 0.7;          // two equal stretches
  if (k == 3) f.diagonal() << 1.1, 1.1 + 1e-8, 0.83;  // nearly equal
  return f;
}

Eigen::Matrix3d matrix(const Voigt& v) {
  Eigen::Matrix3d m;
  m << v[0], v[3], v[5], v[3], v[1], v[4], v[5], v[4], v[2];
  return m;
}

}  // namespace

TEST(Law, KirchhoffStressIsTheDerivativeOfTheEnergy) {
  for (const auto& terms : {kOgden, kTwoTerms, kNeo})
    for (int k = 0; k < 4; ++k) {
      const Eigen::Matrix3d f = sample(k);
      const auto response = isochoric_response(terms, f);
      EXPECT_NEAR(response.energy, isochoric_energy(terms, f), 1e-9 * std::abs(response.energy));
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) {
          Eigen::Matrix3d l = Eigen::Matrix3d::Zero();
          l(i, j) = 1.0;
          const double h = 1e-6;
          const Eigen::Matrix3d plus = (Eigen::Matrix3d::Identity() + h * l) * f,
                                minus = (Eigen::Matrix3d::Identity() - h * l) * f;
          const double numeric =
              (isochoric_energy(terms, plus) - isochoric_energy(terms, minus)) / (2 * h);
          EXPECT_NEAR(numeric, matrix(response.kirchhoff)(i, j),
                      1e-7 * shear_modulus(Ogden{terms}));
        }
    }
}

// d tau = c : d + l tau + tau l^T for a velocity gradient l.
TEST(Law, TangentIsTheDerivativeOfTheStress) {
  for (const auto& terms : {kOgden, kTwoTerms, kNeo})
    for (int k = 0; k < 4; ++k) {
      const Eigen::Matrix3d f = sample(k);
      const auto response = isochoric_response(terms, f);
      const Eigen::Matrix3d tau = matrix(response.kirchhoff);
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) {
          Eigen::Matrix3d l = Eigen::Matrix3d::Zero();
          l(i, j) = 1.0;
          const double h = 1e-6;
          const Eigen::Matrix3d plus = (Eigen::Matrix3d::Identity() + h * l) * f,
                                minus = (Eigen::Matrix3d::Identity() - h * l) * f;
          const Eigen::Matrix3d numeric = (matrix(isochoric_response(terms, plus).kirchhoff) -
                                           matrix(isochoric_response(terms, minus).kirchhoff)) /
                                          (2 * h);
          const Eigen::Matrix3d d = 0.5 * (l + l.transpose());
          Voigt strain;
          strain << d(0, 0), d(1, 1), d(2, 2), 2 * d(0, 1), 2 * d(1, 2), 2 * d(0, 2);
          const Eigen::Matrix3d analytic =
              matrix(response.tangent * strain) + l * tau + tau * l.transpose();
          EXPECT_LT((numeric - analytic).cwiseAbs().maxCoeff(),
                    1e-6 * response.tangent.cwiseAbs().maxCoeff())
              << "sample " << k;
        }
    }
}

TEST(Law, RotationsTurnTheStressAndKeepTheEnergy) {
  const Eigen::Matrix3d q =
      Eigen::AngleAxisd(0.7, Eigen::Vector3d(1, 2, -1).normalized()).toRotationMatrix();
  const auto a = isochoric_response(kOgden, sample(1));
  const auto b = isochoric_response(kOgden, q * sample(1));
  EXPECT_NEAR(a.energy, b.energy, 1e-12 * a.energy);
  EXPECT_LT((q * matrix(a.kirchhoff) * q.transpose() - matrix(b.kirchhoff)).norm(),
            1e-11 * a.kirchhoff.norm());
}

// Closed form of an incompressible bar: P = sum 2 mu/alpha (l^(alpha-1) - l^(-alpha/2-1)).
TEST(Law, UniaxialOgdenMeetsItsClosedFormForStretches0_6To1_4) {
  for (double stretch = 0.6; stretch <= 1.4001; stretch += 0.1) {
    Eigen::Matrix3d f = Eigen::Matrix3d::Zero();
    f.diagonal() << stretch, 1.0 / std::sqrt(stretch), 1.0 / std::sqrt(stretch);
    const auto tau = isochoric_response(kOgden, f).kirchhoff;
    const double pk1 = (tau[0] - tau[1]) / stretch;  // the pressure takes the lateral stress away
    const double closed = 2 * 0.11e6 / 9.0 * (std::pow(stretch, 8.0) - std::pow(stretch, -5.5));
    EXPECT_NEAR(pk1, closed, 1e-6 * std::max(std::abs(closed), 0.11e6));
    EXPECT_NEAR(uniaxial_pk1(Ogden{kOgden}, stretch), closed, 1e-9 * 0.11e6);
  }
}

// The same work by another way: stress as the slope of the least energy over the free stretch, no
// stress formula used.
TEST(Law, UniaxialFibresBearTheSlopeOfTheirLeastEnergy) {
  const Law law = Ogden{kNeo};
  const double k1 = 2e6, k2 = 0.8, kappa = 0.1, half = 0.7;
  const std::vector<FibreFamily> fibres{{k1, k2, kappa, half}, {k1, k2, kappa, -half}};
  const auto energy = [&](double stretch, double across, double angle) {
    const Eigen::Vector3d l(stretch, across, 1.0 / (stretch * across));
    double w = isochoric_energy(kNeo, l.asDiagonal());
    for (const double a : {half - angle, -half - angle}) {
      const double along =
          l[0] * l[0] * std::cos(a) * std::cos(a) + l[1] * l[1] * std::sin(a) * std::sin(a);
      const double e =
          std::max(0.0, kappa * (l.squaredNorm() - 3.0) + (1.0 - 3.0 * kappa) * (along - 1.0));
      w += k1 / (2.0 * k2) * (std::exp(k2 * e * e) - 1.0);
    }
    return w;
  };
  const auto least = [&](double stretch, double angle) {
    double low = 0.3, high = 1.5;
    for (int k = 0; k < 200; ++k) {
      const double a = low + (high - low) / 3.0, b = high - (high - low) / 3.0;
      (energy(stretch, a, angle) < energy(stretch, b, angle) ? high : low) =
          energy(stretch, a, angle) < energy(stretch, b, angle) ? b : a;
    }
    return energy(stretch, low, angle);
  };
  for (const double angle : {0.0, 0.5 * 3.14159265358979323846})
    for (const double stretch : {1.05, 1.2, 1.4}) {
      const double h = 1e-4,
                   slope = (least(stretch + h, angle) - least(stretch - h, angle)) / (2.0 * h);
      EXPECT_NEAR(uniaxial_pk1(law, fibres, stretch, angle), slope, 1e-5 * slope)
          << stretch << " " << angle;
    }
  EXPECT_NEAR(uniaxial_pk1(law, {}, 1.3, 0.0), uniaxial_pk1(law, 1.3), 1e-9 * 0.4e6);
}

TEST(Law, ShearModuliAddUpInTheSmallStrainLimit) {
  Eigen::Matrix3d f = Eigen::Matrix3d::Identity();
  f(0, 1) = 1e-6;
  EXPECT_NEAR(isochoric_response(kTwoTerms, f).kirchhoff[3] / 1e-6, 0.5e6, 1.0);
}

TEST(Volumetric, PressureAndVolumeRatioAreInverse) {
  const Volumetric u{3e6};
  for (const double j : {0.7, 0.99, 1.0, 1.2}) {
    EXPECT_NEAR(u.volume_ratio(u.pressure(j)), j, 1e-14);
    const double h = 1e-5;
    EXPECT_NEAR((u.energy(j + h) - u.energy(j - h)) / (2 * h), u.pressure(j), 1e-3);
    EXPECT_NEAR((u.volume_ratio(u.pressure(j) + 1.0) - u.volume_ratio(u.pressure(j) - 1.0)) / 2.0,
                u.volume_ratio_slope(u.pressure(j)), 1e-12);
  }
}
