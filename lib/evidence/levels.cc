#include "percuta/evidence/levels.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "percuta/rolling/rolling.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/insert.h"

namespace percuta::evidence {

std::string levels_csv(core::Observer& observer) {
  const auto file = std::filesystem::path(study::data_folder()) / "cases" / "single-needle.toml";
  const auto c = study::read_case(file.string(), {{"insertion.level", "solid"},
                                                  {"insertion.displacement", "1 mm"},
                                                  {"insertion.stay", "true"},
                                                  {"insertion.frames", "0"}});
  const auto r = study::insert(c, observer);
  const auto& cost = r.solution.cost;
  std::string text = fmt::format(
      "# The needle of data/cases/single-needle.toml 1 mm down, by the solid level and by another "
      "beside it, in SI.\n"
      "# {} unknowns, {} steps, {} iterations. Remake with: percuta table levels --write\n"
      "quantity,solid,other,level,unit,remark\n",
      cost.unknowns, cost.steps, cost.iterations);
  for (const auto& check : r.checks)
    text += fmt::format("\"{}\",{:.4g},{:.4g},{},{},\"{}\"\n", check.quantity, check.value,
                        check.other, check.there, check.unit, check.remark);
  return text;
}

std::string rolled_hole_csv(core::Observer& observer) {
  // A lone needle hardly opens the soft cheek; a mesh that takes minutes.
  const auto c =
      study::parse_case("skin = \"excised-human\"\ndevice = \"mf8-0.5mm\"\n", "rolled-hole",
                        {{"insertion.level", "solid"},
                         {"insertion.motion", "roll"},
                         {"insertion.frames", "0"},
                         {"insertion.cells_per_tip_radius", "3"},
                         {"insertion.cells_per_shank", "4"},
                         {"insertion.cells_per_fracture_zone", "1.8"}});
  const auto r = study::insert(c, observer);
  double deepest = 0.0, slit = 0.0;
  for (const auto& step : r.solution.steps) {
    deepest = std::max(deepest, step.pierced_depth);
    slit = std::max(slit, 2.0 * step.slit_half_length);
  }
  const auto& left = r.solution.channel;
  double widest = 0.0;
  for (const double width : left.slit_width) widest = std::max(widest, width);
  const double rho = study::rolling_radius(c);
  // The needle's own section, before skin draws together.
  const auto hole = rolling::hole(c.device, c.protocol, rho, 1.0, deepest);
  const auto longest = rolling::hole(c.device, c.protocol, rho, 1.0, c.device.needle.length);
  const auto& cost = r.solution.cost;
  return fmt::format(
      "# A 0.5 mm needle (mf8-0.5mm) rolled in, along and out of excised skin by its drum, in SI; "
      "the closed form beside it.\n"
      "# {} unknowns, {} steps, {} iterations. Remake with: percuta table rolled-hole --write\n"
      "quantity,solid,closed form,unit,remark\n"
      "pierced depth at the deepest point,{:.4g},,m,\"given to the closed form\"\n"
      "length of the cut at the surface,{:.4g},{:.4g},m,\"needle out; the closed form lets the "
      "shaft "
      "sweep skin that stands still\"\n"
      "longest cut at any depth,{:.4g},{:.4g},m,\"needle in; beside it the sweep of the whole "
      "length "
      "in unyielding skin, a bound\"\n"
      "breadth,{:.4g},{:.4g},m,\"faces of the cut apart at most when the needle is out; the "
      "needle's "
      "thickness at the surface, of which roll takes channels.width_ratio\"\n",
      cost.unknowns, cost.steps, cost.iterations, deepest,
      left.slit_length.empty() ? std::nan("") : left.slit_length.front(), 2.0 * hole.along, slit,
      2.0 * longest.along, widest, 2.0 * hole.across);
}

}  // namespace percuta::evidence
