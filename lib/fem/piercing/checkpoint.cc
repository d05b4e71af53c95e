#include "piercing/checkpoint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <numbers>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "percuta/core/errors.h"

namespace percuta::fem {

using insertion::SolidInsertion;
using insertion::SolidOptions;

namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw core::InputError({{"checkpoint", 0, 0, 1, message, "", "start again without resume"}});
}

void check(bool good, const char* what) {
  if (!good) refuse(fmt::format("holds what no insertion leaves: {}", what));
}

// One list of what is kept serves writing and reading: whoever goes through it puts values down or
// takes them up.
class Writer {
 public:
  std::string text;
  static constexpr bool reads = false;
  template <class T>
  void value(const T& v) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>);
    text.append(reinterpret_cast<const char*>(&v), sizeof(T));
  }
  void flag(bool v) { text.push_back(v ? 1 : 0); }
  void part(insertion::Part v) { text.push_back(static_cast<char>(v)); }
  void vector(const Eigen::Vector3d& v) {
    for (int d = 0; d < 3; ++d) value(v[d]);
  }
  template <class All>
  void values(const All& v) {
    value(static_cast<std::uint64_t>(v.size()));
    text.append(reinterpret_cast<const char*>(v.data()), v.size() * sizeof(*v.data()));
  }
  template <class All, class Each>
  void each(const All& v, std::size_t, Each visit) {
    value(static_cast<std::uint64_t>(v.size()));
    for (const auto& item : v) visit(item);
  }
};

class Taker {
 public:
  static constexpr bool reads = true;
  explicit Taker(const std::string& text) : text_(text) {}
  template <class T>
  void value(T& v) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>);
    std::memcpy(static_cast<void*>(&v), take(sizeof(T)), sizeof(T));
  }
  void flag(bool& v) {
    const char byte = *take(1);
    check(byte == 0 || byte == 1, "a flag that is neither set nor clear");
    v = byte == 1;
  }
  void part(insertion::Part& v) {
    const char byte = *take(1);
    check(byte >= 0 && byte <= static_cast<char>(insertion::Part::whole),
          "an unknown part of the block");
    v = static_cast<insertion::Part>(byte);
  }
  void vector(Eigen::Vector3d& v) {
    std::array<double, 3> components;
    value(components);
    v = Eigen::Vector3d(components[0], components[1], components[2]);
  }
  template <class All>
  void values(All& v) {
    const auto n = count(sizeof(*v.data()));
    v.resize(n);
    if (n > 0)
      std::memcpy(static_cast<void*>(v.data()), take(n * sizeof(*v.data())), n * sizeof(*v.data()));
  }
  /// `least`: bytes that one of them takes at least.
  template <class All, class Each>
  void each(All& v, std::size_t least, Each visit) {
    v.resize(count(least));
    for (auto& item : v) visit(item);
  }
  bool done() const { return at_ == text_.size(); }

 private:
  // No count is believed that asks for more than there is.
  std::size_t count(std::size_t least) {
    std::uint64_t n = 0;
    value(n);
    if (n > (text_.size() - at_) / least) refuse("ends too early");
    return n;
  }
  const char* take(std::size_t n) {
    if (n > text_.size() - at_) refuse("ends too early");
    at_ += n;
    return text_.data() + at_ - n;
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

template <class Bytes, class P>
void go_through_progress(Bytes& b, P& p) {
  for (auto* v : {&p.done, &p.step, &p.gave_way_at, &p.held, &p.hold_step, &p.turned_at, &p.peak,
                  &p.largest_error})
    b.value(*v);
  b.value(p.next_frame);
  b.flag(p.punctured);
  b.flag(p.after_snap);
  b.value(p.deepest_layer);
  b.value(p.quiet_steps);
  b.value(p.quiet_iterations);
}

template <class Bytes, class S>
void go_through_block(Bytes& b, S& s) {
  for (auto* v : {&s.u, &s.last_u, &s.change}) b.values(*v);
  for (auto* v : {&s.pose, &s.last_pose}) {
    b.vector(v->tip);
    b.value(v->tilt);
  }
  for (auto* v : {&s.largest, &s.pressure, &s.history}) b.values(*v);
  for (auto* v : {&s.normal, &s.held_slip})
    b.each(*v, 3 * sizeof(double), [&](auto& item) { b.vector(item); });
  for (auto* v : {&s.force, &s.force_slope}) b.vector(*v);
  for (auto* v : {&s.moment, &s.moment_slope, &s.peak_force, &s.penalty, &s.last_travel})
    b.value(*v);
  auto& e = s.balance;
  for (auto* v : {&e.work, &e.stored, &e.fracture, &e.friction, &e.released}) b.value(*v);
}

template <class Bytes, class S>
void go_through_step(Bytes& b, S& s) {
  for (auto* v : {&s.displacement, &s.time, &s.along, &s.tilt, &s.force, &s.lateral_force,
                  &s.side_force, &s.pierced_depth, &s.deflection, &s.slit_half_length, &s.work,
                  &s.stored, &s.fracture, &s.friction, &s.released, &s.overlap, &s.volume_ratio})
    b.value(*v);
  b.value(s.iterations);
  b.flag(s.snapped);
  b.flag(s.leaving);
}

template <class Bytes, class F>
void go_through_field(Bytes& b, F& f) {
  b.value(f.displacement);
  for (auto* v : {&f.points, &f.displacements}) b.values(*v);
  b.values(f.cells);
  for (auto* v : {&f.layer, &f.stress, &f.opening}) b.values(*v);
  b.value(f.tip);
  b.value(f.tilt);
  b.part(f.part);
}

template <class Bytes, class R>
void go_through_told(Bytes& b, R& r) {
  b.each(r.steps, 17 * sizeof(double), [&](auto& s) { go_through_step(b, s); });
  b.each(r.events, 4 * sizeof(double), [&](auto& e) {
    b.values(e.name);
    b.value(e.displacement);
    b.value(e.force);
    b.value(e.step);
  });
  b.each(r.fields, 12 * sizeof(double), [&](auto& f) { go_through_field(b, f); });
  for (auto* v : {&r.cost.unknowns, &r.cost.meshes, &r.cost.iterations, &r.cost.factorisations,
                  &r.cost.cut_backs})
    b.value(*v);
  b.value(r.cost.seconds);
}

template <class Bytes, class S, class P, class R, class F>
void go_through(Bytes& b, S& s, P& p, R& r, F& fine) {
  go_through_progress(b, p);
  b.each(fine, 7 * sizeof(double), [&](auto& f) {
    b.vector(f.low);
    b.vector(f.high);
    b.value(f.size);
  });
  go_through_block(b, s);
  go_through_told(b, r);
}

template <class All>
void check_finite(const All& values, const char* what) {
  for (const double v : values) check(std::isfinite(v), what);
}

void check_progress(const Progress& p, std::size_t layers) {
  check_finite(std::array{p.done, p.step, p.gave_way_at, p.held, p.hold_step, p.turned_at, p.peak,
                          p.largest_error},
               "a progress without end");
  check(p.done >= 0.0 && p.held >= 0.0 && p.hold_step >= 0.0 && p.turned_at >= 0.0,
        "a progress below zero");
  check(p.step > 1e-15 && p.step < 1.0, "a step that leads nowhere");
  check(p.next_frame >= 0 && p.deepest_layer < layers && p.quiet_steps >= 0 &&
            p.quiet_iterations >= 0,
        "a count out of bounds");
}

void check_block(const PiercedBlock::Saved& s) {
  const char* what = "a state without end";
  for (const auto* v : {&s.u, &s.last_u, &s.change}) check(v->allFinite(), what);
  for (const auto* v : {&s.pose, &s.last_pose}) {
    check(v->tip.allFinite() && v->tip.norm() < 1.0, "a needle far from the skin");
    check(std::abs(v->tilt) < 0.5 * std::numbers::pi, "a needle that lies down");
  }
  for (const auto* v : {&s.largest, &s.pressure, &s.history}) check_finite(*v, what);
  for (const auto* all : {&s.normal, &s.held_slip})
    for (const auto& v : *all) check(v.allFinite(), what);
  check(s.force.allFinite() && s.force_slope.allFinite(), what);
  const auto& e = s.balance;
  check_finite(std::array{s.moment, s.moment_slope, s.peak_force, s.last_travel, e.work, e.stored,
                          e.fracture, e.friction, e.released},
               what);
  check(s.penalty > 0.0 && s.penalty < 1e30, "a contact that does not press");
}

// Of lists that are read by one another's counts none is short, and no cell has a corner that is
// not there.
void check_field(const insertion::SolidField& f, std::size_t layers) {
  const char* what = "a picture whose parts do not fit";
  check(f.displacements.size() == f.points.size() && f.opening.size() == f.points.size(), what);
  check(f.layer.size() == f.cells.size() && f.stress.size() == f.cells.size(), what);
  for (const auto& cell : f.cells)
    for (const int corner : cell)
      check(corner >= 0 && static_cast<std::size_t>(corner) < f.points.size(), what);
  for (const double layer : f.layer)
    check(layer >= 0.0 && layer < static_cast<double>(layers), what);
  for (const auto* all : {&f.points, &f.displacements})
    for (const auto& v : *all) check_finite(v, what);
  for (const auto* all : {&f.stress, &f.opening}) check_finite(*all, what);
  check_finite(std::array{f.displacement, f.tip[0], f.tip[1], f.tip[2], f.tilt}, what);
}

void check_told(const SolidInsertion& r, std::size_t layers) {
  for (const auto& s : r.steps)
    check_finite(std::array{s.displacement, s.time, s.along, s.tilt, s.force, s.lateral_force,
                            s.side_force, s.pierced_depth, s.deflection, s.work},
                 "a step without end");
  for (const auto& e : r.events) {
    check(e.step <= r.steps.size() && (e.step > 0 || !e.name.starts_with("held ")),
          "an event at no step");
    check(std::all_of(e.name.begin(), e.name.end(), [](char c) { return c >= ' ' && c <= '~'; }),
          "an event without a name");
    check_finite(std::array{e.displacement, e.force}, "an event without end");
  }
  for (const auto& f : r.fields) check_field(f, layers);
  check(r.cost.meshes > 0 && r.cost.unknowns > 0 && std::isfinite(r.cost.seconds),
        "a cost out of bounds");
}

}  // namespace

std::string pack(const PiercedBlock::Saved& s, const Progress& p, const SolidInsertion& r,
                 const std::vector<FinePart>& fine, std::size_t identity) {
  Writer b;
  b.value(identity);
  go_through(b, s, p, r, fine);
  return std::move(b.text);
}

PiercedBlock::Saved unpack(const std::string& text, Progress& p, SolidInsertion& r,
                           std::vector<FinePart>& fine, std::size_t identity, std::size_t layers) {
  Taker b(text);
  std::size_t made_for = 0;
  b.value(made_for);
  if (made_for != identity)
    throw core::InputError({{"checkpoint", 0, 0, 1, "belongs to another case", "",
                             "resume with the case, the options and the build that made it"}});
  PiercedBlock::Saved s;
  go_through(b, s, p, r, fine);
  check(b.done(), "something after its end");
  check_progress(p, layers);
  check_block(s);
  check_told(r, layers);
  for (const auto& f : fine)
    check(f.low.allFinite() && f.high.allFinite() && f.size > 0.0 && std::isfinite(f.size),
          "fine cells without a size");
  return s;
}

std::size_t identity_of(const skin::Skin& skin, const device::Needle& n, const SolidOptions& o) {
  constexpr int layout = 7;  // of the file: counts up when pack() or what it packs changes
  std::string k =
      fmt::format("{} ", layout) + name(n.shape) +
      fmt::format(
          " {:a} {:a} {:a} {:a} {:a} {:a} {} {} {:a} {:a} {:a} {:a} {} {} {:a} {:a} {:a} {:a} {:a} "
          "{:a} {:a} {} {:a} {:a} {} {:a} {:a}",
          skin.tension, skin.friction, n.length, n.shank_radius, n.tip_radius, n.half_angle,
          static_cast<int>(o.motion), static_cast<int>(o.solver), o.displacement, o.tilt, o.force,
          o.drum_radius, o.withdraw, static_cast<int>(o.part), o.cells_per_tip_radius,
          o.cells_per_shank, o.cells_per_fracture_zone, o.block_radius, o.spacing, o.largest_bulk,
          o.step, o.threads, o.speed, skin.langer_angle, o.frames, o.hold, o.cells_along_path);
  k += o.follow ? " following" : "";
  k += " " + o.made_from;
  for (const auto& p : o.path) k += fmt::format("/{:a} {:a} {:a}", p.along, p.depth, p.tilt);
  for (const auto& l : skin.layers) {
    k += fmt::format("|{:a} {:a} {:a} {:a}", l.thickness, l.bulk_over_shear, l.toughness,
                     l.strength);
    for (const auto& t : ogden_terms(l.law)) k += fmt::format(" {:a} {:a}", t.mu, t.alpha);
    for (const auto& f : l.fibres)
      k += fmt::format(" {:a} {:a} {:a} {:a}", f.k1, f.k2, f.dispersion, f.angle);
    for (const auto& t : l.relaxation) k += fmt::format(" {:a} {:a}", t.share, t.time);
  }
  return std::hash<std::string>{}(k);
}

}  // namespace percuta::fem
