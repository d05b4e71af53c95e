// A measured curve beside the model.

#include "percuta/study/measure.h"

#include <string>
#include <utility>
#include <vector>

#include "binding.h"
#include "docstrings.h"
#include "observer.h"

namespace py = pybind11;

namespace percuta::python {

void bind_measure(py::module_& m) {
  py::class_<study::Measured>(m, "Measured", doc::Measured)
      .def_property_readonly("x", [](const study::Measured& o) { return o.x.path; })
      .def_property_readonly("y", [](const study::Measured& o) { return o.y.path; })
      .def_property_readonly("x_dataset",
                             [](const study::Measured& o) { return config::dataset_path(o.x); })
      .def_property_readonly("y_dataset",
                             [](const study::Measured& o) { return config::dataset_path(o.y); })
      .def_property_readonly("units",
                             [](const study::Measured& o) {
                               return py::make_tuple(o.x.unit, o.y.unit, o.x.people, o.y.people);
                             })
      .def_property_readonly("sentences", [](const study::Measured& o) {
        return py::make_tuple(o.x.sentence, o.y.sentence);
      });
  m.def("read_measured", &study::read_measured, doc::read_measured);
  m.def("parse_measured", &study::parse_measured, doc::read_measured);
  py::class_<study::Overlay>(m, "Overlay", doc::Overlay)
      .def("json",
           [](const study::Overlay& o, const std::vector<study::Change>& changes,
              const std::vector<std::string>& warnings) {
             return study::overlay_json(o, changes, warnings);
           })
      .def("words", [](const study::Overlay& o) { return study::misfit_words(o); })
      .def_readonly("model_at", &study::Overlay::model_at)
      .def_readonly("model", &study::Overlay::model);
  py::class_<study::Change>(m, "Change", doc::Change);
  m.def(
      "overlay",
      [](std::vector<double> at, std::vector<double> model, const study::Measured& measured) {
        return study::overlay(std::move(at), std::move(model), measured);
      },
      doc::overlay);
  m.def(
      "result_for",
      [](const study::Case& c, const study::Measured& measured, const py::object& progress) {
        return listening(progress, [&](core::Observer& observer) {
          return study::result_for(c, measured, observer);
        });
      },
      doc::result_for);
  m.def(
      "what_changes_it",
      [](const std::string& text, const std::string& name, const study::Overrides& set,
         const study::Overlay& was, const py::object& progress) {
        const auto again = [&](const study::Overrides& more) {
          auto all = set;
          all.insert(all.end(), more.begin(), more.end());
          return study::parse_case(text, name, all);
        };
        return listening(progress, [&](core::Observer& observer) {
          return study::what_changes_it(again, was, observer);
        });
      },
      doc::what_changes_it);
}

}  // namespace percuta::python
