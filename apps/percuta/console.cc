#include "console.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "percuta/core/errors.h"
#include "percuta/core/text.h"
#include "percuta/study/catalogue.h"

namespace percuta::app {
namespace {
std::atomic<bool> interrupted = false;
}

study::Overrides Options::overrides() const {
  study::Overrides out;
  for (const auto& text : set) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      throw core::Error(
          core::Exit::usage,
          fmt::format(
              "--set {}: write key=value, for example --set device.needle.length=\"1.0 mm\"",
              text));
    out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

Console::Console(const Options& options)
    : quiet_(options.quiet || options.json),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(std::chrono::steady_clock::now()),
      shown_(start_) {}

Console::~Console() {
  if (terminal_ && !quiet_ && !stage_.empty()) std::fputs("\r\033[K", stderr);
}

void Console::progress(std::string_view stage, double fraction) {
  if (quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  const bool fresh = stage != stage_;
  stage_ = stage;
  if (!terminal_) {
    if (fresh) std::fputs(fmt::format("{}\n", stage).c_str(), stderr);
    return;
  }
  if (!fresh && now - shown_ < std::chrono::milliseconds(100)) return;
  shown_ = now;
  const int filled = static_cast<int>(30.0 * std::clamp(fraction, 0.0, 1.0));
  std::fputs(fmt::format("\r\033[K{:<16} [{}{}] {:3.0f} %", stage, std::string(filled, '#'),
                         std::string(30 - filled, '.'), 100.0 * std::clamp(fraction, 0.0, 1.0))
                 .c_str(),
             stderr);
  std::fflush(stderr);
}

void Console::note(std::string_view line) {
  if (!quiet_) std::fputs(fmt::format("{}{}\n", terminal_ ? "\r\033[K" : "", line).c_str(), stderr);
}

bool Console::stop_requested() { return interrupted; }

void listen_for_interrupt() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second Ctrl-C ends at once
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGHUP, &action, nullptr);
  std::signal(SIGXFSZ,
              SIG_IGN);  // a file that may not grow is an error of a write, not the end of us
}

std::unique_ptr<Claim> claim(const std::string& out, bool overwrite) {
  return out.empty() ? nullptr : std::make_unique<Claim>(out, overwrite);
}

Charts charts() {
  namespace fs = std::filesystem;
  const fs::path data = study::data_folder();
  const auto read = [](const fs::path& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  };
  const fs::path self = fs::read_symlink("/proc/self/exe").parent_path();
  for (const fs::path& folder : {self / "web", data / "web", self / "../share/percuta/web"})
    if (fs::exists(folder / "uPlot.iife.min.js"))
      return {read(folder / "uPlot.iife.min.js"), read(folder / "uPlot.min.css")};
  throw core::FileError(
      "the chart library of the report is missing (web/uPlot.iife.min.js); build with npm "
      "installed, or run ./bootstrap build");
}

void print(const std::string& text) {
  std::fputs(core::printable(text).c_str(), stdout);
  if (!text.empty() && text.back() != '\n') std::fputc('\n', stdout);
}

void log(const Options& options, const std::string& text) {
  if (!options.quiet) std::fputs((core::printable(text) + "\n").c_str(), stderr);
}

void print_answer(const std::string& title, const std::string& answer) {
  print(fmt::format("{}\n{}", title, core::wrapped(answer, 100, 2)));
}

void print_rest(const io::Document& document, const std::vector<std::string>& warnings,
                const std::vector<std::pair<std::string, std::string>>& sources,
                const std::string& out, const Options& options) {
  if (options.all) print_figures(document, options);
  for (const auto& w : warnings) log(options, "warning: " + w);
  if (options.all)
    for (const auto& [tag, text] : sources) log(options, fmt::format("[{}] {}", tag, text));
  else
    log(options, fmt::format("every figure and {} source{}: --all{}", sources.size(),
                             sources.size() == 1 ? "" : "s",
                             out.empty() ? "" : fmt::format(", {}/summary.json", out)));
  if (!out.empty()) log(options, fmt::format("report: {}/report.html", out));
}

void print_figures(const io::Document& document, const Options& options) {
  for (const auto& v : document.outputs)
    if (config::is_figure(v.output))
      log(options, fmt::format("  {:<56} {}", v.output.sentence,
                               config::for_people(v, document.outputs, 4)));
}

}  // namespace percuta::app
