// Statistics of points on a patch.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <pybind11/numpy.h>

#include "binding.h"
#include "docstrings.h"
#include "percuta/channel/statistics.h"

namespace py = pybind11;

namespace percuta::python {
namespace {

using Pairs = py::array_t<double, py::array::c_style | py::array::forcecast>;

std::vector<std::array<double, 2>> pairs(const Pairs& array) {
  std::vector<std::array<double, 2>> out;
  const auto rows = array.unchecked<2>();
  for (py::ssize_t k = 0; k < rows.shape(0); ++k) out.push_back({rows(k, 0), rows(k, 1)});
  return out;
}

py::array_t<double> array_of(const std::vector<double>& values) {
  // By its shape: of a plain count pybind11 2.10 takes the stride from where NumPy 2 has none.
  py::array_t<double> out(std::vector<py::ssize_t>{static_cast<py::ssize_t>(values.size())});
  std::copy(values.begin(), values.end(), out.mutable_data());
  return out;
}

/// A number of points on a patch, computed without the interpreter lock.
template <class Statistic>
auto number(Statistic statistic) {
  return [statistic](const Pairs& points, const Pairs& corners) {
    const auto p = pairs(points);
    const channel::Patch patch{pairs(corners)};
    const py::gil_scoped_release release;
    return statistic(p, patch);
  };
}

}  // namespace

void bind_channel(py::module_& m) {
  using channel::Patch, channel::Points;
  m.def("patch_fault", [](const Pairs& c) { return channel::why_impossible({pairs(c)}); });
  m.def(
      "patch_area", [](const Pairs& c) { return channel::area({pairs(c)}); }, doc::area);
  m.def("point_density", number(&channel::density), doc::density);
  m.def("nearest_neighbour", number([](const Points& p, const Patch& patch) {
          return channel::mean_nearest_neighbour(p, patch);
        }),
        doc::mean_nearest_neighbour);
  m.def("clark_evans",
        number([](const Points& p, const Patch& patch) { return channel::clark_evans(p, patch); }),
        doc::clark_evans);
  m.def("largest_empty_circle", number([](const Points& p, const Patch& patch) {
          return channel::largest_empty_circle(p, patch);
        }),
        doc::largest_empty_circle);
  m.def(
      "coverage",
      [](const Pairs& points, const Pairs& corners, const std::vector<double>& radii) {
        const auto p = pairs(points);
        const Patch patch{pairs(corners)};
        std::vector<double> out;
        {
          const py::gil_scoped_release release;
          out = channel::covered_fraction(p, patch, radii);
        }
        return array_of(out);
      },
      doc::covered_fraction);
  m.def(
      "pair_correlation",
      [](const Pairs& points, const Pairs& corners, double up_to, int bins) {
        const auto p = pairs(points);
        const Patch patch{pairs(corners)};
        const auto c = channel::pair_correlation(p, patch, up_to, bins);
        return py::make_tuple(array_of(c.radius), array_of(c.g));
      },
      doc::pair_correlation);
}

}  // namespace percuta::python
