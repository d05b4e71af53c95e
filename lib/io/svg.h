#pragma once

#include <string>

#include "percuta/io/result.h"

namespace percuta::io {

/// Skin section with the channel in the undeformed skin and the needle at full travel, to scale.
std::string section_svg(const Result&);

/// Channels on the sample square, coloured by rolling direction.
std::string channel_map_svg(const Result&);

std::string escape_html(const std::string&);

}  // namespace percuta::io
