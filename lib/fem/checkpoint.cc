#include "checkpoint.h"

#include <cstring>
#include <functional>

#include <fmt/format.h>

#include "percuta/core/errors.h"

namespace percuta::fem {

using insertion::SolidInsertion;
using insertion::SolidOptions;

namespace {

class Bytes {
 public:
  std::string text;
  std::size_t at = 0;
  template <class T>
  void put(const T& v) {
    text.append(reinterpret_cast<const char*>(&v), sizeof(T));
  }
  template <class T>
  void put_all(const T* v, std::size_t n) {
    put(n);
    text.append(reinterpret_cast<const char*>(v), n * sizeof(T));
  }
  template <class T>
  T get() {
    T v{};
    need(sizeof(T));
    std::memcpy(static_cast<void*>(&v), text.data() + at, sizeof(T));
    at += sizeof(T);
    return v;
  }
  template <class T>
  std::vector<T> get_all() {
    const auto n = get<std::size_t>();
    need(n * sizeof(T));
    std::vector<T> v(n);
    std::memcpy(static_cast<void*>(v.data()), text.data() + at, n * sizeof(T));
    at += n * sizeof(T);
    return v;
  }

 private:
  void need(std::size_t n) const {
    if (at + n > text.size()) throw core::InputError({{"checkpoint", 0, 0, 1, "ends too early", "", "start again without --resume"}});
  }
};

Eigen::VectorXd to_eigen(const std::vector<double>& v) { return Eigen::Map<const Eigen::VectorXd>(v.data(), static_cast<Eigen::Index>(v.size())); }

}  // namespace

std::string pack(const PiercedBlock::Saved& s, const Progress& p, const SolidInsertion& r, const std::vector<FinePart>& fine, std::size_t identity) {
  Bytes b;
  b.put(identity);
  b.put(p);
  b.put_all(fine.data(), fine.size());
  b.put_all(s.u.data(), s.u.size());
  b.put_all(s.last_u.data(), s.last_u.size());
  b.put_all(s.change.data(), s.change.size());
  b.put(s.pose);
  b.put(s.last_pose);
  b.put_all(s.largest.data(), s.largest.size());
  b.put_all(s.pressure.data(), s.pressure.size());
  b.put_all(s.normal.data(), s.normal.size());
  b.put_all(s.held_slip.data(), s.held_slip.size());
  b.put(s.force);
  b.put(s.moment);
  b.put(s.force_slope);
  b.put(s.moment_slope);
  b.put(s.peak_force);
  b.put(s.penalty);
  b.put(s.balance);
  b.put(s.last_travel);
  b.put_all(s.history.data(), s.history.size());
  b.put_all(r.steps.data(), r.steps.size());
  b.put(r.events.size());
  for (const auto& e : r.events) {
    b.put_all(e.name.data(), e.name.size());
    b.put(e.displacement);
    b.put(e.force);
    b.put(e.step);
  }
  b.put(r.fields.size());
  for (const auto& f : r.fields) {
    b.put(f.displacement);
    b.put_all(f.points.data(), f.points.size());
    b.put_all(f.displacements.data(), f.displacements.size());
    b.put_all(f.cells.data(), f.cells.size());
    b.put_all(f.layer.data(), f.layer.size());
    b.put_all(f.stress.data(), f.stress.size());
    b.put_all(f.opening.data(), f.opening.size());
    b.put(f.tip);
    b.put(f.tilt);
    b.put(f.part);
  }
  b.put(r.cost.unknowns);
  b.put(r.cost.meshes);
  b.put(r.cost.iterations);
  b.put(r.cost.factorisations);
  b.put(r.cost.cut_backs);
  b.put(r.cost.seconds);
  return b.text;
}

PiercedBlock::Saved unpack(const std::string& text, Progress& p, SolidInsertion& r, std::vector<FinePart>& fine, std::size_t identity) {
  Bytes b;
  b.text = text;
  if (b.get<std::size_t>() != identity)
    throw core::InputError({{"checkpoint", 0, 0, 1, "belongs to another case", "", "resume with the case, the options and the build that made it"}});
  PiercedBlock::Saved s;
  p = b.get<Progress>();
  fine = b.get_all<FinePart>();
  s.u = to_eigen(b.get_all<double>());
  s.last_u = to_eigen(b.get_all<double>());
  s.change = to_eigen(b.get_all<double>());
  s.pose = b.get<Pose>();
  s.last_pose = b.get<Pose>();
  s.largest = b.get_all<double>();
  s.pressure = b.get_all<double>();
  s.normal = b.get_all<Eigen::Vector3d>();
  s.held_slip = b.get_all<Eigen::Vector3d>();
  s.force = b.get<Eigen::Vector3d>();
  s.moment = b.get<double>();
  s.force_slope = b.get<Eigen::Vector3d>();
  s.moment_slope = b.get<double>();
  s.peak_force = b.get<double>();
  s.penalty = b.get<double>();
  s.balance = b.get<EnergyBalance>();
  s.last_travel = b.get<double>();
  s.history = b.get_all<double>();
  r.steps = b.get_all<insertion::SolidStep>();
  r.events.resize(b.get<std::size_t>());
  for (auto& e : r.events) {
    const auto name = b.get_all<char>();
    e.name.assign(name.begin(), name.end());
    e.displacement = b.get<double>();
    e.force = b.get<double>();
    e.step = b.get<std::size_t>();
  }
  r.fields.resize(b.get<std::size_t>());
  for (auto& f : r.fields) {
    f.displacement = b.get<double>();
    f.points = b.get_all<std::array<double, 3>>();
    f.displacements = b.get_all<std::array<double, 3>>();
    f.cells = b.get_all<std::array<int, 8>>();
    f.layer = b.get_all<double>();
    f.stress = b.get_all<double>();
    f.opening = b.get_all<double>();
    f.tip = b.get<std::array<double, 3>>();
    f.tilt = b.get<double>();
    f.part = b.get<insertion::Part>();
  }
  r.cost.unknowns = b.get<long>();
  r.cost.meshes = b.get<long>();
  r.cost.iterations = b.get<long>();
  r.cost.factorisations = b.get<long>();
  r.cost.cut_backs = b.get<long>();
  r.cost.seconds = b.get<double>();
  return s;
}

std::size_t identity_of(const skin::Skin& skin, const device::Needle& n, const SolidOptions& o) {
  constexpr int layout = 5;  // of the file: counts up when pack() or what it packs changes
  std::string k =
      fmt::format("{} ", layout) + name(n.shape) +
      fmt::format(" {:a} {:a} {:a} {:a} {:a} {:a} {} {} {:a} {:a} {:a} {:a} {} {} {:a} {:a} {:a} {:a} {:a} {:a} {:a} {} {:a} {:a} {} {:a} {:a}", skin.tension,
                  skin.friction, n.length, n.shank_radius, n.tip_radius, n.half_angle, static_cast<int>(o.motion), static_cast<int>(o.solver), o.displacement,
                  o.tilt, o.force, o.drum_radius, o.withdraw, static_cast<int>(o.part), o.cells_per_tip_radius, o.cells_per_shank, o.cells_per_fracture_zone,
                  o.block_radius, o.spacing, o.largest_bulk, o.step, o.threads, o.speed, skin.langer_angle, o.frames, o.hold, o.cells_along_path);
  k += o.follow ? " following" : "";
  for (const auto& p : o.path) k += fmt::format("/{:a} {:a} {:a}", p.along, p.depth, p.tilt);
  for (const auto& l : skin.layers) {
    k += fmt::format("|{:a} {:a} {:a} {:a}", l.thickness, l.bulk_over_shear, l.toughness, l.strength);
    for (const auto& t : ogden_terms(l.law)) k += fmt::format(" {:a} {:a}", t.mu, t.alpha);
    for (const auto& f : l.fibres) k += fmt::format(" {:a} {:a} {:a} {:a}", f.k1, f.k2, f.dispersion, f.angle);
    for (const auto& t : l.relaxation) k += fmt::format(" {:a} {:a}", t.share, t.time);
  }
  return std::hash<std::string>{}(k);
}

}  // namespace percuta::fem
