/// Shared by the bindings of celadon.irt and of what draws plausible values.
#pragma once

#include "common.hpp"

#include <celadon/models/irt/model.hpp>
#include <celadon/models/irt/plausible_values.hpp>

namespace celadon::python {

/// Conditions of a latent regression; keeps the arrays alive for the call.
struct PopulationArguments {
  std::optional<Array<double>> covariates;
  std::vector<std::string> names;
  std::optional<Array<double>> weights;
  std::vector<std::string> missing;
  double tolerance = 1e-7;
  int max_iterations = 2000;
  int n_threads = 0;
  py::object progress = py::none();

  [[nodiscard]] irt::LatentRegressionOptions options() const {
    irt::LatentRegressionOptions out;
    out.missing = missing_policy(missing);
    if (covariates) {
      if (covariates->ndim() != 2) throw py::value_error("covariates must be persons x covariates");
      out.covariates = {covariates->data(), static_cast<std::size_t>(covariates->size())};
      out.n_covariates = static_cast<int>(covariates->shape(1));
    }
    out.names = names;
    out.weights = span_of(weights);
    out.tolerance = tolerance;
    out.max_iterations = max_iterations;
    return out;
  }
};

}  // namespace celadon::python
