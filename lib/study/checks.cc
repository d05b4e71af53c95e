// What is wrong with a case whose values are each allowed: values that do not go together.

#include "checks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "percuta/core/quantity.h"
#include "percuta/healing/model.h"
#include "percuta/rolling/rolling.h"
#include "percuta/skin/furrow.h"

namespace percuta::study {
namespace {

constexpr double kMostLandings = 2e6;  // a map of more tells nobody more, and takes gigabytes
constexpr double kBytes = 600.0;       // of a landing with all that is written of it

void check_needles(const Case& c, config::Reader& reader) {
  const auto& n = c.device.needle;
  const double thick = thickness(c.skin);
  // A pen's needles stand out by their stroke alone.
  if (n.length > thick && !std::holds_alternative<device::Pen>(c.device.head))
    reader.error("device.needle.length",
                 fmt::format("is out of range: {} is longer than the skin is thick",
                             core::format_quantity(n.length, "mm")),
                 fmt::format("(this skin is {} thick in all)", core::format_quantity(thick, "mm")));
  check_needle(n, reader);
  check_head(c.device, reader);
}

void check_motion(const Case& c, config::Reader& reader) {
  const double length = c.device.needle.length;
  if (const auto* roller = std::get_if<device::Roller>(&c.device.head);
      roller != nullptr && length > roller->drum_radius)
    reader.error("device.needle.length",
                 fmt::format("is out of range: {} is longer than the drum's radius",
                             core::format_quantity(length, "mm")),
                 fmt::format("(allowed up to device.roller.drum_radius = {})",
                             core::format_quantity(roller->drum_radius, "mm")));
  const auto* pen = std::get_if<device::Pen>(&c.device.head);
  if (pen == nullptr) return;
  if (pen->stroke > thickness(c.skin))
    reader.error("device.pen.stroke",
                 fmt::format("is out of range: {} is more than the skin is thick",
                             core::format_quantity(pen->stroke, "mm")),
                 fmt::format("(this skin is {} thick in all)",
                             core::format_quantity(thickness(c.skin), "mm")));
  if (pen->stroke > length)
    reader.error("device.pen.stroke",
                 fmt::format("is out of range: {} is more than the needles are long",
                             core::format_quantity(pen->stroke, "mm")),
                 fmt::format("(allowed up to device.needle.length = {})",
                             core::format_quantity(length, "mm")));
  if (!(c.protocol.speed > 0.0))
    reader.error("protocol.speed", "is \"slow\", and a pen's head is moved along the skin",
                 "write for example speed = \"20 mm/s\"");
  if (c.insertion.level != "energy")
    reader.error("insertion.level",
                 fmt::format("is \"{}\", and a pen's needles are driven without their base",
                             c.insertion.level),
                 "write insertion.level = \"energy\"");
}

void check_patch(const Case& c, config::Reader& reader) {
  const bool drawn = !c.channels.outline.empty();
  const std::string key = drawn ? "channels.outline" : "channels.sample_side";
  for (const auto& used : reader.used())
    if (drawn && used.path == "channels.sample_side" && used.given)
      reader.error(used.path, "has no place here", "channels.outline takes its place");
  const auto patch = patch_of(c.channels);
  if (const auto wrong = channel::why_impossible(patch); !wrong.empty()) {
    reader.error(key, wrong, "corners in order, the first not written again at the end");
    return;
  }
  if (!(c.protocol.speed > 0.0) && std::holds_alternative<device::Pen>(c.device.head)) return;
  const auto box = channel::bounding_box(patch);
  const double pitch = std::sqrt(device::cell_area(c.device));
  if (std::min(box.right - box.left, box.top - box.bottom) < pitch)
    reader.error(
        key,
        fmt::format("makes a patch of {} by {}, less than one needle's share of the device",
                    core::format_quantity(box.right - box.left, "mm", 3),
                    core::format_quantity(box.top - box.bottom, "mm", 3)),
        fmt::format("(at least {} either way)", core::format_quantity(pitch, "mm", 3)));
  const double landings =
      c.protocol.sessions * rolling::expected_landings(c.device, c.protocol, channel::area(patch));
  if (landings > kMostLandings)
    reader.error(key,
                 fmt::format("would hold {:.3g} needle landings, in some {:.3g} GB of memory",
                             landings, landings * kBytes * 1e-9),
                 fmt::format("(at most {:.3g}; a smaller patch or fewer passes)", kMostLandings));
}

/// The square that healing follows lies within the treated skin.
void check_followed(const Case& c, config::Reader& reader) {
  if (c.healing_options.level != healing::kPatchLevel) return;
  const auto box = channel::bounding_box(patch_of(c.channels));
  const double most = std::min(box.right - box.left, box.top - box.bottom);
  if (c.healing_options.patch > most * (1.0 + 1e-9))
    reader.error("healing.patch",
                 fmt::format("is larger than the treated skin, which is {} across",
                             core::format_quantity(most, "mm", 3)),
                 "write a smaller one, or a larger channels.patch");
}

void check_vessels(const Case& c, config::Reader& reader) {
  if (c.healing_options.vessels && c.healing_options.level != "axisymmetric")
    reader.error("healing.vessels",
                 fmt::format("has no place here: healing.level is \"{}\"", c.healing_options.level),
                 "write healing.level = \"axisymmetric\"");
}

void check_protocol(const Case& c, config::Reader& reader) {
  check_vessels(c, reader);
  check_patch(c, reader);
  check_followed(c, reader);
  const bool planned = !c.protocol.plan.empty();
  const double last = protocol::session_times(c.protocol).back();
  if (last >= c.healing_options.days)
    reader.error(planned ? "protocol.plan" : "protocol.sessions",
                 fmt::format("end{} after healing.days: the last of {} is on day {:.4g}, and the "
                             "skin is followed for {}",
                             planned ? "s" : "", c.protocol.sessions, last / core::kDay,
                             core::format_quantity(c.healing_options.days, "days")),
                 fmt::format("write for example healing.days = \"{:.0f} days\"",
                             std::ceil(last / core::kDay) + 90.0));
}

/// What is laid on the skin must find one, and what is asked of it must lie in it.
void check_delivery(const Case& c, config::Reader& reader) {
  if (c.solute.name.empty()) return;
  const auto& o = c.delivery;
  const double whole = thickness(c.skin);
  if (o.setting == delivery::Setting::in_vitro && o.skin_thickness > whole)
    reader.error("delivery.skin_thickness",
                 fmt::format("is out of range: this skin is {} thick in all",
                             core::format_quantity(whole, "mm")),
                 fmt::format("(allowed up to {})", core::format_quantity(whole, "mm")));
  double passed = 0.0;
  for (const auto& l : delivery::problem_of(c.skin, delivery::completed(c.solute), o, {}).layers)
    passed += l.thickness;
  if (!(passed > 0.0))
    reader.error("skin.layers", "have none above the hypodermis, into which something could get",
                 "delivery ends there; or write delivery.setting = \"in_vitro\"");
  else if (o.threshold_depth > passed)
    reader.error("delivery.threshold_depth",
                 fmt::format("is out of range: the solute is followed down to {}",
                             core::format_quantity(passed, "mm")),
                 fmt::format("(allowed up to {})", core::format_quantity(passed, "mm")));
}

/// A furrow that layers can follow.
void check_furrow(const Case& c, config::Reader& reader) {
  if (!c.healing_options.furrow) return;
  const auto& f = c.healing_options.wrinkle;
  const auto refuse = [&](const char* key, double value, const std::string& why, double most,
                          const std::string& what) {
    reader.error(fmt::format("healing.wrinkle.{}", key),
                 fmt::format("is out of range: {} is {}", core::format_quantity(value, "mm"), why),
                 fmt::format("(allowed up to {}{})", what, core::format_quantity(most, "mm")));
  };
  if (f.width > f.spacing)
    refuse("width", f.width, "wider than furrows lie apart", f.spacing,
           "healing.wrinkle.spacing = ");
  const auto layers = furrow_layers(c.skin);
  const double room = layers.level - layers.follow;
  if (f.depth > f.width)
    refuse("depth", f.depth, "more than the furrow is wide", f.width, "healing.wrinkle.width = ");
  else if (f.depth > 0.5 * room)
    refuse("depth", f.depth, "more than half the dermis, which thins out below the furrow",
           0.5 * room, "");
}

void check_vessels(const skin::Vessels& v, config::Reader& reader) {
  const auto below = [&](const char* key, double value, const char* above, double least) {
    if (value < least)
      reader.error(fmt::format("skin.vessels.{}", key),
                   fmt::format("is out of range: {} lies above {}",
                               core::format_quantity(value, "mm"), above),
                   fmt::format("(allowed from {})", core::format_quantity(least, "mm")));
  };
  below("dense_plexus", v.dense_plexus, "the loops", v.loops);
  below("heavy", v.heavy, "the dense plexus", v.dense_plexus);
}

}  // namespace

void check_needle(const device::Needle& n, config::Reader& reader) {
  if (n.tip_radius >= n.shank_radius)
    reader.error("device.needle.tip_radius",
                 "is out of range: the tip is blunter than the shank is wide",
                 fmt::format("(allowed below device.needle.shank_radius = {})",
                             core::format_quantity(n.shank_radius, "um")));
}

void check_head(const device::Device& d, config::Reader& reader) {
  if (const double gap = device::smallest_pitch(d.head); gap < 2.0 * d.needle.shank_radius) {
    const bool rolls = std::holds_alternative<device::Roller>(d.head),
               pen = std::holds_alternative<device::Pen>(d.head);
    reader.error("device." + device::kind(d) +
                     (rolls ? ".needles_per_turn"
                      : pen ? ".needles"
                            : ".spacing"),
                 fmt::format("makes needles overlap: {} from one to the next, and each is {} thick",
                             core::format_quantity(gap, "um", 3),
                             core::format_quantity(2.0 * d.needle.shank_radius, "um", 3)),
                 rolls ? "fewer needles_per_turn or rows, or a larger drum_radius or width"
                 : pen ? "fewer needles, or a larger head_width"
                       : "a larger spacing");
  }
}

void check_layer(const skin::Layer& layer, config::Reader& reader) {
  std::string key = layer.name;
  std::replace(key.begin(), key.end(), ' ', '_');
  double gone = 0.0;
  for (const auto& term : layer.relaxation) gone += term.share;
  if (!(gone < 0.999))
    reader.error("skin.layers." + key + ".relaxation",
                 fmt::format("has shares of {:g} together: nothing would be left", gone),
                 "(allowed below 0.999)");
}

void check_skin(const skin::Skin& skin, config::Reader& reader) {
  check_vessels(skin.vessels, reader);
  for (const auto& layer : skin.layers) check_layer(layer, reader);
  if (skin.layers.size() < 2)
    reader.error("skin.layers", "needs at least two layers",
                 "see `percuta explain skin.layers` for the keys of a layer");
}

void check_physics(const Case& c, config::Reader& reader) {
  check_safety(c, reader);
  check_needles(c, reader);
  check_motion(c, reader);
  check_protocol(c, reader);
  check_delivery(c, reader);
  check_furrow(c, reader);
  if (healing::loop_gain(c.healing) >= 1.0)
    reader.error("healing.parameters.alarm_from_macrophages",
                 fmt::format("makes inflammation feed itself: loop gain {:.3g}",
                             healing::loop_gain(c.healing)),
                 "(allowed (k_M/K_alpha) p_M / ((k_12 + d_M) d_alpha) below 1)");
  check_skin(c.skin, reader);
}

}  // namespace percuta::study
