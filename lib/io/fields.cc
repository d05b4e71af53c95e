#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "percuta/core/errors.h"
#include "percuta/io/result.h"

namespace percuta::io {
namespace fs = std::filesystem;
namespace {

void save(const fs::path& path, const std::string& text) {
  std::ofstream out(path);
  out << text;
  if (!out) throw core::FileError(fmt::format("{}: could not be written", path.string()));
}

std::string grid(const std::string& points, std::size_t point_count, const std::string& connectivity, const std::string& offsets, const std::string& types,
                 std::size_t cell_count, const std::string& data) {
  return fmt::format(
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"UnstructuredGrid\" version=\"0.1\">\n<UnstructuredGrid>\n<Piece NumberOfPoints=\"{}\" NumberOfCells=\"{}\">\n"
      "<Points><DataArray type=\"Float64\" NumberOfComponents=\"3\" format=\"ascii\">{}</DataArray></Points>\n"
      "<Cells><DataArray type=\"Int32\" Name=\"connectivity\" format=\"ascii\">{}</DataArray>\n"
      "<DataArray type=\"Int32\" Name=\"offsets\" format=\"ascii\">{}</DataArray>\n"
      "<DataArray type=\"UInt8\" Name=\"types\" format=\"ascii\">{}</DataArray></Cells>\n{}</Piece>\n</UnstructuredGrid>\n</VTKFile>\n",
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
      points += fmt::format("{:.6e} {:.6e} 0 ", radius[k] * std::cos(angle), radius[k] * std::sin(angle));
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
              fmt::format("<PointData><DataArray type=\"Float64\" Name=\"collagen\" format=\"ascii\">{}</DataArray></PointData>\n", data));
}

std::string cloud(const channel::ChannelField& f, double depth) {
  std::string points, connectivity, offsets, types, direction, depths;
  for (std::size_t k = 0; k < f.positions.size(); ++k) {
    points += fmt::format("{:.6e} {:.6e} 0 ", f.positions[k][0], f.positions[k][1]);
    connectivity += fmt::format("{} ", k);
    offsets += fmt::format("{} ", k + 1);
    types += "1 ";
    direction += fmt::format("{} ", f.direction[k]);
    depths += fmt::format("{:.6e} ", depth);
  }
  return grid(points, f.positions.size(), connectivity, offsets, types, f.positions.size(),
              fmt::format("<PointData><DataArray type=\"Float64\" Name=\"depth\" format=\"ascii\">{}</DataArray><DataArray type=\"Int32\" Name=\"direction\" "
                          "format=\"ascii\">{}</DataArray></PointData>\n",
                          depths, direction));
}

}  // namespace

void write_fields(const Result& r, const std::string& folder) {
  fs::create_directories(folder);
  const fs::path base(folder);
  save(base / "channels.vtu", cloud(r.field, r.channel.depth));
  save(base / "channels.pvd",
       "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"0.1\"><Collection><DataSet timestep=\"0\" "
       "file=\"channels.vtu\"/></Collection></VTKFile>\n");
  std::string collection;
  for (std::size_t k = 0; k < r.healing.profile_days.size(); ++k) {
    const auto name = fmt::format("healing-day-{:g}.vtu", r.healing.profile_days[k]);
    save(base / name, disc(r.healing.radius, r.healing.collagen_profile[k]));
    collection += fmt::format("<DataSet timestep=\"{:g}\" file=\"{}\"/>", r.healing.profile_days[k], name);
  }
  save(base / "healing.pvd",
       fmt::format("<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"0.1\"><Collection>{}</Collection></VTKFile>\n", collection));
}

}  // namespace percuta::io
