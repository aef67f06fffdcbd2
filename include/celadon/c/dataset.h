/* Tables that a host makes, and data sets of named tables: what an evaluation reads. Tables and columns: docs/data-package.md.
   Rules: celadon.h. */
#ifndef CELADON_C_DATASET_H
#define CELADON_C_DATASET_H

#include <celadon/c/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- tables of a host ------------------------------------------------------------------------------------------------------------ */

/* An empty table. Columns are added one by one, all of one length. name may be NULL. Not while another thread uses the handle. @since 0.1
 */
CELADON_API celadon_status celadon_table_create(const char* name, celadon_table** out, celadon_error* error);
/* Each copies n_rows values under a new column name; element i is values[i * stride], stride in elements. NaN is null.
   Errors: invalid_argument (no name, a name that is taken), length_mismatch (other columns have another length). @since 0.1 */
CELADON_API celadon_status celadon_table_add_numbers(celadon_table* table, const char* name, const double* values, int64_t n_rows,
                                                     int64_t stride, celadon_error* error);
/* valid has n_rows bytes, 0 for null; NULL: nothing is null. */
CELADON_API celadon_status celadon_table_add_integers(celadon_table* table, const char* name, const int64_t* values, const uint8_t* valid,
                                                      int64_t n_rows, celadon_error* error);
/* Bytes, 0 or not 0. valid as above. */
CELADON_API celadon_status celadon_table_add_booleans(celadon_table* table, const char* name, const uint8_t* values, const uint8_t* valid,
                                                      int64_t n_rows, celadon_error* error);
/* NUL-terminated texts; NULL for null. */
CELADON_API celadon_status celadon_table_add_texts(celadon_table* table, const char* name, const char* const* values, int64_t n_rows,
                                                   celadon_error* error);

/* ---- data sets ------------------------------------------------------------------------------------------------------------------- */

/* Named tables. Adding is not concurrent with other use; reading is from any thread. */
typedef struct celadon_dataset celadon_dataset;
CELADON_API celadon_status celadon_dataset_create(celadon_dataset** out, celadon_error* error);
CELADON_API void celadon_dataset_destroy(celadon_dataset* dataset);
/* Reads an Arrow stream of record batches to its end. The stream is taken over, also on failure. On failure the data set is unchanged.
   Errors: invalid_argument (an empty name), duplicate_table, arrow_invalid. @since 0.1 */
CELADON_API celadon_status celadon_dataset_add_stream(celadon_dataset* dataset, const char* name, struct ArrowArrayStream* stream,
                                                      celadon_error* error);
/* The same from one record batch; schema and array are taken over, also on failure. */
CELADON_API celadon_status celadon_dataset_add_array(celadon_dataset* dataset, const char* name, struct ArrowSchema* schema,
                                                     struct ArrowArray* array, celadon_error* error);
/* The same from a table of this library; its values are copied. */
CELADON_API celadon_status celadon_dataset_add_table(celadon_dataset* dataset, const char* name, const celadon_table* table,
                                                     celadon_error* error);
CELADON_API int64_t celadon_dataset_n_tables(const celadon_dataset* dataset);
/* Name of a table in alphabetical order, NULL when out of range. Lives until a table is added. */
CELADON_API const char* celadon_dataset_name(const celadon_dataset* dataset, int64_t table);
/* 1 when the data set has the table. */
CELADON_API int32_t celadon_dataset_has(const celadon_dataset* dataset, const char* name);
/* A copy of a table. Errors: missing_table. */
CELADON_API celadon_status celadon_dataset_table(const celadon_dataset* dataset, const char* name, celadon_table** out,
                                                 celadon_error* error);
/* Declares whether a column holds personal values: only values of columns declared not personal are printed in findings. */
CELADON_API celadon_status celadon_dataset_declare_personal(celadon_dataset* dataset, const char* table, const char* column,
                                                            int32_t personal, celadon_error* error);
/* 1 when the values of the column are masked in findings. */
CELADON_API int32_t celadon_dataset_is_personal(const celadon_dataset* dataset, const char* table, const char* column);

#ifdef __cplusplus
}
#endif
#endif
