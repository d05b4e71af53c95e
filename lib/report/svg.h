#pragma once

#include <array>
#include <string>
#include <vector>

#include "percuta/study/deliver.h"
#include "percuta/study/result.h"

namespace percuta::report {

/// Layers of the skin from the surface down; the last one serves what lies below.
inline constexpr std::array<const char*, 5> kLayerColours{"#d9b08c", "#f2c6a8", "#f0a8a0",
                                                          "#e58f8a", "#f7e3a1"};

/// The needle at full load in the skin that it pushes down, and the channel that is left.
std::string section_svg(const study::Result&);

/// The device at work: head, needles and tented skin in section.
std::string device_svg(const study::Result&);

/// Channels on the sample square; coloured by direction, and by depth or pass where the page's
/// script says so.
std::string channel_map_svg(const study::Result&);

/// Distance between needles in the section that is drawn [m].
double needle_pitch(const device::Device&);

/// What a needle is at when it is deepest, "stroke" or "load".
std::string full(const device::Device&);

/// How many needles of a pen are drawn side by side.
int pen_needles_across(const device::Pen&);

std::string escape_html(const std::string&);

inline constexpr std::size_t kClasses = 5;
/// From which value on each colour of a picture stands.
using Classes = std::array<double, kClasses>;
/// Classes half a decade apart, beyond the last of which a thousandth of the positive values lie at
/// most; infinite where none is positive.
Classes half_decades(std::vector<double> values);

/// A square of colour in the legend, and what it stands for.
std::string swatch(double x, double y, const char* colour, const std::string& text);

/// Concentration round the commonest channel at up to four moments; "" of a level that has no
/// field.
std::string concentration_pictures(const study::DeliveryResult&);

/// Collagen of a patch that is followed channel by channel, seen from above at up to four moments;
/// "" of another level.
std::string collagen_maps(const study::Result&);

}  // namespace percuta::report
