// Closed forms; the expected values are theirs, found there by two
// independent integrations.

#include <cmath>

#include <gtest/gtest.h>

#include "percuta/device/device.h"
#include "percuta/insertion/crack_table.h"

using namespace percuta;

TEST(Cavity, SphericalPressureMeetsCase4) {
  for (const auto& [stretch, p] :
       {std::pair{1.5, 1.0679}, {2.0, 1.46875}, {3.0, 1.82716}, {5.0, 2.09920}, {10.0, 2.29995}})
    EXPECT_NEAR(insertion::spherical_cavity_pressure(stretch, 2.0), p, 5e-5);
  EXPECT_NEAR(insertion::spherical_cavity_pressure(2.0, 9.0), 6.35495, 5e-5);
  EXPECT_NEAR(insertion::spherical_cavity_pressure(3.0, 9.0), 58.6234, 5e-4);
}

TEST(Cavity, CylindricalPressureMeetsTheTable) {
  EXPECT_NEAR(insertion::cylindrical_cavity_pressure(2.0, 2.0), 1.06815, 5e-5);
  EXPECT_NEAR(insertion::cylindrical_cavity_pressure(5.0, 2.0), 2.08944, 5e-5);
}

TEST(Cavity, HoleEnergyMeetsCase6) {
  EXPECT_NEAR(insertion::hole_energy(0.5, 9.0), 1.67088, 0.005 * 1.67088);
  EXPECT_NEAR(insertion::hole_energy(0.5, 9.0), 1.67088, 5e-5);
  EXPECT_NEAR(insertion::hole_energy(0.5, 2.0), 0.519860, 5e-6);
  EXPECT_NEAR(insertion::hole_energy(0.2, 2.0), 1.545060, 5e-6);
}

TEST(RingCrack, BalanceMeetsCase10ToTheDigitsGiven) {
  const auto a = insertion::ring_crack(3.0, 3.0);
  EXPECT_NEAR(a.pressure, 3.136, 5e-4);
  EXPECT_NEAR(a.b_over_r, 0.300, 1e-3);  // the minimum is flat
  const auto b = insertion::ring_crack(10.0, 3.0);
  EXPECT_NEAR(b.pressure, 5.990, 5e-4);
  EXPECT_NEAR(b.b_over_r, 0.154, 1e-3);
}

TEST(RingCrack, TableOfHardeningExponentsIsReproduced) {
  EXPECT_NEAR(insertion::ring_crack(1.0, 2.0).pressure, 1.517,
              1e-3);  // min of 2 b + (1 - b^2) ln(1/b) is 1.51646
  EXPECT_NEAR(insertion::ring_crack(1.0, 9.0).pressure, 1.641, 5e-4);
  EXPECT_NEAR(insertion::ring_crack(10.0, 9.0).pressure, 11.67, 5e-3);
  EXPECT_NEAR(insertion::ring_crack(100.0, 12.0).pressure, 101.9, 5e-2);
  EXPECT_NEAR(insertion::ring_crack(1000.0, 9.0).pressure, 618.2, 5e-2);
}

TEST(Buckling, UniformShaftsMeetSection6_6) {
  EXPECT_NEAR(device::buckling_force({1.5e-3, 125e-6, 4e-6, 0.2}, 200e9), 42.0, 0.5);
  EXPECT_NEAR(device::buckling_force({0.5e-3, 35e-6, 4e-6, 0.2}, 200e9), 2.3, 0.05);
}

TEST(Needle, ProfileIsContinuousAndEndsInTheShank) {
  const device::Needle n{1.5e-3, 125e-6, 4e-6, 0.2};
  double last = 0.0;
  for (double s = 0.0; s < 1.5e-3; s += 1e-6) {
    const double r = radius_behind_tip(n, s);
    EXPECT_GE(r, last);
    EXPECT_LE(r - last, 3e-6);
    last = r;
  }
  EXPECT_DOUBLE_EQ(last, 125e-6);
  EXPECT_NEAR(radius_behind_tip(n, taper_length(n)), 125e-6, 1e-12);
}
