#include "percuta/protocol/record.h"
#include "percuta/core/quantity.h"

namespace percuta::protocol {
namespace {

using P = Protocol;

void add_movement(config::Record<P>& r) {
  r.list("directions", &P::directions, "vertical, horizontal, diagonal_up, diagonal_down",
         "rolling directions", directions())
      .most(16)
      .integer("passes_per_direction", &P::passes_per_direction, 1, 100, "4",
               "treatments of the strip in each direction [-]",
               "15 to 20 in all, doddaballapur2009")
      .quantity("load", &P::load, "N", 0.01, 200, "5 N",
                "hand force on the device [N]; no measurement exists, sweep 1 to 10 N", "assumed")
      .quantity("speed", &P::speed, "mm/s", 1e-3, 1.0, "50 mm/s",
                "of rolling, of a stamp's push towards the skin, of a pen's head along it; "
                "\"slow\": skin has all the time to yield [m/s]",
                "assumed, 20 to 100 mm/s")
      .word("slow")
      .quantity("angle_error", &P::angle_error, "deg", 0, 0.8, "3 deg",
                "standard deviation of the rolling direction [rad]", "assumed")
      .quantity("spacing_error", &P::spacing_error, "mm", 0, 2e-3, "0.05 mm",
                "standard deviation of each landing point, of a stamp of each placement [m]",
                "assumed")
      .quantity("track_error", &P::track_error, "mm", 0, 50e-3, "5 mm",
                "standard deviation of the passes of one direction, across it: at 0 all roll on "
                "the same tracks [m]",
                "assumed");
}

void add_sessions(config::Record<P>& r) {
  r.integer("sessions", &P::sessions, 1, 24, "1", "treatments on different days [-]")
      .quantity("interval", &P::interval, "days", core::kDay, 400 * core::kDay, "30 days",
                "between sessions [s]", "intervals of cleared-device trials")
      .quantities("plan", &P::plan, "days", 0.0, 3650 * core::kDay, "[]",
                  "when each session is, in place of sessions and interval: \"0 days\", \"28 "
                  "days\", ... [s]")
      .most(24);
}

void add_care(config::Record<P>& r) {
  r.quantity("vitamin_c", &P::vitamin_c, "days", 0, 365 * core::kDay, "0 days",
             "topical vitamin C, daily for so long before the first session and on after it: sets "
             "healing.parameters.ascorbate, whose size is assumed [s]",
             "assumed")
      .quantity("vitamin_c_until", &P::vitamin_c_until, "days", 0, 3650 * core::kDay, "3650 days",
                "how long it goes on after the first session; what it did is over then (topical "
                "vitamin C leaves skin with a half-life of some four days) [s]",
                "pinnell2001")
      .choice("cover", &P::cover, "none",
              "on the skin afterwards; a film keeps the barrier open longer "
              "(healing.parameters.occlusion = 1)",
              {"none", "film"})
      .choice("applied", &P::applied, "nothing",
              "what is put on the skin right after a session; safety rules alone read it",
              {"nothing", "sterile", "cosmetic"})
      .flag("antiseptic", &P::antiseptic, "true",
            "the skin is cleaned and disinfected before; safety rules alone read it")
      .flag("sterile", &P::sterile, "true", "the needles are; safety rules alone read it")
      .flag("shared", &P::shared, "false",
            "the device is used on more than one person; safety rules alone read it")
      .integer("earlier_uses", &P::earlier_uses, 0, 1000, "0",
               "uses of the same needles before this treatment; safety rules alone read it [-]");
}

}  // namespace

config::Record<Protocol> protocol_record(Names rules) {
  config::Record<Protocol> r;
  add_movement(r);
  add_sessions(r);
  add_care(r);
  r.list("override", &P::override_rules, "[]",
         "safety rules that are not to stop a run of this case")
      .names(std::move(rules));
  return r;
}

config::Record<Person> person_record(Names conditions) {
  config::Record<Person> r;
  r.quantity("age", &Person::age, "years", 365.25 * core::kDay, 130 * 365.25 * core::kDay,
             "unknown", "of the person; safety rules alone read it [s]")
      .word("unknown")
      .choice("fitzpatrick", &Person::fitzpatrick, "unknown",
              "skin type by Fitzpatrick; safety rules alone read it",
              {"unknown", "I", "II", "III", "IV", "V", "VI"})
      .list("conditions", &Person::conditions, "[]",
            "what the person has, takes or had done, in the area to be needled where that matters; "
            "safety rules alone read it")
      .names(std::move(conditions))
      .tail("90 days ago");
  return r;
}

}  // namespace percuta::protocol
