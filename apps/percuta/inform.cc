#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <Eigen/Core>

#include "percuta/core/errors.h"
#include "percuta/core/version.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/run.h"
#include "verbs.h"

namespace percuta::app {

int check(const std::string& case_file, const Options& options) {
  const study::Case c = study::read_case(case_file, options.overrides());
  const auto f = study::forecast(c);
  if (options.json) {
    print(nlohmann::json{{"case", c.title}, {"seconds", f.seconds}, {"megabytes", f.megabytes}, {"does", f.lines}, {"warnings", f.warnings}}.dump(2));
  } else {
    print(fmt::format("{}: {}", case_file, c.title));
    for (const auto& line : f.lines) print("  " + line);
    print(fmt::format("  expected: about {:.0f} s and {:.0f} MB; nothing was run", f.seconds, f.megabytes));
    for (const auto& w : f.warnings) print("warning: " + w);
  }
  return options.strict && !f.warnings.empty() ? static_cast<int>(core::Exit::out_of_range) : 0;
}

int list(const std::string& kind, const Options& options) {
  const auto all = kind == "models" ? study::models() : study::entries(kind);
  if (options.json) {
    nlohmann::json out = nlohmann::json::array();
    for (const auto& e : all) out.push_back({{"name", e.name}, {"title", e.title}});
    print(out.dump(2));
    return 0;
  }
  for (const auto& e : all) print(fmt::format("{:<26} {}", e.name, e.title));
  return 0;
}

int version(const Options& options) {
  if (!options.json) {
    print("percuta " + core::version());
    return 0;
  }
  nlohmann::ordered_json out{{"percuta", core::version()}, {"eigen_simd", Eigen::SimdInstructionSetsInUse()}, {"lanes", 1}};
  std::string text = study::fem_libraries();
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    const auto space = line.find(' ');
    out[line.substr(0, space)] = line.substr(space + 1);
    begin = end + 1;
  }
  print(out.dump(2));
  return 0;
}

}  // namespace percuta::app
