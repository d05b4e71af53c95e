// One needle in skin at the energy level.

#include <limits>

#include <pybind11/numpy.h>

#include "binding.h"
#include "docstrings.h"
#include "observer.h"
#include "percuta/insertion/energy.h"
#include "percuta/study/parts.h"

namespace py = pybind11;

namespace percuta::python {
namespace {

using insertion::EnergyLevel;
using Values = py::array_t<double>;

/// A method of one number, of arrays.
template <class Method>
auto each(Method method) {
  return [method](const EnergyLevel& level, const Values& values) {
    return py::vectorize([&](double x) { return (level.*method)(x); })(values);
  };
}

/// A part of the state at a displacement, of arrays.
auto part(double channel::InsertionState::*member) {
  return [member](const EnergyLevel& level, const Values& values) {
    return py::vectorize([&](double d) { return level.at(d).*member; })(values);
  };
}

}  // namespace

void bind_insertion(py::module_& m) {
  py::class_<EnergyLevel>(m, "EnergyLevel", doc::EnergyLevel)
      .def_property_readonly("puncture_force", &EnergyLevel::puncture_force)
      .def_property_readonly(
          "puncture_displacement",
          [](const EnergyLevel& level) {
            return level.puncture_displacement(std::numeric_limits<double>::infinity());
          })
      .def_property_readonly("buried_displacement", &EnergyLevel::buried_displacement)
      .def("force", part(&channel::InsertionState::force))
      .def("pierced_depth", part(&channel::InsertionState::pierced_depth))
      .def("deflection", part(&channel::InsertionState::deflection))
      .def("crack_force", each(&EnergyLevel::crack_force))
      .def("friction_force", each(&EnergyLevel::friction_force))
      .def("slit_half_length", each(&EnergyLevel::slit_half_length))
      .def("indentation_force", each(&EnergyLevel::indentation_force))
      .def("extrapolates", each(&EnergyLevel::extrapolates));
  m.def(
      "energy_level",
      [](const skin::Skin& skin, const device::Needle& needle, double cell_radius,
         const py::object& progress) {
        return listening(progress, [&](core::Observer& observer) {
          return study::energy_level(skin, needle, cell_radius, observer);
        });
      },
      py::arg("skin"), py::arg("needle"), py::arg("cell_radius"), py::arg("progress"),
      doc::energy_level);
}

}  // namespace percuta::python
