#include "percuta/insertion/choices.h"

#include "percuta/core/quantity.h"
#include "percuta/insertion/model.h"
#include "percuta/skin/record.h"

namespace percuta::insertion {
namespace {

using skin::kInsert;
using skin::kSolidLevel;

bool solid(const Choices& c) { return c.level == "solid"; }
bool on_path(const Choices& c) { return c.path != "none"; }
bool pushed(const Choices& c) { return c.motion == Motion::push && !on_path(c); }
bool pushed_solid(const Choices& c) { return solid(c) && pushed(c); }

void add_motion(config::Record<Choices>& r) {
  using C = Choices;
  const char* a_push =
      "insertion.motion = \"push\", without insertion.path, which says how deep the needle goes, "
      "as the drum does";
  const char* solid_push =
      "insertion.level = \"solid\" and insertion.motion = \"push\", without insertion.path";
  r.choice("motion", &C::motion, "push", "push straight down, or roll on the device's drum",
           {"push", "roll"})
      .only(kInsert)
      .goes_with("insertion.level = \"solid\", without insertion.path, which takes its place",
                 [](const C& c) { return solid(c) && !on_path(c); })
      .text("path", &C::path, "none",
            "file of poses that the needle goes through in place of a motion, rows of numbers "
            "under \"along um, depth um, tilt deg\"; a case file names one "
            "beside itself")
      .only(kInsert)
      .goes_with("insertion.level = \"solid\"", solid)
      .quantity("displacement", &C::displacement, "mm", 1e-7, 10e-3, "none",
                "of the tip at the deepest point; the needle's length if none [m]")
      .word("none")
      .only(kInsert)
      .goes_with(a_push, pushed)
      .quantity("force", &C::force, "mN", 1e-5, 100.0, "none",
                "along the needle at which the push ends, with insertion.cell on the whole cell; "
                "at the displacement if it is not reached [N]")
      .word("none")
      .only(kInsert)
      .goes_with(a_push, pushed)
      .quantity("hold", &C::hold, "s", 1e-3, 7 * core::kDay, "none",
                "time under that force, or at the displacement if there is none, in skin that "
                "relaxes [s]")
      .word("none")
      .only(kInsert)
      .goes_with(solid_push, pushed_solid)
      .quantity("speed", &C::speed, "mm/s", 1e-9, 100.0, "slow",
                "of the tip, for skin that relaxes [m/s]")
      .word("slow")
      .only(kInsert)
      .quantity(
          "spacing", &C::spacing, "mm", 10e-6, 10e-3, "none",
          "of the needles in a wide square array pushed in together; one needle alone if none [m]")
      .word("none")
      .only(kInsert)
      .goes_with(solid_push, pushed_solid)
      .quantity("tilt", &C::tilt, "deg", 1.7453292519943295e-5, 1.0471975511965976, "none",
                "of a needle pushed along its axis against the vertical; upright if none [rad]")
      .word("none")
      .only(kInsert)
      .goes_with(std::string(solid_push) + " and insertion.spacing",
                 [](const C& c) { return pushed_solid(c) && c.spacing == 0.0; })
      .flag("cell", &C::cell, "false",
            "axisymmetric level: the needle with its base and its neighbours, in its share of the "
            "device; the force is then that on the cell")
      .only(kInsert)
      .goes_with("insertion.level = \"axisymmetric\"", [](const C& c) { return !solid(c); })
      .flag("stay", &C::stay, "false", "leave the needle in the skin")
      .only(kInsert)
      .goes_with("insertion.level = \"solid\"", solid);
}

void add_mesh(config::Record<Choices>& r) {
  using C = Choices;
  const char* at_solid = "insertion.level = \"solid\"";
  r.quantity("step", &C::step, "um", 1e-8, 1e-3, "none",
             "largest travel of a step; if none chosen from the needle, at most 0.4 tip radii "
             "until puncture, 1 after it [m]")
      .word("none")
      .only(kInsert)
      .number("cells_per_tip_radius", &C::cells_per_tip_radius, 1, 20, "4.5",
              "finest cells under the tip [-]")
      .only(kSolidLevel)
      .number("cells_per_shank", &C::cells_per_shank, 1, 40, "6",
              "cells along the slit over the shank radius [-]")
      .only(kSolidLevel)
      .number("cells_per_fracture_zone", &C::cells_per_fracture_zone, 0.1, 20, "2.8",
              "cells near the tip over the length on which the crack comes apart; 4.2 where the "
              "puncture force matters, for about twice the time [-]")
      .only(kSolidLevel)
      .number("cells_along_path", &C::cells_along_path, 0, 20, "0",
              "cells over the tip radius all along the way of the tip; 0: where it first touches "
              "only [-]")
      .only(kSolidLevel)
      .goes_with(at_solid, solid)
      .choice("mesh", &C::mesh, "fixed",
              "following: once the skin is open its finest cells go with tip and crack, for two to "
              "three times the time",
              {"fixed", "following"})
      .only(kSolidLevel)
      .goes_with(at_solid, solid)
      .number("bulk_over_shear", &C::bulk_over_shear, 10, 1e4, "1000",
              "to which a layer's bulk modulus is cut, over its shear modulus [-]")
      .only(kSolidLevel)
      .goes_with(at_solid, solid)
      .choice("part", &C::part, "quarter",
              "of the skin that is computed at least, as a check of the symmetries",
              {"quarter", "half", "whole"})
      .only(kSolidLevel)
      .goes_with(at_solid, solid)
      .choice("solver", &C::solver, "auto",
              "of the linear systems; auto takes the direct one if it fits in half of the memory",
              {"auto", "direct", "iterative"})
      .only(kSolidLevel)
      .goes_with(at_solid, solid)
      .integer("frames", &C::frames, 0, 400, "12", "pictures of the whole field on the way [-]")
      .only(kInsert);
}

}  // namespace

const config::Record<Choices>& choices_record() {
  static const config::Record<Choices> record = [] {
    config::Record<Choices> r;
    r.text("level", &Choices::level, "energy",
           "energy: far below a millisecond; axisymmetric: unpierced skin, seconds; solid: through "
           "puncture, minutes; see list models")
        .names([] { return models().names(); });
    add_motion(r);
    add_mesh(r);
    return r;
  }();
  return record;
}

SolidOptions solid_options(const Choices& c, std::vector<PathPoint> poses, int threads) {
  SolidOptions o;
  o.motion = poses.empty() ? c.motion : Motion::path;
  o.path = std::move(poses);
  o.displacement = c.displacement;
  o.force = c.force;
  o.hold = c.hold;
  o.step = c.step;
  o.speed = c.speed;
  o.spacing = c.spacing;
  o.tilt = c.tilt;
  o.in_cell = c.cell;
  o.withdraw = !c.stay;
  o.part = c.part;
  o.solver = c.solver;
  o.follow = c.mesh == MeshKind::following;
  o.cells_per_tip_radius = c.cells_per_tip_radius;
  o.cells_per_shank = c.cells_per_shank;
  o.cells_per_fracture_zone = c.cells_per_fracture_zone;
  o.cells_along_path = c.cells_along_path;
  o.largest_bulk = c.bulk_over_shear;
  o.frames = c.frames;
  o.threads = threads;
  return o;
}

}  // namespace percuta::insertion
