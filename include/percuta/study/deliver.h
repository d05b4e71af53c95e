#pragma once

#include <string>
#include <utility>
#include <vector>

#include "percuta/config/output.h"
#include "percuta/core/progress.h"
#include "percuta/delivery/treatment.h"
#include "percuta/io/document.h"
#include "percuta/study/case.h"
#include "percuta/study/result.h"

namespace percuta::study {

/// What gets in through the channels that the device left. Made by study::deliver.
struct DeliveryResult {
  Result rolled;  ///< the device on the skin, up to its channels
  delivery::Delivered delivered;
  std::vector<core::ModelCard> models;  ///< that made it
  std::vector<std::string> warnings;
  std::vector<std::string> doubts;  ///< those of them that say that a model's range was left, or
                                    ///< that a key has no effect
  std::vector<std::pair<std::string, std::string>> sources;  ///< tag, citation
  io::Provenance provenance;                                 ///< what made it, and from what
};

/// The device on the skin and what its channels let in: case, channels, closing of the barrier,
/// delivery. Throws InputError for a case that names no solute.
DeliveryResult deliver(const Case&, core::Observer& = core::silent());

/// The same where the device was rolled before.
DeliveryResult deliver(const Case&, Result rolled, core::Observer& = core::silent());

/// The channels of a result in so many classes of depth, equal numbers in each, with the
/// half-lives of the barrier by the healing constants of the case; none where nothing is pierced.
std::vector<delivery::Channels> depth_classes(const Case&, const Result&, int classes);

/// Keys of a solute of the catalogue that are estimated, "radius, partition"; "" for an unknown
/// one.
std::string estimated_of_solute(const std::string& name);

io::Document document(const DeliveryResult&);
std::string summary_json(const DeliveryResult&);
const config::Outputs<DeliveryResult>& delivery_outputs();

}  // namespace percuta::study
