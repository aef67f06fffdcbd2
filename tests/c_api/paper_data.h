/* A simulated paper of a test: 240 pupils in four classes of two schools, twelve items of one to four points, four pupils absent. */
#ifndef CELADON_TESTS_PAPER_DATA_H
#define CELADON_TESTS_PAPER_DATA_H

#include "check.h"

enum { N = 240, K = 12, CLASSES = 4 };
static int marks_of[N][K]; /* -1: absent */
static const int kFull[K] = {1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 1, 1};
static char names[N + K][12];
static const char* pupil_ids[N];
static const char* item_ids[K];

static void make_marks(void) {
  uint32_t state = 42;
  int i, j, step;
  for (i = 0; i < N; ++i) {
    uint32_t able;
    snprintf(names[i], sizeof names[i], "p%04d", i);
    pupil_ids[i] = names[i];
    state = state * 1664525u + 1013904223u;
    able = 150u + (state >> 16) % 600u;
    for (j = 0; j < K; ++j) {
      marks_of[i][j] = 0;
      for (step = 0; step < kFull[j]; ++step) {
        state = state * 1664525u + 1013904223u;
        marks_of[i][j] += (state >> 16) % 1000u < able + 150u - 20u * (uint32_t)j;
      }
      if (i % 60 == 59) marks_of[i][j] = -1;
    }
  }
  for (j = 0; j < K; ++j) {
    snprintf(names[N + j], sizeof names[0], "q%d", j + 1);
    item_ids[j] = names[N + j];
  }
}

static celadon_dataset* make_dataset(celadon_error* error) {
  static const char* const kClasses[CLASSES] = {"c1", "c2", "c3", "c4"};
  static const char* const kSchools[2] = {"s1", "s2"};
  const char *classes[N], *schools[N], *status[N], *knowledge[K];
  double values[N], full[K];
  celadon_dataset* data = NULL;
  celadon_table* table = NULL;
  int i, j;
  CHECK_OK(celadon_dataset_create(&data, error), error);
  for (j = 0; j < K; ++j) {
    full[j] = kFull[j];
    knowledge[j] = j % 3 == 0 ? "分数" : j % 3 == 1 ? "面积" : "方程";
  }
  CHECK_OK(celadon_table_create("items", &table, error), error);
  CHECK_OK(celadon_table_add_texts(table, "id", item_ids, K, error), error);
  CHECK_OK(celadon_table_add_numbers(table, "full_mark", full, K, 1, error), error);
  CHECK_OK(celadon_table_add_texts(table, "knowledge", knowledge, K, error), error);
  CHECK_OK(celadon_dataset_add_table(data, "items", table, error), error);
  celadon_table_destroy(table);
  for (i = 0; i < N; ++i) {
    classes[i] = kClasses[i / 60];
    schools[i] = kSchools[i / 120];
    status[i] = marks_of[i][0] < 0 ? "缺考" : NULL;
  }
  CHECK_OK(celadon_table_create("students", &table, error), error);
  CHECK_OK(celadon_table_add_texts(table, "id", pupil_ids, N, error), error);
  CHECK_OK(celadon_table_add_texts(table, "class", classes, N, error), error);
  CHECK_OK(celadon_table_add_texts(table, "school", schools, N, error), error);
  CHECK_OK(celadon_table_add_texts(table, "status", status, N, error), error);
  CHECK_OK(celadon_dataset_add_table(data, "students", table, error), error);
  celadon_table_destroy(table);
  CHECK_OK(celadon_table_create("responses", &table, error), error);
  CHECK_OK(celadon_table_add_texts(table, "student", pupil_ids, N, error), error);
  for (j = 0; j < K; ++j) {
    for (i = 0; i < N; ++i) values[i] = marks_of[i][j] < 0 ? NAN : (double)marks_of[i][j];
    CHECK_OK(celadon_table_add_numbers(table, item_ids[j], values, N, 1, error), error);
  }
  CHECK_OK(celadon_dataset_add_table(data, "responses", table, error), error);
  celadon_table_destroy(table);
  return data;
}

#endif
