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
                {name(Shape::cone), name(Shape::pyramid), name(Shape::lancet), name(Shape::blunt)})
        .number("breadth_ratio", &N::breadth_ratio, 1, 20, "1",
                "breadth along the track over thickness, 1 of a round needle; a flat one leaves a "
                "slit, how deep it gets is taken as for the round one [-]",
                "assumed");
    return r;
  }();
  return record;
}

namespace {

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
              "whether neighbouring rows are shifted by half a pitch", "assumed")
        .number("helix", &R::helix, -10, 10, "0",
                "pitches by which the rows wind evenly over the width, beside any stagger [-]",
                "assumed");
    return r;
  }();
  return record;
}

const config::Record<Stamp>& stamp_record() {
  using S = Stamp;
  static const config::Record<Stamp> record = [] {
    config::Record<Stamp> r;
    r.quantity("spacing", &S::spacing, "mm", 50e-6, 10e-3, "",
               "from one needle's base to the next, along and across [m]")
        .integer("rows", &S::rows, 1, 200, "", "rows of needles [-]")
        .integer("needles_per_row", &S::needles_per_row, 1, 200, "", "needles of a row [-]")
        .flag("staggered", &S::staggered, "false",
              "whether neighbouring rows are shifted by half a spacing", "assumed");
    return r;
  }();
  return record;
}

const config::Record<Pen>& pen_record() {
  using P = Pen;
  static const config::Record<Pen> record = [] {
    config::Record<Pen> r;
    r.integer("needles", &P::needles, 1, 200, "", "needles of the cartridge [-]")
        .quantity("head_width", &P::head_width, "mm", 1e-3, 40e-3, "",
                  "diameter of the disc over which the needles are spread evenly [m]")
        .quantity("stroke", &P::stroke, "mm", 0.05e-3, 3e-3, "",
                  "that is dialled: how far the tips stand out at their farthest [m]")
        .quantity("stroke_error", &P::stroke_error, "mm", 0, 0.5e-3, "0.15 mm",
                  "standard deviation of that from one landing to the next [m]",
                  "k180778, +- 0.15 mm")
        .quantity("stroke_rate", &P::stroke_rate, "Hz", 1, 1000, "",
                  "strokes of the needles in a time [1/s]");
    return r;
  }();
  return record;
}

}  // namespace

const config::Record<Device>& device_record() {
  static const config::Record<Device> record = [] {
    config::Record<Device> r;
    r.variant("kind", &Device::head, "roller",
              "what carries the needles: a drum that rolls, a plate that is pressed, a head with "
              "driven needles that is moved along the skin",
              head_names(), roller_record(), stamp_record(), pen_record());
    return r;
  }();
  return record;
}

}  // namespace percuta::device
