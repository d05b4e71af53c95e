#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "percuta/core/quantity.h"
#include "percuta/healing/fields.h"
#include "percuta/io/vtk.h"
#include "percuta/report/delivery.h"
#include "percuta/report/report.h"

namespace percuta::report {
namespace {

/// The unit cell as rings of quadrilaterals, one value a ring.
std::string disc(const std::vector<double>& radius, const std::vector<double>& value) {
  constexpr int kSides = 48;
  io::Grid g;
  io::GridValues collagen{"collagen", 1, {}};
  const int n = static_cast<int>(radius.size());
  for (int k = 0; k < n; ++k)
    for (int s = 0; s < kSides; ++s) {
      const double angle = 2.0 * std::numbers::pi * s / kSides;
      g.points.push_back({radius[k] * std::cos(angle), radius[k] * std::sin(angle), 0.0});
      collagen.values.push_back(value[k]);
    }
  for (int k = 0; k + 1 < n; ++k)
    for (int s = 0; s < kSides; ++s) {
      const int a = k * kSides + s, b = k * kSides + (s + 1) % kSides;
      g.cells.push_back({a, b, b + kSides, a + kSides});
    }
  g.at_points = {collagen};
  return io::vtu(g);
}

/// The skin that belongs to a channel, cut through its axis, from faces of rings and of levels.
io::Grid cut(const std::vector<double>& radius, const std::vector<double>& depth) {
  io::Grid g;
  const int rings = static_cast<int>(radius.size()) - 1,
            levels = static_cast<int>(depth.size()) - 1;
  for (const double z : depth)
    for (const double r : radius) g.points.push_back({r, 0.0, -z});
  for (int k = 0; k < levels; ++k)
    for (int i = 0; i < rings; ++i) {
      const int a = k * (rings + 1) + i;
      g.cells.push_back({a, a + 1, a + rings + 2, a + rings + 1});
    }
  return g;
}

/// Every field in the cells of such a cut, downwards.
std::string section(const healing::Section& s, std::size_t moment) {
  io::Grid g = cut(s.radius, s.depth);
  const auto rings = s.radius.size() - 1;
  io::GridValues dermis{"dermis", 1, {}};
  for (std::size_t k = 0; k < g.cells.size(); ++k)
    dermis.values.push_back(static_cast<int>(k / rings) >= s.dermis ? 1.0 : 0.0);
  g.in_cells.push_back(std::move(dermis));
  for (const auto& row : healing::kFieldTable)
    if (row.field < static_cast<int>(s.fields[moment].size()))
      g.in_cells.push_back({row.name, 1, s.fields[moment][row.field]});
  return io::vtu(g);
}

/// Collagen of a patch seen from above, a quadrilateral a square.
std::string map(const healing::SurfaceMap& m, std::size_t moment) {
  io::Grid g;
  for (int j = 0; j <= m.rows; ++j)
    for (int i = 0; i <= m.columns; ++i) g.points.push_back({i * m.side, j * m.side, 0.0});
  for (int j = 0; j < m.rows; ++j)
    for (int i = 0; i < m.columns; ++i) {
      const int a = j * (m.columns + 1) + i;
      g.cells.push_back({a, a + 1, a + m.columns + 2, a + m.columns + 1});
    }
  g.in_cells = {{"papillary_collagen", 1, m.collagen[moment]}};
  return io::vtu(g);
}

/// Landings as points; one that does not pierce has depth 0.
std::string cloud(const channel::ChannelField& f) {
  io::Grid g;
  io::GridValues direction{"direction", 1, {}};
  for (std::size_t k = 0; k < f.positions.size(); ++k) {
    g.points.push_back({f.positions[k][0], f.positions[k][1], 0.0});
    g.cells.push_back({static_cast<int>(k)});
    direction.values.push_back(f.direction[k]);
  }
  g.at_points = {{"depth", 1, f.depth}, direction};
  return io::vtu(g);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> fields(const study::Result& r) {
  std::vector<std::pair<std::string, std::string>> files;
  files.emplace_back("channels.vtu", cloud(r.field));
  files.emplace_back("channels.pvd", io::pvd({{0.0, "channels.vtu"}}));
  std::vector<std::pair<double, std::string>> days;
  for (std::size_t k = 0; k < r.healing.profile_time.size(); ++k) {
    const double day = r.healing.profile_time[k] / core::kDay;
    const auto name = fmt::format("healing-day-{:g}.vtu", day);
    files.emplace_back(name, disc(r.healing.radius, r.healing.collagen_profile[k]));
    days.emplace_back(day, name);
  }
  if (!days.empty()) files.emplace_back("healing.pvd", io::pvd(days));
  for (std::size_t n = 0; n < r.healing.sections.size(); ++n) {
    std::vector<std::pair<double, std::string>> moments;
    for (std::size_t k = 0; k < r.healing.profile_time.size(); ++k) {
      const double day = r.healing.profile_time[k] / core::kDay;
      const auto name = fmt::format("healing-class-{}-day-{:g}.vtu", n + 1, day);
      files.emplace_back(name, section(r.healing.sections[n], k));
      moments.emplace_back(day, name);
    }
    files.emplace_back(fmt::format("healing-class-{}.pvd", n + 1), io::pvd(moments));
  }
  std::vector<std::pair<double, std::string>> maps;
  for (std::size_t k = 0; k < r.healing.map.collagen.size(); ++k) {
    const double day = r.healing.profile_time[k] / core::kDay;
    maps.emplace_back(day, fmt::format("healing-map-day-{:g}.vtu", day));
    files.emplace_back(maps.back().second, map(r.healing.map, k));
  }
  if (!maps.empty()) files.emplace_back("healing-map.pvd", io::pvd(maps));
  return files;
}

std::vector<std::pair<std::string, std::string>> fields(const study::DeliveryResult& r) {
  constexpr double kHour = 3600.0;
  std::vector<std::pair<std::string, std::string>> files;
  const auto& c = r.delivered.needled;
  for (std::size_t n = 0; n < c.sections.size(); ++n) {
    const auto& s = c.sections[n];
    std::vector<std::pair<double, std::string>> moments;
    for (std::size_t k = 0; k < c.profile_time.size(); ++k) {
      const double hour = c.profile_time[k] / kHour;
      const auto name = fmt::format("delivery-class-{}-hour-{:g}.vtu", n + 1, hour);
      io::Grid g = cut(s.radius, s.depth);
      g.in_cells = {{"concentration", 1, s.concentration[k]}, {"channel", 1, s.fluid}};
      files.emplace_back(name, io::vtu(g));
      moments.emplace_back(hour, name);
    }
    files.emplace_back(fmt::format("delivery-class-{}.pvd", n + 1), io::pvd(moments));
  }
  return files;
}

}  // namespace percuta::report
