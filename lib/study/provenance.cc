#include "percuta/study/provenance.h"

#include <fmt/format.h>

#include "percuta/core/provenance.h"

namespace percuta::study {

io::Provenance provenance(const std::string& type, const std::vector<config::Used>& inputs,
                          io::Provenance more) {
  io::Provenance out{{"type", type}, {"format", "2"}};
  for (auto& fact : core::build_facts()) out.push_back(std::move(fact));
  out.emplace_back("date", core::timestamp());
  out.emplace_back("command", core::command_line());
  std::string all;
  for (const auto& used : inputs) all += fmt::format("{} = {}\n", used.path, used.value);
  out.emplace_back("inputs", core::fingerprint(all));
  std::string given, overridden;
  for (const auto& used : inputs) {
    if (used.given) given += used.path + "\n";
    if (used.overridden) overridden += used.path + "\n";
  }
  out.emplace_back("given", given);
  out.emplace_back("overridden", overridden);
  for (auto& fact : more) out.push_back(std::move(fact));
  return out;
}

}  // namespace percuta::study
