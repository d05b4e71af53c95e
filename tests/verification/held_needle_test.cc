// Needles under a load, held in skin that relaxes, and what is left of the cut once they are out.

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "percuta/insertion/solid.h"
#include "piercing/pierced_block.h"
#include "piercing/piercing_plan.h"
#include "piercing/solid_level.h"
#include "test_needle.h"
#include "test_skin.h"

using namespace percuta;
using namespace percuta::fem;

// The travel as one more unknown of the descent against the travel prescribed: the same state,
// before and after puncture and along a leaning axis.
TEST(HeldNeedle, ANeedlePressesWithTheForceThatIsAskedFor) {
  const auto skin = weak_skin();
  const auto needle = cone(30e-6, 80e-6);
  const auto shape = make_shape(needle);
  for (const double tilt : {0.0, 0.3}) {
    auto options = quick(0.32e-3);
    options.tilt = tilt;
    const NeedleMotion motion(options, needle);
    const auto plan = plan_piercing(skin, needle, options, motion);
    PiercingSettings settings;
    settings.threads = 1;
    settings.crack_stiffness = 1e13;
    settings.friction = 0.3;
    PiercedBlock block(
        fitting_mesh(plan), plan.materials, *shape, plan.part,
        [&](const Eigen::Vector3d& x) { return plan.opens(x); }, settings);
    const Eigen::Vector3d along(-std::sin(tilt), 0.0, -std::cos(tilt));
    double done = 0.0;
    for (const double depth : tilt > 0.0 ? std::vector{0.08e-3} : std::vector{0.08e-3, 0.28e-3}) {
      while (done < depth) ASSERT_TRUE(block.move_to(motion.at(done += 8e-6)).converged);
      const auto before = block.save();
      const double low = block.force().dot(along);
      ASSERT_TRUE(block.move_to(motion.at(done + 8e-6)).converged);
      const double wanted = low + 0.3 * (block.force().dot(along) - low);
      block.restore(before);
      const auto step = block.press_to(wanted, along, motion.at(done + 4e-6), 8e-6);
      ASSERT_TRUE(step.converged);
      EXPECT_LE(step.iterations,
                8);  // cost as measured when this was written (regression, with room): 4 to 7
      EXPECT_NEAR(block.force().dot(along), wanted, 1e-6 * wanted);
      const Pose there = block.pose();
      const double depth_of_tip = there.tip[2];
      EXPECT_LT(depth_of_tip, motion.at(done).tip[2]);
      EXPECT_GT(depth_of_tip, motion.at(done + 8e-6).tip[2]);
      block.restore(before);
      ASSERT_TRUE(block.move_to(there).converged);
      EXPECT_NEAR(block.force().dot(along), wanted, 1e-4 * wanted) << tilt << " " << depth;
      block.restore(before);
    }
  }
}

// What is left of a cut: nothing in elastic skin that is slack; under a tension s a slit of length
// 2a in the surface stands open like a crack through a sheet, 4 s a / E in its middle (elliptic, E
// three times the shear modulus), a little more as skin is not linear.
TEST(HeldNeedle, ACutClosesInSlackSkinAndGapesInTautSkinAsACrackDoes) {
  auto skin = weak_skin();
  for (auto& layer : skin.layers) layer.law = skin::Ogden{{{110e3, 9.0}}};
  auto options = quick(0.4e-3);
  options.withdraw = true;
  for (const double tension : {0.0, 20e3}) {
    skin.tension = tension;
    const auto r = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
    ASSERT_TRUE(r.complete);
    const auto& c = r.channel;
    ASSERT_GT(c.depth, 0.05e-3);
    ASSERT_EQ(c.radius.size(), c.at_depth.size());
    if (tension == 0.0) {
      EXPECT_LT(*std::max_element(c.slit_width.begin(), c.slit_width.end()), 1e-9);
      continue;
    }
    const double half = 0.5 * c.slit_length.front();
    EXPECT_NEAR(c.slit_width.front() / (4.0 * tension * half / (3.0 * 110e3)), 1.3,
                0.3);  // to its last separated node, half a cell short of its end
    EXPECT_NEAR(c.radius.front() / std::sqrt(half * 0.5 * c.slit_width.front()), 1.0, 0.15);
  }
}

// Skin that relaxes creeps under a steady force to where a slow push with that force has it, and at
// a steady depth eases to the force of a slow push to there: two ways to one elastic state.
TEST(HeldNeedle, AHeldNeedleComesToWhereASlowPushIs) {
  auto skin = weak_skin();
  for (auto& layer : skin.layers) layer.relaxation = {{0.4, 0.3}, {0.11, 4.0}};
  const auto needle = cone(30e-6, 80e-6);
  auto options = quick(0.2e-3);
  options.force = 2e-3;
  const auto slow = insert_solid(skin, needle, options, core::silent(), {}, "");
  options.speed = 1e-3;
  options.hold = 60.0;
  const auto held = insert_solid(skin, needle, options, core::silent(), {}, "");
  ASSERT_TRUE(slow.complete && held.complete);
  const auto arrived = std::find_if(held.events.begin(), held.events.end(),
                                    [](const auto& e) { return e.name == "held at the force"; });
  ASSERT_NE(arrived, held.events.end());
  const double there = slow.steps.back().displacement;
  EXPECT_LT(arrived->displacement, 0.85 * there);
  EXPECT_NEAR(held.steps.back().displacement, there, 1e-3 * there);
  for (std::size_t k = arrived->step; k < held.steps.size(); ++k) {
    EXPECT_NEAR(held.steps[k].force, 2e-3, 2e-6 * 2e-3);
    EXPECT_GT(held.steps[k].displacement, held.steps[k - 1].displacement - 1e-4 * there);
    EXPECT_GT(held.steps[k].time, held.steps[k - 1].time);
  }
  EXPECT_NEAR(held.steps.back().time, 60.0 + arrived->displacement / options.speed, 1e-3);

  options.force = 0.0;
  options.displacement = there;
  const auto eased = insert_solid(skin, needle, options, core::silent(), {}, "");
  ASSERT_TRUE(eased.complete);
  EXPECT_NEAR(eased.steps.back().force, 2e-3,
              0.01 * 2e-3);  // on another mesh, as the displacement is another
  EXPECT_EQ(eased.steps.back().displacement, there);
  double highest = 0.0;
  for (const auto& s : eased.steps) highest = std::max(highest, s.force);
  EXPECT_GT(highest, 1.2 * 2e-3);
}

// Under a load that fast skin just bears the needle creeps in until it punctures; the push then
// goes on until the skin bears the load again.
TEST(HeldNeedle, SkinGivesWayUnderALoadThatItBoreAtFirst) {
  auto skin = weak_skin();
  skin.friction = 0.3;
  for (auto& layer : skin.layers) layer.relaxation = {{0.4, 0.3}, {0.11, 4.0}};
  auto options = quick(0.5e-3);
  options.cells_per_shank = 4.0;
  options.speed = 1e-3;
  const auto pushed = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
  ASSERT_TRUE(std::isfinite(puncture_force(pushed)));
  options.force = 0.985 * puncture_force(pushed);
  options.hold = 10.0;
  options.displacement = 0.6e-3;  // far enough to bear the load again
  const auto held = insert_solid(skin, cone(30e-6, 80e-6), options, core::silent(), {}, "");
  ASSERT_TRUE(held.complete) << held.ended;
  const auto named = [&](const char* name) {
    return std::find_if(held.events.begin(), held.events.end(),
                        [&](const auto& e) { return e.name == name; });
  };
  const auto begin = named("held at the force"), puncture = named("puncture");
  ASSERT_NE(begin, held.events.end());
  ASSERT_NE(puncture, held.events.end());
  EXPECT_NE(named("gives way under the load"), held.events.end());
  EXPECT_EQ(held.steps[begin->step - 1].pierced_depth, 0.0);
  EXPECT_GT(puncture->step, begin->step);
  const auto& last = held.steps.back();
  EXPECT_GT(last.pierced_depth, 0.05e-3);
  EXPECT_NEAR(last.force, options.force, 2e-6 * options.force);
  EXPECT_GT(last.time, 10.0);
  EXPECT_GE(last.friction, held.steps[begin->step].friction);
}
