#pragma once

#include <functional>
#include <optional>
#include <string>

#include "percuta/study/case.h"

namespace percuta::study {

struct TopLevel {
  std::string title;
  double seed = 1;
};

const config::Record<TopLevel>& top_record();
const config::Record<protocol::Protocol>& protocol_record();
const config::Record<protocol::Person>& person_record();
const config::Record<ChannelOptions>& channel_record();
const config::Record<ScatterOptions>& scatter_record();
const config::Record<HealingOptions>& healing_record();
const config::Record<Comparison>& comparison_record();

/// The key of this path, those of layers with names of one's own included; none for a path that is
/// no key.
std::optional<config::Key> key_of(const std::string& path);

using Complaint = std::function<void(const std::string& path, const std::string& message,
                                     const std::string& hint)>;

/// A row's label must be what was computed: the key is one of a case, and no value stands twice.
void check_comparison(const Comparison&, const Complaint&);

}  // namespace percuta::study
