#include "percuta/rolling/rolling.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "landings.h"

namespace percuta::rolling {
namespace {

constexpr double pi = std::numbers::pi;

double pitch_angle(const device::Roller& r) { return 2.0 * pi / r.needles_per_turn; }

/// Random numbers of a landing field by what they are for.
enum Purpose : std::uint64_t { kPlaces, kTracks, kSamples, kReentry };

/// All passes of one session, in the order of the protocol.
template <class Take>  // take(x, y, row, angle, direction, pass)
void lay_session(const device::Device& device, const protocol::Protocol& protocol,
                 const Laying& laying, std::uint64_t seed, int session, const Take& take) {
  boost::random::uniform_01<double> uniform;
  int pass = 0;
  for (std::size_t d = 0; d < protocol.directions.size(); ++d) {
    auto tracks = stream(seed, kTracks, session, d);
    const double begin = uniform(tracks) * device::width(device.head);
    for (int k = 0; k < protocol.passes_per_direction; ++k, ++pass) {
      boost::random::normal_distribution<double> normal;
      const double angle =
          protocol::angle(protocol.directions[d]) + protocol.angle_error * normal(tracks);
      const double shift = begin + protocol.track_error * normal(tracks);
      Pass(device, protocol, laying.patch, laying.rolling_radius, angle, shift,
           stream(seed, kPlaces, session, pass))
          .lay([&](double x, double y, int row) {
            if (channel::contains(laying.patch, x, y))
              take(x, y, row, angle, static_cast<int>(d), pass);
          });
    }
  }
}

/// How the count of a session scatters over other phases and hands [-].
double count_error(const device::Device& device, const protocol::Protocol& protocol,
                   const Laying& laying, core::Observer& observer) {
  double sum = 0.0, squares = 0.0;
  for (int k = 1; k <= laying.replicas; ++k) {
    double n = 0.0;
    lay_session(device, protocol, laying, laying.seed + 0x9e3779b97f4a7c15ULL * k, 0,
                [&](double, double, int, double, int, int) { n += 1.0; });
    sum += n;
    squares += n * n;
    core::report(observer, "channels", static_cast<double>(k) / laying.replicas);
  }
  const double mean = sum / laying.replicas;
  return std::sqrt(
      std::max(0.0, (squares - laying.replicas * mean * mean) / (laying.replicas - 1)));
}

/// Holes of one session by the square that they lie in, as wide as a hole is looked for.
class OldHoles {
 public:
  OldHoles(const channel::Patch& patch, double distance) : distance_(distance) {
    const channel::Box box = channel::bounding_box(patch);
    x_ = box.left;
    y_ = box.bottom;
    across_ = static_cast<std::size_t>((box.right - x_) / distance) + 1;
    squares_.resize(across_ * (static_cast<std::size_t>((box.top - y_) / distance) + 1));
  }
  void add(const std::array<double, 2>& p, int number) { square(p).push_back({p, number}); }
  /// Number of the nearest hole within the distance, -1 where there is none.
  int nearest(const std::array<double, 2>& p) const {
    int found = -1;
    double least = distance_;
    const auto column = static_cast<long>((p[0] - x_) / distance_),
               row = static_cast<long>((p[1] - y_) / distance_);
    const long columns = static_cast<long>(across_),
               rows = static_cast<long>(squares_.size() / across_);
    for (long j = std::max(0L, row - 1); j <= std::min(rows - 1, row + 1); ++j)
      for (long i = std::max(0L, column - 1); i <= std::min(columns - 1, column + 1); ++i)
        for (const auto& [place, number] : squares_[j * columns + i])
          if (const double r = std::hypot(place[0] - p[0], place[1] - p[1]); r <= least) {
            least = r;
            found = number;
          }
    return found;
  }

 private:
  struct Old {
    std::array<double, 2> place;
    int number;
  };
  std::vector<Old>& square(const std::array<double, 2>& p) {
    return squares_[static_cast<std::size_t>((p[1] - y_) / distance_) * across_ +
                    static_cast<std::size_t>((p[0] - x_) / distance_)];
  }
  double distance_, x_, y_;
  std::size_t across_;
  std::vector<std::vector<Old>> squares_;
};

/// Needles that come down near a hole of this session slide into it by a probability; the hole is
/// then as deep as the deeper of them.
void reenter(channel::ChannelField& f, const Laying& laying) {
  f.entered.assign(f.positions.size(), -1);
  if (!(laying.reentry > 0.0)) return;
  boost::random::uniform_01<double> uniform;
  for (std::size_t begin = 0; begin < f.positions.size();) {
    OldHoles holes(laying.patch, laying.reentry_distance);
    auto random = stream(laying.seed, kReentry, f.session[begin], 0);
    std::size_t k = begin;
    for (; k < f.positions.size() && f.session[k] == f.session[begin]; ++k) {
      if (!(f.depth[k] > 0.0)) continue;
      const bool slides = uniform(random) < laying.reentry;
      const int old = slides ? holes.nearest(f.positions[k]) : -1;
      if (old < 0) {
        holes.add(f.positions[k], static_cast<int>(k));
        continue;
      }
      f.entered[k] = old;
      f.positions[k] = f.positions[old];
      if (f.depth[k] > f.depth[old]) {
        f.depth[old] = f.depth[k];
        f.hole[old] = f.hole[k];
      }
    }
    begin = k;
  }
}

}  // namespace

core::ModelCard card() {
  return {"device",
          "rolling",
          "needle lattice of a drum, a plate or a driven head that is moved over the skin, with "
          "phases and hand error; a drum is a cylinder on the layered skin",
          "drums that sink in by little of their radius; heads that lie flat",
          {"The skin under the device is a stack of layers on a rigid support, a drum a smooth "
           "cylinder; each needle is pressed or driven straight down in its own share of "
           "it. Real needles enter obliquely and drag.",
           "A hole is the needle's section times one assumed ratio (the solid level's cut shuts "
           "when the needle is out), and what the shaft sweeps were the skin held still: an upper "
           "bound of its length.",
           "A driven needle has neither inertia nor a motor that yields: it goes where its stroke "
           "ends."},
          {}};
}

Kinematics kinematics(const device::Roller& roller, double length) {
  const double r = roller.drum_radius;
  Kinematics k{};
  k.entry_angle = std::acos(r / (r + length));
  k.half_sweep = r * (std::tan(k.entry_angle) - k.entry_angle);
  const double pitch = pitch_angle(roller);
  k.rows_engaged = 1 + 2 * static_cast<int>(std::floor(k.entry_angle / pitch));
  k.side_row_displacement = std::max(0.0, (r + length) * std::cos(pitch) - r);
  return k;
}

TipPlace tip_place(double drum_radius, double needle_length, double rolling_radius, double angle) {
  const double tip = drum_radius + needle_length;
  return {rolling_radius * angle - tip * std::sin(angle), tip * std::cos(angle) - drum_radius};
}

double density_formula(const device::Device& d, const protocol::Protocol& protocol, int passes,
                       double rolling_radius) {
  const double needles = device::needle_count(d.head);
  if (std::holds_alternative<device::Roller>(d.head))
    return passes * needles / (2.0 * pi * rolling_radius * device::width(d.head));
  if (const auto* pen = std::get_if<device::Pen>(&d.head))
    return passes * needles * pen->stroke_rate / (protocol.speed * pen->head_width);
  return passes / device::cell_area(d);
}

double expected_landings(const device::Device& d, const protocol::Protocol& protocol, double area) {
  const auto* roller = std::get_if<device::Roller>(&d.head);
  return area * density_formula(d, protocol, protocol::passes(protocol),
                                roller != nullptr ? roller->drum_radius : 0.0);
}

namespace {

struct Sweep {
  const protocol::Protocol& protocol;
  double rolling_radius, depth;
  double operator()(const device::Roller&) const {
    const double phi = std::acos(rolling_radius / (rolling_radius + depth));
    return 2.0 * rolling_radius * (std::tan(phi) - phi);
  }
  double operator()(const device::Stamp&) const { return 0.0; }
  // The tip's way is (s/2) (1 + cos 2 pi f t); the needle is in the skin while it is below where
  // the skin was pushed to.
  double operator()(const device::Pen& p) const {
    const double deflected = std::clamp(1.0 - depth / p.stroke, 0.0, 1.0);
    return protocol.speed * std::acos(2.0 * deflected - 1.0) / (pi * p.stroke_rate);
  }
};

}  // namespace

channel::Hole hole(const device::Device& d, const protocol::Protocol& protocol,
                   double rolling_radius, double width_ratio, double depth) {
  if (!(depth > 0.0)) return {};
  const double across = width_ratio * radius_behind_tip(d.needle, depth);
  return {across * d.needle.breadth_ratio +
              0.5 * std::visit(Sweep{protocol, rolling_radius, depth}, d.head),
          across, 0.0};
}

namespace {

/// Densities of the first session. Whether a landing pierces is drawn, which adds to the error of
/// where landings are.
void count(channel::ChannelField& f, double share, double landings_sd) {
  const double area = channel::area(f.patch);
  double landings = 0.0, hits = 0.0, channels = 0.0;
  for (std::size_t k = 0; k < f.positions.size() && f.session[k] == 0; ++k) {
    landings += 1.0;
    hits += f.depth[k] > 0.0 ? 1.0 : 0.0;
    channels += f.is_channel(k) ? 1.0 : 0.0;
  }
  f.landing_density = landings / area;
  f.landing_density_sd = landings_sd / area;
  f.hit_density = hits / area;
  f.channel_density = channels / area;
  f.channel_density_sd =
      std::hypot(share * f.landing_density_sd, std::sqrt(share * (1.0 - share) * landings) / area);
}

}  // namespace

channel::ChannelField lay(const device::Device& device, const protocol::Protocol& protocol,
                          const Laying& laying, const channel::Depths& depths,
                          const std::vector<channel::Hole>& holes) {
  channel::ChannelField field;
  field.patch = laying.patch;
  field.passes = protocol::passes(protocol);
  boost::random::uniform_01<double> uniform;
  for (int session = 0; session < protocol.sessions; ++session) {
    // Which needle of the scatter lands where is drawn by itself, so that places do not hang on it.
    auto random = stream(laying.seed, kSamples, session, 0);
    lay_session(device, protocol, laying, laying.seed, session,
                [&](double x, double y, int row, double angle, int direction, int pass) {
                  const auto k = static_cast<std::size_t>(uniform(random) *
                                                          static_cast<double>(depths.depth.size()));
                  field.positions.push_back({x, y});
                  field.direction.push_back(direction);
                  field.pass.push_back(pass);
                  field.session.push_back(session);
                  field.row.push_back(row);
                  field.depth.push_back(depths.depth[k]);
                  field.hole.push_back(holes[k]);
                  field.hole.back().angle = angle;
                });
  }
  reenter(field, laying);
  return field;
}

channel::ChannelField channels(const device::Device& device, const protocol::Protocol& protocol,
                               const Laying& laying, const channel::Depths& depths,
                               const std::vector<channel::Hole>& holes, core::Observer& observer) {
  channel::ChannelField field = lay(device, protocol, laying, depths, holes);
  count(field, depths.share, count_error(device, protocol, laying, observer));
  field.density_formula = density_formula(device, protocol, field.passes, laying.rolling_radius);
  field.pattern = channel::pattern_of(channel::channels_of(field, 0), field.passes, laying.patch);
  return field;
}

channel::Bleeding bleeding(double depth, double loops, double dense_plexus, double heavy) {
  using channel::Bleeding;
  if (!(depth > 0.0))
    return Bleeding::none;  // what is not pierced does not bleed, wherever vessels lie
  if (depth >= heavy) return Bleeding::heavy;
  if (depth >= dense_plexus) return Bleeding::capillary;
  return depth >= loops ? Bleeding::first_loops : Bleeding::none;
}

double expected_loop_hits(double radius, double density, double diameter) {
  return density * pi * std::pow(radius + 0.5 * diameter, 2);
}

}  // namespace percuta::rolling
