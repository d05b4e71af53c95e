// From a target to a device.

#include "percuta/study/size.h"

#include <string>

#include "binding.h"
#include "docstrings.h"
#include "observer.h"
#include "percuta/report/report.h"

namespace py = pybind11;

namespace percuta::python {
namespace {

void save(const study::SizeResult& r, const std::string& folder, bool overwrite,
          const std::string& script, const std::string& style) {
  io::ResultFolder out(folder, overwrite);
  report::write_result(r, out, script, style);
  out.commit();
}

}  // namespace

void bind_size(py::module_& m) {
  py::class_<study::SizeResult>(m, "SizeResult")
      .def("json", &study::size_json, doc::size_json)
      .def("words", [](const study::SizeResult& r) { return study::size_words(r); })
      .def_readonly("found", &study::SizeResult::found)
      .def_readonly("warnings", &study::SizeResult::warnings)
      .def("save", &save, py::arg("folder"), py::arg("overwrite"), py::arg("script"),
           py::arg("style"));
  m.def(
      "size_of_file",
      [](const std::string& path, const study::Overrides& set, const py::object& progress) {
        const auto task = study::read_size(path, set);
        return listening(progress,
                         [&](core::Observer& observer) { return study::size(task, observer); });
      },
      doc::size);
  m.def(
      "size_of_text",
      [](const std::string& text, const std::string& name, const study::Overrides& set,
         const py::object& progress) {
        const auto task = study::parse_size(text, name, set);
        return listening(progress,
                         [&](core::Observer& observer) { return study::size(task, observer); });
      },
      doc::size);
}

}  // namespace percuta::python
