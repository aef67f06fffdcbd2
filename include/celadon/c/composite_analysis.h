/* Composite indicators: weights, units in pairs, how indicators go together, comparisons, uncertainty and sensitivity. Common arguments:
 * composite.h.
 */
#ifndef CELADON_C_COMPOSITE_ANALYSIS_H
#define CELADON_C_COMPOSITE_ANALYSIS_H

#include <celadon/c/composite.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- weights ------------------------------------------------------------------------------------------------------------------------ */
/* Weights that sum to 1, with what they were made from. */
typedef struct celadon_composite_weights_result celadon_composite_weights_result;
/* One row an indicator: indicator, weight, and criterion and se where there are any. */
CELADON_API celadon_status celadon_composite_weights_result_table(const celadon_composite_weights_result* result, celadon_table** out,
                                                                  celadon_error* error);
CELADON_API celadon_status celadon_composite_weights_result_findings(const celadon_composite_weights_result* result, int32_t language,
                                                                     celadon_table** out, celadon_error* error);
CELADON_API void celadon_composite_weights_result_destroy(celadon_composite_weights_result* result);
CELADON_API celadon_status celadon_composite_equal_weights(int64_t n_indicators, celadon_composite_weights_result** out,
                                                           celadon_error* error);
/* values: normalised. Errors: negative_value, too_few_units, constant_indicator. */
CELADON_API celadon_status celadon_composite_entropy_weights(const double* values, int64_t n_units, int64_t n_indicators,
                                                             celadon_composite_weights_result** out, celadon_error* error);
CELADON_API celadon_status celadon_composite_critic_weights(const double* values, int64_t n_units, int64_t n_indicators,
                                                            celadon_composite_weights_result** out, celadon_error* error);
CELADON_API celadon_status celadon_composite_deviation_weights(const double* values, int64_t n_units, int64_t n_indicators,
                                                               celadon_composite_weights_result** out, celadon_error* error);
/* squared: weights in proportion to squared loadings on the first component. */
CELADON_API celadon_status celadon_composite_component_weights(const double* values, int64_t n_units, int64_t n_indicators, int32_t squared,
                                                               celadon_composite_weights_result** out, celadon_error* error);
/* points: experts x indicators, each row sums to budget. Errors: budget_not_spent, negative_value, invalid_argument. */
CELADON_API celadon_status celadon_composite_budget_weights(const double* points, int64_t n_experts, int64_t n_indicators, double budget,
                                                            celadon_composite_weights_result** out, celadon_error* error);

/* ---- comparisons in pairs ------------------------------------------------------------------------------------------------------------ */
typedef struct celadon_composite_ahp_options {
  uint32_t struct_size;
  int32_t method; /* 0: eigenvector, 1: geometric mean of rows, 2: mean of scaled columns */
  double consistency_limit;
} celadon_composite_ahp_options;
CELADON_API void celadon_composite_ahp_options_init(celadon_composite_ahp_options* options, uint32_t struct_size);
typedef struct celadon_composite_ahp_values {
  uint32_t struct_size;
  int32_t worst_row; /* the judgement that fits least; -1 for n < 3 */
  int32_t worst_column;
  int32_t reserved;
  double lambda_max;
  double consistency_index;
  double random_index;
  double consistency_ratio;
} celadon_composite_ahp_values;
typedef struct celadon_composite_ahp_result celadon_composite_ahp_result;
CELADON_API celadon_status celadon_composite_ahp_result_values(const celadon_composite_ahp_result* result,
                                                               celadon_composite_ahp_values* out, celadon_error* error);
/* One row a compared thing: item, weight. */
CELADON_API celadon_status celadon_composite_ahp_result_table(const celadon_composite_ahp_result* result, celadon_table** out,
                                                              celadon_error* error);
CELADON_API celadon_status celadon_composite_ahp_result_findings(const celadon_composite_ahp_result* result, int32_t language,
                                                                 celadon_table** out, celadon_error* error);
CELADON_API void celadon_composite_ahp_result_destroy(celadon_composite_ahp_result* result);
/* judgements: n x n, positive and reciprocal. Errors: not_reciprocal, invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_composite_ahp(const double* judgements, int64_t n, const celadon_composite_ahp_options* options,
                                                 celadon_composite_ahp_result** out, celadon_error* error);
typedef struct celadon_composite_ahp_group_result celadon_composite_ahp_group_result;
/* judgements: n_judges matrices one after the other. mode 0: judgements joined, 1: geometric, 2: arithmetic mean of weights. importance:
 * one a judge, or NULL. */
CELADON_API celadon_status celadon_composite_ahp_group(const double* judgements, int64_t n_judges, int64_t n, int32_t mode,
                                                       const double* importance, const celadon_composite_ahp_options* options,
                                                       celadon_composite_ahp_group_result** out, celadon_error* error);
/* The group's result (member -1) or that of one judge, as a handle of its own. */
CELADON_API celadon_status celadon_composite_ahp_group_result_member(const celadon_composite_ahp_group_result* result, int64_t member,
                                                                     celadon_composite_ahp_result** out, celadon_error* error);
CELADON_API void celadon_composite_ahp_group_result_destroy(celadon_composite_ahp_group_result* result);

/* n_units x n_units: how much of the weight speaks for the row's unit against the column's. */
CELADON_API celadon_status celadon_composite_outranking(const double* values, int64_t n_units, int64_t n_indicators, const double* weights,
                                                        int64_t n_weights, double* out, int64_t capacity, celadon_error* error);
CELADON_API celadon_status celadon_composite_copeland(const double* values, int64_t n_units, int64_t n_indicators, const double* weights,
                                                      int64_t n_weights, double* out, int64_t capacity, celadon_error* error);
/* directions: 1 or -1 an indicator, or NULL. Errors: length_mismatch, invalid_argument, value_not_positive. */
CELADON_API celadon_status celadon_composite_weighted_product(const double* values, int64_t n_units, int64_t n_indicators,
                                                              const double* weights, int64_t n_weights, const int32_t* directions,
                                                              double* out, int64_t capacity, celadon_error* error);
typedef struct celadon_composite_topsis_result celadon_composite_topsis_result;
CELADON_API celadon_status celadon_composite_topsis(const double* values, int64_t n_units, int64_t n_indicators, const double* weights,
                                                    int64_t n_weights, const int32_t* directions, celadon_composite_topsis_result** out,
                                                    celadon_error* error);
/* One row a unit: unit, closeness, to_best, to_worst, rank. */
CELADON_API celadon_status celadon_composite_topsis_result_table(const celadon_composite_topsis_result* result, celadon_table** out,
                                                                 celadon_error* error);
CELADON_API void celadon_composite_topsis_result_destroy(celadon_composite_topsis_result* result);

/* ---- how indicators go together --------------------------------------------------------------------------------------------------------
 */
/* n_indicators x n_indicators; rule: CELADON_COMPOSITE_COMPLETE or _PAIRWISE. */
CELADON_API celadon_status celadon_composite_correlations(const double* values, int64_t n_units, int64_t n_indicators, int32_t rule,
                                                          double* out, int64_t capacity, celadon_error* error);
CELADON_API celadon_status celadon_composite_rank_correlations(const double* values, int64_t n_units, int64_t n_indicators, int32_t rule,
                                                               double* out, int64_t capacity, celadon_error* error);
CELADON_API celadon_status celadon_composite_covariances(const double* values, int64_t n_units, int64_t n_indicators, int32_t rule,
                                                         double* out, int64_t capacity, celadon_error* error);
typedef struct celadon_composite_group_alpha_values {
  uint32_t struct_size;
  int32_t reserved;
  double alpha;
  double alpha_standardized;
  int64_t n_units; /* with every value */
} celadon_composite_group_alpha_values;
CELADON_API celadon_status celadon_composite_group_alpha(const double* values, int64_t n_units, int64_t n_indicators, int32_t rule,
                                                         celadon_composite_group_alpha_values* out, celadon_error* error);
typedef struct celadon_composite_principal_components_result celadon_composite_principal_components_result;
CELADON_API celadon_status celadon_composite_principal_components(const double* values, int64_t n_units, int64_t n_indicators, int32_t rule,
                                                                  celadon_composite_principal_components_result** out,
                                                                  celadon_error* error);
/* One row a component: component, sd, explained_share, loading_1, loading_2, ... */
CELADON_API celadon_status celadon_composite_principal_components_result_table(const celadon_composite_principal_components_result* result,
                                                                               celadon_table** out, celadon_error* error);
CELADON_API void celadon_composite_principal_components_result_destroy(celadon_composite_principal_components_result* result);

/* ---- what changes when one thing changes
 * ------------------------------------------------------------------------------------------------- */
typedef struct celadon_composite_comparison_result celadon_composite_comparison_result;
typedef struct celadon_composite_comparison_values {
  uint32_t struct_size;
  int32_t reserved;
  double rank_correlation;
  double score_correlation;
  double mean_absolute_change; /* of ranks, as the next */
  double largest_absolute_change;
  int64_t n_unmatched;
} celadon_composite_comparison_values;
CELADON_API celadon_status celadon_composite_comparison_result_values(const celadon_composite_comparison_result* result,
                                                                      celadon_composite_comparison_values* out, celadon_error* error);
/* One row a unit: unit, score_a, score_b, rank_a, rank_b, rank_change. */
CELADON_API celadon_status celadon_composite_comparison_result_table(const celadon_composite_comparison_result* result, celadon_table** out,
                                                                     celadon_error* error);
CELADON_API void celadon_composite_comparison_result_destroy(celadon_composite_comparison_result* result);
/* Two indices of the same units, matched by id. Errors: too_few_units. */
CELADON_API celadon_status celadon_composite_compare(const celadon_composite_index_result* a, const celadon_composite_index_result* b,
                                                     celadon_composite_comparison_result** out, celadon_error* error);
/* Other values for some cells, one row, column and value each; everything is built again. */
CELADON_API celadon_status celadon_composite_what_if(const celadon_composite_measures* measures,
                                                     const celadon_composite_construction* construction, const int64_t* rows,
                                                     const int64_t* columns, const double* values, int64_t n_changes,
                                                     celadon_composite_comparison_result** out, celadon_error* error);
typedef struct celadon_composite_removals_result celadon_composite_removals_result;
/* Without each node of the level in turn. Errors: those of build; invalid_argument. */
CELADON_API celadon_status celadon_composite_remove_one_at_a_time(const celadon_composite_measures* measures,
                                                                  const celadon_composite_construction* construction, int32_t level,
                                                                  const celadon_execution* execution,
                                                                  celadon_composite_removals_result** out, celadon_error* error);
/* One row a node: node, mean and largest absolute change of ranks, rank_correlation. */
CELADON_API celadon_status celadon_composite_removals_result_table(const celadon_composite_removals_result* result, celadon_table** out,
                                                                   celadon_error* error);
CELADON_API celadon_status celadon_composite_removals_result_findings(const celadon_composite_removals_result* result, int32_t language,
                                                                      celadon_table** out, celadon_error* error);
CELADON_API void celadon_composite_removals_result_destroy(celadon_composite_removals_result* result);
typedef struct celadon_composite_influence_weights_result celadon_composite_influence_weights_result;
typedef struct celadon_composite_influence_options {
  uint32_t struct_size;
  int32_t max_iterations;
  const double* targets; /* wanted ratios, one a node of the level; NULL: equal */
  int64_t n_targets;
  double tolerance;
} celadon_composite_influence_options;
CELADON_API void celadon_composite_influence_options_init(celadon_composite_influence_options* options, uint32_t struct_size);
typedef struct celadon_composite_influence_values {
  uint32_t struct_size;
  int32_t converged;
  double deviation;
  int32_t iterations;
  int32_t reserved;
} celadon_composite_influence_values;
/* Weights of the nodes of the level so that their correlations with the index stand in the wanted ratios. */
CELADON_API celadon_status celadon_composite_equal_influence_weights(const celadon_composite_measures* measures,
                                                                     const celadon_composite_construction* construction, int32_t level,
                                                                     const celadon_composite_influence_options* options,
                                                                     celadon_composite_influence_weights_result** out,
                                                                     celadon_error* error);
CELADON_API celadon_status celadon_composite_influence_weights_result_values(const celadon_composite_influence_weights_result* result,
                                                                             celadon_composite_influence_values* out, celadon_error* error);
/* One row a node: node, weight, correlation, influence_share, target. */
CELADON_API celadon_status celadon_composite_influence_weights_result_table(const celadon_composite_influence_weights_result* result,
                                                                            celadon_table** out, celadon_error* error);
/* One weight a node of the tree, ready for celadon_composite_construction.weights. */
CELADON_API celadon_status celadon_composite_influence_weights_result_all(const celadon_composite_influence_weights_result* result,
                                                                          double* out, int64_t capacity, celadon_error* error);
CELADON_API celadon_status celadon_composite_influence_weights_result_findings(const celadon_composite_influence_weights_result* result,
                                                                               int32_t language, celadon_table** out, celadon_error* error);
CELADON_API void celadon_composite_influence_weights_result_destroy(celadon_composite_influence_weights_result* result);

/* ---- uncertainty -------------------------------------------------------------------------------------------------------------------- */
enum {
  CELADON_COMPOSITE_VARY_IMPUTATION = 0,
  CELADON_COMPOSITE_VARY_TREATMENT = 1,
  CELADON_COMPOSITE_VARY_NORMALISATION = 2,
  CELADON_COMPOSITE_VARY_WEIGHTS = 3,
  CELADON_COMPOSITE_VARY_WEIGHT_NOISE = 4,
  CELADON_COMPOSITE_VARY_AGGREGATION = 5,
  CELADON_COMPOSITE_VARY_INCLUSION = 6,
  CELADON_COMPOSITE_VARY_DATA_ERROR = 7
};
/* One uncertain choice; only the array that belongs to it is read. */
typedef struct celadon_composite_factor {
  uint32_t struct_size;
  int32_t choice;
  const char* name;
  int64_t n_alternatives; /* also the number of levels of noise */
  const int32_t* imputations;
  const celadon_composite_treat_options* treatments;
  const celadon_composite_normalise_options* normalisations;
  const double* weight_sets; /* n_alternatives x n_nodes */
  const double* noise;       /* shares in [0, 1) by level from 1 */
  const celadon_composite_aggregate_options* aggregations;
  const char* const* excluded; /* codes of nodes; "" leaves out none */
} celadon_composite_factor;
CELADON_API void celadon_composite_factor_init(celadon_composite_factor* factor, uint32_t struct_size);
typedef struct celadon_composite_uncertainty_options {
  uint32_t struct_size;
  int32_t keep_runs;
  int64_t n_runs;
  uint64_t seed;
  double confidence;
  /* Of celadon_composite_sensitivity alone. */
  int32_t output; /* 0: mean absolute shift of ranks, 1: score of a unit, 2: rank of a unit */
  int32_t reserved;
  int64_t unit;
  int64_t n_bootstrap;
} celadon_composite_uncertainty_options;
CELADON_API void celadon_composite_uncertainty_options_init(celadon_composite_uncertainty_options* options, uint32_t struct_size);
typedef struct celadon_composite_uncertainty_values {
  uint32_t struct_size;
  int32_t reserved;
  int64_t n_units;
  int64_t n_runs;
  int64_t n_failed;
  double mean_rank_shift;
  double confidence;
} celadon_composite_uncertainty_values;
typedef struct celadon_composite_uncertainty_result celadon_composite_uncertainty_result;
/* factors: n structs, the first one's struct_size says how far they lie apart. Errors: those of build; invalid_argument, length_mismatch,
 * unknown_node, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_composite_uncertainty(const celadon_composite_measures* measures,
                                                         const celadon_composite_construction* construction,
                                                         const celadon_composite_factor* factors, int64_t n_factors,
                                                         const celadon_composite_uncertainty_options* options,
                                                         const celadon_execution* execution, celadon_composite_uncertainty_result** out,
                                                         celadon_error* error);
CELADON_API celadon_status celadon_composite_uncertainty_result_values(const celadon_composite_uncertainty_result* result,
                                                                       celadon_composite_uncertainty_values* out, celadon_error* error);
/* One row a unit: unit, score and rank with their means and quantiles over the runs. */
CELADON_API celadon_status celadon_composite_uncertainty_result_table(const celadon_composite_uncertainty_result* result,
                                                                      celadon_table** out, celadon_error* error);
/* With keep_runs: what 0: scores, 1: ranks, n_runs x n_units. */
CELADON_API celadon_status celadon_composite_uncertainty_result_runs(const celadon_composite_uncertainty_result* result, int32_t what,
                                                                     double* out, int64_t capacity, celadon_error* error);
CELADON_API celadon_status celadon_composite_uncertainty_result_findings(const celadon_composite_uncertainty_result* result,
                                                                         int32_t language, celadon_table** out, celadon_error* error);
CELADON_API void celadon_composite_uncertainty_result_destroy(celadon_composite_uncertainty_result* result);
typedef struct celadon_composite_sensitivity_result celadon_composite_sensitivity_result;
/* n_runs x (factors + 2) runs. */
CELADON_API celadon_status celadon_composite_sensitivity(const celadon_composite_measures* measures,
                                                         const celadon_composite_construction* construction,
                                                         const celadon_composite_factor* factors, int64_t n_factors,
                                                         const celadon_composite_uncertainty_options* options,
                                                         const celadon_execution* execution, celadon_composite_sensitivity_result** out,
                                                         celadon_error* error);
/* One row a factor: factor, first_order and total with their intervals, n_used. */
CELADON_API celadon_status celadon_composite_sensitivity_result_table(const celadon_composite_sensitivity_result* result,
                                                                      celadon_table** out, celadon_error* error);
/* Variance of the output over the runs. */
CELADON_API celadon_status celadon_composite_sensitivity_result_variance(const celadon_composite_sensitivity_result* result, double* out,
                                                                         celadon_error* error);
/* The uncertainty over the 2 n_runs independent runs, as a handle of its own. */
CELADON_API celadon_status celadon_composite_sensitivity_result_uncertainty(const celadon_composite_sensitivity_result* result,
                                                                            celadon_composite_uncertainty_result** out,
                                                                            celadon_error* error);
CELADON_API void celadon_composite_sensitivity_result_destroy(celadon_composite_sensitivity_result* result);
/* The estimators alone: y_a and y_b of n runs, y_ab n_factors x n. One row a factor, named "1", "2", ... */
CELADON_API celadon_status celadon_composite_sensitivity_indices(const double* y_a, const double* y_b, const double* y_ab, int64_t n,
                                                                 int64_t n_factors, int64_t n_bootstrap, uint64_t seed, double confidence,
                                                                 celadon_table** out, celadon_error* error);

#ifdef __cplusplus
}
#endif

#endif
