// Validation and evaluation of data sets.
#include "dataset.hpp"

#include <celadon/evaluation/validate.hpp>

namespace celadon::python {

void bind_evaluation(py::module_& module) {
  module.def(
      "_validate",
      [](const Dataset& data, int n_threads) {
        std::optional<Findings> findings;
        run_task({n_threads, py::none()}, [&](const ExecutionContext& context) { findings = evaluation::validate(data, {}, context); });
        return std::move(*findings);
      },
      py::arg("dataset"), py::arg("n_threads"));
}

}  // namespace celadon::python
