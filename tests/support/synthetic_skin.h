#pragma once

// A skin that answers by power laws which change with everything that the finite elements hang on,
// so that no run takes more than a blink.

#include <cmath>
#include <functional>

#include "percuta/study/responses.h"

namespace percuta::test {

/// A factor near one for everything that a key holds.
inline double factor_of(const std::string& key) {
  return 1.0 + 1e-3 * static_cast<double>(std::hash<std::string>{}(key) % 1000);
}

/// N = c d^2 until the base touches at 0.96 of the exposed length, and then growing with the tenth
/// root of the load.
struct PowerCell : insertion::CellModel {
  double stiffness = 80e3;  ///< c [N/m^2]
  insertion::CellResponse respond(const skin::Skin& skin, const device::Needle& needle,
                                  double radius, const insertion::CellReach& reach,
                                  core::Observer&) const override {
    const double c = stiffness * factor_of(study::cell_key(skin, needle, radius));
    insertion::CellResponse r;
    r.radius = radius;
    r.tip_radius = needle.tip_radius;
    for (int k = 0; k <= 60; ++k) {
      r.free.displacement.push_back(0.05e-3 * k);
      r.free.force.push_back(c * std::pow(0.05e-3 * k, 2));
      r.rise.push_back(0.04 * 0.05e-3 * k);
    }
    for (double length = 0.04e-3; length < 3e-3; length *= 1.5) {
      const double d = 0.96 * length, touch = c * d * d;
      insertion::CellRow row{length, {{d, touch, 0.0, length - d}}};
      for (double load = 2.0 * touch; load < std::max(4.0 * reach.total_force, 8.0 * touch);
           load *= 2.0) {
        const double share = touch * std::pow(load / touch, 0.1);
        row.states.push_back(
            {length * (1.0 - 0.04 * touch / load), share, load - share, 0.0, 0.5 * radius});
      }
      r.rows.push_back(row);
    }
    return r;
  }
};

/// b ~ P'^(1/3) and a pressure that is parabolic.
struct PowerDrum : rolling::DrumModel {
  rolling::DrumResponse press(const skin::Skin& skin, double drum_radius, double up_to_load,
                              core::Observer&) const override {
    rolling::DrumResponse r;
    r.drum_radius = drum_radius;
    r.states.push_back({});
    for (double load = 0.1; load < 2.0 * up_to_load; load *= 1.3) {
      const double b = 1e-3 * std::cbrt(load) * std::sqrt(drum_radius / 0.01) /
                       factor_of(study::drum_key(skin, drum_radius));
      r.states.push_back({load, b, load / (4.0 / 3.0 * b), b * b / drum_radius});
    }
    return r;
  }
};

/// Rises by the pressure, the opening and what the layers have of stiffness; a wide rim holds it.
struct PowerProbe : skin::SuctionModel {
  std::vector<double> lift(const std::vector<skin::Skin>& skins, const skin::SuctionTest& test,
                           skin::TestCost& cost, core::Observer&) const override {
    std::vector<double> heights;
    for (const auto& skin : skins) {
      double stiffness = 0.0;
      for (const auto& l : skin.layers) stiffness += skin::shear_modulus(l.law) * l.thickness;
      heights.push_back(test.pressure * std::pow(test.opening, 2) / stiffness *
                        (1.0 + std::exp(-test.rim / test.opening)));
    }
    cost = {1, static_cast<long>(skins.size()), static_cast<long>(skins.size())};
    return heights;
  }
};

/// As deep as without stress, and deeper by the compression; wide furrows more so, close and stiff
/// ones less.
struct PowerFold : skin::FurrowModel {
  std::vector<skin::FurrowReading> compress(const std::vector<skin::Skin>& skins,
                                            const skin::Furrow& f, skin::TestCost& cost,
                                            core::Observer&) const override {
    std::vector<skin::FurrowReading> out;
    for (const auto& skin : skins) {
      double stiffness = 0.0;
      for (const auto& l : skin.layers) stiffness += skin::shear_modulus(l.law) * l.thickness;
      const double more = f.compression * f.width / f.spacing * (1.0 + 10.0 / stiffness);
      const auto surface = [&](double depth) {
        return skin::FurrowSurface{{0.0, 0.5 * f.width, 0.5 * f.spacing}, {-depth, 0.0, 0.0}};
      };
      out.push_back({surface(f.depth), surface(f.depth * (1.0 + more))});
    }
    cost.unknowns = 1;
    cost.steps += static_cast<long>(skins.size());
    cost.iterations += static_cast<long>(skins.size());
    return out;
  }
};

/// Every run of this process is answered by the four.
inline void answer_by_power_laws() {
  static const PowerCell cell;
  static const PowerDrum drum;
  static const PowerProbe probe;
  static const PowerFold fold;
  study::answer_by(&cell, &drum, &probe, &fold);
}

}  // namespace percuta::test
