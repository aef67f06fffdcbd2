// celadon.irt: calibration, models, simulation, connectedness.
#include "irt.hpp"

#include <celadon/io/irt_json.hpp>
#include <celadon/models/irt/connect.hpp>
#include <celadon/models/irt/default_model.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/simulate.hpp>

namespace celadon::python {

namespace {

using irt::Fit;
using irt::Model;

irt::Prior prior_of(const std::string& item, const std::string& parameter, const std::string& family, double first, double second) {
  using K = irt::ParameterKind;
  using F = irt::PriorFamily;
  return {item,
          choose<K>("prior parameter", parameter,
                    {{"slope", K::kSlope},
                     {"intercept", K::kIntercept},
                     {"lower", K::kLower},
                     {"upper", K::kUpper},
                     {"step", K::kStep},
                     {"mean", K::kMean},
                     {"sd", K::kSd}}),
          choose<F>("prior family", family, {{"normal", F::kNormal}, {"lognormal", F::kLogNormal}, {"beta", F::kBeta}}), first, second};
}

void bind_model(py::module_& m) {
  using I = irt::ItemParameters;
  py::class_<I>(m, "ItemParameters", "One calibrated item, in the stored slope-intercept form.")
      .def(py::init([](std::string id, const std::string& model, double slope, std::vector<double> intercepts, double lower, double upper,
                       std::vector<double> scoring) {
             I item;
             item.id = std::move(id);
             item.model = take(irt::model_from_name(model));
             item.slope = slope;
             item.n_categories = static_cast<int>(intercepts.size()) + 1;
             item.intercepts = std::move(intercepts);
             item.lower = lower;
             item.upper = upper;
             item.scoring = std::move(scoring);
             return item;
           }),
           py::arg("id"), py::arg("model"), py::arg("slope"), py::arg("intercepts"), py::arg("lower") = 0.0, py::arg("upper") = 1.0,
           py::arg("scoring") = std::vector<double>{})
      .def_readonly("id", &I::id)
      .def_property_readonly("model", [](const I& self) { return std::string(irt::model_name(self.model)); })
      .def_readonly("n_categories", &I::n_categories)
      .def_readonly("slope", &I::slope)
      .def_readonly("intercepts", &I::intercepts)
      .def_readonly("scoring", &I::scoring)
      .def_readonly("lower", &I::lower)
      .def_readonly("upper", &I::upper)
      .def_property_readonly("difficulties", &I::difficulties)
      .def("__repr__", [](const I& self) { return "<ItemParameters " + self.id + ": " + std::string(irt::model_name(self.model)) + ">"; });
  py::class_<Model>(m, "_Model")
      .def(py::init([](std::vector<I> items, const std::vector<std::tuple<std::string, double, double>>& populations, int n_nodes,
                       double lowest, double highest) {
             Model model;
             model.items = std::move(items);
             if (!populations.empty()) model.populations.clear();
             for (const auto& [id, mean, sd] : populations) model.populations.push_back({id, mean, sd});
             model.grid = {n_nodes, lowest, highest};
             take(irt::check(model));
             return model;
           }),
           py::arg("items"), py::arg("populations"), py::arg("n_nodes"), py::arg("lowest"), py::arg("highest"))
      .def_readonly("items", &Model::items)
      .def_property_readonly("populations",
                             [](const Model& self) {
                               std::vector<std::tuple<std::string, double, double>> out;
                               for (const auto& p : self.populations) out.emplace_back(p.id, p.mean, p.sd);
                               return out;
                             })
      .def_property_readonly("nodes", [](const Model& self) { return self.grid.nodes(); })
      .def("save", [](const Model& self) { return irt::save(self); })
      .def_static("load", [](const std::string& text) { return take(irt::load(text)); });
}

void bind_fit(py::module_& m) {
  py::class_<Fit>(m, "_Fit")
      .def_readonly("model", &Fit::model)
      .def_readonly("log_likelihood", &Fit::log_likelihood)
      .def_readonly("log_posterior", &Fit::log_posterior)
      .def_readonly("iterations", &Fit::iterations)
      .def_readonly("converged", &Fit::converged)
      .def_property_readonly("stop_reason", [](const Fit& self) { return std::string(irt::stop_reason_name(self.stop)); })
      .def_readonly("distance", &Fit::distance)
      .def_readonly("n_used", &Fit::n_used)
      .def_readonly("n_dropped", &Fit::n_dropped)
      .def_readonly("total_weight", &Fit::total_weight)
      .def_readonly("n_parameters", &Fit::n_parameters)
      .def_readonly("aic", &Fit::aic)
      .def_readonly("bic", &Fit::bic)
      .def_readonly("left_out", &Fit::left_out)
      .def_readonly("findings", &Fit::findings)
      .def_property_readonly("item_component", [](const py::object& self) { return view(self.cast<const Fit&>().item_component, self); })
      .def_property_readonly("person_population",
                             [](const py::object& self) { return view(self.cast<const Fit&>().person_population, self); })
      .def("item_table", [](const Fit& self) { return self.item_table(); })
      .def("parameter_table", [](const Fit& self, bool irt_form) { return self.parameter_table(irt_form); })
      .def("covariance", [](const py::object& self, bool irt_form) {
        const Fit& fit = self.cast<const Fit&>();
        const irt::ParameterSet& set = irt_form ? fit.irt : fit.slope_intercept;
        const auto n = set.covariance.empty() ? std::size_t{0} : static_cast<std::size_t>(set.n_free);
        return view(set.covariance, n, n, self);
      });
  m.def(
      "fit",
      [](const ResponsesHandle& responses, const std::string& model, const std::vector<std::pair<std::string, std::string>>& models,
         const std::vector<std::tuple<std::string, std::string, std::string, double, double>>& priors,
         std::vector<irt::ItemParameters> anchors, std::vector<irt::ItemParameters> starts, const std::optional<Array<double>>& weights,
         const std::optional<Array<std::int32_t>>& groups, std::vector<std::string> group_ids, const std::vector<std::string>& missing,
         int n_nodes, double lowest, double highest, const std::string& population, double tolerance, int max_iterations, bool accelerate,
         bool standard_errors, int min_category_count, int n_threads, const py::object& progress) {
        irt::FitOptions options;
        options.model = take(irt::model_from_name(model));
        for (const auto& [item, name] : models) options.models.emplace_back(item, take(irt::model_from_name(name)));
        for (const auto& [item, parameter, family, first, second] : priors)
          options.priors.push_back(prior_of(item, parameter, family, first, second));
        options.anchors = std::move(anchors);
        options.starts = std::move(starts);
        options.weights = span_of(weights);
        options.groups = span_of(groups);
        options.group_ids = std::move(group_ids);
        options.missing = missing_policy(missing);
        options.grid = {n_nodes, lowest, highest};
        options.population = choose<irt::PopulationRule>("population", population,
                                                         {{"auto", irt::PopulationRule::kAuto}, {"fixed", irt::PopulationRule::kFixed}});
        options.tolerance = tolerance;
        options.max_iterations = max_iterations;
        options.accelerate = accelerate;
        options.standard_errors = standard_errors;
        options.min_category_count = min_category_count;
        return run({n_threads, progress}, [&](const ExecutionContext& context) { return irt::fit(responses.responses, options, context); });
      },
      py::arg("responses"), py::kw_only(), py::arg("model"), py::arg("models"), py::arg("priors"), py::arg("anchors"), py::arg("starts"),
      py::arg("weights"), py::arg("groups"), py::arg("group_ids"), py::arg("missing"), py::arg("n_nodes"), py::arg("lowest"),
      py::arg("highest"), py::arg("population"), py::arg("tolerance"), py::arg("max_iterations"), py::arg("accelerate"),
      py::arg("standard_errors"), py::arg("min_category_count"), py::arg("n_threads"), py::arg("progress"));
  m.def(
      "log_likelihood",
      [](const Model& model, const ResponsesHandle& responses, const std::optional<Array<double>>& weights,
         const std::optional<Array<std::int32_t>>& populations, const std::vector<std::string>& missing, int n_threads) {
        const irt::LikelihoodOptions options{span_of(weights), span_of(populations), missing_policy(missing)};
        const auto sum = run({n_threads, py::none()}, [&](const ExecutionContext& context) {
          return irt::log_likelihood(model, responses.responses, options, context);
        });
        return std::tuple(sum.value, sum.n_used, sum.n_dropped);
      },
      py::arg("model"), py::arg("responses"), py::arg("weights"), py::arg("populations"), py::arg("missing"), py::arg("n_threads"));
}

void bind_simulate(py::module_& m) {
  m.def(
      "simulate_abilities",
      [](double mean, double sd, std::int64_t n, std::uint64_t seed) {
        const auto values = irt::simulate_abilities({"all", mean, sd}, n, seed);
        return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
      },
      py::arg("mean"), py::arg("sd"), py::arg("n"), py::arg("seed"));
  m.def(
      "simulate",
      [](const Model& model, const Array<double>& abilities, std::uint64_t seed, const std::optional<Array<std::uint8_t>>& administered,
         int n_threads, const py::object& progress) {
        const std::span<const double> theta = span_of(std::optional(abilities));
        std::span<const std::uint8_t> mask;
        if (administered) mask = {administered->data(), static_cast<std::size_t>(administered->size())};
        return ResponsesHandle{
            run({n_threads, progress}, [&](const ExecutionContext& context) { return irt::simulate(model, theta, seed, mask, context); }),
            {}};
      },
      py::arg("model"), py::arg("abilities"), py::arg("seed"), py::arg("administered"), py::arg("n_threads"), py::arg("progress"));
}

void bind_design(py::module_& m) {
  using C = irt::Connectedness;
  py::class_<C> type(m, "Connectedness", "Which items and persons can stand on one scale; the frame has one row a link between forms.");
  type.def_property_readonly("connected", &C::connected)
      .def_property_readonly("linked", &C::linked)
      .def_property_readonly("n_components", [](const C& self) { return self.components.size(); })
      .def_property_readonly("n_forms", [](const C& self) { return self.forms.size(); })
      .def_readonly("n_linked_groups", &C::n_linked_groups)
      .def_property_readonly("item_component", [](const py::object& self) { return view(self.cast<const C&>().item_component, self); })
      .def_property_readonly("person_component", [](const py::object& self) { return view(self.cast<const C&>().person_component, self); })
      .def_property_readonly("person_form", [](const py::object& self) { return view(self.cast<const C&>().person_form, self); })
      .def_readonly("findings", &C::findings);
  bind_frame(type, [](const C& self) { return self.to_table(); });
  m.def(
      "connectedness",
      [](const ResponsesHandle& responses, const std::vector<std::string>& missing, int least_items, double least_share, int n_threads) {
        irt::ConnectOptions options;
        options.missing = missing_policy(missing);
        options.rule = {least_items, least_share};
        return run({n_threads, py::none()},
                   [&](const ExecutionContext& context) { return irt::connectedness(responses.responses, options, context); });
      },
      py::arg("responses"), py::arg("missing"), py::arg("least_items"), py::arg("least_share"), py::arg("n_threads"));
  // Holds the responses too: its table prints their item ids.
  struct Recommendation {
    irt::DefaultModel result;
    Responses responses;
  };
  py::class_<Recommendation> recommendation(m, "DefaultModel", "The model that the sample size can carry; the frame has one row an item.");
  recommendation
      .def_property_readonly("family", [](const Recommendation& self) { return std::string(irt::family_name(self.result.family)); })
      .def_property_readonly("effective_n", [](const Recommendation& self) { return self.result.effective_n; })
      .def_property_readonly("least_effective_n", [](const Recommendation& self) { return self.result.least_effective_n; })
      .def_property_readonly("models",
                             [](const Recommendation& self) {
                               std::vector<std::string> names;
                               for (const auto model : self.result.models) names.emplace_back(irt::model_name(model));
                               return names;
                             })
      .def_property_readonly(
          "priors",
          [](const Recommendation& self) {
            using K = irt::ParameterKind;
            std::vector<std::tuple<std::string, std::string, double, double, std::string>> out;
            for (const irt::Prior& p : self.result.priors)
              out.emplace_back(p.parameter == K::kSlope ? "slope" : "lower",
                               p.family == irt::PriorFamily::kLogNormal ? "lognormal" : "normal", p.first, p.second, p.item);
            return out;
          },
          "The priors that go with the models, as arguments of Prior: parameter, family, first, second, item.")
      .def_property_readonly("findings", [](const Recommendation& self) { return self.result.findings; });
  bind_frame(recommendation, [](const Recommendation& self) { return self.result.to_table(self.responses); });
  m.def(
      "default_model",
      [](const ResponsesHandle& responses, const std::vector<std::string>& missing, const std::optional<Array<double>>& weights,
         const std::optional<Array<std::uint8_t>>& can_guess) {
        irt::DefaultModelOptions options;
        options.missing = missing_policy(missing);
        options.weights = span_of(weights);
        options.can_guess = span_of(can_guess);
        return Recommendation{take(irt::default_model(responses.responses, options)), responses.responses};
      },
      py::arg("responses"), py::arg("missing"), py::arg("weights"), py::arg("can_guess"));
}

}  // namespace

void bind_irt(py::module_& module) {
  py::module_ m = module.def_submodule("irt");
  bind_model(m);
  bind_fit(m);
  bind_simulate(m);
  bind_design(m);
  bind_irt_scoring(m);
  bind_irt_population(m);
}

}  // namespace celadon::python
