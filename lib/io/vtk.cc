#include "percuta/io/vtk.h"

#include <iterator>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

namespace percuta::io {
namespace {

template <class Numbers>
std::string array(const char* type, const std::string& name, int components,
                  const Numbers& numbers) {
  std::string text =
      fmt::format("<DataArray type=\"{}\" Name=\"{}\" NumberOfComponents=\"{}\" format=\"ascii\">",
                  type, name, components);
  for (const auto& number : numbers) fmt::format_to(std::back_inserter(text), "{:.7g} ", number);
  return text + "</DataArray>\n";
}

std::string data(const char* where, const std::vector<GridValues>& all, std::size_t count) {
  std::string text = fmt::format("<{}>", where);
  for (const auto& v : all) {
    if (v.values.size() != count * static_cast<std::size_t>(v.components))
      throw std::logic_error(v.name + " has not as many values as its grid has places");
    text += array("Float64", v.name, v.components, v.values);
  }
  return text + fmt::format("</{}>\n", where);
}

double type_of(const std::vector<int>& cell) {
  switch (cell.size()) {
    case 1:
      return 1;  // vertex
    case 4:
      return 9;  // quadrilateral
    case 8:
      return 12;  // hexahedron
    default:
      throw std::logic_error("a cell has 1, 4 or 8 corners");
  }
}

}  // namespace

std::string vtu(const Grid& g) {
  std::vector<double> points, corners, offsets, types;
  for (const auto& p : g.points) points.insert(points.end(), p.begin(), p.end());
  for (const auto& cell : g.cells) {
    corners.insert(corners.end(), cell.begin(), cell.end());
    offsets.push_back(static_cast<double>(corners.size()));
    types.push_back(type_of(cell));
  }
  const auto whole = [](const std::vector<double>& v) {
    return std::vector<long>(v.begin(), v.end());
  };
  std::string cells;
  for (const auto& [type, name, numbers] :
       {std::tuple{"Int32", "connectivity", &corners}, std::tuple{"Int32", "offsets", &offsets},
        std::tuple{"UInt8", "types", &types}}) {
    cells += fmt::format("<DataArray type=\"{}\" Name=\"{}\" format=\"ascii\">", type, name);
    for (const long n : whole(*numbers)) fmt::format_to(std::back_inserter(cells), "{} ", n);
    cells += "</DataArray>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"UnstructuredGrid\" version=\"0.1\">\n"
      "<UnstructuredGrid>\n<Piece NumberOfPoints=\"{}\" NumberOfCells=\"{}\">\n"
      "<Points>{}</Points>\n<Cells>{}</Cells>\n{}{}</Piece>\n</UnstructuredGrid>\n</VTKFile>\n",
      g.points.size(), g.cells.size(), array("Float64", "position_m", 3, points), cells,
      data("PointData", g.at_points, g.points.size()),
      data("CellData", g.in_cells, g.cells.size()));
}

std::string pvd(const std::vector<std::pair<double, std::string>>& files) {
  std::string entries;
  for (const auto& [time, file] : files)
    entries += fmt::format("<DataSet timestep=\"{:g}\" file=\"{}\"/>", time, file);
  return fmt::format(
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" "
      "version=\"0.1\"><Collection>{}</Collection></VTKFile>\n",
      entries);
}

}  // namespace percuta::io
