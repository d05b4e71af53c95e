// Which constants of healing decide an outcome.

#include "percuta/study/sensitivity.h"

#include <string>
#include <vector>

#include "binding.h"
#include "docstrings.h"
#include "observer.h"

namespace py = pybind11;

namespace percuta::python {

void bind_sensitivity(py::module_& m) {
  m.attr("sensitivity_members") = study::kSensitivityMembers;
  m.def(
      "sensitivity",
      [](const study::Case& c, const std::string& of, const std::vector<double>& days, int members,
         const py::object& progress) {
        const auto outcomes = study::healing_outcomes(c, of, days);
        return listening(progress, [&](core::Observer& observer) {
          return study::sensitivity_json(study::sensitivity(c, outcomes, members, observer));
        });
      },
      doc::sensitivity);
}

}  // namespace percuta::python
