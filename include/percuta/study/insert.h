#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "percuta/core/progress.h"
#include "percuta/study/case.h"
#include "percuta/study/result.h"

namespace percuta::study {

/// What an insertion takes beside its case, as a person writes it: quantities with their units ("0.4 mm"), empty for none.
/// See insertion::SolidOptions for what they mean.
struct InsertChoices {
  std::string level = "axisymmetric";    ///< or "solid"
  std::string motion = "push";           ///< or "roll"
  std::string part = "quarter";          ///< or "half", "whole"
  std::string solver = "auto";           ///< or "direct", "iterative"
  std::string path;                      ///< a file of poses that the needle goes through, in place of a motion; see read_path
  std::string displacement;              ///< 0.1 um to 10 mm, and no more than the needle's length
  std::string force;                     ///< 10 uN to 100 N
  std::string hold;                      ///< 0.001 s to 7 days
  std::string step;                      ///< 0.01 um to 1 mm
  std::string speed;                     ///< 1e-6 mm/s to 100 m/s
  std::string spacing;                   ///< 10 um to 10 mm
  std::string tilt;                      ///< 0.001 deg to 60 deg
  double cells_per_tip_radius = 4.5;     ///< 1 to 20
  double cells_per_shank = 6.0;          ///< 1 to 40
  double cells_per_fracture_zone = 2.8;  ///< 0.1 to 20
  std::string mesh = "fixed";            ///< or "following": once the skin is open its finest cells go with tip and crack
  double cells_along_path = 0.0;         ///< over the tip radius, up to 20; 0: where the tip first touches only
  double bulk_over_shear = 1000.0;       ///< to which a layer's bulk modulus is cut, 10 to 10000
  int frames = 12;                       ///< 0 to 400
  int threads = 0;                       ///< 0: the cores, shared by the processes
  bool stay = false;                     ///< leave the needle in the skin
  bool cell = false;                     ///< axisymmetric level: the needle with its base and its neighbours, in the device cell
};

/// What a choice that is a quantity ("displacement", "force", "hold", "step", "speed", "spacing", "tilt") may be: "10 uN to 100 N".
/// Throws std::out_of_range for any other.
std::string allowed_range(const std::string& choice);

/// The choices as numbers. Throws core::Error (usage) for one that is none or does not go with another; `dashes` stand before
/// their names in what it says.
insertion::SolidOptions solid_options(const InsertChoices&, const std::string& dashes, int processes = 1);

/// The poses in a text file of comma-separated values. Its first row names the columns with their units, "along um, depth um,
/// tilt deg" in any order (tilt may be left out), each further one is a pose (insertion::PathPoint); the needle goes straight
/// from one to the next; a pose that repeats the one before counts once. Lines that begin with # are remarks.
/// Throws InputError with file, line and what is allowed, FileError when there is no such file.
std::vector<insertion::PathPoint> read_path(const std::string& file);

/// One needle of the case put into its skin by a finite-element level, "axisymmetric" or "solid", with the same
/// quantities by the other levels beside it. See insertion::SolidModel for `checkpoint` and `resume`.
InsertionResult insert(const Case&, const std::string& level, insertion::SolidOptions, core::Observer& = core::silent(),
                       const std::function<void(const std::string&)>& checkpoint = {}, const std::string& resume = "");

/// A state as it is kept in a file: what it is, its length, and a checksum over everything, by which any damage shows.
std::string sealed(const std::string& state);
/// The state in such bytes. Throws FileError that names the file when they are not to the last bit what `sealed` made.
std::string unsealed(const std::string& file_name, const std::string& bytes);

/// A file that keeps the last state of an insertion, written whole or not at all; beside it `path`.previous keeps the one
/// before, in case the last is damaged.
class CheckpointFile {
 public:
  /// No file when `path` is empty.
  explicit CheckpointFile(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }
  bool exists() const;
  std::string previous() const { return path_ + ".previous"; }
  /// The last state, or with a note to the observer the one before it. Throws FileError when neither is there whole.
  std::string read(core::Observer& = core::silent()) const;
  void write(const std::string& state) const;  ///< On the disk when it returns. Throws FileError.
  void remove() const;                         ///< Everything that was written.

 private:
  std::string path_;
};

/// Tags of the bibliography that inputs refer to, with their citations.
std::vector<std::pair<std::string, std::string>> sources_of(const std::vector<config::Used>& inputs);

}  // namespace percuta::study
