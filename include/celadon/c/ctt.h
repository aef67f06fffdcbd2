/* Classical test theory: totals, item analysis, reliability, distributions, exam statistics. Rules: celadon.h.
 *
 * Common arguments. items: one per column in column order, or NULL (category numbers are the points, the highest observed category is the
 * full mark). sample: who takes part and with which weight, or NULL. Every result says how many persons it used.
 */
#ifndef CELADON_C_CTT_H
#define CELADON_C_CTT_H

#include <celadon/c/data.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Who takes part. Both arrays are borrowed for the call. */
typedef struct celadon_sample {
  uint32_t struct_size;
  int32_t reserved;
  const double* weights; /* n_weights = n_persons values >= 0, or NULL for 1 each */
  int64_t n_weights;
  const uint8_t* include; /* n_include = n_persons bytes, 0 leaves the person out (a status is not a score); or NULL */
  int64_t n_include;
} celadon_sample;
CELADON_API void celadon_sample_init(celadon_sample* sample, uint32_t struct_size);

/* What an answer is worth. */
enum { CELADON_CTT_PAIRWISE = 0, CELADON_CTT_LISTWISE = 1 };
typedef struct celadon_ctt_scoring_options {
  uint32_t struct_size;
  int32_t cases; /* CELADON_CTT_PAIRWISE: each statistic uses the cells it has; CELADON_CTT_LISTWISE: complete persons only */
  /* CELADON_MISSING_IGNORE, _LOWEST or _DROP_PERSON for each kind. */
  int32_t not_administered;
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
} celadon_ctt_scoring_options;
CELADON_API void celadon_ctt_scoring_options_init(celadon_ctt_scoring_options* options, uint32_t struct_size);
/* ---- totals
 * ------------------------------------------------------------------------------------------------------------------------------ */
/* Totals by person. */
typedef struct celadon_ctt_test_scores_result celadon_ctt_test_scores_result;
typedef struct celadon_ctt_test_scores_values {
  uint32_t struct_size;
  int32_t same_paper; /* 1 when all persons used could gain the same points */
  double full_mark;
  int64_t n_used;
  int64_t n_dropped;
} celadon_ctt_test_scores_values;
/* Errors: no_persons, no_items, length_mismatch, invalid_argument. Cost: O(persons x items). @since 0.1 */
CELADON_API celadon_status celadon_ctt_test_scores(const celadon_responses* responses, const celadon_items* items,
                                                   const celadon_sample* sample, const celadon_ctt_scoring_options* options,
                                                   const celadon_execution* execution, celadon_ctt_test_scores_result** out,
                                                   celadon_error* error);
CELADON_API celadon_status celadon_ctt_test_scores_result_values(const celadon_ctt_test_scores_result* result,
                                                                 celadon_ctt_test_scores_values* out, celadon_error* error);
/* Totals in row order, NaN for persons left out; out has room for capacity >= n_persons values. */
CELADON_API celadon_status celadon_ctt_test_scores_result_totals(const celadon_ctt_test_scores_result* result, double* out,
                                                                 int64_t capacity, celadon_error* error);
CELADON_API void celadon_ctt_test_scores_result_destroy(celadon_ctt_test_scores_result* result);
/* One row a person: person, used, n_items, total, attainable, share. */
CELADON_API celadon_status celadon_ctt_test_scores_result_table(const celadon_ctt_test_scores_result* result, celadon_table** out,
                                                                celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_ctt_test_scores_result_findings(const celadon_ctt_test_scores_result* result, int32_t language,
                                                                   celadon_table** out, celadon_error* error);
/* ---- item analysis
 * ----------------------------------------------------------------------------------------------------------------------- */
/* Difficulty (share of points gained, large = easy) and discrimination of each item. */
typedef struct celadon_ctt_item_analysis_result celadon_ctt_item_analysis_result;
typedef struct celadon_ctt_item_analysis_options {
  uint32_t struct_size;
  int32_t overlap_corrected; /* whether item_total_corrected is computed */
  celadon_ctt_scoring_options scoring;
  double group_share;        /* upper and lower group, in (0, 0.5]; 0 for none; 0.27 by default */
  int32_t fractional_groups; /* 0: ties with the cut are in; 1: ties count fractionally */
  int32_t reserved;
} celadon_ctt_item_analysis_options;
CELADON_API void celadon_ctt_item_analysis_options_init(celadon_ctt_item_analysis_options* options, uint32_t struct_size);
typedef struct celadon_ctt_item_analysis_values {
  uint32_t struct_size;
  int32_t reserved;
  double full_mark;
  double total_mean;
  double total_sd;
  int64_t n_used;
  int64_t n_dropped;
  double n_effective;
} celadon_ctt_item_analysis_values;
/* Errors: those of celadon_ctt_test_scores; too_few_persons. @since 0.1 */
CELADON_API celadon_status celadon_ctt_item_analysis(const celadon_responses* responses, const celadon_items* items,
                                                     const celadon_sample* sample, const celadon_ctt_item_analysis_options* options,
                                                     const celadon_execution* execution, celadon_ctt_item_analysis_result** out,
                                                     celadon_error* error);
CELADON_API celadon_status celadon_ctt_item_analysis_result_values(const celadon_ctt_item_analysis_result* result,
                                                                   celadon_ctt_item_analysis_values* out, celadon_error* error);
CELADON_API void celadon_ctt_item_analysis_result_destroy(celadon_ctt_item_analysis_result* result);
/* One row an item: item, label, n, mean, sd, difficulty and its error, correlations, discrimination. */
CELADON_API celadon_status celadon_ctt_item_analysis_result_table(const celadon_ctt_item_analysis_result* result, celadon_table** out,
                                                                  celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_ctt_item_analysis_result_findings(const celadon_ctt_item_analysis_result* result, int32_t language,
                                                                     celadon_table** out, celadon_error* error);
/* ---- moments and reliability
 * ------------------------------------------------------------------------------------------------------------- */
/* Means and covariances of item scores: what reliability is computed from. */
typedef struct celadon_ctt_score_moments_result celadon_ctt_score_moments_result;
/* Errors: those of celadon_ctt_test_scores; too_few_persons. @since 0.1 */
CELADON_API celadon_status celadon_ctt_score_moments(const celadon_responses* responses, const celadon_items* items,
                                                     const celadon_sample* sample, const celadon_ctt_scoring_options* options,
                                                     const celadon_execution* execution, celadon_ctt_score_moments_result** out,
                                                     celadon_error* error);
CELADON_API void celadon_ctt_score_moments_result_destroy(celadon_ctt_score_moments_result* result);
/* One row an item: item, n, mean, sd and a column of covariances an item. */
CELADON_API celadon_status celadon_ctt_score_moments_result_table(const celadon_ctt_score_moments_result* result, celadon_table** out,
                                                                  celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_ctt_score_moments_result_findings(const celadon_ctt_score_moments_result* result, int32_t language,
                                                                     celadon_table** out, celadon_error* error);
/* Reliability coefficients of a total. */
typedef struct celadon_ctt_reliability_result celadon_ctt_reliability_result;
typedef struct celadon_ctt_reliability_options {
  uint32_t struct_size;
  int32_t lambda_scale; /* 0: Guttman's bounds on correlations, 1: on covariances */
  celadon_ctt_scoring_options scoring;
  double confidence; /* of the interval of alpha, 0.95 */
  int32_t lambda4_starts;
  int32_t reserved;
  uint64_t seed;
} celadon_ctt_reliability_options;
CELADON_API void celadon_ctt_reliability_options_init(celadon_ctt_reliability_options* options, uint32_t struct_size);
/* NaN where a coefficient is not defined. */
typedef struct celadon_ctt_reliability_values {
  uint32_t struct_size;
  int32_t n_items; /* items with variance */
  int64_t n_used;
  int64_t n_dropped;
  double total_mean;
  double total_sd;
  double alpha;
  double alpha_standardized;
  double alpha_se;
  double alpha_lower;
  double alpha_upper;
  double mean_correlation;
  double kr20;
  double kr21;
  double lambda1;
  double lambda2;
  double lambda3;
  double lambda4;
  double lambda5;
  double lambda6;
  double omega_total;
  double split_half_r;
  double split_half_spearman_brown;
  double split_half_rulon;
  double sem; /* points */
} celadon_ctt_reliability_values;
/* Errors: those of celadon_ctt_score_moments; too_few_items, zero_variance, no_common_persons. @since 0.1 */
CELADON_API celadon_status celadon_ctt_reliability(const celadon_responses* responses, const celadon_items* items,
                                                   const celadon_sample* sample, const celadon_ctt_reliability_options* options,
                                                   const celadon_execution* execution, celadon_ctt_reliability_result** out,
                                                   celadon_error* error);
/* The same from moments. */
CELADON_API celadon_status celadon_ctt_reliability_from_moments(const celadon_ctt_score_moments_result* moments,
                                                                const celadon_ctt_reliability_options* options,
                                                                celadon_ctt_reliability_result** out, celadon_error* error);
CELADON_API celadon_status celadon_ctt_reliability_result_values(const celadon_ctt_reliability_result* result,
                                                                 celadon_ctt_reliability_values* out, celadon_error* error);
CELADON_API void celadon_ctt_reliability_result_destroy(celadon_ctt_reliability_result* result);
/* One row a coefficient: name, value, lower, upper, se. */
CELADON_API celadon_status celadon_ctt_reliability_result_table(const celadon_ctt_reliability_result* result, celadon_table** out,
                                                                celadon_error* error);
/* One row an item: item, alpha_if_deleted, loading, uniqueness. */
CELADON_API celadon_status celadon_ctt_reliability_result_items_table(const celadon_ctt_reliability_result* result, celadon_table** out,
                                                                      celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_ctt_reliability_result_findings(const celadon_ctt_reliability_result* result, int32_t language,
                                                                   celadon_table** out, celadon_error* error);
/* Split-half reliability; half has n_items bytes, 0 or 1. Each out pointer may be NULL. */
CELADON_API celadon_status celadon_ctt_split_half(const celadon_ctt_score_moments_result* moments, const uint8_t* half, int64_t n_items,
                                                  double* r, double* spearman_brown, double* rulon, celadon_error* error);
/* Alpha of a paper of parts. */
typedef struct celadon_ctt_stratified_alpha_result celadon_ctt_stratified_alpha_result;
/* stratum_of_item has n_items names. single_item_reliability stands for a part of one item, 0 being the lower bound. */
CELADON_API celadon_status celadon_ctt_stratified_alpha(const celadon_ctt_score_moments_result* moments, const char* const* stratum_of_item,
                                                        int64_t n_items, double single_item_reliability,
                                                        celadon_ctt_stratified_alpha_result** out, celadon_error* error);
CELADON_API double celadon_ctt_stratified_alpha_result_alpha(const celadon_ctt_stratified_alpha_result* result);
CELADON_API void celadon_ctt_stratified_alpha_result_destroy(celadon_ctt_stratified_alpha_result* result);
/* One row a stratum, then the whole: stratum, n_items, alpha, variance. */
CELADON_API celadon_status celadon_ctt_stratified_alpha_result_table(const celadon_ctt_stratified_alpha_result* result, celadon_table** out,
                                                                     celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_ctt_stratified_alpha_result_findings(const celadon_ctt_stratified_alpha_result* result, int32_t language,
                                                                        celadon_table** out, celadon_error* error);
/* The standard error of a total at its own place on the scale. */
typedef struct celadon_ctt_conditional_sem_result celadon_ctt_conditional_sem_result;
enum { CELADON_CTT_LORD_BINOMIAL = 0, CELADON_CTT_SCALED_BINOMIAL = 1, CELADON_CTT_FELDT_QUALLS = 2 };
typedef struct celadon_ctt_conditional_sem_options {
  uint32_t struct_size;
  int32_t method; /* CELADON_CTT_SCALED_BINOMIAL by default */
  celadon_ctt_scoring_options scoring;
  double reliability; /* NaN takes alpha of these data */
} celadon_ctt_conditional_sem_options;
CELADON_API void celadon_ctt_conditional_sem_options_init(celadon_ctt_conditional_sem_options* options, uint32_t struct_size);
/* Errors: those of celadon_ctt_test_scores; too_few_persons, too_few_items, zero_variance, not_dichotomous. @since 0.1 */
CELADON_API celadon_status celadon_ctt_conditional_sem(const celadon_responses* responses, const celadon_items* items,
                                                       const celadon_sample* sample, const celadon_ctt_conditional_sem_options* options,
                                                       const celadon_execution* execution, celadon_ctt_conditional_sem_result** out,
                                                       celadon_error* error);
/* Standard error of the total x, points. */
CELADON_API double celadon_ctt_conditional_sem_result_at(const celadon_ctt_conditional_sem_result* result, double x);
/* Interval of the true score behind the total x, points; confidence in (0, 1). */
CELADON_API celadon_status celadon_ctt_conditional_sem_result_true_score_interval(const celadon_ctt_conditional_sem_result* result,
                                                                                  double x, double confidence, double* lower, double* upper,
                                                                                  celadon_error* error);
CELADON_API void celadon_ctt_conditional_sem_result_destroy(celadon_ctt_conditional_sem_result* result);
/* One row a total that occurs: score, sem, n. */
CELADON_API celadon_status celadon_ctt_conditional_sem_result_table(const celadon_ctt_conditional_sem_result* result, celadon_table** out,
                                                                    celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_ctt_conditional_sem_result_findings(const celadon_ctt_conditional_sem_result* result, int32_t language,
                                                                       celadon_table** out, celadon_error* error);
/* ---- distractors
 * ------------------------------------------------------------------------------------------------------------------------- */
/* Who chose which option. */
typedef struct celadon_ctt_distractors_result celadon_ctt_distractors_result;
typedef struct celadon_ctt_distractors_options {
  uint32_t struct_size;
  int32_t n_groups; /* 3 */
  celadon_ctt_scoring_options scoring;
  const int32_t* key; /* right category of each item, -1 for none; NULL takes it from items */
  int64_t n_key;
  double rare_share; /* an option chosen by less than this share is marked; NaN marks none */
} celadon_ctt_distractors_options;
CELADON_API void celadon_ctt_distractors_options_init(celadon_ctt_distractors_options* options, uint32_t struct_size);
/* Errors: those of celadon_ctt_test_scores; too_few_persons, invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_ctt_distractors(const celadon_responses* responses, const celadon_items* items,
                                                   const celadon_sample* sample, const celadon_ctt_distractors_options* options,
                                                   const celadon_execution* execution, celadon_ctt_distractors_result** out,
                                                   celadon_error* error);
CELADON_API void celadon_ctt_distractors_result_destroy(celadon_ctt_distractors_result* result);
/* One row an option: item, label, option, category, is_key, n, share, option_total_r, mean_rest, group_1 ... */
CELADON_API celadon_status celadon_ctt_distractors_result_table(const celadon_ctt_distractors_result* result, celadon_table** out,
                                                                celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_ctt_distractors_result_findings(const celadon_ctt_distractors_result* result, int32_t language,
                                                                   celadon_table** out, celadon_error* error);
/* ---- exam statistics
 * --------------------------------------------------------------------------------------------------------------------- */
/* Mean and rates (一分三率) by unit and by content. */
typedef struct celadon_ctt_exam_statistics_result celadon_ctt_exam_statistics_result;
typedef struct celadon_ctt_rate_cut {
  uint32_t struct_size;
  int32_t below; /* 0: share of points at least the cut, 1: below it */
  const char* id;
  double share_of_full; /* in [0, 1] */
} celadon_ctt_rate_cut;
typedef struct celadon_ctt_exam_statistics_options {
  uint32_t struct_size;
  int32_t reserved;
  celadon_ctt_scoring_options scoring;
  const celadon_ctt_rate_cut* rates; /* from the caller's profile; elements of the size given in the first one's struct_size */
  int64_t n_rates;
  const int32_t* unit; /* n_unit = n_persons indices into unit_ids, -1 for none; NULL for no units */
  int64_t n_unit;
  const char* const* unit_ids;
  int64_t n_unit_ids;
} celadon_ctt_exam_statistics_options;
CELADON_API void celadon_ctt_exam_statistics_options_init(celadon_ctt_exam_statistics_options* options, uint32_t struct_size);
/* Errors: those of celadon_ctt_test_scores; length_mismatch, invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_ctt_exam_statistics(const celadon_responses* responses, const celadon_items* items,
                                                       const celadon_sample* sample, const celadon_ctt_exam_statistics_options* options,
                                                       const celadon_execution* execution, celadon_ctt_exam_statistics_result** out,
                                                       celadon_error* error);
CELADON_API void celadon_ctt_exam_statistics_result_destroy(celadon_ctt_exam_statistics_result* result);
/* One row a unit, everybody first: unit, n, full_mark, mean, sd, ..., one column a rate and one a count. */
CELADON_API celadon_status celadon_ctt_exam_statistics_result_table(const celadon_ctt_exam_statistics_result* result, celadon_table** out,
                                                                    celadon_error* error);
/* One row a unit and part of the paper. */
CELADON_API celadon_status celadon_ctt_exam_statistics_result_content_table(const celadon_ctt_exam_statistics_result* result,
                                                                            celadon_table** out, celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_ctt_exam_statistics_result_findings(const celadon_ctt_exam_statistics_result* result, int32_t language,
                                                                       celadon_table** out, celadon_error* error);
/* ---- distribution of a score
 * ------------------------------------------------------------------------------------------------------------- */
/* Moments, quantiles, percentile ranks. */
typedef struct celadon_ctt_score_distribution_result celadon_ctt_score_distribution_result;
typedef struct celadon_ctt_score_distribution_options {
  uint32_t struct_size;
  int32_t skew_type;           /* 1, 2 or 3; 2 by default */
  const double* probabilities; /* of the quantiles wanted; NULL for the usual seven */
  int64_t n_probabilities;
} celadon_ctt_score_distribution_options;
CELADON_API void celadon_ctt_score_distribution_options_init(celadon_ctt_score_distribution_options* options, uint32_t struct_size);
/* scores: n_scores values, NaN = missing; weights: as many or NULL. Errors: no_persons, invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_ctt_score_distribution(const double* scores, int64_t n_scores, const double* weights,
                                                          const celadon_ctt_score_distribution_options* options,
                                                          celadon_ctt_score_distribution_result** out, celadon_error* error);
CELADON_API void celadon_ctt_score_distribution_result_destroy(celadon_ctt_score_distribution_result* result);
/* One row a distinct value: score, frequency, cumulative_share, percentile_rank, z, t, t_normalized. */
CELADON_API celadon_status celadon_ctt_score_distribution_result_table(const celadon_ctt_score_distribution_result* result,
                                                                       celadon_table** out, celadon_error* error);
/* One row a statistic: statistic, value. */
CELADON_API celadon_status celadon_ctt_score_distribution_result_summary_table(const celadon_ctt_score_distribution_result* result,
                                                                               celadon_table** out, celadon_error* error);
/* Quantile of type 7 of n values, NaN left out. Errors: invalid_argument (probability). */
CELADON_API celadon_status celadon_ctt_quantile(const double* values, int64_t n, double probability, double* out, celadon_error* error);
/* ---- grade-scaled scores
 * ----------------------------------------------------------------------------------------------------------------- */
/* Raw marks on a province's scale (等级赋分). */
typedef struct celadon_ctt_grade_scaling_result celadon_ctt_grade_scaling_result;
typedef struct celadon_ctt_grade_band {
  uint32_t struct_size;
  int32_t reserved;
  const char* grade;
  double share; /* of the candidates; shares sum to 1 */
  double t_min;
  double t_max;
} celadon_ctt_grade_band;
typedef struct celadon_ctt_grade_scaling_profile {
  uint32_t struct_size;
  int32_t ties; /* 0: ties at a cut to the higher grade, 1: to the lower, 2: to the nearer share */
  const char* id;
  const char* source;
  const celadon_ctt_grade_band* bands; /* best grade first; elements of the size given in the first one's struct_size */
  int64_t n_bands;
  int32_t rounding;     /* 0: none, 1: half up */
  int32_t single_value; /* of a grade with one raw mark. 0: upper end, 1: middle, 2: lower end */
} celadon_ctt_grade_scaling_profile;
CELADON_API void celadon_ctt_grade_scaling_profile_init(celadon_ctt_grade_scaling_profile* profile, uint32_t struct_size);
/* raw: n marks, NaN for who has none. Errors: no_persons, invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_ctt_grade_scaling(const double* raw, int64_t n, const celadon_ctt_grade_scaling_profile* profile,
                                                     celadon_ctt_grade_scaling_result** out, celadon_error* error);
/* One scaled score and one grade index (from the best; -1 without a mark) a candidate; grade may be NULL. capacity >= n. */
CELADON_API celadon_status celadon_ctt_grade_scaling_result_scores(const celadon_ctt_grade_scaling_result* result, double* scaled,
                                                                   int32_t* grade, int64_t capacity, celadon_error* error);
CELADON_API void celadon_ctt_grade_scaling_result_destroy(celadon_ctt_grade_scaling_result* result);
/* One row a grade: grade, planned_share, share, n, raw_min, raw_max, t_min, t_max. */
CELADON_API celadon_status celadon_ctt_grade_scaling_result_table(const celadon_ctt_grade_scaling_result* result, celadon_table** out,
                                                                  celadon_error* error);
/* One row a distinct raw mark: raw, n, grade, scaled. */
CELADON_API celadon_status celadon_ctt_grade_scaling_result_conversion_table(const celadon_ctt_grade_scaling_result* result,
                                                                             celadon_table** out, celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_ctt_grade_scaling_result_findings(const celadon_ctt_grade_scaling_result* result, int32_t language,
                                                                     celadon_table** out, celadon_error* error);
/* ---- S-P table
 * --------------------------------------------------------------------------------------------------------------------------- */
/* Student-problem chart with caution indices. */
typedef struct celadon_ctt_sp_table_result celadon_ctt_sp_table_result;
typedef struct celadon_ctt_sp_table_options {
  uint32_t struct_size;
  int32_t min_items; /* below either, no indices */
  int32_t min_persons;
  int32_t n_simulations;   /* for the p-values; 0 for none */
  double right_from_share; /* an answer is right from this share of the item's full mark on */
  uint64_t seed;
  int32_t not_administered; /* CELADON_MISSING_IGNORE ... for each kind */
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
} celadon_ctt_sp_table_options;
CELADON_API void celadon_ctt_sp_table_options_init(celadon_ctt_sp_table_options* options, uint32_t struct_size);
/* Errors: those of celadon_ctt_test_scores; invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_ctt_sp_table(const celadon_responses* responses, const celadon_items* items,
                                                const celadon_sample* sample, const celadon_ctt_sp_table_options* options,
                                                const celadon_execution* execution, celadon_ctt_sp_table_result** out,
                                                celadon_error* error);
CELADON_API void celadon_ctt_sp_table_result_destroy(celadon_ctt_sp_table_result* result);
/* One row a person, charted first: row, apart, n_right, caution, modified_caution, p_value. */
CELADON_API celadon_status celadon_ctt_sp_table_result_persons_table(const celadon_ctt_sp_table_result* result, celadon_table** out,
                                                                     celadon_error* error);
/* One row an item in chart order. */
CELADON_API celadon_status celadon_ctt_sp_table_result_items_table(const celadon_ctt_sp_table_result* result, celadon_table** out,
                                                                   celadon_error* error);
/* One row a chart cell. */
CELADON_API celadon_status celadon_ctt_sp_table_result_cells_table(const celadon_ctt_sp_table_result* result, celadon_table** out,
                                                                   celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_ctt_sp_table_result_findings(const celadon_ctt_sp_table_result* result, int32_t language,
                                                                celadon_table** out, celadon_error* error);
/* ---- one factor
 * -------------------------------------------------------------------------------------------------------------------------- */
/* Loadings of one factor by minimum residuals, with squared loadings of at most 0.995. */
typedef struct celadon_ctt_one_factor_values {
  uint32_t struct_size;
  int32_t iterations;
  int32_t converged;
  int32_t improper; /* a uniqueness stands at its bound (Heywood case) */
  double objective; /* sum of squared residual correlations below the diagonal */
  double rmsr;      /* root mean square of those residuals */
} celadon_ctt_one_factor_values;
/* correlation: k x k, symmetric, finite. loadings and uniquenesses have room for k values; both and values may be NULL.
   Errors: too_few_items (k < 3), invalid_argument, not_finite. @since 0.1 */
CELADON_API celadon_status celadon_ctt_one_factor(const double* correlation, int64_t k, double* loadings, double* uniquenesses,
                                                  celadon_ctt_one_factor_values* values, celadon_error* error);
/* Squared multiple correlation of each variable with the others; out has room for k values. Errors: singular_correlations. @since 0.1 */
CELADON_API celadon_status celadon_ctt_squared_multiple_correlations(const double* correlation, int64_t k, double* out,
                                                                     celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
