/* Questionnaire scales: from Likert answers to a score with its error and its reliability, and plausible values for groups. Rules:
 * celadon.h.
 *
 * A scale is calibrated once in its reference population and then scores that and later groups on the same metric. An answer is the number
 * of its option from 0; missing answers are the numbers of celadon_missing and never count as 0. Model and sources:
 * celadon/evaluation/green/scale.hpp.
 */
#ifndef CELADON_C_GREEN_H
#define CELADON_C_GREEN_H

#include <celadon/c/irt.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a scale is: data of a scheme file or of the host. Pointers are borrowed for the call. Set up by its _init function. */
typedef struct celadon_green_scale_definition {
  uint32_t struct_size;
  int32_t n_options; /* answers are 0 ... n_options - 1, the same options for all items; 4 */
  const char* name;
  const char* const* items; /* n_items ids, at least 3 */
  int64_t n_items;
  const uint8_t* reversed; /* n_reversed = n_items: 1 where agreement speaks against what the scale measures; NULL for none */
  int64_t n_reversed;
  double least_answered;            /* share of the items that a person must have answered to have a score, in (0, 1]; 0.5 */
  double least_reliability;         /* marginal reliability below which scores of persons are withheld, in [0, 1); 0.7 */
  double mean;                      /* metric: latent mean of the reference population on it; 10 */
  double sd;                        /* and its standard deviation; 2 */
  const char* reference_population; /* who that is; must not be empty */
} celadon_green_scale_definition;
CELADON_API void celadon_green_scale_definition_init(celadon_green_scale_definition* definition, uint32_t struct_size);

typedef struct celadon_green_scale_options {
  uint32_t struct_size;
  int32_t reserved;
  const double* weights; /* n_weights = n_persons values >= 0, or NULL; their unit does not matter */
  int64_t n_weights;
  double least_rasch;           /* effective persons below which there is no scale; 100 */
  double least_two_parameter;   /* below it partial credit; 500 */
  double least_three_parameter; /* below it GPCM with a log-normal prior (0, .5) on the slopes; 1000 */
} celadon_green_scale_options;
CELADON_API void celadon_green_scale_options_init(celadon_green_scale_options* options, uint32_t struct_size);

/* A calibrated scale. Immutable; any number of threads may use one at once. */
typedef struct celadon_green_scale celadon_green_scale;
typedef struct celadon_green_scale_values {
  uint32_t struct_size;
  int32_t individual_scores; /* 1: the scale is reliable enough for scores of persons */
  double shift;              /* score = shift + factor * ability */
  double factor;
  double marginal_reliability; /* of the whole questionnaire in the reference population */
  double alpha;                /* Cronbach's, of the sum after reversing; NaN where it cannot be computed */
  double alpha_lower;          /* Feldt's 95 % interval */
  double alpha_upper;
  int64_t n_used;
  int64_t n_too_few; /* left out: too few answers or weight 0 */
  int32_t converged; /* of the calibration; look at it */
  int32_t reserved;
} celadon_green_scale_values;
/* responses: persons by items; items that the definition does not name are not looked at. options and execution may be NULL. Errors:
   invalid_argument (definition, weights), too_few_items, duplicate_id, missing_column, length_mismatch, answer_outside_scale, no_persons,
   too_few_for_calibration, those of celadon_irt_fit. Cost: as celadon_irt_fit. @since 0.1 */
CELADON_API celadon_status celadon_green_fit_scale(const celadon_responses* responses, const celadon_green_scale_definition* definition,
                                                   const celadon_green_scale_options* options, const celadon_execution* execution,
                                                   celadon_green_scale** out, celadon_error* error);
/* out->struct_size is set by the caller. */
CELADON_API celadon_status celadon_green_scale_get_values(const celadon_green_scale* scale, celadon_green_scale_values* out,
                                                          celadon_error* error);
/* The calibrated items, a copy of their own; reversed items are turned round. */
CELADON_API celadon_status celadon_green_scale_model(const celadon_green_scale* scale, celadon_irt_model** out, celadon_error* error);
/* One row: scale, reference_population, n_items, n_used, n_too_few, mean, sd, alpha, alpha_lower, alpha_upper, marginal_reliability,
   individual_scores. */
CELADON_API celadon_status celadon_green_scale_table(const celadon_green_scale* scale, celadon_table** out, celadon_error* error);
/* One row an item: item, reversed, n, mean, item_rest_r, slope, slope_se. */
CELADON_API celadon_status celadon_green_scale_item_table(const celadon_green_scale* scale, celadon_table** out, celadon_error* error);
/* What to know about the result: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_green_scale_findings(const celadon_green_scale* scale, int32_t language, celadon_table** out,
                                                        celadon_error* error);
/* The scale as JSON ("celadon.green.scale", version 1), without answers of persons and without findings; loading gives equal bits, so that
   a later year is scored on the same metric. Errors of loading: those of celadon_irt_load, too_few_items, duplicate_id. @since 0.1 */
CELADON_API celadon_status celadon_green_save_scale(const celadon_green_scale* scale, celadon_text** out, celadon_error* error);
CELADON_API celadon_status celadon_green_load_scale(const char* json, int64_t json_size, celadon_green_scale** out, celadon_error* error);
CELADON_API void celadon_green_scale_destroy(celadon_green_scale* scale);

/* Scores of persons, in row order. */
typedef struct celadon_green_score_scale_result celadon_green_score_scale_result;
typedef struct celadon_green_score_scale_values {
  uint32_t struct_size;
  int32_t withheld;             /* 1: no scores of persons, the scale is not reliable enough */
  double empirical_reliability; /* of these scores in this group, also where they are withheld; NaN where none */
  double marginal_reliability;  /* of the scale */
  double alpha;                 /* of the scale */
  int64_t n_persons;
  int64_t n_scored;
  int64_t n_too_few;
  const char* reference_population; /* borrowed from the result */
} celadon_green_score_scale_values;
/* Answers of the reference population or of another group. Scores are drawn towards the reference mean: means of groups, spreads and
   shares come from celadon_green_scale_plausible_values. Errors: missing_column, answer_outside_scale, those of celadon_irt_score.
   @since 0.1 */
CELADON_API celadon_status celadon_green_score_scale(const celadon_green_scale* scale, const celadon_responses* responses,
                                                     const celadon_execution* execution, celadon_green_score_scale_result** out,
                                                     celadon_error* error);
CELADON_API celadon_status celadon_green_score_scale_result_values(const celadon_green_score_scale_result* result,
                                                                   celadon_green_score_scale_values* out, celadon_error* error);
/* n_persons scores on the metric and their errors, NaN: too few answers, or withheld. Each array has room for capacity values, or is NULL.
   Errors: length_mismatch (capacity below n_persons). */
CELADON_API celadon_status celadon_green_score_scale_result_scores(const celadon_green_score_scale_result* result, double* score,
                                                                   double* score_se, int32_t* n_answered, int64_t capacity,
                                                                   celadon_error* error);
/* One row a person: person (row from 1), score, score_se, n_answered. */
CELADON_API celadon_status celadon_green_score_scale_result_table(const celadon_green_score_scale_result* result, celadon_table** out,
                                                                  celadon_error* error);
CELADON_API celadon_status celadon_green_score_scale_result_findings(const celadon_green_score_scale_result* result, int32_t language,
                                                                     celadon_table** out, celadon_error* error);
CELADON_API void celadon_green_score_scale_result_destroy(celadon_green_score_scale_result* result);

/* Draws on the metric for statistics of groups (survey.h takes them as a variable); never a score of a person. population, options and
   execution may be NULL; whatever is analysed with the draws must be among the covariates. Persons with too few answers have NaN. Errors:
   missing_column, answer_outside_scale, those of celadon_irt_plausible_values. @since 0.1 */
CELADON_API celadon_status celadon_green_scale_plausible_values(const celadon_green_scale* scale, const celadon_responses* responses,
                                                                const celadon_irt_population_options* population,
                                                                const celadon_irt_plausible_options* options,
                                                                const celadon_execution* execution,
                                                                celadon_irt_plausible_values_result** out, celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
