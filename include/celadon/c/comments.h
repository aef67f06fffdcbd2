/* Mastery of knowledge points (知识点掌握) and diagnostic comments (诊断式评语). Rules: celadon.h. A profile of NULL is the shipped
 * example.
 *
 * A comment is made from evidence: of an evaluation, or of what a host knows itself. Which sentence a message becomes depends on the seed,
 * the pupil's key and the message alone.
 */
#ifndef CELADON_C_COMMENTS_H
#define CELADON_C_COMMENTS_H

#include <celadon/c/evaluation.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- mastery --------------------------------------------------------------------------------------------------------------------- */

enum { CELADON_POINT_CANNOT_JUDGE = 0, CELADON_POINT_NOT_YET = 1, CELADON_POINT_MASTERED = 2 };
/* Why a point cannot be judged yet. */
enum {
  CELADON_POINT_JUDGED = 0,
  CELADON_POINT_NO_ANSWERS = 1,
  CELADON_POINT_FEW_ITEMS = 2,
  CELADON_POINT_NOT_MODELLED = 3,
  CELADON_POINT_NOT_IDENTIFIED = 4,
  CELADON_POINT_BOUNDS = 5,
  CELADON_POINT_BETWEEN = 6,
  CELADON_POINT_SETTINGS_DIFFER = 7,
  CELADON_POINT_AGAINST_ANSWERS = 8,
  CELADON_POINT_SINGLE_SCORE = 9 /* one overall ability predicts the answers as well, and says otherwise */
};
/* One pupil on one point. */
typedef struct celadon_feedback_point_mastery {
  uint32_t struct_size;
  int32_t state;      /* CELADON_POINT_CANNOT_JUDGE ... */
  int32_t reason;     /* CELADON_POINT_JUDGED ... */
  int32_t n_items;    /* given to the pupil and counted */
  double probability; /* of mastery; NaN where none is told */
  double low;         /* interval or bounds; NaN where none */
  double high;
  double points; /* gained */
  double full;   /* attainable */
  int32_t borderline;
  int32_t reserved;
} celadon_feedback_point_mastery;
/* Decides one cell. probability: one a setting of the model, the reported one first. @since 0.1 */
CELADON_API celadon_status celadon_feedback_decide_point(const double* probability, int64_t n_settings, double low, double high,
                                                         int32_t bounded, int32_t modelled, int32_t identified, int32_t n_items,
                                                         double points, double full, const celadon_profile* profile,
                                                         celadon_feedback_point_mastery* out, celadon_error* error);

/* What is known of a paper's points before any decision. Arrays by pupil and point are [person * n_points + point]. */
typedef struct celadon_feedback_mastery_input {
  uint32_t struct_size;
  int32_t n_settings;
  const char* const* points; /* n_points names */
  int64_t n_points;
  int64_t n_persons;
  const uint8_t* modelled;          /* n_points bytes: a model speaks of the point */
  const uint8_t* identified;        /* the answered items tell the point apart from every other */
  const double* const* probability; /* n_settings arrays, the reported one first; NULL without a model */
  const double* low;                /* interval or bounds; both NULL where there are none */
  const double* high;
  const uint8_t* bounded; /* non-zero: low and high are bounds; NULL: none is */
  const int32_t* n_items; /* given and counted */
  const double* points_gained;
  const double* points_full;
  const char* model;     /* for `explain`; may be NULL */
  const char* structure; /* of the classes; may be NULL */
  const char* version;   /* of the model; may be NULL */
  /* By pupil and point: probability that one overall ability alone reaches the profile's cut on the point; NULL where a profile adds. */
  const double* single_score;
} celadon_feedback_mastery_input;
CELADON_API void celadon_feedback_mastery_input_init(celadon_feedback_mastery_input* input, uint32_t struct_size);
/* The decisions of one paper. Immutable. */
typedef struct celadon_feedback_mastery celadon_feedback_mastery;
/* Errors: invalid_argument, length_mismatch. @since 0.1 */
CELADON_API celadon_status celadon_feedback_decide_mastery(const celadon_feedback_mastery_input* input, const celadon_profile* profile,
                                                           celadon_feedback_mastery** out, celadon_error* error);
/* The decisions of a paper of an evaluation, a handle of its own. Errors: invalid_argument (no such paper). */
CELADON_API celadon_status celadon_evaluation_mastery(const celadon_evaluation* evaluation, int64_t paper, celadon_feedback_mastery** out,
                                                      celadon_error* error);
CELADON_API void celadon_feedback_mastery_destroy(celadon_feedback_mastery* mastery);
CELADON_API int64_t celadon_feedback_mastery_n_persons(const celadon_feedback_mastery* mastery);
CELADON_API int64_t celadon_feedback_mastery_n_points(const celadon_feedback_mastery* mastery);
/* Errors: invalid_argument (out of range). */
CELADON_API celadon_status celadon_feedback_mastery_get(const celadon_feedback_mastery* mastery, int64_t person, int64_t point,
                                                        celadon_feedback_point_mastery* out, celadon_error* error);
/* One row a pupil and point: row (from 1), point, state, reason, probability, low, high, n_items, points, full, borderline. */
CELADON_API celadon_status celadon_feedback_mastery_table(const celadon_feedback_mastery* mastery, celadon_table** out,
                                                          celadon_error* error);
/* Pupils of a group by answer, one row a point: point, n, n_mastered, n_not_yet, n_cannot_judge, n_items. rows: row numbers from 0. */
CELADON_API celadon_status celadon_feedback_count_mastery(const celadon_feedback_mastery* mastery, const int64_t* rows, int64_t n_rows,
                                                          celadon_table** out, celadon_error* error);
/* Pupils of a group with the same gap, one row a pupil: group (from 1), point, whole_class, row (from 1). */
CELADON_API celadon_status celadon_feedback_gap_groups(const celadon_feedback_mastery* mastery, const int64_t* rows, int64_t n_rows,
                                                       const celadon_profile* profile, celadon_table** out, celadon_error* error);

/* Change against the own past. */
enum {
  CELADON_CHANGE_NO_PAST = 0,
  CELADON_CHANGE_NOT_COMPARABLE = 1,
  CELADON_CHANGE_NONE_SEEN = 2,
  CELADON_CHANGE_UP = 3,
  CELADON_CHANGE_DOWN = 4
};
/* One verdict for each of n points: difference (now - before), its standard error with that of linking (NaN where not known), common items.
   verdict, low and high have room for n values; low and high may be NULL. @since 0.1 */
CELADON_API celadon_status celadon_feedback_judge_changes(const double* difference, const double* standard_error, const int32_t* n_common,
                                                          int64_t n, const celadon_profile* profile, int32_t* verdict, double* low,
                                                          double* high, celadon_error* error);

/* ---- rules and sentences --------------------------------------------------------------------------------------------------------- */

enum { CELADON_READER_FAMILY = 0, CELADON_READER_TEACHER = 1, CELADON_READER_CLASS = 2 };
enum {
  CELADON_PART_GOAL = 0,
  CELADON_PART_STRENGTH = 1,
  CELADON_PART_GAP = 2,
  CELADON_PART_OPEN = 3,
  CELADON_PART_CHANGE = 4,
  CELADON_PART_NEXT = 5,
  CELADON_PART_GROUP = 6,
  CELADON_PART_DISCUSS = 7
};

/* Reads a bank: the rules and one text a language; sizes NULL: every text ends with a NUL. Errors: json_syntax, json_field. @since 0.1 */
CELADON_API celadon_status celadon_feedback_comment_bank_parse(const char* rules, int64_t rules_size, const char* const* wordings,
                                                               const int64_t* sizes, int64_t n_wordings,
                                                               celadon_feedback_comment_bank** out, celadon_error* error);
/* The shipped bank, and its texts. */
CELADON_API celadon_status celadon_feedback_comment_bank_default(celadon_feedback_comment_bank** out, celadon_error* error);
CELADON_API celadon_status celadon_feedback_comment_bank_default_rules(celadon_text** out, celadon_error* error);
CELADON_API celadon_status celadon_feedback_comment_bank_default_wording(int32_t language, celadon_text** out, celadon_error* error);
CELADON_API void celadon_feedback_comment_bank_destroy(celadon_feedback_comment_bank* bank);
/* Borrowed. */
CELADON_API const char* celadon_feedback_comment_bank_edition(const celadon_feedback_comment_bank* bank);
CELADON_API const char* celadon_feedback_comment_bank_hash(const celadon_feedback_comment_bank* bank);
/* Faults, one row each: kind, language, where (id of the rule or message), detail, variant (sentence of the message, from 1; 0 none); no
   row when the bank is sound. @since 0.1 */
CELADON_API celadon_status celadon_feedback_comment_bank_lint(const celadon_feedback_comment_bank* bank, celadon_table** out,
                                                              celadon_error* error);
/* What a rule may test and a sentence may hold: name, scope, test, slot, for_pupil, for_class. */
CELADON_API celadon_status celadon_feedback_comment_fields(celadon_table** out, celadon_error* error);

/* A bank made ready. Immutable; any number of threads may use it at once; outlives the bank's handle. */
typedef struct celadon_feedback_comment_engine celadon_feedback_comment_engine;
/* Errors: comment_bank_invalid. @since 0.1 */
CELADON_API celadon_status celadon_feedback_comment_engine_create(const celadon_feedback_comment_bank* bank,
                                                                  celadon_feedback_comment_engine** out, celadon_error* error);
CELADON_API void celadon_feedback_comment_engine_destroy(celadon_feedback_comment_engine* engine);

/* ---- evidence -------------------------------------------------------------------------------------------------------------------- */

/* What a pupil's comment is made from. Adding is not concurrent with reading. Texts are copied. */
typedef struct celadon_feedback_pupil_evidence celadon_feedback_pupil_evidence;
typedef struct celadon_feedback_comment_item {
  uint32_t struct_size;
  int32_t counted;   /* 1 by default */
  const char* label; /* 题号 */
  double points;
  double full;
  int32_t review; /* lost more than the other items let expect */
  int32_t reserved;
  const char* cause; /* what the school has noted; may be NULL */
} celadon_feedback_comment_item;
typedef struct celadon_feedback_comment_point {
  uint32_t struct_size;
  int32_t change; /* CELADON_CHANGE_NO_PAST ... */
  const char* name;
  const celadon_feedback_point_mastery* mastery;
  const int32_t* items; /* numbers of items added before */
  int64_t n_items;
  const char* const* needs; /* prerequisites that are not mastered yet; may be NULL */
  int64_t n_needs;
  double change_difference;
  double change_low; /* NaN where not compared */
  double change_high;
  int32_t change_n_common;
  int32_t reserved;
  const char* action; /* an exercise or a step of the school's; may be NULL */
} celadon_feedback_comment_point;
CELADON_API void celadon_feedback_comment_item_init(celadon_feedback_comment_item* item, uint32_t struct_size);
CELADON_API void celadon_feedback_comment_point_init(celadon_feedback_comment_point* point, uint32_t struct_size);
/* key chooses the sentences and is never printed; prefix begins every sentence's id; the level's names may be NULL. */
CELADON_API celadon_status celadon_feedback_pupil_evidence_create(const char* key, const char* prefix, const char* paper,
                                                                  const char* level_zh, const char* level_en, int32_t rough,
                                                                  celadon_feedback_pupil_evidence** out, celadon_error* error);
CELADON_API void celadon_feedback_pupil_evidence_destroy(celadon_feedback_pupil_evidence* evidence);
/* Whether a family's sentences may tell marks (1, as it begins) or only what is right, partly right and wrong (0). */
CELADON_API celadon_status celadon_feedback_pupil_evidence_tell_marks(celadon_feedback_pupil_evidence* evidence, int32_t marks,
                                                                      celadon_error* error);
CELADON_API celadon_status celadon_feedback_pupil_evidence_add_item(celadon_feedback_pupil_evidence* evidence,
                                                                    const celadon_feedback_comment_item* item, celadon_error* error);
/* Errors: invalid_argument (an item that was not added, a state that there is not). */
CELADON_API celadon_status celadon_feedback_pupil_evidence_add_point(celadon_feedback_pupil_evidence* evidence,
                                                                     const celadon_feedback_comment_point* point, celadon_error* error);
/* What the evaluation knows about a pupil, a handle of its own. */
CELADON_API celadon_status celadon_evaluation_pupil_evidence(const celadon_evaluation* evaluation, int64_t paper, int64_t person,
                                                             celadon_feedback_pupil_evidence** out, celadon_error* error);
/* What a class's comment is made from. Adding is not concurrent with reading. Texts are copied. */
typedef struct celadon_feedback_class_evidence celadon_feedback_class_evidence;
typedef struct celadon_feedback_comment_class_point {
  uint32_t struct_size;
  int32_t common_gap; /* 1: common enough to be taken up with everybody */
  const char* name;
  int64_t n; /* pupils of the class */
  int64_t n_mastered;
  int64_t n_not_yet;
  int64_t n_cannot_judge;
  int32_t n_items; /* of the paper */
  int32_t reserved;
  const char* action; /* an exercise or a step of the school's; may be NULL */
} celadon_feedback_comment_class_point;
/* Pupils with a shared gap. */
typedef struct celadon_feedback_comment_group {
  uint32_t struct_size;
  int32_t whole_class; /* 1: taken up with everybody */
  const char* point;
  int64_t n;
  const char* const* names; /* of the pupils, for the class teacher's own list; may be NULL */
  int64_t n_names;
} celadon_feedback_comment_group;
/* An item to discuss. */
typedef struct celadon_feedback_comment_class_item {
  uint32_t struct_size;
  int32_t common;    /* 1: most of the class lose marks on it */
  const char* label; /* 题号 */
  int64_t n;         /* pupils who had it */
  int64_t n_losing;
  double rate;       /* mean share of its marks, 0 to 1; NaN where not known */
  const char* error; /* the commonest known error; may be NULL */
  int64_t n_error;
} celadon_feedback_comment_class_item;
CELADON_API void celadon_feedback_comment_class_point_init(celadon_feedback_comment_class_point* point, uint32_t struct_size);
CELADON_API void celadon_feedback_comment_group_init(celadon_feedback_comment_group* group, uint32_t struct_size);
CELADON_API void celadon_feedback_comment_class_item_init(celadon_feedback_comment_class_item* item, uint32_t struct_size);
/* key and prefix as for a pupil; n: counted pupils. Errors of these four: invalid_argument (no name, a negative count, a rate outside
   [0, 1]). @since 0.1 */
CELADON_API celadon_status celadon_feedback_class_evidence_create(const char* key, const char* prefix, int64_t n,
                                                                  celadon_feedback_class_evidence** out, celadon_error* error);
CELADON_API celadon_status celadon_feedback_class_evidence_add_point(celadon_feedback_class_evidence* evidence,
                                                                     const celadon_feedback_comment_class_point* point,
                                                                     celadon_error* error);
CELADON_API celadon_status celadon_feedback_class_evidence_add_group(celadon_feedback_class_evidence* evidence,
                                                                     const celadon_feedback_comment_group* group, celadon_error* error);
CELADON_API celadon_status celadon_feedback_class_evidence_add_item(celadon_feedback_class_evidence* evidence,
                                                                    const celadon_feedback_comment_class_item* item, celadon_error* error);
CELADON_API void celadon_feedback_class_evidence_destroy(celadon_feedback_class_evidence* evidence);
/* What the evaluation knows about a class, by the number of its review; a handle of its own. */
CELADON_API celadon_status celadon_evaluation_class_evidence(const celadon_evaluation* evaluation, int64_t paper, int64_t review,
                                                             celadon_feedback_class_evidence** out, celadon_error* error);

/* ---- comments -------------------------------------------------------------------------------------------------------------------- */

/* A comment with the words of one language, sentences in reading order. Immutable. */
typedef struct celadon_feedback_comment celadon_feedback_comment;
/* reader: CELADON_READER_FAMILY or CELADON_READER_TEACHER. @since 0.1 */
CELADON_API celadon_status celadon_feedback_pupil_comment(const celadon_feedback_comment_engine* engine,
                                                          const celadon_feedback_pupil_evidence* evidence, int32_t reader, int32_t language,
                                                          uint64_t seed, celadon_feedback_comment** out, celadon_error* error);
CELADON_API celadon_status celadon_feedback_class_comment(const celadon_feedback_comment_engine* engine,
                                                          const celadon_feedback_class_evidence* evidence, int32_t language, uint64_t seed,
                                                          celadon_feedback_comment** out, celadon_error* error);
/* Of an evaluation with a bank (celadon_evaluate_options.comments); without sentences for a pupil who is not counted. `celadon_explain`
   takes the ids of its sentences. @since 0.1 */
CELADON_API celadon_status celadon_evaluation_pupil_comment(const celadon_evaluation* evaluation, int64_t paper, int64_t person,
                                                            int32_t reader, int32_t language, celadon_feedback_comment** out,
                                                            celadon_error* error);
CELADON_API celadon_status celadon_evaluation_class_comment(const celadon_evaluation* evaluation, int64_t paper, int64_t review,
                                                            int32_t language, celadon_feedback_comment** out, celadon_error* error);
CELADON_API void celadon_feedback_comment_destroy(celadon_feedback_comment* comment);
/* Number of sentences. */
CELADON_API int64_t celadon_feedback_comment_size(const celadon_feedback_comment* comment);
/* Id and words of a sentence, NULL when out of range; CELADON_PART_... of it, -1 when out of range. Borrowed. */
CELADON_API const char* celadon_feedback_comment_id(const celadon_feedback_comment* comment, int64_t sentence);
CELADON_API const char* celadon_feedback_comment_text(const celadon_feedback_comment* comment, int64_t sentence);
CELADON_API int32_t celadon_feedback_comment_part(const celadon_feedback_comment* comment, int64_t sentence);
/* One row a sentence: id, part, text, evidence_hash. */
CELADON_API celadon_status celadon_feedback_comment_table(const celadon_feedback_comment* comment, celadon_table** out,
                                                          celadon_error* error);

/* Rule, inputs and numbers behind a sentence. */
typedef struct celadon_feedback_comment_explanation celadon_feedback_comment_explanation;
typedef struct celadon_feedback_comment_explanation_values {
  uint32_t struct_size;
  int32_t reserved;
  const char* id; /* texts are borrowed from the explanation */
  const char* rule;
  const char* message;
  const char* part;
  const char* source_zh; /* why the rule stands */
  const char* source_en;
  const char* model;
  const char* model_version;
  const char* bank_edition;
  const char* bank_hash;
  const char* text_zh;
  const char* text_en;
} celadon_feedback_comment_explanation_values;
/* engine and evidence are those that the comment was made with; mastery names the model and may be NULL. Errors: unknown_statement,
   invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_feedback_explain_pupil_comment(const celadon_feedback_comment_engine* engine,
                                                                  const celadon_feedback_comment* comment,
                                                                  const celadon_feedback_pupil_evidence* evidence,
                                                                  const celadon_feedback_mastery* mastery, const char* id, int64_t id_size,
                                                                  celadon_feedback_comment_explanation** out, celadon_error* error);
CELADON_API celadon_status celadon_feedback_explain_class_comment(const celadon_feedback_comment_engine* engine,
                                                                  const celadon_feedback_comment* comment,
                                                                  const celadon_feedback_class_evidence* evidence,
                                                                  const celadon_feedback_mastery* mastery, const char* id, int64_t id_size,
                                                                  celadon_feedback_comment_explanation** out, celadon_error* error);
CELADON_API void celadon_feedback_comment_explanation_destroy(celadon_feedback_comment_explanation* explanation);
CELADON_API celadon_status celadon_feedback_comment_explanation_get(const celadon_feedback_comment_explanation* explanation,
                                                                    celadon_feedback_comment_explanation_values* out, celadon_error* error);
/* One row a test of the rule: condition ("share >= 0.8"), name, value. */
CELADON_API celadon_status celadon_feedback_comment_explanation_tests(const celadon_feedback_comment_explanation* explanation,
                                                                      celadon_table** out, celadon_error* error);
/* One row a number of the subject: name, value, item. */
CELADON_API celadon_status celadon_feedback_comment_explanation_evidence(const celadon_feedback_comment_explanation* explanation,
                                                                         celadon_table** out, celadon_error* error);

/* ---- a teacher's hand ------------------------------------------------------------------------------------------------------------ */

enum { CELADON_EDIT_REPLACE = 0, CELADON_EDIT_LOCK = 1, CELADON_EDIT_ADD = 2, CELADON_EDIT_LEAVE_OUT = 3 };
typedef struct celadon_feedback_comment_edit {
  uint32_t struct_size;
  int32_t kind;         /* CELADON_EDIT_REPLACE ... */
  const char* sentence; /* id of the generated sentence; of an added one its own */
  int32_t part;         /* CELADON_PART_... of an added sentence, and of one that is no longer made */
  int32_t reserved;
  const char* language;      /* of the text: "zh-CN", "en" */
  const char* text;          /* NULL or "" for CELADON_EDIT_LEAVE_OUT */
  const char* generated;     /* what the sentence said; may be NULL */
  const char* evidence_hash; /* of the sentence; may be NULL */
  const char* author;
  const char* time; /* ISO 8601 */
} celadon_feedback_comment_edit;
CELADON_API void celadon_feedback_comment_edit_init(celadon_feedback_comment_edit* edit, uint32_t struct_size);
/* An edit before it is kept: author, time, text; with a bank its banned words. Errors: invalid_argument, banned_word. @since 0.1 */
CELADON_API celadon_status celadon_feedback_check_edit(const celadon_feedback_comment_edit* edit, const celadon_feedback_comment_bank* bank,
                                                       celadon_error* error);
/* All edits of one comment, oldest first. Adding is not concurrent with reading. */
typedef struct celadon_feedback_comment_edits celadon_feedback_comment_edits;
/* comment: the prefix of the sentences' ids. */
CELADON_API celadon_status celadon_feedback_comment_edits_create(const char* comment, celadon_feedback_comment_edits** out,
                                                                 celadon_error* error);
CELADON_API void celadon_feedback_comment_edits_destroy(celadon_feedback_comment_edits* edits);
/* Keeps a checked edit. Errors: those of celadon_feedback_check_edit. */
CELADON_API celadon_status celadon_feedback_comment_edits_add(celadon_feedback_comment_edits* edits,
                                                              const celadon_feedback_comment_edit* edit,
                                                              const celadon_feedback_comment_bank* bank, celadon_error* error);
/* The teacher who stands behind the comment, and when. */
CELADON_API celadon_status celadon_feedback_comment_edits_sign(celadon_feedback_comment_edits* edits, const char* by, const char* at,
                                                               celadon_error* error);
CELADON_API int64_t celadon_feedback_comment_edits_size(const celadon_feedback_comment_edits* edits);
/* Borrowed; "" for a draft. */
CELADON_API const char* celadon_feedback_comment_edits_signed_by(const celadon_feedback_comment_edits* edits);
/* Texts are borrowed until the next edit is added. */
CELADON_API celadon_status celadon_feedback_comment_edits_get(const celadon_feedback_comment_edits* edits, int64_t edit,
                                                              celadon_feedback_comment_edit* out, celadon_error* error);
/* JSON ("celadon.comment-edits", version 1) and back. Errors of loading: json_syntax, json_format, json_version, json_field,
   invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_feedback_save_edits(const celadon_feedback_comment_edits* edits, celadon_text** out,
                                                       celadon_error* error);
CELADON_API celadon_status celadon_feedback_load_edits(const char* json, int64_t json_size, celadon_feedback_comment_edits** out,
                                                       celadon_error* error);
/* The comment with the edits of its language laid over it, one row a sentence as it goes on the page: id, part, text, origin,
   evidence_changed, no_longer_made, author, time. Errors: invalid_argument (edits of another comment). @since 0.1 */
CELADON_API celadon_status celadon_feedback_apply_edits(const celadon_feedback_comment* comment,
                                                        const celadon_feedback_comment_edits* edits, celadon_table** out,
                                                        celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
