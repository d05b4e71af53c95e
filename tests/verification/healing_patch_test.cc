// Healing of a patch with its channels: healthy skin stays, diffusion and reactions against exact
// answers on meshes of boxes of several sizes, what is conserved, the axisymmetric level for a
// lattice of channels.

#include "transport/healing_patch.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/healing/cell.h"
#include "percuta/healing/record.h"
#include "transport/healing_level.h"
#include "transport/patch_level.h"

using namespace percuta;
using namespace percuta::fem;
using core::kDay;
using healing::at_time;

namespace {

constexpr double kPi = std::numbers::pi, kSide = 1e-3;

std::vector<double> even(double length, int n) {
  std::vector<double> out;
  for (int k = 0; k <= n; ++k) out.push_back(length * k / n);
  return out;
}

/// A cube whose lower corner has boxes of half the size.
PatchMesh cube(int cells) {
  const auto lines = even(kSide, cells);
  return patch_mesh(
      {lines, lines, lines}, 1,
      [](const PatchBox& b, int) {
        return b.middle(0) < 0.5 * kSide && b.middle(1) < 0.5 * kSide && b.middle(2) < 0.5 * kSide;
      },
      Team());
}

StiffSettings to_tolerance(double relative) {
  StiffSettings s;
  s.relative_tolerance = relative;
  s.absolute_tolerance = 1e-3 * relative;
  return s;
}

/// Root mean square of what is off, over the whole block.
double off(const PatchTransport& solve, const PatchMesh& mesh,
           const std::function<double(const PatchBox&)>& exact) {
  double sum = 0.0, whole = 0.0;
  for (int c = 0; c < mesh.owned(); ++c) {
    const double e = solve.state()[c] - exact(mesh.box[c]);
    sum += mesh.box[c].volume() * e * e;
    whole += mesh.box[c].volume();
  }
  return std::sqrt(sum / whole);
}

double wave(const PatchBox& b) {
  return std::cos(kPi * b.middle(0) / kSide) * std::cos(2.0 * kPi * b.middle(1) / kSide) *
         std::cos(kPi * b.middle(2) / kSide);
}

/// What is left of a wave after a time, over boxes of two sizes.
double wave_error(int cells) {
  constexpr double kDiffusivity = 1e-12, kRate = kDiffusivity * 6.0 * kPi * kPi / (kSide * kSide);
  const auto mesh = cube(cells);
  PatchTransport solve(mesh, {{kDiffusivity}}, std::vector<char>(mesh.owned(), 1), nullptr,
                       to_tolerance(1e-5), 1, Team::of_this_program());
  for (int c = 0; c < mesh.owned(); ++c) solve.state()[c] = 1.0 + wave(mesh.box[c]);
  solve.restart(0.0);
  solve.advance(0.5 / kRate);
  return off(solve, mesh, [](const PatchBox& b) { return 1.0 + std::exp(-0.5) * wave(b); });
}

/// u' = -2 u (1 + u)/day with diffusion, by fixed steps.
struct Decay : Reactions {
  void rates(double, int, const double* y, double* dy) const override {
    dy[0] = -2.0 / kDay * y[0] * (1.0 + y[0]);
  }
  void jacobian(double, int, const double* y, double* j) const override {
    j[0] = -2.0 / kDay * (1.0 + 2.0 * y[0]);
  }
  bool couples(int, int) const override { return true; }
};

std::vector<double> decayed(const PatchMesh& mesh, int steps) {
  StiffSettings s = to_tolerance(1e-9);
  s.fixed_step = kDay / steps;
  PatchTransport solve(mesh, {{2e-12}}, std::vector<char>(mesh.owned(), 1),
                       std::make_shared<Decay>(), s, 1, Team::of_this_program());
  for (int c = 0; c < mesh.owned(); ++c) solve.state()[c] = 1.0 + 0.8 * wave(mesh.box[c]);
  solve.restart(0.0);
  solve.advance(kDay);
  return solve.state();
}

/// Channels with straight walls.
healing::DepthClass straight(double depth, double radius) {
  return {1.0, depth, radius, {0.0, depth}, {radius, radius}};
}

/// A square of skin with one channel in its middle: a lattice, as its walls mirror.
healing::Wound lattice(double depth, double radius) {
  healing::Wound w;
  w.channels = {straight(depth, radius)};
  w.density = 250e4;
  w.stratum_corneum_thickness = 15e-6;
  w.epidermis_thickness = 80e-6;
  w.papillary_thickness = 0.2e-3;
  w.dermis_thickness = 1.2e-3;
  w.duration = 28.0 * kDay;
  w.placed.width = w.placed.height = 1.0 / std::sqrt(w.density);
  w.placed.sessions = {{{0.5 * w.placed.width, 0.5 * w.placed.height, 0}}};
  return w;
}

}  // namespace

TEST(HealingPatch, MeshKeepsItsVolumeAndMirrorsItsFaces) {
  const auto mesh = cube(6);
  EXPECT_EQ(mesh.owned(), 6 * 6 * 6 - 27 + 27 * 8);
  double volume = 0.0;
  for (const auto& b : mesh.box) volume += b.volume();
  EXPECT_NEAR(volume, kSide * kSide * kSide, 1e-12 * kSide * kSide * kSide);
  // Every face is seen from both sides with the same conductance.
  double both = 0.0;
  for (int c = 0; c < mesh.owned(); ++c)
    for (int k = mesh.first[c]; k < mesh.first[c + 1]; ++k)
      both += (c < mesh.other[k] ? 1.0 : -1.0) * mesh.conductance[k];
  EXPECT_NEAR(both, 0.0, 1e-12);
}

TEST(HealingPatch, AWaveDecaysAsItShould) {
  const double coarse = wave_error(8), middle = wave_error(16), fine = wave_error(32);
  EXPECT_LE(fine, 2e-3);
  EXPECT_GE(std::log2(coarse / middle), 1.4);
  EXPECT_GE(std::log2(middle / fine), 1.4);
}

TEST(HealingPatch, StepsAreOfSecondOrder) {
  const auto mesh = cube(8);
  const auto exact = decayed(mesh, 640);
  const auto error = [&](int steps) {
    const auto y = decayed(mesh, steps);
    double out = 0.0;
    for (std::size_t k = 0; k < y.size(); ++k) out = std::max(out, std::abs(y[k] - exact[k]));
    return out;
  };
  const double coarse = error(20), middle = error(40), fine = error(80);
  EXPECT_NEAR(std::log2(coarse / middle), 2.0, 0.15);
  EXPECT_NEAR(std::log2(middle / fine), 2.0, 0.1);
}

TEST(HealingPatch, HealthySkinDoesNotDrift) {
  const auto p = healing::default_parameters();
  auto w = lattice(0.5e-3, 40e-6);
  HealingPatch patch(p, w, patch_grid(w, 40e-6), to_tolerance(1e-3), 1, Team::of_this_program());
  patch.transport().restart(0.0);
  patch.transport().advance(180.0 * kDay);
  EXPECT_LE(patch.drift(), 1e-9);
}

TEST(HealingPatch, ALatticeHealsAsAxisymmetricCellsDo) {
  const auto p = healing::default_parameters();
  const auto w = lattice(0.5e-3, 40e-6);
  healing::Settings s;
  s.relative_tolerance = 1e-7;
  const auto patch = heal_patch(p, w, s, core::silent());
  const auto cell = heal_axisymmetric(p, w, s, core::silent());
  for (const double day : {2.0, 5.0, 14.0, 28.0}) {
    const double here = at_time(patch, patch.dermis.collagen, day * kDay) - 1.0,
                 there = at_time(cell, cell.dermis.collagen, day * kDay) - 1.0;
    EXPECT_NEAR(here, there, 0.03 * std::abs(there)) << day;
  }
  EXPECT_LE(patch.steps, 300);
  EXPECT_LE(patch.sweeps, 50 * patch.steps);
}

// Broken off at each state that was handed on, a solve gives the same numbers to the last bit.
TEST(HealingPatch, WhatWasBrokenOffGoesOnWithTheSameNumbers) {
  const auto p = healing::default_parameters();
  auto w = lattice(0.4e-3, 40e-6);
  w.sessions = {0.0, 3.0 * kDay};
  w.duration = 8.0 * kDay;
  w.placed.sessions.push_back({{0.2e-3, 0.4e-3, 0}});
  healing::Settings s;
  s.cells = 60;
  s.profile_times = {2.0 * kDay, 5.0 * kDay};
  const auto whole = heal_patch(p, w, s, core::silent());
  // Stopped at the third state of each attempt, two steps from where it began.
  struct Stop : core::Observer {
    int states = 0;
    void progress(std::string_view, double) override {}
    bool stop_requested() override { return states >= 3; }
  } stop;
  std::string state;
  s.keep_every = 0.0;
  s.keep = [&](const std::string& bytes) {
    state = bytes;
    ++stop.states;
  };
  s.kept = [&] { return state; };
  int broken = 0;
  healing::Course last;
  for (bool done = false; !done && broken < 500; stop.states = 0) try {
      last = heal_patch(p, w, s, stop);
      done = true;
    } catch (const core::Interrupted&) {
      ++broken;
    }
  EXPECT_GE(broken, 10);
  EXPECT_EQ(last.dermis.collagen, whole.dermis.collagen);
  EXPECT_EQ(last.map.collagen, whole.map.collagen);
  EXPECT_EQ(last.steps, whole.steps);
}
