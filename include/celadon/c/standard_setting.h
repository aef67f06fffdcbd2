/* Standard setting: cuts from what judges say of items, and from pupils whom their teachers know. Rules: celadon.h.
 *
 * Judges are rows, items are columns; NaN is "not rated" and never a 0. Cuts are marks, or abilities of a calibrated model (irt.h). A
 * standard error that cannot be had (one judge, one table) is NaN, and a finding says so. The order of the judges matters by rounding
 * only. Sources and formulas: celadon/models/standard_setting/ (the C++ headers of the same functions).
 */
#ifndef CELADON_C_STANDARD_SETTING_H
#define CELADON_C_STANDARD_SETTING_H

#include <celadon/c/irt.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- ratings and points ------------------------------------------------------------------------------------------------------------ */

enum {
  CELADON_STANDARD_SETTING_YES_NO = 0,      /* 1: the borderline pupil gets the full mark, 0: none */
  CELADON_STANDARD_SETTING_PROBABILITY = 1, /* 0 to 1: probability of a right answer, or expected share of the full mark */
  CELADON_STANDARD_SETTING_MARKS = 2        /* 0 to the full mark: expected marks */
};

/* The ratings of one cut in one round; everything is borrowed for the call. Set up by its _init function. */
typedef struct celadon_standard_setting_ratings {
  uint32_t struct_size;
  int32_t kind;         /* CELADON_STANDARD_SETTING_PROBABILITY by default */
  const double* values; /* n_judges x n_items, row by row */
  int64_t n_judges;
  int64_t n_items;
  const double* full_marks; /* n_full_marks = n_items values > 0, or NULL for 1 each */
  int64_t n_full_marks;
  const char* const* item_ids; /* n_item_ids = n_items names for messages, or NULL for "1", "2", ... */
  int64_t n_item_ids;
  const int32_t*
      tables; /* n_tables = n_judges numbers from 0 of the small groups that talked with one another; NULL: judges worked alone */
  int64_t n_tables;
} celadon_standard_setting_ratings;
CELADON_API void celadon_standard_setting_ratings_init(celadon_standard_setting_ratings* ratings, uint32_t struct_size);

/* Marks of the categories of a model's items. A NULL pointer to it means that category k is worth k. */
typedef struct celadon_standard_setting_points {
  uint32_t struct_size;
  int32_t reserved;
  const double* values; /* n_values marks: category 0, 1, ... of the first item, then of the second, ... */
  int64_t n_values;
  const int32_t* n_categories; /* n_items counts that add up to n_values; 0 where category k of that item is worth k */
  int64_t n_items;             /* those of the model */
} celadon_standard_setting_points;
CELADON_API void celadon_standard_setting_points_init(celadon_standard_setting_points* points, uint32_t struct_size);

/* ---- agreement of judges ----------------------------------------------------------------------------------------------------------- */

/* Variance components of judges x items on shares of the full mark. */
typedef struct celadon_standard_setting_components celadon_standard_setting_components;
typedef struct celadon_standard_setting_components_values {
  uint32_t struct_size;
  int32_t reserved;
  double mean;
  double judge;      /* severity */
  double item;       /* what items truly differ in */
  double residual;   /* judge by item, and error; estimates below 0 are kept */
  double icc_single; /* agreement of one judge with another on items; NaN without variance */
  double icc_panel;  /* the same of the panel's item means */
  int64_t n_judges;  /* with a rating */
  int64_t n_items;
  int64_t n_ratings;
} celadon_standard_setting_components_values;
/* Errors: length_mismatch, invalid_argument (sizes, full marks, tables), rating_out_of_range, item_hardly_rated (an item nobody rated),
   too_few_items, single_judge (also: too few ratings to tell the sources apart). Cost: judges times items. @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_judge_item_components(const celadon_standard_setting_ratings* ratings,
                                                                          celadon_standard_setting_components** out, celadon_error* error);
/* out->struct_size is set by the caller. */
CELADON_API celadon_status celadon_standard_setting_components_get_values(const celadon_standard_setting_components* components,
                                                                          celadon_standard_setting_components_values* out,
                                                                          celadon_error* error);
/* One row a source: source (judge, item, residual), variance, share. */
CELADON_API celadon_status celadon_standard_setting_components_table(const celadon_standard_setting_components* components,
                                                                     celadon_table** out, celadon_error* error);
/* What to know about the result: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_standard_setting_components_findings(const celadon_standard_setting_components* components,
                                                                        int32_t language, celadon_table** out, celadon_error* error);
CELADON_API void celadon_standard_setting_components_destroy(celadon_standard_setting_components* components);

/* Whether a judge knows which items are hard. */
typedef struct celadon_standard_setting_consistency_result celadon_standard_setting_consistency_result;
typedef struct celadon_standard_setting_consistency_values {
  uint32_t struct_size;
  int32_t reserved;
  double mean_correlation; /* over judges that have one; NaN if none */
  double mean_consistency; /* likewise */
} celadon_standard_setting_consistency_values;
/* Against the items' empirical difficulty: n_difficulty = n_items shares of points gained in [0, 1] (large = easy), NaN: not known.
   Errors: those of celadon_standard_setting_judge_item_components for the ratings. @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_difficulty_consistency(const celadon_standard_setting_ratings* ratings,
                                                                           const double* difficulty, int64_t n_difficulty,
                                                                           celadon_standard_setting_consistency_result** out,
                                                                           celadon_error* error);
/* Van der Linden's errors of specification against a model whose items are those of the ratings, in their order. points may be NULL.
   Errors: those of celadon_standard_setting_judge_item_components for the ratings; length_mismatch (items, points), invalid_argument.
   Cost: judges times items times categories times about 60. @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_latent_consistency(const celadon_standard_setting_ratings* ratings,
                                                                       const celadon_irt_model* model,
                                                                       const celadon_standard_setting_points* points,
                                                                       celadon_standard_setting_consistency_result** out,
                                                                       celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_consistency_result_values(const celadon_standard_setting_consistency_result* result,
                                                                              celadon_standard_setting_consistency_values* out,
                                                                              celadon_error* error);
/* One row a judge: judge (from 1), n_items, correlation, ability, mean_absolute_error, largest_error, consistency. */
CELADON_API celadon_status celadon_standard_setting_consistency_result_table(const celadon_standard_setting_consistency_result* result,
                                                                             celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_consistency_result_findings(const celadon_standard_setting_consistency_result* result,
                                                                                int32_t language, celadon_table** out,
                                                                                celadon_error* error);
CELADON_API void celadon_standard_setting_consistency_result_destroy(celadon_standard_setting_consistency_result* result);

/* ---- Angoff ------------------------------------------------------------------------------------------------------------------------ */

/* A cut by Angoff's method: yes/no, or modified (probabilities, expected marks). */
typedef struct celadon_standard_setting_angoff_result celadon_standard_setting_angoff_result;
typedef struct celadon_standard_setting_angoff_values {
  uint32_t struct_size;
  int32_t reserved;
  double cut;                      /* marks */
  double cut_share;                /* of the full mark */
  double full_mark;                /* sum of the full marks */
  double se;                       /* from judges (tables, where given): these items, other judges; NaN for one */
  double se_judges_items;          /* judges and items both random; NaN without components */
  double se_components;            /* the part of it due to judges and to judge by item */
  double judge_sd;                 /* of the judges' cuts, marks, divisor n - 1 */
  double mean_absolute_deviation;  /* of the judges' cuts from the panel's, marks */
  double mean_absolute_difference; /* between two judges on an item, share of the full mark, over all pairs */
  int64_t n_judges;                /* with a rating */
  int64_t n_tables;                /* 0 where none were given */
  int64_t n_missing;               /* cells without a rating, of those judges */
} celadon_standard_setting_angoff_values;
/* Errors: length_mismatch, invalid_argument, rating_out_of_range naming judge and item, item_hardly_rated. Cost: judges squared times
   items. @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_angoff(const celadon_standard_setting_ratings* ratings,
                                                           celadon_standard_setting_angoff_result** out, celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_angoff_result_values(const celadon_standard_setting_angoff_result* result,
                                                                         celadon_standard_setting_angoff_values* out, celadon_error* error);
/* A copy of its own; NaN throughout for one judge or one item. */
CELADON_API celadon_status celadon_standard_setting_angoff_result_components(const celadon_standard_setting_angoff_result* result,
                                                                             celadon_standard_setting_components** out,
                                                                             celadon_error* error);
/* One row: the figures of the cut. */
CELADON_API celadon_status celadon_standard_setting_angoff_result_table(const celadon_standard_setting_angoff_result* result,
                                                                        celadon_table** out, celadon_error* error);
/* One row a judge: judge (from 1), cut, deviation, n_rated, correlation. */
CELADON_API celadon_status celadon_standard_setting_angoff_result_judge_table(const celadon_standard_setting_angoff_result* result,
                                                                              celadon_table** out, celadon_error* error);
/* One row an item: item, full_mark, mean, sd, n_rated. */
CELADON_API celadon_status celadon_standard_setting_angoff_result_item_table(const celadon_standard_setting_angoff_result* result,
                                                                             celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_angoff_result_findings(const celadon_standard_setting_angoff_result* result,
                                                                           int32_t language, celadon_table** out, celadon_error* error);
CELADON_API void celadon_standard_setting_angoff_result_destroy(celadon_standard_setting_angoff_result* result);

/* Several rounds of one cut by the same judges on the same items; the last round is the cut. */
typedef struct celadon_standard_setting_angoff_rounds_result celadon_standard_setting_angoff_rounds_result;
/* rounds: n_rounds elements of the size given in the first one's struct_size. Errors: those of celadon_standard_setting_angoff with the
   number of the round as the table; invalid_argument (no round, sizes that differ). @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_angoff_rounds(const celadon_standard_setting_ratings* rounds, int64_t n_rounds,
                                                                  celadon_standard_setting_angoff_rounds_result** out,
                                                                  celadon_error* error);
/* The cut of a round (from 0), a copy of its own. */
CELADON_API celadon_status celadon_standard_setting_angoff_rounds_result_round(const celadon_standard_setting_angoff_rounds_result* result,
                                                                               int64_t round, celadon_standard_setting_angoff_result** out,
                                                                               celadon_error* error);
/* One row a round: round, cut, se, judge_sd, icc_single, mean_absolute_difference, and of the step from the round before change,
   change_se, mean_absolute_change, n_moved. */
CELADON_API celadon_status celadon_standard_setting_angoff_rounds_result_table(const celadon_standard_setting_angoff_rounds_result* result,
                                                                               celadon_table** out, celadon_error* error);
CELADON_API void celadon_standard_setting_angoff_rounds_result_destroy(celadon_standard_setting_angoff_rounds_result* result);

/* Several cuts on one paper, lowest first. */
typedef struct celadon_standard_setting_angoff_levels_result celadon_standard_setting_angoff_levels_result;
/* levels: as rounds above. Findings cuts_not_ascending: an error for the panel, a warning for a judge. @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_angoff_levels(const celadon_standard_setting_ratings* levels, int64_t n_levels,
                                                                  celadon_standard_setting_angoff_levels_result** out,
                                                                  celadon_error* error);
/* The cut of a level (from 0), a copy of its own. */
CELADON_API celadon_status celadon_standard_setting_angoff_levels_result_level(const celadon_standard_setting_angoff_levels_result* result,
                                                                               int64_t level, celadon_standard_setting_angoff_result** out,
                                                                               celadon_error* error);
/* One row a level: level (from 1), cut, cut_share, se, se_judges_items, judge_sd, n_judges. */
CELADON_API celadon_status celadon_standard_setting_angoff_levels_result_table(const celadon_standard_setting_angoff_levels_result* result,
                                                                               celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_angoff_levels_result_findings(
    const celadon_standard_setting_angoff_levels_result* result, int32_t language, celadon_table** out, celadon_error* error);
CELADON_API void celadon_standard_setting_angoff_levels_result_destroy(celadon_standard_setting_angoff_levels_result* result);

/* ---- cuts -------------------------------------------------------------------------------------------------------------------------- */

/* A cut on the ability scale. */
typedef struct celadon_standard_setting_ability_cut {
  uint32_t struct_size;
  int32_t reserved;
  double ability;
  double se;        /* of the ability, from the error of the cut alone; items are taken as known */
  double raw_cut;   /* marks */
  double raw_se;    /* marks */
  double slope;     /* of the test characteristic curve at the cut, marks an ability unit */
  double sem_raw;   /* conditional standard error of measurement at the cut, marks */
  double full_mark; /* of the model: the sum of the highest points */
} celadon_standard_setting_ability_cut;
/* The ability at which the expected score is the cut. model: all items of the paper. raw_se: NaN where not known. points may be NULL.
   full_mark: of the paper, checked against the model's; NaN: not checked. Errors: cut_outside_scale (no ability in [-20, 20]),
   invalid_argument, length_mismatch (points). @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_ability_of_cut(const celadon_irt_model* model, double raw_cut, double raw_se,
                                                                   const celadon_standard_setting_points* points, double full_mark,
                                                                   celadon_standard_setting_ability_cut* out, celadon_error* error);

/* A finding (cuts_not_ascending) for each of n_cuts cuts that is not above the one before, both rounded to 1e-6; NaN is passed over.
   name: what the cuts are, for the message ("panel"). out: a table of findings in the language. @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_check_ascending(const double* cuts, int64_t n_cuts, const char* name, int32_t language,
                                                                    celadon_table** out, celadon_error* error);

/* Several panels that set the same cut independently. */
typedef struct celadon_standard_setting_across_panels_result celadon_standard_setting_across_panels_result;
typedef struct celadon_standard_setting_panel_agreement {
  uint32_t struct_size;
  int32_t reserved;
  int64_t n_panels;
  double cut;              /* mean of the panels */
  double se;               /* sd / sqrt(n): every source that differs between panels; NaN for one panel */
  double se_within;        /* from the panels' own standard errors, as if panels were alike; NaN where one is missing */
  double sd;               /* divisor n - 1 */
  double between_variance; /* sd^2 less the mean of the panels' own error variance; may be below 0 */
  double lowest;
  double highest;
} celadon_standard_setting_panel_agreement;
/* cuts: n_cuts finite numbers, one a panel. ses: n_ses = n_cuts standard errors >= 0 (NaN: not known), or NULL. Errors:
   invalid_argument (no panel), not_finite, length_mismatch. @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_across_panels(const double* cuts, int64_t n_cuts, const double* ses, int64_t n_ses,
                                                                  celadon_standard_setting_across_panels_result** out,
                                                                  celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_across_panels_result_values(const celadon_standard_setting_across_panels_result* result,
                                                                                celadon_standard_setting_panel_agreement* out,
                                                                                celadon_error* error);
/* One row with the fields above. */
CELADON_API celadon_status celadon_standard_setting_across_panels_result_table(const celadon_standard_setting_across_panels_result* result,
                                                                               celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_across_panels_result_findings(
    const celadon_standard_setting_across_panels_result* result, int32_t language, celadon_table** out, celadon_error* error);
CELADON_API void celadon_standard_setting_across_panels_result_destroy(celadon_standard_setting_across_panels_result* result);

/* How the judges' cuts moved from one round to the next. */
typedef struct celadon_standard_setting_change {
  uint32_t struct_size;
  int32_t reserved;
  int64_t n_judges; /* with a cut in both */
  double mean;      /* later less earlier */
  double mean_absolute;
  double se; /* of the mean change; NaN for one judge */
  double sd_before;
  double sd_after;
  double correlation; /* NaN where one round has no variance */
  int64_t n_moved;    /* judges whose cut changed by more than 1e-9 */
} celadon_standard_setting_change;
/* n_judges cuts in each, NaN: none. Errors: too_few_persons (no judge with both). @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_round_change(const double* before, const double* after, int64_t n_judges,
                                                                 celadon_standard_setting_change* out, celadon_error* error);

/* ---- Bookmark ---------------------------------------------------------------------------------------------------------------------- */

/* Items (steps of polytomous items) in order of difficulty. */
typedef struct celadon_standard_setting_booklet celadon_standard_setting_booklet;
typedef struct celadon_standard_setting_page {
  uint32_t struct_size;
  int32_t step;        /* model category reached or passed; 1 for a dichotomous item */
  int64_t item;        /* index in the model */
  const char* item_id; /* borrowed from the booklet */
  double location;     /* ability */
} celadon_standard_setting_page;
/* response_probability in (0, 1), 2.0 / 3.0 in the literature. guessing_adjusted 1: for 3PL and 4PL the probability of what is above
   guessing. An item without a location in [-20, 20] is left out with a finding. Errors: invalid_argument, no_items. @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_ordered_item_booklet(const celadon_irt_model* model, double response_probability,
                                                                         int32_t guessing_adjusted, celadon_standard_setting_booklet** out,
                                                                         celadon_error* error);
CELADON_API int64_t celadon_standard_setting_booklet_n_pages(const celadon_standard_setting_booklet* booklet);
/* A page by its number from 1. Errors: invalid_argument (page out of range). */
CELADON_API celadon_status celadon_standard_setting_booklet_page(const celadon_standard_setting_booklet* booklet, int64_t page,
                                                                 celadon_standard_setting_page* out, celadon_error* error);
/* One row a page: page (from 1), item, step, location. */
CELADON_API celadon_status celadon_standard_setting_booklet_table(const celadon_standard_setting_booklet* booklet, celadon_table** out,
                                                                  celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_booklet_findings(const celadon_standard_setting_booklet* booklet, int32_t language,
                                                                     celadon_table** out, celadon_error* error);
CELADON_API void celadon_standard_setting_booklet_destroy(celadon_standard_setting_booklet* booklet);

/* Where the cut of a bookmark on page b lies: at page b - 1 (b from 2 to n + 1), half way to page b (2 to n), at page b (1 to n). */
enum { CELADON_STANDARD_SETTING_BEFORE = 0, CELADON_STANDARD_SETTING_MIDPOINT = 1, CELADON_STANDARD_SETTING_AT = 2 };

/* Bookmarks of all the judges; everything is borrowed for the call. Set up by its _init function. */
typedef struct celadon_standard_setting_bookmarks {
  uint32_t struct_size;
  int32_t rule;        /* CELADON_STANDARD_SETTING_BEFORE by default */
  const double* pages; /* n_judges x n_cuts, row by row: page from 1, lowest cut first; NaN: none placed */
  int64_t n_judges;
  int64_t n_cuts;        /* 1 by default */
  const int32_t* tables; /* n_tables = n_judges numbers from 0; NULL: judges worked alone */
  int64_t n_tables;
} celadon_standard_setting_bookmarks;
CELADON_API void celadon_standard_setting_bookmarks_init(celadon_standard_setting_bookmarks* bookmarks, uint32_t struct_size);

/* Cuts, lowest first. */
typedef struct celadon_standard_setting_bookmark_result celadon_standard_setting_bookmark_result;
typedef struct celadon_standard_setting_bookmark_cut {
  uint32_t struct_size;
  int32_t reserved;
  int64_t n_judges; /* who placed this bookmark */
  int64_t n_tables; /* 0 where none were given */
  double median;    /* the cut; ability, as what follows */
  double mean;
  double sd;
  double mean_se;
  double median_se;
  double table_variance; /* between tables; may be below 0, NaN without two tables */
  double table_icc;      /* share of the variance that judges of a table have in common */
  double mean_absolute_deviation;
  double lowest;
  double highest;
  double raw_cut; /* the median in marks */
  double raw_se;
  double full_mark;
} celadon_standard_setting_bookmark_cut;
/* model: the one that the booklet was made from. points may be NULL. Errors: bookmark_out_of_range naming judge and cut, too_few_persons
   (a cut without a bookmark), length_mismatch, invalid_argument. Findings: single_judge, judges_coincide, cuts_not_ascending.
   @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_bookmark(const celadon_irt_model* model,
                                                             const celadon_standard_setting_booklet* booklet,
                                                             const celadon_standard_setting_bookmarks* bookmarks,
                                                             const celadon_standard_setting_points* points,
                                                             celadon_standard_setting_bookmark_result** out, celadon_error* error);
CELADON_API int64_t celadon_standard_setting_bookmark_result_n_cuts(const celadon_standard_setting_bookmark_result* result);
/* A cut by its number from 0. Errors: invalid_argument (cut out of range). */
CELADON_API celadon_status celadon_standard_setting_bookmark_result_cut(const celadon_standard_setting_bookmark_result* result, int64_t cut,
                                                                        celadon_standard_setting_bookmark_cut* out, celadon_error* error);
/* One row a cut: level (from 1), median, median_se, mean, mean_se, sd, ..., raw_cut, raw_se, full_mark. */
CELADON_API celadon_status celadon_standard_setting_bookmark_result_table(const celadon_standard_setting_bookmark_result* result,
                                                                          celadon_table** out, celadon_error* error);
/* One row a judge and cut: judge (from 1), level, ability. */
CELADON_API celadon_status celadon_standard_setting_bookmark_result_judge_table(const celadon_standard_setting_bookmark_result* result,
                                                                                celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_bookmark_result_findings(const celadon_standard_setting_bookmark_result* result,
                                                                             int32_t language, celadon_table** out, celadon_error* error);
CELADON_API void celadon_standard_setting_bookmark_result_destroy(celadon_standard_setting_bookmark_result* result);

/* ---- judged pupils ----------------------------------------------------------------------------------------------------------------- */

/* Pupils with a score and a judgement; everything is borrowed for the call. Set up by its _init function. */
typedef struct celadon_standard_setting_pupils {
  uint32_t struct_size;
  int32_t reserved;
  const double* scores; /* n_pupils marks or abilities; NaN: left out and counted */
  int64_t n_pupils;
  const uint8_t* reached; /* n_pupils: 1 judged to have reached the standard, 0 not */
  const double* weights;  /* n_weights = n_pupils values >= 0, or NULL */
  int64_t n_weights;
  const int32_t* clusters; /* n_clusters = n_pupils numbers of teachers or schools; NULL: pupils are independent */
  int64_t n_clusters;
  double base_rate;    /* share who have reached it among the pupils of interest; NaN (default): as among those judged */
  double probability;  /* of having reached it at the cut, 0.5 */
  int64_t small_group; /* below this many pupils in a group the result carries a warning; 50 */
} celadon_standard_setting_pupils;
CELADON_API void celadon_standard_setting_pupils_init(celadon_standard_setting_pupils* pupils, uint32_t struct_size);

/* Cuts that tell the groups apart. */
typedef struct celadon_standard_setting_contrasting_groups_result celadon_standard_setting_contrasting_groups_result;
typedef struct celadon_standard_setting_contrasting_values {
  uint32_t struct_size;
  int32_t reserved;
  int64_t n_reached;
  int64_t n_not_reached;
  int64_t n_missing; /* without a score or with weight 0 */
  double mean_reached;
  double mean_not_reached;
  double sd_reached;
  double sd_not_reached;
  double base_rate; /* that was used */
  double slope;     /* of the logistic regression, logits a mark; NaN: no solution */
  double intercept; /* at the base rate */
} celadon_standard_setting_contrasting_values;
enum {
  CELADON_STANDARD_SETTING_LOGISTIC = 0,  /* P(reached | score) is the probability asked for */
  CELADON_STANDARD_SETTING_QUADRATIC = 1, /* two normal densities with their own variances cross */
  CELADON_STANDARD_SETTING_SMOOTHED = 2   /* the two densities smoothed by a kernel cross */
};
/* A cut by one way and what it gets wrong among those judged. */
typedef struct celadon_standard_setting_group_cut {
  uint32_t struct_size;
  int32_t reserved;
  double cut; /* NaN: none, a finding says why */
  double se;
  double false_pass_rate; /* of those who have not reached the standard, at or above the cut */
  double false_fail_rate; /* of those who have, below it */
  double misclassified;   /* both, weighed by the base rate */
} celadon_standard_setting_group_cut;
/* Errors: too_few_persons (fewer than 5 in a group), no_crossing (the groups the wrong way round), not_finite, length_mismatch,
   invalid_argument. Cost: about 300 passes over the pupils. @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_contrasting_groups(const celadon_standard_setting_pupils* pupils,
                                                                       celadon_standard_setting_contrasting_groups_result** out,
                                                                       celadon_error* error);
CELADON_API celadon_status
celadon_standard_setting_contrasting_groups_result_values(const celadon_standard_setting_contrasting_groups_result* result,
                                                          celadon_standard_setting_contrasting_values* out, celadon_error* error);
/* way: CELADON_STANDARD_SETTING_LOGISTIC ... */
CELADON_API celadon_status
celadon_standard_setting_contrasting_groups_result_cut(const celadon_standard_setting_contrasting_groups_result* result, int32_t way,
                                                       celadon_standard_setting_group_cut* out, celadon_error* error);
/* One row a way: method (logistic, quadratic, smoothed), cut, se, false_pass_rate, false_fail_rate, misclassified. */
CELADON_API celadon_status celadon_standard_setting_contrasting_groups_result_table(
    const celadon_standard_setting_contrasting_groups_result* result, celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_contrasting_groups_result_findings(
    const celadon_standard_setting_contrasting_groups_result* result, int32_t language, celadon_table** out, celadon_error* error);
CELADON_API void celadon_standard_setting_contrasting_groups_result_destroy(celadon_standard_setting_contrasting_groups_result* result);

/* The middle of the pupils judged to be just on the standard. */
typedef struct celadon_standard_setting_borderline_group_result celadon_standard_setting_borderline_group_result;
typedef struct celadon_standard_setting_borderline_values {
  uint32_t struct_size;
  int32_t reserved;
  int64_t n_pupils;
  int64_t n_missing;
  double median; /* the cut */
  double median_se;
  double mean;
  double mean_se;
  double sd;
} celadon_standard_setting_borderline_values;
/* scores: n_scores numbers, NaN: left out and counted. Below small_group pupils (30 is usual) the result carries a warning. Errors:
   too_few_persons (fewer than 5), not_finite. @since 0.1 */
CELADON_API celadon_status celadon_standard_setting_borderline_group(const double* scores, int64_t n_scores, int64_t small_group,
                                                                     celadon_standard_setting_borderline_group_result** out,
                                                                     celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_borderline_group_result_values(
    const celadon_standard_setting_borderline_group_result* result, celadon_standard_setting_borderline_values* out, celadon_error* error);
/* One row with the fields above. */
CELADON_API celadon_status celadon_standard_setting_borderline_group_result_table(
    const celadon_standard_setting_borderline_group_result* result, celadon_table** out, celadon_error* error);
CELADON_API celadon_status celadon_standard_setting_borderline_group_result_findings(
    const celadon_standard_setting_borderline_group_result* result, int32_t language, celadon_table** out, celadon_error* error);
CELADON_API void celadon_standard_setting_borderline_group_result_destroy(celadon_standard_setting_borderline_group_result* result);

#ifdef __cplusplus
}
#endif
#endif
