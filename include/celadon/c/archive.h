/* One SQLite file that keeps documents, reports and result tables. Rules: celadon.h.
 *
 * The functions are always there. A library built without SQLite answers each of them with CELADON_ARCHIVE_NOT_BUILT;
 * celadon_archive_available tells beforehand. The file is usable by any SQLite tool: a table `documents` (kind, id, language, media_type,
 * body) with (kind, id, language) as key, and one table for each result table, named by it.
 *
 * An archive is used by one thread at a time, reading included. The library may carry an SQLite of its own: while an archive is open, the
 * host's SQLite must not open the same file in this process (SQLite's locks do not hold between two copies of it in one process).
 */
#ifndef CELADON_C_ARCHIVE_H
#define CELADON_C_ARCHIVE_H

#include <celadon/c/reports.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Statuses of archives that a host may want to tell apart; the others are "archive" (SQLite's own words) and "archive_format". */
enum {
  CELADON_ARCHIVE_NOT_FOUND = 7012, /* no such document or table */
  CELADON_ARCHIVE_NOT_BUILT = 7013  /* the library was built without SQLite */
};

/* 1 when this library keeps archives, 0 when it was built without SQLite. Any thread. @since 0.1 */
CELADON_API int32_t celadon_archive_available(void);

/* An open archive. */
typedef struct celadon_archive celadon_archive;

/* Opens the file or makes it; path is NUL-terminated UTF-8. Errors: invalid_argument (an empty path), archive (it cannot be opened; the
   message names no path), archive_format (a file of another kind), archive_not_built. @since 0.1 */
CELADON_API celadon_status celadon_archive_open(const char* path, celadon_archive** out, celadon_error* error);
/* Commits what is pending and closes the file, without a word about failure: call celadon_archive_flush first where that matters.
   @since 0.1 */
CELADON_API void celadon_archive_destroy(celadon_archive* archive);

/* ---- documents ------------------------------------------------------------------------------------------------------------------- */

/* A document to store. Texts end with a NUL; all are copied. */
typedef struct celadon_document {
  uint32_t struct_size;
  int32_t reserved;
  const char* kind;       /* "pupil" "class" "school" "index" ... */
  const char* id;         /* unique within its kind and language */
  const char* language;   /* "zh-CN", "en" */
  const char* media_type; /* "text/html", "application/json"; NULL for "" */
  const char* body;       /* any bytes */
  int64_t body_size;      /* bytes; -1: the body ends with a NUL */
} celadon_document;
CELADON_API void celadon_document_init(celadon_document* document, uint32_t struct_size);

/* Stores a document, replacing one with the same key. Documents are committed every 1,000 and by celadon_archive_flush.
   Errors: invalid_argument (kind, id or language is NULL), archive, archive_not_built. @since 0.1 */
CELADON_API celadon_status celadon_archive_put_document(celadon_archive* archive, const celadon_document* document, celadon_error* error);
/* The bytes of a document and, where media_type is not NULL, their media type; each text is the caller's to destroy. On failure both are
   NULL. Errors: archive_not_found, invalid_argument, archive, archive_not_built. @since 0.1 */
CELADON_API celadon_status celadon_archive_get(const celadon_archive* archive, const char* kind, const char* id, const char* language,
                                               celadon_text** body, celadon_text** media_type, celadon_error* error);
/* Number of documents of a kind; of all kinds when kind is NULL or "". On failure *out is 0. Errors: archive, archive_not_built.
   @since 0.1 */
CELADON_API celadon_status celadon_archive_count(const celadon_archive* archive, const char* kind, int64_t* out, celadon_error* error);

/* ---- tables ---------------------------------------------------------------------------------------------------------------------- */

/* Stores a table under its own name, replacing one of the same name, or leaves everything as it was. It is committed with the documents.
   Errors: invalid_argument (no columns; a name that is empty or "documents" or begins with "sqlite_"), archive, archive_not_built.
   @since 0.1 */
CELADON_API celadon_status celadon_archive_put_table(celadon_archive* archive, const celadon_table* table, celadon_error* error);
/* Names of the stored tables in alphabetical order, one row each: name. Errors: archive, archive_not_built. @since 0.1 */
CELADON_API celadon_status celadon_archive_tables(const celadon_archive* archive, celadon_table** out, celadon_error* error);
/* A stored table, with the types and nulls it was stored with. Errors: archive_not_found, archive, archive_not_built. @since 0.1 */
CELADON_API celadon_status celadon_archive_table(const celadon_archive* archive, const char* name, int64_t name_size, celadon_table** out,
                                                 celadon_error* error);

/* Commits what is pending. Errors: archive, archive_not_built. @since 0.1 */
CELADON_API celadon_status celadon_archive_flush(celadon_archive* archive, celadon_error* error);

/* ---- reports --------------------------------------------------------------------------------------------------------------------- */

/* Every report as celadon_reports_write_reports draws it, each page a document: its kind, its path as id, the language of the reports, its
   media type by the ending of the path. A page replaces one of the same path and language. What was written is committed at the end. The
   archive is not used otherwise while the call runs. Errors: cancelled, archive, archive_not_built. @since 0.1 */
CELADON_API celadon_status celadon_reports_write_to_archive(const celadon_evaluation* evaluation, celadon_archive* archive,
                                                            const celadon_reports_write_options* options,
                                                            const celadon_execution* execution, int64_t* n_pages, int64_t* n_bytes,
                                                            celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
