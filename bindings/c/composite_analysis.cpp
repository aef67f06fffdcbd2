#include "composite_common.hpp"

#include <celadon/models/composite/ahp.hpp>
#include <celadon/models/composite/compare.hpp>
#include <celadon/models/composite/multivariate.hpp>
#include <celadon/models/composite/uncertainty.hpp>
#include <celadon/models/composite/weights.hpp>

using namespace celadon_c;

struct celadon_composite_weights_result {
  composite::Weights value;
};
struct celadon_composite_ahp_result {
  composite::AhpResult value;
};
struct celadon_composite_ahp_group_result {
  composite::AhpGroupResult value;
};
struct celadon_composite_topsis_result {
  composite::Topsis value;
};
struct celadon_composite_principal_components_result {
  composite::PrincipalComponents value;
};
struct celadon_composite_comparison_result {
  composite::Comparison value;
};
struct celadon_composite_removals_result {
  composite::Removals value;
};
struct celadon_composite_influence_weights_result {
  composite::InfluenceWeights value;
};
struct celadon_composite_uncertainty_result {
  composite::Uncertainty value;
};
struct celadon_composite_sensitivity_result {
  composite::Sensitivity value;
};

namespace {

celadon_composite_ahp_options default_ahp() {
  const composite::AhpOptions library;
  celadon_composite_ahp_options out{};
  out.struct_size = sizeof out;
  out.method = static_cast<std::int32_t>(library.method);
  out.consistency_limit = library.consistency_limit;
  return out;
}
composite::AhpOptions ahp_of(const celadon_composite_ahp_options* given) {
  const auto known = sized(given, default_ahp(), "options");
  return {enumerator<composite::AhpMethod>(known.method, 3, "method"), known.consistency_limit};
}

celadon_composite_influence_options default_influence() {
  const composite::InfluenceOptions library;
  celadon_composite_influence_options out{};
  out.struct_size = sizeof out;
  out.max_iterations = library.max_iterations;
  out.tolerance = library.tolerance;
  return out;
}

celadon_composite_uncertainty_options default_uncertainty() {
  const composite::SensitivityOptions library;
  celadon_composite_uncertainty_options out{};
  out.struct_size = sizeof out;
  out.keep_runs = library.keep_runs ? 1 : 0;
  out.n_runs = library.n_runs;
  out.seed = library.seed;
  out.confidence = library.confidence;
  out.output = static_cast<std::int32_t>(library.output);
  out.unit = library.unit;
  out.n_bootstrap = library.n_bootstrap;
  return out;
}
composite::SensitivityOptions uncertainty_of(const celadon_composite_uncertainty_options* given) {
  const auto known = sized(given, default_uncertainty(), "options");
  composite::SensitivityOptions out;
  out.n_runs = known.n_runs;
  out.seed = known.seed;
  out.confidence = known.confidence;
  out.keep_runs = known.keep_runs != 0;
  out.output = enumerator<composite::Output>(known.output, 3, "output");
  out.unit = known.unit;
  out.n_bootstrap = known.n_bootstrap;
  return out;
}

celadon_composite_factor default_factor() {
  celadon_composite_factor out{};
  out.struct_size = sizeof out;
  out.choice = CELADON_COMPOSITE_VARY_WEIGHT_NOISE;
  return out;
}

composite::Factor factor_of(const celadon_composite_factor& known, std::int64_t n_nodes) {
  composite::Factor out;
  out.name = text_or_empty(known.name);
  out.choice = enumerator<composite::Choice>(known.choice, 8, "choice");
  const std::int64_t n = known.n_alternatives;
  switch (out.choice) {
    case composite::Choice::kImputation:
      out.imputations.reserve(static_cast<std::size_t>(std::max<std::int64_t>(n, 0)));
      for (const std::int32_t one : span_of(known.imputations, n, "imputations"))
        out.imputations.push_back(enumerator<composite::Imputation>(one, 5, "imputations"));
      break;
    case composite::Choice::kTreatment:
      out.treatments =
          each<composite::TreatOptions>(&need(known.treatments, "treatments"), n, default_treatment(), "treatments", treatment_of);
      break;
    case composite::Choice::kNormalisation:
      out.normalisations = each<composite::NormaliseOptions>(&need(known.normalisations, "normalisations"), n, default_normalisation(),
                                                             "normalisations", normalisation_of);
      break;
    case composite::Choice::kWeights: {
      const auto sets = matrix_of(known.weight_sets, n, n_nodes, "weight_sets");
      out.weight_sets.reserve(static_cast<std::size_t>(n));
      for (std::int64_t i = 0; i < n; ++i) {
        const auto first = sets.values.begin() + i * n_nodes;
        out.weight_sets.emplace_back(first, first + n_nodes);
      }
      break;
    }
    case composite::Choice::kWeightNoise:
      out.noise = copied(known.noise, n, "noise");
      break;
    case composite::Choice::kAggregation:
      out.aggregations = each<composite::AggregateOptions>(&need(known.aggregations, "aggregations"), n, default_aggregation(),
                                                           "aggregations", aggregation_of);
      break;
    case composite::Choice::kInclusion:
      out.excluded = texts(known.excluded, n, "excluded");
      break;
    case composite::Choice::kDataError:
      break;
  }
  return out;
}

std::vector<composite::Factor> factors_of(const celadon_composite_factor* factors, std::int64_t n, const composite::Tree& tree) {
  if (n == 0) return {};
  return each<composite::Factor>(&need(factors, "factors"), n, default_factor(), "factors",
                                 [&](const celadon_composite_factor& known) { return factor_of(known, tree.n_nodes()); });
}

std::span<const int> directions_of(const std::int32_t* directions, std::int64_t n) {
  return directions == nullptr ? std::span<const int>() : span_of(directions, n, "directions");
}

composite::PairRule rule_of(std::int32_t rule) {
  return enumerator<composite::PairRule>(rule, 2, "rule");
}

}  // namespace

extern "C" {

void celadon_composite_ahp_options_init(celadon_composite_ahp_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_ahp());
}
void celadon_composite_influence_options_init(celadon_composite_influence_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_influence());
}
void celadon_composite_factor_init(celadon_composite_factor* factor, uint32_t struct_size) {
  initialise(factor, struct_size, default_factor());
}
void celadon_composite_uncertainty_options_init(celadon_composite_uncertainty_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_uncertainty());
}

CELADON_C_TABLE(celadon_composite_weights_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_composite_weights_result)
CELADON_C_DESTROY(celadon_composite_weights_result)
celadon_status celadon_composite_equal_weights(int64_t n_indicators, celadon_composite_weights_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(composite::equal_weights(n_indicators)); });
}
celadon_status celadon_composite_entropy_weights(const double* values, int64_t n_units, int64_t n_indicators,
                                                 celadon_composite_weights_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(composite::entropy_weights(matrix_of(values, n_units, n_indicators, "values"))); });
}
celadon_status celadon_composite_critic_weights(const double* values, int64_t n_units, int64_t n_indicators,
                                                celadon_composite_weights_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(composite::critic_weights(matrix_of(values, n_units, n_indicators, "values"))); });
}
celadon_status celadon_composite_deviation_weights(const double* values, int64_t n_units, int64_t n_indicators,
                                                   celadon_composite_weights_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(composite::deviation_weights(matrix_of(values, n_units, n_indicators, "values"))); });
}
celadon_status celadon_composite_component_weights(const double* values, int64_t n_units, int64_t n_indicators, int32_t squared,
                                                   celadon_composite_weights_result** out, celadon_error* error) {
  return produce(out, error,
                 [&] { return unwrap(composite::component_weights(matrix_of(values, n_units, n_indicators, "values"), squared != 0)); });
}
celadon_status celadon_composite_budget_weights(const double* points, int64_t n_experts, int64_t n_indicators, double budget,
                                                celadon_composite_weights_result** out, celadon_error* error) {
  return produce(out, error,
                 [&] { return unwrap(composite::budget_weights(matrix_of(points, n_experts, n_indicators, "points"), budget)); });
}

celadon_status celadon_composite_ahp_result_values(const celadon_composite_ahp_result* result, celadon_composite_ahp_values* out,
                                                   celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_composite_ahp_values values{};
    values.worst_row = r.worst_row;
    values.worst_column = r.worst_column;
    values.lambda_max = r.lambda_max;
    values.consistency_index = r.consistency_index;
    values.random_index = r.random_index;
    values.consistency_ratio = r.consistency_ratio;
    hand_out(out, values, "out");
  });
}
CELADON_C_TABLE(celadon_composite_ahp_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_composite_ahp_result)
CELADON_C_DESTROY(celadon_composite_ahp_result)
celadon_status celadon_composite_ahp(const double* judgements, int64_t n, const celadon_composite_ahp_options* options,
                                     celadon_composite_ahp_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(composite::ahp(matrix_of(judgements, n, n, "judgements"), ahp_of(options))); });
}
celadon_status celadon_composite_ahp_group(const double* judgements, int64_t n_judges, int64_t n, int32_t mode, const double* importance,
                                           const celadon_composite_ahp_options* options, celadon_composite_ahp_group_result** out,
                                           celadon_error* error) {
  return produce(out, error, [&] {
    const auto rows = matrix_of(judgements, n_judges, n < 0 || n > 1000000 ? -1 : n * n, "judgements");
    std::vector<composite::Matrix> each_judge;
    each_judge.reserve(static_cast<std::size_t>(n_judges));
    for (std::int64_t i = 0; i < n_judges; ++i) each_judge.push_back(matrix_of(rows.values.data() + i * n * n, n, n, "judgements"));
    const auto weights = importance == nullptr ? std::span<const double>() : span_of(importance, n_judges, "importance");
    return unwrap(composite::ahp_group(each_judge, enumerator<composite::AhpGroup>(mode, 3, "mode"), weights, ahp_of(options)));
  });
}
celadon_status celadon_composite_ahp_group_result_member(const celadon_composite_ahp_group_result* result, int64_t member,
                                                         celadon_composite_ahp_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& r = need(result, "result").value;
    if (member < -1 || member >= static_cast<int64_t>(r.members.size())) refuse("member", "no such judge: " + std::to_string(member));
    return member < 0 ? r.group : r.members[static_cast<std::size_t>(member)];
  });
}
CELADON_C_DESTROY(celadon_composite_ahp_group_result)

celadon_status celadon_composite_outranking(const double* values, int64_t n_units, int64_t n_indicators, const double* weights,
                                            int64_t n_weights, double* out, int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto part =
        unwrap(composite::outranking(matrix_of(values, n_units, n_indicators, "values"), span_of(weights, n_weights, "weights")));
    fill(part.values, out, capacity);
  });
}
celadon_status celadon_composite_copeland(const double* values, int64_t n_units, int64_t n_indicators, const double* weights,
                                          int64_t n_weights, double* out, int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    fill(unwrap(composite::copeland(matrix_of(values, n_units, n_indicators, "values"), span_of(weights, n_weights, "weights"))), out,
         capacity);
  });
}
celadon_status celadon_composite_weighted_product(const double* values, int64_t n_units, int64_t n_indicators, const double* weights,
                                                  int64_t n_weights, const int32_t* directions, double* out, int64_t capacity,
                                                  celadon_error* error) {
  return guard(error, [&] {
    fill(unwrap(composite::weighted_product(matrix_of(values, n_units, n_indicators, "values"), span_of(weights, n_weights, "weights"),
                                            directions_of(directions, n_indicators))),
         out, capacity);
  });
}
celadon_status celadon_composite_topsis(const double* values, int64_t n_units, int64_t n_indicators, const double* weights,
                                        int64_t n_weights, const int32_t* directions, celadon_composite_topsis_result** out,
                                        celadon_error* error) {
  return produce(out, error, [&] {
    return unwrap(composite::topsis(matrix_of(values, n_units, n_indicators, "values"), span_of(weights, n_weights, "weights"),
                                    directions_of(directions, n_indicators)));
  });
}
CELADON_C_TABLE(celadon_composite_topsis_result, table, result.to_table())
CELADON_C_DESTROY(celadon_composite_topsis_result)

celadon_status celadon_composite_correlations(const double* values, int64_t n_units, int64_t n_indicators, int32_t rule, double* out,
                                              int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    fill(composite::correlations(matrix_of(values, n_units, n_indicators, "values"), rule_of(rule)).values, out, capacity);
  });
}
celadon_status celadon_composite_rank_correlations(const double* values, int64_t n_units, int64_t n_indicators, int32_t rule, double* out,
                                                   int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    fill(composite::rank_correlations(matrix_of(values, n_units, n_indicators, "values"), rule_of(rule)).values, out, capacity);
  });
}
celadon_status celadon_composite_covariances(const double* values, int64_t n_units, int64_t n_indicators, int32_t rule, double* out,
                                             int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    fill(composite::covariances(matrix_of(values, n_units, n_indicators, "values"), rule_of(rule)).values, out, capacity);
  });
}
celadon_status celadon_composite_group_alpha(const double* values, int64_t n_units, int64_t n_indicators, int32_t rule,
                                             celadon_composite_group_alpha_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto alpha = unwrap(composite::group_alpha(matrix_of(values, n_units, n_indicators, "values"), rule_of(rule)));
    celadon_composite_group_alpha_values given{};
    given.alpha = alpha.alpha;
    given.alpha_standardized = alpha.alpha_standardized;
    given.n_units = alpha.n_units;
    hand_out(out, given, "out");
  });
}
celadon_status celadon_composite_principal_components(const double* values, int64_t n_units, int64_t n_indicators, int32_t rule,
                                                      celadon_composite_principal_components_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    return unwrap(composite::principal_components(matrix_of(values, n_units, n_indicators, "values"), rule_of(rule)));
  });
}
CELADON_C_TABLE(celadon_composite_principal_components_result, table, result.to_table())
CELADON_C_DESTROY(celadon_composite_principal_components_result)

celadon_status celadon_composite_comparison_result_values(const celadon_composite_comparison_result* result,
                                                          celadon_composite_comparison_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_composite_comparison_values values{};
    values.rank_correlation = r.rank_correlation;
    values.score_correlation = r.score_correlation;
    values.mean_absolute_change = r.mean_absolute_change;
    values.largest_absolute_change = r.largest_absolute_change;
    values.n_unmatched = r.n_unmatched;
    hand_out(out, values, "out");
  });
}
CELADON_C_TABLE(celadon_composite_comparison_result, table, result.to_table())
CELADON_C_DESTROY(celadon_composite_comparison_result)
celadon_status celadon_composite_compare(const celadon_composite_index_result* a, const celadon_composite_index_result* b,
                                         celadon_composite_comparison_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(composite::compare(need(a, "a").value, need(b, "b").value)); });
}
celadon_status celadon_composite_what_if(const celadon_composite_measures* measures, const celadon_composite_construction* construction,
                                         const int64_t* rows, const int64_t* columns, const double* values, int64_t n_changes,
                                         celadon_composite_comparison_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto row = span_of(rows, n_changes, "rows");
    const auto column = span_of(columns, n_changes, "columns");
    const auto value = span_of(values, n_changes, "values");
    std::vector<composite::Change> changes;
    changes.reserve(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) changes.push_back({row[i], column[i], value[i]});
    return unwrap(composite::what_if(need(measures, "measures").value, construction_of(construction), changes));
  });
}
celadon_status celadon_composite_remove_one_at_a_time(const celadon_composite_measures* measures,
                                                      const celadon_composite_construction* construction, int32_t level,
                                                      const celadon_execution* execution, celadon_composite_removals_result** out,
                                                      celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(composite::remove_one_at_a_time(need(measures, "measures").value, construction_of(construction), level, run.context()));
  });
}
CELADON_C_TABLE(celadon_composite_removals_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_composite_removals_result)
CELADON_C_DESTROY(celadon_composite_removals_result)

celadon_status celadon_composite_equal_influence_weights(const celadon_composite_measures* measures,
                                                         const celadon_composite_construction* construction, int32_t level,
                                                         const celadon_composite_influence_options* options,
                                                         celadon_composite_influence_weights_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = sized(options, default_influence(), "options");
    const composite::InfluenceOptions wanted{copied(known.targets, known.n_targets, "targets"), known.tolerance, known.max_iterations};
    return unwrap(composite::equal_influence_weights(need(measures, "measures").value, construction_of(construction), level, wanted));
  });
}
celadon_status celadon_composite_influence_weights_result_values(const celadon_composite_influence_weights_result* result,
                                                                 celadon_composite_influence_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_composite_influence_values values{};
    values.converged = r.converged ? 1 : 0;
    values.deviation = r.deviation;
    values.iterations = r.iterations;
    hand_out(out, values, "out");
  });
}
CELADON_C_TABLE(celadon_composite_influence_weights_result, table, result.to_table())
celadon_status celadon_composite_influence_weights_result_all(const celadon_composite_influence_weights_result* result, double* out,
                                                              int64_t capacity, celadon_error* error) {
  return guard(error, [&] { fill(need(result, "result").value.all_weights, out, capacity); });
}
CELADON_C_FINDINGS(celadon_composite_influence_weights_result)
CELADON_C_DESTROY(celadon_composite_influence_weights_result)

celadon_status celadon_composite_uncertainty(const celadon_composite_measures* measures, const celadon_composite_construction* construction,
                                             const celadon_composite_factor* factors, int64_t n_factors,
                                             const celadon_composite_uncertainty_options* options, const celadon_execution* execution,
                                             celadon_composite_uncertainty_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    const auto& m = need(measures, "measures").value;
    return unwrap(composite::uncertainty(m, construction_of(construction), factors_of(factors, n_factors, m.tree), uncertainty_of(options),
                                         run.context()));
  });
}
celadon_status celadon_composite_uncertainty_result_values(const celadon_composite_uncertainty_result* result,
                                                           celadon_composite_uncertainty_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_composite_uncertainty_values values{};
    values.n_units = static_cast<int64_t>(r.units.size());
    values.n_runs = r.n_runs;
    values.n_failed = r.n_failed;
    values.mean_rank_shift = r.mean_rank_shift;
    values.confidence = r.confidence;
    hand_out(out, values, "out");
  });
}
CELADON_C_TABLE(celadon_composite_uncertainty_result, table, result.to_table())
celadon_status celadon_composite_uncertainty_result_runs(const celadon_composite_uncertainty_result* result, int32_t what, double* out,
                                                         int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    if (what < 0 || what > 1) refuse("what", "no such choice: " + std::to_string(what));
    const auto& kept = what == 0 ? r.run_scores : r.run_ranks;
    if (kept.empty()) refuse("result", "made without keep_runs");
    fill(kept.values, out, capacity);
  });
}
CELADON_C_FINDINGS(celadon_composite_uncertainty_result)
CELADON_C_DESTROY(celadon_composite_uncertainty_result)

celadon_status celadon_composite_sensitivity(const celadon_composite_measures* measures, const celadon_composite_construction* construction,
                                             const celadon_composite_factor* factors, int64_t n_factors,
                                             const celadon_composite_uncertainty_options* options, const celadon_execution* execution,
                                             celadon_composite_sensitivity_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    const auto& m = need(measures, "measures").value;
    return unwrap(composite::sensitivity(m, construction_of(construction), factors_of(factors, n_factors, m.tree), uncertainty_of(options),
                                         run.context()));
  });
}
CELADON_C_TABLE(celadon_composite_sensitivity_result, table, result.to_table())
celadon_status celadon_composite_sensitivity_result_variance(const celadon_composite_sensitivity_result* result, double* out,
                                                             celadon_error* error) {
  return guard(error, [&] { need(out, "out") = need(result, "result").value.variance; });
}
celadon_status celadon_composite_sensitivity_result_uncertainty(const celadon_composite_sensitivity_result* result,
                                                                celadon_composite_uncertainty_result** out, celadon_error* error) {
  return produce(out, error, [&] { return need(result, "result").value.uncertainty; });
}
CELADON_C_DESTROY(celadon_composite_sensitivity_result)
celadon_status celadon_composite_sensitivity_indices(const double* y_a, const double* y_b, const double* y_ab, int64_t n, int64_t n_factors,
                                                     int64_t n_bootstrap, uint64_t seed, double confidence, celadon_table** out,
                                                     celadon_error* error) {
  return produce(out, error, [&] {
    composite::Sensitivity result;
    result.factors = unwrap(composite::sensitivity_indices(span_of(y_a, n, "y_a"), span_of(y_b, n, "y_b"),
                                                           matrix_of(y_ab, n_factors, n, "y_ab"), n_bootstrap, seed, confidence));
    for (std::size_t j = 0; j < result.factors.size(); ++j) result.factors[j].name = std::to_string(j + 1);
    return result.to_table();
  });
}

}  // extern "C"
