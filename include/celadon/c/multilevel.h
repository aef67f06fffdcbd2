/* Mixed models: pupils in classes in schools; the effect of a pilot against comparable schools. Rules: celadon.h.
 *
 * Data come as a table of a data set, one row a pupil. Formulas are written as in R: score ~ prior + sex + (prior | school); a row with a
 * null in any of the formula's columns is left out and counted.
 */
#ifndef CELADON_C_MULTILEVEL_H
#define CELADON_C_MULTILEVEL_H

#include <celadon/c/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- linear models ----------------------------------------------------------------------------------------------------------------- */

enum { CELADON_MULTILEVEL_REML = 0, CELADON_MULTILEVEL_ML = 1 };
typedef struct celadon_multilevel_fit_options {
  uint32_t struct_size;
  int32_t criterion;                    /* CELADON_MULTILEVEL_REML by default */
  const char* weights;                  /* column of precision weights (residual variance sigma^2 / weight), or NULL */
  const char* const* reference_columns; /* n_reference columns whose categories are compared with reference_levels; may be NULL */
  const char* const* reference_levels;
  int64_t n_reference;
  double confidence;           /* of Wald intervals, 0.95 */
  int32_t group_effects;       /* 1: the groups' effects are computed */
  int32_t component_intervals; /* 1 */
  int32_t max_evaluations;
  int32_t reserved;
} celadon_multilevel_fit_options;
CELADON_API void celadon_multilevel_fit_options_init(celadon_multilevel_fit_options* options, uint32_t struct_size);

/* A fitted model. */
typedef struct celadon_multilevel_fit_result celadon_multilevel_fit_result;
typedef struct celadon_multilevel_fit_values {
  uint32_t struct_size;
  int32_t converged; /* 0 or 1; look at it */
  int32_t singular;  /* 1: a variance at its boundary */
  int32_t n_parameters;
  double log_likelihood; /* of the criterion */
  double deviance;
  double aic;
  double bic;
  double sigma; /* residual standard deviation */
  double gradient;
  int64_t n_used;
  int64_t n_left_out;
  int32_t evaluations;
  int32_t reserved;
} celadon_multilevel_fit_values;
/* table: name of a table of the data set. Errors: missing_table, formula_syntax, unknown_variable, not_numeric, unsupported_type,
   not_finite, no_random_term, too_few_groups, too_few_rows, too_many_effects, constant_outcome, invalid_argument, cancelled.
   Cost: one pass over the rows, then matrices a group. @since 0.1 */
CELADON_API celadon_status celadon_multilevel_fit(const celadon_dataset* data, const char* table, const char* formula,
                                                  const celadon_multilevel_fit_options* options, const celadon_execution* execution,
                                                  celadon_multilevel_fit_result** out, celadon_error* error);
CELADON_API celadon_status celadon_multilevel_fit_result_values(const celadon_multilevel_fit_result* result,
                                                                celadon_multilevel_fit_values* out, celadon_error* error);
/* term, estimate, se, z, lower, upper. */
CELADON_API celadon_status celadon_multilevel_fit_result_fixed_table(const celadon_multilevel_fit_result* result, celadon_table** out,
                                                                     celadon_error* error);
/* group, first, second, variance, sd_or_correlation, lower, upper. */
CELADON_API celadon_status celadon_multilevel_fit_result_components_table(const celadon_multilevel_fit_result* result, celadon_table** out,
                                                                          celadon_error* error);
/* group, level, term, estimate, conditional_sd, comparative_se, n_rows. */
CELADON_API celadon_status celadon_multilevel_fit_result_groups_table(const celadon_multilevel_fit_result* result, celadon_table** out,
                                                                      celadon_error* error);
/* group, icc, lower, upper. */
CELADON_API celadon_status celadon_multilevel_fit_result_icc_table(const celadon_multilevel_fit_result* result, celadon_table** out,
                                                                   celadon_error* error);
CELADON_API celadon_status celadon_multilevel_fit_result_findings(const celadon_multilevel_fit_result* result, int32_t language,
                                                                  celadon_table** out, celadon_error* error);
CELADON_API void celadon_multilevel_fit_result_destroy(celadon_multilevel_fit_result* result);

/* ---- tests and profiles ------------------------------------------------------------------------------------------------------------ */

enum { CELADON_MULTILEVEL_CHI_SQUARED = 0, CELADON_MULTILEVEL_BOUNDARY_MIXTURE = 1, CELADON_MULTILEVEL_CONSERVATIVE = 2 };
typedef struct celadon_multilevel_likelihood_ratio_values {
  uint32_t struct_size;
  int32_t df;
  double statistic;
  double p;             /* half of each of two tails where one variance was added */
  double p_chi_squared; /* by plain chi-squared */
  double aic_difference;
  double bic_difference;
  int32_t reference; /* CELADON_MULTILEVEL_CHI_SQUARED ... */
  int32_t reserved;
} celadon_multilevel_likelihood_ratio_values;
/* Two fits to the same rows, the first part of the second. Errors: not_comparable. @since 0.1 */
CELADON_API celadon_status celadon_multilevel_likelihood_ratio(const celadon_multilevel_fit_result* smaller,
                                                               const celadon_multilevel_fit_result* larger,
                                                               celadon_multilevel_likelihood_ratio_values* out, celadon_error* error);

typedef struct celadon_multilevel_profile_options {
  uint32_t struct_size;
  int32_t coefficients; /* 1 */
  int32_t components;   /* 1 */
  int32_t max_evaluations;
  double confidence; /* 0.95 */
} celadon_multilevel_profile_options;
CELADON_API void celadon_multilevel_profile_options_init(celadon_multilevel_profile_options* options, uint32_t struct_size);
/* Profile-likelihood intervals: kind, group, first, second, estimate, lower, upper. findings (may be NULL) receives a table of findings in
   the language. Errors: invalid_argument, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_multilevel_profile(const celadon_multilevel_fit_result* fit,
                                                      const celadon_multilevel_profile_options* options, const celadon_execution* execution,
                                                      int32_t language, celadon_table** out, celadon_table** findings,
                                                      celadon_error* error);

/* ---- logistic models --------------------------------------------------------------------------------------------------------------- */

typedef struct celadon_multilevel_logistic_options {
  uint32_t struct_size;
  int32_t n_quadrature; /* 1: Laplace's method; above, with a single random column */
  const char* const* reference_columns;
  const char* const* reference_levels;
  int64_t n_reference;
  double confidence;
  int32_t group_effects;
  int32_t max_evaluations;
} celadon_multilevel_logistic_options;
CELADON_API void celadon_multilevel_logistic_options_init(celadon_multilevel_logistic_options* options, uint32_t struct_size);

typedef struct celadon_multilevel_logistic_result celadon_multilevel_logistic_result;
/* Values as of a linear model; sigma is NaN. Errors: as above, and not_binary, separated. @since 0.1 */
CELADON_API celadon_status celadon_multilevel_fit_logistic(const celadon_dataset* data, const char* table, const char* formula,
                                                           const celadon_multilevel_logistic_options* options,
                                                           const celadon_execution* execution, celadon_multilevel_logistic_result** out,
                                                           celadon_error* error);
CELADON_API celadon_status celadon_multilevel_logistic_result_values(const celadon_multilevel_logistic_result* result,
                                                                     celadon_multilevel_fit_values* out, celadon_error* error);
/* term, estimate, se, z, lower, upper, odds_ratio, odds_ratio_lower, odds_ratio_upper. */
CELADON_API celadon_status celadon_multilevel_logistic_result_fixed_table(const celadon_multilevel_logistic_result* result,
                                                                          celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_multilevel_logistic_result_components_table(const celadon_multilevel_logistic_result* result,
                                                                               celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_multilevel_logistic_result_groups_table(const celadon_multilevel_logistic_result* result,
                                                                           celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_multilevel_logistic_result_icc_table(const celadon_multilevel_logistic_result* result,
                                                                        celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_multilevel_logistic_result_findings(const celadon_multilevel_logistic_result* result, int32_t language,
                                                                       celadon_table** out, celadon_error* error);
CELADON_API void celadon_multilevel_logistic_result_destroy(celadon_multilevel_logistic_result* result);

/* ---- pilots ------------------------------------------------------------------------------------------------------------------------ */

/* Columns by name; treated is 0 or 1, the same in all rows of a school; rows with time >= start are after. */
typedef struct celadon_multilevel_pilot_options {
  uint32_t struct_size;
  int32_t n_permutations; /* 9999; 0: no permutation test */
  const char* outcome;
  const char* school;
  const char* time;
  const char* treated;
  double start;
  double confidence;      /* 0.95 */
  int32_t needed_treated; /* 5 schools; below, the result is descriptive */
  int32_t needed_control; /* 10 */
  uint64_t seed;
} celadon_multilevel_pilot_options;
CELADON_API void celadon_multilevel_pilot_options_init(celadon_multilevel_pilot_options* options, uint32_t struct_size);

typedef struct celadon_multilevel_pilot_result celadon_multilevel_pilot_result;
typedef struct celadon_multilevel_pilot_values {
  uint32_t struct_size;
  int32_t descriptive; /* 1: too few schools for an interval */
  int64_t n_treated;
  int64_t n_control;
  int64_t n_schools_left_out;
  int64_t n_rows_left_out;
} celadon_multilevel_pilot_values;
/* Each school's change, treated less control. Errors: missing_table, unknown_variable, not_numeric, unsupported_type, not_binary,
   mixed_treatment, too_few_groups, invalid_argument, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_multilevel_difference_in_differences(const celadon_dataset* data, const char* table,
                                                                        const celadon_multilevel_pilot_options* options,
                                                                        const celadon_execution* execution,
                                                                        celadon_multilevel_pilot_result** out, celadon_error* error);
/* A line before and a line after in each school: change of level at the start, change of slope. @since 0.1 */
CELADON_API celadon_status celadon_multilevel_interrupted_series(const celadon_dataset* data, const char* table,
                                                                 const celadon_multilevel_pilot_options* options,
                                                                 const celadon_execution* execution, celadon_multilevel_pilot_result** out,
                                                                 celadon_error* error);
CELADON_API celadon_status celadon_multilevel_pilot_result_values(const celadon_multilevel_pilot_result* result,
                                                                  celadon_multilevel_pilot_values* out, celadon_error* error);
/* effect, estimate, se, df, lower, upper, p, p_permutation, mean_treated, mean_control. */
CELADON_API celadon_status celadon_multilevel_pilot_result_effects_table(const celadon_multilevel_pilot_result* result, celadon_table** out,
                                                                         celadon_error* error);
/* school, treated, n_before, n_after, and a column a effect. */
CELADON_API celadon_status celadon_multilevel_pilot_result_schools_table(const celadon_multilevel_pilot_result* result, celadon_table** out,
                                                                         celadon_error* error);
CELADON_API celadon_status celadon_multilevel_pilot_result_findings(const celadon_multilevel_pilot_result* result, int32_t language,
                                                                    celadon_table** out, celadon_error* error);
CELADON_API void celadon_multilevel_pilot_result_destroy(celadon_multilevel_pilot_result* result);

#ifdef __cplusplus
}
#endif
#endif
