/* Statistics of samples: weights, strata and clusters or replicate weights, plausible values. Rules: celadon.h.
 *
 * Common arguments. A variable has one column of n_rows numbers, or one an imputation (plausible values); NaN is missing, and such a row
 * takes no part in that statistic. groups: who belongs where, or NULL for one group of all. Errors of every function: length_mismatch,
 * invalid_argument, not_finite (an infinite value), cancelled. Groups without a value or without an error have NaN and a finding.
 */
#ifndef CELADON_C_SURVEY_H
#define CELADON_C_SURVEY_H

#include <celadon/c/data.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- designs
 * ------------------------------------------------------------------------------------------------------------------------------ */
enum {
  CELADON_SURVEY_LINEARISED = 0,
  CELADON_SURVEY_JK1 = 1,
  CELADON_SURVEY_JK2 = 2, /* one replicate a stratum: the unit with the higher number twice, the other 0 */
  CELADON_SURVEY_JKN = 3,
  CELADON_SURVEY_BRR = 4,
  CELADON_SURVEY_FAY = 5,
  CELADON_SURVEY_BOOTSTRAP = 6,
  CELADON_SURVEY_GIVEN = 7 /* a matrix of replicate weights */
};
/* A stratum of one unit: an error (lonely_unit); without error of its own; compared with the mean over all units (linearised only). */
enum { CELADON_SURVEY_LONELY_REFUSE = 0, CELADON_SURVEY_LONELY_CERTAINTY = 1, CELADON_SURVEY_LONELY_CENTRED = 2 };

/* How the sample was drawn and how errors are found. Arrays have n_rows entries where their count says so, else NULL and 0. */
typedef struct celadon_survey_design_options {
  uint32_t struct_size;
  int32_t method; /* CELADON_SURVEY_... */
  int64_t n_rows;
  const double* weights; /* >= 0; 1 each where NULL */
  int64_t n_weights;
  const int32_t* strata; /* numbers >= 0 */
  int64_t n_strata;
  const int32_t* clusters; /* sampling units, numbered within their stratum or throughout; each row its own where NULL */
  int64_t n_clusters;
  const double* population_units; /* units of the whole population in the stratum of each row (finite populations) */
  int64_t n_population_units;
  int32_t lonely; /* CELADON_SURVEY_LONELY_... */
  int32_t n_bootstrap;
  double fay_coefficient; /* [0, 1) */
  uint64_t seed;
  const double* replicate_weights; /* n_rows x replicates, row by row: the design borrows them as long as it lives */
  int64_t n_replicate_weights;     /* n_rows x replicates */
  double scale;                    /* variance = scale * sum c_r (t_r - t)^2 */
  const double* replicate_scales;  /* c_r, one a replicate; 1 each where NULL */
  int64_t n_replicate_scales;
  double degrees_of_freedom; /* with replicate weights; 0 for the number of replicates */
} celadon_survey_design_options;
CELADON_API void celadon_survey_design_options_init(celadon_survey_design_options* options, uint32_t struct_size);

/* A checked design. */
typedef struct celadon_survey_design celadon_survey_design;
typedef struct celadon_survey_design_values {
  uint32_t struct_size;
  int32_t method;
  int64_t n_rows;
  int64_t n_units; /* 0 with replicate weights */
  int64_t n_replicates;
  double degrees_of_freedom;
} celadon_survey_design_values;
/* Errors: invalid_argument, length_mismatch, not_finite, negative_weight, no_weight, lonely_unit, not_paired, too_few_sampling_units,
   too_many_replicates. options must not be NULL. @since 0.1 */
CELADON_API celadon_status celadon_survey_make_design(const celadon_survey_design_options* options, celadon_survey_design** out,
                                                      celadon_error* error);
CELADON_API celadon_status celadon_survey_design_get_values(const celadon_survey_design* design, celadon_survey_design_values* out,
                                                            celadon_error* error);
CELADON_API void celadon_survey_design_destroy(celadon_survey_design* design);
/* What to know about the design: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_survey_design_findings(const celadon_survey_design* design, int32_t language, celadon_table** out,
                                                          celadon_error* error);

/* ---- data
 * --------------------------------------------------------------------------------------------------------------------------------- */
/* One variable; everything is borrowed for the call. Set up by its _init function. */
typedef struct celadon_survey_variable {
  uint32_t struct_size;
  int32_t n_columns;            /* 1, or the number of imputations */
  const char* name;             /* NUL-terminated */
  const double* const* columns; /* n_columns pointers to n_rows numbers each */
  int64_t n_rows;
} celadon_survey_variable;
CELADON_API void celadon_survey_variable_init(celadon_survey_variable* variable, uint32_t struct_size);

/* Groups of rows. */
typedef struct celadon_survey_groups {
  uint32_t struct_size;
  int32_t n_groups;
  const int32_t* index; /* n_index numbers in [0, n_groups), -1 for no group */
  int64_t n_index;
} celadon_survey_groups;
CELADON_API void celadon_survey_groups_init(celadon_survey_groups* groups, uint32_t struct_size);

/* ---- answers
 * ------------------------------------------------------------------------------------------------------------------------------ */
/* Estimates, one row each. */
typedef struct celadon_survey_estimates celadon_survey_estimates;
typedef struct celadon_survey_estimate {
  uint32_t struct_size;
  int32_t group;
  int32_t other; /* the second group of a gap, else -1 */
  int32_t reserved;
  double level; /* a cut, a category, a probability; NaN where there is none */
  double value;
  double se;                  /* sqrt(sampling_variance + (1 + 1/M) imputation_variance) */
  double sampling_variance;   /* mean over the M imputations */
  double imputation_variance; /* between the imputations */
  double missing_share;       /* of the variance, in [0, 1] */
  double degrees_of_freedom;  /* Barnard and Rubin's with the design's */
  double rubin_degrees_of_freedom;
  double n;
  double effective_n; /* (sum w)^2 / sum w^2 */
  double weight;
} celadon_survey_estimate;
CELADON_API void celadon_survey_estimates_destroy(celadon_survey_estimates* result);
CELADON_API int64_t celadon_survey_estimates_n_rows(const celadon_survey_estimates* result);
/* One row; out->struct_size is set by the caller. Errors: invalid_argument (row out of range). */
CELADON_API celadon_status celadon_survey_estimates_row(const celadon_survey_estimates* result, int64_t row, celadon_survey_estimate* out,
                                                        celadon_error* error);
/* One row an estimate: group, other, statistic, variable, level, value, se, ... */
CELADON_API celadon_status celadon_survey_estimates_table(const celadon_survey_estimates* result, celadon_table** out,
                                                          celadon_error* error);
CELADON_API celadon_status celadon_survey_estimates_findings(const celadon_survey_estimates* result, int32_t language, celadon_table** out,
                                                             celadon_error* error);

/* ---- means, spreads, shares
 * --------------------------------------------------------------------------------------------------------------- */
/* Divisor of a variance, W the sum of the weights of n rows: W (n - 1) / n, W, W - 1 (a regression's p in the place of 1). */
enum { CELADON_SURVEY_DIVISOR_SAMPLE = 0, CELADON_SURVEY_DIVISOR_WEIGHT = 1, CELADON_SURVEY_DIVISOR_WEIGHT_LESS_ONE = 2 };

/* Rows by variable, then group: "mean". Variables that lack no value share their passes over the rows. @since 0.1 */
CELADON_API celadon_status celadon_survey_means(const celadon_survey_design* design, const celadon_survey_variable* variables,
                                                int64_t n_variables, const celadon_survey_groups* groups,
                                                const celadon_execution* execution, celadon_survey_estimates** out, celadon_error* error);
/* "mean" and "sd". */
CELADON_API celadon_status celadon_survey_spreads(const celadon_survey_design* design, const celadon_survey_variable* variables,
                                                  int64_t n_variables, const celadon_survey_groups* groups, int32_t divisor,
                                                  const celadon_execution* execution, celadon_survey_estimates** out, celadon_error* error);
/* "total", and "weight": the estimated size of the population. */
CELADON_API celadon_status celadon_survey_totals(const celadon_survey_design* design, const celadon_survey_variable* variables,
                                                 int64_t n_variables, const celadon_survey_groups* groups,
                                                 const celadon_execution* execution, celadon_survey_estimates** out, celadon_error* error);
/* "correlation" of all pairs (1,2) (1,3) ... over the rows that have every variable. */
CELADON_API celadon_status celadon_survey_correlations(const celadon_survey_design* design, const celadon_survey_variable* variables,
                                                       int64_t n_variables, const celadon_survey_groups* groups,
                                                       const celadon_execution* execution, celadon_survey_estimates** out,
                                                       celadon_error* error);

enum {
  CELADON_SURVEY_MEAN = 0,
  CELADON_SURVEY_SD = 1,
  CELADON_SURVEY_TOTAL = 2,
  CELADON_SURVEY_WEIGHT = 3,
  CELADON_SURVEY_SHARE_AT_LEAST = 4,
  CELADON_SURVEY_SHARE = 5
};
/* One measure of a variable in every group. Plain: its size is part of the ABI. */
typedef struct celadon_survey_measure {
  int32_t variable; /* index into the variables of the call */
  int32_t what;     /* CELADON_SURVEY_MEAN ... */
  double level;     /* of the shares: finite */
} celadon_survey_measure;
/* Many measures in few passes: row of measure i and group g is i * n_groups + g. Cost: as means, with replicate weights read once a pass
   of some twenty variables. @since 0.1 */
CELADON_API celadon_status celadon_survey_tabulate(const celadon_survey_design* design, const celadon_survey_variable* variables,
                                                   int64_t n_variables, const celadon_survey_measure* measures, int64_t n_measures,
                                                   const celadon_survey_groups* groups, int32_t divisor, const celadon_execution* execution,
                                                   celadon_survey_estimates** out, celadon_error* error);

/* Shares of the weight at or above each cut, rows by group, then cut: "share_at_least" in [0, 1]. */
CELADON_API celadon_status celadon_survey_shares_at_least(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                                          const double* cuts, int64_t n_cuts, const celadon_survey_groups* groups,
                                                          const celadon_execution* execution, celadon_survey_estimates** out,
                                                          celadon_error* error);
/* Shares in each category: "share"; values that are none of them count in the denominator. */
CELADON_API celadon_status celadon_survey_shares(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                                 const double* categories, int64_t n_categories, const celadon_survey_groups* groups,
                                                 const celadon_execution* execution, celadon_survey_estimates** out, celadon_error* error);
/* "quantile": the smallest value whose cumulative share of the weight reaches p in [0, 1]. */
CELADON_API celadon_status celadon_survey_quantiles(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                                    const double* probabilities, int64_t n_probabilities,
                                                    const celadon_survey_groups* groups, const celadon_execution* execution,
                                                    celadon_survey_estimates** out, celadon_error* error);
/* "gap", "effect_size" and "eta" of pairs of groups: 2 * n_pairs numbers of groups. No error where a group lies in one sampling unit. */
CELADON_API celadon_status celadon_survey_gaps(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                               const celadon_survey_groups* groups, const int32_t* pairs, int64_t n_pairs, int32_t divisor,
                                               const celadon_execution* execution, celadon_survey_estimates** out, celadon_error* error);

/* ---- regression and joint tests
 * ----------------------------------------------------------------------------------------------------------- */
typedef struct celadon_survey_regression_options {
  uint32_t struct_size;
  int32_t intercept;      /* 1 by default */
  int32_t divisor;        /* of the residual variance, CELADON_SURVEY_DIVISOR_... */
  int32_t max_iterations; /* logistic */
  double tolerance;       /* logistic */
} celadon_survey_regression_options;
CELADON_API void celadon_survey_regression_options_init(celadon_survey_regression_options* options, uint32_t struct_size);
/* Weighted least squares by group: "b" of "(intercept)" and each predictor, "sigma", "r_squared", "beta" of each predictor. @since 0.1 */
CELADON_API celadon_status celadon_survey_linear_regression(const celadon_survey_design* design, const celadon_survey_variable* outcome,
                                                            const celadon_survey_variable* predictors, int64_t n_predictors,
                                                            const celadon_survey_groups* groups,
                                                            const celadon_survey_regression_options* options,
                                                            const celadon_execution* execution, celadon_survey_estimates** out,
                                                            celadon_error* error);
/* Logistic regression of an outcome of 0 and 1: "b", "r_squared". */
CELADON_API celadon_status celadon_survey_logistic_regression(const celadon_survey_design* design, const celadon_survey_variable* outcome,
                                                              const celadon_survey_variable* predictors, int64_t n_predictors,
                                                              const celadon_survey_groups* groups,
                                                              const celadon_survey_regression_options* options,
                                                              const celadon_execution* execution, celadon_survey_estimates** out,
                                                              celadon_error* error);

/* Several parameters with their covariance. */
typedef struct celadon_survey_joint_estimate celadon_survey_joint_estimate;
/* Coefficients of a group of a regression. Errors: invalid_argument (no regression, group out of range). */
CELADON_API celadon_status celadon_survey_estimates_joint(const celadon_survey_estimates* result, int64_t group,
                                                          celadon_survey_joint_estimate** out, celadon_error* error);
/* Means of up to 200 groups; one in one sampling unit has NaN in its row and column of the covariance. groups must not be NULL.
   @since 0.1 */
CELADON_API celadon_status celadon_survey_joint_means(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                                      const celadon_survey_groups* groups, const celadon_execution* execution,
                                                      celadon_survey_joint_estimate** out, celadon_error* error);
CELADON_API void celadon_survey_joint_estimate_destroy(celadon_survey_joint_estimate* result);
/* Of joint means: groups without a value or without an error. A regression's are with its rows. @since 0.1 */
CELADON_API celadon_status celadon_survey_joint_estimate_findings(const celadon_survey_joint_estimate* result, int32_t language,
                                                                  celadon_table** out, celadon_error* error);
/* Parameters. */
CELADON_API int64_t celadon_survey_joint_estimate_n(const celadon_survey_joint_estimate* result);
/* Values (capacity >= n) and covariance U + (1 + 1/M) B (n x n, capacity >= n * n); either may be NULL with capacity 0. */
CELADON_API celadon_status celadon_survey_joint_estimate_get(const celadon_survey_joint_estimate* result, double* values,
                                                             int64_t values_capacity, double* covariance, int64_t covariance_capacity,
                                                             celadon_error* error);

/* A test of contrasts together; report f. */
typedef struct celadon_survey_wald {
  uint32_t struct_size;
  int32_t n_contrasts;
  double f;
  double f_degrees_of_freedom;
  double f_p;
  double d1;
  double d1_degrees_of_freedom;
  double d1_p;
  double d2; /* NaN without imputations */
  double d2_degrees_of_freedom;
  double d2_p;
  double relative_increase;
} celadon_survey_wald;
/* contrasts: n_contrasts x n numbers, row by row; constants: n_contrasts values, or NULL for 0. out->struct_size is set by the caller.
   Errors: invalid_argument (not finite, an estimate that is NaN, contrasts that repeat each other). @since 0.1 */
CELADON_API celadon_status celadon_survey_wald_test(const celadon_survey_joint_estimate* joint, const double* contrasts,
                                                    int64_t n_contrasts, const double* constants, celadon_survey_wald* out,
                                                    celadon_error* error);

/* ---- inequality, schools, small groups
 * ------------------------------------------------------------------------------------------------------ */
/* "gini" of values >= 0. */
CELADON_API celadon_status celadon_survey_gini(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                               const celadon_survey_groups* groups, const celadon_execution* execution,
                                               celadon_survey_estimates** out, celadon_error* error);
/* "concentration" of an outcome over a ranking: above 0 where those who rank high have more. */
CELADON_API celadon_status celadon_survey_concentration_index(const celadon_survey_design* design, const celadon_survey_variable* outcome,
                                                              const celadon_survey_variable* rank, const celadon_survey_groups* groups,
                                                              const celadon_execution* execution, celadon_survey_estimates** out,
                                                              celadon_error* error);
/* "dissimilarity" of members (1) and others (0) over schools, and "expected" under random allocation; rows by region. region: n_region
   = n_groups numbers, one a school, -1 for none; or NULL for one region. schools must not be NULL. */
CELADON_API celadon_status celadon_survey_dissimilarity(const celadon_survey_design* design, const celadon_survey_variable* member,
                                                        const celadon_survey_groups* schools, const int32_t* region, int64_t n_region,
                                                        const celadon_execution* execution, celadon_survey_estimates** out,
                                                        celadon_error* error);
/* "between_variance", "within_variance", "icc" and, with error_variance > 0, "icc_corrected"; rows by region, as above. */
CELADON_API celadon_status celadon_survey_intraclass(const celadon_survey_design* design, const celadon_survey_variable* variable,
                                                     const celadon_survey_groups* schools, const int32_t* region, int64_t n_region,
                                                     double error_variance, const celadon_execution* execution,
                                                     celadon_survey_estimates** out, celadon_error* error);

/* Small groups: direct estimate, synthetic value, empirical Bayes estimate and how much of its own evidence each group keeps. */
typedef struct celadon_survey_small_area celadon_survey_small_area;
typedef struct celadon_survey_small_area_options {
  uint32_t struct_size;
  int32_t max_iterations;
  const double* direct;      /* n_groups; NaN for a group without data */
  const double* variance;    /* n_groups: sampling variances > 0 */
  const double* effective_n; /* n_groups, or NULL: variances are smoothed where given */
  int64_t n_groups;
  const double* covariates; /* n_groups x n_covariates, row by row, without the intercept; NULL with 0 */
  int64_t n_covariates;
} celadon_survey_small_area_options;
CELADON_API void celadon_survey_small_area_options_init(celadon_survey_small_area_options* options, uint32_t struct_size);
/* Errors: length_mismatch, invalid_argument, too_few_units. options must not be NULL. @since 0.1 */
CELADON_API celadon_status celadon_survey_empirical_bayes(const celadon_survey_small_area_options* options, celadon_survey_small_area** out,
                                                          celadon_error* error);
CELADON_API void celadon_survey_small_area_destroy(celadon_survey_small_area* result);
typedef struct celadon_survey_small_area_values {
  uint32_t struct_size;
  int32_t converged; /* 0: between_variance is where the iterations stopped */
  int64_t n_used;    /* groups with a direct estimate */
  int32_t iterations;
  int32_t n_coefficients; /* of the synthetic values: the intercept and the covariates */
  double between_variance;
} celadon_survey_small_area_values;
/* out->struct_size is set by the caller. @since 0.1 */
CELADON_API celadon_status celadon_survey_small_area_get_values(const celadon_survey_small_area* result,
                                                                celadon_survey_small_area_values* out, celadon_error* error);
/* Coefficients, the intercept first (capacity >= n_coefficients). @since 0.1 */
CELADON_API celadon_status celadon_survey_small_area_coefficients(const celadon_survey_small_area* result, double* out, int64_t capacity,
                                                                  celadon_error* error);
/* One row a group: group, direct, direct_se, synthetic, estimate, se, shrinkage. */
CELADON_API celadon_status celadon_survey_small_area_table(const celadon_survey_small_area* result, celadon_table** out,
                                                           celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
