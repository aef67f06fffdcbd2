/* Evaluation: everything that the data allow, from papers to gain and loss. Rules: celadon.h.
 *
 * Rows of pupils, items, classes, schools and papers count from 0; a row in a message or in the id of a statement counts from 1.
 */
#ifndef CELADON_C_EVALUATION_H
#define CELADON_C_EVALUATION_H

#include <celadon/c/cdm.h>
#include <celadon/c/irt.h>
#include <celadon/c/paper.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- evaluate -------------------------------------------------------------------------------------------------------------------- */

/* The model that a paper is calibrated with. */
enum {
  CELADON_FAMILY_BY_SAMPLE = -1, /* what the number of persons carries */
  CELADON_FAMILY_CLASSICAL = 0,
  CELADON_FAMILY_RASCH = 1,
  CELADON_FAMILY_2PL_PRIOR = 2,
  CELADON_FAMILY_3PL = 3
};
/* A comment bank: rules over evidence, and the sentences of each language (comments.h). Immutable. */
typedef struct celadon_feedback_comment_bank celadon_feedback_comment_bank;
typedef struct celadon_evaluate_options {
  uint32_t struct_size;
  int32_t family;                      /* CELADON_FAMILY_BY_SAMPLE by default; another choice is said in the findings */
  const celadon_paper_options* papers; /* how the data set is read; NULL for the defaults */
  const celadon_irt_model* bank;       /* items found in a paper keep these parameters; may be NULL */
  const char* const* expected_levels;  /* ability levels that the blueprint plans; may be NULL */
  int64_t n_expected_levels;
  int32_t calibrate;  /* 0: classical results only */
  int32_t sp_tables;  /* S-P table of each class */
  int32_t keep_tails; /* predictive tail of every cell */
  int32_t reserved;
  uint64_t seed;                                 /* of simulated p-values and of the choice among sentences */
  const celadon_cdm_model* diagnosis_bank;       /* calibrated diagnosis model, matched by items and points; may be NULL */
  const celadon_feedback_comment_bank* comments; /* NULL: the shipped bank */
  int32_t diagnose;                              /* 0: no mastery of knowledge points */
  int32_t comment;                               /* 0: no comments */
} celadon_evaluate_options;
CELADON_API void celadon_evaluate_options_init(celadon_evaluate_options* options, uint32_t struct_size);

/* Everything that a data set allows. Immutable. */
typedef struct celadon_evaluation celadon_evaluation;
/* Reads the papers of a data set and evaluates each within itself. A paper that cannot be evaluated is listed as not evaluated and the rest
   goes on. profile NULL: the shipped example. Errors: those of celadon_build_papers; cancelled. @since 0.1 */
CELADON_API celadon_status celadon_evaluate(const celadon_dataset* dataset, const celadon_profile* profile,
                                            const celadon_evaluate_options* options, const celadon_execution* execution,
                                            celadon_evaluation** out, celadon_error* error);
/* The same for papers that the host holds. */
CELADON_API celadon_status celadon_evaluate_papers(const celadon_paper* const* papers, int64_t n_papers, const celadon_profile* profile,
                                                   const celadon_evaluate_options* options, const celadon_execution* execution,
                                                   celadon_evaluation** out, celadon_error* error);
CELADON_API void celadon_evaluation_destroy(celadon_evaluation* evaluation);

/* Names of the result tables, in order; NULL when out of range. Static. */
CELADON_API int64_t celadon_evaluation_n_tables(void);
CELADON_API const char* celadon_evaluation_table_name(int64_t table);
/* One result table over all papers, the first column being `paper`. Complete, for the school's own use: suppress before publishing.
   Errors: invalid_argument (no such table). @since 0.1 */
CELADON_API celadon_status celadon_evaluation_table(const celadon_evaluation* evaluation, const char* name, int64_t name_size,
                                                    int32_t language, celadon_table** out, celadon_error* error);
/* Findings about the data set and then about each paper, one row a finding: severity, code, table, row, column, item, value, cause, fix. */
CELADON_API celadon_status celadon_evaluation_findings(const celadon_evaluation* evaluation, int32_t language, celadon_table** out,
                                                       celadon_error* error);
/* What the data did not allow, one row each: paper (null: the data set), what, code, cause, fix. */
CELADON_API celadon_status celadon_evaluation_not_evaluated(const celadon_evaluation* evaluation, int32_t language, celadon_table** out,
                                                            celadon_error* error);
/* Every table, finding and the profile's hash as one JSON text, the same in every language. */
CELADON_API celadon_status celadon_evaluation_to_json(const celadon_evaluation* evaluation, int32_t language, celadon_text** out,
                                                      celadon_error* error);
/* Borrowed. */
CELADON_API const char* celadon_evaluation_profile_id(const celadon_evaluation* evaluation);
CELADON_API const char* celadon_evaluation_profile_hash(const celadon_evaluation* evaluation);
CELADON_API const char* celadon_evaluation_library_version(const celadon_evaluation* evaluation);

CELADON_API int64_t celadon_evaluation_n_papers(const celadon_evaluation* evaluation);
/* What a paper is and what it was calibrated with. Texts are borrowed from the evaluation. */
typedef struct celadon_evaluation_paper_values {
  uint32_t struct_size;
  int32_t grade;
  const char* id;
  const char* name;
  const char* subject;
  const char* date;
  double full_mark;
  int64_t n_persons;
  int64_t n_counted; /* persons in denominators */
  int64_t n_items;
  int64_t n_classes;
  int64_t n_schools;
  int64_t n_reviews; /* classes with a counted pupil; 1 where the paper has no classes */
  int32_t simulated;
  int32_t family; /* CELADON_FAMILY_CLASSICAL ... */
  int32_t calibrated;
  int32_t predictor;  /* CELADON_PREDICTOR_NONE ... */
  double alpha;       /* NaN where there is none */
  double reliability; /* of the abilities; NaN where not calibrated */
} celadon_evaluation_paper_values;
/* What expected scores are made with. */
enum { CELADON_PREDICTOR_NONE = 0, CELADON_PREDICTOR_WORKING_MODEL = 1, CELADON_PREDICTOR_CALIBRATED = 2 };
/* Errors: invalid_argument (no such paper). out->struct_size is set by the caller. */
CELADON_API celadon_status celadon_evaluation_paper(const celadon_evaluation* evaluation, int64_t paper,
                                                    celadon_evaluation_paper_values* out, celadon_error* error);
/* Row of the pupil with this identifier, -1 when there is none. O(pupils). */
CELADON_API int64_t celadon_evaluation_find_person(const celadon_evaluation* evaluation, int64_t paper, const char* id, int64_t id_size);
/* Identifier of a pupil, a class or a school; NULL when out of range or without one. Borrowed. */
CELADON_API const char* celadon_evaluation_person_id(const celadon_evaluation* evaluation, int64_t paper, int64_t person);
CELADON_API const char* celadon_evaluation_class_id(const celadon_evaluation* evaluation, int64_t paper, int64_t class_number);
CELADON_API const char* celadon_evaluation_school_id(const celadon_evaluation* evaluation, int64_t paper, int64_t school);
/* Class of a review, -1 for everybody or when out of range. */
CELADON_API int64_t celadon_evaluation_review_class(const celadon_evaluation* evaluation, int64_t paper, int64_t review);
/* Abilities and their standard errors by row; NaN where there is none. Each array has room for capacity >= n_persons values or is NULL. */
CELADON_API celadon_status celadon_evaluation_abilities(const celadon_evaluation* evaluation, int64_t paper, double* ability,
                                                        double* ability_se, int64_t capacity, celadon_error* error);
/* The calibrated model of a paper as a handle of its own. Errors: invalid_argument (not calibrated). */
CELADON_API celadon_status celadon_evaluation_model(const celadon_evaluation* evaluation, int64_t paper, celadon_irt_model** out,
                                                    celadon_error* error);

/* Every item of one pupil in paper order: item, outcome, points, full_mark, loss, expected, tail, flagged, borderline, cause_source,
   cause, option, class_mean, school_mean, all_mean. The means are for teachers only. */
CELADON_API celadon_status celadon_evaluation_pupil_items(const celadon_evaluation* evaluation, int64_t paper, int64_t person,
                                                          celadon_table** out, celadon_error* error);
/* Points by part of the paper: dimension, part, n_items, n, points, attainable, expected, share, lower, upper. */
CELADON_API celadon_status celadon_evaluation_pupil_parts(const celadon_evaluation* evaluation, int64_t paper, int64_t person,
                                                          celadon_table** out, celadon_error* error);
/* The same of a class; -1 for everybody. */
CELADON_API celadon_status celadon_evaluation_class_parts(const celadon_evaluation* evaluation, int64_t paper, int64_t class_number,
                                                          celadon_table** out, celadon_error* error);

/* What is said about a pupil, a class (number of its review) or a paper, in reading order, one row a statement: id, rule, role ("fact"
   "meaning" "uncertainty" "next_step" "note"), sentence, borderline. wording NULL: the shipped one of the language. */
CELADON_API celadon_status celadon_evaluation_pupil_statements(const celadon_evaluation* evaluation, int64_t paper, int64_t person,
                                                               int32_t language, const celadon_wording* wording, celadon_table** out,
                                                               celadon_error* error);
CELADON_API celadon_status celadon_evaluation_class_statements(const celadon_evaluation* evaluation, int64_t paper, int64_t review,
                                                               int32_t language, const celadon_wording* wording, celadon_table** out,
                                                               celadon_error* error);
CELADON_API celadon_status celadon_evaluation_paper_statements(const celadon_evaluation* evaluation, int64_t paper, int32_t language,
                                                               const celadon_wording* wording, celadon_table** out, celadon_error* error);

/* The rule and the numbers behind one statement. */
typedef struct celadon_explanation celadon_explanation;
typedef struct celadon_explanation_values {
  uint32_t struct_size;
  int32_t borderline; /* a compared value lies within rounding of its cut */
  const char* id;     /* texts are borrowed from the explanation */
  const char* rule;
  const char* sentence;
  const char* profile_id;
  const char* profile_hash;
  const char* rule_source; /* source of the thresholds, or 示例 */
  const char* model;       /* predictor behind expected scores, "" where the statement uses none */
  const char* library_version;
} celadon_explanation_values;
/* Errors: unknown_statement. @since 0.1 */
CELADON_API celadon_status celadon_explain(const celadon_evaluation* evaluation, const char* statement_id, int64_t statement_id_size,
                                           int32_t language, const celadon_wording* wording, celadon_explanation** out,
                                           celadon_error* error);
CELADON_API celadon_status celadon_explanation_get(const celadon_explanation* explanation, celadon_explanation_values* out,
                                                   celadon_error* error);
/* One row a number: name, value, item. */
CELADON_API celadon_status celadon_explanation_evidence(const celadon_explanation* explanation, celadon_table** out, celadon_error* error);
CELADON_API void celadon_explanation_destroy(celadon_explanation* explanation);

#ifdef __cplusplus
}
#endif
#endif
