// A drum on the skin: its load on rows and cells, against integrals of known pressures.

#include "percuta/rolling/drum_contact.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"

using namespace percuta;

namespace {

constexpr double pi = std::numbers::pi;
const device::Device kRoller{
    "test", {1e-3, 50e-6, 4e-6, 0.2}, device::Roller{10e-3, 20e-3, 8, 24, true}};

/// Hertz, line contact: b = sqrt(4 P' R/(pi E*)), p0 = 2 P'/(pi b).
rolling::DrumResponse hertz(double modulus) {
  rolling::DrumResponse r;
  r.drum_radius = 10e-3;
  r.states.push_back({});
  for (double load = 1.0; load < 5000.0; load *= 1.5) {
    const double b = std::sqrt(4.0 * load * r.drum_radius / (pi * modulus));
    r.states.push_back({load, b, 2.0 * load / (pi * b), b * b / r.drum_radius});
  }
  return r;
}

}  // namespace

TEST(DrumContact, OfAHalfSpaceIsHertzBetweenTheStatesToo) {
  const double modulus = 200e3;
  const auto c = rolling::drum_contact(std::get<device::Roller>(kRoller.head), hertz(modulus), 5.0);
  const double b = std::sqrt(4.0 * 250.0 * 10e-3 / (pi * modulus));
  EXPECT_NEAR(c.state.half_width, b, 1e-9 * b);
  EXPECT_NEAR(c.state.pressure, 500.0 / (pi * b), 1e-6 * c.state.pressure);
  EXPECT_NEAR(c.shape, 0.5, 1e-6);
  // The row at the middle bears what an ellipse of pressure has within half a pitch: (2/pi)(asin t
  // + t sqrt(1 - t^2)).
  const double t = 0.5 * 2.0 * pi * 10e-3 / 24.0 / b;
  EXPECT_NEAR(c.cell_loads.front(),
              250.0 * 2.5e-3 * 2.0 / pi * (std::asin(t) + t * std::sqrt(1.0 - t * t)),
              1e-6 * c.cell_loads.front());
}

TEST(DrumContact, RowsTogetherBearTheLoad) {
  for (const double load : {0.05, 1.0, 5.0, 40.0}) {
    const auto c = rolling::drum_contact(std::get<device::Roller>(kRoller.head), hertz(50e3), load);
    double sum = c.cell_loads.front();
    for (std::size_t k = 1; k < c.cell_loads.size(); ++k) sum += 2.0 * c.cell_loads[k];
    EXPECT_NEAR(8.0 * sum, load, 1e-9 * load);
  }
}

// A skin stiffer by a factor takes a load larger by it for the same shape.
TEST(DrumContact, ScalesWithStiffness) {
  const auto soft =
                 rolling::drum_contact(std::get<device::Roller>(kRoller.head), hertz(100e3), 2.0),
             stiff = rolling::drum_contact(std::get<device::Roller>(kRoller.head), hertz(100e3),
                                           6.0, 3.0);
  EXPECT_NEAR(stiff.state.half_width, soft.state.half_width, 1e-12);
  EXPECT_NEAR(stiff.state.pressure, 3.0 * soft.state.pressure, 1e-6);
  EXPECT_NEAR(stiff.cell_loads.front(), 3.0 * soft.cell_loads.front(), 1e-9);
}

TEST(DrumContact, CellsCoverTheDrum) {
  EXPECT_NEAR(192.0 * device::cell_area(kRoller), 2.0 * pi * 10e-3 * 20e-3, 1e-12);
  EXPECT_NEAR(device::cell_radius(kRoller), 1.443e-3, 1e-6);
}

// Two states that seven digits do not tell apart are one in the table.
TEST(DrumTable, StatesThatItsDigitsDoNotTellApartAreOne) {
  auto r = hertz(100e3);
  const auto states = r.states.size();
  r.states.push_back(r.states.back());
  r.states.back().load *= 1.0 + 1e-9;
  const auto back = rolling::read_drum_table(rolling::drum_table(r, "key"), "key", "drum.csv");
  EXPECT_EQ(back.states.size(), states);
}

TEST(DrumTable, IsReadBackAndRefusesAnother) {
  const auto r = hertz(100e3);
  const auto text = rolling::drum_table(r, "key");
  const auto back = rolling::read_drum_table(text, "key", "drum.csv");
  ASSERT_EQ(back.states.size(), r.states.size());
  for (std::size_t k = 0; k < r.states.size(); ++k)
    EXPECT_NEAR(back.states[k].pressure, r.states[k].pressure, 1e-6 * r.states[k].pressure);
  EXPECT_THROW(rolling::read_drum_table(text, "another", "drum.csv"), core::FileError);
  EXPECT_THROW(rolling::read_drum_table(text.substr(0, text.size() / 40), "key", "drum.csv"),
               core::FileError);
  EXPECT_THROW(rolling::read_drum_table(text + "x,y\n", "key", "drum.csv"), core::FileError);
}
