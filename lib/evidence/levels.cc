#include "percuta/evidence/levels.h"

#include <filesystem>

#include <fmt/format.h>

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

}  // namespace percuta::evidence
