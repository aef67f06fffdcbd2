// celadon.cdm: diagnosis models, their calibration, saving and loading.
#include "cdm.hpp"

#include <celadon/io/cdm_json.hpp>

#include <limits>

namespace celadon::python {

namespace {

cdm::ItemParameters diagnosis_item(std::string id, const std::string& rule, std::vector<std::int32_t> attributes,
                                   std::vector<double> probability) {
  cdm::ItemParameters item;
  item.id = std::move(id);
  item.rule = take(cdm::rule_from_name(rule));
  item.attributes = std::move(attributes);
  item.probability = std::move(probability);
  return item;
}

void bind_diagnosis_item(py::module_& m) {
  using I = cdm::ItemParameters;
  py::class_<I>(m, "ItemParameters", "One item: the attributes it needs and the chance of a right answer in each of its groups.")
      .def(py::init(&diagnosis_item), py::arg("id"), py::arg("rule"), py::arg("attributes"), py::arg("probability"))
      .def_readonly("id", &I::id)
      .def_property_readonly("rule", [](const I& self) { return std::string(cdm::rule_name(self.rule)); })
      .def_readonly("attributes", &I::attributes, "Numbers of the needed attributes, from 0, ascending.")
      .def_readonly("probability", &I::probability, "By group; bit l of a group is the l-th needed attribute.")
      .def_property_readonly("parameters", &I::parameters, "Parameters in the rule's own form.")
      .def(
          "of_class", [](const I& self, std::uint32_t mastered) { return self.of_class(mastered); }, py::arg("mastered"))
      .def("__repr__", [](const I& self) { return "<ItemParameters " + self.id + ": " + std::string(cdm::rule_name(self.rule)) + ">"; });
}

Table class_table_of(const cdm::Model& model) {
  cdm::Fit fit;
  fit.model = model;
  return fit.class_table();
}

void bind_diagnosis_model(py::module_& m) {
  using M = cdm::Model;
  using P = cdm::Population;
  py::class_<M, std::shared_ptr<M>>(m, "_Model")
      .def(py::init(
               [](std::vector<std::string> attributes, std::vector<std::uint32_t> classes, std::vector<cdm::ItemParameters> items,
                  const std::string& structure,
                  const std::vector<std::tuple<std::string, std::vector<double>, std::vector<double>, std::vector<double>>>& populations) {
                 auto model = std::make_shared<M>();
                 model->attributes = std::move(attributes);
                 model->classes = std::move(classes);
                 model->items = std::move(items);
                 model->structure = take(cdm::structure_from_name(structure));
                 for (const auto& [id, probability, slope, intercept] : populations)
                   model->populations.push_back(P{id, probability, slope, intercept});
                 take(cdm::check(*model));
                 return model;
               }),
           py::arg("attributes"), py::arg("classes"), py::arg("items"), py::arg("structure"), py::arg("populations"))
      .def_readonly("attributes", &M::attributes)
      .def_property_readonly("classes", [](const py::object& self) { return view(self.cast<const M&>().classes, self); })
      .def_readonly("items", &M::items)
      .def_property_readonly("structure", [](const M& self) { return std::string(cdm::structure_name(self.structure)); })
      .def_property_readonly("population_ids",
                             [](const M& self) {
                               std::vector<std::string> ids;
                               for (const P& population : self.populations) ids.push_back(population.id);
                               return ids;
                             })
      .def(
          "probability",
          [](const py::object& self, std::size_t population) {
            return view(self.cast<const M&>().populations.at(population).probability, self);
          },
          py::arg("population"))
      .def(
          "slope",
          [](const py::object& self, std::size_t population) { return view(self.cast<const M&>().populations.at(population).slope, self); },
          py::arg("population"))
      .def(
          "intercept",
          [](const py::object& self, std::size_t population) {
            return view(self.cast<const M&>().populations.at(population).intercept, self);
          },
          py::arg("population"))
      .def(
          "prevalence",
          [](const M& self, std::size_t population) {
            if (population >= self.populations.size()) throw py::index_error("no such population");
            return py::array(py::cast(self.prevalence(population)));
          },
          py::arg("population"))
      .def("class_table", &class_table_of)
      .def("latent_groups",
           [](const M& self) {
             const cdm::LatentGroups groups = cdm::latent_groups(self);
             return std::tuple(groups.group_of_class, groups.n_groups, groups.undecided);
           })
      .def("save", [](const M& self) { return cdm::save(self); })
      .def_static(
          "load", [](const std::string& text) { return std::make_shared<M>(take(cdm::load(text))); }, py::arg("text"));
}

Table start_table(const cdm::Fit& fit) {
  std::vector<double> objective;
  std::vector<double> log_likelihood;
  std::vector<double> difference;
  std::vector<std::int64_t> iterations;
  std::vector<std::int64_t> near_starts;
  std::vector<std::uint8_t> converged;
  for (const cdm::StartResult& start : fit.starts) {
    objective.push_back(start.objective);
    log_likelihood.push_back(start.log_likelihood);
    difference.push_back(start.mastery_difference);
    iterations.push_back(start.iterations);
    near_starts.push_back(start.n_near);
    converged.push_back(start.converged ? 1 : 0);
  }
  Table table("starts");
  table.add("objective", std::move(objective)).add("log_likelihood", std::move(log_likelihood)).add("iterations", std::move(iterations));
  table.add_boolean("converged", std::move(converged)).add("n_near", std::move(near_starts));
  return table.add("mastery_difference", std::move(difference));
}

// One row an item and parameter of the rule's own form.
Table rule_parameter_table(const cdm::Fit& fit) {
  std::vector<std::string> item;
  std::vector<std::string> rule;
  std::vector<std::int64_t> number;
  std::vector<double> estimate;
  std::vector<double> se;
  for (std::size_t j = 0; j < fit.items.size(); ++j) {
    const cdm::ItemEstimate& found = fit.items[j];
    for (std::size_t k = 0; k < found.parameters.size(); ++k) {
      item.push_back(fit.model.items[j].id);
      rule.emplace_back(cdm::rule_name(fit.model.items[j].rule));
      number.push_back(static_cast<std::int64_t>(k));
      estimate.push_back(found.parameters[k]);
      se.push_back(k < found.parameters_se.size() ? found.parameters_se[k] : std::numeric_limits<double>::quiet_NaN());
    }
  }
  Table table("parameters");
  table.add("item", std::move(item)).add("rule", std::move(rule)).add("number", std::move(number));
  return table.add("estimate", std::move(estimate)).add("se", std::move(se));
}

void bind_diagnosis_fit(py::module_& m) {
  using F = cdm::Fit;
  py::class_<F, std::shared_ptr<F>>(m, "_Fit")
      .def_property_readonly("model", [](const std::shared_ptr<F>& self) { return std::shared_ptr<cdm::Model>(self, &self->model); })
      .def_readonly("log_likelihood", &F::log_likelihood)
      .def_readonly("objective", &F::objective)
      .def_readonly("converged", &F::converged)
      .def_readonly("iterations", &F::iterations)
      .def_readonly("n_starts", &F::n_starts)
      .def_readonly("n_agreeing", &F::n_agreeing)
      .def_readonly("mastery_difference", &F::mastery_difference)
      .def_readonly("n_used", &F::n_used)
      .def_readonly("n_dropped", &F::n_dropped)
      .def_readonly("total_weight", &F::total_weight)
      .def_readonly("n_parameters", &F::n_parameters)
      .def_readonly("aic", &F::aic)
      .def_readonly("bic", &F::bic)
      .def_readonly("left_out", &F::left_out)
      .def_readonly("findings", &F::findings)
      .def_readonly("prevalence_se", &F::prevalence_se)
      .def_readonly("slope_se", &F::slope_se)
      .def_readonly("intercept_se", &F::intercept_se)
      .def_property_readonly("covariances",
                             [](const py::object& self) {
                               const F& fit = self.cast<const F&>();
                               py::dict out;
                               for (std::size_t j = 0; j < fit.items.size(); ++j) {
                                 const std::size_t n =
                                     fit.items[j].probability_covariance.empty() ? 0 : fit.model.items[j].probability.size();
                                 out[py::str(fit.model.items[j].id)] = view(fit.items[j].probability_covariance, n, n, self);
                               }
                               return out;
                             })
      .def("item_table", &F::item_table)
      .def("class_table", &F::class_table)
      .def("start_table", &start_table)
      .def("parameter_table", &rule_parameter_table);
}

void bind_diagnosis_calibration(py::module_& m) {
  using Beta = std::pair<double, double>;
  py::class_<FitRequest>(m, "_FitRequest")
      .def(
          py::init([](const std::string& rule, const std::vector<std::pair<std::string, std::string>>& rules, const std::string& structure,
                      const PrerequisitePairs& prerequisites, const Beta& lowest, const Beta& highest, const Beta& between,
                      double class_count, double structure_sd, bool monotone, std::optional<Array<double>> weights,
                      std::optional<Array<std::int32_t>> groups, std::vector<std::string> group_ids,
                      const std::vector<std::string>& missing, int n_starts, int n_finals, std::uint64_t seed,
                      std::shared_ptr<cdm::Model> start, double tolerance, int max_iterations, bool accelerate,
                      const std::string& standard_errors) {
            FitRequest request;
            cdm::FitOptions& options = request.options;
            options.rule = take(cdm::rule_from_name(rule));
            for (const auto& [item, name] : rules) options.rules.emplace_back(item, take(cdm::rule_from_name(name)));
            options.structure = take(cdm::structure_from_name(structure));
            options.prerequisites = prerequisites_of(prerequisites);
            options.priors = {
                {lowest.first, lowest.second}, {highest.first, highest.second}, {between.first, between.second}, class_count, structure_sd};
            options.monotone = monotone;
            request.weights = std::move(weights);
            request.groups = std::move(groups);
            options.group_ids = std::move(group_ids);
            options.missing = missing_policy(missing);
            options.n_starts = n_starts;
            options.n_finals = n_finals;
            options.seed = seed;
            request.start = std::move(start);
            options.tolerance = tolerance;
            options.max_iterations = max_iterations;
            options.accelerate = accelerate;
            options.errors = take(cdm::error_method_from_name(standard_errors));
            return request;
          }),
          py::kw_only(), py::arg("rule"), py::arg("rules"), py::arg("structure"), py::arg("prerequisites"), py::arg("lowest"),
          py::arg("highest"), py::arg("between"), py::arg("class_count"), py::arg("structure_sd"), py::arg("monotone"), py::arg("weights"),
          py::arg("groups"), py::arg("group_ids"), py::arg("missing"), py::arg("n_starts"), py::arg("n_finals"), py::arg("seed"),
          py::arg("start"), py::arg("tolerance"), py::arg("max_iterations"), py::arg("accelerate"), py::arg("standard_errors"));
  m.def(
      "fit",
      [](const ResponsesHandle& responses, const cdm::QMatrix& q, const FitRequest& request, int n_threads, const py::object& progress) {
        const cdm::FitOptions options = request.ready();
        return std::make_shared<cdm::Fit>(run(
            {n_threads, progress}, [&](const ExecutionContext& context) { return cdm::fit(responses.responses, q, options, context); }));
      },
      py::arg("responses"), py::arg("q_matrix"), py::arg("request"), py::arg("n_threads"), py::arg("progress"));
  m.def("small_sample_priors", [] {
    const cdm::Priors p = cdm::Priors::small_sample();
    return std::tuple(Beta(p.lowest.a, p.lowest.b), Beta(p.highest.a, p.highest.b), Beta(p.between.a, p.between.b), p.class_count,
                      p.structure_sd);
  });
  m.def(
      "log_likelihood",
      [](const cdm::Model& model, const ResponsesHandle& responses, const std::optional<Array<double>>& weights,
         const std::optional<Array<std::int32_t>>& populations, const std::vector<std::string>& missing, int n_threads) {
        const cdm::LikelihoodOptions options{span_of(weights), span_of(populations), missing_policy(missing)};
        const auto sum = run({n_threads, py::none()}, [&](const ExecutionContext& context) {
          return cdm::log_likelihood(model, responses.responses, options, context);
        });
        return std::tuple(sum.value, sum.n_used, sum.n_dropped);
      },
      py::arg("model"), py::arg("responses"), py::arg("weights"), py::arg("populations"), py::arg("missing"), py::arg("n_threads"));
}

}  // namespace

std::vector<cdm::Prerequisite> prerequisites_of(const PrerequisitePairs& pairs) {
  std::vector<cdm::Prerequisite> out;
  out.reserve(pairs.size());
  for (const auto& [first, then] : pairs) out.push_back({first, then});
  return out;
}

cdm::FitOptions FitRequest::ready() const {
  cdm::FitOptions out = options;
  out.weights = span_of(weights);
  out.groups = span_of(groups);
  out.start = start.get();
  return out;
}

std::vector<std::string> profile_texts(const std::vector<std::uint32_t>& profiles, std::size_t n_attributes) {
  std::vector<std::string> out;
  out.reserve(profiles.size());
  for (const std::uint32_t profile : profiles) out.push_back(cdm::profile_text(profile, n_attributes));
  return out;
}

void bind_cdm(py::module_& module) {
  py::module_ m = module.def_submodule("cdm");
  bind_diagnosis_item(m);
  bind_diagnosis_model(m);
  bind_cdm_q_matrix(m);
  bind_diagnosis_fit(m);
  bind_diagnosis_calibration(m);
  bind_cdm_q_validation(m);
  bind_cdm_scores(m);
  bind_cdm_quality(m);
}

}  // namespace celadon::python
