#pragma once

#include "percuta/study/case.h"

namespace percuta::study {

struct TopLevel {
  std::string title;
  double seed = 1;
};

const config::Record<TopLevel>& top_record();
const config::Record<ChannelOptions>& channel_record();
const config::Record<ScatterOptions>& scatter_record();
const config::Record<HealingOptions>& healing_record();
const config::Record<Comparison>& comparison_record();

}  // namespace percuta::study
