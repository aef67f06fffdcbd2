// celadon.irt: latent regression and plausible values.
#include "irt.hpp"

namespace celadon::python {

void bind_irt_population(py::module_& m) {
  py::class_<PopulationArguments>(m, "_Population")
      .def(py::init([](std::optional<Array<double>> covariates, std::vector<std::string> names, std::optional<Array<double>> weights,
                       std::vector<std::string> missing, double tolerance, int max_iterations, int n_threads, py::object progress) {
             return PopulationArguments{std::move(covariates), std::move(names), std::move(weights), std::move(missing), tolerance,
                                        max_iterations,        n_threads,        std::move(progress)};
           }),
           py::arg("covariates"), py::arg("names"), py::arg("weights"), py::arg("missing"), py::arg("tolerance"), py::arg("max_iterations"),
           py::arg("n_threads"), py::arg("progress"));
  using L = irt::LatentRegression;
  py::class_<L> type(m, "LatentRegression", "Ability on background variables, measurement error taken off; one row a coefficient.");
  type.def_readonly("names", &L::names)
      .def_property_readonly("coefficients", [](const py::object& self) { return view(self.cast<const L&>().coefficients, self); })
      .def_property_readonly("se", [](const py::object& self) { return view(self.cast<const L&>().coefficients_se, self); })
      .def_readonly("residual_variance", &L::residual_variance)
      .def_readonly("log_likelihood", &L::log_likelihood)
      .def_readonly("iterations", &L::iterations)
      .def_readonly("converged", &L::converged)
      .def_readonly("n_used", &L::n_used)
      .def_readonly("n_dropped", &L::n_dropped)
      .def_readonly("findings", &L::findings);
  bind_frame(type, [](const L& self) { return self.to_table(); });
  m.def("latent_regression", [](const irt::Model& model, const ResponsesHandle& responses, const PopulationArguments& population) {
    const auto options = population.options();
    return run({population.n_threads, population.progress},
               [&](const ExecutionContext& context) { return irt::latent_regression(model, responses.responses, options, context); });
  });
  using P = irt::PlausibleValues;
  py::class_<P>(m, "PlausibleValues", "Draws for statistics of groups; never a score of a person, so there is no table of them.")
      .def_readonly("n_persons", &P::n_persons)
      .def_readonly("n_draws", &P::n_draws)
      .def_property_readonly(
          "columns",
          [](const py::object& self) {
            const P& draws = self.cast<const P&>();
            py::list out;
            for (int d = 0; d < draws.n_draws; ++d) {
              py::array_t<double> column({static_cast<py::ssize_t>(draws.n_persons)}, {static_cast<py::ssize_t>(sizeof(double))},
                                         draws.column(d).data(), self);
              column.attr("flags").attr("writeable") = false;
              out.append(column);
            }
            return out;
          },
          "One array of persons a set, NaN for persons without one.")
      .def_readonly("regression", &P::regression)
      .def_readonly("residual_variance", &P::residual_variance)
      .def_readonly("school_variance", &P::school_variance)
      .def("__repr__", [](const P& self) {
        return "<PlausibleValues: " + std::to_string(self.n_draws) + " sets of " + std::to_string(self.n_persons) + " persons>";
      });
  m.def("plausible_values",
        [](const irt::Model& model, const ResponsesHandle& responses, const PopulationArguments& population,
           const std::optional<Array<std::int32_t>>& school, int n_draws, std::uint64_t seed, bool draw_parameters, int burn_in, int thin) {
          irt::PlausibleValueOptions options;
          options.regression = population.options();
          options.n_draws = n_draws;
          options.seed = seed;
          options.school = span_of(school);
          options.draw_parameters = draw_parameters;
          options.burn_in = burn_in;
          options.thin = thin;
          return run({population.n_threads, population.progress},
                     [&](const ExecutionContext& context) { return irt::plausible_values(model, responses.responses, options, context); });
        });
}

}  // namespace celadon::python
