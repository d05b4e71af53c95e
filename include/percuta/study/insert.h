#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/study/case.h"
#include "percuta/study/result.h"

namespace percuta::study {

/// The poses in a text file of comma-separated values. Its first row names the columns with their
/// units, "along um, depth um, tilt deg" in any order (tilt may be left out), each further one is a
/// pose (insertion::PathPoint); the needle goes straight from one to the next; a pose that repeats
/// the one before counts once. Lines that begin with # are remarks. Throws InputError with file,
/// line and what is allowed, FileError when there is no such file.
std::vector<insertion::PathPoint> read_path(const std::string& file);
/// The same from text; the name stands in what is said of errors.
std::vector<insertion::PathPoint> parse_path(const std::string& text, const std::string& name);
/// Poses as such a text, digit for digit; "" for none.
std::string poses_text(const std::vector<insertion::PathPoint>&);

/// One needle of the case put into its skin by the finite-element level that the case's [insertion]
/// asks for, axisymmetric where it asks for the energy level; with the same quantities by the other
/// levels beside it. `threads` of 0 takes every core, shared by the processes. See
/// insertion::SolidModel for `checkpoint` and `resume`.
InsertionResult insert(const Case&, core::Observer& = core::silent(),
                       const std::function<void(const std::string&)>& checkpoint = {},
                       const std::string& resume = "", int threads = 0, int processes = 1);

/// The level that `insert` runs for a case: "axisymmetric" or "solid". Throws InputError for a
/// model that has no field to show.
std::string insertion_level(const Case&);

/// What an insertion by such a level leaves out, a sentence each.
const std::vector<std::string>& insertion_limits(const std::string& level);

/// A state as it is kept in a file: what it is, its length, and a checksum over everything, by
/// which any damage shows.
std::string sealed(const std::string& state);
/// The state in such bytes. Throws FileError that names the file when they are not to the last bit
/// what `sealed` made.
std::string unsealed(const std::string& file_name, const std::string& bytes);

/// A file that keeps the last state of an insertion, written whole or not at all; beside it
/// `path`.previous keeps the one before, in case the last is damaged.
class CheckpointFile {
 public:
  /// No file when `path` is empty.
  explicit CheckpointFile(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }
  bool exists() const;
  std::string previous() const { return path_ + ".previous"; }
  /// The last state, or with a note to the observer the one before it. Throws FileError when
  /// neither is there whole.
  std::string read(core::Observer& = core::silent()) const;
  void write(const std::string& state) const;  ///< On the disk when it returns. Throws FileError.
  void remove() const;                         ///< Everything that was written.

 private:
  std::string path_;
};

}  // namespace percuta::study
