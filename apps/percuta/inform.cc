#include <filesystem>
#include <set>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <Eigen/Core>

#include "percuta/core/errors.h"
#include "percuta/core/version.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/deliver.h"
#include "percuta/study/run.h"
#include "percuta/study/safety.h"
#include "verbs.h"

namespace percuta::app {
namespace {

nlohmann::ordered_json json_of(const protocol::Finding& f) {
  return {{"rule", f.rule},         {"level", protocol::name(f.level)},
          {"key", f.key},           {"because", f.because},
          {"message", f.message},   {"source", f.source},
          {"evidence", f.evidence}, {"overridden", f.overridden}};
}

/// What speaks against the treatment, the heaviest first.
void print_safety(const std::vector<protocol::Finding>& findings) {
  print("person and protocol:");
  if (findings.empty()) print("  no rule speaks against it");
  bool blocked = false;
  for (const auto& f : findings) {
    print(fmt::format("  {:<5} {}{}", protocol::name(f.level), protocol::sentence(f),
                      f.overridden ? " [overridden]" : ""));
    blocked = blocked || (f.level == protocol::Level::block && !f.overridden);
  }
  if (blocked)
    print("  advised against: `percuta run` stops here, unless protocol.override names each rule");
}

}  // namespace

int check(const std::string& case_file, const Options& options) {
  const study::Case c = study::read_case(case_file, options.overrides());
  study::Forecast f = study::forecast(c);
  if (!c.comparison.values.empty()) {
    std::vector<study::Case> rows;
    for (const auto& row : study::combinations({c.comparison}))
      rows.push_back(study::compared_case(case_file, options.overrides(), row));
    const auto all = study::forecast(rows);
    f.lines.push_back(fmt::format("comparison of {} for {}: {}", c.comparison.key,
                                  fmt::join(c.comparison.values, ", "), all.lines.front()));
    f.seconds = all.seconds;
    f.megabytes = all.megabytes;
    f.warnings = all.warnings;
  }
  const bool warned = !f.warnings.empty();
  const auto findings = study::safety(c);
  nlohmann::ordered_json safety = nlohmann::ordered_json::array();
  for (const auto& finding : findings) safety.push_back(json_of(finding));
  if (options.json) {
    print(nlohmann::json{{"case", c.title},
                         {"seconds", f.seconds},
                         {"megabytes", f.megabytes},
                         {"does", f.lines},
                         {"safety", safety},
                         {"warnings", f.warnings}}
              .dump(2));
  } else {
    print(fmt::format("{}: {}", case_file, c.title));
    for (const auto& line : f.lines) print("  " + line);
    print(fmt::format("  expected: about {:.0f} s and {:.0f} MB; nothing was run", f.seconds,
                      f.megabytes));
    print_safety(findings);
    for (const auto& finding : findings)  // said above
      std::erase(f.warnings, study::safety_line(finding));
    for (const auto& w : f.warnings) print("warning: " + w);
  }
  return options.strict && warned ? static_cast<int>(core::Exit::out_of_range) : 0;
}

namespace {

int list_models(const Options& options) {
  nlohmann::ordered_json out = nlohmann::json::array();
  for (const auto& m : study::models()) {
    out.push_back({{"family", m.family},
                   {"name", m.name},
                   {"title", m.sentence},
                   {"valid", m.valid},
                   {"limits", m.limits},
                   {"sources", m.sources}});
    if (options.json) continue;
    print(fmt::format("{:<10} {:<14} {}; {}", m.family, m.name, m.sentence, m.valid));
  }
  if (options.json) print(out.dump(2));
  return 0;
}

}  // namespace

int rules_table(const Options& options) {
  nlohmann::ordered_json out = nlohmann::json::array();
  for (const auto& rule : study::safety_rules()) {
    out.push_back({{"name", rule.name},
                   {"level", protocol::name(rule.level)},
                   {"condition", rule.when.empty()},
                   {"message", rule.message},
                   {"source", rule.source},
                   {"evidence", rule.evidence}});
    if (!options.json)
      print(fmt::format("{:<32} {:<6} {}", rule.name, protocol::name(rule.level), rule.message));
  }
  if (options.json) print(out.dump(2));
  return 0;
}

int list(const std::string& kind, const Options& options) {
  if (kind == "models") return list_models(options);
  if (kind == "rules") return rules_table(options);
  if (kind == "claims") return claims_table(options);
  const auto all = study::entries(kind);
  if (options.json) {
    nlohmann::json out = nlohmann::json::array();
    for (const auto& e : all) out.push_back({{"name", e.name}, {"title", e.title}});
    print(out.dump(2));
    return 0;
  }
  for (const auto& e : all) {
    const auto missing = kind == "solutes" ? study::estimated_of_solute(e.name) : "";
    print(fmt::format("{:<26} {}{}", e.name, e.title,
                      missing.empty() ? "" : fmt::format(" (estimated: {})", missing)));
  }
  return 0;
}

int outputs(const std::string& of, const Options& options) {
  nlohmann::ordered_json out = nlohmann::json::array();
  for (const auto& [verb, all] : study::all_outputs()) {
    if (verb != of) continue;
    for (const auto& o : all) {
      if (options.json)
        out.push_back({{"path", o.path},
                       {"form", config::name(o.form)},
                       {"unit", o.unit},
                       {"sentence", o.sentence},
                       {"axes", o.axes},
                       {"where", o.where},
                       {"dataset", config::dataset_path(o)}});
      else
        print(fmt::format("{:<46} {:<8} {:<6} {}{}", o.path, config::name(o.form),
                          o.unit.empty() ? "-" : o.unit, o.sentence,
                          o.where.empty() ? "" : ", where " + o.where));
    }
  }
  if (options.json) print(out.dump(2));
  return 0;
}

int keys(const Options& options) {
  if (!options.json) {
    print(study::case_template());
    return 0;
  }
  nlohmann::ordered_json out = nlohmann::json::array();
  for (const auto& k : study::case_keys())
    out.push_back({{"path", k.path},
                   {"sentence", k.sentence},
                   {"allowed", config::allowed(k)},
                   {"default", k.fallback},
                   {"unit", k.unit},
                   {"source", k.source},
                   {"only", k.only}});
  print(out.dump(2));
  return 0;
}

int cite(const std::string& result) {
  namespace fs = std::filesystem;
  const fs::path given(result), file = fs::is_directory(given) ? given / "results.h5" : given;
  std::set<std::string> keys;
  for (const auto& [key, citation] : study::sources_of(io::read_inputs(file.string())))
    keys.insert(key);
  std::istringstream of_models(io::fact(io::read_provenance(file.string()), "sources"));
  for (std::string key; std::getline(of_models, key);) keys.insert(key);
  for (const auto& key : keys)
    if (const auto found = study::references().find(key); found != study::references().end())
      print(found->second.bibtex + "\n");
  return 0;
}

int schema(const std::string& of, const Options&) {
  for (const auto& [verb, all] : study::all_outputs())
    if (verb == of) print(io::summary_schema(all));
  if (of == "case") print(study::json_schema());
  return 0;
}

int version(const Options& options) {
  if (!options.json) {
    print("percuta " + core::version());
    return 0;
  }
  nlohmann::ordered_json out{{"percuta", core::version()},
                             {"eigen_simd", Eigen::SimdInstructionSetsInUse()}};
  std::string text = study::fem_libraries();
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    const auto space = line.find(' ');
    const auto name = line.substr(0, space), value = line.substr(space + 1);
    if (name == "lanes") out[name] = std::stoi(value);
    else out[name] = value;
    begin = end + 1;
  }
  print(out.dump(2));
  return 0;
}

}  // namespace percuta::app
