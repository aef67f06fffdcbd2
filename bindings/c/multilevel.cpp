#include "dataset_common.hpp"

#include <celadon/models/multilevel/comparison.hpp>
#include <celadon/models/multilevel/fit.hpp>
#include <celadon/models/multilevel/logistic.hpp>
#include <celadon/models/multilevel/pilot.hpp>
#include <celadon/models/multilevel/profile.hpp>

using namespace celadon_c;

struct celadon_multilevel_fit_result {
  celadon::multilevel::Fit value;
};
struct celadon_multilevel_logistic_result {
  celadon::multilevel::LogisticFit value;
};
struct celadon_multilevel_pilot_result {
  celadon::multilevel::PilotResult value;
};

namespace {

const celadon::arrow::DataTable& table_of(const celadon_dataset* data, const char* table) {
  const std::string name(text(&need(table, "table"), -1, "table"));
  const celadon::arrow::DataTable* found = need(data, "data").value.find(name);
  if (found == nullptr) refuse(celadon::make_error(celadon::Code::kMissingTable, {name, {}, -1, {}}, {{"table", name}}));
  return *found;
}

std::vector<celadon::multilevel::ReferenceLevel> reference_levels(const char* const* columns, const char* const* levels, int64_t n) {
  const auto names = texts(columns, n, "reference_columns");
  auto values = texts(levels, n, "reference_levels");
  std::vector<celadon::multilevel::ReferenceLevel> out;
  out.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) out.push_back({names[i], std::move(values[i])});
  return out;
}

celadon_multilevel_fit_options default_linear() {
  const celadon::multilevel::FitOptions library;
  celadon_multilevel_fit_options options{};
  options.struct_size = sizeof options;
  options.criterion = static_cast<int32_t>(library.criterion);
  options.confidence = library.confidence;
  options.group_effects = library.group_effects ? 1 : 0;
  options.component_intervals = library.component_intervals ? 1 : 0;
  options.max_evaluations = library.max_evaluations;
  return options;
}

celadon_multilevel_profile_options default_profiling() {
  const celadon::multilevel::ProfileOptions library;
  celadon_multilevel_profile_options options{};
  options.struct_size = sizeof options;
  options.coefficients = library.coefficients ? 1 : 0;
  options.components = library.components ? 1 : 0;
  options.max_evaluations = library.max_evaluations;
  options.confidence = library.confidence;
  return options;
}

celadon_multilevel_logistic_options default_logistic() {
  const celadon::multilevel::LogisticOptions library;
  celadon_multilevel_logistic_options options{};
  options.struct_size = sizeof options;
  options.n_quadrature = library.n_quadrature;
  options.confidence = library.confidence;
  options.group_effects = library.group_effects ? 1 : 0;
  options.max_evaluations = library.max_evaluations;
  return options;
}

celadon_multilevel_pilot_options default_pilot() {
  const celadon::multilevel::PilotOptions library;
  celadon_multilevel_pilot_options options{};
  options.struct_size = sizeof options;
  options.n_permutations = library.n_permutations;
  options.start = library.start;
  options.confidence = library.confidence;
  options.needed_treated = library.needed_treated;
  options.needed_control = library.needed_control;
  options.seed = library.seed;
  return options;
}

template <class F>
celadon_multilevel_fit_values values_of(const F& fit) {
  celadon_multilevel_fit_values v{};
  v.converged = fit.converged ? 1 : 0;
  v.singular = fit.singular ? 1 : 0;
  v.n_parameters = fit.n_parameters;
  v.log_likelihood = fit.log_likelihood;
  v.deviance = fit.deviance;
  v.aic = fit.aic;
  v.bic = fit.bic;
  v.sigma = kNone;
  v.gradient = fit.gradient;
  v.n_used = fit.n_used;
  v.n_left_out = fit.n_left_out;
  v.evaluations = fit.evaluations;
  return v;
}

using PilotFunction = celadon::Result<celadon::multilevel::PilotResult> (*)(const celadon::arrow::DataTable&,
                                                                            const celadon::multilevel::PilotColumns&,
                                                                            const celadon::multilevel::PilotOptions&,
                                                                            const celadon::ExecutionContext&);

celadon_status pilot(PilotFunction function, const celadon_dataset* data, const char* table,
                     const celadon_multilevel_pilot_options* options, const celadon_execution* execution,
                     celadon_multilevel_pilot_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto o = sized(options, default_pilot(), "options");
    const auto name = [](const char* column, const char* what) { return std::string(text(&need(column, what), -1, what)); };
    const celadon::multilevel::PilotColumns columns{name(o.outcome, "outcome"), name(o.school, "school"), name(o.time, "time"),
                                                    name(o.treated, "treated")};
    celadon::multilevel::PilotOptions how;
    how.start = o.start;
    how.confidence = o.confidence;
    how.needed_treated = o.needed_treated;
    how.needed_control = o.needed_control;
    how.n_permutations = o.n_permutations;
    how.seed = o.seed;
    const Execution run(execution);
    return unwrap(function(table_of(data, table), columns, how, run.context()));
  });
}

}  // namespace

extern "C" {

void celadon_multilevel_fit_options_init(celadon_multilevel_fit_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_linear());
}

celadon_status celadon_multilevel_fit(const celadon_dataset* data, const char* table, const char* formula,
                                      const celadon_multilevel_fit_options* options, const celadon_execution* execution,
                                      celadon_multilevel_fit_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto o = sized(options, default_linear(), "options");
    celadon::multilevel::FitOptions how;
    how.criterion = enumerator<celadon::multilevel::Criterion>(o.criterion, 2, "criterion");
    how.weights = text_or_empty(o.weights);
    how.reference_levels = reference_levels(o.reference_columns, o.reference_levels, o.n_reference);
    how.confidence = o.confidence;
    how.group_effects = o.group_effects != 0;
    how.component_intervals = o.component_intervals != 0;
    how.max_evaluations = o.max_evaluations;
    const Execution run(execution);
    return unwrap(celadon::multilevel::fit(text(&need(formula, "formula"), -1, "formula"), table_of(data, table), how, run.context()));
  });
}

celadon_status celadon_multilevel_fit_result_values(const celadon_multilevel_fit_result* result, celadon_multilevel_fit_values* out,
                                                    celadon_error* error) {
  return guard(error, [&] {
    const auto& fit = need(result, "result").value;
    auto v = values_of(fit);
    v.sigma = fit.sigma;
    hand_out(out, v, "out");
  });
}

CELADON_C_DESTROY(celadon_multilevel_fit_result)
CELADON_C_TABLE(celadon_multilevel_fit_result, fixed_table, result.fixed_table())
CELADON_C_TABLE(celadon_multilevel_fit_result, components_table, result.components_table())
CELADON_C_TABLE(celadon_multilevel_fit_result, groups_table, result.groups_table())
CELADON_C_TABLE(celadon_multilevel_fit_result, icc_table, result.icc_table())
CELADON_C_FINDINGS(celadon_multilevel_fit_result)

celadon_status celadon_multilevel_likelihood_ratio(const celadon_multilevel_fit_result* smaller,
                                                   const celadon_multilevel_fit_result* larger,
                                                   celadon_multilevel_likelihood_ratio_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto test = unwrap(celadon::multilevel::likelihood_ratio(need(smaller, "smaller").value, need(larger, "larger").value));
    celadon_multilevel_likelihood_ratio_values v{};
    v.df = test.df;
    v.statistic = test.statistic;
    v.p = test.p;
    v.p_chi_squared = test.p_chi_squared;
    v.aic_difference = test.aic_difference;
    v.bic_difference = test.bic_difference;
    v.reference = static_cast<int32_t>(test.reference);
    hand_out(out, v, "out");
  });
}

void celadon_multilevel_profile_options_init(celadon_multilevel_profile_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_profiling());
}

celadon_status celadon_multilevel_profile(const celadon_multilevel_fit_result* fit, const celadon_multilevel_profile_options* options,
                                          const celadon_execution* execution, int32_t language, celadon_table** out,
                                          celadon_table** findings, celadon_error* error) {
  if (findings != nullptr) *findings = nullptr;
  return produce(out, error, [&] {
    const auto o = sized(options, default_profiling(), "options");
    celadon::multilevel::ProfileOptions how;
    how.coefficients = o.coefficients != 0;
    how.components = o.components != 0;
    how.max_evaluations = o.max_evaluations;
    how.confidence = o.confidence;
    const Execution run(execution);
    const auto profile = unwrap(celadon::multilevel::profile(need(fit, "fit").value, how, run.context()));
    auto table = profile.table();
    if (findings != nullptr) *findings = new celadon_table{celadon::evaluation::findings_table(profile.findings, language_of(language))};
    return table;
  });
}

void celadon_multilevel_logistic_options_init(celadon_multilevel_logistic_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_logistic());
}

celadon_status celadon_multilevel_fit_logistic(const celadon_dataset* data, const char* table, const char* formula,
                                               const celadon_multilevel_logistic_options* options, const celadon_execution* execution,
                                               celadon_multilevel_logistic_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto o = sized(options, default_logistic(), "options");
    celadon::multilevel::LogisticOptions how;
    how.n_quadrature = o.n_quadrature;
    how.reference_levels = reference_levels(o.reference_columns, o.reference_levels, o.n_reference);
    how.confidence = o.confidence;
    how.group_effects = o.group_effects != 0;
    how.max_evaluations = o.max_evaluations;
    const Execution run(execution);
    return unwrap(
        celadon::multilevel::fit_logistic(text(&need(formula, "formula"), -1, "formula"), table_of(data, table), how, run.context()));
  });
}

celadon_status celadon_multilevel_logistic_result_values(const celadon_multilevel_logistic_result* result,
                                                         celadon_multilevel_fit_values* out, celadon_error* error) {
  return guard(error, [&] { hand_out(out, values_of(need(result, "result").value), "out"); });
}

CELADON_C_DESTROY(celadon_multilevel_logistic_result)
CELADON_C_TABLE(celadon_multilevel_logistic_result, fixed_table, result.fixed_table())
CELADON_C_TABLE(celadon_multilevel_logistic_result, components_table, result.components_table())
CELADON_C_TABLE(celadon_multilevel_logistic_result, groups_table, result.groups_table())
CELADON_C_TABLE(celadon_multilevel_logistic_result, icc_table, result.icc_table())
CELADON_C_FINDINGS(celadon_multilevel_logistic_result)

void celadon_multilevel_pilot_options_init(celadon_multilevel_pilot_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_pilot());
}

celadon_status celadon_multilevel_difference_in_differences(const celadon_dataset* data, const char* table,
                                                            const celadon_multilevel_pilot_options* options,
                                                            const celadon_execution* execution, celadon_multilevel_pilot_result** out,
                                                            celadon_error* error) {
  return pilot(&celadon::multilevel::difference_in_differences, data, table, options, execution, out, error);
}

celadon_status celadon_multilevel_interrupted_series(const celadon_dataset* data, const char* table,
                                                     const celadon_multilevel_pilot_options* options, const celadon_execution* execution,
                                                     celadon_multilevel_pilot_result** out, celadon_error* error) {
  return pilot(&celadon::multilevel::interrupted_series, data, table, options, execution, out, error);
}

celadon_status celadon_multilevel_pilot_result_values(const celadon_multilevel_pilot_result* result, celadon_multilevel_pilot_values* out,
                                                      celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_multilevel_pilot_values v{};
    v.descriptive = r.descriptive ? 1 : 0;
    v.n_treated = r.n_treated;
    v.n_control = r.n_control;
    v.n_schools_left_out = r.n_schools_left_out;
    v.n_rows_left_out = r.n_rows_left_out;
    hand_out(out, v, "out");
  });
}

CELADON_C_DESTROY(celadon_multilevel_pilot_result)
CELADON_C_TABLE(celadon_multilevel_pilot_result, effects_table, result.effects_table())
CELADON_C_TABLE(celadon_multilevel_pilot_result, schools_table, result.schools_table())
CELADON_C_FINDINGS(celadon_multilevel_pilot_result)

}  // extern "C"
