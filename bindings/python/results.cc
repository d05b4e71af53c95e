// What is computed, and what it gives.

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>

#include "binding.h"
#include "docstrings.h"
#include "observer.h"
#include "percuta/report/delivery.h"
#include "percuta/report/report.h"
#include "percuta/study/claims.h"
#include "percuta/study/deliver.h"
#include "percuta/study/insert.h"
#include "percuta/study/result.h"
#include "percuta/study/run.h"

namespace py = pybind11;

namespace percuta::python {
namespace {

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

template <class R>
py::list arrays_of(const R& r) {
  return arrays(io::datasets(study::document(r)));
}

void save(const study::Result& r, const std::string& folder, bool overwrite,
          const std::string& script, const std::string& style) {
  io::ResultFolder out(folder, overwrite);
  report::write_result(r, out, "", script, style);
  out.commit();
}

void save_delivery(const study::DeliveryResult& r, const std::string& folder, bool overwrite,
                   const std::string& script, const std::string& style) {
  io::ResultFolder out(folder, overwrite);
  report::write_result(r, out, script, style);
  out.commit();
}

void save_insertion(const study::InsertionResult& r, const std::string& folder, bool overwrite,
                    const std::string& script, const std::string& style) {
  io::ResultFolder out(folder, overwrite);
  report::write_result(r, out, script, style);
  out.commit();
}

study::InsertionResult insert(const study::Case& c, int threads, const py::object& progress,
                              const std::string& checkpoint, bool resume) {
  const study::CheckpointFile file(checkpoint);
  auto r = listening(progress, [&](core::Observer& observer) {
    return study::insert(
        c, observer, [&](const std::string& state) { file.write(state); },
        resume ? file.read() : "", threads);
  });
  file.remove();
  return r;
}

/// One row of a comparison: its result, or why there is none.
std::pair<std::optional<study::Result>, std::string> row(const study::Case& c,
                                                         const py::object& progress) {
  using Row = std::pair<std::optional<study::Result>, std::string>;
  return listening(progress, [&](core::Observer& observer) -> Row {
    try {
      return {study::run(c, observer), ""};
    } catch (const core::Interrupted&) {
      throw;
    } catch (const core::Error& e) {
      return {std::nullopt, e.what()};
    } catch (const std::exception& e) {
      return {std::nullopt,
              std::string("a bug of ours, please report it with the case file: ") + e.what()};
    }
  });
}

/// Every declared output, by the verb that gives it.
py::list outputs() {
  py::list out;
  for (const auto& [verb, all] : study::all_outputs())
    for (const auto& o : all) {
      py::dict one;
      one["verb"] = verb;
      one["path"] = o.path;
      one["form"] = config::name(o.form);
      one["unit"] = o.unit;
      one["people"] = o.people;
      one["sentence"] = o.sentence;
      one["axes"] = o.axes;
      one["where"] = o.where;
      one["dataset"] = config::dataset_path(o);
      one["figure"] = config::is_figure(o);
      out.append(one);
    }
  return out;
}

/// Common statements answered from a result.
py::list claims(const study::Result& r) {
  py::list out;
  for (const auto& a : study::answers(study::document(r))) {
    py::dict one;
    one["name"] = a.name;
    one["statement"] = a.statement;
    one["answer"] = study::name(a.run);
    one["in_this_run"] = a.run_words;
    one["evidence_answer"] = a.known;
    one["evidence"] = a.known_words;
    one["evidence_class"] = a.evidence;
    one["sources"] = a.sources;
    out.append(one);
  }
  return out;
}

}  // namespace

void bind_results(py::module_& m) {
  py::class_<study::Result>(m, "Result", doc::Result)
      .def("summary_json", py::overload_cast<const study::Result&>(&study::summary_json),
           doc::summary_json)
      .def("datasets", &arrays_of<study::Result>, doc::datasets)
      .def("save", &save, py::arg("folder"), py::arg("overwrite"), py::arg("script"),
           py::arg("style"), doc::write_result);
  py::class_<study::InsertionResult>(m, "InsertionResult")
      .def("summary_json", py::overload_cast<const study::InsertionResult&>(&study::summary_json),
           doc::summary_json)
      .def("datasets", &arrays_of<study::InsertionResult>, doc::datasets)
      .def("save", &save_insertion, py::arg("folder"), py::arg("overwrite"), py::arg("script"),
           py::arg("style"), doc::write_result);
  py::class_<study::DeliveryResult>(m, "DeliveryResult", doc::DeliveryResult)
      .def("summary_json", py::overload_cast<const study::DeliveryResult&>(&study::summary_json),
           doc::summary_json)
      .def("datasets", &arrays_of<study::DeliveryResult>, doc::datasets)
      .def("save", &save_delivery, py::arg("folder"), py::arg("overwrite"), py::arg("script"),
           py::arg("style"), doc::write_result);
  m.def(
      "deliver",
      [](const study::Case& c, const py::object& progress) {
        return listening(progress,
                         [&](core::Observer& observer) { return study::deliver(c, observer); });
      },
      py::arg("case"), py::arg("progress"), doc::deliver);
  m.def(
      "run",
      [](const study::Case& c, const py::object& progress) {
        return listening(progress,
                         [&](core::Observer& observer) { return study::run(c, observer); });
      },
      py::arg("case"), py::arg("progress"), doc::run);
  m.def(
      "roll",
      [](const study::Case& c, const py::object& progress) {
        return listening(progress,
                         [&](core::Observer& observer) { return study::roll(c, observer); });
      },
      py::arg("case"), py::arg("progress"), doc::roll);
  m.def("row", &row, py::arg("case"), py::arg("progress"), doc::Row);
  m.def("insert", &insert, py::arg("case"), py::arg("threads"), py::arg("progress"),
        py::arg("checkpoint"), py::arg("resume"), doc::insert);
  m.def("outputs", &outputs, doc::all_outputs);
  m.def("claims", &claims, py::arg("result"), doc::answers);
  m.def(
      "read_hdf5", [](const std::string& path) { return arrays(io::read_hdf5(path)); },
      doc::read_hdf5);
}

}  // namespace percuta::python
