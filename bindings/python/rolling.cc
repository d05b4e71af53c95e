// The drum that rolls without slip.

#include "percuta/rolling/rolling.h"

#include <pybind11/numpy.h>

#include "binding.h"
#include "docstrings.h"

namespace py = pybind11;

namespace percuta::python {

void bind_rolling(py::module_& m) {
  m.def(
      "tip_path",
      [](double drum_radius, double length, double rolling_radius,
         const py::array_t<double>& angle) {
        const auto part = [&](double rolling::TipPlace::*member) {
          return py::vectorize([&, member](double phi) {
            return rolling::tip_place(drum_radius, length, rolling_radius, phi).*member;
          })(angle);
        };
        return py::make_tuple(part(&rolling::TipPlace::along), part(&rolling::TipPlace::depth));
      },
      py::arg("drum_radius"), py::arg("length"), py::arg("rolling_radius"), py::arg("angle"),
      doc::tip_place);
  m.def(
      "entry_and_sweep",
      [](double drum_radius, const py::array_t<double>& length) {
        const auto part = [&](double rolling::Kinematics::*member) {
          return py::vectorize([&, member](double l) {
            device::Roller roller;
            roller.drum_radius = drum_radius;
            roller.needles_per_turn = 1;
            return rolling::kinematics(roller, l).*member;
          })(length);
        };
        return py::make_tuple(part(&rolling::Kinematics::entry_angle),
                              part(&rolling::Kinematics::half_sweep));
      },
      py::arg("drum_radius"), py::arg("length"), doc::Kinematics);
}

}  // namespace percuta::python
