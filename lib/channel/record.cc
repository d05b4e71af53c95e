#include "percuta/channel/record.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace percuta::channel {
namespace {

using config::Outputs;

constexpr const char* kPierced = "needles pierce";

double passes(const ChannelField& f) { return std::max(1, f.passes); }

std::vector<double> numbers(std::size_t size) {
  std::vector<double> out(size);
  std::iota(out.begin(), out.end(), 0.0);
  return out;
}

/// The landings that pierce.
ChannelField pierced(const ChannelField& f) {
  ChannelField out;
  for (std::size_t k = 0; k < f.positions.size(); ++k) {
    if (!(f.depth[k] > 0.0)) continue;
    out.positions.push_back(f.positions[k]);
    out.direction.push_back(f.direction[k]);
    out.depth.push_back(f.depth[k]);
  }
  return out;
}

/// Points on the skin as columns.
Outputs<ChannelField> columns(const std::string& of) {
  Outputs<ChannelField> o;
  o.series(
       "number", [](const ChannelField& f) { return numbers(f.positions.size()); }, "1", "1",
       "number of the " + of)
      .series(
          "xy",
          [](const ChannelField&) {
            return std::vector<double>{0.0, 1.0};
          },
          "1", "1", "coordinate of the sample square, 0 for x and 1 for y")
      .profile("position", &ChannelField::positions, "m", "mm",
               of + " positions on the sample square, x and y", "number", "xy")
      .series("direction", &ChannelField::direction, "1", "1",
              "index of the rolling direction of each " + of, "number")
      .series("depth", &ChannelField::depth, "m", "mm",
              "depth pierced by each " + of + ", 0 where the surface held", "number");
  return o;
}

}  // namespace

const Outputs<Depths>& depths_outputs() {
  static const Outputs<Depths> all = [] {
    Outputs<Depths> o;
    const auto some = [](const Depths& d) { return d.share > 0.0; };
    o.scalar("share_pierced", &Depths::share, "1", "%", "share of the landings that pierce")
        .scalar(
            "pierced_depth", [](const Depths& d) { return d.share > 0.0 ? d.mean : 0.0; }, "m",
            "mm", "pierced depth, mean of those that pierce")
        .spread([](const Depths& d) { return d.share > 0.0 ? d.sd : 0.0; })
        .scalar("pierced_depth_low", &Depths::low, "m", "mm", "pierced depth, 5 % stay above")
        .where(kPierced, some)
        .scalar("pierced_depth_high", &Depths::high, "m", "mm", "pierced depth, 5 % go below")
        .where(kPierced, some)
        .series(
            "sample", [](const Depths& d) { return numbers(d.depth.size()); }, "1", "1",
            "number of the needle and place of the scatter")
        .series("sample_depth", &Depths::depth, "m", "mm",
                "pierced depth over the scatter of needles and skin, 0 where the surface held",
                "sample");
    return o;
  }();
  return all;
}

const Outputs<InsertionCurve>& curve_outputs() {
  static const Outputs<InsertionCurve> all = [] {
    Outputs<InsertionCurve> o;
    const auto punctured = [](const InsertionCurve& c) { return c.punctured; };
    o.scalar("required_force", &InsertionCurve::required_force, "N", "mN",
             "force that opens the surface")
        .scalar("puncture_force", &InsertionCurve::puncture_force, "N", "mN",
                "puncture force of one needle")
        .scalar("puncture_displacement", &InsertionCurve::puncture_displacement, "m", "mm",
                "tip displacement at puncture")
        .scalar("depth_after_drop", &InsertionCurve::depth_after_drop, "m", "mm",
                "pierced depth right after puncture")
        .where("the nominal needle pierces", punctured)
        .series("displacement", &InsertionCurve::displacement, "m", "mm", "tip displacement")
        .series("force", &InsertionCurve::force, "N", "mN",
                "force on one needle under a growing load on its cell", "displacement")
        .series("pierced_depth", &InsertionCurve::pierced_depth, "m", "mm", "pierced depth",
                "displacement")
        .series("deflection", &InsertionCurve::deflection, "m", "mm",
                "deflection of the skin surface", "displacement");
    return o;
  }();
  return all;
}

const Outputs<Channel>& channel_outputs() {
  static const Outputs<Channel> all = [] {
    Outputs<Channel> o;
    const auto open = [](const Channel& c) { return c.depth > 0.0; };
    o.scalar("depth", &Channel::depth, "m", "mm", "channel depth, mean")
        .scalar("opening_radius", &Channel::opening_radius, "m", "um",
                "radius of the open channel at the surface")
        .where(kPierced, open)
        .scalar("slit_length", &Channel::slit_length, "m", "um", "length of the cut at the surface")
        .where(kPierced, open)
        .text("deepest_layer", &Channel::deepest_layer, "deepest layer reached");
    return o;
  }();
  return all;
}

const Outputs<ChannelField>& field_outputs() {
  static const Outputs<ChannelField> all = [] {
    using F = ChannelField;
    Outputs<F> o;
    const auto two = [](const F& f) { return std::isfinite(f.nearest_neighbour); };
    o.scalar(
         "count",
         [](const F& f) {
           return std::count_if(f.depth.begin(), f.depth.end(), [](double d) { return d > 0.0; });
         },
         "1", "1", "channels on the sample square")
        .scalar("density", &F::channel_density, "1/m^2", "1/cm^2", "channel density")
        .spread(&F::channel_density_sd)
        .scalar(
            "density_per_pass", [](const F& f) { return f.channel_density / passes(f); }, "1/m^2",
            "1/cm^2", "channel density a pass")
        .spread([](const F& f) { return f.channel_density_sd / passes(f); })
        .scalar("landing_density", &F::landing_density, "1/m^2", "1/cm^2",
                "needle landings, pierced or not")
        .spread(&F::landing_density_sd)
        .scalar("density_formula", &F::density_formula, "1/m^2", "1/cm^2",
                "needle landings by the closed formula")
        .scalar("opened_fraction", &F::opened_fraction, "1", "%", "share of the surface opened")
        .scalar("nearest_neighbour", &F::nearest_neighbour, "m", "mm",
                "mean distance to the nearest channel")
        .where("there are two channels or more", two)
        .scalar("nearest_neighbour_random", &F::nearest_neighbour_random, "m", "mm",
                "distance to the nearest channel in a random pattern")
        .where("there are two channels or more", two)
        .scalar("largest_untreated_circle", &F::largest_untreated_circle, "m", "mm",
                "radius of the largest circle without a channel")
        .where("a circle without one fits",
               [](const F& f) { return std::isfinite(f.largest_untreated_circle); });
    o.include("", columns("channel"), pierced);
    return o;
  }();
  return all;
}

const Outputs<ChannelField>& landings_outputs() {
  static const Outputs<ChannelField> all = columns("landing");
  return all;
}

}  // namespace percuta::channel
