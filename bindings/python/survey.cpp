// celadon.survey
#include "common.hpp"

#include <celadon/models/survey/design.hpp>
#include <celadon/models/survey/inequality.hpp>
#include <celadon/models/survey/intraclass.hpp>
#include <celadon/models/survey/means.hpp>
#include <celadon/models/survey/quantiles.hpp>
#include <celadon/models/survey/regression.hpp>
#include <celadon/models/survey/small_area.hpp>
#include <celadon/models/survey/wald.hpp>

#include <memory>

namespace celadon::python {

namespace {

// A design with what it borrows.
struct SurveyDesign {
  survey::Design design;
  std::optional<Array<double>> replicate_weights;
};

// Answers with the names of their groups; shared, so that views of parts keep the whole.
struct SurveyEstimates {
  survey::Estimates value;
  std::vector<std::string> groups;

  [[nodiscard]] Table to_table() const {
    Table table = value.to_table();
    const auto name_of = [&](std::int32_t group) {
      const bool known = group >= 0 && static_cast<std::size_t>(group) < groups.size();
      return known ? groups[static_cast<std::size_t>(group)] : std::string();
    };
    if (groups.empty()) return table;
    std::vector<std::string> names;
    std::vector<std::string> others;
    names.reserve(value.rows.size());
    others.reserve(value.rows.size());
    bool gaps = false;
    for (const auto& row : value.rows) {
      names.push_back(name_of(row.group));
      others.push_back(name_of(row.other));
      gaps = gaps || row.other >= 0;
    }
    table.add("group_name", std::move(names));
    if (gaps) table.add("other_name", std::move(others));
    return table;
  }
};

// A name and its columns, one an imputation.
using SurveyVariable = std::pair<std::string, std::vector<Array<double>>>;

survey::Variable survey_variable(const SurveyVariable& named) {
  survey::Variable out{named.first, {}};
  out.columns.reserve(named.second.size());
  for (const auto& column : named.second) {
    if (column.ndim() != 1) throw py::value_error("a column must be one-dimensional");
    out.columns.emplace_back(column.data(), static_cast<std::size_t>(column.size()));
  }
  return out;
}

std::vector<survey::Variable> survey_variables(const std::vector<SurveyVariable>& named) {
  std::vector<survey::Variable> out;
  out.reserve(named.size());
  for (const SurveyVariable& n : named) out.push_back(survey_variable(n));
  return out;
}

// Groups and how to run; keeps the index alive for the call.
struct SurveyCall {
  std::optional<Array<std::int32_t>> index;
  std::int32_t n_groups = 1;
  std::vector<std::string> names;
  int n_threads = 0;
  py::object progress = py::none();

  [[nodiscard]] survey::Groups groups() const { return {span_of(index), n_groups}; }
  template <class F>
  SurveyEstimates answer(std::vector<std::string> group_names, F&& function) const {
    return {run({n_threads, progress}, std::forward<F>(function)), std::move(group_names)};
  }
  template <class F>
  SurveyEstimates answer(F&& function) const {
    return answer(names, std::forward<F>(function));
  }
};

survey::Divisor survey_divisor(const std::string& name) {
  using D = survey::Divisor;
  return choose<D>("divisor", name, {{"sample", D::kSample}, {"weight", D::kWeight}, {"weight_less_one", D::kWeightLessOne}});
}

py::array square_matrix(const std::vector<double>& values, std::size_t n) {
  py::array_t<double> out({static_cast<py::ssize_t>(n), static_cast<py::ssize_t>(n)});
  std::copy(values.begin(), values.end(), out.mutable_data());
  return out;
}

void bind_survey_design(py::module_& m) {
  py::class_<SurveyDesign>(m, "Design", "A checked sampling design; made by make_design. Immutable; safe to share between threads.")
      .def_property_readonly("method", [](const SurveyDesign& self) { return std::string(survey::method_name(self.design.method)); })
      .def_property_readonly("n_rows", [](const SurveyDesign& self) { return self.design.n_rows; })
      .def_property_readonly("n_units", [](const SurveyDesign& self) { return self.design.n_units(); })
      .def_property_readonly("n_replicates", [](const SurveyDesign& self) { return self.design.n_replicates; })
      .def_property_readonly("degrees_of_freedom", [](const SurveyDesign& self) { return self.design.degrees_of_freedom; })
      .def_property_readonly("weights", [](const py::object& self) { return view(self.cast<const SurveyDesign&>().design.weights, self); })
      .def_property_readonly("replicate_scale",
                             [](const py::object& self) { return view(self.cast<const SurveyDesign&>().design.replicate_scale, self); })
      .def_property_readonly("findings", [](const SurveyDesign& self) { return self.design.findings; })
      .def("__repr__", [](const SurveyDesign& self) {
        return "<Design: " + std::string(survey::method_name(self.design.method)) + ", " + std::to_string(self.design.n_rows) + " rows, " +
               std::to_string(self.design.n_replicates) + " replicates>";
      });
  m.def("make_design",
        [](std::int64_t n_rows, const std::optional<Array<double>>& weights, const std::optional<Array<std::int32_t>>& strata,
           const std::optional<Array<std::int32_t>>& clusters, const std::optional<Array<double>>& population_units,
           const std::string& method, const std::string& lonely, double fay_coefficient, int n_bootstrap, std::uint64_t seed,
           const std::optional<Array<double>>& replicate_weights, double scale, const std::optional<Array<double>>& replicate_scales,
           double degrees_of_freedom) {
          using L = survey::LonelyUnit;
          survey::DesignSpec spec;
          spec.n_rows = n_rows;
          spec.weights = span_of(weights);
          spec.strata = span_of(strata);
          spec.clusters = span_of(clusters);
          spec.population_units = span_of(population_units);
          spec.method = take(survey::method_from_name(method));
          spec.lonely = choose<L>("lonely", lonely, {{"refuse", L::kRefuse}, {"certainty", L::kCertainty}, {"centred", L::kCentred}});
          spec.fay_coefficient = fay_coefficient;
          spec.n_bootstrap = n_bootstrap;
          spec.seed = seed;
          if (replicate_weights) {
            if (replicate_weights->ndim() != 2) throw py::value_error("replicate_weights must be rows x replicates");
            spec.replicate_weights = {replicate_weights->data(), static_cast<std::size_t>(replicate_weights->size())};
          }
          spec.scale = scale;
          spec.replicate_scales = span_of(replicate_scales);
          spec.degrees_of_freedom = degrees_of_freedom;
          return SurveyDesign{take(survey::make_design(spec)), replicate_weights};
        });
}

void bind_survey_estimates(py::module_& m) {
  using J = survey::JointEstimate;
  py::class_<J>(m, "JointEstimate", "Several parameters with their covariance, combined over imputations.")
      .def_readonly("group", &J::group)
      .def_readonly("names", &J::names)
      .def_readonly("n_imputations", &J::n_imputations)
      .def_readonly("degrees_of_freedom", &J::degrees_of_freedom)
      .def_property_readonly("value", [](const J& self) { return Array<double>(static_cast<py::ssize_t>(self.n()), self.value().data()); })
      .def_property_readonly(
          "covariance", [](const J& self) { return square_matrix(self.covariance(), self.n()); }, "U + (1 + 1/M) B.")
      .def_property_readonly(
          "sampling_covariance", [](const J& self) { return square_matrix(self.sampling_covariance(), self.n()); }, "U.")
      .def_property_readonly(
          "imputation_covariance", [](const J& self) { return square_matrix(self.imputation_covariance(), self.n()); }, "B.")
      .def_readonly("findings", &J::findings, "Of joint_means; a regression's are with its rows.")
      .def("__repr__", [](const J& self) { return "<JointEstimate: " + std::to_string(self.n()) + " parameters>"; });
  using E = SurveyEstimates;
  py::class_<E> type(m, "Estimates", "Estimates with their errors; the frame has one row an estimate.");
  type.def_property_readonly("method", [](const E& self) { return std::string(survey::method_name(self.value.method)); })
      .def_property_readonly("n_imputations", [](const E& self) { return self.value.n_imputations; })
      .def_property_readonly("n_replicates", [](const E& self) { return self.value.n_replicates; })
      .def_readonly("groups", &E::groups, "Names of the groups, by number.")
      .def_property_readonly(
          "joint", [](const E& self) { return self.value.joint; }, "Coefficients of each group with their covariance, where asked for.")
      .def_property_readonly("findings", [](const E& self) { return self.value.findings; })
      .def("__len__", [](const E& self) { return self.value.rows.size(); });
  const auto column = [&](const char* name, double survey::EstimateRow::*field) {
    type.def_property_readonly(name, [field](const E& self) {
      py::array_t<double> out(static_cast<py::ssize_t>(self.value.rows.size()));
      double* to = out.mutable_data();
      for (const auto& row : self.value.rows) *to++ = row.*field;
      return out;
    });
  };
  column("value", &survey::EstimateRow::value);
  column("se", &survey::EstimateRow::se);
  column("sampling_variance", &survey::EstimateRow::sampling_variance);
  column("imputation_variance", &survey::EstimateRow::imputation_variance);
  column("missing_share", &survey::EstimateRow::missing_share);
  column("degrees_of_freedom", &survey::EstimateRow::degrees_of_freedom);
  column("rubin_degrees_of_freedom", &survey::EstimateRow::rubin_degrees_of_freedom);
  column("n", &survey::EstimateRow::n);
  column("effective_n", &survey::EstimateRow::effective_n);
  column("weight", &survey::EstimateRow::weight);
  bind_frame(type, [](const E& self) { return self.to_table(); });
  py::class_<SurveyCall>(m, "_Call")
      .def(py::init([](std::optional<Array<std::int32_t>> index, std::int32_t n_groups, std::vector<std::string> names, int n_threads,
                       py::object progress) {
             return SurveyCall{std::move(index), n_groups, std::move(names), n_threads, std::move(progress)};
           }),
           py::arg("index"), py::arg("n_groups"), py::arg("names"), py::arg("n_threads"), py::arg("progress"));
}

void bind_survey_means(py::module_& m) {
  using Context = ExecutionContext;
  m.def("means", [](const SurveyDesign& d, const std::vector<SurveyVariable>& named, const SurveyCall& call) {
    const auto variables = survey_variables(named);
    return call.answer([&](const Context& c) { return survey::means(d.design, variables, call.groups(), c); });
  });
  m.def("spreads", [](const SurveyDesign& d, const std::vector<SurveyVariable>& named, const std::string& divisor, const SurveyCall& call) {
    const auto variables = survey_variables(named);
    const auto chosen = survey_divisor(divisor);
    return call.answer([&](const Context& c) { return survey::spreads(d.design, variables, call.groups(), chosen, c); });
  });
  m.def("totals", [](const SurveyDesign& d, const std::vector<SurveyVariable>& named, const SurveyCall& call) {
    const auto variables = survey_variables(named);
    return call.answer([&](const Context& c) { return survey::totals(d.design, variables, call.groups(), c); });
  });
  m.def("correlations", [](const SurveyDesign& d, const std::vector<SurveyVariable>& named, const SurveyCall& call) {
    const auto variables = survey_variables(named);
    return call.answer([&](const Context& c) { return survey::correlations(d.design, variables, call.groups(), c); });
  });
  m.def("tabulate",
        [](const SurveyDesign& d, const std::vector<SurveyVariable>& named,
           const std::vector<std::tuple<std::int32_t, std::string, double>>& asked, const std::string& divisor, const SurveyCall& call) {
          using M = survey::Measured;
          const auto variables = survey_variables(named);
          const auto chosen = survey_divisor(divisor);
          std::vector<survey::Measure> measures;
          measures.reserve(asked.size());
          for (const auto& [variable, what, level] : asked)
            measures.push_back({variable,
                                choose<M>("measure", what,
                                          {{"mean", M::kMean},
                                           {"sd", M::kSd},
                                           {"total", M::kTotal},
                                           {"weight", M::kWeight},
                                           {"share_at_least", M::kShareAtLeast},
                                           {"share", M::kShare}}),
                                level});
          return call.answer([&](const Context& c) { return survey::tabulate(d.design, variables, measures, call.groups(), chosen, c); });
        });
  m.def("shares_at_least", [](const SurveyDesign& d, const SurveyVariable& named, const Array<double>& cuts, const SurveyCall& call) {
    const auto v = survey_variable(named);
    return call.answer(
        [&](const Context& c) { return survey::shares_at_least(d.design, v, span_of(std::optional(cuts)), call.groups(), c); });
  });
  m.def("shares", [](const SurveyDesign& d, const SurveyVariable& named, const Array<double>& categories, const SurveyCall& call) {
    const auto v = survey_variable(named);
    return call.answer([&](const Context& c) { return survey::shares(d.design, v, span_of(std::optional(categories)), call.groups(), c); });
  });
  m.def("quantiles", [](const SurveyDesign& d, const SurveyVariable& named, const Array<double>& probabilities, const SurveyCall& call) {
    const auto v = survey_variable(named);
    return call.answer(
        [&](const Context& c) { return survey::quantiles(d.design, v, span_of(std::optional(probabilities)), call.groups(), c); });
  });
  m.def("gaps", [](const SurveyDesign& d, const SurveyVariable& named, const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs,
                   const std::string& divisor, const SurveyCall& call) {
    const auto v = survey_variable(named);
    const auto chosen = survey_divisor(divisor);
    std::vector<survey::GroupPair> list;
    list.reserve(pairs.size());
    for (const auto& [first, second] : pairs) list.push_back({first, second});
    return call.answer([&](const Context& c) { return survey::gaps(d.design, v, call.groups(), list, chosen, c); });
  });
}

void bind_survey_regression(py::module_& m) {
  using Context = ExecutionContext;
  m.def("linear_regression", [](const SurveyDesign& d, const SurveyVariable& outcome, const std::vector<SurveyVariable>& predictors,
                                bool intercept, const std::string& divisor, const SurveyCall& call) {
    const auto y = survey_variable(outcome);
    const auto x = survey_variables(predictors);
    survey::RegressionOptions options;
    options.intercept = intercept;
    options.divisor = survey_divisor(divisor);
    options.covariance = true;
    return call.answer([&](const Context& c) { return survey::linear_regression(d.design, y, x, call.groups(), options, c); });
  });
  m.def("logistic_regression", [](const SurveyDesign& d, const SurveyVariable& outcome, const std::vector<SurveyVariable>& predictors,
                                  bool intercept, int max_iterations, double tolerance, const SurveyCall& call) {
    const auto y = survey_variable(outcome);
    const auto x = survey_variables(predictors);
    survey::RegressionOptions options;
    options.intercept = intercept;
    options.max_iterations = max_iterations;
    options.tolerance = tolerance;
    options.covariance = true;
    return call.answer([&](const Context& c) { return survey::logistic_regression(d.design, y, x, call.groups(), options, c); });
  });
  m.def("joint_means", [](const SurveyDesign& d, const SurveyVariable& named, const SurveyCall& call) {
    const auto v = survey_variable(named);
    auto joint = run({call.n_threads, call.progress}, [&](const Context& c) { return survey::joint_means(d.design, v, call.groups(), c); });
    if (call.names.size() == joint.names.size()) joint.names = call.names;
    return joint;
  });
  using W = survey::WaldTest;
  py::class_<W>(m, "WaldTest", "A test of several parameters at once; report f.")
      .def_readonly("n_contrasts", &W::n_contrasts)
      .def_readonly("f", &W::f)
      .def_readonly("f_degrees_of_freedom", &W::f_degrees_of_freedom)
      .def_readonly("f_p", &W::f_p)
      .def_readonly("d1", &W::d1)
      .def_readonly("d1_degrees_of_freedom", &W::d1_degrees_of_freedom)
      .def_readonly("d1_p", &W::d1_p)
      .def_readonly("d2", &W::d2)
      .def_readonly("d2_degrees_of_freedom", &W::d2_degrees_of_freedom)
      .def_readonly("d2_p", &W::d2_p)
      .def_readonly("relative_increase", &W::relative_increase)
      .def("__repr__", [](const W& self) {
        return "<WaldTest: F(" + std::to_string(self.n_contrasts) + ", " + std::to_string(self.f_degrees_of_freedom) +
               ") = " + std::to_string(self.f) + ", p = " + std::to_string(self.f_p) + ">";
      });
  m.def("wald_test", [](const survey::JointEstimate& joint, const Array<double>& contrasts, const std::optional<Array<double>>& constants) {
    if (contrasts.ndim() != 2 || static_cast<std::size_t>(contrasts.shape(1)) != joint.n())
      throw py::value_error("contrasts must be contrasts x parameters");
    return take(survey::wald_test(joint, {contrasts.data(), static_cast<std::size_t>(contrasts.size())}, span_of(constants)));
  });
}

void bind_survey_groups(py::module_& m) {
  using Context = ExecutionContext;
  using Regions = std::optional<Array<std::int32_t>>;
  m.def("gini", [](const SurveyDesign& d, const SurveyVariable& named, const SurveyCall& call) {
    const auto v = survey_variable(named);
    return call.answer([&](const Context& c) { return survey::gini(d.design, v, call.groups(), c); });
  });
  m.def("concentration_index",
        [](const SurveyDesign& d, const SurveyVariable& outcome, const SurveyVariable& rank, const SurveyCall& call) {
          const auto y = survey_variable(outcome);
          const auto r = survey_variable(rank);
          return call.answer([&](const Context& c) { return survey::concentration_index(d.design, y, r, call.groups(), c); });
        });
  m.def("dissimilarity", [](const SurveyDesign& d, const SurveyVariable& named, const Regions& region,
                            const std::vector<std::string>& regions, const SurveyCall& call) {
    const auto v = survey_variable(named);
    return call.answer(regions, [&](const Context& c) { return survey::dissimilarity(d.design, v, call.groups(), span_of(region), c); });
  });
  m.def("intraclass", [](const SurveyDesign& d, const SurveyVariable& named, const Regions& region, const std::vector<std::string>& regions,
                         double error_variance, const SurveyCall& call) {
    const auto v = survey_variable(named);
    survey::IntraclassOptions options;
    options.error_variance = error_variance;
    return call.answer(regions,
                       [&](const Context& c) { return survey::intraclass(d.design, v, call.groups(), span_of(region), options, c); });
  });
  using S = survey::SmallArea;
  py::class_<S> type(m, "SmallArea", "Direct and empirical Bayes estimates of small groups; the frame has one row a group.");
  type.def_readonly("coefficients", &S::coefficients)
      .def_readonly("between_variance", &S::between_variance)
      .def_readonly("n_used", &S::n_used)
      .def_readonly("iterations", &S::iterations)
      .def_readonly("converged", &S::converged);
  bind_frame(type, [](const S& self) { return self.to_table(); });
  m.def("empirical_bayes", [](const Array<double>& direct, const Array<double>& variance, const std::optional<Array<double>>& effective_n,
                              const std::optional<Array<double>>& covariates, int max_iterations) {
    survey::SmallAreaSpec spec;
    spec.direct = span_of(std::optional(direct));
    spec.variance = span_of(std::optional(variance));
    spec.effective_n = span_of(effective_n);
    if (covariates) {
      if (covariates->ndim() != 2) throw py::value_error("covariates must be groups x covariates");
      spec.covariates = {covariates->data(), static_cast<std::size_t>(covariates->size())};
      spec.n_covariates = static_cast<int>(covariates->shape(1));
    }
    spec.max_iterations = max_iterations;
    return take(survey::empirical_bayes(spec));
  });
}

}  // namespace

void bind_survey(py::module_& module) {
  py::module_ m = module.def_submodule("survey");
  bind_survey_design(m);
  bind_survey_estimates(m);
  bind_survey_means(m);
  bind_survey_regression(m);
  bind_survey_groups(m);
}

}  // namespace celadon::python
