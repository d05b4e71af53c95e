// The module behind the Python package, which shows none of it to users.

#include "binding.h"
#include "percuta/core/version.h"

PYBIND11_MODULE(_percuta, m) {
  m.attr("version") = percuta::core::version();
  percuta::python::bind_errors(m);
  percuta::python::bind_cases(m);
  percuta::python::bind_results(m);
  percuta::python::bind_catalogue(m);
  percuta::python::bind_skin(m);
  percuta::python::bind_device(m);
  percuta::python::bind_insertion(m);
  percuta::python::bind_rolling(m);
  percuta::python::bind_channel(m);
  percuta::python::bind_measure(m);
  percuta::python::bind_sensitivity(m);
  percuta::python::bind_size(m);
}
