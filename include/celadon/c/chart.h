/* Charts as data, drawn as SVG or given as a Vega-Lite specification. Rules: celadon.h.
 *
 * Shares and probabilities lie in [0, 1]; abilities and difficulties are on the logistic scale; NaN is a gap, never a zero. Texts are
 * NUL-terminated UTF-8, may be NULL for "", and are copied like all arrays. Structs are set up by celadon_chart_<kind>_init.
 */
#ifndef CELADON_C_CHART_H
#define CELADON_C_CHART_H

#include <celadon/c/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct celadon_chart celadon_chart;
CELADON_API void celadon_chart_destroy(celadon_chart* chart);

/* The words around a chart. */
typedef struct celadon_chart_words {
  uint32_t struct_size;
  int32_t reserved;
  const char* id; /* ASCII, unique in its page */
  const char* title;
  const char* description; /* what the picture shows, for who cannot see it */
} celadon_chart_words;
CELADON_API void celadon_chart_words_init(celadon_chart_words* words, uint32_t struct_size);

/* ---- kinds ----------------------------------------------------------------------------------------------------------------------- */

/* A level on its band with the interval of the true score. */
typedef struct celadon_chart_level_band_data {
  uint32_t struct_size;
  int32_t level;            /* number of the pupil's band, -1 for none */
  const char* const* bands; /* n_bands labels, lowest first */
  const double* cuts;       /* n_bands + 1 shares of the full mark, ascending: band i is [cuts[i], cuts[i + 1]) */
  int64_t n_bands;
  double score; /* share of the full mark; NaN draws no pointer */
  double lower; /* interval of the true score; NaN for none */
  double upper;
  const char* interval_label;
} celadon_chart_level_band_data;
CELADON_API void celadon_chart_level_band_init(celadon_chart_level_band_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_level_band(const celadon_chart_words* words, const celadon_chart_level_band_data* data,
                                                    celadon_chart** out, celadon_error* error);

/* How many persons reached which marks. */
typedef struct celadon_chart_score_distribution_data {
  uint32_t struct_size;
  int32_t reserved;
  const double* edges;   /* n_bins + 1 ascending marks; a bin holds [edge, next), the last one its end too */
  const int64_t* counts; /* n_bins */
  int64_t n_bins;
  const char* const* bands; /* n_bands labels of level cuts; may be NULL */
  const double* cuts;       /* n_bands + 1 marks */
  int64_t n_bands;
  double mean; /* NaN for none */
  const char* x_title;
  const char* y_title;
  const char* mean_label;
} celadon_chart_score_distribution_data;
CELADON_API void celadon_chart_score_distribution_init(celadon_chart_score_distribution_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_score_distribution(const celadon_chart_words* words,
                                                            const celadon_chart_score_distribution_data* data, celadon_chart** out,
                                                            celadon_error* error);

/* Abilities of persons beside the difficulties of items. */
typedef struct celadon_chart_wright_map_data {
  uint32_t struct_size;
  int32_t reserved;
  const double* edges; /* n_bins + 1 ascending abilities */
  const int64_t* counts;
  int64_t n_bins;
  const char* const* item_labels; /* one mark a difficulty */
  const double* difficulties;
  int64_t n_marks;
  const char* persons_title;
  const char* items_title;
  const char* scale_title;
} celadon_chart_wright_map_data;
CELADON_API void celadon_chart_wright_map_init(celadon_chart_wright_map_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_wright_map(const celadon_chart_words* words, const celadon_chart_wright_map_data* data,
                                                    celadon_chart** out, celadon_error* error);

/* Response curves of one item with what was observed. */
typedef struct celadon_chart_item_curve_data {
  uint32_t struct_size;
  int32_t reserved;
  const char* item;
  const double* abilities; /* n_abilities */
  int64_t n_abilities;
  const char* const* curve_labels; /* n_curves */
  const double* probability;       /* n_curves x n_abilities, curve by curve */
  int64_t n_curves;
  const int32_t* point_curve; /* n_points observed points */
  const double* point_ability;
  const double* point_share;
  const int64_t* point_n;
  int64_t n_points;
  const char* x_title;
  const char* y_title;
  const char* observed_label;
} celadon_chart_item_curve_data;
CELADON_API void celadon_chart_item_curve_init(celadon_chart_item_curve_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_item_curve(const celadon_chart_words* words, const celadon_chart_item_curve_data* data,
                                                    celadon_chart** out, celadon_error* error);

/* Test information with the standard error it stands for. */
typedef struct celadon_chart_information_data {
  uint32_t struct_size;
  int32_t reserved;
  const double* abilities; /* n_abilities, as the two others */
  const double* information;
  const double* standard_error;
  int64_t n_abilities;
  const char* x_title;
  const char* information_title;
  const char* standard_error_title;
} celadon_chart_information_data;
CELADON_API void celadon_chart_information_init(celadon_chart_information_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_information(const celadon_chart_words* words, const celadon_chart_information_data* data,
                                                     celadon_chart** out, celadon_error* error);

/* Share of each option by score group. */
typedef struct celadon_chart_distractors_data {
  uint32_t struct_size;
  int32_t reserved;
  const char* item;
  const char* const* groups; /* n_groups labels, lowest first */
  int64_t n_groups;
  const char* const* options; /* n_options labels */
  const uint8_t* is_key;      /* n_options */
  const double* share;        /* n_options x n_groups, option by option; NaN for an empty group */
  int64_t n_options;
  const char* y_title;
  const char* key_label;
} celadon_chart_distractors_data;
CELADON_API void celadon_chart_distractors_init(celadon_chart_distractors_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_distractors(const celadon_chart_words* words, const celadon_chart_distractors_data* data,
                                                     celadon_chart** out, celadon_error* error);

/* Student-problem chart: persons by items in chart order with the two curves. */
typedef struct celadon_chart_sp_data {
  uint32_t struct_size;
  int32_t reserved;
  const char* const* persons; /* n_persons labels in chart order */
  int64_t n_persons;
  const char* const* items; /* n_items */
  int64_t n_items;
  const uint8_t* right;   /* n_persons x n_items */
  const int32_t* s_curve; /* n_persons: items to the left of the curve */
  const int32_t* p_curve; /* n_items: persons above the curve */
  const char* s_label;
  const char* p_label;
} celadon_chart_sp_data;
CELADON_API void celadon_chart_sp_init(celadon_chart_sp_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_sp(const celadon_chart_words* words, const celadon_chart_sp_data* data, celadon_chart** out,
                                            celadon_error* error);

/* Rows by columns of shares, such as pupils by knowledge points. */
typedef struct celadon_chart_heat_map_data {
  uint32_t struct_size;
  int32_t reserved;
  const char* const* rows; /* n_rows labels */
  int64_t n_rows;
  const char* const* columns; /* n_columns labels */
  int64_t n_columns;
  const double* share;             /* n_rows x n_columns; NaN where there is nothing to show */
  const char* const* column_notes; /* n_columns or NULL */
} celadon_chart_heat_map_data;
CELADON_API void celadon_chart_heat_map_init(celadon_chart_heat_map_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_heat_map(const celadon_chart_words* words, const celadon_chart_heat_map_data* data,
                                                  celadon_chart** out, celadon_error* error);

/* From the full mark to the marks reached. */
typedef struct celadon_chart_waterfall_data {
  uint32_t struct_size;
  int32_t reserved;
  double full;
  const char* const* labels; /* n_steps */
  const double* changes;     /* negative for a loss */
  int64_t n_steps;
  const char* full_label;
  const char* end_label;
} celadon_chart_waterfall_data;
CELADON_API void celadon_chart_waterfall_init(celadon_chart_waterfall_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_waterfall(const celadon_chart_words* words, const celadon_chart_waterfall_data* data,
                                                   celadon_chart** out, celadon_error* error);

/* One bar or spoke a knowledge point. */
enum { CELADON_MASTERY_NONE = 0, CELADON_MASTERED = 1, CELADON_MASTERY_UNSTABLE = 2, CELADON_MASTERY_UNDECIDED = 3 };
typedef struct celadon_chart_knowledge_data {
  uint32_t struct_size;
  int32_t radar;             /* spokes instead of bars (3 to 12 points) */
  const char* const* labels; /* n_points */
  const double* values;      /* share of points gained, or probability of mastery */
  const double* lower;       /* intervals; may be NULL */
  const double* upper;
  const int32_t* states;    /* CELADON_MASTERY_NONE ...; may be NULL */
  const char* const* notes; /* may be NULL */
  int64_t n_points;
  const char* value_title;
  const char* const* state_labels; /* 4 words, or NULL when no state is shown */
} celadon_chart_knowledge_data;
CELADON_API void celadon_chart_knowledge_init(celadon_chart_knowledge_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_knowledge(const celadon_chart_words* words, const celadon_chart_knowledge_data* data,
                                                   celadon_chart** out, celadon_error* error);

/* Indices of one unit side by side, each on an axis of its own. Positions are shares of the row's axis, in [0, 1]. */
typedef struct celadon_chart_profile_data {
  uint32_t struct_size;
  int32_t reserved;
  int64_t n_rows;
  const char* const* labels;      /* n_rows, as all that follow */
  const char* const* value_texts; /* "72%", "8.4 h", or why there is no value; may be NULL */
  const double* values;           /* positions */
  const double* lower;            /* intervals; NULL for none, as each of the four that follow */
  const double* upper;
  const double* reference; /* such as the mean of units that are alike */
  const double* previous;  /* the period before */
  const double* target;
  const char* const* low_labels; /* ends of the row's axis, "0%" "100%"; may be NULL, printed where they differ from the row before */
  const char* const* high_labels;
  const int32_t* depth;    /* 0 an index, 1 a part of it, ...; NULL for 0 */
  const char* value_label; /* words of the legend; NULL or "": no entry */
  const char* interval_label;
  const char* reference_label;
  const char* previous_label;
  const char* target_label;
} celadon_chart_profile_data;
CELADON_API void celadon_chart_profile_init(celadon_chart_profile_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_profile(const celadon_chart_words* words, const celadon_chart_profile_data* data,
                                                 celadon_chart** out, celadon_error* error);

/* Units by their value with intervals, one mark a unit. No unit has a name: the picture shows how much units differ and how sure that is,
   never a place in a list. */
typedef struct celadon_chart_caterpillar_data {
  uint32_t struct_size;
  int32_t own;          /* number of the reader's own unit, -1 for none */
  const double* values; /* n_units, ascending */
  const double* lower;  /* intervals; may be NULL */
  const double* upper;
  int64_t n_units;
  double reference; /* mean of all; NaN for none */
  const char* x_title;
  const char* y_title;
  const char* own_label;
  const char* reference_label;
} celadon_chart_caterpillar_data;
CELADON_API void celadon_chart_caterpillar_init(celadon_chart_caterpillar_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_caterpillar(const celadon_chart_words* words, const celadon_chart_caterpillar_data* data,
                                                     celadon_chart** out, celadon_error* error);

/* One straight line a unit: the expected outcome along a background variable. */
typedef struct celadon_chart_gradient_data {
  uint32_t struct_size;
  int32_t own;         /* number of the reader's own unit, -1 for none */
  const double* x_low; /* n_units, as the three others: a line goes from (x_low, y_low) to (x_high, y_high) */
  const double* x_high;
  const double* y_low;
  const double* y_high;
  int64_t n_units;
  double overall_x_low; /* line of all; NaN for none */
  double overall_x_high;
  double overall_y_low;
  double overall_y_high;
  const char* x_title;
  const char* y_title;
  const char* units_label;
  const char* overall_label;
  const char* own_label;
} celadon_chart_gradient_data;
CELADON_API void celadon_chart_gradient_init(celadon_chart_gradient_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_gradient(const celadon_chart_words* words, const celadon_chart_gradient_data* data,
                                                  celadon_chart** out, celadon_error* error);

/* What share of the differences lies at each level: parts of one bar. */
typedef struct celadon_chart_balance_data {
  uint32_t struct_size;
  int32_t reserved;
  const char* const* labels; /* n_parts */
  const double* shares;      /* of all parts; they add up to 1 */
  const double* lower;       /* intervals of the shares; may be NULL */
  const double* upper;
  int64_t n_parts;
} celadon_chart_balance_data;
CELADON_API void celadon_chart_balance_init(celadon_chart_balance_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_balance(const celadon_chart_words* words, const celadon_chart_balance_data* data,
                                                 celadon_chart** out, celadon_error* error);

/* How far a value moves when one thing is changed at a time: one bar a change, longest first as given. */
typedef struct celadon_chart_tornado_data {
  uint32_t struct_size;
  int32_t decimals;          /* of the numbers at the ends of the bars, 0 to 6 */
  double centre;             /* the value with nothing changed; NaN for none */
  const char* const* labels; /* n_bars */
  const double* low;         /* NaN where a change was not made in this direction */
  const double* high;
  const char* const* notes; /* may be NULL */
  int64_t n_bars;
  const char* x_title;
  const char* centre_label;
} celadon_chart_tornado_data;
CELADON_API void celadon_chart_tornado_init(celadon_chart_tornado_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_tornado(const celadon_chart_words* words, const celadon_chart_tornado_data* data,
                                                 celadon_chart** out, celadon_error* error);

/* One index over the periods, each with its interval. */
typedef struct celadon_chart_timeline_data {
  uint32_t struct_size;
  int32_t share;              /* values are shares, ticks print as percentages */
  const char* const* periods; /* n_periods */
  int64_t n_periods;
  const char* const* series; /* n_series labels; at most six are drawn */
  const double* values;      /* n_series x n_periods, series by series; NaN is a gap */
  const double* lower;       /* intervals, as values; may be NULL */
  const double* upper;
  int64_t n_series;
  double target; /* NaN for none */
  const char* y_title;
  const char* target_label;
} celadon_chart_timeline_data;
CELADON_API void celadon_chart_timeline_init(celadon_chart_timeline_data* data, uint32_t struct_size);
CELADON_API celadon_status celadon_chart_timeline(const celadon_chart_words* words, const celadon_chart_timeline_data* data,
                                                  celadon_chart** out, celadon_error* error);

/* ---- drawing --------------------------------------------------------------------------------------------------------------------- */

/* "level_band" "score_distribution" "wright_map" "item_curve" "information" "distractors" "sp_chart" "heat_map" "waterfall" "knowledge"
   "prerequisites" "profile" "caterpillar" "gradient" "balance" "tornado" "timeline". Static. */
CELADON_API const char* celadon_chart_kind(const celadon_chart* chart);
/* The chart's numbers as rows. */
CELADON_API celadon_status celadon_chart_table(const celadon_chart* chart, celadon_table** out, celadon_error* error);

typedef struct celadon_svg_options {
  uint32_t struct_size;
  int32_t narrow;     /* 340 units wide instead of 660 */
  int32_t standalone; /* carries its own style and namespace: a file, a notebook */
  int32_t reserved;
  const char* id_prefix; /* put before ids where several drawings share a page; may be NULL */
} celadon_svg_options;
CELADON_API void celadon_svg_options_init(celadon_svg_options* options, uint32_t struct_size);
/* The drawing, named for assistive technology. options NULL: standalone. @since 0.1 */
CELADON_API celadon_status celadon_chart_svg(const celadon_chart* chart, const celadon_svg_options* options, celadon_text** out,
                                             celadon_error* error);
/* The style rules that drawings without a style of their own use. */
CELADON_API celadon_status celadon_svg_style(celadon_text** out, celadon_error* error);
/* A Vega-Lite 5 specification with the data inline. @since 0.1 */
CELADON_API celadon_status celadon_chart_vega_lite(const celadon_chart* chart, celadon_text** out, celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
