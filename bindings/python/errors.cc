// The errors of the library as Python exceptions. InputError carries what its diagnostics say.

#include "percuta/core/errors.h"
#include "binding.h"

namespace py = pybind11;

namespace percuta::python {
namespace {

py::object line_of(const core::Diagnostic& d) {
  return d.line > 0 ? py::object(py::int_(d.line)) : py::none();
}

/// The exception with the first mistake as attributes and all of them in a tuple.
py::object with_attributes(const py::object& kind, const core::InputError& e) {
  py::object out = kind(py::str(e.what()));
  py::list all;
  for (const auto& d : e.diagnostics()) {
    py::dict one;
    one["file"] = d.file;
    one["line"] = line_of(d);
    one["column"] = d.column > 0 ? py::object(py::int_(d.column)) : py::none();
    one["message"] = d.message;
    one["hint"] = d.hint;
    one["key"] = d.key;
    if (all.empty())
      for (const char* name : {"key", "file", "line", "hint"}) out.attr(name) = one[name];
    all.append(one);
  }
  out.attr("diagnostics") = py::tuple(all);
  return out;
}

}  // namespace

void bind_errors(py::module_& m) {
  static py::exception<core::Error> error(m, "Error", PyExc_RuntimeError);
  static py::exception<core::InputError> input_error(m, "InputError", PyExc_ValueError);
  // Of one that Python code makes itself, nothing is known.
  for (const char* name : {"key", "file", "hint"}) input_error.attr(name) = "";
  input_error.attr("line") = py::none();
  input_error.attr("diagnostics") = py::tuple();
  py::register_exception_translator([](std::exception_ptr p) {
    try {
      if (p) std::rethrow_exception(p);
    } catch (const core::Interrupted&) {
      PyErr_SetNone(PyExc_KeyboardInterrupt);
    } catch (const core::InputError& e) {
      PyErr_SetObject(input_error.ptr(), with_attributes(input_error, e).ptr());
    } catch (const core::FileError& e) {
      PyErr_SetString(PyExc_OSError, e.what());
    } catch (const core::Error& e) {
      PyErr_SetString(e.exit() == core::Exit::usage ? PyExc_ValueError : error.ptr(), e.what());
    }
  });
}

}  // namespace percuta::python
