#include "percuta/device/record.h"

#include <numbers>

namespace percuta::device {

const config::Record<Needle>& needle_record() {
  using N = Needle;
  static const config::Record<Needle> record = [] {
    config::Record<Needle> r;
    r.quantity("length", &N::length, "mm", 0.05e-3, 3e-3, "", "drum face to tip [m]")
        .quantity("shank_radius", &N::shank_radius, "um", 10e-6, 500e-6, "",
                  "radius of the cylindrical shank [m]")
        .quantity("tip_radius", &N::tip_radius, "um", 0.5e-6, 100e-6, "",
                  "radius of curvature of the tip [m]")
        .quantity("half_angle", &N::half_angle, "deg", std::numbers::pi / 180.0,
                  std::numbers::pi / 3.0, "",
                  "of the cone behind the tip, against the axis; of a pyramid's faces, of a "
                  "lancet's slant [rad]")
        .choice("shape", &N::shape, name(Shape::cone),
                "of the needle's end; all but the cone at the solid level only",
                {name(Shape::cone), name(Shape::pyramid), name(Shape::lancet), name(Shape::blunt)});
    return r;
  }();
  return record;
}

const config::Record<Roller>& roller_record() {
  using R = Roller;
  static const config::Record<Roller> record = [] {
    config::Record<Roller> r;
    r.quantity("drum_radius", &R::drum_radius, "mm", 1e-3, 50e-3, "", "radius of the drum face [m]")
        .quantity("width", &R::width, "mm", 1e-3, 100e-3, "", "width that carries needles [m]")
        .integer("rows", &R::rows, 1, 200, "", "rows across the width [-]")
        .integer("needles_per_turn", &R::needles_per_turn, 1, 500, "",
                 "needles of one row around the drum [-]")
        .flag("staggered", &R::staggered, "true",
              "whether neighbouring rows are shifted by half a pitch", "assumed");
    return r;
  }();
  return record;
}

}  // namespace percuta::device
