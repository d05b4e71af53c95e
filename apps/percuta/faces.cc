// What other programs read of the command: completion of a shell, a manual page.

#include <algorithm>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "faces.h"

namespace percuta::app {
namespace {

std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

/// "--output -o --set", of a verb.
std::string flags_of(const CLI::App& verb) {
  std::string out;
  for (const auto* option : verb.get_options()) {
    for (const auto& name : option->get_lnames()) out += (out.empty() ? "--" : " --") + name;
    for (const auto& name : option->get_snames()) out += (out.empty() ? "-" : " -") + name;
  }
  return out;
}

/// Nothing in a text of ours is a request of roff.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else out += c;
    if (c == '\n') out += "\\&";
  }
  return out;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string names, cases;
  for (const auto* verb : verbs_of(app)) {
    names += (names.empty() ? "" : " ") + verb->get_name();
    cases += fmt::format("    {}) flags=\"{}\" ;;\n", verb->get_name(), flags_of(*verb));
  }
  return fmt::format(
      "# percuta completion > ~/.local/share/bash-completion/completions/percuta\n"
      "_percuta() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} flags=\"{}\"\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W \"{} $flags\" -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${{COMP_WORDS[1]}} in\n{}  esac\n"
      "  COMPREPLY=($(compgen -W \"$flags\" -- \"$word\") $(compgen -f -- \"$word\"))\n"
      "}}\n"
      "complete -o filenames -F _percuta percuta\n",
      flags_of(app), names, cases);
}

std::string manual_page(const CLI::App& app, const std::string& version) {
  std::string out = fmt::format(
      ".TH PERCUTA 1 \"\" \"percuta {}\"\n.SH NAME\npercuta \\- {}\n.SH SYNOPSIS\n.B percuta\n"
      "VERB [OPTIONS]\n.SH VERBS\n",
      version, "needle-skin interaction: depth, channels and healing");
  for (const auto* verb : verbs_of(app)) {
    out += fmt::format(".SS {}\n{}\n", verb->get_name(), roff(verb->get_description()));
    for (const auto* option : verb->get_options()) {
      if (option->get_name() == "-h,--help") continue;
      out += fmt::format(".TP\n.B {}\n{}\n", roff(option->get_name(false, true)),
                         roff(option->get_description()));
    }
  }
  return out + fmt::format(".SH NOTES\n{}\n", roff(app.get_footer()));
}

}  // namespace percuta::app
