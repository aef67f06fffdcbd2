/* Item response theory: calibration, scoring, fit. Rules: celadon.h.
 *
 * Logistic metric without 1.7; slope-intercept form a theta + d, difficulty b = -d / a. Ability is N(0, 1) where slopes are free.
 */
#ifndef CELADON_C_IRT_H
#define CELADON_C_IRT_H

#include <celadon/c/data.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- models
 * ------------------------------------------------------------------------------------------------------------------------------ */
enum {
  CELADON_IRT_RASCH = 0,
  CELADON_IRT_1PL = 1,
  CELADON_IRT_2PL = 2,
  CELADON_IRT_3PL = 3,
  CELADON_IRT_4PL = 4,
  CELADON_IRT_GRADED = 5,
  CELADON_IRT_PARTIAL_CREDIT = 6,
  CELADON_IRT_GENERALIZED_PARTIAL_CREDIT = 7,
  CELADON_IRT_RATING_SCALE = 8,
  CELADON_IRT_NOMINAL = 9
};
/* "rasch" "1pl" "2pl" "3pl" "4pl" "grm" "pcm" "gpcm" "rsm" "nominal"; NULL for another number. Static. */
CELADON_API const char* celadon_irt_model_name(int32_t model);
/* The number of a name, -1 for another text. */
CELADON_API int32_t celadon_irt_model_from_name(const char* name, int64_t name_size);

/* Calibrated items with their populations. Immutable; any number of threads may use one at once. */
typedef struct celadon_irt_model celadon_irt_model;
CELADON_API void celadon_irt_model_destroy(celadon_irt_model* model);
/* Versioned JSON; loading it gives equal bits. @since 0.1 */
CELADON_API celadon_status celadon_irt_save(const celadon_irt_model* model, celadon_text** out, celadon_error* error);
/* Errors: json_syntax, json_format, json_version, json_field, invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_irt_load(const char* json, int64_t json_size, celadon_irt_model** out, celadon_error* error);
CELADON_API int64_t celadon_irt_model_n_items(const celadon_irt_model* model);
/* Index of an item by id, -1 when the model does not hold it. */
CELADON_API int64_t celadon_irt_model_find(const celadon_irt_model* model, const char* id, int64_t id_size);

/* One item. Pointers are borrowed from the model. */
typedef struct celadon_irt_item_parameters {
  uint32_t struct_size;
  int32_t model; /* CELADON_IRT_... */
  const char* id;
  int32_t n_categories;
  int32_t n_scoring; /* n_categories for the nominal model, else 0 */
  double slope;
  double lower;
  double upper;
  const double* intercepts; /* n_categories - 1 values d */
  const double* scoring;
} celadon_irt_item_parameters;
CELADON_API celadon_status celadon_irt_model_item(const celadon_irt_model* model, int64_t item, celadon_irt_item_parameters* out,
                                                  celadon_error* error);
/* Probabilities of the model categories at one ability; out has room for capacity >= n_categories values. */
CELADON_API celadon_status celadon_irt_category_probabilities(const celadon_irt_model* model, int64_t item, double ability, double* out,
                                                              int64_t capacity, celadon_error* error);
/* Fisher information of one item, and of the test; NaN when the item is out of range. */
CELADON_API double celadon_irt_information(const celadon_irt_model* model, int64_t item, double ability);
CELADON_API double celadon_irt_test_information(const celadon_irt_model* model, double ability);
/* Expected category of one item; NaN when out of range. */
CELADON_API double celadon_irt_expected_category(const celadon_irt_model* model, int64_t item, double ability);
/* Sizes, ranges and ordering. Errors: invalid_argument naming the item. */
CELADON_API celadon_status celadon_irt_check(const celadon_irt_model* model, celadon_error* error);
/* ---- calibration
 * ------------------------------------------------------------------------------------------------------------------------- */
/* A calibration. */
typedef struct celadon_irt_fit_result celadon_irt_fit_result;
enum {
  CELADON_IRT_PRIOR_SLOPE = 0,
  CELADON_IRT_PRIOR_INTERCEPT = 1,
  CELADON_IRT_PRIOR_LOWER = 2,
  CELADON_IRT_PRIOR_UPPER = 3,
  CELADON_IRT_PRIOR_STEP = 4, /* the steps that rating-scale items share */
  CELADON_IRT_PRIOR_MEAN = 5, /* free population means; item names a population */
  CELADON_IRT_PRIOR_SD = 6    /* free population standard deviations, a density of their logs */
};
enum { CELADON_IRT_PRIOR_NORMAL = 0, CELADON_IRT_PRIOR_LOG_NORMAL = 1, CELADON_IRT_PRIOR_BETA = 2 };
typedef struct celadon_irt_prior {
  uint32_t struct_size;
  int32_t parameter; /* CELADON_IRT_PRIOR_SLOPE ... */
  int32_t family;    /* CELADON_IRT_PRIOR_NORMAL ... */
  int32_t reserved;
  const char* item; /* NULL for every item that estimates the parameter */
  double first;     /* mean, or first shape */
  double second;    /* standard deviation, or second shape */
} celadon_irt_prior;
enum { CELADON_IRT_STOP_TOLERANCE = 0, CELADON_IRT_STOP_MAX_ITERATIONS = 1, CELADON_IRT_STOP_NO_PROGRESS = 2 };
typedef struct celadon_irt_fit_options {
  uint32_t struct_size;
  int32_t model;                  /* CELADON_IRT_2PL by default; of the items that model_items does not name */
  const char* const* model_items; /* n_models ids with a model of their own; may be NULL */
  const int32_t* models;
  int64_t n_models;
  const celadon_irt_prior* priors; /* elements of the size given in the first one's struct_size */
  int64_t n_priors;
  const celadon_irt_model* anchors; /* items of a bank keep their parameters where their ids occur; may be NULL */
  const celadon_irt_model* starts;  /* starting values by id; may be NULL */
  const double* weights;            /* n_weights = n_persons values >= 0, or NULL */
  int64_t n_weights;
  const int32_t* groups; /* n_groups = n_persons group numbers from 0, or NULL */
  int64_t n_groups;
  const char* const* group_ids;
  int64_t n_group_ids;
  int32_t not_administered; /* CELADON_MISSING_IGNORE ... for each kind */
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
  int32_t n_nodes; /* 61 */
  int32_t max_iterations;
  double lowest_node; /* -6 */
  double highest_node;
  double tolerance;         /* estimated distance of the log posterior from its maximum at which the fit stops */
  int32_t fixed_population; /* 1: N(0, 1) for the reference population whatever the model */
  int32_t accelerate;       /* 0: plain EM */
  int32_t standard_errors;
  int32_t min_category_count;
} celadon_irt_fit_options;
CELADON_API void celadon_irt_fit_options_init(celadon_irt_fit_options* options, uint32_t struct_size);
typedef struct celadon_irt_fit_values {
  uint32_t struct_size;
  int32_t converged; /* 0 or 1; look at it */
  double log_likelihood;
  double log_posterior;
  double distance; /* estimated distance from the maximum at the end */
  double aic;
  double bic;
  double total_weight;
  int64_t n_used;
  int64_t n_dropped;
  int32_t iterations;
  int32_t n_parameters;
  int32_t stop; /* CELADON_IRT_STOP_... */
  int32_t n_populations;
} celadon_irt_fit_values;
/* Marginal maximum likelihood. Errors: invalid_argument, length_mismatch, no_persons, no_items, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_irt_fit(const celadon_responses* responses, const celadon_irt_fit_options* options,
                                           const celadon_execution* execution, celadon_irt_fit_result** out, celadon_error* error);
CELADON_API celadon_status celadon_irt_fit_result_values(const celadon_irt_fit_result* result, celadon_irt_fit_values* out,
                                                         celadon_error* error);
/* The calibrated model, a handle of its own. */
CELADON_API celadon_status celadon_irt_fit_result_model(const celadon_irt_fit_result* result, celadon_irt_model** out,
                                                        celadon_error* error);
/* One row a parameter: name, item, population, estimate, se, fixed; slope-intercept form, or irt_form = 1 for a and b. */
CELADON_API celadon_status celadon_irt_fit_result_parameter_table(const celadon_irt_fit_result* result, int32_t irt_form,
                                                                  celadon_table** out, celadon_error* error);
/* Covariance of the free parameters, row by row; *n is their number (0 when not asked for). out may be NULL to ask for n only, else it has
   room for capacity >= n * n values. */
CELADON_API celadon_status celadon_irt_fit_result_covariance(const celadon_irt_fit_result* result, int32_t irt_form, double* out,
                                                             int64_t capacity, int64_t* n, celadon_error* error);
CELADON_API void celadon_irt_fit_result_destroy(celadon_irt_fit_result* result);
/* One row an item: id, model, n_categories, slope, difficulty or thresholds, asymptotes, with standard errors. */
CELADON_API celadon_status celadon_irt_fit_result_item_table(const celadon_irt_fit_result* result, celadon_table** out,
                                                             celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_irt_fit_result_findings(const celadon_irt_fit_result* result, int32_t language, celadon_table** out,
                                                           celadon_error* error);
/* Marginal log-likelihood of answers under a given model. populations: n_persons numbers of the model's populations (-1: left out), or
   NULL. n_used may be NULL. */
CELADON_API celadon_status celadon_irt_log_likelihood(const celadon_irt_model* model, const celadon_responses* responses,
                                                      const double* weights, const int32_t* populations, const celadon_execution* execution,
                                                      double* value, int64_t* n_used, celadon_error* error);
/* ---- scoring
 * ----------------------------------------------------------------------------------------------------------------------------- */
/* Abilities with standard errors. */
typedef struct celadon_irt_score_result celadon_irt_score_result;
enum { CELADON_IRT_EAP = 0, CELADON_IRT_MAP = 1, CELADON_IRT_WLE = 2, CELADON_IRT_ML = 3 };
enum { CELADON_IRT_SCORED = 0, CELADON_IRT_NO_ANSWERS = 1, CELADON_IRT_NO_FINITE_MAXIMUM = 2, CELADON_IRT_DROPPED = 3 };
typedef struct celadon_irt_score_options {
  uint32_t struct_size;
  int32_t method;           /* CELADON_IRT_EAP by default */
  int32_t not_administered; /* CELADON_MISSING_IGNORE ... for each kind */
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
  const int32_t* group; /* n_group = n_persons numbers of the model's populations, or NULL for the first */
  int64_t n_group;
  double lowest; /* bounds of the search of MAP, ML and WLE */
  double highest;
} celadon_irt_score_options;
CELADON_API void celadon_irt_score_options_init(celadon_irt_score_options* options, uint32_t struct_size);
/* Items are matched by id. Errors: no_common_items, length_mismatch, invalid_argument, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_irt_score(const celadon_irt_model* model, const celadon_responses* responses,
                                             const celadon_irt_score_options* options, const celadon_execution* execution,
                                             celadon_irt_score_result** out, celadon_error* error);
/* Abilities, their standard errors (NaN where there is none) and CELADON_IRT_SCORED ... in row order. Each array has room for capacity >=
   n_persons values or is NULL. */
CELADON_API celadon_status celadon_irt_score_result_values(const celadon_irt_score_result* result, double* ability, double* ability_se,
                                                           int32_t* status, int64_t capacity, celadon_error* error);
/* Empirical reliability of the scores. Errors: no_persons, invalid_argument. */
CELADON_API celadon_status celadon_irt_empirical_reliability(const celadon_irt_score_result* scores, double* out, celadon_error* error);
CELADON_API void celadon_irt_score_result_destroy(celadon_irt_score_result* result);
/* One row a person: ability, ability_se, n_answered, status. */
CELADON_API celadon_status celadon_irt_score_result_table(const celadon_irt_score_result* result, celadon_table** out,
                                                          celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_irt_score_result_findings(const celadon_irt_score_result* result, int32_t language, celadon_table** out,
                                                             celadon_error* error);
/* One row a sum score: score, probability, ability, ability_se, true_score, true_score_se. Categories are worth their numbers. */
CELADON_API celadon_status celadon_irt_sum_score_table(const celadon_irt_model* model, int32_t population, celadon_table** out,
                                                       celadon_error* error);
/* P(sum of categories = s) at one ability, s = 0 ...; *n is the number of sums. out may be NULL to ask for n only. */
CELADON_API celadon_status celadon_irt_sum_score_distribution(const celadon_irt_model* model, double ability, double* out, int64_t capacity,
                                                              int64_t* n, celadon_error* error);
/* Marginal reliability in a population. */
CELADON_API celadon_status celadon_irt_marginal_reliability(const celadon_irt_model* model, int32_t population, double* out,
                                                            celadon_error* error);
/* Expected sum of categories and its standard error at one ability; either may be NULL. */
CELADON_API celadon_status celadon_irt_true_score(const celadon_irt_model* model, double ability, double* expected, double* sem,
                                                  celadon_error* error);
/* One row an ability (n_abilities values, NULL for the grid): ability, information, ability_se, expected_score, score_sem. */
CELADON_API celadon_status celadon_irt_test_curves(const celadon_irt_model* model, const double* abilities, int64_t n_abilities,
                                                   celadon_table** out, celadon_error* error);
/* One row an ability and category of one item: ability, category, probability, expected. */
CELADON_API celadon_status celadon_irt_category_curves(const celadon_irt_model* model, int64_t item, const double* abilities,
                                                       int64_t n_abilities, celadon_table** out, celadon_error* error);
/* ---- fit of items, persons and model
 * ----------------------------------------------------------------------------------------------------- */
/* Infit and outfit of items. */
typedef struct celadon_irt_item_mean_squares_result celadon_irt_item_mean_squares_result;
/* Errors: those of celadon_irt_score; no_persons, no_items. @since 0.1 */
CELADON_API celadon_status celadon_irt_item_mean_squares(const celadon_irt_model* model, const celadon_responses* responses,
                                                         const celadon_irt_score_options* options, const celadon_execution* execution,
                                                         celadon_irt_item_mean_squares_result** out, celadon_error* error);
CELADON_API void celadon_irt_item_mean_squares_result_destroy(celadon_irt_item_mean_squares_result* result);
/* One row an item: item, outfit, outfit_z, infit, infit_z, n. */
CELADON_API celadon_status celadon_irt_item_mean_squares_result_table(const celadon_irt_item_mean_squares_result* result,
                                                                      celadon_table** out, celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_irt_item_mean_squares_result_findings(const celadon_irt_item_mean_squares_result* result,
                                                                         int32_t language, celadon_table** out, celadon_error* error);
/* S-X2 of items, from persons with complete answers. */
typedef struct celadon_irt_item_s_x2_result celadon_irt_item_s_x2_result;
/* Errors: those of celadon_irt_score; no_persons, no_items. @since 0.1 */
CELADON_API celadon_status celadon_irt_item_s_x2(const celadon_irt_model* model, const celadon_responses* responses,
                                                 const celadon_execution* execution, celadon_irt_item_s_x2_result** out,
                                                 celadon_error* error);
CELADON_API void celadon_irt_item_s_x2_result_destroy(celadon_irt_item_s_x2_result* result);
/* One row an item: item, statistic, df, p, rmsea. */
CELADON_API celadon_status celadon_irt_item_s_x2_result_table(const celadon_irt_item_s_x2_result* result, celadon_table** out,
                                                              celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_irt_item_s_x2_result_findings(const celadon_irt_item_s_x2_result* result, int32_t language,
                                                                 celadon_table** out, celadon_error* error);
/* Yen's Q3 of pairs of items. */
typedef struct celadon_irt_local_dependence_result celadon_irt_local_dependence_result;
/* Errors: those of celadon_irt_score; no_persons, no_items. @since 0.1 */
CELADON_API celadon_status celadon_irt_local_dependence(const celadon_irt_model* model, const celadon_responses* responses,
                                                        const celadon_irt_score_options* options, const celadon_execution* execution,
                                                        celadon_irt_local_dependence_result** out, celadon_error* error);
CELADON_API void celadon_irt_local_dependence_result_destroy(celadon_irt_local_dependence_result* result);
/* One row a pair: item_1, item_2, q3, q3_adjusted. */
CELADON_API celadon_status celadon_irt_local_dependence_result_table(const celadon_irt_local_dependence_result* result, celadon_table** out,
                                                                     celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_irt_local_dependence_result_findings(const celadon_irt_local_dependence_result* result, int32_t language,
                                                                        celadon_table** out, celadon_error* error);
/* M2* with RMSEA, SRMSR, CFI and TLI, from persons with complete answers. */
typedef struct celadon_irt_model_fit_result celadon_irt_model_fit_result;
/* Errors: those of celadon_irt_score; no_persons, no_items. @since 0.1 */
CELADON_API celadon_status celadon_irt_model_fit(const celadon_irt_model* model, const celadon_responses* responses,
                                                 const celadon_execution* execution, celadon_irt_model_fit_result** out,
                                                 celadon_error* error);
CELADON_API void celadon_irt_model_fit_result_destroy(celadon_irt_model_fit_result* result);
/* One row: m2, df, p, rmsea, rmsea_lower, rmsea_upper, srmsr, cfi, tli ... */
CELADON_API celadon_status celadon_irt_model_fit_result_table(const celadon_irt_model_fit_result* result, celadon_table** out,
                                                              celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_irt_model_fit_result_findings(const celadon_irt_model_fit_result* result, int32_t language,
                                                                 celadon_table** out, celadon_error* error);
/* lz, Zh, infit and outfit of persons. */
typedef struct celadon_irt_person_fit_result celadon_irt_person_fit_result;
/* Errors: those of celadon_irt_score; no_persons, no_items. @since 0.1 */
CELADON_API celadon_status celadon_irt_person_fit(const celadon_irt_model* model, const celadon_responses* responses,
                                                  const celadon_irt_score_options* options, const celadon_execution* execution,
                                                  celadon_irt_person_fit_result** out, celadon_error* error);
CELADON_API void celadon_irt_person_fit_result_destroy(celadon_irt_person_fit_result* result);
/* One row a person: ability, zh, lz, outfit, outfit_z, infit, infit_z, n_answered. */
CELADON_API celadon_status celadon_irt_person_fit_result_table(const celadon_irt_person_fit_result* result, celadon_table** out,
                                                               celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_irt_person_fit_result_findings(const celadon_irt_person_fit_result* result, int32_t language,
                                                                  celadon_table** out, celadon_error* error);
/* ---- design
 * ------------------------------------------------------------------------------------------------------------------------------ */
/* Which papers hang together by shared items. */
typedef struct celadon_irt_connectedness_result celadon_irt_connectedness_result;
CELADON_API celadon_status celadon_irt_connectedness(const celadon_responses* responses, const celadon_execution* execution,
                                                     celadon_irt_connectedness_result** out, celadon_error* error);
/* 1 when all answers hang together, and when every paper is reachable by sufficient links. */
CELADON_API int32_t celadon_irt_connectedness_result_connected(const celadon_irt_connectedness_result* result);
CELADON_API int32_t celadon_irt_connectedness_result_linked(const celadon_irt_connectedness_result* result);
CELADON_API void celadon_irt_connectedness_result_destroy(celadon_irt_connectedness_result* result);
/* One row a link: first_form, second_form, n_shared, share, sufficient. */
CELADON_API celadon_status celadon_irt_connectedness_result_table(const celadon_irt_connectedness_result* result, celadon_table** out,
                                                                  celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_irt_connectedness_result_findings(const celadon_irt_connectedness_result* result, int32_t language,
                                                                     celadon_table** out, celadon_error* error);
/* The model that the sample carries. */
typedef struct celadon_irt_default_model_result celadon_irt_default_model_result;
CELADON_API celadon_status celadon_irt_default_model(const celadon_responses* responses, celadon_irt_default_model_result** out,
                                                     celadon_error* error);
/* "classical" "rasch" "2pl_prior" "3pl". Static. */
CELADON_API const char* celadon_irt_default_model_result_family(const celadon_irt_default_model_result* result);
CELADON_API void celadon_irt_default_model_result_destroy(celadon_irt_default_model_result* result);
/* One row an item: item, effective_n, model. */
CELADON_API celadon_status celadon_irt_default_model_result_table(const celadon_irt_default_model_result* result, celadon_table** out,
                                                                  celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_irt_default_model_result_findings(const celadon_irt_default_model_result* result, int32_t language,
                                                                     celadon_table** out, celadon_error* error);
/* n abilities of a population of the model; out has room for n values. Ability i depends on seed and i only. */
CELADON_API celadon_status celadon_irt_simulate_abilities(const celadon_irt_model* model, int32_t population, int64_t n, uint64_t seed,
                                                          double* out, celadon_error* error);
/* One answer for each of n_persons abilities and each item. */
CELADON_API celadon_status celadon_irt_simulate(const celadon_irt_model* model, const double* abilities, int64_t n_persons, uint64_t seed,
                                                const celadon_execution* execution, celadon_responses** out, celadon_error* error);
/* ---- populations: latent regression and plausible values
 * ---------------------------------------------------------------------------------- */
/* Background of persons. Arrays are borrowed for the call. */
typedef struct celadon_irt_population_options {
  uint32_t struct_size;
  int32_t not_administered; /* CELADON_MISSING_IGNORE ... for each kind */
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
  int32_t max_iterations;
  const double* covariates; /* n_persons x n_covariates, row by row, without the intercept, standardised or near it; NULL with 0 */
  int64_t n_persons;
  int64_t n_covariates;
  const char* const* names; /* n_covariates names, or NULL for "x1", "x2", ... */
  const double* weights;    /* n_weights = n_persons values >= 0, or NULL */
  int64_t n_weights;
  double tolerance;
} celadon_irt_population_options;
CELADON_API void celadon_irt_population_options_init(celadon_irt_population_options* options, uint32_t struct_size);
/* Ability on background variables, measurement error taken off; items as calibrated. */
typedef struct celadon_irt_latent_regression_result celadon_irt_latent_regression_result;
typedef struct celadon_irt_latent_regression_values {
  uint32_t struct_size;
  int32_t converged;
  double residual_variance;
  double log_likelihood;
  int64_t iterations;
  int64_t n_used;
  int64_t n_dropped;
} celadon_irt_latent_regression_values;
/* Errors: those of celadon_irt_score; no_persons. @since 0.1 */
CELADON_API celadon_status celadon_irt_latent_regression(const celadon_irt_model* model, const celadon_responses* responses,
                                                         const celadon_irt_population_options* options, const celadon_execution* execution,
                                                         celadon_irt_latent_regression_result** out, celadon_error* error);
CELADON_API celadon_status celadon_irt_latent_regression_result_values(const celadon_irt_latent_regression_result* result,
                                                                       celadon_irt_latent_regression_values* out, celadon_error* error);
CELADON_API void celadon_irt_latent_regression_result_destroy(celadon_irt_latent_regression_result* result);
/* One row a coefficient: name, estimate, se. */
CELADON_API celadon_status celadon_irt_latent_regression_result_table(const celadon_irt_latent_regression_result* result,
                                                                      celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_irt_latent_regression_result_findings(const celadon_irt_latent_regression_result* result,
                                                                         int32_t language, celadon_table** out, celadon_error* error);
/* Draws for statistics of groups (survey.h takes them as a variable); never a score of a person, so there is no table of them. */
typedef struct celadon_irt_plausible_values_result celadon_irt_plausible_values_result;
typedef struct celadon_irt_plausible_options {
  uint32_t struct_size;
  int32_t n_draws;
  uint64_t seed;
  const int32_t* school; /* n_school = n_persons numbers from 0, or NULL: with schools their effects are conditions as well */
  int64_t n_school;
  int32_t draw_parameters; /* 1: coefficients and variance are drawn for each set; 0: kept at the estimate */
  int32_t burn_in;
  int32_t thin;
  int32_t reserved;
} celadon_irt_plausible_options;
CELADON_API void celadon_irt_plausible_options_init(celadon_irt_plausible_options* options, uint32_t struct_size);
/* Whatever is analysed with the draws must be among the covariates. population and options may be NULL. Draws depend on the seed alone.
   @since 0.1 */
CELADON_API celadon_status celadon_irt_plausible_values(const celadon_irt_model* model, const celadon_responses* responses,
                                                        const celadon_irt_population_options* population,
                                                        const celadon_irt_plausible_options* options, const celadon_execution* execution,
                                                        celadon_irt_plausible_values_result** out, celadon_error* error);
CELADON_API int64_t celadon_irt_plausible_values_result_n_draws(const celadon_irt_plausible_values_result* result);
/* n_persons numbers of a set, NaN for persons without one; borrowed from the handle. NULL when the number is out of range. */
CELADON_API const double* celadon_irt_plausible_values_result_column(const celadon_irt_plausible_values_result* result, int32_t draw);
CELADON_API void celadon_irt_plausible_values_result_destroy(celadon_irt_plausible_values_result* result);

#ifdef __cplusplus
}
#endif
#endif
