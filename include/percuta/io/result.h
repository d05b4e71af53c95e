#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "percuta/channel/channel.h"
#include "percuta/config/record.h"
#include "percuta/device/device.h"
#include "percuta/healing/healing.h"
#include "percuta/insertion/cell_level.h"
#include "percuta/insertion/indentation.h"
#include "percuta/protocol/protocol.h"
#include "percuta/rolling/drum_contact.h"
#include "percuta/rolling/rolling.h"
#include "percuta/skin/skin.h"

namespace percuta::io {

/// The device on the skin under the load of the hand: the deepest row and what it shares with the others.
struct OnSkin {
  double ramp_time = 0.0;   ///< from a needle's first touch to its deepest point; 0 = slow [s]
  double stiffening = 1.0;  ///< of the uppermost layer at that time over the slow response [-]
  rolling::DrumContact contact;
  double cell_load = 0.0;       ///< on one cell of the deepest row, needle and face [N]
  insertion::CellDepth needle;  ///< the nominal one, in that cell
  int rows_engaged = 0;         ///< within the contact
  double needles_force = 0.0;   ///< on all needles [N]
  double face_force = 0.0;      ///< on the drum face [N]
  double face_load = 0.0;       ///< of the hand, at which the face begins to bear; NaN when it does not [N]
  double opening_load = 0.0;    ///< of the hand, at which the nominal needle opens the skin; NaN when it does not [N]
};

/// Everything that one case gave. Saved, loaded and drawn by this module; made by study::run.
struct Result {
  std::string version, title, case_file, level;
  std::uint64_t seed = 1;
  skin::Skin skin;
  device::Device device;
  protocol::Protocol protocol;

  insertion::IndentationCurve indentation;  ///< unpierced skin in the device cell before the face touches, slow
  channel::InsertionCurve insertion;        ///< the nominal needle under a growing load on its cell
  rolling::Kinematics kinematics{};
  OnSkin on_skin;
  channel::Depths depths;    ///< over the scatter of needles and skin
  channel::Channel channel;  ///< of the mean depth of those that pierce
  channel::ChannelField field;
  channel::Bleeding bleeding = channel::Bleeding::none;
  double loop_hits = 0.0;                                  ///< papillary loops met by a channel on average [-]
  std::vector<double> report_days;                         ///< at which figures are given, after the first session [d]
  std::string cell_key, cell_table, drum_key, drum_table;  ///< the finite-element responses that the run used
  healing::Wound wound;
  healing::Course healing;

  std::vector<config::Used> inputs;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> sources;  ///< tag, citation
};

/// One value of the summary, in SI.
struct SummaryValue {
  std::string group, name;
  double value = 0.0;
  std::string unit;
  double sd = 0.0;    ///< 0 = none given
  std::string label;  ///< for people
  std::string people_unit;
};

/// The scalar answers, in the order in which people ask for them.
std::vector<SummaryValue> summary_values(const Result&);

/// A day at which figures are given.
struct Moment {
  double day;         ///< after the first session [d]
  std::string label;  ///< "day 28", "day 28 after the last session", "last day, 90"
};

/// Days that were asked for and lie within the course, the same after the last of several sessions, and the last day.
std::vector<Moment> moments(const Result&);

/// Whether any needles of the scatter pierce.
bool pierced(const Result&);

/// summary.json.
std::string summary_json(const Result&);

/// The bytes of results.h5.
std::string hdf5(const Result&);

/// One dataset of a result file.
struct Dataset {
  std::string path;  ///< "/healing/collagen"
  std::string unit;
  std::string long_name;
  std::vector<std::size_t> shape;
  std::vector<double> values;
  std::vector<std::string> axes;  ///< paths of the scales of each dimension
};

/// Everything that results.h5 holds; the file and the Python arrays are made from this list.
std::vector<Dataset> datasets(const Result&);

/// Texts that say where a file comes from: name, value.
using Provenance = std::vector<std::pair<std::string, std::string>>;

/// The text of a fact, "" when there is none of that name.
std::string fact(const Provenance&, const std::string& name);

/// The bytes of a result file of datasets with units and scales, inputs and provenance. Made in memory, so that a disk that
/// fills up meets one checked write and not the library that made them. Throws FileError.
std::string hdf5(const std::vector<Dataset>&, const std::vector<config::Used>& inputs, const Provenance&);

/// Reads the texts that say where a result file comes from. Throws FileError.
Provenance read_provenance(const std::string& path);

/// Reads the datasets of results.h5 back, without their axes. Throws FileError.
std::vector<Dataset> read_hdf5(const std::string& path);

/// Channels and healing fields for ParaView: names (*.vtu, *.pvd) and texts.
std::vector<std::pair<std::string, std::string>> fields(const Result&);

/// report.html: one file, no network. Results side by side under their labels; rows that failed, label and reason, stand with
/// them.
std::string report_html(const std::vector<const Result*>& results, const std::vector<std::string>& labels, const std::string& charts_script,
                        const std::string& charts_style, const std::vector<std::pair<std::string, std::string>>& failures = {});

/// Writes a folder whole or not at all: files go to a sibling that takes the folder's place at the end. While one run
/// writes, another that wants the same folder is refused; what a killed run left is cleared away by the next.
class ResultFolder {
 public:
  /// Links are followed. Throws FileError when the folder cannot be made, is being written by another run, is the current
  /// one, or holds something already and `replace` is false.
  ResultFolder(std::string path, bool replace);
  ~ResultFolder();
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;
  /// A file of the folder, down to the disk. Throws FileError.
  void write(const std::string& name, const std::string& bytes);
  /// Puts the folder in place. Throws FileError; the old one is then where it was.
  void commit();

 private:
  void claim(const std::string& name);
  void release();
  void leave();

  std::string path_, staging_, aside_;
  std::vector<std::string> made_;  // folders above that were not there
  int lock_ = -1;
  bool replace_ = false, owned_ = false, committed_ = false;
};

/// All files of one result into a folder being written.
void write_result(const Result&, ResultFolder&, const std::string& below, const std::string& charts_script, const std::string& charts_style);

}  // namespace percuta::io
