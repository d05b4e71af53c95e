// Skins and layers by themselves, and what their laws say.

#include "percuta/skin/skin.h"

#include <algorithm>
#include <numbers>
#include <string>

#include <pybind11/numpy.h>

#include "binding.h"
#include "docstrings.h"
#include "percuta/study/parts.h"

namespace py = pybind11;

namespace percuta::python {
namespace {

skin::Layer layer_of(const skin::Skin& s, std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  for (const auto& layer : s.layers)
    if (layer.name == key) return layer;
  throw py::key_error(key);
}

}  // namespace

void bind_skin(py::module_& m) {
  py::class_<skin::Layer>(m, "Layer", doc::Layer)
      .def(
          "uniaxial_pk1",
          [](const skin::Layer& layer, const py::array_t<double>& stretch, bool across) {
            const double angle = across ? 0.5 * std::numbers::pi : 0.0;
            return py::vectorize([&](double l) {
              return skin::uniaxial_pk1(layer.law, layer.fibres, l, angle);
            })(stretch);
          },
          py::arg("stretch"), py::arg("across"), doc::uniaxial_pk1)
      .def(
          "equibiaxial_cauchy",
          [](const skin::Layer& layer, const py::array_t<double>& stretch) {
            return py::vectorize([&](double l) { return skin::equibiaxial_cauchy(layer.law, l); })(
                stretch);
          },
          py::arg("stretch"), doc::equibiaxial_cauchy)
      .def("describe", [](const skin::Layer& layer) { return skin::describe(layer.law); })
      .def_property_readonly("fibres",
                             [](const skin::Layer& layer) { return layer.fibres.size(); });
  py::class_<skin::Skin>(m, "Skin", doc::Skin)
      .def("layer", &layer_of, py::arg("key"))
      .def_property_readonly("thickness", [](const skin::Skin& s) { return skin::thickness(s); })
      .def_property_readonly("pre_stretch", &skin::pre_stretch);
  m.def(
      "skin_part",
      [](const study::Overrides& set) {
        const auto part = study::skin_part(set);
        return py::make_tuple(part.value, inputs_of(part.inputs));
      },
      py::arg("set"), doc::skin_part);
  m.def(
      "layer_part",
      [](const std::string& name, const study::Overrides& set) {
        const auto part = study::layer_part(name, set);
        return py::make_tuple(part.value, inputs_of(part.inputs));
      },
      py::arg("name"), py::arg("set"), doc::layer_part);
}

}  // namespace percuta::python
