// percuta: what a needle device does to skin, and what the skin does afterwards.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <new>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "faces.h"
#include "percuta/config/tree.h"
#include "percuta/core/errors.h"
#include "percuta/core/text.h"
#include "percuta/core/version.h"
#include "percuta/insertion/choices.h"
#include "percuta/study/case.h"
#include "verbs.h"

namespace {

using percuta::app::Options;

void common(CLI::App* verb, Options& o, bool case_file) {
  verb->add_flag("--json", o.json, "results as JSON on stdout");
  verb->add_flag("-q,--quiet", o.quiet, "no log and no progress");
  verb->add_option_function<std::string>(
          "--catalogue",
          [](const std::string& folder) { ::setenv("PERCUTA_CATALOGUE", folder.c_str(), 1); },
          "a folder of one's own with skins/, devices/ or materials/, looked in first; or "
          "PERCUTA_CATALOGUE")
      ->type_name("DIR");
  if (!case_file) return;
  verb->add_option("--set", o.set,
                   "override a key of the case: --set device.needle.length=\"1.0 mm\"")
      ->type_name("KEY=VALUE");
  verb->add_flag("--strict", o.strict,
                 "a warning about the model's range is an error (exit code 6)");
}

void with_figures(CLI::App* verb, Options& o) {
  verb->add_flag("--all", o.all, "every figure in the terminal, and the sources");
}

/// The verb that was meant, when the first word is none.
void suggest(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> verbs;
  for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    verbs.push_back(verb->get_name());
  const std::string word = argc > 1 ? argv[1] : "";
  if (word.empty() || word.starts_with("-") ||
      std::find(verbs.begin(), verbs.end(), word) != verbs.end())
    return;
  if (const auto near = percuta::config::nearest(word, verbs); !near.empty())
    std::fputs(fmt::format("did you mean percuta {}?\n", near).c_str(), stderr);
}

/// A flag for every key of [insertion], with its sentence, range and default.
void choice_flags(CLI::App& verb, std::map<std::string, std::string>& given) {
  using percuta::config::Kind;
  const std::map<std::string, std::string> letters{
      {"level", "-l,"}, {"motion", "-m,"}, {"displacement", "-d,"}};
  for (const auto& key : percuta::insertion::choices_record().keys("")) {
    std::string flag = key.path;
    std::replace(flag.begin(), flag.end(), '_', '-');
    flag = (letters.contains(key.path) ? letters.at(key.path) : "") + "--" + flag;
    if (key.kind == Kind::flag) {
      verb.add_flag_callback(
          flag, [&given, path = key.path] { given[path] = "true"; }, key.sentence);
      continue;
    }
    const bool numbers =
        key.kind == Kind::quantity || key.kind == Kind::number || key.kind == Kind::integer;
    verb.add_option_function<std::string>(
            flag, [&given, path = key.path](const std::string& text) { given[path] = text; },
            fmt::format("{} ({}default {})", key.sentence,
                        numbers || !percuta::config::choices_of(key).empty()
                            ? percuta::config::allowed(key) + "; "
                            : "",
                        key.path == "level" ? "axisymmetric" : key.fallback))
        ->type_name("");
  }
}

int dispatch(int argc, char** argv) {
  using namespace percuta;
  Options o;
  std::string skins, file, out, kind, key, table, alphas = "2,3,4,6,8,9,10,12,14";
  bool show_version = false, write = false, missing = false;
  CLI::App app{
      "Percuta simulates needle-skin interaction: depth, channel density and collagen "
      "response.\nResearch and teaching software; it recommends no treatment.",
      "percuta"};
  app.add_flag("--version", show_version, "version; with --json every library it runs with");
  app.add_flag("--json", o.json, "with --version");
  app.footer(
      "Exit codes: 0 done, 1 our bug, 2 command line, 3 bad input, 4 a solve gave up, 5 file "
      "system,\n6 outside a model's range with --strict, 130 "
      "interrupted.\nExamples: percuta run data/cases/cheek-medical-roller.toml -o out/cheek");

  auto* run =
      app.add_subcommand("run", "case file in; depth, channel density and collagen response out");
  run->add_option("case", file, "case file, or the name of an example")->required();
  run->add_option("-o,--output", out,
                  "folder for summary.json, results.h5, fields/ and report.html");
  run->add_flag("--overwrite", o.overwrite, "replace a result that is there already");
  common(run, o, true);
  with_figures(run, o);
  auto* heal = app.add_subcommand(
      "heal", "what the skin does over days: collagen by depth, strength, closures, with bands");
  heal->add_option("case", file, "case file, or the name of an example")->required();
  heal->add_option("-o,--output", out,
                   "folder for summary.json, results.h5, fields/ and report.html");
  heal->add_flag("--overwrite", o.overwrite, "replace a result that is there already");
  common(heal, o, true);
  with_figures(heal, o);
  percuta::app::CompareOptions co;
  auto* roll = app.add_subcommand(
      "roll", "the device on a patch of skin: channels, their map, how evenly they lie");
  roll->add_option("case", file, "case file, or the name of an example")->required();
  roll->add_option("--vary", co.vary,
                   "\"protocol.load=1 N,2 N,5 N\": a result each, side by side; of several keys "
                   "every combination");
  roll->add_option("-o,--output", out,
                   "folder for summary.json, results.h5, fields/ and report.html");
  roll->add_flag("--overwrite", o.overwrite, "replace a result that is there already");
  common(roll, o, true);
  with_figures(roll, o);
  percuta::app::InsertOptions io;
  auto* insert = app.add_subcommand(
      "insert", "one needle into the skin by finite elements: force, depth, fields, pictures");
  insert->add_option("case", file, "case file, or the name of an example")->required();
  std::map<std::string, std::string> choices;
  choice_flags(*insert, choices);
  insert->add_option("-j,--threads", io.threads, "threads; all cores if not given")
      ->check(CLI::Range(1, 64));
  insert->add_flag("--resume", io.resume, "go on from OUTPUT.checkpoint");
  insert->add_option("-o,--output", out,
                     "folder for summary.json, results.h5, fields/, frames/ and report.html");
  insert->add_flag("--overwrite", o.overwrite, "replace a result that is there already");
  common(insert, o, true);
  auto* deliver = app.add_subcommand(
      "deliver", "what gets in through the channels of the device: when, how far, how much");
  deliver->add_option("case", file, "case file with a solute and a [delivery] table")->required();
  deliver->add_option("-o,--output", out,
                      "folder for summary.json, results.h5, report.html and, of the axisymmetric "
                      "level, fields/");
  deliver->add_flag("--overwrite", o.overwrite, "replace a result that is there already");
  common(deliver, o, true);
  with_figures(deliver, o);
  auto* compare = app.add_subcommand("compare",
                                     "case files side by side, or values of one or more keys: of "
                                     "the case's [compare] table, or as "
                                     "--vary says");
  std::vector<std::string> files;
  compare->add_option("case", files, "case file; several are compared with one another")
      ->required();
  compare->add_option(
      "--vary", co.vary,
      "\"device.needle.length=0.5 mm,1.0 mm\"; of several keys every combination is a row");
  compare->add_flag(
      "--fail-fast", co.fail_fast,
      "end at the first row that fails; without, it stays in the table with its reason");
  compare->add_option("-o,--output", out,
                      "folder for comparison.json, report.html and a result each");
  compare->add_flag("--overwrite", o.overwrite, "replace a result that is there already");
  compare->add_flag("--resume", o.resume,
                    "go on with a comparison that was interrupted: what lies in the output folder "
                    "is not solved again");
  common(compare, o, true);
  auto* size = app.add_subcommand(
      "size",
      "which rollers reach a target: a case with [target] and [vary] in; the device, what binds, "
      "and the trade-off out");
  size->add_option("target", file, "case file with the tables [target] and [vary]")->required();
  size->add_option("-o,--output", out, "folder for size.json, found.toml and report.html");
  size->add_flag("--overwrite", o.overwrite, "replace a result that is there already");
  common(size, o, true);
  auto* measure = app.add_subcommand(
      "measure", "a measured curve beside the model: how far off it is, what would change it");
  measure->add_option("case", file, "case file, or the name of an example")->required();
  measure->add_option("table", table, "CSV with a header as \"displacement [mm], force [mN]\"")
      ->required();
  measure->add_option("-o,--output", out, "folder for measure.json and report.html");
  measure->add_flag("--overwrite", o.overwrite, "replace a result that is there already");
  common(measure, o, true);
  percuta::app::SensitivityOptions so;
  auto* sensitivity = app.add_subcommand(
      "sensitivity",
      "which constants of healing decide an outcome: Sobol' indices over their priors");
  sensitivity->add_option("case", file, "case file")->required();
  sensitivity
      ->add_option("--of", so.of,
                   "a change that healing reports, as healing.collagen_change, or a closure, as "
                   "healing.closure_barrier; percuta explain healing has them")
      ->required();
  sensitivity
      ->add_option("--day", so.days,
                   "days after the first session at which a change is asked for, as 5,28,90,180")
      ->delimiter(',');
  sensitivity
      ->add_option("--members", so.members,
                   "sets of constants that are healed at most; intervals narrow with their root")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  sensitivity->add_option("-o,--output", out, "folder for sensitivity.csv and sensitivity.json");
  sensitivity->add_flag("--overwrite", o.overwrite, "replace a result that is there already");
  common(sensitivity, o, true);
  auto* check = app.add_subcommand(
      "check",
      "reads and explains a case, predicts time and memory, warns about physics, says what speaks "
      "against the treatment, runs nothing");
  check->add_option("case", file, "case file, or the name of an example")->required();
  common(check, o, true);
  auto* claims = app.add_subcommand(
      "claims", "common statements about derma rolling, answered from a run and from the evidence");
  claims->add_option("case", file, "case file, or the name of an example")->required();
  common(claims, o, true);
  auto* list = app.add_subcommand("list",
                                  "skins, devices, materials, solutes, sets of healing constants, "
                                  "models, cases, targets, safety rules or claims that come with "
                                  "Percuta");
  list->add_option("kind", kind, "what to list")
      ->required()
      ->check(CLI::IsMember({"skins", "devices", "materials", "solutes", "healing", "models",
                             "cases", "targets", "rules", "claims"}));
  common(list, o, false);
  auto* rerun = app.add_subcommand(
      "rerun", "the run, insertion or delivery of a result again, from its results.h5 alone");
  rerun->add_option("results", file, "results.h5")->required();
  rerun->add_option("-o,--output", out, "folder for the same files as of the first time");
  rerun->add_flag("--overwrite", o.overwrite, "replace a result that is there already");
  common(rerun, o, false);
  auto* cite = app.add_subcommand("cite", "BibTeX of what the inputs of a result come from");
  cite->add_option("result", file, "its folder, or results.h5")->required();
  auto* outputs = app.add_subcommand("outputs", "every output: path, form, unit, what it is");
  std::string of = "run", schema_of = "case";
  outputs->add_option("--of", of, "what gives them")
      ->check(CLI::IsMember({"run", "roll", "insert", "deliver"}))
      ->capture_default_str();
  common(outputs, o, false);
  auto* schema =
      app.add_subcommand("schema", "JSON Schema of case files, for completion in editors");
  schema
      ->add_option("--of", schema_of,
                   "case files, or the summary.json of run, roll, insert or deliver")
      ->check(CLI::IsMember({"case", "run", "roll", "insert", "deliver"}))
      ->capture_default_str();
  auto* templ = app.add_subcommand(
      "template", "a commented case file with every key; with --json what each key means");
  common(templ, o, false);
  auto* explain = app.add_subcommand("explain", "what a key, a table of keys or an output means");
  explain->add_option("key", key, "for example device.needle.length, or protocol")->required();
  percuta::app::CalibrateOptions ca;
  auto* calibrate = app.add_subcommand(
      "calibrate",
      "toughness from the four calibration cases (20, 21, 23, 25), or healing constants from "
      "courses of wounds: values beside the present ones, and how well each is known");
  calibrate->add_option("what", ca.what, "toughness or healing")
      ->check(CLI::IsMember({"toughness", "healing"}))
      ->capture_default_str();
  calibrate->add_flag("--write", write,
                      "of toughness: replace data/materials/human-calibrated.toml");
  calibrate->add_option("--data", ca.data,
                        "of healing: a file as data/calibration/excised-wound.toml, which is taken "
                        "when left out");
  calibrate
      ->add_option("--constants", ca.constants,
                   "of healing: constants of healing.parameters, comma separated, in place of "
                   "those that the file names")
      ->delimiter(',');
  calibrate->add_option("-o,--output", out,
                        "of healing: a new file for the table [healing.parameters] of a case");
  calibrate->add_flag("--overwrite", o.overwrite, "replace a file that is there already");
  common(calibrate, o, false);
  auto* validate = app.add_subcommand("validate", "measurements beside the model, misses included");
  std::string validated = "energy";
  validate
      ->add_option("-l,--level", validated,
                   "energy: at once; device: rollers and arrays, seconds; solid: through the skin "
                   "by finite elements, minutes")
      ->check(CLI::IsMember({"energy", "device", "solid"}))
      ->capture_default_str();
  common(validate, o, false);
  auto* verify = app.add_subcommand(
      "verify", "problems with known answers, a row each: value, order, tolerance, cost");
  common(verify, o, false);
  auto* law = app.add_subcommand("law", "the laws of a case's layers");
  law->require_subcommand(1);
  auto* law_plot = law->add_subcommand(
      "plot", "draws stretch and relaxation of each layer beside published tests");
  law_plot->add_option("case", file, "case file, or the name of an example")->required();
  law_plot->add_option("-o,--output", out, "picture, as laws.svg; without it a table is printed");
  common(law_plot, o, true);
  auto* make = app.add_subcommand(
      "table", "recomputes a table of data/tables by finite elements and prints it");
  make->add_option("name", table,
                   "crack-opening; responses: of every skin to every device and drum of the "
                   "catalogue; device-depths, levels, rolled-hole: evidence of what rollers do, of "
                   "one needle by two levels, of the hole that rolling leaves; delivery-cases, "
                   "delivery-table, delivery-levels: what gets in beside measurements, of solutes "
                   "and rollers, by two levels; healing-cases, healing-table, healing-sets, "
                   "healing-sensitivity: skin over months likewise, what sets of constants change, "
                   "which constants decide it; furrow-stiffness: what stiffer dermis does to a "
                   "furrow")
      ->required()
      ->check(CLI::IsMember({"crack-opening", "responses", "device-depths", "levels", "rolled-hole",
                             "delivery-cases", "delivery-table", "delivery-levels", "healing-cases",
                             "healing-table", "healing-sets", "healing-sensitivity",
                             "furrow-stiffness"}));
  make->add_option("--skins", skins,
                   "of the responses, comma separated; all of the catalogue when left out");
  make->add_flag("--missing", missing, "of the responses those alone that have no table yet");
  make->add_flag("--write", write,
                 "put the responses into the data folder, in place of those that are there");
  make->add_option("--alpha", alphas, "hardening exponents, comma separated");
  common(make, o, false);
  auto* completion = app.add_subcommand("completion", "a script by which bash completes percuta");
  auto* man = app.add_subcommand("man", "the manual page: percuta man | man -l -");
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    if (code != 0) suggest(app, argc, argv);
    return code == 0 ? 0 : static_cast<int>(core::Exit::usage);
  }
  if (show_version) return app::version(o);
  app::listen_for_interrupt();
  if (app::place().rank > 0) {  // mpirun: what the first shares with others, they compute
    if (!*insert && !*run && !*heal) return 0;
    o.quiet = true;
  }
  if (*run) return app::run(file, out, o);
  if (*heal) return app::heal(file, out, o);
  co.until = *roll ? study::Until::channels : study::Until::healing;
  if (*roll) return app::roll(file, out, co, o);
  for (const auto& [name, value] : choices) io.choices.emplace_back("insertion." + name, value);
  if (*insert) return app::insert(file, out, io, o);
  if (*deliver) return app::deliver(file, out, o);
  if (*compare) return app::compare(files, out, co, o);
  if (*size) return app::size(file, out, o);
  if (*measure) return app::measure(file, table, out, o);
  if (*sensitivity) return app::sensitivity(file, out, so, o);
  if (*check) return app::check(file, o);
  if (*claims) return app::claims(file, o);
  if (*list) return app::list(kind, o);
  if (*cite) return app::cite(file);
  if (*rerun) return app::rerun(file, out, o);
  if (*outputs) return app::outputs(of, o);
  if (*schema) return app::schema(schema_of, o);
  if (*templ) return app::keys(o);
  if (*explain) return app::print(study::explain(key)), 0;
  if (*completion) return app::print(app::bash_completion(app)), 0;
  if (*man) return app::print(app::manual_page(app, core::version())), 0;
  if (*calibrate)
    return ca.what == "healing" ? app::calibrate_healing(ca, write, out, o)
                                : app::calibrate(ca, write, out, o);
  if (*law_plot) return app::law_plot(file, out, o);
  if (*verify) return app::verify(o);
  if (*validate) return app::validate(validated, o);
  if (*make)
    return table == "responses"       ? app::make_responses(skins, missing, write, o)
           : table == "device-depths" ? app::make_depths(write, o)
           : table == "levels" || table == "rolled-hole" || table.starts_with("delivery-") ||
                   table.starts_with("healing-") || table.starts_with("furrow-")
               ? app::make_evidence(table, write, o)
               : app::make_table(table, alphas, o);
  app::print(app.help());
  return static_cast<int>(core::Exit::usage);
}

int fail(const std::string& message, percuta::core::Exit exit) {
  if (percuta::app::place().rank == 0)
    std::fputs(fmt::format("percuta: {}\n", percuta::core::printable(message)).c_str(), stderr);
  return static_cast<int>(exit);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int code = dispatch(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      return fail("the output could not be written; is the disk full?", percuta::core::Exit::files);
    return code;
  } catch (const percuta::core::Error& e) {
    return fail(std::string(e.what()) +
                    (e.advice() == percuta::core::Advice::overwrite ? " or add --overwrite" : ""),
                e.exit());
  } catch (const std::filesystem::filesystem_error& e) {
    return fail(e.what(), percuta::core::Exit::files);
  } catch (const std::bad_alloc&) {
    return fail(
        "out of memory: the case asks for more than this machine has; `percuta check` says how "
        "much it takes",
        percuta::core::Exit::solve);
  } catch (const std::exception& e) {
    return fail(
        fmt::format("this is a bug of ours, please report it with the case file: {}", e.what()),
        percuta::core::Exit::bug);
  }
}
