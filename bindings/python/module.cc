#include <optional>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"
#include "percuta/core/errors.h"
#include "percuta/core/version.h"
#include "percuta/report/report.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/insert.h"
#include "percuta/study/result.h"
#include "percuta/study/run.h"

namespace py = pybind11;
using namespace percuta;

namespace {

/// Hands progress to a Python callable and lets Ctrl-C through. The library must not run on with a
/// Python exception pending, and asks more than once: the first exception is held, every further
/// question is answered with "stop", and the call raises it when the library has come back.
class PythonObserver : public core::Observer {
 public:
  explicit PythonObserver(py::object callback)
      : callback_(std::move(callback)), hears_(!callback_.is_none()) {}
  void progress(std::string_view stage, double fraction) override {
    if (!hears_ || held_) return;
    const py::gil_scoped_acquire gil;
    try {
      callback_(std::string(stage), fraction);
    } catch (py::error_already_set& e) {
      held_.emplace(std::move(e));
    }
  }
  bool stop_requested() override {
    if (held_) return true;
    const py::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() != 0) held_.emplace();  // takes the pending exception along
    return held_.has_value();
  }
  /// Throws what is held, if anything. The interpreter lock must be held.
  void raise_held() {
    if (held_) throw py::error_already_set(std::move(*held_));
  }

 private:
  py::object callback_;
  bool hears_;
  std::optional<py::error_already_set> held_;
};

/// What `work` gives for an observer of the callable, computed without the interpreter lock.
template <class Work>
auto listening(const py::object& progress, const Work& work) {
  PythonObserver observer(progress);
  try {
    const py::gil_scoped_release release;
    auto result = work(observer);
    if (!observer.stop_requested()) return result;
  } catch (...) {  // whatever the library says of being stopped, the reason counts
    observer.raise_held();
    throw;
  }
  observer.raise_held();
  throw core::Interrupted();
}

py::list arrays(const std::vector<io::Dataset>& all) {
  py::list out;
  for (const auto& d : all) {
    if (d.shape.empty()) continue;  // single values are in the summary
    py::array_t<double> values(std::vector<py::ssize_t>(d.shape.begin(), d.shape.end()));
    std::copy(d.values.begin(), d.values.end(), values.mutable_data());
    out.append(py::make_tuple(d.path, values, d.unit, d.long_name));
  }
  return out;
}

void save(const study::Result& r, const std::string& folder, bool overwrite,
          const std::string& script, const std::string& style) {
  io::ResultFolder out(folder, overwrite);
  report::write_result(r, out, "", script, style);
  out.commit();
}

void save_insertion(const study::InsertionResult& r, const std::string& folder, bool overwrite,
                    const std::string& script, const std::string& style) {
  io::ResultFolder out(folder, overwrite);
  report::write_result(r, out, script, style);
  out.commit();
}

study::InsertionResult insert(const std::string& path, const study::Overrides& set, int threads,
                              const py::object& progress, const std::string& checkpoint,
                              bool resume) {
  const study::CheckpointFile file(checkpoint);
  auto r = listening(progress, [&](core::Observer& observer) {
    return study::insert(
        study::read_case(path, set), observer, [&](const std::string& state) { file.write(state); },
        resume ? file.read() : "", threads);
  });
  file.remove();
  return r;
}

}  // namespace

PYBIND11_MODULE(_percuta, m) {
  static py::exception<core::Error> error(m, "Error", PyExc_RuntimeError);
  static py::exception<core::InputError> input_error(m, "InputError", PyExc_ValueError);
  py::register_exception_translator([](std::exception_ptr p) {
    try {
      if (p) std::rethrow_exception(p);
    } catch (const core::Interrupted&) {
      PyErr_SetNone(PyExc_KeyboardInterrupt);
    } catch (const core::InputError& e) {
      PyErr_SetString(input_error.ptr(), e.what());
    } catch (const core::FileError& e) {
      PyErr_SetString(PyExc_OSError, e.what());
    } catch (const core::Error& e) {
      PyErr_SetString(e.exit() == core::Exit::usage ? PyExc_ValueError : error.ptr(), e.what());
    }
  });

  m.attr("version") = core::version();
  py::class_<study::Result>(m, "Result", doc::Result)
      .def("summary_json", py::overload_cast<const study::Result&>(&study::summary_json),
           doc::summary_json)
      .def(
          "datasets",
          [](const study::Result& r) { return arrays(io::datasets(study::document(r))); },
          doc::datasets)
      .def_readonly("warnings", &study::Result::warnings)
      .def_readonly("title", &study::Result::title)
      .def("save", &save, py::arg("folder"), py::arg("overwrite"), py::arg("script"),
           py::arg("style"), doc::write_result);

  py::class_<study::InsertionResult>(m, "InsertionResult")
      .def("summary_json", py::overload_cast<const study::InsertionResult&>(&study::summary_json),
           doc::summary_json)
      .def(
          "datasets",
          [](const study::InsertionResult& r) { return arrays(io::datasets(study::document(r))); },
          doc::datasets)
      .def("save", &save_insertion, py::arg("folder"), py::arg("overwrite"), py::arg("script"),
           py::arg("style"), doc::write_result);
  m.def("insert", &insert, py::arg("path"), py::arg("set"), py::arg("threads"), py::arg("progress"),
        py::arg("checkpoint"), py::arg("resume"), doc::insert);

  m.def(
      "run",
      [](const std::string& path, const study::Overrides& set, const py::object& progress) {
        return listening(progress, [&](core::Observer& observer) {
          return study::run(study::read_case(path, set), observer);
        });
      },
      py::arg("path"), py::arg("set"), py::arg("progress"), doc::run);
  m.def(
      "roll",
      [](const std::string& path, const study::Overrides& set, const py::object& progress) {
        return listening(progress, [&](core::Observer& observer) {
          return study::roll(study::read_case(path, set), observer);
        });
      },
      py::arg("path"), py::arg("set"), py::arg("progress"), doc::roll);
  m.def(
      "compare",
      [](const std::string& path, const study::Overrides& set, const py::object& progress,
         const std::vector<std::string>& vary) {
        auto rows = listening(progress, [&](core::Observer& observer) {
          return study::compare(path, set, observer, {}, vary);
        });
        py::list out;
        for (auto& row : rows)
          out.append(py::make_tuple(
              row.value, row.result ? py::cast(std::move(*row.result)) : py::none(), row.failure));
        return out;
      },
      py::arg("path"), py::arg("set"), py::arg("progress"), py::arg("vary"), doc::Row);
  m.def(
      "read_hdf5", [](const std::string& path) { return arrays(io::read_hdf5(path)); },
      doc::read_hdf5);
  m.def(
      "entries",
      [](const std::string& kind) {
        py::dict out;
        for (const auto& e : study::entries(kind)) out[py::str(e.name)] = e.title;
        return out;
      },
      doc::entries);
  m.def("insertion_keys", [] {
    std::vector<std::string> names;
    for (const auto& key : insertion::choices_record().keys("")) names.push_back(key.path);
    return names;
  });
  m.def("explain", &study::explain, doc::explain);
  m.def("json_schema", &study::json_schema, doc::json_schema);
  m.def("case_template", &study::case_template, doc::case_template);
  m.def("data_folder", &study::data_folder, doc::data_folder);
}
