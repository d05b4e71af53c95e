#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "percuta/channel/channel.h"
#include "percuta/config/record.h"
#include "percuta/device/device.h"
#include "percuta/healing/bands.h"
#include "percuta/healing/firmness.h"
#include "percuta/healing/wrinkle.h"
#include "percuta/insertion/indentation.h"
#include "percuta/insertion/model.h"
#include "percuta/insertion/solid.h"
#include "percuta/io/document.h"
#include "percuta/protocol/protocol.h"
#include "percuta/protocol/rules.h"
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
  double cell_load = 0.0;                  ///< on one cell of the deepest row, needle and face [N]
  insertion::CellDepth needle;             ///< the nominal one, in that cell
  int rows_engaged = 0;                    ///< within the contact
  std::vector<insertion::CellDepth> rows;  ///< the deepest row's needle and, of a roller, those of
                                           ///< the rows beside it that touch, by distance
  double needles_force = 0.0;              ///< on all needles [N]
  double face_force = 0.0;                 ///< on the drum face [N]
  double face_load =
      0.0;  ///< of the hand, at which the face begins to bear; NaN when it does not [N]
  double opening_load =
      0.0;  ///< of the hand, at which the nominal needle opens the skin; NaN when it does not [N]
};

/// Layers from the surface down.
struct LayersReached {
  std::vector<double> top;    ///< of each layer below the surface [m]
  std::vector<double> share;  ///< of the landings that end in it or below [-]
};

/// As many passes in other directions.
struct Evenness {
  int passes = 0;
  double covered = 0.0;  ///< share of the surface within channels.target_distance of a channel [-]
  double largest_untreated_circle = std::numeric_limits<double>::quiet_NaN();  ///< radius [m]
  double clark_evans = std::numeric_limits<double>::quiet_NaN();               ///< 1 at random [-]
};

/// Passes that reach what channels.target_* ask for; NaN where neither a hundred a direction do nor
/// as many as can be laid out.
struct Targets {
  double passes_for_density = std::numeric_limits<double>::quiet_NaN();
  double passes_for_coverage = std::numeric_limits<double>::quiet_NaN();
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
  double strength = 0.0;        ///< axial force at which the needle buckles, free of the skin [N]
  double strength_ratio = 0.0;  ///< of that to the most that it bears [-]
  OnSkin on_skin;
  channel::Depths depths;    ///< over the scatter of needles and skin
  channel::Channel channel;  ///< of the mean depth of those that pierce
  channel::ChannelField field;
  channel::Bleeding bleeding = channel::Bleeding::none;
  channel::BleedingShares bleeding_shares;
  LayersReached layers;
  std::vector<Evenness> evenness;  ///< of one, two and four directions
  Targets targets;
  std::vector<double> report_times;  ///< at which figures are given, after the first session [s]
  std::string cell_key, cell_table, drum_key,
      drum_table;  ///< the finite-element responses that the run used
  healing::Wound wound;
  healing::Course healing;
  healing::Bands healing_bands;         ///< between which the courses lie
  healing::Firmness firmness;           ///< without readings where healing.suction is false
  healing::Wrinkle wrinkle;             ///< without readings where healing.furrow is false
  std::vector<core::ModelCard> models;  ///< that made it
  insertion::InsertionCost
      insertion_cost;  ///< of the insertion model, beyond the responses that it rests on

  std::vector<config::Used> inputs;
  std::vector<protocol::Finding> safety;  ///< what speaks against the protocol for the person
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

/// Whether the result goes on to what the skin does afterwards.
bool healed(const Result&);

/// Whether any needles of the scatter pierce.
bool pierced(const Result&);

/// Whether the nominal needle pierces.
bool pierced_nominal(const Result&);

/// One case's answers, inputs, warnings, sources and where they come from.
io::Document document(const Result&);
std::string summary_json(const Result&);
const config::Outputs<Result>& result_outputs();  ///< of `run`
const config::Outputs<Result>& roll_outputs();    ///< of `roll`, which ends at the channels
const config::Outputs<Result>& outputs_of(const Result&);

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

/// Every output by what gives it: "run", "roll", "insert", "deliver".
std::vector<std::pair<std::string, std::vector<config::Output>>> all_outputs();

}  // namespace percuta::study
