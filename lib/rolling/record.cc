#include "percuta/rolling/record.h"

namespace percuta::rolling {

const config::Outputs<DrumContact>& contact_outputs() {
  static const config::Outputs<DrumContact> all = [] {
    config::Outputs<DrumContact> o;
    const char* words = "the device is a roller";
    const auto rolls = [](const DrumContact& c) { return !c.cell_loads.empty(); };
    o.scalar(
         "contact_half_width", [](const DrumContact& c) { return c.state.half_width; }, "m", "mm",
         "half-width of the drum's contact")
        .where(words, rolls)
        .scalar(
            "contact_pressure", [](const DrumContact& c) { return c.state.pressure; }, "Pa", "kPa",
            "pressure at the deepest line of the drum's contact")
        .where(words, rolls)
        .scalar(
            "approach", [](const DrumContact& c) { return c.state.approach; }, "m", "mm",
            "approach of the drum")
        .where(words, rolls);
    return o;
  }();
  return all;
}

}  // namespace percuta::rolling
