// Cases: read, checked, and what they hold.

#include "binding.h"
#include "docstrings.h"
#include "percuta/insertion/choices.h"
#include "percuta/study/case.h"
#include "percuta/study/run.h"

namespace py = pybind11;

namespace percuta::python {
namespace {

/// A row of a comparison compares nothing more.
study::Case one_row(study::Case c, bool row) {
  if (!row) return c;
  c.comparison = {};
  std::erase_if(c.inputs, [](const auto& used) { return used.path.starts_with("compare."); });
  return c;
}

/// Rows of a comparison: label, and the value of each key.
std::vector<std::pair<std::string, study::Overrides>> rows(const study::Case& c,
                                                           const std::vector<std::string>& vary) {
  std::vector<std::pair<std::string, study::Overrides>> out;
  for (auto& row : study::combinations(study::compared(c, vary)))
    out.emplace_back(std::move(row.label), std::move(row.values));
  return out;
}

/// Name of the kind of a key.
const char* name(config::Kind kind) {
  switch (kind) {
    case config::Kind::quantity:
      return "quantity";
    case config::Kind::number:
      return "number";
    case config::Kind::integer:
      return "integer";
    case config::Kind::flag:
      return "flag";
    case config::Kind::text:
      return "text";
    case config::Kind::choice:
      return "choice";
    case config::Kind::list:
      return "list";
    case config::Kind::records:
      return "records";
  }
  return "";
}

py::list keys() {
  py::list out;
  for (const auto& key : study::case_keys()) {
    py::dict one;
    one["path"] = key.path;
    one["kind"] = name(key.kind);
    one["unit"] = key.unit;
    one["sentence"] = key.sentence;
    out.append(one);
  }
  return out;
}

}  // namespace

py::list inputs_of(const std::vector<config::Used>& all) {
  py::list out;
  for (const auto& used : all) {
    py::dict one;
    one["path"] = used.path;
    one["written"] = used.value;
    one["si"] = used.si;
    one["unit"] = used.unit;
    one["sentence"] = used.sentence;
    one["source"] = used.source;
    one["evidence"] = used.evidence;
    one["spread"] = used.spread;
    one["origin"] = used.from;
    one["given"] = used.given;
    out.append(one);
  }
  return out;
}

void bind_cases(py::module_& m) {
  py::class_<study::Case>(m, "Case", doc::Case)
      .def(py::init([](const std::string& text, const std::string& name,
                       const study::Overrides& set, bool row) {
             const py::gil_scoped_release release;
             return one_row(study::parse_case(text, name, set), row);
           }),
           py::arg("text"), py::arg("name"), py::arg("set"), py::arg("row"))
      .def_static(
          "read",
          [](const std::string& path, const study::Overrides& set, bool row) {
            const py::gil_scoped_release release;
            return one_row(study::read_case(path, set), row);
          },
          py::arg("path"), py::arg("set"), py::arg("row"), doc::read_case)
      .def_readonly("title", &study::Case::title)
      .def_readonly("file", &study::Case::file)
      .def("inputs", [](const study::Case& c) { return inputs_of(c.inputs); })
      .def("rows", &rows, py::arg("vary"), doc::combinations);
  m.def("case_keys", &keys, doc::case_keys);
  m.def("insertion_keys", [] {
    std::vector<std::string> names;
    for (const auto& key : insertion::choices_record().keys("")) names.push_back(key.path);
    return names;
  });
}

}  // namespace percuta::python
