// What a result says in words, in the terminal and at the head of its report.

#include "percuta/study/answer.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "percuta/healing/record.h"
#include "percuta/study/run.h"

namespace percuta::study {
namespace {

constexpr double kHour = 3600.0;

/// "5 N at 50 mm/s", "5 N, slowly".
std::string how_pressed(const Result& r) {
  if (const auto* pen = std::get_if<device::Pen>(&r.device.head))
    return fmt::format("a stroke of {:.3g} mm at {:.3g} Hz, moved at {:.3g} mm/s",
                       pen->stroke * 1e3, pen->stroke_rate, r.protocol.speed * 1e3);
  return r.protocol.speed > 0.0
             ? fmt::format("{:.3g} N at {:.3g} mm/s", r.protocol.load, r.protocol.speed * 1e3)
             : fmt::format("{:.3g} N, slowly", r.protocol.load);
}

std::string unpierced(const Result& r) {
  const auto& on = r.on_skin;
  return fmt::format(
      "{:.2g} mm needles under {} do not pierce this skin, not one of {} drawn from the scatter: "
      "each bears {:.3g} mN where opening the surface takes {:.3g} "
      "mN.{}",
      r.device.needle.length * 1e3, how_pressed(r), r.depths.depth.size(),
      on.needle.needle_force * 1e3, r.insertion.required_force * 1e3,
      std::isfinite(on.opening_load) ? fmt::format(" A load of {:.3g} N would.", on.opening_load)
                                     : "");
}

std::string pierced_words(const Result& r) {
  return fmt::format(
      "{:.3g} % of the landings pierce, {:.2f} mm deep ({:.2f} to {:.2f} mm), {:.0f} channels/cm²",
      100.0 * r.depths.share, r.channel.depth * 1e3, r.depths.low * 1e3, r.depths.high * 1e3,
      r.field.channel_density / 1e4);
}

/// Of a result that ends at the channels.
std::string channel_words(const Result& r) {
  const auto& p = r.field.pattern;
  return fmt::format(
      "Under {}, {:.3g} % of the {:.2g} mm needles that land pierce the skin, on average {:.2f} mm "
      "deep (nine in ten between {:.2f} and {:.2f} mm), into the {}. {} passes leave {:.0f} "
      "channels per cm², {} and {:.0f} by {:.0f} µm at the surface; {:.0f} % of the skin lies "
      "within 0.2 mm of one, and the largest circle without one is {:.2f} mm across. {:.0f} "
      "channels per cm² open a vessel.",
      how_pressed(r), 100.0 * r.depths.share, r.device.needle.length * 1e3, r.channel.depth * 1e3,
      r.depths.low * 1e3, r.depths.high * 1e3, r.channel.deepest_layer, r.field.passes,
      r.field.channel_density / 1e4, r.channel.shape == "slit" ? "slits" : "round",
      r.channel.hole_length * 1e6, 2e6 * r.channel.opening_radius, 100.0 * p.covered[1],
      2e3 * p.largest_untreated_circle, r.bleeding_shares.bleeding_density / 1e4);
}

/// Where the load ends.
std::string bearing(const Result& r) {
  return r.on_skin.needle.base_force > 0.0 ? "the skin yields the rest"
                                           : "the face of the device stays off the skin, so that "
                                             "the load and not their length sets the depth";
}

const std::vector<double>& whole(const healing::Course& c) { return c.dermis.collagen; }
const std::vector<double>& needled(const healing::Course& c) { return c.collagen; }

/// Changes of collagen on the first day that is reported and the last.
std::string healing_words(const Result& r) {
  const double last = r.healing.time.back();
  const double early = r.report_times.empty() ? last : std::min(r.report_times.front(), last);
  const auto both = [&](const std::vector<double>& (*series)(const healing::Course&)) {
    std::string out =
        fmt::format("{} by day {:g}", change_at(r, series, early), early / core::kDay);
    if (last > early)
      out += fmt::format(" and {} by day {:g}", change_at(r, series, last), last / core::kDay);
    return out;
  };
  std::string out = fmt::format("Collagen of the whole dermis changes by {}", both(whole));
  const double depth = healing::needled_depth(r.wound);
  if (depth > 0.0)
    out += fmt::format("; of its needled {:.2f} mm alone by {}", depth * 1e3, both(needled));
  if (r.healing_bands.members > 0)
    out += fmt::format(" (in brackets 90 % of {} sets of constants)", r.healing_bands.members);
  return out + ".";
}

/// " A furrow ..." where one was asked for, else "".
std::string furrow_words(const Result& r) {
  const auto& w = r.wrinkle;
  if (w.healed.empty()) return "";
  const double before = depth(w.untreated.compressed);
  const auto percent = [&](double now) {
    return fmt::format("{:+.1f}", 100.0 * (now / before - 1.0));
  };
  std::string out =
      fmt::format(" A furrow of {:.3g} µm that muscle makes {:.0f} µm deep changes by {} %",
                  w.furrow.depth * 1e6, before * 1e6, percent(depth(w.healed.back().compressed)));
  if (!w.low.empty())
    out += fmt::format(" ({} to {})", percent(w.low.back()), percent(w.high.back()));
  return out + fmt::format(" by day {:g}.", w.times.back() / core::kDay);
}

/// Figures of one result as people read them.
std::string shown(const io::Document& d, const std::string& path) {
  const auto* v = io::find(d, "delivery." + path);
  return v != nullptr ? config::for_people(*v) : "none";
}

}  // namespace

std::string change_at(const Result& r, const std::vector<double>& (*series)(const healing::Course&),
                      double time) {
  const auto b = healing::banded_at(r.healing, r.healing_bands, series, time);
  std::string out = fmt::format("{:+.1f} %", 100.0 * (b.value - 1.0));
  if (std::isfinite(b.low))
    out += fmt::format(" ({:+.1f} to {:+.1f})", 100.0 * (b.low - 1.0), 100.0 * (b.high - 1.0));
  return out;
}

std::string short_answer(const Result& r) { return pierced(r) ? pierced_words(r) : unpierced(r); }

std::string answer(const Result& r) {
  if (!pierced(r)) return unpierced(r);
  if (!healed(r)) return channel_words(r);
  return fmt::format(
      "Under {}, {:.3g} % of the {:.2g} mm needles that land pierce the skin, on average {:.2f} mm "
      "deep (nine in ten between {:.2f} and {:.2f} mm), into the {}; {}. {} passes leave {:.0f} "
      "channels per cm². {}",
      how_pressed(r), 100.0 * r.depths.share, r.device.needle.length * 1e3, r.channel.depth * 1e3,
      r.depths.low * 1e3, r.depths.high * 1e3, r.channel.deepest_layer, bearing(r), r.field.passes,
      r.field.channel_density / 1e4, healing_words(r) + furrow_words(r));
}

std::string answer(const DeliveryResult& r) {
  const io::Document d = document(r);
  const auto& t = r.delivered;
  std::string out = fmt::format("{} of {} gets past the horny layer within {:.3g} h",
                                shown(d, "delivered"), t.solute.name, t.options.duration / kHour);
  if (t.options.donor != delivery::Donor::reservoir)
    out += fmt::format(", {} of the dose", shown(d, "share_of_dose"));
  if (!pierced(r.rolled))
    return out + ". No needle of the scatter pierces, so that this is unbroken skin.";
  const auto* gain = io::find(d, "delivery.enhancement");
  out += gain != nullptr && std::isfinite(gain->value())
             ? fmt::format("; that is {} times what unbroken skin lets in", shown(d, "enhancement"))
             : std::string("; unbroken skin lets nothing in");
  return out + fmt::format(
                   ". Were all channels as the shallowest or the deepest twentieth it would be {} "
                   "or {}. {} of it has been carried off, {} has gone through. At the first "
                   "application {} of the channels are still open.",
                   shown(d, "delivered_shallow"), shown(d, "delivered_deep"), shown(d, "cleared"),
                   shown(d, "through"), shown(d, "open_at_start"));
}

}  // namespace percuta::study
