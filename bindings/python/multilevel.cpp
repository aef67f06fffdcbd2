// celadon.multilevel
#include "common.hpp"
#include "dataset.hpp"

#include <celadon/models/multilevel/comparison.hpp>
#include <celadon/models/multilevel/fit.hpp>
#include <celadon/models/multilevel/logistic.hpp>
#include <celadon/models/multilevel/pilot.hpp>
#include <celadon/models/multilevel/profile.hpp>

#include <cmath>

namespace celadon::python {

namespace {

using Levels = std::vector<std::pair<std::string, std::string>>;

std::vector<multilevel::ReferenceLevel> reference_levels(const Levels& levels) {
  std::vector<multilevel::ReferenceLevel> out;
  out.reserve(levels.size());
  for (const auto& [column, level] : levels) out.push_back({column, level});
  return out;
}

constexpr std::initializer_list<std::pair<const char*, multilevel::Criterion>> kCriteria = {{"reml", multilevel::Criterion::kReml},
                                                                                            {"ml", multilevel::Criterion::kMl}};

// What linear and logistic models have in common.
template <class F>
void bind_results(py::class_<F>& type) {
  type.def_property_readonly("formula", [](const F& self) { return self.formula.text(); })
      .def_readonly("n_used", &F::n_used)
      .def_readonly("n_left_out", &F::n_left_out)
      .def_readonly("log_likelihood", &F::log_likelihood)
      .def_readonly("deviance", &F::deviance)
      .def_readonly("aic", &F::aic)
      .def_readonly("bic", &F::bic)
      .def_readonly("n_parameters", &F::n_parameters)
      .def_readonly("converged", &F::converged)
      .def_readonly("singular", &F::singular)
      .def_readonly("evaluations", &F::evaluations)
      .def_readonly("gradient", &F::gradient)
      .def_readonly("confidence", &F::confidence)
      .def_property_readonly("theta", [](const py::object& self) { return view(self.cast<const F&>().theta, self); })
      .def_property_readonly("fixed_covariance",
                             [](const py::object& self) {
                               const auto& covariance = self.cast<const F&>().fixed_covariance;
                               const auto n = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(covariance.size()))));
                               return view(covariance, n, n, self);
                             })
      .def_property_readonly(
          "fixed", [](const F& self) { return self.fixed_table(); }, "One row a coefficient.")
      .def_property_readonly(
          "components", [](const F& self) { return self.components_table(); }, "Variances, correlations, intervals.")
      .def_property_readonly(
          "icc", [](const F& self) { return self.icc_table(); }, "Intraclass correlations.")
      .def_property_readonly(
          "groups", [](const F& self) { return self.groups_table(); }, "One row a group's effect.")
      .def_readonly("findings", &F::findings);
  bind_frame(type, [](const F& self) { return self.fixed_table(); });
}

void bind_linear(py::module_& m) {
  using multilevel::Fit;
  py::class_<Fit> type(m, "Fit", "A linear mixed model; the frame has one row a coefficient.");
  type.def_property_readonly("criterion", [](const Fit& self) { return name_of(self.criterion, kCriteria); })
      .def_readonly("sigma", &Fit::sigma, "Residual standard deviation.");
  bind_results(type);
  m.def("fit", [](const std::string& formula, const py::object& table, const std::string& criterion, std::string weights,
                  const Levels& levels, double confidence, bool group_effects, bool component_intervals, int max_evaluations, int n_threads,
                  const py::object& progress) {
    multilevel::FitOptions options;
    options.criterion = choose<multilevel::Criterion>("criterion", criterion, kCriteria);
    options.weights = std::move(weights);
    options.reference_levels = reference_levels(levels);
    options.confidence = confidence;
    options.group_effects = group_effects;
    options.component_intervals = component_intervals;
    options.max_evaluations = max_evaluations;
    const arrow::DataTable data = import_table(table);
    return run({n_threads, progress}, [&](const ExecutionContext& context) { return multilevel::fit(formula, data, options, context); });
  });
}

void bind_logistic(py::module_& m) {
  using multilevel::LogisticFit;
  py::class_<LogisticFit> type(m, "LogisticFit", "A logistic mixed model; the frame has one row a coefficient, with its odds ratio.");
  type.def_readonly("n_quadrature", &LogisticFit::n_quadrature).def_readonly("n_ones", &LogisticFit::n_ones);
  bind_results(type);
  m.def("fit_logistic", [](const std::string& formula, const py::object& table, int n_quadrature, const Levels& levels, double confidence,
                           bool group_effects, int max_evaluations, int n_threads, const py::object& progress) {
    multilevel::LogisticOptions options;
    options.n_quadrature = n_quadrature;
    options.reference_levels = reference_levels(levels);
    options.confidence = confidence;
    options.group_effects = group_effects;
    options.max_evaluations = max_evaluations;
    const arrow::DataTable data = import_table(table);
    return run({n_threads, progress},
               [&](const ExecutionContext& context) { return multilevel::fit_logistic(formula, data, options, context); });
  });
}

void bind_comparison(py::module_& m) {
  using multilevel::LikelihoodRatio;
  using multilevel::ReferenceDistribution;
  py::class_<LikelihoodRatio>(m, "LikelihoodRatio", "A likelihood-ratio test of nested models.")
      .def_readonly("statistic", &LikelihoodRatio::statistic)
      .def_readonly("df", &LikelihoodRatio::df)
      .def_readonly("p", &LikelihoodRatio::p)
      .def_readonly("p_chi_squared", &LikelihoodRatio::p_chi_squared)
      .def_property_readonly("reference",
                             [](const LikelihoodRatio& self) {
                               return name_of(self.reference, {{"chi_squared", ReferenceDistribution::kChiSquared},
                                                               {"boundary_mixture", ReferenceDistribution::kBoundaryMixture},
                                                               {"conservative", ReferenceDistribution::kConservative}});
                             })
      .def_readonly("aic_difference", &LikelihoodRatio::aic_difference)
      .def_readonly("bic_difference", &LikelihoodRatio::bic_difference)
      .def("__repr__", [](const LikelihoodRatio& self) {
        return "<LikelihoodRatio: " + std::to_string(self.statistic) + " on " + std::to_string(self.df) + " df, p " +
               std::to_string(self.p) + ">";
      });
  m.def("likelihood_ratio",
        [](const multilevel::Fit& smaller, const multilevel::Fit& larger) { return take(multilevel::likelihood_ratio(smaller, larger)); });
}

void bind_profile(py::module_& m) {
  using multilevel::Profile;
  py::class_<Profile> type(m, "Profile", "Profile-likelihood intervals; the frame has one row a parameter.");
  type.def_readonly("log_likelihood", &Profile::log_likelihood)
      .def_readonly("confidence", &Profile::confidence)
      .def_readonly("evaluations", &Profile::evaluations)
      .def_readonly("findings", &Profile::findings);
  bind_frame(type, [](const Profile& self) { return self.table(); });
  m.def("profile", [](const multilevel::Fit& fit, double confidence, bool coefficients, bool components, int max_evaluations,
                      const py::object& progress) {
    multilevel::ProfileOptions options;
    options.confidence = confidence;
    options.coefficients = coefficients;
    options.components = components;
    options.max_evaluations = max_evaluations;
    return run({1, progress}, [&](const ExecutionContext& context) { return multilevel::profile(fit, options, context); });
  });
}

void bind_pilot(py::module_& m) {
  using multilevel::PilotResult;
  py::class_<PilotResult> type(m, "PilotResult", "The effect of a pilot; the frame has one row an effect.");
  type.def_readonly("n_treated", &PilotResult::n_treated)
      .def_readonly("n_control", &PilotResult::n_control)
      .def_readonly("n_schools_left_out", &PilotResult::n_schools_left_out)
      .def_readonly("n_rows_left_out", &PilotResult::n_rows_left_out)
      .def_readonly("descriptive", &PilotResult::descriptive)
      .def_readonly("confidence", &PilotResult::confidence)
      .def_property_readonly(
          "effects", [](const PilotResult& self) { return self.effects_table(); }, "One row an effect.")
      .def_property_readonly(
          "schools", [](const PilotResult& self) { return self.schools_table(); }, "Each school's own change.")
      .def_readonly("findings", &PilotResult::findings);
  bind_frame(type, [](const PilotResult& self) { return self.effects_table(); });
  using Function = Result<PilotResult> (*)(const arrow::DataTable&, const multilevel::PilotColumns&, const multilevel::PilotOptions&,
                                           const ExecutionContext&);
  const auto define = [&m](const char* name, Function function) {
    m.def(name, [function](const py::object& table, std::string outcome, std::string school, std::string time, std::string treated,
                           double start, double confidence, int needed_treated, int needed_control, int n_permutations, std::uint64_t seed,
                           const py::object& progress) {
      const multilevel::PilotColumns columns{std::move(outcome), std::move(school), std::move(time), std::move(treated)};
      const multilevel::PilotOptions options{start, confidence, needed_treated, needed_control, n_permutations, seed};
      const arrow::DataTable data = import_table(table);
      return run({1, progress}, [&](const ExecutionContext& context) { return function(data, columns, options, context); });
    });
  };
  define("difference_in_differences", &multilevel::difference_in_differences);
  define("interrupted_series", &multilevel::interrupted_series);
}

}  // namespace

void bind_multilevel(py::module_& module) {
  py::module_ m = module.def_submodule("multilevel");
  bind_linear(m);
  bind_logistic(m);
  bind_comparison(m);
  bind_profile(m);
  bind_pilot(m);
}

}  // namespace celadon::python
