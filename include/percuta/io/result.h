#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "percuta/channel/channel.h"
#include "percuta/config/record.h"
#include "percuta/device/device.h"
#include "percuta/healing/healing.h"
#include "percuta/insertion/indentation.h"
#include "percuta/protocol/protocol.h"
#include "percuta/rolling/rolling.h"
#include "percuta/skin/skin.h"

namespace percuta::io {

/// Everything that one case gave. Saved, loaded and drawn by this module; made by study::run.
struct Result {
  std::string version, title, case_file, level;
  std::uint64_t seed = 1;
  skin::Skin skin;
  device::Device device;
  protocol::Protocol protocol;

  insertion::IndentationCurve indentation;
  channel::InsertionCurve insertion;  ///< straight push to the full needle length
  rolling::Kinematics kinematics{};
  rolling::LoadSharing load{};
  channel::Channel channel;  ///< of the needles of the vertical row
  channel::ChannelField field;
  channel::Bleeding bleeding = channel::Bleeding::none;
  double loop_hits = 0.0;  ///< papillary loops met by a channel on average [-]
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

/// summary.json.
std::string summary_json(const Result&);

/// results.h5. Throws FileError.
void write_hdf5(const Result&, const std::string& path);

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

/// A result file of datasets with units and scales, inputs and provenance. Throws FileError.
void write_hdf5(const std::vector<Dataset>&, const std::vector<config::Used>& inputs, const Provenance&, const std::string& path);

/// Reads the datasets of results.h5 back, without their axes. Throws FileError.
std::vector<Dataset> read_hdf5(const std::string& path);

/// Skin section with needle and channel, healing fields: fields/*.vtu with a .pvd. Throws FileError.
void write_fields(const Result&, const std::string& folder);

/// report.html: one file, no network. `charts` is the script of the chart library.
std::string report_html(const std::vector<const Result*>& results, const std::vector<std::string>& labels, const std::string& charts_script,
                        const std::string& charts_style);

/// Writes a folder whole or not at all: files go to a temporary sibling that is renamed at the end.
class ResultFolder {
 public:
  /// Throws FileError when the folder cannot be made, or holds something already and `replace` is false.
  ResultFolder(std::string path, bool replace);
  ~ResultFolder();
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;
  const std::string& staging() const { return staging_; }
  void write(const std::string& name, const std::string& text);
  void commit();

 private:
  std::string path_, staging_;
  bool committed_ = false;
};

/// All files of one result into a folder being written.
void write_result(const Result&, ResultFolder&, const std::string& below, const std::string& charts_script, const std::string& charts_style);

}  // namespace percuta::io
