#include "transport/healing_patch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "percuta/core/parallel.h"
#include "percuta/healing/cell.h"
#include "percuta/healing/reactions.h"
#include "transport/dual.h"
#include "transport/healing_level.h"

namespace percuta::fem {

using namespace healing::field;
using healing::Mean;
using healing::Place;

namespace {

constexpr int kAcross = 5;    // points across a box at which channels are looked at
constexpr int kHalvings = 3;  // of the boxes about a channel
constexpr double kGrowth = 1.5;
constexpr double kFarthest = 12.0;  // damage lengths beyond which a channel did nothing
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double deepest(const healing::Wound& w) {
  double out = 0.0;
  for (const auto& c : w.channels) out = std::max(out, c.depth);
  return out;
}

double widest(const healing::Wound& w) {
  double out = 0.0;
  for (const auto& c : w.channels)
    for (const double r : c.profile_radius) out = std::max(out, r);
  return out;
}

/// The least distance of a box from a channel about its place, as seen at a few depths [m].
double distance(const healing::DepthClass& c, const Place& at, const PatchBox& box) {
  const double dx = at.x - std::clamp(at.x, box.low[0], box.high[0]),
               dy = at.y - std::clamp(at.y, box.low[1], box.high[1]), r = std::hypot(dx, dy);
  double out = kInfinity;
  for (int k = 0; k <= 2; ++k)
    out = std::min(out, channel_distance(c, r, box.low[2] + 0.5 * k * (box.high[2] - box.low[2])));
  return out;
}

}  // namespace

ChannelsNear::ChannelsNear(const healing::Wound& w, const std::vector<Place>& places, double reach)
    : side_(std::max(reach, 0.02 * std::max(w.placed.width, w.placed.height))), reach_(reach) {
  // A margin of one bucket holds what lies beyond the patch.
  columns_ = static_cast<int>(std::ceil(w.placed.width / side_)) + 2;
  rows_ = static_cast<int>(std::ceil(w.placed.height / side_)) + 2;
  bucket_.resize(static_cast<std::size_t>(columns_) * rows_);
  for (const auto& p : places) {
    const int i = std::clamp(static_cast<int>(std::floor(p.x / side_)) + 1, 0, columns_ - 1),
              j = std::clamp(static_cast<int>(std::floor(p.y / side_)) + 1, 0, rows_ - 1);
    bucket_[static_cast<std::size_t>(j) * columns_ + i].push_back(p);
  }
}

void ChannelsNear::visit(const PatchBox& box, const std::function<void(const Place&)>& look) const {
  const auto at = [&](double x, int count) {
    return std::clamp(static_cast<int>(std::floor(x / side_)) + 1, 0, count - 1);
  };
  for (int j = at(box.low[1] - reach_, rows_); j <= at(box.high[1] + reach_, rows_); ++j)
    for (int i = at(box.low[0] - reach_, columns_); i <= at(box.high[0] + reach_, columns_); ++i)
      for (const auto& p : bucket_[static_cast<std::size_t>(j) * columns_ + i]) look(p);
}

double patch_box_size(const healing::Wound& w, int cells) {
  return healing::cell_radius(w.density) / healing_rings(cells);
}

PatchGrid patch_grid(const healing::Wound& w, double size) {
  PatchGrid out;
  out.halvings = kHalvings;
  const double whole = size * (1 << kHalvings);
  const auto across = [&](double length) {
    const int n = std::max(1, static_cast<int>(std::lround(length / whole)));
    std::vector<double> lines;
    for (int k = 0; k <= n; ++k) lines.push_back(length * k / n);
    return lines;
  };
  out.lines[0] = across(w.placed.width);
  out.lines[1] = across(w.placed.height);
  const double top = std::min(w.stratum_corneum_thickness, w.epidermis_thickness),
               junction = w.epidermis_thickness, bottom = junction + w.dermis_thickness;
  const double deep = std::clamp(deepest(w), junction + whole, bottom);
  auto& depth = out.lines[2];
  if (junction - top > 1e-9) depth = graded({{top, whole}, {junction, whole}}, kGrowth);
  else depth = {junction};
  std::vector<Stop> stops{{junction, whole}, {deep, whole}};
  if (bottom - deep > 0.5 * whole) stops.push_back({bottom, 0.25 * w.dermis_thickness});
  else stops.back().at = bottom;
  const auto below = graded(stops, kGrowth);
  depth.insert(depth.end(), below.begin() + 1, below.end());
  for (std::size_t k = 0; k + 1 < depth.size(); ++k)
    for (int i = 0; i < 1 << kHalvings; ++i)
      out.levels.push_back(depth[k] + (depth[k + 1] - depth[k]) * i / (1 << kHalvings));
  out.levels.push_back(depth.back());
  return out;
}

PatchMesh healing_patch_mesh(const healing::Parameters& p, const healing::Wound& w,
                             const PatchGrid& grid, const Team& team) {
  const double far = 8.0 * p.damage_length;
  std::vector<Place> all;
  for (const auto& session : w.placed.sessions)
    all.insert(all.end(), session.begin(), session.end());
  const ChannelsNear near(w, all, widest(w) + far);
  const auto halve = [&](const PatchBox& box, int halved) {
    // Epidermis has damage and signals alone, and is thin.
    const bool above = box.middle(2) < w.epidermis_thickness;
    if (above && halved + 1 >= grid.halvings) return false;
    const double reach = p.damage_length * (halved + 1 >= grid.halvings ? 1.5 : 4.0);
    bool out = false;
    near.visit(box, [&](const Place& at) {
      out = out || distance(w.channels[at.channel], at, box) < reach;
    });
    return out;
  };
  return patch_mesh(grid.lines, grid.halvings, halve, team);
}

namespace {

std::vector<PatchField> patch_fields(const healing::Parameters& p) {
  std::vector<PatchField> out;
  for (const auto& row : healing::kCoreTable) {
    PatchField f;
    if (row.diffusivity != nullptr) f.diffusivity = p.*row.diffusivity;
    f.everywhere = in_epidermis(row.field);
    f.rest = row.rest;
    if (row.field == Rho && p.chemotaxis != 0.0) {
      f.walks_up = C;
      f.mobility = p.chemotaxis;
    }
    out.push_back(f);
  }
  return out;
}

std::vector<char> deep_boxes(const PatchMesh& mesh, double junction) {
  std::vector<char> out;
  for (const auto& box : mesh.box) out.push_back(box.middle(2) > junction);
  return out;
}

std::shared_ptr<const Reactions> reactions_in(
    const std::shared_ptr<const HealingPhase>& phase,
    const std::shared_ptr<const std::vector<double>>& bleeding) {
  return point_reactions<kCore>([phase, bleeding](double, int box, const auto* y, auto* dy) {
    healing::react(phase->parameters, (*bleeding)[box], phase->since_session, y, dy);
  });
}

}  // namespace

HealingPatch::HealingPatch(const healing::Parameters& p, const healing::Wound& w,
                           const PatchGrid& grid, const StiffSettings& settings, int threads,
                           const Team& team)
    : p_(p),
      wound_(w),
      team_(team),
      mesh_(healing_patch_mesh(p, w, grid, team)),
      levels_(grid.levels),
      bleeding_(std::make_shared<std::vector<double>>(mesh_.owned(), 0.0)),
      phase_(std::make_shared<HealingPhase>(HealingPhase{p, kInfinity})),
      deep_(deep_boxes(mesh_, w.epidermis_thickness)),
      transport_(mesh_, patch_fields(p), deep_, reactions_in(phase_, bleeding_), settings, threads,
                 team),
      threads_(threads) {}

void HealingPatch::cut_box(int box, const ChannelsNear& near, double reach) {
  const auto& b = mesh_.box[box];
  std::vector<const Place*> here;
  near.visit(b, [&](const Place& at) {
    if (distance(wound_.channels[at.channel], at, b) < reach) here.push_back(&at);
  });
  if (here.empty()) return;
  double* y = &transport_.state()[static_cast<std::size_t>(box) * kCore];
  const auto at = [&](int axis, int k) {
    return b.low[axis] + (k + 0.5) / kAcross * (b.high[axis] - b.low[axis]);
  };
  double inside = 0.0, damage = 0.0, fresh = 0.0, bleeding = 0.0;
  for (int k = 0; k < kAcross; ++k)
    for (int j = 0; j < kAcross; ++j)
      for (int i = 0; i < kAcross; ++i) {
        double most = 0.0, bleeds = 0.0;
        bool within = false;
        for (const Place* place : here) {
          const auto& c = wound_.channels[place->channel];
          const double r = std::hypot(at(0, i) - place->x, at(1, j) - place->y), z = at(2, k);
          const double amplitude = c.depth > wound_.epidermis_thickness ? 1.0 : p_.epidermal_damage;
          const double here_damage =
              amplitude * std::exp(-channel_distance(c, r, z) / p_.damage_length);
          within = within || r < healing::radius_at(c, z);
          if (here_damage > most) {
            most = here_damage;
            bleeds = bleeding_share(place->channel);
          }
        }
        inside += within ? 1.0 : 0.0;
        damage += std::max(y[S], most);
        fresh += most;
        bleeding += most * bleeds;
      }
  const double points = std::pow(kAcross, 3);
  if (!deep_[box]) {
    y[S] = damage / points;
    return;
  }
  double& loops = (*bleeding_)[box];
  if (fresh / points > y[S]) loops = bleeding / fresh;
  injure_cell(damage / points, inside / points, bleeding / fresh, y, kCore);
}

double HealingPatch::bleeding_share(std::size_t channel) const {
  double all = 0.0, deeper = 0.0;
  for (std::size_t k = 0; k < wound_.channels.size(); ++k) {
    all += wound_.channels[k].share;
    if (k > channel) deeper += wound_.channels[k].share;
  }
  // The channels that bleed are the deep ones.
  const double share = wound_.channels[channel].share / all;
  return std::clamp((wound_.loops_reached - deeper / all) / share, 0.0, 1.0);
}

void HealingPatch::cut(std::size_t session, double time) {
  const double reach = kFarthest * p_.damage_length;
  const ChannelsNear near(wound_, wound_.placed.sessions[session], widest(wound_) + reach);
  for (int box = 0; box < mesh_.owned(); ++box) cut_box(box, near, reach);
  phase_->since_session = 0.0;
  transport_.restart(time);
}

void HealingPatch::after_early_days() {
  phase_->since_session = kInfinity;
  transport_.restart(transport_.time(), transport_.next_step());
}

void HealingPatch::without_vitamin_c() {
  phase_->parameters.ascorbate = 1.0;
  transport_.restart(transport_.time(), transport_.next_step());
}

namespace {

/// Visits the bins between faces that a range overlaps, with the length of what both have.
template <class Visit>
void overlap(const std::vector<double>& faces, double low, double high, Visit visit) {
  auto k = static_cast<std::size_t>(std::upper_bound(faces.begin(), faces.end(), low + 1e-12) -
                                    faces.begin());
  for (k = k > 0 ? k - 1 : 0; k + 1 < faces.size() && faces[k] < high - 1e-12; ++k)
    visit(k, std::min(high, faces[k + 1]) - std::max(low, faces[k]));
}

}  // namespace

HealingPatch::Means HealingPatch::means(std::span<const double> y,
                                        std::span<const double> dy) const {
  constexpr std::size_t kEach = 2 * (kCore + 1), kChunks = 16;
  const std::size_t levels = levels_.size() - 1, owned = mesh_.owned();
  std::vector<Eigen::VectorXd> parts(kChunks);
  core::in_parallel(kChunks, threads_, [&](std::size_t chunk, bool) {
    auto& part = parts[chunk] = Eigen::VectorXd::Zero(static_cast<int>(levels * kEach));
    for (std::size_t c = owned * chunk / kChunks; c < owned * (chunk + 1) / kChunks; ++c) {
      const auto& b = mesh_.box[c];
      const double* at = &y[c * kCore];
      const double* rate = &dy[c * kCore];
      std::array<double, kEach> here{};
      for (int f = 0; f < kCore; ++f) {
        here[f] = at[f];
        here[kCore + 1 + f] = rate[f];
      }
      const double collagen = at[X1] + at[X3];
      here[kCore] = collagen * at[Psi];
      here[2 * kCore + 1] = (rate[X1] + rate[X3]) * at[Psi] + collagen * rate[Psi];
      const double area = (b.high[0] - b.low[0]) * (b.high[1] - b.low[1]);
      overlap(levels_, b.low[2], b.high[2], [&](std::size_t level, double length) {
        for (std::size_t k = 0; k < kEach; ++k)
          part[static_cast<int>(level * kEach + k)] += area * length * here[k];
      });
    }
  });
  Eigen::VectorXd all = parts[0];
  for (std::size_t k = 1; k < kChunks; ++k) all += parts[k];
  all = team_.sum(std::move(all));
  Means out{std::vector<Mean>(levels), std::vector<Mean>(levels)};
  for (std::size_t level = 0; level < levels; ++level) {
    const double whole =
        wound_.placed.width * wound_.placed.height * (levels_[level + 1] - levels_[level]);
    const double* from = &all[static_cast<int>(level * kEach)];
    for (int f = 0; f < kCore; ++f) {
      out.value[level].fields[f] = from[f] / whole;
      out.rate[level].fields[f] = from[kCore + 1 + f] / whole;
    }
    out.value[level].strength = from[kCore] / whole;
    out.rate[level].strength = from[2 * kCore + 1] / whole;
  }
  return out;
}

std::vector<double> HealingPatch::seen_from_above(double side, int columns, int rows) const {
  const double top = wound_.epidermis_thickness, bottom = top + wound_.papillary_thickness;
  const auto lines = [&](int n) {
    std::vector<double> out;
    for (int k = 0; k <= n; ++k) out.push_back(side * k);
    return out;
  };
  const auto xs = lines(columns), ys = lines(rows);
  Eigen::VectorXd all = Eigen::VectorXd::Zero(columns * rows);
  for (int c = 0; c < mesh_.owned(); ++c) {
    const auto& b = mesh_.box[c];
    const double height = std::min(bottom, b.high[2]) - std::max(top, b.low[2]);
    if (!(height > 0.0)) continue;
    const double* y = &transport_.state()[static_cast<std::size_t>(c) * kCore];
    overlap(ys, b.low[1], b.high[1], [&](std::size_t j, double dy) {
      overlap(xs, b.low[0], b.high[0], [&](std::size_t i, double dx) {
        all[static_cast<int>(j) * columns + static_cast<int>(i)] +=
            dx * dy * height * (y[X1] + y[X3]);
      });
    });
  }
  all = team_.sum(std::move(all)) / (side * side * (bottom - top));
  return {all.begin(), all.end()};
}

std::vector<double> HealingPatch::by_distance(double bin, int bins) const {
  if (wound_.placed.sessions.empty()) return std::vector<double>(2 * bins, 0.0);
  const double reach = bin * bins;
  const ChannelsNear near(wound_, wound_.placed.sessions.front(), reach);
  Eigen::VectorXd all = Eigen::VectorXd::Zero(2 * bins);
  for (int c = 0; c < mesh_.owned(); ++c) {
    const auto& b = mesh_.box[c];
    if (!deep_[c] || b.low[2] > wound_.epidermis_thickness + 1e-9) continue;
    double nearest = kInfinity;
    near.visit(b, [&](const Place& at) {
      nearest = std::min(nearest, std::hypot(b.middle(0) - at.x, b.middle(1) - at.y));
    });
    if (!(nearest < reach)) continue;
    const double area = (b.high[0] - b.low[0]) * (b.high[1] - b.low[1]);
    const double* y = &transport_.state()[static_cast<std::size_t>(c) * kCore];
    const int k = static_cast<int>(nearest / bin);
    all[2 * k] += area;
    all[2 * k + 1] += area * (y[X1] + y[X3]);
  }
  all = team_.sum(std::move(all));
  return {all.begin(), all.end()};
}

void HealingPatch::gather(PatchState& s) const {
  const auto all = [&](const std::vector<double>& mine) {
    if (team_.alone()) return mine;
    std::vector<int> counts(team_.size(), 0), takes;
    counts[0] = static_cast<int>(mine.size());
    return team_.deal(mine, counts, takes);
  };
  s.fields = all(transport_.state());
  s.bleeding = all(*bleeding_);
  s.since_session = phase_->since_session;
  s.ascorbate = phase_->parameters.ascorbate;
}

void HealingPatch::go_on(const PatchState& s) {
  const auto mine = [&](const std::vector<double>& all, std::size_t each, std::vector<double>& to) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(mesh_.owned_before * each);
    std::copy(from, from + static_cast<std::ptrdiff_t>(to.size()), to.begin());
  };
  mine(s.fields, kCore, transport_.state());
  mine(s.bleeding, 1, *bleeding_);
  phase_->since_session = s.since_session;
  phase_->parameters.ascorbate = s.ascorbate;
  transport_.begin_with(s.cost);
  transport_.restart(s.time, s.step);
}

double HealingPatch::drift() const {
  double out = 0.0;
  const auto& y = transport_.state();
  for (std::size_t k = 0; k < y.size(); ++k)
    out = std::max(out, std::abs(y[k] - healing::kFieldTable[k % kCore].rest));
  return out;
}

}  // namespace percuta::fem
