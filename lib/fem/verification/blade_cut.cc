#include "verification/blade_cut.h"

#include <algorithm>
#include <cmath>

#include "mixed/discretisation.h"
#include "percuta/skin/law.h"
#include "piercing/pierced_block.h"

namespace percuta::fem {
namespace {

constexpr double kYoung = 14.8e3, kPoisson = 0.475, kToughness = 1.1;  // gelatine, terzano2020
constexpr double kStrength = 2.5e3;  // chosen: it parts over 0.88 mm
constexpr double kHalfWidth = 10e-3, kHalfBlade = 1e-3;
constexpr double kDepth = 20e-3, kSlab = 50e-3, kLength = 1e-3;

double shear() { return kYoung / (2.0 * (1.0 + kPoisson)); }
double bulk() { return kYoung / (3.0 * (1.0 - 2.0 * kPoisson)); }

// The slab far behind the edge: squeezed across, held along the blade, free to rise.
struct Squeezed {
  double pressure;  ///< on the blade, over area at rest [Pa]
  double energy;    ///< [J/m^3]
};
Squeezed squeezed(double across) {
  double low = 0.5, high = 2.0;
  skin::IsochoricResponse r{};
  for (int k = 0; k < 100; ++k) {
    const double up = 0.5 * (low + high), j = across * up;
    r = skin::isochoric_response({{shear(), 2.0}}, Eigen::Vector3d(1.0, across, up).asDiagonal());
    (r.kirchhoff[2] + j * skin::Volumetric{bulk()}.pressure(j) < 0.0 ? low : high) = up;
  }
  const double j = across * low;
  return {-(r.kirchhoff[1] + j * skin::Volumetric{bulk()}.pressure(j)) / across,
          r.energy + skin::Volumetric{bulk()}.energy(j)};
}

}  // namespace

BladeCut cut_gelatine(double cell, double friction, double to_depth) {
  BoxMeshSettings s;
  std::vector<double> across{0.0}, down{0.0};
  for (double size = cell; across.back() < kHalfWidth - 1e-9; size *= 1.15)
    across.push_back(across.back() + size > kHalfWidth - 0.5 * size ? kHalfWidth
                                                                    : across.back() + size);
  for (double size = cell; down.back() > -kSlab + 1e-9;) {
    if (down.back() < -kDepth - 5e-3) size *= 1.25;
    down.push_back(down.back() - size < -kSlab + 0.5 * size ? -kSlab : down.back() - size);
  }
  std::reverse(down.begin(), down.end());
  s.ticks = {std::vector<double>{0.0, kLength}, across, down};
  s.layer = [](double) { return 0; };
  s.nominal = kLength;
  s.deepest = 0;
  s.split = [](const Eigen::Vector3d&, const Eigen::Vector3d&) { return false; };
  SolidMaterial m;
  m.ogden = {{shear(), 2.0}};
  m.bulk = bulk();
  m.cohesive = {kStrength, kToughness, 0.0};

  const RoundedPolyhedron blade(
      {{{0.0, 1.0, 0.0}, 0.0}, {{0.0, -1.0, 0.0}, 0.0}, {{0.0, 0.0, -1.0}, -kHalfBlade}},
      kHalfBlade);  // with a round edge
  PiercingSettings settings;
  settings.friction = friction;
  settings.contact_penalty = 30.0 * kYoung / cell;
  settings.least_penalty = settings.contact_penalty;
  settings.crack_stiffness = 30.0 * kYoung / cell;
  settings.elastic_slip = 10e-6;
  settings.step_cap = kHalfBlade;
  settings.tolerance = 1e-4;
  settings.threads = 1;
  PiercedBlock block(
      box_mesh(s), {m}, blade, PiercedBlock::Part::half,
      [](const Eigen::Vector3d& x) { return x[2] > -kDepth - 8e-3; }, settings);
  BladeCut cut;
  cut.unknowns = block.unknowns();
  const double step = 0.5e-3;
  double done = 0.0, ahead = 0.5 * step;
  while (done < to_depth - 1e-9) {
    Pose pose;
    const double next = std::min(done + ahead, to_depth);
    pose.tip[2] = -next;
    const auto state = block.save();
    const auto result = block.move_to(pose);
    cut.iterations += result.iterations;
    if (!result.converged) {
      block.restore(state);
      ahead *= 0.4;
      if (ahead < 1e-3 * step) return cut;
      continue;
    }
    done = next;
    ahead = std::min(1.5 * ahead, step);
    double through = 0.0;
    for (const auto& n : block.surface())
      if (n.crack_area > 0.0 && n.largest >= n.law.separation())
        through = std::max(through, -n.at[2]);
    if (through < kHalfBlade) cut.puncture = cut.force.empty() ? 0.0 : cut.force.back();
    cut.depth.push_back(done);
    cut.force.push_back(-block.force()[2] / kLength);
  }
  cut.complete = true;
  return cut;
}

Trend trend(const BladeCut& cut, double from_depth) {
  double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
  for (std::size_t k = 0; k < cut.depth.size(); ++k) {
    if (cut.depth[k] < from_depth) continue;
    ++n;
    x += cut.depth[k];
    y += cut.force[k];
    xx += cut.depth[k] * cut.depth[k];
    xy += cut.depth[k] * cut.force[k];
  }
  return {y / n, (n * xy - x * y) / (n * xx - x * x)};
}

double steady_cutting_force() {
  return kToughness + 2.0 * kHalfWidth * squeezed(1.0 - kHalfBlade / kHalfWidth).energy;
}

double friction_growth(double friction, double depth) {
  const double along = kPoisson / (1.0 - kPoisson) * friction /
                       kHalfWidth;  // of the pressure, by its own drag [1/m]
  return 2.0 * friction * squeezed(1.0 - kHalfBlade / kHalfWidth).pressure *
         std::exp(along * depth);
}

}  // namespace percuta::fem
