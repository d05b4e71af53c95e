#include "percuta/protocol/record.h"
#include "percuta/core/quantity.h"

namespace percuta::protocol {

const config::Record<Protocol>& protocol_record() {
  using P = Protocol;
  static const config::Record<Protocol> record = [] {
    config::Record<Protocol> r;
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
                  "assumed")
        .integer("sessions", &P::sessions, 1, 24, "1", "treatments on different days [-]")
        .quantity("interval", &P::interval, "days", core::kDay, 400 * core::kDay, "30 days",
                  "between sessions [s]", "intervals of cleared-device trials");
    return r;
  }();
  return record;
}

}  // namespace percuta::protocol
