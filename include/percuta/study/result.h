#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "percuta/channel/channel.h"
#include "percuta/config/record.h"
#include "percuta/device/device.h"
#include "percuta/healing/healing.h"
#include "percuta/insertion/indentation.h"
#include "percuta/insertion/model.h"
#include "percuta/insertion/solid.h"
#include "percuta/io/document.h"
#include "percuta/protocol/protocol.h"
#include "percuta/rolling/drum_contact.h"
#include "percuta/rolling/rolling.h"
#include "percuta/skin/skin.h"

namespace percuta::study {

/// The device on the skin under the load of the hand: the deepest row and what it shares with the
/// others.
struct OnSkin {
  double ramp_time = 0.0;   ///< from a needle's first touch to its deepest point; 0 = slow [s]
  double stiffening = 1.0;  ///< of the uppermost layer at that time over the slow response [-]
  rolling::DrumContact contact;
  double cell_load = 0.0;       ///< on one cell of the deepest row, needle and face [N]
  insertion::CellDepth needle;  ///< the nominal one, in that cell
  int rows_engaged = 0;         ///< within the contact
  double needles_force = 0.0;   ///< on all needles [N]
  double face_force = 0.0;      ///< on the drum face [N]
  double face_load =
      0.0;  ///< of the hand, at which the face begins to bear; NaN when it does not [N]
  double opening_load =
      0.0;  ///< of the hand, at which the nominal needle opens the skin; NaN when it does not [N]
};

/// Everything that one case gave. Made by study::run.
struct Result {
  std::string version, title, case_file, level;
  std::uint64_t seed = 1;
  skin::Skin skin;
  device::Device device;
  protocol::Protocol protocol;

  insertion::IndentationCurve
      indentation;  ///< unpierced skin in the device cell before the face touches, slow
  channel::InsertionCurve insertion;  ///< the nominal needle under a growing load on its cell
  rolling::Kinematics kinematics{};
  OnSkin on_skin;
  channel::Depths depths;    ///< over the scatter of needles and skin
  channel::Channel channel;  ///< of the mean depth of those that pierce
  channel::ChannelField field;
  channel::Bleeding bleeding = channel::Bleeding::none;
  double loop_hits = 0.0;            ///< papillary loops met by a channel on average [-]
  std::vector<double> report_times;  ///< at which figures are given, after the first session [s]
  std::string cell_key, cell_table, drum_key,
      drum_table;  ///< the finite-element responses that the run used
  healing::Wound wound;
  healing::Course healing;
  std::vector<core::ModelCard> models;  ///< that made it
  insertion::InsertionCost
      insertion_cost;  ///< of the insertion model, beyond the responses that it rests on

  std::vector<config::Used> inputs;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> sources;  ///< tag, citation
  io::Provenance provenance;                                 ///< what made it, and from what
};

/// A time at which figures are given.
struct Moment {
  double time;        ///< after the first session [s]
  std::string label;  ///< "day 28", "day 28 after the last session", "last day, 90"
};

/// Days that were asked for and lie within the course, the same after the last of several sessions,
/// and the last day.
std::vector<Moment> moments(const Result&);

/// Whether any needles of the scatter pierce.
bool pierced(const Result&);

/// One case's answers, inputs, warnings, sources and where they come from.
io::Document document(const Result&);
std::string summary_json(const Result&);
const config::Outputs<Result>& result_outputs();

/// The same quantity by two levels.
struct CrossCheck {
  std::string quantity;     ///< "force at 0.2 mm, before the skin opens"
  std::string here, there;  ///< "solid", "axisymmetric"
  double value = 0.0, other = 0.0;
  std::string unit, people_unit;
  std::string remark;
};

/// One needle put into one skin by a finite-element level. Made by study::insert.
struct InsertionResult {
  std::string version, title, case_file, level, motion;
  skin::Skin skin;
  device::Device device;
  insertion::SolidOptions options;
  insertion::SolidInsertion solution;
  std::vector<CrossCheck> checks;
  std::vector<config::Used> inputs;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> sources;  ///< tag, citation
  io::Provenance provenance;                                 ///< what made it, and from what
};

io::Document document(const InsertionResult&);
std::string summary_json(const InsertionResult&);
const config::Outputs<InsertionResult>& insertion_outputs();

/// Every output by what gives it: "run" and "insert".
std::vector<std::pair<std::string, std::vector<config::Output>>> all_outputs();

}  // namespace percuta::study
