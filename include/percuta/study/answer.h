#pragma once

#include <string>
#include <vector>

#include "percuta/study/deliver.h"
#include "percuta/study/result.h"

namespace percuta::study {

/// What a result answers, in a few sentences: whether needles pierce, how deep, how many channels,
/// what the skin does afterwards, bands in brackets.
std::string answer(const Result&);
/// The same of what gets in.
std::string answer(const DeliveryResult&);

/// A line of a result beside others: share that pierces, depth, channels; or that nothing pierces
/// and what would.
std::string short_answer(const Result&);

/// Change of a course whose healthy value is 1 at a time after the first session, with the band
/// that it has: "+5.3 % (+1.2 to +9.9)".
std::string change_at(const Result&, const std::vector<double>& (*series)(const healing::Course&),
                      double time);

}  // namespace percuta::study
