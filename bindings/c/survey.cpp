#include "survey_common.hpp"

#include <celadon/models/survey/means.hpp>
#include <celadon/models/survey/quantiles.hpp>

using namespace celadon_c;
namespace survey = celadon::survey;
using celadon::ExecutionContext;

namespace {

celadon_survey_design_options default_design() {
  const survey::DesignSpec library;
  celadon_survey_design_options options{};
  options.struct_size = sizeof options;
  options.method = static_cast<int32_t>(library.method);
  options.lonely = static_cast<int32_t>(library.lonely);
  options.n_bootstrap = library.n_bootstrap;
  options.fay_coefficient = library.fay_coefficient;
  options.seed = library.seed;
  options.scale = library.scale;
  return options;
}

survey::DesignSpec design_spec(const celadon_survey_design_options& known) {
  survey::DesignSpec spec;
  spec.n_rows = known.n_rows;
  spec.weights = span_of(known.weights, known.n_weights, "weights");
  spec.strata = span_of(known.strata, known.n_strata, "strata");
  spec.clusters = span_of(known.clusters, known.n_clusters, "clusters");
  spec.population_units = span_of(known.population_units, known.n_population_units, "population_units");
  spec.method = enumerator<survey::Method>(known.method, 8, "method");
  spec.lonely = enumerator<survey::LonelyUnit>(known.lonely, 3, "lonely");
  spec.n_bootstrap = known.n_bootstrap;
  spec.fay_coefficient = known.fay_coefficient;
  spec.seed = known.seed;
  spec.replicate_weights = span_of(known.replicate_weights, known.n_replicate_weights, "replicate_weights");
  spec.scale = known.scale;
  spec.replicate_scales = span_of(known.replicate_scales, known.n_replicate_scales, "replicate_scales");
  spec.degrees_of_freedom = known.degrees_of_freedom;
  return spec;
}

celadon_survey_estimate estimate_of(const survey::EstimateRow& row) {
  celadon_survey_estimate out{};
  out.group = row.group;
  out.other = row.other;
  out.level = row.level;
  out.value = row.value;
  out.se = row.se;
  out.sampling_variance = row.sampling_variance;
  out.imputation_variance = row.imputation_variance;
  out.missing_share = row.missing_share;
  out.degrees_of_freedom = row.degrees_of_freedom;
  out.rubin_degrees_of_freedom = row.rubin_degrees_of_freedom;
  out.n = row.n;
  out.effective_n = row.effective_n;
  out.weight = row.weight;
  return out;
}

}  // namespace

extern "C" {

void celadon_survey_design_options_init(celadon_survey_design_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_design());
}
void celadon_survey_variable_init(celadon_survey_variable* variable, uint32_t struct_size) {
  initialise(variable, struct_size, celadon_survey_variable{});
}
void celadon_survey_groups_init(celadon_survey_groups* groups, uint32_t struct_size) {
  initialise(groups, struct_size, celadon_survey_groups{});
}

celadon_status celadon_survey_make_design(const celadon_survey_design_options* options, celadon_survey_design** out, celadon_error* error) {
  return produce(out, error, [&] {
    need(options, "options");
    return unwrap(survey::make_design(design_spec(sized(options, default_design(), "options"))));
  });
}
celadon_status celadon_survey_design_get_values(const celadon_survey_design* design, celadon_survey_design_values* out,
                                                celadon_error* error) {
  return guard(error, [&] {
    const auto& d = need(design, "design").value;
    celadon_survey_design_values values{};
    values.method = static_cast<int32_t>(d.method);
    values.n_rows = d.n_rows;
    values.n_units = d.n_units();
    values.n_replicates = d.n_replicates;
    values.degrees_of_freedom = d.degrees_of_freedom;
    hand_out(out, values, "out");
  });
}
CELADON_C_DESTROY(celadon_survey_design)
CELADON_C_FINDINGS(celadon_survey_design)

CELADON_C_DESTROY(celadon_survey_estimates)
CELADON_C_TABLE(celadon_survey_estimates, table, result.to_table())
CELADON_C_FINDINGS(celadon_survey_estimates)
int64_t celadon_survey_estimates_n_rows(const celadon_survey_estimates* result) {
  return result == nullptr ? 0 : static_cast<int64_t>(result->value.rows.size());
}
celadon_status celadon_survey_estimates_row(const celadon_survey_estimates* result, int64_t row, celadon_survey_estimate* out,
                                            celadon_error* error) {
  return guard(error, [&] {
    const auto& rows = need(result, "result").value.rows;
    if (row < 0 || row >= static_cast<int64_t>(rows.size())) refuse("row", "out of range");
    hand_out(out, estimate_of(rows[static_cast<std::size_t>(row)]), "out");
  });
}
celadon_status celadon_survey_estimates_joint(const celadon_survey_estimates* result, int64_t group, celadon_survey_joint_estimate** out,
                                              celadon_error* error) {
  return produce(out, error, [&] {
    const auto& joint = need(result, "result").value.joint;
    if (group < 0 || group >= static_cast<int64_t>(joint.size())) refuse("group", "out of range, or not the result of a regression");
    return joint[static_cast<std::size_t>(group)];
  });
}

celadon_status celadon_survey_means(const celadon_survey_design* design, const celadon_survey_variable* variables, int64_t n_variables,
                                    const celadon_survey_groups* groups, const celadon_execution* execution, celadon_survey_estimates** out,
                                    celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::means(d, survey_variables(variables, n_variables, "variables"), survey_groups(groups), c);
  });
}
celadon_status celadon_survey_spreads(const celadon_survey_design* design, const celadon_survey_variable* variables, int64_t n_variables,
                                      const celadon_survey_groups* groups, int32_t divisor, const celadon_execution* execution,
                                      celadon_survey_estimates** out, celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::spreads(d, survey_variables(variables, n_variables, "variables"), survey_groups(groups), survey_divisor(divisor), c);
  });
}
celadon_status celadon_survey_totals(const celadon_survey_design* design, const celadon_survey_variable* variables, int64_t n_variables,
                                     const celadon_survey_groups* groups, const celadon_execution* execution,
                                     celadon_survey_estimates** out, celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::totals(d, survey_variables(variables, n_variables, "variables"), survey_groups(groups), c);
  });
}
celadon_status celadon_survey_correlations(const celadon_survey_design* design, const celadon_survey_variable* variables,
                                           int64_t n_variables, const celadon_survey_groups* groups, const celadon_execution* execution,
                                           celadon_survey_estimates** out, celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::correlations(d, survey_variables(variables, n_variables, "variables"), survey_groups(groups), c);
  });
}
celadon_status celadon_survey_tabulate(const celadon_survey_design* design, const celadon_survey_variable* variables, int64_t n_variables,
                                       const celadon_survey_measure* measures, int64_t n_measures, const celadon_survey_groups* groups,
                                       int32_t divisor, const celadon_execution* execution, celadon_survey_estimates** out,
                                       celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    std::vector<survey::Measure> list;
    for (const celadon_survey_measure& m : span_of(measures, n_measures, "measures"))
      list.push_back({m.variable, enumerator<survey::Measured>(m.what, 6, "what"), m.level});
    return survey::tabulate(d, survey_variables(variables, n_variables, "variables"), list, survey_groups(groups), survey_divisor(divisor),
                            c);
  });
}
celadon_status celadon_survey_shares_at_least(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                              const double* cuts, int64_t n_cuts, const celadon_survey_groups* groups,
                                              const celadon_execution* execution, celadon_survey_estimates** out, celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::shares_at_least(d, survey_variable(variable, "variable"), span_of(cuts, n_cuts, "cuts"), survey_groups(groups), c);
  });
}
celadon_status celadon_survey_shares(const celadon_survey_design* design, const celadon_survey_variable* variable, const double* categories,
                                     int64_t n_categories, const celadon_survey_groups* groups, const celadon_execution* execution,
                                     celadon_survey_estimates** out, celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::shares(d, survey_variable(variable, "variable"), span_of(categories, n_categories, "categories"), survey_groups(groups),
                          c);
  });
}
celadon_status celadon_survey_quantiles(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                        const double* probabilities, int64_t n_probabilities, const celadon_survey_groups* groups,
                                        const celadon_execution* execution, celadon_survey_estimates** out, celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    return survey::quantiles(d, survey_variable(variable, "variable"), span_of(probabilities, n_probabilities, "probabilities"),
                             survey_groups(groups), c);
  });
}
celadon_status celadon_survey_gaps(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                   const celadon_survey_groups* groups, const int32_t* pairs, int64_t n_pairs, int32_t divisor,
                                   const celadon_execution* execution, celadon_survey_estimates** out, celadon_error* error) {
  return estimates(design, execution, out, error, [&](const survey::Design& d, const ExecutionContext& c) {
    if (n_pairs < 0 || n_pairs > (int64_t{1} << 40)) refuse("n_pairs", "not a number of pairs");
    const auto numbers = span_of(pairs, 2 * n_pairs, "pairs");
    std::vector<survey::GroupPair> list;
    list.reserve(numbers.size() / 2);
    for (std::size_t i = 0; i < numbers.size(); i += 2) list.push_back({numbers[i], numbers[i + 1]});
    return survey::gaps(d, survey_variable(variable, "variable"), survey_groups(groups), list, survey_divisor(divisor), c);
  });
}

}  // extern "C"
