// Needles and devices by themselves.

#include "percuta/device/device.h"

#include <string>

#include <pybind11/numpy.h>

#include "binding.h"
#include "docstrings.h"
#include "percuta/study/parts.h"

namespace py = pybind11;

namespace percuta::python {

void bind_device(py::module_& m) {
  py::class_<device::Needle>(m, "Needle", doc::Needle)
      .def_readonly("length", &device::Needle::length)
      .def_property_readonly("taper_length", &device::taper_length)
      .def_property_readonly("strength",
                             [](const device::Needle& n) { return device::strength(n); })
      .def(
          "radius_behind_tip",
          [](const device::Needle& n, const py::array_t<double>& distance) {
            return py::vectorize([&](double s) { return device::radius_behind_tip(n, s); })(
                distance);
          },
          py::arg("distance"), doc::radius_behind_tip);
  py::class_<device::Device>(m, "Device")
      .def_readonly("needle", &device::Device::needle)
      .def_property_readonly("kind", [](const device::Device& d) { return device::kind(d); })
      .def_property_readonly("cell_radius", &device::cell_radius)
      .def_property_readonly("needles",
                             [](const device::Device& d) { return device::needle_count(d.head); });
  m.def(
      "needle_part",
      [](const study::Overrides& set) {
        const auto part = study::needle_part(set);
        return py::make_tuple(part.value, inputs_of(part.inputs));
      },
      py::arg("set"), doc::needle_part);
  m.def(
      "device_part",
      [](const study::Overrides& set) {
        const auto part = study::device_part(set);
        return py::make_tuple(part.value, inputs_of(part.inputs));
      },
      py::arg("set"), doc::device_part);
}

}  // namespace percuta::python
