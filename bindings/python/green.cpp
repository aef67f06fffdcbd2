// celadon.green: questionnaire scales.
#include "irt.hpp"

#include <celadon/evaluation/green/scale.hpp>
#include <celadon/io/scale_json.hpp>

#include <tuple>

namespace celadon::python {

namespace {

void bind_scale(py::module_& m) {
  using green::Scale;
  py::class_<Scale> type(m, "Scale", "A calibrated questionnaire scale; the frame has one row. Immutable; safe to share between threads.");
  type.def_property_readonly("name", [](const Scale& self) { return self.definition.name; })
      .def_property_readonly(
          "reference_population", [](const Scale& self) { return self.definition.reference_population; },
          "Whose mean and sd the metric has.")
      .def_property_readonly("n_options", [](const Scale& self) { return self.definition.n_options; })
      .def_property_readonly(
          "mean", [](const Scale& self) { return self.definition.mean; }, "Of the reference population on the metric.")
      .def_property_readonly(
          "sd", [](const Scale& self) { return self.definition.sd; }, "Latent, of the reference population on the metric.")
      .def_readonly("shift", &Scale::shift, "score = shift + factor * ability.")
      .def_readonly("factor", &Scale::factor)
      .def_readonly("marginal_reliability", &Scale::marginal_reliability, "Of the whole questionnaire in the reference population.")
      .def_readonly("alpha", &Scale::alpha, "Cronbach's, of the sum after reversing; NaN where it cannot be computed.")
      .def_readonly("alpha_lower", &Scale::alpha_lower, "Feldt's 95 % interval.")
      .def_readonly("alpha_upper", &Scale::alpha_upper)
      .def_readonly("individual_scores", &Scale::individual_scores, "Whether the scale is reliable enough for scores of persons.")
      .def_readonly("n_used", &Scale::n_used)
      .def_readonly("n_too_few", &Scale::n_too_few, "Left out: too few answers or weight 0.")
      .def_readonly("converged", &Scale::converged)
      .def_property_readonly(
          "model",
          [](const Scale& self) { return py::module_::import("celadon._irt_model").attr("Model").attr("_of")(py::cast(self.model)); },
          "The calibrated items, as celadon.irt has them; reversed items are turned round.")
      .def_property_readonly(
          "items", [](const Scale& self) { return self.item_table(); }, "One row an item: mean, item_rest_r, slope and so on.")
      .def_readonly("findings", &Scale::findings, "Of the calibration; a saved scale does not keep them.")
      .def("to_json", [](const Scale& self) { return green::save_scale(self); })
      .def_static(
          "from_json", [](const std::string& text) { return take(green::load_scale(text)); }, py::arg("text"));
  bind_frame(type, [](const Scale& self) { return self.to_table(); });
  m.def("fit_scale", [](const ResponsesHandle& responses, std::string name, const std::vector<std::pair<std::string, bool>>& items,
                        int n_options, double least_answered, double least_reliability, double mean, double sd,
                        std::string reference_population, const std::optional<Array<double>>& weights,
                        const std::tuple<double, double, double>& cuts, int n_threads, const py::object& progress) {
    green::ScaleDefinition definition;
    definition.name = std::move(name);
    for (const auto& [id, reversed] : items) definition.items.push_back({id, reversed});
    definition.n_options = n_options;
    definition.least_answered = least_answered;
    definition.least_reliability = least_reliability;
    definition.mean = mean;
    definition.sd = sd;
    definition.reference_population = std::move(reference_population);
    const auto& [rasch, two_parameter, three_parameter] = cuts;
    const green::ScaleOptions options{span_of(weights), {rasch, two_parameter, three_parameter}};
    return run({n_threads, progress},
               [&](const ExecutionContext& context) { return green::fit_scale(responses.responses, definition, options, context); });
  });
}

void bind_scale_scores(py::module_& m) {
  using green::Scale;
  using S = green::ScaleScores;
  py::class_<S> type(m, "ScaleScores", "Scores of persons on a scale, in row order; the frame has one row a person.");
  type.def_property_readonly(
          "score", [](const py::object& self) { return view(self.cast<const S&>().score, self); },
          "On the metric; NaN: too few answers, or withheld from everybody.")
      .def_property_readonly(
          "score_se", [](const py::object& self) { return view(self.cast<const S&>().score_se, self); },
          "Posterior standard deviation on the metric.")
      .def_property_readonly("n_answered", [](const py::object& self) { return view(self.cast<const S&>().n_answered, self); })
      .def_readonly("empirical_reliability", &S::empirical_reliability, "Of these scores in this group.")
      .def_readonly("marginal_reliability", &S::marginal_reliability, "Of the scale.")
      .def_readonly("alpha", &S::alpha, "Of the scale.")
      .def_readonly("withheld", &S::withheld, "No individual scores: the scale is not reliable enough.")
      .def_readonly("reference_population", &S::reference_population)
      .def_readonly("n_scored", &S::n_scored)
      .def_readonly("n_too_few", &S::n_too_few)
      .def_readonly("findings", &S::findings)
      .def("__len__", [](const S& self) { return self.score.size(); });
  bind_frame(type, [](const S& self) { return self.to_table(); });
  m.def("score_scale", [](const Scale& scale, const ResponsesHandle& responses, int n_threads, const py::object& progress) {
    return run({n_threads, progress},
               [&](const ExecutionContext& context) { return green::score_scale(scale, responses.responses, context); });
  });
  m.def("scale_plausible_values",
        [](const Scale& scale, const ResponsesHandle& responses, const PopulationArguments& population,
           const std::optional<Array<std::int32_t>>& school, int n_draws, std::uint64_t seed, bool draw_parameters, int burn_in, int thin) {
          irt::PlausibleValueOptions options;
          options.regression = population.options();
          options.n_draws = n_draws;
          options.seed = seed;
          options.school = span_of(school);
          options.draw_parameters = draw_parameters;
          options.burn_in = burn_in;
          options.thin = thin;
          return run({population.n_threads, population.progress}, [&](const ExecutionContext& context) {
            return green::scale_plausible_values(scale, responses.responses, options, context);
          });
        });
}

}  // namespace

void bind_green(py::module_& module) {
  py::module_ m = module.def_submodule("green");
  bind_scale(m);
  bind_scale_scores(m);
}

}  // namespace celadon::python
