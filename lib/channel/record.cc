#include "percuta/channel/record.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

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

/// The landings that are channels of their own, of all sessions.
ChannelField own_channels(const ChannelField& f) {
  ChannelField out;
  for (std::size_t k = 0; k < f.positions.size(); ++k) {
    if (!f.is_channel(k)) continue;
    out.positions.push_back(f.positions[k]);
    out.direction.push_back(f.direction[k]);
    out.pass.push_back(f.pass[k]);
    out.session.push_back(f.session[k]);
    out.row.push_back(f.row[k]);
    out.depth.push_back(f.depth[k]);
    out.hole.push_back(f.hole[k]);
  }
  return out;
}

/// A column of holes.
std::vector<double> of_holes(const ChannelField& f, double Hole::*member, double factor) {
  std::vector<double> out;
  out.reserve(f.hole.size());
  for (const auto& hole : f.hole) out.push_back(factor * hole.*member);
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
          "1", "1", "coordinate on the treated patch, 0 for x and 1 for y")
      .profile("position", &ChannelField::positions, "m", "mm",
               of + " positions on the treated patch, x and y", "number", "xy")
      .series("direction", &ChannelField::direction, "1", "1",
              "index of the direction in which the device was moved, of each " + of, "number")
      .series("pass", &ChannelField::pass, "1", "1",
              "pass of its session that made each " + of + ", from 0", "number")
      .series("session", &ChannelField::session, "1", "1",
              "session that made each " + of + ", from 0", "number")
      .series("row", &ChannelField::row, "1", "1",
              "row of the device, of a pen the needle, that made each " + of + ", from 0", "number")
      .series("depth", &ChannelField::depth, "m", "mm",
              "depth pierced by each " + of + ", 0 where the surface held", "number")
      .series(
          "hole_length", [](const ChannelField& f) { return of_holes(f, &Hole::along, 2.0); }, "m",
          "um", "length along the track of the open hole of each " + of, "number")
      .series(
          "hole_breadth", [](const ChannelField& f) { return of_holes(f, &Hole::across, 2.0); },
          "m", "um", "breadth of the open hole of each " + of, "number")
      .series(
          "hole_angle", [](const ChannelField& f) { return of_holes(f, &Hole::angle, 1.0); }, "rad",
          "deg", "direction of the track of each " + of + " against x", "number");
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
        .scalar("hole_length", &Channel::hole_length, "m", "um",
                "length of the open hole at the surface along the track, at most")
        .where(kPierced, open)
        .text("hole_shape", &Channel::shape,
              "shape of the open hole: round, or slit when twice as long as wide")
        .scalar("obliquity", &Channel::obliquity, "rad", "deg",
                "angle of the needle to the skin's normal when it enters")
        .where(kPierced, open)
        .text("deepest_layer", &Channel::deepest_layer, "deepest layer reached")
        .series("profile_depth", &Channel::profile_depth, "m", "mm", "depth below the surface")
        .series("profile_radius", &Channel::profile_radius, "m", "um",
                "radius of the open channel at each depth, across", "profile_depth");
    return o;
  }();
  return all;
}

const Outputs<Pattern>& pattern_outputs() {
  static const Outputs<Pattern> all = [] {
    using P = Pattern;
    Outputs<P> o;
    const char* two_words = "there are two channels or more";
    const auto two = [](const P& p) { return std::isfinite(p.nearest_neighbour_random); };
    o.scalar("opened_fraction", &P::opened_fraction, "1", "%", "share of the surface opened")
        .scalar("nearest_neighbour", &P::nearest_neighbour, "m", "mm",
                "mean distance to the nearest channel")
        .where(two_words, [](const P& p) { return std::isfinite(p.nearest_neighbour); })
        .scalar("nearest_neighbour_random", &P::nearest_neighbour_random, "m", "mm",
                "distance to the nearest channel in a random pattern")
        .where(two_words, two)
        .scalar("dispersion", &P::dispersion, "1", "1",
                "variance over mean of counts in squares of four channels: 1 at random, less where "
                "channels are even")
        .where("there are squares enough", [](const P& p) { return std::isfinite(p.dispersion); })
        .scalar("largest_untreated_circle", &P::largest_untreated_circle, "m", "mm",
                "radius of the largest circle on the patch without a channel")
        .where("there is a channel",
               [](const P& p) { return std::isfinite(p.largest_untreated_circle); });
    for (std::size_t k = 0; k < coverage_distances().size(); ++k) {
      const std::string um = std::to_string(std::lround(coverage_distances()[k] * 1e6)) + "um";
      o.scalar(
           "covered_" + um, [k](const P& p) { return p.covered[k]; }, "1", "%",
           "share of the surface within " + um + " of a channel")
          .scalar(
              "covered_" + um + "_random", [k](const P& p) { return p.covered_random[k]; }, "1",
              "%", "share of the surface within " + um + " of a channel, were the pattern random");
    }
    o.series(
        "pass_number", [](const P& p) { return numbers(p.covered_by_pass.front().size()); }, "1",
        "1", "pass of a session, from 0");
    for (std::size_t k = 0; k < coverage_distances().size(); ++k) {
      const std::string um = std::to_string(std::lround(coverage_distances()[k] * 1e6)) + "um";
      o.series(
          "covered_by_pass_" + um, [k](const P& p) { return p.covered_by_pass[k]; }, "1", "%",
          "share of the surface within " + um + " of a channel after each pass", "pass_number");
    }
    o.series(
         "pair_distance", [](const P& p) { return p.pairs.radius; }, "m", "mm",
         "distance of two channels")
        .series(
            "pair_correlation", [](const P& p) { return p.pairs.g; }, "1", "1",
            "pairs of channels at a distance over those of a random pattern", "pair_distance")
        .series(
            "pair_neighbours", [](const P& p) { return p.pairs.neighbours; }, "1", "1",
            "other channels of a channel at a distance, in its bin", "pair_distance");
    return o;
  }();
  return all;
}

const Outputs<ChannelField>& field_outputs() {
  static const Outputs<ChannelField> all = [] {
    using F = ChannelField;
    Outputs<F> o;
    o.scalar(
         "count", [](const F& f) { return std::round(f.channel_density * area(f.patch)); }, "1",
         "1", "channels on the treated patch in a session")
        .scalar("density", &F::channel_density, "1/m^2", "1/cm^2", "channel density")
        .spread(&F::channel_density_sd)
        .scalar(
            "density_per_pass", [](const F& f) { return f.channel_density / passes(f); }, "1/m^2",
            "1/cm^2", "channel density a pass")
        .spread([](const F& f) { return f.channel_density_sd / passes(f); })
        .scalar("hit_density", &F::hit_density, "1/m^2", "1/cm^2",
                "landings that pierce or slide into an older channel")
        .scalar("landing_density", &F::landing_density, "1/m^2", "1/cm^2",
                "needle landings, pierced or not")
        .spread(&F::landing_density_sd)
        .scalar("density_formula", &F::density_formula, "1/m^2", "1/cm^2",
                "needle landings by the closed formula")
        .scalar(
            "patch_area", [](const F& f) { return area(f.patch); }, "m^2", "cm^2",
            "area of the treated patch");
    o.include("", pattern_outputs(), &F::pattern);
    o.include("", columns("channel"), own_channels);
    return o;
  }();
  return all;
}

const Outputs<BleedingShares>& bleeding_outputs() {
  static const Outputs<BleedingShares> all = [] {
    using B = BleedingShares;
    Outputs<B> o;
    const auto some = [](const B& b) {
      return b.share[0] + b.share[1] + b.share[2] + b.share[3] > 0.5;
    };
    const std::array<const char*, 4> names{"share_not_bleeding", "share_first_loops",
                                           "share_capillary", "share_heavy"};
    const std::array<const char*, 4> words{
        "share of the channels that stay above the papillary loops",
        "share of the channels that end between the first loops and the dense plexus",
        "share of the channels that end in the dense plexus",
        "share of the channels that bleed heavily"};
    for (std::size_t k = 0; k < 4; ++k)
      o.scalar(
           names[k], [k](const B& b) { return b.share[k]; }, "1", "%", words[k])
          .where(kPierced, some);
    o.scalar("loops_met", &B::loops_met, "1", "1", "papillary loops met by a channel, mean")
        .scalar("bleeding_density", &B::bleeding_density, "1/m^2", "1/cm^2",
                "channels that open a papillary loop or more");
    return o;
  }();
  return all;
}

const Outputs<ChannelField>& landings_outputs() {
  static const Outputs<ChannelField> all = [] {
    auto o = columns("landing");
    o.series("entered", &ChannelField::entered, "1", "1",
             "number of the landing whose channel each landing slid into, -1 for none", "number");
    return o;
  }();
  return all;
}

}  // namespace percuta::channel
