#pragma once

#include <string>

#include "percuta/study/result.h"

namespace percuta::report {

/// Skin section with the channel in the undeformed skin and the needle at full travel, to scale.
std::string section_svg(const study::Result&);

/// The device at work: head, needles and tented skin in section.
std::string device_svg(const study::Result&);

/// Channels on the sample square, coloured by rolling direction.
std::string channel_map_svg(const study::Result&);

std::string escape_html(const std::string&);

}  // namespace percuta::report
