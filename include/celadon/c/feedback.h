/* Item gain and loss (逐题分析得失) of a paper by itself: levels, expected scores, flags. celadon_evaluate does all of this; here are the
   parts, for hosts with their own order of work. Rules: celadon.h. A profile of NULL is the shipped example. */
#ifndef CELADON_C_FEEDBACK_H
#define CELADON_C_FEEDBACK_H

#include <celadon/c/evaluation.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- levels ---------------------------------------------------------------------------------------------------------------------- */

/* Totals, levels and true-score intervals of the persons of a paper. */
typedef struct celadon_feedback_pupil_levels_result celadon_feedback_pupil_levels_result;
typedef struct celadon_feedback_pupil_levels_values {
  uint32_t struct_size;
  int32_t reserved;
  int64_t n_persons;
  int64_t n_counted;
  int64_t n_status; /* not counted because of a status */
  int64_t n_empty;  /* present without any answer that counts */
} celadon_feedback_pupil_levels_values;
/* Errors: no_persons, no_items, length_mismatch, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_feedback_pupil_levels(const celadon_paper* paper, const celadon_profile* profile,
                                                         const celadon_execution* execution, celadon_feedback_pupil_levels_result** out,
                                                         celadon_error* error);
CELADON_API void celadon_feedback_pupil_levels_result_destroy(celadon_feedback_pupil_levels_result* result);
CELADON_API celadon_status celadon_feedback_pupil_levels_result_values(const celadon_feedback_pupil_levels_result* result,
                                                                       celadon_feedback_pupil_levels_values* out, celadon_error* error);
/* One row a person: row (from 1), counted, complete, total, attainable, share, level (id), true_lower, true_upper, level_lower,
   level_upper, rough, borderline. */
CELADON_API celadon_status celadon_feedback_pupil_levels_result_table(const celadon_feedback_pupil_levels_result* result,
                                                                      celadon_table** out, celadon_error* error);
/* One byte a person, 1 where the person is in denominators; out has room for capacity >= n_persons bytes. */
CELADON_API celadon_status celadon_feedback_pupil_levels_result_counted(const celadon_feedback_pupil_levels_result* result, uint8_t* out,
                                                                        int64_t capacity, celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_feedback_pupil_levels_result_findings(const celadon_feedback_pupil_levels_result* result,
                                                                         int32_t language, celadon_table** out, celadon_error* error);

/* ---- what persons of an ability gain on each item -------------------------------------------------------------------------------- */

/* The model behind expected scores. Immutable. */
typedef struct celadon_feedback_predictor celadon_feedback_predictor;
typedef struct celadon_feedback_predictor_values {
  uint32_t struct_size;
  int32_t kind; /* CELADON_PREDICTOR_NONE ... */
  int64_t n_used;
  double common_slope;
  int32_t iterations;
  int32_t converged;
} celadon_feedback_predictor_values;
/* The working model with stated priors, for papers that carry no calibration. counted: n_persons bytes, 0 takes no part; NULL: all take
   part. Errors: too_few_persons, too_few_items, length_mismatch, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_feedback_fit_working_model(const celadon_responses* scored, const celadon_items* items,
                                                              const uint8_t* counted, int64_t n_counted, const celadon_profile* profile,
                                                              const celadon_execution* execution, celadon_feedback_predictor** out,
                                                              celadon_error* error);
/* A calibrated model as predictor. n_persons: persons behind the calibration, for the error of the items. Items that the model does not
   hold get no expected score, with a finding. @since 0.1 */
CELADON_API celadon_status celadon_feedback_predictor_from_model(const celadon_irt_model* model, const celadon_responses* scored,
                                                                 const celadon_items* items, double n_persons,
                                                                 celadon_feedback_predictor** out, celadon_error* error);
CELADON_API void celadon_feedback_predictor_destroy(celadon_feedback_predictor* predictor);
CELADON_API celadon_status celadon_feedback_predictor_get(const celadon_feedback_predictor* predictor,
                                                          celadon_feedback_predictor_values* out, celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_feedback_predictor_findings(const celadon_feedback_predictor* predictor, int32_t language,
                                                               celadon_table** out, celadon_error* error);

/* ---- gain and loss --------------------------------------------------------------------------------------------------------------- */

/* What a cell's gain or loss reads as. */
enum {
  CELADON_OUTCOME_NOT_COUNTED = 0,
  CELADON_OUTCOME_FULL_MARKS = 1,
  CELADON_OUTCOME_LOSS = 2,             /* no expected score to compare with */
  CELADON_OUTCOME_LOSS_AS_EXPECTED = 3, /* 失分(与预计相近) */
  CELADON_OUTCOME_LOSS_TO_REVIEW = 4    /* flagged: 值得先回看 */
};
typedef struct celadon_feedback_item_gain_loss_result celadon_feedback_item_gain_loss_result;
typedef struct celadon_feedback_item_gain_loss_values {
  uint32_t struct_size;
  int32_t predictor;     /* CELADON_PREDICTOR_NONE ... */
  int32_t leave_one_out; /* item parameters without the person */
  int32_t has_tails;
  int64_t n_persons;
  int64_t n_items;
  int64_t n_flags;
} celadon_feedback_item_gain_loss_values;
/* counted: n_counted = n_persons bytes, 0 counts nowhere; NULL: all count. predictor NULL: points, losses and causes only. keep_tails: also
   the predictive tail of every cell. Errors: length_mismatch, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_feedback_item_gain_loss(const celadon_paper* paper, const uint8_t* counted, int64_t n_counted,
                                                           const celadon_feedback_predictor* predictor, const celadon_profile* profile,
                                                           int32_t keep_tails, const celadon_execution* execution,
                                                           celadon_feedback_item_gain_loss_result** out, celadon_error* error);
CELADON_API void celadon_feedback_item_gain_loss_result_destroy(celadon_feedback_item_gain_loss_result* result);
CELADON_API celadon_status celadon_feedback_item_gain_loss_result_values(const celadon_feedback_item_gain_loss_result* result,
                                                                         celadon_feedback_item_gain_loss_values* out, celadon_error* error);
/* Cells, person by person: [person * n_items + item]. points and expected are NaN where there is none, tail as well; outcome is
   CELADON_OUTCOME_NOT_COUNTED ... Each array has room for capacity >= n_persons * n_items elements or is NULL. */
CELADON_API celadon_status celadon_feedback_item_gain_loss_result_cells(const celadon_feedback_item_gain_loss_result* result, float* points,
                                                                        float* expected, float* tail, uint8_t* outcome, int64_t capacity,
                                                                        celadon_error* error);
/* Persons in row order: sums over the cells that count, and the ability given all items; NaN where there is none. Each array has room for
   capacity >= n_persons values or is NULL. */
CELADON_API celadon_status celadon_feedback_item_gain_loss_result_persons(const celadon_feedback_item_gain_loss_result* result,
                                                                          double* total_points, double* total_expected, double* ability,
                                                                          double* ability_sd, int64_t capacity, celadon_error* error);
/* One row a flagged loss, by person, then rarest first: row, item, tail, expected, loss, borderline. Rows and items count from 0. */
CELADON_API celadon_status celadon_feedback_item_gain_loss_result_flags(const celadon_feedback_item_gain_loss_result* result,
                                                                        celadon_table** out, celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_feedback_item_gain_loss_result_findings(const celadon_feedback_item_gain_loss_result* result,
                                                                           int32_t language, celadon_table** out, celadon_error* error);

/* ---- class reviews --------------------------------------------------------------------------------------------------------------- */

/* 讲评单 of each class: what a teacher takes up first, with whom, and where the class lies apart from what its pupils' other answers
   suggest. Immutable; keeps what its tables need and outlives the paper. */
typedef struct celadon_feedback_class_reviews_result celadon_feedback_class_reviews_result;
typedef struct celadon_feedback_class_review_values {
  uint32_t struct_size;
  int32_t reserved;
  const char* class_id; /* borrowed from the result; "" where the paper has no classes */
  int64_t n;            /* counted pupils */
  double mean;          /* points */
  double score_rate;    /* share of the attainable points, 0 to 1 */
  int64_t n_items;      /* items that anybody lost points on: rows of class_review */
  int64_t n_lesson;     /* items on the page */
  int64_t n_groups;     /* pupils with one error on one item: groups of talk_groups */
  int64_t n_losing;     /* pupils with any loss: rows of wrong_items */
} celadon_feedback_class_review_values;
/* One review a class with a counted pupil, in the order of the paper's classes; one for everybody where the paper has none. counted as for
   celadon_feedback_item_gain_loss, whose result this is. external_items: the item parameters behind the expected scores come from other
   pupils (an item bank); otherwise a class that is everybody is not tested. Errors: length_mismatch, invalid_argument. O(pupils x items).
   @since 0.1 */
CELADON_API celadon_status celadon_feedback_class_reviews(const celadon_paper* paper, const uint8_t* counted, int64_t n_counted,
                                                          const celadon_feedback_item_gain_loss_result* gain_loss,
                                                          const celadon_profile* profile, int32_t external_items,
                                                          celadon_feedback_class_reviews_result** out, celadon_error* error);
CELADON_API void celadon_feedback_class_reviews_result_destroy(celadon_feedback_class_reviews_result* result);
/* Number of reviews. @since 0.1 */
CELADON_API int64_t celadon_feedback_class_reviews_result_size(const celadon_feedback_class_reviews_result* result);
/* One review by number from 0. Errors: invalid_argument (out of range). @since 0.1 */
CELADON_API celadon_status celadon_feedback_class_reviews_result_get(const celadon_feedback_class_reviews_result* result, int64_t review,
                                                                     celadon_feedback_class_review_values* out, celadon_error* error);
/* The tables of these names that celadon_evaluation_table gives, all reviews in order; pupils by identifier, or row from 1 where there is
   none. For the school's own use. Items, the most recoverable first: paper, class, rank, in_lesson, item, label, n, n_losing, rate,
   mean_loss, recoverable, common, common_error_share, error_option, error_cause, error_n (of the commonest error). @since 0.1 */
CELADON_API celadon_status celadon_feedback_class_reviews_result_class_review(const celadon_feedback_class_reviews_result* result,
                                                                              celadon_table** out, celadon_error* error);
/* Lists for the lesson, one row a pupil; "whole_class", then "group", then "single": paper, class, group, form, item, label, option,
   cause_source, cause, pupil. @since 0.1 */
CELADON_API celadon_status celadon_feedback_class_reviews_result_talk_groups(const celadon_feedback_class_reviews_result* result,
                                                                             celadon_table** out, celadon_error* error);
/* Each class on each item: paper, class, item, label, n, observed_rate, expected_rate, difference, standard_error, shrunk, p_value, verdict
   ("not_tested" "no_difference" "below" "above"). @since 0.1 */
CELADON_API celadon_status celadon_feedback_class_reviews_result_class_deviations(const celadon_feedback_class_reviews_result* result,
                                                                                  celadon_table** out, celadon_error* error);
/* 错题清单, one row a pupil with any loss: paper, class, pupil, n_items, items (labels in paper order). @since 0.1 */
CELADON_API celadon_status celadon_feedback_class_reviews_result_wrong_items(const celadon_feedback_class_reviews_result* result,
                                                                             celadon_table** out, celadon_error* error);

/* ---- arithmetic of the rules ----------------------------------------------------------------------------------------------------- */

/* Benjamini-Hochberg: 1 for each p-value kept at level `rate`; NaN is no test. out has room for n bytes. @since 0.1 */
CELADON_API celadon_status celadon_feedback_benjamini_hochberg(const double* p_values, int64_t n, double rate, uint8_t* out,
                                                               celadon_error* error);
/* Wilson's interval of a share observed on n > 0 units (need not be whole). Either out pointer may be NULL. @since 0.1 */
CELADON_API celadon_status celadon_feedback_wilson_interval(double share, double n, double confidence, double* lower, double* upper,
                                                            celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
