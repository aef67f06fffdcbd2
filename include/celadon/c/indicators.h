/* What goes with an outcome, what may be said of a unit's indices, and the pages of an indicator scheme. Rules: celadon.h. Schemes,
 * periods and evaluations: scheme.h. What a page hands out: reports.h.
 *
 * "Goes with" is association, never cause. No page and no sentence ranks units.
 */
#ifndef CELADON_C_INDICATORS_H
#define CELADON_C_INDICATORS_H

#include <celadon/c/reports.h>
#include <celadon/c/scheme.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what goes with an outcome ----------------------------------------------------------------------------------------------------- */

/* A numeric column of the frame; categories with more than two values enter as 0/1 columns. */
typedef struct celadon_driver_predictor {
  uint32_t struct_size;
  int32_t reserved;
  const char* variable;
  const char* name_zh; /* NULL: the variable */
  const char* name_en;
} celadon_driver_predictor;
CELADON_API void celadon_driver_predictor_init(celadon_driver_predictor* predictor, uint32_t struct_size);
typedef struct celadon_drivers_options {
  uint32_t struct_size;
  int32_t least_n;   /* rows of a unit without which its line is not shown, 10 */
  const char* frame; /* NULL: "pupils" */
  const char* outcome;
  const char* outcome_name_zh; /* NULL: the outcome */
  const char* outcome_name_en;
  const celadon_driver_predictor* predictors; /* the first is the background of the gradient */
  int64_t n_predictors;
  double confidence;         /* of intervals, 0.90 */
  double false_discovery;    /* over the effects (Benjamini-Hochberg), 0.10 */
  int32_t least_units_above; /* units of the level above without which it is not in the model, 5; at least 2 */
  int32_t reserved;
} celadon_drivers_options;
CELADON_API void celadon_drivers_options_init(celadon_drivers_options* options, uint32_t struct_size);

/* What goes with one outcome of one period. Immutable. */
typedef struct celadon_drivers celadon_drivers;
/* Linear mixed models by REML for each plausible value, combined by Rubin's rules. A row that lacks the outcome or a predictor, a unit or
   weight takes no part; weights are not used otherwise. Errors: missing_table, missing_column, invalid_argument, scheme_frame_invalid,
   scheme_units, not_finite, constant_outcome, too_few_rows, too_few_groups, too_many_effects, cancelled. Cost: three fits a plausible
   value. @since 0.1 */
CELADON_API celadon_status celadon_drivers_create(const celadon_scheme_period* period, const celadon_drivers_options* options,
                                                  const celadon_execution* execution, celadon_drivers** out, celadon_error* error);
CELADON_API void celadon_drivers_destroy(celadon_drivers* drivers);
typedef struct celadon_drivers_values {
  uint32_t struct_size;
  int32_t random_slopes; /* 1: lines have slopes of their own */
  int64_t n;             /* rows used */
  int64_t n_left_out;    /* rows with a unit and weight that lack a value */
  int32_t n_units;       /* with rows used */
  int32_t reserved;
  double confidence;
} celadon_drivers_values;
CELADON_API celadon_status celadon_drivers_get_values(const celadon_drivers* drivers, celadon_drivers_values* out, celadon_error* error);
/* One row a predictor: variable, name_zh, name_en, per, estimate, se, low, high, p, stands_out. */
CELADON_API celadon_status celadon_drivers_effects(const celadon_drivers* drivers, celadon_table** out, celadon_error* error);
/* One row a model ("without_predictors" "with_predictors") and level: model, level, variance, share, low, high. */
CELADON_API celadon_status celadon_drivers_balance(const celadon_drivers* drivers, celadon_table** out, celadon_error* error);
/* One row a line of the outcome on the background, the overall one first (unit is null): unit, x_low, x_high, y_low, y_high, slope,
   slope_se, n. */
CELADON_API celadon_status celadon_drivers_lines(const celadon_drivers* drivers, celadon_table** out, celadon_error* error);
/* What may be said, in reading order: id, rule, role, zh, en, evidence ("name=value; ..."). */
CELADON_API celadon_status celadon_drivers_statements(const celadon_drivers* drivers, celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_drivers_findings(const celadon_drivers* drivers, int32_t language, celadon_table** out,
                                                    celadon_error* error);

/* ---- one unit ---------------------------------------------------------------------------------------------------------------------- */

/* What makes units alike, as for celadon_scheme_like_units. Borrowed for the call. */
typedef struct celadon_scheme_like_options {
  uint32_t struct_size;
  int32_t n_like;           /* units to compare with, 10; 0: no comparison */
  const char* level;        /* of the units; NULL: the level that is asked for, and "school" where all pages are written */
  const double* background; /* n_units x n_background, row by row, in the order of celadon_scheme_evaluation_unit; NaN: not compared */
  int64_t n_units;
  int32_t n_background;
  int32_t reserved;
  double confidence;      /* 0.90 */
  double false_discovery; /* over one unit's indices, 0.10 */
} celadon_scheme_like_options;
CELADON_API void celadon_scheme_like_options_init(celadon_scheme_like_options* options, uint32_t struct_size);

/* What may be said of one unit's indices, in reading order: id, rule, role, zh, en, evidence. period: -1 for the last. like NULL, or of
   another level: no comparison. Errors: no_such_unit (period, level, unit), those of celadon_scheme_like_units. @since 0.1 */
CELADON_API celadon_status celadon_scheme_statements(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level,
                                                     const char* unit, const celadon_scheme_like_options* like, celadon_table** out,
                                                     celadon_error* error);
/* How far each inner node of one unit moves when one thing below it changes at a time, one row a bar, widest first within a node: node,
   node_name_zh, node_name_en, value, what ("child_interval" "child_weight" "child_removed"), child, child_name_zh, child_name_en, low,
   high. period: -1 for the last. weight_factor: above 1, what a weight is multiplied and divided by; 1.5 is usual. Errors:
   invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_scheme_sensitivity(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level,
                                                      const char* unit, double weight_factor, celadon_table** out, celadon_error* error);

/* ---- pages ------------------------------------------------------------------------------------------------------------------------- */

typedef struct celadon_indicator_report_options {
  uint32_t struct_size;
  int32_t language;                        /* CELADON_CHINESE by default */
  int64_t period;                          /* -1: the last */
  const celadon_scheme_like_options* like; /* NULL: no comparison with like units */
  const celadon_drivers* const* drivers;   /* of this period */
  int64_t n_drivers;
  const char* const* name_levels; /* n_names levels, ids and names of units; a unit without a name goes by its id */
  const char* const* name_ids;
  const char* const* names;
  int64_t n_names;
  int32_t estimand;                         /* what the frames were given: CELADON_ESTIMAND_LIKE_COHORT by default */
  int32_t simulated;                        /* 1: a badge says that the data are simulated */
  const celadon_wording* statement_wording; /* NULL: the shipped ones of the language. Borrowed for the call. */
  const celadon_page_wording* page_wording;
} celadon_indicator_report_options;
CELADON_API void celadon_indicator_report_options_init(celadon_indicator_report_options* options, uint32_t struct_size);

/* The page of one unit, for those who answer for it. Hidden figures of small groups do not stand on it; other units appear without names.
   Errors: no_such_unit (period, level, unit), those of celadon_scheme_like_units. @since 0.1 */
CELADON_API celadon_status celadon_indicator_report(const celadon_scheme_evaluation* evaluation, const char* level, const char* unit,
                                                    const celadon_indicator_report_options* options, celadon_report** out,
                                                    celadon_error* error);

typedef struct celadon_indicator_write_options {
  uint32_t struct_size;
  int32_t index;             /* 1 by default, as html */
  const char* const* levels; /* which levels get pages; none: all from "school" up, or all where no level has that name */
  int64_t n_levels;
  int32_t html;
  int32_t json;                                   /* the same reports as JSON beside */
  const celadon_indicator_report_options* report; /* NULL for the defaults */
} celadon_indicator_write_options;
CELADON_API void celadon_indicator_write_options_init(celadon_indicator_write_options* options, uint32_t struct_size);

/* Each draws the pages of all units on the execution's threads, in a fixed order: index, then the levels from the highest down. Paths:
   "index.html", "<scheme>/<level>/<unit>.html"; kinds of celadon_page: "index" and the level's name. Same bytes for any number of threads.
   n_pages and n_bytes may be NULL; on failure they are 0. Errors: cannot_write (a function that stops the writing gives its number in the
   message), no_such_unit (a level or period that is not there), those of celadon_scheme_like_units, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_write_indicator_reports(const celadon_scheme_evaluation* evaluation,
                                                           celadon_reports_page_function function, void* user,
                                                           const celadon_indicator_write_options* options,
                                                           const celadon_execution* execution, int64_t* n_pages, int64_t* n_bytes,
                                                           celadon_error* error);
/* To a folder, which is made if needed. A page replaces one of the same path only when it is whole. */
CELADON_API celadon_status celadon_write_indicator_reports_to_folder(const celadon_scheme_evaluation* evaluation, const char* folder,
                                                                     const celadon_indicator_write_options* options,
                                                                     const celadon_execution* execution, int64_t* n_pages, int64_t* n_bytes,
                                                                     celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
