#pragma once

#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

namespace percuta::core {

/// Exit codes of the command; every error type carries its own.
enum class Exit {
  done = 0,
  bug = 1,
  usage = 2,
  input = 3,
  solve = 4,
  files = 5,
  out_of_range = 6,
  interrupted = 130
};

/// What a user may do about an error in the words of the command or of Python, which only they
/// know.
enum class Advice { none, overwrite };

/// Base of the errors that a user can do something about.
class Error : public std::runtime_error {
 public:
  Error(Exit exit, const std::string& what, Advice advice = Advice::none)
      : std::runtime_error(what), exit_(exit), advice_(advice) {}
  Exit exit() const { return exit_; }
  Advice advice() const { return advice_; }

 private:
  Exit exit_;
  Advice advice_;
};

/// One thing wrong with an input: where, what, the value, what is allowed, what to do.
struct Diagnostic {
  std::string file;
  int line = 0;    ///< from 1; 0 = the file as a whole
  int column = 0;  ///< from 1
  int width = 1;   ///< characters under the caret
  std::string message;
  std::string source_line;
  std::string hint;   ///< "write for example ... (allowed ...)"
  std::string key{};  ///< that it is about, "device.needle.length"; "" of the input as a whole
};

/// The diagnostic as the two or three lines a user reads: long lines cut round the caret, nothing
/// that a terminal obeys.
std::string format(const Diagnostic&);

/// Everything wrong with an input, as far as a person reads: the first ones whole, the others only
/// counted, so that a file of a million mistakes costs neither memory nor a screen.
class Diagnostics {
 public:
  static constexpr std::size_t kKept = 8;
  Diagnostics() = default;
  Diagnostics(std::initializer_list<Diagnostic>);
  void push_back(Diagnostic);
  bool empty() const { return kept_.empty(); }
  std::size_t size() const { return kept_.size() + more_; }
  /// Whether one more would only be counted: its text need not be made.
  bool full() const { return kept_.size() >= kKept; }
  std::size_t more() const { return more_; }  ///< counted, not kept
  auto begin() { return kept_.begin(); }
  auto end() { return kept_.end(); }
  auto begin() const { return kept_.begin(); }
  auto end() const { return kept_.end(); }

 private:
  std::vector<Diagnostic> kept_;
  std::size_t more_ = 0;
};

/// Everything wrong with the input, at once.
class InputError : public Error {
 public:
  explicit InputError(Diagnostics diagnostics);
  const Diagnostics& diagnostics() const { return diagnostics_; }

 private:
  Diagnostics diagnostics_;
};

/// A solve that gave up: last good state, and what to try.
struct SolveError : Error {
  explicit SolveError(const std::string& what) : Error(Exit::solve, what) {}
};

/// The file system said no.
struct FileError : Error {
  explicit FileError(const std::string& what, Advice advice = Advice::none)
      : Error(Exit::files, what, advice) {}
};

/// Ctrl-C, or an observer that asked to stop.
struct Interrupted : Error {
  Interrupted() : Error(Exit::interrupted, "interrupted; nothing was written") {}
};

}  // namespace percuta::core
