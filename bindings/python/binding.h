#pragma once

#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "percuta/config/record.h"

// One function for each file of the module; each adds what it is named after.

namespace percuta::python {

void bind_errors(pybind11::module_& m);
void bind_cases(pybind11::module_& m);
void bind_results(pybind11::module_& m);
void bind_catalogue(pybind11::module_& m);
void bind_skin(pybind11::module_& m);
void bind_device(pybind11::module_& m);
void bind_insertion(pybind11::module_& m);
void bind_rolling(pybind11::module_& m);
void bind_channel(pybind11::module_& m);
void bind_measure(pybind11::module_& m);
void bind_sensitivity(pybind11::module_& m);
void bind_size(pybind11::module_& m);

/// Values that were read, in their order, as dictionaries of the fields of percuta.Input.
pybind11::list inputs_of(const std::vector<config::Used>&);

}  // namespace percuta::python
