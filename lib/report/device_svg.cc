// The device at work, in section across its rows: head, needles and depths to scale; the skin's
// form between them is drawn.

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "svg.h"

namespace percuta::report {
namespace {

constexpr double kWidth = 640.0, kHeight = 300.0;  // [pixels]

/// One needle in the picture [m]; x to the right, z down from the undisturbed surface.
struct Drawn {
  double x = 0.0;      ///< where it meets the skin
  double angle = 0.0;  ///< of its axis against the vertical
  double tip_x = 0.0, tip_z = 0.0;
  double deflection = 0.0;  ///< of the skin at it
  double pierced = 0.0;     ///< along its axis
};

struct Scene {
  double half = 0.0;   ///< of the width that is shown [m]
  double above = 0.0;  ///< the surface [m]
  double pitch = 0.0;  ///< of the needles [m]
  std::vector<Drawn> needles;
  std::function<double(double)> pressed;  ///< the skin's surface without the needles [m]
};

struct Frame {
  double scale, middle, top;
  double x(double v) const { return middle + v * scale; }
  double z(double v) const { return top + v * scale; }
};

/// The skin under a drum: its round within the contact, and beyond it a slope that ends.
double under_drum(double x, double approach, double half_width, double radius) {
  const double inside = std::min(std::abs(x), half_width);
  const double edge = approach - inside * inside / (2.0 * radius);
  if (std::abs(x) <= half_width) return edge;
  return edge * std::exp(-(std::abs(x) - half_width) / half_width);
}

Scene roller_scene(const study::Result& r, const device::Roller& roller) {
  const auto& contact = r.on_skin.contact;
  const double length = r.device.needle.length, radius = roller.drum_radius;
  const double turn = 2.0 * std::numbers::pi / roller.needles_per_turn;
  Scene s;
  s.pitch = needle_pitch(r.device);
  s.half = std::max(1.6 * contact.state.half_width, 2.5 * s.pitch);
  s.above = 0.45 * s.half;
  const double approach = contact.state.approach, half_width = contact.state.half_width;
  s.pressed = [=](double x) { return under_drum(x, approach, half_width, radius); };
  const double centre = approach + r.on_skin.needle.displacement - length - radius;
  const int rows = static_cast<int>(std::floor(1.2 / turn));
  for (int k = -rows; k <= rows; ++k) {
    const double angle = k * turn;
    const auto row = static_cast<std::size_t>(std::abs(k));
    const bool touches = row < r.on_skin.rows.size();
    Drawn n;
    n.angle = angle;
    n.tip_x = (radius + length) * std::sin(angle);
    n.tip_z = centre + (radius + length) * std::cos(angle);
    n.x = n.tip_x;
    n.deflection = touches ? r.on_skin.rows[row].deflection : 0.0;
    n.pierced = touches ? r.on_skin.rows[row].pierced_depth : 0.0;
    s.needles.push_back(n);
  }
  return s;
}

/// A plate or a head: needles side by side, all as deep.
Scene plate_scene(const study::Result& r, double pitch, int needles) {
  Scene s;
  s.pitch = pitch;
  s.half = 0.5 * pitch * needles + 1.0 * pitch;
  s.above = std::max(0.45 * s.half, 1.2 * r.device.needle.length);
  s.pressed = [](double) { return 0.0; };
  const auto& at = r.on_skin.needle;
  for (int k = 0; k < needles; ++k) {
    Drawn n;
    n.x = n.tip_x = (k - 0.5 * (needles - 1)) * pitch;
    n.tip_z = at.displacement;
    n.deflection = at.deflection;
    n.pierced = at.pierced_depth;
    s.needles.push_back(n);
  }
  return s;
}

/// The head behind the needles.
std::string head_svg(const study::Result& r, const Scene& s, const Frame& f) {
  const double length = r.device.needle.length;
  const char* style = "fill=\"#c9d1d6\" stroke=\"#5b6770\"";
  if (const auto* roller = std::get_if<device::Roller>(&r.device.head)) {
    const double centre = s.needles[s.needles.size() / 2].tip_z - length - roller->drum_radius;
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" {}/>", f.x(0), f.z(centre),
                       roller->drum_radius * f.scale, style);
  }
  const double face = r.on_skin.needle.displacement - length;
  const double half = 0.5 * s.pitch * static_cast<double>(s.needles.size());
  return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" {}/>",
                     f.x(-half), f.z(face) - 60.0, 2.0 * half * f.scale, 60.0, style);
}

std::string needle_svg(const device::Needle& n, const Drawn& at, const Frame& f) {
  std::string right, left;
  const double c = std::cos(at.angle), s = std::sin(at.angle);
  for (int k = 0; k <= 24; ++k) {
    const double behind = n.length * k / 24.0, radius = radius_behind_tip(n, behind);
    const double x = at.tip_x - behind * s, z = at.tip_z - behind * c;
    right += fmt::format("{}{:.1f} {:.1f} ", k == 0 ? "M" : "L", f.x(x + radius * c),
                         f.z(z - radius * s));
    left = fmt::format("L{:.1f} {:.1f} ", f.x(x - radius * c), f.z(z + radius * s)) + left;
  }
  return fmt::format("<path d=\"{}{}Z\" fill=\"#5b6770\" stroke=\"#333\" stroke-width=\"0.5\"/>",
                     right, left);
}

/// The surface pushed down at each needle that touches.
std::string skin_svg(const study::Result& r, const Scene& s, const Frame& f) {
  const auto surface = [&](double x) {
    double z = s.pressed(x);
    for (const auto& n : s.needles)
      z += n.deflection * std::exp(-std::abs(x - n.x) / (0.22 * s.pitch));
    return z;
  };
  const double upper = epidermis_thickness(r.skin), dermis = dermis_thickness(r.skin);
  std::string out;
  for (const auto& [top, colour] :
       {std::pair{0.0, "#e8b596"}, {upper, "#eb9c96"}, {upper + dermis, "#f7e3a1"}}) {
    std::string path = fmt::format("M0 {:.0f} ", kHeight);
    for (int k = 0; k <= 320; ++k) {
      const double pixel = kWidth * k / 320.0, x = (pixel - f.middle) / f.scale;
      // What the surface takes fades with depth.
      const double z = top + surface(x) * std::exp(-0.25 * top / (upper + dermis));
      path += fmt::format("L{:.1f} {:.1f} ", pixel, f.z(z));
    }
    out +=
        fmt::format("<path d=\"{}L{:.0f} {:.0f} Z\" fill=\"{}\"/>", path, kWidth, kHeight, colour);
  }
  return out;
}

}  // namespace

std::string device_svg(const study::Result& r) {
  Scene s;
  if (const auto* roller = std::get_if<device::Roller>(&r.device.head))
    s = roller_scene(r, *roller);
  else if (const auto* stamp = std::get_if<device::Stamp>(&r.device.head))
    s = plate_scene(r, stamp->spacing, stamp->needles_per_row);
  else {
    s = plate_scene(r, needle_pitch(r.device),
                    pen_needles_across(std::get<device::Pen>(r.device.head)));
  }
  Frame f{};
  f.scale = kWidth / (2.0 * s.half);
  f.middle = 0.5 * kWidth;
  f.top = std::clamp(s.above * f.scale, 90.0, 170.0);
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"the {} at work in section\" "
      "class=\"section broad\"><g clip-path=\"inset(0)\">",
      kWidth, kHeight, device::kind(r.device));
  out += skin_svg(r, s, f) + head_svg(r, s, f);
  for (const auto& n : s.needles) out += needle_svg(r.device.needle, n, f);
  out += fmt::format(
      "<line x1=\"0\" x2=\"{:.0f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#222\" "
      "stroke-dasharray=\"4 3\"/></g>",
      kWidth, f.z(0), f.z(0));
  const double bar = std::pow(10.0, std::floor(std::log10(0.5 * s.half)));
  out += fmt::format(
      "<line x1=\"12\" x2=\"{0:.1f}\" y1=\"290\" y2=\"290\" stroke=\"#222\" "
      "stroke-width=\"3\"/><text x=\"{1:.1f}\" y=\"294\" class=\"label\">{2:g} mm</text>",
      12.0 + bar * f.scale, 18.0 + bar * f.scale, bar * 1e3);
  return out + "</svg>";
}

}  // namespace percuta::report
