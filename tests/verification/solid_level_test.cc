// Whole insertions on the solid level: energy balance and descent, iterations, half against quarter
// model, the axisymmetric level, kill and resume, refusals.

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "mixed/indentation.h"
#include "percuta/core/errors.h"
#include "percuta/insertion/indentation.h"
#include "piercing/pierced_block.h"
#include "piercing/piercing_plan.h"
#include "piercing/solid_level.h"
#include "test_needle.h"
#include "test_skin.h"
#include "verification/blade_cut.h"

using namespace percuta;
using namespace percuta::fem;

namespace {

/// The usual needle in weak skin that rubs.
insertion::SolidInsertion rubbed(const insertion::SolidOptions& options) {
  auto skin = weak_skin();
  skin.friction = 0.2;
  return insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
}

struct StopAfter : core::Observer {
  explicit StopAfter(int n) : left(n) {}
  int left;
  void progress(std::string_view, double) override { --left; }
  bool stop_requested() override { return left <= 0; }
};

}  // namespace

TEST(SolidLevel, NeedleGoesThroughTheSkinAndEnergiesBalance) {
  for (const double friction : {0.0, 0.3}) {
    auto skin = weak_skin();
    skin.friction = friction;
    auto options = quick(0.42e-3);
    options.cells_per_tip_radius = 3.0;
    const auto r = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
    ASSERT_TRUE(r.complete) << r.ended;
    EXPECT_TRUE(std::isfinite(puncture_force(r)));
    EXPECT_GT(r.steps.back().pierced_depth, 0.1e-3);
    EXPECT_LT(r.steps.back().pierced_depth, r.steps.back().displacement);
    EXPECT_LT(r.balance_error, 0.01);
    EXPECT_GE(r.steps.back().released, 0.0);
    // At most 4 iterations a step without friction, 6 with, over the whole way.
    EXPECT_LE(r.cost.mean_iterations, friction > 0.0 ? 6.0 : 4.0) << friction;
    // Cost as measured when this was written (regression, with room): 230 iterations with friction,
    // 508 without.
    EXPECT_LT(r.cost.iterations, friction > 0.0 ? 400 : 800);
  }
}

TEST(SolidLevel, SkinIsSqueezedLessTheLargerItsBulkModulus) {
  double ratio[3], force[3];
  bool warned[3];
  int k = 0;
  for (const double bulk : {100.0, 1000.0, 1.0}) {
    auto options = quick(bulk < 10.0 ? 0.25e-3 : 0.15e-3);
    options.largest_bulk = bulk;
    auto skin = weak_skin();
    for (auto& layer : skin.layers) layer.bulk_over_shear = 1000.0;
    const auto r = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
    ASSERT_TRUE(r.complete);
    ratio[k] = r.steps.back().volume_ratio;
    force[k] = r.steps.back().force;
    warned[k++] = std::any_of(r.warnings.begin(), r.warnings.end(), [](const auto& w) {
      return w.find("of its volume before it opened") != std::string::npos;
    });
  }
  EXPECT_LT(ratio[0], 0.99);
  EXPECT_GT(ratio[1], 1.0 - 0.3 * (1.0 - ratio[0]));
  EXPECT_NEAR(force[0] / force[1], 1.0, 0.05);
  EXPECT_LT(ratio[2], 0.8);
  EXPECT_FALSE(warned[0] || warned[1]);
  EXPECT_TRUE(warned[2]);
}

TEST(SolidLevel, StepsThatItChoosesFitTheTipUntilPuncture) {
  const double tip = 5e-6;  // a tip of 5 um went in at half the force in steps of two tip radii
  for (const double step : {0.0, 4e-6}) {
    auto options = quick(40e-6);
    options.step = step;
    const auto r = insert_solid(weak_skin(), cone(tip, 80e-6), options, core::silent(), {}, "");
    ASSERT_TRUE(r.complete) << r.ended;
    double longest = 0.0;
    for (std::size_t i = 1; i < r.steps.size(); ++i)
      longest = std::max(longest, r.steps[i].displacement - r.steps[i - 1].displacement);
    EXPECT_NEAR(longest, step > 0.0 ? step : 0.4 * tip, 1e-3 * tip);
  }
}

TEST(SolidLevel, EnergyDescendsInTheSnap) {
  const auto skin = weak_skin();
  const auto needle = cone(30e-6, 80e-6);
  const auto options = quick(0.42e-3);
  const NeedleMotion motion(options, needle);
  const auto plan = plan_piercing(skin, needle, options, motion);
  const auto shape = make_shape(needle);
  PiercingSettings settings;
  settings.threads = 1;
  settings.crack_stiffness = 1e13;
  settings.tolerance = 1e-4;
  PiercedBlock block(
      fitting_mesh(plan), plan.materials, *shape, plan.part,
      [&](const Eigen::Vector3d& x) { return plan.opens(x); }, settings);
  int snaps = 0;
  for (double depth = 4e-6; depth < 0.35e-3; depth += 8e-6) {
    const auto step = block.move_to(motion.at(depth));
    ASSERT_TRUE(step.converged) << depth;
    EXPECT_LE(step.largest_rise, 1e-12 * std::abs(step.energy_before));
    EXPECT_LE(step.energy_after, step.energy_before);
    if (!step.snapped) continue;
    ++snaps;
    EXPECT_LT(step.energy_after, 0.99 * step.energy_before);
    EXPECT_GT(step.released, 0.0);
  }
  EXPECT_GT(snaps, 0);
}

TEST(SolidLevel, StepsAwayFromTheSnapTakeFewIterations) {
  // At most 4 a step without friction, 6 with.
  for (const double friction : {0.0, 0.3}) {
    auto skin = weak_skin();
    skin.friction = friction;
    auto options = quick(friction > 0.0 ? 0.25e-3 : 0.15e-3);  // just short of puncture
    options.cells_per_tip_radius = 3.0;
    const auto r = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
    EXPECT_LE(r.cost.mean_iterations, friction > 0.0 ? 6.0 : 4.0) << friction;
    EXPECT_EQ(r.steps.back().released, 0.0);
  }
}

TEST(SolidLevel, ABladeInGelatineRisesDropsAndGrowsByFriction) {
  // What the published needle does (terzano2020), and the growth beside that of an even slab.
  const auto cut = cut_gelatine(0.35e-3, 0.3, 20e-3);
  ASSERT_TRUE(cut.complete);
  const auto at = [&](double depth) {
    const auto k = std::lower_bound(cut.depth.begin(), cut.depth.end(), depth) - cut.depth.begin();
    return cut.force[std::min<std::size_t>(k, cut.force.size() - 1)];
  };
  const auto half_way =
      std::lower_bound(cut.depth.begin(), cut.depth.end(), 8e-3) - cut.depth.begin();
  const auto highest = std::max_element(cut.force.begin(), cut.force.begin() + half_way);
  EXPECT_GE(*highest, cut.puncture);
  EXPECT_LT(*std::min_element(highest, cut.force.begin() + half_way), 0.5 * *highest);  // the drop
  const auto growth = trend(cut, 10e-3);
  EXPECT_NEAR(growth.slope / friction_growth(0.3, 15e-3), 1.0, 0.3);
  for (double depth = 10e-3; depth < 20e-3; depth += 1e-3)
    EXPECT_NEAR(at(depth), growth.mean + growth.slope * (depth - 15e-3), 0.1 * growth.mean);
}

TEST(SolidLevel, ATiltedSphereIsASphere) {
  // As long as only its round tip touches and nothing rubs, a needle cannot tell how it is tilted;
  // leaning the other way is a mirror image, rubbing or not.
  auto skin = weak_skin();
  auto options = quick(14e-6);
  const auto upright = insert_solid(skin, cone(60e-6, 150e-6), options, core::silent(), {}, "");
  options.tilt = 0.4;
  options.displacement = 14e-6 / std::cos(0.4);
  options.part = insertion::Part::half;
  const auto leaning = insert_solid(skin, cone(60e-6, 150e-6), options, core::silent(), {}, "");
  ASSERT_TRUE(upright.complete && leaning.complete);
  const double force = upright.steps.back().force;
  EXPECT_NEAR(leaning.steps.back().force, force, 0.01 * force);
  EXPECT_NEAR(leaning.steps.back().lateral_force, 0.0, 0.01 * force);
  skin.friction = 0.3;
  options = quick(0.1e-3);
  options.tilt = 0.4;
  const auto one = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
  options.tilt = -0.4;
  const auto other = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
  EXPECT_NEAR(other.steps.back().force, one.steps.back().force, 1e-3 * one.steps.back().force);
  EXPECT_NEAR(other.steps.back().lateral_force, -one.steps.back().lateral_force,
              1e-3 * one.steps.back().force);
  EXPECT_GT(std::abs(one.steps.back().lateral_force), 0.05 * one.steps.back().force);
}

TEST(SolidLevel, EveryShapePressesAndABluntEndTakesMostForce) {
  double force[4];
  int k = 0;
  for (const auto form :
       {device::Shape::cone, device::Shape::pyramid, device::Shape::lancet, device::Shape::blunt}) {
    const std::string name = device::name(form);
    auto needle = cone(30e-6, 80e-6);
    needle.shape = form;
    auto skin = weak_skin();
    skin.friction = 0.2;
    const auto r = insert_solid(skin, needle, quick(0.08e-3), core::silent(), {}, "");
    ASSERT_TRUE(r.complete) << name << ": " << r.ended;
    EXPECT_LT(r.balance_error, 0.02) << name;
    EXPECT_LT(r.steps.back().overlap, 0.06 * needle.tip_radius) << name;
    force[k++] = r.steps.back().force;
  }
  EXPECT_GT(force[3], 1.5 * force[0]);         // shergold2005: flat needs more than sharp
  EXPECT_NEAR(force[1] / force[0], 1.0, 0.3);  // a pyramid is a cone but for its edges
}

// Nodes of the closed crack lie below the surface: a needle that overlapped the surface's cells
// would press on them too, and fold the cells.
TEST(SolidLevel, ALargeTipDoesNotReachThroughTheCellsOfTheSurface) {
  auto skin = weak_skin();
  for (auto& layer : skin.layers) layer.strength = 5e6;
  skin.layers.front().strength = 20e6;
  skin.layers.front().toughness = 10.0;
  const auto needle = cone(60e-6, 80e-6);
  auto options = quick(0.5e-3);
  options.cells_per_fracture_zone = 2.0;
  options.step = 25e-6;
  const auto mesh =
      fitting_mesh(plan_piercing(skin, needle, options, NeedleMotion(options, needle)));
  double height = 1.0;
  for (const auto& face : mesh.faces)
    if (face.boundary == 5) height = std::min(height, mesh.size[face.cell][2]);
  const auto r = insert_solid(skin, needle, options, core::silent(), {}, "");
  ASSERT_TRUE(r.complete) << r.ended;
  double overlap = 0.0;
  for (const auto& s : r.steps) overlap = std::max(overlap, s.overlap);
  EXPECT_LT(overlap, 0.8 * height);  // half, and what it lags behind in steps of this length
  EXPECT_GT(overlap, 0.2 * height);  // or the needle did not press hard enough to tell
}

TEST(SolidLevel, CellsResolveTheTipWhereItTouchesAndIfAskedAllAlongItsWay) {
  const double tip = 4e-6;
  const auto needle = cone(tip, 80e-6);
  insertion::SolidOptions options;
  options.displacement = 0.2e-3;
  const auto widest = [&](double top, double bottom) {  // of the cells that the axis runs through
    const auto mesh =
        fitting_mesh(plan_piercing(weak_skin(), needle, options, NeedleMotion(options, needle)));
    double width = 0.0;
    for (std::size_t c = 0; c < mesh.cells.size(); ++c) {
      const Eigen::Vector3d low = mesh.nodes[mesh.cells[c][0]];
      if (low[0] == 0.0 && low[1] == 0.0 && low[2] < -top && low[2] + mesh.size[c][2] > -bottom)
        width = std::max({width, mesh.size[c][0], mesh.size[c][2]});
    }
    return width;
  };
  EXPECT_LE(widest(0.0, tip), tip / 3.0);
  EXPECT_GT(widest(0.1e-3, 0.2e-3), tip / 3.0);
  options.cells_along_path = 4.0;
  EXPECT_LE(widest(0.0, 0.2e-3), tip / 3.0);
}

TEST(SolidLevel, HalfAndQuarterModelAgree) {
  auto options = quick(0.12e-3);
  options.step = 2e-6;  // the same steps for both: friction remembers them
  const auto quarter = rubbed(options);
  options.part = insertion::Part::half;
  const auto half = rubbed(options);
  EXPECT_NEAR(half.steps.back().force, quarter.steps.back().force,
              1e-3 * quarter.steps.back().force);
  EXPECT_NEAR(half.steps.back().lateral_force, 0.0, 1e-4 * half.steps.back().force);
}

// Under a round tip the skin creeps along it by less in a step than friction takes to build up.
TEST(SolidLevel, FrictionOnACreepingSkinDoesNotHangOnTheStep) {
  auto skin = weak_skin();
  skin.friction = 0.3;
  for (auto& layer : skin.layers) layer.strength *= 100.0;
  auto options = quick(0.06e-3);
  std::vector<double> friction, force;
  for (const double step : {8e-6, 4e-6, 2e-6}) {
    options.step = step;
    const auto r = insert_solid(skin, cone(60e-6, 80e-6), options, core::silent(), {}, "");
    ASSERT_TRUE(r.complete);
    ASSERT_EQ(r.steps.back().pierced_depth, 0.0);
    friction.push_back(r.steps.back().friction);
    force.push_back(r.steps.back().force);
    std::printf("step %g um: friction %.4g J, force %.5g N\n", step * 1e6, friction.back(),
                force.back());
  }
  EXPECT_NEAR(friction[0] / friction[2], 1.0, 0.1);
  EXPECT_NEAR(friction[1] / friction[2], 1.0, 0.1);
  EXPECT_NEAR(force[0] / force[2], 1.0, 2e-3);
}

TEST(SolidLevel, ConjugateGradientsFindTheSameStates) {
  auto options = quick(40e-6);
  options.step = 4e-6;
  options.solver = insertion::Solver::direct;
  const auto direct = rubbed(options);
  options.solver = insertion::Solver::iterative;
  const auto iterative = rubbed(options);
  ASSERT_TRUE(direct.complete && iterative.complete);
  EXPECT_FALSE(direct.cost.iterative);
  EXPECT_TRUE(iterative.cost.iterative);
  EXPECT_NEAR(iterative.steps.back().force, direct.steps.back().force,
              1e-3 * direct.steps.back().force);
  EXPECT_LE(iterative.cost.iterations, direct.cost.iterations + 10);
  EXPECT_GT(iterative.cost.inner_iterations, iterative.cost.iterations);
}

TEST(SolidLevel, WholeAndHalfModelAgreeThroughPuncture) {
  auto options = quick(0.3e-3);
  options.step = 8e-6;
  options.part = insertion::Part::half;
  const auto half = rubbed(options);
  options.part = insertion::Part::whole;
  const auto whole = rubbed(options);
  ASSERT_TRUE(half.complete && whole.complete);
  ASSERT_GT(half.steps.back().pierced_depth, 0.05e-3);
  EXPECT_NEAR(puncture_force(whole), puncture_force(half), 1e-2 * puncture_force(half));
  EXPECT_NEAR(whole.steps.back().force, half.steps.back().force, 1e-2 * half.steps.back().force);
  EXPECT_NEAR(whole.steps.back().pierced_depth, half.steps.back().pierced_depth, 10e-6);
  EXPECT_NEAR(whole.steps.back().side_force, 0.0, 1e-3 * whole.steps.back().force);
  EXPECT_LT(whole.balance_error, 0.01);
}

TEST(SolidLevel, ARoundNeedleFeelsFibresAtAnyAngleAlikeUntilTheSkinOpens) {
  auto skin = weak_skin();
  skin.layers[3].fibres = {{5e6, 0.2, 0.1, 0.7}, {5e6, 0.2, 0.1, -0.7}};
  auto options = quick(0.12e-3);
  options.block_radius = 8e-3;
  options.step = 8e-6;
  double force[3];
  int k = 0;
  for (const double angle : {0.0, 0.6, 1.5707963267948966}) {
    skin.langer_angle = angle;
    const auto r = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
    ASSERT_TRUE(r.complete);
    force[k++] = r.steps.back().force;
    EXPECT_NEAR(r.steps.back().side_force, 0.0, 1e-3 * force[0]);  // half a turn changes nothing
  }
  EXPECT_NEAR(force[1], 0.5 * (force[0] + force[2]), 0.01 * force[0]);
  auto plain = weak_skin();
  const auto without = insert_solid(plain, cone(30e-6, 80e-6), options, core::silent(), {}, "");
  EXPECT_GT(force[0], 1.05 * without.steps.back().force);  // and they are felt
}

TEST(SolidLevel, SolidAndAxisymmetricLevelsAgreeBeforeTheSkinOpens) {
  auto options = quick(0.1e-3);
  options.cells_per_tip_radius = 3.0;
  options.block_radius = 8e-3;
  const auto solid = insert_solid(weak_skin(), cone(30e-6, 80e-6), options, core::silent(), {}, "");
  const auto axisymmetric = indent(weak_skin(), cone(30e-6, 80e-6), 0.1e-3, 1e300, core::silent());
  EXPECT_NEAR(solid.steps.back().force / insertion::force_at(axisymmetric, 0.1e-3), 1.0, 0.05);
}

TEST(SolidLevel, AKilledInsertionGoesOnBitForBit) {
  const auto needle = cone(30e-6, 80e-6);
  using insertion::Solver;
  const struct {
    double force;
    Solver solver;
    double hold;
    bool follow;
  } cases[] = {{0.0, Solver::direct, 0.0, false},
               {10e-3, Solver::direct, 0.0, false},
               {1e-3, Solver::iterative, 0.0, false},
               {4e-3, Solver::direct, 2.0, false},
               {0.0, Solver::direct, 0.0, true}};
  for (const auto& [force, solver, hold, follow] : cases) {
    auto skin = weak_skin();
    skin.friction = 0.3;
    auto options = quick(follow ? 0.36e-3 : 0.3e-3);
    options.force = force;
    options.solver = solver;
    options.hold = hold;
    options.follow = follow;
    if (hold > 0.0) {
      options.speed = 1e-3;
      for (auto& layer : skin.layers) layer.relaxation = {{0.4, 0.3}};
    }
    options.withdraw = force > 0.0;
    const auto whole = insert_solid(skin, needle, options, core::silent(), {}, "");
    ASSERT_EQ(whole.cost.meshes > 1, follow);
    const int turn = static_cast<int>(std::count_if(whole.steps.begin(), whole.steps.end(),
                                                    [](const auto& s) { return !s.leaving; }));
    for (const int kill : {7, hold > 0.0 || follow ? turn - 3 : force > 0.0 ? turn + 4 : 30}) {
      if (follow && kill == 7) continue;  // the mesh has not yet changed
      std::string state;
      StopAfter observer(kill);
      EXPECT_THROW(
          insert_solid(
              skin, needle, options, observer, [&](const std::string& s) { state = s; }, ""),
          core::Interrupted);
      ASSERT_FALSE(state.empty());
      const auto resumed = insert_solid(skin, needle, options, core::silent(), {}, state);
      ASSERT_EQ(resumed.steps.size(), whole.steps.size());
      for (std::size_t k = 0; k < whole.steps.size(); ++k) {
        ASSERT_EQ(resumed.steps[k].force, whole.steps[k].force) << k;
        ASSERT_EQ(resumed.steps[k].pierced_depth, whole.steps[k].pierced_depth) << k;
        ASSERT_EQ(resumed.steps[k].friction, whole.steps[k].friction) << k;
        ASSERT_EQ(resumed.steps[k].time, whole.steps[k].time) << k;
      }
      EXPECT_EQ(resumed.cost.meshes, whole.cost.meshes);
      EXPECT_EQ(resumed.cost.iterations, whole.cost.iterations);
      auto other = options;
      other.cells_per_shank = 6.0;
      EXPECT_THROW(insert_solid(skin, needle, other, core::silent(), {}, state), core::InputError);
    }
  }
}

TEST(SolidLevel, InputsThatCannotWorkAreRefusedBeforeTheSolve) {
  const auto message = [](const skin::Skin& skin, const device::Needle& needle,
                          const insertion::SolidOptions& options) {
    try {
      insert_solid(skin, needle, options, core::silent(), {}, "");
    } catch (const core::InputError& e) {
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  const auto needle = cone(30e-6, 80e-6);
  auto tough = weak_skin();
  tough.layers[2].toughness = 2000.0;
  EXPECT_NE(message(tough, needle, quick(0.3e-3))
                .find("skin.layers.papillary_dermis.toughness 2000 J/m^2: "),
            std::string::npos);
  auto closed = weak_skin();
  closed.layers[0].strength = 0.0;
  EXPECT_NE(
      message(closed, needle, quick(0.3e-3)).find("skin.layers.stratum_corneum.strength 0 MPa: "),
      std::string::npos);
  auto thin = weak_skin();
  thin.layers[0].thickness = 2e-6;
  EXPECT_NE(message(thin, needle, quick(0.3e-3))
                .find("skin.layers.stratum_corneum.thickness 2 um: thinner than the finest cells"),
            std::string::npos);
  EXPECT_NE(message(weak_skin(), needle, quick(2e-3)).find("the skin is"), std::string::npos);
  auto fat = cone(90e-6, 80e-6);
  EXPECT_NE(message(weak_skin(), fat, quick(0.3e-3))
                .find("device.needle.tip_radius 90 um: the needle cuts itself"),
            std::string::npos);
  auto held = quick(0.3e-3);
  held.hold = 10.0;
  EXPECT_NE(
      message(weak_skin(), needle, held).find("insertion.hold 10 s: no layer of this skin relaxes"),
      std::string::npos);
  auto relaxing = weak_skin();
  relaxing.layers[0].relaxation = {{0.4, 0.3}};
  EXPECT_NE(message(relaxing, needle, held).find("insertion.hold 10 s: a slow push has no time"),
            std::string::npos);
  auto enormous = quick(1e-3);
  enormous.cells_per_tip_radius = 100.0;
  enormous.cells_per_shank = 200.0;
  EXPECT_NE(message(weak_skin(), needle, enormous).find("the machine has"), std::string::npos);
}
