#include "survey_common.hpp"

#include <celadon/models/survey/inequality.hpp>
#include <celadon/models/survey/intraclass.hpp>
#include <celadon/models/survey/regression.hpp>
#include <celadon/models/survey/small_area.hpp>
#include <celadon/models/survey/wald.hpp>

using namespace celadon_c;
namespace survey = celadon::survey;
using celadon::ExecutionContext;

struct celadon_survey_small_area {
  survey::SmallArea value;
};

namespace {

celadon_survey_regression_options default_regression() {
  const survey::RegressionOptions library;
  celadon_survey_regression_options options{};
  options.struct_size = sizeof options;
  options.intercept = library.intercept ? 1 : 0;
  options.divisor = static_cast<int32_t>(library.divisor);
  options.max_iterations = library.max_iterations;
  options.tolerance = library.tolerance;
  return options;
}

survey::RegressionOptions regression_options(const celadon_survey_regression_options* given) {
  const auto known = sized(given, default_regression(), "options");
  survey::RegressionOptions out;
  out.intercept = known.intercept != 0;
  out.divisor = survey_divisor(known.divisor);
  out.max_iterations = known.max_iterations;
  out.tolerance = known.tolerance;
  out.covariance = true;
  return out;
}

celadon_survey_small_area_options default_small_area() {
  celadon_survey_small_area_options options{};
  options.struct_size = sizeof options;
  options.max_iterations = survey::SmallAreaSpec{}.max_iterations;
  return options;
}

survey::Groups schools_of(const celadon_survey_groups* schools) {
  need(schools, "schools");
  return survey_groups(schools);
}

}  // namespace

extern "C" {

void celadon_survey_regression_options_init(celadon_survey_regression_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_regression());
}
void celadon_survey_small_area_options_init(celadon_survey_small_area_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_small_area());
}

celadon_status celadon_survey_linear_regression(const celadon_survey_design* design, const celadon_survey_variable* outcome,
                                                const celadon_survey_variable* predictors, int64_t n_predictors,
                                                const celadon_survey_groups* groups, const celadon_survey_regression_options* options,
                                                const celadon_execution* execution, celadon_survey_estimates** out, celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::linear_regression(d, survey_variable(outcome, "outcome"), survey_variables(predictors, n_predictors, "predictors"),
                                     survey_groups(groups), regression_options(options), c);
  });
}
celadon_status celadon_survey_logistic_regression(const celadon_survey_design* design, const celadon_survey_variable* outcome,
                                                  const celadon_survey_variable* predictors, int64_t n_predictors,
                                                  const celadon_survey_groups* groups, const celadon_survey_regression_options* options,
                                                  const celadon_execution* execution, celadon_survey_estimates** out,
                                                  celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::logistic_regression(d, survey_variable(outcome, "outcome"), survey_variables(predictors, n_predictors, "predictors"),
                                       survey_groups(groups), regression_options(options), c);
  });
}

celadon_status celadon_survey_joint_means(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                          const celadon_survey_groups* groups, const celadon_execution* execution,
                                          celadon_survey_joint_estimate** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    need(groups, "groups");
    return unwrap(
        survey::joint_means(need(design, "design").value, survey_variable(variable, "variable"), survey_groups(groups), run.context()));
  });
}
CELADON_C_DESTROY(celadon_survey_joint_estimate)
CELADON_C_FINDINGS(celadon_survey_joint_estimate)
int64_t celadon_survey_joint_estimate_n(const celadon_survey_joint_estimate* result) {
  return result == nullptr ? 0 : static_cast<int64_t>(result->value.n());
}
celadon_status celadon_survey_joint_estimate_get(const celadon_survey_joint_estimate* result, double* values, int64_t values_capacity,
                                                 double* covariance, int64_t covariance_capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto& joint = need(result, "result").value;
    const auto n = static_cast<int64_t>(joint.n());
    if (values != nullptr) {
      check_capacity(values_capacity, n, "values");
      const auto from = joint.value();
      std::copy(from.begin(), from.end(), values);
    }
    if (covariance != nullptr) {
      check_capacity(covariance_capacity, n * n, "covariance");
      const auto from = joint.covariance();
      std::copy(from.begin(), from.end(), covariance);
    }
  });
}

celadon_status celadon_survey_wald_test(const celadon_survey_joint_estimate* joint, const double* contrasts, int64_t n_contrasts,
                                        const double* constants, celadon_survey_wald* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& parameters = need(joint, "joint").value;
    const auto n = static_cast<int64_t>(parameters.n());
    if (n_contrasts < 0 || n_contrasts > n) refuse("n_contrasts", "not in 0 ... the number of parameters");
    const auto test = unwrap(survey::wald_test(parameters, span_of(contrasts, n_contrasts * n, "contrasts"),
                                               span_of(constants, constants == nullptr ? 0 : n_contrasts, "constants")));
    celadon_survey_wald values{};
    values.n_contrasts = test.n_contrasts;
    values.f = test.f;
    values.f_degrees_of_freedom = test.f_degrees_of_freedom;
    values.f_p = test.f_p;
    values.d1 = test.d1;
    values.d1_degrees_of_freedom = test.d1_degrees_of_freedom;
    values.d1_p = test.d1_p;
    values.d2 = test.d2;
    values.d2_degrees_of_freedom = test.d2_degrees_of_freedom;
    values.d2_p = test.d2_p;
    values.relative_increase = test.relative_increase;
    hand_out(out, values, "out");
  });
}

celadon_status celadon_survey_gini(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                   const celadon_survey_groups* groups, const celadon_execution* execution, celadon_survey_estimates** out,
                                   celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::gini(d, survey_variable(variable, "variable"), survey_groups(groups), c);
  });
}
celadon_status celadon_survey_concentration_index(const celadon_survey_design* design, const celadon_survey_variable* outcome,
                                                  const celadon_survey_variable* rank, const celadon_survey_groups* groups,
                                                  const celadon_execution* execution, celadon_survey_estimates** out,
                                                  celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::concentration_index(d, survey_variable(outcome, "outcome"), survey_variable(rank, "rank"), survey_groups(groups), c);
  });
}
celadon_status celadon_survey_dissimilarity(const celadon_survey_design* design, const celadon_survey_variable* member,
                                            const celadon_survey_groups* schools, const int32_t* region, int64_t n_region,
                                            const celadon_execution* execution, celadon_survey_estimates** out, celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::dissimilarity(d, survey_variable(member, "member"), schools_of(schools), span_of(region, n_region, "region"), c);
  });
}
celadon_status celadon_survey_intraclass(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                         const celadon_survey_groups* schools, const int32_t* region, int64_t n_region,
                                         double error_variance, const celadon_execution* execution, celadon_survey_estimates** out,
                                         celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    survey::IntraclassOptions options;
    options.error_variance = error_variance;
    return survey::intraclass(d, survey_variable(variable, "variable"), schools_of(schools), span_of(region, n_region, "region"), options,
                              c);
  });
}

celadon_status celadon_survey_empirical_bayes(const celadon_survey_small_area_options* options, celadon_survey_small_area** out,
                                              celadon_error* error) {
  return produce(out, error, [&] {
    need(options, "options");
    const auto known = sized(options, default_small_area(), "options");
    if (known.n_covariates < 0 || known.n_covariates > 1000 || known.n_groups < 0 || known.n_groups > (int64_t{1} << 40))
      refuse("options", "not a number of groups or covariates");
    survey::SmallAreaSpec spec;
    spec.direct = span_of(known.direct, known.n_groups, "direct");
    spec.variance = span_of(known.variance, known.n_groups, "variance");
    spec.effective_n = span_of(known.effective_n, known.effective_n == nullptr ? 0 : known.n_groups, "effective_n");
    spec.covariates = span_of(known.covariates, known.n_groups * known.n_covariates, "covariates");
    spec.n_covariates = static_cast<int>(known.n_covariates);
    spec.max_iterations = known.max_iterations;
    return unwrap(survey::empirical_bayes(spec));
  });
}
CELADON_C_DESTROY(celadon_survey_small_area)
CELADON_C_TABLE(celadon_survey_small_area, table, result.to_table())
celadon_status celadon_survey_small_area_get_values(const celadon_survey_small_area* result, celadon_survey_small_area_values* out,
                                                    celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_survey_small_area_values values{};
    values.converged = r.converged ? 1 : 0;
    values.n_used = r.n_used;
    values.iterations = r.iterations;
    values.n_coefficients = static_cast<int32_t>(r.coefficients.size());
    values.between_variance = r.between_variance;
    hand_out(out, values, "out");
  });
}
celadon_status celadon_survey_small_area_coefficients(const celadon_survey_small_area* result, double* out, int64_t capacity,
                                                      celadon_error* error) {
  return guard(error, [&] {
    const auto& from = need(result, "result").value.coefficients;
    check_capacity(capacity, static_cast<int64_t>(from.size()), "out");
    std::copy(from.begin(), from.end(), &need(out, "out"));
  });
}

}  // extern "C"
