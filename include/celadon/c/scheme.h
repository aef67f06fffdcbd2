/* Indicator schemes: green indicators and other trees of indicators, evaluated for every unit of a period. Rules: celadon.h.
 *
 * A scheme is JSON text (schema: src/schemas/scheme.schema.json). What a document does not publish is null there, and the indicator has a
 * state that says so instead of a number. Shares lie in [0, 1]; NaN and null are missing.
 */
#ifndef CELADON_C_SCHEME_H
#define CELADON_C_SCHEME_H

#include <celadon/c/paper.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A checked scheme. Immutable. */
typedef struct celadon_scheme celadon_scheme;
/* Reads a scheme or an overlay. base_ids and base_texts name schemes that an overlay may extend, before the shipped ones; n_bases may be 0.
   A mistake in the file is a finding with line and path, and the rest stands. Errors: json_syntax, json_field, scheme_unknown_base. @since
   0.1 */
CELADON_API celadon_status celadon_scheme_parse(const char* json, int64_t size, const char* const* base_ids, const char* const* base_texts,
                                                int64_t n_bases, celadon_scheme** out, celadon_error* error);
CELADON_API void celadon_scheme_destroy(celadon_scheme* scheme);
/* Borrowed. */
CELADON_API const char* celadon_scheme_id(const celadon_scheme* scheme);
CELADON_API const char* celadon_scheme_hash(const celadon_scheme* scheme);
/* One row an indicator: id, parent, name_zh, name_en, verified, measured, measure_verified, statistic, frame, variable, cut, target, unit,
   direction, aggregation, weight, problem, line. */
CELADON_API celadon_status celadon_scheme_table(const celadon_scheme* scheme, celadon_table** out, celadon_error* error);
/* What is wrong with the file, one row a finding: severity, code, table, row (the line), column, item, value, cause, fix. */
CELADON_API celadon_status celadon_scheme_findings(const celadon_scheme* scheme, int32_t language, celadon_table** out,
                                                   celadon_error* error);

/* Ids and texts of the schemes that the library ships, in alphabetical order; NULL when out of range. Static. */
CELADON_API int64_t celadon_scheme_n_shipped(void);
CELADON_API const char* celadon_scheme_shipped_id(int64_t scheme);
CELADON_API const char* celadon_scheme_shipped_text(int64_t scheme);

/* ---- data of a period ------------------------------------------------------------------------------------------------------------ */

/* What the errors of a table speak of. */
enum {
  CELADON_ESTIMAND_THESE_ROWS = 0,  /* the rows themselves: no sampling error */
  CELADON_ESTIMAND_LIKE_COHORT = 1, /* rows as a draw from a like cohort: a delete-a-group jackknife */
  CELADON_ESTIMAND_REPLICATES = 2   /* the sample that the replicate weights describe */
};
/* A variable with plausible values: its name and the columns that hold the draws. */
typedef struct celadon_scheme_draws {
  uint32_t struct_size;
  int32_t reserved;
  const char* name;
  const char* const* columns;
  int64_t n_columns;
} celadon_scheme_draws;
CELADON_API void celadon_scheme_draws_init(celadon_scheme_draws* draws, uint32_t struct_size);
typedef struct celadon_scheme_frame_options {
  uint32_t struct_size;
  int32_t persons;                   /* 1: rows are people, and small groups are hidden */
  const char* name;                  /* what the scheme calls the frame; NULL: the table's name */
  const char* weight;                /* column; NULL: 1 each */
  const celadon_scheme_draws* draws; /* variables with plausible values; other numeric columns are variables of their own */
  int64_t n_draws;
  int32_t estimand; /* CELADON_ESTIMAND_LIKE_COHORT by default */
  int32_t n_groups; /* of the jackknife */
  uint64_t seed;
  const char* const* replicate_weights; /* columns */
  int64_t n_replicate_weights;
  double scale;              /* variance = scale x sum of squared deviations */
  double degrees_of_freedom; /* 0: the number of replicates */
} celadon_scheme_frame_options;
CELADON_API void celadon_scheme_frame_options_init(celadon_scheme_frame_options* options, uint32_t struct_size);

/* Tables of one period. Adding is not concurrent with other use; evaluating is from any thread. */
typedef struct celadon_scheme_period celadon_scheme_period;
/* levels: columns that name units, finest first; the last may be in no table. @since 0.1 */
CELADON_API celadon_status celadon_scheme_period_create(const char* id, const char* const* levels, int64_t n_levels,
                                                        celadon_scheme_period** out, celadon_error* error);
CELADON_API void celadon_scheme_period_destroy(celadon_scheme_period* period);
/* Adds a table of a data set as a frame; its numbers are copied. options NULL: pupils as a draw from a like cohort.
   Errors: missing_table, scheme_frame_invalid, scheme_units, those of the design. @since 0.1 */
CELADON_API celadon_status celadon_scheme_period_add(celadon_scheme_period* period, const celadon_dataset* dataset, const char* table,
                                                     const celadon_scheme_frame_options* options, celadon_error* error);
/* Error of the link between this period's scale and the last one's, in the unit of a leaf. A leaf that needs a link is compared with last
   time only where this was said of it; 0 says that no error is due (the same test). Without it its change_state is not_linked. An id that
   is no leaf of the scheme is a finding of the evaluation (scheme_link_not_used). */
CELADON_API celadon_status celadon_scheme_period_add_link_error(celadon_scheme_period* period, const char* indicator, double se,
                                                                celadon_error* error);
CELADON_API celadon_status celadon_scheme_period_findings(const celadon_scheme_period* period, int32_t language, celadon_table** out,
                                                          celadon_error* error);

/* ---- evaluation ------------------------------------------------------------------------------------------------------------------- */

typedef struct celadon_scheme_options {
  uint32_t struct_size;
  int32_t audience;       /* CELADON_AUDIENCE_PUPIL ... (paper.h); CELADON_AUDIENCE_DISTRICT by default */
  double confidence;      /* of intervals */
  double false_discovery; /* of changes, within one unit */
  int32_t least_n;        /* smaller groups of people are hidden beyond the teacher */
  int32_t hide_all_or_none;
} celadon_scheme_options;
CELADON_API void celadon_scheme_options_init(celadon_scheme_options* options, uint32_t struct_size);

/* Every index of every unit and period. Immutable. */
typedef struct celadon_scheme_evaluation celadon_scheme_evaluation;
/* Periods in order of time. Errors: scheme_empty, scheme_units, scheme_frame_invalid, not_finite, invalid_argument, cancelled.
   @since 0.1 */
CELADON_API celadon_status celadon_scheme_evaluate(const celadon_scheme* scheme, const celadon_scheme_period* const* periods,
                                                   int64_t n_periods, const celadon_scheme_options* options,
                                                   const celadon_execution* execution, celadon_scheme_evaluation** out,
                                                   celadon_error* error);
CELADON_API void celadon_scheme_evaluation_destroy(celadon_scheme_evaluation* evaluation);
/* One row an index: period, level, unit, parent_unit, indicator, parent, name_zh, name_en, state, hidden, value, se, low, high, index, n,
   band, band_low, band_high, change, change_se, change_low, change_high, change_p, evaluated_weight, imputation_share,
   change_state (not_compared, no_visible_change, higher, lower, not_linked). Hidden figures are null; hidden: "shown", "small_group", or
   "hidden" for a share that speaks of everybody and for a unit that would give another away. */
CELADON_API celadon_status celadon_scheme_evaluation_table(const celadon_scheme_evaluation* evaluation, celadon_table** out,
                                                           celadon_error* error);
CELADON_API celadon_status celadon_scheme_evaluation_findings(const celadon_scheme_evaluation* evaluation, int32_t language,
                                                              celadon_table** out, celadon_error* error);
/* Each unit's indices beside the mean of the n_like units most like it. background: units x n_background, row by row, in the order of
   celadon_scheme_evaluation_unit; NaN: the unit is not compared. One row a unit and index: unit, indicator, state ("near" "above" "below"),
   like_mean, difference, se, low, high, p, n_like. Errors: invalid_argument, length_mismatch, too_few_units. @since 0.1 */
CELADON_API celadon_status celadon_scheme_like_units(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level,
                                                     const double* background, int64_t n_units, int32_t n_background, int32_t n_like,
                                                     double confidence, double false_discovery, celadon_table** out, celadon_error* error);
/* Units of a level; 0 and NULL where there is no such period or level, or when out of range. Borrowed. */
CELADON_API int64_t celadon_scheme_evaluation_n_units(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level);
CELADON_API const char* celadon_scheme_evaluation_unit(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level,
                                                       int64_t unit);

#ifdef __cplusplus
}
#endif
#endif
