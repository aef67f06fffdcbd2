/* Composite indicators: from a table of indicators and a tree to an index that says how sure it is. Rules: celadon.h.
 *
 * Common arguments. values: n_units x n_indicators numbers, row by row, units in rows; NaN is missing. weights: one a node of the tree (or
 * one an indicator where there is no tree), only ratios within a parent matter; NULL with n_weights 0: the tree's own, or equal. Arrays are
 * borrowed for the call unless said otherwise. Buffers: out has room for capacity values. After normalisation more is always better.
 * Choices, formulas and sources: celadon/models/composite in C++; the numbers of choices here are those of the enumerators there.
 */
#ifndef CELADON_C_COMPOSITE_H
#define CELADON_C_COMPOSITE_H

#include <celadon/c/data.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  CELADON_COMPOSITE_NO_IMPUTATION = 0,
  CELADON_COMPOSITE_MEAN = 1,
  CELADON_COMPOSITE_MEDIAN = 2,
  CELADON_COMPOSITE_GROUP_MEAN = 3,
  CELADON_COMPOSITE_GROUP_MEDIAN = 4
};
enum {
  CELADON_COMPOSITE_AS_IT_IS = 0,
  CELADON_COMPOSITE_LOG = 1,
  CELADON_COMPOSITE_LOG_SHIFT_ONE = 2,
  CELADON_COMPOSITE_BOX_COX = 3,
  CELADON_COMPOSITE_BOX_COX_ESTIMATED = 4
};
enum {
  CELADON_COMPOSITE_NO_SCALE = 0,
  CELADON_COMPOSITE_MIN_MAX = 1,
  CELADON_COMPOSITE_Z_SCORE = 2,
  CELADON_COMPOSITE_RANK = 3,
  CELADON_COMPOSITE_BORDA = 4,
  CELADON_COMPOSITE_PERCENTILE_RANK = 5,
  CELADON_COMPOSITE_DISTANCE_TO_MAX = 6,
  CELADON_COMPOSITE_DISTANCE_TO_REFERENCE = 7,
  CELADON_COMPOSITE_DISTANCE_TO_TARGET = 8,
  CELADON_COMPOSITE_FRACTION_OF_MAX = 9,
  CELADON_COMPOSITE_SCALED = 10,
  CELADON_COMPOSITE_GOALPOSTS = 11,
  CELADON_COMPOSITE_CATEGORICAL = 12
};
enum {
  CELADON_COMPOSITE_ARITHMETIC = 0,
  CELADON_COMPOSITE_GEOMETRIC = 1,
  CELADON_COMPOSITE_HARMONIC = 2,
  CELADON_COMPOSITE_GENERALISED = 3,
  CELADON_COMPOSITE_WEIGHTED_PRODUCT = 4,
  CELADON_COMPOSITE_COPELAND = 5,
  CELADON_COMPOSITE_TOPSIS = 6
};
enum { CELADON_COMPOSITE_COMPLETE = 0, CELADON_COMPOSITE_PAIRWISE = 1 };

/* ---- tree and data ---------------------------------------------------------------------------------------------------------------- */
/* An indicator (level 1) or an aggregate. */
typedef struct celadon_composite_node {
  uint32_t struct_size;
  int32_t level;           /* 1 for indicators; a parent stands on a higher level */
  const char* code;        /* unique */
  const char* parent;      /* NULL for the index */
  const char* denominator; /* code of the column to divide by, or NULL */
  double weight;           /* within the parent, >= 0; 1 by default */
  double target;           /* in the indicator's own unit; NaN: none */
  int32_t direction;       /* 1: more is better (default); -1: less is better */
  int32_t reserved;
} celadon_composite_node;
CELADON_API void celadon_composite_node_init(celadon_composite_node* node, uint32_t struct_size);

/* The way from indicators to the index. Indicators come first, in the order given: indicator j is column j of the data. */
typedef struct celadon_composite_tree celadon_composite_tree;
/* nodes: n structs, the first one's struct_size says how far they lie apart. Errors: duplicate_node, unknown_parent, level_not_above,
 * not_one_root, aggregate_without_children, invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_composite_tree_create(const celadon_composite_node* nodes, int64_t n_nodes, celadon_composite_tree** out,
                                                         celadon_error* error);
/* One row a node in the order of the library: node, parent, level, weight, direction. */
CELADON_API celadon_status celadon_composite_tree_table(const celadon_composite_tree* tree, celadon_table** out, celadon_error* error);
CELADON_API void celadon_composite_tree_destroy(celadon_composite_tree* tree);

typedef struct celadon_composite_measures_view {
  uint32_t struct_size;
  int32_t reserved;
  const double* values; /* n_units x indicators of the tree */
  int64_t n_units;
  const char* const* unit_ids; /* n_units, each once, or NULL: "1", "2", ... */
  const char* const* groups;   /* n_units labels for imputation by group, or NULL */
  const double* denominators;  /* n_units x n_denominators, or NULL */
  const char* const* denominator_codes;
  int64_t n_denominators;
  const double* standard_errors; /* n_units x indicators in the unit of values, NaN or 0 without error; or NULL */
} celadon_composite_measures_view;
CELADON_API void celadon_composite_measures_view_init(celadon_composite_measures_view* view, uint32_t struct_size);
/* What is measured; everything is copied. */
typedef struct celadon_composite_measures celadon_composite_measures;
CELADON_API celadon_status celadon_composite_measures_create(const celadon_composite_tree* tree,
                                                             const celadon_composite_measures_view* view, celadon_composite_measures** out,
                                                             celadon_error* error);
CELADON_API void celadon_composite_measures_destroy(celadon_composite_measures* measures);

/* ---- choices ---------------------------------------------------------------------------------------------------------------------- */
typedef struct celadon_composite_treat_options {
  uint32_t struct_size;
  int32_t treat; /* 0 leaves the indicator as it is */
  double skew_limit;
  double kurtosis_limit;
  int32_t max_winsorised;
  int32_t transformation; /* CELADON_COMPOSITE_LOG by default */
  double lambda;
  int32_t combine; /* 1: transform the winsorised values */
  int32_t reserved;
} celadon_composite_treat_options;
CELADON_API void celadon_composite_treat_options_init(celadon_composite_treat_options* options, uint32_t struct_size);

typedef struct celadon_composite_normalise_options {
  uint32_t struct_size;
  int32_t method; /* CELADON_COMPOSITE_MIN_MAX by default, 0 to 100 */
  double lower;
  double upper;
  double centre;
  double spread;
  double target;
  int64_t reference; /* row of the unit; -1: none */
  double scale;
  int32_t cap;
  int32_t truncate;
  const double* cuts;
  const double* class_values; /* n_cuts + 1 */
  int64_t n_cuts;
  int32_t cuts_are_percentiles;
  int32_t reserved;
} celadon_composite_normalise_options;
CELADON_API void celadon_composite_normalise_options_init(celadon_composite_normalise_options* options, uint32_t struct_size);

typedef struct celadon_composite_aggregate_options {
  uint32_t struct_size;
  int32_t reserved;
  const int32_t* methods; /* for level 2, 3, ...; the last one for all above; NULL: arithmetic */
  int64_t n_methods;
  double power;
  double min_available; /* share of its children that a node needs */
} celadon_composite_aggregate_options;
CELADON_API void celadon_composite_aggregate_options_init(celadon_composite_aggregate_options* options, uint32_t struct_size);

/* Every choice from raw values to the index: denominate, screen units, impute, treat outliers, normalise, aggregate. */
typedef struct celadon_composite_construction {
  uint32_t struct_size;
  int32_t denominate;
  double min_available; /* share of values that a unit needs before imputation */
  int32_t imputation;
  int32_t reserved;
  const celadon_composite_treat_options* treatment; /* one, or one an indicator; NULL: the defaults */
  int64_t n_treatment;
  const celadon_composite_normalise_options* normalisation; /* as treatment */
  int64_t n_normalisation;
  const double* weights;
  int64_t n_weights;
  const celadon_composite_aggregate_options* aggregation; /* NULL: the defaults */
} celadon_composite_construction;
CELADON_API void celadon_composite_construction_init(celadon_composite_construction* construction, uint32_t struct_size);

/* ---- steps ------------------------------------------------------------------------------------------------------------------------- */
/* Values after a step, with what to know about them. */
typedef struct celadon_composite_values celadon_composite_values;
CELADON_API celadon_status celadon_composite_values_copy(const celadon_composite_values* result, double* out, int64_t capacity,
                                                         celadon_error* error);
CELADON_API celadon_status celadon_composite_values_findings(const celadon_composite_values* result, int32_t language, celadon_table** out,
                                                             celadon_error* error);
CELADON_API void celadon_composite_values_destroy(celadon_composite_values* result);
/* Errors: length_mismatch, missing_column. */
CELADON_API celadon_status celadon_composite_denominate(const double* values, int64_t n_units, const celadon_composite_tree* tree,
                                                        const double* denominators, const char* const* codes, int64_t n_codes,
                                                        celadon_composite_values** out, celadon_error* error);
/* groups: n_units labels for the methods by group, or NULL. Errors: length_mismatch, invalid_argument. */
CELADON_API celadon_status celadon_composite_impute(const double* values, int64_t n_units, int64_t n_indicators, int32_t method,
                                                    const char* const* groups, celadon_composite_values** out, celadon_error* error);
/* options: one, or one an indicator; NULL: the defaults. Errors: length_mismatch, invalid_argument. */
CELADON_API celadon_status celadon_composite_treat(const double* values, int64_t n_units, int64_t n_indicators,
                                                   const celadon_composite_treat_options* options, int64_t n_options,
                                                   celadon_composite_values** out, celadon_error* error);
CELADON_API celadon_status celadon_composite_normalise(const double* values, int64_t n_units, const celadon_composite_tree* tree,
                                                       const celadon_composite_normalise_options* options, int64_t n_options,
                                                       celadon_composite_values** out, celadon_error* error);
/* Scores of all nodes, n_units x n_nodes. Errors: length_mismatch, invalid_argument, value_not_positive. */
CELADON_API celadon_status celadon_composite_aggregate(const double* normalised, int64_t n_units, const celadon_composite_tree* tree,
                                                       const celadon_composite_aggregate_options* options, const double* weights,
                                                       int64_t n_weights, double* out, int64_t capacity, celadon_error* error);
CELADON_API celadon_status celadon_composite_mean_of(const double* values, int64_t n, const double* weights, int64_t n_weights,
                                                     int32_t method, double power, double* out, celadon_error* error);
/* Share of each node in the index, n_nodes values. */
CELADON_API celadon_status celadon_composite_effective_weights(const celadon_composite_tree* tree, const double* weights, int64_t n_weights,
                                                               double* out, int64_t capacity, celadon_error* error);
/* 1 for the largest; equal values share the best rank; NaN for missing. */
CELADON_API celadon_status celadon_composite_ranks(const double* values, int64_t n, double* out, int64_t capacity, celadon_error* error);
/* One row an indicator; codes: one a column, or NULL. */
CELADON_API celadon_status celadon_composite_describe(const double* values, int64_t n_units, int64_t n_indicators, const char* const* codes,
                                                      celadon_table** out, celadon_error* error);
/* Rows with enough values (and enough that are not 0); *n_rows of them. capacity n_units is enough. */
CELADON_API celadon_status celadon_composite_screen_units(const double* values, int64_t n_units, int64_t n_indicators, double min_available,
                                                          double min_nonzero, int64_t* rows, int64_t capacity, int64_t* n_rows,
                                                          celadon_error* error);

/* ---- the index ---------------------------------------------------------------------------------------------------------------------- */
typedef struct celadon_composite_index_result celadon_composite_index_result;
typedef struct celadon_composite_index_values {
  uint32_t struct_size;
  int32_t reserved;
  int64_t n_units; /* kept */
  int64_t n_nodes;
  int64_t n_indicators;
  int64_t n_imputed;
  int64_t n_screened; /* units left out */
} celadon_composite_index_values;
/* construction: NULL for the defaults. Errors: those of the steps; not_finite, too_few_units. @since 0.1 */
CELADON_API celadon_status celadon_composite_build(const celadon_composite_measures* measures,
                                                   const celadon_composite_construction* construction, celadon_composite_index_result** out,
                                                   celadon_error* error);
CELADON_API celadon_status celadon_composite_index_result_values(const celadon_composite_index_result* result,
                                                                 celadon_composite_index_values* out, celadon_error* error);
/* One row a unit: unit, rank, then a column a node from the index down. */
CELADON_API celadon_status celadon_composite_index_result_table(const celadon_composite_index_result* result, celadon_table** out,
                                                                celadon_error* error);
/* One row an indicator: what was done to its outliers. */
CELADON_API celadon_status celadon_composite_index_result_treatment(const celadon_composite_index_result* result, celadon_table** out,
                                                                    celadon_error* error);
/* step 0: denominated, 1: imputed, 2: treated, 3: normalised (n_units x n_indicators), 4: scores (n_units x n_nodes). */
CELADON_API celadon_status celadon_composite_index_result_step(const celadon_composite_index_result* result, int32_t step, double* out,
                                                               int64_t capacity, celadon_error* error);
CELADON_API celadon_status celadon_composite_index_result_findings(const celadon_composite_index_result* result, int32_t language,
                                                                   celadon_table** out, celadon_error* error);
CELADON_API void celadon_composite_index_result_destroy(celadon_composite_index_result* result);

#ifdef __cplusplus
}
#endif

#endif
