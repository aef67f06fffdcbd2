/* What an evaluation works with: the profile of thresholds, wordings, papers read from a data set or made of a host's arrays, and the check
   of a data set. Rules: celadon.h. */
#ifndef CELADON_C_PAPER_H
#define CELADON_C_PAPER_H

#include <celadon/c/data.h>
#include <celadon/c/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- profile and wording --------------------------------------------------------------------------------------------------------- */

/* Every threshold, name and choice that a report applies. Immutable. */
typedef struct celadon_profile celadon_profile;
/* Reads and checks a profile (schema: profile.schema.json). Errors: json_syntax, json_field, profile_invalid. @since 0.1 */
CELADON_API celadon_status celadon_profile_parse(const char* json, int64_t json_size, celadon_profile** out, celadon_error* error);
/* The shipped example profile, and its text as a start for a host's own. */
CELADON_API celadon_status celadon_profile_default(celadon_profile** out, celadon_error* error);
CELADON_API celadon_status celadon_profile_default_text(celadon_text** out, celadon_error* error);
CELADON_API void celadon_profile_destroy(celadon_profile* profile);
/* Borrowed. The hash is 16 hexadecimal digits and stands in every result. */
CELADON_API const char* celadon_profile_id(const celadon_profile* profile);
CELADON_API const char* celadon_profile_edition(const celadon_profile* profile);
CELADON_API const char* celadon_profile_hash(const celadon_profile* profile);
/* Levels of achievement, best first; the name in a language. NULL when out of range. Borrowed. */
CELADON_API int64_t celadon_profile_n_levels(const celadon_profile* profile);
CELADON_API const char* celadon_profile_level_id(const celadon_profile* profile, int64_t level);
CELADON_API const char* celadon_profile_level_name(const celadon_profile* profile, int64_t level, int32_t language);
/* Level of a share of points in [0, 1], -1 for NaN. Share and cut are compared after rounding to 1e-6. */
CELADON_API int32_t celadon_profile_level_of(const celadon_profile* profile, double share);
/* Source of a group of values ("levels", "flags" ...) or 示例; NULL when there is no such group. Borrowed. */
CELADON_API const char* celadon_profile_source(const celadon_profile* profile, const char* group);

/* Hash of a JSON text that does not depend on white space or the order of keys; out has room for 17 bytes. Errors: json_syntax. */
CELADON_API celadon_status celadon_canonical_hash(const char* json, int64_t json_size, char* out, int64_t capacity, celadon_error* error);

/* Sentences of statements in one language. Immutable. */
typedef struct celadon_wording celadon_wording;
/* Reads {"language", "edition", "banned", "patterns"}. Errors: json_syntax, json_field. @since 0.1 */
CELADON_API celadon_status celadon_wording_parse(const char* json, int64_t json_size, celadon_wording** out, celadon_error* error);
CELADON_API celadon_status celadon_wording_default(int32_t language, celadon_wording** out, celadon_error* error);
CELADON_API celadon_status celadon_wording_default_text(int32_t language, celadon_text** out, celadon_error* error);
CELADON_API void celadon_wording_destroy(celadon_wording* wording);
/* "zh-CN", "en". Borrowed. */
CELADON_API const char* celadon_wording_language(const celadon_wording* wording);
/* Problems of a set of wordings, one row each: problem. No rows when every rule has a pattern in each and all agree. */
CELADON_API celadon_status celadon_wording_lint(const celadon_wording* const* wordings, int64_t n_wordings, celadon_table** out,
                                                celadon_error* error);

/* ---- papers ---------------------------------------------------------------------------------------------------------------------- */

/* What the caller knows beyond the tables. The defaults assume nothing. */
typedef struct celadon_paper_options {
  uint32_t struct_size;
  int32_t blank; /* CELADON_MISSING_ number of a blank cell where papers.blank does not say; 0: not said, a finding asks */
  const char* const* missing_values; /* cell values, as text, that stand for a missing kind; may be NULL */
  const int32_t* missing_kinds;      /* as many CELADON_MISSING_ numbers */
  int64_t n_missing_values;
  int32_t trailing_blanks;   /* a run of at least this many blanks up to the last item is reported; 0 for off */
  int32_t flag_early_grades; /* a paper test in grades 1 and 2 gives a finding */
  int32_t max_findings;      /* listed one by one for each code and column; 0 lists every one */
  int32_t reserved;
} celadon_paper_options;
CELADON_API void celadon_paper_options_init(celadon_paper_options* options, uint32_t struct_size);

/* Everything that is wrong, doubtful or worth knowing about a data set, one row a finding: severity, code, table, row, column, item, value,
   cause, fix in the given language. What would stop an evaluation is in the list. Errors: invalid_argument, cancelled. @since 0.1 */
CELADON_API celadon_status celadon_validate(const celadon_dataset* dataset, const celadon_paper_options* options, int32_t language,
                                            const celadon_execution* execution, celadon_table** out, celadon_error* error);

/* One paper as it was sat: items, answers, who sat it. Immutable; shares its cells with what it was made from. */
typedef struct celadon_paper celadon_paper;
/* A paper of arrays that the host already holds. All are copied; texts are NUL-terminated and may be NULL. Arrays by person are NULL or
   have n_persons elements (the persons of the responses), arrays by unit as many as said. */
typedef struct celadon_paper_description {
  uint32_t struct_size;
  int32_t grade;  /* 1 to 12, 0 not known */
  const char* id; /* "paper" by default */
  const char* name;
  const char* subject;
  const char* date;  /* ISO 8601 */
  double full_mark;  /* NaN: the sum of the items' full marks */
  int32_t simulated; /* printed on every page */
  int32_t reserved;
  const char* const* person_ids;
  const char* const* person_names;
  const int32_t* person_class; /* number of the class, -1 not known */
  const uint8_t* status;       /* CELADON_STATUS_PRESENT ... */
  const double* weights;
  int64_t n_classes;
  const char* const* class_ids;
  const char* const* class_names;
  const int32_t* class_school; /* number of the school, -1 not known */
  int64_t n_schools;
  const char* const* school_ids;
  const char* const* school_names;
  const celadon_responses* raw; /* options as chosen, same shape as the scored answers; may be NULL */
} celadon_paper_description;
enum {
  CELADON_STATUS_PRESENT = 0,
  CELADON_STATUS_ABSENT = 1,      /* 缺考 */
  CELADON_STATUS_DEFERRED = 2,    /* 缓考 */
  CELADON_STATUS_EXEMPT = 3,      /* 免考 */
  CELADON_STATUS_MAKE_UP = 4,     /* 补考 */
  CELADON_STATUS_DISQUALIFIED = 5 /* 作弊 or otherwise void */
};
CELADON_API void celadon_paper_description_init(celadon_paper_description* description, uint32_t struct_size);
/* scored: category j of item i is worth category_scores[j] points of item i (j itself where it has none). items: one a column.
   Errors: length_mismatch, duplicate_id (persons, classes, schools), invalid_argument (a class, school or status that does not exist, a
   weight that is not positive, a full mark that is not positive, an answer beyond an item's category scores). @since 0.1 */
CELADON_API celadon_status celadon_paper_create(const celadon_responses* scored, const celadon_items* items,
                                                const celadon_paper_description* description, celadon_paper** out, celadon_error* error);
CELADON_API void celadon_paper_destroy(celadon_paper* paper);
/* Borrowed. */
CELADON_API const char* celadon_paper_id(const celadon_paper* paper);
CELADON_API int64_t celadon_paper_n_persons(const celadon_paper* paper);
CELADON_API int64_t celadon_paper_n_items(const celadon_paper* paper);
/* The scored answers, and what is known about the items, as handles of their own. */
CELADON_API celadon_status celadon_paper_responses(const celadon_paper* paper, celadon_responses** out, celadon_error* error);
CELADON_API celadon_status celadon_paper_items(const celadon_paper* paper, celadon_items** out, celadon_error* error);

/* The papers of a data set with what was found on the way. */
typedef struct celadon_papers celadon_papers;
/* Errors: missing_table, missing_column, no_persons, no_items, cancelled. Everything else is a finding. @since 0.1 */
CELADON_API celadon_status celadon_build_papers(const celadon_dataset* dataset, const celadon_paper_options* options,
                                                const celadon_execution* execution, celadon_papers** out, celadon_error* error);
CELADON_API void celadon_papers_destroy(celadon_papers* papers);
CELADON_API int64_t celadon_papers_size(const celadon_papers* papers);
/* A handle of its own for one paper; outlives `papers`. */
CELADON_API celadon_status celadon_papers_get(const celadon_papers* papers, int64_t paper, celadon_paper** out, celadon_error* error);
/* One row a finding: severity, code, table, row, column, item, value, cause, fix in the given language. */
CELADON_API celadon_status celadon_papers_findings(const celadon_papers* papers, int32_t language, celadon_table** out,
                                                   celadon_error* error);

/* Status of a word (缺考, "absent" ...) as CELADON_STATUS_ number, -1 when the word is none. */
CELADON_API int32_t celadon_paper_status_from_text(const char* text, int64_t text_size);
/* Missing kind of a word (未答, "omitted" ...) as CELADON_MISSING_ number, 0 when the word is none. */
CELADON_API int32_t celadon_paper_missing_from_text(const char* text, int64_t text_size);

/* ---- suppression ----------------------------------------------------------------------------------------------------------------- */

/* Who reads a figure of a group. */
enum {
  CELADON_AUDIENCE_PUPIL = 0,
  CELADON_AUDIENCE_TEACHER = 1,
  CELADON_AUDIENCE_SCHOOL = 2,
  CELADON_AUDIENCE_DISTRICT = 3,
  CELADON_AUDIENCE_PUBLISHED = 4
};
/* Why a figure is not shown. */
enum { CELADON_SHOWN = 0, CELADON_HIDDEN_SMALL_GROUP = 1, CELADON_HIDDEN_COMPLEMENT = 2, CELADON_HIDDEN_ALL_OR_NONE = 3 };
/* One decision a group, for groups that partition a whole whose size is shown too; the rules are the profile's (NULL: the shipped one).
   hidden has room for n_groups numbers. Errors: invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_suppress_groups(const int64_t* n, int64_t n_groups, const celadon_profile* profile, int32_t audience,
                                                   int32_t* hidden, celadon_error* error);
/* Whether the rate count / n of a group that is itself shown may be shown. */
CELADON_API celadon_status celadon_suppress_rate(int64_t count, int64_t n, const celadon_profile* profile, int32_t audience,
                                                 int32_t* hidden, celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
