#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

// One function for each file of the module; each adds what it is named after.

namespace percuta::python {

void bind_errors(pybind11::module_& m);
void bind_cases(pybind11::module_& m);
void bind_results(pybind11::module_& m);
void bind_catalogue(pybind11::module_& m);

}  // namespace percuta::python
