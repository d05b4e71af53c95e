#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "percuta/report/report.h"

namespace percuta::report {
namespace {

std::string grid(const std::string& points, std::size_t point_count,
                 const std::string& connectivity, const std::string& offsets,
                 const std::string& types, std::size_t cell_count, const std::string& data) {
  return fmt::format(
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"UnstructuredGrid\" "
      "version=\"0.1\">\n<UnstructuredGrid>\n<Piece NumberOfPoints=\"{}\" NumberOfCells=\"{}\">\n"
      "<Points><DataArray type=\"Float64\" NumberOfComponents=\"3\" "
      "format=\"ascii\">{}</DataArray></Points>\n"
      "<Cells><DataArray type=\"Int32\" Name=\"connectivity\" format=\"ascii\">{}</DataArray>\n"
      "<DataArray type=\"Int32\" Name=\"offsets\" format=\"ascii\">{}</DataArray>\n"
      "<DataArray type=\"UInt8\" Name=\"types\" "
      "format=\"ascii\">{}</DataArray></Cells>\n{}</Piece>\n</UnstructuredGrid>\n</VTKFile>\n",
      point_count, cell_count, points, connectivity, offsets, types, data);
}

/// The unit cell as rings of quadrilaterals, one value a ring.
std::string disc(const std::vector<double>& radius, const std::vector<double>& value) {
  constexpr int kSides = 48;
  std::string points, connectivity, offsets, types, data;
  const std::size_t n = radius.size();
  for (std::size_t k = 0; k < n; ++k)
    for (int s = 0; s < kSides; ++s) {
      const double angle = 2.0 * std::numbers::pi * s / kSides;
      points +=
          fmt::format("{:.6e} {:.6e} 0 ", radius[k] * std::cos(angle), radius[k] * std::sin(angle));
      data += fmt::format("{:.6g} ", value[k]);
    }
  int cells = 0;
  for (std::size_t k = 0; k + 1 < n; ++k)
    for (int s = 0; s < kSides; ++s) {
      const auto a = k * kSides + s, b = k * kSides + (s + 1) % kSides;
      connectivity += fmt::format("{} {} {} {} ", a, b, b + kSides, a + kSides);
      offsets += fmt::format("{} ", 4 * ++cells);
      types += "9 ";
    }
  return grid(points, n * kSides, connectivity, offsets, types, static_cast<std::size_t>(cells),
              fmt::format("<PointData><DataArray type=\"Float64\" Name=\"collagen\" "
                          "format=\"ascii\">{}</DataArray></PointData>\n",
                          data));
}

std::string cloud(const channel::ChannelField& f) {
  std::string points, connectivity, offsets, types, direction,
      depths;  // a landing that does not pierce has depth 0
  for (std::size_t k = 0; k < f.positions.size(); ++k) {
    points += fmt::format("{:.6e} {:.6e} 0 ", f.positions[k][0], f.positions[k][1]);
    connectivity += fmt::format("{} ", k);
    offsets += fmt::format("{} ", k + 1);
    types += "1 ";
    direction += fmt::format("{} ", f.direction[k]);
    depths += fmt::format("{:.6e} ", f.depth[k]);
  }
  return grid(
      points, f.positions.size(), connectivity, offsets, types, f.positions.size(),
      fmt::format("<PointData><DataArray type=\"Float64\" Name=\"depth\" "
                  "format=\"ascii\">{}</DataArray><DataArray type=\"Int32\" Name=\"direction\" "
                  "format=\"ascii\">{}</DataArray></PointData>\n",
                  depths, direction));
}

}  // namespace

namespace {

std::string collection(const std::string& entries) {
  return fmt::format(
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" "
      "version=\"0.1\"><Collection>{}</Collection></VTKFile>\n",
      entries);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> fields(const study::Result& r) {
  std::vector<std::pair<std::string, std::string>> files;
  files.emplace_back("channels.vtu", cloud(r.field));
  files.emplace_back("channels.pvd", collection("<DataSet timestep=\"0\" file=\"channels.vtu\"/>"));
  std::string days;
  for (std::size_t k = 0; k < r.healing.profile_time.size(); ++k) {
    const double day = r.healing.profile_time[k] / core::kDay;
    const auto name = fmt::format("healing-day-{:g}.vtu", day);
    files.emplace_back(name, disc(r.healing.radius, r.healing.collagen_profile[k]));
    days += fmt::format("<DataSet timestep=\"{:g}\" file=\"{}\"/>", day, name);
  }
  files.emplace_back("healing.pvd", collection(days));
  return files;
}

}  // namespace percuta::report
