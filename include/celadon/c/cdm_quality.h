/* Cognitive diagnosis, continued: how well a test classifies, how well a model fits, and what the Q-matrix should be. Rules: celadon.h. */
#ifndef CELADON_C_CDM_QUALITY_H
#define CELADON_C_CDM_QUALITY_H

#include <celadon/c/cdm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- quality of classification --------------------------------------------------------------------------------------------------- */

typedef struct celadon_cdm_classification_quality_result celadon_cdm_classification_quality_result;
typedef struct celadon_cdm_quality_values {
  uint32_t struct_size;
  int32_t n_attributes;
  int64_t n_used; /* persons with a usable answer */
  double pattern_accuracy;
  double pattern_consistency;
  double decided; /* share of definite answers; NaN without decisions */
  double decided_wrong;
} celadon_cdm_quality_values;
/* From scores that kept their state, and the decisions made from them, or NULL. Errors: invalid_argument (no state), no_persons,
   length_mismatch. @since 0.1 */
CELADON_API celadon_status celadon_cdm_classification_quality(const celadon_cdm_score_result* scores,
                                                              const celadon_cdm_decide_result* decisions,
                                                              celadon_cdm_classification_quality_result** out, celadon_error* error);
CELADON_API void celadon_cdm_classification_quality_result_destroy(celadon_cdm_classification_quality_result* result);
CELADON_API celadon_status celadon_cdm_classification_quality_result_values(const celadon_cdm_classification_quality_result* result,
                                                                            celadon_cdm_quality_values* out, celadon_error* error);
/* One row an attribute: attribute, prevalence, accuracy, consistency, sensitivity, specificity, decided, decided_wrong, mastered_wrong,
   not_mastered_wrong. */
CELADON_API celadon_status celadon_cdm_classification_quality_result_table(const celadon_cdm_classification_quality_result* result,
                                                                           celadon_table** out, celadon_error* error);
/* One row a class: class ("101"), probability, accuracy. */
CELADON_API celadon_status celadon_cdm_classification_quality_result_class_table(const celadon_cdm_classification_quality_result* result,
                                                                                 celadon_table** out, celadon_error* error);

/* ---- fit of model and persons ---------------------------------------------------------------------------------------------------- */

typedef struct celadon_cdm_relative_fit_values {
  uint32_t struct_size;
  int32_t reserved;
  double aic;
  double bic;
  double caic;
  double sabic;
} celadon_cdm_relative_fit_values;
/* Information criteria; n persons or their weight. */
CELADON_API celadon_status celadon_cdm_relative_fit(double log_likelihood, int32_t n_parameters, double n,
                                                    celadon_cdm_relative_fit_values* out, celadon_error* error);

typedef struct celadon_cdm_fit_statistics_options {
  uint32_t struct_size;
  int32_t max_moments;      /* M2 is not computed for more items and pairs than this */
  int32_t not_administered; /* CELADON_MISSING_IGNORE ... for each kind, as in the calibration */
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
} celadon_cdm_fit_statistics_options;
CELADON_API void celadon_cdm_fit_statistics_options_init(celadon_cdm_fit_statistics_options* options, uint32_t struct_size);
typedef struct celadon_cdm_absolute_fit_result celadon_cdm_absolute_fit_result;
/* M2 with RMSEA2, SRMSR and residuals of pairs, of a model of one population. Errors: those of celadon_cdm_score; invalid_argument,
   no_items, no_persons, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_cdm_absolute_fit(const celadon_cdm_model* model, const celadon_responses* responses,
                                                    const celadon_cdm_fit_statistics_options* options, const celadon_execution* execution,
                                                    celadon_cdm_absolute_fit_result** out, celadon_error* error);
CELADON_API void celadon_cdm_absolute_fit_result_destroy(celadon_cdm_absolute_fit_result* result);
/* One row: m2, df, p, rmsea2, rmsea2_lower, rmsea2_upper, srmsr, max_correlation_p, max_log_odds_ratio_p, n_used, n_dropped. */
CELADON_API celadon_status celadon_cdm_absolute_fit_result_table(const celadon_cdm_absolute_fit_result* result, celadon_table** out,
                                                                 celadon_error* error);
/* One row a pair of items: first, second, n, correlations and log odds ratios with their expectations, z and p. */
CELADON_API celadon_status celadon_cdm_absolute_fit_result_pair_table(const celadon_cdm_absolute_fit_result* result, celadon_table** out,
                                                                      celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_cdm_absolute_fit_result_findings(const celadon_cdm_absolute_fit_result* result, int32_t language,
                                                                    celadon_table** out, celadon_error* error);

typedef struct celadon_cdm_person_fit_options {
  uint32_t struct_size;
  int32_t not_administered; /* CELADON_MISSING_IGNORE ... for each kind */
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
  int32_t reserved;
  const int32_t* population; /* n_population = n_persons numbers of the model's populations, or NULL for the first */
  int64_t n_population;
  int64_t n_simulated; /* persons of the reference */
  uint64_t seed;
} celadon_cdm_person_fit_options;
CELADON_API void celadon_cdm_person_fit_options_init(celadon_cdm_person_fit_options* options, uint32_t struct_size);
typedef struct celadon_cdm_person_fit_result celadon_cdm_person_fit_result;
/* lz against simulated persons with the same profile. Errors: those of celadon_cdm_score. @since 0.1 */
CELADON_API celadon_status celadon_cdm_person_fit(const celadon_cdm_model* model, const celadon_responses* responses,
                                                  const celadon_cdm_person_fit_options* options, const celadon_execution* execution,
                                                  celadon_cdm_person_fit_result** out, celadon_error* error);
CELADON_API void celadon_cdm_person_fit_result_destroy(celadon_cdm_person_fit_result* result);
/* lz and the share of like persons with one as low; NaN where there is none. Each array has room for capacity >= n_persons values or is
   NULL. */
CELADON_API celadon_status celadon_cdm_person_fit_result_values(const celadon_cdm_person_fit_result* result, double* lz, double* p,
                                                                int64_t capacity, celadon_error* error);
/* One row a person: lz, p, simulated, profile. */
CELADON_API celadon_status celadon_cdm_person_fit_result_table(const celadon_cdm_person_fit_result* result, celadon_table** out,
                                                               celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_cdm_person_fit_result_findings(const celadon_cdm_person_fit_result* result, int32_t language,
                                                                  celadon_table** out, celadon_error* error);

/* ---- which rule an item needs ---------------------------------------------------------------------------------------------------- */

enum { CELADON_CDM_WALD = 0, CELADON_CDM_LIKELIHOOD_RATIO = 1 };
typedef struct celadon_cdm_selection_options {
  uint32_t struct_size;
  int32_t test; /* CELADON_CDM_WALD ... */
  double alpha;
  int32_t not_administered; /* CELADON_MISSING_IGNORE ... for each kind, as in the calibration */
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
  const int32_t* population; /* n_population = n_persons numbers of the model's populations, or NULL for the first */
  int64_t n_population;
} celadon_cdm_selection_options;
CELADON_API void celadon_cdm_selection_options_init(celadon_cdm_selection_options* options, uint32_t struct_size);
typedef struct celadon_cdm_select_rules_result celadon_cdm_select_rules_result;
/* Tests the items that the model holds under G-DINA. Errors: those of celadon_cdm_score; invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_cdm_select_rules(const celadon_cdm_model* model, const celadon_responses* responses,
                                                    const celadon_cdm_selection_options* options, const celadon_execution* execution,
                                                    celadon_cdm_select_rules_result** out, celadon_error* error);
CELADON_API void celadon_cdm_select_rules_result_destroy(celadon_cdm_select_rules_result* result);
/* One row a test: item, rule, statistic, df, p, p_adjusted, selected. */
CELADON_API celadon_status celadon_cdm_select_rules_result_table(const celadon_cdm_select_rules_result* result, celadon_table** out,
                                                                 celadon_error* error);
/* Rule of every item of the answers, for the next calibration: item, rule. */
CELADON_API celadon_status celadon_cdm_select_rules_result_selected(const celadon_cdm_select_rules_result* result, celadon_table** out,
                                                                    celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_cdm_select_rules_result_findings(const celadon_cdm_select_rules_result* result, int32_t language,
                                                                    celadon_table** out, celadon_error* error);
/* Holm's correction of n p-values, in their order; out has room for n values. */
CELADON_API celadon_status celadon_cdm_holm(const double* p, int64_t n, double* out, celadon_error* error);

/* ---- does the Q-matrix agree with the answers ------------------------------------------------------------------------------------ */

enum { CELADON_CDM_Q_PVAF = 0, CELADON_CDM_Q_WALD = 1 };
typedef struct celadon_cdm_q_validation_options {
  uint32_t struct_size;
  int32_t method;           /* CELADON_CDM_Q_WALD by default */
  double pvaf_cut;          /* PVAF */
  double alpha;             /* Wald, for attributes that the matrix lacks; over all its tests */
  double alpha_stay;        /* Wald, for attributes that the matrix has; of the one test */
  double least_gain;        /* Wald; PVAF that an attribute has to add */
  int32_t not_administered; /* CELADON_MISSING_IGNORE ... for each kind, as in the calibration */
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
  const int32_t* population; /* n_population = n_persons numbers of the model's populations, or NULL for the first */
  int64_t n_population;
  int32_t max_rounds; /* celadon_cdm_validate_q: calibrations at most */
  int32_t reserved;
} celadon_cdm_q_validation_options;
CELADON_API void celadon_cdm_q_validation_options_init(celadon_cdm_q_validation_options* options, uint32_t struct_size);
/* Suggested changes with their evidence; nothing is changed. */
typedef struct celadon_cdm_q_validation_result celadon_cdm_q_validation_result;
typedef struct celadon_cdm_q_validation_values {
  uint32_t struct_size;
  int32_t n_attributes;
  int64_t n_items;
  int64_t n_suggestions; /* items with a suggestion */
  int64_t n_used;        /* persons */
  int32_t rounds;        /* calibrations */
  int32_t settled;       /* 0: the rounds did not suffice, or came back to an earlier matrix */
} celadon_cdm_q_validation_values;
/* Looks once, at a model that was calibrated on these answers. Errors: those of celadon_cdm_score; invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_cdm_look_at_q(const celadon_cdm_model* model, const celadon_responses* responses,
                                                 const celadon_cdm_q_validation_options* options, const celadon_execution* execution,
                                                 celadon_cdm_q_validation_result** out, celadon_error* error);
/* Calibrates G-DINA, looks, and goes on until nothing more is suggested. Errors: those of celadon_cdm_fit and of the above. @since 0.1 */
CELADON_API celadon_status celadon_cdm_validate_q(const celadon_responses* responses, const celadon_cdm_q_matrix* q,
                                                  const celadon_cdm_fit_options* fit_options,
                                                  const celadon_cdm_q_validation_options* options, const celadon_execution* execution,
                                                  celadon_cdm_q_validation_result** out, celadon_error* error);
CELADON_API void celadon_cdm_q_validation_result_destroy(celadon_cdm_q_validation_result* result);
CELADON_API celadon_status celadon_cdm_q_validation_result_values(const celadon_cdm_q_validation_result* result,
                                                                  celadon_cdm_q_validation_values* out, celadon_error* error);
/* Cells of the matrix with all suggestions, n_items x n_attributes; out has room for capacity bytes. */
CELADON_API celadon_status celadon_cdm_q_validation_result_suggested(const celadon_cdm_q_validation_result* result, uint8_t* out,
                                                                     int64_t capacity, celadon_error* error);
/* One row a change: item, attribute, change ("enters", "leaves"), from, to ("101"), pvaf_from, pvaf_to, wald, df, p. */
CELADON_API celadon_status celadon_cdm_q_validation_result_table(const celadon_cdm_q_validation_result* result, celadon_table** out,
                                                                 celadon_error* error);
/* One row an item and set: item, set ("101"), pvaf; empty where there are more than 10 attributes. */
CELADON_API celadon_status celadon_cdm_q_validation_result_pvaf_table(const celadon_cdm_q_validation_result* result, celadon_table** out,
                                                                      celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_cdm_q_validation_result_findings(const celadon_cdm_q_validation_result* result, int32_t language,
                                                                    celadon_table** out, celadon_error* error);

/* ---- simulation ------------------------------------------------------------------------------------------------------------------ */

/* n profiles from a population of the model; out has room for n values. Profile i depends on seed and i only. */
CELADON_API celadon_status celadon_cdm_simulate_profiles(const celadon_cdm_model* model, int32_t population, int64_t n, uint64_t seed,
                                                         uint32_t* out, celadon_error* error);
/* One answer for each of n_persons profiles and each item. Errors: invalid_argument, cancelled. */
CELADON_API celadon_status celadon_cdm_simulate(const celadon_cdm_model* model, const uint32_t* profiles, int64_t n_persons, uint64_t seed,
                                                const celadon_execution* execution, celadon_responses** out, celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
