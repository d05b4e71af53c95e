#include "transport/healing_cell.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "percuta/healing/cell.h"
#include "percuta/healing/reactions.h"
#include "transport/dual.h"

namespace percuta::fem {

using namespace healing::field;

namespace {

constexpr int kAcross = 6;  // points across a cell at which a channel is looked at
constexpr double kGrowth = 1.3;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double outer_radius(const healing::Wound& w) {
  return w.density > 0.0 ? healing::cell_radius(w.density) : 0.5e-3;
}

double widest(const healing::Wound& w) {
  double out = 0.0;
  for (const auto& c : w.channels)
    for (const double r : c.profile_radius) out = std::max(out, r);
  return out;
}

/// Stops that rise by more than nothing, the later of two that do not taken away.
std::vector<Stop> rising(std::vector<Stop> stops, double nothing) {
  std::sort(stops.begin(), stops.end(), [](const Stop& a, const Stop& b) { return a.at < b.at; });
  std::vector<Stop> out;
  for (const auto& s : stops)
    if (out.empty() || s.at > out.back().at + nothing) out.push_back(s);
    else out.back().size = std::min(out.back().size, s.size);
  return out;
}

}  // namespace

double channel_distance(const healing::DepthClass& c, double r, double z) {
  if (r <= healing::radius_at(c, z)) return 0.0;
  double best = kInfinity;
  const auto to = [&](double r0, double z0, double r1, double z1) {
    const double dr = r1 - r0, dz = z1 - z0, square = dr * dr + dz * dz;
    const double s =
        square > 0.0 ? std::clamp(((r - r0) * dr + (z - z0) * dz) / square, 0.0, 1.0) : 0.0;
    best = std::min(best, std::hypot(r - r0 - s * dr, z - z0 - s * dz));
  };
  for (std::size_t k = 1; k < c.profile_depth.size(); ++k)
    to(c.profile_radius[k - 1], c.profile_depth[k - 1], c.profile_radius[k], c.profile_depth[k]);
  to(c.profile_radius.back(), c.profile_depth.back(), 0.0, c.profile_depth.back());
  return best;
}

bool in_epidermis(int field) { return field == S || field == A || field == C; }

void injure_cell(double damage, double inside, double bleeding, double* y, int fields) {
  const double whole = (y[X1] + y[X3]) * y[Psi];  // strength, which is what maturity is averaged by
  std::array<double, kFields> emptied;
  std::copy(y, y + fields, emptied.begin());
  healing::injure(damage, true, bleeding, true, emptied.data(), fields);
  const double strength =
      (1.0 - inside) * whole + inside * (emptied[X1] + emptied[X3]) * emptied[Psi];
  for (int f = 0; f < fields; ++f) y[f] = (1.0 - inside) * y[f] + inside * emptied[f];
  y[S] = damage;
  y[Psi] = strength / (y[X1] + y[X3]);
}

namespace {

/// The walk of a field up another's gradient.
void walk(TransportField& field, int up, double mobility, int cells) {
  if (mobility == 0.0) return;
  field.walks_up = up;
  field.mobility.assign(cells, mobility);
}

}  // namespace

TransportProblem healing_problem(const std::shared_ptr<const HealingPhase>& phase,
                                 const RingMesh& mesh, double epidermis_thickness,
                                 double bleeding) {
  const auto& p = phase->parameters;
  TransportProblem out;
  out.mesh = mesh;
  std::vector<char> dermis(mesh.cells());
  for (int c = 0; c < mesh.cells(); ++c)
    dermis[c] = mesh.level_centre(mesh.level_of(c)) > epidermis_thickness;
  for (const auto& row : healing::kFieldTable) {
    if (row.of_vessels && !p.vessels) continue;
    TransportField f;
    if (row.diffusivity != nullptr) f.diffusivity.assign(mesh.cells(), p.*row.diffusivity);
    if (!in_epidermis(row.field)) f.present = dermis;
    f.elsewhere = row.rest;
    out.fields.push_back(std::move(f));
  }
  walk(out.fields[Rho], C, p.chemotaxis, mesh.cells());
  if (p.vessels) walk(out.fields[Cap], V, p.vessel_chemotaxis, mesh.cells());
  const auto react = [dermis, bleeding, phase](auto reactions) {
    return [=](double, int cell, const auto* y, auto* dy) {
      reactions(phase->parameters, dermis[cell] ? bleeding : 0.0, phase->since_session, y, dy);
    };
  };
  out.reactions =
      p.vessels ? point_reactions<kFields>(
                      react([](const auto&... of) { healing::react_with_vessels(of...); }))
                : point_reactions<kCore>(react([](const auto&... of) { healing::react(of...); }));
  return out;
}

RingMesh healing_mesh(const healing::Parameters& p, const healing::Wound& w, int rings) {
  const double outer = outer_radius(w), wall = widest(w);
  const double top = std::min(w.stratum_corneum_thickness, w.epidermis_thickness);
  const double bottom = w.epidermis_thickness + w.dermis_thickness;
  RingMesh mesh;
  if (!(wall > 0.0)) {
    mesh.radius = graded({{0.0, outer / 4.0}, {outer, outer / 4.0}}, kGrowth);
    mesh.depth = graded(rising({{top, (bottom - top) / 6.0},
                                {w.epidermis_thickness, (bottom - top) / 6.0},
                                {bottom, (bottom - top) / 6.0}},
                               1e-9),
                        kGrowth);
    return mesh;
  }
  // As fine about the wall as gives the number of rings.
  double low = 1e-3 * wall, high = outer;
  for (int k = 0; k < 40; ++k) {
    const double size = std::sqrt(low * high);
    mesh.radius = graded({{0.0, size}, {wall, size}, {outer, 0.25 * outer}}, kGrowth);
    (mesh.rings() > rings ? low : high) = size;
  }
  const double size = high;
  mesh.radius = graded({{0.0, size}, {wall, size}, {outer, 0.25 * outer}}, kGrowth);
  // Along a wall little changes; at tips and at the junction as much as across.
  const double step = std::max(size, std::min(2.0 * size, p.damage_length));
  const double coarse = 0.12 * (bottom - top);
  std::vector<Stop> stops{{top, coarse}, {w.epidermis_thickness, 2.0 * step}, {bottom, coarse}};
  for (const auto& c : w.channels)
    if (c.depth > top && c.depth < bottom) stops.push_back({c.depth, step});
  mesh.depth = graded(rising(std::move(stops), 0.5 * step), kGrowth);
  return mesh;
}

HealingCell::HealingCell(const healing::Parameters& p, const healing::Wound& w,
                         const healing::DepthClass* channel, double bleeding, const RingMesh& mesh,
                         const StiffSettings& settings)
    : wound_(w),
      phase_(std::make_shared<HealingPhase>(HealingPhase{p, kInfinity})),
      system_(healing_problem(phase_, mesh, w.epidermis_thickness, bleeding)),
      integrate_(system_, settings),
      bleeding_(bleeding),
      channel_(channel != nullptr) {
  while (mesh.level_centre(first_dermis_) < w.epidermis_thickness) ++first_dermis_;
  for (int c = 0; c < mesh.cells(); ++c)
    for (const auto& row : healing::kFieldTable)
      if (const int at = place(c, row.field); at >= 0) integrate_.state()[at] = row.rest;
  if (channel_) find_samples(p, *channel);
}

void HealingCell::find_samples(const healing::Parameters& p, const healing::DepthClass& channel) {
  const auto& mesh = system_.problem().mesh;
  const double amplitude = channel.depth > wound_.epidermis_thickness ? 1.0 : p.epidermal_damage;
  for (int c = 0; c < mesh.cells(); ++c) {
    const int ring = mesh.ring_of(c), level = mesh.level_of(c);
    const double inner = mesh.radius[ring], outer = mesh.radius[ring + 1];
    const double square = outer * outer - inner * inner;
    double inside = 0.0;
    std::vector<Sample> samples;
    for (int k = 0; k < kAcross; ++k) {
      const double z = mesh.depth[level] + (k + 0.5) / kAcross * mesh.height(level);
      const double wall = std::clamp(healing::radius_at(channel, z), inner, outer);
      inside += (wall * wall - inner * inner) / square / kAcross;
      for (int i = 0; i < kAcross; ++i) {
        const double r = inner + (i + 0.5) / kAcross * (outer - inner);
        const double weight = 2.0 * r * (outer - inner) / square / (kAcross * kAcross);
        samples.push_back(
            {amplitude * std::exp(-channel_distance(channel, r, z) / p.damage_length), weight});
      }
    }
    inside_.push_back(inside);
    samples_.push_back(std::move(samples));
  }
}

void HealingCell::cut(const std::vector<healing::Mean>& about, double time) {
  const auto& mesh = system_.problem().mesh;
  auto& y = integrate_.state();
  for (int c = 0; c < mesh.cells(); ++c) {
    auto here = about[mesh.level_of(c)].fields;
    here[Psi] = about[mesh.level_of(c)].strength / (here[X1] + here[X3]);
    if (channel_) {
      double damage = 0.0;
      for (const auto& s : samples_[c]) damage += s.weight * std::max(here[S], s.damage);
      injure_cell(damage, inside_[c], bleeding_, here.data(), kFields);
    }
    for (int f = 0; f < kFields; ++f)
      if (const int at = place(c, f); at >= 0) y[at] = here[f];
  }
  phase_->since_session = channel_ ? 0.0 : kInfinity;
  session_ = time;
  integrate_.restart(time);
}

double HealingCell::next_change() const {
  const auto& p = phase_->parameters;
  double out = kInfinity;
  if (p.beta3 != 0.0 && phase_->since_session == 0.0) out = session_ + p.beta3_days;
  if (p.ascorbate != 1.0) out = std::min(out, p.ascorbate_until);
  return out;
}

void HealingCell::change(double time) {
  auto& p = phase_->parameters;
  if (time >= p.ascorbate_until) p.ascorbate = 1.0;
  if (time >= session_ + p.beta3_days) phase_->since_session = kInfinity;
  integrate_.restart(time);
}

void HealingCell::advance(std::span<const double> times,
                          const std::function<void(std::size_t, const CellMoment&)>& visit,
                          const std::function<bool(std::size_t)>& with_cells) {
  const auto asked = [&](std::size_t k) { return with_cells && with_cells(k); };
  std::size_t next = 0;
  for (; next < times.size() && times[next] <= integrate_.time(); ++next)
    visit(next, moment_of(integrate_.state(), asked(next)));
  std::vector<double> y(integrate_.state().size());
  const auto watch = [&](const StiffStep& step) {
    for (; next < times.size() && times[next] <= step.to; ++next) {
      step.at(times[next], y);
      visit(next, moment_of(y, asked(next)));
    }
  };
  for (double at = next_change(); at < times.back(); at = next_change()) {
    if (at > integrate_.time()) integrate_.advance(at, watch);
    change(at);
  }
  integrate_.advance(times.back(), watch);
}

CellMoment HealingCell::moment() const { return moment_of(integrate_.state(), false); }

CellMoment HealingCell::moment_of(std::span<const double> y, bool with_cells) const {
  const auto& mesh = system_.problem().mesh;
  const double area = std::numbers::pi * mesh.radius.back() * mesh.radius.back();
  CellMoment out;
  out.levels.resize(mesh.levels());
  if (with_cells) out.cells.assign(system_.fields(), {});
  std::array<double, kFields> here;
  for (int c = 0; c < mesh.cells(); ++c) {
    for (const auto& row : healing::kFieldTable) {
      const int at = place(c, row.field);
      here[row.field] = at >= 0 ? y[at] : row.rest;
      if (with_cells && row.field < system_.fields())
        out.cells[row.field].push_back(here[row.field]);
    }
    const int level = mesh.level_of(c);
    out.levels[level].add(here.data(), mesh.ring_area(mesh.ring_of(c)) / area, kFields);
    if (level == first_dermis_) out.collagen.push_back(here[X1] + here[X3]);
  }
  return out;
}

double HealingCell::drift() const {
  double out = 0.0;
  for (int c = 0; c < system_.problem().mesh.cells(); ++c)
    for (const auto& row : healing::kFieldTable)
      if (const int at = place(c, row.field); at >= 0)
        out = std::max(out, std::abs(integrate_.state()[at] - row.rest));
  return out;
}

}  // namespace percuta::fem
