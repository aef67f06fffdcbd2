/* Cognitive diagnosis: calibration, scoring, three-way decisions, quality, fit, work on the Q-matrix. Rules: celadon.h.
 *
 * A profile or class is a number whose bit k says that attribute k is mastered. Answers are 0 (wrong) and 1 (right).
 */
#ifndef CELADON_C_CDM_H
#define CELADON_C_CDM_H

#include <celadon/c/data.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Q-matrix -------------------------------------------------------------------------------------------------------------------- */

/* Which attributes each item needs. Borrowed for the call. */
typedef struct celadon_cdm_q_matrix {
  uint32_t struct_size;
  int32_t n_attributes; /* 1 to 15 */
  int64_t n_items;
  const char* const* item_ids;   /* n_items names; items are matched with answers by id */
  const char* const* attributes; /* n_attributes names */
  const uint8_t* cells;          /* n_items x n_attributes, item by item; 1: the item needs the attribute */
} celadon_cdm_q_matrix;
CELADON_API void celadon_cdm_q_matrix_init(celadon_cdm_q_matrix* q, uint32_t struct_size);

/* Classes that prerequisites allow, ascending; all 2^n_attributes without. prerequisites: n_prerequisites pairs of attribute numbers
   (first, then). *n is their number; out may be NULL to ask for n only, else it has room for capacity >= n. Errors: invalid_argument.
   @since 0.1 */
CELADON_API celadon_status celadon_cdm_mastery_classes(int32_t n_attributes, const int32_t* prerequisites, int64_t n_prerequisites,
                                                       uint32_t* out, int64_t capacity, int64_t* n, celadon_error* error);

/* What a matrix can tell apart. */
typedef struct celadon_cdm_check_q_matrix_result celadon_cdm_check_q_matrix_result;
typedef struct celadon_cdm_check_q_matrix_values {
  uint32_t struct_size;
  int32_t complete;           /* every attribute has an item that needs it alone */
  int32_t dina_identified;    /* sufficient and, for all parameters together, necessary */
  int32_t general_identified; /* sufficient */
  int64_t n_classes;
  int64_t n_groups;   /* of classes that the conjunctive rule tells apart */
  uint32_t undecided; /* bits of attributes that nothing in the answers decides */
  uint32_t reserved;
} celadon_cdm_check_q_matrix_values;
/* Errors: length_mismatch, invalid_argument, duplicate_id. @since 0.1 */
CELADON_API celadon_status celadon_cdm_check_q_matrix(const celadon_cdm_q_matrix* q, const int32_t* prerequisites, int64_t n_prerequisites,
                                                      celadon_cdm_check_q_matrix_result** out, celadon_error* error);
CELADON_API void celadon_cdm_check_q_matrix_result_destroy(celadon_cdm_check_q_matrix_result* result);
CELADON_API celadon_status celadon_cdm_check_q_matrix_result_values(const celadon_cdm_check_q_matrix_result* result,
                                                                    celadon_cdm_check_q_matrix_values* out, celadon_error* error);
/* Group of each class; out has room for capacity >= n_classes numbers. */
CELADON_API celadon_status celadon_cdm_check_q_matrix_result_groups(const celadon_cdm_check_q_matrix_result* result, int32_t* out,
                                                                    int64_t capacity, celadon_error* error);
/* One row an attribute: attribute, n_items, n_alone, decided. */
CELADON_API celadon_status celadon_cdm_check_q_matrix_result_table(const celadon_cdm_check_q_matrix_result* result, celadon_table** out,
                                                                   celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_cdm_check_q_matrix_result_findings(const celadon_cdm_check_q_matrix_result* result, int32_t language,
                                                                      celadon_table** out, celadon_error* error);

/* ---- models ---------------------------------------------------------------------------------------------------------------------- */

enum { CELADON_CDM_DINA = 0, CELADON_CDM_DINO = 1, CELADON_CDM_ACDM = 2, CELADON_CDM_LLM = 3, CELADON_CDM_RRUM = 4, CELADON_CDM_GDINA = 5 };
/* "dina" "dino" "acdm" "llm" "rrum" "gdina"; NULL for another number. Static. */
CELADON_API const char* celadon_cdm_rule_name(int32_t rule);
/* The number of a name, -1 for another text. */
CELADON_API int32_t celadon_cdm_rule_from_name(const char* name, int64_t name_size);
/* How the classes are distributed. */
enum { CELADON_CDM_SATURATED = 0, CELADON_CDM_HIGHER_ORDER = 1, CELADON_CDM_INDEPENDENT = 2 };
CELADON_API const char* celadon_cdm_structure_name(int32_t structure);
CELADON_API int32_t celadon_cdm_structure_from_name(const char* name, int64_t name_size);

/* A calibrated diagnosis model. Immutable; any number of threads may use one at once. */
typedef struct celadon_cdm_model celadon_cdm_model;
CELADON_API void celadon_cdm_model_destroy(celadon_cdm_model* model);
/* Versioned JSON; loading it gives equal bits. @since 0.1 */
CELADON_API celadon_status celadon_cdm_save(const celadon_cdm_model* model, celadon_text** out, celadon_error* error);
/* Errors: json_syntax, json_format, json_version, json_field, invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_cdm_load(const char* json, int64_t json_size, celadon_cdm_model** out, celadon_error* error);
/* Sizes, ranges and sums. Errors: invalid_argument naming the part. */
CELADON_API celadon_status celadon_cdm_check(const celadon_cdm_model* model, celadon_error* error);
CELADON_API int64_t celadon_cdm_model_n_items(const celadon_cdm_model* model);
CELADON_API int32_t celadon_cdm_model_n_attributes(const celadon_cdm_model* model);
CELADON_API int64_t celadon_cdm_model_n_classes(const celadon_cdm_model* model);
CELADON_API int32_t celadon_cdm_model_n_populations(const celadon_cdm_model* model);
/* CELADON_CDM_SATURATED ..., -1 for NULL. */
CELADON_API int32_t celadon_cdm_model_structure(const celadon_cdm_model* model);
/* Name of an attribute, NULL when out of range. Borrowed. */
CELADON_API const char* celadon_cdm_model_attribute(const celadon_cdm_model* model, int32_t attribute);
/* Index of an item by id, -1 when the model does not hold it. */
CELADON_API int64_t celadon_cdm_model_find(const celadon_cdm_model* model, const char* id, int64_t id_size);
/* The classes, ascending; out has room for capacity >= n_classes. */
CELADON_API celadon_status celadon_cdm_model_classes(const celadon_cdm_model* model, uint32_t* out, int64_t capacity, celadon_error* error);
/* One item. Pointers are borrowed from the model. */
typedef struct celadon_cdm_item_parameters {
  uint32_t struct_size;
  int32_t rule; /* CELADON_CDM_... */
  const char* id;
  int32_t n_attributes;      /* m, those that the item needs */
  int32_t n_groups;          /* 2^m */
  const int32_t* attributes; /* ascending */
  const double* probability; /* of a right answer by group; bit l of a group is attributes[l] */
} celadon_cdm_item_parameters;
CELADON_API celadon_status celadon_cdm_model_item(const celadon_cdm_model* model, int64_t item, celadon_cdm_item_parameters* out,
                                                  celadon_error* error);
/* Parameters in the rule's own form: guess, slip (DINA, DINO); d_0 and effects (others). *n is their number; out may be NULL to ask for n
   only, else it has room for capacity >= n. */
CELADON_API celadon_status celadon_cdm_model_item_form(const celadon_cdm_model* model, int64_t item, double* out, int64_t capacity,
                                                       int64_t* n, celadon_error* error);
/* Chance of a right answer of a profile; NaN when the item is out of range. */
CELADON_API double celadon_cdm_model_of_class(const celadon_cdm_model* model, int64_t item, uint32_t profile);
/* The classes of one population. Pointers are borrowed from the model. */
typedef struct celadon_cdm_population {
  uint32_t struct_size;
  int32_t n_attributes;
  const char* id;
  int64_t n_classes;
  const double* probability; /* by class */
  const double* slope;       /* n_attributes values of the higher-order structure, else NULL */
  const double* intercept;   /* n_attributes values of the higher-order and the independent structure, else NULL */
} celadon_cdm_population;
CELADON_API celadon_status celadon_cdm_model_population(const celadon_cdm_model* model, int32_t population, celadon_cdm_population* out,
                                                        celadon_error* error);
/* Share of a population that has mastered each attribute; out has room for capacity >= n_attributes. */
CELADON_API celadon_status celadon_cdm_model_prevalence(const celadon_cdm_model* model, int32_t population, double* out, int64_t capacity,
                                                        celadon_error* error);
/* Free parameters of a model: items by their rules, and every population's structure; -1 for NULL. */
CELADON_API int32_t celadon_cdm_n_parameters(const celadon_cdm_model* model);
/* Group of each class (capacity >= n_classes, or NULL) among those that the items' rules tell apart, the number of groups and the bits of
   attributes that no answer decides; any pointer may be NULL. */
CELADON_API celadon_status celadon_cdm_latent_groups(const celadon_cdm_model* model, int32_t* group_of_class, int64_t capacity,
                                                     int64_t* n_groups, uint32_t* undecided, celadon_error* error);
/* What the given items tell apart: group of each class (capacity_classes >= n_classes) and, by attribute, the bits of the others that stand
   in exactly the same items (capacity_attributes >= n_attributes); either may be NULL. answered: n_answered = n_items bytes, non-zero where
   the item is answered; NULL: all. */
CELADON_API celadon_status celadon_cdm_evidence_of(const celadon_cdm_model* model, const uint8_t* answered, int64_t n_answered,
                                                   int32_t* group_of_class, int64_t capacity_classes, uint32_t* same_items,
                                                   int64_t capacity_attributes, celadon_error* error);
/* A profile as text in the order of the attributes, "101"; out has room for n_attributes + 1 bytes. Errors: length_mismatch. */
CELADON_API celadon_status celadon_cdm_profile_text(uint32_t profile, int32_t n_attributes, char* out, int64_t capacity,
                                                    celadon_error* error);

/* ---- calibration ----------------------------------------------------------------------------------------------------------------- */

enum { CELADON_CDM_NO_ERRORS = 0, CELADON_CDM_INFORMATION = 1, CELADON_CDM_SANDWICH = 2 };
typedef struct celadon_cdm_fit_options {
  uint32_t struct_size;
  int32_t rule;                  /* CELADON_CDM_GDINA by default; of the items that rule_items does not name */
  const char* const* rule_items; /* n_rules ids with a rule of their own; may be NULL */
  const int32_t* rules;
  int64_t n_rules;
  int32_t structure;            /* CELADON_CDM_SATURATED ... */
  int32_t monotone;             /* 1: mastery of a further needed attribute never lowers the chance */
  const int32_t* prerequisites; /* n_prerequisites pairs of attribute numbers (first, then); may be NULL */
  int64_t n_prerequisites;
  double lowest_a; /* Beta(a, b) on the chance of who masters nothing needed; 1, 1 is none */
  double lowest_b;
  double highest_a; /* of who masters all that is needed */
  double highest_b;
  double between_a; /* of every other group */
  double between_b;
  double class_count;    /* persons of every class seen before */
  double structure_sd;   /* normal prior on slopes and intercepts; 0: none */
  const double* weights; /* n_weights = n_persons values >= 0, or NULL */
  int64_t n_weights;
  const int32_t* groups; /* n_groups = n_persons group numbers from 0, or NULL */
  int64_t n_groups;
  const char* const* group_ids;
  int64_t n_group_ids;
  int32_t not_administered; /* CELADON_MISSING_IGNORE ... for each kind */
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
  int32_t n_starts; /* short climbs */
  int32_t n_finals; /* of which the best go on */
  uint64_t seed;
  const celadon_cdm_model* start; /* a further climb begins there; may be NULL */
  double tolerance;               /* estimated distance of the objective from its top at which a climb has converged */
  int32_t max_iterations;
  int32_t accelerate; /* 0: plain EM */
  int32_t errors;     /* CELADON_CDM_INFORMATION by default */
  int32_t reserved;
} celadon_cdm_fit_options;
CELADON_API void celadon_cdm_fit_options_init(celadon_cdm_fit_options* options, uint32_t struct_size);
/* Sets the priors of an initialised struct to the stated ones of small samples (a class of 40). Errors: invalid_argument. */
CELADON_API celadon_status celadon_cdm_small_sample_priors(celadon_cdm_fit_options* options, celadon_error* error);

/* A calibration. */
typedef struct celadon_cdm_fit_result celadon_cdm_fit_result;
typedef struct celadon_cdm_fit_values {
  uint32_t struct_size;
  int32_t converged; /* 0 or 1; look at it */
  double log_likelihood;
  double objective; /* log-likelihood plus log prior */
  double aic;
  double bic;
  double total_weight;
  double mastery_difference; /* largest, of a person, between the tops within 2 of the best */
  int64_t n_used;
  int64_t n_dropped;
  int32_t iterations;
  int32_t n_parameters;
  int32_t n_finals;   /* climbs that went on to their end */
  int32_t n_starts;   /* short climbs that were made */
  int32_t n_agreeing; /* those of them near one that ended within 0.01 of the best */
  int32_t n_populations;
  uint32_t undecided; /* bits of attributes that nothing in the answers decides */
} celadon_cdm_fit_values;
/* Marginal maximum likelihood or posterior mode, from several starts. Errors: no_persons, no_items, length_mismatch, invalid_argument,
   not_right_wrong, those of celadon_cdm_check_q_matrix, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_cdm_fit(const celadon_responses* responses, const celadon_cdm_q_matrix* q,
                                           const celadon_cdm_fit_options* options, const celadon_execution* execution,
                                           celadon_cdm_fit_result** out, celadon_error* error);
CELADON_API void celadon_cdm_fit_result_destroy(celadon_cdm_fit_result* result);
CELADON_API celadon_status celadon_cdm_fit_result_values(const celadon_cdm_fit_result* result, celadon_cdm_fit_values* out,
                                                         celadon_error* error);
/* The calibrated model, a handle of its own. */
CELADON_API celadon_status celadon_cdm_fit_result_model(const celadon_cdm_fit_result* result, celadon_cdm_model** out,
                                                        celadon_error* error);
/* One row an item and group: item, rule, group ("10"), probability, se, size. */
CELADON_API celadon_status celadon_cdm_fit_result_item_table(const celadon_cdm_fit_result* result, celadon_table** out,
                                                             celadon_error* error);
/* One row a population and class: population, class, probability, se. */
CELADON_API celadon_status celadon_cdm_fit_result_class_table(const celadon_cdm_fit_result* result, celadon_table** out,
                                                              celadon_error* error);
/* One row an item and parameter in the rule's own form, numbered from 1: item, rule, number, estimate, se. */
CELADON_API celadon_status celadon_cdm_fit_result_parameter_table(const celadon_cdm_fit_result* result, celadon_table** out,
                                                                  celadon_error* error);
/* One row a population and attribute: population, attribute, prevalence, se, slope, slope_se, intercept, intercept_se. */
CELADON_API celadon_status celadon_cdm_fit_result_attribute_table(const celadon_cdm_fit_result* result, celadon_table** out,
                                                                  celadon_error* error);
/* One row a climb that went on to its end, the best first: objective, log_likelihood, iterations, converged, n_near, mastery_difference. */
CELADON_API celadon_status celadon_cdm_fit_result_start_table(const celadon_cdm_fit_result* result, celadon_table** out,
                                                              celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_cdm_fit_result_findings(const celadon_cdm_fit_result* result, int32_t language, celadon_table** out,
                                                           celadon_error* error);
/* Marginal log-likelihood of answers under a given model. weights and populations (numbers of the model's populations): n_persons values,
   or NULL. The missing kinds are ignored. n_used may be NULL. */
CELADON_API celadon_status celadon_cdm_log_likelihood(const celadon_cdm_model* model, const celadon_responses* responses,
                                                      const double* weights, const int32_t* populations, const celadon_execution* execution,
                                                      double* value, int64_t* n_used, celadon_error* error);

/* ---- scoring --------------------------------------------------------------------------------------------------------------------- */

/* What is known of persons so far, to go on from with the next test; rows are persons in their order. Immutable. */
typedef struct celadon_cdm_mastery_state celadon_cdm_mastery_state;
CELADON_API void celadon_cdm_mastery_state_destroy(celadon_cdm_mastery_state* state);
CELADON_API int64_t celadon_cdm_mastery_state_n_persons(const celadon_cdm_mastery_state* state);
CELADON_API int64_t celadon_cdm_mastery_state_n_classes(const celadon_cdm_mastery_state* state);
/* Posterior probabilities, [person * n_classes + class]; out has room for capacity >= n_persons * n_classes. */
CELADON_API celadon_status celadon_cdm_mastery_state_probabilities(const celadon_cdm_mastery_state* state, double* out, int64_t capacity,
                                                                   celadon_error* error);
/* Versioned JSON; loading it gives equal bits. @since 0.1 */
CELADON_API celadon_status celadon_cdm_save_state(const celadon_cdm_mastery_state* state, celadon_text** out, celadon_error* error);
CELADON_API celadon_status celadon_cdm_load_state(const char* json, int64_t json_size, celadon_cdm_mastery_state** out,
                                                  celadon_error* error);

enum { CELADON_CDM_SCORED = 0, CELADON_CDM_NO_ANSWERS = 1, CELADON_CDM_DROPPED = 2 };
typedef struct celadon_cdm_score_options {
  uint32_t struct_size;
  int32_t keep_state;       /* 1: keep every person's posterior for celadon_cdm_score_result_state and classification_quality */
  int32_t not_administered; /* CELADON_MISSING_IGNORE ... for each kind */
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
  const int32_t* population; /* n_population = n_persons numbers of the model's populations, or NULL for the first */
  int64_t n_population;
  const celadon_cdm_mastery_state* start; /* where each person starts instead of the population; may be NULL */
} celadon_cdm_score_options;
CELADON_API void celadon_cdm_score_options_init(celadon_cdm_score_options* options, uint32_t struct_size);
/* Profiles and probabilities of mastery. */
typedef struct celadon_cdm_score_result celadon_cdm_score_result;
/* Items are matched by id. Errors: no_common_items, not_right_wrong, length_mismatch, invalid_argument, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_cdm_score(const celadon_cdm_model* model, const celadon_responses* responses,
                                             const celadon_cdm_score_options* options, const celadon_execution* execution,
                                             celadon_cdm_score_result** out, celadon_error* error);
CELADON_API void celadon_cdm_score_result_destroy(celadon_cdm_score_result* result);
CELADON_API int64_t celadon_cdm_score_result_n_persons(const celadon_cdm_score_result* result);
CELADON_API int32_t celadon_cdm_score_result_n_attributes(const celadon_cdm_score_result* result);
/* Probability of mastery and its bounds over what the answered items do not tell apart, [person * n_attributes + attribute]; NaN where
   dropped. Each array has room for capacity >= n_persons * n_attributes values or is NULL. */
CELADON_API celadon_status celadon_cdm_score_result_mastery(const celadon_cdm_score_result* result, double* mastery, double* lower,
                                                            double* upper, int32_t* n_items, int64_t capacity, celadon_error* error);
/* Most probable profile, most likely profile of these answers (UINT32_MAX where there is none), their posterior probabilities,
   and CELADON_CDM_SCORED ... Each array has room for capacity >= n_persons values or is NULL. */
CELADON_API celadon_status celadon_cdm_score_result_profiles(const celadon_cdm_score_result* result, uint32_t* map, double* map_probability,
                                                             uint32_t* mle, double* mle_probability, int32_t* status, int64_t capacity,
                                                             celadon_error* error);
/* The persons' posteriors as a handle of its own. Errors: invalid_argument (keep_state was 0). */
CELADON_API celadon_status celadon_cdm_score_result_state(const celadon_cdm_score_result* result, celadon_cdm_mastery_state** out,
                                                          celadon_error* error);
/* One row a person and attribute: row (from 1), attribute, mastery, lower, upper, n_items. */
CELADON_API celadon_status celadon_cdm_score_result_mastery_table(const celadon_cdm_score_result* result, celadon_table** out,
                                                                  celadon_error* error);
/* One row a person: map, mle ("101"), map_probability, mle_probability, mle_tied, n_answered, status. */
CELADON_API celadon_status celadon_cdm_score_result_profile_table(const celadon_cdm_score_result* result, celadon_table** out,
                                                                  celadon_error* error);
/* What to know about the result, one row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_cdm_score_result_findings(const celadon_cdm_score_result* result, int32_t language, celadon_table** out,
                                                             celadon_error* error);

/* ---- decisions ------------------------------------------------------------------------------------------------------------------- */

enum { CELADON_CDM_NOT_ENOUGH_EVIDENCE = 0, CELADON_CDM_NOT_MASTERED = 1, CELADON_CDM_MASTERED = 2 };
/* Why there is not enough evidence; bits. */
enum {
  CELADON_CDM_REASON_NO_ANSWERS = 1,
  CELADON_CDM_REASON_TOO_FEW_ITEMS = 2,
  CELADON_CDM_REASON_NOT_IDENTIFIED = 4,
  CELADON_CDM_REASON_BETWEEN_THRESHOLDS = 8,
  CELADON_CDM_REASON_PRIORS_DISAGREE = 16,
  CELADON_CDM_REASON_DROPPED = 32
};
typedef struct celadon_cdm_decision_options {
  uint32_t struct_size;
  int32_t min_items;   /* 3 answered items that need the attribute */
  double mastered;     /* 0.80: mastered where the probability is at least this */
  double not_mastered; /* 0.20: not mastered where it is at most this */
} celadon_cdm_decision_options;
CELADON_API void celadon_cdm_decision_options_init(celadon_cdm_decision_options* options, uint32_t struct_size);
typedef struct celadon_cdm_decide_result celadon_cdm_decide_result;
/* second: scores of the same answers under another defensible prior, or NULL; a definite answer needs both to agree. Errors:
   invalid_argument, length_mismatch. @since 0.1 */
CELADON_API celadon_status celadon_cdm_decide(const celadon_cdm_score_result* scores, const celadon_cdm_decision_options* options,
                                              const celadon_cdm_score_result* second, celadon_cdm_decide_result** out,
                                              celadon_error* error);
CELADON_API void celadon_cdm_decide_result_destroy(celadon_cdm_decide_result* result);
/* CELADON_CDM_NOT_ENOUGH_EVIDENCE ..., bits of reasons, and 1 where the probability lies within rounding of a threshold,
   [person * n_attributes + attribute]. Each array has room for capacity >= n_persons * n_attributes bytes or is NULL. */
CELADON_API celadon_status celadon_cdm_decide_result_values(const celadon_cdm_decide_result* result, uint8_t* mastery, uint8_t* reasons,
                                                            uint8_t* borderline, int64_t capacity, celadon_error* error);
/* One row a person and attribute: row (from 1), attribute, mastery, reasons, borderline. */
CELADON_API celadon_status celadon_cdm_decide_result_table(const celadon_cdm_decide_result* result, celadon_table** out,
                                                           celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
