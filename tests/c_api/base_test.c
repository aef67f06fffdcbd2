/* Versions, errors, responses, tables, Arrow: the ground of the C API, and its wrong uses. */
#include "pack.h"

#include <stdint.h>
#include <stdlib.h>

static void codes_and_errors(void) {
  celadon_error error;
  celadon_responses_view view;
  celadon_responses* out = (celadon_responses*)&error;
  struct {
    uint32_t struct_size;
    int32_t language, code, reserved;
    char after[16];
  } small;

  CHECK(strcmp(celadon_version(), "0.1.0") == 0);
  CHECK(strcmp(celadon_code_name(0), "ok") == 0);
  CHECK(strcmp(celadon_code_name(CELADON_INVALID_ARGUMENT), "invalid_argument") == 0);
  CHECK(strcmp(celadon_code_name(CELADON_OUT_OF_MEMORY), "out_of_memory") == 0);
  CHECK(strcmp(celadon_code_name(-5), "unknown") == 0);

  celadon_error_init(&error, sizeof error);
  CHECK(error.code == 0 && error.row == -1);
  celadon_responses_view_init(&view, sizeof view);
  view.type = 99;
  CHECK(celadon_responses_from_dense(&view, NULL, &out, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(out == NULL);
  CHECK(strcmp(error.code_name, "invalid_argument") == 0);
  CHECK(strstr(error.cause, "type") != NULL);
  CHECK(strlen(error.fix) > 0);
  error.language = CELADON_ENGLISH;
  CHECK(celadon_responses_from_dense(&view, NULL, &out, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(strstr(error.cause, "is not valid") != NULL);

  /* No error struct is needed, and one of an older, smaller kind is not written past its end. */
  CHECK(celadon_responses_from_dense(&view, NULL, &out, NULL) == CELADON_INVALID_ARGUMENT);
  memset(&small, 0x5a, sizeof small);
  celadon_error_init((celadon_error*)(void*)&small, 16);
  CHECK(celadon_responses_from_dense(&view, NULL, &out, (celadon_error*)(void*)&small) == CELADON_INVALID_ARGUMENT);
  CHECK(small.code == CELADON_INVALID_ARGUMENT || small.code == 0);
  CHECK(small.after[0] == 0x5a && small.after[15] == 0x5a);

  /* Options that were never set up, and options of a later version that this one does not know. */
  memset(&view, 0, sizeof view);
  CHECK(celadon_responses_from_dense(&view, NULL, &out, &error) == CELADON_INVALID_ARGUMENT);
  {
    struct {
      celadon_responses_view view;
      int64_t later;
    } newer;
    int8_t one = 1;
    memset(&newer, 0, sizeof newer);
    celadon_responses_view_init(&newer.view, sizeof newer);
    newer.view.data = &one;
    newer.view.n_persons = newer.view.n_items = newer.view.person_stride = 1;
    CHECK(celadon_responses_from_dense(&newer.view, NULL, &out, &error) == CELADON_OK);
    celadon_responses_destroy(out);
    newer.later = 1;
    CHECK(celadon_responses_from_dense(&newer.view, NULL, &out, &error) == CELADON_INVALID_ARGUMENT);
  }
  CHECK(celadon_responses_from_dense(NULL, NULL, &out, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_responses_from_dense(&view, NULL, NULL, &error) == CELADON_INVALID_ARGUMENT);
}

static void responses(void) {
  static const int8_t cells[3 * 2] = {1, 0, -1, 2, -4, -2};
  static const char* const ids[2] = {"a", "a"};
  const int64_t rows[2] = {2, 0};
  celadon_error error;
  celadon_responses_view view;
  celadon_responses* out = NULL;
  celadon_responses* part = NULL;

  celadon_error_init(&error, sizeof error);
  out = pack(cells, 3, 2);
  CHECK(celadon_responses_n_persons(out) == 3 && celadon_responses_n_items(out) == 2);
  CHECK(celadon_responses_at(out, 0, 0) == 1 && celadon_responses_at(out, 1, 0) == CELADON_MISSING_NOT_ADMINISTERED);
  CHECK(celadon_responses_at(out, 2, 0) == CELADON_MISSING_INVALID && celadon_responses_at(out, 2, 1) == CELADON_MISSING_NOT_REACHED);
  CHECK(celadon_responses_at(out, 3, 0) == INT32_MIN && celadon_responses_at(out, 0, -1) == INT32_MIN);
  CHECK(celadon_responses_n_categories(out, 1) == 3 && celadon_responses_n_categories(out, 2) == -1);
  CHECK(strcmp(celadon_responses_item_id(out, 1), "2") == 0 && celadon_responses_item_id(out, 2) == NULL);
  CHECK_OK(celadon_responses_select(out, rows, 2, NULL, 0, &part, &error), &error);
  CHECK(celadon_responses_n_persons(part) == 2 && celadon_responses_n_items(part) == 2 && celadon_responses_at(part, 1, 0) == 1);
  celadon_responses_destroy(part);
  CHECK(celadon_responses_select(out, rows, -1, NULL, 0, &part, &error) == CELADON_INVALID_ARGUMENT && part == NULL);
  celadon_responses_destroy(out);

  celadon_responses_view_init(&view, sizeof view);
  view.type = CELADON_INT8;
  view.data = cells;
  view.n_persons = 3;
  view.n_items = 2;
  view.person_stride = 2;
  view.item_ids = ids;
  CHECK(celadon_responses_from_dense(&view, NULL, &out, &error) != CELADON_OK && out == NULL);
  CHECK(strcmp(error.code_name, "duplicate_id") == 0);
  view.item_ids = NULL;
  view.n_persons = INT64_MAX / 4;
  CHECK(celadon_responses_from_dense(&view, NULL, &out, &error) != CELADON_OK && out == NULL);
  view.n_persons = -1;
  CHECK(celadon_responses_from_dense(&view, NULL, &out, &error) == CELADON_INVALID_ARGUMENT);

  celadon_responses_destroy(NULL);
  celadon_table_destroy(NULL);
  celadon_text_destroy(NULL);
  celadon_monitor_destroy(NULL);
  celadon_items_destroy(NULL);
}

static void cancelling(void) {
  static const int8_t cells[4] = {1, 0, 1, 1};
  celadon_error error;
  celadon_execution execution;
  celadon_monitor* monitor = NULL;
  celadon_responses_view view;
  celadon_responses* out = NULL;
  celadon_error_init(&error, sizeof error);
  CHECK_OK(celadon_monitor_create(&monitor, &error), &error);
  celadon_execution_init(&execution, sizeof execution);
  execution.monitor = monitor;
  celadon_responses_view_init(&view, sizeof view);
  view.data = cells;
  view.n_persons = 2;
  view.n_items = 2;
  view.person_stride = 2;
  celadon_monitor_cancel(monitor);
  CHECK(celadon_responses_from_dense(&view, &execution, &out, &error) == CELADON_CANCELLED && out == NULL);
  celadon_monitor_reset(monitor);
  CHECK_OK(celadon_responses_from_dense(&view, &execution, &out, &error), &error);
  celadon_responses_destroy(out);
  execution.n_threads = -1;
  CHECK(celadon_responses_from_dense(&view, &execution, &out, &error) == CELADON_INVALID_ARGUMENT);
  celadon_monitor_destroy(monitor);
}

static int tasks_run = 0;
static void run_in_turn(void* user, int32_t n_tasks, void (*task)(void* state, int32_t index), void* state) {
  int32_t i;
  (void)user;
  for (i = n_tasks - 1; i >= 0; --i) {
    ++tasks_run;
    task(state, i);
  }
}

/* A host's pool and any number of threads give the same bits. */
static void same_bits(void) {
  const int64_t n = 9000, k = 12;
  int8_t* cells = (int8_t*)malloc((size_t)(n * k));
  celadon_error error;
  celadon_execution execution;
  celadon_responses* data;
  uint32_t state = 12345;
  double first = 0.0;
  int round;
  int64_t i;
  for (i = 0; i < n * k; ++i) {
    state = state * 1664525u + 1013904223u;
    cells[i] = (int8_t)((state >> 24) % 3u);
  }
  celadon_error_init(&error, sizeof error);
  data = pack(cells, n, k);
  for (round = 0; round < 5; ++round) {
    static const int threads[5] = {1, 2, 3, 8, 2};
    celadon_ctt_reliability_result* result = NULL;
    celadon_ctt_reliability_values values;
    celadon_execution_init(&execution, sizeof execution);
    execution.n_threads = threads[round];
    if (round == 4) execution.run = run_in_turn;
    CHECK_OK(celadon_ctt_reliability(data, NULL, NULL, NULL, &execution, &result, &error), &error);
    values.struct_size = sizeof values;
    CHECK_OK(celadon_ctt_reliability_result_values(result, &values, &error), &error);
    if (round == 0) first = values.alpha;
    CHECK(memcmp(&first, &values.alpha, sizeof first) == 0);
    celadon_ctt_reliability_result_destroy(result);
  }
  CHECK(tasks_run > 0);
  celadon_responses_destroy(data);
  free(cells);
}

static void arrow_round_trip(void) {
  static const int8_t cells[6] = {1, 0, 2, 1, 0, 1};
  celadon_error error;
  celadon_ctt_test_scores_result* scores = NULL;
  celadon_table* table = NULL;
  struct ArrowArrayStream stream;
  celadon_responses_import request;
  celadon_responses* again = NULL;
  celadon_responses* data = pack(cells, 3, 2);
  static const char* const columns[1] = {"n_items"};
  celadon_error_init(&error, sizeof error);
  CHECK_OK(celadon_ctt_test_scores(data, NULL, NULL, NULL, NULL, &scores, &error), &error);
  CHECK_OK(celadon_ctt_test_scores_result_table(scores, &table, &error), &error);
  celadon_ctt_test_scores_result_destroy(scores);
  CHECK(celadon_table_n_rows(table) == 3 && celadon_table_find(table, "total", -1) >= 0 && celadon_table_find(table, "tot", 3) == -1);
  {
    double totals[6];
    int64_t whole[2];
    const int64_t column = celadon_table_find(table, "total", 5);
    CHECK(celadon_table_column_type(table, column) == CELADON_COLUMN_NUMBER);
    CHECK(strcmp(celadon_table_column_name(table, column), "total") == 0);
    CHECK_OK(celadon_table_numbers(table, column, totals, 3, 2, &error), &error);
    CHECK(totals[0] == 1 && totals[2] == 3 && totals[4] == 1);
    CHECK(celadon_table_numbers(table, column, totals, 2, 1, &error) == CELADON_LENGTH_MISMATCH);
    CHECK(celadon_table_numbers(table, 99, totals, 3, 1, &error) == CELADON_INVALID_ARGUMENT);
    CHECK(celadon_table_integers(table, column, whole, NULL, 2, &error) == CELADON_INVALID_ARGUMENT);
    CHECK(celadon_table_text(table, column, 0, NULL) == NULL);
    CHECK(celadon_table_column_name(table, 99) == NULL && celadon_table_column_type(table, -1) == -1);
  }
  CHECK_OK(celadon_table_export_stream(table, &stream, &error), &error);
  celadon_table_destroy(table); /* the stream outlives its table */
  celadon_responses_import_init(&request, sizeof request);
  request.columns = columns;
  request.n_columns = 1;
  CHECK_OK(celadon_responses_from_stream(&stream, &request, NULL, &again, &error), &error);
  CHECK(stream.release == NULL);
  CHECK(celadon_responses_n_persons(again) == 3 && celadon_responses_at(again, 2, 0) == 2);
  celadon_responses_destroy(again);

  /* A released stream is an error, and a stream whose options are refused is released all the same. */
  CHECK(celadon_responses_from_stream(&stream, &request, NULL, &again, &error) != CELADON_OK);
  CHECK_OK(celadon_ctt_test_scores(data, NULL, NULL, NULL, NULL, &scores, &error), &error);
  CHECK_OK(celadon_ctt_test_scores_result_table(scores, &table, &error), &error);
  CHECK_OK(celadon_table_export_stream(table, &stream, &error), &error);
  request.null_kind = 7;
  CHECK(celadon_responses_from_stream(&stream, &request, NULL, &again, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(stream.release == NULL);
  celadon_table_destroy(table);
  celadon_ctt_test_scores_result_destroy(scores);
  celadon_responses_destroy(data);
}

int main(void) {
  codes_and_errors();
  responses();
  cancelling();
  same_bits();
  arrow_round_trip();
  return failures;
}
