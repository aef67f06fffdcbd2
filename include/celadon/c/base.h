/* Status, errors, running, text and tables: what every part of the C API uses. Rules: celadon.h. */
#ifndef CELADON_C_BASE_H
#define CELADON_C_BASE_H

#include <stdint.h>

/* The Arrow C data and stream interfaces, under their canonical guards (the file is plain C). */
#include <celadon/core/arrow/abi.hpp>

#if defined(_WIN32)
#if defined(CELADON_C_BUILDING)
#define CELADON_API __declspec(dllexport)
#else
#define CELADON_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define CELADON_API __attribute__((visibility("default")))
#else
#define CELADON_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* 0 for success, else the number of a code. */
typedef int32_t celadon_status;

enum {
  CELADON_OK = 0,
  CELADON_OUT_OF_MEMORY = 1001,
  CELADON_CANCELLED = 1002,
  CELADON_INTERNAL = 1003,
  CELADON_INVALID_ARGUMENT = 1004,
  CELADON_LENGTH_MISMATCH = 1005
};

enum { CELADON_CHINESE = 0, CELADON_ENGLISH = 1 };

/* Missing answers in integer matrices. */
enum {
  CELADON_MISSING_NOT_ADMINISTERED = -1, /* the item was not in this person's paper */
  CELADON_MISSING_NOT_REACHED = -2,      /* the person stopped before the item */
  CELADON_MISSING_OMITTED = -3,          /* the person saw the item and left it blank */
  CELADON_MISSING_INVALID = -4           /* an answer that cannot be used */
};

/* What an analysis does with a missing kind. */
enum {
  CELADON_MISSING_IGNORE = 0,     /* the cell gives no information; the default */
  CELADON_MISSING_LOWEST = 1,     /* counts as category 0 */
  CELADON_MISSING_DROP_PERSON = 2 /* the whole person is left out and counted */
};

/* "0.1.0"; static. */
CELADON_API const char* celadon_version(void);

/* ---- errors ---------------------------------------------------------------------------------------------------------------------- */

/* Filled by a failing call. Texts are cut at a character's end where they do not fit. No personal value is ever in them. */
typedef struct celadon_error {
  uint32_t struct_size;
  int32_t language; /* CELADON_CHINESE or CELADON_ENGLISH; set by the caller, read by the call */
  int32_t code;     /* the status */
  int32_t reserved;
  int64_t row;        /* data row from 1, -1 when there is none */
  char code_name[64]; /* "too_few_items" */
  char table[64];
  char column[128];
  char item[128];
  char cause[512]; /* what is wrong, one sentence */
  char fix[512];   /* what to do, one sentence */
} celadon_error;

/* Sets an error up: no code, Chinese. struct_size is sizeof(celadon_error) of the caller. Reentrant. @since 0.1 */
CELADON_API void celadon_error_init(celadon_error* error, uint32_t struct_size);

/* The stable text form of a status ("too_few_items"); "ok" for 0, "unknown" for a number that is no code. Static. @since 0.1 */
CELADON_API const char* celadon_code_name(celadon_status code);

/* ---- running --------------------------------------------------------------------------------------------------------------------- */

/* Watches and stops a running call. May be used from any thread while calls run; one monitor serves one call at a time. */
typedef struct celadon_monitor celadon_monitor;
CELADON_API celadon_status celadon_monitor_create(celadon_monitor** out, celadon_error* error);
CELADON_API void celadon_monitor_destroy(celadon_monitor* monitor);
/* Asks the running call, and every later one with this monitor, to stop with CELADON_CANCELLED. Any thread. @since 0.1 */
CELADON_API void celadon_monitor_cancel(celadon_monitor* monitor);
/* Takes a cancellation back. Not while a call runs. */
CELADON_API void celadon_monitor_reset(celadon_monitor* monitor);
/* Steps done and to do (0 when not known) of the running or last call. Any thread. */
CELADON_API void celadon_monitor_progress(const celadon_monitor* monitor, int64_t* done, int64_t* total);

/* How a call runs; it never changes a result. Pointers are borrowed for the call. */
typedef struct celadon_execution {
  uint32_t struct_size;
  int32_t n_threads;        /* 0: one for each processor that this process may use; threads live for one call */
  celadon_monitor* monitor; /* may be NULL */
  /* Called on the calling thread, between steps; may be NULL. stage is ASCII and lives for the call. It must not throw. */
  void (*progress)(void* user, const char* stage, int64_t done, int64_t total);
  void* progress_user;
  /* The host's own pool; NULL: the call starts its threads. Runs task(state, 0) ... task(state, n_tasks - 1) on any threads, in any order,
     and returns when all have ended. */
  void (*run)(void* user, int32_t n_tasks, void (*task)(void* state, int32_t index), void* state);
  void* run_user;
} celadon_execution;
CELADON_API void celadon_execution_init(celadon_execution* execution, uint32_t struct_size);

/* ---- text ------------------------------------------------------------------------------------------------------------------------ */

/* A text that a call made: JSON, HTML, SVG. */
typedef struct celadon_text celadon_text;
CELADON_API void celadon_text_destroy(celadon_text* text);
/* UTF-8 bytes, NUL at the end; borrowed from the handle. */
CELADON_API const char* celadon_text_data(const celadon_text* text);
/* Bytes without the NUL. */
CELADON_API int64_t celadon_text_size(const celadon_text* text);

/* ---- tables ---------------------------------------------------------------------------------------------------------------------- */

/* Named columns of equal length: numbers, integers, booleans or text, with nulls. */
typedef struct celadon_table celadon_table;
enum { CELADON_COLUMN_NUMBER = 0, CELADON_COLUMN_INTEGER = 1, CELADON_COLUMN_BOOLEAN = 2, CELADON_COLUMN_TEXT = 3 };

CELADON_API void celadon_table_destroy(celadon_table* table);
/* Stable name of the table; may be "". Borrowed. */
CELADON_API const char* celadon_table_name(const celadon_table* table);
CELADON_API int64_t celadon_table_n_rows(const celadon_table* table);
CELADON_API int64_t celadon_table_n_columns(const celadon_table* table);
/* Name of a column, NULL when the number is out of range. Borrowed. */
CELADON_API const char* celadon_table_column_name(const celadon_table* table, int64_t column);
/* CELADON_COLUMN_..., -1 when the number is out of range. */
CELADON_API int32_t celadon_table_column_type(const celadon_table* table, int64_t column);
/* Number of the column with this name, -1 when there is none. */
CELADON_API int64_t celadon_table_find(const celadon_table* table, const char* name, int64_t name_size);
/* Copies a column of numbers, integers or booleans; NaN for null. out has room for capacity values, element i at out[i * stride].
   Errors: CELADON_INVALID_ARGUMENT (column, a text column), CELADON_LENGTH_MISMATCH (capacity below the number of rows). @since 0.1 */
CELADON_API celadon_status celadon_table_numbers(const celadon_table* table, int64_t column, double* out, int64_t capacity, int64_t stride,
                                                 celadon_error* error);
/* Copies a column of integers or booleans; 0 for null, and valid[i] = 0 where valid is not NULL (capacity bytes). */
CELADON_API celadon_status celadon_table_integers(const celadon_table* table, int64_t column, int64_t* out, uint8_t* valid,
                                                  int64_t capacity, celadon_error* error);
/* One cell of a text column, NULL when null, out of range or not text. size may be NULL. Borrowed. */
CELADON_API const char* celadon_table_text(const celadon_table* table, int64_t column, int64_t row, int64_t* size);
/* Hands the table out as an Arrow stream of one record batch. out is uninitialised; the caller releases it. The stream holds its own copy
   and outlives the table. */
CELADON_API celadon_status celadon_table_export_stream(const celadon_table* table, struct ArrowArrayStream* out, celadon_error* error);
/* The same as one record batch. Both structures are uninitialised; the caller releases each. */
CELADON_API celadon_status celadon_table_export_array(const celadon_table* table, struct ArrowSchema* schema, struct ArrowArray* array,
                                                      celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
