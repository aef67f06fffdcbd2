/* Answers and what is known about items. Rules: celadon.h. */
#ifndef CELADON_C_DATA_H
#define CELADON_C_DATA_H

#include <celadon/c/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- responses ------------------------------------------------------------------------------------------------------------------- */

/* Packed answers: persons x items, a category or a missing kind a cell. */
typedef struct celadon_responses celadon_responses;

/* Type of a caller's matrix. */
enum { CELADON_INT8 = 0, CELADON_UINT8 = 1, CELADON_INT16 = 2, CELADON_INT32 = 3, CELADON_INT64 = 4 };

/* A matrix that the caller keeps: element (person, item) is data[person * person_stride + item * item_stride], strides in elements.
   Values are categories 0 ... 249 or celadon_missing numbers. */
typedef struct celadon_responses_view {
  uint32_t struct_size;
  int32_t type; /* CELADON_INT8 ... */
  const void* data;
  int64_t n_persons;
  int64_t n_items;
  int64_t person_stride;
  int64_t item_stride;
  const char* const* item_ids; /* n_items names, unique; NULL for "1", "2", ... */
} celadon_responses_view;
CELADON_API void celadon_responses_view_init(celadon_responses_view* view, uint32_t struct_size);

/* Packs a matrix. Errors: length_mismatch, duplicate_id, too_many_categories, invalid_argument (a value below -4). @since 0.1 */
CELADON_API celadon_status celadon_responses_from_dense(const celadon_responses_view* view, const celadon_execution* execution,
                                                        celadon_responses** out, celadon_error* error);

typedef struct celadon_responses_import {
  uint32_t struct_size;
  int32_t null_kind;          /* celadon_missing number that a null cell stands for */
  const char* const* columns; /* columns to take, in this order; NULL for all */
  int64_t n_columns;
  const char* const* missing_values; /* cell values, as text, that stand for a missing kind; may be NULL */
  const int32_t* missing_kinds;      /* as many celadon_missing numbers */
  int64_t n_missing_values;
} celadon_responses_import;
CELADON_API void celadon_responses_import_init(celadon_responses_import* options, uint32_t struct_size);

/* Packs the columns of an Arrow stream of record batches: a row a person, a column an item. The stream is taken over and consumed, also on
   failure. Errors: arrow_invalid, missing_column, unsupported_type, not_a_whole_number, too_many_categories, duplicate_id. @since 0.1 */
CELADON_API celadon_status celadon_responses_from_stream(struct ArrowArrayStream* stream, const celadon_responses_import* options,
                                                         const celadon_execution* execution, celadon_responses** out, celadon_error* error);

CELADON_API void celadon_responses_destroy(celadon_responses* responses);
CELADON_API int64_t celadon_responses_n_persons(const celadon_responses* responses);
CELADON_API int64_t celadon_responses_n_items(const celadon_responses* responses);
/* Id of an item, NULL when out of range. Borrowed. */
CELADON_API const char* celadon_responses_item_id(const celadon_responses* responses, int64_t item);
/* Highest observed category plus one, 0 without answers, -1 when out of range. */
CELADON_API int32_t celadon_responses_n_categories(const celadon_responses* responses, int64_t item);
/* A cell: a category or a celadon_missing number; INT32_MIN when out of range. */
CELADON_API int32_t celadon_responses_at(const celadon_responses* responses, int64_t person, int64_t item);
/* The given persons and items (row and column numbers from 0) in the given order; NULL with a size of 0 takes all. The result shares
 * nothing. */
CELADON_API celadon_status celadon_responses_select(const celadon_responses* responses, const int64_t* persons, int64_t n_persons,
                                                    const int64_t* items, int64_t n_items, celadon_responses** out, celadon_error* error);

/* ---- items ----------------------------------------------------------------------------------------------------------------------- */

/* What is known about items (双向细目表). Texts are NUL-terminated UTF-8 and may be NULL; all are copied. */
typedef struct celadon_item {
  uint32_t struct_size;
  int32_t reserved;
  const char* id; /* unique within the paper */
  const char* label;
  const char* subject;
  const char* type;
  const char* stem;
  const char* key;
  const char* note;
  const char* ability_level;
  const char* cognitive_level;
  double full_mark;          /* > 0 */
  double planned_difficulty; /* share of points gained in [0, 1]; NaN where not planned */
  const char* const* knowledge;
  int64_t n_knowledge;
  const double* category_scores; /* points of category 0, 1, ...; NULL: the category number is the score */
  int64_t n_category_scores;
  const char* const* category_labels; /* text of category 0, 1, ... of raw answers; may be NULL */
  int64_t n_category_labels;
  const char* const* option_notes; /* what choosing an option reveals, by category; may be NULL */
  int64_t n_option_notes;
  const char* choice_group; /* 选做题: a person answers one of the items with the same group; may be NULL */
  int32_t bonus;            /* 附加题: outside the paper's full mark */
  int32_t reserved_bonus;
} celadon_item;
CELADON_API void celadon_item_init(celadon_item* item, uint32_t struct_size);

typedef struct celadon_items celadon_items;
CELADON_API celadon_status celadon_items_create(celadon_items** out, celadon_error* error);
CELADON_API void celadon_items_destroy(celadon_items* items);
/* Adds an item at the end. Not while another thread uses the handle. Errors: invalid_argument (no id). */
CELADON_API celadon_status celadon_items_add(celadon_items* items, const celadon_item* item, celadon_error* error);
CELADON_API int64_t celadon_items_size(const celadon_items* items);

#ifdef __cplusplus
}
#endif
#endif
