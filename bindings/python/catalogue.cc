// What there is to choose from: entries of the data folder, keys, units.

#include "percuta/study/catalogue.h"

#include "binding.h"
#include "docstrings.h"
#include "percuta/core/quantity.h"
#include "percuta/study/case.h"

namespace py = pybind11;

namespace percuta::python {

void bind_catalogue(py::module_& m) {
  m.def(
      "entries",
      [](const std::string& kind) {
        py::dict out;
        for (const auto& e : study::entries(kind)) out[py::str(e.name)] = e.title;
        return out;
      },
      doc::entries);
  m.def("entry_file", &study::entry_file, doc::entry_file);
  m.def("units", [] {
    py::list out;
    for (const auto& u : core::units()) out.append(py::make_tuple(u.symbol, u.dimension, u.si));
    return out;
  });
  m.def(
      "unit",
      [](const std::string& symbol) -> py::object {
        const auto u = core::find_unit(symbol);
        return u ? py::object(py::make_tuple(u->symbol, u->dimension, u->si)) : py::none();
      },
      doc::find_unit);
  m.def("parse_quantity", [](const std::string& text) -> py::object {
    const auto q = core::parse_quantity(text);
    return q ? py::object(py::make_tuple(q->number, q->unit)) : py::none();
  });
  m.def("explain", &study::explain, doc::explain);
  m.def("json_schema", &study::json_schema, doc::json_schema);
  m.def("case_template", &study::case_template, doc::case_template);
  m.def("data_folder", &study::data_folder, doc::data_folder);
}

}  // namespace percuta::python
