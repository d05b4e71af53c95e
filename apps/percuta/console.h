#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "percuta/core/progress.h"
#include "percuta/io/document.h"
#include "percuta/io/folder.h"
#include "percuta/study/case.h"

namespace percuta::app {

/// Options that every verb understands.
struct Options {
  bool json = false, quiet = false, strict = false, overwrite = false, resume = false;
  bool all = false;                    ///< every figure, and the sources
  std::vector<std::string> set;        ///< key=value
  study::Overrides overrides() const;  ///< throws core::Error for a text without '='
};

/// A bar on a terminal, plain lines in a log, nothing with --quiet. Ctrl-C asks to stop.
class Console : public core::Observer {
 public:
  explicit Console(const Options&);
  ~Console() override;
  void progress(std::string_view stage, double fraction) override;
  void note(std::string_view line) override;
  bool stop_requested() override;

 private:
  bool quiet_, terminal_;
  std::string stage_;
  std::chrono::steady_clock::time_point start_, shown_;
};

/// Lets Ctrl-C ask the running computation to stop.
void listen_for_interrupt();

/// The chart library of the report: script and style. Throws FileError when it was not installed.
struct Charts {
  std::string script, style;
};
Charts charts();

/// A result folder that is claimed before the work begins, since a run must not end in "no space to
/// write", and the charts of its report.
struct Claim {
  Claim(const std::string& out, bool overwrite) : charts(app::charts()), folder(out, overwrite) {}
  Charts charts;
  io::ResultFolder folder;
};
/// None where no folder is named.
std::unique_ptr<Claim> claim(const std::string& out, bool overwrite);

void print(const std::string& text);                ///< results, stdout
void log(const Options&, const std::string& text);  ///< stderr

/// Title and answer of a result, to stdout.
void print_answer(const std::string& title, const std::string& answer);

/// What follows an answer: every figure and the sources if they are asked for, and where they are
/// if not; what is to be heeded; where the report lies.
void print_rest(const io::Document&, const std::vector<std::string>& warnings,
                const std::vector<std::pair<std::string, std::string>>& sources,
                const std::string& out, const Options&);

/// The figures of a document, a line each: what stands in a table, not where it comes from or what
/// it took.
void print_figures(const io::Document&, const Options&);

}  // namespace percuta::app
